"""Reading a workbook or a CSV file of a month's figures, cell by cell, by the rules of the form.

Three steps: `read` makes rows of text out of a file, and says of each cell what cannot be read;
`compare` puts them beside what stands, and says of each row what would happen; the service saves
the drafts, all or none. Nothing here is written to the database.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeAlias

from openpyxl.utils import get_column_letter

from bucks_cs.lib.periods import day_label, parse_month
from bucks_cs.lib.spreadsheets import MOST_COLUMNS, Unreadable, unguard, worksheets

MOST_ROWS, LAST_ROW = 2_000, 10_000
HEADINGS_WITHIN = 20
"""The heading row stands in the first so many rows."""

TEXT_FIELDS = ("code", "measure", "category", "month", "absence", "commentary", "reason", "seen")
NUMBER_FIELDS = ("numerator", "denominator", "value")
HEADINGS = {
    "code": ("code", "measurecode"),
    "measure": ("measure", "measurename", "name", "indicator", "kpi"),
    "category": ("category", "group", "team"),
    "month": ("month", "period"),
    "numerator": ("numerator", "num"),
    "denominator": ("denominator", "denom", "den"),
    "value": ("value", "outturn", "figure", "result"),
    "absence": ("nofigurebecause", "absence", "whynofigure"),
    "commentary": ("commentary", "comments", "comment"),
    "reason": ("reasonfortherevision", "reasonforrevision", "reason"),
    "seen": ("seen", "donotchange"),
}
_FIELD_OF = {heading: name for name, found in HEADINGS.items() for heading in found}


class Remark(NamedTuple):
    """Something to say of a row, at its column ("E, Value"; empty for the whole row)."""

    column: str
    text: str
    refuses: bool


@dataclass(slots=True)
class ReadRow:
    """A row of the file: its number there, its texts by field, and what was said in reading."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        return not any(remark.refuses for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file's rows. `columns` names each field's column, as people find it in the file."""

    rows: list[ReadRow]
    columns: dict[str, str]


class Cell(NamedTuple):
    """A cell as it stands in the file. `kind` is openpyxl's: n, s, b, d, f (a formula), e."""

    value: Any
    kind: str = "s"
    as_percent: bool = False


NO_CELL = Cell(None)
Sheet: TypeAlias = dict[int, list[Cell]]


# ---- files -------------------------------------------------------------------------


