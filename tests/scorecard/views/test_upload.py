"""The template of a month, and the upload of it."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from bucks_cs.models import User
from scorecard.models import Outturn, Series, Source, Status
from tests.factories import OutturnFactory, SeriesFactory

pytestmark = pytest.mark.django_db

MARCH, MONTH = date(2015, 3, 1), "/enter/2015-03/"
PAGE = MONTH + "upload/"


@pytest.fixture
def series() -> Series:
    one: Series = SeriesFactory(measure__code="a", measure__short_name="Repeat referrals")
    return one


def upload(client: Client, *lines: str, follow: bool = True) -> Any:
    content = "\r\n".join(["Code,Month,Value,Commentary", *lines]).encode()
    return client.post(PAGE, {"file": SimpleUploadedFile("march.csv", content)}, follow=follow)


def confirm(client: Client, response: Any, action: str = "save") -> Any:
    data = {"key": response.context["kept"].key, "action": action}
    return client.post(PAGE + "confirm/", data, follow=True)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# ---- who may -----------------------------------------------------------------------

GETS = (MONTH + "template.xlsx", MONTH + "template.csv", PAGE, PAGE + "report.csv")


@pytest.mark.parametrize("page", GETS)
def test_only_who_enters_may(page: str, client: Client, as_member: Client) -> None:
    assert as_member.get(page).status_code == 403
    assert client.get(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", [PAGE, PAGE + "confirm/"])
def test_only_who_enters_may_send(page: str, client: Client, as_member: Client) -> None:
    assert as_member.post(page).status_code == 403
    assert client.post(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("page", "method"),
    [
        (MONTH + "template.xlsx", "post"),
        (PAGE, "put"),
        (PAGE + "confirm/", "get"),
        (PAGE + "report.csv", "post"),
    ],
)
def test_other_methods_are_refused(page: str, method: str, as_officer: Client) -> None:
    assert getattr(as_officer, method)(page).status_code == 405


@pytest.mark.parametrize(
    "page", ["/enter/2999-01/upload/", "/enter/2999-01/template.csv", MONTH + "template.pdf"]
)
def test_what_is_not_there_is_not_found(page: str, as_officer: Client) -> None:
    assert as_officer.get(page).status_code == 404


# ---- the template ------------------------------------------------------------------


def test_the_template_is_a_workbook_named_for_its_month(as_officer: Client, series: Series) -> None:
    response = as_officer.get(MONTH + "template.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="figures-2015-03.xlsx"'
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet["A1"].value == "Buckinghamshire: figures of March 2015"
    assert sheet["A6"].value == "a"


def test_the_template_is_a_csv_file_too(as_officer: Client, series: Series) -> None:
    response = as_officer.get(MONTH + "template.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").startswith("Code,Measure,Category,Month,")


# ---- the report --------------------------------------------------------------------


def test_a_file_is_reported_before_anything_is_saved(as_officer: Client, series: Series) -> None:
    response = upload(as_officer, "a,2015-03,26,Why.")
    assert response.redirect_chain == [(PAGE, 302)]
    page = text(response)
    assert "Nothing is saved yet. march.csv would save 1 draft; no row is refused." in page
    assert "26.0%" in page
    assert not Outturn.objects.exists()


def test_one_refused_row_blocks_the_rest_and_says_where_and_why(
    as_officer: Client, series: Series
) -> None:
    response = upload(as_officer, "a,2015-03,26,", "b,2015-03,27,")
    page = text(response)
    assert "1 of 2 rows in march.csv is refused, so nothing can be saved" in page
    assert "<strong>A, Code:</strong> No measure “b” is entered in this month." in page
    assert 'value="save"' not in page
    assert "so nothing was saved" in said(confirm(as_officer, response))
    assert not Outturn.objects.exists()


def test_a_file_with_nothing_new_says_so(as_officer: Client, series: Series) -> None:
    OutturnFactory(series=series, month=MARCH, value=26, status=Status.DRAFT)
    page = text(upload(as_officer, "a,2015-03,26,"))
    assert "march.csv holds nothing new" in page
    assert 'value="save"' not in page


def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    as_officer: Client, series: Series
) -> None:
    for content, words in ((b"\x00", "neither"), (b"", "No headings"), (b"PK\x03\x04", "read")):
        file = SimpleUploadedFile("march.xlsx", content)
        response = as_officer.post(PAGE, {"file": file})
        assert response.status_code == 200
        assert words in response.context["form"].errors["file"][0]
    assert as_officer.post(PAGE, {}).context["form"].errors == {"file": ["Choose a file."]}


def test_the_report_can_be_downloaded_while_it_waits(as_officer: Client, series: Series) -> None:
    assert as_officer.get(PAGE + "report.csv").status_code == 404
    upload(as_officer, "a,2015-03,lots,")
    response = as_officer.get(PAGE + "report.csv")
    assert response["Content-Disposition"] == ('attachment; filename="upload-report-2015-03.csv"')
    assert "“lots” is not a number." in response.content.decode()


def test_a_very_long_report_is_shown_in_part_and_downloaded_whole(
    as_officer: Client, series: Series
) -> None:
    page = text(upload(as_officer, *(f"x{n},2015-03,1," for n in range(300))))
    assert "The first 200 of 300 are shown." in page
    assert page.count("No measure “x") == 200
    lines = as_officer.get(PAGE + "report.csv").content.decode().splitlines()
    assert len(lines) == 301


# ---- agreement ---------------------------------------------------------------------


def test_once_agreed_to_the_drafts_are_saved(
    as_officer: Client, officer: User, series: Series
) -> None:
    response = confirm(as_officer, upload(as_officer, "a,2015-03,26,Why."))
    assert response.redirect_chain == [(MONTH, 302)]
    assert said(response) == "1 draft saved from march.csv."
    outturn = Outturn.objects.get()
    assert (outturn.value, outturn.commentary) == (26, "Why.")
    assert (outturn.source, outturn.entered_by) == (Source.WORKBOOK, officer)


def test_an_upload_can_be_discarded(as_officer: Client, series: Series) -> None:
    response = confirm(as_officer, upload(as_officer, "a,2015-03,26,"), action="forget")
    assert said(response) == "The upload is discarded. Nothing was saved."
    assert response.context["kept"] is None
    assert not Outturn.objects.exists()


def test_agreement_to_an_upload_that_is_gone_or_replaced_saves_nothing(
    as_officer: Client, series: Series
) -> None:
    first = upload(as_officer, "a,2015-03,26,")
    upload(as_officer, "a,2015-03,27,")
    assert "no longer waiting" in said(confirm(as_officer, first))
    assert not Outturn.objects.exists()


def test_an_upload_waits_for_the_person_and_the_month_it_was_sent_by_and_for(
    as_officer: Client, as_manager: Client, series: Series
) -> None:
    upload(as_officer, "a,2015-03,26,")
    assert as_officer.get("/enter/2015-02/upload/").context["kept"] is None
    assert as_manager.get(PAGE).context["kept"] is None
    assert as_officer.get(PAGE).context["kept"] is not None


def test_a_figure_changed_between_the_report_and_the_agreement_saves_nothing(
    as_officer: Client, series: Series
) -> None:
    other = SeriesFactory(measure__code="b")
    response = upload(as_officer, "a,2015-03,26,", "b,2015-03,27,")
    OutturnFactory(series=other, month=MARCH, value=50, status=Status.DRAFT)
    response = confirm(as_officer, response)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "changed this figure at" in said(response)
    assert "Nothing was saved." in said(response)
    assert Outturn.objects.get().value == 50


def test_an_upload_takes_as_many_queries_for_many_rows_as_for_few(
    as_officer: Client, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 40):
        for n in range(count):
            SeriesFactory(measure__code=f"m{count}-{n}")
        lines = [f"m{count}-{n},2015-03,{n},x" for n in range(count)]
        with django_assert_max_num_queries(16):
            upload(as_officer, *lines, follow=False)
        response = as_officer.get(PAGE)
        with django_assert_max_num_queries(24):
            as_officer.post(PAGE + "confirm/", {"key": response.context["kept"].key})
    assert Outturn.objects.count() == 42
