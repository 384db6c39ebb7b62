"""The whole service, running: web server, worker, data, and a real browser before it.

It is started as `make run` starts it, in a folder of its own: on SQLite and the filesystem broker,
or, where DATABASE_URL and REDIS_URL are set, on a database and a broker of its own there.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "children-first-2015"
CHROMIUM = next((p for n in ("chromium", "google-chrome") if (p := shutil.which(n))), None)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 812}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="needs Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service of this session's own, loaded with the published record."""
    folder = tmp_path_factory.mktemp("service")
    port = _free_port()
    of_the_tests = ("DJANGO_SETTINGS_MODULE", "SECRET_KEY")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in of_the_tests},
        "PORT": str(port),
        "VAR_DIR": str(folder / "var"),
        "DEMONSTRATION": "1",
        **_stores(),
    }
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [ROOT / "scripts" / "run"],
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/accounts/login/", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _stores() -> dict[str, str]:
    """An empty database and a broker of this session's own, where the caller has such servers."""
    database = os.environ.get("DATABASE_URL", "")
    if not database.startswith("postgres"):
        return {}
    server, name = database.rsplit("/", 1)
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    own = f"{name}_journeys_{process}"
    redis = 11 if process == "gw0" else 14
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{own}"')
    connection.close()
    return {
        "DATABASE_URL": f"{server}/{own}",
        "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{redis}",
    }


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5)  # noqa: S310
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"The service did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def kept_sessions() -> dict[str, Any]:
    """Accounts that are signed in, for tests that only read: to sign in takes a second."""
    return {}


@pytest.fixture
def sign_in(
    service: str, browser: Browser, kept_sessions: dict[str, Any]
) -> Iterator[Callable[..., Page]]:
    """Signs a demonstration account in, in a window of its own: `sign_in("officer")`; with
    `anew=False` in the session of an earlier test. What the browser complains of (scripts, the
    content security policy) fails the test."""
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(name: str | None, size: str = "desk", anew: bool = True, **options: Any) -> Page:
        kept = None if anew else kept_sessions.get(name or "")
        window = browser.new_context(
            base_url=service,
            viewport=SIZES[size],
            locale="en-GB",
            storage_state=kept,
            **options,
        )
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text}")
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )
        if name and not kept:
            page.goto("/accounts/login/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(lambda url: "login" not in url)
            if not anew:
                kept_sessions[name] = window.storage_state()
        return page

    yield sign_in
    for window in windows:
        window.close()
    assert complaints == []
