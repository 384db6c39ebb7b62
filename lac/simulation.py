"""What may become of looked-after children's numbers: many courses of the projection's model, and
their fan. Pure, NumPy.

Each course is lived child by child, in continuous time, so that there is no step: entries are
Poisson; a child stays for an exponential time, cut by birthdays, and then moves or leaves at
random, all at the rates of `projection`. A count of children by state and step, with binomial
draws, would give the same spread, and take longer: most states have no child in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .flows import (
    ADULT,
    AGES,
    BAND_OF_AGE,
    GROWN_UP,
    PLACES,
    WIDTHS,
    Floats,
    Stock,
    band_on,
    edges_of,
)
from .placements import Dates, Indices
from .projection import Outlook, Phases, all_edges, told_on

PATHS_AT_ONCE = 100
"""As many as the processor's cache holds the children of."""
PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Paths:
    """Courses that things may take, told as in `Projection`: `stock` (paths, days, 4), `child_days`
    and `cost` in pounds (paths, stretches, 4)."""

    on: Dates
    stock: Indices
    child_days: Floats
    cost: Floats


def fan(outcomes: Floats | Indices) -> Floats:
    """The 5th, 25th, 50th, 75th and 95th percentiles over the paths (the first dimension): the
    spread of what may happen, not the error of an average. (5, ...)"""
    return np.percentile(outcomes, PERCENTILES, axis=0)


def simulate(
    outlook: Outlook, opening: Stock, ends: Dates, paths: int, rng: np.random.Generator
) -> Paths:
    """So many courses of the same model as `project`, child by child: entries are Poisson, and
    each child stays, moves or leaves at random at the rates. The mean over paths of one set of
    rates is what `project` says, but that new places, which stand empty in some paths and not in
    others, may cost a little more.

    The outlook's rates may have a set for each path (`Observed.sampled`): then the spread is that
    of rates not known and of chance together. The same generator in the same state gives the same
    paths. Raises ValueError as `project` does, and where sets of rates and paths differ in number.
    """
    on = told_on(opening.day, ends)
    cuts = outlook.cuts(opening.day, on)
    edges = all_edges(opening, int(on[-1]))
    phases = outlook.phases(opening.day, int(on[-1]))
    if any(rates.exits.shape[:-2] not in {(), (paths,)} for _, _, rates in phases):
        raise ValueError("There must be as many sets of rates as paths, or one.")
    stocks, times = [], []
    for first in range(0, paths, PATHS_AT_ONCE):
        some = slice(first, min(first + PATHS_AT_ONCE, paths))
        tally = _Tally(cuts, some.stop - first)
        _live(_crowd(opening, phases, some, rng), phases, some, edges, tally, rng)
        stock, time = tally.told()
        stocks.append(stock)
        times.append(time)
    child_days = np.concatenate(times)
    cost = outlook.cost(opening.day, cuts, child_days)
    told = np.searchsorted(cuts, on)
    sums = (np.add.reduceat(flow, told[:-1], axis=1) for flow in (child_days, cost))
    return Paths(opening.day + on, np.concatenate(stocks)[:, told], *sums)


@dataclass(slots=True)
class _Crowd:
    """Children of many paths, one place each in every array: `row` is the child's among the edges
    of bands, `time` is when what is known of the child ends, in days after the first."""

    path: Indices
    row: Indices
    band: Indices
    place: Indices
    phase: Indices
    time: Floats

    def only(self, rows: NDArray[np.generic]) -> _Crowd:
        return _Crowd(*(getattr(self, name)[rows] for name in self.__slots__))


def _crowd(opening: Stock, phases: Phases, some: slice, rng: np.random.Generator) -> _Crowd:
    """The opening children, again in each of some paths, and everybody who comes."""
    paths, rows = some.stop - some.start, len(opening.born)
    first_row = phases[-1][1] + GROWN_UP - 1
    there = band_on(edges_of(opening.born, opening.day), 0)
    parts = [
        _Crowd(
            np.repeat(np.arange(paths), rows),
            np.tile(first_row + np.arange(rows), paths),
            np.tile(there, paths),
            np.tile(opening.placement, paths),
            np.zeros(paths * rows, dtype=np.int64),
            np.zeros(paths * rows),
        )
    ]
    for phase, (since, until, rates) in enumerate(phases):
        entries = _of_paths(rates.entries, 2, some)
        came = rng.poisson(entries * (until - since))
        path, age, place = np.unravel_index(
            np.repeat(np.arange(came.size), came.ravel()), came.shape
        )
        time = rng.uniform(since, until, len(path))
        days_old = AGES[age] + rng.integers(0, WIDTHS[age])
        born = time.astype(np.int64) + 1 - days_old
        parts.append(
            _Crowd(
                path,
                born + GROWN_UP - 2,
                BAND_OF_AGE[age],
                place,
                np.full(len(path), phase),
                time,
            )
        )
    return _Crowd(*(np.concatenate([getattr(p, n) for p in parts]) for n in _Crowd.__slots__))


