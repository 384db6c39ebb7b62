"""What the control chart says of a series, and that it says the same whichever way it is asked.

Rules: field.md section 2 (NHS Making Data Count). `plainly` below is the same rules again,
written slowly with loops, as an independent check of the fast arrays.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard import spc
from scorecard.rag import Polarity
from scorecard.spc import Assurance, Point, Variation, assurance, chart, running, variation

GAP = np.nan
FIGURES = st.one_of(st.integers(0, 12).map(float), st.just(GAP))
LINES = ("mean", "lower", "upper", "near_lower", "near_upper")
CODES = ("kind", "side", "count")


@st.composite
def charts(draw):
    """(values, rebase, freeze_after, screen): random walks or noise, with gaps."""
    values = draw(st.lists(FIGURES, min_size=1, max_size=30))
    if draw(st.booleans()):
        values = list(np.cumsum(np.nan_to_num(values) - 5))
    rebase = [draw(st.integers(0, 11)) == 11 for _ in values]
    return values, rebase, draw(st.sampled_from([0, 0, 1, 5, 12])), draw(st.booleans())


def plainly(values, *, rebase=None, freeze=0, screen=True):
    """[(mean, lower, upper, kind, side, count)] of one series, by loops."""
    starts = [t for t in range(len(values)) if t == 0 or (rebase is not None and rebase[t])]
    said = []
    for start, end in zip(starts, [*starts[1:], len(values)], strict=True):
        said += _one_baseline(list(values[start:end]), freeze, screen)
    return said


def _one_baseline(values, freeze, screen):
    places = [t for t, value in enumerate(values) if not np.isnan(value)]
    places = places[: freeze or None]
    if not places:
        return [(GAP, GAP, GAP, Point.ABSENT, 0, 0)] * len(values)
    mean = sum(values[t] for t in places) / len(places)
    ranges = [abs(values[t] - values[t - 1]) for t in places if t - 1 in places]
    reach = GAP
    if ranges:
        average = sum(ranges) / len(ranges)
        kept = [r for r in ranges if r < 3.267 * average - 1e-9]
        if screen and sum(kept) > 0:
            average = sum(kept) / len(kept)
        reach = 2.66 * average
    points = [_point(values, t, mean, reach) for t in range(len(values))]
    return [(mean, mean - reach, mean + reach, *point, len(places)) for point in points]


def _point(values, t, mean, reach):
    def side(i):
        gap = values[i] - mean
        return 0 if np.isnan(reach) or not abs(gap) > 1e-9 else (1 if gap > 0 else -1)

    def outside(i):
        return abs(values[i] - mean) > reach + 1e-9

    def near(i):
        return not outside(i) and abs(values[i] - mean) > reach * 2 / 3 + 1e-9

    def windows(length):
        firsts = range(max(0, t - length + 1), min(t, len(values) - length) + 1)
        return [range(first, first + length) for first in firsts]

    def climb(window):
        steps = [np.sign(values[i + 1] - values[i]) for i in window[:-1]]
        return steps[0] if abs(np.nansum(steps)) == len(steps) else 0

    if np.isnan(values[t]):
        return Point.ABSENT, 0
    if outside(t):
        return Point.OUTSIDE, side(t)
    climbs = [climb(window) for window in windows(7) if climb(window)]
    if climbs:
        return Point.TREND, climbs[-1]
    if near(t) and any(
        abs(sum(map(side, window))) == 3 and sum(map(near, window)) >= 2 for window in windows(3)
    ):
        return Point.NEAR_LIMIT, side(t)
    if any(abs(sum(map(side, window))) == 7 for window in windows(7)):
        return Point.RUN, side(t)
    return Point.COMMON, 0


def kinds(values, **how):
    return [Point(kind) for kind in chart(values, **how).kind]


def icon(values, polarity):
    said = chart(values)
    return Variation(int(variation(said.kind, said.side, polarity)[-1]))


# --- the lines ---


def test_the_lines_of_a_chart_worked_by_hand():
    # Mean: (10 + 12 + 11 + 15 + 12) / 5 = 60 / 5 = 12.
    # Moving ranges 2, 1, 4, 3: mean 2.5; none reaches 3.267 x 2.5 = 8.1675.
    # Limits 12 +- 2.66 x 2.5 = 12 +- 6.65; near limits 12 +- 4.43333.
    said = chart([10, 12, 11, 15, 12])
    assert said.mean == pytest.approx([12] * 5)
    assert said.lower == pytest.approx([5.35] * 5)
    assert said.upper == pytest.approx([18.65] * 5)
    assert said.near_lower == pytest.approx([7.566667] * 5)
    assert said.near_upper == pytest.approx([16.433333] * 5)
    assert said.count.tolist() == [5] * 5
    assert said.has_limits.all()


def test_an_outlying_moving_range_is_screened_out_once_and_the_mean_is_not_screened():
    # Eleven points 1 apart and one leap: 50 51 50 51 50 51 50 51 50 51 80.
    # Mean 585 / 11 = 53.1818. Ranges: nine of 1 and one of 29: mean 3.8; 29 >= 3.267 x 3.8
    # = 12.41 goes; the rest have mean 1. Limits 53.1818 +- 2.66. Unscreened: +- 10.108.
    leap = [50, 51] * 5 + [80]
    assert chart(leap).upper[-1] == pytest.approx(53.1818182 + 2.66)
    assert chart(leap, screen=False).upper[-1] == pytest.approx(53.1818182 + 10.108)


def test_limits_are_not_cut_at_nought_or_a_hundred():
    said = chart([2, 98, 5, 97])
    assert said.lower[-1] < 0 < 100 < said.upper[-1]


def test_one_point_has_a_mean_and_no_limits():
    said = chart([42.0])
    assert (said.mean[0], said.count[0], said.kind[0]) == (42, 1, Point.COMMON)
    assert np.isnan([said.lower[0], said.upper[0], said.near_lower[0], said.near_upper[0]]).all()
    assert not said.has_limits.any()


def test_points_with_no_neighbour_have_no_limits():
    said = chart([4, GAP, 6, GAP, 8])
    assert said.mean[-1] == 6 and said.count[-1] == 3 and not said.has_limits.any()


def test_a_series_with_no_figures_has_no_lines():
    said = chart([GAP, GAP])
    assert said.count.tolist() == [0, 0] and np.isnan(said.mean).all()
    assert said.kind.tolist() == [Point.ABSENT] * 2


def test_a_constant_series_has_limits_of_zero_width_and_nothing_special():
    said = chart([0.1] * 24)
    assert said.lower.tolist() == said.upper.tolist() == said.mean.tolist()
    assert said.kind.tolist() == [Point.COMMON] * 24


def test_a_hundred_every_month_but_one_does_not_put_every_hundred_outside_the_limits():
    said = chart([100] * 30 + [97] + [100] * 5)
    assert np.flatnonzero(said.kind == Point.OUTSIDE).tolist() == [30]
    assert said.upper[-1] > 100


# --- special causes ---


def test_seven_rising_points_are_a_trend_and_all_seven_are_flagged():
    said = chart([0, 100, 0, 100, 0, 100, 40, 41, 42, 43, 44, 45, 46])
    assert said.kind[6:].tolist() == [Point.TREND] * 7
    assert said.side[6:].tolist() == [1] * 7


def test_a_tie_breaks_a_trend():
    assert kinds([0, 100, 0, 100, 0, 40, 41, 42, 43, 43, 44, 45])[5:] == [Point.COMMON] * 7


def test_two_figures_equal_but_for_binary_arithmetic_are_a_tie():
    assert 0.3 < 0.1 + 0.2  # as the machine has it
    wide = [0, 1, 0, 1, 0, 1]
    assert Point.TREND not in kinds([*wide, 0.1, 0.2, 0.3, 0.1 + 0.2, 0.4, 0.5, 0.6])


def test_a_turning_point_belongs_to_the_later_of_its_two_trends():
    wide = [0, 100] * 8
    said = chart([*wide, *range(40, 47), *range(45, 39, -1), *wide])
    assert said.kind[16:29].tolist() == [Point.TREND] * 13
    assert said.side[16:29].tolist() == [1] * 6 + [-1] * 7


def test_seven_points_above_the_mean_are_a_run_and_a_point_on_the_mean_breaks_it():
    wide = [10, 0] * 4  # mean 5, limits 5 +- 26.6
    run = kinds([*wide, 6, 7, 6, 7, 6, 7, 6], freeze_after=8)
    assert run == [Point.COMMON] * 8 + [Point.RUN] * 7
    broken = kinds([*wide, 6, 7, 6, 7, 5, 7, 6, 7], freeze_after=8)
    assert broken == [Point.COMMON] * 16


@pytest.mark.parametrize(
    ("last_three", "said"),
    [
        ([14, 11, 14], [Point.NEAR_LIMIT, Point.COMMON, Point.NEAR_LIMIT]),
        ([14, 9, 14], [Point.COMMON] * 3),  # not all on one side of the mean
        ([14, 6, 14], [Point.COMMON] * 3),  # near limits on both sides
        ([14, GAP, 14], [Point.COMMON, Point.ABSENT, Point.COMMON]),
        ([14, 16, 14], [Point.NEAR_LIMIT, Point.OUTSIDE, Point.NEAR_LIMIT]),
        ([16, 14, 11], [Point.OUTSIDE, Point.COMMON, Point.COMMON]),  # only one is near
    ],
)
def test_two_of_three_points_near_a_limit_are_flagged_and_the_third_is_not(last_three, said):
    steady = [11, 9] * 4  # mean 10, ranges 2: limits 4.68 to 15.32, near limits 6.45 to 13.55
    assert kinds([*steady, *last_three], freeze_after=8)[8:] == said


def test_the_first_special_cause_that_holds_names_the_point():
    values = [*[50, 52] * 10, 60, 62, 64, 66, 68, 70, 99]
    said = kinds(values)
    assert said[-1] == Point.OUTSIDE


def test_a_missing_period_breaks_a_trend_and_a_run():
    wide = [0, 100, 0, 100, 0, 100]
    assert Point.TREND not in kinds([*wide, 40, 41, 42, GAP, 43, 44, 45, 46])
    run = [6, 7, 6, GAP, 7, 6, 7, 6, 4, 3, 4, GAP, 3, 4, 3, 4]
    assert Point.RUN not in kinds(run)


# --- baselines ---


def test_a_rebase_begins_lines_of_its_own():
    values = [10, 12, 10, 12, 50, 52, 50, 52]
    said = chart(values, rebase=[False] * 4 + [True] + [False] * 3)
    assert said.mean.tolist() == [11] * 4 + [51] * 4
    assert said.count.tolist() == [4] * 8
    assert said.upper[0] == pytest.approx(11 + 2 * 2.66)
    assert said.upper[4] == pytest.approx(51 + 2 * 2.66)


def test_a_frozen_baseline_judges_later_points_by_its_first_ones():
    said = chart([10, 12] * 6 + [30], freeze_after=12)
    assert (said.mean[-1], said.count[-1]) == (11, 12)
    assert said.kind[-1] == Point.OUTSIDE


def test_a_baseline_cannot_be_frozen_after_minus_one_points():
    with pytest.raises(ValueError, match="frozen"):
        chart([[1, 2, 3]], freeze_after=[-1])


def test_running_says_of_each_point_what_was_said_at_the_time():
    values = [10, 12] * 8 + [30] * 8
    assert running(values).mean[15] == 11
    assert chart(values).mean[15] == pytest.approx(416 / 24)
    assert running(values).kind[16] == Point.OUTSIDE


@settings(deadline=None)
@given(charts())
def test_the_fast_chart_says_what_the_plain_one_says(data):
    values, rebase, freeze, screen = data
    said = chart(values, rebase=rebase, freeze_after=freeze, screen=screen)
    plain = plainly(values, rebase=rebase, freeze=freeze, screen=screen)
    mean, lower, upper, kind, side, count = map(list, zip(*plain, strict=True))
    np.testing.assert_allclose(said.mean, mean, atol=1e-9)
    np.testing.assert_allclose(said.lower, lower, atol=1e-9)
    np.testing.assert_allclose(said.upper, upper, atol=1e-9)
    assert said.kind.tolist() == kind
    assert said.side.tolist() == side
    assert said.count.tolist() == count


@settings(deadline=None)
@given(charts())
def test_running_is_the_last_point_of_every_chart_drawn_so_far(data):
    values, rebase, freeze, screen = data
    at_the_time = running(values, rebase=rebase, freeze_after=freeze, screen=screen)
    for t in range(len(values)):
        then = chart(values[: t + 1], rebase=rebase[: t + 1], freeze_after=freeze, screen=screen)
        for name in LINES:
            np.testing.assert_allclose(
                getattr(at_the_time, name)[t], getattr(then, name)[-1], atol=1e-9
            )
        for name in CODES:
            assert getattr(at_the_time, name)[t] == getattr(then, name)[-1]


@pytest.mark.parametrize("method", [chart, running])
def test_a_table_of_series_says_what_each_series_says_alone(method):
    chance = np.random.default_rng(2015)
    table = chance.integers(0, 9, (spc.BLOCK + 40, 18)).astype(float)
    table[chance.random(table.shape) < 0.1] = GAP
    rebase = chance.random(table.shape) < 0.05
    freeze = chance.integers(0, 9, len(table))
    together = method(table, rebase=rebase, freeze_after=freeze)
    for row in [0, 1, 2, spc.BLOCK - 1, spc.BLOCK, len(table) - 1]:
        alone = method(table[row], rebase=rebase[row], freeze_after=freeze[row])
        for name in LINES + CODES:
            np.testing.assert_array_equal(getattr(together, name)[row], getattr(alone, name))


@pytest.mark.parametrize("method", [chart, running])
@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (0,)])
def test_an_empty_table_has_an_empty_chart(method, shape):
    assert method(np.zeros(shape)).kind.shape == shape


@pytest.mark.parametrize("method", [chart, running])
def test_a_figure_that_is_not_finite_is_missing(method):
    said = method([1, np.inf, 2, -np.inf, 3])
    assert said.kind.tolist() == [1, 0, 1, 0, 1]
    assert said.mean[-1] == 2


# --- what does not change the picture ---


@given(charts(), st.sampled_from([chart, running]))
def test_upside_down_the_same_points_are_special_on_the_other_side(data, method):
    values, rebase, freeze, screen = data
    how = {"rebase": rebase, "freeze_after": freeze, "screen": screen}
    up, down = method(values, **how), method(np.negative(values), **how)
    assert down.kind.tolist() == up.kind.tolist()
    assert down.side.tolist() == (-up.side).tolist()
    np.testing.assert_allclose(down.lower, -up.upper)


@given(charts(), st.sampled_from([1e-6, 0.1, 100, 1e9]))
def test_the_unit_of_a_measure_changes_no_icon(data, unit):
    values, rebase, freeze, screen = data
    how = {"rebase": rebase, "freeze_after": freeze, "screen": screen}
    one, other = chart(values, **how), chart(np.array(values) * unit, **how)
    assert other.kind.tolist() == one.kind.tolist()
    assert other.side.tolist() == one.side.tolist()
    np.testing.assert_allclose(other.upper, one.upper * unit, rtol=1e-9, atol=1e-9 * unit)


@given(charts())
def test_a_special_point_always_has_a_side_and_no_other_point_has_one(data):
    said = chart(data[0])
    assert ((said.kind >= Point.OUTSIDE) == (said.side != 0)).all()


# --- the variation icon ---


@pytest.mark.parametrize(
    ("polarity", "high", "low"),
    [
        (Polarity.HIGHER, Variation.IMPROVING_HIGH, Variation.CONCERNING_LOW),
        (Polarity.LOWER, Variation.CONCERNING_HIGH, Variation.IMPROVING_LOW),
        (Polarity.NONE, Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
        (Polarity.BAND, Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
    ],
)
def test_whether_a_special_cause_is_good_depends_on_which_way_is_good(polarity, high, low):
    assert icon([10, 12] * 8 + [40], polarity) == high
    assert icon([10, 12] * 8 + [-20], polarity) == low


def test_a_falling_trend_above_the_mean_reads_as_falling():
    # The seven points fall from 49 to 43; the mean of all is below 30.
    values = [*[0, 50] * 10, 49, 48, 47, 46, 45, 44, 43]
    assert icon(values, Polarity.LOWER) == Variation.IMPROVING_LOW


def test_a_quiet_point_is_no_significant_change_and_a_missing_one_says_so():
    assert icon([10, 12] * 8, Polarity.HIGHER) == Variation.COMMON
    assert icon([10, 12, GAP], Polarity.HIGHER) == Variation.NONE


# --- the assurance icon ---


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (89, Assurance.PASS),
        (90, Assurance.HIT_OR_MISS),
        (95, Assurance.HIT_OR_MISS),
        (100, Assurance.HIT_OR_MISS),
        (101, Assurance.FAIL),
        (GAP, Assurance.NONE),
    ],
)
def test_the_target_against_the_limits_where_higher_is_better(target, said):
    assert assurance(target, 90, 100, Polarity.HIGHER) == said


@pytest.mark.parametrize(
    ("target", "said"),
    [(101, Assurance.PASS), (100, Assurance.HIT_OR_MISS), (89, Assurance.FAIL)],
)
def test_the_target_against_the_limits_where_lower_is_better(target, said):
    assert assurance(target, 90, 100, Polarity.LOWER) == said


@pytest.mark.parametrize(
    ("bottom", "top", "said"),
    [
        (80, 110, Assurance.PASS),
        (95, 110, Assurance.HIT_OR_MISS),
        (92, 98, Assurance.HIT_OR_MISS),
        (101, 110, Assurance.FAIL),
        (70, 80, Assurance.FAIL),
        (80, GAP, Assurance.NONE),
        (110, 80, Assurance.NONE),
    ],
)
def test_a_band_against_the_limits(bottom, top, said):
    assert assurance(bottom, 90, 100, Polarity.BAND, target_upper=top) == said


@pytest.mark.parametrize("polarity", [Polarity.HIGHER, Polarity.LOWER])
def test_a_series_always_on_its_target_passes(polarity):
    always = chart([100] * 20)
    assert assurance(100, always.lower[-1], always.upper[-1], polarity) == Assurance.PASS


def test_a_steady_series_that_misses_its_target_fails():
    always = chart([99] * 20)
    assert assurance(100, always.lower[-1], always.upper[-1], Polarity.HIGHER) == Assurance.FAIL


def test_no_limits_or_no_polarity_gives_no_assurance():
    assert assurance(50, GAP, GAP, Polarity.HIGHER) == Assurance.NONE
    assert assurance(50, 10, 20, Polarity.NONE) == Assurance.NONE


LEVEL = st.integers(-50, 50)


@given(LEVEL, LEVEL, LEVEL, LEVEL)
def test_assurance_is_the_same_upside_down(target, top, one, other):
    lower, upper = sorted((one, other))
    higher = assurance(target, lower, upper, Polarity.HIGHER)
    assert higher == assurance(-target, -upper, -lower, Polarity.LOWER)
    band = assurance(target, lower, upper, Polarity.BAND, target_upper=top)
    assert band == assurance(-top, -upper, -lower, Polarity.BAND, target_upper=-target)


@given(LEVEL, LEVEL, LEVEL, st.integers(0, 20))
def test_a_harder_target_is_never_more_assured(target, one, other, harder):
    lower, upper = sorted((one, other))
    easy, hard = assurance([target, target + harder], lower, upper, Polarity.HIGHER)
    assert hard >= easy  # PASS, HIT_OR_MISS, FAIL are in this order
