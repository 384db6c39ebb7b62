"""Periods of time as councils count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.lib.periods import (
    Period,
    PeriodKind,
    add_months,
    day_label,
    financial_year,
    last_day,
    months_between,
    parse_month,
)

months = st.dates(date(1990, 1, 1), date(2090, 12, 1)).map(lambda day: day.replace(day=1))


@pytest.mark.parametrize(
    ("kind", "month", "label"),
    [
        (PeriodKind.MONTH, date(2015, 2, 1), "February 2015"),
        (PeriodKind.QUARTER, date(2014, 6, 1), "April to June 2014"),
        (PeriodKind.QUARTER, date(2015, 3, 1), "January to March 2015"),
        (PeriodKind.FINANCIAL_YEAR, date(2015, 3, 1), "2014/15"),
        (PeriodKind.ACADEMIC_YEAR, date(2016, 8, 1), "2015/16 academic year"),
        (PeriodKind.CALENDAR_YEAR, date(2014, 12, 1), "2014"),
        (PeriodKind.DATE, date(2017, 3, 1), "31 March 2017"),
    ],
)
def test_a_period_is_called_as_people_call_it(kind: PeriodKind, month: date, label: str) -> None:
    period = Period.ending_in(kind, month)
    assert period is not None
    assert period.label == label


def test_a_quarter_ends_only_in_june_september_december_and_march() -> None:
    ends = [m for m in range(1, 13) if Period.ending_in(PeriodKind.QUARTER, date(2014, m, 1))]
    assert ends == [3, 6, 9, 12]


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        (PeriodKind.MONTH, date(2015, 2, 2), date(2015, 2, 28)),
        (PeriodKind.MONTH, date(2015, 2, 1), date(2015, 3, 31)),
        (PeriodKind.QUARTER, date(2015, 2, 1), date(2015, 4, 30)),
        (PeriodKind.FINANCIAL_YEAR, date(2015, 1, 1), date(2015, 12, 31)),
        (PeriodKind.DATE, date(2015, 1, 1), date(2015, 1, 2)),
    ],
)
def test_days_that_are_no_such_period_are_refused(kind: PeriodKind, start: date, end: date) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Period(start, end, kind)


@pytest.mark.parametrize("text", ["2015-13", "2015-2", "15-02", "2015-02-01", "", "２０１５-02"])
def test_a_month_is_written_one_way(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        parse_month(text)


@given(month=months, count=st.integers(-600, 600))
def test_adding_months_and_taking_them_away_comes_back(month: date, count: int) -> None:
    assert add_months(add_months(month, count), -count) == month
    assert months_between(month, add_months(month, count)) == count


@given(month=months)
def test_the_last_day_of_a_month_is_the_day_before_the_next(month: date) -> None:
    assert last_day(month) + timedelta(days=1) == add_months(month, 1)


@given(month=months, kind=st.sampled_from(PeriodKind))
def test_a_period_is_reported_in_the_month_it_ends_in(month: date, kind: PeriodKind) -> None:
    period = Period.ending_in(kind, month)
    if period:
        assert period.month == month
        assert Period.starting(kind, period.start) == period


def test_days_are_written_without_a_leading_zero() -> None:
    assert day_label(date(2015, 4, 7)) == "7 April 2015"


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 3, 31), 2024), (date(2024, 4, 1), 2025), (date(2024, 12, 31), 2025)],
)
def test_a_financial_year_begins_on_1_april(day: date, year: int) -> None:
    assert financial_year(day) == year
