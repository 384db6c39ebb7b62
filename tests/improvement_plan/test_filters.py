"""Which of a plan's actions an address asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from improvement_plan.filters import ActionFilters
from improvement_plan.models import Answer, Basis, Plan
from improvement_plan.progress import Rating
from tests.factories import PostFactory
from tests.plan_factories import ActionFactory, DivisionFactory, RecommendationFactory

DAY = date(2015, 3, 31)


@pytest.fixture
def two_divisions(db: Any) -> Plan:
    """Division 1 has a late red action of the head of service's, that answers B1; division 2 an
    amber one that goes on."""
    one = DivisionFactory(key="1", title="Leading")
    two = DivisionFactory(plan=one.plan, key="2", title="Practising")
    head = PostFactory(title="Head of Service")
    late = ActionFactory(
        division=one,
        key="1.1",
        rating=Rating.RED,
        due_date=date(2015, 3, 1),
        owned_by=[head],
    )
    ActionFactory(division=two, key="2.1", due_date=None, ongoing=True)
    recommendation = RecommendationFactory(plan=one.plan, ref="B1")
    Answer.objects.create(recommendation=recommendation, action=late, basis=Basis.PRINTED)
    plan: Plan = one.plan
    return plan


def filters(plan: Plan, query: str) -> ActionFilters:
    return ActionFilters(plan, QueryDict(query))


def keys(plan: Plan, query: str) -> list[str]:
    return [action.key for action in filters(plan, query).actions(DAY)]


def test_without_a_filter_every_action_is_asked_for(two_divisions: Plan) -> None:
    assert keys(two_divisions, "") == ["1.1", "2.1"]
    assert filters(two_divisions, "").in_words() == "All actions"
    assert not filters(two_divisions, "").is_filtered


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("division=2", ["2.1"]),
        ("rating=red", ["1.1"]),
        ("dates=overdue", ["1.1"]),
        ("dates=due-soon", []),
        ("recommendation=B1", ["1.1"]),
        ("division=2&rating=red", []),
    ],
)
def test_each_filter_narrows_the_actions_down(
    two_divisions: Plan, query: str, found: list[str]
) -> None:
    assert keys(two_divisions, query) == found


def test_actions_are_found_by_their_owner(two_divisions: Plan) -> None:
    action = two_divisions.actions.get(key="1.1")
    owner = action.owners.get()

    assert keys(two_divisions, f"owner={owner.pk}") == ["1.1"]
    assert filters(two_divisions, f"owner={owner.pk}").in_words() == "Only owner Head of Service"


def test_the_filters_are_said_in_words(two_divisions: Plan) -> None:
    said = filters(two_divisions, "division=1&dates=overdue").in_words()

    assert said == "Only workstream 1 Leading; overdue"


@pytest.mark.parametrize("query", ["rating=blue", "division=9", "owner=x", "dates=never"])
def test_a_filter_that_there_is_none_of_is_refused_and_finds_nothing(
    two_divisions: Plan, query: str
) -> None:
    asked = filters(two_divisions, query)

    assert not asked.is_valid()
    assert "not one of the available choices" in str(asked.errors)
    assert not asked.actions(DAY).exists()


def test_a_plan_without_owners_or_recommendations_does_not_ask_for_them(db: Any) -> None:
    plan = DivisionFactory().plan

    assert set(filters(plan, "").fields) == {"division", "rating", "dates"}
