"""Risks, as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from improvement_plan.progress import Rating
from tests.factories import PostFactory
from tests.plan_factories import PlanFactory, RiskFactory, RiskRatingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("plan")
def test_a_risk_is_told_with_why_it_goes_up_to_the_board(as_member: Client, rows: Any) -> None:
    first = rows(as_member, "risks", plan="improvement-plan")[0]
    assert first == {
        "plan": "improvement-plan",
        "ref": "394",
        "if": "we are unable to attract and retain experienced and qualified staff",
        "then": "we will be unable to meet the improvement plan targets and improve children's "
        "safeguarding in Bucks",
        "mitigation": "Overseas recruitment, revised terms and conditions, R&R Strategy",
        "owner": "Strategic Director Resources and Business Transformation",
        "rag": "red",
        "rated_on": "2015-02-28",
        "movement": "first",
        "escalated": ["It is red."],
        "closed_on": None,
    }


def test_a_risk_that_was_never_rated_says_so(as_member: Client, rows: Any) -> None:
    RiskFactory(owner=None)
    (row,) = rows(as_member, "risks")
    assert (row["rag"], row["rated_on"], row["movement"]) == ("none", None, None)
    assert (row["owner"], row["escalated"]) == (None, ["It has never been rated."])


def test_a_risk_is_told_as_it_stood_on_the_plans_day(as_member: Client, rows: Any) -> None:
    risk = RiskFactory(plan__read_at=date(2015, 3, 31))
    RiskRatingFactory(risk=risk, on=date(2015, 2, 28), rating=Rating.GREEN)
    RiskRatingFactory(risk=risk, on=date(2015, 3, 31), rating=Rating.AMBER)
    RiskRatingFactory(risk=risk, on=date(2015, 4, 30), rating=Rating.RED)
    (row,) = rows(as_member, "risks")
    assert (row["rag"], row["rated_on"], row["movement"]) == ("amber", "2015-03-31", "worse")
    assert row["escalated"] == ["It has become worse than when it was rated before."]


def test_why_a_risk_was_rated_so_is_not_told(as_member: Client, rows: Any) -> None:
    RiskRatingFactory(reason="Said in confidence.")
    assert "Said in confidence." not in str(rows(as_member, "risks"))


def test_risks_are_found_by_owner_and_by_whether_they_are_closed_on_the_plans_day(
    as_member: Client, rows: Any
) -> None:
    plan, owner = PlanFactory(), PostFactory(title="Head of Quality")
    for ref, closed_on in (("open", None), ("later", date(2015, 4, 1)), ("shut", plan.read_at)):
        RiskFactory(plan=plan, ref=ref, closed_on=closed_on)
    RiskFactory(plan=plan, ref="owned", owner=owner)

    def found(**query: str) -> list[str]:
        return [row["ref"] for row in rows(as_member, "risks", **query)]

    assert found(owner="Head of Quality") == ["owned"]
    assert found(closed="true") == ["shut"]
    assert found(closed="false") == ["open", "later", "owned"]
    assert rows(as_member, "risks", closed="true")[0]["escalated"] == []


def test_csv_is_safe_in_a_spreadsheet(as_member: Client) -> None:
    RiskFactory(ref="1", if_text="=1+1", owner=None)
    text = as_member.get("/api/v1/risks/", {"format": "csv"}).content.decode()
    heading, line = text.splitlines()
    assert heading == (
        "plan,ref,if,then,mitigation,owner,rag,rated_on,movement,escalated,closed_on"
    )
    assert line.endswith(",1,'=1+1,targets are missed,,,none,,,It has never been rated.,")
