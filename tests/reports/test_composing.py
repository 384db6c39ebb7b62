"""What people make of a draft."""

from __future__ import annotations

from dataclasses import replace

from reports.composing import Words, composed, digest, overtaken
from reports.document import EDITED, WRITTEN, Document, Paragraph

from .factories import two_sections


def paragraphs(document: Document, section: int = 0) -> list[tuple[str, str]]:
    return [
        (block.text, block.origin)
        for block in document.sections[section].blocks
        if isinstance(block, Paragraph)
    ]


def test_without_people_the_draft_stands() -> None:
    assert composed(two_sections(), []) == two_sections()


def test_an_edited_paragraph_takes_the_drafts_place_and_says_that_a_person_changed_it() -> None:
    words = Words("one", "one-1", "As a person says it.", drafted="Drafted one.")
    assert paragraphs(composed(two_sections(), [words])) == [("As a person says it.", EDITED)]


def test_a_dropped_paragraph_is_left_out() -> None:
    words = Words("one", "one-1", "", dropped=True, drafted="Drafted one.")
    assert paragraphs(composed(two_sections(), [words])) == []


def test_own_paragraphs_come_after_the_drafted_ones_of_their_section() -> None:
    found = composed(two_sections(), [Words("two", "", "My own."), Words("two", "", "And more.")])
    assert paragraphs(found, 1)[1:] == [("My own.", WRITTEN), ("And more.", WRITTEN)]
    assert len(paragraphs(found, 0)) == 1
    keys = [block.key for block in found.sections[1].blocks if isinstance(block, Paragraph)]
    assert len(set(keys)) == 3


def test_words_are_overtaken_where_the_draft_under_them_is_another_or_gone() -> None:
    same = Words("one", "one-1", "Mine.", drafted="Drafted one.")
    moved = Words("two", "two-1", "Mine.", drafted="Drafted otherwise.")
    gone = Words("two", "two-9", "Mine.", drafted="Drafted nine.")
    own = Words("two", "", "Mine.")
    assert overtaken(two_sections(), [same, moved, gone, own]) == [moved, gone]


def test_any_other_word_makes_another_digest() -> None:
    paper = two_sections()
    assert digest(paper) == digest(two_sections())
    assert digest(paper) != digest(replace(paper, basis="As known"))
    assert len(digest(paper)) == 64
