"""The template of a month: filled in and sent back, it means what it says."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from scorecard import imports, workbook
from scorecard.models import Status
from scorecard.sheet import lines_of
from scorecard.upload import Happens, compare
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory, history

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)


def as_xlsx() -> bytes:
    return workbook.as_xlsx(lines_of(MARCH, past=workbook.PAST), MARCH, "Bucks")


def as_csv() -> bytes:
    return workbook.as_csv(lines_of(MARCH, past=workbook.PAST), MARCH)


def sheet_of(content: bytes) -> tuple[Any, dict[str, int]]:
    """The sheet, and the column of each heading."""
    sheet = load_workbook(io.BytesIO(content)).active
    return sheet, {cell.value: cell.column for cell in sheet[5]}


def report(content: bytes) -> list[str]:
    found = compare(imports.read(content), lines_of(MARCH), MARCH)
    return [row.happens.value for row in found.rows]


def test_the_template_has_every_measure_with_its_past_year_target_and_draft() -> None:
    series = SeriesFactory(measure__name="% repeat referrals")
    TargetFactory(measure=series.measure)
    history(series, *range(10, 23))
    OutturnFactory(series=series, month=MARCH, value=26, status=Status.DRAFT, commentary="Why.")
    sheet, column = sheet_of(as_xlsx())
    row = {name: sheet.cell(6, place).value for name, place in column.items()}
    assert (row["Measure"], row["Month"], row["Target"]) == (
        "% repeat referrals",
        "2015-03",
        "90.0% or more",
    )
    assert [row["Mar 2014"], row["Feb 2015"]] == [11, 22]
    assert (row["Value"], row["Commentary"]) == (26, "Why.")


def test_what_is_absent_in_the_past_is_said_in_words() -> None:
    series = SeriesFactory()
    OutturnFactory(series=series, month=date(2015, 2, 1), value=None, absence="not_available")
    sheet, column = sheet_of(as_xlsx())
    assert sheet.cell(6, column["Feb 2015"]).value == "Not available"
    assert sheet.cell(6, column["Jan 2015"]).value is None


def test_a_figure_of_a_year_stands_under_the_month_in_which_it_ended() -> None:
    series = SeriesFactory(measure__frequency="financial_year")
    OutturnFactory(series=series, month=date(2014, 3, 1), kind="financial_year", value=62)
    sheet, column = sheet_of(as_xlsx())
    assert sheet.cell(6, column["Mar 2014"]).value == 62


def test_only_the_cells_to_fill_in_are_open() -> None:
    SeriesFactory(measure__numerator_label="", measure__denominator_label="")
    sheet, column = sheet_of(as_xlsx())
    open_cells = {name for name, at in column.items() if not sheet.cell(6, at).protection.locked}
    assert open_cells == {"Value", "No figure because", "Commentary", "Reason for the revision"}
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "C6"
    (choices,) = sheet.data_validations.dataValidation
    assert "Not available" in choices.formula1


@pytest.mark.parametrize("make", [as_xlsx, as_csv])
def test_a_template_sent_back_as_it_is_changes_nothing(make: Any) -> None:
    OutturnFactory(month=MARCH, value=26, status=Status.DRAFT, commentary="=Improving\nslowly")
    OutturnFactory(month=MARCH, value="12.5", numerator=1, denominator=8)
    OutturnFactory(month=MARCH, value=None, absence="not_collected", status=Status.SUBMITTED)
    SeriesFactory()
    assert report(make()) == ["Same", "Same", "Same", "Left blank"]


def test_a_filled_in_template_is_read_as_it_was_meant() -> None:
    OutturnFactory(month=MARCH, value=26, status=Status.DRAFT)
    SeriesFactory()
    content = as_xlsx()
    book = load_workbook(io.BytesIO(content))
    sheet, column = book.active, sheet_of(content)[1]
    sheet.cell(6, column["Value"]).value = 0.31
    sheet.cell(6, column["Value"]).number_format = "0%"
    sheet.cell(7, column["Numerator"]).value = 53
    sheet.cell(7, column["Denominator"]).value = 80
    filled = io.BytesIO()
    book.save(filled)
    found = compare(imports.read(filled.getvalue()), lines_of(MARCH), MARCH)
    assert [(row.happens, row.after) for row in found.rows] == [
        (Happens.CHANGED, "31.0%"),
        (Happens.NEW, "66.3% (53 of 80)"),
    ]


def test_a_template_filled_in_after_somebody_elses_change_is_refused() -> None:
    outturn = OutturnFactory(month=MARCH, value=26, status=Status.DRAFT)
    content = as_csv().replace(b"26.0", b"27.0")
    outturn.value, outturn.version = 25, 2
    outturn.save()
    assert report(content) == ["Refused"]


def test_no_text_of_ours_can_run_in_a_spreadsheet() -> None:
    OutturnFactory(
        month=MARCH, commentary="=HYPERLINK(1)", series__measure__name="@SUM", status=Status.DRAFT
    )
    sheet, _ = sheet_of(as_xlsx())
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    text = as_csv().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@SUM" in text
