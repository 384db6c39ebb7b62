"""A plan out of its sheets: all or nothing, once, and never over what people made of it since."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from bucks_cs.models import AuditEvent, Post, User
from improvement_plan import loading
from improvement_plan.comparing import compare
from improvement_plan.exporting import export
from improvement_plan.loading import WrongPlan
from improvement_plan.models import (
    Action,
    Cost,
    Division,
    Plan,
    PostName,
    ReportLine,
    Risk,
    RiskRating,
    StatusReport,
    Update,
)
from improvement_plan.progress import Rating
from improvement_plan.sheets import Sheets
from scorecard.models import Document, Status
from tests.at_once import at_once
from tests.factories import PostFactory
from tests.plan_factories import StatusReportFactory, UpdateFactory
from tests.plan_sheets import ACTION, DIVISION, PLAN, REPORT, RISK, UPDATE, sheets

pytestmark = pytest.mark.django_db

COST = {"action": "1.1", "year": "2014/15", "kind": "one-off", "printed": "£40k"}
RATED = {"risk": "1", "date": "2015-03-31", "rag": "R", "reason": "Worse."}
LINE = {"month": "2015-02", "kind": "target", "text": "Go on"}
WHOLE: dict[str, list[dict[str, str]]] = {
    "versions": [{"version": "March 2015", "changes": "New"}],
    "ratings": [{"of": "action", "rating": "red", "meaning": "Missed"}],
    "posts": [{"ref": "CEO", "title": "Chief Executive"}],
    "board": [{"post": "Leader of the Council"}],
    "objectives": [{"key": "1.1", "division": "1", "title": "Leaders lead"}],
    "actions": [{**ACTION, "objective": "1.1", "owners": "CEO"}, {**ACTION, "key": "1.2"}],
    "costs": [COST],
    "success_measures": [{"key": "M1", "division": "1", "name": "Repeats"}],
    "recommendations": [{"ref": "A1", "source": "Ofsted"}],
    "mapping": [{"recommendation": "A1", "division": "1"}],
    "answers": [{"recommendation": "A1", "action": "1.1", "basis": "printed"}],
    "risks": [{**RISK, "owner": "Chief Executive"}],
    "risk_ratings": [RATED],
    "updates": [UPDATE],
    "reports": [{**REPORT, "lead": "Chief Executive"}],
    "report_lines": [LINE],
}


def load(**given: list[dict[str, str]]) -> Counter[str]:
    return loading.load(sheets(**given), by=None)


def action(key: str = "1.1") -> Action:
    return Action.objects.get(key=key)


# ---- what it makes


def test_a_whole_plan_is_loaded_and_counted() -> None:
    added = load(**WHOLE)
    expected = {name: len(rows) for name, rows in WHOLE.items()} | {"plan": 1, "divisions": 1}
    assert added == expected
    assert str(Plan.objects.get()) == "A plan"


def test_printed_text_is_kept_and_its_reading_stands_beside_it() -> None:
    load(actions=[{**ACTION, "due": "Sept 14", "rag": "Amber"}], costs=[COST])
    assert (action().due_text, action().due_date) == ("Sept 14", date(2014, 9, 30))
    assert (action().printed_rag, action().rating) == ("Amber", Rating.AMBER)
    assert (Cost.objects.get().printed, Cost.objects.get().amount) == ("£40k", 40_000)


def test_what_cannot_be_read_stays_in_words() -> None:
    load(actions=[{**ACTION, "due": "31/11/14"}], costs=[{**COST, "printed": "£150"}])
    assert (action().due_text, action().due_date, action().ongoing) == ("31/11/14", None, False)
    assert Cost.objects.get().amount is None


def test_what_somebody_said_of_a_printed_text_goes_before_its_reading() -> None:
    load(
        posts=[{"ref": "CEO", "title": "Chief Executive"}],
        actions=[
            {**ACTION, "owners": "CEO", "posts": "Director\nHead of Service"},
            {**ACTION, "key": "1.2", "owners": "CEO", "posts": "none"},
        ],
        costs=[
            {**COST, "printed": "£150", "amount": "150000"},
            {**COST, "kind": "ongoing", "amount": "none"},
        ],
    )
    assert [post.title for post in action().owners.all()] == ["Director", "Head of Service"]
    assert not action("1.2").owners.exists()
    amounts = Cost.objects.order_by("kind").values_list("amount", flat=True)
    assert list(amounts) == [Decimal(150_000), None]


def test_a_post_is_one_however_it_is_spelt() -> None:
    there = PostFactory(title="Director’s Office")
    load(
        posts=[{"ref": "DO", "title": "director's  office"}],
        risks=[{**RISK, "owner": "DIRECTOR'S OFFICE"}],
    )
    assert Post.objects.get() == there
    assert (PostName.objects.get().post, Risk.objects.get().owner) == (there, there)
    assert load(posts=[{"ref": "DO", "title": "Director's office"}]) == {}


def test_a_row_stands_in_the_plans_document_where_it_says_in_which_place() -> None:
    paper = Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    later = Document.objects.create(code="004", title="Minutes", date=date(2015, 5, 7))
    load(
        plan=[{**PLAN, "document": "003"}],
        divisions=[{**DIVISION, "locator": "Page 3"}, {**DIVISION, "key": "2"}],
        actions=[ACTION],
        updates=[{**UPDATE, "document": "004"}, {**UPDATE, "number": "2"}],
    )
    assert [one.document for one in Division.objects.order_by("key")] == [paper, None]
    assert [one.document for one in Update.objects.order_by("pk")] == [later, None]


def test_a_report_is_published_on_its_day_or_its_documents_or_not_at_all() -> None:
    Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    load(
        reports=[
            {**REPORT, "month": "2015-01", "published": "2015-02-10", "document": "003"},
            {**REPORT, "month": "2015-02", "published": "", "document": "003"},
            {**REPORT, "month": "2015-03", "published": ""},
        ]
    )
    days = [
        localdate(one.published_at) if one.published_at else None
        for one in StatusReport.objects.order_by("month")
    ]
    assert days == [date(2015, 2, 10), date(2015, 4, 7), None]


def test_a_printed_report_keeps_the_risks_as_they_were_rated_by_its_months_end() -> None:
    risks = [
        {**RISK, "ref": "394", "date": "2015-02-28"},
        {**RISK, "ref": "395", "date": "2015-03-01"},
        {**RISK, "ref": "396", "closed_on": "2015-02-28"},
        {**RISK, "ref": "397", "closed_on": "2015-03-01"},
        {**RISK, "ref": "398", "rag": "", "date": ""},
    ]
    load(
        posts=[{"ref": "CEO", "title": "Chief Executive"}],
        risks=[{**risks[0], "owner": "CEO", "mitigation": "One\nTwo"}, *risks[1:]],
        risk_ratings=[{**RATED, "risk": "394", "date": "2015-03-01"}],
        reports=[REPORT, {**REPORT, "month": "2015-01", "published": ""}],
    )
    draft, printed = StatusReport.objects.order_by("month")
    assert draft.frozen == {}
    assert printed.frozen["risks"] == [
        {
            "ref": ref,
            "if": "staff leave",
            "then": "targets are missed",
            "mitigation": mitigation,
            "owner": owner,
            "rating": "AMBER",
            "movement": "first",
        }
        for ref, mitigation, owner in (("394", "One\nTwo", "Chief Executive"), ("397", "", ""))
    ]
    plan = Plan.objects.get()
    assert not export(plan)["frozen"], "which loading will make again"


def test_an_owner_of_a_risk_and_a_lead_are_posts_by_any_name_of_the_plan() -> None:
    load(
        posts=[{"ref": "HoH", "title": "Head of Help", "also": "Help’s Head"}],
        actions=[{**ACTION, "posts": "HoH"}],
        risks=[{**RISK, "owner": "HoH"}],
        reports=[{**REPORT, "lead": "help's head"}],
    )
    head = Post.objects.get()
    assert (Risk.objects.get().owner, StatusReport.objects.get().lead) == (head, head)
    assert list(action().owners.all()) == [head]


def test_a_post_that_got_another_title_does_not_come_back_under_its_old_one() -> None:
    given = [{"ref": "HoH", "title": "Head of Help"}, {"ref": "", "title": "Programme Manager"}]
    load(posts=given)
    for name in PostName.objects.all():
        name.also, name.post.title = name.post.title, f"New {name.post.title}"
        name.post.save()
        name.save()
    assert load(posts=given, risks=[{**RISK, "owner": "Head of Help"}]) == {"risks": 1}
    assert {post.title for post in Post.objects.all()} == {
        "New Head of Help",
        "New Programme Manager",
    }
    assert str(Risk.objects.get().owner) == "New Head of Help"
    preview = compare(sheets(posts=given), loading.standing("a-plan"))
    assert not preview.new.total()
    assert [one.says for one in preview.differences] == ["Head of Help", "Programme Manager"]


# ---- updates


def test_an_action_stands_as_its_latest_update_says_whichever_came_first() -> None:
    load(actions=[ACTION])
    load(updates=[{**UPDATE, "rag": "G", "completed_on": "2015-03-20"}])
    earlier = {**UPDATE, "date": "2015-01-31", "rag": "R", "due": "2015-06-30", "due_reason": "Bid"}
    load(updates=[earlier])
    assert (action().rating, action().completed_on) == (Rating.GREEN, date(2015, 3, 20))
    assert action().due_date == date(2015, 6, 30), "which no later update changed"
    assert Update.objects.get(rating=Rating.RED).old_due_date == date(2015, 4, 30)


def test_an_update_without_a_rating_changes_no_rating() -> None:
    load(
        actions=[ACTION], updates=[{**UPDATE, "rag": "", "due": "2015-06-30", "due_reason": "Bid"}]
    )
    assert (action().rating, action().due_date) == (Rating.AMBER, date(2015, 6, 30))


def test_several_of_one_day_are_in_their_order() -> None:
    load(
        actions=[ACTION],
        updates=[{**UPDATE, "number": "2", "rag": "G"}, {**UPDATE, "rag": "R"}],
        risks=[RISK],
        risk_ratings=[{**RATED, "number": "2", "rag": "G"}, RATED],
    )
    assert action().rating == Rating.GREEN
    assert [one.rating for one in Update.objects.order_by("pk")] == [Rating.RED, Rating.GREEN]
    latest = RiskRating.objects.first()
    assert latest is not None
    assert latest.rating == Rating.GREEN


def test_an_update_of_the_day_of_a_draft_is_not_taken_for_it() -> None:
    load(actions=[ACTION])
    UpdateFactory(action=action(), on=date(2015, 3, 31), status=Status.DRAFT)
    assert load(updates=[UPDATE]) == {"updates": 1}


def test_a_line_keeps_the_update_that_it_was_drawn_from() -> None:
    drawn = {**LINE, "action": "1.1", "date": "2015-03-31", "number": "2"}
    load(
        actions=[ACTION],
        updates=[UPDATE, {**UPDATE, "number": "2", "progress": "All of it."}],
        reports=[REPORT],
        report_lines=[LINE, drawn],
    )
    from_nothing, from_update = ReportLine.objects.order_by("order")
    assert from_nothing.update_drawn_from is None
    assert from_update.update_drawn_from is not None
    assert from_update.update_drawn_from.progress == "All of it."


def test_a_risk_may_come_without_a_rating() -> None:
    load(risks=[{**RISK, "rag": "", "date": ""}])
    assert not RiskRating.objects.exists()


# ---- once


def test_what_is_there_is_not_loaded_again() -> None:
    load(**WHOLE)
    events = AuditEvent.objects.count()
    assert load(**WHOLE) == {}
    assert AuditEvent.objects.count() == events


def test_what_people_changed_since_stays() -> None:
    load(**WHOLE)
    changed = action()
    changed.text, changed.rating = "Do it well", Rating.GREEN
    changed.save()
    changed.owners.clear()
    load(**WHOLE)
    assert (action().text, action().rating) == ("Do it well", Rating.GREEN)
    assert not action().owners.exists()


def test_additions_need_no_more_than_themselves_and_come_last() -> None:
    load(**WHOLE)
    added = load(divisions=[], actions=[{**ACTION, "key": "1.3", "objective": "1.1"}])
    assert added == {"actions": 1}
    assert [one.key for one in Action.objects.order_by("order")] == ["1.1", "1.2", "1.3"]
    assert len({one.order for one in Action.objects.all()}) == 3


def test_the_lines_of_a_report_that_is_there_are_its_own() -> None:
    load()
    StatusReportFactory(plan=Plan.objects.get(), month=date(2015, 2, 1))
    assert load(reports=[REPORT], report_lines=[LINE]) == {}
    assert not ReportLine.objects.exists()


def test_what_is_said_to_be_new_is_what_is_added() -> None:
    first = sheets(**WHOLE)
    assert compare(first, Sheets()).new == loading.load(first, by=None)
    more = sheets(
        **WHOLE
        | {
            "actions": [*WHOLE["actions"], {**ACTION, "key": "1.3"}],
            "updates": [UPDATE, {**UPDATE, "number": "2"}],
        }
    )
    assert compare(more, loading.standing("a-plan")).new == loading.load(more, by=None)


# ---- all or nothing


def test_nothing_is_loaded_while_anything_is_wrong() -> None:
    with pytest.raises(WrongPlan, match=r"actions, row 2, rag: “P” is not a rating") as refused:
        load(actions=[{**ACTION, "rag": "P"}])
    assert [problem.row for problem in refused.value.problems] == [2]
    assert not Plan.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_plan_half_loaded_is_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(loader: Any) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(loading.Loader, "_load_reports", fail)
    with pytest.raises(OSError, match="power"):
        load(**WHOLE)
    assert not Plan.objects.exists()


# ---- who, and what is told


def test_who_imported_a_plan_and_what_is_told(administrator: User) -> None:
    loading.load(sheets(actions=[ACTION]), by=administrator)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.user) == ("imported a plan", "A plan", administrator)
    assert event.detail == {"plan": 1, "divisions": 1, "actions": 1}


HISTORY = {
    "actions": [ACTION],
    "risks": [RISK],
    "updates": [UPDATE, {**UPDATE, "number": "2"}],
    "risk_ratings": [RATED],
    "reports": [REPORT],
    "report_lines": [LINE],
}


def test_nobody_adds_reports_and_ratings_to_a_plan_by_a_file(administrator: User) -> None:
    plan_and_work = sheets(actions=[ACTION], risks=[RISK])
    loading.load(plan_and_work, by=administrator)
    with pytest.raises(WrongPlan, match="made in the service, where somebody else") as refused:
        loading.load(sheets(**HISTORY), by=administrator)
    assert [problem.sheet for problem in refused.value.problems] == [
        *("risk_ratings", "updates", "reports", "report_lines")
    ]
    assert not Update.objects.exists()
    more = sheets(actions=[{**ACTION, "key": "1.2"}], risks=[{**RISK, "ref": "2"}])
    assert loading.load(more, by=administrator) == {"actions": 1, "risks": 1}


def test_with_a_new_plan_they_come_as_its_history_and_the_trail_names_them(
    administrator: User,
) -> None:
    loading.load(sheets(**HISTORY), by=administrator)
    assert {one.approved_by for one in Update.objects.all()} == {None}
    assert StatusReport.objects.get().published_by is None
    assert AuditEvent.objects.get().detail["rows"] == {
        "updates": ["1.1 2015-03-31", "1.1 2015-03-31 2"],
        "risk_ratings": ["1 2015-02-28", "1 2015-03-31"],
        "reports": ["2015-02"],
    }
    assert loading.load(sheets(**HISTORY), by=administrator) == {}


def test_nothing_is_reported_of_a_day_to_come() -> None:
    tomorrow = (localdate() + timedelta(days=1)).isoformat()
    with pytest.raises(WrongPlan, match="is after today"):
        load(actions=[ACTION], updates=[{**UPDATE, "date": tomorrow}])


def test_only_an_administrator_imports(manager: User) -> None:
    with pytest.raises(PermissionDenied):
        loading.load(sheets(), by=manager)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_import_one_plan_at_once_load_it_once() -> None:
    load()
    assert at_once(lambda: load(**WHOLE), lambda: load(**WHOLE)) == [None, None]
    assert Action.objects.count() == 2
