"""The shell's commands: demonstration accounts, and the database as one file and back."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from bucks_cs.context import DEMONSTRATION_PASSWORD
from bucks_cs.models import AuditEvent, Job, User
from bucks_cs.roles import Role
from scorecard.models import Outturn, PublishedFigure, Snapshot
from tests.factories import OutturnFactory, PostFactory, UserFactory


def command(name: str, *arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("asked", ["help", "showmigrations"])
def test_who_stops_reading_sees_no_traceback(asked: str, tmp_path: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    ended = subprocess.run(
        [sys.executable, "manage.py", asked],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
            "SECRET_KEY": "for this test",
            "VAR_DIR": str(tmp_path),
        },
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (1, "")


# ---- demonstration accounts


@pytest.mark.django_db
def test_there_is_an_account_for_each_role(client: Client) -> None:
    command("make_demonstration")

    made = User.objects.order_by("pk").values_list("username", "role", "post__title")
    assert list(made) == [
        ("officer", "officer", "Performance officer"),
        ("manager", "manager", "Head of performance"),
        ("member", "member", None),
        ("administrator", "administrator", None),
    ]
    assert {role for _, role, _ in made} == set(Role.values)
    for username, _, _ in made:
        client.post("/accounts/login/", {"login": username, "password": DEMONSTRATION_PASSWORD})
        assert "_auth_user_id" in client.session
        client.logout()


@pytest.mark.django_db
def test_making_them_again_mends_what_was_changed_and_nothing_else() -> None:
    command("make_demonstration")
    untouched = User.objects.get(username="manager").password
    officer = User.objects.get(username="officer")
    officer.set_password("something else")
    officer.role, officer.email = Role.MEMBER, "kept@example.org"
    officer.save()
    command("make_demonstration")

    officer.refresh_from_db()
    assert (officer.role, officer.email) == (Role.OFFICER, "kept@example.org")
    assert officer.check_password(DEMONSTRATION_PASSWORD)
    assert User.objects.get(username="manager").password == untouched, "sessions go on"
    assert User.objects.count() == 4


@pytest.mark.django_db
def test_the_officer_has_a_post_of_the_loaded_plan_and_so_actions_to_report_on() -> None:
    command("make_demonstration")
    head = PostFactory(title="Head of Quality, Standards and Performance")
    command("make_demonstration")

    assert User.objects.get(username="officer").post == head
    assert User.objects.get(username="manager").post.title == "Head of performance"


@pytest.mark.django_db
def test_real_service_refuses_them(settings: Any) -> None:
    settings.DEBUG = settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="This is real service"):
        command("make_demonstration")
    assert not User.objects.exists()


# ---- the database as one file and back

committed = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, list[Any]]:
    kept = (User, Job, Outturn, Snapshot, PublishedFigure)
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in kept}


@committed
def test_a_backup_put_back_is_all_that_was_there(published: None, tmp_path: Path) -> None:
    UserFactory(username="officer")
    before, events = everything(), list(AuditEvent.objects.order_by("pk").values())
    file = tmp_path / "scorecard.backup"
    said = command("backup", file)

    assert "Wrote" in said
    assert AuditEvent.objects.latest("pk").action == "made a backup"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "it holds what the database holds"
    assert list(tmp_path.iterdir()) == [file], "nothing else is left"

    User.objects.all().delete()
    Outturn.objects.update(commentary="Spoilt")
    command("restore", file, replace=True)

    assert everything() == before
    *kept, restored = AuditEvent.objects.order_by("pk").values()
    assert kept == events
    assert restored["action"] == "restored a backup"
    OutturnFactory(), UserFactory(username="later")  # new rows find free numbers


@committed
def test_a_database_with_something_in_it_is_not_overwritten(tmp_path: Path) -> None:
    UserFactory(username="before")
    file = tmp_path / "scorecard.backup"
    command("backup", file)
    UserFactory(username="after")
    with pytest.raises(CommandError, match="The database is not empty"):
        command("restore", file)

    assert User.objects.filter(username="after").exists()


@committed
def test_an_empty_database_takes_a_backup_as_it_is(tmp_path: Path) -> None:
    UserFactory(username="officer")
    file = tmp_path / "scorecard.backup"
    command("backup", file)
    AuditEvent.objects.all().delete()
    User.objects.all().delete()
    command("restore", file)

    assert User.objects.get().username == "officer"


@committed
@pytest.mark.parametrize("damage", ["other", "half", "another database"])
def test_what_is_no_backup_is_refused_and_nothing_is_lost(damage: str, tmp_path: Path) -> None:
    UserFactory(username="officer")
    file = tmp_path / "scorecard.backup"
    command("backup", file)
    match damage:
        case "other":
            file.write_text("not a backup at all")
        case "half":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        case _:
            file.unlink()
            sqlite3.connect(file).execute("CREATE TABLE something (name TEXT)").connection.close()
    with pytest.raises(CommandError):
        command("restore", file, replace=True)

    assert User.objects.get().username == "officer"


@committed
def test_names_that_cannot_be_are_refused_in_words(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("kept")
    with pytest.raises(CommandError, match="exists"):
        command("backup", there)
    with pytest.raises(CommandError, match="There is no folder"):
        command("backup", tmp_path / "nowhere" / "backup")
    with pytest.raises(CommandError, match="There is no file"):
        command("restore", tmp_path / "nowhere", replace=True)
    assert there.read_text() == "kept"


@committed
@pytest.mark.postgres
def test_without_its_tools_postgresql_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is needed"):
        command("backup", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []
    assert connection.vendor == "postgresql"
