"""How an outturn compares with its past, with other areas and with its next target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.rag import Polarity
from scorecard.trends import (
    Chance,
    Comparison,
    Direction,
    OnTrack,
    beyond_chance,
    compare,
    direction,
    lagged,
    on_track,
    three_period_mean,
)

GAP = np.nan
FIGURE = st.integers(-100, 100).map(float)
MAYBE = st.one_of(FIGURE, st.just(GAP))
COUNT = st.integers(0, 500)
UNIT = st.sampled_from([0.001, 0.1, 7.3, 1e6])


# --- direction of travel ---


@pytest.mark.parametrize(
    ("polarity", "up", "down"),
    [
        (Polarity.HIGHER, Direction.IMPROVED, Direction.WORSENED),
        (Polarity.LOWER, Direction.WORSENED, Direction.IMPROVED),
        (Polarity.NONE, Direction.ROSE, Direction.FELL),
        (Polarity.BAND, Direction.ROSE, Direction.FELL),
    ],
)
def test_direction_of_travel_depends_on_which_way_is_good(polarity, up, down):
    assert direction([51, 49, 50, 50, GAP], [50, 50, 50, GAP, 50], polarity=polarity).tolist() == [
        up, down, Direction.SAME, Direction.NONE, Direction.NONE
    ]  # fmt: skip


def test_a_difference_of_binary_arithmetic_is_no_change():
    assert direction(0.1 + 0.7, 0.8, polarity=Polarity.HIGHER) == Direction.SAME


@given(FIGURE, FIGURE, UNIT)
def test_direction_is_the_same_upside_down_and_in_any_unit(value, earlier, unit):
    said = direction(value, earlier, polarity=Polarity.HIGHER)
    assert direction(-value, -earlier, polarity=Polarity.LOWER) == said
    assert direction(value * unit, earlier * unit, polarity=Polarity.HIGHER) == said


# --- looking back ---


def test_the_same_month_last_year_is_twelve_columns_back():
    months = np.arange(15.0)
    assert lagged(months, 12)[12:].tolist() == [0, 1, 2]
    assert np.isnan(lagged(months, 12)[:12]).all()
    assert np.isnan(lagged(months, 40)).all()


def test_no_rule_looks_ahead():
    with pytest.raises(ValueError, match="set back"):
        lagged([1, 2, 3], -1)


def test_the_three_period_mean_is_of_the_three_before_and_needs_all_of_them():
    said = three_period_mean([[1, 2, 6, 4, 8], [1, GAP, 3, 4, 5]])
    np.testing.assert_array_equal(said, [[GAP, GAP, GAP, 3, 4], [GAP] * 5])


# --- other areas ---


@pytest.mark.parametrize(
    ("value", "polarity", "said"),
    [
        (52, Polarity.HIGHER, Comparison.SIMILAR),
        (52.1, Polarity.HIGHER, Comparison.BETTER),
        (47.9, Polarity.HIGHER, Comparison.WORSE),
        (52.1, Polarity.LOWER, Comparison.WORSE),
        (47.9, Polarity.LOWER, Comparison.BETTER),
        (52.1, Polarity.NONE, Comparison.HIGHER),
        (47.9, Polarity.BAND, Comparison.LOWER),
        (GAP, Polarity.HIGHER, Comparison.NONE),
    ],
)
def test_a_figure_within_two_points_of_the_comparator_is_similar(value, polarity, said):
    assert compare(value, 50, polarity=polarity, similar_within=2) == said


@given(FIGURE, FIGURE, st.integers(0, 20), UNIT)
def test_a_comparison_is_the_same_upside_down_and_in_any_unit(value, other, within, unit):
    said = compare(value, other, polarity=Polarity.HIGHER, similar_within=within)
    assert compare(-value, -other, polarity=Polarity.LOWER, similar_within=within) == said
    scaled = {"polarity": Polarity.HIGHER, "similar_within": within * unit}
    assert compare(value * unit, other * unit, **scaled) == said


@given(MAYBE, MAYBE, st.sampled_from(Polarity))
def test_every_comparison_has_words(value, other, polarity):
    said = Comparison(int(compare(value, other, polarity=polarity, similar_within=1)))
    assert said.label
    assert (said == Comparison.NONE) == np.isnan(value - other)


# --- chance ---


def test_two_proportions_worked_by_hand():
    # 60 of 100 against 45 of 100: pooled 0.525, variance 0.525 x 0.475 x 0.02 = 0.0049875,
    # standard error 0.0706; z = 0.15 / 0.0706 = 2.12: more than 1.96.
    assert beyond_chance(60, 100, 45, 100) == Chance.BEYOND
    # 60 of 100 against 47 of 100: pooled 0.535, standard error 0.0705; z = 1.84.
    assert beyond_chance(60, 100, 47, 100) == Chance.WITHIN


def test_the_same_difference_on_few_children_may_be_chance():
    assert beyond_chance(6, 10, 4, 10) == Chance.WITHIN
    assert beyond_chance(600, 1000, 400, 1000) == Chance.BEYOND


def test_everyone_against_everyone_is_no_difference():
    assert beyond_chance(10, 10, 250, 250) == Chance.WITHIN
    assert beyond_chance(0, 10, 0, 250) == Chance.WITHIN


@pytest.mark.parametrize(
    "counts", [(GAP, 10, 5, 10), (5, GAP, 5, 10), (5, 0, 5, 10), (0, 0, 5, 10), (11, 10, 5, 10),
               (-1, 10, 5, 10), (5, 10, 5, 0)]
)  # fmt: skip
def test_counts_that_make_no_proportion_are_not_compared(counts):
    assert beyond_chance(*counts) == Chance.NOT_KNOWN


@given(COUNT, COUNT, COUNT, COUNT)
def test_chance_does_not_depend_on_who_is_named_first_or_on_what_is_counted(a, b, c, d):
    said = beyond_chance(a, a + b, c, c + d)
    assert beyond_chance(c, c + d, a, a + b) == said
    assert beyond_chance(b, a + b, d, c + d) == said


# --- on track ---


def track(values, target, ahead, polarity=Polarity.HIGHER, **how):
    return OnTrack(int(on_track(values, target, ahead, polarity=polarity, **how)[-1]))


def test_a_steady_climb_is_on_track_where_its_line_reaches_the_target():
    climb = [50, 52, 54, 56, 58, 60]  # two a month
    assert track(climb, 70, 5) == OnTrack.ON_TRACK
    assert track(climb, 70.1, 5) == OnTrack.OFF_TRACK
    assert track(climb, 70.1, 6) == OnTrack.ON_TRACK


def test_the_line_is_the_least_squares_one():
    # Times -3 to 0, values 10, 14, 12, 16: mean time -1.5, mean value 13;
    # slope ((-1.5)(-3) + (-0.5)(1) + (0.5)(-1) + (1.5)(3)) / 5 = 8 / 5 = 1.6;
    # now 13 + 1.6 x 1.5 = 15.4; in four periods 21.8.
    values = [10, 14, 12, 16]
    assert track(values, 21.8, 4) == OnTrack.ON_TRACK
    assert track(values, 21.9, 4) == OnTrack.OFF_TRACK


def test_only_the_last_six_periods_count_and_gaps_are_left_out():
    assert track([0, 100, 0, *[50, 51, GAP, 53, 54, 55]], 60, 5) == OnTrack.ON_TRACK
    assert track([0, 100, 0, *[50, 51, GAP, 53, 54, 55]], 60.1, 5) == OnTrack.OFF_TRACK


def test_a_level_course_short_of_the_target_is_off_track():
    assert track([80] * 8, 90, 12) == OnTrack.OFF_TRACK


def test_what_is_met_needs_no_forecast():
    assert track([91], 90, 3) == OnTrack.MET
    assert track([0.1 + 0.7], 0.8, 3) == OnTrack.MET
    assert track([24], 25, 3, Polarity.LOWER) == OnTrack.MET


@pytest.mark.parametrize(
    ("values", "target", "ahead", "polarity", "said"),
    [
        ([80, 81, GAP], 90, 3, Polarity.HIGHER, OnTrack.NO_DATA),
        ([GAP, 80, 81], 90, 3, Polarity.HIGHER, OnTrack.NO_DATA),
        ([80, 81, 82], GAP, 3, Polarity.HIGHER, OnTrack.NO_NEXT_STEP),
        ([80, 81, 82], 90, GAP, Polarity.HIGHER, OnTrack.NO_NEXT_STEP),
        ([80, 81, 82], 90, -1, Polarity.HIGHER, OnTrack.NO_NEXT_STEP),
        ([80, 81, 82], 90, 3, Polarity.NONE, OnTrack.NOT_JUDGED),
        ([80, 81, 82], 90, 3, Polarity.BAND, OnTrack.NOT_JUDGED),
    ],
)
def test_what_cannot_be_forecast_says_why(values, target, ahead, polarity, said):
    assert track(values, target, ahead, polarity) == said


SERIES = st.lists(MAYBE, min_size=1, max_size=15)


@given(SERIES, FIGURE, st.integers(0, 12), UNIT)
def test_on_track_is_the_same_upside_down_and_in_any_unit(values, target, ahead, unit):
    series = np.array(values)
    said = on_track(series, target, ahead, polarity=Polarity.HIGHER).tolist()
    assert on_track(-series, -target, ahead, polarity=Polarity.LOWER).tolist() == said
    scaled = on_track(series * unit, target * unit, ahead, polarity=Polarity.HIGHER)
    assert scaled.tolist() == said


@given(SERIES, FIGURE, st.integers(0, 12))
def test_each_period_is_judged_without_hindsight(values, target, ahead):
    said = on_track(values, target, ahead, polarity=Polarity.HIGHER)
    for t in range(len(values)):
        assert said[t] == on_track(values[: t + 1], target, ahead, polarity=Polarity.HIGHER)[-1]


def test_each_series_of_a_table_has_its_own_target():
    table = [[50, 52, 54], [50, 52, 54]]
    said = on_track(table, [[58], [59]], [[2], [2]], polarity=Polarity.HIGHER)
    assert said[:, -1].tolist() == [OnTrack.ON_TRACK, OnTrack.OFF_TRACK]
