"""Periods of time as councils count them.

A period has a kind, a first day and a last day. Financial years run from 1 April, academic
years from 1 September. Months are also written "2015-02", in addresses and commands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    FINANCIAL_YEAR = "financial_year"
    ACADEMIC_YEAR = "academic_year"
    CALENDAR_YEAR = "calendar_year"
    DATE = "date"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


# Length in months, and the months in which such a period may begin.
_SHAPE: dict[PeriodKind, tuple[int, tuple[int, ...]]] = {
    PeriodKind.MONTH: (1, tuple(range(1, 13))),
    PeriodKind.QUARTER: (3, (4, 7, 10, 1)),
    PeriodKind.FINANCIAL_YEAR: (12, (4,)),
    PeriodKind.ACADEMIC_YEAR: (12, (9,)),
    PeriodKind.CALENDAR_YEAR: (12, (1,)),
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A kind of period and its first and last day. Raises ValueError if they do not agree."""

    start: date
    end: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        if self.kind is PeriodKind.DATE:
            if self.start != self.end:
                raise ValueError("A date is one day: its start and end must be the same.")
            return
        months, starts = _SHAPE[self.kind]
        if self.start.day != 1 or self.start.month not in starts:
            raise ValueError(f"{self.start:%d/%m/%Y} does not begin a {self.kind.label.lower()}.")
        if self.end != add_months(self.start, months) - timedelta(days=1):
            raise ValueError(f"{self.end:%d/%m/%Y} does not end a {self.kind.label.lower()}.")

    @classmethod
    def starting(cls, kind: PeriodKind, start: date) -> Period:
        """The period of this kind whose first day is `start`."""
        if kind is PeriodKind.DATE:
            return cls(start, start, kind)
        months, _ = _SHAPE[kind]
        return cls(start, add_months(start, months) - timedelta(days=1), kind)

    @classmethod
    def ending_in(cls, kind: PeriodKind, month: date) -> Period | None:
        """The period of this kind whose last month is `month`, or None where none ends then."""
        if kind is PeriodKind.DATE:
            return cls.starting(kind, last_day(month))
        months, starts = _SHAPE[kind]
        start = add_months(month, 1 - months)
        return cls.starting(kind, start) if start.month in starts else None

    @property
    def month(self) -> date:
        """The first day of the month in which the period ends: the month it is reported in."""
        return self.end.replace(day=1)

    @property
    def label(self) -> str:
        """As people write it: February 2015, April to June 2014, 2014/15, 2014, 31 March 2014."""
        match self.kind:
            case PeriodKind.MONTH:
                return month_label(self.start)
            case PeriodKind.QUARTER:
                return f"{self.start:%B} to {month_label(self.end)}"
            case PeriodKind.FINANCIAL_YEAR:
                return f"{self.start.year}/{self.end:%y}"
            case PeriodKind.ACADEMIC_YEAR:
                return f"{self.start.year}/{self.end:%y} academic year"
            case PeriodKind.CALENDAR_YEAR:
                return str(self.start.year)
            case PeriodKind.DATE:
                return day_label(self.start)


def financial_year(day: date) -> int:
    """The financial year that a day is in, by its second calendar year: 2024 is 2023-24."""
    return day.year + (day.month > 3)


def parse_month(text: str) -> date:
    """The first day of a month written "2015-02". Raises ValueError in words."""
    if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
        return date(int(text[:4]), int(text[5:]), 1)
    raise ValueError(f"“{text}” is not a month: write it as 2015-02.")


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after (before, if negative) that of `month`."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def last_day(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def months_between(first: date, last: date) -> int:
    """Whole months from the month of `first` to that of `last`."""
    return (last.year - first.year) * 12 + last.month - first.month


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def month_label(month: date) -> str:
    return f"{month:%B %Y}"


def short_month_label(month: date) -> str:
    return f"{month:%b %Y}"


def day_label(day: date) -> str:
    """28 February 2015, without a leading zero."""
    return f"{day.day} {day:%B %Y}"
