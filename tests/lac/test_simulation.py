"""What may become of it: many courses of the same model, whose mean is the projection's."""

import numpy as np
import pytest

from bench import lac_projection as bench
from lac.flows import Observed, Rates, Stock
from lac.projection import Dated, NewPlaces, Outlook, month_ends, project
from lac.simulation import PATHS_AT_ONCE, fan, simulate
from tests.lac.histories import day

FOSTERING, RESIDENTIAL, SUPPORTED, OTHER = range(4)
UNDER_1, TO_4, TO_9, TO_15, TO_17 = range(5)
START = day("2024-03-31")
WEEKLY = np.array([400.0, 3_500.0, 1_200.0, 90.0])
NONE = Rates(np.zeros((5, 4, 4)), np.zeros((5, 4)), np.zeros((29, 4)))
NOBODY = Stock(START, np.array([], dtype="datetime64[D]"), np.array([], dtype=int))


def outlook(rates, **more):
    return Outlook(Dated.always(rates), Dated.always(WEEKLY), **more)


def paths(model, opening, ends, count, seed=903):
    return simulate(model, opening, ends, count, np.random.default_rng(seed))


def ten_year_olds(count):
    born = np.full(count, day("2014-01-15"))
    return Stock(START, born, np.full(count, FOSTERING))


def errors(outcomes, expected):
    """How many standard errors the mean over paths is from what is expected."""
    error = outcomes.std(axis=0) / np.sqrt(len(outcomes))
    gap = outcomes.mean(axis=0) - expected
    assert (gap[error == 0] == 0).all()
    return np.abs(gap[error > 0] / error[error > 0])


def test_the_mean_of_the_paths_is_the_projection():
    rates, opening = bench.generated(np.random.default_rng(7))
    faster = Rates(3 * rates.moves, rates.exits, 2 * rates.entries)
    changing = Dated.always(rates).changed(lambda _: faster, START + 200)
    model = Outlook(changing, Dated.always(WEEKLY), inflation=0.04)
    ends = month_ends(START, 24)
    said, expected = paths(model, opening, ends, 1_000), project(model, opening, ends)
    for outcomes, mean in (
        (said.stock, expected.stock.sum(axis=1)),
        (said.child_days, expected.child_days.sum(axis=1)),
        (said.cost, expected.cost),
    ):
        away = errors(outcomes, mean)
        assert away.max() < 4.5
        assert np.sqrt((away**2).mean()) < 1.6
    assert said.on.tolist() == expected.on.tolist()


def test_with_no_rates_every_path_is_the_projection():
    _, opening = bench.generated(np.random.default_rng(8))
    ends = month_ends(START, 30)
    own = (NewPlaces(START + 100, RESIDENTIAL, 8, 3_000.0),)
    model = outlook(NONE, inflation=0.05, new_places=own)
    said, expected = paths(model, opening, ends, 3), project(model, opening, ends)
    for path in range(3):
        assert said.stock[path].tolist() == expected.stock.sum(axis=1).tolist()
        assert said.child_days[path] == pytest.approx(expected.child_days.sum(axis=1))
        assert said.cost[path] == pytest.approx(expected.cost)


def test_nobody_aged_18_is_in_any_path():
    rates, _ = bench.generated(np.random.default_rng(9))
    busy = Rates(20 * rates.moves, np.zeros((5, 4)), np.zeros((29, 4)))
    born = np.repeat(day("2006-04-10") + np.arange(3), 200)  # 18 on the 10th, 11th, 12th
    opening = Stock(START, born, np.arange(600) % 4)
    changing = Dated.always(busy).changed(lambda rates: rates, START + 10)
    said = paths(Outlook(changing, Dated.always(WEEKLY)), opening, START + np.arange(8, 14), 30)
    assert (said.stock.sum(axis=2) == [600, 600, 600, 400, 200, 0, 0][: len(said.on)]).all()


