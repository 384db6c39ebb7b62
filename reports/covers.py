"""A paper's cover, and the parts of it that only people write: as they stand in the document."""

from __future__ import annotations

from dataclasses import replace

from bucks_cs.lib.periods import day_label

from .document import WRITTEN, Document, Paragraph, Section
from .models import Kind, Paper

SUMMARY = "summary"
"""The key of the section that is drafted as a summary."""


def covered(paper: Paper, document: Document) -> Document:
    """The document with the paper's own cover, its summary and its recommendation before the rest,
    in the order of a Cabinet report. The summary is the one that a person wrote on the cover; else
    the drafted one."""
    day = day_label(paper.meeting_on) if paper.meeting_on else "To be set"
    cover = [
        ("Title", paper.title),
        ("Period", paper.quarter.covers),
        ("Date", day),
        ("Author", paper.author),
        ("Contact officer", paper.contact),
    ]
    if paper.kind == Kind.CABINET:
        cover += [
            ("Local members affected", paper.members_affected),
            ("Portfolio areas affected", paper.portfolios),
        ]
    if paper.since:
        cover.append(("Changes since the meeting of", day_label(paper.since)))
    if paper.corrects:
        cover.append(
            (
                f"Version {paper.edition}",
                f"Corrects version {paper.corrects.edition}: {paper.correction}",
            )
        )
    people = [
        Section(key, "", title, (Paragraph(key, text, WRITTEN),))
        for key, title, text in (
            ("summary-written", "Summary", paper.summary),
            ("recommendation", "Recommendation", paper.recommendation),
        )
        if text.strip()
    ]
    drafted = [one for one in document.sections if one.key == SUMMARY and not paper.summary.strip()]
    rest = [one for one in document.sections if one.key != SUMMARY]
    return replace(
        document,
        title=paper.title,
        subtitle=paper.get_kind_display(),
        cover=(*cover, *document.cover),
        sections=(*drafted, *people, *rest),
    )
