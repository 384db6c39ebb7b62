"""What is told to those who install it: the composition and the README agree with the settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR


def read(name: str) -> str:
    text: str = (ROOT / name).read_text(encoding="utf-8")
    return text


SETTINGS_READ = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', read("bucks_cs/settings.py")))
COMPOSITION: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))


def test_service_runs_on_postgresql_15_and_redis_7_with_web_worker_and_beat() -> None:
    services = COMPOSITION["services"]
    assert {"web", "worker", "beat", "database", "cache"} <= set(services)
    assert services["database"]["image"] == "postgres:15"
    assert services["cache"]["image"] == "redis:7"


def test_every_setting_of_the_composition_is_one_that_the_service_reads() -> None:
    assert set(COMPOSITION["services"]["web"]["environment"]) <= SETTINGS_READ


def test_what_waits_for_another_waits_for_one_that_says_when_it_is_ready() -> None:
    services = COMPOSITION["services"]
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services[name]


@pytest.mark.parametrize("name", sorted(SETTINGS_READ - {"DEBUG", "LOG_LEVEL", "VAR_DIR"}))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in read("README.md")


@pytest.mark.parametrize("routine", sorted(set(re.findall(r"`make (\w[\w-]*)", read("README.md")))))
def test_every_routine_of_the_readme_is_in_the_makefile(routine: str) -> None:
    assert f"\n{routine}:" in read("Makefile")


def test_lock_files_and_sources_name_no_registry() -> None:
    for name in ("constraints.txt", "requirements.txt", "package-lock.json"):
        assert "http" not in re.sub(r'"url": "[^"]*"', "", read(name)), name


@pytest.mark.parametrize(
    ("given", "backend"),
    [
        ({}, "dummy"),
        ({"EMAIL_URL": ""}, "dummy"),
        ({"DEMONSTRATION": "1"}, "console"),
        ({"EMAIL_URL": "smtp://mail.example.org:25"}, "smtp"),
    ],
)
def test_no_link_to_a_new_password_is_written_to_the_log_of_a_service(
    given: dict[str, str], backend: str, tmp_path: Path
) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS_READ}
    told = subprocess.run(
        [sys.executable, "-c", "from bucks_cs import settings; print(settings.EMAIL_BACKEND)"],
        cwd=ROOT,
        env=kept | {"SECRET_KEY": "for this test", "VAR_DIR": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == f"django.core.mail.backends.{backend}.EmailBackend"
