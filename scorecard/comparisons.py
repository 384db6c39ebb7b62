"""Comparators: other areas' latest figures beside the council's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bucks_cs.lib.periods import add_months, day_label, last_day

from . import trends
from .models import Absence, Area, Judgement, Measure, Outturn, Series
from .presenters import (
    ABSENCE_SYMBOLS,
    HIDDEN_FIGURE,
    Comparator,
    Figure,
    is_small_figure,
    number_text,
    period_of,
    vintage_words,
)
from .querysets import OutturnQuerySet
from .trends import Chance, Comparison

ROLES = ("neighbours", "region", "nation")
COUNTS = ("numerator", "denominator")
COMPARISONS = {comparison.value: comparison for comparison in Comparison}

Kept = dict[str, Any]
"""A comparator's figure, plain, as a publication keeps it: area, name, role, value, numerator,
denominator, absence, vintage and outturn."""


def home_series() -> tuple[dict[int, tuple[int, str]], dict[int, str]]:
    """The home area's series, each with its measure and category; and the areas it is compared
    with, each with its role. One query."""
    rows = list(
        Series.objects.filter(area__code=settings.HOME_AREA)
        .order_by()
        .values_list("pk", "measure", "category", *(f"area__{role}" for role in ROLES))
    )
    series = {pk: (measure, category) for pk, measure, category, *_ in rows}
    roles = dict(zip(rows[0][3:], ROLES, strict=True)) if rows else {}
    return series, {area: role for area, role in roles.items() if area is not None}


def latest(
    ours: Mapping[int, tuple[int, str]], compared: Mapping[int, str], month: date
) -> dict[int, list[Kept]]:
    """For each of our series (its measure and category), the compared areas' latest figures
    whose periods end by that month: in at most three queries, which do not read whole histories.
    Figures are plain; `comparators` presents them to a reader.

    Of several figures that end on one day the shortest period's is taken, as the rules do.
    """
    by_subject = {subject: pk for pk, subject in ours.items()}
    measures = {measure for measure, _ in by_subject}
    outturns = Outturn.objects.approved().actual()
    of_month = _since(outturns, month).filter(
        period_end__lte=last_day(month),
        series__area__in=compared,
        series__measure__in=measures,
    )
    found = _kept(of_month, compared)
    if any((*subject, area) not in found for subject in by_subject for area in compared):
        # Most comparators are published once a year, and their latest is of an earlier month.
        keys = [pk for pk in _latest_of(compared, measures, month) if pk]
        found = _kept(outturns.filter(pk__in=keys), compared)
    return {
        pk: [
            found[*subject, area]
            for area in sorted(compared, key=lambda area: ROLES.index(compared[area]))
            if (*subject, area) in found
        ]
        for subject, pk in by_subject.items()
    }


def _kept(
    outturns: OutturnQuerySet, compared: Mapping[int, str]
) -> dict[tuple[int, str, int], Kept]:
    """Figures as they are kept, by measure, category and area: the latest of each."""
    rows = outturns.order_by().values_list(
        *("period_end", "period_start", "period_kind", "vintage"),
        *("series__measure", "series__category"),
        *("series__area", "series__area__code", "series__area__name"),
        *("pk", "value", *COUNTS, "absence"),
    )
    found: dict[tuple[int, str, int], Kept] = {}
    for end, start, kind, vintage, measure, category, area, code, name, *figure in sorted(rows):
        kept: Kept = dict(zip(("outturn", "value", *COUNTS, "absence"), figure, strict=True))
        kept.update(area=code, name=name, role=compared[area])
        kept["vintage"] = vintage_words(vintage, period_of(kind, start, end))
        kept["value"] = None if kept["value"] is None else float(kept["value"])
        found[measure, category, area] = kept
    return found


def _since(outturns: OutturnQuerySet, first: date) -> OutturnQuerySet:
    """Those whose periods end on that day or later. No period is longer than a year, and the
    ledger is indexed by their first days."""
    return outturns.filter(period_end__gte=first, period_start__gte=add_months(first, -11))


def _first(outturns: OutturnQuerySet) -> Subquery:
    return Subquery(outturns.values("pk")[:1])


def _latest_of(areas: Mapping[int, str], measures: set[int], month: date) -> QuerySet[Series, Any]:
    """The keys of the latest approved outturns of these areas' series by that month: from the
    past year, and only where there is none from the whole history."""
    outturns = (
        Outturn.objects.approved()
        .actual()
        .filter(series=OuterRef("pk"), period_end__lte=last_day(month))
        .order_by("-period_end", "-period_start")
    )
    recent = _since(outturns, add_months(month, -12))
    return (
        Series.objects.filter(area__in=areas, measure__in=measures)
        .order_by()
        .annotate(latest=Coalesce(_first(recent), _first(outturns)))
        .values_list("latest", flat=True)
    )


def made_of(group: Area) -> str:
    """Who a group of authorities is, by which statistic, and who is left out of it and why."""
    names, left_out = [], []
    for member in group.members.select_related("area").order_by("area__name"):
        names.append(member.area.name)
        if member.withdrawn_from:
            until = f" to {day_label(member.withdrawn_to)}" if member.withdrawn_to else ""
            since = f"from {day_label(member.withdrawn_from)}{until}"
            left_out.append(f"{member.area.name} is left out {since}: {member.reason}")
    statistic = group.get_statistic_display() or "The source does not say if mean or median"
    words = [f"{group.name}: {', '.join(names)}", statistic, *left_out]
    return ". ".join(sentence.rstrip(".") for sentence in words) + "."


def comparators_of(month: date) -> dict[int, list[Kept]]:
    """The comparators' latest figures by that month for each of the home area's series."""
    return latest(*home_series(), month)


def add_chances(
    kept: Mapping[int, Sequence[Kept]],
    ours: Mapping[int, tuple[Decimal | None, Decimal | None]],
) -> None:
    """Adds to each comparator's figure whether ours differs from it by more than chance, where
    both come with their counts. `ours`: the numerator and denominator of each series."""
    pairs = [
        (one, [*ours[series], *(_count(one, field) for field in COUNTS)])
        for series, compared in kept.items()
        for one in compared
        if series in ours
    ]
    known = [(one, counts) for one, counts in pairs if None not in counts]
    if known:
        counts = zip(*([float(count or 0) for count in row] for _, row in known), strict=True)
        for (one, _), code in zip(known, trends.beyond_chance(*counts), strict=True):
            one["chance"] = Chance(int(code))


def comparators(
    kept: Sequence[Kept], measure: Measure, *, see_small: bool, judged: Judgement | None
) -> tuple[Comparator, ...]:
    """The kept figures as their reader may see them, each with how ours stands against it.
    `judged` is what the rules said of ours; None where ours is hidden."""
    shown = []
    for one in kept:
        figure = _figure(one, measure, see_small=see_small)
        comparison, chance = _stands(one, figure, judged)
        shown.append(
            Comparator(one["area"], one["name"], figure, one["vintage"], comparison, chance)
        )
    return tuple(shown)


def _stands(one: Kept, figure: Figure, judged: Judgement | None) -> tuple[Comparison, Chance]:
    if judged is None or figure.number is None:
        return Comparison.NONE, Chance.NOT_KNOWN
    code: int = getattr(judged, f"versus_{one['role']}")
    return COMPARISONS[code], one.get("chance", Chance.NOT_KNOWN)


def _figure(one: Kept, measure: Measure, *, see_small: bool) -> Figure:
    value: float | None = one["value"]
    if value is None:
        reason = Absence(one.get("absence") or Absence.NOT_AVAILABLE)
        return Figure(None, reason.label, ABSENCE_SYMBOLS[reason])
    above, below = (_count(one, field) for field in COUNTS)
    if not see_small and is_small_figure(value, above, below, measure.unit):
        return HIDDEN_FIGURE
    return Figure(value, number_text(value, measure))


def _count(one: Kept, field: str) -> Decimal | None:
    """A count as kept: a publication keeps decimals as text."""
    return None if one.get(field) is None else Decimal(one[field])
