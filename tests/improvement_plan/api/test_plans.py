"""Plans, as the API tells them; and what is true of every list of a plan's parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvement_plan.models import Basis, Plan
from improvement_plan.progress import Rating
from tests.factories import OutturnFactory, PostFactory, PublicationFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    RiskFactory,
    RiskRatingFactory,
    SuccessMeasureFactory,
)

pytestmark = pytest.mark.django_db

PARTS = ("actions", "success-measures", "recommendations", "risks")
MAKE: dict[str, Callable[..., Any]] = {
    "actions": ActionFactory,
    "success-measures": SuccessMeasureFactory,
    "recommendations": RecommendationFactory,
    "risks": RiskFactory,
}
NAME = {"actions": "key", "success-measures": "key", "recommendations": "ref", "risks": "ref"}


@pytest.mark.usefixtures("plan")
def test_a_plan_tells_its_day_its_divisions_and_how_its_actions_stand(
    as_member: Client, rows: Any
) -> None:
    improvement, *others = rows(as_member, "plans")
    assert [plan["slug"] for plan in others] == [
        "looked-after-children-strategy",
        "send-strategy",
        "service-plan",
        "sufficiency-strategy",
    ]
    divisions = improvement.pop("divisions")
    assert improvement == {
        "slug": "improvement-plan",
        "title": "Buckinghamshire Children and Young People’s Services Improvement Plan",
        "short_title": "Improvement plan",
        "division_word": "Workstream",
        "day": "2015-03-31",
        "actions": 162,
        "actions_red": 9,
        "actions_amber": 75,
        "actions_green": 78,
        "actions_none": 0,
        "actions_overdue": 10,
    }
    assert [division["key"] for division in divisions] == list("1234567")
    assert divisions[5] == {
        "key": "6",
        "ref": "6",
        "title": "Improving Tools",
        "outcome": "We will improve outcomes for children by ensuring staff have the right tools "
        "to enable them to deliver good quality services efficiently",
        "sponsor": "Strategic Director Resources and Business Transformation",
        "lead": "Service Director Children & Families",
    }


def test_one_plan_is_told_by_its_slug(as_member: Client, rows: Any) -> None:
    ActionFactory(division__plan__slug="children-first", rating=Rating.RED)
    one = as_member.get("/api/v1/plans/children-first/").json()
    assert (one["slug"], one["actions"], one["actions_red"]) == ("children-first", 1, 1)
    assert one in rows(as_member, "plans")


def test_a_slug_that_is_not_known_is_said(as_member: Client) -> None:
    refused = as_member.get("/api/v1/plans/nothing/")
    assert (refused.status_code, refused.json()) == (
        404,
        {"detail": "There is no record with the code “nothing”."},
    )


def test_a_plan_that_is_read_today_says_so(as_member: Client, rows: Any) -> None:
    ActionFactory(division__plan__read_at=None, due_date=date(2015, 1, 1))
    (row,) = rows(as_member, "plans")
    assert row["day"] == timezone.localdate().isoformat()
    assert row["actions_overdue"] == 1


def test_a_plan_without_actions_has_none(as_member: Client, rows: Any) -> None:
    PlanFactory()
    (row,) = rows(as_member, "plans")
    assert (row["actions"], row["actions_overdue"], row["divisions"]) == (0, 0, [])


def test_in_csv_a_plans_divisions_are_their_keys(as_member: Client) -> None:
    plan = PlanFactory(short_title="=1+1")
    DivisionFactory(plan=plan, key="A")
    DivisionFactory(plan=plan, key="B")
    text = as_member.get("/api/v1/plans/", {"format": "csv"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["short_title"], row["divisions"]) == ("'=1+1", "A B")


# ---- every list of a plan's parts --------------------------------------------------


@pytest.mark.parametrize("name", PARTS)
def test_parts_come_plan_by_plan_in_their_order(as_member: Client, rows: Any, name: str) -> None:
    second, first = PlanFactory(order=2), PlanFactory(order=1)
    last = MAKE[name](plan=second, **{NAME[name]: "X"})
    MAKE[name](plan=first, **{NAME[name]: "Z"}, order=2)
    MAKE[name](plan=first, **{NAME[name]: "Y"}, order=1)
    found = rows(as_member, name)
    assert [row[NAME[name]] for row in found] == ["Y", "Z", "X"]
    assert [row["plan"] for row in found] == [first.slug, first.slug, second.slug]
    assert rows(as_member, name, plan=second.slug) == found[2:]
    assert last.plan == second


@pytest.mark.parametrize("name", PARTS)
def test_parts_come_in_pages(as_member: Client, rows: Any, name: str) -> None:
    plan = PlanFactory()
    for _ in range(5):
        MAKE[name](plan=plan)
    page = as_member.get(f"/api/v1/{name}/", {"page_size": 2, "page": 2}).json()
    assert page["count"] == 5
    assert page["results"] == rows(as_member, name)[2:4]


@pytest.mark.parametrize("name", PARTS)
def test_a_plan_that_is_not_there_is_said(as_member: Client, name: str) -> None:
    refused = as_member.get(f"/api/v1/{name}/", {"plan": "nothing"})
    assert (refused.status_code, refused.json()) == (400, {"plan": ["There is no plan “nothing”."]})


@pytest.mark.parametrize(
    ("name", "filter_", "value", "problem"),
    [
        ("actions", "division", "9", "There is no division “9”."),
        ("actions", "objective", "9.9", "There is no objective “9.9”."),
        ("actions", "owner", "Nobody", "There is no post “Nobody”."),
        ("actions", "recommendation", "B99", "There is no recommendation “B99”."),
        ("success-measures", "division", "9", "There is no division “9”."),
        ("success-measures", "objective", "9.9", "There is no objective “9.9”."),
        ("success-measures", "measure", "nothing", "There is no measure “nothing”."),
        ("recommendations", "division", "9", "There is no division “9”."),
        ("recommendations", "action", "9.9.9", "There is no action “9.9.9”."),
        ("risks", "owner", "Nobody", "There is no post “Nobody”."),
    ],
)
def test_what_is_not_there_is_not_looked_for_in_silence(
    as_member: Client, name: str, filter_: str, value: str, problem: str
) -> None:
    refused = as_member.get(f"/api/v1/{name}/", {filter_: value})
    assert (refused.status_code, refused.json()) == (400, {filter_: [problem]})


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("actions", "teem=x", "teem"),
        ("actions", "rag=blue", "rag"),
        ("actions", "rag=1", "rag"),
        ("actions", "overdue=yes", "overdue"),
        ("actions", "due_from=31/03/2015", "due_from"),
        ("actions", "due_to=2015-02-30", "due_to"),
        ("actions", "owner=a%00b", "owner"),
        ("actions", "division=", "division"),
        ("actions", "division=" + "9" * 21, "division"),
        ("actions", "plan=a&plan=b", "plan"),
        ("risks", "closed=perhaps", "closed"),
        ("plans", "rag=red", "rag"),
    ],
)
def test_what_is_wrong_with_a_filter_is_said_by_name(
    as_member: Client, name: str, query: str, field: str
) -> None:
    refused = as_member.get(f"/api/v1/{name}/?{query}")
    assert refused.status_code == 400
    assert list(refused.json()) == [field]


def test_a_division_of_another_plan_is_not_in_this_one(as_member: Client, rows: Any) -> None:
    ours, theirs = ActionFactory(), ActionFactory()
    assert len(rows(as_member, "actions", division=theirs.division.key)) == 1
    query = {"plan": ours.plan.slug, "division": theirs.division.key}
    refused = as_member.get("/api/v1/actions/", query)
    problem = f"There is no division “{theirs.division.key}” in this plan."
    assert (refused.status_code, refused.json()) == (400, {"division": [problem]})


def grow(plan: Plan, times: int) -> None:
    """More of everything in one plan, tied to each other."""
    for _ in range(times):
        objective = ObjectiveFactory(division=DivisionFactory(plan=plan))
        place = {"plan": plan, "division": objective.division, "objective": objective}
        action = ActionFactory(**place, owned_by=[PostFactory(), PostFactory()])
        SuccessMeasureFactory(**place, measure=OutturnFactory().series.measure)
        recommendation = RecommendationFactory(plan=plan)
        recommendation.mappings.create(division=objective.division)
        recommendation.answers.create(action=action, basis=Basis.PRINTED)
        risk = RiskFactory(plan=plan)
        RiskRatingFactory(risk=risk)
        RiskRatingFactory(risk=risk, rating=Rating.RED)


def queries(rows: Any, client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert rows(client, name)
    return len(made)


@pytest.mark.parametrize("name", ["plans", *PARTS])
def test_a_list_takes_the_same_queries_however_long_it_is(
    as_member: Client, rows: Any, name: str
) -> None:
    PublicationFactory()
    plan = PlanFactory()
    grow(plan, 1)
    rows(as_member, name)
    few = queries(rows, as_member, name)
    grow(plan, 6)
    assert queries(rows, as_member, name) == few


@pytest.mark.parametrize("name", ["plans", "actions", "success-measures", "recommendations"])
def test_more_plans_take_no_more_queries(as_member: Client, rows: Any, name: str) -> None:
    PublicationFactory()
    grow(PlanFactory(), 2)
    rows(as_member, name)
    one = queries(rows, as_member, name)
    for _ in range(4):
        grow(PlanFactory(), 2)
    assert queries(rows, as_member, name) == one
