"""A month's sheet: what is to be entered, what stands there, what is late. The entry page, the
workbook and the reminders all read this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count

from bucks_cs.lib.periods import (
    Period,
    PeriodKind,
    add_months,
    last_day,
    months_between,
    short_month_label,
)
from bucks_cs.models import User

from .entry import Entered, Known, Problem, rate, work_out
from .figures import Slot, rule_of, series_to_enter, slots
from .models import Absence, Measure, Outturn, Series, Status
from .presenters import number_text, outturn_figure
from .rag import Polarity, Rag

# Why an officer may say that there is no figure: only a document can fail to state one.
ENTERED_ABSENCES = (Absence.NOT_AVAILABLE, Absence.NOT_APPLICABLE, Absence.NOT_COLLECTED)


class Past(NamedTuple):
    """An earlier figure as it is shown beside the new one."""

    label: str
    text: str
    outturn: Outturn | None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure to be entered, and what helps to enter it. `past` is oldest first."""

    slot: Slot
    past: tuple[Past, ...]

    @property
    def series(self) -> Series:
        return self.slot.series

    @property
    def measure(self) -> Measure:
        return self.slot.series.measure

    @property
    def name(self) -> str:
        category = self.series.category
        return f"{self.measure.short_name}, {category}" if category else self.measure.short_name

    @property
    def key(self) -> str:
        """What the line's fields are called in a form, and its place on the page."""
        return key_of(self.series)

    @property
    def status(self) -> Status | None:
        return Status(self.slot.current.status) if self.slot.current else None

    @property
    def required(self) -> bool:
        """Whether the month cannot be published without it."""
        return self.measure.on_scorecard and not self.series.category

    def belongs_to(self, person: User) -> bool:
        """Whether this person is to enter it. Someone without a post is everybody's deputy."""
        owner = self.measure.owner_id
        if owner is not None and person.post_id is not None and owner != person.post_id:
            return False
        begun = self.slot.current is not None and self.slot.current.in_progress
        return begun or self.measure.on_scorecard or owner is not None

    @property
    def is_missing(self) -> bool:
        """Required, and not yet with the manager; a draft revision of an approved figure is not
        missing."""
        return (
            self.required
            and self.slot.approved is None
            and self.status in (None, Status.DRAFT, Status.RETURNED)
        )

    @property
    def target(self) -> str:
        return target_text(self.slot.known, self.measure)


def key_of(series: Series) -> str:
    return f"s{series.pk}"


def target_text(known: Known, measure: Measure) -> str:
    """A target with its good side: 23.0% or less."""
    if known.target is None:
        return ""
    target = number_text(known.target, measure)
    match Polarity(measure.polarity):
        case Polarity.HIGHER:
            return f"{target} or more"
        case Polarity.LOWER:
            return f"{target} or less"
        case Polarity.BAND if known.upper is not None:
            return f"{target} to {number_text(known.upper, measure)}"
        case _:
            return target


class Preview(NamedTuple):
    """A figure as it will be shown and rated, and what the rules have to say of it."""

    text: str
    parts: str
    rag: Rag
    problems: list[Problem]


def preview_of(slot: Slot, entered: Entered) -> Preview:
    measure, rule = slot.series.measure, rule_of(slot.series.measure)
    value = work_out(entered, rule)
    if value is not None:
        text = number_text(value, measure)
    else:
        text = Absence(entered.absence).label if entered.absence else "No figure yet"
    parts = ""
    if entered.numerator is not None and entered.denominator is not None:
        parts = f"{plain(entered.numerator)} of {plain(entered.denominator)}"
    return Preview(text, parts, rate(value, rule, slot.known), slot.problems_of(entered))


def plain(number: Decimal) -> str:
    """A number as somebody would have typed it."""
    return f"{number.normalize():f}"


def as_typed(slot: Slot) -> dict[str, str]:
    """What stands, as somebody would have typed it: what a form and a template start from."""
    entered, decimals = slot.entered, slot.series.measure.decimals
    return {
        "numerator": "" if entered.numerator is None else plain(entered.numerator),
        "denominator": "" if entered.denominator is None else plain(entered.denominator),
        "value": "" if entered.value is None else f"{entered.value:.{decimals}f}",
        "absence": entered.absence,
        "commentary": entered.commentary,
        "reason": entered.reason,
    }


def due_day(month: date) -> date:
    """The day on which a month's figures are due: one of the month after it, or its last."""
    end = last_day(add_months(month, 1))
    return end.replace(day=min(settings.ENTRY_DUE_DAY, end.day))


def lines_of(month: date, *, mine: User | None = None, only: str = "", past: int = 3) -> list[Line]:
    """The lines of a month's sheet, with so many past periods: the scorecard's first, by theme.

    `mine` leaves what this person is to enter: the measures that their post owns, those of the
    scorecard that nobody owns, and whatever is begun of those. `only` leaves the line with that
    key. Queries do not grow with the number of lines.
    """
    series = series_to_enter()
    if only:
        series = [one for one in series if key_of(one) == only]
    lines = _lines(series, month, past)
    return [line for line in lines if line.belongs_to(mine)] if mine else lines


