"""SEND's part of the published record."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings

from bucks_cs.record import WrongFixture, load
from improvement_plan.models import Action, Plan
from scorecard.models import Outturn
from send import published
from send.models import ConsultationQuestion

pytestmark = pytest.mark.django_db
FIXTURES = settings.BASE_DIR / "fixtures"


def test_it_comes_with_the_rest_and_again_adds_nothing() -> None:
    load(FIXTURES)
    assert ConsultationQuestion.objects.count() == 6
    assert Outturn.objects.filter(series__measure__code="first-time-plans-by-age").count() == 15
    assert not +published.load(FIXTURES)


def test_every_we_will_of_the_strategy_is_an_action_of_one_of_eight_priorities(
    record: None,
) -> None:
    plan = Plan.objects.get(slug="send-strategy")
    groups = list(dict.fromkeys(plan.divisions.values_list("group", flat=True)))
    assert groups == [
        "Children, young people and families",
        "Developing provision and supporting Schools and Settings",
        "Planning ahead",
        "Strategic Leadership and Management",
    ]
    by_priority = [one.actions.count() for one in plan.divisions.all()]
    assert by_priority == [3, 6, 8, 6, 6, 3, 4, 5]
    assert not Action.objects.filter(plan=plan, due_date__isnull=False).exists()


def test_a_question_of_no_known_document_is_refused_in_words(tmp_path: Path) -> None:
    copytree(FIXTURES, tmp_path / "fixtures")
    file = tmp_path / "fixtures" / "send" / "questions.csv"
    file.write_text(file.read_text().replace(",001,", ",999,"))
    with pytest.raises(WrongFixture, match="row 2: no document 999"):
        load(tmp_path / "fixtures")


def test_the_indicators_of_each_priority_are_our_reading_and_say_so(record: None) -> None:
    strategy = Plan.objects.get(slug="send-strategy")
    for division in strategy.divisions.all():
        assert division.success_measures.exists(), division.key
    for one in strategy.success_measures.select_related("measure"):
        assert one.measure is not None and one.name == one.measure.name
        assert one.list_name == "Indicators by our reading"
        assert not (one.locator or one.target_text or one.current_text or one.printed_rag)
        assert one.source_note.startswith("Our reading: the paper names no indicator")
