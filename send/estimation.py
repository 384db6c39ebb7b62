"""The rates of a cohort model, counted from what happened. Pure.

Field.md, section 7: leaver and mover rates of a state are counted, with a weak prior from the
pooled rate of its academic year, of total weight 1; where movers go is counted over the allowed
states, with a prior of the same weight from the same need and setting at every age; joiners are
the population of an academic year × the rate at which it joined, parted as it was counted.

Who must move, because a setting is not for the next academic year, says nothing of how often those
move who may stay: they are not in the pooled rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .cohort import (
    AGES,
    FIRST,
    NOWHERE,
    Bools,
    Course,
    Floats,
    Flows,
    Ints,
    Model,
    Space,
    expected,
    weighed,
)

PRIOR = 1.0
"""The weight of the pooled rate, in children."""


@dataclass(frozen=True, eq=False, slots=True)
class Transitions:
    """What happened, a row a kind of change: in which calendar year it began, the state before and
    the state a year later (`NOWHERE`: without a plan), and how many children. A child without a
    plan before and after is in none."""

    year: Ints
    before: Ints
    after: Ints
    count: Floats

    def of(self, years: Sequence[int]) -> Transitions:
        """Those of some years."""
        kept = np.isin(self.year, years)
        return Transitions(self.year[kept], self.before[kept], self.after[kept], self.count[kept])


Population = Mapping[int, Floats]
"""By calendar year, the children of each academic year (25)."""


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """Counts with their prior, from which rates are taken or drawn. By state (n): `leavers` of
    `present`, `movers` of `stayed`; by edge (e): `moves`; by academic year (25): `joiners` of
    `exposed` children; by state: `joined`. All but exposed and joiners have the prior in them."""

    space: Space
    source: Ints
    target: Ints
    leavers: Floats
    present: Floats
    movers: Floats
    stayed: Floats
    moves: Floats
    joiners: Floats
    exposed: Floats
    joined: Floats

    def flows(self, population: Floats) -> Flows:
        """The rates as counted, for a year of this population (25)."""
        total = weighed(self.source, self.moves, self.space.count)
        return Flows(
            leave=self.leavers / self.present,
            move=self.movers / self.stayed,
            share=self.moves / total[self.source],
            join=self.join(self.join_rate(), self.join_split(), population),
        )

    def join_rate(self) -> Floats:
        """The share of an academic year's children who join in a year (25)."""
        known = self.exposed > 0
        return np.where(known, self.joiners / np.where(known, self.exposed, 1), 0.0)

    def join_split(self) -> Floats:
        """How the joiners of an academic year are parted among its states (n)."""
        total = weighed(self.space.age, self.joined, AGES)
        of_age = total[self.space.age]
        return np.where(of_age > 0, self.joined / np.where(of_age > 0, of_age, 1), 0.0)

    def join(self, rate: Floats, split: Floats, population: Floats) -> Floats:
        """Who joins (..., n): rates (..., 25), their parting (..., n) and a population (25)."""
        return (rate * population)[..., self.space.age] * split


def counted(space: Space, transitions: Transitions, population: Population) -> Counted:
    """Counts what happened. Joiners are counted against the population of the year in which they
    are first there. Raises ValueError, in words, where that population is not known, and where
    somebody is not a year older after a year."""
    before, after, count = transitions.before, transitions.after, transitions.count
    was, stays = before != NOWHERE, after != NOWHERE
    n = space.count

    def of(which: Ints, rows: Bools) -> Floats:
        return weighed(which[rows], count[rows], n)

    present = of(before, was)
    leavers = of(before, was & ~stays)
    stayed = present - leavers
    if (space.age[after] != space.age[before] + 1)[was & stays].any():
        raise ValueError("After a year, somebody is not a year older.")
    moving = was & stays & (space.older[before] != after)
    movers = of(before, moving)
    source, target, moves = _edges(space, before[moving], after[moving], count[moving])
    joining = ~was & stays
    joined = of(after, joining)
    may_stay = space.older != NOWHERE
    pooled_leave = _pooled(space, leavers, present)
    pooled_move = _pooled(space, movers * may_stay, stayed * may_stay)
    return Counted(
        space, source, target,
        leavers + PRIOR * pooled_leave, present + PRIOR,
        movers + PRIOR * pooled_move, stayed + PRIOR,
        moves,
        weighed(space.age, joined, AGES),
        _exposed(np.unique(transitions.year), population),
        joined,
    )  # fmt: skip


def _pooled(space: Space, some: Floats, of: Floats) -> Floats:
    """The rate of each state's academic year; of one without anybody, that of all."""
    by_age = weighed(space.age, some, AGES)
    total = weighed(space.age, of, AGES)
    overall = some.sum() / of.sum() if of.sum() else 0.0
    rate = np.where(total > 0, by_age / np.where(total > 0, total, 1), overall)
    return rate[space.age]


