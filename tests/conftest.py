"""What every test may use: people, signed-in clients, and the published record."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bucks_cs.models import User
from bucks_cs.roles import Role
from tests.factories import UserFactory
from tests.kept import Kept

# Other processes are at work beside this one: how long an example takes says nothing of a rule.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """Tasks that would have gone to the worker: tests look at them, nothing is sent.

    Tests with a real worker ask for `real_broker`.
    """
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def keep(self: Any, name: str, args: Any = (), *rest: Any, **options: Any) -> None:
        sent.append((name, tuple(args or ())))

    monkeypatch.setattr("celery.app.base.Celery.send_task", keep)
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda self, args=(), *rest, **options: keep(None, self.name, args),
    )
    return sent


def _person(role: Role) -> Callable[[Any], User]:
    def person(db: Any) -> User:
        user: User = UserFactory(username=role.value, role=role)
        return user

    person.__doc__ = f"Somebody who signs in as {role.label.lower()}."
    return person


officer = pytest.fixture(name="officer")(_person(Role.OFFICER))
member = pytest.fixture(name="member")(_person(Role.MEMBER))
manager = pytest.fixture(name="manager")(_person(Role.MANAGER))
administrator = pytest.fixture(name="administrator")(_person(Role.ADMINISTRATOR))


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_officer(officer: User) -> Client:
    return _signed_in(officer)


@pytest.fixture
def as_member(member: User) -> Client:
    return _signed_in(member)


@pytest.fixture
def as_manager(manager: User) -> Client:
    return _signed_in(manager)


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    return _signed_in(administrator)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Signs a person in: `signed_in(user)` is their client."""
    return _signed_in


@pytest.fixture(scope="session")
def keep(django_db_setup: None, django_db_blocker: Any) -> Callable[[Callable[[], Any]], Kept]:
    """Keeps what a function makes in an empty database, for fixtures of the whole session."""

    def keep(make: Callable[[], Any]) -> Kept:
        with django_db_blocker.unblock():
            return Kept(make)

    return keep


@pytest.fixture(scope="session")
def kept_published(keep: Callable[..., Kept]) -> Kept:
    from scorecard.published import load

    return keep(lambda: load(settings.BASE_DIR / "fixtures"))


@pytest.fixture(scope="session")
def kept_record(keep: Callable[..., Kept]) -> Kept:
    from bucks_cs.record import load

    return keep(lambda: load(settings.BASE_DIR / "fixtures"))


@pytest.fixture
def published(kept_published: Kept, db: Any) -> None:
    """The scorecard's part of the published record, as `make run` loads it."""
    kept_published.put()


@pytest.fixture
def record(kept_record: Kept, db: Any) -> None:
    """The published record of every room, as `make run` loads it."""
    kept_record.put()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what only PostgreSQL can do run where the database is PostgreSQL. Those in a
    browser come last: it leaves an event loop behind, in which Django answers nobody."""
    items.sort(key=lambda item: "journeys" in item.path.parts)
    if connection.vendor != "postgresql":
        skip = pytest.mark.skip(reason="needs PostgreSQL: `make test-service` runs it")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where the real parts are there, a test that was skipped is a test that failed."""
    report = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NOTHING_SKIPPED") and report and report.stats.get("skipped"):
        report.write_line("Skipped, and nothing may be.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
