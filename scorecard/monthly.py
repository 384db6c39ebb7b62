"""A month's scorecard as its reader may see it: as it is known now, or as it was published.

Only the council's own series are read, and of their history only the last 13 months; the number
of queries does not depend on the number of measures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bucks_cs.lib.disclosure import SUPPRESSED
from bucks_cs.lib.periods import (
    Period,
    PeriodKind,
    add_months,
    day_label,
    last_day,
    short_month_label,
)
from bucks_cs.models import User
from bucks_cs.roles import May

from . import comparisons, findings, sparkline
from .models import (
    Area,
    Judgement,
    Measure,
    Outturn,
    Publication,
    PublishedFigure,
    Series,
    Snapshot,
    Target,
)
from .presenters import (
    ABSENCE_SYMBOLS,
    HIDDEN,
    NO_TRAVEL,
    NOTHING,
    PENDING,
    Counted,
    Figure,
    Key,
    Past,
    Revision,
    ScorecardRow,
    counted,
    hidden_keys,
    number_figure,
    outturn_figure,
    travel,
)
from .querysets import OutturnQuerySet
from .rag import Polarity, Rag
from .spc import Assurance, Point, Variation
from .trends import OnTrack

MONTHS_BACK = 12
# How many months there are between the ends of neighbouring periods; dates stand among months.
_STEP = {"month": 1, "date": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A month: its rows, and what there is to say of it as a whole."""

    month: date
    rows: tuple[ScorecardRow, ...]
    missing: tuple[str, ...]
    """Scorecard measures due in the month that have no approved figure."""
    publication: Publication | None
    """The edition shown; or, for the month as known now, the latest edition there is."""
    as_published: bool
    editions: tuple[Publication, ...]


@dataclass
class _Reading:
    """What the rows are made from, read in bulk."""

    see_small: bool
    month: date
    area: Area
    series: dict[int, tuple[int, str]] = field(default_factory=dict)
    measures: dict[int, Measure] = field(default_factory=dict)
    outturns: list[Outturn] = field(default_factory=list)
    judgements: dict[Key, Judgement] = field(default_factory=dict)
    earlier: dict[Key, int] = field(default_factory=dict)
    """Codes of the ratings of periods before."""
    history: dict[tuple[int, int], dict[date, Past]] = field(default_factory=dict)
    """By series and step: each period's figure, by its last month."""
    hidden: set[Key] = field(default_factory=set)
    comparators: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    next_targets: dict[int, Target] = field(default_factory=dict)
    revisions: dict[Key, Revision] = field(default_factory=dict)


def known_now(month: date, user: User) -> Scorecard:
    """The month as it is known now: approved figures, what the rules say of them now, and which
    of them were revised since the month was published."""
    area = comparisons.home_area()
    reading = _Reading(user.may(May.SEE_SMALL_NUMBERS), month, area)
    reading.series = {
        pk: (measure, category)
        for pk, measure, category in area.series.order_by().values_list("pk", "measure", "category")
    }
    visible = Outturn.objects.visible_to(user).actual().filter(series__in=reading.series)
    reading.outturns = list(_starting_near(visible, month).ending_in(month))
    _read_measures(reading, scorecard=True)
    _read_history(reading, visible)
    shown = {outturn.series_id for outturn in reading.outturns}
    snapshots = Snapshot.objects.filter(
        series__in=shown, period_start__gte=_window_start(month), period_end__in=_ends(month)
    )
    for snapshot in snapshots.filter(period_end__gte=month):
        reading.judgements[snapshot.pk] = snapshot
    for series, start, end, rated in snapshots.filter(period_end__lt=month).values_list(
        "series", "period_start", "period_end", "rag"
    ):
        reading.earlier[series, start, end] = rated
    ours = {reading.series[pk]: pk for pk in shown}
    reading.comparators = comparisons.latest(area, ours, month)
    editions = tuple(Publication.objects.filter(month=month).order_by("edition"))
    if editions:
        _read_revisions(reading, editions[-1])
    return Scorecard(
        month,
        _rows(reading),
        _missing(reading),
        editions[-1] if editions else None,
        False,
        editions,
    )


