"""Rows of a month's scorecard, made from what was read. No queries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import isclose
from typing import Any

from bucks_cs.lib.disclosure import SUPPRESSED
from bucks_cs.lib.periods import Period, PeriodKind, add_months, last_day

from . import comparisons, findings, sparkline
from .hidden import Hidden
from .models import Judgement, Measure
from .presenters import (
    HIDDEN,
    NO_TRAVEL,
    NOTHING,
    PENDING,
    STEP,
    Figure,
    Key,
    Past,
    Recorded,
    Revision,
    ScorecardRow,
    number_figure,
    outturn_figure,
    period_label,
    period_of,
    process_said,
    travel,
    when,
)
from .rag import Polarity, Rag
from .spc import Assurance, Point, Variation
from .trends import OnTrack

MONTHS_BACK = 12
POLARITIES = {polarity.value: polarity for polarity in Polarity}


@dataclass
class Reading:
    """What the rows are made from, read in bulk by `monthly`."""

    see_small: bool
    month: date
    series: dict[int, tuple[int, str]] = field(default_factory=dict)
    measures: dict[int, Measure] = field(default_factory=dict)
    outturns: list[Recorded] = field(default_factory=list)
    judgements: dict[Key, Judgement] = field(default_factory=dict)
    earlier: dict[Key, int] = field(default_factory=dict)
    """Codes of the ratings of periods before."""
    history: dict[tuple[int, str], dict[date, Past]] = field(default_factory=dict)
    """By series and kind of period: each figure, by its period's last month."""
    hidden: Hidden = field(default_factory=Hidden)
    comparators: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    next_targets: dict[int, tuple[date, Decimal]] = field(default_factory=dict)
    """By measure: the first step of its target after the month."""
    revisions: dict[Key, Revision] = field(default_factory=dict)


def key_of(outturn: Recorded) -> Key:
    return (outturn.series_id, outturn.period_start, outturn.period_end)


def rows(reading: Reading) -> tuple[ScorecardRow, ...]:
    """A row a measure, in the measures' order; its categories, and its figures for other kinds
    of period, are its parts."""
    comparisons.add_chances(
        reading.comparators,
        {one.series_id: (one.numerator, one.denominator) for one in reading.outturns},
    )
    grouped: dict[int, list[Recorded]] = {}
    for outturn in reading.outturns:
        grouped.setdefault(reading.series[outturn.series_id][0], []).append(outturn)
    ordered = sorted(
        grouped, key=lambda pk: (reading.measures[pk].order, reading.measures[pk].code)
    )
    return tuple(_measure_row(reading, reading.measures[pk], grouped[pk]) for pk in ordered)


def _measure_row(reading: Reading, measure: Measure, outturns: list[Recorded]) -> ScorecardRow:
    def order(outturn: Recorded) -> tuple[object, ...]:
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
        direction_year=NO_TRAVEL, direction_mean=NO_TRAVEL, earlier=NOTHING, earlier_rag=None,
        gap="", movement="", step="", mean=None, lower_limit=None, upper_limit=None, points=0,
        point=Point.ABSENT, variation=Variation.NONE, assurance=Assurance.NONE,
        control_hidden=False, on_track=OnTrack.NO_DATA, comparators=(), commentary="",
        source_note="", history=(), spark=None, revised=None,
        facts=replace(part.facts, value=None, earlier=None, target=None, rag=Rag.NO_DATA),
    )  # fmt: skip


def _row(
    reading: Reading, measure: Measure, outturn: Recorded, *, part: bool = False
) -> ScorecardRow:
    key = key_of(outturn)
    category = reading.series[outturn.series_id][1]
    period = period_of(outturn.period_kind, outturn.period_start, outturn.period_end)
    figure = outturn_figure(
        outturn, measure, see_small=reading.see_small, hidden=key in reading.hidden
    )
    stands = standing(reading.judgements.get(key), outturn)
    judged = None if figure.hidden else stands
    past = _past(reading, outturn)
    target = None if judged is None else judged.target
    next_from, next_value = reading.next_targets.get(measure.pk, (None, None))
    earlier = past[-2] if len(past) > 1 else None
    facts = _facts(measure, period, figure, judged, earlier)
    said = _judged(reading, outturn, figure, judged, measure)
    return ScorecardRow(
        code=measure.code,
        name=measure.short_name,
        printed_name=measure.name,
        theme=measure.theme,
        owner=measure.owner.title if measure.owner else "",
        owner_id=measure.owner_id,
        unit=measure.unit,
        decimals=measure.decimals,
        polarity=POLARITIES[measure.polarity],
        on_scorecard=measure.on_scorecard,
        label=category or (period_label(period) if part else ""),
        period=period_label(period),
        figure=figure,
        target=_target(measure, stands),
        next_target=number_figure(next_value, measure),
        next_target_from=next_from,
        printed_rag="" if figure.hidden else outturn.printed_rag,
        earlier=NOTHING if earlier is None else _past_figure(earlier, measure),
        earlier_rag=_earlier_rag(reading, outturn, earlier),
        gap=findings.against_target(facts, brief=True),
        movement=findings.movement(facts, brief=True),
        step=findings.step(facts),
        comparators=comparisons.comparators(
            reading.comparators.get(outturn.series_id, ()),
            measure,
            see_small=reading.see_small,
            judged=judged,
        ),
        commentary="" if figure.hidden else outturn.commentary,
        source_note="" if figure.hidden else outturn.source_note,
        history=past,
        spark=sparkline.draw([one.number for one in past], target),
        revised=reading.revisions.get(key),
        facts=replace(
            facts,
            rag=said["rag"] if isinstance(said["rag"], Rag) else Rag.NO_TARGET,
            **{name: said[name] for name in ("variation", "assurance", "points")},
        ),
        **said,
    )


