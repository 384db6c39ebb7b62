"""A paper as it is read: what was drafted from the figures, with what people made of it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from .document import EDITED, WRITTEN, Block, Document, Paragraph, Section, as_json


class Words(NamedTuple):
    """What a person made of a drafted paragraph (`key` is its own), or wrote in a section (`key`
    is empty). `drafted` is the paragraph as it was when they changed it."""

    section: str
    key: str
    text: str
    dropped: bool = False
    drafted: str = ""


def composed(drafted: Document, people: Iterable[Words]) -> Document:
    """The paper with people's words in the place of those that were drafted, and after them; what
    they dropped is left out. A paragraph says whether a person changed or wrote it."""
    people = list(people)
    changed = {one.key: one for one in people if one.key}
    own = [one for one in people if not one.key and not one.dropped]
    return replace(
        drafted,
        sections=tuple(
            replace(section, blocks=_blocks(section, changed, own)) for section in drafted.sections
        ),
    )


def _blocks(section: Section, changed: dict[str, Words], own: Sequence[Words]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for block in section.blocks:
        words = changed.get(block.key) if isinstance(block, Paragraph) else None
        if words is None or not isinstance(block, Paragraph):
            blocks.append(block)
        elif not words.dropped:
            blocks.append(Paragraph(block.key, words.text, EDITED))
    written = [one for one in own if one.section == section.key]
    blocks += [
        Paragraph(f"{section.key}-written-{place}", one.text, WRITTEN)
        for place, one in enumerate(written, start=1)
    ]
    return tuple(blocks)


def overtaken(drafted: Document, people: Iterable[Words]) -> list[Words]:
    """What people changed or dropped whose draft has changed since, or is there no longer: the
    figures moved under their words."""
    now = {
        block.key: block.text
        for section in drafted.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    }
    return [one for one in people if one.key and now.get(one.key) != one.drafted]


def digest(document: Document) -> str:
    """The paper's SHA-256: another for any other word or figure."""
    text = json.dumps(as_json(document), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