def as_published(publication: Publication, user: User) -> Scorecard:
    """The month as this edition said it, with the history that was known on that day."""
    month, at = publication.month, publication.published_at
    area = comparisons.home_area()
    reading = _Reading(user.may(May.SEE_SMALL_NUMBERS), month, area)
    figures = PublishedFigure.objects.filter(publication=publication).select_related("outturn")
    for figure in figures:
        outturn = figure.outturn
        key = _key(outturn)
        reading.outturns.append(outturn)
        reading.judgements[key] = figure
        reading.comparators[outturn.series_id] = figure.comparators
        if outturn.superseded_at:
            reading.revisions[key] = Revision(
                f"Revised since, on {_day(outturn.superseded_at)}", on=outturn.superseded_at
            )
    reading.series = {
        pk: (measure, category)
        for pk, measure, category in Series.objects.filter(
            pk__in={outturn.series_id for outturn in reading.outturns}
        ).values_list("pk", "measure", "category")
    }
    _read_measures(reading, scorecard=False)
    known = Outturn.objects.known_at(at).open_to(user).actual().filter(series__in=reading.series)
    _read_history(reading, known)
    before = PublishedFigure.objects.filter(
        publication__month__in=[end.replace(day=1) for end in _ends(month)[1:]],
        publication__published_at__lte=at,
    ).order_by("publication__edition")
    for series, start, end, rated in before.values_list(
        "outturn__series", "outturn__period_start", "outturn__period_end", "rag"
    ):
        reading.earlier[series, start, end] = rated
    editions = tuple(Publication.objects.filter(month=month).order_by("edition"))
    return Scorecard(month, _rows(reading), (), publication, True, editions)


# ---- reading -----------------------------------------------------------------------


def _key(outturn: Outturn) -> Key:
    return (outturn.series_id, outturn.period_start, outturn.period_end)


def _ends(month: date) -> list[date]:
    """The last days of the month and of those in which a period before may have ended."""
    return [last_day(add_months(month, -back)) for back in (0, 1, 3, 12)]


def _window_start(month: date) -> date:
    """The earliest first day of a period that ends in the window; the longest are of a year."""
    return add_months(month, -MONTHS_BACK - 11)


def _starting_near(outturns: OutturnQuerySet, month: date) -> OutturnQuerySet:
    """Bounds the search by the first day too, by which the ledger is indexed."""
    return outturns.filter(period_start__gte=_window_start(month))


def _read_measures(reading: _Reading, *, scorecard: bool) -> None:
    """The measures of the month, the scorecard's own where asked, and their next targets."""
    shown = {reading.series[outturn.series_id][0] for outturn in reading.outturns}
    wanted = Measure.objects.filter(pk__in=shown)
    if scorecard:
        wanted |= Measure.objects.filter(on_scorecard=True, active=True)
    reading.measures = {measure.pk: measure for measure in wanted.select_related("owner")}
    steps = Target.objects.filter(measure__in=shown, starts__gt=last_day(reading.month))
    for step in steps.order_by("-starts"):
        reading.next_targets[step.measure_id] = step


def _read_history(reading: _Reading, outturns: OutturnQuerySet) -> None:
    month = reading.month
    rows = list(
        _starting_near(outturns, month)
        .filter(period_end__range=(add_months(month, -MONTHS_BACK), last_day(month)))
        .order_by()
        .values_list(
            *("series", "period_kind", "period_start", "period_end"),
            *("value", "numerator", "absence"),
        )
    )
    if not reading.see_small:
        _find_hidden(reading, rows)
    for series, kind, start, end, value, _, absence in rows:
        periods = reading.history.setdefault((series, _STEP.get(kind, 12)), {})
        place = end.replace(day=1)
        if kind == "date" and place in periods:
            continue
        if (series, start, end) in reading.hidden:
            periods[place] = Past(end, None, SUPPRESSED)
        elif value is None:
            periods[place] = Past(end, None, ABSENCE_SYMBOLS.get(absence, ":"))
        else:
            periods[place] = Past(end, float(value), "")


def _find_hidden(reading: _Reading, rows: Iterable[tuple[Any, ...]]) -> None:
    def figures() -> Iterable[Counted]:
        for series, _, start, end, value, numerator, _ in rows:
            measure, category = reading.series[series]
            if measure in reading.measures:
                unit = reading.measures[measure].unit
                count = counted(value, numerator, unit)
                yield Counted((series, start, end), (measure, start, end), category, count)

    reading.hidden = hidden_keys(figures())


