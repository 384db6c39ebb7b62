"""A plan's sheets from a folder of CSV files or from a workbook, and back into a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bucks_cs.lib.spreadsheets import Unreadable, guard, tidy, unguard, worksheets

from .sheets import KINDS, Kind, Problem, Row, Sheets

LAST_ROW = 20_000
MOST_CHARACTERS = 32_767
MOST_IN_ALL = 5_000_000
"""So many characters all cells hold: a small file can name one long text in every cell."""
WIDE = {"text", "title", "outcome", "overview_outcome", "note", "story", "good", "progress"}
FONT, HEADING_FONT = Font(name="Arial", size=10), Font(name="Arial", size=10, bold=True)
TOP = Alignment(wrap_text=True, vertical="top")


def from_path(path: Path) -> Sheets:
    """A workbook, or a folder of CSV files. Raises `Unreadable`, in words."""
    if path.is_dir():
        return from_folder(path)
    try:
        return from_workbook(path.read_bytes())
    except OSError as wrong:
        raise Unreadable(f"It cannot be read: {wrong.strerror}.") from wrong


def from_folder(folder: Path) -> Sheets:
    """A CSV file a sheet. Raises `Unreadable` where a file is not UTF-8 or is no such table."""
    sheets = Sheets()
    for path in sorted(folder.glob("*.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                _take(sheets, path.stem, enumerate(csv.reader(file), start=1))
        except (UnicodeDecodeError, csv.Error) as wrong:
            raise Unreadable(f"{path.name}: this is not CSV in UTF-8.") from wrong
    return sheets


def from_workbook(content: bytes) -> Sheets:
    """A worksheet a sheet. Raises `Unreadable`, in words, where it cannot be read."""
    sheets = Sheets()
    for title, rows in worksheets(content, last_row=LAST_ROW):
        _take(sheets, _name(title), _lines(title, rows))
    return sheets


def _lines(title: str, rows: Iterator[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    try:
        yield from enumerate(rows, start=1)
    except Exception as wrong:  # a damaged sheet fails in any way, while its rows are read
        raise Unreadable(f"{title}: this sheet cannot be read. Save it again.") from wrong


def _take(sheets: Sheets, name: str, lines: Iterable[tuple[int, Sequence[Any]]]) -> None:
    """The first line that holds anything has the headings; lines that hold nothing are left out."""
    headings: list[str] | None = None
    for number, cells in lines:
        texts, wrong = _texts(cells)
        if not any(texts) and not wrong:
            continue
        sheets.characters += sum(map(len, texts))
        if sheets.characters > MOST_IN_ALL:
            raise Unreadable(f"All texts together are longer than {MOST_IN_ALL:,} characters.")
        if number > LAST_ROW:
            raise Unreadable(f"{name}: this goes on below row {LAST_ROW:,}.")
        if headings is None:
            if name in sheets.headings:
                raise Unreadable(f"Two sheets are called {name}.")
            headings = [_name(text) for text in texts]
            sheets.headings[name] = [heading for heading in headings if heading]
            sheets.rows[name] = []
        elif any(texts):
            pairs = zip_longest(headings, texts, fillvalue="")
            row = {heading: text for heading, text in reversed([*pairs]) if heading or text}
            sheets.rows[name].append(Row(number, row))
        for place, text in wrong:
            column = headings[place] if place < len(headings) else ""
            where = column or f"column {get_column_letter(place + 1)}"
            sheets.unread.append(Problem(name, number, where, text))


def _texts(cells: Sequence[Any]) -> tuple[list[str], list[tuple[int, str]]]:
    """What the cells of a line say; and which of them cannot be taken, by place, and why."""
    texts, wrong = [], []
    for place, cell in enumerate(cells):
        try:
            texts.append(_text(cell))
        except ValueError as error:
            texts.append("")
            wrong.append((place, str(error)))
    return texts, wrong


def _name(text: str) -> str:
    """The name of a sheet or column, however it is written: "Report lines" is report_lines."""
    return text.strip().lower().replace(" ", "_")


def _text(cell: Any) -> str:
    """What a cell says, as a person sees it. Raises ValueError where it is worked out, wrong or
    longer than a cell can be."""
    value, kind = (cell, "s") if isinstance(cell, str) else (cell.value, cell.data_type)
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        raise ValueError(f"This has {len(value):,} characters; {MOST_CHARACTERS:,} is the most.")
    if kind == "f":
        raise ValueError("This cell holds a formula. Paste its value in its place.")
    if kind == "e":
        raise ValueError(f"This cell holds an error: {value}.")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number(float(value), cell.number_format)
    return tidy(unguard("" if value is None else str(value)))


def _number(value: float, number_format: str) -> str:
    """A number that was typed as 95% or £40,000 is read as it was typed; 26.0"%" is 26%."""
    if "%" in re.sub(r'"[^"]*"|\\.', "", number_format):
        value *= 100
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return f"{'£' if '£' in number_format else ''}{text}{'%' if '%' in number_format else ''}"


def as_workbook(sheets: Sheets, *, title: str) -> bytes:
    """Every sheet, each cell as text, so that a reference such as 2.10 stays, and so does what
    people type below. Sheets without rows have their headings alone, to be filled in."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for kind in KINDS.values():
        page = book.create_sheet(kind.name)
        for place, column in enumerate(kind.columns, start=1):
            page.cell(1, place, column.name).font = HEADING_FONT
            across = page.column_dimensions[get_column_letter(place)]
            across.width = 60 if column.name in WIDE else 16
            across.number_format = "@"
        for number, texts in enumerate(_cells(sheets, kind), start=2):
            for place, text in enumerate(texts, start=1):
                if len(text) > MOST_CHARACTERS:  # or it would be cut short without a word
                    raise ValueError(f"{kind.name}, row {number}: too long for a cell.")
                if text:
                    cell = page.cell(number, place, guard(text))
                    cell.number_format, cell.font, cell.alignment = "@", FONT, TOP
        page.freeze_panes = "B2"
    book.properties.title = title
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cells(sheets: Sheets, kind: Kind) -> Iterator[list[str]]:
    for row in sheets[kind.name]:
        yield [row[column.name] for column in kind.columns]
