"""The page of a plan's costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import CostKind, Plan
from tests.plan_factories import ActionFactory, CostFactory, DivisionFactory, PlanFactory

pytestmark = pytest.mark.django_db


def address(plan: Plan) -> str:
    return f"/plans/{plan.slug}/costs/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def plan() -> Plan:
    """Costs in two divisions, years and kinds; one that is no money and one that is none."""
    found: Plan = PlanFactory(division_word="Priority")
    first, second = (DivisionFactory(plan=found, key=key) for key in ("1", "2"))
    action = ActionFactory(division=first, text="Build a house")
    CostFactory(action=action, amount=40_000)
    CostFactory(
        action=action,
        year="2015/16",
        printed="Innovation bid",
        amount=None,
        source_note="Where the money comes from.",
    )
    CostFactory(action=action, kind=CostKind.ONGOING, printed="N/A", amount=None)
    CostFactory(action=ActionFactory(division=second), kind=CostKind.ONGOING, amount=2_500)
    return found


def test_the_finding_comes_first_and_says_what_is_not_in_it(plan: Plan, as_member: Client) -> None:
    page = text(as_member.get(address(plan)))
    assert (
        "One-off £40,000 and 1 not read; ongoing 2014/15 £2,500: what can be read as money. 1 cell "
        "cannot, and is in no sum."
    ) in page
    assert "£42,500" not in page
    assert "1 cell says N/A: that is taken as no cost" in page


def test_sums_stand_by_division_year_and_kind(plan: Plan, as_member: Client) -> None:
    page = text(as_member.get(address(plan)))
    for shown in (
        "2014/15 one-off",
        "2014/15 ongoing",
        "2015/16 one-off",
        "£40,000 and 1 not read",
        "Priority 1",
        '<dt>One-off</dt><dd class="figure">£40,000 and 1 not read</dd>',
        '<dt>Ongoing 2014/15</dt><dd class="figure">£2,500</dd>',
    ):
        assert shown in page


def test_what_is_no_money_is_listed_with_why(plan: Plan, as_member: Client) -> None:
    page = text(as_member.get(address(plan)))
    for shown in (
        "Not read as money (1)",
        "Build a house",
        "Innovation bid",
        "“Innovation bid” is not an amount.",
        "Where the money comes from.",
    ):
        assert shown in page


def test_a_plan_without_costs_says_so(as_member: Client) -> None:
    assert "No cost is printed in this plan." in text(as_member.get(address(PlanFactory())))


def test_who_is_signed_out_is_asked_to_sign_in(plan: Plan, client: Client) -> None:
    assert client.get(address(plan))["Location"] == f"/accounts/login/?next={address(plan)}"


def test_it_can_only_be_read(plan: Plan, as_manager: Client) -> None:
    assert as_manager.post(address(plan)).status_code == 405


def test_there_is_no_page_of_a_plan_that_is_not_there(as_member: Client) -> None:
    assert as_member.get("/plans/nothing/costs/").status_code == 404


def test_its_queries_do_not_grow_with_its_cells(plan: Plan, as_member: Client) -> None:
    as_member.get(address(plan))
    with CaptureQueriesContext(connection) as few:
        as_member.get(address(plan))
    for _ in range(20):
        CostFactory(action__division=DivisionFactory(plan=plan), amount=None, printed="Later")
    with CaptureQueriesContext(connection) as many:
        as_member.get(address(plan))
    assert len(many) == len(few)
