"""Writing through the API: the rules of the form, and no way round them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import AuditEvent, User
from scorecard.models import Measure, Outturn, Source, Status
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def measure(db: Any) -> Measure:
    """A percentage, higher is better, whose target is 90."""
    AreaFactory()
    measure: Measure = MeasureFactory(code="seen")
    TargetFactory(measure=measure)
    return measure


def send(client: Client, address: str = "outturns/", **sent: Any) -> tuple[int, Any]:
    answer = client.post(f"/api/v1/{address}", sent, content_type="application/json")
    assert answer["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def figure(client: Client, **sent: Any) -> tuple[int, Any]:
    march = {"measure": "seen", "period_start": "2015-03-01", "period_end": "2015-03-31"}
    return send(client, **{**march, **sent})


def test_a_figure_becomes_a_draft(as_officer: Client, officer: User) -> None:
    status, row = figure(as_officer, numerator=37, denominator=40, commentary="Well done.")
    assert status == 201
    assert (row["value"], row["status"], row["source"]) == (92.5, "draft", "api")
    assert row["problems"] == []
    outturn = Outturn.objects.get()
    assert (outturn.value, outturn.entered_by) == (Decimal("92.5"), officer)
    assert outturn.source == Source.API
    assert outturn.commentary == "Well done."
    assert AuditEvent.objects.get(action="saved a draft").user == officer


def test_the_draft_is_kept_even_if_it_is_not_ready_and_says_what_it_needs(
    as_officer: Client,
) -> None:
    status, row = figure(as_officer, value=50)
    assert status == 201
    (problem,) = row["problems"]
    assert (problem["field"], problem["severity"]) == ("commentary", "needed")
    assert "red" in problem["message"]


def test_sending_the_same_again_changes_nothing(as_officer: Client) -> None:
    sent = {"numerator": 37, "denominator": 40, "value": 92.5, "commentary": " Well done. "}
    _, first = figure(as_officer, **sent)
    events = AuditEvent.objects.count()
    status, second = figure(as_officer, **sent)
    assert (status, second) == (200, first)
    assert Outturn.objects.get().version == 1
    assert AuditEvent.objects.count() == events


def test_sending_an_approved_figure_again_makes_no_revision(as_officer: Client) -> None:
    OutturnFactory(
        series__measure__code="seen", month=date(2015, 3, 1), value=Decimal(95), reason="Late data"
    )
    status, row = figure(as_officer, value=95)
    assert (status, row["status"], row["revision"]) == (200, "approved", 1)


def test_a_draft_is_changed_and_an_approved_figure_is_revised(as_officer: Client) -> None:
    figure(as_officer, value=95)
    status, row = figure(as_officer, value=96)
    assert (status, row["value"], row["revision"]) == (200, 96.0, 1)
    Outturn.objects.update(status=Status.APPROVED, approved_at="2015-04-07T00:00Z")
    status, row = figure(as_officer, value=97)
    assert (status, row["status"], row["revision"]) == (201, "draft", 2)
    assert [problem["field"] for problem in row["problems"]] == ["reason"]
    assert Outturn.objects.get(revision=1).value == 96


# ---- what is refused


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"numerator": 41, "denominator": 40}, "numerator", "larger than the denominator"),
        ({"numerator": 4, "denominator": 0}, "denominator", "denominator is 0"),
        ({"numerator": 4}, "denominator", "Give the denominator"),
        ({"value": 101}, "value", "cannot be more than 100"),
        ({"value": -1}, "value", "cannot be less than 0"),
        ({"numerator": 1, "denominator": 2, "value": 51}, "value", "does not agree"),
        ({"value": 5, "absence": "not_available"}, "absence", "not both"),
    ],
)
def test_the_rules_of_the_form_refuse_by_field(
    as_officer: Client, sent: dict[str, Any], field: str, words: str
) -> None:
    status, problems = figure(as_officer, **sent)
    assert status == 400
    assert list(problems) == [field]
    assert words in problems[field][0]
    assert not Outturn.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"measure": "not-known"}, "measure"),
        ({"measure": "no code"}, "measure"),
        ({"measure": 7}, "measure"),
        ({"measure": None}, "measure"),
        ({"area": "england"}, "area"),
        ({"category": "Under 1"}, "category"),
        ({"category": "\u0000"}, "category"),
        ({"period_start": "2015-02-01"}, "period_start"),
        ({"period_end": "2015-03-30"}, "period_start"),
        ({"period_end": "31/03/2015"}, "period_end"),
        ({"period_end": "2015-02-30"}, "period_end"),
        ({"period_end": "0001-01-31"}, "period_end"),
        ({"period_end": "9999-12-31"}, "period_end"),
        ({"period_start": "2099-03-01", "period_end": "2099-03-31"}, "period_end"),
        ({"value": "95"}, "value"),
        ({"value": True}, "value"),
        ({"value": 1e300}, "value"),
        ({"value": 10**30}, "value"),
        ({"value": 10**400}, "value"),
        ({"absence": "holiday"}, "absence"),
        ({"commentary": "x" * 4001}, "commentary"),
        ({"commentary": ["x"]}, "commentary"),
        ({"comentary": "misspelt"}, "comentary"),
        ({"status": "approved"}, "status"),
    ],
)
def test_what_is_not_a_figure_of_ours_is_refused_by_field(
    as_officer: Client, sent: dict[str, Any], field: str
) -> None:
    AreaFactory(code="england")
    status, problems = figure(as_officer, **{"value": 95, **sent})
    assert status == 400, problems
    assert list(problems) == [field]
    assert not Outturn.objects.exists()


def test_nothing_at_all_is_refused(as_officer: Client) -> None:
    assert figure(as_officer) == (
        400, {"non_field_errors": ["Nothing was given, so there is nothing to save."]},
    )  # fmt: skip
    status, problems = send(as_officer)
    assert (status, set(problems)) == (400, {"measure", "period_start", "period_end"})


def test_a_measure_no_longer_entered_is_refused(as_officer: Client, measure: Measure) -> None:
    measure.active = False
    measure.save()
    status, problems = figure(as_officer, value=95)
    assert (status, list(problems)) == (400, ["measure"])


def test_a_period_must_be_of_the_measures_own_kind(as_officer: Client, measure: Measure) -> None:
    measure.frequency = "quarter"
    measure.save()
    _, problems = figure(as_officer, value=95)
    assert problems == {
        "period_start": [
            "This measure is reported by quarter: give 1 January 2015 to 31 March 2015."
        ]
    }
    status, _ = figure(as_officer, value=95, period_start="2015-01-01")
    assert status == 201
    _, problems = figure(as_officer, value=95, period_start="2015-02-01", period_end="2015-02-28")
    assert problems == {
        "period_end": ["This measure is reported by quarter: none ends in February 2015."]
    }


def test_a_category_that_exists_is_entered(as_officer: Client, measure: Measure) -> None:
    SeriesFactory(measure=measure, category="Under 1")
    status, row = figure(as_officer, value=95, category="Under 1")
    assert (status, row["category"]) == (201, "Under 1")


def test_an_unlikely_figure_is_kept_with_a_warning(as_officer: Client, measure: Measure) -> None:
    history(SeriesFactory(measure=measure), 91, 92, 93, 94)
    status, row = figure(as_officer, value=0.95, commentary="As counted.")
    assert status == 201
    assert "warning" in [problem["severity"] for problem in row["problems"]]


# ---- two people


def test_the_second_of_two_people_is_told_and_sees_both(
    as_officer: Client, as_manager: Client
) -> None:
    _, mine = figure(as_officer, value=95)
    status, _ = figure(as_manager, value=96, seen=mine["seen"])
    assert status == 200
    status, conflict = figure(as_officer, value=97, seen=mine["seen"])
    assert status == 409
    assert conflict["detail"].startswith("manager changed this figure")
    assert conflict["theirs"]["value"] == 96.0
    status, row = figure(as_officer, value=97, seen=conflict["theirs"]["seen"])
    assert (status, row["value"]) == (200, 97.0)


def test_somebody_who_saw_nothing_there_is_told_that_there_is_something(
    as_officer: Client, as_manager: Client
) -> None:
    figure(as_officer, value=95)
    assert figure(as_manager, value=96, seen="")[0] == 409
    assert figure(as_manager, value=96)[0] == 200


# ---- submitting


def test_a_draft_is_submitted_once(as_officer: Client) -> None:
    _, row = figure(as_officer, value=95)
    assert send(as_officer, "outturns/submit/", seen=[row["seen"]]) == (200, {"submitted": 1})
    assert Outturn.objects.get().status == Status.SUBMITTED
    assert send(as_officer, "outturns/submit/", seen=[row["seen"]]) == (200, {"submitted": 0})


def test_a_figure_that_is_not_ready_is_not_submitted_nor_are_those_with_it(
    as_officer: Client,
) -> None:
    MeasureFactory(code="other")
    _, ready = figure(as_officer, value=95, measure="other")
    _, red = figure(as_officer, value=50)
    status, refused = send(as_officer, "outturns/submit/", seen=[ready["seen"], red["seen"]])
    assert status == 409
    assert refused["theirs"] is None
    (one,) = refused["not_ready"]
    assert one["id"] == red["id"]
    assert [problem["field"] for problem in one["problems"]] == ["commentary"]
    assert set(Outturn.objects.values_list("status", flat=True)) == {Status.DRAFT}


def test_a_draft_changed_since_it_was_seen_is_not_submitted(
    as_officer: Client, as_manager: Client
) -> None:
    _, mine = figure(as_officer, value=95)
    figure(as_manager, value=96)
    status, refused = send(as_officer, "outturns/submit/", seen=[mine["seen"]])
    assert (status, refused["theirs"]["value"]) == (409, 96.0)


@pytest.mark.parametrize("seen", [[], ["1"], [7], ["x.1"], "1.1", ["9" * 30 + ".1"], None])
def test_what_names_no_figures_is_refused(as_officer: Client, seen: Any) -> None:
    status, problems = send(as_officer, "outturns/submit/", seen=seen)
    assert (status, list(problems)) == (400, ["seen"])


def test_only_our_own_figures_are_submitted(as_officer: Client) -> None:
    theirs = OutturnFactory(series__area=AreaFactory(code="england"), status=Status.DRAFT)
    status, problems = send(as_officer, "outturns/submit/", seen=[f"{theirs.pk}.1", "999999.1"])
    assert status == 400
    assert problems == {"seen": [f"There is no figure {theirs.pk}.", "There is no figure 999999."]}
