"""Comparators: other areas' latest figures beside the council's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bucks_cs.lib.periods import Period, PeriodKind, add_months, last_day

from . import trends
from .models import Absence, Area, Judgement, Measure, Outturn, Series
from .presenters import (
    ABSENCE_SYMBOLS,
    HIDDEN_FIGURE,
    Comparator,
    Figure,
    is_small_figure,
    number_text,
)
from .trends import Chance, Comparison

ROLES = ("neighbours", "region", "nation")
# Comparators are published every year, most of them: the latest figure is nearly always among
# the last two years', and only where it is not is the whole history searched.
RECENT_MONTHS = 25


def home_area() -> Area:
    return Area.objects.select_related(*ROLES).get(code=settings.HOME_AREA)


def latest(
    area: Area, ours: Mapping[tuple[int, str], int], month: date
) -> dict[int, list[dict[str, Any]]]:
    """For each of an area's series (`ours`: keyed by measure and category), its comparators'
    latest figures whose periods end by that month, in two queries. Figures are plain, as a
    publication keeps them: `comparators` presents them to a reader.

    Of several figures that end on one day the shortest period's is taken, as the rules do.
    """
    roles = {getattr(area, f"{role}_id"): role for role in ROLES if getattr(area, f"{role}_id")}
    series = {
        pk: (ours[measure, category], area_id)
        for pk, measure, category, area_id in Series.objects.filter(
            area__in=roles, measure__in={measure for measure, _ in ours}
        ).values_list("pk", "measure", "category", "area")
        if (measure, category) in ours
    }
    figures = {
        row["series"]: row
        for row in Outturn.objects.filter(pk__in=_latest_of(series, month)).values(
            *("pk", "series", "value", "numerator", "denominator", "absence", "vintage"),
            *("period_kind", "period_start", "period_end"),
        )
    }
    found: dict[int, list[dict[str, Any]]] = {}
    for compared in area.comparators:
        for pk, (home_series, area_id) in series.items():
            if area_id == compared.pk and pk in figures:
                kept = _kept(compared, roles[area_id], figures[pk])
                found.setdefault(home_series, []).append(kept)
    return found


def _latest_of(series: Iterable[int], month: date) -> QuerySet[Series, int]:
    """The keys of the latest approved outturns of these series by that month."""
    outturns = (
        Outturn.objects.approved()
        .actual()
        .filter(series=OuterRef("pk"), period_end__lte=last_day(month))
        .order_by("-period_end", "-period_start")
        .values("pk")
    )
    recent = outturns.filter(period_start__gte=add_months(month, 1 - RECENT_MONTHS))
    return (
        Series.objects.filter(pk__in=series)
        .order_by()
        .annotate(latest=Coalesce(Subquery(recent[:1]), Subquery(outturns[:1])))
        .values_list("latest", flat=True)
    )


def _kept(area: Area, role: str, row: dict[str, Any]) -> dict[str, Any]:
    period = Period(row["period_start"], row["period_end"], PeriodKind(row["period_kind"]))
    return {
        "area": area.code,
        "name": area.name,
        "role": role,
        "value": None if row["value"] is None else float(row["value"]),
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "absence": row["absence"],
        "vintage": row["vintage"] or period.label,
        "outturn": row["pk"],
    }


def comparators_of(month: date) -> dict[int, list[dict[str, Any]]]:
    """The comparators' latest figures by that month for each of the home area's series: lists of
    area, name, role, value, numerator, denominator, absence, vintage and outturn."""
    home = home_area()
    ours = {
        (measure, category): pk
        for pk, measure, category in home.series.values_list("pk", "measure", "category")
    }
    return latest(home, ours, month)


def comparators(
    kept: Sequence[dict[str, Any]],
    measure: Measure,
    *,
    see_small: bool,
    judged: Judgement | None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
) -> tuple[Comparator, ...]:
    """The kept figures as their reader may see them, each with how ours stands against it.
    `judged`, `numerator` and `denominator` are ours; no judgement where ours is hidden."""
    shown = []
    for one in kept:
        figure = _figure(one, measure, see_small=see_small)
        comparison, chance = Comparison.NONE, Chance.NOT_KNOWN
        if judged is not None and figure.number is not None:
            comparison = Comparison(getattr(judged, f"versus_{one['role']}"))
            chance = _chance(numerator, denominator, one)
        shown.append(
            Comparator(one["area"], one["name"], figure, _vintage(one), comparison, chance)
        )
    return tuple(shown)


def _vintage(one: dict[str, Any]) -> str:
    vintage: str = one["vintage"]
    return "year not stated" if vintage == "not stated" else vintage


def _figure(one: dict[str, Any], measure: Measure, *, see_small: bool) -> Figure:
    if one["value"] is None:
        reason = Absence(one.get("absence") or Absence.NOT_AVAILABLE)
        return Figure(None, reason.label, ABSENCE_SYMBOLS[reason])
    if not see_small and is_small_figure(one["value"], _count(one, "numerator"), measure.unit):
        return HIDDEN_FIGURE
    return Figure(one["value"], number_text(one["value"], measure))


def _count(one: dict[str, Any], field: str) -> Decimal | None:
    """A count as kept: a publication keeps decimals as text."""
    return None if one.get(field) is None else Decimal(one[field])


def _chance(numerator: Decimal | None, denominator: Decimal | None, one: dict[str, Any]) -> Chance:
    counts = (numerator, denominator, _count(one, "numerator"), _count(one, "denominator"))
    if None in counts:
        return Chance.NOT_KNOWN
    return Chance(int(trends.beyond_chance(*(float(count or 0) for count in counts))))
