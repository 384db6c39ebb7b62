"""The data set that is plainly made up."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from send.cohort import FIRST, NOWHERE, expected
from send.cohort_files import read
from send.estimation import counted, heads_of, model_of, opening
from send.invented import BANDS, FIRST_TIME, TOTALS, files

PUBLISHED = Path(__file__).parents[2] / "fixtures/send/outturns.csv"


def published(measure: str) -> dict[tuple[int, str], int]:
    """The county's figures of a measure, by the year in which their period ends and by part."""
    with PUBLISHED.open(encoding="utf-8") as rows:
        return {
            (int(row["period_end"][:4]), row["category"]): int(row["value"])
            for row in csv.DictReader(rows)
            if row["measure"] == measure and row["area"] == "bucks"
        }


def test_the_totals_are_those_of_the_published_record() -> None:
    assert {(year, ""): total for year, total in TOTALS.items()} == published("ehc-plans")
    ages = ("Under 5", "5 to 10", "11 to 15", "16 to 19", "20 to 25")
    assert {
        (year, age): many
        for year, of_ages in FIRST_TIME.items()
        for age, many in zip(ages, of_ages, strict=True)
    } == published("first-time-plans-by-age")


def test_as_many_join_of_each_age_as_first_had_a_plan() -> None:
    found = read(files())
    for year, of_ages in FIRST_TIME.items():
        changes = found.transitions.of([year])
        came = changes.before == NOWHERE
        ages = found.space.age[changes.after[came]] + FIRST
        counts, _ = np.histogram(ages, [*BANDS, 21], weights=changes.count[came])
        assert counts.tolist() == list(of_ages)


def test_every_row_says_that_it_is_invented() -> None:
    for text in files(plans=300).values():
        assert all(row.endswith((",note", ",invented")) for row in text.splitlines())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("plans", [20, 300])
def test_nobody_is_lost_between_two_years(plans: int, seed: int) -> None:
    found = read(files(plans, seed))
    for year in range(2011, 2020):
        now, then = found.transitions.of([year]), found.transitions.of([year + 1])
        stays, was = now.after != NOWHERE, then.before != NOWHERE
        after = np.bincount(now.after[stays], now.count[stays], found.space.count)
        before = np.bincount(then.before[was], then.count[was], found.space.count)
        assert (after == before).all()


def test_its_totals_pass_through_the_published_ones() -> None:
    found = read(files())
    heads = {
        year: round(float(one.sum()))
        for year, one in heads_of(found.space, found.transitions).items()
    }
    assert {year: heads[year] for year in TOTALS} == TOTALS
    assert sorted(heads) == list(range(2011, 2022))


def test_it_can_be_projected_ten_years_on() -> None:
    found = read(files(plans=500))
    counts = counted(found.space, found.transitions, found.population)
    start = opening(found.space, found.transitions)
    heads = expected(model_of(counts, start, found.population, 10)).heads.sum(axis=1)
    assert heads[0] == pytest.approx(500, abs=1)
    assert (heads > 300).all() and (heads < 900).all()


def test_a_seed_makes_the_same_again_and_another_makes_another() -> None:
    assert files(plans=300) == files(plans=300)
    assert files(plans=300) != files(plans=300, seed=1)
