"""Outcomes: whole children, none lost, and on average what is expected."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import send_cohort as bench
from send.cohort import AGES, FIRST, Cap, Flows, Model, Space, expected, summed
from send.simulation import AT_ONCE, STAGES, bands, drawn_rates, kept, simulated, stage_of
from tests.send.cohorts import small

COUNTY, COUNTS, POPULATION = bench.generated(np.random.default_rng(7))


def alone(**flows):
    """One need and two settings; 100 children of academic year 5 in the first setting."""
    space = Space(("ASD",), ("school", "college"), np.ones((AGES, 1, 2), dtype=bool))
    n, at = space.count, space.number[5 - FIRST, 0, 0]
    source, target = np.array([at]), np.array([space.number[6 - FIRST, 0, 1]])
    zero = np.zeros(n)
    rates = {"leave": zero, "move": zero, "share": np.ones(1), "join": zero} | flows
    model = Model(
        space, source, target, np.where(np.arange(n) == at, 100.0, 0.0), 2015,
        (Flows(**rates),), (np.full((1, 2), 10.0),), 0.0, (np.full(2, np.inf),),
    )  # fmt: skip
    return model, at


def test_without_chance_in_the_rates_the_outcome_is_the_expected_one():
    n = 2 * AGES
    model, _ = alone(move=np.ones(n))
    course = simulated(model, 3, np.random.default_rng(1))
    assert (course.heads == expected(model).heads).all()
    assert course.moved.sum(axis=(1, 2)).tolist() == [100, 100, 100]


def test_the_oldest_leave_and_are_counted():
    model, _ = alone()
    opening = np.zeros(model.space.count)
    opening[-1] = 7
    course = simulated(replace(model, opening=opening), 2, np.random.default_rng(1))
    assert course.left.sum(axis=(1, 2)).tolist() == [7, 7]
    assert course.heads[:, -1].sum() == 0


def test_leavers_are_spread_as_binomial_draws_are():
    model, _ = alone(leave=np.full(2 * AGES, 0.3))
    left = simulated(model, 20_000, np.random.default_rng(2)).left.sum(axis=(1, 2))
    assert left.mean() == pytest.approx(30, abs=4 * np.sqrt(21 / 20_000))
    assert left.var() == pytest.approx(21, rel=0.05)


def test_joiners_are_spread_as_poisson_draws_are():
    join = np.zeros(2 * AGES)
    join[[4, 9]] = 3.0, 1.5
    model, _ = alone(join=join)
    joined = simulated(model, 20_000, np.random.default_rng(3)).joined[:, 0, [4, 9]]
    assert joined.mean(axis=0) == pytest.approx([3, 1.5], abs=0.06)
    assert joined.var(axis=0) == pytest.approx([3, 1.5], rel=0.06)
    assert abs(np.corrcoef(joined.T)[0, 1]) < 0.03


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.booleans())
def test_nobody_is_lost_on_any_path_and_nobody_is_negative(seed, capped):
    rng = np.random.default_rng(seed)
    model = small(rng)
    if capped:
        model = replace(model, caps=(Cap(0, 0, 3.0, 1),))
    course = simulated(model, 4, rng)
    heads = course.heads.sum(axis=2)
    flow = course.joined.sum(axis=2) - course.left.sum(axis=2)
    assert (heads[:, :-1] + flow == heads[:, 1:]).all()
    for counts in (course.heads, course.joined, course.left, course.moved):
        assert counts.min() >= 0
        assert (counts == np.rint(counts)).all()


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32))
def test_the_mean_of_outcomes_is_what_is_expected(seed):
    model = small(np.random.default_rng(seed))
    paths = 4_000
    outcomes = simulated(model, paths, np.random.default_rng(5)).heads.sum(axis=2)
    error = outcomes.std(axis=0) / np.sqrt(paths)
    far = np.abs(outcomes.mean(axis=0) - expected(model).heads.sum(axis=1))
    assert (far <= 5 * error + 1e-9).all()


def test_the_mean_of_every_state_of_a_county_is_what_is_expected():
    paths = 400
    heads = simulated(COUNTY, paths, np.random.default_rng(6)).heads[:, 3]
    should = expected(COUNTY).heads[3]
    score = (heads.mean(axis=0) - should) / np.sqrt(np.maximum(should, 1e-3) / paths)
    assert np.abs(score[should > 0.5]).max() < 5


def test_a_cap_is_kept_on_every_path_and_the_rest_go_to_the_other_setting():
    join = np.zeros(2 * AGES)
    join[0] = 30
    model, _ = alone(join=join)
    model = replace(model, opening=np.zeros(2 * AGES), caps=(Cap(0, 0, 12.0, 1),))
    course = simulated(model, 200, np.random.default_rng(4))
    by_setting = summed(course.heads[:, 1], model.space.setting, 2)
    assert by_setting[:, 0].max() == 12
    assert (by_setting.sum(axis=1) == course.joined.sum(axis=(1, 2))).all()


def test_who_cannot_be_in_the_other_setting_stays_above_the_places():
    model, _ = alone()
    valid = model.space.valid.copy()
    valid[0, 0, 1] = False
    space = Space(model.space.needs, model.space.settings, valid)
    zero, join = np.zeros(space.count), np.zeros(space.count)
    join[0] = 30
    nowhere = np.array([], dtype=np.int64)
    flows = (Flows(zero, zero, np.zeros(0), join),)
    model = replace(model, space=space, source=nowhere, target=nowhere, opening=zero, flows=flows,
                    caps=(Cap(0, 0, 12.0, 1),))  # fmt: skip
    course = simulated(model, 50, np.random.default_rng(4))
    assert (course.heads[:, 1, 0] == course.joined[:, 0, 0]).all()


# --- rates drawn ---


def test_rates_are_drawn_about_those_counted():
    drawn = drawn_rates(COUNTY, COUNTS, POPULATION, 300, np.random.default_rng(8)).flows[0]
    flows = COUNTY.flows[0]
    for name in ("leave", "move", "share"):
        rate = getattr(drawn, name)
        assert rate.min() >= 0
        assert rate.max() <= 1 + 1e-12
        assert np.abs(rate.mean(axis=0) - getattr(flows, name)).mean() < 0.02
    assert drawn.join.sum(axis=1).mean() == pytest.approx(flows.join.sum(), rel=0.02)


# --- their spread ---


@pytest.fixture(scope="module")
def found():
    return bands(COUNTY, COUNTS, POPULATION, paths=150, seed=3)


def test_a_seed_gives_the_same_bands_and_another_does_not(found):
    again = bands(COUNTY, COUNTS, POPULATION, paths=150, seed=3)
    assert kept(again) == kept(found)
    assert kept(bands(COUNTY, COUNTS, POPULATION, paths=150, seed=4)) != kept(found)


def test_percentiles_are_in_order_and_begin_at_the_opening(found):
    assert (np.diff(found.total, axis=0) >= 0).all()
    assert (found.total[:, 0] == COUNTY.opening.sum()).all()
    assert found.total[4, -1] > found.total[0, -1]
    years, space = len(COUNTY.years) + 1, COUNTY.space
    assert found.by_need.shape == (5, years, len(space.needs))
    assert found.by_setting.shape == (5, years, len(space.settings))
    assert found.by_stage.shape == (5, years, len(STAGES))


def test_the_middle_of_the_bands_is_about_what_is_expected(found):
    should = expected(COUNTY).heads.sum(axis=1)
    assert found.mean_total == pytest.approx(should, rel=0.03)
    assert found.total[2] == pytest.approx(should, rel=0.03)


def test_stages_begin_where_they_say():
    ages = np.array([-4, -1, 0, 6, 7, 11, 12, 13, 14, 20]) - FIRST
    assert stage_of(ages).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_costs_are_told_only_where_one_is_known(found):
    assert found.cost is None
    priced = replace(
        COUNTY, unit_costs=tuple(np.full_like(one, 100.0) for one in COUNTY.unit_costs)
    )
    cost = bands(priced, COUNTS, POPULATION, paths=20).cost
    assert cost[2] == pytest.approx(expected(COUNTY).heads[1:].sum(axis=1) * 100, rel=0.1)


def test_what_is_kept_is_json(found):
    assert json.loads(json.dumps(kept(found)))["paths"] == 150


def test_progress_is_told_as_paths_are_done():
    told = []
    bands(COUNTY, COUNTS, POPULATION, paths=2 * AT_ONCE + 1, step=told.append)
    assert told == [0, AT_ONCE, 2 * AT_ONCE]
