"""How an outturn compares: with its own past, with other areas, and with its next target.

Every function takes NumPy arrays that broadcast together. Those that look back take series laid
out along the last axis, a column for each period of the series' own frequency. NaN means "no
figure" on the way in; no NaN leaves in an array of codes.
"""

import numpy as np
from numpy.typing import ArrayLike

from scorecard.rag import Code, Codes, Floats, Mask, Polarity, slack

CONFIDENT_AT = 1.96
"""Standard errors beyond which a difference is not put down to chance, with 95% confidence."""
FEWEST_FOR_A_LINE = 3
"""A line is fitted to no fewer points than this."""


class Direction(Code):
    """Direction of travel from an earlier figure."""

    NONE = 0, "Nothing to compare with"
    IMPROVED = 1, "Improved"
    SAME = 2, "No change"
    WORSENED = 3, "Worsened"
    ROSE = 4, "Rose"
    FELL = 5, "Fell"


class Comparison(Code):
    """How a figure stands against another area's."""

    NONE = 0, "No figure to compare with"
    BETTER = 1, "Better"
    SIMILAR = 2, "Similar"
    WORSE = 3, "Worse"
    HIGHER = 4, "Higher"
    LOWER = 5, "Lower"


class Chance(Code):
    """Whether two proportions differ by more than chance would explain."""

    NOT_KNOWN = 0, "Counts not known"
    WITHIN = 1, "Could be chance"
    BEYOND = 2, "More than chance"


class OnTrack(Code):
    """Whether the recent course of a measure reaches the next step of its target."""

    NO_DATA = 0, "Not enough data"
    NO_NEXT_STEP = 1, "No next target"
    MET = 2, "Already met"
    ON_TRACK = 3, "On track"
    OFF_TRACK = 4, "Off track"
    NOT_JUDGED = 5, "Not judged"


def direction(value: ArrayLike, earlier: ArrayLike, *, polarity: ArrayLike) -> Codes:
    """Direction of travel from `earlier` to `value`, as codes of `Direction`.

    Where polarity is NONE or BAND the figure rose or fell, which is neither good nor bad.
    """
    said = compare(value, earlier, polarity=polarity, similar_within=0)
    words = np.zeros(len(Comparison), dtype=np.int8)
    words[Comparison.BETTER] = Direction.IMPROVED
    words[Comparison.SIMILAR] = Direction.SAME
    words[Comparison.WORSE] = Direction.WORSENED
    words[Comparison.HIGHER] = Direction.ROSE
    words[Comparison.LOWER] = Direction.FELL
    return words[said]


def compare(
    value: ArrayLike, comparator: ArrayLike, *, polarity: ArrayLike, similar_within: ArrayLike
) -> Codes:
    """The value against a comparator's figure, as codes of `Comparison`.

    They are similar where they differ by `similar_within` or less, in the measure's unit. Where
    polarity is NONE or BAND the value is higher or lower, which is neither good nor bad.
    """
    value = np.asarray(value, dtype=np.float64)
    comparator = np.asarray(comparator, dtype=np.float64)
    within = np.asarray(similar_within, dtype=np.float64)
    polarity = np.asarray(polarity)
    gap = value - comparator
    better = np.where(polarity == Polarity.LOWER, -gap, gap) > 0
    judged = _has_good_direction(polarity)
    return np.select(
        [
            np.isnan(gap),
            np.abs(gap) <= within + slack(value, comparator, within),
            judged & better,
            judged,
            gap > 0,
        ],
        [
            Comparison.NONE,
            Comparison.SIMILAR,
            Comparison.BETTER,
            Comparison.WORSE,
            Comparison.HIGHER,
        ],
        Comparison.LOWER,
    ).astype(np.int8)


def lagged(values: ArrayLike, periods: int) -> Floats:
    """The values of so many periods before, in place of each value; NaN where there are none.

    Raises ValueError where `periods` is below zero: no rule looks ahead.
    """
    if periods < 0:
        raise ValueError("A series can only be set back by zero periods or more.")
    values = np.asarray(values, dtype=np.float64)
    earlier = np.full_like(values, np.nan)
    earlier[..., periods:] = values[..., : max(values.shape[-1] - periods, 0)]
    return earlier


def three_period_mean(values: ArrayLike) -> Floats:
    """The mean of the three periods before each; NaN unless all three are there."""
    return (lagged(values, 1) + lagged(values, 2) + lagged(values, 3)) / 3


