"""A paper as an Excel workbook: a sheet a section, figures as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bucks_cs.lib.spreadsheets import guard

from .document import (
    EDITED,
    EDITED_MARK,
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Paragraph,
    Section,
    Subheading,
    Table,
)

FONT = "Arial"
PLAIN, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
LARGE = Font(name=FONT, size=14, bold=True)
HEAD = PatternFill("solid", fgColor="E6E9EB")
WRAP = Alignment(wrap_text=True, vertical="top")
TO_THE_RIGHT = Alignment(wrap_text=True, vertical="top", horizontal="right")
FIRST_COLUMN, OTHER_COLUMNS, ONLY_COLUMN, MOST_TITLE = 44, 18, 86, 31
LINE, TALLEST = 14, 400
"""Points of a line of text; as tall as a row may be."""
FORMATS = {"percent": '0{}"%"', "pounds": '"£"#,##0{}', "days": '#,##0{}" days"'}


def as_xlsx(document: Document) -> bytes:
    """The workbook. Its first sheet is the cover; text that a program could take for a formula is
    kept from it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _cover(book.create_sheet("Cover"), document)
    names: set[str] = {"cover"}
    for section in document.sections:
        _section(book.create_sheet(_name(section, names)), document, section)
    properties = book.properties
    properties.title, properties.creator = document.title, dict(document.cover).get("Author", "")
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cover(sheet: Worksheet, document: Document) -> None:
    _text(sheet, 1, document.title, LARGE)
    _text(sheet, 2, document.subtitle, BOLD)
    for row, (label, text) in enumerate(document.cover, start=4):
        _text(sheet, row, label, BOLD)
        cell = sheet.cell(row, 2, guard(text))
        cell.font, cell.alignment = PLAIN, WRAP
        _room(sheet, row, [(text, 80)])
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 80
    _print(sheet, document, landscape=False)


def _section(sheet: Worksheet, document: Document, section: Section) -> None:
    numbers = {id(block): number for _, block, number in document.numbered()}
    widest = max((_width(block) for block in section.blocks), default=1)
    sheet.column_dimensions["A"].width = FIRST_COLUMN if widest > 1 else ONLY_COLUMN
    for column in range(2, widest + 1):
        sheet.column_dimensions[get_column_letter(column)].width = OTHER_COLUMNS
    _text(sheet, 1, section.heading, LARGE)
    row, heads = 3, []
    if section.failed:
        _text(sheet, 2, f"This part could not be prepared: {section.failed}", across=widest)
    for block in section.blocks:
        if isinstance(block, Table | Chart):
            heads.append(row + 1)
        row = _block(sheet, row, block, numbers[id(block)], widest)
    if len(heads) == 1:
        sheet.freeze_panes = sheet.cell(heads[0] + 1, 2)
        sheet.print_title_rows = f"{heads[0]}:{heads[0]}"
    else:
        sheet.freeze_panes = "B2" if widest > 1 else "A2"
    _print(sheet, document, landscape=widest > 4)


def _width(block: Block) -> int:
    match block:
        case Table():
            return len(block.columns)
        case Chart():
            return len(block.lines) + 1
        case _:
            return 1


def _block(sheet: Worksheet, row: int, block: Block, number: int, widest: int) -> int:
    """Writes a block from a row on, its text across the `widest` columns of the sheet; gives the
    next free row."""
    match block:
        case Paragraph():
            text = f"{number}. {block.text}" if number else block.text
            if block.origin == EDITED:
                text = f"{text} {EDITED_MARK}"
            _text(sheet, row, text, across=widest)
        case Subheading():
            _text(sheet, row, block.text, BOLD, widest)
        case Bullets():
            for item in block.items:
                _text(sheet, row, f"• {item}", across=widest)
                row += 1
            return row
        case Table():
            return _table(sheet, row, block, widest)
        case Chart():
            return _table(sheet, row, _of_chart(block), widest)
    return row + 1


def _of_chart(chart: Chart) -> Table:
    """A chart's figures: a row a place, a column a line."""
    rows = [
        (
            Cell(place),
            *(
                Cell("–" if value is None else f"{value:g}", value, chart.unit, chart.decimals)
                for value in (line.values[at] for line in chart.lines)
            ),
        )
        for at, place in enumerate(chart.x)
    ]
    columns = ("", *(line.name for line in chart.lines))
    return Table(chart.key, chart.title, columns, tuple(rows), chart.source)


def _table(sheet: Worksheet, row: int, table: Table, widest: int) -> int:
    """Writes a table under its caption; gives the next free row."""
    _text(sheet, row, table.caption, BOLD, widest)
    row += 1
    for place, (name, right) in enumerate(table.heads, start=1):
        cell = sheet.cell(row, place, guard(name))
        cell.font, cell.fill, cell.alignment = BOLD, HEAD, TO_THE_RIGHT if right else WRAP
    widths = [FIRST_COLUMN, *[OTHER_COLUMNS] * (len(table.columns) - 1)]
    _room(sheet, row, zip(table.columns, widths, strict=True))
    for line in table.rows:
        row += 1
        for place, one in enumerate(line, start=1):
            cell = sheet.cell(row, place, _value(one))
            cell.font, cell.alignment = PLAIN, WRAP
            if one.number is not None:
                cell.number_format = number_format(one.unit, one.decimals)
        _room(sheet, row, zip((one.text for one in line), widths, strict=True))
    if table.note:
        row += 1
        _text(sheet, row, table.note, across=widest)
    return row + 2


def _value(cell: Cell) -> Any:
    return guard(cell.text) if cell.number is None else cell.number


def number_format(unit: str, decimals: int) -> str:
    """How Excel shows a number in a measure's unit."""
    fraction = f".{'0' * decimals}" if decimals else ""
    return FORMATS.get(unit, "#,##0{}").format(fraction)


def _text(sheet: Worksheet, row: int, text: str, font: Font = PLAIN, across: int = 1) -> None:
    """Writes a text in a row, `across` so many columns."""
    cell = sheet.cell(row, 1, guard(text))
    cell.font = font
    if font is LARGE:
        return
    cell.alignment = WRAP
    width = FIRST_COLUMN + OTHER_COLUMNS * (across - 1)
    if across > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=across)
    elif sheet.column_dimensions["A"].width == ONLY_COLUMN:
        width = ONLY_COLUMN
    _room(sheet, row, [(text, width)])


def _room(sheet: Worksheet, row: int, texts: Iterable[tuple[str, int]]) -> None:
    """Makes a row as tall as its texts need in columns of those widths: no program does it of
    itself for merged cells, and some for none."""
    lines = max(
        sum(-(-len(part) // width) or 1 for part in text.split("\n")) for text, width in texts
    )
    sheet.row_dimensions[row].height = min(TALLEST, LINE * lines + 2)


def _print(sheet: Worksheet, document: Document, *, landscape: bool) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = _plain(f"{document.title}: {document.basis}")
    sheet.oddFooter.center.text = "Page &P of &N"


def _plain(text: str) -> str:
    return text.replace("&", "&&")[:200]


def _name(section: Section, taken: set[str]) -> str:
    """A sheet's name: short, without what Excel refuses, and unlike every other."""
    base = re.sub(r"[\\/*?:\[\]']", " ", section.heading)[:MOST_TITLE].strip()
    name, again = base, 1
    while name.lower() in taken:
        again += 1
        name = f"{base[: MOST_TITLE - 3]} {again}"
    taken.add(name.lower())
    return name
