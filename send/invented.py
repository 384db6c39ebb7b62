"""A county's plans that are plainly made up, to try the cohort projection with. Pure and seeded.

Nobody in it is anybody, and every row says that it is invented. Its totals pass through those that
Buckinghamshire published, 3,066 in 2011, 3,436 in 2016 and 4,910 in 2021 (documents 001 and 004),
and as many join from 2013 to 2015, of each age, as first had a plan then (document 001), so that it
is of a county's size and growth; everything else is a guess of the right order: needs named as the
school census names them, six kinds of setting, years without a gap from 2011 to 2021.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from .cohort import AGES, FIRST, LAST, NO_PLAN, Floats, Ints

YEARS, AHEAD = 10, 10
LAST_YEAR = 2021
"""The year at whose beginning the last count is."""
TOTALS = {2011: 3_066, 2016: 3_436, 2021: 4_910}
"""Published totals: the years between are drawn straight."""
BANDS = (-4, 1, 7, 12, 16)
"""The academic years with which the ages of `FIRST_TIME` begin: under 5, 5, 11, 16 and 20."""
FIRST_TIME = {2013: (74, 112, 56, 1, 0), 2014: (91, 108, 41, 2, 0), 2015: (139, 194, 95, 11, 2)}
"""Published first-time plans of calendar years, by age: who joins from that year to the next."""
NEEDS = ("ASD", "SEMH", "SLCN", "MLD", "SLD", "PMLD", "PD", "SpLD", "HI or VI")
OF_NEEDS = (0.30, 0.16, 0.18, 0.12, 0.07, 0.03, 0.05, 0.05, 0.04)
SETTINGS: dict[str, tuple[int, int, float]] = {
    "Early years": (FIRST, -1, 0.75),
    "Mainstream": (0, 13, 0.42),
    "Resourced provision": (0, 11, 0.07),
    "Special school": (-2, 14, 0.38),
    "Independent": (0, 20, 0.09),
    "College": (12, 20, 0.80),
}
"""The academic years of each, and how many of those who join go there."""
COSTS = {
    "Early years": 6_000,
    "Mainstream": 7_500,
    "Resourced provision": 16_000,
    "Special school": 23_500,
    "Independent": 52_000,
    "College": 13_000,
}
PLACES = {"Resourced provision": 420, "Special school": 1_960}
LEAVE, LATE_LEAVE, MOVE = 0.025, 0.22, 0.045
LATE = 11
"""From this academic year on many leave."""
YEARS_OF_AGE = np.arange(AGES) + FIRST
A_YEAR = 6_200
"""Children of an academic year, more or less."""


def files(plans: int = TOTALS[LAST_YEAR], seed: int = 2016) -> dict[str, str]:
    """The files' text by kind, as `cohort_files` reads them; `plans` are those at the end."""
    rng = np.random.default_rng(seed)
    valid = _valid()
    heads = _opening(rng, valid, _total(LAST_YEAR - YEARS, plans))
    rows: list[Sequence[object]] = []
    for year in range(LAST_YEAR - YEARS, LAST_YEAR):
        first_time = [round(one * plans / TOTALS[LAST_YEAR]) for one in FIRST_TIME.get(year, ())]
        heads, changed = _a_year(rng, valid, heads, _total(year + 1, plans), first_time)
        rows += [(year, *one) for one in changed]
    return {
        "transitions": _csv(
            (
                *("calendar-year", "academic-year-1", "need-1", "setting-1"),
                *("academic-year-2", "need-2", "setting-2", "count"),
            ),
            rows,
        ),
        "population": _csv(("calendar-year", "academic-year", "population"), _population()),
        "states": _csv(
            ("need", "setting", "first-academic-year", "last-academic-year"),
            [
                (need, setting, first, last)
                for need in NEEDS
                for setting, (first, last, _) in SETTINGS.items()
            ],
        ),
        "costs": _csv(
            ("need", "setting", "cost"),
            [(need, setting, cost) for need in NEEDS for setting, cost in COSTS.items()],
        ),
        "places": _csv(("setting", "places"), PLACES.items()),
    }


def _total(year: int, plans: int) -> int:
    """How many plans there are at a year's beginning."""
    known = sorted(TOTALS)
    drawn = float(np.interp(year, known, [TOTALS[one] for one in known]))
    return round(drawn * plans / TOTALS[LAST_YEAR])


def _valid() -> Floats:
    """How likely somebody who joins in an academic year goes to each setting (25, settings)."""
    found = np.zeros((AGES, len(SETTINGS)))
    for place, (first, last, weight) in enumerate(SETTINGS.values()):
        found[first - FIRST : last - FIRST + 1, place] = weight
    return found / found.sum(axis=1, keepdims=True)


