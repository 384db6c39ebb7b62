"""Measures of looked-after children that add up to others are hidden together."""

from __future__ import annotations

import pytest

from bucks_cs.models import User
from lac.shown import read_ledger
from scorecard.shown import Ledger
from tests.ledger import figure

pytestmark = pytest.mark.django_db


def texts(ledger: Ledger, code: str) -> list[str]:
    return [one.figure.text for one in ledger.each(code)]


def test_measures_that_are_parts_of_another_are_hidden_as_its_parts_are(member: User) -> None:
    figure("cla-foster-number", 44)
    figure("cla-foster-in-house-number", 4)
    figure("cla-foster-agency-number", 40)

    ledger = read_ledger(
        member,
        ["cla-foster-number", "cla-foster-in-house-number", "cla-foster-agency-number"],
    )

    assert texts(ledger, "cla-foster-number") == ["44"]
    assert texts(ledger, "cla-foster-in-house-number") == ["Hidden: a small number"]
    assert texts(ledger, "cla-foster-agency-number") == ["Hidden: a small number"]


def test_the_number_looked_after_is_the_whole_of_every_measure_by_category(
    member: User,
) -> None:
    figure("cla", 84)
    figure("cla-by-age", 4, category="Under 1")
    figure("cla-by-age", 30, category="1 to 4")
    figure("cla-by-age", 50, category="5 to 9")

    parts = read_ledger(member, ["cla", "cla-by-age"]).parts("cla-by-age")

    assert [found[-1].figure.text for found in parts.values()] == [
        "Hidden: a small number",
        "Hidden: a small number",
        "50",
    ]


def test_a_share_in_county_goes_with_the_share_outside(member: User) -> None:
    figure("cla", 50)
    of = "All looked-after children"
    figure("placed-in-county", 94, of=of, numerator=47, denominator=50)
    figure("placed-out-of-county", 6, of=of, numerator=3, denominator=50)

    ledger = read_ledger(member, ["cla", "placed-in-county", "placed-out-of-county"])

    assert texts(ledger, "placed-in-county") == ["Hidden: a small number"]
    assert texts(ledger, "placed-out-of-county") == ["Hidden: a small number"]
