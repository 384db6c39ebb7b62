"""The pages of a plan's success measures, and of a scorecard measure in the plans."""

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
from improvement_plan.models import Action, Answer, Basis, Mapping, Plan, SuccessMeasure
from improvement_plan.progress import Rating
from scorecard.models import Document, Measure
from scorecard.services import compute_snapshots
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    SuccessMeasureFactory,
)

LISTED, ONE, DISAGREEMENTS, OF_MEASURE = (
    "/plans/a-plan/measures/",
    "/plans/a-plan/measures/M1/",
    "/plans/a-plan/disagreements/",
    "/plans/measures/unit-meetings/",
)
PAGES = (LISTED, ONE, DISAGREEMENTS, OF_MEASURE)


@pytest.fixture
def measure(db: Any) -> Measure:
    found: Measure = MeasureFactory(
        code="unit-meetings",
        short_name="Unit meetings",
        definition="Meetings held, of those that were due.",
        decimals=0,
    )
    OutturnFactory(
        series=SeriesFactory(measure=found),
        value=78,
        document=Document.objects.create(code="paper", title="A paper", date=date(2015, 4, 7)),
    )
    return found


@pytest.fixture
def one(measure: Measure) -> SuccessMeasure:
    """Printed green at 78% against 95%, of an objective with an action that answers A1."""
    plan = PlanFactory(slug="a-plan", short_title="Our plan")
    division = DivisionFactory(plan=plan, key="3", title="The workforce")
    objective = ObjectiveFactory(division=division, key="3.2", title="Learning is put into use")
    action = ActionFactory(division=division, objective=objective, key="3.2.1", text="Meet monthly")
    answered = RecommendationFactory(plan=plan, ref="A1", text="Learn together")
    Answer.objects.create(recommendation=answered, action=action, basis=Basis.PRINTED)
    mapped = RecommendationFactory(plan=plan, ref="B2", text="Have enough staff")
    Mapping.objects.create(recommendation=mapped, division=division)
    found: SuccessMeasure = SuccessMeasureFactory(
        division=division,
        objective=objective,
        key="M1",
        name="% of unit meetings completed",
        printed_rag="G",
        measure=measure,
        document=Document.objects.get(),
        locator="Section 3, row 1",
        source_note="Printed green.",
    )
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
    one: SuccessMeasure,
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
        "/plans/nothing/measures/",
        "/plans/nothing/disagreements/",
        "/plans/a-plan/measures/M9/",
        "/plans/another/measures/M1/",
        "/plans/measures/nothing/",
    ],
)
def test_what_is_not_there_has_no_page(page: str, one: SuccessMeasure, as_member: Client) -> None:
    PlanFactory(slug="another")
    assert as_member.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_long_plan_takes_as_many_queries_as_a_short_one(
    page: str, one: SuccessMeasure, as_member: Client
) -> None:
    counts = []
    for size in (2, 6):
        for _ in range(size):
            division = DivisionFactory(plan=one.plan)
            place = {"division": division, "objective": ObjectiveFactory(division=division)}
            SuccessMeasureFactory(**place, printed_rag="G", measure=MeasureFactory())
            SuccessMeasureFactory(**place, printed_rag="G", measure=one.measure)
            SuccessMeasureFactory(division__plan=PlanFactory(), measure=one.measure)
            late = ActionFactory(**place, due_date=date(2015, 3, 1))
            recommendation = RecommendationFactory(plan=one.plan)
            Answer.objects.create(recommendation=recommendation, action=late, basis=Basis.PRINTED)
            mapped = RecommendationFactory(plan=one.plan)
            Mapping.objects.create(recommendation=mapped, division=one.division)
        with CaptureQueriesContext(connection) as queries:
            as_member.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- every success measure -----------------------------------------------------------


def test_each_is_shown_as_printed_by_the_rule_and_on_the_scorecard(
    one: SuccessMeasure, as_member: Client
) -> None:
    compute_snapshots()
    page = words(as_member.get(LISTED))
    assert (
        "Success measures Its one success measure is not red as printed, red by the rule." in page
    )
    assert "1 disagrees with the rule or with another printed figure: what disagrees" in page
    assert "Workstream 3 : The workforce" in page
    assert (
        "% of unit meetings completed Disagreement 95% 78% Green Red 78% February 2015: no target"
    ) in page


