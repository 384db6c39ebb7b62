"""Simulated outcomes of a cohort model: rates and moves both drawn, seeded. Pure and vectorised.

Each path has rates of its own that could have left what was counted (Beta for leaving and moving,
Dirichlet for where movers and joiners go, Gamma for how many join), and whole children who leave,
move and join by them. The spread is that of outcomes, not of the mean's error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .cohort import (
    FIRST,
    NOWHERE,
    Bools,
    Cap,
    Course,
    Floats,
    Flows,
    Ints,
    Model,
    by_need_and_setting,
    caps_in,
    costs,
    summed,
)
from .estimation import Counted, Population, population_in

PERCENTILES = (5, 25, 50, 75, 95)
PATHS, SEED = 1_000, 2016
AT_ONCE = 25
"""Paths simulated together: as many as the processor's cache holds the rates of."""
STAGES = (("-4 to -1", -4), ("0 to 6", 0), ("7 to 11", 7), ("12 to 13", 12), ("14 to 20", 14))
"""Bands of academic years, and with which each begins: before school, primary, secondary, sixth
form, after it."""
Applied = Callable[[Model], Model]
"""What a scenario makes of a model, also of one whose rates are of paths."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Percentiles of outcomes at the end of each year from the first (percentiles, years + 1, ...):
    of everybody, by need, by setting, by stage (`STAGES`, last); of the
    cost of each projected year, None where no unit cost is known; and the mean of each
    (years + 1, ...)."""

    paths: int
    total: Floats
    by_need: Floats
    by_setting: Floats
    cost: Floats | None
    mean_total: Floats
    mean_by_setting: Floats
    by_stage: Floats


