"""Files of the years ahead, read back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from lac import futures
from lac.ahead import Ahead, Basis, basis, look_ahead
from lac.ahead_files import comparison_sheets, csv_sheet, projection_sheets
from scorecard.files import Sheet, as_csv, as_xlsx
from tests.lac.held import hold, price

pytestmark = pytest.mark.django_db

AT = datetime(2024, 6, 3, 9, 30, tzinfo=UTC)
MOVE = {
    "kind": "move_share",
    "from_placement": "fostering",
    "to_placement": "residential",
    "share": 0.5,
    "from": "2024-04-01",
    "months": 12,
}


@pytest.fixture
def rests_on() -> Basis:
    hold()
    price(fostering=700, residential=4_200)
    found = basis()
    assert found is not None
    return found


@pytest.fixture
def fanned(rests_on: Basis) -> Ahead:
    fan = futures.read(futures.made(rests_on, [], years=1, paths=10))
    return look_ahead(rests_on, 1, fan=fan)


def read(sheets: list[Sheet]) -> Workbook:
    return load_workbook(io.BytesIO(as_xlsx(sheets)))


def cells(workbook: Workbook, name: str) -> list[tuple[object, ...]]:
    """From the headings on: below a blank row."""
    rows = [
        tuple(cell.date() if isinstance(cell, datetime) else cell for cell in row)
        for row in workbook[name].iter_rows(values_only=True)
    ]
    head = next(place for place, row in enumerate(rows) if not any(row))
    return rows[head + 1 :]


def test_the_csv_has_every_number_with_its_spread(rests_on: Basis, fanned: Ahead) -> None:
    text = as_csv(csv_sheet([fanned], rests_on, [], AT)).decode("utf-8-sig")
    statement, table = text.split("\r\n\r\n")
    assert 'Finding,"About 10 children in March 2025, between 10 and 10' in statement
    assert "Rates counted from,the days after 31 March 2021 up to 31 March 2024" in statement
    assert 'Produced,"3 June 2024, 10:30"' in statement
    rows = list(csv.DictReader(io.StringIO(table)))
    by = {(row["Figure"], row["When"], row["Of"]): row for row in rows}
    march = by["Children", "2025-03-31", "Fostering"]
    assert (march["Expected"], march["95th percentile"]) == ("10.0", "10.0")
    assert by["Children", "2025-03-31", "5 to 9"]["95th percentile"] == ""
    assert by["Pounds", "2024/25", "All"]["Expected"] == "365000"


def test_the_workbook_has_numbers_as_numbers(rests_on: Basis, fanned: Ahead) -> None:
    book = read(projection_sheets(fanned, rests_on, [], AT, with_small=True))
    assert book.sheetnames == ["By month", "By year", "By age and placement"]
    head, first, *_, last = cells(book, "By month")
    assert head[:3] == ("Day", "All", "Fostering") and head[-1] == "95th percentile"
    assert first[:3] == (date(2024, 3, 31), 10, 10)
    assert last[0] == date(2025, 3, 31)
    assert all(isinstance(cell, int | float) for cell in last[1:])
    _, year = cells(book, "By year")
    assert year[:3] == ("2024/25", 365_000, 365_000)
    assert str(book["By age and placement"]["A2"].value).startswith("Not to be passed on: ")
    cross = cells(book, "By age and placement")
    assert cross[2] == ("1 to 4", date(2024, 3, 31), 10, 0, 0, 0)


def test_age_by_placement_is_for_those_who_may_see_small_numbers(
    rests_on: Basis, fanned: Ahead
) -> None:
    book = read(projection_sheets(fanned, rests_on, [], AT, with_small=False))
    assert "By age and placement" not in book.sheetnames


def test_a_scenarios_changes_stand_above_its_numbers(rests_on: Basis) -> None:
    shown = look_ahead(rests_on, 1, [MOVE], name="=Half")
    sheets = projection_sheets(shown, rests_on, ["Half of them move."], AT, with_small=False)
    rows = [row[0] for row in read(sheets)["By month"].iter_rows(values_only=True)]
    assert "Change: Half of them move." in rows
    text = as_csv(csv_sheet([shown], rests_on, [], AT)).decode("utf-8-sig")
    assert ",'=Half" in text and "\n=Half" not in text  # no formula


def test_without_unit_costs_no_cost_is_in_the_file() -> None:
    hold()
    found = basis()
    assert found is not None
    sheets = projection_sheets(look_ahead(found, 1), found, [], AT, with_small=False)
    assert [sheet.name for sheet in sheets] == ["By month"]
    assert ("Unit costs", "No unit cost is set, so no cost is shown") in sheets[0].statement


def test_a_comparison_has_a_column_for_each(rests_on: Basis) -> None:
    every = [look_ahead(rests_on, 2), look_ahead(rests_on, 2, [MOVE], name="Half")]
    book = read(comparison_sheets(every, rests_on, AT))
    assert book.sheetnames == ["Children", "Pounds"]
    head, *rows = cells(book, "Children")
    assert head == ("Day", "Placement", "Base", "Half")
    assert rows[:3] == [
        (date(2025, 3, 31), "All", 10, 10),
        (date(2025, 3, 31), "Fostering", 10, 5),
        (date(2025, 3, 31), "Residential care", 0, 5),
    ]
    assert len(rows) == 2 * 5
    _, *pounds = cells(book, "Pounds")
    assert pounds[5][:3] == ("2025/26", "All", 365_000)
    assert pounds[5][3] == 5 * 100 * 365 + 5 * 600 * 365
    said = [row[0] for row in book["Children"].iter_rows(values_only=True)]
    assert any(str(row).startswith("Against the base: Half: As many children") for row in said)


def test_so_has_its_csv(rests_on: Basis) -> None:
    every = [look_ahead(rests_on, 1), look_ahead(rests_on, 1, [MOVE], name="Half")]
    text = as_csv(csv_sheet(every, rests_on, [], AT)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[1])))
    assert {row["Projection"] for row in rows} == {"Base", "Half"}
