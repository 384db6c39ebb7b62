"""A county's plans that are plainly made up, to try the cohort projection with. Pure and seeded.

Nobody in it is anybody. Its totals pass through those that Buckinghamshire published, 3,436 in
2016 and 4,910 in 2021 (documents 001 and 004), so that it is of a county's size and growth;
everything else is a guess of the right order: needs named as the school census names them, six
kinds of setting, years without a gap from 2011 to 2021.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from .cohort import AGES, FIRST, LAST, NO_PLAN, Floats

YEARS, AHEAD = 10, 10
LAST_YEAR = 2021
"""The year at whose beginning the last count is."""
TOTALS = {2011: 3_066, 2016: 3_436, 2021: 4_910}
"""Published totals: the years between are drawn straight."""
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
A_YEAR = 6_200
"""Children of an academic year, more or less."""


def files(plans: int = TOTALS[LAST_YEAR], seed: int = 2016) -> dict[str, str]:
    """The files' text by kind, as `cohort_files` reads them; `plans` are those at the end."""
    rng = np.random.default_rng(seed)
    valid = _valid()
    heads = _opening(rng, valid, _total(LAST_YEAR - YEARS, plans))
    rows: list[Sequence[object]] = []
    for year in range(LAST_YEAR - YEARS, LAST_YEAR):
        heads, changed = _a_year(rng, valid, heads, _total(year + 1, plans))
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


def _opening(rng: np.random.Generator, valid: Floats, total: int) -> Floats:
    """Heads by academic year, need and setting; most are of school age."""
    ages = np.arange(AGES) + FIRST
    weight = np.interp(ages, (-4, 0, 4, 11, 14, 20), (0.05, 0.7, 1.0, 1.2, 0.5, 0.05))
    share = weight[:, None, None] * np.array(OF_NEEDS)[None, :, None] * valid[:, None, :]
    return rng.multinomial(total, (share / share.sum()).ravel()).reshape(share.shape).astype(float)


def _a_year(
    rng: np.random.Generator, valid: Floats, heads: Floats, total: int
) -> tuple[Floats, list[tuple[object, ...]]]:
    """Everybody ages, some leave, some move, and as many join as make the total."""
    after = np.zeros_like(heads)
    rows: list[tuple[object, ...]] = []
    for age, need, setting in zip(*np.nonzero(heads), strict=True):
        there = int(heads[age, need, setting])
        last = age == AGES - 1
        leave = 1.0 if last else LATE_LEAVE if age + FIRST >= LATE else LEAVE
        gone = int(rng.binomial(there, leave))
        left = there - gone
        if gone:
            rows.append(_row(age, (need, setting), None, gone))
        if not left:
            continue
        stays = valid[age + 1, setting] > 0
        moving = int(rng.binomial(left, MOVE)) if stays else left
        elsewhere = valid[age + 1].copy()
        elsewhere[setting] = 0
        if not elsewhere.any():
            moving = 0
        went = rng.multinomial(moving, elsewhere / (elsewhere.sum() or 1))
        went[setting] += left - moving
        for to in np.flatnonzero(went):
            after[age + 1, need, to] += went[to]
            rows.append(_row(age, (need, setting), (need, int(to)), int(went[to])))
    after, joined = _joined(rng, valid, after, max(0, total - round(float(after.sum()))))
    return after, rows + joined


def _joined(
    rng: np.random.Generator, valid: Floats, after: Floats, many: int
) -> tuple[Floats, list[tuple[object, ...]]]:
    ages = np.arange(AGES) + FIRST
    weight = np.interp(ages, (-4, -1, 1, 5, 10, 13, 20), (0.1, 1.0, 1.3, 0.8, 0.5, 0.1, 0.01))
    weight[0] = 0.0  # who is first seen then was not there a year before
    share = weight[:, None, None] * np.array(OF_NEEDS)[None, :, None] * valid[:, None, :]
    new = rng.multinomial(many, (share / share.sum()).ravel()).reshape(share.shape)
    rows = [
        _row(age - 1, None, (need, setting), int(new[age, need, setting]))
        for age, need, setting in zip(*np.nonzero(new), strict=True)
    ]
    return after + new, rows


def _row(
    age: int, before: tuple[int, int] | None, after: tuple[int, int] | None, many: int
) -> tuple[object, ...]:
    names = tuple(SETTINGS)

    def state(one: tuple[int, int] | None) -> tuple[str, str]:
        return (NO_PLAN, NO_PLAN) if one is None else (NEEDS[one[0]], names[one[1]])

    later = min(age + 1 + FIRST, LAST) if after is not None else age + 1 + FIRST
    return (age + FIRST, *state(before), later, *state(after), many)


def _population() -> Iterable[tuple[int, int, int]]:
    """Children of every academic year, past and projected: a wave of larger years goes up."""
    for year in range(LAST_YEAR - YEARS + 1, LAST_YEAR + AHEAD + 1):
        for age in range(FIRST, LAST + 1):
            born = year - age
            yield year, age, round(A_YEAR * (1 + 0.06 * np.sin((born - 2008) / 5)))


def _csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue()
