"""What children's episodes show of comings, moves and goings: who is there, and how often each
thing happens to how many for how long. Pure, NumPy; for `projection`.

A day's band of age is that of the age reached on it: from the 18th birthday on a child is in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import codes
from .placements import Children, Dates, Episodes, Indices, ages_on, is_short_break, open_on

Floats: TypeAlias = NDArray[np.float64]

PLACEMENTS = ("fostering", "residential", "supported", "other")
"""Where children live. Placed for adoption is with the other placements, as are with parents,
temporary and unknown ones: the measures do not count it as fostering, and nobody is paid for it."""
SUPPORTED = ("H5", "P2", "P3")
BANDS = ("Under 1", "1 to 4", "5 to 9", "10 to 15", "16 to 17")
YEARS = (0, 1, 5, 10, 16, 18)
"""The birthdays on which bands begin, and the one on which the last ends."""
PLACES, ADULT = len(PLACEMENTS), len(BANDS)

AGES = np.array([365 * month // 12 for month in range(12)] + [1461 * y // 4 for y in range(1, 19)])
"""The ages, in days, by which entrants are told apart: by month below 1 year, by year above."""
WIDTHS = np.diff(AGES)
GROWN_UP = int(AGES[-1])
BAND_BEGINS = np.array([1461 * year // 4 for year in YEARS])
BAND_OF_AGE = np.digitize(AGES[:-1], BAND_BEGINS[1:-1])

PRIOR_DAYS = 365.25
"""How much a placement's rate at all ages counts in its rate at one: as if one child more had
been watched for a year. It decides only where next to nobody was."""
MOST_A_DAY = 2.0
"""Moves and exits of a child, at the most: days tell no more apart."""


@dataclass(frozen=True, slots=True)
class Stock:
    """The children looked after at the end of a day who are not yet 18: when they were born, and
    their placements (places in `PLACEMENTS`)."""

    day: np.datetime64
    born: Dates
    placement: Indices

    @property
    def table(self) -> Floats:
        """How many, by band and placement: (5, 4)."""
        return _table(band_on(edges_of(self.born, self.day), 0), self.placement)


def stock_on(children: Children, episodes: Episodes, day: np.datetime64) -> Stock:
    """Who is looked after at the end of `day`: `placements.open_on`, without those who are 18 and
    whose episodes should have ended."""
    rows = open_on(episodes, day)
    rows = rows[ages_on(children.born[episodes.child[rows]], day) < YEARS[-1]]
    return Stock(day, children.born[episodes.child[rows]], _placement(episodes.place[rows]))


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates a day. Each array may have one more dimension in front: of paths.

    `moves` (5, 4, 4): by band, from and to, a child-day; none from a placement to itself.
    `exits` (5, 4): by band and placement, a child-day. `entries` (29, 4): children a day, by age
    (as in `AGES`) and placement. Raises ValueError where a rate is below 0, or where children
    would change more than twice a day (`MOST_A_DAY`).
    """

    moves: Floats
    exits: Floats
    entries: Floats

    def __post_init__(self) -> None:
        if min(self.moves.min(), self.exits.min(), self.entries.min()) < 0:
            raise ValueError("A rate cannot be below 0.")
        if not (self.changes <= MOST_A_DAY).all():
            raise ValueError(f"A child cannot change more than {MOST_A_DAY:g} times a day.")

    @property
    def changes(self) -> Floats:
        """Moves and exits together, by band and placement, a child-day."""
        changes: Floats = self.moves.sum(axis=-1) + self.exits
        return changes


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened from the end of the day `since` to the end of the day `until`.

    `child_days` (5, 4): for how long children were there. `moves` (5, 4, 4) and `exits` (5, 4):
    how many went, by the band of that day. `entries` (29, 4): how many came, by age and placement.
    `birthdays` (4,): how many became 18. The stock at the beginning, with entries, less exits and
    birthdays, is the stock at the end.
    """

    since: np.datetime64
    until: np.datetime64
    child_days: Floats
    moves: Floats
    exits: Floats
    entries: Floats
    birthdays: Floats

    @property
    def days(self) -> int:
        return int((self.until - self.since).astype(int))

    def rates(self) -> Rates:
        """Events by exposure, with a weak prior: a placement's rate at all ages counts as one
        child-year more at each (`PRIOR_DAYS`). So a band in which nobody was takes the rate of the
        others, and 0 where nobody was in any. Entries need none: the days of the window are their
        exposure. What `sampled` draws has these means."""
        moves, exits, exposure = self._posterior()
        entries = (self._came / self.days)[BAND_OF_AGE] * self._shares
        return Rates(moves / exposure[..., None], exits / exposure, entries)

    def sampled(self, paths: int, rng: np.random.Generator) -> Rates:
        """Rates that could have left the counts of this window, one set for each path: drawn from
        their Gamma distributions (events as Poisson counts, the prior of `rates`). How the
        entrants of a band are spread over its ages is not drawn."""
        moves, exits, exposure = self._posterior()
        came = rng.gamma(self._came, size=(paths, ADULT, PLACES)) / self.days
        return Rates(
            rng.gamma(moves, size=(paths, *moves.shape)) / exposure[..., None],
            rng.gamma(exits, size=(paths, *exits.shape)) / exposure,
            came[:, BAND_OF_AGE] * self._shares,
        )

    def _posterior(self) -> tuple[Floats, Floats, Floats]:
        """The shapes of the Gamma distributions of moves and exits, and their exposure."""
        there = np.maximum(self.child_days.sum(axis=0), 1)
        moves = self.moves + PRIOR_DAYS * self.moves.sum(axis=0) / there[:, None]
        exits = self.exits + PRIOR_DAYS * self.exits.sum(axis=0) / there
        return moves, exits, self.child_days + PRIOR_DAYS

    @property
    def _came(self) -> Floats:
        return by_band(self.entries)

    @property
    def _shares(self) -> Floats:
        """How a band's entrants of a placement are spread over its ages, (29, 4): each band adds
        to 1. As they came, with a weak prior: all of the band's entrants count as one more, and so
        do even ages among these."""
        even = WIDTHS / np.diff(BAND_BEGINS)[BAND_OF_AGE]
        of_all = (self.entries.sum(axis=1) + even) / (self._came.sum(axis=1) + 1)[BAND_OF_AGE]
        shares: Floats = (self.entries + of_all[:, None]) / (self._came + 1)[BAND_OF_AGE]
        return shares


def observed(
    children: Children, episodes: Episodes, since: np.datetime64, until: np.datetime64
) -> Observed:
    """What the episodes show of the days after `since` up to `until`; nothing later is looked at.

    A child's episodes that follow each other on one day are one period of care: a change of
    placement between them is a move. An entry has no such episode before it, an exit none after
    it. Short breaks (V3, V4) are no part of it, nor is any day from the 18th birthday on: an
    episode that ends on that day ends with it. Where two episodes of a child overlap, the later
    one counts. Raises ValueError where the window has no day.
    """
    if until <= since:
        raise ValueError("The window must end after it begins.")
    days = int((until - since).astype(int))
    child, began, ended, place = _spells(episodes, since)
    edges = edges_of(children.born[child], since)
    joined = (child[1:] == child[:-1]) & (began[1:] == ended[:-1])
    left, goes = band_on(edges, ended), (ended > 0) & (ended <= days) & (ended <= edges[-1])
    comes = (began > 0) & (began <= days) & (began <= edges[-1])

    moves = np.flatnonzero(goes[:-1] & joined & (place[1:] != place[:-1]))
    exits = np.flatnonzero(goes & np.append(~joined, True))
    comes = np.flatnonzero(comes & np.append(True, ~joined))
    adult = (edges[-1] >= 0) & (edges[-1] < days) & (began <= edges[-1]) & (edges[-1] < ended)
    there = np.diff(np.clip(edges, np.maximum(began, 0), np.clip(ended, 0, days)), axis=0)
    moved = _table(left[moves], place[moves] * PLACES + place[moves + 1], columns=PLACES**2)
    ages = _age(children.born[child[comes]], since + began[comes])
    return Observed(
        *(since, until),
        child_days=np.stack([np.bincount(place, of_band, PLACES) for of_band in there]),
        moves=moved.reshape(ADULT, PLACES, PLACES),
        exits=_table(left[exits], place[exits]),
        entries=_table(ages, place[comes], rows=len(WIDTHS)),
        birthdays=np.bincount(place[adult], minlength=PLACES).astype(np.float64),
    )


def _spells(episodes: Episodes, since: np.datetime64) -> tuple[Indices, Indices, Indices, Indices]:
    """Of each episode that counts: the child, the days after `since` on which it began and ended,
    and the placement."""
    rows = np.flatnonzero(~is_short_break(episodes))
    child, began, ended = episodes.child[rows], episodes.began[rows], episodes.ended[rows].copy()
    again = child[1:] == child[:-1]
    ended[:-1][again] = np.minimum(ended[:-1], began[1:])[again]
    some = ended > began
    place = _placement(episodes.place[rows[some]])
    return child[some], days_after(began[some], since), days_after(ended[some], since), place


def _placement(place: NDArray[np.int8]) -> Indices:
    """The group of each placement code; the rest, and codes that are not known, are others."""
    groups = (codes.FOSTER, codes.RESIDENTIAL, SUPPORTED)
    group_of = np.full(len(codes.PLACE) + 1, PLACES - 1)  # -1 is the last
    for number, group in enumerate(groups):
        group_of[codes.places(group, codes.PLACE)] = number
    return group_of[place]


def days_after(dates: Dates, since: np.datetime64) -> Indices:
    return (dates.astype("datetime64[D]") - since).astype(np.int64)


def birthday(born: Dates, years: int) -> Dates:
    """The day on which that age is reached; of those born on 29 February, 1 March in a year that
    has no such day, as in `placements.ages_on`."""
    months = born.astype("datetime64[M]")
    return (months + 12 * years).astype("datetime64[D]") + (born - months.astype("datetime64[D]"))


def edges_of(born: Dates, since: np.datetime64) -> Indices:
    """The last day before each band, and the last of all, (6, children): a child is in a band on
    the days after its edge up to the next. The first band has no beginning: a child is there."""
    edges = np.stack([days_after(birthday(born, years), since) - 1 for years in YEARS])
    edges[0] = -(10**7)
    return edges


def band_on(edges: Indices, day: Indices | int) -> Indices:
    """The band in which each is on a day; -1 before being born, `ADULT` from 18 on."""
    bands: Indices = (edges < day).sum(axis=0) - 1
    return bands


def _age(born: Dates, on: Dates) -> Indices:
    """The places in `AGES` of children's ages, each on a day of their own."""
    years = sum((birthday(born, year) <= on).astype(np.int64) for year in range(1, YEARS[-1]))
    months = np.digitize((on - born).astype(np.int64), AGES[1:12])
    return np.where(years == 0, months, years + 11)


def _table(row: Indices, column: Indices, columns: int = PLACES, rows: int = ADULT) -> Floats:
    """How often each row and column occur together."""
    cells = np.bincount(row * columns + column, minlength=rows * columns)
    return cells.reshape(rows, columns).astype(np.float64)


def by_band(by_age: Floats) -> Floats:
    """Sums over the ages of each band, along the last dimension but one."""
    sums: Floats = np.add.reduceat(by_age, np.searchsorted(BAND_OF_AGE, range(ADULT)), axis=-2)
    return sums