def bands(
    model: Model,
    counts: Counted,
    population: Population,
    *,
    applied: Applied = lambda model: model,
    paths: int = PATHS,
    seed: int = SEED,
    step: Callable[[int], None] = lambda done: None,
) -> Bands:
    """The spread of so many outcomes of the base (`model`), or of what a scenario makes of it.
    Calls `step` with how many are done."""
    totals, needs, settings, stages, pounds = [], [], [], [], []
    for first, rng in zip(
        range(0, paths, AT_ONCE),
        map(np.random.default_rng, np.random.SeedSequence(seed).spawn(-(-paths // AT_ONCE))),
        strict=True,
    ):
        step(first)
        some = min(AT_ONCE, paths - first)
        drawn = applied(drawn_rates(model, counts, population, some, rng))
        course = simulated(drawn, some, rng)
        both = by_need_and_setting(drawn.space, course.heads)
        totals.append(both.sum(axis=(-2, -1)))
        needs.append(both.sum(axis=-1))
        settings.append(both.sum(axis=-2))
        stages.append(summed(course.heads, stage_of(drawn.space.age), len(STAGES)))
        pounds.append(np.nansum(costs(drawn, course), axis=(-2, -1)))
    known = any(np.isfinite(prices).any() for prices in applied(model).unit_costs)
    of_all, of_settings = np.concatenate(totals), np.concatenate(settings)
    return Bands(
        paths,
        _spread(of_all),
        _spread(np.concatenate(needs)),
        _spread(of_settings),
        _spread(np.concatenate(pounds)) if known else None,
        of_all.mean(axis=0),
        of_settings.mean(axis=0),
        _spread(np.concatenate(stages)),
    )


def stage_of(age: Ints) -> Ints:
    """The place among `STAGES` of academic years, given as places from 0 for `FIRST`."""
    begins = [first - FIRST for _, first in STAGES]
    return np.searchsorted(begins, age, side="right") - 1


def _spread(outcomes: Floats) -> Floats:
    found: Floats = np.percentile(outcomes, PERCENTILES, axis=0)
    return found


# ---- rates -------------------------------------------------------------------------


def drawn_rates(
    model: Model, counts: Counted, population: Population, paths: int, rng: np.random.Generator
) -> Model:
    """The base with rates drawn for each path, the same in all of a path's years."""
    leave = _beta(rng, counts.leavers, counts.present, paths)
    move = _beta(rng, counts.movers, counts.stayed, paths)
    share = _parted(rng, counts.moves, counts.source, counts.space.count, paths)
    rate = np.where(
        counts.exposed > 0,
        rng.standard_gamma(counts.joiners, (paths, len(counts.joiners)))
        / np.where(counts.exposed > 0, counts.exposed, 1),
        0.0,
    )
    split = _parted(rng, counts.joined, counts.space.age, len(counts.joiners), paths)
    flows = tuple(
        Flows(leave, move, share, counts.join(rate, split, population_in(population, year)))
        for year in model.years
    )
    return replace(model, flows=flows)


def _beta(rng: np.random.Generator, some: Floats, of: Floats, paths: int) -> Floats:
    """Shares that could have left `some` of `of`; 0 and 1 where nothing else was seen."""
    rest = of - some
    certain = (some <= 0) | (rest <= 0)
    drawn = rng.beta(np.where(certain, 1, some), np.where(certain, 1, rest), (paths, len(some)))
    return np.where(certain, np.where(some <= 0, 0.0, 1.0), drawn)


def _parted(
    rng: np.random.Generator, counts: Floats, group: Ints, groups: int, paths: int
) -> Floats:
    """Dirichlet shares within each group, as gamma draws over their sum; 0 where all are 0."""
    drawn = rng.standard_gamma(counts, (paths, len(counts)))
    total = summed(drawn, group, groups)[:, group]
    return np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0)


# ---- whole children ----------------------------------------------------------------


def simulated(model: Model, paths: int, rng: np.random.Generator) -> Course:
    """Whole children on every path (paths, years + 1, n)."""
    start = np.broadcast_to(np.rint(model.opening), (paths, model.space.count)).copy()
    heads: list[Floats] = [start]
    joined: list[Floats] = []
    left: list[Floats] = []
    moved: list[Floats] = []
    ways, shares = _Ways.of(model, model.flows[0].share, paths), model.flows[0].share
    for place, flows in enumerate(model.flows):
        if flows.share is not shares:  # most years' are the same
            ways, shares = _Ways.of(model, flows.share, paths), flows.share
        year = _year(model, flows, ways, heads[-1], caps_in(model, place), rng)
        for kept, one in zip((heads, joined, left, moved), year, strict=True):
            kept.append(one)
    return Course(*(np.stack(one, axis=1) for one in (heads, joined, left, moved)))


def _year(
    model: Model,
    flows: Flows,
    ways: _Ways,
    heads: Floats,
    caps: list[Cap],
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats, Floats]:
    space = model.space
    stuck = space.older == NOWHERE
    move = np.where(ways.any, np.where(stuck, 1.0, flows.move), 0.0)
    left, moved = _gone(heads, flows.leave, move, rng)
    left += np.where(stuck, heads - left - moved, 0.0)
    same = heads - left - moved
    settled = np.zeros_like(heads)
    settled[:, space.older[~stuck]] = same[:, ~stuck]
    joined = rng.poisson(flows.join, heads.shape).astype(np.float64)
    coming = joined + ways.arrivals(moved, rng)
    for cap in caps:
        coming = _capped(model, settled, coming, cap, rng)
    return settled + coming, joined, left, moved


def _gone(
    heads: Floats, leave: Floats, move: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """How many leave and how many of the others move, by one draw a child: states hold so few that
    this is several times faster than two binomial draws a state, and has the same law."""
    cell = np.repeat(np.arange(heads.size), heads.ravel().astype(np.int64))
    draw = rng.random(len(cell))
    either = np.broadcast_to(leave + (1 - leave) * move, heads.shape).ravel()
    goes = np.flatnonzero(draw < either[cell])
    cell = cell[goes]
    leaves = draw[goes] < np.broadcast_to(leave, heads.shape).ravel()[cell]
    return _counted(cell[leaves], heads.shape), _counted(cell[~leaves], heads.shape)


def _counted(cell: Ints, shape: tuple[int, ...]) -> Floats:
    count = int(np.prod(shape))
    return np.bincount(cell, minlength=count).astype(np.float64).reshape(shape)


def _running(weights: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(weights)])


@dataclass(frozen=True, eq=False, slots=True)
class _Ways:
    """Where movers may go: the targets of edges in the order of their source, where each
    source's begin (n + 1), and the running sums of their shares, path after path.
    `any`: on which paths a state has any (paths, n)."""

    begins: Ints
    target: Ints
    running: Floats
    any: Bools

    @classmethod
    def of(cls, model: Model, all_shares: Floats, paths: int) -> _Ways:
        order = np.argsort(model.source, kind="stable")
        source, target = model.source[order], model.target[order]
        share = np.broadcast_to(all_shares, (paths, len(order)))[:, order]
        there, first = np.unique(source, return_index=True)
        some = np.zeros((paths, model.space.count), dtype=bool)
        if len(there):
            some[:, there] = np.add.reduceat(share, first, axis=1) > 0
        begins = np.searchsorted(source, np.arange(model.space.count + 1))
        return cls(begins, target, _running(share), some)

    def arrivals(self, moved: Floats, rng: np.random.Generator) -> Floats:
        """Movers by the state in which they arrive (paths, n): each draws a point among the shares
        of its state's edges, which are halved until one edge is left. A search in all of the
        running sums takes twice as long."""
        cell = np.repeat(np.arange(moved.size), moved.ravel().astype(np.int64))
        path, state = np.divmod(cell, moved.shape[1])
        offset = path * len(self.target)
        low, past = self.begins[state] + offset, self.begins[state + 1] + offset
        first = self.running[low]
        point = first + rng.random(len(cell)) * (self.running[past] - first)
        high = past - 1
        while (low < high).any():
            middle = (low + high) // 2
            beyond = point >= self.running[middle + 1]
            low, high = np.where(beyond, middle + 1, low), np.where(beyond, high, middle)
        return _counted(cell - state + self.target[low - offset], moved.shape)


def _capped(
    model: Model, settled: Floats, coming: Floats, cap: Cap, rng: np.random.Generator
) -> Floats:
    """Whole children above a cap's places go elsewhere, drawn from all who would come into the
    setting; of those drawn, who cannot be in the other setting stays above the places."""
    space = model.space
    here = np.flatnonzero(space.setting == cap.setting)
    other = space.number[space.age[here], space.need[here], cap.into]
    can = other != NOWHERE
    room = np.maximum(np.floor(cap.places) - settled[:, here].sum(axis=1), 0)
    surplus = np.maximum(coming[:, here].sum(axis=1) - room, 0).astype(np.int64)
    coming = coming.copy()
    for path in np.flatnonzero(surplus):
        drawn = rng.multivariate_hypergeometric(
            coming[path, here].astype(np.int64), int(surplus[path]), method="marginals"
        )
        coming[path, here[can]] -= drawn[can]
        coming[path, other[can]] += drawn[can]
    return coming


def kept(found: Bands) -> Mapping[str, Any]:
    """As plain values that JSON can hold."""
    return {
        name: value if isinstance(value, int | None) else np.round(value, 1).tolist()
        for name in Bands.__slots__
        for value in [getattr(found, name)]
    }
