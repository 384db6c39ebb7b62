"""Simulated futures: the same for a seed, kept, and shown until something changes."""

from __future__ import annotations

import numpy as np
import pytest

from lac import futures
from lac.ahead import Basis, back_tested, basis, look_ahead
from lac.models import Scenario, SimulatedFan
from lac.projection import month_ends
from lac.simulation import fan, simulate
from tests.lac.held import CHILDREN, LIVELY, hold, price

pytestmark = pytest.mark.django_db

FEWER = {"kind": "scale_entries", "bands": ["10 to 15"], "factor": 0, "from": "2024-04-01"}


def base() -> Basis:
    found = basis()
    assert found is not None
    return found


def test_where_nothing_happens_every_future_is_the_same() -> None:
    hold()
    price(fostering=700)
    made = futures.made(base(), [], years=2, paths=20)
    assert made["children"]["2026-03-31"] == [10] * 5
    assert made["placements"]["2026-03-31"] == [[10, 0, 0, 0]] * 5
    assert made["pounds"] == {"2025": [365_000] * 5, "2026": [365_000] * 5}


def test_a_seed_gives_the_same_futures_and_another_gives_others() -> None:
    hold(LIVELY)
    made = [futures.made(base(), [], years=1, paths=150, seed=seed) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_the_spread_lies_about_what_is_expected() -> None:
    hold(LIVELY)
    spread = futures.read(futures.made(base(), [], years=3, paths=400))
    last = look_ahead(base(), 3, fan=spread).last
    assert last.fan is not None
    assert last.fan[0] < last.children < last.fan[4]
    assert list(last.fan) == sorted(last.fan)


def test_it_holds_that_the_rates_are_not_known_as_well_as_chance() -> None:
    hold(LIVELY)
    found, ends = base(), month_ends(base().opening.day, 36)
    by_chance = simulate(found.outlook, found.opening, ends, 400, np.random.default_rng(1))
    narrow = fan(by_chance.stock.sum(axis=2))[:, -1]
    wide = futures.made(found, [], years=3, paths=400)["children"]["2027-03-31"]
    assert wide[4] - wide[0] > 1.2 * (narrow[4] - narrow[0])


def test_a_scenario_has_futures_of_its_own() -> None:
    hold(LIVELY)
    usual, fewer = (
        futures.made(base(), changes, years=3, paths=200)["children"]["2027-03-31"]
        for changes in ([], [FEWER])
    )
    assert fewer[2] < usual[2]


def test_it_says_how_many_are_done() -> None:
    hold()
    done: list[int] = []
    futures.made(base(), [], years=1, paths=250, step=done.append)
    assert done == [0, 100, 200]


def test_where_nothing_happens_what_happened_is_what_every_future_of_the_test_says() -> None:
    hold()
    found = futures.tested(base(), paths=20)
    assert found is not None
    assert found["children"]["2023-03-31"] == found["children"]["2024-03-31"] == [10] * 5
    assert found["within_nine"] == found["within_half"] == [12] * 5


def test_what_could_not_be_known_lies_outside_the_futures_of_the_test() -> None:
    """Nothing had ever happened, and then four of ten left fostering at once, in September."""
    left = ("2019-06-01", ("2020-01-01", "2023-09-15", "U4"))
    hold([*CHILDREN[:6], *[left] * 4])
    found = futures.tested(base(), paths=20)
    assert found is not None and found["months"] == 12
    assert found["within_nine"] == [5, 5, 12, 12, 12]


def test_the_futures_of_the_test_lie_about_what_it_projects() -> None:
    hold(LIVELY)
    spread, test = futures.tested(base(), paths=400), back_tested(base())
    assert spread is not None and test is not None
    assert list(spread["children"]) == [day.isoformat() for day, _, _ in test.months]
    low, _, _, _, high = spread["children"]["2024-03-31"]
    assert low < test.months[-1][1] < high
    assert all(
        half <= most <= spread["months"]
        for half, most in zip(spread["within_half"], spread["within_nine"], strict=True)
    )


def test_one_year_has_no_futures_to_be_tested() -> None:
    hold(years=(2024,))
    assert futures.tested(base(), paths=20) is None


def test_what_is_kept_is_found_until_what_it_was_made_from_changes() -> None:
    hold()
    made = futures.made(base(), [], years=1, paths=10)
    futures.keep(None, futures.key_of(base(), []), made)
    found = futures.kept(base(), [])
    assert found is not None and found.paths == 10 and found.made_at is not None
    assert futures.kept(base(), [FEWER]) is None
    price(fostering=700)
    assert futures.kept(base(), []) is None


def test_of_a_scenario_only_the_latest_is_kept() -> None:
    hold()
    one = Scenario.objects.create(name="One", changes=[FEWER])
    made = futures.made(base(), [FEWER], years=1, paths=10)
    futures.keep(one, "an older key", made)
    futures.keep(None, "the base's", made)
    futures.keep(one, futures.key_of(base(), [FEWER]), made)
    assert SimulatedFan.objects.filter(scenario=one).count() == 1
    assert SimulatedFan.objects.filter(scenario=None).count() == 1
    assert str(SimulatedFan.objects.get(scenario=one)) == "Simulated futures of One"


def test_two_scenarios_of_the_same_changes_share_what_is_kept() -> None:
    hold()
    one, other = (Scenario.objects.create(name=n, changes=[FEWER]) for n in ("One", "Other"))
    key = futures.key_of(base(), [FEWER])
    for scenario in (one, other):
        futures.keep(scenario, key, futures.made(base(), [FEWER], years=1, paths=10))
    assert SimulatedFan.objects.get().scenario == other
    assert futures.kept(base(), one.changes) is not None
