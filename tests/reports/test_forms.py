"""What people choose of a paper, and what they are told where it cannot be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reports.forms import AnswerForm, BeginForm, CorrectForm, CoverForm, QuestionForm
from reports.models import Basis, Kind
from reports.quarters import Quarter
from tests.factories import MeasureFactory
from tests.reports.factories import PaperFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


def form(**typed: Any) -> BeginForm:
    chosen = {
        "kind": "cabinet", "year": "2015", "number": "4", "basis": "published", "title": "T",
        "author": "Head of Performance", "contact": "a@example.org",
    }  # fmt: skip
    return BeginForm(TODAY, chosen | typed)


def test_it_opens_at_the_last_quarter_that_is_over() -> None:
    opened = BeginForm(TODAY)
    assert (opened["year"].value(), opened["number"].value()) == (2027, 2)
    years = [label for _, label in opened.fields["year"].choices]  # type: ignore[attr-defined]
    assert years[0] == "2026/27" and "2014/15" in years


def test_a_measure_whose_key_no_database_can_hold_is_no_choice() -> None:
    chosen = form(kind="committee", measures=["9" * 20])
    assert "not one of the available choices" in str(chosen.errors["measures"])


@pytest.mark.parametrize("field", ["title", "author", "contact"])
def test_a_sign_that_the_paper_cannot_show_is_named(field: str) -> None:
    chosen = form(**{field: "Tick ✅"})
    assert "“✅” (white heavy check mark)" in str(chosen.errors[field])


def test_the_cover_and_the_committees_words_have_only_signs_that_a_paper_can_show() -> None:
    cover = CoverForm({"summary": "漢", "recommendation": "Zażółć, naïve, “x” – €5 ≥ ½."})
    assert "summary" in cover.errors and "recommendation" not in cover.errors
    assert "text" in QuestionForm({"text": "漢"}).errors
    assert "text" in AnswerForm({"text": "漢"}).errors
    assert "what" in CorrectForm({"what": "漢"}).errors


def test_what_was_chosen_is_as_the_service_takes_it() -> None:
    chosen = form(meeting_on="13/04/2015")
    assert chosen.is_valid()
    assert chosen.chosen["quarter"] == Quarter(2015, 4)
    assert (chosen.chosen["kind"], chosen.chosen["basis"]) == (Kind.CABINET, Basis.PUBLISHED)
    assert chosen.chosen["meeting_on"] == date(2015, 4, 13)


def test_what_only_the_committee_is_asked_does_not_go_into_another_paper() -> None:
    measure = MeasureFactory()
    chosen = form(since="20/01/2015", measures=[measure.pk])
    assert chosen.is_valid()
    assert (chosen.chosen["since"], chosen.chosen["measures"]) == (None, ())
    packed = form(kind="committee", since="20/01/2015", measures=[measure.pk])
    assert packed.is_valid()
    assert list(packed.chosen["measures"]) == [measure]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "novel"}, "kind"),
        ({"year": "1899"}, "year"),
        ({"number": "5"}, "number"),
        ({"basis": "guessed"}, "basis"),
        ({"title": " "}, "title"),
        ({"title": "T" * 201}, "title"),
        ({"author": ""}, "author"),
        ({"meeting_on": "31/02/2015"}, "meeting_on"),
        ({"kind": "committee"}, "since"),
        ({"kind": "committee", "since": "soon"}, "since"),
        ({"measures": ["999"]}, "measures"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(typed: dict[str, Any], field: str) -> None:
    wrong = form(**typed)
    assert not wrong.is_valid()
    assert list(wrong.errors) == [field]
    assert len(wrong.errors[field]) == 1


def test_the_committees_fields_are_open_where_they_are_needed() -> None:
    assert form(kind="committee").is_for_the_committee
    assert not form().is_for_the_committee
    names = [field.name for field in form().of_every_paper]
    assert "since" not in names and "measures" not in names


def test_a_cover_is_shown_as_it_stands() -> None:
    opened = CoverForm(instance=PaperFactory(meeting_on=date(2015, 4, 13)))
    assert 'value="13/04/2015"' in str(opened["meeting_on"])