def _opening(rng: np.random.Generator, valid: Floats, total: int) -> Ints:
    """Heads by academic year, need and setting; most are of school age."""
    weight = np.interp(YEARS_OF_AGE, (-4, 0, 4, 11, 14, 20), (0.05, 0.7, 1.0, 1.2, 0.5, 0.05))
    return _spread(rng, valid, weight, total)


def _spread(rng: np.random.Generator, valid: Floats, weight: Floats, many: int) -> Ints:
    """So many, by academic year (each so likely), need and setting."""
    share = weight[:, None, None] * np.array(OF_NEEDS)[None, :, None] * valid[:, None, :]
    return rng.multinomial(many, (share / share.sum()).ravel()).reshape(share.shape)


def _a_year(
    rng: np.random.Generator, valid: Floats, heads: Ints, total: int, first_time: Sequence[int]
) -> tuple[Ints, list[tuple[object, ...]]]:
    """Everybody ages, some leave, some move, others join, and then there are `total`. Where it is
    known how many join, by age, as many leave as make it."""
    after = np.zeros_like(heads)
    rows: list[tuple[object, ...]] = []
    leavers = int(heads.sum()) + sum(first_time) - total
    leave = _leavers(rng, heads, leavers if first_time else None)
    for age, need, setting in zip(*np.nonzero(heads), strict=True):
        gone = int(leave[age, need, setting])
        left = int(heads[age, need, setting]) - gone
        if gone:
            rows.append(_row(age, (need, setting), None, gone))
        if not left:
            continue
        went = _went(rng, valid[age + 1], setting, left)
        for to in np.flatnonzero(went):
            after[age + 1, need, to] += went[to]
            rows.append(_row(age, (need, setting), (need, int(to)), int(went[to])))
    new = _joined(rng, valid, first_time or [max(0, total - int(after.sum()))])
    for age, need, setting in zip(*np.nonzero(new), strict=True):
        rows.append(_row(age - 1, None, (need, setting), int(new[age, need, setting])))
    return after + new, rows


def _leavers(rng: np.random.Generator, heads: Ints, exactly: int | None) -> Ints:
    """Who leaves, as likely as it is at their age: as many as it happens, or exactly so many. The
    oldest do in any case."""
    likely = np.where(YEARS_OF_AGE >= LATE, LATE_LEAVE, LEAVE)
    likely[-1] = 1
    if exactly is None:
        return rng.binomial(heads, likely[:, None, None])
    child = np.repeat(np.arange(heads.size), heads.ravel())
    age = child // heads[0].size
    turn = np.where(age == AGES - 1, 0, rng.exponential(1 / likely[age]))
    exactly = max(exactly, int(heads[-1].sum()))
    gone = child[np.argsort(turn)[:exactly]]
    return np.bincount(gone, minlength=heads.size).reshape(heads.shape)


def _went(rng: np.random.Generator, valid: Floats, setting: int, many: int) -> Ints:
    """Where they are a year later, by setting: who cannot stay moves, who can go nowhere else
    stays."""
    elsewhere = valid.copy()
    elsewhere[setting] = 0
    often = MOVE if valid[setting] > 0 else 1.0
    moving = int(rng.binomial(many, often)) if elsewhere.any() else 0
    went = rng.multinomial(moving, elsewhere / (elsewhere.sum() or 1))
    went[setting] += many - moving
    return went


def _joined(rng: np.random.Generator, valid: Floats, many: Sequence[int]) -> Ints:
    """Who joins, by academic year, need and setting: so many of each of `BANDS`, or of all."""
    weight = np.interp(YEARS_OF_AGE, (-4, -1, 1, 5, 10, 13, 20), (0.1, 1, 1.3, 0.8, 0.5, 0.1, 0.01))
    weight[0] = 0.0  # who is first seen then was not there a year before
    if len(many) == 1:
        return _spread(rng, valid, weight, many[0])
    band = np.searchsorted(BANDS, YEARS_OF_AGE, side="right") - 1
    bands = [_spread(rng, valid, weight * (band == at), of) for at, of in enumerate(many)]
    return np.sum(bands, axis=0)


def _row(
    age: int, before: tuple[int, int] | None, after: tuple[int, int] | None, many: int
) -> tuple[object, ...]:
    names = tuple(SETTINGS)

    def state(one: tuple[int, int] | None) -> tuple[str, str]:
        return (NO_PLAN, NO_PLAN) if one is None else (NEEDS[one[0]], names[one[1]])

    return (age + FIRST, *state(before), age + 1 + FIRST, *state(after), many)


def _population() -> Iterable[tuple[int, int, int]]:
    """Children of every academic year, past and projected: a wave of larger years goes up."""
    for year in range(LAST_YEAR - YEARS + 1, LAST_YEAR + AHEAD + 1):
        for age in range(FIRST, LAST + 1):
            born = year - age
            yield year, age, round(A_YEAR * (1 + 0.06 * np.sin((born - 2008) / 5)))


def _csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*heading, "note"))
    writer.writerows((*row, "invented") for row in rows)
    return out.getvalue()
