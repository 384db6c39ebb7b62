"""A month's figures as counted from the returns held, beside what the scorecard has of them.

Figures are counted at the end of a month. Those of a day go into the scorecard every month; those
of a year to the day are there in every month's preview, and go into the scorecard with March: the
period of each is what its measure's frequency says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from bucks_cs.lib.periods import Period, PeriodKind, add_months, day_label, financial_year, last_day
from bucks_cs.models import User
from scorecard.entry import Entered, rounded, work_out
from scorecard.figures import Slot, errors_in, rule_of, slots
from scorecard.models import Absence, Area, Measure, Outturn, Series, Source, Status
from scorecard.presenters import number_text
from scorecard.querysets import OutturnQuerySet

from . import store
from .measures import measures
from .models import Return
from .placements import Counted

CODES: Mapping[str, str] = {
    "cla_within_20_miles": "placed-within-20-miles",
    "cla_in_county": "placed-in-county",
    "cla_uasc": "uasc",
    "cla_dental_check": "cla-dental-checks",
    "cla_health_assessment": "cla-health-assessments",
    "care_leavers_eet": "care-leavers-in-education-or-work",
    "adopted": "adoptions",
    "adoption_entry_to_placed_days": "adoption-entry-to-family-days",
}
"""The scorecard's code of a measure, where it is not ours with hyphens. Reviews are not among
them: its `looked-after-reviews-on-time` is a share of reviews, ours of children."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Looked after on the day": (
        *("cla", "cla_by_age", "cla_by_sex", "cla_by_legal_status", "cla_by_need", "cla_uasc"),
    ),
    "Where": (
        *("cla_within_20_miles", "cla_over_20_miles_outside", "cla_distance_not_known"),
        *("cla_in_county", "cla_county_not_known"),
    ),
    "With whom": (
        *("cla_by_placement", "cla_by_provider", "cla_foster", "cla_residential"),
        *("cla_in_house", "cla_agency", "cla_foster_in_house", "cla_three_plus_placements"),
    ),
    "Coming and going, in the year to the day": ("cla_started", "cla_ceased"),
    "Reviews": ("cla_reviews_in_time",),
    "Health, of those looked after for a year": (
        *("cla_immunisations", "cla_dental_check", "cla_health_assessment"),
    ),
    "Care leavers whose birthday has come in the year": (
        *("care_leavers", "care_leavers_in_touch", "care_leavers_eet"),
        "care_leavers_suitable_accommodation",
    ),
    "Adoption, in the year to the day": (
        *("adopted", "adopted_of_ceased", "adopted_by_foster_carer"),
        *("adoption_entry_to_placed_days", "adoption_entry_to_placed_in_time"),
        *("adoption_order_to_match_days", "adoption_order_to_match_in_time"),
    ),
}
"""The measures' codes under the headings of a month's page, in its order."""

NOT_KNOWN = {
    "cla_within_20_miles": ("cla_distance_not_known", "distance"),
    "cla_over_20_miles_outside": ("cla_distance_not_known", "distance"),
    "cla_in_county": ("cla_county_not_known", "county"),
}
"""Measures whose children may be of unknown place, and the measure that counts those."""


# ---- what is covered ---------------------------------------------------------------


def months() -> list[date]:
    """The months that have ended, and that a return speaks of: those of its year, up to its
    import. The latest first."""
    found = []
    for year, imported_at in Return.objects.order_by("-year").values_list("year", "imported_at"):
        known = timezone.localdate(imported_at)
        year_s = [add_months(date(year, 3, 1), -back) for back in range(12)]
        found += [month for month in year_s if last_day(month) <= known]
    return found


def is_covered(day: date) -> bool:
    """Whether the return of the day's financial year is held, and was imported on that day or
    later. Another year's return is not enough: it leaves out those who came and went before or
    after it, so its figures would look true and be too low."""
    held = Return.objects.filter(year=financial_year(day)).first()
    return held is not None and day <= timezone.localdate(held.imported_at)


def figures(day: date) -> list[Counted]:
    """Every figure of one day, counted from all the returns held."""
    unknown = store.not_told_on(day)
    found = measures(store.arrays(), np.datetime64(day))
    return [counted for counted in found if counted.code not in unknown]


def scorecard_code(code: str) -> str:
    return CODES.get(code, code.replace("_", "-"))


