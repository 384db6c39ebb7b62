"""The published record: every room's part of it, from the left to the right, all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from bucks_cs.models import AuditEvent
from bucks_cs.record import WrongFixture, load
from improvement_plan.models import Plan
from scorecard.models import Document, Measure

pytestmark = pytest.mark.django_db

FIXTURES = Path(settings.BASE_DIR, "fixtures")


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    """A copy of the record, to be spoilt."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))


def test_the_scorecard_comes_first_and_the_plans_stand_on_it() -> None:
    added = load(FIXTURES)
    assert added["plan"] == Plan.objects.count() == 5
    assert added["measure"] == Measure.objects.count() > 0
    plan = Plan.objects.get(slug="improvement-plan")
    assert plan.document == Document.objects.get(code="003")
    assert plan.success_measures.filter(measure__isnull=False).exists()
    strategy = Plan.objects.get(slug="sufficiency-strategy")
    assert strategy.document == Document.objects.get(code="004")
    assert Measure.objects.filter(code="cla", active=False).exists()


def test_a_second_time_there_is_nothing_to_add() -> None:
    load(FIXTURES)
    events = AuditEvent.objects.count()
    assert not load(FIXTURES).total()
    assert AuditEvent.objects.count() == events


def test_where_one_room_is_wrong_none_is_loaded(fixtures: Path) -> None:
    with (fixtures / "plans" / "service-plan" / "divisions.csv").open("a") as file:
        file.write("1,again\n")
    with pytest.raises(
        WrongFixture, match=r"^plans/service-plan: divisions, row \d+, title: This must"
    ):
        load(fixtures)
    assert not Measure.objects.exists()
    assert not Plan.objects.exists()


def test_the_command_says_what_it_added_or_why_it_did_not(fixtures: Path, capsys: Any) -> None:
    call_command("load_published", str(fixtures))
    assert "5 plan" in capsys.readouterr().out
    call_command("load_published", str(fixtures))
    assert capsys.readouterr().out == "All of it is there already.\n"
    (fixtures / "plans" / "service-plan" / "divisions.csv").write_bytes(b"\xff")
    with pytest.raises(CommandError, match=r"plans/service-plan, divisions\.csv: this is not CSV"):
        call_command("load_published", str(fixtures))
