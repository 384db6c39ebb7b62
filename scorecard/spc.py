"""Statistical process control: the XmR chart of the NHS "Making Data Count" method.

The rules are those of NHS England's Making Data Count guides and of their public R
implementation, NHSRplotthedots. The line in the middle is the mean of the baseline's points;
the limits stand 2.66 mean moving ranges from it, the near limits two thirds as far.

Arrays have the shape (series, periods), or (periods,) for one series. A column is one period
of the series' own frequency: a quarterly series comes as quarters, because a missing period
breaks adjacency. No moving range reaches across a missing period or a rebase, and neither do
trends, runs or two-of-three.

Differences from the R package, each deliberate:

* a missing period is a break (R expects series without gaps);
* a constant series has limits of zero width at its mean (R's screening leaves it with none);
* screening that would leave limits of zero width is not applied: in a series that is always
  100 but for one dip it would put every single 100 outside the limits;
* figures that differ by less than a billionth of their size are equal.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import prod
from typing import Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scorecard.rag import SAME_WITHIN, Code, Codes, Floats, Mask, Polarity, slack

Counts: TypeAlias = NDArray[np.int32]
Whole: TypeAlias = NDArray[np.integer]

LIMIT_RANGES = 2.66
"""Limits stand this many mean moving ranges from the mean."""
NEAR_SHARE = 2 / 3
"""Near limits stand at this share of the distance from the mean to the limits."""
SCREEN_RANGES = 3.267
"""Moving ranges of this many mean moving ranges or more are screened out, once."""
PATTERN_POINTS = 7
"""Points in a trend, and in a run on one side of the mean."""
PROVISIONAL_BELOW = 13
"""Limits made from fewer points than this are provisional."""
BLOCK = 256
"""Series worked on at a time, so that the working arrays stay in the processor's cache."""


class Point(Code):
    """What the chart says of one point; the first that holds, in this order."""

    ABSENT = 0, "No figure"
    COMMON = 1, "Within the expected range"
    OUTSIDE = 2, "Outside the process limits"
    TREND = 3, "Part of seven points rising or falling in a row"
    NEAR_LIMIT = 4, "One of two in three points close to a process limit"
    RUN = 5, "Part of seven points in a row on one side of the average"


class Variation(Code):
    """What the latest point says of the process."""

    NONE = 0, "Not enough data"
    COMMON = 1, "No significant change"
    IMPROVING_HIGH = 2, "Improving, high or rising"
    IMPROVING_LOW = 3, "Improving, low or falling"
    CONCERNING_HIGH = 4, "Concerning, high or rising"
    CONCERNING_LOW = 5, "Concerning, low or falling"
    NEUTRAL_HIGH = 6, "Significant change, high or rising"
    NEUTRAL_LOW = 7, "Significant change, low or falling"


class Assurance(Code):
    """Whether the process, as it runs, can be relied on to meet its target."""

    NONE = 0, "Not assessed"
    PASS = 1, "Will consistently meet the target"
    HIT_OR_MISS = 2, "May meet or miss the target"
    FAIL = 3, "Will consistently miss the target"


