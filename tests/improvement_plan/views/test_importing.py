"""A plan's workbook uploaded, looked at, and added or forgotten."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from openpyxl import load_workbook

from bucks_cs.models import AuditEvent, User
from improvement_plan import plan_files
from improvement_plan.models import Action, Plan, Update
from improvement_plan.plan_files import as_workbook
from improvement_plan.sheets import KINDS, Row
from improvement_plan.views import importing
from scorecard.models import Document
from tests.factories import UserFactory
from tests.plan_sheets import ACTION, DIVISION, PLAN, UPDATE, sheets, workbook

pytestmark = pytest.mark.django_db

PAGE = "/plans/import/"
CONFIRM, REPORT = PAGE + "confirm/", PAGE + "report.csv"


def send(client: Client, content: bytes, name: str = "plan.xlsx", *, follow: bool = True) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)}, follow=follow)


def confirm(client: Client, response: Any, action: str = "add") -> Any:
    data = {"key": response.context["kept"].key, "action": action}
    return client.post(CONFIRM, data, follow=True)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# ---- who may


@pytest.mark.parametrize("page", [PAGE, PAGE + "?format=xlsx", REPORT])
def test_only_an_administrator_may(page: str, client: Client, as_manager: Client) -> None:
    assert as_manager.get(page).status_code == 403
    assert client.get(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", [PAGE, CONFIRM])
def test_only_an_administrator_may_send(page: str, client: Client, as_officer: Client) -> None:
    assert as_officer.post(page).status_code == 403
    assert client.post(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("page", "method"), [(PAGE, "put"), (CONFIRM, "get"), (REPORT, "post")])
def test_other_methods_are_refused(page: str, method: str, as_administrator: Client) -> None:
    assert getattr(as_administrator, method)(page).status_code == 405


# ---- the empty workbook


def test_an_empty_workbook_is_there_to_be_filled_in(as_administrator: Client) -> None:
    response = as_administrator.get(PAGE + "?format=xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="plan-template.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == list(KINDS)
    assert all(page.max_row == 1 for page in book)


def test_the_page_says_what_is_taken(as_administrator: Client) -> None:
    page = words(as_administrator.get(PAGE))
    assert "An .xlsx file of 5 MB at the most." in page
    assert "<dt><strong>risk_ratings</strong></dt>" in page


# ---- what cannot be taken


def test_no_file_is_said_at_the_field(as_administrator: Client) -> None:
    response = as_administrator.post(PAGE)
    assert "Choose a file." in words(response)
    assert "There is a problem" in words(response)


@pytest.mark.parametrize("content", [b"slug,title\r\na,b\r\n", b"", b"PK\x03\x04"])
def test_what_is_no_workbook_is_said_at_the_field(content: bytes, as_administrator: Client) -> None:
    response = send(as_administrator, content)
    assert "This is not a workbook that can be read." in words(response)
    assert response.context["kept"] is None


@override_settings(MAX_UPLOAD_BYTES=2**20)
def test_a_file_that_is_too_large_is_said_at_the_field(as_administrator: Client) -> None:
    assert "The file is larger than 1 MB." in words(send(as_administrator, b"x" * (2**20 + 1)))


# ---- what is wrong


def test_every_problem_is_told_by_sheet_row_and_column(as_administrator: Client) -> None:
    wrong = [{**ACTION, "rag": "P", "division": "9"}]
    response = send(as_administrator, workbook(actions=wrong))
    assert response.redirect_chain == [(PAGE, 302)]
    page = words(response)
    assert "plan.xlsx has 2 problems, so nothing of it can be added" in page
    assert "“9” is not in divisions." in page
    assert "“P” is not a rating: write R, A, G or nothing." in page
    assert "Add the new rows" not in page
    rows = list(csv.reader(io.StringIO(as_administrator.get(REPORT).content.decode("utf-8-sig"))))
    assert rows == [
        ["Sheet", "Row", "Column", "What"],
        ["actions", "2", "division", "“9” is not in divisions."],
        ["actions", "2", "rag", "“P” is not a rating: write R, A, G or nothing."],
    ]


def test_a_file_with_a_problem_is_not_added_however_one_asks(as_administrator: Client) -> None:
    response = send(as_administrator, workbook(actions=[{**ACTION, "rag": "P"}]))
    assert "The file can no longer be added" in said(confirm(as_administrator, response))
    assert not Plan.objects.exists()


def test_a_very_long_list_of_problems_is_cut_on_the_page_alone(
    as_administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SHOWN", 3)
    wrong = [{**ACTION, "key": f"{n}", "rag": "P"} for n in range(5)]
    page = words(send(as_administrator, workbook(actions=wrong)))
    assert "The first 3 of 5 are shown." in page
    assert as_administrator.get(REPORT).content.count(b"is not a rating") == 5


# ---- what would happen


def test_a_new_plan_is_told_before_anything_is_kept(as_administrator: Client) -> None:
    response = send(as_administrator, workbook(actions=[ACTION, {**ACTION, "key": "1.2"}]))
    page = words(response)
    assert "Nothing is added yet. plan.xlsx would add 4 rows to A plan, a new plan." in page
    assert response.context["kept"].preview.sheets[-1] == ("actions", 2, 0, 0)
    assert not Plan.objects.exists()


def test_then_it_is_added_all_of_it_and_told_who_did(
    as_administrator: Client, administrator: User
) -> None:
    response = confirm(as_administrator, send(as_administrator, workbook(actions=[ACTION])))
    assert response.redirect_chain[-1] == ("/plans/a-plan/", 302)
    assert said(response) == "Added to A plan: plan (1), divisions (1), actions (1)."
    assert Action.objects.get().text == "Do it"
    event = AuditEvent.objects.get(action="imported a plan")
    assert (event.user, event.detail["actions"]) == (administrator, 1)
    assert as_administrator.get(PAGE).context["kept"] is None


def test_what_cannot_be_read_is_told_and_does_not_stop_it(as_administrator: Client) -> None:
    response = send(as_administrator, workbook(actions=[{**ACTION, "due": "31/11/14"}]))
    page = words(response)
    assert "What cannot be read with certainty" in page
    assert "“31/11/14” is not in the calendar." in page
    report = as_administrator.get(REPORT).content.decode("utf-8-sig")
    assert "actions,2,due,In doubt: “31/11/14” is not in the calendar." in report
    assert Action.objects.count() == 0
    confirm(as_administrator, response)
    assert Action.objects.get().due_text == "31/11/14"


def test_a_report_on_an_action_that_is_there_is_refused_in_words(as_administrator: Client) -> None:
    confirm(as_administrator, send(as_administrator, workbook(actions=[ACTION])))
    response = send(as_administrator, workbook(actions=[ACTION], updates=[UPDATE]))
    assert "where somebody else approves them." in words(response)
    assert "The file can no longer be added" in said(confirm(as_administrator, response))
    assert not Update.objects.exists()


def test_a_file_that_waits_is_forgotten_when_it_may_no_longer_be_read(
    as_administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(as_administrator, workbook(actions=[ACTION]))
    monkeypatch.setattr(plan_files, "MOST_IN_ALL", 10)
    response = as_administrator.get(PAGE)
    assert (response.status_code, response.context["kept"]) == (200, None)


def test_additions_to_a_plan_are_added_and_differences_are_left(as_administrator: Client) -> None:
    confirm(as_administrator, send(as_administrator, workbook(actions=[ACTION])))
    more = [{**ACTION, "text": "Do more"}, {**ACTION, "key": "1.2"}]
    response = send(as_administrator, workbook(actions=more))
    page = words(response)
    assert "would add 1 row to A plan. What is there already stays as it is." in page
    assert "What the file says otherwise" in page
    assert "Do more" in page
    report = as_administrator.get(REPORT).content.decode("utf-8-sig")
    assert 'actions,,,"1 new, 1 there already"' in report
    assert "actions,2,text,Left as it is. The plan says: Do it. The file: Do more" in report
    assert said(confirm(as_administrator, response)) == "Added to A plan: actions (1)."
    assert [one.text for one in Action.objects.order_by("key")] == ["Do it", "Do it"]


def test_a_file_with_nothing_new_has_nothing_to_agree_to(as_administrator: Client) -> None:
    confirm(as_administrator, send(as_administrator, workbook()))
    page = words(send(as_administrator, workbook()))
    assert "plan.xlsx holds nothing new: all of it is in A plan already." in page
    assert "Add the new rows" not in page


def test_a_report_is_no_formula(as_administrator: Client) -> None:
    confirm(as_administrator, send(as_administrator, workbook()))
    send(as_administrator, workbook(divisions=[{**DIVISION, "title": "=1+1"}], actions=[ACTION]))
    for row in csv.reader(io.StringIO(as_administrator.get(REPORT).content.decode("utf-8-sig"))):
        assert not any(cell.startswith("=") for cell in row)


# ---- between the two steps


def test_it_can_be_forgotten(as_administrator: Client) -> None:
    response = send(as_administrator, workbook())
    response = confirm(as_administrator, response, "forget")
    assert said(response) == "The file is forgotten. Nothing was added."
    assert response.context["kept"] is None
    assert not Plan.objects.exists()
    assert as_administrator.get(REPORT).status_code == 404


def test_only_its_own_person_can_confirm_it(as_administrator: Client, signed_in: Any) -> None:
    response = send(as_administrator, workbook())
    other = signed_in(UserFactory(role="administrator"))
    assert other.get(PAGE).context["kept"] is None
    refused = confirm(other, response)
    assert said(refused) == "That file is no longer waiting. Upload it again."
    assert not Plan.objects.exists()


def test_another_file_takes_its_place(as_administrator: Client) -> None:
    first = send(as_administrator, workbook())
    send(as_administrator, workbook(plan=[{**PLAN, "slug": "another"}]))
    assert "no longer waiting" in said(confirm(as_administrator, first))
    assert not Plan.objects.exists()


def test_what_waited_too_long_is_to_be_uploaded_again(as_administrator: Client) -> None:
    response = send(as_administrator, workbook())
    cache.clear()
    assert "no longer waiting" in said(confirm(as_administrator, response))


def test_what_changed_in_between_is_looked_at_again(as_administrator: Client) -> None:
    Document.objects.create(code="003", title="Agenda", date="2015-04-07")
    response = send(as_administrator, workbook(plan=[{**PLAN, "document": "003"}]))
    assert response.context["kept"].problems == []
    Document.objects.all().delete()
    response = confirm(as_administrator, response)
    assert "see what is wrong with it now" in said(response)
    assert "“003” is not in the documents of Settings." in words(response)


def test_the_session_stays_small_however_large_the_plan(as_administrator: Client) -> None:
    actions = [{**ACTION, "key": f"{n}", "text": "Do it well. " * 20} for n in range(2_000)]
    response = send(as_administrator, workbook(actions=actions))
    assert response.context["kept"].preview.new["actions"] == 2_000
    assert len(as_administrator.session["plan-import"]) < 100
    assert said(confirm(as_administrator, response)).endswith("actions (2000).")
    assert Action.objects.count() == 2_000


def test_its_queries_do_not_grow_with_the_plan(as_administrator: Client) -> None:
    def asked(count: int) -> int:
        found = sheets(actions=[{**ACTION, "key": f"{n}"} for n in range(count)])
        found.rows["divisions"] = [Row(2, DIVISION)]
        send(as_administrator, as_workbook(found, title="x"), follow=False)
        with CaptureQueriesContext(connection) as queries:
            assert as_administrator.get(PAGE).context["kept"].preview.rows
        return len(queries)

    assert asked(2) == asked(60)
