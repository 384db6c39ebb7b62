"""Looked-after children in figures, as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from scorecard.models import Measure, Outturn, Status
from tests.factories import AreaFactory, OutturnFactory, PublicationFactory, SeriesFactory

from ..factories import looked_after

pytestmark = pytest.mark.django_db

MARCH, FEBRUARY = date(2024, 3, 1), date(2024, 2, 1)
ADDRESS = "/api/v1/placements/summary/"


def figure(
    measure: Measure, value: int, month: date = MARCH, category: str = "", **other: Any
) -> Outturn:
    series = SeriesFactory(measure=measure, category=category)
    outturn: Outturn = OutturnFactory(series=series, month=month, value=value, **other)
    return outturn


@pytest.fixture
def figures(measures: dict[str, Measure]) -> None:
    """Two months of published figures; of March, two small ones among the ages."""
    for month in (FEBRUARY, MARCH):
        PublicationFactory(month=month)
    figure(measures["cla"], 460, FEBRUARY)
    figure(measures["cla"], 467)
    figure(measures["cla-by-age"], 460, FEBRUARY)
    figure(measures["cla-by-age"], 9, FEBRUARY, "Not known")
    figure(measures["cla-by-age"], 467)
    for category, value in (("Under 1", 3), ("1 to 4", 100), ("5 to 9", 364)):
        figure(measures["cla-by-age"], value, MARCH, category)


def read(client: Client, **query: str) -> Any:
    response = client.get(ADDRESS, query)
    assert response.status_code == 200, response.content
    return {
        (row["measure"], row["category"]): row["value"] if row["symbol"] == "" else row["symbol"]
        for row in response.json()["results"]
    }


@pytest.mark.usefixtures("figures")
def test_the_latest_period_of_each_measure_is_told(as_officer: Client) -> None:
    assert read(as_officer) == {
        ("cla", ""): 467,
        ("cla-by-age", ""): 467,
        ("cla-by-age", "Under 1"): 3,
        ("cla-by-age", "1 to 4"): 100,
        ("cla-by-age", "5 to 9"): 364,
    }


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(("day", "cla"), [("2024-03-31", 467), ("2024-03-30", 460)])
def test_or_the_latest_by_a_day(day: str, cla: int, as_officer: Client) -> None:
    assert read(as_officer, day=day)["cla", ""] == cla


@pytest.mark.usefixtures("figures")
def test_before_the_first_there_is_nothing(as_officer: Client) -> None:
    assert read(as_officer, day="2024-02-28") == {}


@pytest.mark.usefixtures("figures")
def test_it_filters_by_measure_and_category(as_officer: Client) -> None:
    assert read(as_officer, measure="cla-by-age", category="1 to 4") == {
        ("cla-by-age", "1 to 4"): 100
    }


@pytest.mark.usefixtures("figures")
def test_small_numbers_and_what_gives_them_away_are_hidden_from_members(as_member: Client) -> None:
    seen = read(as_member)
    assert seen["cla-by-age", "Under 1"] == "c"
    assert seen["cla-by-age", "1 to 4"] == "c"
    assert seen["cla-by-age", "5 to 9"] == 364


def test_a_member_sees_no_month_that_is_not_published(
    as_member: Client, as_officer: Client, measures: dict[str, Measure]
) -> None:
    figure(measures["cla"], 467)
    assert read(as_member) == {}
    assert read(as_officer) == {("cla", ""): 467}


def test_a_figure_in_progress_another_area_and_another_measure_are_not_told(
    as_officer: Client, measures: dict[str, Measure]
) -> None:
    figure(measures["cla"], 467, status=Status.SUBMITTED)
    elsewhere = SeriesFactory(measure=measures["cla"], area=AreaFactory(code="england"))
    OutturnFactory(series=elsewhere, month=MARCH)
    OutturnFactory(series=SeriesFactory(measure__code="repeat-referrals"), month=MARCH)
    assert read(as_officer) == {}


@pytest.mark.usefixtures("measures")
def test_no_row_about_a_child_comes_this_way(as_officer: Client) -> None:
    looked_after("A")
    assert read(as_officer) == {}


@pytest.mark.usefixtures("figures")
def test_it_comes_as_csv(as_officer: Client) -> None:
    response = as_officer.get(ADDRESS, {"format": "csv"})
    assert response["Content-Type"].startswith("text/csv")
    assert "cla-by-age" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "field"), [({"day": "31/03/2024"}, "day"), ({"child": "A"}, "child")]
)
def test_what_cannot_be_asked_is_refused_in_words(
    query: dict[str, str], field: str, as_officer: Client
) -> None:
    refused = as_officer.get(ADDRESS, query)
    assert refused.status_code == 400
    assert list(refused.json()) == [field]


def test_it_is_only_read_and_only_by_who_signs_in(client: Client, as_officer: Client) -> None:
    assert client.get(ADDRESS).status_code == 401
    assert as_officer.post(ADDRESS, {}).status_code == 405
    assert as_officer.delete(ADDRESS).status_code == 405


@pytest.mark.usefixtures("figures")
def test_queries_do_not_grow_with_figures(
    as_member: Client, measures: dict[str, Measure], django_assert_num_queries: Any
) -> None:
    as_member.get(ADDRESS)
    with django_assert_num_queries(10):
        as_member.get(ADDRESS)
    for category in range(20):
        figure(measures["cla-by-age"], 1, MARCH, f"Band {category}")
    with django_assert_num_queries(10):
        as_member.get(ADDRESS)