def beyond_chance(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
) -> Codes:
    """Whether two proportions differ by more than chance, as codes of `Chance`.

    The two-proportion z-test with pooled variance, two-sided at 95% (NIST/SEMATECH e-Handbook
    of Statistical Methods, section 7.3.3). It is a rough guide where any of the four counts,
    of those who did and those who did not, is below about 5. NOT_KNOWN where a count is
    missing, a denominator is zero, or a numerator is below zero or above its denominator.
    """
    one = np.asarray(numerator, dtype=np.float64)
    other = np.asarray(other_numerator, dtype=np.float64)
    of_one = np.asarray(denominator, dtype=np.float64)
    of_other = np.asarray(other_denominator, dtype=np.float64)
    known = _is_proportion(one, of_one) & _is_proportion(other, of_other)
    base_one, base_other = np.where(known, of_one, 1), np.where(known, of_other, 1)
    pooled = (one + other) / (base_one + base_other)
    variance = pooled * (1 - pooled) * (1 / base_one + 1 / base_other)
    beyond = (one / base_one - other / base_other) ** 2 > CONFIDENT_AT**2 * variance
    return np.select([~known, beyond], [Chance.NOT_KNOWN, Chance.BEYOND], Chance.WITHIN).astype(
        np.int8
    )


def on_track(
    values: ArrayLike,
    next_target: ArrayLike,
    periods_to_next: ArrayLike,
    *,
    polarity: ArrayLike,
    window: int = 6,
) -> Codes:
    """Whether each period's recent course reaches the next target, as codes of `OnTrack`.

    A least-squares line through the points of the last `window` periods, three of them at
    least, is read `periods_to_next` periods ahead. `values` has the shape (series, periods);
    the other arrays broadcast with it, so what holds for a whole series comes as a column.

    Where several answers hold, the first of these is given: no value is NO_DATA; polarity NONE
    or BAND is NOT_JUDGED; no next target, or a time to it that is missing or past, is
    NO_NEXT_STEP; a value that meets it is MET; fewer than three points are NO_DATA.
    """
    values = np.asarray(values, dtype=np.float64)
    target = np.asarray(next_target, dtype=np.float64)
    ahead = np.asarray(periods_to_next, dtype=np.float64)
    lower_is_better = np.asarray(polarity) == Polarity.LOWER
    expected = _line_ahead(values, ahead, window)
    return np.select(
        [
            np.isnan(values),
            ~_has_good_direction(np.asarray(polarity)),
            np.isnan(target) | ~(ahead >= 0),
            _meets(values, target, lower_is_better),
            np.isnan(expected),
            _meets(expected, target, lower_is_better),
        ],
        [
            OnTrack.NO_DATA,
            OnTrack.NOT_JUDGED,
            OnTrack.NO_NEXT_STEP,
            OnTrack.MET,
            OnTrack.NO_DATA,
            OnTrack.ON_TRACK,
        ],
        OnTrack.OFF_TRACK,
    ).astype(np.int8)


def _line_ahead(values: Floats, ahead: Floats, window: int) -> Floats:
    """The line through each period's last points, read ahead; NaN with fewer than three.

    Times count from the period itself (0, -1, -2, ...) and heights from its own value.
    """
    number, times, squares, heights, products = np.zeros((5, *values.shape))
    for back in range(window):
        height = lagged(values, back) - values
        there = ~np.isnan(height)
        height = np.where(there, height, 0)
        number += there
        times -= back * there
        squares += back**2 * there
        heights += height
        products -= back * height
    enough = number >= FEWEST_FOR_A_LINE
    spread = np.where(enough, number * squares - times**2, np.nan)
    slope = (number * products - times * heights) / spread
    level = (heights - slope * times) / np.where(enough, number, np.nan)
    expected: Floats = values + level + slope * ahead
    return expected


def _has_good_direction(polarity: Codes) -> Mask:
    return np.isin(polarity, [Polarity.HIGHER, Polarity.LOWER])


def _is_proportion(numerator: Floats, denominator: Floats) -> Mask:
    return (numerator >= 0) & (numerator <= denominator) & (denominator > 0)


def _meets(value: Floats, target: Floats, lower_is_better: Mask) -> Mask:
    ahead = np.where(lower_is_better, target - value, value - target)
    return ahead >= -slack(value, target)
