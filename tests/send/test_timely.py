"""Plans in 20 weeks by calendar year."""

from __future__ import annotations

from datetime import date

import pytest

from bucks_cs.lib.periods import PeriodKind, last_day
from bucks_cs.models import User
from scorecard.shown import Ledger
from send.timely import EXCEPTIONS, IN_TIME, Year, finding_of, years
from tests.ledger import figure

pytestmark = pytest.mark.django_db


def month(code: str, first: date, value: float, **fields: object) -> None:
    figure(
        code,
        value,
        period_kind=PeriodKind.MONTH,
        period_start=first,
        period_end=last_day(first),
        **fields,
    )


def plans(first: date, in_time: int, issued: int) -> None:
    month(IN_TIME, first, 100 * in_time / issued, of="Plans", numerator=in_time, denominator=issued)


def read(user: User) -> list[Year]:
    return years(Ledger(user, [IN_TIME, EXCEPTIONS]))


def test_the_months_of_a_calendar_year_are_summed_with_exceptions_apart(officer: User) -> None:
    plans(date(2025, 11, 1), 20, 25)
    plans(date(2025, 12, 1), 10, 15)
    plans(date(2026, 1, 1), 30, 30)
    month(EXCEPTIONS, date(2025, 12, 1), 7)
    assert read(officer) == [Year(2025, 2, 40, 30, 7), Year(2026, 1, 30, 30, None)]
    assert [one.share for one in read(officer)] == ["75.0%", "100.0%"]


def test_a_year_with_a_hidden_month_is_not_summed_for_a_member(member: User, officer: User) -> None:
    plans(date(2025, 11, 1), 20, 25)
    plans(date(2025, 12, 1), 3, 15)
    assert read(member) == [Year(2025, 2, None, None, None)]
    assert read(member)[0].share == "–"
    assert read(officer) == [Year(2025, 2, 40, 23, None)]


def test_a_year_is_whole_with_twelve_months(officer: User) -> None:
    for number in range(1, 13):
        plans(date(2025, number, 1), 9, 10)
    (year,) = read(officer)
    assert year.is_whole
    assert finding_of([year]) == (
        "In 2025, 108 of 120 plans were issued within 20 weeks (90.0%), exceptions left out"
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "No month of plans issued is known yet"),
        ([Year(2026, 1, 10, 8, 0)], "In 2026, 1 month of it, 8 of 10 plans"),
        ([Year(2026, 3, 10, 8, 0)], "In 2026, 3 months of it, 8 of 10 plans"),
        ([Year(2026, 2, None, None, None)], "cannot be summed"),
        ([Year(2026, 2, 0, 0, 4)], "No plan was issued in 2026"),
    ],
)
def test_the_finding_says_how_much_of_the_year_is_known(found: list[Year], said: str) -> None:
    assert said in finding_of(found)
