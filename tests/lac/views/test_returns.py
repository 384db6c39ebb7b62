"""The pages of the returns held, their upload and its report."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bucks_cs.lib.periods import day_label
from bucks_cs.models import Job, JobState, User
from lac import services
from lac.models import ImportReport, Retention, Return, Upload

from ..factories import ImportJobFactory, ImportReportFactory, ReturnFactory, looked_after

pytestmark = pytest.mark.django_db

LIST, UPLOAD = "/lac/returns/", "/lac/returns/upload/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def problem(**other: Any) -> dict[str, Any]:
    usual = {"file": "Episodes.csv", "row": 2, "column": "PLACE", "text": "“Q9” is no code."}
    return {**usual, "refuses": True, **other}


def file(name: str, content: bytes = b"CHILD\nA") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# ---- who may -----------------------------------------------------------------------


@pytest.fixture
def report_page() -> str:
    report = ImportReportFactory(problems=[problem()])
    return f"{LIST}{report.job_id}/"


@pytest.mark.parametrize("page", [LIST, UPLOAD, "report", "problems"])
@pytest.mark.parametrize("who", ["as_member", "as_administrator"])
def test_only_officers_and_managers_see_them(
    page: str, who: str, client: Client, report_page: str, request: Any
) -> None:
    asked = {"report": report_page, "problems": f"{report_page}problems.csv"}.get(page, page)
    assert request.getfixturevalue(who).get(asked).status_code == 403
    assert client.get(asked)["Location"].startswith("/accounts/login/")
    assert request.getfixturevalue("as_officer").get(asked).status_code == 200
    assert request.getfixturevalue("as_manager").get(asked).status_code == 200


@pytest.mark.parametrize("page", [LIST, UPLOAD])
def test_only_they_send(page: str, client: Client, as_member: Client) -> None:
    assert as_member.post(page).status_code == 403
    assert client.post(page)["Location"].startswith("/accounts/login/")


def test_other_methods_are_refused(as_officer: Client, report_page: str) -> None:
    for page in (LIST, UPLOAD, report_page):
        assert as_officer.put(page).status_code == 405
    assert as_officer.post(f"{report_page}problems.csv").status_code == 405


# ---- the list ----------------------------------------------------------------------


def test_a_return_is_listed_with_its_rows_and_when_they_go(
    as_officer: Client, officer: User
) -> None:
    Retention.objects.create(days=30)
    looked_after("A")
    looked_after("B")
    Return.objects.update(imported_by=officer, imported_at="2024-05-01T12:00Z")
    response = as_officer.get(LIST)
    (held,) = response.context["held"]
    assert (held.children, held.episodes, str(held.goes)) == (2, 2, "2024-05-31")
    assert "Return of 2023/24" in text(response)
    assert "by officer" in text(response)
    assert "They are deleted 30 days after their import" in text(response)


def test_no_return_is_said(as_officer: Client) -> None:
    assert "No return is held, so nothing can be counted." in text(as_officer.get(LIST))


def test_a_return_without_postcodes_says_so(as_officer: Client) -> None:
    ReturnFactory(with_postcodes=False)
    assert "no distance is known" in text(as_officer.get(LIST))


def test_queries_do_not_grow_with_returns(
    as_officer: Client, django_assert_num_queries: Any
) -> None:
    ReturnFactory(year=2010)
    as_officer.get(LIST)
    with django_assert_num_queries(8):
        as_officer.get(LIST)
    for year in range(2011, 2025):
        looked_after("A", of=ReturnFactory(year=year))
        ImportJobFactory()
    with django_assert_num_queries(8):
        as_officer.get(LIST)


def test_a_return_can_be_deleted_before_its_time(as_officer: Client) -> None:
    held = ReturnFactory()
    response = as_officer.post(LIST, {"return": held.pk}, follow=True)
    assert "Return of 2023/24 is deleted." in text(response)
    assert not Return.objects.exists()


@pytest.mark.parametrize("asked", ["", "999", "x", "9" * 5000])
def test_a_return_that_is_no_longer_held_is_said(asked: str, as_officer: Client) -> None:
    ReturnFactory()
    response = as_officer.post(LIST, {"return": asked}, follow=True)
    assert "That return is no longer held." in text(response)
    assert Return.objects.exists()


# ---- the upload --------------------------------------------------------------------


def test_an_upload_starts_the_job_and_leads_to_its_report(
    as_officer: Client, officer: User
) -> None:
    sent = {
        "returns": [file("Header.csv"), file("Episodes.csv")],
        "postcodes": file("p.zip"),
        "year": "2024",
    }
    response = as_officer.post(UPLOAD, sent)
    job = Job.objects.get()
    assert response["Location"] == f"/lac/returns/{job.pk}/"
    assert (job.task, job.asked_by, job.arguments) == (services.IMPORT, officer, {"year": 2024})
    assert list(Upload.objects.values_list("name", "is_postcodes")) == [
        ("Header.csv", False),
        ("Episodes.csv", False),
        ("p.zip", True),
    ]
    assert bytes(Upload.objects.all()[0].content) == b"CHILD\nA"


def test_year_and_postcodes_may_be_left_out(as_officer: Client) -> None:
    as_officer.post(UPLOAD, {"returns": [file("all.zip")]})
    assert Job.objects.get().arguments == {"year": None}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose the files."),
        ({"returns": [file("a.xlsx")]}, "“a.xlsx” is neither a CSV file nor a zip file."),
        ({"returns": [file("a.csv", b"")]}, "A file is empty."),
        ({"returns": [file("a.csv")], "postcodes": file("p.txt")}, "“p.txt” is neither a CSV"),
        ({"returns": [file("a.csv")], "year": "1850"}, "1850 is not one of the available choices"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(
    sent: dict[str, Any], said: str, as_officer: Client
) -> None:
    for one in [*sent.get("returns", []), sent.get("postcodes")]:
        if one is not None:
            one.seek(0)
    response = as_officer.post(UPLOAD, sent)
    assert response.status_code == 200
    assert said in text(response)
    assert "There is a problem" in text(response)
    assert not Job.objects.exists()


def test_files_that_are_too_large_together_are_refused_in_words(
    as_officer: Client, settings: Any
) -> None:
    settings.MAX_RETURNS_BYTES = 2**20
    sent = {"returns": [file("a.csv", bytes(2**19))], "postcodes": file("p.csv", bytes(2**19 + 1))}
    response = as_officer.post(UPLOAD, sent)
    assert "Together the files are larger than 1 MB." in text(response)
    assert not Upload.objects.exists()


# ---- the report --------------------------------------------------------------------


def test_an_import_under_way_shows_how_far_it_is(as_officer: Client) -> None:
    job = ImportJobFactory(state=JobState.RUNNING, progress=35, message="Checking.")
    response = as_officer.get(f"{LIST}{job.pk}/")
    assert "Running" in text(response) and "Checking." in text(response)


def test_problems_are_listed_by_file_row_and_column(as_officer: Client, report_page: str) -> None:
    response = as_officer.get(report_page)
    assert "Nothing was loaded: 1 problem has to be put right first." in text(response)
    assert "Episodes.csv" in text(response) and "“Q9” is no code." in text(response)


def test_a_report_says_when_it_goes_and_is_deleted_sooner_by_hand(
    as_officer: Client, as_member: Client, report_page: str
) -> None:
    goes = day_label(timezone.localdate() + timedelta(days=31))
    assert f"is deleted by itself on {goes}" in text(as_officer.get(report_page))
    assert as_member.post(report_page).status_code == 403
    assert ImportReport.objects.exists()
    for _ in range(2):  # the second finds it gone
        assert as_officer.post(report_page)["Location"] == LIST
    assert "has been deleted" in text(as_officer.get(report_page))
    assert as_officer.get(f"{report_page}problems.csv").status_code == 404


def test_problems_come_before_doubts_and_the_page_shows_the_first(as_officer: Client) -> None:
    doubt = problem(refuses=False, text="This is empty.")
    report = ImportReportFactory(problems=[doubt] * 150 + [problem()] * 100)
    response = as_officer.get(f"{LIST}{report.job_id}/")
    shown = response.context["problems"]
    assert len(shown) == 200 and all(one["refuses"] for one in shown[:100])
    assert "The first 200 are shown." in text(response)
    rows = list(
        csv.reader(io.StringIO(as_officer.get(f"{LIST}{report.job_id}/problems.csv").content.decode("utf-8-sig")))
    )  # fmt: skip
    assert rows[0] == ["File", "Row", "Column", "What is wrong", "Refuses the files"]
    assert rows[1] == ["Episodes.csv", "2", "PLACE", "This is empty.", "no"]
    assert len(rows) == 251


def test_the_file_of_problems_runs_no_formula(as_officer: Client) -> None:
    report = ImportReportFactory(problems=[problem(file="=cmd()", row=0, column="")])
    content = as_officer.get(f"{LIST}{report.job_id}/problems.csv").content.decode("utf-8-sig")
    assert content.splitlines()[1].startswith("'=cmd(),,,")


def test_what_was_loaded_is_told_by_year(as_officer: Client) -> None:
    loaded = {"2023/24": {"children": 975, "episodes": 2000, "reviews": 3, "care_leavers": 4,
                          "adoptions": 5}}  # fmt: skip
    report = ImportReportFactory(loaded=loaded)
    response = as_officer.get(f"{LIST}{report.job_id}/")
    assert "1 return loaded." in text(response)
    assert "2,000" in text(response)


def test_a_report_that_has_been_deleted_is_said(as_officer: Client) -> None:
    job = ImportJobFactory(state=JobState.DONE)
    assert "has been deleted" in text(as_officer.get(f"{LIST}{job.pk}/"))
    assert as_officer.get(f"{LIST}{job.pk}/problems.csv").status_code == 404


def test_a_job_that_is_no_import_is_not_found(as_officer: Client) -> None:
    job = ImportJobFactory(task="scorecard.tasks.recompute_all")
    assert as_officer.get(f"{LIST}{job.pk}/").status_code == 404
    assert as_officer.get(f"{LIST}99999/").status_code == 404


def test_queries_do_not_grow_with_problems(
    as_officer: Client, django_assert_num_queries: Any
) -> None:
    few = ImportReportFactory(problems=[problem()])
    many = ImportReportFactory(problems=[problem()] * 300)
    as_officer.get(f"{LIST}{few.job_id}/")
    for report in (few, many):
        with django_assert_num_queries(6):
            as_officer.get(f"{LIST}{report.job_id}/")
