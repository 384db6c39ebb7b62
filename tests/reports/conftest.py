"""The whole record, and papers of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from bucks_cs.record import load
from reports.models import Basis, Kind
from reports.quarters import Quarter
from reports.scope import Scope
from scorecard.services import compute_snapshots
from tests.kept import Kept

TODAY = date(2026, 11, 26)
Q4 = Quarter(2015, 4)


@pytest.fixture(scope="session")
def kept_judged(keep: Callable[..., Kept]) -> Kept:
    def make() -> None:
        load(settings.BASE_DIR / "fixtures")
        compute_snapshots()

    return keep(make)


@pytest.fixture
def record(kept_judged: Kept, db: Any) -> None:
    """The published record, loaded and judged as `make run` does it."""
    kept_judged.put()


def scope(
    kind: Kind = Kind.CABINET, quarter: Quarter = Q4, basis: Basis = Basis.PUBLISHED, **more: Any
) -> Scope:
    return Scope(kind, quarter, basis, TODAY, **more)
