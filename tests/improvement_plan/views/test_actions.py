"""The pages of a division, an objective and an action."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from bucks_cs.roles import PERMISSIONS, Role
from improvement_plan.models import Action, Answer, Basis, Division, Mapping, Objective, Plan
from improvement_plan.progress import Rating
from scorecard.models import Document, Status
from tests.factories import MeasureFactory, PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    SuccessMeasureFactory,
    UpdateFactory,
)

DIVISION, OBJECTIVE, ACTION = (
    "/plans/a-plan/divisions/5/",
    "/plans/a-plan/objectives/5.2/",
    "/plans/a-plan/actions/5.2.2/",
)
PAGES = (DIVISION, OBJECTIVE, ACTION)


@pytest.fixture
def division(db: Any) -> Division:
    document = Document.objects.create(code="paper", title="The paper", date=date(2015, 4, 7))
    found: Division = DivisionFactory(
        plan=PlanFactory(slug="a-plan", short_title="Our plan", document=document),
        key="5",
        title="Children in care",
        outcome="They live with their families",
        sponsor="Director",
        lead="Head of Care",
        manager="Project Manager W5",
        document=document,
        locator="Section 5",
    )
    return found


@pytest.fixture
def objective(division: Division) -> Objective:
    found: Objective = ObjectiveFactory(division=division, key="5.2", title="Plans are up to date")
    SuccessMeasureFactory(division=division, objective=found, key="M1", name="% with a plan")
    return found


@pytest.fixture
def action(objective: Objective) -> Action:
    found: Action = ActionFactory(
        division=objective.division,
        objective=objective,
        key="5.2.2",
        text="Write every plan",
        due_text="01/03/15",
        due_date=date(2015, 3, 1),
        owners_text="HoC / somebody",
        owned_by=[PostFactory(title="Head of Care")],
        document=objective.division.document,
        locator="Section 5, row 2",
        source_note="The row is printed twice.",
    )
    return found


def words(response: Any) -> str:
    """What a page says on the screen between its header and its footer, without its markup."""
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    shown = re.sub(r'<p class="print-only">.*?</p>', "", f"<{main}", flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def answer(action: Action, **fields: Any) -> Answer:
    one = RecommendationFactory(plan=action.plan, **fields)
    found: Answer = Answer.objects.create(recommendation=one, action=action, basis=Basis.WORDS)
    return found


# ---- who, and how --------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_it_is_read_by_who_may_see_what_is_published(
    page: str, action: Action, client: Client, as_member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert as_member.get(page).status_code == 200
    assert as_member.post(page).status_code == 405
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    monkeypatch.setitem(PERMISSIONS, Role.MEMBER, frozenset())
    assert as_member.get(page).status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "/plans/a-plan/divisions/6/",
        "/plans/a-plan/objectives/6.1/",
        "/plans/a-plan/actions/6.1.1/",
        "/plans/another/divisions/5/",
        "/plans/another/objectives/5.2/",
        "/plans/another/actions/5.2.2/",
        "/plans/nothing/actions/5.2.2/",
    ],
)
def test_what_is_no_part_of_the_plan_has_no_page(
    page: str, action: Action, as_member: Client
) -> None:
    PlanFactory(slug="another")
    assert as_member.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_long_plan_takes_as_many_queries_as_a_short_one(
    page: str, action: Action, as_officer: Client
) -> None:
    counts = []
    for size in (3, 9):
        for turn in range(size):
            owners = [PostFactory(), PostFactory()]
            place = {"division": action.division, "objective": action.objective}
            other = ActionFactory(**place, owned_by=owners)
            SuccessMeasureFactory(**place, measure=MeasureFactory())
            mapped = answer(other).recommendation
            Mapping.objects.create(recommendation=mapped, division=action.division)
            answer(action)
            CostFactory(action=action, year=f"{size}{turn}")
            UpdateFactory(action=action, status=Status.APPROVED)
            ActionFactory(
                division=action.division, objective=ObjectiveFactory(division=action.division)
            )
        with CaptureQueriesContext(connection) as queries:
            as_officer.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- a division ----------------------------------------------------------------------


def test_a_division_says_first_what_it_comes_to(action: Action, as_member: Client) -> None:
    ActionFactory(division=action.division, objective=action.objective)
    page = words(as_member.get(DIVISION))
    assert (
        "Our plan, Workstream 5 Children in care Workstream 5: 1 of 2 actions is overdue; its one "
        "success measure is red."
    ) in page
    for said in ("They live with their families", "Director", "Head of Care", "Project Manager W5"):
        assert said in page
    assert "The paper, 7 April 2015 (document paper): Section 5" in page


def test_a_division_shows_its_objectives_with_their_actions_and_measures(
    action: Action, as_member: Client
) -> None:
    response = as_member.get(DIVISION)
    page = words(response)
    assert "5.2 Plans are up to date Its one action is overdue" in page
    assert "Write every plan" in page
    assert "% with a plan" in page
    for address in (OBJECTIVE, ACTION, "/plans/a-plan/measures/M1/"):
        assert f'href="{address}"' in response.content.decode()
    assert "Of no objective" not in page


def test_what_names_no_objective_is_shown_too(action: Action, as_member: Client) -> None:
    ActionFactory(division=action.division, text="Do this as well")
    SuccessMeasureFactory(division=action.division, name="Listed only", list_name="Section list")
    page = words(as_member.get(DIVISION)).split("Of no objective")[1]
    assert "Do this as well" in page
    assert "Listed only Section list" in page


def test_the_overviews_words_are_said_where_they_differ(
    division: Division, as_member: Client
) -> None:
    page = words(as_member.get(DIVISION))
    assert "overview" not in page
    assert "elsewhere" not in page
    Division.objects.update(
        overview_title="Children In Care",
        overview_outcome="They live at home",
        overview_sponsor="Director",
        overview_lead="Head of Service",
        see="The board’s own plan",
        group="Keeping safe",
        source_note="The manager is probably W5.",
    )
    page = words(as_member.get(DIVISION))
    assert "Our plan, Keeping safe, Workstream 5 Children in care" in page
    assert "The overview’s title: Children In Care" in page
    assert "The overview’s outcome: They live at home" in page
    assert "Head of Care in the overview: Head of Service" in page
    assert page.count("Director") == 1
    assert "Its actions stand in a plan elsewhere: The board’s own plan." in page
    assert "About the printed text. The manager is probably W5." in page


def test_a_division_says_which_recommendations_it_answers_and_how_that_is_known(
    action: Action, as_member: Client
) -> None:
    mapped = RecommendationFactory(plan=action.plan, ref="A1", text="Do it soon")
    Mapping.objects.create(recommendation=mapped, division=action.division)
    answer(action, ref="Q1", text="")
    RecommendationFactory(plan=action.plan, ref="Z9")
    page = words(as_member.get(DIVISION)).split("Recommendations that it answers")[1]
    assert "A1 Do it soon No action names it or takes up its subject." in page
    assert "Q1 No text of it is printed. 1 action answers it: 1 overdue." in page
    assert "The plan does not map it to Workstream 5: its actions do." in page
    assert "Z9" not in page


# ---- an objective --------------------------------------------------------------------


def test_an_objective_shows_what_is_done_and_what_would_show_it(
    action: Action, as_member: Client
) -> None:
    answer(action, ref="Q1", text="Have a plan for each")
    Objective.objects.update(overview_title="Plans are current")
    page = words(as_member.get(OBJECTIVE))
    assert "Workstream 5, objective 5.2 Plans are up to date Its one action is overdue;" in page
    assert "The overview’s wording: Plans are current" in page
    assert "Write every plan" in page
    assert "% with a plan" in page
    assert "Q1 Have a plan for each" in page


def test_an_objective_without_anything_says_so(division: Division, as_member: Client) -> None:
    ObjectiveFactory(division=division, key="5.2")
    page = words(as_member.get(OBJECTIVE))
    assert "No actions; no success measures." in page
    assert "The plan has no action for this objective." in page
    assert "No success measure names this objective." in page
    assert "None of its actions names a recommendation" in page


# ---- an action -----------------------------------------------------------------------


def test_an_action_is_shown_as_printed_and_as_read(action: Action, as_member: Client) -> None:
    page = words(as_member.get(ACTION))
    for said in (
        "Workstream 5, objective 5.2 Action 5.2.2 Write every plan",
        "Rated amber though its date has passed",
        "Its date, 1 March 2015, was 30 days before 31 March 2015.",
        "Amber means on track for its date, but that date, 1 March 2015, has passed.",
        "By when 01/03/15 read as 1 March 2015",
        "HoC / somebody read as Head of Care. “HoC” is no post that the plan lists.",
        "Rating A",
        "About the printed text. The row is printed twice.",
        "(document paper): Section 5, row 2",
        "% with a plan",
        "Nothing has been reported on this action since the plan was printed.",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"due_text": "Sept 14", "due_date": date(2014, 9, 30)},
            "Sept 14 read as 30 September 2014. “Sept 14” names no day",
        ),
        ({"due_text": "Ongoing", "due_date": None, "ongoing": True}, "Ongoing read as ongoing"),
        (
            {"due_text": "In summer", "due_date": None},
            "In summer read as no date. “In summer” cannot be read as a date.",
        ),
        ({"due_text": "", "due_date": None}, "By when Nothing printed Owners"),
        ({"due_date": date(2015, 7, 31)}, "01/03/15 since changed to 31 July 2015"),
        ({"owners_text": "", "printed_rag": ""}, "Rating Nothing printed"),
        ({"completed_on": date(2015, 3, 2), "rating": Rating.GREEN}, "Completed 2 March 2015"),
    ],
)
def test_the_printed_words_stand_beside_their_reading(
    fields: dict[str, Any], said: str, action: Action, as_member: Client
) -> None:
    Action.objects.update(**fields)
    assert said in words(as_member.get(ACTION))


def test_its_costs_are_shown_as_printed_and_in_pounds(action: Action, as_member: Client) -> None:
    assert "Additional costs" not in words(as_member.get(ACTION))
    CostFactory(action=action, printed="£40k", amount=40_000)
    CostFactory(action=action, year="2015/16", printed="£50", amount=None)
    CostFactory(action=action, year="2016/17", printed="N/A", amount=None)
    page = words(as_member.get(ACTION))
    assert "2014/15, one-off £40k £40,000" in page
    assert "2015/16, one-off £50 “£50” is surely £50k: not counted" in page
    assert "2016/17, one-off N/A –" in page


def test_it_says_which_recommendations_it_answers_and_how_that_is_known(
    action: Action, as_member: Client
) -> None:
    answer(action, ref="A8", text="Visit every child")
    Answer.objects.update(source_note="Word for word.")
    page = words(as_member.get(ACTION))
    assert (
        "A8 Visit every child The action takes up its subject in its own words (our reading). Word "
        "for word."
    ) in page


def test_an_action_that_answers_nothing_says_so(action: Action, as_member: Client) -> None:
    assert "Recommendations that it answers" not in words(as_member.get(ACTION))
    RecommendationFactory(plan=action.plan)
    assert "It names no recommendation" in words(as_member.get(ACTION))


def test_an_action_of_no_objective_is_its_divisions(action: Action, as_member: Client) -> None:
    Action.objects.update(objective=None)
    page = words(as_member.get(ACTION))
    assert "It names no objective; it is part of Workstream 5 : Children in care" in page
    assert "% with a plan" not in page


def test_what_was_reported_is_told_the_latest_first_with_the_dates_before_and_after(
    action: Action, manager: User, as_member: Client
) -> None:
    approved = {"status": Status.APPROVED, "action": action}
    UpdateFactory(**approved, on=date(2015, 2, 1), progress="Begun.", locator="Board paper 4")
    UpdateFactory(
        **approved,
        on=date(2015, 3, 1),
        rating=Rating.RED,
        progress="Half done.",
        evidence="Ten plans.",
        new_due=date(2015, 7, 31),
        old_due_date=date(2015, 3, 1),
        due_reason="Two vacancies.",
        approved_by=manager,
        approved_at=datetime(2015, 3, 2, tzinfo=UTC),
    )
    page = words(as_member.get(ACTION))
    assert page.index("1 March 2015 Red Half done.") < page.index("1 February 2015 Amber Begun.")
    for said in (
        "Evidence: Ten plans.",
        "Why it is red: One team has not begun.",
        "Next: That team begins in April.",
        "New date: 31 July 2015; before, 1 March 2015. Two vacancies.",
        "approved by manager on 2 March 2015",
        "Board paper 4",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("status", "due_text", "due_date", "before"),
    [
        (Status.DRAFT, "30/04/15", date(2015, 4, 30), "30 April 2015"),
        (Status.SUBMITTED, "31/11/14", None, "31/11/14"),
        (Status.APPROVED, "31/11/14", None, "31/11/14"),
    ],
)
def test_a_new_date_stands_beside_the_one_before_or_the_printed_words(
    status: str,
    due_text: str,
    due_date: date | None,
    before: str,
    action: Action,
    as_officer: Client,
) -> None:
    action.due_text, action.due_date = due_text, due_date
    action.save()
    UpdateFactory(action=action, status=status, new_due=date(2015, 6, 30), due_reason="The bid.")
    assert f"New date: 30 June 2015; before, {before}." in words(as_officer.get(ACTION))


def test_a_completed_action_says_nothing_that_only_amber_or_red_is_asked(
    action: Action, as_officer: Client
) -> None:
    UpdateFactory(action=action, rating=Rating.GREEN)
    page = words(as_officer.get(ACTION))
    assert "Green Submitted Half of it is done." in page
    assert "Why it is" not in page and "Next:" not in page


def test_a_member_never_sees_a_report_that_is_not_approved(
    action: Action, officer: User, as_member: Client, as_officer: Client
) -> None:
    UpdateFactory(action=action, progress="Not yet agreed.", entered_by=officer)
    assert "Not yet agreed." not in words(as_member.get(ACTION))
    page = words(as_officer.get(ACTION))
    assert "Amber Submitted Not yet agreed." in page
    assert "Reported by officer" in page


def test_only_who_may_report_is_led_to_reporting(
    action: Action, as_member: Client, as_officer: Client, as_administrator: Client
) -> None:
    link = f'href="{ACTION}report/"'
    assert link in as_officer.get(ACTION).content.decode()
    for other in (as_member, as_administrator):
        assert link not in other.get(ACTION).content.decode()


def test_every_part_of_the_real_plan_has_a_page_with_a_title_of_its_own(
    plan: Plan, as_member: Client
) -> None:
    parts = [*plan.divisions.all(), *plan.objectives.filter(division__key="5")]
    parts += plan.actions.filter(objective__key__in=("2.2", "2.3", "3.3"))
    titles = [
        as_member.get(part.get_absolute_url()).content.decode().split("</title>")[0]
        for part in parts
    ]
    assert len(set(titles)) == len(parts)
    page = words(as_member.get("/plans/improvement-plan/divisions/5/"))
    assert (
        "Workstream 5: 3 of 44 actions are overdue; 3 of 20 success measures are red as printed, 5 "
        "by the rule"
    ) in page


def test_a_division_without_a_printed_reference_is_called_by_its_group(
    division: Division, as_member: Client
) -> None:
    part = DivisionFactory(
        plan=division.plan,
        key="A1",
        ref="",
        group="Action plan",
        title="Achieving permanence",
        outcome="Fewer moves.\nMore orders.",
    )
    ActionFactory(division=part, text="Welfare bed\nDevelop a home with one.")

    page = as_member.get(part.get_absolute_url()).content.decode()

    assert str(part) == "Action plan A1"
    assert "Our plan, Action plan A1" in page
    assert "Workstream A1" not in page
    assert "Fewer moves.<br>More orders." in page
    assert "Welfare bed<br>Develop a home with one." in page


def test_a_date_that_was_changed_says_what_it_was(division: Division, as_member: Client) -> None:
    action = ActionFactory(
        division=division,
        due_text="28/02/15 (with delivery to follow)",
        due_date=date(2015, 6, 30),
        rating=Rating.RED,
    )
    UpdateFactory(action=action, rating=Rating.RED, reason="No money.", status=Status.APPROVED)
    for address in (action.get_absolute_url(), division.get_absolute_url()):
        page = words(as_member.get(address))
        assert "30 June 2015 was 28/02/15 (with delivery to follow)" in page
    assert "Why it is red: No money." in page
