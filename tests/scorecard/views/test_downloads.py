"""The scorecard and a measure as files, as each person may have them."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from scorecard.files import XLSX
from scorecard.models import Publication

SCORECARD = "/scorecard/2015-02"
MEASURE = "/measures/assessments-45-days"
FILES = [f"{SCORECARD}.csv", f"{SCORECARD}.xlsx", f"{MEASURE}.csv", f"{MEASURE}.xlsx"]


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def sheets(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_the_scorecard_is_a_workbook_like_the_printed_one(published, as_member):
    response = as_member.get(f"{SCORECARD}.xlsx")
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == (
        'attachment; filename="buckinghamshire-scorecard-2015-02.xlsx"'
    )
    assert sheets(response).sheetnames == ["Scorecard", "Other figures", "Every field"]


def test_a_file_holds_what_its_page_shows_and_says_so(published, as_member):
    response = as_member.get(f"{SCORECARD}.csv?edition=1&rag=red")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    found = rows(response)
    assert ["State", "As published on 7 April 2015"] in found
    assert ["Filter", "Only RAG red"] in found
    assert len(found[9:]) == 5


def test_a_measure_is_a_file_of_every_period(published, as_member):
    found = rows(as_member.get(f"{MEASURE}.csv?month=2015-02"))
    assert ["State", "As known now, figures to February 2015"] in found
    assert sum(row[0] == "Buckinghamshire" for row in found if row) == 11
    assert sheets(as_member.get(f"{MEASURE}.xlsx")).sheetnames == ["Figures"]


@pytest.mark.parametrize(
    "address",
    [
        "/scorecard/2015-02.pdf",
        "/scorecard/2015-13.csv",
        "/scorecard/2015-02.csv?edition=7",
        "/measures/nothing.csv",
        f"{MEASURE}.pdf",
        f"{MEASURE}.csv?month=soon",
    ],
)
def test_what_is_no_file_is_no_page(address, published, as_member):
    assert as_member.get(address).status_code == 404


def test_a_member_has_no_file_of_a_month_that_is_not_published(published, as_member, as_officer):
    assert as_member.get("/scorecard/2015-03.csv").status_code == 404
    assert as_officer.get("/scorecard/2015-03.csv").status_code == 200


def test_a_month_in_the_filters_does_not_change_the_month_of_the_address(published, as_member):
    Publication.objects.create(month=date(2015, 1, 1), published_at="2015-03-01T00:00Z")
    found = rows(as_member.get(f"{SCORECARD}.csv?month=2015-01"))
    assert ["Month", "February 2015"] in found


@pytest.mark.parametrize("address", FILES)
def test_somebody_who_is_not_signed_in_is_asked_to(address, client, db):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", FILES)
def test_files_are_only_read(address, as_member):
    assert as_member.post(address).status_code == 405


@pytest.mark.parametrize("address", FILES)
def test_somebody_who_may_see_nothing_gets_no_file(address, published, member, signed_in):
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    assert signed_in(member).get(address).status_code == 302
