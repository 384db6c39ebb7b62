"""A paper as a file of one kind or another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bucks_cs.lib.spreadsheets import tidy

from .document import Document, as_json, from_json
from .render_docx import as_docx
from .render_pdf import as_pdf
from .render_xlsx import as_xlsx

NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Beside control characters."""
RENDER: Mapping[str, Callable[[Document], bytes]] = {
    "docx": as_docx,
    "pdf": as_pdf,
    "xlsx": as_xlsx,
}
CONTENT_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def rendered(document: Document, file_type: str) -> bytes:
    """The paper's file. Raises KeyError for a kind that there is not."""
    return RENDER[file_type](from_json(_without_controls(as_json(document))))


def _without_controls(data: Any) -> Any:
    """The same data, its texts without what no file can hold, wherever they come from."""
    match data:
        case str():
            return NOT_IN_XML.sub("", tidy(data))
        case dict():
            return {key: _without_controls(value) for key, value in data.items()}
        case list() | tuple():
            return [_without_controls(one) for one in data]
    return data
