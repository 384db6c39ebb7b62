"""What a measure's figures say in words, and never more than they say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.findings import (
    Facts,
    against_target,
    difference,
    headline,
    movement,
    number,
    reliability,
    step,
)
from scorecard.rag import Polarity, Rag, ToleranceKind, judge
from scorecard.spc import Assurance, Variation

ASSESSMENTS = Facts(
    name="Assessments in 45 days",
    unit="percent",
    decimals=1,
    polarity=Polarity.HIGHER,
    when="in February 2015",
    value=63.0,
    earlier=74.0,
    earlier_when="in January 2015",
    target=90.0,
    rag=Rag.RED,
    variation=Variation.CONCERNING_LOW,
    assurance=Assurance.FAIL,
    points=24,
)


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (26, "percent", 1, "26.0%"),
        (622.34, "per_10000", 1, "622.3"),
        (226, "days", 0, "226 days"),
        (1, "days", 0, "1 day"),
        (16, "points", 0, "16 points"),
        (1234.5, "pounds", 0, "£1,234"),
        (-1200, "pounds", 0, "-£1,200"),
        (1234567, "count", 0, "1,234,567"),
        (-0.04, "percent", 1, "0.0%"),
    ],
)
def test_a_number_is_written_in_its_unit(value, unit, decimals, text):
    assert number(value, unit, decimals) == text


def test_a_difference_between_percentages_is_in_percentage_points():
    assert difference(-27, "percent", 1) == "27.0 percentage points"
    assert difference(1, "percent", 0) == "1 percentage point"
    assert difference(-27, "percent", 1, brief=True) == "27.0 points"
    assert difference(3, "days", 0) == "3 days"


# --- sentences ---


def test_the_headline_says_the_movement_the_figure_the_gap_and_the_rating():
    assert headline(ASSESSMENTS) == (
        "Assessments in 45 days fell to 63.0% in February 2015, "
        "27.0 percentage points below the 90.0% target: red"
    )


def test_without_an_earlier_figure_nothing_is_said_to_have_moved():
    alone = replace(ASSESSMENTS, earlier=None)
    assert headline(alone).startswith("Assessments in 45 days stood at 63.0%")
    assert movement(alone) == step(alone) == ""


def test_a_figure_that_prints_the_same_stayed():
    same = replace(ASSESSMENTS, earlier=63.04)
    assert "stayed at 63.0%" in headline(same)
    assert movement(same) == "the same as 63.0% in January 2015"
    assert step(same) == ""


def test_without_a_figure_the_sentence_says_so():
    assert headline(replace(ASSESSMENTS, value=None)) == (
        "Assessments in 45 days: no figure in February 2015"
    )


def test_a_measure_that_is_not_rated_gets_no_rating_in_words():
    unrated = replace(ASSESSMENTS, target=None, rag=Rag.NO_TARGET)
    assert headline(unrated) == "Assessments in 45 days fell to 63.0% in February 2015"


def test_a_figure_on_its_target_is_neither_above_nor_below():
    assert against_target(replace(ASSESSMENTS, value=90.0)) == "on the 90.0% target"


def test_a_difference_too_small_to_print_is_just_below():
    assert against_target(replace(ASSESSMENTS, value=89.96)) == "just below the 90.0% target"


def test_a_target_in_another_unit_reads_as_a_sentence():
    days = replace(ASSESSMENTS, unit="days", decimals=0, value=226, target=122)
    assert against_target(days) == "104 days above the target of 122 days"


def test_a_band_has_an_inside_and_two_outsides():
    band = replace(ASSESSMENTS, polarity=Polarity.BAND, target=80, target_upper=90, value=85)
    assert against_target(band) == "within the target of 80.0% to 90.0%"
    assert against_target(replace(band, value=79)) == (
        "1.0 percentage points below the target of 80.0% to 90.0%"
    )
    assert against_target(replace(band, value=92)) == (
        "2.0 percentage points above the target of 80.0% to 90.0%"
    )
    assert against_target(replace(band, target_upper=None)) == ""


def test_a_movement_is_called_more_than_noise_only_where_process_control_says_so():
    assert reliability(ASSESSMENTS) == (
        "This is worse by more than the usual variation. "
        "As things run, the target will be missed consistently."
    )
    quiet = replace(ASSESSMENTS, variation=Variation.COMMON)
    assert "within the usual variation" in reliability(quiet)


def test_fewer_than_thirteen_points_are_provisional():
    assert "provisional" in reliability(replace(ASSESSMENTS, points=12))
    assert "provisional" not in reliability(replace(ASSESSMENTS, points=13))


def test_of_very_few_points_only_their_number_is_said():
    assert reliability(replace(ASSESSMENTS, points=2)) == (
        "With 2 points nobody can tell change from the usual variation."
    )
    assert reliability(replace(ASSESSMENTS, points=0)) == ""


# --- whatever the figures ---

FIGURE = st.floats(-1e5, 1e5).map(lambda value: round(value, 2))
FACTS = st.builds(
    Facts,
    name=st.just("X"),
    unit=st.sampled_from(["percent", "per_10000", "count", "days", "points", "pounds"]),
    decimals=st.integers(0, 3),
    polarity=st.sampled_from([Polarity.LOWER, Polarity.NONE, Polarity.HIGHER]),
    when=st.just("in May 2015"),
    value=st.one_of(st.none(), FIGURE),
    earlier=st.one_of(st.none(), FIGURE),
    earlier_when=st.just("in April 2015"),
    target=st.one_of(st.none(), FIGURE),
    rag=st.sampled_from(Rag),
    variation=st.sampled_from(Variation),
    assurance=st.sampled_from(Assurance),
    points=st.integers(0, 40),
)


@given(FACTS)
def test_no_sentence_holds_a_number_that_is_none(facts):
    said = " ".join([headline(facts), movement(facts), reliability(facts), step(facts)])
    assert "nan" not in said.lower()
    assert "None" not in said
    assert "-0 " not in said


@given(FACTS)
def test_no_sentence_contradicts_the_figures(facts):
    if facts.value is None:
        assert "target" not in headline(facts)
        return
    said = headline(facts)
    if facts.earlier is not None:
        assert ("rose" in said) <= (facts.value > facts.earlier)
        assert ("fell" in said) <= (facts.value < facts.earlier)
    if facts.target is not None:
        assert (" above " in said) <= (facts.value > facts.target)
        assert (" below " in said) <= (facts.value < facts.target)


@given(FIGURE, FIGURE, st.sampled_from([Polarity.LOWER, Polarity.HIGHER]))
def test_green_is_never_said_of_a_figure_on_the_wrong_side_of_its_target(value, target, polarity):
    rag = Rag(
        int(
            judge(
                value, target, polarity=polarity, tolerance=5, tolerance_kind=ToleranceKind.POINTS
            )
        )
    )
    said = headline(
        replace(ASSESSMENTS, value=value, target=target, polarity=polarity, rag=rag, decimals=2)
    )
    wrong = "above" if polarity is Polarity.LOWER else "below"
    if said.endswith("green"):
        assert f" {wrong} " not in said