# ---- beside the scorecard ----------------------------------------------------------


class Standing(StrEnum):
    """How a counted figure stands to what the scorecard has."""

    NEW = "Not in the scorecard yet"
    SAME = "In the scorecard"
    CHANGED = "The draft counted before differs"
    REVISES = "The approved figure differs"
    OTHERS = "Somebody’s draft differs"
    WAITING = "A figure that waits for a manager differs"
    NOT_NOW = "Not for the scorecard"


class Reading(NamedTuple):
    """A figure of the scorecard as its reader sees it."""

    text: str
    status: str


@dataclass(frozen=True, slots=True)
class Line:
    """A counted figure, and its place in the scorecard: none where `measure` or `period` is None,
    empty where `slot` is."""

    counted: Counted
    measure: Measure | None
    period: Period | None
    slot: Slot | None
    note: str = ""
    why_not: str = ""

    @property
    def code(self) -> str:
        return self.counted.code

    @property
    def category(self) -> str:
        return self.counted.category

    @property
    def name(self) -> str:
        if self.measure:
            return self.measure.short_name
        return self.code.replace("_", " ").replace("cla ", "Looked after: ").capitalize()

    @property
    def entered(self) -> Entered:
        """What goes into the scorecard. The words of the draft that it takes the place of stay."""
        if self.measure is None:
            return Entered()
        entered = as_entered(self.counted, self.measure)
        current = self.slot.current if self.slot else None
        if current and current.in_progress:
            entered = replace(entered, commentary=current.commentary, reason=current.reason)
        return entered

    @property
    def text(self) -> str:
        value = self.counted.value
        if value is None:
            return Absence.NOT_APPLICABLE.label
        if self.measure:
            return number_text(rounded(Decimal(value), self.measure.decimals), self.measure)
        return f"{value:,.1f}%" if self.counted.denominator is not None else f"{value:,.0f}"

    @property
    def status(self) -> Status | None:
        current = self.slot.current if self.slot else None
        return Status(current.status) if current else None

    @property
    def stands(self) -> Reading | None:
        """What is in the scorecard now."""
        if self.slot is None or self.slot.current is None:
            return None
        current = self.slot.current
        text = (
            number_text(current.value, self.slot.series.measure)
            if current.value is not None
            else Absence(current.absence).label
            if current.absence
            else "No figure"
        )
        return Reading(text, Status(current.status).label.lower())

    @property
    def standing(self) -> Standing:
        if self.why_not or self.measure is None or self.period is None:
            return Standing.NOT_NOW
        current = self.slot.current if self.slot else None
        if current is None:
            return Standing.NEW
        if _same(current, self.entered, self.measure):
            return Standing.SAME
        if not current.in_progress:
            return Standing.REVISES
        if current.status == Status.SUBMITTED:
            return Standing.WAITING
        return Standing.CHANGED if current.source == Source.COMPUTED else Standing.OTHERS


def as_entered(counted: Counted, measure: Measure) -> Entered:
    """The figure as the scorecard takes it: parts where the measure has them, else the value."""
    if counted.value is None:
        return Entered(absence=Absence.NOT_APPLICABLE)
    if measure.is_ratio and counted.denominator is not None:
        return Entered(
            numerator=Decimal(counted.numerator), denominator=Decimal(counted.denominator)
        )
    return Entered(value=rounded(Decimal(counted.value), measure.decimals))


def _same(current: Outturn, entered: Entered, measure: Measure) -> bool:
    """Whether the two say the same figure. One that was typed without its parts is not taken for
    another because of that."""
    value = work_out(entered, rule_of(measure))
    if (current.value, current.absence) != (value, entered.absence):
        return False
    parts = (current.numerator, current.denominator)
    return parts in ((None, None), (entered.numerator, entered.denominator))


def lines(month: date) -> list[Line]:
    """Every figure of a month, beside what stands. Queries do not grow with their number."""
    day = last_day(month)
    found = list(with_wholes(figures(day)))
    known = {one.code: one for one in Measure.objects.filter(code__in=_codes(found))}
    series = _series(known.values())
    standing = {slot.series.pk: slot for slot in slots(list(series.values()), day)}
    not_known = {one.code: one.numerator for one in found}
    held = set(Return.objects.values_list("year", flat=True))
    placed = []
    for one in found:
        measure = known.get(scorecard_code(one.code))
        at = series.get((scorecard_code(one.code), one.category))
        line = Line(
            one,
            measure,
            Period.ending_in(PeriodKind(measure.frequency), month) if measure else None,
            standing.get(at.pk) if at else None,
            note=_note(one, not_known),
        )
        placed.append(replace(line, why_not=_why_not(line, month, held)))
    return placed


