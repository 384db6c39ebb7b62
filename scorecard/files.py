"""Writes tables as CSV and as Excel workbooks: the statement of what they are, the table, and
the key to its symbols. No cell can be run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bucks_cs.lib.spreadsheets import guard, tidy

from .presenters import Figure, Said
from .rag import Rag

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

Value: TypeAlias = object
"""A cell: text, a number, a date, None, a `Figure` with its number or symbol, or a rating."""

# Word and colour: fill, then ink.
RAG_COLOURS = {
    Rag.RED: ("A3181F", "FFFFFF"),
    Rag.AMBER: ("F6B93B", "2B1D00"),
    Rag.GREEN: ("D7EBE2", "0B5C3E"),
}


class Column(NamedTuple):
    heading: str
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table and what it is: `statement` says so in rows of two, `formats` gives the number
    format of each row, `frozen` is how many columns stay in sight."""

    name: str
    title: str
    statement: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    formats: tuple[str, ...]
    frozen: int = 1


def number_format(unit: str, decimals: int) -> str:
    """Excel's format for a number of this unit: 26 is shown as 26.0%, and stays 26."""
    digits = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return {
        "percent": f'{digits}"%"',
        "days": f'{digits}" days"',
        "points": f'{digits}" points"',
        "pounds": f'"£"{digits}',
    }.get(unit, digits)


def plain(value: Value) -> Value:
    """A cell as a file holds it: a number, or the symbol of why there is none; words guarded."""
    if isinstance(value, Figure):
        return value.symbol or None if value.number is None else value.number
    if isinstance(value, Rag | Said):
        return value.label
    return guard(tidy(value) if isinstance(value, str) else value)


def as_csv(sheet: Sheet) -> bytes:
    """The statement, a blank line, the headings and the rows; in UTF-8 with the mark by which
    Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guard(sheet.title)])
    writer.writerows([guard(label), guard(words)] for label, words in sheet.statement)
    writer.writerow([])
    writer.writerow([guard(column.heading) for column in sheet.columns])
    writer.writerows([plain(value) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a sheet for each, ready to print."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for style in _styles():
        workbook.add_named_style(style)
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.name), sheet)
    workbook.properties.title = sheets[0].title
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


_LINE = Side(style="thin", color="C8CED3")
_HEADING, _TEXT, _NUMBER = "Table heading", "Table text", "Table number"


def _styles() -> list[NamedStyle]:
    """How cells look, each by its name: given part by part to each cell, they are most of the time
    that a large file takes."""
    rags = {rag.label: colours for rag, colours in RAG_COLOURS.items()}
    return [
        _style(_HEADING, bold=True),
        _style(_TEXT),
        _style(_NUMBER, right=True),
        *(
            _style(name, bold=True, ink=ink, fill=fill, right=True)
            for name, (fill, ink) in rags.items()
        ),
    ]


def _style_of(value: Value, *, empty: bool) -> str:
    if isinstance(value, Rag) and value in RAG_COLOURS:
        return value.label
    return _NUMBER if isinstance(value, Figure | float | int) and not empty else _TEXT


def _style(
    name: str,
    *,
    bold: bool = False,
    ink: str | None = None,
    fill: str = "",
    right: bool = False,
) -> NamedStyle:
    return NamedStyle(
        name,
        font=Font(name="Arial", size=10, bold=bold, color=ink),
        fill=PatternFill("solid", start_color=fill) if fill else PatternFill(),
        border=Border(bottom=_LINE),
        alignment=Alignment(
            horizontal="right" if right else None, vertical="top", wrap_text=not right
        ),
    )


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.append([plain(sheet.title)])
    page["A1"].font = Font(name="Arial", size=14, bold=True)
    for label, words in sheet.statement:
        page.append([guard(f"{label}: {words}")])
    head = page.max_row + 2
    for place, column in enumerate(sheet.columns, start=1):
        page.cell(head, place, plain(column.heading)).style = _HEADING
        page.column_dimensions[get_column_letter(place)].width = column.width
    for number, (row, shown_as) in enumerate(zip(sheet.rows, sheet.formats, strict=True), head + 1):
        for place, value in enumerate(row, start=1):
            cell = page.cell(number, place, plain(value))
            format_of_its_own = cell.number_format  # a date's
            style = _style_of(value, empty=cell.value is None)
            cell.style = style
            as_figure = style == _NUMBER and isinstance(cell.value, float)
            cell.number_format = shown_as if as_figure else format_of_its_own
    _set_up(page, sheet, head)


def _set_up(page: Worksheet, sheet: Sheet, head: int) -> None:
    page.freeze_panes = page.cell(head + 1, sheet.frozen + 1)
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.left.text = sheet.title
    page.oddFooter.right.text = "Page &P of &N"
