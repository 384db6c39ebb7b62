"""How many looked-after children there will be, where, and at what cost. Pure, NumPy.

A cohort projection by age band and placement (field.md section 7). While a child's age is in one
band, the child moves between placements and ends being looked after at constant rates a child-day
(a Markov process in continuous time). Children come at constant rates a day, at the ages at which
they came in the window that the rates were counted in (`flows`). Everybody grows a day older each
day, changes band on a birthday, and leaves on the 18th.

The step does not change the answer. Every child of the first day is followed with their own
birthdays, and entrants by the day on which they were born; between two days the rates act through
the exponential of their matrix, and those who come between them are integrated over the time
since they came. A projection by the day, by the month or by the year says the same of the same
day, but for rounding.

Time is counted in days after the first; a whole number is the end of that day. A day's band is
that of the age reached on it: nobody aged 18 is ever in stock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from .flows import (
    ADULT,
    BAND_BEGINS,
    GROWN_UP,
    PLACES,
    WIDTHS,
    Floats,
    Observed,
    Rates,
    Stock,
    band_on,
    by_band,
    days_after,
    edges_of,
    observed,
    stock_on,
)
from .placements import NEVER, Children, Dates, Episodes, Indices

T = TypeVar("T")

ALWAYS = np.datetime64("0001-01-01")
TERMS = 40
"""Of the exponential's series: with at most `MOST_A_DAY` the next would be below 1e-23."""


# ---- what is assumed of the days to come -------------------------------------------


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value that changes: each holds from its day until the next one's."""

    values: tuple[tuple[np.datetime64, T], ...]

    @classmethod
    def always(cls, value: T) -> Dated[T]:
        return cls(((ALWAYS, value),))

    def on(self, day: np.datetime64) -> T:
        return [value for begins, value in self.values if begins <= day][-1]

    def changed(
        self, by: Callable[[T], T], since: np.datetime64, until: np.datetime64 = NEVER
    ) -> Dated[T]:
        """The same, changed by a function from the day `since` until the day before `until`."""
        days = sorted({since, until, *(begins for begins, _ in self.values)} - {NEVER})
        return Dated(
            tuple((day, by(self.on(day)) if since <= day < until else self.on(day)) for day in days)
        )


@dataclass(frozen=True, slots=True)
class NewPlaces:
    """Places of the council's own in a placement (its place in `PLACEMENTS`) from a day on. They
    are filled before any other, and paid for whether they are filled or not."""

    begins: np.datetime64
    placement: int
    places: int
    weekly: float


Phases: TypeAlias = list[tuple[int, int, Rates]]
"""Stretches of constant rates: after which day, up to which, and the rates."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is assumed of the days to come; a scenario makes another of it.

    `weekly` (4,): pounds a week by placement, at the prices of the financial year of the first day
    projected. `inflation`: by how much prices rise each 1 April, 0.03 for 3%.
    """

    rates: Dated[Rates]
    weekly: Dated[Floats]
    inflation: float = 0.0
    new_places: tuple[NewPlaces, ...] = ()

    def cuts(self, start: np.datetime64, on: Indices) -> Indices:
        """The days at whose end something is told or changes: between two of them, all rates and
        prices are constant."""
        days = [day for changing in (self.rates, self.weekly) for day, _ in changing.values]
        days += [new.begins for new in self.new_places]
        changes = days_after(np.array(days, dtype="datetime64[D]"), start) - 1
        first, last = (end.astype("datetime64[Y]") for end in (start, start + on[-1]))
        aprils = np.arange(first, last + 1).astype("datetime64[M]") + 3
        marches = days_after(aprils.astype("datetime64[D]"), start) - 1
        cuts = np.unique(np.concatenate([on, changes, marches]))
        return cuts[(cuts >= 0) & (cuts <= on[-1])]

    def phases(self, start: np.datetime64, days: int) -> Phases:
        """The stretches of constant rates in so many days: after which, up to which, and rates."""
        begins = days_after(np.array([day for day, _ in self.rates.values]), start) - 1
        limits = np.clip(np.append(begins, days), 0, days).tolist()
        return [
            (since, until, rates)
            for (since, until), (_, rates) in zip(pairwise(limits), self.rates.values, strict=True)
            if since < until
        ]

    def cost(self, start: np.datetime64, cuts: Indices, child_days: Floats) -> Floats:
        """Pounds in each stretch between two cuts, by placement, from the child-days in it: both
        (..., stretches, 4). Of new places: all of their days at their own price, and only the
        child-days past them at the ordinary one, compared over each stretch."""
        first_days = start + cuts[:-1] + 1
        ordinary, own = child_days.copy(), np.zeros((len(first_days), PLACES))
        for new in self.new_places:
            place_days = np.where(first_days >= new.begins, np.diff(cuts) * new.places, 0)
            ordinary[..., new.placement] -= place_days
            own[:, new.placement] += place_days * new.weekly / 7
        weekly = np.stack([self.weekly.on(day) for day in first_days])
        rises = financial_year(first_days) - financial_year(start + 1)
        cost: Floats = np.maximum(ordinary, 0) * weekly / 7 + own
        return cost * (1 + self.inflation) ** rises[:, None]


