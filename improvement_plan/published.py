"""The plans of the published record, or another council's: each folder of `fixtures/plans/`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bucks_cs.lib.spreadsheets import Unreadable
from bucks_cs.record import WrongFixture

from . import loading
from .plan_files import from_folder


def load(folder: Path) -> Counter[str]:
    """Adds what is not there yet. Raises `WrongFixture`, in words, where a row is wrong."""
    added: Counter[str] = Counter()
    for place in sorted((folder / "plans").glob("*/")):
        try:
            added += loading.load(from_folder(place), by=None)
        except Unreadable as wrong:
            raise WrongFixture(f"plans/{place.name}, {wrong}") from wrong
        except loading.WrongPlan as wrong:
            raise WrongFixture(f"plans/{place.name}: {wrong}") from wrong
    return added
