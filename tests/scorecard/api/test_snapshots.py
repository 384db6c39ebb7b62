"""Snapshots, as the API tells them to each of its readers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from scorecard.models import Outturn, Status
from scorecard.services import compute_snapshots
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db

FIELDS = {
    "measure", "area", "category", "month", "period_start", "period_end", "value", "symbol",
    "target", "target_upper", "rag", "printed_rag", "direction", "direction_year",
    "direction_mean", "mean", "lower_limit", "upper_limit", "points", "provisional", "point",
    "variation", "assurance", "on_track", "versus_neighbours", "versus_region", "versus_nation",
}  # fmt: skip
CONTROL = {
    "mean", "lower_limit", "upper_limit", "points", "provisional", "point", "variation",
    "assurance",
}  # fmt: skip
SAID = CONTROL | {
    "rag", "direction", "direction_year", "direction_mean", "on_track", "versus_neighbours",
    "versus_region", "versus_nation",
}  # fmt: skip


@pytest.mark.usefixtures("published")
def test_a_snapshot_says_in_words_what_the_rules_say(as_member: Client, rows: Any) -> None:
    (row,) = rows(as_member, "snapshots", measure="repeat-referrals", month="2015-02")
    assert set(row) == FIELDS
    assert (row["month"], row["value"], row["target"]) == ("2015-02", 26.0, 25.0)
    assert (row["rag"], row["printed_rag"]) == ("amber", "amber")
    assert row["direction"] == "improved"
    assert row["lower_limit"] < row["mean"] < row["upper_limit"]
    assert (row["points"], row["provisional"]) == (11, True)
    assert (row["variation"], row["assurance"]) == ("common", "hit_or_miss")


@pytest.mark.usefixtures("published")
def test_the_eight_printed_ratings_of_february_2015_agree_with_the_rule(
    as_member: Client, rows: Any
) -> None:
    printed = [
        (row["rag"], row["printed_rag"])
        for row in rows(as_member, "snapshots", area="bucks", month="2015-02")
        if row["printed_rag"]
    ]
    assert len(printed) == 8
    assert all(rule == paper for rule, paper in printed)


@pytest.mark.usefixtures("published")
def test_snapshots_are_found_by_their_rating(as_member: Client, rows: Any) -> None:
    red = rows(as_member, "snapshots", month="2015-02", rag="red")
    assert red
    assert {row["rag"] for row in red} == {"red"}


def test_what_has_no_value_says_so(as_officer: Client, rows: Any) -> None:
    OutturnFactory(value=None, absence="not_applicable")
    compute_snapshots()
    (row,) = rows(as_officer, "snapshots")
    assert (row["value"], row["symbol"], row["rag"]) == (None, "z", "no_data")
    assert (row["mean"], row["variation"]) == (None, "none")


# ---- who sees what


def test_a_member_sees_no_snapshot_of_a_month_not_published(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    history(SeriesFactory(), 70, 80, until=date(2015, 3, 1))
    PublicationFactory(month=date(2015, 2, 1))
    compute_snapshots()
    assert [row["month"] for row in rows(as_member, "snapshots")] == ["2015-02"]
    assert [row["month"] for row in rows(as_officer, "snapshots")] == ["2015-02", "2015-03"]


def test_a_snapshot_of_a_revision_that_stands_no_longer_is_left_out(
    as_officer: Client, rows: Any
) -> None:
    OutturnFactory()
    compute_snapshots()
    Outturn.objects.update(value=Decimal(81))
    assert rows(as_officer, "snapshots") == []
    Outturn.objects.update(status=Status.DRAFT)
    assert rows(as_officer, "snapshots") == []


@pytest.fixture
def hidden_january() -> None:
    """Four months whose second, January 2015, has a numerator of 4; and its target is 90."""
    series = SeriesFactory(measure=MeasureFactory(code="seen"))
    TargetFactory(measure=series.measure)
    for outturn in history(series, 70, 4, 81, 77, until=date(2015, 3, 1)):
        outturn.numerator, outturn.denominator = outturn.value, Decimal(100)
        outturn.printed_rag = "Red"
        outturn.save()
    for month in (12, 1, 2, 3):
        PublicationFactory(month=date(2014 if month == 12 else 2015, month, 1))
    compute_snapshots()


@pytest.mark.usefixtures("hidden_january")
def test_what_the_rules_say_of_a_hidden_figure_is_hidden(as_member: Client, rows: Any) -> None:
    (january,) = rows(as_member, "snapshots", month="2015-01")
    assert january["symbol"] == "c"
    assert {january[name] for name in {"value", *SAID}} == {None}
    assert january["printed_rag"] == ""
    assert january["target"] == 90.0


@pytest.mark.usefixtures("hidden_january")
def test_limits_that_rest_on_a_hidden_figure_are_hidden(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    december, _, february, march = rows(as_member, "snapshots")
    assert december["mean"] == 70.0
    assert (february["direction"], march["direction"]) == (None, "worsened")
    for later in (february, march):
        assert later["symbol"] == ""
        assert later["direction_mean"] is None
        assert later["on_track"] is None
        assert later["rag"] == "amber" if later["value"] >= 85 else "red"
        assert {later[name] for name in CONTROL} == {None}
    assert rows(as_officer, "snapshots", month="2015-03")[0]["mean"] == 58.0


@pytest.mark.usefixtures("hidden_january")
def test_a_hidden_figure_is_not_found_by_its_rating(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    def found(client: Client) -> list[str]:
        page = client.get("/api/v1/snapshots/", {"rag": "red"}).json()
        assert page["count"] == len(page["results"])
        return [row["month"] for row in page["results"]]

    assert found(as_officer) == ["2014-12", "2015-01", "2015-02", "2015-03"]
    assert found(as_member) == ["2014-12", "2015-02", "2015-03"]


def test_a_figure_hidden_for_the_sake_of_another_is_not_found_by_its_rating_either(
    as_member: Client, rows: Any
) -> None:
    measure = MeasureFactory(code="seen")
    TargetFactory(measure=measure)
    for category, seen in (("", 50), ("Under 1", 3), ("1 to 4", 20), ("5 to 9", 27)):
        series = SeriesFactory(measure=measure, category=category)
        OutturnFactory(series=series, numerator=Decimal(seen), value=Decimal(seen))
    PublicationFactory()
    compute_snapshots()
    assert [row["category"] for row in rows(as_member, "snapshots", rag="red")] == ["", "5 to 9"]
    assert rows(as_member, "snapshots", rag="red", category="1 to 4") == []


def test_no_reader_needs_more_queries_for_more_snapshots(
    as_member: Client, as_officer: Client, rows: Any, django_assert_num_queries: Any
) -> None:
    PublicationFactory()
    for times in (1, 5):
        for _ in range(times):
            OutturnFactory(numerator=Decimal(3))
            OutturnFactory()
        compute_snapshots()
        rows(as_member, "snapshots")
        with django_assert_num_queries(9):
            rows(as_member, "snapshots")
        with django_assert_num_queries(11):
            rows(as_member, "snapshots", rag="no_target")
        with django_assert_num_queries(5):
            rows(as_officer, "snapshots")
