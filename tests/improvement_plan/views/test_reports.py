"""The pages of the monthly status reports."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from improvement_plan.exporting import MADE_IN_LOADING
from improvement_plan.models import LineKind, Plan, ReportLine, StatusReport
from improvement_plan.picture import kept_now, mark_of, risk_kept
from improvement_plan.progress import Rating
from improvement_plan.risks import risk_rows
from scorecard.files import XLSX
from scorecard.models import Status
from tests.factories import UserFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    RiskRatingFactory,
    StatusReportFactory,
    SuccessMeasureFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

DAY, MARCH, FEBRUARY = date(2015, 3, 31), date(2015, 3, 1), date(2015, 2, 1)
EVERYBODY = ("as_member", "as_officer", "as_manager", "as_administrator")


@pytest.fixture
def draft(manager: User) -> StatusReport:
    """March's: everything amber and as suggested, but a success measure that is red."""
    division = DivisionFactory(key="1", title="Leading")
    ActionFactory(division=division, key="a", text="Train the teams")
    SuccessMeasureFactory(division=division, printed_rag="R")
    RiskRatingFactory(risk__plan=division.plan, risk__ref="394")
    report: StatusReport = StatusReportFactory(plan=division.plan, saved_by=manager)
    ReportLine.objects.create(report=report, kind=LineKind.ACHIEVEMENT, text="All trained")
    return report


@pytest.fixture
def printed() -> StatusReport:
    """February's, which a paper printed: all four ratings amber, and a risk."""
    report: StatusReport = StatusReportFactory(
        month=FEBRUARY, published_at=datetime(2015, 4, 7, tzinfo=UTC)
    )
    RiskRatingFactory(risk__plan=report.plan, risk__ref="394", risk__owner__title="Director")
    rows = risk_rows(report.plan, date(2015, 2, 28))
    report.frozen = {MADE_IN_LOADING: True, "risks": [risk_kept(row) for row in rows]}
    report.save()
    return report


def listed(plan: Plan) -> str:
    return f"/plans/{plan.slug}/reports/"


def page_of(report: StatusReport, rest: str = "") -> str:
    return f"{listed(report.plan)}{report.month:%Y-%m}/{rest}"


def file_of(report: StatusReport, file_type: str) -> str:
    return f"{listed(report.plan)}{report.month:%Y-%m}.{file_type}"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def save(client: Client, report: StatusReport, **typed: object) -> Any:
    data = {
        "seen": report.version,
        "summary": "We go on.",
        **dict.fromkeys(("overall", "measures", "actions", "risks"), Rating.AMBER.value),
        "achievements": "First\r\n\r\n Second \r\nFirst",
        "targets": "Next",
        **typed,
    }
    return client.post(page_of(report, "edit/"), data, follow=True)


def publish(client: Client, report: StatusReport, **typed: object) -> Any:
    data = {"seen": report.version, "shown": mark_of(kept_now(report, DAY)), **typed}
    return client.post(page_of(report, "publish/"), data, follow=True)


# ---- the list ----------------------------------------------------------------------


def test_the_list_says_first_what_the_latest_published_one_says(
    printed: StatusReport, as_member: Client
) -> None:
    page = text(as_member.get(listed(printed.plan)))
    assert "The latest that is published is for February 2015: amber overall." in page
    assert page.count("rag--amber") == 4


def test_drafts_are_listed_for_those_who_may_see_them(
    draft: StatusReport, as_member: Client, as_officer: Client
) -> None:
    assert "Draft, not published" in text(as_officer.get(listed(draft.plan)))
    page = text(as_member.get(listed(draft.plan)))
    assert "No status report is published yet." in page and "Draft" not in page


def test_only_a_manager_is_offered_to_begin_a_report(
    printed: StatusReport, as_manager: Client, as_officer: Client
) -> None:
    page = text(as_manager.get(listed(printed.plan)))
    assert "Begin the report for March 2015" in page
    assert page.count("/edit/") == 1
    assert "Begin" not in text(as_officer.get(listed(printed.plan)))


