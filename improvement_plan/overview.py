"""A plan at a glance: per division, its actions by rating, its success measures, what it costs;
and what changed since the board last had a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bucks_cs.lib.periods import month_label

from .costs import Sum, costs_of
from .models import Division, Plan, StatusReport
from .progress import RATED, Move, Rating, moves
from .rows import Point, Tally, tallies
from .success import SuccessRow


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """A division's line in the overview. `success` counts its success measures by rating."""

    division: Division
    tally: Tally
    success: Mapping[Rating, int]
    spend: Sum

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
        DivisionLine(division, tally, of.get(division.pk, Counter()), spend.get(division.pk, Sum()))
        for division, tally in tallies(plan, found, day)
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """What moved since the last published report, by action key; `none_because` says in words why
    nothing can be told."""

    since: str
    moved: Mapping[Move, list[str]]
    none_because: str = ""


def change_since(last: StatusReport | None, found: Iterable[Point]) -> Change:
    """From the ratings that the last published report kept to those that stand now."""
    if last is None:
        return Change("", {}, "No status report has been published yet.")
    label = month_label(last.month)
    before = last.frozen.get("actions")
    if not before:
        reason = f"{label}’s report kept no ratings of actions to compare with."
        return Change(label, {}, reason)
    now = {point.key: point.standing.rating for point in found}
    by_move: dict[Move, list[str]] = {}
    for key, move in moves({key: Rating[name] for key, name in before.items()}, now).items():
        by_move.setdefault(move, []).append(key)
    return Change(label, {move: by_move[move] for move in Move if move in by_move})


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
