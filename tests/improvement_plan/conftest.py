"""The published record with its plans, for tests that read it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from bucks_cs.record import load
from improvement_plan.models import Plan


@pytest.fixture
def plan(db: Any) -> Plan:
    """The improvement plan, loaded as `make run` loads it; with it come the scorecard and the
    service plan."""
    load(settings.BASE_DIR / "fixtures")
    return Plan.objects.get(slug="improvement-plan")
