"""Outturns, as the API tells them to each of its readers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bucks_cs.lib.periods import PeriodKind
from scorecard.models import Document, Status
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    history,
)

pytestmark = pytest.mark.django_db

FIELDS = {
    "measure", "area", "category", "period_kind", "period_start", "period_end", "numerator",
    "denominator", "value", "symbol", "absence", "status", "source", "revision", "projection",
    "printed", "printed_rag", "document", "locator", "source_note", "vintage", "commentary",
    "reason", "returned_reason", "id", "seen",
}  # fmt: skip


@pytest.mark.usefixtures("published")
def test_a_published_figure_is_told_with_where_it_stands(as_member: Client, rows: Any) -> None:
    (row,) = rows(as_member, "outturns", measure="repeat-referrals", area="bucks", month="2015-02")
    assert set(row) == FIELDS
    assert (row["period_start"], row["period_end"]) == ("2015-02-01", "2015-02-28")
    assert (row["value"], row["symbol"], row["printed"]) == (26.0, "", "26.0%")
    assert row["printed_rag"] == "amber"
    assert (row["status"], row["source"], row["document"]) == ("approved", "document", "003")
    assert row["locator"].startswith("Scorecard table")
    assert row["numerator"] is None


@pytest.mark.usefixtures("published")
def test_the_whole_record_is_there_and_absence_is_named(as_member: Client, rows: Any) -> None:
    found = rows(as_member, "outturns")
    assert len(found) == 189
    absent = [row for row in found if row["value"] is None]
    assert {row["symbol"] for row in absent} == {":"}
    assert {row["absence"] for row in absent} == {"not_available", "not_stated"}
    assert all(row["symbol"] == "" and row["absence"] == "" for row in found if row not in absent)


def test_numbers_are_numbers(as_officer: Client, rows: Any) -> None:
    OutturnFactory(numerator=Decimal(33), denominator=Decimal(44), value=Decimal("75.0"))
    (row,) = rows(as_officer, "outturns")
    assert (row["numerator"], row["denominator"], row["value"]) == (33.0, 44.0, 75.0)
    listed = as_officer.get("/api/v1/outturns/", {"format": "csv"}).content.decode()
    assert ",33.0,44.0,75.0,," in listed


def test_figures_are_found_by_what_and_when_they_are(as_officer: Client, rows: Any) -> None:
    measure = MeasureFactory(code="a", theme="Front door")
    whole = SeriesFactory(measure=measure)
    history(whole, 1, 2, 3, until=date(2015, 2, 1))
    OutturnFactory(series=SeriesFactory(measure=measure, category="Under 1"), value=4)
    OutturnFactory(series=SeriesFactory(area=AreaFactory(code="england")), value=5)
    OutturnFactory(series=whole, kind=PeriodKind.QUARTER, month=date(2014, 12, 1), value=6)
    OutturnFactory(series=whole, projection=True, value=7)

    def found(**query: str) -> list[float]:
        return sorted(row["value"] for row in rows(as_officer, "outturns", **query))

    assert found(area="england") == [5]
    assert found(measure="a", category="") == [1, 2, 3, 6, 7]
    assert found(category="Under 1") == [4]
    assert found(measure="a", month="2014-12") == [1, 6]
    assert found(measure="a", month="2014-12", period_kind="month") == [1]
    assert found(measure="a", to="2015-01") == [1, 2, 6]
    assert found(**{"from": "2015-01", "to": "2015-01"}) == [2]
    assert found(projection="true") == [7]
    assert found(theme="Front door", projection="false") == [1, 2, 3, 4, 6]
    assert found(measure="b") == []


# ---- who sees what


def test_a_member_sees_published_months_and_documents_only(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    series = SeriesFactory()
    history(series, 70, 80, until=date(2015, 3, 1))
    OutturnFactory(
        series__measure__code="printed",
        month=date(2014, 1, 1),
        document=Document.objects.create(code="003", title="Plan", date=date(2015, 4, 1)),
    )
    PublicationFactory(month=date(2015, 2, 1))
    assert [row["period_end"] for row in rows(as_member, "outturns")] == [
        "2015-02-28",
        "2014-01-31",
    ]
    assert len(rows(as_officer, "outturns")) == 3


def test_drafts_are_for_those_who_enter(
    as_officer: Client, as_manager: Client, as_member: Client, as_administrator: Client, rows: Any
) -> None:
    OutturnFactory(status=Status.DRAFT)
    OutturnFactory(status=Status.RETURNED, returned_reason="Look again")
    assert rows(as_officer, "outturns") == []
    assert len(rows(as_officer, "outturns", status="draft")) == 1
    (returned,) = rows(as_manager, "outturns", status="returned")
    assert returned["returned_reason"] == "Look again"
    for status in ("draft", "submitted", "returned"):
        for client in (as_member, as_administrator):
            refused = client.get("/api/v1/outturns/", {"status": status})
            assert refused.status_code == 403
            assert "enter" in refused.json()["detail"]


def test_earlier_revisions_are_told_of_figures_that_may_be_seen(
    as_officer: Client, as_member: Client, rows: Any
) -> None:
    series = SeriesFactory()
    OutturnFactory(series=series, status=Status.SUPERSEDED, value=Decimal(9))
    OutturnFactory(series=series, revision=2, reason="Late data")
    assert [row["value"] for row in rows(as_officer, "outturns", status="superseded")] == [9]
    assert rows(as_member, "outturns", status="superseded") == []
    PublicationFactory()
    assert [row["value"] for row in rows(as_member, "outturns", status="superseded")] == [9]
    assert [row["revision"] for row in rows(as_member, "outturns")] == [2]


def test_an_earlier_revision_of_a_hidden_figure_is_hidden(as_member: Client, rows: Any) -> None:
    series = SeriesFactory()
    OutturnFactory(series=series, status=Status.SUPERSEDED, numerator=Decimal(9))
    OutturnFactory(series=series, revision=2, reason="Late", numerator=Decimal(2))
    PublicationFactory()
    assert [row["symbol"] for row in rows(as_member, "outturns", status="superseded")] == ["c"]


# ---- small numbers


@pytest.fixture
def small() -> None:
    """A measure whose whole is 50 of 100, and of its three ages 3, 20 and 27."""
    measure = MeasureFactory(code="seen")
    for category, seen in (("", 50), ("Under 1", 3), ("1 to 4", 20), ("5 to 9", 27)):
        OutturnFactory(
            series=SeriesFactory(measure=measure, category=category),
            numerator=Decimal(seen),
            denominator=Decimal(100),
            value=Decimal(seen),
            printed=f"{seen}%",
            printed_rag="Red",
            commentary=f"Only {seen}.",
            source_note=f"Perhaps {seen}.",
        )
    PublicationFactory()


@pytest.mark.usefixtures("small")
def test_a_small_figure_and_one_beside_it_are_hidden_from_a_member(
    as_member: Client, rows: Any
) -> None:
    found = {row["category"]: row for row in rows(as_member, "outturns")}
    assert {category: row["symbol"] for category, row in found.items()} == {
        "": "", "Under 1": "c", "1 to 4": "c", "5 to 9": "",
    }  # fmt: skip
    for hidden in (found["Under 1"], found["1 to 4"]):
        assert [hidden[name] for name in ("value", "numerator", "denominator")] == [None] * 3
        texts = ("printed", "printed_rag", "commentary", "source_note", "reason")
        assert [hidden[name] for name in texts] == [""] * 5
    assert found[""]["commentary"] == "Only 50."


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("only", ["Under 1", "1 to 4"])
def test_asking_for_one_figure_alone_does_not_uncover_it(
    as_member: Client, rows: Any, only: str
) -> None:
    (row,) = rows(as_member, "outturns", category=only, month="2015-02")
    assert (row["value"], row["symbol"]) == (None, "c")
    listed = as_member.get("/api/v1/outturns/", {"category": only, "format": "csv"})
    assert ",,,,c,," in listed.content.decode()


@pytest.mark.usefixtures("small")
def test_officers_and_administrators_see_small_figures(
    as_officer: Client, as_manager: Client, as_administrator: Client, rows: Any
) -> None:
    for client in (as_officer, as_manager, as_administrator):
        (row,) = rows(client, "outturns", category="Under 1")
        assert (row["value"], row["numerator"], row["symbol"]) == (3.0, 3.0, "")


def test_the_reason_for_a_revision_of_a_small_figure_is_hidden(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    first = OutturnFactory(
        numerator=Decimal(4), denominator=Decimal(100), value=Decimal(4),
        status=Status.SUPERSEDED, superseded_at=timezone.now(),
    )  # fmt: skip
    OutturnFactory(
        series=first.series, numerator=Decimal(45), denominator=Decimal(100), value=Decimal(45),
        revision=2, reason="It was four",
    )  # fmt: skip
    PublicationFactory()
    assert rows(as_member, "outturns")[0]["reason"] == ""
    assert rows(as_officer, "outturns")[0]["reason"] == "It was four"


def test_a_small_projection_is_hidden_too(as_member: Client, rows: Any) -> None:
    OutturnFactory(projection=True, numerator=Decimal(2), value=Decimal(40))
    PublicationFactory()
    (row,) = rows(as_member, "outturns")
    assert (row["value"], row["symbol"]) == (None, "c")


def test_no_reader_needs_more_queries_for_more_figures(
    as_member: Client, as_officer: Client, rows: Any, django_assert_num_queries: Any
) -> None:
    PublicationFactory()
    OutturnFactory(numerator=Decimal(3))
    rows(as_member, "outturns")
    for _ in range(2):
        with django_assert_num_queries(8):
            rows(as_member, "outturns")
        with django_assert_num_queries(4):
            rows(as_officer, "outturns")
        for _ in range(5):
            OutturnFactory(numerator=Decimal(3))
