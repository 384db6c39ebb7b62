"""A paper's cover."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.covers import SUMMARY, covered
from reports.document import Document, Paragraph, Section
from reports.models import Kind

from .factories import PaperFactory, issued, two_sections

pytestmark = pytest.mark.django_db


def test_a_cabinet_report_has_the_parts_of_one_in_order() -> None:
    paper = PaperFactory(meeting_on=date(2015, 4, 13), summary="In short.")
    found = covered(paper, two_sections())
    assert [label for label, _ in found.cover] == [
        *("Title", "Period", "Date", "Author", "Contact officer", "Local members affected"),
        *("Portfolio areas affected", "Figures"),
    ]
    assert dict(found.cover)["Date"] == "13 April 2015"
    assert dict(found.cover)["Period"] == (
        "Quarter 4 of 2014/15, January to March 2015; and the year 2014/15"
    )
    assert [section.title for section in found.sections] == [
        *("Summary", "Recommendation", "First", "Second")
    ]


def test_what_nobody_has_written_has_no_heading_and_no_date_is_invented() -> None:
    found = covered(PaperFactory(recommendation=""), two_sections())
    assert [section.title for section in found.sections] == ["First", "Second"]
    assert dict(found.cover)["Date"] == "To be set"


def test_the_committees_pack_says_since_which_meeting() -> None:
    paper = PaperFactory(kind=Kind.COMMITTEE, since=date(2015, 1, 20))
    cover = dict(covered(paper, two_sections()).cover)
    assert cover["Changes since the meeting of"] == "20 January 2015"
    assert "Portfolio areas affected" not in cover


def test_a_correction_says_what_it_corrects() -> None:
    paper = PaperFactory(edition=2, corrects=issued(), correction="A wrong total.")
    assert dict(covered(paper, two_sections()).cover)["Version 2"] == (
        "Corrects version 1: A wrong total."
    )


class TestTheSummary:
    def with_a_drafted_one(self) -> Document:
        drafted = Section(SUMMARY, "", "Summary", (Paragraph("summary-quarter", "Five are red."),))
        return replace(two_sections(), sections=(drafted, *two_sections().sections))

    def test_the_drafted_one_stands_before_the_recommendation(self) -> None:
        found = covered(PaperFactory(), self.with_a_drafted_one())
        assert [section.key for section in found.sections][:2] == ["summary", "recommendation"]

    def test_what_a_person_wrote_takes_its_place(self) -> None:
        found = covered(PaperFactory(summary="In short."), self.with_a_drafted_one())
        assert [section.key for section in found.sections][:2] == [
            *("summary-written", "recommendation")
        ]
        assert [section.title for section in found.sections].count("Summary") == 1
