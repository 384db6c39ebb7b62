"""The years ahead, as the API tells them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import User
from send import ahead_services
from send.invented import files
from send.models import Scenario

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/send/projection/"
FEWER: list[dict[str, Any]] = [{"kind": "scale_joiners", "factor": 0.5, "from": 2022}]


@pytest.fixture
def held(db: Any) -> None:
    ahead_services.keep_data(name="A county", files=files(plans=300), by=None)


def read(client: Client, **query: Any) -> list[dict[str, Any]]:
    response = client.get(ADDRESS, query)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


@pytest.mark.usefixtures("held")
def test_it_tells_each_year_in_all_and_by_setting(as_officer: Client) -> None:
    rows = read(as_officer, years=2)
    whole = [row for row in rows if row["setting"] == ""]
    assert [row["year"] for row in whole] == [2021, 2022, 2023]
    assert (whole[0]["projection"], whole[0]["plans"], whole[0]["pounds"]) == ("Base", 300, None)
    assert whole[1]["pounds"] > 0
    assert all(row["invented"] for row in rows)
    parts = [row["plans"] for row in rows if row["year"] == 2023 and row["setting"]]
    assert sum(parts) == pytest.approx(whole[-1]["plans"], abs=0.05)


@pytest.mark.usefixtures("held")
def test_or_a_scenario_by_its_name(as_officer: Client, manager: User) -> None:
    Scenario.objects.create(name="Fewer join", changes=FEWER, by=manager)
    fewer, base = read(as_officer, scenario="fewer join"), read(as_officer)
    assert fewer[-1]["projection"] == "Fewer join"
    last = [sum(row["plans"] for row in rows if row["setting"]) for rows in (fewer, base)]
    assert last[0] < last[1]


@pytest.mark.usefixtures("held")
def test_as_csv_too(as_officer: Client) -> None:
    lines = as_officer.get(ADDRESS, {"format": "csv"}).content.decode().splitlines()
    assert lines[0] == "projection,year,setting,plans,pounds,invented"
    assert lines[1].startswith("Base,2021,,300")


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"years": 11}, "10"),
        ({"years": "two"}, "integer"),
        ({"scenario": "Nobody’s"}, "There is no such scenario."),
        ({"setting": "College"}, "There is no such parameter."),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_words(
    as_officer: Client, query: dict[str, Any], said: str
) -> None:
    response = as_officer.get(ADDRESS, query)
    assert response.status_code == 400
    assert said in response.content.decode()


@pytest.mark.usefixtures("held")
def test_a_scenario_that_does_not_fit_the_data_is_refused(as_officer: Client) -> None:
    Scenario.objects.create(
        name="Moon", changes=[{"kind": "unit_cost", "setting": "Moon base", "factor": 2}]
    )
    response = as_officer.get(ADDRESS, {"scenario": "Moon"})
    assert response.status_code == 400
    assert "does not fit" in response.content.decode()


def test_without_a_data_set_there_are_no_rows(as_officer: Client) -> None:
    assert read(as_officer) == []


@pytest.mark.usefixtures("held")
def test_members_and_strangers_read_nothing(as_member: Client, client: Client) -> None:
    assert as_member.get(ADDRESS).status_code == 403
    assert client.get(ADDRESS).status_code in (401, 403)
