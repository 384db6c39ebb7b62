"""What the ledger says of some measures, as its reader may see it: printed figures and counted
ones alike, all areas and all parts, for pages that tell of one subject."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from bucks_cs.lib.periods import Period, PeriodKind, add_months, day_label
from bucks_cs.models import User
from bucks_cs.roles import May

from .models import Area, AreaKind, Document, Measure, Outturn, Series, Source, Unit
from .presenters import (
    Counted,
    Figure,
    Key,
    hidden_keys,
    outturn_figure,
    period_label,
    period_of,
    when,
)
from .rows import key_of

READ = (
    *("series_id", "period_kind", "period_start", "period_end", "projection", "value"),
    *("numerator", "denominator", "absence", "withheld", "document_id", "source", "locator"),
    "source_note",
)
"""As much of an outturn as is shown: there may be thousands."""
MONTHS = 24
"""Months before the newest that are read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure as its reader may see it, with what its source says of it."""

    measure: Measure
    area: Area
    category: str
    period: Period
    figure: Figure
    projection: bool
    source: str
    locator: str
    doubt: str

    @property
    def end(self) -> date:
        return self.period.end

    @property
    def when(self) -> str:
        return when(self.period)

    @property
    def label(self) -> str:
        return period_label(self.period)

    @property
    def is_year_end(self) -> bool:
        """At 31 March, as the national figures are."""
        return (self.end.month, self.end.day) == (3, 31)

    @property
    def share_of(self) -> str:
        """What a percentage is a share of, in words; empty for anything else."""
        label = self.measure.denominator_label
        return label[:1].lower() + label[1:] if self.measure.unit == Unit.PERCENT else ""


class Ledger:
    """The figures of some measures, each series oldest first. Of two that end on one day, the one
    approved last: a count from a return after the committee's paper, or the other way about.
    `until` leaves out what ends later."""

    def __init__(
        self,
        user: User,
        codes: Iterable[str],
        *,
        until: date | None = None,
    ) -> None:
        visible = Outturn.objects.visible_to(user)
        if until:
            visible = visible.filter(period_end__lte=until)
        newest = visible.filter(series=OuterRef("pk")).order_by("-period_end").values("period_end")
        found = _series(codes).annotate(newest=Subquery(newest[:1]))
        series = {one.pk: one for one in found}
        documents = Document.objects.in_bulk()
        rows = list(
            visible.filter(_worth_reading({one.newest for one in found if one.newest}))
            .filter(series__in=series)
            .order_by("period_end", "approved_at", "pk")
            .only(*READ)
        )
        for one in rows:
            one.series = series[one.series_id]
            one.document = documents.get(one.document_id)
        see_small = user.may(May.SEE_SMALL_NUMBERS)
        hidden = set() if see_small else _hidden(one for one in rows if not one.projection)
        kept: dict[tuple[str, str, str], dict[tuple[date, bool], Shown]] = {}
        for one in rows:
            of = one.series
            place = (of.measure.code, of.area.code, of.category)
            shown = _shown(one, see_small=see_small, hidden=key_of(one) in hidden)
            kept.setdefault(place, {})[one.period_end, one.projection] = shown
        self._series = {place: list(found.values()) for place, found in kept.items()}

    def each(self, code: str, area: str = "", category: str = "") -> list[Shown]:
        """A series' figures, but no projections, oldest first; of the home area, unless named."""
        found = self._series.get((code, area or settings.HOME_AREA, category), ())
        return [one for one in found if not one.projection]

    def latest(self, code: str, area: str = "", category: str = "") -> Shown | None:
        found = self.each(code, area, category)
        return found[-1] if found else None

    def projected(self, code: str) -> list[Shown]:
        """The home area's projections of a measure, whole and parts."""
        return [
            one
            for (of, area, _), found in self._series.items()
            if (of, area) == (code, settings.HOME_AREA)
            for one in found
            if one.projection
        ]

    def parts(self, code: str) -> dict[str, list[Shown]]:
        """The home area's series of a measure's categories, in their order on the page."""
        return {
            category: actual
            for (of, area, category) in sorted(self._series, key=_as_told)
            if category and (of, area) == (code, settings.HOME_AREA)
            if (actual := self.each(code, area, category))
        }

    def others(self, code: str, category: str = "") -> list[list[Shown]]:
        """The same series of every other area that has it: nation and region first."""
        found = [
            actual
            for (of, area, part) in self._series
            if (of, part) == (code, category) and area != settings.HOME_AREA
            if (actual := self.each(code, area, category))
        ]
        order = (AreaKind.NATION, AreaKind.REGION, AreaKind.GROUP, AreaKind.AUTHORITY)
        return sorted(
            found, key=lambda one: (order.index(AreaKind(one[0].area.kind)), one[0].area.name)
        )


