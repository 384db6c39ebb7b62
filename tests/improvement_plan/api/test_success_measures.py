"""Success measures, as the API tells them to each of its readers."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from scorecard.services import compute_snapshots
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
)
from tests.plan_factories import ObjectiveFactory, SuccessMeasureFactory

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("plan")
def test_a_success_measure_is_told_as_printed_by_the_rule_and_as_the_scorecard_has_it(
    as_member: Client, rows: Any
) -> None:
    compute_snapshots()
    (first, again) = rows(as_member, "success-measures", measure="repeat-referrals")
    assert (first["division"], again["division"]) == ("1", "4")
    assert first == {
        "plan": "improvement-plan",
        "key": "M1.3",
        "division": "1",
        "objective": "1.3",
        "list": "",
        "name": "% repeat referrals",
        "target_text": "23%",
        "current_text": "26%",
        "printed_rag": "amber",
        "rule_rag": "amber",
        "measure": "repeat-referrals",
        "live_value": 26.0,
        "live_symbol": "",
        "live_period": "February 2015",
        "live_rag": "amber",
        "disagreements": [],
    }


@pytest.mark.usefixtures("plan")
def test_the_list_that_a_success_measure_is_of_is_told(as_member: Client, rows: Any) -> None:
    assert {row["list"] for row in rows(as_member, "success-measures")} == {
        "",
        "Section list",
        "Indicators by our reading",
    }


def test_where_print_and_rule_contradict_each_other_is_said(as_member: Client, rows: Any) -> None:
    SuccessMeasureFactory(
        measure=MeasureFactory(), printed_rag="G", current_text="78%", target_text="95%"
    )
    (row,) = rows(as_member, "success-measures")
    assert (row["printed_rag"], row["rule_rag"]) == ("green", "red")
    (sentence,) = row["disagreements"]
    assert sentence.startswith("Printed green, by the rule red: 78% is 17 percentage points short")


def test_what_is_no_measure_of_the_scorecard_has_nothing_live(as_member: Client, rows: Any) -> None:
    SuccessMeasureFactory(target_text="Good", current_text="Inadequate")
    (row,) = rows(as_member, "success-measures")
    assert row["current_text"] == "Inadequate"
    nothing = {"objective", "rule_rag", "measure", *(name for name in row if "live" in name)}
    assert {name for name, value in row.items() if value is None} == nothing


def test_the_live_figure_is_the_latest_by_the_plans_day(as_member: Client, rows: Any) -> None:
    series = SeriesFactory()
    for month in (date(2015, 2, 1), date(2015, 3, 1), date(2015, 4, 1)):
        OutturnFactory(series=series, month=month, value=Decimal(80 + month.month))
        PublicationFactory(month=month)
    SuccessMeasureFactory(measure=series.measure)
    (row,) = rows(as_member, "success-measures")
    assert (row["live_value"], row["live_period"], row["live_rag"]) == (83.0, "March 2015", None)


@pytest.fixture
def small() -> None:
    """A measure whose published figure has a numerator of 4."""
    series = SeriesFactory(measure=MeasureFactory(code="seen"))
    TargetFactory(measure=series.measure)
    OutturnFactory(series=series, value=Decimal(80), numerator=Decimal(4), denominator=Decimal(5))
    PublicationFactory()
    compute_snapshots()
    SuccessMeasureFactory(measure=series.measure)


@pytest.mark.usefixtures("small")
def test_a_small_number_is_hidden_from_a_member_and_so_is_its_rating(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    def live(client: Client) -> list[Any]:
        (row,) = rows(client, "success-measures")
        return [row["live_value"], row["live_symbol"], row["live_rag"]]

    assert live(as_member) == [None, "c", None]
    assert live(as_officer) == [80.0, "", "red"]


def test_a_figure_not_published_is_not_told_to_a_member(
    as_member: Client, as_officer: Client, rows: Any
) -> None:
    SuccessMeasureFactory(measure=OutturnFactory().series.measure)
    for client, value, period in ((as_member, None, ""), (as_officer, 80.0, "February 2015")):
        (row,) = rows(client, "success-measures")
        assert (row["live_value"], row["live_symbol"], row["live_period"]) == (value, "", period)


def test_success_measures_are_found_by_what_they_are(as_member: Client, rows: Any) -> None:
    objective = ObjectiveFactory(key="1.1", division__key="1")
    SuccessMeasureFactory(division=objective.division, objective=objective, key="A")
    SuccessMeasureFactory(division=objective.division, key="B", measure=MeasureFactory(code="b"))
    SuccessMeasureFactory(division__key="2", key="C")

    def found(**query: str) -> list[str]:
        return [row["key"] for row in rows(as_member, "success-measures", **query)]

    assert found(division="1") == ["A", "B"]
    assert found(objective="1.1") == ["A"]
    assert found(measure="b") == ["B"]
    assert found(division="2", objective="1.1") == []


def test_csv_is_safe_in_a_spreadsheet(as_member: Client) -> None:
    SuccessMeasureFactory(name="=1+1", measure=MeasureFactory(), printed_rag="G")
    text = as_member.get("/api/v1/success-measures/", {"format": "csv"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["name"], row["live_value"], row["rule_rag"]) == ("'=1+1", "", "red")
    assert row["disagreements"].endswith(".")