@dataclass(frozen=True, slots=True)
class Xmr:
    """An XmR chart, each array of the shape of the values it was made from.

    The lines are given at missing periods too. `mean` is NaN exactly where `count` is 0;
    `lower`, `upper`, `near_lower` and `near_upper` are NaN exactly where `has_limits` is False:
    no two points of the baseline are neighbours, so there is no moving range.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    kind: Codes
    """Codes of `Point`."""
    side: Codes
    """Direction of a special cause: 1 above the mean, -1 below; of a trend, its direction."""
    count: Counts
    """Points in the baseline that made the lines."""

    @property
    def has_limits(self) -> Mask:
        return ~np.isnan(self.upper)

    @classmethod
    def blank(cls, shape: tuple[int, ...]) -> Self:
        """A chart of this shape, waiting to be filled."""
        mean, lower, upper, near_lower, near_upper = (np.empty(shape) for _ in range(5))
        kind, side = (np.empty(shape, dtype=np.int8) for _ in range(2))
        count = np.empty(shape, dtype=np.int32)
        return cls(mean, lower, upper, near_lower, near_upper, kind, side, count)


def chart(
    values: ArrayLike,
    *,
    rebase: ArrayLike | None = None,
    freeze_after: ArrayLike | None = None,
    screen: bool = True,
) -> Xmr:
    """The whole chart as drawn today: each baseline's lines are made from all of its points.

    `values` are in the measure's unit; a figure that is not finite is a missing one. `rebase`
    is True where a new baseline begins. `freeze_after` (one whole number a series, 0 for none)
    makes the lines from that many of a baseline's first points. `screen` drops outlying moving
    ranges before the limits are made; the mean is never screened.

    Raises ValueError where `freeze_after` is below zero.
    """
    return _by_baseline(_drawn, values, rebase, freeze_after, screen)


def running(
    values: ArrayLike,
    *,
    rebase: ArrayLike | None = None,
    freeze_after: ArrayLike | None = None,
    screen: bool = True,
) -> Xmr:
    """What the chart said at each period of its latest point, without hindsight.

    Column t is the last column of `chart(values[:, : t + 1])`: its lines are made from the
    points up to t and its patterns end at t. Arguments and errors are those of `chart`.
    """
    return _by_baseline(_so_far, values, rebase, freeze_after, screen)


def variation(kind: ArrayLike, side: ArrayLike, polarity: ArrayLike) -> Codes:
    """The variation icon of each point, as codes of `Variation`, from its kind and side.

    A special cause is neutral where polarity is NONE or BAND: high is neither good nor bad.
    """
    kind = np.asarray(kind)
    side = np.asarray(side)
    high_is = np.array(
        [Variation.CONCERNING_HIGH, Variation.NEUTRAL_HIGH, Variation.IMPROVING_HIGH]
    )
    low_is = np.array([Variation.IMPROVING_LOW, Variation.NEUTRAL_LOW, Variation.CONCERNING_LOW])
    good_way = np.where(np.asarray(polarity) == Polarity.BAND, Polarity.NONE, polarity) + 1
    special = np.where(side > 0, high_is[good_way], low_is[good_way])
    quiet = np.where(kind == Point.ABSENT, Variation.NONE, Variation.COMMON)
    return np.where(kind >= Point.OUTSIDE, special, quiet).astype(np.int8)


def assurance(
    target: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    polarity: ArrayLike,
    *,
    target_upper: ArrayLike = np.nan,
) -> Codes:
    """The assurance icon, as codes of `Assurance`: the target against the process limits.

    `lower` and `upper` are the process limits. Higher is better: a target above the upper limit
    will be missed, one below the lower limit met, and any other hit or missed; lower is better
    reversed. A band runs from `target` to `target_upper`: PASS with both limits inside it, FAIL
    with both on one side of it. NONE without a target, limits or a polarity, or where the
    band's edges are crossed.

    The comparison is strict with one exception: limits of zero width that stand exactly on the
    target pass. A series that is always 100% against 100% meets its target every time.
    """
    bottom = np.asarray(target, dtype=np.float64)
    lower = np.asarray(lower, dtype=np.float64)
    upper = np.asarray(upper, dtype=np.float64)
    polarity = np.asarray(polarity)
    top = np.where(polarity == Polarity.BAND, target_upper, bottom)

    no_floor = polarity == Polarity.LOWER
    no_ceiling = polarity == Polarity.HIGHER
    tie = slack(bottom, top, lower, upper)
    steady = upper - lower <= tie
    clear_of_floor = no_floor | (lower - bottom > np.where(steady, -tie, tie))
    clear_of_ceiling = no_ceiling | (top - upper > np.where(steady, -tie, tie))
    misses = (~no_floor & (bottom - upper > tie)) | (~no_ceiling & (lower - top > tie))
    unknown = (polarity == Polarity.NONE) | ~(top >= bottom) | ~(upper >= lower)
    return np.select(
        [unknown, clear_of_floor & clear_of_ceiling, misses],
        [Assurance.NONE, Assurance.PASS, Assurance.FAIL],
        Assurance.HIT_OR_MISS,
    ).astype(np.int8)


# --- One series is one baseline from here down: a rebase has been made a series of its own. ---


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a baseline, in one column (`_drawn`) or one for each period (`_so_far`)."""

    mean: Floats
    reach: Floats
    """From the mean to a limit; NaN where there is no moving range."""
    tie: Floats
    """Figures this close to a line lie on it; NaN where there is no moving range, so that
    nothing is found special there."""
    count: Counts


