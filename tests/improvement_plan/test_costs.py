"""What a plan costs: what is summed, what is not, and that every sum says so."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings

from improvement_plan.costs import (
    Sum,
    added,
    costs_of,
    doubt_of,
    money_words,
    spend_words,
    why_unread,
)
from improvement_plan.models import CostKind, Plan
from tests.plan_factories import ActionFactory, CostFactory, DivisionFactory, PlanFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (Sum(), "None printed"),
        (Sum(Decimal(0), read=1), "£0"),
        (Sum(Decimal(123_000), read=4, unread=2), "£123,000 and 2 not read"),
        (Sum(unread=1), "1 not read"),
    ],
)
def test_a_sum_says_how_many_cells_it_could_not_read(total: Sum, words: str) -> None:
    assert str(total) == words


def test_pence_are_said_only_where_there_are_any() -> None:
    assert [money_words(Decimal(text)) for text in ("1250", "1250.50")] == ["£1,250", "£1,250.50"]


def test_costs_are_summed_by_division_year_and_kind() -> None:
    plan = PlanFactory()
    first, second, dear = (DivisionFactory(plan=plan) for _ in range(3))
    for division, year, kind, amount in (
        (first, "2014/15", CostKind.ONE_OFF, 10),
        (first, "2014/15", CostKind.ONE_OFF, 5),
        (second, "2015/16", CostKind.ONGOING, 7),
        (second, "2015/16", CostKind.ONE_OFF, 1),
    ):
        CostFactory(
            action=ActionFactory(division=division), year=year, kind=kind, amount=amount * 1000
        )
    costs = costs_of(plan)
    assert costs.columns == (
        ("2014/15", CostKind.ONE_OFF),
        ("2015/16", CostKind.ONE_OFF),
        ("2015/16", CostKind.ONGOING),
    )
    assert [[str(one) for one in sums] for _, sums in costs.rows] == [
        ["£15,000", "None printed", "None printed"],
        ["None printed", "£1,000", "£7,000"],
        ["None printed"] * 3,
    ]
    assert {kind: str(one) for kind, one in costs.by_kind.items()} == {
        "One-off": "£16,000",
        "Ongoing 2015/16": "£7,000",
    }
    by_division = costs.by_division
    assert spend_words(by_division[second.pk]) == "One-off £1,000; ongoing 2015/16 £7,000"
    assert spend_words(by_division[dear.pk]) == "None printed"


def test_what_comes_back_each_year_is_added_over_no_years() -> None:
    action = ActionFactory()
    for year in ("2014/15", "2015/16"):
        for kind in CostKind:
            CostFactory(action=action, year=year, kind=kind)
    assert {kind: str(one) for kind, one in costs_of(action.plan).by_kind.items()} == {
        "One-off": "£80,000",
        "Ongoing 2014/15": "£40,000",
        "Ongoing 2015/16": "£40,000",
    }


def test_what_is_no_money_is_listed_and_in_no_sum() -> None:
    cost = CostFactory(printed="Innovation bid", amount=None, source_note="Where it comes from.")
    costs = costs_of(cost.action.plan)
    assert costs.unread == (cost,)
    assert (costs.totals[0].pounds, costs.totals[0].unread) == (0, 1)
    assert why_unread(cost) == "“Innovation bid” is not an amount."


def test_a_readable_cell_without_an_amount_says_that_nobody_has_settled_it() -> None:
    assert why_unread(CostFactory(printed="£40k", amount=None)).startswith("Nobody has said")


def test_what_is_doubtful_about_a_cell_is_its_note_else_why_it_cannot_be_read() -> None:
    noted = CostFactory(printed="£150", amount=None, source_note="Probably £150k.")
    words = CostFactory(printed="Capital", amount=None)
    assert [doubt_of(one) for one in (noted, words, CostFactory())] == [
        "Probably £150k.",
        "“Capital” is not an amount.",
        "",
    ]


@pytest.mark.parametrize("printed", ["N/A", "n/a ", " N/a"])
def test_not_applicable_is_neither_summed_nor_listed_but_counted(printed: str) -> None:
    cost = CostFactory(printed=printed, amount=None)
    costs = costs_of(cost.action.plan)
    assert (costs.columns, costs.unread, costs.not_applicable) == ((), (), 1)


def test_another_plans_costs_are_not_counted() -> None:
    CostFactory()
    assert costs_of(PlanFactory()).totals == ()


def test_the_real_plans_sums_are_those_of_an_independent_addition(plan: Plan) -> None:
    """Straight over the fixture: pounds only where a cell is £ and a whole number, with k or 0."""
    path = settings.BASE_DIR / "fixtures" / "plans" / "improvement-plan" / "costs.csv"
    pounds: Counter[tuple[str, str, str]] = Counter()
    unread: Counter[tuple[str, str, str]] = Counter()
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        place = (row["action"].split(".")[0], row["year"], row["kind"])
        if match := re.fullmatch(r"£(\d+)k", row["printed"]):
            pounds[place] += int(match[1]) * 1000
        elif row["printed"] not in ("£0", "N/A"):
            unread[place] += 1
    costs = costs_of(plan)
    found = {
        (division.key, year, kind.value): total
        for division, sums in costs.rows
        for (year, kind), total in zip(costs.columns, sums, strict=True)
    }
    assert {place: total.pounds for place, total in found.items() if total.pounds} == pounds
    assert {place: total.unread for place, total in found.items() if total.unread} == unread
    total = added(costs.totals)
    assert (total.pounds, total.unread) == (6_182_000, 12)
    assert (total.pounds, total.unread) == (pounds.total(), unread.total())
    assert costs.not_applicable == 6
    assert costs.unread[-1].printed == "£150"
