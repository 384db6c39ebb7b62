"""A plan and its actions as files."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from improvement_plan.models import Action, Answer, Basis, Plan
from improvement_plan.plan_files import from_workbook
from improvement_plan.progress import Rating
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    PlanFactory,
    RecommendationFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

WORKBOOK = "/plans/a-plan.xlsx"
ACTIONS = "/plans/a-plan/actions."


@pytest.fixture
def plan() -> Plan:
    one: Plan = PlanFactory(slug="a-plan", title="A plan for children")
    ActionFactory(
        division__plan=one,
        division__key="1",
        division__title="Improving",
        key="1.1",
        text="=Do it",
        owners_text="CEO",
        owned_by=[PostFactory(title="Chief Executive")],
        due_text="Sept 14",
        due_date=date(2014, 9, 30),
    )
    ActionFactory(
        division=one.divisions.get(), key="1.2", rating=Rating.NONE, due_text="", due_date=None
    )
    return one


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


# ---- who may


@pytest.mark.parametrize("page", [WORKBOOK, ACTIONS + "csv", ACTIONS + "xlsx"])
def test_nobody_has_it_who_is_not_signed_in(page: str, client: Client, plan: Plan) -> None:
    assert client.get(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", [WORKBOOK, ACTIONS + "csv"])
def test_files_are_only_fetched(page: str, as_officer: Client, plan: Plan) -> None:
    assert as_officer.post(page).status_code == 405


@pytest.mark.parametrize(
    "page",
    ["/plans/none.xlsx", "/plans/none/actions.csv", ACTIONS + "pdf", ACTIONS + "csv?rating=x"],
)
def test_what_is_not_there_is_not_found(page: str, as_officer: Client, plan: Plan) -> None:
    assert as_officer.get(page).status_code == 404


def test_a_member_has_the_actions_but_not_the_workbook(as_member: Client, plan: Plan) -> None:
    assert as_member.get(WORKBOOK).status_code == 403
    assert as_member.get(ACTIONS + "csv").status_code == 200


# ---- the whole plan


def test_the_workbook_holds_the_plan_as_an_import_takes_it(as_officer: Client, plan: Plan) -> None:
    response = as_officer.get(WORKBOOK)
    assert response["Content-Disposition"] == 'attachment; filename="a-plan.xlsx"'
    found = from_workbook(response.content)
    assert found.slug == "a-plan"
    assert [row["text"] for row in found["actions"]] == ["=Do it", "Do 1.2"]


def test_what_waits_for_the_manager_is_not_in_it(as_officer: Client, plan: Plan) -> None:
    UpdateFactory(action=Action.objects.get(key="1.1"), status=Status.SUBMITTED)
    assert from_workbook(as_officer.get(WORKBOOK).content)["updates"] == []


# ---- the actions


def test_the_actions_come_as_people_see_them(as_member: Client, plan: Plan) -> None:
    rows = table(as_member.get(ACTIONS + "csv"))
    assert rows[0] == ["Buckinghamshire: A plan for children, actions"]
    assert rows[1:4] == [
        ["Plan", "A plan for children"],
        ["Read as at", "31 March 2015"],
        ["Filter", "All actions"],
    ]
    assert rows[4][0] == "Produced"
    assert rows[6][:5] == ["Key", "Reference", "Workstream", "Objective", "Action"]
    assert rows[6][-2:] == ["Recommendations answered", "Costs as printed"]
    assert rows[7] == [
        "1.1",
        "1.1",
        "1 Improving",
        "",
        "'=Do it",
        "CEO",
        "Chief Executive",
        "Sept 14",
        "30 September 2014",
        "2014-09-30",
        "Amber",
        "Overdue; Rated amber though its date has passed",
        "",
        "",
        "",
    ]
    assert rows[8][8:12] == ["No date", "", "Not rated", "No date that can be read"]


def test_an_action_says_what_it_answers_and_what_it_costs(as_member: Client, plan: Plan) -> None:
    action = Action.objects.get(key="1.1")
    for ref in ("RQ2", "A1"):
        one = RecommendationFactory(plan=plan, ref=ref)
        Answer.objects.create(recommendation=one, action=action, basis=Basis.PRINTED)
    CostFactory(action=action, printed="£40k")
    rows = table(as_member.get(ACTIONS + "csv"))
    assert rows[7][-2:] == ["A1; RQ2", "2014/15 one-off: £40k"]


def test_a_file_holds_what_its_page_shows(as_member: Client, plan: Plan) -> None:
    rows = table(as_member.get(ACTIONS + "csv?rating=amber&dates=overdue"))
    assert [row[0] for row in rows[7:]] == ["1.1"]
    assert rows[3] == ["Filter", "Only rated amber; overdue"]


def test_a_workbook_of_actions_has_the_same_rows_and_no_formula(
    as_member: Client, plan: Plan
) -> None:
    Action.objects.filter(key="1.2").update(text="Odd\x0b\x07text")
    response = as_member.get(ACTIONS + "xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="a-plan-actions.xlsx"'
    page = load_workbook(io.BytesIO(response.content)).active
    texts = [page.cell(row, 5).value for row in range(1, page.max_row + 1)]
    assert texts[-2:] == ["'=Do it", "Odd\ntext"]


def test_their_queries_do_not_grow(as_officer: Client, plan: Plan) -> None:
    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as found:
            as_officer.get(page)
        return len(found)

    few = [asked(page) for page in (WORKBOOK, ACTIONS + "csv")]
    for _ in range(10):
        ActionFactory(division=plan.divisions.get(), owned_by=[PostFactory()])
    assert [asked(page) for page in (WORKBOOK, ACTIONS + "csv")] == few
