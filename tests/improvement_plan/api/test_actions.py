"""Actions, as the API tells them."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client

from improvement_plan.models import Action, Basis
from improvement_plan.progress import Rating
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actions() -> list[Action]:
    """Four actions of a plan read on 31 March 2015: late, on the day, done, and without a date."""
    plan = PlanFactory()
    objective = ObjectiveFactory(division=DivisionFactory(plan=plan, key="1"), key="1.1")
    head = PostFactory(title="Head of Quality")
    place = {"plan": plan, "division": objective.division}
    late = ActionFactory(
        **place, objective=objective, key="late", rating=Rating.RED, due_date=date(2015, 3, 30),
        owned_by=[head, PostFactory(title="Chief Executive")],
    )  # fmt: skip
    today = ActionFactory(**place, key="today", due_date=date(2015, 3, 31), owned_by=[head])
    done = ActionFactory(**place, key="done", rating=Rating.GREEN, due_date=date(2015, 1, 31))
    other = DivisionFactory(plan=plan, key="2")
    undated = ActionFactory(
        plan=plan, division=other, key="undated", rating=Rating.NONE, due_date=None, due_text="Soon"
    )
    return [late, today, done, undated]


def keys(rows: Any, client: Client, **query: str) -> list[str]:
    return [row["key"] for row in rows(client, "actions", **query)]


@pytest.mark.usefixtures("plan")
def test_an_action_is_told_as_printed_and_as_it_stands(as_member: Client, rows: Any) -> None:
    (row,) = rows(as_member, "actions", objective="1.1", due_to="2014-10-31")
    assert row == {
        "plan": "improvement-plan",
        "key": "1.1.1",
        "ref": "1.1.1",
        "division": "1",
        "objective": "1.1",
        "text": "Review Children's Services budgets following recommendations from the Member Led "
        "Task & Finish Group",
        "due_text": "Sept 14",
        "due_date": "2014-09-30",
        "ongoing": False,
        "owners": ["Chief Executive"],
        "owners_text": "CEO",
        "rag": "green",
        "printed_rag": "green",
        "completed_on": None,
        "overdue": False,
        "flags": [],
    }


def test_a_printed_date_that_is_none_is_null(as_member: Client, rows: Any) -> None:
    ActionFactory(due_text="Quarterly Ongoing", due_date=None, ongoing=True, rating=Rating.GREEN)
    (row,) = rows(as_member, "actions")
    assert (row["due_text"], row["due_date"]) == ("Quarterly Ongoing", None)
    assert (row["ongoing"], row["flags"]) == (True, ["green-ongoing"])


def test_what_is_not_printed_is_empty(as_member: Client, rows: Any) -> None:
    ActionFactory(printed_rag="", rating=Rating.NONE, due_text="", due_date=None)
    (row,) = rows(as_member, "actions")
    assert (row["objective"], row["owners"], row["owners_text"]) == (None, [], "")
    assert (row["rag"], row["printed_rag"], row["flags"]) == ("none", "none", ["no-date"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"division": "2"}, ["undated"]),
        ({"objective": "1.1"}, ["late"]),
        ({"owner": "Head of Quality"}, ["late", "today"]),
        ({"owner": "Chief Executive"}, ["late"]),
        ({"rag": "red"}, ["late"]),
        ({"rag": "none"}, ["undated"]),
        ({"overdue": "true"}, ["late"]),
        ({"overdue": "false"}, ["today", "done", "undated"]),
        ({"due_from": "2015-03-30"}, ["late", "today"]),
        ({"due_to": "2015-03-30"}, ["late", "done"]),
        ({"due_from": "2015-03-01", "due_to": "2015-03-30"}, ["late"]),
        ({"owner": "Head of Quality", "overdue": "false"}, ["today"]),
    ],
)
@pytest.mark.usefixtures("actions")
def test_actions_are_found_by_what_they_are(
    as_member: Client, rows: Any, query: dict[str, str], found: list[str]
) -> None:
    assert keys(rows, as_member, **query) == found


def test_actions_are_found_by_the_recommendation_that_they_answer(
    as_member: Client, rows: Any, actions: list[Action]
) -> None:
    recommendation = RecommendationFactory(plan=actions[0].plan, ref="B1")
    RecommendationFactory(plan=actions[0].plan, ref="B2")
    for action in actions[:2]:
        recommendation.answers.create(action=action, basis=Basis.PRINTED)
    assert keys(rows, as_member, recommendation="B1") == ["late", "today"]
    assert keys(rows, as_member, recommendation="B2") == []


def test_each_action_is_overdue_on_its_own_plans_day(as_member: Client, rows: Any) -> None:
    then, now = PlanFactory(read_at=date(2015, 3, 31)), PlanFactory(read_at=None)
    for plan in (then, now):
        ActionFactory(division__plan=plan, due_date=date(2015, 4, 30))
    found = rows(as_member, "actions", overdue="true")
    assert [(row["plan"], row["flags"]) for row in found] == [
        (now.slug, ["overdue", "amber-past-date"])
    ]
    assert [row["plan"] for row in rows(as_member, "actions", overdue="false")] == [then.slug]
    assert [row["overdue"] for row in rows(as_member, "actions")] == [False, True]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
def test_nobody_is_told_a_report_in_progress(
    as_member: Client, as_officer: Client, rows: Any, status: Status
) -> None:
    UpdateFactory(
        status=status, rating=Rating.RED, progress="Unheard of", completed_on=date(2015, 3, 1)
    )
    for client in (as_member, as_officer):
        (row,) = rows(client, "actions")
        assert (row["rag"], row["completed_on"]) == ("amber", None)
        assert "Unheard of" not in str(row)


def test_csv_is_safe_in_a_spreadsheet_and_parts_owners_by_semicolons(as_member: Client) -> None:
    owners = [PostFactory(title="Head of Quality"), PostFactory(title="Chief Executive")]
    ActionFactory(text="=HYPERLINK()", due_date=date(2015, 1, 31), owned_by=owners)
    answer = as_member.get("/api/v1/actions/", {"format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="actions.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert row["text"] == "'=HYPERLINK()"
    assert row["owners"] == "Chief Executive; Head of Quality"
    assert (row["overdue"], row["flags"]) == ("true", "overdue amber-past-date")