def test_the_lists_queries_do_not_grow_with_its_reports(
    printed: StatusReport, as_manager: Client
) -> None:
    as_manager.get(listed(printed.plan))
    with CaptureQueriesContext(connection) as few:
        as_manager.get(listed(printed.plan))
    for month in range(1, 13):
        StatusReportFactory(plan=printed.plan, month=date(2014, month, 1))
    with CaptureQueriesContext(connection) as many:
        as_manager.get(listed(printed.plan))
    assert len(many) == len(few)


# ---- begun -------------------------------------------------------------------------


def test_a_manager_begins_a_months_report_and_edits_what_was_drawn(as_manager: Client) -> None:
    update = UpdateFactory(status=Status.APPROVED, progress="Trained all.", next_steps="Train on.")
    plan = update.action.plan
    response = as_manager.post(f"{listed(plan)}2015-03/edit/", {"action": "begin"}, follow=True)
    page = text(response)
    assert response.redirect_chain == [(f"{listed(plan)}2015-03/edit/", 302)]
    for shown in ("Trained all.</textarea>", "Train on.</textarea>", "The rule suggests amber"):
        assert shown in page
    assert StatusReport.objects.get().actions == Rating.AMBER


@pytest.mark.parametrize("month", ["2015-01", "2015-04"])
def test_another_month_than_that_of_the_plans_day_is_refused_in_words(
    month: str, as_manager: Client
) -> None:
    plan = DivisionFactory().plan
    response = as_manager.post(f"{listed(plan)}{month}/edit/", {"action": "begin"}, follow=True)
    assert "Only the report for March 2015 can be begun" in said(response)
    assert not StatusReport.objects.exists()


def test_a_report_that_nobody_began_has_no_page_and_cannot_be_saved(as_manager: Client) -> None:
    report = StatusReport(plan=DivisionFactory().plan, month=MARCH)
    for rest in ("", "edit/", "publish/"):
        assert as_manager.get(page_of(report, rest)).status_code == 404
    assert save(as_manager, report).status_code == 404


# ---- read --------------------------------------------------------------------------


def test_a_draft_shows_what_the_rule_suggests_where_that_differs(
    draft: StatusReport, as_officer: Client
) -> None:
    page = text(as_officer.get(page_of(draft)))
    for shown in (
        "Overall amber: success measures amber, actions amber, risks and issues amber.",
        "the rule suggests red: 1 red of 1 rated",
        "As the board agreed.",
        "The pace of change continues.",
        "All trained",
        "As the plan stood on 31 March 2015. Success measures: 1 red.",
        "since the plan as printed",
        "at least 33%",
        "This is a draft: members do not see it.",
    ):
        assert shown in page
    assert page.count("the rule suggests") == 2


def test_a_member_sees_no_draft_on_any_page(draft: StatusReport, as_member: Client) -> None:
    for address in (page_of(draft), file_of(draft, "csv"), file_of(draft, "xlsx")):
        assert as_member.get(address).status_code == 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_a_published_report_as_it_was_frozen(
    who: str, draft: StatusReport, as_manager: Client, request: pytest.FixtureRequest
) -> None:
    publish(as_manager, draft)
    draft.plan.actions.update(rating=Rating.RED)
    client = request.getfixturevalue(who)
    page = text(client.get(page_of(draft)))
    assert "the rule suggests red: 1 red of 1 rated" in page
    assert "Published on" in page and "Edit" not in page
    assert (
        '<td class="govuk-table__cell govuk-table__cell--numeric" role="cell" '
        'data-label="Amber">1</td>' in page
    )


def test_what_changed_is_told_from_one_published_report_to_the_next(
    draft: StatusReport, as_manager: Client, as_member: Client
) -> None:
    publish(as_manager, draft)
    draft.plan.actions.update(rating=Rating.GREEN)
    Plan.objects.update(read_at=date(2015, 4, 30))
    april = StatusReportFactory(plan=Plan.objects.get(), month=date(2015, 4, 1))
    shown = mark_of(kept_now(april, date(2015, 4, 30)))
    publish(as_manager, april, shown=shown)
    page = text(as_member.get(page_of(april)))
    assert "Since the report for March 2015: 1 completed." in page
    assert "Train the teams" in page and "</svg>Completed" in page