def _read_revisions(reading: _Reading, publication: Publication) -> None:
    """What was published, for the figures that stand otherwise now."""
    published = {
        _key(figure.outturn): figure.outturn
        for figure in PublishedFigure.objects.filter(publication=publication)
        .select_related("outturn")
        .only(
            *(f"outturn__{name}" for name in ("series", "period_start", "period_end", "value")),
            *(f"outturn__{name}" for name in ("numerator", "denominator", "absence")),
        )
    }
    for outturn in reading.outturns:
        key = _key(outturn)
        was = published.get(key)
        if was is None:
            reading.revisions[key] = Revision("Added since publication", on=outturn.approved_at)
        elif was.pk != outturn.pk:
            measure = reading.measures[reading.series[outturn.series_id][0]]
            hidden = key in reading.hidden
            figure = outturn_figure(was, measure, see_small=reading.see_small, hidden=hidden)
            reading.revisions[key] = Revision(
                f"Revised since publication: was {figure.text}",
                figure.text,
                outturn.approved_at,
                outturn.reason,
            )


def _missing(reading: _Reading) -> tuple[str, ...]:
    there = {
        measure
        for outturn in reading.outturns
        for measure, category in [reading.series[outturn.series_id]]
        if not category
    }
    return tuple(
        measure.short_name
        for measure in sorted(reading.measures.values(), key=lambda measure: measure.order)
        if measure.on_scorecard
        and measure.active
        and measure.pk not in there
        and Period.ending_in(PeriodKind(measure.frequency), reading.month)
    )


def _day(moment: datetime) -> str:
    return day_label(timezone.localtime(moment).date())


# ---- rows --------------------------------------------------------------------------


def _rows(reading: _Reading) -> tuple[ScorecardRow, ...]:
    """A row a measure, in the measures' order; its categories, and its figures for other kinds
    of period, are its parts."""
    grouped: dict[int, list[Outturn]] = {}
    for outturn in reading.outturns:
        grouped.setdefault(reading.series[outturn.series_id][0], []).append(outturn)
    ordered = sorted(
        grouped, key=lambda pk: (reading.measures[pk].order, reading.measures[pk].code)
    )
    return tuple(_measure_row(reading, reading.measures[pk], grouped[pk]) for pk in ordered)


def _measure_row(reading: _Reading, measure: Measure, outturns: list[Outturn]) -> ScorecardRow:
    def order(outturn: Outturn) -> tuple[object, ...]:
        category = reading.series[outturn.series_id][1]
        length = outturn.period_end - outturn.period_start
        return (category, outturn.period_kind != measure.frequency, length)

    outturns.sort(key=order)
    first, *others = outturns
    if reading.series[first.series_id][1]:
        parts = [_row(reading, measure, one) for one in outturns]
        return replace(_blank(parts[0]), parts=tuple(parts))
    if not others:
        return _row(reading, measure, first)
    return replace(
        _row(reading, measure, first),
        parts=tuple(_row(reading, measure, one, part=True) for one in others),
    )


def _blank(part: ScorecardRow) -> ScorecardRow:
    """The row of a measure that has a figure for its categories only."""
    return replace(
        part, label="", figure=NOTHING, rag=Rag.NO_DATA, printed_rag="", direction=NO_TRAVEL,
        direction_year=NO_TRAVEL, direction_mean=NO_TRAVEL, earlier=NOTHING, gap="", movement="", step="",
        mean=None, lower_limit=None, upper_limit=None, points=0, point=Point.ABSENT,
        variation=Variation.NONE, assurance=Assurance.NONE, on_track=OnTrack.NO_DATA,
        comparators=(), commentary="", source_note="", history=(), spark=None, revised=None,
    )  # fmt: skip


def _row(
    reading: _Reading, measure: Measure, outturn: Outturn, *, part: bool = False
) -> ScorecardRow:
    key = _key(outturn)
    category = reading.series[outturn.series_id][1]
    period = outturn.period
    figure = outturn_figure(
        outturn, measure, see_small=reading.see_small, hidden=key in reading.hidden
    )
    judged = None if figure.hidden else reading.judgements.get(key)
    past = _past(reading, outturn)
    target = None if judged is None else judged.target
    next_target = reading.next_targets.get(measure.pk)
    earlier = past[-2] if len(past) > 1 else None
    facts = _facts(measure, period, figure, judged, earlier)
    return ScorecardRow(
        code=measure.code,
        name=measure.short_name,
        printed_name=measure.name,
        theme=measure.theme,
        owner=measure.owner.title if measure.owner else "",
        owner_id=measure.owner_id,
        unit=measure.unit,
        decimals=measure.decimals,
        polarity=Polarity(measure.polarity),
        on_scorecard=measure.on_scorecard,
        label=category or (period.label if part else ""),
        period=period.label,
        figure=figure,
        target=_target(measure, judged),
        next_target=number_figure(next_target.value if next_target else None, measure),
        next_target_from=next_target.starts if next_target else None,
        printed_rag="" if figure.hidden else outturn.printed_rag,
        earlier=NOTHING if earlier is None else _past_figure(earlier, measure),
        earlier_period=facts.earlier_period,
        earlier_rag=_earlier_rag(reading, outturn, earlier),
        gap=findings.against_target(facts, brief=True),
        movement=findings.movement(facts, brief=True),
        step=findings.step(facts),
        comparators=comparisons.comparators(
            reading.comparators.get(outturn.series_id, ()),
            measure,
            see_small=reading.see_small,
            judged=judged,
            numerator=figure.numerator,
            denominator=figure.denominator,
        ),
        commentary="" if figure.hidden else outturn.commentary,
        source_note="" if figure.hidden else outturn.source_note,
        history=past,
        spark=sparkline.draw([one.number for one in past], target),
        revised=reading.revisions.get(key),
        **_judged(figure, judged, measure, see_small=reading.see_small),
    )