def _edges(space: Space, before: Ints, after: Ints, count: Floats) -> tuple[Ints, Ints, Floats]:
    """From each state to every allowed one to which somebody of its need and setting ever moved:
    counted moves, and the prior of weight `PRIOR` parted as all those moved."""
    settings = len(space.settings)
    kinds = len(space.needs) * settings
    kind = space.need * settings + space.setting
    pooled = np.zeros((kinds, kinds))
    np.add.at(pooled, (kind[before], kind[after]), count)
    source, to_kind = np.nonzero(pooled[kind])
    age = space.age[source] + 1
    inside = age < AGES
    target = np.full(len(source), NOWHERE)
    target[inside] = space.number[
        age[inside], to_kind[inside] // settings, to_kind[inside] % settings
    ]
    there = target != NOWHERE
    source, target, to_kind = source[there], target[there], to_kind[there]
    prior = pooled[kind[source], to_kind]
    total = weighed(source, prior, space.count)
    pairs = source * space.count + target  # in order, as both are
    place = np.searchsorted(pairs, before * space.count + after)
    return source, target, PRIOR * prior / total[source] + weighed(place, count, len(pairs))


def _exposed(years: Ints, population: Population) -> Floats:
    total = np.zeros(AGES)
    for year in years.tolist():
        if year + 1 not in population:
            raise ValueError(
                f"The population of {year + 1} is missing: joiners of that year are counted "
                "against it."
            )
        total += population[year + 1]
    return total


def opening(space: Space, transitions: Transitions) -> tuple[int, Floats]:
    """The last year that the transitions tell of, and the heads at its end (n)."""
    last = int(transitions.year.max())
    rows = (transitions.year == last) & (transitions.after != NOWHERE)
    heads = weighed(transitions.after[rows], transitions.count[rows], space.count)
    return last + 1, heads


def heads_of(space: Space, transitions: Transitions) -> dict[int, Floats]:
    """Heads by year: those with a plan before each year's change, and after the last."""
    found = {}
    for year in np.unique(transitions.year).tolist():
        rows = (transitions.year == year) & (transitions.before != NOWHERE)
        found[year] = weighed(transitions.before[rows], transitions.count[rows], space.count)
    last, heads = opening(space, transitions)
    return found | {last: heads}


def model_of(
    counts: Counted,
    start: tuple[int, Floats],
    population: Population,
    years: int,
    *,
    unit_costs: Floats | None = None,
    inflation: float = 0.0,
    places: Floats | None = None,
) -> Model:
    """The base for so many years. A population that is not known yet is taken as that of the last
    year that is. Raises ValueError where none is known."""
    space, (first_year, heads) = counts.space, start
    if not population:
        raise ValueError("No population is given.")
    flows = tuple(
        counts.flows(population_in(population, first_year + place)) for place in range(1, years + 1)
    )
    shape = (len(space.needs), len(space.settings))
    costs = np.full(shape, np.nan) if unit_costs is None else unit_costs
    room = np.full(len(space.settings), np.inf) if places is None else places
    return Model(
        space, counts.source, counts.target, heads, first_year, flows, (costs,) * years,
        inflation, (room,) * years,
    )  # fmt: skip


def population_in(population: Population, year: int) -> Floats:
    """Of a year, or of the last before it that is known, or else the first."""
    known = [one for one in population if one <= year]
    return population[max(known) if known else min(population)]


def age_of(academic_year: int) -> int:
    """The place of an academic year in arrays."""
    return academic_year - FIRST


# ---- against what happened ---------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class BackTest:
    """A projection from an earlier year's end, and the heads that there were at the end of the same
    years (years + 1, n), the first being the opening of both."""

    model: Model
    course: Course
    happened: Floats


def back_test(
    space: Space, transitions: Transitions, population: Population, first_year: int
) -> BackTest:
    """Rates from the changes before `first_year`, the heads at its end projected up to the last
    year that is known. Nothing later is known to it but the population. Raises ValueError, in
    words, where there is no year before or none after, and as `counted` does."""
    happened = heads_of(space, transitions)
    earliest, last = min(happened), max(happened)
    if not earliest < first_year < last:
        raise ValueError(f"A back-test must begin after {earliest} and before {last}.")
    before = transitions.of(range(earliest, first_year))
    years = range(first_year, last + 1)
    counts = counted(space, before, population)
    model = model_of(counts, (first_year, happened[first_year]), population, len(years) - 1)
    return BackTest(model, expected(model), np.stack([happened[year] for year in years]))
