"""The years ahead in words, from hand-made rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from lac.ahead import Ahead, BackSpread, BackTested, Basis, MonthRow, Prices, YearRow, basis
from lac.ahead_words import (
    course,
    difference,
    error_words,
    finding,
    inflation,
    more,
    now,
    pounds,
    rests_on,
    unit_costs,
    within_words,
    without,
)
from lac.models import Inflation, UnitCost
from tests.lac.held import LIVELY, hold

TABLE = np.zeros((5, 4))


def row(year: int, *placements: float, fan: tuple[float, ...] | None = None) -> MonthRow:
    return MonthRow(date(year, 3, 31), sum(placements), placements, (0,) * 5, fan)


def ahead(*rows: MonthRow, cost: float | None = None, name: str = "Base") -> Ahead:
    years = () if cost is None else (YearRow(2026, (cost, 0, 0, 0), part=False),)
    return Ahead(name, rows, years, TABLE, TABLE)


BASE = ahead(row(2024, 400, 50, 20, 10), row(2026, 410, 60, 20, 10), cost=24_140_000)


def test_the_finding_says_how_many_and_at_what_cost() -> None:
    assert finding(BASE) == "About 500 children in March 2026; £24.1 million in 2025/26."


def test_it_says_how_far_things_may_go_where_that_was_simulated() -> None:
    fan = (467.6, 490.0, 500.0, 512.0, 538.2)
    found = ahead(row(2024, 1), row(2026, 500, fan=fan))
    assert finding(found) == (
        "About 500 children in March 2026, between 468 and 538 in nine of ten simulated futures."
    )


def test_it_says_from_where_to_where() -> None:
    assert course(BASE) == "From 480 children on 31 March 2024 to about 500 in March 2026."
    assert now(BASE) == "There were 480 children on 31 March 2024."
    assert now(ahead(row(2024, 1))) == "There was 1 child on 31 March 2024."


def test_a_difference_names_the_placements_that_change_and_the_cost() -> None:
    other = ahead(row(2024, 400, 50, 20, 10), row(2026, 414, 44, 20.4, 10), cost=23_790_000)
    assert difference(BASE, other) == (
        "12 fewer children than in the base in March 2026: 4 more in fostering and 16 fewer in "
        "residential care; £350,000 less in 2025/26."
    )


def test_no_difference_is_said_too() -> None:
    assert difference(BASE, BASE) == (
        "As many children as in the base in March 2026; the same cost in 2025/26."
    )


def test_where_no_unit_cost_is_set_a_difference_is_of_children_alone() -> None:
    one, other = (
        ahead(row(2024, 1), row(2026, 5, 0, 0, 0)),
        ahead(row(2024, 1), row(2026, 6, 0, 0, 0)),
    )
    assert difference(one, other) == (
        "1 more child than in the base in March 2026: 1 more in fostering."
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [(-1.2, "1 fewer child"), (0.4, "as many children"), (1_200, "1,200 more children")],
)
def test_more_and_fewer(number: float, said: str) -> None:
    assert more(number) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "£0"), (350_499, "£350,000"), (999_600, "£1.0 million"), (24_150_001, "£24.2 million")],
)
def test_pounds_are_said_as_exactly_as_they_can_be_meant(amount: float, said: str) -> None:
    assert pounds(amount) == said


def months(*errors: tuple[float, int]) -> BackTested:
    days = [date(2023, 3, 31), date(2023, 4, 30), date(2023, 5, 31)]
    return BackTested(
        date(2020, 3, 31),
        days[0],
        tuple((day, *pair) for day, pair in zip(days, errors, strict=False)),
        (),
    )


def test_the_tests_error_is_said_plainly() -> None:
    assert error_words(months((450, 450), (455, 452), (468, 450))) == (
        "Projected from 31 March 2023, about 468 children on 31 May 2023. There were 450: 18 too "
        "many (4%). Over the 2 months it was off by 10 on average, and by 18 at the most."
    )


def test_so_is_a_projection_that_was_right_or_too_low() -> None:
    assert ": as many as projected. " in error_words(months((5, 5), (5, 5), (5.2, 5)))
    assert "There was 1: 1 too few (100%)." in error_words(months((5, 5), (5, 5), (0.2, 1)))
    assert "There were 0: 3 too many. " in error_words(months((5, 5), (5, 5), (3, 0)))


@pytest.mark.parametrize(("months", "said"), [(12, "12 months"), (1, "1 month")])
def test_it_says_how_often_what_happened_lay_within_the_spread(months: int, said: str) -> None:
    words = within_words(BackSpread(months, {}, (10, 1, 1, 1, 1), (7, 1, 1, 1, 1)))
    assert f"Of {said}, what happened lay within nine of ten of them in 10, and within" in words
    assert "their middle half in 7;" in words
    assert "one course of things, and not as many tests" in words


COSTS = (
    UnitCost(placement="fostering", pounds_a_week=Decimal(620), source="Budget book"),
    UnitCost(placement="residential", pounds_a_week=Decimal("4800.5")),
)


def test_unit_costs_are_said_with_where_they_come_from_and_what_has_none() -> None:
    some = Prices(np.zeros(4), COSTS, ("supported", "other"))
    assert unit_costs(some) == (
        "fostering £620.00 a week (Budget book); residential care £4,800.50 a week (no source is "
        "given). No unit cost is set for supported accommodation and other placements: the cost "
        "is without them"
    )
    assert unit_costs(Prices()) == "No unit cost is set, so no cost is shown"
    assert without(replace(some, missing=())) == ""


@pytest.mark.parametrize(
    ("rise", "said"),
    [
        (Inflation(), "None: pounds are at the prices of the first year"),
        (Inflation(per_cent=Decimal("2.50")), "Prices rise by 2.5% each 1 April"),
        (Inflation(per_cent=Decimal(10), source="Bank"), "Prices rise by 10% each 1 April (Bank)"),
        (Inflation(per_cent=Decimal(-1)), "Prices fall by 1% each 1 April"),
    ],
)
def test_inflation_is_said(rise: Inflation, said: str) -> None:
    assert inflation(Prices(inflation=rise)) == said


@pytest.mark.django_db
def test_what_a_projection_rests_on_is_counted_from_its_window() -> None:
    hold(LIVELY)
    found = basis(2)
    assert isinstance(found, Basis)
    said = dict(rests_on(found))
    assert said["First day"] == "31 March 2024"
    assert said["Rates counted from"] == "the days after 31 March 2022 up to 31 March 2024"
    # Two summers of four in residential care; six moved there; three became 18.
    assert said["What happened in them"].startswith(
        "8 times a child came, 6 moves between these placements, 8 times a child left, "
        "3 18th birthdays; "
    )
    assert said["Returns"] == (
        "37 episodes; held without a gap for the days after 31 March 2020 up to 31 March 2024"
    )
