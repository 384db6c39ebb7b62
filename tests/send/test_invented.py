"""The data set that is plainly made up."""

from __future__ import annotations

import pytest

from send.cohort import expected
from send.cohort_files import read
from send.estimation import counted, heads_of, model_of, opening
from send.invented import TOTALS, files


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