# ---- rows ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, and the latest of the same measure in other areas."""

    shown: Shown
    others: tuple[Shown, ...] = ()

    @property
    def name(self) -> str:
        part = self.shown.category
        return f"{self.shown.measure.short_name}{f': {part}' if part else ''}"


def rows(
    ledger: Ledger, codes: Iterable[str], *, drawn_in_parts: Container[str] = ()
) -> tuple[Row, ...]:
    """The latest figure of each measure, whole and parts, in order; those that a chart's table
    has already are left out."""
    found = []
    for code in codes:
        drawn = code in drawn_in_parts
        whole = None if drawn else ledger.latest(code)
        parts = [] if drawn else [one[-1] for one in ledger.parts(code).values()]
        found += [
            Row(shown, tuple(map(_latest_told, ledger.others(code, shown.category))))
            for shown in (*filter(None, [whole]), *parts)
        ]
    return tuple(found)


def _latest_told(line: Sequence[Shown]) -> Shown:
    """The latest that says something: a paper may say of an area that it is not stated."""
    told = [one for one in line if one.figure.number is not None or one.figure.hidden]
    return (told or line)[-1]


# ---- read ---------------------------------------------------------------------------


def _series(codes: Iterable[str]) -> QuerySet[Series]:
    """The home area's series of these measures, and those that it is compared with: of nations,
    regions, groups, and of authorities that are set beside it in print. One authority's figures of
    every other would be too many lines."""
    printed = Outturn.objects.filter(series=OuterRef("pk"), document__isnull=False)
    wide = Q(area__kind__in=(AreaKind.NATION, AreaKind.REGION, AreaKind.GROUP))
    home = Q(area__code=settings.HOME_AREA)
    found = Series.objects.filter(home | wide | Exists(printed), measure__code__in=set(codes))
    return found.select_related("measure", "area").order_by("pk")


def _worth_reading(newest: set[date]) -> Q:
    """Of months those at 31 March, those that are the newest of some series, and the last two
    years: ten years of every month are too much to read for a page. Whole periods, so that small
    numbers are looked for among all of their parts."""
    worth = ~Q(period_kind=PeriodKind.MONTH) | Q(period_end__month=3) | Q(period_end__in=newest)
    return worth | Q(period_end__gte=add_months(max(newest), -MONTHS)) if newest else worth


def _shown(one: Outturn, *, see_small: bool, hidden: bool) -> Shown:
    figure = outturn_figure(one, one.series.measure, see_small=see_small, hidden=hidden)
    return Shown(
        measure=one.series.measure,
        area=one.series.area,
        category=one.series.category,
        period=period_of(one.period_kind, one.period_start, one.period_end),
        figure=figure,
        projection=one.projection,
        source=f"Document {one.document.code}" if one.document else Source(one.source).label,
        locator=one.locator,
        doubt="" if figure.hidden else one.source_note,
    )


def _hidden(rows: Iterable[Outturn]) -> set[Key]:
    """The places of the figures that must be hidden, by the categories of each measure."""
    numbers: dict[tuple[str, str], int] = {}
    figures: list[Counted] = []
    for one in rows:
        measure, area = one.series.measure, one.series.area
        number = numbers.setdefault((measure.code, area.code), len(numbers))
        group = (number, one.period_start, one.period_end)
        told = (measure.unit, one.value, one.numerator, one.denominator, one.withheld)
        figures.append(Counted.of(key_of(one), group, one.series.category, *told))
    return hidden_keys(figures)


def _as_told(place: tuple[str, str, str]) -> tuple[int, str]:
    """Age bands by age; every other category by its name."""
    category = place[2]
    first = category.partition(" ")[0]
    if first.isdigit():
        return int(first), category
    return (0 if category.startswith("Under") else 99), category


def as_at(found: Sequence[Shown]) -> str:
    """31 March 2009 to 31 March 2021."""
    ends = sorted({one.end for one in found})
    return f"{day_label(ends[0])} to {day_label(ends[-1])}" if len(ends) > 1 else day_label(ends[0])
