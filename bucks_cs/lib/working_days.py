"""Working days in England and Wales: Monday to Friday, but for bank holidays.

Bank holidays are worked out from their rules: those of the Banking and Financial Dealings Act 1971
as proclaimed since 1978, when the early May holiday began. Days that were moved or added once are
listed, since no rule gives them: a new one needs a line here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

FIRST_YEAR, LAST_YEAR = 1978, 2100

# Moved once: the day it would have been, and the day that it was.
_MOVED = {
    date(1995, 5, 1): date(1995, 5, 8),  # fifty years after VE day
    date(2002, 5, 27): date(2002, 6, 4),  # the Golden Jubilee
    date(2012, 5, 28): date(2012, 6, 4),  # the Diamond Jubilee
    date(2020, 5, 4): date(2020, 5, 8),  # seventy-five years after VE day
    date(2022, 5, 30): date(2022, 6, 2),  # the Platinum Jubilee
}
_ADDED = (
    date(1981, 7, 29),  # a royal wedding
    date(1999, 12, 31),  # the millennium
    date(2002, 6, 3),  # the Golden Jubilee
    date(2011, 4, 29),  # a royal wedding
    date(2012, 6, 5),  # the Diamond Jubilee
    date(2022, 6, 3),  # the Platinum Jubilee
    date(2022, 9, 19),  # the Queen's funeral
    date(2023, 5, 8),  # the coronation
)
_MONDAY, _SATURDAY = 0, 5


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The days on which banks are closed by law, substitutes for weekends among them. Raises
    ValueError for a year that the rules do not reach."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not {year}.")
    easter = easter_sunday(year)
    days = {
        _after_weekend(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(date(year, 5, 1)),
        _last_monday(date(year, 5, 31)),
        _last_monday(date(year, 8, 31)),
        *_christmas(year),
    }
    return frozenset(
        {_MOVED.get(day, day) for day in days} | {day for day in _ADDED if day.year == year}
    )


def easter_sunday(year: int) -> date:
    """By the Gregorian computus (the anonymous algorithm)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap_centuries, in_century = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, in_leap = divmod(rest, 4)
    weekday = (32 + 2 * in_century + 2 * leaps - epact - in_leap) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def after_working_days(days: NDArray[np.datetime64], count: int) -> NDArray[np.datetime64]:
    """The day that is so many working days after each: the day itself is not counted, so one
    working day after a Friday, a Saturday or a Sunday is the Monday. NaT stays NaT."""
    found: NDArray[np.datetime64] = np.busday_offset(
        days.astype("datetime64[D]"), count, roll="backward", busdaycal=calendar()
    )
    return found


@cache
def calendar() -> np.busdaycalendar:
    """Every working day of the years that are known, for NumPy's own functions."""
    every = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in bank_holidays(year)]
    return np.busdaycalendar(holidays=every)


def _christmas(year: int) -> tuple[date, date]:
    """Christmas Day and Boxing Day; on a weekend, the next days that are neither."""
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    if christmas.weekday() == _SATURDAY:
        return date(year, 12, 27), date(year, 12, 28)
    if christmas.weekday() == _SATURDAY + 1:
        return boxing, date(year, 12, 27)
    return christmas, _after_weekend(boxing)


def _after_weekend(day: date) -> date:
    return day if day.weekday() < _SATURDAY else _first_monday(day)


def _first_monday(day: date) -> date:
    return day + timedelta(days=(_MONDAY - day.weekday()) % 7)


def _last_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
