"""The years ahead as a command."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lac.models import Scenario
from tests.lac.held import LIVELY, hold, price

pytestmark = pytest.mark.django_db

HOMES = {
    "kind": "new_places",
    "placement": "residential",
    "places": 2,
    "pounds_a_week": 3_500,
    "from": "2024-04-01",
}


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("project_lac", *arguments, stdout=said)
    return said.getvalue()


def told(*arguments: str) -> Any:
    return json.loads(run(*arguments))


def test_it_tells_each_month_and_year() -> None:
    hold()
    price(fostering=700)
    found = told("--years", "2")
    assert found["projection"] == "Base" and found["start"] == "2024-03-31"
    assert found["rates_since"] == "2021-03-31"
    assert found["finding"] == "About 10 children in March 2026; £365,000 in 2025/26."
    assert len(found["months"]) == 25
    last = found["months"][-1]
    assert (last["day"], last["children"], last["percentiles"]) == ("2026-03-31", 10, None)
    assert last["by_placement"] == {"fostering": 10, "residential": 0, "supported": 0, "other": 0}
    assert last["by_age"]["5 to 9"] == 10
    assert [(one["year"], one["pounds"]) for one in found["years"]] == [
        ("2024/25", 365_000),
        ("2025/26", 365_000),
    ]
    assert found["unit_costs_missing"] == ["residential", "supported", "other"]


def test_it_counts_the_rates_from_the_day_that_is_asked() -> None:
    hold(LIVELY)
    assert told("--since", "2022-10-01")["rates_since"] == "2022-10-01"
    assert told("--since", "2022-10-01")["months"] != told()["months"]


def test_it_tells_a_scenario_by_its_name() -> None:
    hold()
    price(fostering=700)
    Scenario.objects.create(name="Two homes", changes=[HOMES])
    found = told("--scenario", "two homes", "--years", "1")
    assert found["projection"] == "Two homes"
    assert found["years"][0]["pounds"] == 365_000 * 2


def test_it_simulates_with_a_seed() -> None:
    hold(LIVELY)
    one = told("--years", "1", "--simulate", "60", "--seed", "4")
    assert list(one["months"][-1]["percentiles"]) == ["5", "25", "50", "75", "95"]
    assert one == told("--years", "1", "--simulate", "60", "--seed", "4")
    assert one != told("--years", "1", "--simulate", "60", "--seed", "5")


def test_as_csv_it_is_a_number_a_row() -> None:
    hold()
    price(fostering=700)
    rows = list(csv.DictReader(io.StringIO(run("--years", "1", "--format", "csv"))))
    assert len(rows) == 13 * 10 + 5
    by = {(row["Figure"], row["When"], row["Of"]): row["Expected"] for row in rows}
    assert by["Children", "2025-03-31", "Fostering"] == "10.0"
    assert by["Children", "2025-03-31", "5 to 9"] == "10.0"
    assert by["Pounds", "2024/25", "All"] == "365000"


def test_without_a_return_it_says_so() -> None:
    with pytest.raises(CommandError, match="No return is held: import one with import_ssda903"):
        run()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--years", "0"), "Give a number from 1 to 10"),
        (("--years", "11"), "Give a number from 1 to 10"),
        (("--since", "31/03/2021"), "write it as 2024-03-31"),
        (("--since", "2010-01-01"), "rates can be counted from 2020-03-31"),
        (("--scenario", "Homes"), "There is no scenario “Homes”. Saved are: “Prices”."),
        (("--simulate", "none"), "Give a number from 1 to 100,000"),
        (("--format", "pdf"), "invalid choice"),
    ],
)
def test_what_it_cannot_do_it_refuses_in_words(arguments: tuple[str, ...], why: str) -> None:
    hold()
    Scenario.objects.create(name="Prices", changes=[])
    with pytest.raises(CommandError, match=why.replace(".", r"\.")):
        run(*arguments)