def test_a_printed_report_shows_its_risks_and_says_that_it_prints_no_counts(
    printed: StatusReport, as_member: Client
) -> None:
    RiskRatingFactory(risk=printed.plan.risks.get(), on=DAY, rating=Rating.RED)
    page = text(as_member.get(page_of(printed)))
    assert "rag--red" not in page and "Director" in page
    assert "rated by the end of February 2015" in page
    assert "The paper prints no counts" in page
    assert "the rule suggests" not in page


def test_the_report_of_february_2015_is_as_the_paper_has_it(plan: Plan, as_member: Client) -> None:
    page = text(as_member.get("/plans/improvement-plan/reports/2015-02/"))
    for shown in (
        "Overall red: success measures red, actions amber, risks and issues amber.",
        "Managing Director Children’s Social Care &amp; Learning",
        "&#x27;the council has the capability to effect the necessary changes.&#x27;",
        "See attached data dashboard and Contacts &amp; Referrals report",
        "<li>6 permanent social workers appointed</li>",
        "<li>Version 10 ICS go live (01/04/15)</li>",
        "Printed in the paper of 7 April 2015",
        "The paper prints a name; the post is from its list of post holders.",
    ):
        assert shown in page
    assert (page.count("rag--red"), page.count("rag--amber"), page.count("rag--green")) == (4, 4, 1)


@pytest.mark.parametrize("rest", ["", "edit/", "publish/"])
def test_a_reports_queries_do_not_grow_with_its_plan(
    rest: str, draft: StatusReport, as_manager: Client
) -> None:
    as_manager.get(page_of(draft, rest))
    with CaptureQueriesContext(connection) as few:
        as_manager.get(page_of(draft, rest))
    for place in range(15):
        division = DivisionFactory(plan=draft.plan)
        UpdateFactory(action__division=division, status=Status.APPROVED, progress=f"{place}")
        SuccessMeasureFactory(division=division)
        RiskRatingFactory(risk__plan=draft.plan)
        ReportLine.objects.create(report=draft, kind=LineKind.TARGET, text=f"{place}")
    with CaptureQueriesContext(connection) as many:
        as_manager.get(page_of(draft, rest))
    assert len(many) == len(few)


def test_a_published_reports_queries_do_not_grow_with_what_it_kept(
    draft: StatusReport, as_manager: Client, as_member: Client
) -> None:
    publish(as_manager, draft)
    address = page_of(draft)
    as_member.get(address)
    with CaptureQueriesContext(connection) as few:
        as_member.get(address)
    draft.refresh_from_db()
    draft.frozen["risks"] *= 20
    draft.frozen["divisions"] *= 20
    draft.save()
    with CaptureQueriesContext(connection) as many:
        as_member.get(address)
    assert len(many) == len(few)


# ---- edited ------------------------------------------------------------------------


def test_each_rating_stands_beside_what_the_rule_suggests(
    draft: StatusReport, as_manager: Client
) -> None:
    page = text(as_manager.get(page_of(draft, "edit/")))
    for shown in (
        "The rule suggests red.",
        "The rule suggests red: 1 red of 1 rated.",
        "The rule suggests amber: 0 red of 1 rated.",
        "at least 33%",
        "All trained</textarea>",
        'name="risks" value="2"',
    ):
        assert shown in page
    assert "Not rated" not in page


def test_the_risks_that_go_up_are_named_where_the_summary_is_written(
    draft: StatusReport, as_manager: Client
) -> None:
    assert "go up to the board" not in text(as_manager.get(page_of(draft, "edit/")))
    RiskRatingFactory(risk__plan=draft.plan, risk__ref="407", rating=Rating.RED)
    assert "rule</a>: 407." in text(as_manager.get(page_of(draft, "edit/")))