def read(content: bytes) -> ReadFile:
    """The rows below the headings. Whether it is a workbook or CSV is seen by its content.

    Raises `Unreadable` where there is no such file in it, or no headings.
    """
    if content.startswith(b"PK\x03\x04"):
        return _first_with_headings(_workbook(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx, "
            "without a password."
        )
    return _first_with_headings(_csv(content))


def _workbook(content: bytes) -> Iterator[Sheet]:
    for _, rows in worksheets(content, last_row=LAST_ROW):
        yield _sheet([_cell(cell) for cell in row] for row in rows)


def _cell(cell: Any) -> Cell:
    if cell.value is None:
        return NO_CELL
    percent = cell.data_type == "n" and "%" in _NOT_FORMAT.sub("", cell.number_format)
    return Cell(cell.value, cell.data_type, percent)


_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|[_*].')
"""What a number format only writes: 26.0"%" is 26, where 26.0% is 0.26. Our own files have it."""


def _csv(content: bytes) -> Iterator[Sheet]:
    """The file as each separator would divide it, the likeliest first; a title above the headings
    may hold none. Only the right one gives headings."""
    if b"\x00" in content:
        raise Unreadable("This is neither an Excel workbook (.xlsx) nor a CSV file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    for separator in sorted(",;\t", key=first.count, reverse=True):
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            yield _sheet([Cell(text) for text in line[:MOST_COLUMNS]] for line in lines)
        except csv.Error as wrong:
            raise Unreadable(f"This CSV file cannot be read: {wrong}.") from wrong


def _sheet(rows: Iterable[list[Cell]]) -> Sheet:
    """The rows that hold anything, by their number."""
    found: Sheet = {}
    for number, row in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise Unreadable(
                f"This file goes on below row {LAST_ROW:,}. Delete the rows that are not needed."
            )
        if any(cell.value not in (None, "") for cell in row):
            found[number] = row
        if len(found) > MOST_ROWS:
            raise Unreadable(
                f"This file has more than {MOST_ROWS:,} rows. A month has far fewer figures: send "
                "only its own."
            )
    return found


def _first_with_headings(sheets: Iterable[Sheet]) -> ReadFile:
    for sheet in sheets:
        for number, row in list(sheet.items())[:HEADINGS_WITHIN]:
            fields = _fields_in(row)
            if {"code", "measure"} & fields.keys() and {"value", "numerator"} & fields.keys():
                return _below(sheet, number, fields)
    raise Unreadable(
        "No headings were found. The first rows must hold one with “Code” or “Measure” and "
        "“Value”, as in the template."
    )


def _fields_in(row: Sequence[Cell]) -> dict[str, int]:
    """The place of each field that this row heads. Raises where two columns head one field."""
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = _FIELD_OF.get(re.sub(r"[^a-z]", "", str(cell.value or "").lower()))
        if name and name in places:
            one, other = get_column_letter(places[name] + 1), get_column_letter(place + 1)
            raise Unreadable(f"Columns {one} and {other} are both headed “{cell.value}”.")
        if name:
            places[name] = place
    return places


def _below(sheet: Sheet, headings: int, fields: Mapping[str, int]) -> ReadFile:
    columns = {
        name: f"{get_column_letter(place + 1)}, {str(sheet[headings][place].value).strip()}"
        for name, place in fields.items()
    }
    rows = []
    for number, cells in sheet.items():
        row = ReadRow(number)
        for name, place in fields.items():
            if number > headings and place < len(cells):
                row.texts[name] = _text(cells[place], name, columns[name], row.remarks)
        if any(row.texts.values()) or row.remarks:
            rows.append(row)
    return ReadFile(rows, columns)


# ---- cells -------------------------------------------------------------------------


def _text(cell: Cell, name: str, column: str, remarks: list[Remark]) -> str:
    """A cell's text, as it would be typed in the form. What cannot be typed there is refused."""

    def refuse(text: str) -> str:
        remarks.append(Remark(column, text, refuses=True))
        return ""

    if cell.kind == "f":
        return refuse("This cell holds a formula. Paste its value in its place.")
    if cell.kind == "e":
        return refuse(f"This cell holds an error: {cell.value}.")
    if isinstance(cell.value, bool):
        return refuse("This cell holds TRUE or FALSE.")
    if isinstance(cell.value, datetime | date | time | timedelta):
        return _date(cell.value, name, refuse)
    if isinstance(cell.value, int | float):
        return _number(cell, name, column, remarks)
    return unguard(str(cell.value or "").strip())


def _date(
    value: datetime | date | time | timedelta, name: str, refuse: Callable[[str], str]
) -> str:
    if isinstance(value, date) and name == "month":
        return f"{value:%Y-%m}"
    shown = day_label(value) if isinstance(value, date) else str(value)
    if name not in NUMBER_FIELDS:
        return shown
    return refuse(f"This cell holds a date or time ({shown}). Excel may have made it of a number.")


def _number(cell: Cell, name: str, column: str, remarks: list[Remark]) -> str:
    number = float(cell.value)
    if cell.as_percent and name in NUMBER_FIELDS:
        number *= 100
        text = f"{_plain(number)}%"
        if name == "value":
            said = f"Read as {text}: Excel keeps it as {_plain(float(cell.value))}."
            remarks.append(Remark(column, said, refuses=False))
        return text
    return _plain(number)


def _plain(number: float) -> str:
    """A number without the noise of its binary form."""
    text = f"{number:.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_MONTHS = ("%B %Y", "%b %Y", "%b-%y", "%b-%Y", "%m/%Y", "%d/%m/%Y", "%Y-%m-%d")


def read_month(text: str) -> date:
    """A month as people write it: 2015-03, March 2015, Mar-15, 03/2015, or any day of it.

    Raises ValueError in words.
    """
    for form in _MONTHS:
        try:
            return datetime.strptime(text, form).date().replace(day=1)  # noqa: DTZ007
        except ValueError:
            continue
    return parse_month(text)
