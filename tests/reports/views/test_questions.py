"""The pages of the select committee's questions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Question
from tests.factories import MeasureFactory
from tests.reports.factories import QuestionFactory

pytestmark = pytest.mark.django_db
LIST, NEW = "/reports/questions/", "/reports/questions/new/"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_members_read_what_is_open_and_what_was_answered(as_member: Client) -> None:
    QuestionFactory(text="Why so late?", promised_for=date(2015, 4, 28))
    QuestionFactory(text="Who owns it?", answer="The head.", answered_on=date(2015, 4, 1))
    page = text(as_member, LIST)
    assert "1 question of the select committee is open" in page
    assert "answer promised for 28 April 2015" in page
    assert "The head." in page and "Answered on 1 April 2015" in page
    assert "Note a question" not in page


def test_an_officer_notes_one_about_a_measure(as_officer: Client) -> None:
    measure = MeasureFactory(code="repeat-referrals", short_name="Repeat referrals")
    asked = {"asked_on": "10/03/2015", "text": "Why?", "measure": measure.pk}
    assert as_officer.post(NEW, asked).status_code == 302
    assert Question.objects.get().asked_on == date(2015, 3, 10)
    assert "/measures/repeat-referrals/" in text(as_officer, LIST)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "Why?", "asked_on": ""}, "Say at which meeting it was asked."),
        ({"text": "Why?", "asked_on": "31/02/2015"}, "That is no day of the calendar"),
        ({"text": " ", "asked_on": "10/03/2015"}, 'href="#id_text"'),
    ],
)
def test_what_is_missing_is_said_where_it_is(
    typed: dict[str, str], said: str, as_officer: Client
) -> None:
    refused = as_officer.post(NEW, typed)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not Question.objects.exists()


def test_an_answer_closes_it_and_can_be_changed(as_officer: Client) -> None:
    question = QuestionFactory()
    address = f"{LIST}{question.pk}/"
    as_officer.post(address, {"text": "Posts were vacant.", "on": "01/04/2015"})
    assert "No question of the select committee is open" in text(as_officer, LIST)
    assert "Posts were vacant." in text(as_officer, address)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " ", "on": "01/04/2015"}, "Write the answer."),
        ({"text": "Because.", "on": ""}, "Say when it was answered."),
        ({"text": "Because.", "on": "01/03/2015"}, "It was asked on 10 March 2015"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_stays_typed(
    typed: dict[str, str], said: str, as_officer: Client
) -> None:
    question = QuestionFactory()
    refused = as_officer.post(f"{LIST}{question.pk}/", typed)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert typed["text"].strip() in refused.content.decode()
    question.refresh_from_db()
    assert question.is_open


def test_a_member_neither_notes_nor_answers(as_member: Client) -> None:
    answer = f"{LIST}{QuestionFactory().pk}/"
    for address in (NEW, answer):
        assert as_member.get(address).status_code == 403
        assert as_member.post(address, {"text": "Mine."}).status_code == 403


def test_wrong_methods_are_refused(as_officer: Client) -> None:
    assert as_officer.post(LIST).status_code == 405
    assert as_officer.delete(NEW).status_code == 405


def test_queries_do_not_grow_with_questions(
    as_member: Client, django_assert_max_num_queries: Any
) -> None:
    QuestionFactory(measure=MeasureFactory())
    as_member.get(LIST)
    with CaptureQueriesContext(connection) as few:
        as_member.get(LIST)
    for _ in range(8):
        QuestionFactory(measure=MeasureFactory())
    with django_assert_max_num_queries(len(few)):
        as_member.get(LIST)
