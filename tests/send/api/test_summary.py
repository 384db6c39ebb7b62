"""SEND and education in figures, as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.ledger import figure, measure

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/send/summary/"


@pytest.fixture
def figures(db: Any) -> None:
    measure("ehc-plans", theme="SEND: plans and requests")
    measure("first-time-plans-by-age", theme="SEND: plans and requests")
    measure("permanent-exclusions", theme="Education")
    measure("cla", theme="Looked-after children: numbers")
    figure("ehc-plans", 3436, 2016)
    figure("ehc-plans", 4910, 2021)
    for band, value in (("Under 5", 4), ("5 to 10", 90), ("11 to 15", 60)):
        figure("first-time-plans-by-age", value, category=band)
    figure("permanent-exclusions", 24)
    figure("cla", 512)


def read(client: Client, **query: str) -> dict[tuple[str, str], Any]:
    response = client.get(ADDRESS, query)
    assert response.status_code == 200, response.content
    return {
        (row["measure"], row["category"]): row["value"] if row["symbol"] == "" else row["symbol"]
        for row in response.json()["results"]
    }


@pytest.mark.usefixtures("figures")
def test_the_latest_of_each_is_told_and_nothing_of_other_subjects(as_officer: Client) -> None:
    found = read(as_officer)
    assert found["ehc-plans", ""] == 4910
    assert found["first-time-plans-by-age", "Under 5"] == 4
    assert ("cla", "") not in found


@pytest.mark.usefixtures("figures")
def test_or_the_latest_by_a_day(as_officer: Client) -> None:
    assert read(as_officer, day=date(2020, 1, 1).isoformat()) == {("ehc-plans", ""): 3436}


@pytest.mark.usefixtures("figures")
def test_a_member_is_told_no_small_number(as_member: Client) -> None:
    assert read(as_member)["first-time-plans-by-age", "Under 5"] == "c"


def test_nobody_reads_it_without_signing_in(client: Client) -> None:
    assert client.get(ADDRESS).status_code in (401, 403)
