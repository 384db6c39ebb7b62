"""Working days in England and Wales. The lists of days are the government's own, typed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.lib.working_days import (
    FIRST_YEAR,
    LAST_YEAR,
    after_working_days,
    bank_holidays,
    easter_sunday,
    is_working_day,
)

days = st.dates(date(FIRST_YEAR, 3, 1), date(2060, 12, 31))


def after(day: str, count: int) -> str:
    return str(after_working_days(np.array([day], dtype="datetime64[D]"), count)[0])


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1995, "01-02 04-14 04-17 05-08 05-29 08-28 12-25 12-26"),
        (1999, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 12-31"),
        (2002, "01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26"),
        (2010, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        (2015, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
    ],
)
def test_the_bank_holidays_of_a_year(year: int, expected: str) -> None:
    assert sorted(bank_holidays(year)) == [
        date(year, int(day[:2]), int(day[3:])) for day in expected.split()
    ]


@pytest.mark.parametrize(
    "easter",
    ["1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2038-04-25"],
)
def test_easter(easter: str) -> None:
    assert str(easter_sunday(int(easter[:4]))) == easter


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_that_the_rules_do_not_reach_is_refused_in_words(year: int) -> None:
    with pytest.raises(ValueError, match=f"known from 1978 to 2100, not {year}"):
        bank_holidays(year)


@given(st.integers(FIRST_YEAR, LAST_YEAR))
def test_every_year_has_eight_bank_holidays_or_more_and_none_on_a_weekend(year: int) -> None:
    assert 8 <= len(bank_holidays(year)) <= 10
    assert all(day.weekday() < 5 and day.year == year for day in bank_holidays(year))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2024-03-25", 1, "2024-03-26"),  # a Monday
        ("2024-03-28", 1, "2024-04-02"),  # over Good Friday and Easter Monday
        ("2024-03-30", 1, "2024-04-02"),  # from a Saturday
        ("2024-03-29", 1, "2024-04-02"),  # from Good Friday
        ("2024-03-28", 20, "2024-04-29"),  # two bank holidays and four weekends
        ("2024-12-20", 5, "2024-12-31"),  # over Christmas
        ("2024-03-26", 0, "2024-03-26"),
    ],
)
def test_so_many_working_days_after_a_day(day: str, count: int, expected: str) -> None:
    assert after(day, count) == expected


def test_a_day_that_is_not_known_has_none_after_it() -> None:
    assert after("NaT", 20) == "NaT"


@given(days, st.integers(1, 300))
def test_counting_day_by_day_gives_the_same(day: date, count: int) -> None:
    there, left = day, count
    while left:
        there += timedelta(days=1)
        left -= is_working_day(there)
    assert after(str(day), count) == str(there)