def financial_year(day: Dates | np.datetime64) -> Indices:
    """The financial year of each day, by its second calendar year: 2025 is 2024/25."""
    months: Indices = np.asarray(day, dtype="datetime64[M]").astype(np.int64) - 3
    return months // 12 + 1971


def by_financial_year(ends: Dates, amounts: Floats) -> tuple[Indices, Floats]:
    """The financial years that some days (the ends of the stretches, after the first) are in, and
    sums of the amounts (..., stretches) over each: (..., years). The first and the last may be
    parts of years."""
    years, first = np.unique(financial_year(ends), return_index=True)
    return years, np.add.reduceat(amounts, first, axis=-1)


def month_ends(start: np.datetime64, months: int) -> Dates:
    """The last days of the months after `start`, as many as asked; its own month's is the first
    unless `start` is that day."""
    month = (start + 1).astype("datetime64[M]")
    return (month + np.arange(1, months + 1)).astype("datetime64[D]") - 1


# ---- what is to be expected --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Projection:
    """What is to be expected, at the end of each day of `on`, the first being the opening, and in
    the stretches between them.

    `stock` (days, 5, 4), by band and placement. Of each stretch: `entrants`, `exits` and
    `child_days` (stretches, 5, 4); `moves` (stretches, 4, 4), from and to; `birthdays` and `cost`
    in pounds (stretches, 4). Opening stock and entrants, less exits and 18th birthdays, are the
    closing stock, of each placement when its moves are counted.
    """

    on: Dates
    stock: Floats
    entrants: Floats
    exits: Floats
    child_days: Floats
    moves: Floats
    birthdays: Floats
    cost: Floats


def project(outlook: Outlook, opening: Stock, ends: Dates) -> Projection:
    """The expected course from an opening stock, told at the end of each day of `ends`.

    Which days those are does not change what is said of any. Only the cost of new places depends
    on them: places and children are compared over each stretch. Raises ValueError unless `ends`
    are days after the opening, in order.
    """
    on = told_on(opening.day, ends)
    cuts = outlook.cuts(opening.day, on)
    edges = all_edges(opening, int(on[-1]))
    state = np.zeros((edges.shape[1], PLACES))
    state[np.arange(-len(opening.born), 0), opening.placement] = 1
    stocks, flows, steps = [opening.table], [], None
    for since, until in pairwise(cuts.tolist()):
        rates = outlook.rates.on(opening.day + since + 1)
        if steps is None or steps.rates is not rates:
            steps = _Steps(rates, np.unique(np.diff(cuts)).tolist())
        state, flow = steps.taken(state, edges, since, until)
        stocks.append(_is_band(band_on(edges, until)) @ state)
        flows.append(flow)
    entrants, exits, child_days, moves, birthdays = map(np.stack, zip(*flows, strict=True))
    cost = outlook.cost(opening.day, cuts, child_days.sum(axis=1))
    told = np.searchsorted(cuts, on)
    sums = (
        np.add.reduceat(flow, told[:-1], axis=0)
        for flow in (entrants, exits, child_days, moves, birthdays, cost)
    )
    return Projection(opening.day + on, np.stack(stocks)[told], *sums)


def told_on(start: np.datetime64, ends: Dates) -> Indices:
    """0 and the days at whose end something is told, in days after the first."""
    on = np.append(0, days_after(ends, start))
    if len(on) < 2 or (np.diff(on) <= 0).any():
        raise ValueError("A projection is told at days after its first, in order.")
    return on


def all_edges(opening: Stock, days: int) -> Indices:
    """The edges of every cohort: first of those who may come, one of each day of birth, from who
    is last below 18 on the first day to who is born on the last; then the opening children."""
    born = np.arange(2 - GROWN_UP, days + 1)
    may_come = born + BAND_BEGINS[:, None] - 1
    return np.concatenate([may_come, edges_of(opening.born, opening.day)], axis=1)


def _is_band(band: Indices) -> Floats:
    """1 where a cohort is in a band, (5, cohorts)."""
    return (band == np.arange(ADULT)[:, None]).astype(np.float64)