def standing(judged: Judgement | None, outturn: Recorded) -> Judgement | None:
    """The judgement, unless it is of a revision before this one and about to be made anew."""
    if judged is None or (judged.value is None) != (outturn.value is None):
        return None
    same = outturn.value is None or isclose(judged.value or 0.0, float(outturn.value))
    return judged if same else None


def _judged(
    reading: Reading,
    outturn: Recorded,
    figure: Figure,
    judged: Judgement | None,
    measure: Measure,
) -> dict[str, Any]:
    """What the rules said, as the row keeps it. Limits rest on every figure of the series, so
    they are for those who may see every figure; the measure's page looks which are safe."""
    place = (outturn.series_id, outturn.period_kind, outturn.period_end)
    control_hidden = reading.hidden.under_limits(outturn.series_id, outturn.period_end)
    if judged is None:
        return {
            "rag": HIDDEN if figure.hidden else PENDING,
            **dict.fromkeys(("direction", "direction_year", "direction_mean"), NO_TRAVEL),
            **dict.fromkeys(("mean", "lower_limit", "upper_limit")),
            "points": 0,
            "point": Point.ABSENT,
            "variation": Variation.NONE,
            "assurance": Assurance.NONE,
            "control_hidden": control_hidden,
            "on_track": OnTrack.NO_DATA,
        }
    said = (judged.direction, judged.direction_year, judged.direction_mean)
    variation, assurance = process_said(None if control_hidden else judged)
    return {
        **_said(
            judged.rag,
            reading.hidden.directions(*place, said),
            Point.ABSENT if control_hidden else judged.point,
            variation,
            assurance,
            OnTrack.NO_DATA if control_hidden else judged.on_track,
            measure.polarity,
        ),
        "mean": judged.mean if reading.see_small else None,
        "lower_limit": judged.lower_limit if reading.see_small else None,
        "upper_limit": judged.upper_limit if reading.see_small else None,
        "points": 0 if control_hidden else judged.points,
        "control_hidden": control_hidden,
    }


@lru_cache(maxsize=4096)
def _said(
    rag: int,
    directions: tuple[int, int, int],
    point: int,
    variation: int,
    assurance: int,
    on_track: int,
    polarity: int,
) -> dict[str, Any]:
    """Codes as they know their words; kept, because rows share few combinations of them."""
    direction, direction_year, direction_mean = (travel(code, polarity) for code in directions)
    return {
        "rag": Rag(rag),
        "direction": direction,
        "direction_year": direction_year,
        "direction_mean": direction_mean,
        "point": Point(point),
        "variation": Variation(variation),
        "assurance": Assurance(assurance),
        "on_track": OnTrack(on_track),
    }


def _past(reading: Reading, outturn: Recorded) -> tuple[Past, ...]:
    """The periods of the window, oldest first and ending with this one; gaps are kept."""
    step = STEP.get(outturn.period_kind, 12)
    known = reading.history.get((outturn.series_id, outturn.period_kind), {})
    blank = _blank_year(outturn.period_end, step)
    return tuple(known.get(month, past) for month, past in blank.items())


@lru_cache(maxsize=64)
def _blank_year(end: date, step: int) -> dict[date, Past]:
    months = [add_months(end, -step * back) for back in range(MONTHS_BACK // step, -1, -1)]
    return {month: Past(last_day(month), None, "") for month in months}


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
        polarity=POLARITIES[measure.polarity],
        when=when(period),
        value=figure.number,
        earlier=earlier.number if earlier else None,
        earlier_when=_earlier_when(period, earlier),
        target=judged.target if judged else None,
        target_upper=judged.target_upper if judged else None,
    )


def _earlier_when(period: Period, earlier: Past | None) -> str:
    before = _ending_in(period.kind, earlier.end) if earlier else None
    return when(before) if before else ""


def _earlier_rag(reading: Reading, outturn: Recorded, earlier: Past | None) -> Rag | None:
    if earlier is None or earlier.symbol == SUPPRESSED:
        return None
    before = _ending_in(outturn.period_kind, earlier.end)
    if before is None:
        return None
    rated = reading.earlier.get((outturn.series_id, before.start, before.end))
    return None if rated is None else Rag(rated)


@lru_cache(maxsize=4096)
def _ending_in(kind: str, end: date) -> Period | None:
    return Period.ending_in(PeriodKind(kind), end.replace(day=1))


def _target(measure: Measure, judged: Judgement | None) -> Figure:
    if judged is None or judged.target is None:
        return NOTHING
    bottom = number_figure(judged.target, measure)
    if judged.target_upper is None:
        return bottom
    return replace(bottom, text=f"{bottom.text} to {number_figure(judged.target_upper, measure)}")
