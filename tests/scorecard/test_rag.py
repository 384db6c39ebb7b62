"""How an outturn is rated against its target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.rag import Polarity, Rag, ToleranceKind, judge

FIGURE = st.integers(-200, 200).map(float)
TOLERANCE = st.integers(0, 20).map(float)
KIND = st.sampled_from(ToleranceKind)
JUDGED = st.sampled_from([Polarity.LOWER, Polarity.HIGHER, Polarity.BAND])
MAYBE = st.one_of(FIGURE, st.just(np.nan))


def rate(value, target, polarity=Polarity.HIGHER, tolerance=5, kind=ToleranceKind.POINTS, **edge):
    said = judge(value, target, polarity=polarity, tolerance=tolerance, tolerance_kind=kind, **edge)
    return Rag(int(said))


@pytest.mark.parametrize(
    ("measure", "value", "target", "polarity", "printed"),
    [
        ("repeat referrals", 26.0, 25.0, Polarity.LOWER, Rag.AMBER),
        ("assessments in 45 days", 63.0, 90.0, Polarity.HIGHER, Rag.RED),
        ("children seen", 89.0, 100.0, Polarity.HIGHER, Rag.RED),
        ("initial health assessments", 22.0, 100.0, Polarity.HIGHER, Rag.RED),
        ("pathway plan at 16 to 18", 96.5, 100.0, Polarity.HIGHER, Rag.AMBER),
        ("care leavers' pathway plan", 69.6, 100.0, Polarity.HIGHER, Rag.RED),
        ("placed within 20 miles", 45.0, 55.0, Polarity.HIGHER, Rag.RED),
        ("conferences in 15 days", 67.0, 70.0, Polarity.HIGHER, Rag.AMBER),
    ],
)
def test_five_points_give_the_ratings_printed_in_february_2015(
    measure, value, target, polarity, printed
):
    assert rate(value, target, polarity) == printed, measure


@pytest.mark.parametrize(
    ("value", "said"),
    [(101, Rag.GREEN), (100, Rag.GREEN), (99.9, Rag.AMBER), (95, Rag.AMBER), (94.9, Rag.RED)],
)
def test_green_begins_at_the_target_and_amber_ends_at_the_tolerance(value, said):
    assert rate(value, 100) == said


def test_binary_arithmetic_costs_nobody_a_rating():
    assert 0.1 + 0.7 < 0.8  # as the machine has it
    assert rate(0.1 + 0.7, 0.8) == Rag.GREEN
    assert rate(0.1, 0.8, tolerance=0.7) == Rag.AMBER
    assert rate(69.9, 74.9) == Rag.AMBER
    assert rate(0.1 + 0.2, 0.3, Polarity.LOWER) == Rag.GREEN


def test_a_relative_tolerance_is_per_cent_of_the_target():
    assert rate(19, 20, kind=ToleranceKind.RELATIVE) == Rag.AMBER
    assert rate(18.9, 20, kind=ToleranceKind.RELATIVE) == Rag.RED
    assert rate(-21, -20, kind=ToleranceKind.RELATIVE) == Rag.AMBER


@pytest.mark.parametrize(
    ("value", "said"),
    [(9, Rag.RED), (10, Rag.AMBER), (15, Rag.GREEN), (20, Rag.GREEN), (25, Rag.AMBER),
     (26, Rag.RED)],
)  # fmt: skip
def test_a_band_is_green_between_its_edges_and_amber_beside_them(value, said):
    assert rate(value, 15, Polarity.BAND, upper=20) == said


def test_each_edge_of_a_band_has_its_own_relative_tolerance():
    wide = {"polarity": Polarity.BAND, "tolerance": 10, "kind": ToleranceKind.RELATIVE}
    assert rate(8.9, 10, upper=100, **wide) == Rag.RED
    assert rate(110, 10, upper=100, **wide) == Rag.AMBER


def test_what_cannot_be_rated_says_why():
    assert rate(np.nan, 90) == Rag.NO_DATA
    assert rate(np.nan, np.nan, Polarity.NONE) == Rag.NO_DATA
    assert rate(80, np.nan, Polarity.NONE) == Rag.NOT_JUDGED
    assert rate(80, np.nan) == Rag.NO_TARGET
    assert rate(80, 70, Polarity.BAND) == Rag.NO_TARGET
    assert rate(80, 90, Polarity.BAND, upper=70) == Rag.NO_TARGET


@pytest.mark.parametrize("tolerance", [-1, np.nan])
def test_a_tolerance_is_zero_or_more(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        rate(80, 90, tolerance=tolerance)


def test_only_red_amber_and_green_are_ratings():
    assert [rag.label for rag in Rag if rag.is_rated] == ["Red", "Amber", "Green"]


def test_a_table_is_rated_at_once_and_each_series_has_its_own_rule():
    said = judge(
        [[89, 90], [11, 9]],
        [[90], [10]],
        polarity=[[Polarity.HIGHER], [Polarity.LOWER]],
        tolerance=[[5], [0]],
        tolerance_kind=ToleranceKind.POINTS,
    )
    assert said.tolist() == [[Rag.AMBER, Rag.GREEN], [Rag.RED, Rag.GREEN]]
    assert said.dtype == np.int8


@given(FIGURE, FIGURE, TOLERANCE, KIND)
def test_lower_is_better_is_higher_is_better_upside_down(value, target, tolerance, kind):
    higher = rate(value, target, Polarity.HIGHER, tolerance, kind)
    assert rate(-value, -target, Polarity.LOWER, tolerance, kind) == higher


@given(FIGURE, FIGURE, FIGURE, TOLERANCE, KIND)
def test_a_band_upside_down_is_a_band(value, bottom, top, tolerance, kind):
    band = rate(value, bottom, Polarity.BAND, tolerance, kind, upper=top)
    assert rate(-value, -top, Polarity.BAND, tolerance, kind, upper=-bottom) == band


@given(FIGURE, FIGURE, TOLERANCE, KIND, JUDGED, st.sampled_from([0.001, 0.1, 7.3, 1e9]))
def test_the_unit_of_a_measure_changes_no_rating(value, target, tolerance, kind, polarity, unit):
    scaled = tolerance * unit if kind == ToleranceKind.POINTS else tolerance
    one = rate(value, target, polarity, tolerance, kind, upper=target + 10)
    edge = (target + 10) * unit
    assert rate(value * unit, target * unit, polarity, scaled, kind, upper=edge) == one


@given(FIGURE, FIGURE, FIGURE, TOLERANCE, KIND)
def test_a_better_figure_is_never_rated_worse(one, other, target, tolerance, kind):
    worse, better = sorted((one, other))
    assert rate(worse, target, Polarity.HIGHER, tolerance, kind) <= rate(
        better, target, Polarity.HIGHER, tolerance, kind
    )


@given(FIGURE, FIGURE, TOLERANCE, TOLERANCE, KIND, JUDGED)
def test_a_wider_tolerance_never_rates_worse(value, target, narrow, more, kind, polarity):
    edge = {"upper": target + 10}
    assert rate(value, target, polarity, narrow, kind, **edge) <= rate(
        value, target, polarity, narrow + more, kind, **edge
    )


@given(MAYBE, MAYBE, MAYBE, TOLERANCE, KIND, st.sampled_from(Polarity))
def test_every_figure_gets_a_rating_or_a_reason(value, target, top, tolerance, kind, polarity):
    said = rate(value, target, polarity, tolerance, kind, upper=top)
    assert said.label
    assert (said == Rag.NO_DATA) == np.isnan(value)
