"""Areas, measures and targets, as the API tells them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import (
    AreaFactory,
    MeasureFactory,
    PostFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("published")
def test_an_area_names_what_it_is_compared_with(as_member: Client) -> None:
    bucks = as_member.get("/api/v1/areas/bucks/").json()
    assert bucks["name"] == "Buckinghamshire"
    assert bucks["kind"] == "authority"
    assert [bucks["neighbours"], bucks["region"], bucks["nation"]] == [
        "statistical-neighbours",
        "south-east",
        "england",
    ]
    england = as_member.get("/api/v1/areas/england/").json()
    assert england["neighbours"] is None
    assert england["members"] == []


@pytest.mark.usefixtures("published")
def test_a_group_names_its_members(as_member: Client) -> None:
    group = as_member.get("/api/v1/areas/statistical-neighbours/").json()
    assert len(group["members"]) == 10
    assert "oxfordshire" in group["members"]
    listed = as_member.get("/api/v1/areas/", {"kind": "group", "format": "csv"}).content.decode()
    assert "bracknell-forest cambridgeshire" in listed


@pytest.mark.usefixtures("published")
def test_a_measure_says_how_it_is_judged_in_words(as_member: Client) -> None:
    measure = as_member.get("/api/v1/measures/repeat-referrals/").json()
    assert measure["name"] == "% repeat referrals"
    assert measure["unit"] == "percent"
    assert measure["polarity"] == "lower"
    assert measure["frequency"] == "month"
    assert (measure["tolerance"], measure["tolerance_kind"]) == (5.0, "points")
    assert measure["document"] == "003"


@pytest.mark.usefixtures("published")
def test_the_scorecards_own_eight_measures_can_be_asked_for(as_member: Client, rows: Any) -> None:
    eight = rows(as_member, "measures", on_scorecard="true")
    assert len(eight) == 8
    assert len(rows(as_member, "measures")) == 70
    assert [row["code"] for row in eight] == [
        row["code"] for row in sorted(eight, key=lambda row: row["order"])
    ]


def test_measures_are_found_by_what_they_are(as_member: Client, rows: Any) -> None:
    MeasureFactory(code="a", theme="Front door & assessment", polarity=-1)
    MeasureFactory(code="b", theme="Children in care", polarity=0, active=False)

    def found(**query: str) -> list[str]:
        return [row["code"] for row in rows(as_member, "measures", **query)]

    assert found(theme="Front door & assessment") == ["a"]
    assert found(polarity="none") == ["b"]
    assert found(active="false") == ["b"]
    assert found(unit="percent", frequency="month") == ["a", "b"]
    assert found(unit="days") == []


@pytest.mark.usefixtures("published")
def test_a_measures_targets_are_steps_in_order(as_member: Client, rows: Any) -> None:
    steps = rows(as_member, "targets", measure="repeat-referrals")
    assert [(step["starts"], step["value"]) for step in steps] == [
        ("2015-02-01", 25.0),
        ("2016-01-01", 23.0),
        ("2016-04-01", 25.0),
    ]
    assert steps[0]["upper"] is None
    assert steps[0]["document"] == "003"


def test_targets_are_found_by_theme(as_member: Client, rows: Any) -> None:
    TargetFactory(measure__theme="Children in care")
    TargetFactory()
    assert len(rows(as_member, "targets", theme="Children in care")) == 1


@pytest.mark.parametrize(("name", "queries"), [("areas", 6), ("measures", 4), ("targets", 4)])
def test_a_list_takes_the_same_queries_however_long_it_is(
    as_member: Client, rows: Any, name: str, queries: int, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        area = AreaFactory(code=f"area-{number}")
        area.members.create(area=AreaFactory(code="oxfordshire"))
        TargetFactory(measure=MeasureFactory(owner=PostFactory()))
    as_member.get("/api/v1/areas/")
    with django_assert_num_queries(queries):
        rows(as_member, name)
    for number in range(3, 9):
        area = AreaFactory(code=f"area-{number}", nation=AreaFactory(code="england"))
        area.members.create(area=AreaFactory(code="surrey"))
        TargetFactory(measure=MeasureFactory(owner=PostFactory()))
    with django_assert_num_queries(queries):
        rows(as_member, name)
