"""How every list is asked: strict parameters, pages, JSON or CSV. Told of the lists of areas and
of measures, which hold nothing that has to be hidden."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from bucks_cs.api import lists
from scorecard.models import AreaKind
from tests.factories import AreaFactory, MeasureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_areas() -> None:
    for number in range(7):
        AreaFactory(code=f"area-{number}")


def codes(client: Client, **query: Any) -> list[str]:
    found = client.get("/api/v1/areas/", query)
    assert found.status_code == 200, found.content
    return [row["code"] for row in found.json()["results"]]


def problems(client: Client, query: str) -> dict[str, list[str]]:
    refused = client.get(f"/api/v1/measures/?{query}")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/json"
    problems: dict[str, list[str]] = refused.json()
    return problems


@pytest.mark.usefixtures("many_areas")
def test_a_list_comes_in_pages(as_member: Client) -> None:
    page = as_member.get("/api/v1/areas/", {"page_size": 3, "page": 2}).json()
    assert page["count"] == 7
    assert [row["code"] for row in page["results"]] == ["area-3", "area-4", "area-5"]
    assert "page=3" in page["next"]
    assert "page_size=3" in page["previous"]


@pytest.mark.usefixtures("many_areas")
def test_a_page_that_is_not_there_is_not_found(as_member: Client) -> None:
    for page in (2, 10**30):
        refused = as_member.get("/api/v1/areas/", {"page": page})
        assert (refused.status_code, refused.json()) == (404, {"detail": "Invalid page."})


def test_a_filter_filters(as_member: Client) -> None:
    AreaFactory(code="bucks")
    AreaFactory(code="england", kind=AreaKind.NATION)
    assert codes(as_member, kind="nation") == ["england"]
    assert codes(as_member, kind="group") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("teem=x", "teem"),
        ("from=2015-02", "from"),
        ("theme=", "theme"),
        ("theme=a%00b", "theme"),
        ("theme=a&theme=b", "theme"),
        ("theme=" + "x" * 101, "theme"),
        ("page=0", "page"),
        ("page=one", "page"),
        ("page=" + "9" * 2000, "page"),
        ("page_size=1001", "page_size"),
        ("page_size=-1", "page_size"),
        ("unit=furlongs", "unit"),
        ("polarity=1", "polarity"),
        ("polarity=HIGHER", "polarity"),
        ("on_scorecard=yes", "on_scorecard"),
        ("format=xml", "format"),
        ("format=", "format"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_by_name(
    as_member: Client, query: str, field: str
) -> None:
    assert list(problems(as_member, query)) == [field]


def test_everything_wrong_is_said_at_once(as_member: Client) -> None:
    assert set(problems(as_member, "page=x&unit=y&polarity=z")) == {"page", "unit", "polarity"}


def test_an_unknown_parameter_is_refused_in_words(as_member: Client) -> None:
    assert problems(as_member, "mesure=x") == {"mesure": ["There is no such parameter."]}


@pytest.mark.usefixtures("many_areas")
def test_csv_is_the_whole_list_unless_a_page_is_asked_for(as_member: Client) -> None:
    whole = as_member.get("/api/v1/areas/", {"format": "csv"})
    assert whole["Content-Type"] == "text/csv; charset=utf-8"
    assert whole["Content-Disposition"] == 'attachment; filename="areas.csv"'
    rows = list(csv.DictReader(io.StringIO(whole.content.decode())))
    assert [row["code"] for row in rows] == [f"area-{number}" for number in range(7)]
    page = as_member.get("/api/v1/areas/", {"format": "csv", "page_size": 2, "page": 4})
    assert page.content.decode().splitlines()[1].startswith("area-6,")


def test_csv_of_nothing_has_its_headings(as_member: Client) -> None:
    empty = as_member.get("/api/v1/targets/", {"format": "csv"}).content.decode()
    assert empty == "measure,starts,value,upper,document,locator,printed,source_note\r\n"


def test_csv_is_safe_in_a_spreadsheet_and_keeps_its_numbers(as_member: Client) -> None:
    MeasureFactory(code="evil", definition="=1+1", why='Says "no", and\nmore', tolerance=5)
    text = as_member.get("/api/v1/measures/", {"format": "csv"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["definition"] == "'=1+1"
    assert row["why"] == 'Says "no", and\nmore'
    assert (row["tolerance"], row["on_scorecard"], row["owner"]) == ("5.0", "true", "")


@pytest.mark.usefixtures("many_areas")
def test_a_list_too_long_for_one_file_is_refused(
    as_member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LARGEST_CSV", 6)
    refused = as_member.get("/api/v1/areas/", {"format": "csv"})
    assert refused.status_code == 400
    assert "more than 6 rows" in refused.json()["non_field_errors"][0]
    assert as_member.get("/api/v1/areas/", {"format": "csv", "page": 1}).status_code == 200


def test_the_format_asked_for_decides_and_else_what_is_accepted(as_member: Client) -> None:
    def type_of(query: dict[str, str], accept: str) -> str:
        found = as_member.get("/api/v1/areas/", query, headers={"Accept": accept})
        return str(found["Content-Type"].split(";")[0])

    assert type_of({}, "*/*") == "application/json"
    assert type_of({}, "text/csv") == "text/csv"
    assert type_of({"format": "csv"}, "application/json") == "text/csv"
    refused = as_member.get("/api/v1/areas/", headers={"Accept": "text/html"})
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/json")


def test_a_refusal_is_json_even_where_csv_was_asked_for(as_member: Client) -> None:
    refused = as_member.get("/api/v1/measures/", {"format": "csv", "unit": "x"})
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/json")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"value": NaN}', b"9" * 5000])
def test_what_cannot_be_read_is_refused_in_words(as_officer: Client, body: bytes) -> None:
    refused = as_officer.post("/api/v1/outturns/", body, content_type="application/json")
    assert refused.status_code == 400
    assert list(refused.json()) == ["non_field_errors"]


def test_more_than_is_taken_at_a_time_is_refused(as_officer: Client) -> None:
    body = b'{"commentary": "' + b"x" * 300_000 + b'"}'
    refused = as_officer.post("/api/v1/outturns/", body, content_type="application/json")
    assert (refused.status_code, refused.json()) == (
        413,
        {"detail": "Send at most 256 KB at a time."},
    )


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "text/csv"])
def test_only_json_is_taken(as_officer: Client, kind: str) -> None:
    refused = as_officer.post("/api/v1/outturns/", b"x", content_type=kind)
    assert refused.status_code == 415


def test_what_is_written_is_answered_in_json_only(as_officer: Client) -> None:
    refused = as_officer.post("/api/v1/outturns/?format=csv", {}, content_type="application/json")
    assert (refused.status_code, refused.json()) == (400, {"format": ["Choose json."]})
