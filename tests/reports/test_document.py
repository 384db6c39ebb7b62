"""A paper as data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import (
    Bullets,
    Cell,
    Chart,
    Document,
    Line,
    Paragraph,
    Section,
    Subheading,
    Table,
    as_json,
    from_json,
)

PAPER = Document(
    title="Children’s services performance",
    subtitle="Quarter 4 of 2014/15",
    cover=(("Date", "13 April 2015"), ("Author", "Head of Performance")),
    basis="As published on 8 April 2015",
    sections=(
        Section(
            "summary",
            "A",
            "Summary",
            (Paragraph("summary-1", "One."), Subheading("Which"), Paragraph("summary-2", "Two.")),
        ),
        Section(
            "exceptions",
            "B",
            "Exceptions",
            (
                Bullets(("This", "That")),
                Table("red", "Red", ("Measure", "Value"), ((Cell("A"), Cell("26%", 26.0, "%")),)),
                Chart(
                    "trend", "It rose", "A line", "line", ("Jan", "Feb"), (Line("a", (1, None)),)
                ),
                Paragraph("exceptions-1", "Three."),
            ),
        ),
        Section("annex", "", "Annex 1: definitions", (Paragraph("annex-1", "Apart."),)),
    ),
)


def test_paragraphs_are_numbered_through_the_sections_and_not_in_annexes() -> None:
    numbers = {
        block.key: number for _, block, number in PAPER.numbered() if isinstance(block, Paragraph)
    }
    assert numbers == {"summary-1": 1, "summary-2": 2, "exceptions-1": 3, "annex-1": 0}


def test_a_paper_comes_back_from_json_as_it_was() -> None:
    assert from_json(json.loads(json.dumps(as_json(PAPER)))) == PAPER


def test_its_tables_and_charts_are_found() -> None:
    assert [one.key for one in PAPER.tables()] == ["red"]
    assert [one.key for one in PAPER.charts()] == ["trend"]


def test_a_section_is_headed_by_its_letter_and_an_annex_by_its_title() -> None:
    assert [one.heading for one in PAPER.sections] == [
        "A. Summary",
        "B. Exceptions",
        "Annex 1: definitions",
    ]


def test_what_it_says_first_is_its_finding() -> None:
    assert PAPER.finding == "One."
    assert replace(PAPER, sections=()).finding == ""


# ---- how broad a table's columns are on paper ------------------------------------------


def table(*rows: tuple[str, ...], columns: tuple[str, ...]) -> Table:
    return Table("t", "T", columns, tuple(tuple(map(Cell, row)) for row in rows))


def test_the_column_that_says_most_is_broadest() -> None:
    first, second, third = table(
        ("Repeat referrals", "Referrals within 12 months of a previous referral. " * 3, "5"),
        columns=("Measure", "Definition", "Tolerance"),
    ).shares
    assert second > 2 * first > third


def test_a_short_text_is_given_the_room_not_to_be_broken() -> None:
    long = "words " * 60
    wide = table(("February 2015", long), columns=("Period", "What")).shares[0]
    narrow = table(("2015", long), columns=("Period", "What")).shares[0]
    assert wide > narrow


def test_a_column_that_says_nothing_goes_and_the_first_stays() -> None:
    bare = table(("–", "–", "5"), ("–", "–", "–"), columns=("Measure", "Owner", "Figure"))
    assert bare.filled.columns == ("Measure", "Figure")
    assert [len(row) for row in bare.filled.rows] == [2, 2]
    assert table(columns=("Measure", "Owner")).filled.columns == ("Measure",)


def test_a_column_with_a_number_holds_numbers() -> None:
    rows = ((Cell("Late"), Cell("–")), (Cell("Seen"), Cell("63.0%", 63.0)))
    assert Table("t", "T", ("Measure", "Figure"), rows).heads == (
        ("Measure", False),
        ("Figure", True),
    )


@given(st.integers(1, 8).flatmap(lambda n: st.lists(
    st.lists(st.text(max_size=80), min_size=n, max_size=n), min_size=1, max_size=5)))  # fmt: skip
def test_shares_are_of_one_page_and_every_column_has_one(rows: list[list[str]]) -> None:
    head, *rest = (tuple(row) for row in rows)
    shares = table(*rest, columns=head).shares
    assert sum(shares) == pytest.approx(1)
    assert all(share > 0 for share in shares)