def test_what_is_not_printed_or_not_rated_says_why(one: SuccessMeasure, as_member: Client) -> None:
    SuccessMeasure.objects.update(printed_rag="N/A", target_text="N/A")
    assert "78% rating N/A No target is printed" in words(as_member.get(LISTED))
    SuccessMeasure.objects.update(printed_rag="", current_text="", measure=None)
    page = words(as_member.get(LISTED))
    assert "is not rated." in page
    assert "rating" not in page.split("% of unit meetings completed")[1]
    assert "disagree" not in page


def test_another_list_of_a_section_stands_apart(one: SuccessMeasure, as_member: Client) -> None:
    SuccessMeasureFactory(
        division=one.division, name="Fewer agency staff", list_name="Section list", printed_rag=""
    )
    SuccessMeasureFactory(division__plan=one.plan, division__key="4", printed_rag="A")
    page = words(as_member.get(LISTED))
    assert page.index("Section list") > page.index("% of unit meetings completed")
    assert "Workstream 3 : its one success measure is not red" in page
    assert "Workstream 4 : its one success measure is not red" in page
    assert (
        "None of 2 success measures is red as printed, 1 by the rule; 1 of other lists is not "
        "counted." in page
    )


def test_a_plan_without_any_says_so(db: Any, as_member: Client) -> None:
    PlanFactory(slug="a-plan")
    assert "This plan has no success measures." in words(as_member.get(LISTED))


# ---- one of them ---------------------------------------------------------------------


def test_one_is_shown_in_full(one: SuccessMeasure, as_member: Client) -> None:
    response = as_member.get(ONE)
    page = words(response)
    for said in (
        "Success measure of Workstream 3 % of unit meetings completed",
        "Latest, February 2015 78% Target, printed 95% Rating Green as printed",
        "Printed green, by the rule red: 78% is 17 percentage points short of the target of 95%; "
        "amber is within 5 percentage points of it.",
        "Current, printed 78% Rating, printed Green By the rule Red",
        "Scorecard’s latest 78%, February 2015 Unit meetings on the scorecard",
        "Definition Meetings held, of those that were due.",
        "About the printed text. Printed green.",
        "(document paper): Section 3, row 1",
    ):
        assert said in page
    assert 'href="/measures/unit-meetings/"' in response.content.decode()


def test_the_thread_leads_back_to_actions_and_recommendations(
    one: SuccessMeasure, as_member: Client
) -> None:
    response = as_member.get(ONE)
    page = words(response)
    assert "Objective 3.2 : Learning is put into use" in page
    assert "3.2.1 Meet monthly" in page
    back = page.split("Recommendations that it would show")[1]
    assert back.index("A1 Learn together") < back.index(
        "1 more that no action answers, mapped to Workstream 3 B2 Have enough staff"
    )
    for address in ("objectives/3.2/", "actions/3.2.1/", "recommendations/A1/"):
        assert f'href="/plans/a-plan/{address}"' in response.content.decode()


def test_where_the_thread_breaks_it_says_so(one: SuccessMeasure, as_member: Client) -> None:
    Mapping.objects.all().delete()
    Action.objects.all().delete()
    page = words(as_member.get(ONE))
    assert "The plan has no action for this objective." in page
    assert "No recommendation leads to it." in page
    SuccessMeasure.objects.update(objective=None, measure=None)
    page = words(as_member.get(ONE))
    assert "It names no objective, so no action leads to it; it is one of Workstream 3" in page
    assert "By the rule Not a measure of the scorecard" in page


# ---- disagreements -------------------------------------------------------------------


def test_every_disagreement_is_listed_with_its_reason(
    one: SuccessMeasure, as_member: Client
) -> None:
    place = {"division": one.division, "objective": one.objective}
    ActionFactory(**place, key="3.2.2", text="Late", due_date=date(2015, 3, 9))
    ActionFactory(
        **place,
        key="3.2.3",
        text="Done for ever",
        rating=Rating.GREEN,
        due_date=None,
        ongoing=True,
        due_text="Ongoing",
    )
    ActionFactory(**place, text="Late and red", due_date=date(2015, 3, 9), rating=Rating.RED)
    page = words(as_member.get(DISAGREEMENTS))
    assert "3 disagreements: 1 success measure and 2 actions." in page
    assert "(Workstream 3) Printed green, by the rule red: 78% is 17 percentage points" in page
    assert (
        "3.2.2 Late (Workstream 3) Amber means on track for its date, but that date, 9 March 2015, "
        "has passed."
    ) in page
    assert (
        "3.2.3 Done for ever (Workstream 3) Green means completed, but its date says that it goes "
        "on: “Ongoing”."
    ) in page
    assert "Late and red" not in page


