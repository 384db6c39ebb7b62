"""Financial quarters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.quarters import Quarter


def test_the_fourth_quarter_of_2014_15_is_january_to_march_2015() -> None:
    quarter = Quarter.parse("2014-15", "Q4")
    assert (quarter.start, quarter.end) == (date(2015, 1, 1), date(2015, 3, 31))
    assert quarter.label == "Quarter 4 of 2014/15"
    assert quarter.words == "the fourth quarter of 2014/15, January to March 2015"
    assert quarter.is_year and not quarter.before.is_year


def test_before_the_first_comes_the_fourth_of_the_year_before() -> None:
    assert Quarter(2015, 1).before == Quarter(2014, 4)


@pytest.mark.parametrize(
    ("year", "quarter", "said"),
    [
        ("2014-16", "Q4", "no financial year"),
        ("2014", "Q4", "no financial year"),
        ("2014/15", "Q5", "no quarter"),
        ("2014-15", "fourth", "no quarter"),
    ],
)
def test_what_is_no_quarter_is_refused_in_words(year: str, quarter: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Quarter.parse(year, quarter)


def test_a_year_has_no_fifth_quarter_and_none_begins_in_may() -> None:
    with pytest.raises(ValueError, match="quarters 1 to 4"):
        Quarter(2015, 5)
    with pytest.raises(ValueError, match="No quarter begins"):
        Quarter.starting(date(2014, 5, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_one_quarter_which_its_label_finds_again(day: date) -> None:
    quarter = Quarter.containing(day)
    assert quarter.start <= day <= quarter.end
    assert Quarter.starting(quarter.start) == quarter
    assert Quarter.parse(quarter.year_label, f"Q{quarter.number}") == quarter
    assert quarter.before < quarter
