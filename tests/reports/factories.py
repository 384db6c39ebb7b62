"""Papers for tests, in as few words as they need."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from reports import models
from reports.document import Document, Paragraph, Section, as_json

from .test_document import PAPER


def two_sections() -> Document:
    """A drafted paper of two sections, with a paragraph each."""
    return Document(
        title="",
        subtitle="",
        cover=(("Figures", "As published"),),
        basis="As published",
        sections=(
            Section("one", "A", "First", (Paragraph("one-1", "Drafted one."),)),
            Section("two", "B", "Second", (Paragraph("two-1", "Drafted two."),)),
        ),
    )


class PaperFactory(DjangoModelFactory[models.Paper]):
    """A prepared draft of the last quarter of 2014/15; `content=None` is not prepared yet."""

    class Meta:
        model = models.Paper

    kind = models.Kind.CABINET
    quarter_from = date(2015, 1, 1)
    title = "Children’s services performance"
    author = "Head of Performance"
    contact = "performance@example.org"
    recommendation = "Cabinet is asked to note the report."
    content = factory.LazyFunction(lambda: as_json(two_sections()))


def signed_off(**more: Any) -> models.Paper:
    """A paper whose content is frozen, without its files."""
    paper: models.Paper = PaperFactory(
        state=models.State.SIGNED_OFF,
        final=as_json(PAPER),
        digest="0" * 64,
        signed_off_at=datetime(2015, 4, 10, tzinfo=UTC),
        **more,
    )
    return paper


def issued(**more: Any) -> models.Paper:
    """A paper that is out, with small files."""
    paper = signed_off(**more)
    for file_type in models.FILE_TYPES:
        paper.files.create(file_type=file_type, content=b"kept", digest="f" * 64)
    paper.state = models.State.ISSUED
    paper.issued_at = datetime(2015, 4, 13, tzinfo=UTC)
    paper.save()
    return paper


class QuestionFactory(DjangoModelFactory[models.Question]):
    class Meta:
        model = models.Question

    asked_on = date(2015, 3, 10)
    text = "Why are assessments late?"