def test_a_part_of_which_nothing_is_rated_may_be_left_so(as_manager: Client) -> None:
    report = StatusReportFactory(measures=Rating.NONE)
    page = text(as_manager.get(page_of(report, "edit/")))
    assert "The rule suggests nothing: nothing is rated." in page and "Not rated" in page
    save(as_manager, report, measures=Rating.NONE.value)
    report.refresh_from_db()
    assert (report.version, report.measures) == (2, Rating.NONE)


def test_what_is_typed_is_kept_a_line_each(
    draft: StatusReport, manager: User, as_manager: Client
) -> None:
    response = save(as_manager, draft, summary="One.\r\nTwo.", risks=Rating.RED.value)
    assert response.redirect_chain == [(page_of(draft), 302)]
    assert "The report for March 2015 is saved." in said(response)
    draft.refresh_from_db()
    assert (draft.summary, draft.risks, draft.saved_by) == ("One.\nTwo.", Rating.RED, manager)
    assert [(line.kind, line.text) for line in draft.lines.all()] == [
        (LineKind.ACHIEVEMENT, "First"),
        (LineKind.ACHIEVEMENT, "Second"),
        (LineKind.TARGET, "Next"),
    ]


def test_reports_on_actions_that_came_in_since_are_offered(
    draft: StatusReport, as_manager: Client
) -> None:
    UpdateFactory(
        action__division=draft.plan.divisions.get(),
        status=Status.APPROVED,
        progress="All trained",
        next_steps="Train on.",
    )
    page = text(as_manager.get(page_of(draft, "edit/")))
    assert "1 from the month’s approved reports is not in the list" in page
    assert "Train on." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"summary": "x" * 4001}, "Use 4,000 characters or fewer: this is 4001."),
        ({"achievements": "\n".join(map(str, range(61)))}, "There are 61 lines; 60 is the most."),
        ({"targets": "x" * 4001}, "Use 4,000 characters or fewer in each line."),
        ({"risks": "7"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], words: str, draft: StatusReport, as_manager: Client
) -> None:
    response = save(as_manager, draft, evidence="The dashboard.", **typed)
    page = text(response)
    assert response.status_code == 422
    assert words in page and "The dashboard.</textarea>" in page
    assert StatusReport.objects.get().version == 1


def test_of_two_who_edit_the_second_sees_both_and_loses_nothing(
    draft: StatusReport, as_manager: Client, signed_in: Any
) -> None:
    other = signed_in(UserFactory(username="colleague", role="manager"))
    save(other, draft, summary="Theirs.", achievements="Their line")
    response = save(as_manager, draft, summary="Mine.", achievements="My line")
    page = text(response)
    assert response.status_code == 409
    assert "colleague changed this report at" in page
    for shown in ("Mine.</textarea>", "My line</textarea>", "What colleague wrote", "Their line"):
        assert shown in page
    assert StatusReport.objects.get().summary == "Theirs."
    draft.refresh_from_db()
    assert f'name="seen" value="{draft.version}"' in page
    save(as_manager, draft, summary="Mine.")
    assert StatusReport.objects.get().summary == "Mine."


def test_what_was_typed_by_somebody_who_had_been_signed_out_waits_for_them(
    draft: StatusReport, client: Client, manager: User
) -> None:
    response = save(client, draft, by=manager.pk, summary="Typed in vain?")
    assert "/accounts/login/" in response.redirect_chain[0][0]
    client.force_login(manager)
    page = text(client.get(page_of(draft, "edit/")))
    assert "Typed in vain?</textarea>" in page and "Not saved yet" in page
    client.post(page_of(draft, "edit/"), {"action": "forget"})
    assert "Typed in vain?" not in text(client.get(page_of(draft, "edit/")))


