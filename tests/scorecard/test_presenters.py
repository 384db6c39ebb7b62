"""Figures as their reader may see them."""

from datetime import date
from decimal import Decimal

import pytest

from bucks_cs.lib.periods import Period, PeriodKind
from scorecard.models import Absence, Unit
from scorecard.presenters import (
    HIDDEN_FIGURE,
    NO_TRAVEL,
    NOTHING,
    Comparator,
    Counted,
    Figure,
    counted,
    hidden_keys,
    outturn_figure,
    travel,
    vintage_words,
    when,
)
from scorecard.rag import Polarity
from scorecard.trends import Chance, Comparison, Direction
from tests.factories import MeasureFactory, OutturnFactory


def figure(*, see_small=False, unit=Unit.PERCENT, hidden=False, **outturn):
    measure = MeasureFactory.build(unit=unit)
    made = OutturnFactory.build(series=None, **outturn)
    return outturn_figure(made, measure, see_small=see_small, hidden=hidden)


# --- figures ---


def test_a_figure_is_its_number_and_its_text_with_the_counts_it_was_made_from():
    seen = figure(value=Decimal("63.0"), numerator=Decimal(63), denominator=Decimal(100))
    assert (seen.number, seen.text) == (63.0, "63.0%")
    assert (seen.numerator, seen.denominator) == (63, 100)


@pytest.mark.parametrize(
    ("absence", "symbol"),
    [
        (Absence.NOT_AVAILABLE, ":"),
        (Absence.NOT_STATED, ":"),
        (Absence.NOT_APPLICABLE, "z"),
        (Absence.NOT_COLLECTED, "x"),
    ],
)
def test_every_absence_has_its_words_and_its_symbol(absence, symbol):
    seen = figure(value=None, absence=absence)
    assert (seen.number, seen.text, seen.symbol) == (None, absence.label, symbol)


def test_no_outturn_is_no_figure():
    assert outturn_figure(None, MeasureFactory.build(), see_small=True) is NOTHING


@pytest.mark.parametrize("count", [1, 5])
def test_a_small_count_is_hidden_with_its_counts(count):
    assert figure(value=Decimal(count), unit=Unit.COUNT) is HIDDEN_FIGURE


@pytest.mark.parametrize("count", [0, 6])
def test_nought_and_larger_counts_are_shown(count):
    assert figure(value=Decimal(count), unit=Unit.COUNT).number == count


def test_a_percentage_goes_with_its_small_numerator():
    small = {"value": Decimal(4), "numerator": Decimal(4), "denominator": Decimal(100)}
    assert figure(**small).hidden
    assert figure(**small, see_small=True).number == 4


def test_a_small_percentage_of_many_is_no_small_number():
    assert figure(value=Decimal("2.0")).number == 2.0


def test_a_figure_that_would_give_another_away_is_hidden_but_not_from_everybody():
    assert figure(value=Decimal(40), unit=Unit.COUNT, hidden=True).hidden
    assert figure(value=Decimal(40), unit=Unit.COUNT, hidden=True, see_small=True).number == 40


def test_a_share_of_a_few_children_is_hidden_even_if_it_is_nought():
    share = {"value": Decimal(0), "numerator": Decimal(0), "denominator": Decimal(4)}
    assert figure(**share) is HIDDEN_FIGURE
    assert figure(**share, see_small=True).number == 0


def test_a_withheld_figure_is_hidden_from_those_who_may_not_see_small_numbers():
    assert figure(value=Decimal(40), unit=Unit.COUNT, withheld=True) is HIDDEN_FIGURE
    assert figure(value=Decimal(40), unit=Unit.COUNT, withheld=True, see_small=True).number == 40


def test_a_part_of_a_child_counts_as_a_child():
    assert counted(Decimal("0.5"), None, Unit.COUNT) == 1
    assert counted(Decimal("50"), None, Unit.PERCENT) is None


# --- what one figure says of another ---


def parts(total, **counts):
    group = (1, date(2015, 2, 1), date(2015, 2, 28))
    for place, (category, count) in enumerate(counts.items()):
        yield Counted((place, *group[1:]), group, category, count)
    yield Counted((99, *group[1:]), group, "", total)


def keys(hidden):
    return {pk for pk, *_ in hidden}


def test_a_small_part_takes_a_second_with_it_where_the_total_would_tell():
    assert keys(hidden_keys(parts(60, a=3, b=20, c=37))) == {0, 1}


def test_without_a_total_only_the_small_part_is_hidden():
    assert keys(hidden_keys(parts(None, a=3, b=20, c=37))) == {0}


def test_where_nothing_is_left_to_hide_behind_the_total_goes():
    assert keys(hidden_keys(parts(3, a=3, b=0))) == {0, 99}


def test_what_is_kept_back_anyway_protects_a_small_part():
    figures = [one._replace(kept_back=one.category == "c") for one in parts(60, a=3, b=20, c=37)]
    assert keys(hidden_keys(figures)) == {0, 2}


def test_periods_are_looked_at_apart():
    january = (1, date(2015, 1, 1), date(2015, 1, 31))
    small = Counted((0, *january[1:]), january, "", 3)
    assert hidden_keys([small, *parts(60, a=30, b=30)]) == {small.key}


# --- words ---


@pytest.mark.parametrize(
    ("code", "polarity", "arrow"),
    [
        (Direction.IMPROVED, Polarity.HIGHER, "up"),
        (Direction.IMPROVED, Polarity.LOWER, "down"),
        (Direction.WORSENED, Polarity.HIGHER, "down"),
        (Direction.WORSENED, Polarity.LOWER, "up"),
        (Direction.ROSE, Polarity.NONE, "up"),
        (Direction.FELL, Polarity.BAND, "down"),
        (Direction.SAME, Polarity.LOWER, "level"),
    ],
)
def test_the_arrow_points_where_the_figure_went_and_the_word_says_if_that_is_good(
    code, polarity, arrow
):
    assert travel(code, polarity) == (code.name, code.label, arrow)


def test_nothing_to_compare_with_has_no_arrow():
    assert travel(Direction.NONE, Polarity.HIGHER) is NO_TRAVEL


def test_a_period_is_written_into_a_sentence():
    assert when(Period.ending_in(PeriodKind.MONTH, date(2015, 2, 1))) == "in February 2015"
    assert when(Period.starting(PeriodKind.DATE, date(2017, 3, 31))) == "on 31 March 2017"
    year = Period.starting(PeriodKind.ACADEMIC_YEAR, date(2015, 9, 1))
    assert when(year) == "in the 2015/16 academic year"


def test_a_comparator_says_of_when_it_is_as_its_source_does():
    year = Period.starting(PeriodKind.CALENDAR_YEAR, date(2014, 1, 1))
    assert vintage_words("2013/14", year) == "2013/14"
    assert vintage_words("", year) == "2014"
    assert vintage_words("not stated", year) == "year not stated"


def test_chance_is_told_only_of_a_difference_whose_counts_are_known():
    shown = Figure(50.0, "50.0%")
    near = Comparator("a", "A", shown, "2014", Comparison.WORSE, Chance.WITHIN)
    unknown = Comparator("a", "A", shown, "2014", Comparison.WORSE)
    alike = Comparator("a", "A", shown, "2014", Comparison.SIMILAR, Chance.BEYOND)
    absent = Comparator("a", "A", NOTHING, "2014")
    assert [near.said, unknown.said, alike.said, absent.said] == [
        "Worse (could be chance)", "Worse", "Similar", ""
    ]  # fmt: skip
    assert near.words(vintage=True) == "A (2014): worse (could be chance)"
    assert absent.words(vintage=False) == "A"