_Method: TypeAlias = Callable[[Floats, Mask, bool], Xmr]


def _by_baseline(
    method: _Method,
    values: ArrayLike,
    rebase: ArrayLike | None,
    freeze_after: ArrayLike | None,
    screen: bool,
) -> Xmr:
    """Apply a method to every baseline of every series, a block of series at a time."""
    values = np.asarray(values, dtype=np.float64)
    rows, columns = prod(values.shape[:-1]), values.shape[-1]
    table = values.reshape(rows, columns)
    begins = np.broadcast_to(False if rebase is None else rebase, values.shape)
    begins = begins.reshape(rows, columns)
    freeze = np.broadcast_to(0 if freeze_after is None else freeze_after, (rows,))
    if (freeze < 0).any():
        raise ValueError("A baseline cannot be frozen after fewer points than none.")

    out = Xmr.blank((rows, columns))
    for first in range(0, rows, BLOCK):
        block = slice(first, first + BLOCK)
        number = np.cumsum(begins[block], axis=1)
        for baseline in range(number.max(initial=0) + 1):
            used = np.flatnonzero((number >= baseline).any(axis=1))
            here = number[used] == baseline
            series = _spaced(np.where(here, table[block][used], np.nan))
            piece = method(series, _baseline_points(series, freeze[block][used]), screen)
            only = bool(here.all())
            for field in fields(Xmr):
                whole, part = getattr(out, field.name)[block], getattr(piece, field.name)
                whole[used] = part if only else np.where(here, part, whole[used])
    return Xmr(*(getattr(out, field.name).reshape(values.shape) for field in fields(Xmr)))


def _spaced(table: Floats) -> Floats:
    """The series with a blank period before each, so that, laid end to end, they never touch."""
    series = np.full((len(table), table.shape[1] + 1), np.nan)
    np.copyto(series[:, 1:], table, where=np.isfinite(table))
    return series


def _baseline_points(series: Floats, freeze: Whole) -> Mask:
    """The points that make the lines: all of them, or the first `freeze` of a frozen series."""
    present = ~np.isnan(series)
    if not freeze.any():
        return present
    allowed = np.where(freeze == 0, series.shape[1], freeze)
    return present & (np.cumsum(present, axis=1) <= allowed[:, np.newaxis])


def _drawn(series: Floats, points: Mask, screen: bool) -> Xmr:
    """The whole chart: one line for all periods, patterns wherever a point takes part in one."""
    ranges = np.where(points, _moving_ranges(series), np.nan)
    mean_range = raw_range = _mean(ranges)
    if screen:
        kept = np.where(_outlying(ranges, raw_range), np.nan, ranges)
        mean_range = _unless_flat(_mean(kept), raw_range)
    mean = _mean(np.where(points, series, np.nan))
    count = points.sum(axis=1, keepdims=True, dtype=np.int32)
    lines = _Lines(mean, LIMIT_RANGES * mean_range, slack(mean, raw_range), count)

    gap = series - lines.mean
    outside, near = _zones(np.abs(gap), lines)
    two_near = _over_last(np.add, near.view(np.int8), 3) >= 2
    rises, falls = _trend_ends(series)
    rising, falling = _reach_back(rises, PATTERN_POINTS), _reach_back(falls, PATTERN_POINTS)
    turn = rising & falling  # ends one trend and begins the next: it belongs to the later
    return _classified(
        gap,
        lines,
        outside=outside,
        rising=rising & ~(turn & rises),
        falling=falling & ~(turn & falls),
        near=near & _reach_back(two_near & _same_side(series, lines, 3), 3),
        run=_reach_back(_same_side(series, lines, PATTERN_POINTS), PATTERN_POINTS),
    )


