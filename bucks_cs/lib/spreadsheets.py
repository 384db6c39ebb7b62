"""Files that will be opened in a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What Excel, LibreOffice and Google Sheets read as the beginning of a formula, alone or after
# white space that they drop; the full-width forms are folded to these by some of them.
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+\-]?(\d+(,\d{3})*(\.\d+)?|\.\d+)%?")


def guard(cell: object) -> object:
    """A cell that no spreadsheet will run as a formula (OWASP, "CSV injection").

    Text that would begin a formula gets an apostrophe before it, which spreadsheets take as "this
    is text"; anything that is not text, and text that is a plain number such as "-4.5", is
    returned as it is.
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unguard(text: str) -> str:
    """A cell's own text, without the apostrophe that `guard` put before it."""
    return text[1:] if text.startswith("'") and guard(text[1:]) == text else text


def tidy(text: str) -> str:
    """A text with one kind of line end, and without what no cell can hold: Word's own line break
    is one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("", lines).strip()


MOST_UNPACKED_BYTES = 50 * 2**20
MOST_COLUMNS = 100


class Unreadable(Exception):
    """A file from which nothing can be read; its text is the reason, for people."""


def worksheets(content: bytes, *, last_row: int) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """The name and the rows of each sheet of a workbook, as openpyxl's cells, one row past
    `last_row` at the most. A damaged workbook can make its reader fail in any way, and each means
    the same to the person who sent it.

    Raises `Unreadable` where it is no workbook, or far larger inside than figures can be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise Unreadable("This workbook is far larger inside than its figures can be.")
        book = load_workbook(io.BytesIO(content), read_only=True)
    except Unreadable:
        raise
    except Exception as wrong:
        raise Unreadable(_DAMAGED) from wrong
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield sheet.title, _rows(sheet, last_row)
    finally:
        book.close()


_DAMAGED = "This is not a workbook that can be read. Save it again."


def _rows(sheet: Any, last_row: int) -> Iterator[list[Any]]:
    """A sheet is read as its rows are asked for, and may prove damaged at any of them."""
    try:
        for row in sheet.iter_rows(max_row=last_row + 1, max_col=MOST_COLUMNS):
            yield list(row)
    except Exception as wrong:
        raise Unreadable(_DAMAGED) from wrong
