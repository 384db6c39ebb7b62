"""The plans of the record, loaded with the rest of it."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from django.conf import settings

from bucks_cs.models import AuditEvent
from bucks_cs.record import WrongFixture
from improvement_plan.models import Action, Plan
from improvement_plan.plan_files import from_folder
from improvement_plan.published import load
from improvement_plan.sheets import KINDS

pytestmark = pytest.mark.django_db

FIXTURES = Path(settings.BASE_DIR, "fixtures")


def write(folder: Path, name: str, row: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fixtures with one small plan."""
    plan = {"slug": "a", "title": "A plan", "short_title": "A", "division_word": "Priority"}
    write(tmp_path / "plans" / "a", "plan", plan)
    write(tmp_path / "plans" / "a", "divisions", {"key": "1", "title": "Improving"})
    return tmp_path


def test_each_folder_is_a_plan(folder: Path) -> None:
    other = {"slug": "b", "title": "B plan", "short_title": "B", "division_word": "Outcome"}
    write(folder / "plans" / "b", "plan", other)
    assert load(folder) == {"plan": 2, "divisions": 1}
    assert [plan.slug for plan in Plan.objects.all()] == ["a", "b"]
    assert {event.user for event in AuditEvent.objects.all()} == {None}


def test_what_is_there_is_not_loaded_again(folder: Path) -> None:
    load(folder)
    assert load(folder) == {}


def test_fixtures_without_plans_are_fixtures(tmp_path: Path) -> None:
    assert load(tmp_path) == {}


def test_a_wrong_row_is_named_with_its_plan(folder: Path) -> None:
    write(folder / "plans" / "a", "actions", {"key": "1", "division": "9", "text": "Do it"})
    wanted = r"^plans/a: actions, row 2, division: “9” is not in divisions\.$"
    with pytest.raises(WrongFixture, match=wanted):
        load(folder)


def test_a_file_that_cannot_be_read_is_named_with_its_plan(folder: Path) -> None:
    (folder / "plans" / "a" / "board.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongFixture, match=r"^plans/a, board\.csv: this is not CSV in UTF-8"):
        load(folder)


@pytest.mark.usefixtures("published")
def test_the_whole_record_loads_in_no_time() -> None:
    begun = time.process_time()  # other processes are at work beside this one
    load(FIXTURES)
    assert time.process_time() - begun < 3
    assert Action.objects.count() > 150


def test_no_fixture_has_a_sheet_that_is_none() -> None:
    for place in (FIXTURES / "plans").glob("*/"):
        assert set(from_folder(place).headings) <= set(KINDS)
