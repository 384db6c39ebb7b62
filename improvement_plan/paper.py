"""A status report as the board reads it: one thing for its page, the looking over before it is
published, and its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from bucks_cs.lib.periods import day_label
from scorecard.sheet import counted

from .board import ratings_of
from .escalation import Movement
from .models import LineKind, StatusReport
from .picture import COUNTS, Kept, kept_now
from .progress import RATED, Move, Rating
from .threads import apart

TOLD = tuple(move for move in Move if move is not Move.SAME)
AXIS_LABELS = {
    "overall": "Overall",
    "measures": "Success measures",
    "actions": "Actions",
    "risks": "Risks and issues",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the four ratings: as set, as the rule suggests it (none: nothing is known of that),
    and what the suggestion rests on."""

    name: str
    rating: Rating
    suggested: Rating
    basis: str

    @property
    def label(self) -> str:
        return AXIS_LABELS[self.name]

    @property
    def differs(self) -> bool:
        return self.suggested in RATED and self.suggested is not self.rating


@dataclass(frozen=True, slots=True)
class RiskLine:
    ref: str
    if_text: str
    then_text: str
    mitigation: tuple[str, ...]
    owner: str
    rating: Rating
    movement: Movement | None


@dataclass(frozen=True, slots=True)
class Changed:
    """An action whose rating or date moved; `before` is none for a new one. Its dates are said
    where they moved."""

    key: str
    ref: str
    text: str
    division: str
    before: Rating | None
    now: Rating
    move: Move
    due_before: str
    due_now: str


@dataclass(frozen=True, slots=True)
class Paper:
    """`day` is that on which the plan was looked at, and `rule` how the ratings were suggested:
    neither is known of a report that was printed. `counts` has a row a division and one of all."""

    report: StatusReport
    axes: tuple[Axis, ...]
    achievements: tuple[str, ...]
    targets: tuple[str, ...]
    risks: tuple[RiskLine, ...]
    counts: tuple[dict[str, Any], ...]
    success: str
    changes: tuple[Changed, ...]
    changes_said: str
    day: date | None
    rule: str

    @property
    def finding(self) -> str:
        """Overall red: success measures red, actions amber, risks and issues amber."""
        overall, *others = self.axes
        said = ", ".join(f"{axis.label.lower()} {axis.rating.label.lower()}" for axis in others)
        return f"Overall {overall.rating.label.lower()}: {said}."

    @property
    def differing(self) -> tuple[Axis, ...]:
        return tuple(axis for axis in self.axes if axis.differs)


def paper_of(report: StatusReport, day: date) -> Paper:
    """A report as it reads: published, as it was frozen then or when it was loaded; a draft, with
    the plan as it stands on `day`."""
    return paper_with(report, _kept(report, day))


def _kept(report: StatusReport, day: date) -> Kept:
    if not report.is_published:
        return kept_now(report, day)
    return report.frozen or {"risks": []}


def paper_with(report: StatusReport, kept: Kept) -> Paper:
    changes = kept.get("changes", {})
    lines = list(report.lines.all())
    return Paper(
        report=report,
        axes=tuple(
            Axis(name, rating, _rating(kept.get("suggested", {}).get(name)), _basis(name, kept))
            for name, rating in ratings_of(report).items()
        ),
        achievements=tuple(line.text for line in lines if line.kind == LineKind.ACHIEVEMENT),
        targets=tuple(line.text for line in lines if line.kind == LineKind.TARGET),
        risks=tuple(_risk_line(risk) for risk in kept["risks"]),
        counts=tuple(_counts(kept.get("divisions", []))),
        success=_success(kept),
        changes=tuple(_changed(one) for one in changes.get("moved", [])),
        changes_said=changes_said(changes),
        day=date.fromisoformat(kept["day"]) if "day" in kept else None,
        rule=kept.get("rule", ""),
    )


def _rating(name: str | None) -> Rating:
    return Rating[name] if name else Rating.NONE


def _risk_line(risk: dict[str, str]) -> RiskLine:
    return RiskLine(
        ref=risk["ref"],
        if_text=risk["if"],
        then_text=risk["then"],
        mitigation=tuple(risk["mitigation"].splitlines()),
        owner=risk["owner"],
        rating=_rating(risk["rating"]),
        movement=Movement(risk["movement"]) if risk["movement"] else None,
    )


def _changed(one: dict[str, str]) -> Changed:
    return Changed(
        key=one["key"],
        ref=one["ref"],
        text=one["text"],
        division=one["division"],
        before=_rating(one["before"]) if one["before"] else None,
        now=_rating(one["now"]),
        move=Move(one["move"]),
        due_before=one["due_before"],
        due_now=one["due_now"],
    )


def _counts(divisions: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    yield from divisions
    if divisions:
        sums = {name: sum(one[name] for one in divisions) for name in COUNTS}
        yield {"name": "All", "title": "", **sums}


def _basis(name: str, kept: Kept) -> str:
    """14 red of 29 rated."""
    if "suggested" not in kept or name == "overall":
        return ""
    ratings = {
        "measures": kept["success"],
        "actions": kept["actions"].values(),
        "risks": [risk["rating"] for risk in kept["risks"]],
    }
    counts = Counter(ratings[name])
    total = sum(counts[rating.name] for rating in RATED)
    return f"{counts[Rating.RED.name]} red of {total} rated" if total else ""


def _success(kept: Kept) -> str:
    """14 red, 11 amber, 4 green, 22 not rated; 6 of other lists are not counted."""
    counts = kept.get("success", {})
    every = (*RATED, Rating.NONE)
    found = (f"{counts[one.name]} {one.label.lower()}" for one in every if counts.get(one.name))
    said = ", ".join(found)
    return said + apart(kept["listed"]) if said else ""


def changes_said(changes: Kept) -> str:
    """What moved since the report before, or else the plan as printed, in a sentence."""
    if not changes:
        return ""
    counts = Counter(Move(one["move"]) for one in changes["moved"])
    dates = sum(bool(one["due_now"]) for one in changes["moved"])
    said = [f"{counts[move]} {move.label.lower()}" for move in TOLD if counts[move]]
    if dates:
        said.append(f"{counted(dates, 'date')} changed")
    if not said:
        return f"No action’s rating or date has changed since {changes['since']}."
    return f"Since {changes['since']}: {', '.join(said)}."


def state_words(report: StatusReport) -> str:
    """Where a report stands: a draft, published on a day, or printed in a document."""
    if report.published_at is None:
        return "Draft, not published"
    day = day_label(timezone.localdate(report.published_at))
    if report.document and "actions" not in report.frozen:
        return f"Printed in the paper of {day}"
    imported = "" if report.published_by_id else ", imported"
    return f"Published on {day}{imported}"