def submitted_lines(month: date) -> list[Line]:
    """The lines of a month that wait for a manager, whether or not they are still entered."""
    waiting = Outturn.objects.home().ending_in(month).filter(status=Status.SUBMITTED)
    series = (
        Series.objects.filter(outturns__in=waiting)
        .select_related("measure__owner", "area")
        .order_by("measure__order", "measure__code", "category")
    )
    return [line for line in _lines(list(series), month, 3) if line.status is Status.SUBMITTED]


def _lines(series: Sequence[Series], month: date, past: int) -> list[Line]:
    found = slots(series, last_day(month))
    figures = _past_figures(found, past)
    lines = [Line(slot, figures[slot.series.pk]) for slot in found]
    themes: dict[str, int] = {}
    for line in lines:
        themes.setdefault(line.measure.theme, len(themes))
    return sorted(lines, key=lambda line: (not line.required, themes[line.measure.theme]))


def _past_figures(found: Sequence[Slot], count: int) -> dict[int, tuple[Past, ...]]:
    periods = {slot.period: earlier(slot.period, count) for slot in found}
    ends = {period.end for before in periods.values() for period in before}
    there = {
        (o.series_id, o.period_start, o.period_end): o
        for o in Outturn.objects.approved()
        .actual()
        .filter(series__in=[slot.series for slot in found], period_end__in=ends)
    }
    return {
        slot.series.pk: tuple(
            _past(slot, period, there.get((slot.series.pk, period.start, period.end)))
            for period in periods[slot.period]
        )
        for slot in found
    }


def _past(slot: Slot, period: Period, outturn: Outturn | None) -> Past:
    monthly = period.kind in (PeriodKind.MONTH, PeriodKind.DATE)
    label = short_month_label(period.month) if monthly else period.label
    figure = outturn_figure(outturn, slot.series.measure, see_small=True)
    return Past(label, figure.text, outturn)


def earlier(period: Period, count: int) -> list[Period]:
    """The periods of the same kind before this one, oldest first."""
    length = months_between(period.start, period.end) + 1
    before = (
        Period.ending_in(period.kind, add_months(period.month, -length * back))
        for back in range(count, 0, -1)
    )
    return [one for one in before if one]


class Task(NamedTuple):
    """Something for the officer to do about a line."""

    line: Line
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a month's sheet is: what is to do, most pressing first, and the counts."""

    month: date
    due: date
    overdue: bool
    tasks: list[Task]
    counts: Counter[Status | None]

    @property
    def required(self) -> int:
        """How many figures the month cannot be published without."""
        return self.counts.total()

    @property
    def summary(self) -> str:
        """The counts in words: 3 not started, 1 draft, 4 submitted."""
        words: dict[Status | None, str] = {None: "not started"}
        words |= {status: status.label.lower() for status in Status}
        return ", ".join(f"{self.counts[one]} {words[one]}" for one in words if self.counts[one])


def progress_of(month: date, lines: Iterable[Line], today: date) -> Progress:
    """`today` decides what is overdue: figures are from the day after the due day."""
    lines = list(lines)
    due = due_day(month)
    overdue = today > due
    returned = [line for line in lines if line.status is Status.RETURNED]
    missing = [line for line in lines if line.is_missing and line not in returned]
    tasks = [Task(line, "Returned", _why(line)) for line in returned]
    for line in missing:
        detail = "Draft saved" if line.status is Status.DRAFT else ""
        tasks.append(Task(line, "Overdue" if overdue else "Due", detail))
    counts = Counter(line.status for line in lines if line.required)
    return Progress(month, due, overdue, tasks, counts)


def _why(line: Line) -> str:
    return line.slot.current.returned_reason if line.slot.current else ""


class MonthInProgress(NamedTuple):
    month: date
    returned: int
    drafts: int


def other_months(month: date) -> list[MonthInProgress]:
    """Months, other than this one, with figures that an officer has still to do something
    about, latest first."""
    rows = (
        Outturn.objects.home()
        .actual()
        .filter(status__in=(Status.DRAFT, Status.RETURNED))
        .exclude(period_end=last_day(month))
        .order_by()
        .values_list("period_end", "status")
        .annotate(Count("pk"))
    )
    counts: dict[date, Counter[str]] = {}
    for period_end, status, count in rows:
        counts.setdefault(period_end.replace(day=1), Counter())[status] += count
    return [
        MonthInProgress(one, counts[one][Status.RETURNED], counts[one][Status.DRAFT])
        for one in sorted(counts, reverse=True)
    ]


def counted(number: int, noun: str) -> str:
    """1 draft, 2 drafts."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
