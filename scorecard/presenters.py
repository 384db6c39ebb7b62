"""What people are shown. One row feeds page, download, API and report, so they cannot disagree.

Nothing past this point reads a raw figure: a `Figure` knows its text, and is already hidden
where its reader may not see small numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from bucks_cs.lib.disclosure import SUPPRESSED, is_small
from bucks_cs.lib.periods import last_day

from .models import Absence, Area, Measure, Outturn, Unit

# The usual symbols of published tables (field.md, section 6).
ABSENCE_SYMBOLS = {
    Absence.NOT_AVAILABLE: ":",
    Absence.NOT_STATED: ":",
    Absence.NOT_APPLICABLE: "z",
    Absence.NOT_COLLECTED: "x",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as its reader may see it. `number` is None where there is none to see; `text`
    is what a page says, `symbol` what a data file says in place of a number."""

    number: float | None
    text: str
    symbol: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def hidden(self) -> bool:
        return self.symbol == SUPPRESSED


NOTHING = Figure(None, "–")


def number_text(value: Decimal | float, measure: Measure) -> str:
    """A number in the measure's unit: 26.0%, 29.5 per 10,000, 226 days, £1,200."""
    number = f"{value:,.{measure.decimals}f}"
    match Unit(measure.unit):
        case Unit.PERCENT:
            return f"{number}%"
        case Unit.DAYS:
            return f"{number} days"
        case Unit.POUNDS:
            return f"£{number}"
        case Unit.PER_10000 | Unit.COUNT | Unit.POINTS:
            return number


def outturn_figure(outturn: Outturn | None, measure: Measure, *, see_small: bool) -> Figure:
    """An outturn as its reader may see it. Counts of 1 to 5, and values whose numerator is one,
    are hidden from those who may not see small numbers."""
    if outturn is None:
        return NOTHING
    if outturn.value is None:
        absence = Absence(outturn.absence or Absence.NOT_AVAILABLE)
        return Figure(None, absence.label, ABSENCE_SYMBOLS[absence])
    small = is_small(outturn.numerator) or (measure.unit == Unit.COUNT and is_small(outturn.value))
    if small and not see_small:
        return Figure(None, "Hidden: a count of 1 to 5", SUPPRESSED)
    return Figure(
        float(outturn.value),
        number_text(outturn.value, measure),
        numerator=outturn.numerator,
        denominator=outturn.denominator,
    )


def comparators_of(month: date) -> dict[int, list[dict[str, Any]]]:
    """For each of the home area's series, its comparators' latest figures by that month: lists of
    area, name, value, vintage and outturn, keyed by the home series."""
    home = Area.objects.select_related("neighbours", "region", "nation").get(
        code=settings.HOME_AREA
    )
    wanted = {area.pk: place for place, area in enumerate(home.comparators)}
    ours = dict(
        (((measure, category), pk))
        for pk, measure, category in home.series.values_list("pk", "measure", "category")
    )
    latest: dict[tuple[int, int], Outturn] = {}
    figures = (
        Outturn.objects.approved()
        .actual()
        .filter(series__area__in=wanted, period_end__lte=last_day(month))
        .select_related("series__area")
        .order_by("period_end")
    )
    for outturn in figures:
        key = (outturn.series.measure_id, outturn.series.category)
        if key in ours:
            latest[ours[key], outturn.series.area_id] = outturn
    found: dict[int, list[dict[str, Any]]] = {}
    for (series, area), outturn in sorted(latest.items(), key=lambda item: wanted[item[0][1]]):
        found.setdefault(series, []).append(
            {
                "area": outturn.series.area.code,
                "name": outturn.series.area.name,
                "value": None if outturn.value is None else float(outturn.value),
                "vintage": outturn.vintage or outturn.period.label,
                "outturn": outturn.pk,
            }
        )
    return found
