"""The whole record, and papers of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings

from bucks_cs.record import load
from reports.models import Basis, Kind
from reports.quarters import Quarter
from reports.scope import Scope
from scorecard.services import compute_snapshots

TODAY = date(2026, 11, 26)
Q4 = Quarter(2015, 4)


@pytest.fixture
def record(db: Any) -> None:
    """The published record, loaded and judged as `make run` does it."""
    load(settings.BASE_DIR / "fixtures")
    compute_snapshots()


def scope(
    kind: Kind = Kind.CABINET, quarter: Quarter = Q4, basis: Basis = Basis.PUBLISHED, **more: Any
) -> Scope:
    return Scope(kind, quarter, basis, TODAY, **more)
