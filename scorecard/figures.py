"""Where a figure is entered, what stands there, and what is known of it before entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from bucks_cs.lib.periods import Period, PeriodKind, day_label
from bucks_cs.refusals import Refused as Refused

from .entry import Entered, Known, Problem, Rule, Severity, check, tidy
from .models import Area, Measure, Outturn, Series, Snapshot, Status, Target
from .rag import Polarity, ToleranceKind

RECENT = 6
"""How many recent values a new one is compared with."""


class Invalid(Refused):
    """A figure that cannot be kept, with its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = list(problems)


class EditConflict(Refused):
    """Somebody else changed this figure after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: Outturn, advice: str = "") -> None:
        who = theirs.entered_by.display_name if theirs.entered_by else "Somebody else"
        at = timezone.localtime(theirs.saved_at)
        when = f"{at:%H:%M} on {day_label(at.date())}"
        said = f"{who} changed this figure at {when}, after you opened it."
        super().__init__(f"{said} {advice}".strip())
        self.theirs = theirs


class NotReady(Refused):
    """Figures that cannot be submitted yet: the problems of each, by outturn."""

    def __init__(self, problems: dict[int, list[Problem]]) -> None:
        super().__init__("Some figures are not ready to be submitted.")
        self.problems = problems


def rule_of(measure: Measure) -> Rule:
    return Rule(
        unit=measure.unit,
        decimals=measure.decimals,
        scale=measure.scale,
        is_ratio=measure.is_ratio,
        polarity=Polarity(measure.polarity),
        tolerance=measure.tolerance,
        tolerance_kind=ToleranceKind(measure.tolerance_kind),
    )


def entered_in(outturn: Outturn) -> Entered:
    """What was entered, as the rules take it."""
    return Entered(
        numerator=outturn.numerator,
        denominator=outturn.denominator,
        value=outturn.value if outturn.numerator is None else None,
        absence=outturn.absence,
        commentary=outturn.commentary,
        reason=outturn.reason,
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a figure is entered: a series in a period, with what stands there and what is known.

    `current` is the revision in progress, else the approved one; `token` is what a form sends
    back to show which revision its person saw.
    """

    series: Series
    period: Period
    current: Outturn | None
    approved: Outturn | None
    known: Known

    @property
    def token(self) -> str:
        return f"{self.current.pk}.{self.current.version}" if self.current else ""

    @property
    def entered(self) -> Entered:
        """What a form starts from. The reason for an approved revision is not that for the
        next."""
        if self.current is None:
            return Entered()
        entered = entered_in(self.current)
        return entered if self.current.in_progress else replace(entered, reason="")

    def is_news(self, entered: Entered) -> bool:
        """Whether this says anything that does not stand already."""
        rule = rule_of(self.series.measure)
        if self.current is not None and not self.current.in_progress:
            entered = replace(entered, reason="")  # a reason alone revises nothing
        return tidy(entered, rule) != tidy(self.entered, rule)

    def problems_of(self, entered: Entered) -> list[Problem]:
        """What is wrong or odd. An approved figure left as it stands is neither."""
        stands = self.current is not None and not self.current.in_progress
        if stands and not self.is_news(entered):
            return []
        return check(entered, rule_of(self.series.measure), self.known)


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def is_ready(problems: Iterable[Problem]) -> bool:
    """Whether a figure with these problems may be submitted."""
    return all(problem.severity is Severity.WARNING for problem in problems)


def series_to_enter() -> list[Series]:
    """Every series of the council's own that is entered: of each active measure the whole, and
    the categories that exist. A measure added since gets its series here."""
    home = Area.objects.get(code=settings.HOME_AREA)
    unmade = Measure.objects.filter(active=True).exclude(series__area=home)
    Series.objects.bulk_create(
        [Series(measure=measure, area=home) for measure in unmade], ignore_conflicts=True
    )
    return list(
        Series.objects.filter(area=home, measure__active=True)
        .select_related("measure__owner", "area")
        .order_by("measure__order", "measure__code", "category")
    )


def slots(series: Sequence[Series], period_end: date) -> list[Slot]:
    """A slot for each series' own kind of period ending that day, where one does; in four queries
    however many series there are. `series` come with their measure and area."""
    periods = {
        one.pk: period
        for one in series
        if (
            period := Period.ending_in(PeriodKind(one.measure.frequency), period_end.replace(day=1))
        )
    }
    wanted = [one for one in series if one.pk in periods]
    standing = (
        Outturn.objects.actual()
        .filter(series__in=wanted, period_end=period_end)
        .exclude(status=Status.SUPERSEDED)
        .select_related("entered_by")
    )
    here: dict[int, dict[bool, Outturn]] = {}
    for outturn in standing:
        if outturn.period == periods[outturn.series_id]:
            here.setdefault(outturn.series_id, {})[outturn.in_progress] = outturn
    targets = targets_at({one.measure_id for one in wanted}, period_end)
    recent = _recent_values(wanted, period_end)
    limits = _latest_limits(wanted, period_end)
    found = []
    for one in wanted:
        standing_here = here.get(one.pk, {})
        approved = standing_here.get(False)
        in_progress = standing_here.get(True)
        target = targets.get(one.measure_id)
        known = Known(
            target=target.value if target else None,
            upper=target.upper if target else None,
            recent=tuple(recent.get(one.pk, ())),
            limits=limits.get(one.pk),
            revises=approved is not None,
        )
        found.append(Slot(one, periods[one.pk], in_progress or approved, approved, known))
    return found


def targets_at(measures: Iterable[int], day: date) -> dict[int, Target]:
    """The step of each measure's target profile in force on that day."""
    steps = Target.objects.filter(measure__in=measures, starts__lte=day).order_by("starts")
    return {step.measure_id: step for step in steps}


def _two_years_before(day: date) -> date:
    return day.replace(year=day.year - 2, day=1)


def _recent_values(series: Sequence[Series], before: date) -> dict[int, list[Decimal]]:
    values: dict[int, list[Decimal]] = {}
    rows = (
        Outturn.objects.approved()
        .actual()
        .filter(series__in=series, period_end__range=(_two_years_before(before), before))
        .exclude(period_end=before)
        .order_by("period_end")
        .values_list("series", "value")
    )
    for pk, value in rows:
        if value is not None:
            values.setdefault(pk, []).append(value)
    return {pk: found[-RECENT:] for pk, found in values.items()}


def _latest_limits(series: Sequence[Series], before: date) -> dict[int, tuple[float, float]]:
    rows = (
        Snapshot.objects.filter(
            series__in=series, period_end__range=(_two_years_before(before), before)
        )
        .exclude(period_end=before)
        .order_by("period_end")
        .values_list("series", "lower_limit", "upper_limit")
    )
    return {
        pk: (lower, upper) for pk, lower, upper in rows if lower is not None and upper is not None
    }
