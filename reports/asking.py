"""What the select committee asked, and what it was told."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bucks_cs import audit
from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .models import Question


@transaction.atomic
def ask(*, question: Question, by: User) -> Question:
    """A question that the select committee asked at a meeting."""
    check_may(by, May.WRITE)
    question.by = by
    question.save()
    audit.record("noted a committee’s question", question, by=by, text=question.text)
    return question


@transaction.atomic
def answer(*, question: Question, text: str, on: date, by: User) -> Question:
    check_may(by, May.WRITE)
    if not text.strip():
        raise Refused("Write the answer.")
    if on < question.asked_on:
        raise Refused(f"It was asked on {day_label(question.asked_on)}: the answer is later.")
    before = question.answer
    question.answer, question.answered_on = text.strip(), on
    question.save()
    audit.record(
        "answered a committee’s question", question, by=by, before=before, after=question.answer
    )
    return question