def _judged(
    figure: Figure, judged: Judgement | None, measure: Measure, *, see_small: bool
) -> dict[str, Any]:
    """What the rules said, as the row keeps it. Limits rest on every figure of the series, so
    they are for those who may see every figure; the measure's page looks which are safe."""
    if judged is None:
        return {
            "rag": HIDDEN if figure.hidden else PENDING,
            **dict.fromkeys(("direction", "direction_year", "direction_mean"), NO_TRAVEL),
            **dict.fromkeys(("mean", "lower_limit", "upper_limit")),
            "points": 0,
            "point": Point.ABSENT,
            "variation": Variation.NONE,
            "assurance": Assurance.NONE,
            "on_track": OnTrack.NO_DATA,
        }
    has_limits = judged.lower_limit is not None
    return {
        "rag": Rag(judged.rag),
        "direction": travel(judged.direction, measure.polarity),
        "direction_year": travel(judged.direction_year, measure.polarity),
        "direction_mean": travel(judged.direction_mean, measure.polarity),
        "mean": judged.mean if see_small else None,
        "lower_limit": judged.lower_limit if see_small else None,
        "upper_limit": judged.upper_limit if see_small else None,
        "points": judged.points,
        "point": Point(judged.point),
        "variation": Variation(judged.variation) if has_limits else Variation.NONE,
        "assurance": Assurance(judged.assurance),
        "on_track": OnTrack(judged.on_track),
    }


def _past(reading: _Reading, outturn: Outturn) -> tuple[Past, ...]:
    """The periods of the window, oldest first and ending with this one; gaps are kept."""
    step = _STEP.get(outturn.period_kind, 12)
    known = reading.history.get((outturn.series_id, step), {})
    months = [
        add_months(outturn.period_end, -step * back) for back in range(MONTHS_BACK // step, -1, -1)
    ]
    return tuple(known.get(month) or Past(last_day(month), None, "") for month in months)


def _past_figure(past: Past, measure: Measure) -> Figure:
    return number_figure(past.number, measure)


def _facts(
    measure: Measure,
    period: Period,
    figure: Figure,
    judged: Judgement | None,
    earlier: Past | None,
) -> findings.Facts:
    return findings.Facts(
        name=measure.short_name,
        unit=measure.unit,
        decimals=measure.decimals,
        polarity=Polarity(measure.polarity),
        period=period.label,
        value=figure.number,
        earlier=earlier.number if earlier else None,
        earlier_period=_earlier_period(period, earlier),
        target=judged.target if judged else None,
        target_upper=judged.target_upper if judged else None,
    )


def _earlier_period(period: Period, earlier: Past | None) -> str:
    if earlier is None:
        return ""
    before = Period.ending_in(period.kind, earlier.end.replace(day=1))
    return before.label if before else short_month_label(earlier.end)


def _earlier_rag(reading: _Reading, outturn: Outturn, earlier: Past | None) -> Rag | None:
    if earlier is None or earlier.symbol == SUPPRESSED:
        return None
    before = Period.ending_in(PeriodKind(outturn.period_kind), earlier.end.replace(day=1))
    if before is None:
        return None
    rated = reading.earlier.get((outturn.series_id, before.start, before.end))
    return None if rated is None else Rag(rated)


def _target(measure: Measure, judged: Judgement | None) -> Figure:
    if judged is None or judged.target is None:
        return NOTHING
    bottom = number_figure(judged.target, measure)
    if judged.target_upper is None:
        return bottom
    return replace(bottom, text=f"{bottom.text} to {number_figure(judged.target_upper, measure)}")
