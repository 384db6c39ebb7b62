"""A paper's cover."""

from __future__ import annotations

from datetime import date

import pytest

from reports.covers import covered
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
