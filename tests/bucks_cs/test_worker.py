"""Jobs with a real worker that is really killed, on the database and broker of this run: SQLite
and the filesystem, or PostgreSQL and Redis; each of this module's own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

pytestmark = pytest.mark.worker

ROOT = Path(__file__).resolve().parents[2]
SLOW = "tests.bucks_cs.slow_tasks.count_slowly"
SQLITE = "scorecard.sqlite3"
DEADLY = "tests.bucks_cs.slow_tasks.kill_the_worker"


class Service:
    """A database and a broker that only this module uses, and what is asked of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "DEMONSTRATION": "1",
            "SECRET_KEY": "of the tests, and nothing else: forty letters and more",
            "DJANGO_SETTINGS_MODULE": "bucks_cs.settings",
            **_stores(folder),
        }
        self.run("from django.core.management import call_command; call_command('migrate')")

    def run(self, code: str) -> str:
        """Runs a line of Python in the service, and returns what it printed."""
        start = "import django; django.setup(); from bucks_cs import jobs; "
        start += "from bucks_cs.models import Job; from django.utils import timezone; "
        start += "from datetime import timedelta; "
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def ask_for(self, task: str, **arguments: Any) -> int:
        return int(self.run(f"print(jobs.start({task!r}, 'Work', by=None, **{arguments!r}).pk)"))

    def rescue(self) -> int:
        """The rescue as it will be in three minutes, when heartbeats that stopped are stale."""
        return int(self.run("print(jobs.rescue(timezone.now() + timedelta(minutes=3)))"))

    def row(self, job: int) -> tuple[str, int, int]:
        """Its state, progress and attempts."""
        question = f"SELECT state, progress, attempts FROM bucks_cs_job WHERE id = {job}"  # noqa: S608
        url = self.environment["DATABASE_URL"]
        on_file = url.startswith("sqlite")
        store: Any = sqlite3.connect(self.folder / SQLITE) if on_file else psycopg2.connect(url)
        with closing(store), closing(store.cursor()) as cursor:
            cursor.execute(question)
            found: tuple[str, int, int] = cursor.fetchone()
        return found

    def wait(self, job: int, **wanted: Any) -> None:
        """Until the job is in this `state`, has made some `progress`, has had these `attempts`."""
        for _ in range(300):
            state, progress, attempts = self.row(job)
            now = {"state": state, "progress": progress > 0, "attempts": attempts}
            if all(now[name] == value for name, value in wanted.items()):
                return
            time.sleep(0.1)
        log = (self.folder / "worker.log").read_text()
        pytest.fail(f"Waited for {wanted}; the job is {self.row(job)}. The worker says:\n{log}")

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker as `make run` starts it; killed outright, with its children, at the end."""
        celery = [sys.executable, "-m", "celery", "--app", "bucks_cs", "worker"]
        options = ["--concurrency", "1", "--include", "tests.bucks_cs.slow_tasks"]
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                celery + options,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                kill(process)


def kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _stores(folder: Path) -> dict[str, str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return {"DATABASE_URL": f"sqlite:///{folder / SQLITE}", "REDIS_URL": ""}
    server, name = url.rsplit("/", 1)
    own = f"{name}_worker"
    with closing(psycopg2.connect(f"{server}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{own}"')
    redis = os.environ["REDIS_URL"].rsplit("/", 1)[0]
    return {"DATABASE_URL": f"{server}/{own}", "REDIS_URL": f"{redis}/12"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("worker"))


def test_a_job_is_done_by_a_worker_as_it_is_asked_for(service: Service) -> None:
    job = service.ask_for(SLOW, steps=2)
    with service.worker():
        service.wait(job, state="done")

    assert service.row(job) == ("done", 100, 1)


def test_a_job_whose_worker_is_killed_is_done_by_another(service: Service) -> None:
    job = service.ask_for(SLOW, steps=20)
    with service.worker() as first:
        service.wait(job, progress=True)
        kill(first)
    state, progress, _ = service.row(job)
    assert (state, progress < 100) == ("running", True), "as the kill left it"

    with service.worker():
        assert service.rescue() == 1
        service.wait(job, state="done")

    assert service.row(job) == ("done", 100, 2)


def test_a_job_that_kills_every_worker_fails_after_three(service: Service) -> None:
    job = service.ask_for(DEADLY)
    with service.worker():
        for attempt in (1, 2, 3):
            service.wait(job, state="running", attempts=attempt)
            assert service.rescue() == 1
        assert service.row(job)[0] == "failed"
        assert service.rescue() == 0

        after = service.ask_for(SLOW, steps=1)
        service.wait(after, state="done")


def test_cancelled_work_stops_and_the_worker_goes_on_to_the_next(service: Service) -> None:
    job = service.ask_for(SLOW, steps=1000)
    with service.worker():
        service.wait(job, progress=True)
        service.run(
            "from bucks_cs.models import User; "
            "by, _ = User.objects.get_or_create(username='officer'); "
            f"jobs.cancel(Job.objects.get(pk={job}), by=by)"
        )
        after = service.ask_for(SLOW, steps=1)
        service.wait(after, state="done")

    state, progress, _ = service.row(job)
    assert (state, progress < 100) == ("cancelled", True)