def test_entries_are_poisson():
    # Two a day for 30 days, at an age at which nothing else happens: mean and variance 60.
    entries = np.zeros((29, 4))
    entries[10 + 11, SUPPORTED] = 2
    ends = START + np.array([30])
    said = paths(outlook(Rates(NONE.moves, NONE.exits, entries)), NOBODY, ends, 4_000)
    came = said.stock[:, 1, SUPPORTED]
    assert came.mean() == pytest.approx(60, abs=4 * np.sqrt(60 / 4_000))
    assert came.var() == pytest.approx(60, rel=0.1)


def test_who_is_left_is_binomial():
    # 200 children, each there after 50 days with probability exp(-0.5).
    exits = np.zeros((5, 4))
    exits[TO_15, FOSTERING] = 0.01
    model = outlook(Rates(NONE.moves, exits, NONE.entries))
    left = paths(model, ten_year_olds(200), START + np.array([50]), 4_000).stock[:, 1].sum(axis=1)
    stays = np.exp(-0.5)
    variance = 200 * stays * (1 - stays)
    assert left.mean() == pytest.approx(200 * stays, abs=4 * np.sqrt(variance / 4_000))
    assert left.var() == pytest.approx(variance, rel=0.1)


def test_the_fan_is_of_outcomes_and_rates_that_are_not_known_widen_it():
    """Ten exits in 2,000 child-days: the rate may well be half or twice that."""
    zeros = np.zeros((5, 4, 4))
    exits, there = np.zeros((5, 4)), np.zeros((5, 4))
    exits[TO_15, FOSTERING], there[TO_15, FOSTERING] = 10, 2_000
    seen = Observed(START - 100, START, there, zeros, exits, np.zeros((29, 4)), np.zeros(4))
    ends = month_ends(START, 6)
    known = paths(outlook(seen.rates()), ten_year_olds(100), ends, 2_000)
    rng = np.random.default_rng(1)
    unknown = simulate(outlook(seen.sampled(2_000, rng)), ten_year_olds(100), ends, 2_000, rng)
    spreads = [fan(said.stock.sum(axis=2)) for said in (known, unknown)]
    for spread in spreads:
        assert spread.shape == (5, 7)
        assert (np.diff(spread, axis=0) >= 0).all()
        assert (spread[:, 0] == 100).all()
    narrow, wide = (spread[4, -1] - spread[0, -1] for spread in spreads)
    assert wide > 1.5 * narrow


def test_a_fan_holds_the_shares_that_it_says():
    assert fan(np.arange(101.0)).tolist() == [5, 25, 50, 75, 95]


def test_the_same_seed_makes_the_same_paths():
    rates, opening = bench.generated(np.random.default_rng(7))
    ends = month_ends(START, 3)
    one, again = (paths(outlook(rates), opening, ends, PATHS_AT_ONCE + 1) for _ in range(2))
    other = paths(outlook(rates), opening, ends, PATHS_AT_ONCE + 1, seed=904)
    assert one.stock.shape == (PATHS_AT_ONCE + 1, 4, 4)
    assert one.stock.tolist() == again.stock.tolist()
    assert one.stock.tolist() != other.stock.tolist()


def test_each_path_has_its_own_rates():
    exits = np.zeros((150, 5, 4))
    exits[120:, TO_15, FOSTERING] = 1.0
    rates = Rates(np.zeros((150, 5, 4, 4)), exits, np.zeros((150, 29, 4)))
    left = paths(outlook(rates), ten_year_olds(3), START + np.array([60]), 150).stock[:, 1].sum(1)
    assert left.tolist() == [3] * 120 + [0] * 30


def test_sets_of_rates_and_paths_must_agree_in_number():
    seven = Rates(np.zeros((7, 5, 4, 4)), np.zeros((7, 5, 4)), np.zeros((7, 29, 4)))
    with pytest.raises(ValueError, match="as many sets of rates as paths"):
        paths(outlook(seven), NOBODY, month_ends(START, 1), 8)


def test_paths_are_told_at_later_days_in_order():
    with pytest.raises(ValueError, match="in order"):
        paths(outlook(NONE), NOBODY, START + np.array([5, 5]), 2)
