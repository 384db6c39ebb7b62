"""The page of every plan, and of one at a glance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import Plan
from improvement_plan.progress import Rating
from tests.factories import PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    DivisionFactory,
    PlanFactory,
    SuccessMeasureFactory,
)

ADDRESS = "/plans/a-plan/"


@pytest.fixture
def a_plan(db: Any) -> Plan:
    plan: Plan = PlanFactory(slug="a-plan", short_title="Our plan")
    division = DivisionFactory(plan=plan, key="1", title="Leading")
    ActionFactory(
        division=division,
        key="1.1",
        text="Write it down",
        rating=Rating.RED,
        due_date=date(2015, 3, 1),
        due_text="01/03/15",
    )
    ActionFactory(division=division, key="1.2", text="Read it out", rating=Rating.GREEN)
    return plan


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_every_plan_is_listed_with_what_it_comes_to(a_plan: Plan, as_member: Client) -> None:
    page = text(as_member.get("/plans/"))

    assert "Our plan" in page
    assert "Read as at 31 March 2015" in page
    assert 'data-label="Overdue">1<' in page


def test_without_a_plan_the_page_says_so(db: Any, as_member: Client) -> None:
    assert "No plan is loaded yet." in text(as_member.get("/plans/"))


def test_an_administrator_finds_the_way_in_even_where_there_is_no_plan(
    db: Any, as_administrator: Client, as_member: Client
) -> None:
    assert 'href="/plans/import/"' in text(as_administrator.get("/plans/"))
    assert 'href="/plans/import/"' not in text(as_member.get("/plans/"))


def test_a_plan_says_first_what_it_comes_to(a_plan: Plan, as_member: Client) -> None:
    page = text(as_member.get(ADDRESS))

    assert '<h1 class="govuk-heading-l">Of 2 actions, 1 overdue, 1 red and 1 completed at' in page
    assert "Since the plan as printed</h2>" in page
    assert "1 action is overdue at 31 March 2015" in page


def test_the_filters_narrow_the_list_down_and_what_stands_above_it_is_of_the_whole(
    a_plan: Plan, as_member: Client
) -> None:
    page = text(as_member.get(f"{ADDRESS}?rating=green"))

    assert "Of 2 actions, 1 overdue, 1 red and 1 completed" in page
    assert "Read it out" in page
    assert "Write it down" not in page
    assert "Only rated green: 1 action." in page
    assert "actions.xlsx?rating=green" in page


def test_ratings_that_their_own_date_contradicts_are_counted_where_people_look_first(
    a_plan: Plan, as_member: Client
) -> None:
    a_plan.actions.filter(key="1.1").update(rating=Rating.AMBER)

    page = text(as_member.get(ADDRESS))

    assert ">1 rating</a> is contradicted by the figure or the date beside it" in page
    assert "A record of the past, read as at 31 March 2015" in page


def test_an_unknown_filter_is_refused_in_words(a_plan: Plan, as_member: Client) -> None:
    page = text(as_member.get(f"{ADDRESS}?rating=blue"))

    assert "There is a problem" in page
    assert "No action fits" in page


def test_a_plan_read_today_is_read_today(
    a_plan: Plan, as_member: Client, time_machine: Any
) -> None:
    time_machine.move_to("2015-02-15 12:00:00+00:00", tick=False)
    Plan.objects.update(read_at=None)

    assert "Read as at 15 February 2015" in text(as_member.get(ADDRESS))
    assert "none of them overdue" not in text(as_member.get(ADDRESS))
    assert "overdue at 15 February 2015" in text(as_member.get(ADDRESS))


def test_a_plan_that_is_not_there_is_not_found(db: Any, as_member: Client) -> None:
    assert as_member.get("/plans/nothing/").status_code == 404


@pytest.mark.parametrize("address", ["/plans/", ADDRESS])
def test_nobody_reads_a_plan_without_signing_in(a_plan: Plan, address: str) -> None:
    client = Client()

    assert client.get(address).status_code == 302
    assert "/accounts/login/" in client.get(address)["Location"]


@pytest.mark.parametrize("address", ["/plans/", ADDRESS])
def test_a_plan_is_only_read(a_plan: Plan, as_member: Client, address: str) -> None:
    assert as_member.post(address).status_code == 405


def test_a_page_costs_the_same_queries_however_many_actions_there_are(
    a_plan: Plan, as_member: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_member.get(ADDRESS).status_code == 200
        return len(captured)

    division = a_plan.divisions.get()
    CostFactory(action=division.actions.first())
    SuccessMeasureFactory(division=division)
    few = queries()
    owners = PostFactory.create_batch(3)
    for action in ActionFactory.create_batch(30, division=division, owned_by=owners):
        CostFactory(action=action)
    SuccessMeasureFactory.create_batch(10, division=division)
    ActionFactory.create_batch(5, division=DivisionFactory(plan=a_plan))

    assert queries() == few
