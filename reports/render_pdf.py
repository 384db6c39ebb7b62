"""A paper as a tagged PDF file (PDF/UA-1), laid out by typst; `paper.typ` is its look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from .document import EDITED_MARK, Chart, Document, Table
from .print_charts import as_svg
from .signs import FONTS, displayed

LAYOUT = Path(__file__).with_name("paper.typ")


def as_pdf(document: Document) -> bytes:
    """The PDF file. Raises `typst.TypstError` where the paper would not be accessible: without a
    title, with a picture that has no alternative text, with headings out of order."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / LAYOUT.name).write_text(LAYOUT.read_text(), encoding="utf-8")
        for chart in document.charts():
            (root / _file(chart)).write_bytes(as_svg(chart))
        made: bytes = typst.compile(
            root / LAYOUT.name,
            root=root,
            format="pdf",
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(_displayed(_plain(document)))},
            pdf_standards=["ua-1"],
            timestamp=datetime(2000, 1, 1, tzinfo=UTC),
        )
    return made


def _displayed(data: Any) -> Any:
    """The same data, its texts as the font can show them."""
    match data:
        case str():
            return displayed(data)
        case dict():
            return {key: _displayed(value) for key, value in data.items()}
        case list() | tuple():
            return [_displayed(one) for one in data]
    return data


def _plain(document: Document) -> dict[str, Any]:
    """What the layout reads."""
    numbers = {id(block): number for _, block, number in document.numbered()}
    cover = dict(document.cover)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "author": cover.get("Author", ""),
        "cover": [list(one) for one in document.cover],
        "basis": document.basis,
        "edited": EDITED_MARK,
        "sections": [
            {
                "heading": section.heading,
                "failed": section.failed,
                "blocks": [
                    asdict(block)
                    | {"kind": type(block).__name__, "number": numbers[id(block)]}
                    | dict(_more(block))
                    for block in section.blocks
                ],
            }
            for section in document.sections
        ],
    }


def _more(block: object) -> Iterator[tuple[str, Any]]:
    if isinstance(block, Table):
        yield "widths", block.shares
        yield "right", [numbers for _, numbers in block.heads]
    if isinstance(block, Chart):
        yield "file", _file(block)


def _file(chart: Chart) -> str:
    return f"{chart.key}.svg"
