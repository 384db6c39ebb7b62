"""The template of a month: every measure with its past year and its drafts, to be filled in and
uploaded again. The workbook and the CSV file have the same columns; `imports` reads both."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bucks_cs.lib.periods import add_months, day_label, month_key, month_label, short_month_label
from bucks_cs.lib.spreadsheets import guard

from .models import Absence
from .sheet import ENTERED_ABSENCES, Line, as_typed, due_day
from .upload import mark_of

BEFORE = ("Code", "Measure", "Category", "Month", "Unit", "Target")
ENTERED = (
    "Numerator",
    "Denominator",
    "Value",
    "No figure because",
    "Commentary",
    "Reason for the revision",
)
AFTER = ("Do not change",)
PAST = 12
_WIDTHS = {"Code": 28, "Measure": 38, "Category": 16, "Target": 16, "Unit": 14, "Commentary": 48}
_WIDTHS |= {"No figure because": 20, "Reason for the revision": 32, "Numerator": 13}
_WIDTHS |= {"Denominator": 13}


def headings(month: date) -> list[str]:
    past = [short_month_label(add_months(month, -back)) for back in range(PAST, 0, -1)]
    return [*BEFORE, *past, *ENTERED, *AFTER]


def cells(line: Line, month: date) -> list[Any]:
    """A line under those headings. A figure of the past stands under the month in which its
    period ended; what is absent is said in words."""
    measure = line.measure
    typed = as_typed(line.slot)
    past = {one.outturn.period.month: one for one in line.past if one.outturn}
    found: list[Any] = [
        measure.code,
        measure.name,
        line.series.category,
        month_key(month),
        measure.get_unit_display(),
        line.target,
    ]
    for back in range(PAST, 0, -1):
        one = past.get(add_months(month, -back))
        if one is None or one.outturn is None:
            found.append(None)
        else:
            value = one.outturn.value
            found.append(one.text if value is None else float(value))
    found += [_number(typed[name]) for name in ("numerator", "denominator", "value")]
    found.append(Absence(typed["absence"]).label if typed["absence"] else None)
    found += [typed["commentary"] or None, typed["reason"] or None]
    return [guard(cell) for cell in (*found, mark_of(line.slot))]


def _number(text: str) -> float | None:
    return float(text) if text else None


def as_csv(lines: Sequence[Line], month: date) -> bytes:
    """The template as CSV, with the mark by which Excel knows that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings(month))
    writer.writerows(cells(line, month) for line in lines)
    return text.getvalue().encode("utf-8-sig")


# ---- the workbook ------------------------------------------------------------------

_TITLE_ROWS = 4
_TO_FILL = PatternFill("solid", fgColor="FFF7E0")
_HEAD = PatternFill("solid", fgColor="12436D")
_EDGE = Border(*(Side(style="thin", color="B1B4B6") for _ in range(4)))


def as_xlsx(lines: Sequence[Line], month: date, council: str) -> bytes:
    """The template as a workbook: only the cells to fill in are open."""
    book = Workbook()
    sheet = book.active
    sheet.title = month_label(month)
    columns = headings(month)
    _write_title(sheet, month, council)
    for place, heading in enumerate(columns, start=1):
        cell = sheet.cell(_TITLE_ROWS + 1, place, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
    for number, line in enumerate(lines, start=_TITLE_ROWS + 2):
        for place, value in enumerate(cells(line, month), start=1):
            _write(sheet, number, place, value, columns[place - 1], line)
    _lay_out(sheet, columns, last_row=_TITLE_ROWS + 1 + len(lines))
    book.properties.title = f"Figures of {month_label(month)} to fill in"
    book.properties.creator = council
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_title(sheet: Worksheet, month: date, council: str) -> None:
    sheet["A1"] = f"{council}: figures of {month_label(month)}"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A2"] = (
        f"Fill in the yellow cells and upload this file by {day_label(due_day(month))}. Give a "
        "numerator and a denominator, or a value, or say why there is no figure."
    )
    sheet["A3"] = "Amber and red figures need commentary before they can be submitted."


def _write(sheet: Worksheet, number: int, place: int, value: Any, heading: str, line: Line) -> None:
    cell = sheet.cell(number, place, value)
    if isinstance(value, str):
        cell.data_type = "s"  # text that begins with = stays text
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = _EDGE
    is_part = heading in ("Numerator", "Denominator")
    if heading in ENTERED and (line.measure.is_ratio or not is_part):
        cell.fill, cell.protection = _TO_FILL, Protection(locked=False)
    elif isinstance(value, float):
        cell.number_format = f"#,##0.{'0' * line.measure.decimals}".rstrip(".")


def _lay_out(sheet: Worksheet, columns: list[str], last_row: int) -> None:
    for place, heading in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(heading, 11)
        sheet.column_dimensions[letter].hidden = heading in AFTER
        if heading == "No figure because":
            words = ",".join(absence.label for absence in ENTERED_ABSENCES)
            choices = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
            sheet.add_data_validation(choices)
            choices.add(f"{letter}{_TITLE_ROWS + 2}:{letter}{max(last_row, _TITLE_ROWS + 2)}")
    sheet.freeze_panes = sheet.cell(_TITLE_ROWS + 2, 3)
    sheet.protection.enable()
    sheet.protection.formatColumns = False  # columns may be made wider
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_TITLE_ROWS + 1}:{_TITLE_ROWS + 1}"