def test_a_published_report_can_no_longer_be_edited(
    printed: StatusReport, as_manager: Client
) -> None:
    words = "This report is published, so it can no longer be changed."
    response = as_manager.get(page_of(printed, "edit/"), follow=True)
    assert response.redirect_chain == [(page_of(printed), 302)] and words in said(response)
    response = save(as_manager, printed, summary="Changed.")
    assert words in text(response) and "Changed.</textarea>" in text(response)
    printed.refresh_from_db()
    assert printed.summary == "The pace of change continues."


# ---- published ---------------------------------------------------------------------


def test_what_will_be_kept_is_looked_over_then_published(
    draft: StatusReport, manager: User, as_manager: Client
) -> None:
    page = text(as_manager.get(page_of(draft, "publish/")))
    for shown in ("Publish the report for March 2015", "As the plan stood on 31 March 2015"):
        assert shown in page
    response = publish(as_manager, draft)
    assert response.redirect_chain == [(page_of(draft), 302)]
    assert "The report for March 2015 is published." in said(response)
    draft.refresh_from_db()
    assert draft.published_by == manager and draft.frozen["actions"] == {"a": "AMBER"}


def test_why_it_cannot_be_published_yet_is_said_and_no_button_offered(
    draft: StatusReport, as_manager: Client
) -> None:
    draft.reason = ""
    draft.save()
    page = text(as_manager.get(page_of(draft, "publish/")))
    assert "It cannot be published yet. A rating differs" in page
    assert "Publish the report" not in page
    assert "say why" in said(publish(as_manager, draft))
    assert not StatusReport.objects.published().exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"shown": "another"}, "The plan changed after you opened this page"),
        ({"seen": "7"}, "manager changed this report at"),
    ],
)
def test_what_changed_since_it_was_looked_over_is_not_published_unseen(
    typed: dict[str, str], words: str, draft: StatusReport, as_manager: Client
) -> None:
    response = publish(as_manager, draft, **typed)
    assert words in said(response)
    assert "Publish the report for March 2015" in text(response)
    assert not StatusReport.objects.published().exists()


def test_a_published_report_is_not_published_again(
    printed: StatusReport, as_manager: Client
) -> None:
    response = as_manager.get(page_of(printed, "publish/"), follow=True)
    assert "This report is published already." in said(response)


# ---- files -------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_whoever_sees_a_report_may_take_it_away(
    who: str, printed: StatusReport, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    response = client.get(file_of(printed, "csv"))
    name = f"buckinghamshire-{printed.plan.slug}-status-report-2015-02"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert ["Ratings", "Overall", "Rating", "Amber"] in rows
    response = client.get(file_of(printed, "xlsx"))
    assert response["Content-Type"] == XLSX
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Ratings", "Lines", "Risks"]


def test_what_is_no_file_is_no_page(printed: StatusReport, as_member: Client) -> None:
    assert as_member.get(file_of(printed, "pdf")).status_code == 404


# ---- the door ----------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["edit/", "publish/"])
@pytest.mark.parametrize("who", ["as_member", "as_officer", "as_administrator"])
def test_only_a_manager_edits_and_publishes(
    who: str, rest: str, draft: StatusReport, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    assert client.get(page_of(draft, rest)).status_code == 403
    assert client.post(page_of(draft, rest), {"action": "begin"}).status_code == 403
    assert StatusReport.objects.get().version == 1


def test_who_is_signed_out_is_asked_to_sign_in(draft: StatusReport, client: Client) -> None:
    pages = [listed(draft.plan), *(page_of(draft, rest) for rest in ("", "edit/", "publish/"))]
    for address in (*pages, file_of(draft, "csv")):
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_other_methods_are_refused(draft: StatusReport, as_manager: Client) -> None:
    for address in (listed(draft.plan), page_of(draft), file_of(draft, "csv")):
        assert as_manager.post(address).status_code == 405
    for rest in ("edit/", "publish/"):
        assert as_manager.put(page_of(draft, rest)).status_code == 405


def test_a_report_of_another_plan_is_not_shown(draft: StatusReport, as_manager: Client) -> None:
    other = DivisionFactory().plan
    assert as_manager.get(f"{listed(other)}2015-03/").status_code == 404