class _Steps:
    """What constant rates do in a number of days, for each number of `lengths`.

    Of a child in a placement, in a band for so many days: `stay`, where it then is, and `time`, how
    long it was in each placement (days, 5, 4, 4).
    """

    def __init__(self, rates: Rates, lengths: list[int]) -> None:
        self.rates = rates
        self.day = stay, time, _ = _one_day(rates)
        self.stay, self.time = (np.empty((lengths[-1] + 1, *stay.shape)) for _ in range(2))
        self.stay[0], self.time[0] = np.eye(PLACES), 0
        for days in range(lengths[-1]):
            self.stay[days + 1] = self.stay[days] @ stay
            self.time[days + 1] = self.time[days] + self.stay[days] @ time
        self.came = dict(self._coming(lengths))

    def _coming(self, lengths: list[int]) -> Iterator[tuple[int, tuple[Floats, Floats, Floats]]]:
        """Of those who come within each number of days: who is there at the end, the oldest first
        (days of age, 4); their child-days (5, 4); and who became 18 (4,)."""
        stay, time, time_of_new = self.day
        a_day = np.repeat(self.rates.entries / WIDTHS[:, None], WIDTHS, axis=0)[::-1]
        bands = [slice(GROWN_UP - b, GROWN_UP - a) for a, b in pairwise(BAND_BEGINS.tolist())]
        new = np.concatenate([a_day[bands[b]] @ time[b] for b in reversed(range(ADULT))])
        days_of_new = _through(by_band(self.rates.entries), time_of_new)
        there, child_days, adult = np.zeros_like(new), np.zeros((ADULT, PLACES)), np.zeros(PLACES)
        for days in range(1, lengths[-1] + 1):
            adult += there[0]
            there[:-1], there[-1] = there[1:], 0  # everybody is a day older
            for band, rows in enumerate(bands):
                child_days[band] += there[rows].sum(axis=0) @ time[band] + days_of_new[band]
                there[rows] = there[rows] @ stay[band]
            there += new
            if days in lengths:
                yield days, (there.copy(), child_days.copy(), adult.copy())

    def taken(
        self, state: Floats, edges: Indices, since: int, until: int
    ) -> tuple[Floats, tuple[Floats, ...]]:
        """The state of every cohort (cohorts, 4) at the end of the day `until`, from that of
        `since`; and entrants, exits, child-days, moves and birthdays on the way."""
        days, band, then = until - since, band_on(edges, since), band_on(edges, until)
        after, (came, child_days, birthdays) = np.zeros_like(state), self.came[until - since]
        same = np.where(band == then, band, ADULT)
        for number in range(ADULT):
            rows = np.flatnonzero(same == number)
            after[rows] = state[rows] @ self.stay[days, number]
        child_days = child_days + _through(_is_band(same) @ state, self.time[days])

        rows = np.flatnonzero(band != then)
        left, in_band = state[rows], np.diff(np.clip(edges[:, rows], since, until), axis=0)
        for number, spent in enumerate(in_band):  # those who change band, or become 18
            child_days[number] += _through(left, self.time[spent, number]).sum(axis=0)
            left = _through(left, self.stay[spent, number])
        adult = then[rows] == ADULT
        after[rows[~adult]] = left[~adult]

        after[until - 1 : until - 1 + GROWN_UP] += came
        entrants = days * by_band(self.rates.entries)
        moves = np.einsum("bp,bpq->pq", child_days, self.rates.moves)
        birthdays = birthdays + left[adult].sum(axis=0)
        return after, (entrants, child_days * self.rates.exits, child_days, moves, birthdays)


def _through(children: Floats, matrices: Floats) -> Floats:
    """Children by placement (rows, 4), each row by a matrix of its own (rows, 4, 4)."""
    return np.einsum("rp,rpq->rq", children, matrices)


def _one_day(rates: Rates) -> tuple[Floats, Floats, Floats]:
    """In a day, by band, from and to, each (5, 4, 4): where a child is at the end; the child-days
    of one who was there at the beginning; and those of one who comes on the way.

    They are exp(G), its integral over the day, and the integral of that, as power series in the
    matrix of the rates, G.
    """
    matrix = rates.moves - rates.changes[..., None] * np.eye(PLACES)
    term = np.broadcast_to(np.eye(PLACES), matrix.shape)
    stay, time, time_of_new = (np.zeros_like(matrix) for _ in range(3))
    for power in range(TERMS):
        stay += term
        time += term / (power + 1)
        time_of_new += term / ((power + 1) * (power + 2))
        term = term @ matrix / (power + 1)
    return stay, time, time_of_new


# ---- against what happened ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BackTest:
    """A projection from an earlier day, and the stock that there was at the same days:
    (days, 5, 4) as the projection's."""

    observed: Observed
    projection: Projection
    happened: Floats


def back_test(
    children: Children,
    episodes: Episodes,
    *,
    since: np.datetime64,
    start: np.datetime64,
    ends: Dates,
) -> BackTest:
    """Rates from the days after `since` up to `start`, the stock of `start` projected, told at the
    end of each day of `ends`, beside what the episodes show. Nothing that began or ended after
    `start` is known to the projection. Raises ValueError as `observed` and `project` do."""
    window = observed(children, episodes, since, start)
    free = Dated.always(np.zeros(PLACES))
    outlook = Outlook(Dated.always(window.rates()), free)
    projection = project(outlook, stock_on(children, episodes, start), ends)
    happened = [stock_on(children, episodes, day).table for day in projection.on]
    return BackTest(window, projection, np.stack(happened))
