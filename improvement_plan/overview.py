"""A plan at a glance: per division, its actions by rating, its success measures, what it costs;
and what changed since the board last had a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bucks_cs.lib.periods import day_label, month_label

from .costs import costs_of, spend_words
from .models import Division, Plan, StatusReport
from .progress import RATED, Move, Rating, Standing, moved
from .rows import Point, Tally, tallies
from .success import SuccessRow

ONGOING = "ongoing"


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """A division's line in the overview. `success` counts its success measures by rating."""

    division: Division
    tally: Tally
    success: Mapping[Rating, int]
    spend: str

    @property
    def measures(self) -> list[tuple[Rating, int]]:
        return [(rating, self.success[rating]) for rating in RATED if self.success[rating]]


def division_lines(
    plan: Plan, found: Iterable[Point], success: Sequence[SuccessRow], day: date
) -> list[DivisionLine]:
    of: dict[int, Counter[Rating]] = {}
    for row in success:
        of.setdefault(row.measure.division_id, Counter())[row.rating] += 1
    spend = costs_of(plan).by_division
    return [
        DivisionLine(
            division,
            tally,
            of.get(division.pk, Counter()),
            spend_words(spend.get(division.pk, {})),
        )
        for division, tally in tallies(plan, found, day)
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """How an action stood (`before`: None, it was not there) and stands."""

    key: str
    before: Standing | None
    now: Standing

    @property
    def move(self) -> Move:
        return moved(self.before.rating if self.before else None, self.now.rating)

    @property
    def date_moved(self) -> bool:
        return self.before is not None and self.due_words(self.before) != self.due_words(self.now)

    @staticmethod
    def due_words(standing: Standing) -> str:
        if standing.ongoing:
            return "Ongoing"
        return day_label(standing.due) if standing.due else "No date"


@dataclass(frozen=True, slots=True)
class Change:
    """How each action moved. `report` is what it is compared with; None: the plan as printed."""

    report: StatusReport | None
    actions: tuple[Moved, ...]

    @property
    def since(self) -> str:
        if self.report is None:
            return "the plan as printed"
        return f"the report for {month_label(self.report.month)}"

    @property
    def moved(self) -> dict[Move, list[str]]:
        """The keys of the actions by the way their rating went."""
        by_move = {move: [one.key for one in self.actions if one.move is move] for move in Move}
        return {move: keys for move, keys in by_move.items() if keys}

    @property
    def dates(self) -> list[str]:
        """The keys of the actions that are due on another day than before."""
        return [one.key for one in self.actions if one.date_moved]


def change_since(last: StatusReport | None, found: Iterable[Point]) -> Change:
    """From how the actions stood when the last report was published, where it kept that, else
    from the plan as printed."""
    kept = standings_kept(last) if last else {}
    return Change(
        last if kept else None,
        tuple(
            Moved(one.key, kept.get(one.key) if kept else one.printed, one.standing)
            for one in found
        ),
    )


def standings_kept(report: StatusReport) -> dict[str, Standing]:
    """How each action stood when a report was published, by its key; none where it was printed."""
    dates = report.frozen.get("dates", {})
    return {
        key: _standing(Rating[rating], dates.get(key, ""))
        for key, rating in report.frozen.get("actions", {}).items()
    }


def kept_date(standing: Standing) -> str:
    """An action's date as a report keeps it."""
    if standing.ongoing:
        return ONGOING
    return standing.due.isoformat() if standing.due else ""


def _standing(rating: Rating, kept: str) -> Standing:
    if kept == ONGOING:
        return Standing(rating, ongoing=True)
    return Standing(rating, date.fromisoformat(kept) if kept else None)


def finding(tally: Tally, day_words: str) -> str:
    """What a plan comes to, in a sentence."""
    if not tally.total:
        return "No action fits"
    parts = [
        *([f"{tally.overdue} overdue"] if tally.overdue else []),
        *([f"{tally.red} red"] if tally.red else []),
        *([f"{tally.green} completed"] if tally.green else []),
    ]
    actions = "1 action" if tally.total == 1 else f"{tally.total} actions"
    if not parts:
        return f"{actions}, none of them overdue at {day_words}"
    last = f" and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"Of {actions}, {', '.join(parts[:-1])}{last} at {day_words}"
