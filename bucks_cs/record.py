"""The published record: each room loads its own part of a folder of fixtures, from the left to
the right, from its module `published`."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule


class WrongFixture(Exception):
    """A fixture that cannot be loaded; its text names the file, the row and what is wrong."""


@transaction.atomic
def load(folder: Path) -> Counter[str]:
    """Loads all of it or nothing. Idempotent. Returns how many records of each kind were new.

    Raises `WrongFixture` where a row is wrong.
    """
    added: Counter[str] = Counter()
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "published"):
            added += import_module(f"{app.name}.published").load(folder)
    return added
