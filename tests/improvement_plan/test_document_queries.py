"""Every doubt of the plans' documents, read anew from the printed text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvement_plan.document_queries import (
    NOTED,
    NOTHING_READ,
    About,
    DocumentQuery,
    queries_of,
)
from improvement_plan.models import (
    Answer,
    BoardSeat,
    Mapping,
    Plan,
    PlanVersion,
    PostName,
    RatingMeaning,
    ReportLine,
)
from scorecard.models import Document, Status
from tests.factories import PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    RiskFactory,
    StatusReportFactory,
    SuccessMeasureFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db


def found(*plans: Plan) -> list[DocumentQuery]:
    wanted = plans or tuple(Plan.objects.select_related("document"))
    return queries_of(wanted)


def only(about: About) -> DocumentQuery:
    (query,) = (one for one in found() if one.about is about)
    return query


# ---- what the readings doubt


def test_a_date_that_is_plain_is_no_query() -> None:
    ActionFactory(due_text="30/04/15")
    assert found() == []


def test_a_date_read_with_a_doubt_has_its_reading_beside_it() -> None:
    action = ActionFactory(
        key="1.1.1", due_text="Sept 14", due_date=date(2014, 9, 30), locator="Page 3"
    )
    query = only(About.DATE)
    assert (query.record, query.locator, query.printed) == ("Action 1.1.1", "Page 3", "Sept 14")
    assert query.reading == "30 September 2014"
    assert "names no day" in query.doubt
    assert query.page == action.get_absolute_url()


@pytest.mark.parametrize(
    ("text", "ongoing", "reading"),
    [("31/11/14", False, NOTHING_READ), ("Quarterly Ongoing", True, "Ongoing")],
)
def test_what_is_no_date_says_what_was_read(text: str, ongoing: bool, reading: str) -> None:
    ActionFactory(due_text=text, due_date=None, ongoing=ongoing)
    assert only(About.DATE).reading == reading


def test_a_date_that_was_agreed_since_stands_beside_the_printed_one() -> None:
    ActionFactory(due_text="31/11/14", due_date=date(2015, 6, 30))
    assert only(About.DATE).reading == "30 June 2015, as reported since"


def test_a_cost_that_is_no_amount_is_a_query_and_leads_to_where_it_can_be_said() -> None:
    cost = CostFactory(action__key="1.1", printed="£150", amount=None)
    query = only(About.MONEY)
    assert (query.record, query.printed) == ("Action 1.1, 2014/15 one-off", "£150")
    assert (query.reading, query.page) == (
        NOTHING_READ,
        f"/admin/improvement_plan/cost/{cost.pk}/change/",
    )


def test_an_amount_said_in_settings_stands_beside_the_printed_one() -> None:
    CostFactory(printed="£150", amount=Decimal(150_000))
    assert only(About.MONEY).reading == "£150,000, as said in Settings"


@pytest.mark.parametrize("printed", ["£40k", "N/A"])
def test_an_amount_and_no_cost_are_no_queries(printed: str) -> None:
    CostFactory(printed=printed)
    assert found() == []


def test_an_owner_that_is_no_listed_post_is_a_query() -> None:
    post = PostFactory(title="Chief Executive")
    action = ActionFactory(owners_text="CEO / Somebody", owned_by=[post])
    PostName.objects.create(plan=action.plan, post=post, ref="CEO")
    query = only(About.OWNER)
    assert (query.printed, query.reading) == ("CEO / Somebody", "Chief Executive")
    assert query.doubt == "“Somebody” is no post that the plan lists."


def test_a_name_that_was_added_since_hides_no_doubt_about_the_owner() -> None:
    action = ActionFactory(owners_text="Somebody")
    PostName.objects.create(
        plan=action.plan, post=PostFactory(title="Head of Help"), also="Somebody"
    )
    query = only(About.OWNER)
    assert (query.printed, query.reading) == ("Somebody", NOTHING_READ)
    assert query.doubt == (
        "It reads as Head of Help now, and others own the action. “Read the owners again” in "
        "Settings makes them its owners."
    )


@pytest.mark.parametrize(("target", "current"), [("95%", "21 days"), ("N/A", ""), ("n/a", "£40k")])
def test_a_target_and_a_figure_that_are_numbers_are_no_queries(target: str, current: str) -> None:
    SuccessMeasureFactory(target_text=target, current_text=current)
    assert found() == []


def test_a_target_and_a_figure_that_are_no_numbers_are_queries() -> None:
    one = SuccessMeasureFactory(key="M1", target_text="As England", current_text="TBC")
    target, current = found()
    assert (target.about, target.record) == (About.FIGURE, "Success measure M1, target")
    assert (current.record, current.printed) == ("Success measure M1, current figure", "TBC")
    assert current.page == one.get_absolute_url()
    assert current.doubt == "“TBC” is no number: it is not compared with anything."


# ---- references


def said_of(*refs: str) -> list[tuple[str, str]]:
    division = DivisionFactory(key="1")
    for place, ref in enumerate(refs):
        ActionFactory(division=division, key=f"k{place}", ref=ref, order=place)
    return [(one.record, one.doubt) for one in found() if one.about is About.REFERENCE]


def test_a_reference_that_is_left_out_is_a_query() -> None:
    assert said_of("5.6.1", "5.6.2", "5.6.4", "5.7.1") == [
        ("Action 5.6.3", "No action has this reference; 5.6.4 is the last.")
    ]


def test_a_reference_that_is_printed_twice_is_a_query() -> None:
    assert said_of("1.1", "1.2", "1.2") == [("Action k2", "This reference is printed of k1 too.")]


@pytest.mark.parametrize(
    "refs", [(), ("", ""), ("1.1", "1.2"), ("A1", "A2a", "A2b"), ("407",), ("Priority 1", "2014")]
)
def test_references_that_follow_each_other_are_no_queries(refs: tuple[str, ...]) -> None:
    assert said_of(*refs) == []


def test_each_division_may_begin_anew() -> None:
    plan = PlanFactory()
    for key in ("1", "2"):
        division = DivisionFactory(plan=plan, key=key)
        for number in ("1", "2"):
            ActionFactory(division=division, key=f"{key}.{number}", ref=number)
    assert found() == []


def test_the_record_prints_one_reference_twice_and_leaves_two_out(plan: Plan) -> None:
    records = [one.record for one in found(plan) if one.about is About.REFERENCE]
    assert records == ["Action 2.2.12b", "Action 5.6.6", "Action 6.5.5"]


def test_posts_are_those_of_the_plan_itself() -> None:
    PostName.objects.create(plan=PlanFactory(), post=PostFactory(title="Director"), ref="DIR")
    ActionFactory(owners_text="DIR")
    assert only(About.OWNER).reading == NOTHING_READ


def test_a_divisions_sponsor_lead_and_manager_are_read_too() -> None:
    division = DivisionFactory(key="1", sponsor="Nobody Known")
    query = only(About.OWNER)
    assert query.record == f"{division}, sponsor"
    assert (query.printed, query.page) == ("Nobody Known", division.get_absolute_url())


# ---- every note


def one_of_each(plan: Plan) -> dict[str, Any]:
    """A record of every kind that has notes, in one plan."""
    of: dict[str, Any] = {"plan": plan, "source_note": "A doubt.", "locator": "Page 3"}
    division = DivisionFactory(**of)
    action = ActionFactory(division=division, **of)
    recommendation = RecommendationFactory(**of)
    report = StatusReportFactory(**of)
    noted: dict[str, Any] = {"source_note": "A doubt."}
    return {
        "PlanVersion": PlanVersion.objects.create(label="March", changes="New", **of),
        "RatingMeaning": RatingMeaning.objects.create(of="action", rating=1, meaning="Late", **of),
        "PostName": PostName.objects.create(post=PostFactory(), ref="CEO", **of),
        "BoardSeat": BoardSeat.objects.create(post="Leader", **of),
        "Division": division,
        "Objective": ObjectiveFactory(division=division, **of),
        "Action": action,
        "Cost": CostFactory(action=action, **noted),
        "SuccessMeasure": SuccessMeasureFactory(division=division, **of),
        "Recommendation": recommendation,
        "Mapping": Mapping.objects.create(
            recommendation=recommendation, division=division, **noted
        ),
        "Answer": Answer.objects.create(
            recommendation=recommendation, action=action, basis="words", **noted
        ),
        "Risk": RiskFactory(**of),
        "Update": UpdateFactory(action=action, status=Status.APPROVED, locator="Page 9", **noted),
        "StatusReport": report,
        "ReportLine": ReportLine.objects.create(report=report, kind="target", text="Go", **noted),
    }


def test_every_kind_of_record_that_can_have_a_note_is_asked() -> None:
    noted = {
        model
        for model in apps.get_app_config("improvement_plan").get_models()
        if any(field.name == "source_note" for field in model._meta.get_fields())
    }
    assert {one.model for one in NOTED} | {Plan} == noted


def test_every_note_is_told_with_its_place_its_text_and_its_page() -> None:
    paper = Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    plan = PlanFactory(source_note="No day is printed.", locator="Cover", document=paper)
    made = one_of_each(plan)
    notes = found()
    assert {one.about for one in notes} == {About.NOTE}
    assert len(notes) == len(made) + 1
    assert (notes[0].record, notes[0].document, notes[0].locator) == ("The plan", "Agenda", "Cover")
    assert notes[0].reading == "Read as at 31 March 2015"
    for one in notes[1:]:
        assert one.doubt == "A doubt."
        assert one.locator == ("Page 9" if one.record.startswith("Report on") else "Page 3")
        assert one.record
        assert one.printed or "Recommendation" in one.record
    pages = " ".join(one.page for one in notes)
    for name in (
        "planversion",
        "ratingmeaning",
        "postname",
        "boardseat",
        "mapping",
        "answer",
        "cost",
    ):
        assert f"/admin/improvement_plan/{name}/" in pages
    for record in ("Division", "Objective", "Action", "SuccessMeasure", "Recommendation", "Risk"):
        assert made[record].get_absolute_url() in pages


def test_a_record_without_a_note_is_no_query() -> None:
    RiskFactory()
    assert found() == []


# ---- of all plans


def test_the_list_is_plan_by_plan_and_dates_come_before_notes() -> None:
    second = PlanFactory(order=2, source_note="x")
    first = PlanFactory(order=1, source_note="x")
    ActionFactory(division__plan=second, due_text="Sept 14")
    assert [(one.plan, one.about) for one in found()] == [
        (first, About.NOTE),
        (second, About.DATE),
        (second, About.NOTE),
    ]
    assert [one.plan for one in found(second)] == [second, second]


def test_the_queries_of_the_database_do_not_grow_with_the_doubts() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert found()
        return len(queries)

    one_of_each(PlanFactory())
    few = asked()
    paper = Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    for _ in range(3):
        plan = PlanFactory(document=paper, source_note="x")
        made = one_of_each(plan)
        ActionFactory(
            division=made["Division"], due_text="x", owners_text="x", owned_by=[PostFactory()]
        )
        CostFactory(action__division=made["Division"], printed="x", amount=None)
        SuccessMeasureFactory(division=made["Division"], source_note="x", measure=None)
    assert asked() == few
