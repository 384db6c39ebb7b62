"""Recommendations, as the API tells them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from improvement_plan.models import Basis
from tests.plan_factories import ActionFactory, DivisionFactory, PlanFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("plan")
def test_a_recommendation_is_told_with_what_answers_it(as_member: Client, rows: Any) -> None:
    found = {row["ref"]: row for row in rows(as_member, "recommendations")}
    assert found["A02"] == {
        "plan": "improvement-plan",
        "ref": "A02",
        "made_by": "Ofsted",
        "group": "Priority & Immediate",
        "text": "Ensure that the local authority as a whole takes responsibility for and "
        "prioritises the improvements needed in children's social care",
        "story": "Political leaders and chief officers state that children's social care is not in "
        "the top two priorities for the Council. This limits the effectiveness of those with lead "
        "responsibility for Children's Social Care to drive up standards and sustain longer-term "
        "change.",
        "good": "Local authority senior managers, leaders and elected members discharge their "
        "individual and collective statutory responsibilities.",
        "divisions": ["1"],
        "actions": ["1.1.2"],
    }
    assert found["RQ1a"]["actions"] == ["6.1.6"]


def test_recommendations_are_found_by_what_answers_them(as_member: Client, rows: Any) -> None:
    plan = PlanFactory()
    division = DivisionFactory(plan=plan, key="1")
    action = ActionFactory(plan=plan, division=division, key="1.1")
    DivisionFactory(plan=plan, key="2")
    answered, mapped = (RecommendationFactory(plan=plan, ref=ref) for ref in ("A", "B"))
    answered.answers.create(action=action, basis=Basis.PRINTED)
    mapped.mappings.create(division=division)

    def found(**query: str) -> list[str]:
        return [row["ref"] for row in rows(as_member, "recommendations", **query)]

    assert found(action="1.1") == ["A"]
    assert found(division="1") == ["B"]
    assert found(division="2") == []


def test_what_answers_a_recommendation_comes_in_the_plans_order(
    as_member: Client, rows: Any
) -> None:
    recommendation = RecommendationFactory()
    for order, key in ((2, "1.2"), (1, "1.1")):
        division = DivisionFactory(plan=recommendation.plan, key=key, order=order)
        recommendation.mappings.create(division=division)
        action = ActionFactory(division=division, key=f"{key}.1", order=order)
        recommendation.answers.create(action=action, basis=Basis.PRINTED)
    (row,) = rows(as_member, "recommendations")
    assert (row["divisions"], row["actions"]) == (["1.1", "1.2"], ["1.1.1", "1.2.1"])


def test_csv_is_safe_in_a_spreadsheet(as_member: Client) -> None:
    RecommendationFactory(text="@SUM(A1)", ref="B1")
    text = as_member.get("/api/v1/recommendations/", {"format": "csv"}).content.decode()
    heading, line = text.splitlines()
    assert heading == "plan,ref,made_by,group,text,story,good,divisions,actions"
    assert line.endswith(",B1,Ofsted,,'@SUM(A1),,,,")
