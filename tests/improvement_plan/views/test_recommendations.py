"""The pages of what was recommended, of what answers it, and of where the thread breaks."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.roles import PERMISSIONS, Role
from improvement_plan.models import Action, Answer, Basis, Mapping, Plan, Recommendation
from improvement_plan.progress import Rating
from improvement_plan.threads import gaps_of, thread_of
from tests.factories import MeasureFactory, UserFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    SuccessMeasureFactory,
)

LISTED, ONE, GAPS = (
    "/plans/a-plan/recommendations/",
    "/plans/a-plan/recommendations/A1/",
    "/plans/a-plan/gaps/",
)
PAGES = (LISTED, ONE, GAPS)


@pytest.fixture
def one(db: Any) -> Recommendation:
    """Mapped to Workstream 2, and answered by an action there whose objective has a success
    measure."""
    plan = PlanFactory(slug="a-plan", short_title="Our plan")
    division = DivisionFactory(plan=plan, key="2", title="Practice")
    objective = ObjectiveFactory(division=division, key="2.2", title="Children are seen")
    action = ActionFactory(
        division=division, objective=objective, key="2.2.9", text="See every child"
    )
    SuccessMeasureFactory(
        division=division, objective=objective, key="M1", name="% of children seen"
    )
    found: Recommendation = RecommendationFactory(
        plan=plan,
        ref="A1",
        group="Priority",
        text="Ensure that children are seen",
        story="Visits were rare.",
        good="Children know their social worker.",
        source_note="The cell is torn.",
    )
    Mapping.objects.create(
        recommendation=found, division=division, printed_in="Table 3", source_note="In small print."
    )
    Answer.objects.create(
        recommendation=found, action=action, basis=Basis.WORDS, source_note="Save one comma."
    )
    return found


@pytest.fixture
def unanswered(one: Recommendation) -> Recommendation:
    found: Recommendation = RecommendationFactory(
        plan=one.plan, ref="B2", group="Further", text="Have enough staff"
    )
    Mapping.objects.create(recommendation=found, division=one.plan.divisions.get())
    return found


def words(response: Any) -> str:
    """What a page says on the screen between its header and its footer, without its markup."""
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    shown = re.sub(r'<p class="print-only">.*?</p>', "", f"<{main}", flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


# ---- who, and how --------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_it_is_read_by_who_may_see_what_is_published(
    page: str,
    one: Recommendation,
    client: Client,
    as_member: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert as_member.get(page).status_code == 200
    assert as_member.post(page).status_code == 405
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    monkeypatch.setitem(PERMISSIONS, Role.MEMBER, frozenset())
    assert as_member.get(page).status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "/plans/nothing/recommendations/",
        "/plans/nothing/gaps/",
        "/plans/a-plan/recommendations/Z9/",
        "/plans/another/recommendations/A1/",
    ],
)
def test_what_is_not_there_has_no_page(page: str, one: Recommendation, as_member: Client) -> None:
    PlanFactory(slug="another")
    assert as_member.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_long_plan_takes_as_many_queries_as_a_short_one(
    page: str, one: Recommendation, as_member: Client
) -> None:
    counts = []
    for size in (2, 6):
        for _ in range(size):
            division = DivisionFactory(plan=one.plan)
            place = {"division": division, "objective": ObjectiveFactory(division=division)}
            bare = ObjectiveFactory(division=division)
            Mapping.objects.create(recommendation=one, division=division)
            action = ActionFactory(**place)
            Answer.objects.create(recommendation=one, action=action, basis=Basis.PRINTED)
            SuccessMeasureFactory(**place, measure=MeasureFactory())
            SuccessMeasureFactory(division=division, objective=bare)
            ActionFactory(division=division, objective=ObjectiveFactory(division=division))
            missed = RecommendationFactory(plan=one.plan)
            Mapping.objects.create(recommendation=missed, division=division)
        with CaptureQueriesContext(connection) as queries:
            as_member.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- every recommendation ------------------------------------------------------------


def test_they_are_listed_by_group_with_what_answers_them(
    unanswered: Recommendation, as_member: Client
) -> None:
    RecommendationFactory(plan=unanswered.plan, ref="A3", group="Priority", text="")
    page = words(as_member.get(LISTED))
    assert "1 of 3 recommendations is answered." in page
    assert "Ofsted: Priority : 1 of 2 recommendations is answered" in page
    assert "Ofsted: Further : its one recommendation is not answered" in page
    table = page.split("the worst rating", 1)[1]
    assert "A1 Ensure that children are seen 2 1 open Amber A3 No text of it is printed. None" in (
        table
    )
    assert "B2 Have enough staff 2 None" in table


def test_an_overdue_answer_is_said_first(one: Recommendation, as_member: Client) -> None:
    Action.objects.update(due_date=date(2015, 3, 1), rating=Rating.RED)
    page = words(as_member.get(LISTED))
    assert "answered, in 1 case by an action that is overdue." in page
    assert "1 overdue Red" in page


def test_a_plan_without_any_says_so(db: Any, as_member: Client) -> None:
    PlanFactory(slug="a-plan")
    assert words(as_member.get(LISTED)).endswith("This plan answers no recommendations.")


# ---- one of them ---------------------------------------------------------------------


def test_one_is_followed_to_what_would_show_it(one: Recommendation, as_member: Client) -> None:
    response = as_member.get(ONE)
    page = words(response)
    for said in (
        "Ofsted, Priority Recommendation A1 Ensure that children are seen 1 action answers it: 1",
        "The story behind it Visits were rare.",
        "What good looks like Children know their social worker.",
        "Workstream 2 : Practice Printed in: Table 3. In small print.",
        "2.2.9 See every child 2.2 Children are seen 30 April 2015 Due in 30 days Amber",
        "The action takes up its subject in its own words (our reading) Save one comma.",
        "% of children seen 95% 78% as printed Red as printed",
        "About the printed text. The cell is torn.",
    ):
        assert said in page
    for address in ("divisions/2/", "objectives/2.2/", "actions/2.2.9/", "measures/M1/"):
        assert f'href="/plans/a-plan/{address}"' in response.content.decode()


def test_where_no_action_answers_it_the_divisions_measures_stand_in_and_that_is_said(
    unanswered: Recommendation, as_member: Client
) -> None:
    page = words(as_member.get(unanswered.get_absolute_url()))
    assert "Have enough staff No action names it or takes up its subject." in page
    assert "This does not mean that nothing is done" in page
    assert (
        "No action leads to a success measure, so these are all that its workstream has: its one "
        "success measure is red."
    ) in page
    assert "Success measures of Workstream 2" in page
    assert "% of children seen" in page


def test_where_nothing_would_show_it_it_says_so(one: Recommendation, as_member: Client) -> None:
    one.plan.success_measures.all().delete()
    page = words(as_member.get(ONE))
    assert "The objectives that these actions serve have no success measure." in page
    Answer.objects.all().delete()
    Mapping.objects.all().delete()
    Recommendation.objects.update(text="")
    page = words(as_member.get(ONE))
    assert "No text of it is printed." in page
    assert "The plan maps it to no workstream." in page
    assert "neither an action nor a workstream leads from it to a success measure." in page


# ---- gaps ----------------------------------------------------------------------------


def test_gaps_are_counted_first_and_then_listed(
    unanswered: Recommendation, as_member: Client
) -> None:
    division = unanswered.plan.divisions.get()
    idle = ObjectiveFactory(division=division, key="2.3", title="Nobody is lost")
    SuccessMeasureFactory(division=division, objective=idle, name="Children lost")
    SuccessMeasureFactory(division=division, name="Children found")
    unshown = ObjectiveFactory(division=division, key="2.4", title="Plans are kept")
    ActionFactory(division=division, objective=unshown, key="2.4.1")
    ActionFactory(division=division, key="2.9.9")
    page = words(as_member.get(GAPS))
    assert (
        "1 recommendation with no action 1 objective with no action 2 actions that serve no "
        "success measure 2 success measures with no action"
    ) in page
    assert (
        "The plan maps them to a workstream; no action names them or takes up their subject" in page
    )
    assert "B2 Have enough staff Workstream 2" in page
    assert "2.3 Nobody is lost Workstream 2" in page
    assert "2.4 Plans are kept has none: 1 action 2.4.1" in page
    assert "Workstream 2 : named with no objective: 1 action 2.9.9" in page
    assert "2.3 Nobody is lost has no action: 1 success measure Children lost" in page
    assert "Workstream 2 : named with no objective: 1 success measure Children found" in page


def test_a_plan_that_holds_together_has_none(one: Recommendation, as_member: Client) -> None:
    page = words(as_member.get(GAPS))
    assert "0 recommendations with no action 0 objectives with no action" in page
    assert page.count("None.") == 4


def test_the_gaps_of_the_real_plan(plan: Plan, as_member: Client) -> None:
    page = words(as_member.get("/plans/improvement-plan/gaps/"))
    assert "5 objectives with no action" in page
    assert "10 success measures with no action" in page
    assert "whose actions stand in a plan elsewhere" in page
    assert "has no action: 2 success measures % of contacts with NFA as the outcome" in page


def test_the_list_says_who_answers_for_each(as_member: Client) -> None:
    division = DivisionFactory(sponsor="Director", lead="Head of Service")
    one = RecommendationFactory(plan=division.plan)
    Mapping.objects.create(recommendation=one, division=division)
    action = ActionFactory(division=division, owners_text="Team Manager")
    Answer.objects.create(recommendation=one, action=action, basis=Basis.WORDS)
    for address in (f"{division.plan.get_absolute_url()}recommendations/", one.get_absolute_url()):
        page = words(as_member.get(address))
        for name in ("Director", "Head of Service", "Team Manager"):
            assert name in page


def test_the_improvement_plans_recommendations_that_nothing_answers(
    plan: Plan, as_member: Client
) -> None:
    gaps = gaps_of(thread_of([plan], UserFactory(role="member")))
    assert [row.recommendation.ref for row in gaps.recommendations] == [
        *("C01", "C04", "C05", "C06", "D01", "D04"),
    ]
    page = words(as_member.get("/plans/improvement-plan/recommendations/RQ2/"))
    assert "Workstream 7 was made to answer it." in page
    assert "The plan says that it was made to answer this recommendation." in page
