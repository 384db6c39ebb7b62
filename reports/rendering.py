"""A paper as a file of one kind or another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .document import Document
from .render_docx import as_docx
from .render_pdf import as_pdf
from .render_xlsx import as_xlsx

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
    return RENDER[file_type](document)
