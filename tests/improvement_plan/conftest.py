"""The published record with its plans, for tests that read it."""

from __future__ import annotations

import pytest

from improvement_plan.models import Plan


@pytest.fixture
def plan(record: None) -> Plan:
    """The improvement plan, loaded as `make run` loads it; with it come the scorecard and the
    service plan."""
    return Plan.objects.get(slug="improvement-plan")