def with_wholes(found: Sequence[Counted]) -> Iterator[Counted]:
    """The figures, and before those that are parts only their whole: without it, the scorecard
    could not tell that a part which it hides may be worked out from the others."""
    wholes = {one.code for one in found if not one.category}
    for one in found:
        if one.code not in wholes:
            wholes.add(one.code)
            parts = [part.counted for part in found if part.code == one.code]
            yield Counted(one.code, "", np.concatenate(parts))
        yield one


def make_series(found: Iterable[Line]) -> bool:
    """Makes the series that the scorecard lacks for these figures; says whether it lacked any."""
    home = Area.objects.get(code=settings.HOME_AREA)
    missing = [
        Series(measure=line.measure, area=home, category=line.category)
        for line in found
        if line.slot is None and line.standing is Standing.NEW and line.measure
    ]
    Series.objects.bulk_create(missing, ignore_conflicts=True)
    return bool(missing)


def by_section(found: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under their headings, the parts of a measure after its whole."""
    return [
        (title, within)
        for title, codes in SECTIONS.items()
        if (within := [line for code in codes for line in found if line.code == code])
    ]


def _codes(found: Iterable[Counted]) -> set[str]:
    return {scorecard_code(one.code) for one in found}


def _series(known: Iterable[Measure]) -> dict[tuple[str, str], Series]:
    found = Series.objects.filter(area__code=settings.HOME_AREA, measure__in=list(known))
    return {
        (one.measure.code, one.category): one for one in found.select_related("measure", "area")
    }


def _note(one: Counted, not_known: Mapping[str, int]) -> str:
    measured_by, what = NOT_KNOWN.get(one.code, ("", ""))
    unknown = not_known.get(measured_by, 0)
    if not unknown:
        return ""
    whose = "1 child’s" if unknown == 1 else f"{unknown:,} children’s"
    return f"{whose} {what} is not known. They are in the denominator."


def _why_not(line: Line, month: date, held: set[int]) -> str:
    """Why the figure does not go into the scorecard now, in words."""
    if line.measure is None:
        return f"The scorecard has no measure {scorecard_code(line.code)}."
    if line.period is None:
        kind = PeriodKind(line.measure.frequency).label.lower()
        return f"It goes in at the end of the {kind}."
    year = financial_year(month)
    if line.code == "cla_three_plus_placements" and month.month != 3 and year - 1 not in held:
        start = day_label(date(year - 1, 4, 1))
        return f"It needs twelve months of episodes, and they are held from {start} only."
    problems = errors_in(line.slot.problems_of(line.entered)) if line.slot else []
    return " ".join(problem.message for problem in problems)


# ---- for other programs ------------------------------------------------------------


def latest(user: User, until: date | None = None) -> OutturnQuerySet:
    """The council's figures in the scorecard of the measures that are counted here, as this person
    may see them: of each the latest period, or the latest that ends by a day, with its parts."""
    codes = [scorecard_code(code) for within in SECTIONS.values() for code in within]
    mine = Outturn.objects.visible_to(user).actual().home()
    newest = mine.filter(series__measure=OuterRef("pk"))
    if until:
        newest = newest.filter(period_end__lte=until)
    first = newest.order_by("-period_end", "-period_start").values("pk")[:1]
    keys = Measure.objects.filter(code__in=codes).values_list(Subquery(first), flat=True)
    wanted = Q(pk__in=[])
    periods = Outturn.objects.filter(pk__in=[key for key in keys if key])
    for one in periods.values("series__measure", "period_start", "period_end"):
        wanted |= Q(**one)
    return mine.filter(wanted)


def records(found: Iterable[Counted]) -> list[dict[str, Any]]:
    """The figures as `lac_measures` prints them. `value` is a number, or per cent of a ratio; None
    where the denominator is 0."""
    return [
        {
            "code": one.code,
            "category": one.category,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "value": one.numerator if one.denominator is None else one.value,
        }
        for one in found
    ]
