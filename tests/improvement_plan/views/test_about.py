"""What a plan is, for its readers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import BoardSeat, Plan, PlanVersion, PostName, RatingMeaning
from improvement_plan.progress import Rating
from scorecard.models import Document
from tests.factories import PostFactory
from tests.plan_factories import PlanFactory

pytestmark = pytest.mark.django_db

PAGE = "/plans/a-plan/about/"


@pytest.fixture
def plan() -> Plan:
    paper = Document.objects.create(
        code="003", title="Agenda and papers", publisher="The council", date=date(2015, 4, 7)
    )
    one: Plan = PlanFactory(
        slug="a-plan",
        title="A plan for children",
        short_title="A plan",
        vision="All are safe.",
        summary="How we do it.",
        document=paper,
        locator="Appendix 1",
        source_note="No day is printed.",
    )
    PlanVersion.objects.create(plan=one, label="March 2015", changes="New", source_note="In red.")
    for of in ("measure", "action"):
        RatingMeaning.objects.create(
            plan=one, of=of, rating=Rating.RED, meaning=f"{of} missed", action_required="Respond"
        )
    BoardSeat.objects.create(plan=one, post="Leader", organisation="The council")
    PostName.objects.create(plan=one, post=PostFactory(title="Chief Executive"), ref="CEO")
    return one


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_who_may_not_see_it(client: Client, plan: Plan, as_member: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    assert as_member.post(PAGE).status_code == 405
    assert as_member.get("/plans/none/about/").status_code == 404


def test_a_member_reads_what_the_plan_is_and_where_it_comes_from(
    plan: Plan, as_member: Client
) -> None:
    page = words(as_member.get(PAGE))
    assert "<title>About the plan: A plan –" in page
    for said in (
        "All are safe.",
        "How we do it.",
        "Agenda and papers, The council, 7 April 2015",
        "Appendix 1",
        "31 March 2015",
        "What the ratings of success measures mean",
        "measure missed",
        "What the ratings of actions mean",
        "action missed",
        "Respond",
        "March 2015",
        "Leader, The council",
        "Chief Executive",
        "CEO",
    ):
        assert said in page, said


def test_doubts_stand_beside_what_they_are_of(plan: Plan, as_member: Client) -> None:
    page = words(as_member.get(PAGE))
    assert '<span class="note">No day is printed.</span>' in page
    assert '<span class="note">In red.</span>' in page


def test_each_is_offered_the_files_that_they_may_have(
    plan: Plan, as_member: Client, as_officer: Client, as_administrator: Client
) -> None:
    workbook, settings = "/plans/a-plan.xlsx", f"/admin/improvement_plan/plan/{plan.pk}/change/"
    for client, sees_all, administers in (
        (as_member, False, False),
        (as_officer, True, False),
        (as_administrator, True, True),
    ):
        page = words(client.get(PAGE))
        assert "/plans/a-plan/actions.csv" in page
        assert (workbook in page, settings in page) == (sees_all, administers)


def test_a_plan_with_nothing_more_to_say_says_no_more(as_member: Client) -> None:
    PlanFactory(slug="a-plan", read_at=None)
    page = words(as_member.get(PAGE))
    assert "No document is named" in page
    for said in ("Vision", "Versions", "The board", "Posts", "ratings of", "A record of the past"):
        assert said not in page, said


def test_its_queries_do_not_grow(plan: Plan, as_member: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_member.get(PAGE)
        return len(queries)

    few = asked()
    for n in range(5):
        PlanVersion.objects.create(plan=plan, label=str(n))
        BoardSeat.objects.create(plan=plan, post=str(n))
        PostName.objects.create(plan=plan, post=PostFactory())
    assert asked() == few
