"""Rates counted from what happened, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from send.cohort import AGES, FIRST, NOWHERE, Space, expected
from send.estimation import (
    Transitions,
    age_of,
    back_test,
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


def test_where_movers_go_leans_on_all_who_moved_from_the_same_need_and_setting() -> None:
    three = Space(("ASD",), ("Main", "Special", "Other"), np.ones((AGES, 1, 3), dtype=bool))
    five, to = (int(three.number[5 - FIRST, 0, 0]), three.number[6 - FIRST, 0])
    nine, ten = (int(three.number[9 - FIRST, 0, 0]), three.number[10 - FIRST, 0])
    rows = ((2019, five, to[1], 6), (2019, nine, ten[1], 2), (2019, nine, ten[2], 4))
    counts = counted(three, transitions(*rows), POPULATION)
    share = dict(
        zip(
            zip(counts.source.tolist(), counts.target.tolist(), strict=True),
            counts.flows(POPULATION[2023]).share.tolist(),
            strict=True,
        )
    )
    # Of all 12, 8 went to Special and 4 to Other: 2/3 and 1/3 of a child are added.
    assert share[five, to[1]] == pytest.approx((6 + 2 / 3) / 7)
    assert share[five, to[2]] == pytest.approx((0 + 1 / 3) / 7)
    assert share[nine, ten[1]] == pytest.approx((2 + 2 / 3) / 7)
    assert share[nine, ten[2]] == pytest.approx((4 + 1 / 3) / 7)


def test_who_must_move_says_nothing_of_how_often_those_move_who_may_stay() -> None:
    valid = np.ones((AGES, 1, 2), dtype=bool)
    valid[7 - FIRST :, 0, 0] = False  # a primary school
    of = Space(("ASD",), ("Primary", "Special"), valid)
    six, seven = of.number[6 - FIRST, 0], of.number[7 - FIRST, 0]
    rows = ((2019, six[0], seven[1], 90), (2019, six[1], seven[1], 10))
    move = counted(of, transitions(*rows), POPULATION).flows(POPULATION[2023]).move
    assert move[six[1]] == 0


def test_shares_of_where_movers_go_add_up_and_rates_are_shares() -> None:
    counts = counted(SPACE, transitions(*FIVE), POPULATION)
    flows = counts.flows(POPULATION[2023])
    total = np.bincount(counts.source, flows.share)
    assert total[np.unique(counts.source)] == pytest.approx(1)
    for rate in (flows.leave, flows.move):
        assert (rate >= 0).all()
        assert (rate <= 1).all()


def test_a_change_after_which_somebody_is_not_a_year_older_is_refused() -> None:
    with pytest.raises(ValueError, match="not a year older"):
        counted(SPACE, transitions((2019, at(5), at(7), 1)), POPULATION)


# ---- against what happened ---------------------------------------------------------

THREE_YEARS = (
    *((2019, at(5), at(6), 90), (2019, at(5), NOWHERE, 10)),
    *((2020, at(6), at(7), 45), (2020, at(6), NOWHERE, 45)),
    *((2021, at(7), at(8), 40), (2021, at(7), NOWHERE, 5)),
)


def test_a_back_test_stands_beside_what_happened() -> None:
    found = back_test(SPACE, transitions(*THREE_YEARS), POPULATION, 2020)
    assert found.model.years == [2021, 2022]
    assert found.happened.sum(axis=1).tolist() == [90, 45, 40]
    # One in ten left before, everywhere.
    assert found.course.heads.sum(axis=1) == pytest.approx([90, 81, 72.9])


def test_nothing_later_is_known_to_a_back_test() -> None:
    early, late = THREE_YEARS[:2], [(*row[:3], row[3] * 7) for row in THREE_YEARS[4:]]
    now, other = (
        back_test(SPACE, transitions(*early, *THREE_YEARS[2:4], *rows), POPULATION, 2020)
        for rows in (THREE_YEARS[4:], late)
    )
    assert (now.course.heads == other.course.heads).all()
    assert now.happened[2].sum() != other.happened[2].sum()


@pytest.mark.parametrize("year", [2018, 2019, 2022, 2023])
def test_a_back_test_needs_a_year_before_and_a_year_after(year: int) -> None:
    with pytest.raises(ValueError, match="must begin after 2019 and before 2022"):
        back_test(SPACE, transitions(*THREE_YEARS), POPULATION, year)
