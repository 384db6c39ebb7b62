"""Rates counted from what happened, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from send.cohort import AGES, FIRST, NOWHERE, Space, expected
from send.estimation import (
    Transitions,
    age_of,
    counted,
    heads_of,
    model_of,
    opening,
    population_in,
)

SPACE = Space(("ASD",), ("Mainstream", "Special"), np.ones((AGES, 1, 2), dtype=bool))
POPULATION = {year: np.full(AGES, 1_000.0) for year in range(2019, 2024)}


def at(year: int, setting: int = 0) -> int:
    return int(SPACE.number[year - FIRST, 0, setting])


def transitions(*rows: tuple[int, int, int, float]) -> Transitions:
    table = np.array(rows, dtype=float).reshape(-1, 4)
    whole = table[:, :3].astype(np.int64)
    return Transitions(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3])


FIVE = (
    (2019, at(5), at(6), 70),
    (2019, at(5), at(6, 1), 20),
    (2019, at(5), NOWHERE, 10),
    (2019, NOWHERE, at(6), 30),
    (2019, NOWHERE, at(6, 1), 10),
)


def test_rates_are_counts_with_one_childs_weight_of_the_academic_years() -> None:
    found = counted(SPACE, transitions(*FIVE), POPULATION).flows(POPULATION[2023])
    # Of the academic year 10 of 100 left: (10 + 0.1) of (100 + 1).
    assert found.leave[at(5)] == pytest.approx(10.1 / 101)
    # A state nobody was in has the academic year's rate.
    assert found.leave[at(5, 1)] == pytest.approx(0.1)
    # 20 of the 90 who stayed moved: (20 + 20/90) of (90 + 1).
    assert found.move[at(5)] == pytest.approx((20 + 20 / 90) / 91)


def test_an_academic_year_nobody_was_in_has_the_rate_of_all() -> None:
    found = counted(SPACE, transitions(*FIVE), POPULATION).flows(POPULATION[2023])
    assert found.leave[at(9)] == pytest.approx(0.1)


def test_movers_go_where_they_were_counted_to_go_at_any_age() -> None:
    counts = counted(SPACE, transitions(*FIVE), POPULATION)
    share = counts.flows(POPULATION[2023]).share
    of_five = (counts.source == at(5)) & (counts.target == at(6, 1))
    of_nine = (counts.source == at(9)) & (counts.target == at(10, 1))
    assert share[of_five].tolist() == [1] and share[of_nine].tolist() == [1]
    assert not (counts.source == at(5, 1)).any()


def test_joiners_are_a_share_of_the_population_of_the_year_in_which_they_come() -> None:
    counts = counted(SPACE, transitions(*FIVE), POPULATION)
    assert counts.join_rate()[age_of(6)] == pytest.approx(0.04)
    join = counts.flows(np.full(AGES, 2_000.0)).join
    assert (join[at(6)], join[at(6, 1)]) == (pytest.approx(60), pytest.approx(20))
    assert join.sum() == pytest.approx(80)


def test_without_the_population_of_that_year_nothing_can_be_counted() -> None:
    with pytest.raises(ValueError, match="The population of 2020 is missing"):
        counted(SPACE, transitions(*FIVE), {2019: np.full(AGES, 1_000.0)})


def test_the_opening_is_who_is_there_after_the_last_year() -> None:
    year, heads = opening(SPACE, transitions(*FIVE))
    assert year == 2020
    assert (heads[at(6)], heads[at(6, 1)], heads.sum()) == (100, 30, 130)


def test_heads_by_year_are_those_before_each_change_and_after_the_last() -> None:
    found = heads_of(SPACE, transitions(*FIVE))
    assert {year: heads.sum() for year, heads in found.items()} == {2019: 100, 2020: 130}


def test_a_population_not_known_yet_is_that_of_the_last_year_that_is() -> None:
    known = {2020: np.array([1.0]), 2022: np.array([2.0])}
    assert [float(population_in(known, year)[0]) for year in (2019, 2021, 2022, 2030)] == [
        *(1, 1, 2, 2)
    ]


def test_a_model_projects_from_the_last_year_on() -> None:
    found = transitions(*FIVE)
    counts = counted(SPACE, found, POPULATION)
    model = model_of(counts, opening(SPACE, found), POPULATION, 3)
    assert model.years == [2021, 2022, 2023]
    assert expected(model).heads.shape == (4, SPACE.count)


def test_no_population_at_all_is_refused() -> None:
    found = transitions(*FIVE)
    counts = counted(SPACE, found, POPULATION)
    with pytest.raises(ValueError, match="No population"):
        model_of(counts, opening(SPACE, found), {}, 3)


def test_years_can_be_held_back_for_a_test() -> None:
    more = transitions(*FIVE, (2020, at(6), at(7), 100))
    assert more.of([2019]).count.sum() == 140


def test_the_order_of_rows_does_not_matter() -> None:
    one, other = (
        counted(SPACE, transitions(*rows), POPULATION).flows(POPULATION[2023])
        for rows in (FIVE, FIVE[::-1])
    )
    np.testing.assert_allclose(one.leave, other.leave)
    np.testing.assert_allclose(one.join, other.join)
