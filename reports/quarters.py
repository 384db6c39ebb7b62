"""Financial quarters: the first begins in April. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bucks_cs.lib.periods import add_months, financial_year, last_day

QUARTERS = 4
_ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a financial year; `year` is the one in which it ends, 2015 for 2014/15."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= QUARTERS:
            raise ValueError(f"A year has quarters 1 to {QUARTERS}, not {self.number}.")

    @classmethod
    def containing(cls, day: date) -> Quarter:
        return cls(financial_year(day), (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def starting(cls, day: date) -> Quarter:
        """The quarter whose first day it is. Raises ValueError on any other day."""
        found = cls.containing(day)
        if found.start != day:
            raise ValueError(f"No quarter begins on {day}.")
        return found

    @classmethod
    def parse(cls, year: str, quarter: str) -> Quarter:
        """2014-15 (or 2014/15) and Q4 (or 4). Raises ValueError, in words."""
        years = re.fullmatch(r"(\d{4})[-/](\d{2})", year)
        number = re.fullmatch(r"[Qq]?([1-4])", quarter)
        if not years or (int(years[1]) + 1) % 100 != int(years[2]):
            raise ValueError(f"“{year}” is no financial year: write 2014-15.")
        if not number:
            raise ValueError(f"“{quarter}” is no quarter: write Q1, Q2, Q3 or Q4.")
        return cls(int(years[1]) + 1, int(number[1]))

    @property
    def start(self) -> date:
        return add_months(date(self.year - 1, 4, 1), 3 * (self.number - 1))

    @property
    def months(self) -> tuple[date, date, date]:
        first = self.start
        return first, add_months(first, 1), add_months(first, 2)

    @property
    def end(self) -> date:
        return last_day(self.months[-1])

    @property
    def before(self) -> Quarter:
        return Quarter.containing(add_months(self.start, -3))

    @property
    def year_label(self) -> str:
        return f"{self.year - 1}/{self.year % 100:02}"

    @property
    def is_year(self) -> bool:
        """Whether it is the fourth, whose paper is the year's as well."""
        return self.number == QUARTERS

    @property
    def label(self) -> str:
        """Quarter 4 of 2014/15."""
        return f"Quarter {self.number} of {self.year_label}"

    @property
    def words(self) -> str:
        """the fourth quarter of 2014/15, January to March 2015."""
        return f"the {_ORDINALS[self.number - 1]} quarter of {self.year_label}, {self.span}"

    @property
    def span(self) -> str:
        """January to March 2015."""
        first, _, last = self.months
        return f"{first:%B} to {last:%B %Y}"

    @property
    def covers(self) -> str:
        """What a paper of it covers: the fourth also the year."""
        also = f"; and the year {self.year_label}" if self.is_year else ""
        return f"{self.label}, {self.span}{also}"