def test_a_plan_that_agrees_with_itself_says_so(one: SuccessMeasure, as_member: Client) -> None:
    SuccessMeasure.objects.update(printed_rag="R")
    assert "Nothing in this plan disagrees." in words(as_member.get(DISAGREEMENTS))


def test_the_papers_own_disagreements(plan: Plan, as_member: Client) -> None:
    page = words(as_member.get("/plans/improvement-plan/disagreements/"))
    assert "29 disagreements: 10 success measures and 19 actions." in page
    assert "The plan prints 67%; the same paper (Scorecard table) prints 69.6%" in page


# ---- a measure of the scorecard, in the plans ----------------------------------------


def test_a_measure_is_followed_into_every_plan_that_names_it(
    one: SuccessMeasure, as_member: Client
) -> None:
    other = SuccessMeasureFactory(
        division__plan__short_title="Their plan",
        name="Meetings held",
        measure=one.measure,
        current_text="",
        target_text="",
        printed_rag="",
    )
    SuccessMeasureFactory(division=one.division, name="Something else")
    response = as_member.get(OF_MEASURE)
    page = words(response)
    for said in (
        "2 success measures of 2 plans are this measure of the scorecard.",
        "Our plan, Workstream 3: % of unit meetings completed",
        "Target, printed 95% Latest, February 2015 78% Rating Green as printed",
        "Printed green, by the rule red: 78% is 17 percentage points short",
        "Objective 3.2 : Learning is put into use The action of objective 3.2",
        "A1 Learn together",
        "Their plan",
        "It names no objective.",
        "No recommendation leads to it.",
    ):
        assert said in page
    assert f'href="{other.get_absolute_url()}"' in response.content.decode()
    assert "Something else" not in page


def test_an_objective_without_an_action_says_so_there_too(
    one: SuccessMeasure, as_member: Client
) -> None:
    Action.objects.all().delete()
    page = words(as_member.get(OF_MEASURE))
    assert "1 success measure of 1 plan is this measure of the scorecard." in page
    assert "The plan has no action for this objective." in page


def test_a_measure_that_no_plan_names_says_so(measure: Measure, as_member: Client) -> None:
    page = words(as_member.get(OF_MEASURE))
    assert "No plan names this measure as a success measure." in page


def test_the_scorecards_page_of_a_measure_leads_to_the_plans(
    measure: Measure, as_member: Client
) -> None:
    page = as_member.get("/measures/unit-meetings/").content.decode()
    assert f'href="{OF_MEASURE}">See it in the plans</a>' in page


def test_a_small_number_is_told_to_no_member(
    one: SuccessMeasure, as_member: Client, as_officer: Client
) -> None:
    Measure.objects.update(unit="count")
    one.measure.series.get().outturns.update(value=4)  # type: ignore[union-attr]
    for page in (LISTED, ONE, OF_MEASURE):
        assert "Hidden: a small number" in words(as_member.get(page))
        assert "Hidden: a small number" not in words(as_officer.get(page))


def test_the_months_of_targets_and_figures_are_said_as_the_plan_heads_them(
    as_member: Client,
) -> None:
    headings = {"target_heading": "Target (Jan 2016)", "current_heading": "Current (Feb 2015)"}
    one = SuccessMeasureFactory(division__plan=PlanFactory(**headings))
    page = words(as_member.get(one.get_absolute_url()))
    for said in ("Target for January 2016 95%", "Current in February 2015 78%"):
        assert said in page
    listed = words(as_member.get(f"{one.plan.get_absolute_url()}measures/"))
    assert "Target (Jan 2016) Current (Feb 2015)" in listed


def test_disagreements_are_a_section_of_a_plan_with_success_measures(as_member: Client) -> None:
    plan = SuccessMeasureFactory().plan
    address = f"{plan.get_absolute_url()}disagreements/"
    for page in (plan.get_absolute_url(), address):
        assert f'href="{address}"' in as_member.get(page).content.decode()
    assert "disagreements/" not in as_member.get(PlanFactory().get_absolute_url()).content.decode()