def _so_far(series: Floats, points: Mask, screen: bool) -> Xmr:
    """Each point against the lines of its own time, and the patterns that end at it."""
    lines = _lines_so_far(series, points, screen)
    gap = series - lines.mean
    outside, near = _zones(np.abs(gap), lines)
    near_before = _near_before(series, lines, 1) | _near_before(series, lines, 2)
    rising, falling = _trend_ends(series)
    return _classified(
        gap,
        lines,
        outside=outside,
        rising=rising,
        falling=falling,
        near=near & near_before & _same_side(series, lines, 3),
        run=_same_side(series, lines, PATTERN_POINTS),
    )


def _lines_so_far(series: Floats, points: Mask, screen: bool) -> _Lines:
    ranges = np.where(points, _moving_ranges(series), np.nan)
    has_range = ~np.isnan(ranges)
    total = np.cumsum(np.where(has_range, ranges, 0), axis=1)
    number = np.cumsum(has_range, axis=1, dtype=np.int32)
    mean_range = raw_range = _ratio(total, number)
    if screen:
        dropped_total, dropped_number = _dropped_so_far(ranges, raw_range)
        kept = _ratio(total - dropped_total, number - dropped_number)
        mean_range = _unless_flat(kept, raw_range)
    count = np.cumsum(points, axis=1, dtype=np.int32)
    mean = _ratio(np.cumsum(np.where(points, series, 0), axis=1), count)
    return _Lines(mean, LIMIT_RANGES * mean_range, slack(mean, raw_range), count)


def _dropped_so_far(ranges: Floats, raw_range: Floats) -> tuple[Floats, Whole]:
    """At each period, the sum and the number of the earlier ranges that its screening drops.

    Few ranges are ever dropped: only those that reach the lowest threshold still to come are
    followed, each from its own period to the last.
    """
    periods = ranges.shape[1]
    lowest_to_come = np.fmin.accumulate(raw_range[:, ::-1], axis=1)[:, ::-1]
    row, column = np.nonzero(_outlying(ranges, lowest_to_come) & (ranges > 0))
    length = periods - column
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    cell = np.repeat(row * periods + column, length) + offset
    size = np.repeat(ranges[row, column], length)
    dropped = _outlying(size, raw_range.ravel()[cell])
    total = np.bincount(cell[dropped], weights=size[dropped], minlength=ranges.size)
    number = np.bincount(cell[dropped], minlength=ranges.size)
    shape = ranges.shape
    return np.asarray(total, dtype=np.float64).reshape(shape), number.reshape(shape)


def _outlying(ranges: Floats, mean_range: Floats) -> Mask:
    return ranges >= SCREEN_RANGES * (1 - SAME_WITHIN) * mean_range


def _unless_flat(screened: Floats, raw: Floats) -> Floats:
    """The screened mean range, unless screening took away all there was of variation."""
    return np.where(screened > SAME_WITHIN * raw, screened, raw)


def _moving_ranges(series: Floats) -> Floats:
    """The distance of each point from the one before; NaN where either is missing."""
    flat = series.ravel()
    ranges = np.full_like(flat, np.nan)
    np.abs(flat[1:] - flat[:-1], out=ranges[1:])
    return ranges.reshape(series.shape)


def _mean(figures: Floats) -> Floats:
    """The mean of each row's figures, in one column; NaN where there are none."""
    present = ~np.isnan(figures)
    total = np.where(present, figures, 0).sum(axis=1, keepdims=True)
    return _ratio(total, np.count_nonzero(present, axis=1, keepdims=True))


