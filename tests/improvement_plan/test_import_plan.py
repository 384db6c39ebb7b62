"""Plans in and out by command, for servers with scheduled drops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from bucks_cs.models import AuditEvent
from improvement_plan.models import Action, Plan
from tests.plan_factories import ActionFactory, PlanFactory
from tests.plan_sheets import ACTION, UPDATE, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(actions=[ACTION]))
    return path


def run(*arguments: Any, capsys: Any) -> str:
    call_command("import_plan", *map(str, arguments))
    out: str = capsys.readouterr().out
    return out


def test_a_workbook_is_added_and_what_was_added_is_said(file: Path, capsys: Any) -> None:
    assert run(file, capsys=capsys) == "a-plan: added plan (1), divisions (1), actions (1).\n"
    assert Action.objects.get().text == "Do it"
    assert AuditEvent.objects.get().user is None


def test_a_folder_is_taken_as_a_workbook_is(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "plan.csv").write_text("slug,title,short_title,division_word\na,A,A,Priority\n")
    assert run(tmp_path, capsys=capsys) == "a: added plan (1).\n"


def test_only_to_look_adds_nothing(file: Path, capsys: Any) -> None:
    out = run(file, "--check", capsys=capsys)
    assert out == "a-plan: would add plan (1), divisions (1), actions (1).\n"
    assert not Plan.objects.exists()


def test_a_second_time_says_what_is_left_as_it_is(file: Path, capsys: Any) -> None:
    run(file, capsys=capsys)
    assert run(file, capsys=capsys) == "a-plan: added nothing: all of it is there already.\n"
    file.write_bytes(workbook(actions=[{**ACTION, "text": "Do more"}]))
    out = run(file, "--check", capsys=capsys)
    assert "actions, row 2, text (1.1): left as it is. The plan says “Do it”" in out
    assert "would add nothing" in out


def test_what_cannot_be_read_is_said_and_stops_nothing(file: Path, capsys: Any) -> None:
    file.write_bytes(workbook(actions=[{**ACTION, "due": "31/11/14"}]))
    out = run(file, capsys=capsys)
    assert "In doubt: actions, row 2, due: “31/11/14” is not in the calendar." in out
    assert Action.objects.get().due_date is None


def test_a_server_may_add_what_was_reported_elsewhere(file: Path, capsys: Any) -> None:
    run(file, capsys=capsys)
    file.write_bytes(workbook(actions=[ACTION], updates=[UPDATE]))
    assert run(file, capsys=capsys) == "a-plan: added updates (1).\n"


def test_every_problem_is_said_and_nothing_is_added(file: Path, capsys: Any) -> None:
    wrong = [{**ACTION, "rag": "P"}, {**ACTION, "key": "1.2", "division": "9"}]
    file.write_bytes(workbook(actions=wrong))
    with pytest.raises(CommandError, match=r"2 problems were found in .*, so nothing is added"):
        run(file, capsys=capsys)
    assert capsys.readouterr().err.splitlines() == [
        "actions, row 2, rag: “P” is not a rating: write R, A, G or nothing.",
        "actions, row 3, division: “9” is not in divisions.",
    ]
    assert not Plan.objects.exists()


def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(CommandError, match=r"none\.xlsx: It cannot be read: No such file"):
        run(tmp_path / "none.xlsx", capsys=capsys)
    (tmp_path / "words.xlsx").write_text("not a workbook")
    with pytest.raises(CommandError, match=r"words\.xlsx: This is not a workbook"):
        run(tmp_path / "words.xlsx", capsys=capsys)
    with pytest.raises(CommandError, match="1 problem was found"):
        (tmp_path / "empty").mkdir()
        run(tmp_path / "empty", capsys=capsys)


@override_settings(MAX_UPLOAD_BYTES=2**20)
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "large.xlsx").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(CommandError, match="is larger than 1 MB"):
        run(tmp_path / "large.xlsx", capsys=capsys)


def test_what_is_written_can_be_read_again(tmp_path: Path, capsys: Any) -> None:
    action = ActionFactory(division__plan__slug="a-plan", text="Do it well")
    call_command("export_plan", "a-plan", str(tmp_path / "out.xlsx"))
    assert f"A-plan is in {tmp_path}/out.xlsx." in capsys.readouterr().out
    action.plan.delete()
    run(tmp_path / "out.xlsx", capsys=capsys)
    assert Action.objects.get().text == "Do it well"


def test_a_plan_that_is_not_there_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no plan “b”\. There are: none\."):
        call_command("export_plan", "b", str(tmp_path / "out.xlsx"))
    PlanFactory(slug="a")
    with pytest.raises(CommandError, match=r"There are: a\."):
        call_command("export_plan", "b", str(tmp_path / "out.xlsx"))
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        call_command("export_plan", "a", str(tmp_path))
