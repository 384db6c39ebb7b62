"""Tables of the years ahead, from hand-made rows."""

from __future__ import annotations

from datetime import date

import numpy as np

from lac.ahead import Ahead, BackSpread, BackTested, MonthRow, YearRow
from lac.ahead_tables import Cell, crosses, errors_by_placement, marches, tables, within_spread

OPENING = np.arange(20.0).reshape(5, 4)
FAN = (90.0, 95.0, 100.0, 105.0, 110.4)


def ahead(
    name: str, last: tuple[float, ...], *, cost: float | None = None, fan: bool = False
) -> Ahead:
    months = (
        MonthRow(date(2024, 3, 31), 190, (40, 45, 50, 55), (6, 22, 38, 54, 70)),
        MonthRow(date(2024, 4, 30), 191, (41, 45, 50, 55), (6, 22, 38, 54, 70)),
        MonthRow(date(2025, 3, 31), sum(last), last, (0,) * 5, FAN if fan else None),
    )
    years = () if cost is None else (YearRow(2025, (cost, 0, 0, 0), part=False),)
    return Ahead(name, months, years, OPENING, OPENING + 0.25)


def test_the_table_of_marches_has_the_first_day_too() -> None:
    found = marches(ahead("Base", (60, 20, 10, 10.4)))
    assert found.columns == (
        *("Day", "Children", "Fostering", "Residential care"),
        *("Supported accommodation", "Other placements"),
    )
    assert found.rows == (
        ("31 March 2024", "190", "40", "45", "50", "55"),
        ("31 March 2025", "100", "60", "20", "10", "10"),
    )


def test_it_has_the_spread_and_the_cost_where_they_are_known() -> None:
    found = marches(ahead("Base", (60, 20, 10, 10), cost=2_350_000, fan=True))
    assert found.columns[2] == "Nine of ten futures" and found.columns[-1] == "Cost of the year"
    assert [(row[2], row[-1]) for row in found.rows] == [
        ("–", "–"),
        ("90 to 110", "£2.4 million"),
    ]


def test_age_by_placement_is_counted_on_the_first_day_and_expected_on_the_last() -> None:
    first, last = crosses(ahead("Base", (60, 20, 10, 10)))
    assert first.caption == "By age and placement, 31 March 2024"
    assert first.rows[1] == ("1 to 4", "4", "5", "6", "7")
    assert last.rows[1] == ("1 to 4", "4.2", "5.2", "6.2", "7.2")


def test_the_tests_error_is_told_by_placement_with_its_sign() -> None:
    day = date(2024, 3, 31)
    found = BackTested(day, day, ((day, 1, 1),), ((393.2, 371), (33, 46), (20.4, 20), (0, 0)))
    assert [row[-1] for row in errors_by_placement(found).rows] == ["+22", "-13", "+0", "+0"]


def test_how_often_what_happened_lay_within_the_spread_is_told_of_all_and_each_placement() -> None:
    found = within_spread(BackSpread(12, {}, (12, 11, 6, 12, 0), (6, 5, 3, 12, 0)))
    assert found.caption.startswith("Months of 12 in which")
    assert found.rows[0] == ("All", "12 (100%)", "6 (50%)")
    assert found.rows[2] == ("Residential care", "6 (50%)", "3 (25%)")
    assert len(found.rows) == 5


def test_side_by_side_each_number_is_told_against_the_base() -> None:
    base = ahead("Base", (60, 20, 10, 10), cost=2_000_000)
    other = ahead("Homes", (66, 12, 10, 10), cost=1_500_000)
    found = {table.id: table for table in tables([base, other])}
    assert list(found) == ["all", "fostering", "residential", "supported", "other", "cost"]
    assert found["all"].rows == (
        ("March 2025", (Cell("Base", "100"), Cell("Homes", "98", "2 fewer"))),
    )
    assert found["fostering"].rows[0][1][1] == Cell("Homes", "66", "6 more")
    assert found["supported"].rows[0][1][1] == Cell("Homes", "10", "as many")
    assert found["cost"].rows == (
        (
            "2024/25",
            (
                Cell("Base", "£2.0\N{NO-BREAK SPACE}million"),
                Cell("Homes", "£1.5\N{NO-BREAK SPACE}million", "£500,000 less"),
            ),
        ),
    )


def test_without_unit_costs_there_is_no_table_of_them() -> None:
    base = ahead("Base", (60, 20, 10, 10))
    assert "cost" not in {table.id for table in tables([base])}