def _of_paths(rates: Floats, dimensions: int, some: slice) -> Floats:
    """Rates for some paths, one set each: their own, or the same for all."""
    if rates.ndim > dimensions:
        return rates[some]
    return np.broadcast_to(rates, (some.stop - some.start, *rates.shape))


class _Tally:
    """Comings and goings, counted in the stretch in which they fall, with their times: enough for
    the stock at each cut and the exact child-days between them."""

    def __init__(self, cuts: Indices, paths: int) -> None:
        self.cuts = cuts
        self.shape = (paths, len(cuts) + 1, PLACES)  # the last for what goes after the last cut
        self.first_cut = np.searchsorted(cuts, np.arange(cuts[-1] + 2))
        self.heads, self.times = np.zeros(self.shape), np.zeros(self.shape)

    def came(self, crowd: _Crowd) -> None:
        """In stock at the end of the day."""
        self._add(crowd, np.ceil(crowd.time), 1)

    def left(self, crowd: _Crowd) -> None:
        """Not in stock at the end of the day; on the edge of the 18th birthday, of the next."""
        self._add(crowd, np.floor(crowd.time) + 1, -1)

    def _add(self, crowd: _Crowd, day: Floats, sign: int) -> None:
        cut = self.first_cut[day.astype(np.int64)]
        cell = (crowd.path * self.shape[1] + cut) * PLACES + crowd.place
        size = self.heads.size
        self.heads += sign * np.bincount(cell, minlength=size).reshape(self.shape)
        self.times += sign * np.bincount(cell, crowd.time, size).reshape(self.shape)

    def told(self) -> tuple[Indices, Floats]:
        """Stock at each cut (paths, cuts, 4), and child-days between them."""
        stock = self.heads.cumsum(axis=1)[:, :-1]
        so_far = stock * self.cuts[:, None] - self.times.cumsum(axis=1)[:, :-1]
        return stock.astype(np.int64), np.diff(so_far, axis=1)


def _live(
    crowd: _Crowd,
    phases: Phases,
    some: slice,
    edges: Indices,
    tally: _Tally,
    rng: np.random.Generator,
) -> None:
    """Everybody's life to the last day: again and again to the next move or exit, or to the next
    birthday that changes the rates, or to the day from which a scenario does."""
    changes = np.stack([_of_paths(rates.changes, 2, some) for _, _, rates in phases])
    moves = np.stack([_of_paths(rates.moves, 3, some) for _, _, rates in phases]).cumsum(axis=-1)
    ends = np.array([until for _, until, _ in phases])
    tally.came(crowd)
    while len(crowd.path):
        cell = crowd.phase, crowd.path, crowd.band, crowd.place
        rate, edge, end = changes[cell], edges[crowd.band + 1, crowd.row], ends[crowd.phase]
        left = np.minimum(edge, end) - crowd.time
        wait = rng.standard_exponential(len(rate))
        goes = wait < rate * left
        went = np.flatnonzero(goes)
        crowd.time[went] += np.minimum(wait[went] / rate[went], left[went])
        tally.left(crowd.only(went))
        chosen = rng.random(len(went)) * rate[went]
        shares = moves[tuple(part[went] for part in cell)]
        crowd.place[went] = (chosen[:, None] >= shares).sum(axis=1)  # past them all: out of care
        tally.came(crowd.only(went[crowd.place[went] < PLACES]))

        ages = ~goes & (edge <= end)
        crowd.time = np.where(goes, crowd.time, np.minimum(edge, end))
        crowd.band += ages
        tally.left(crowd.only(crowd.band == ADULT))
        crowd.phase += ~goes & ~ages
        crowd = crowd.only(
            (crowd.place < PLACES) & (crowd.band < ADULT) & (crowd.phase < len(phases))
        )
