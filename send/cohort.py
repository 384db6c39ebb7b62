"""A Markov cohort model of children with education, health and care plans: what is to be expected.
Pure and vectorised.

The state of a child is academic year × need × setting. In a year everybody ages, then some leave,
then some of those who stay move, then others join: in that order (field.md, section 7; document
002 names the method). Nobody vanishes: opening + joined - left = closing, in every state's sum and
every year. A child whose setting is not for the next academic year moves, or else leaves and is
counted as a leaver.

Heads are those at the end of a year, in the state in which they then are. Costs are heads × unit
cost, at the prices of the year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np

FIRST, LAST = -4, 20
"""Academic years: 0 is reception, 1 to 13 the school years; below it are the years before."""
AGES = LAST - FIRST + 1
NO_PLAN = "NONSEND"
"""Need and setting of somebody without a plan, in a transitions file."""
NOWHERE = -1
TINY = 1e-9
"""By how much rates may miss 1, and heads the places: less than rounding ever does harm."""

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Ints: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Bools: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Space:
    """The states that there are. `valid` says of each academic year, need and setting (25, needs,
    settings) whether children can be in it; states are numbered in that order."""

    needs: tuple[str, ...]
    settings: tuple[str, ...]
    valid: Bools

    @cached_property
    def _places(self) -> tuple[Ints, Ints, Ints]:
        age, need, setting = np.nonzero(self.valid)
        return age, need, setting

    @property
    def count(self) -> int:
        """How many states there are."""
        return len(self.age)

    @property
    def age(self) -> Ints:
        """Of each state its academic year, from 0 for `FIRST`."""
        return self._places[0]

    @property
    def need(self) -> Ints:
        return self._places[1]

    @property
    def setting(self) -> Ints:
        return self._places[2]

    @cached_property
    def number(self) -> Ints:
        """The number of each academic year, need and setting (25, needs, settings); `NOWHERE` where
        that is no state."""
        numbers = np.full(self.valid.shape, NOWHERE, dtype=np.int64)
        numbers[self.valid] = np.arange(self.count)
        return numbers

    @cached_property
    def older(self) -> Ints:
        """Of each state the same need and setting a year older; `NOWHERE` where that is none."""
        last = self.age == AGES - 1
        age = np.where(last, self.age, self.age + 1)
        return np.where(last, NOWHERE, self.number[age, self.need, self.setting])

    def label(self, state: int) -> str:
        """Academic year 5, ASD, mainstream."""
        year = int(self.age[state]) + FIRST
        need, setting = self.needs[self.need[state]], self.settings[self.setting[state]]
        return f"Academic year {year}, {need}, {setting}"


@dataclass(frozen=True, eq=False, slots=True)
class Flows:
    """What happens in a year, by the state before it (n); float arrays may have paths before.

    leave: the share of those in the state who leave.
    move: the share of those who did not leave who move.
    share: where movers go (e), over the model's edges; adds to 1 for each state that has any.
    join: the children who join, by the state in which they are at the year's end.
    """

    leave: Floats
    move: Floats
    share: Floats
    join: Floats


class Cap(NamedTuple):
    """From a projected year on (its place, from 0) nobody moves to or joins a setting above its
    places: they go to `into`, of the same need, where that is a state; else they go above them.
    Where `into` is full too, its own cap sends them on; where caps go round in a circle and all
    are full, who is left is above the places of one of them."""

    year: int
    setting: int
    places: float
    into: int


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """A projection's whole account of the years ahead.

    source, target: edges (e): from a state as it was before the year to one at its end.
    opening: heads at the end of `first_year` (n).
    flows: one a projected year; the first is that to `first_year` + 1.
    unit_costs: pounds a year for a child by need and setting, one array (needs, settings) a
        projected year at the prices of `first_year`; NaN where it is not known.
    inflation: by how much prices rise each year, as a share.
    places: places in each setting, one array a projected year; infinite where not known.
    """

    space: Space
    source: Ints
    target: Ints
    opening: Floats
    first_year: int
    flows: tuple[Flows, ...]
    unit_costs: tuple[Floats, ...]
    inflation: float
    places: tuple[Floats, ...]
    caps: tuple[Cap, ...] = ()

    @property
    def years(self) -> list[int]:
        """The projected years."""
        return [self.first_year + place for place in range(1, len(self.flows) + 1)]


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """What comes of a model: heads at the end of the first year and of each projected one
    (..., years + 1, n), and in each projected year who joined, left and moved (..., years, n):
    leavers and movers by the state that they were in, joiners by the one they are in."""

    heads: Floats
    joined: Floats
    left: Floats
    moved: Floats


def expected(model: Model) -> Course:
    """Expected numbers, exactly: no chance in them. Raises ValueError as `check` does."""
    check(model)
    heads: list[Floats] = [model.opening]
    joined: list[Floats] = []
    left: list[Floats] = []
    moved: list[Floats] = []
    for place, flows in enumerate(model.flows):
        years = step(model, flows, heads[-1], caps_in(model, place))
        for kept, one in zip((heads, joined, left, moved), years, strict=True):
            kept.append(one)
    return Course(*(np.stack(one) for one in (heads, joined, left, moved)))


def caps_in(model: Model, year: int) -> list[Cap]:
    """The caps in force in a projected year (its place): of a setting's, the latest said. A cap
    comes before that of the setting to which it sends, so that nobody is sent where it is full."""
    standing = {cap.setting: cap for cap in model.caps if cap.year <= year}

    def sent_on(cap: Cap) -> int:
        met = {cap.setting}
        while cap.into in standing and cap.into not in met:
            met.add(cap.into)
            cap = standing[cap.into]
        return len(met)

    return sorted(standing.values(), key=lambda cap: (-sent_on(cap), cap.setting))


def step(
    model: Model, flows: Flows, heads: Floats, caps: Sequence[Cap]
) -> tuple[Floats, Floats, Floats, Floats]:
    """A year of a single path: heads at its end, who joined, who left, who moved (n each)."""
    space = model.space
    edges = weighed(model.source, flows.share, space.count) > 0
    left = heads * flows.leave
    stay = heads - left
    stuck = space.older == NOWHERE
    moved = np.where(edges, np.where(stuck, stay, stay * flows.move), 0.0)
    left = left + np.where(stuck, stay - moved, 0.0)
    same = np.where(stuck, 0.0, stay - moved)
    settled = weighed(space.older[~stuck], same[~stuck], space.count)
    arrived = weighed(model.target, moved[model.source] * flows.share, space.count)
    closing = place_within(space, settled, arrived + flows.join, caps)
    return closing, flows.join, left, moved


def place_within(space: Space, settled: Floats, coming: Floats, caps: Sequence[Cap]) -> Floats:
    """Heads with those who come in: above a cap's places the same share of all who would come into
    the setting go elsewhere."""
    for cap in caps:
        here = space.setting == cap.setting
        room = max(cap.places - float(settled[here].sum()), 0.0)
        wanted = float(coming[here].sum())
        if wanted <= room:
            continue
        other = space.number[space.age, space.need, np.full(space.count, cap.into)]
        goes = here & (other != NOWHERE)
        surplus = np.where(goes, coming * (1 - room / wanted), 0.0)
        coming = coming - surplus
        coming = coming + weighed(other[goes], surplus[goes], space.count)
    return settled + coming


# ---- whether a model can be ---------------------------------------------------------


def check(model: Model) -> None:
    """Raises ValueError, in words, where an array has not its shape, an edge goes where nobody can
    be a year older, a rate is no share, or somebody would vanish or be made."""
    space, years = model.space, len(model.flows)
    shape = (len(space.needs), len(space.settings))
    _must(space.valid.shape == (AGES, *shape), "States are not by academic year, need, setting.")
    _must(_is_from_0(model.opening, space.count), "The opening is not a number of 0 or more each.")
    _must(_are_edges(model), "A move must end in a state of the next academic year.")
    for flows in model.flows:
        _check_flows(model, flows)
    prices = [one.shape == shape for one in model.unit_costs]
    _must(prices == [True] * years, "Unit costs are not by need and setting each year.")
    rooms = [one.shape == shape[1:] for one in model.places]
    _must(rooms == [True] * years, "Places are not by setting each year.")
    known = range(shape[1])
    caps = all(cap.setting in known and cap.into in known and cap.places >= 0 for cap in model.caps)
    _must(caps, "A cap must be of a setting, send to a setting, and have 0 places or more.")


def _check_flows(model: Model, flows: Flows) -> None:
    n, edges = model.space.count, len(model.source)
    for what, rate, count in (
        ("who leaves", flows.leave, n),
        ("who moves", flows.move, n),
        ("movers by where they go", flows.share, edges),
    ):
        fits = _is_from_0(rate, count) and bool((rate <= 1 + TINY).all())
        _must(fits, f"The share of {what} is not from 0 to 1 each.")
    _must(_is_from_0(flows.join, n), "Joiners are not a number of 0 or more each.")
    total = weighed(model.source, flows.share, n)
    whole = (total == 0) | (np.abs(total - 1) < TINY)
    _must(bool(whole.all()), "The shares of where a state's movers go do not add up to 1.")


def _is_from_0(numbers: Floats, count: int) -> bool:
    return numbers.shape == (count,) and bool((np.isfinite(numbers) & (numbers >= 0)).all())


def _are_edges(model: Model) -> bool:
    source, target, space = model.source, model.target, model.space
    if source.shape != target.shape:
        return False
    inside = [bool(((ends >= 0) & (ends < space.count)).all()) for ends in (source, target)]
    return all(inside) and bool((space.age[target] == space.age[source] + 1).all())


def _must(true: bool, words: str) -> None:
    if not true:
        raise ValueError(words)


# ---- what it costs, and where there is room ----------------------------------------


def costs(model: Model, course: Course) -> Floats:
    """Pounds by need and setting in each projected year (..., years, needs, settings), at that
    year's prices: heads at its end × unit cost. NaN where a cost is not known and there is
    somebody; 0 where there is nobody."""
    heads = by_need_and_setting(model.space, course.heads[..., 1:, :])
    prices = np.stack(model.unit_costs) * _prices(model)[:, None, None]
    with np.errstate(invalid="ignore"):
        return np.where(heads == 0, 0.0, heads * prices)


def _prices(model: Model) -> Floats:
    years = np.arange(1, len(model.flows) + 1, dtype=np.float64)
    return np.power(1 + model.inflation, years)


def by_need_and_setting(space: Space, heads: Floats) -> Floats:
    """Heads (..., n) summed over academic years: (..., needs, settings)."""
    return summed(
        heads, space.need * len(space.settings) + space.setting,
        len(space.needs) * len(space.settings),
    ).reshape(*heads.shape[:-1], len(space.needs), len(space.settings))  # fmt: skip


def weighed(where: Ints, weights: Floats, count: int) -> Floats:
    """Weights summed by where they go (count)."""
    return np.bincount(where, weights=weights, minlength=count).astype(np.float64)


def summed(heads: Floats, group: Ints, groups: int) -> Floats:
    """Heads (..., n) summed by the group of each state: (..., groups)."""
    rows = heads.reshape(math.prod(heads.shape[:-1]), heads.shape[-1])
    where = np.arange(len(rows))[:, None] * groups + group
    sums = weighed(where.ravel(), rows.ravel(), len(rows) * groups)
    return sums.reshape(*heads.shape[:-1], groups)


class RunsOut(NamedTuple):
    """A setting that has fewer places than heads: from which year on, and how many too few then."""

    setting: int
    year: int
    short: float


def runs_out(model: Model, course: Course) -> list[RunsOut]:
    """The first projected year in which each setting has more heads than places. Of one path."""
    by_setting = summed(course.heads[1:], model.space.setting, len(model.space.settings))
    short = by_setting - np.stack(model.places)
    over = short > TINY
    return [
        RunsOut(setting, model.years[int(place)], float(short[place, setting]))
        for setting in range(len(model.space.settings))
        if over[:, setting].any()
        for place in [over[:, setting].argmax()]
    ]