def _ratio(total: Floats, number: Whole) -> Floats:
    """Total / number; NaN where the number is 0."""
    return total / np.where(number == 0, np.nan, number)


def _zones(distance: Floats, lines: _Lines) -> tuple[Mask, Mask]:
    """Whether points this far from the mean are outside the limits, or only the near limits."""
    outside = distance > lines.reach + lines.tie
    return outside, (distance > NEAR_SHARE * lines.reach + lines.tie) & ~outside


def _trend_ends(series: Floats) -> tuple[Mask, Mask]:
    """Where seven points, each beyond the one before, have risen or fallen."""
    flat = series.ravel()
    step = np.zeros_like(flat)
    np.subtract(flat[1:], flat[:-1], out=step[1:])
    size = np.abs(flat)
    tie = np.zeros_like(flat)
    np.add(size[1:], size[:-1], out=tie[1:])
    tie *= SAME_WITHIN
    rise, fall = (step > tie).reshape(series.shape), (step < -tie).reshape(series.shape)
    steps = PATTERN_POINTS - 1
    return _over_last(np.logical_and, rise, steps), _over_last(np.logical_and, fall, steps)


def _near_before(series: Floats, lines: _Lines, periods: int) -> Mask:
    """Whether the point this many periods ago is near today's limits."""
    distance = np.full(series.size, np.nan)
    np.abs(series.ravel()[:-periods] - lines.mean.ravel()[periods:], out=distance[periods:])
    return _zones(distance.reshape(series.shape), lines)[1]


def _same_side(series: Floats, lines: _Lines, periods: int) -> Mask:
    """Whether the last points all lie on one side of today's mean."""
    above = _over_last(np.minimum, series, periods) - lines.mean > lines.tie
    return above | (lines.mean - _over_last(np.maximum, series, periods) > lines.tie)


_Figures = TypeVar("_Figures", Mask, Codes, Floats)


def _over_last(fold: np.ufunc, figures: _Figures, periods: int) -> _Figures:
    """Fold each period with those before it, `periods` in all. The blank before each series is
    False or NaN, so no window that reaches past it can be True."""
    flat = figures.ravel()
    folded = flat.copy()
    for back in range(1, periods):
        fold(folded[back:], flat[:-back], out=folded[back:])
    return folded.reshape(figures.shape)


def _reach_back(ends: Mask, points: int) -> Mask:
    """Every period of the patterns of so many points that end where `ends` is True."""
    flat = ends.ravel()
    reached = flat.copy()
    for back in range(1, points):
        reached[:-back] |= flat[back:]
    return reached.reshape(ends.shape)


def _classified(
    gap: Floats,
    lines: _Lines,
    *,
    outside: Mask,
    rising: Mask,
    falling: Mask,
    near: Mask,
    run: Mask,
) -> Xmr:
    """The chart, less its blank periods; the first special cause that holds names a point."""
    kind = np.where(np.isnan(gap), np.int8(Point.ABSENT), np.int8(Point.COMMON))
    np.copyto(kind, Point.RUN, where=run)
    np.copyto(kind, Point.NEAR_LIMIT, where=near)
    np.copyto(kind, Point.TREND, where=rising | falling)
    np.copyto(kind, Point.OUTSIDE, where=outside)
    trend = kind == Point.TREND
    high = np.where(trend, rising, gap > 0) & (kind >= Point.OUTSIDE)
    low = np.where(trend, falling, gap < 0) & (kind >= Point.OUTSIDE)

    periods = slice(1, None)
    mean = np.broadcast_to(lines.mean, gap.shape)[:, periods]
    reach = np.broadcast_to(lines.reach, gap.shape)[:, periods]
    return Xmr(
        mean=mean,
        lower=mean - reach,
        upper=mean + reach,
        near_lower=mean - NEAR_SHARE * reach,
        near_upper=mean + NEAR_SHARE * reach,
        kind=kind[:, periods],
        side=(high.view(np.int8) - low.view(np.int8))[:, periods],
        count=np.broadcast_to(lines.count, gap.shape)[:, periods],
    )
