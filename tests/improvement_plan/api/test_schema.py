"""The plans' part of the API is what its description says, where there are plans to be told.

`tests/scorecard/api/test_schema.py` puts the whole of the API to its description as every role.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rest_framework.authtoken.models import Token

from bucks_cs.roles import Role
from improvement_plan.models import Basis
from improvement_plan.progress import Rating
from tests.factories import OutturnFactory, PostFactory, UserFactory
from tests.plan_factories import (
    ActionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    RiskFactory,
    RiskRatingFactory,
    SuccessMeasureFactory,
)
from tests.scorecard.api.test_schema import run


@pytest.fixture
def plans(transactional_db: Any) -> None:
    """A little of everything: with and without an objective, a date, an owner, a rating."""
    objective = ObjectiveFactory(division__plan__slug="improvement-plan")
    place = {"plan": objective.plan, "division": objective.division}
    action = ActionFactory(**place, objective=objective, owned_by=[PostFactory()])
    ActionFactory(**place, due_date=None, ongoing=True, rating=Rating.GREEN)
    ActionFactory(**place, due_date=date(2015, 1, 31), rating=Rating.RED)
    measure = OutturnFactory(series__measure__code="repeat-referrals").series.measure
    SuccessMeasureFactory(**place, objective=objective, measure=measure)
    SuccessMeasureFactory(**place, current_text="Good", printed_rag="")
    recommendation = RecommendationFactory(plan=objective.plan)
    recommendation.mappings.create(division=objective.division)
    recommendation.answers.create(action=action, basis=Basis.PRINTED)
    RiskRatingFactory(risk__plan=objective.plan)
    RiskFactory(plan=objective.plan, owner=None, closed_on=date(2015, 1, 31))
    PlanFactory(read_at=None)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MEMBER])
@pytest.mark.usefixtures("plans")
def test_it_holds_where_there_are_plans(role: str, live_server: Any) -> None:
    token = Token.objects.create(user=UserFactory(role=role))
    parts = r"/(plans|actions|success-measures|recommendations|risks)/"
    key = f"Authorization: Token {token.key}"
    run(live_server.url, "-H", key, "--include-path-regex", parts)
