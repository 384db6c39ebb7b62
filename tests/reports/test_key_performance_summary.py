"""The sentences against document 002's Key Performance Summary (June 2017, section 23): for every
measure of it that has a figure, they say nothing that its figures contradict."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bucks_cs.models import User
from bucks_cs.roles import Role
from reports.scope import area_names, evidence
from reports.sentences import paragraph
from scorecard.models import Measure
from scorecard.monthly import known_now

# Typed from the paper: measure, its figure, those of the neighbours, the South East and England.
PRINTED = {
    "assessments-45-days": ("96.0%", "86.0%", "77.0%", "83.0%"),
    "children-seen": ("98.0%",),
    "looked-after-reviews-on-time": ("100",),
    "referrals-actioned-3-days": ("92",),
    "children-in-need-seen-6-weeks": ("79",),
    "child-protection-seen-4-weeks": ("96",),
    "children-in-need-reviews-on-time": ("76",),
    "icpc-15-days": ("77.0%", "82.0%", "72.0%", "77.0%"),
    "child-protection-plans-reviewed-on-time": ("91",),
    "placed-within-20-miles": ("39.0%", "62.0%", "63.0%", "74.0%"),
    "adoption-order-to-match-days": ("226", "172.8", "219", "223"),
    "schools-good-or-outstanding": ("93", "90"),
}
# What the figures allow: how ours stands to each of the others, by more or less than 5 points.
STANDS = {
    "assessments-45-days": {"86.0%": "well above", "77.0%": "well above", "83.0%": "well above"},
    "icpc-15-days": {"82.0%": "in line with", "72.0%": "in line with", "77.0%": "in line with"},
    "placed-within-20-miles": {
        "62.0%": "well below",
        "63.0%": "well below",
        "74.0%": "well below",
    },
}


@pytest.fixture
def told(published: None) -> dict[str, str]:
    """The paragraph of every measure, as known at the end of March 2017."""
    card = known_now(date(2017, 3, 1), User(role=Role.MEMBER))
    measures = {one.code: one for one in Measure.objects.all()}
    names = area_names()
    return {row.code: paragraph(evidence(row, measures[row.code], names)) for row in card.rows}


@pytest.mark.parametrize("code", list(PRINTED))
def test_its_figures_are_all_there(told: dict[str, str], code: str) -> None:
    for figure in PRINTED[code]:
        assert figure in told[code]


@pytest.mark.parametrize("code", list(PRINTED))
def test_no_other_percentage_is_claimed(told: dict[str, str], code: str) -> None:
    claimed = {float(one) for one in re.findall(r"(\d+(?:\.\d+)?)(?=%)", told[code])}
    printed = {float(one.rstrip("%")) for one in PRINTED[code]}
    targets = set(map(float, re.findall(r"the (\d+(?:\.\d+)?)% target", told[code])))
    assert claimed - targets <= printed


@pytest.mark.parametrize("code", list(STANDS))
def test_how_it_stands_to_others_is_what_the_figures_say(told: dict[str, str], code: str) -> None:
    said = next(part for part in told[code].split(". ") if part.startswith("It is "))
    groups = said.removeprefix("It is ").split("; ")
    for figure, how in STANDS[code].items():
        (group,) = [one for one in groups if f"({figure}" in one]
        assert group.startswith(how)


def test_a_measure_that_it_gives_no_figure_for_is_told_as_having_none(
    told: dict[str, str],
) -> None:
    assert "no figure is known" in told["repeat-referrals"]
    assert "20" not in told["repeat-referrals"].replace("2017", "")


def test_every_measure_of_the_month_has_a_paragraph(told: dict[str, str]) -> None:
    assert len(told) == 15
    assert all(text.endswith(".") for text in told.values())
