"""The years ahead: from the returns that are held to a projection, and the rows in which pages,
files and commands show it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import dropwhile
from typing import Any

import numpy as np
from django.utils import timezone

from bucks_cs.lib.changes import Change
from bucks_cs.lib.periods import add_months, last_day
from bucks_cs.scenarios import BASE

from . import store
from .flows import PLACEMENTS, PLACES, Floats, Observed, Stock, observed, stock_on
from .models import Inflation, Return, UnitCost
from .placements import NEVER, Children, Episodes, years_before
from .projection import (
    BackTest,
    Dated,
    Outlook,
    Projection,
    back_test,
    by_financial_year,
    month_ends,
    project,
)
from .scenarios import applied

YEARS, MOST_YEARS = 5, 10
WINDOW, WINDOWS = 3, (1, 2, 3, 5, 10)
"""For how many years before its first day a projection's rates are counted."""
PAST_YEARS = 3
"""How much of what was is shown before what will be."""
TESTED_YEARS = 3
"""How far back a projection is tested, at the most."""


# ---- what is held ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """The children of the returns, of years that follow each other without a gap: what they say of
    the days after `since` up to `until`. `mark` changes when the returns do."""

    children: Children
    episodes: Episodes
    since: np.datetime64
    until: np.datetime64
    mark: str

    @property
    def years(self) -> int:
        """Whole years."""
        return next(n for n in range(200) if years_before(self.until, n + 1) < self.since)


def held() -> Held | None:
    """What the latest return and those of the years just before it say; None where no return is
    held, or its rows about children have been deleted. A latest return in whose year nothing has
    happened yet is passed over: it has no days to count rates from."""
    every = list(Return.objects.order_by("-year"))
    if not every:
        return None
    arrays = store.arrays()
    if not len(arrays.episodes.child):
        return None
    returns = list(dropwhile(lambda one: _has_not_begun(one, arrays.episodes), every))
    if not returns:
        return None
    latest = returns[0]
    in_a_row = [one.year for place, one in enumerate(returns) if one.year == latest.year - place]
    return Held(
        children=arrays.children,
        episodes=arrays.episodes,
        since=_last_day(in_a_row[-1] - 1),
        until=_until(latest, arrays.episodes),
        mark=" ".join(f"{one.pk} {one.year} {one.imported_at.isoformat()}" for one in every),
    )


def _has_not_begun(one: Return, episodes: Episodes) -> bool:
    return bool(_until(one, episodes) <= _last_day(one.year - 1))


def _until(latest: Return, episodes: Episodes) -> np.datetime64:
    """The last day of the return's year; of a return imported before then, the last day on which
    something happened in it."""
    end = _last_day(latest.year)
    if timezone.localdate(latest.imported_at) > _date(end):
        return end
    ends = episodes.ended[episodes.ended < NEVER]
    return min(end, max(episodes.began.max(), ends.max(initial=episodes.began.max())))


def _last_day(year: int) -> np.datetime64:
    return np.datetime64(f"{year}-03-31", "D")


@dataclass(frozen=True, slots=True)
class Prices:
    """What places cost a week (4,), 0 where no unit cost is set; `missing` are those placements."""

    weekly: Floats = field(default_factory=lambda: np.zeros(PLACES))
    unit_costs: tuple[UnitCost, ...] = ()
    missing: tuple[str, ...] = PLACEMENTS
    inflation: Inflation = field(default_factory=Inflation)

    @property
    def known(self) -> bool:
        return len(self.missing) < PLACES


def prices() -> Prices:
    found = {one.placement: one for one in UnitCost.objects.all()}
    there = tuple(found[name] for name in PLACEMENTS if name in found)
    return Prices(
        np.array([float(found[n].pounds_a_week) if n in found else 0.0 for n in PLACEMENTS]),
        there,
        tuple(name for name in PLACEMENTS if name not in found),
        Inflation.current(),
    )


@dataclass(frozen=True)
class Basis:
    """What a projection rests on: what is held, the window of its rates, who is there on the first
    day, and prices."""

    held: Held
    observed: Observed
    opening: Stock
    prices: Prices
    invented: bool = False

    @cached_property
    def outlook(self) -> Outlook:
        return Outlook(
            Dated.always(self.observed.rates()),
            Dated.always(self.prices.weekly),
            float(self.prices.inflation.per_cent) / 100,
        )

    @property
    def start(self) -> date:
        return _date(self.opening.day)

    @property
    def since(self) -> date:
        return _date(self.observed.since)

    def key(self, changes: Sequence[Change], **more: Any) -> str:
        """Another whenever what comes of the changes may be another."""
        said = {
            "returns": self.held.mark,
            "window": [self.since, self.start],
            "prices": [self.prices.weekly.tolist(), f"{self.prices.inflation.per_cent:.4f}"],
            "changes": list(changes),
            **more,
        }
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def basis(window: int = WINDOW, since: date | None = None) -> Basis | None:
    """The base from what is held, its rates counted over so many years (all, where fewer are held)
    or from the day after `since`. Raises ValueError in words where the returns say nothing of
    that."""
    there = held()
    if there is None:
        return None
    begins = _window(there, window) if since is None else np.datetime64(since, "D")
    if not there.since <= begins < there.until:
        first, last = _date(there.since), _date(there.until)
        raise ValueError(
            f"The returns that are held say what happened from {first} to {last}: rates can be "
            f"counted from {first} or later, and before {last}."
        )
    return Basis(
        there,
        observed(there.children, there.episodes, begins, there.until),
        stock_on(there.children, there.episodes, there.until),
        prices(),
        store.is_invented(),
    )


def _window(there: Held, years: int) -> np.datetime64:
    return years_before(there.until, min(years, there.years)) if there.years else there.since


# ---- what is to be expected --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthRow:
    """Children at the end of a day: expected, and the percentiles of simulated futures (`fan`) of
    all of them and of each placement."""

    day: date
    children: float
    by_placement: tuple[float, ...]
    by_band: tuple[float, ...]
    fan: tuple[float, ...] | None = None
    fans: tuple[tuple[float, ...], ...] | None = None

    @property
    def is_march(self) -> bool:
        return (self.day.month, self.day.day) == (3, 31)


@dataclass(frozen=True, slots=True)
class YearRow:
    """Pounds in a financial year; `part`: only some of its days are projected."""

    year: int
    pounds: tuple[float, ...]
    part: bool
    fan: tuple[float, ...] | None = None

    @property
    def label(self) -> str:
        return f"{self.year - 1}/{self.year % 100:02}{' (part)' if self.part else ''}"

    @property
    def total(self) -> float:
        return sum(self.pounds)


@dataclass(frozen=True, slots=True)
class BackSpread:
    """The spread of the back-test's futures: percentiles of all children by day; and in how many
    of its `months` what happened lay within nine of ten futures, and within the middle half: of
    all children first, then of each placement."""

    months: int
    children: Mapping[str, Sequence[float]]
    within_nine: Sequence[int]
    within_half: Sequence[int]


@dataclass(frozen=True, slots=True)
class Fan:
    """The spread of simulated futures: the percentiles of `simulation.PERCENTILES` by day, of all
    children and of each placement, and of the pounds of each financial year. The base's has the
    back-test's beside it, where it could be tested."""

    paths: int
    made_at: datetime | None
    children: Mapping[str, Sequence[float]]
    placements: Mapping[str, Sequence[Sequence[float]]]
    pounds: Mapping[str, Sequence[float]]
    tested: BackSpread | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A projection as people see it. `months` begin with the opening day; `years` are empty where
    no unit cost is set. `opening` and `closing` are children by band and placement (5, 4)."""

    name: str
    months: tuple[MonthRow, ...]
    years: tuple[YearRow, ...]
    opening: Floats
    closing: Floats
    fan: Fan | None = None

    @property
    def start(self) -> MonthRow:
        return self.months[0]

    @property
    def marches(self) -> tuple[MonthRow, ...]:
        """The ends of the financial years that are projected."""
        return tuple(row for row in self.months[1:] if row.is_march)

    @property
    def last(self) -> MonthRow:
        return self.marches[-1]

    @property
    def whole_years(self) -> tuple[YearRow, ...]:
        return tuple(row for row in self.years if not row.part)


def look_ahead(
    rests_on: Basis,
    years: int,
    changes: Sequence[Change] = (),
    *,
    name: str = BASE,
    fan: Fan | None = None,
) -> Ahead:
    """So many years from the first day, as they are after a scenario's changes. Raises ValueError
    with every problem of the changes."""
    outlook = applied(changes, rests_on.outlook)
    found = project(outlook, rests_on.opening, month_ends(rests_on.opening.day, 12 * years))
    return Ahead(
        name,
        tuple(_months(found, fan)),
        tuple(_years(found, fan)) if rests_on.prices.known else (),
        found.stock[0],
        found.stock[-1],
        fan,
    )


def _months(found: Projection, fan: Fan | None) -> list[MonthRow]:
    rows = []
    for on, stock in zip(found.on, found.stock, strict=True):
        day = _date(on)
        spread, spreads = (
            (fan.children.get(day.isoformat()), fan.placements.get(day.isoformat()))
            if fan
            else (None, None)
        )
        rows.append(
            MonthRow(
                day,
                float(stock.sum()),
                tuple(stock.sum(axis=0).tolist()),
                tuple(stock.sum(axis=1).tolist()),
                tuple(spread) if spread else None,
                tuple(map(tuple, spreads)) if spreads else None,
            )
        )
    return rows


def _years(found: Projection, fan: Fan | None) -> list[YearRow]:
    first, last = _date(found.on[0]), _date(found.on[-1])
    years, pounds = by_financial_year(found.on[1:], found.cost.T)
    rows = []
    for year, of_year in zip(years.tolist(), pounds.T.tolist(), strict=True):
        part = first > date(year - 1, 3, 31) or last < date(year, 3, 31)
        spread = fan.pounds.get(str(year)) if fan and not part else None
        rows.append(YearRow(year, tuple(of_year), part, tuple(spread) if spread else None))
    return rows


# ---- what was ----------------------------------------------------------------------


def past(rests_on: Basis) -> list[tuple[date, int]]:
    """How many children there were at the end of each month before the first day."""
    there, start = rests_on.held, rests_on.start
    ends = [last_day(add_months(start, -back)) for back in range(12 * PAST_YEARS, 0, -1)]
    return [
        (end, len(stock_on(there.children, there.episodes, np.datetime64(end, "D")).born))
        for end in ends
        if there.since <= np.datetime64(end, "D") < there.until
    ]


@dataclass(frozen=True, slots=True)
class BackTested:
    """A projection from an earlier day (`start`, with rates since `since`) against what happened.
    `months` are a day with how many were projected and how many there were, from the first;
    `placements` the same of each placement on the last."""

    since: date
    start: date
    months: tuple[tuple[date, float, int], ...]
    placements: tuple[tuple[float, int], ...]

    @property
    def errors(self) -> list[float]:
        """Of each month after the first day; above 0 where too many were projected."""
        return [projected - happened for _, projected, happened in self.months[1:]]


def back_test_of(rests_on: Basis) -> BackTest | None:
    """The same way of projecting put to the test; None where too few years are held. It begins up
    to `TESTED_YEARS` back, with a window as long as the base's where that many years are held."""
    there = rests_on.held
    window = max(1, round(rests_on.observed.days / 365.25))
    back = min(TESTED_YEARS, max(1, there.years - window))
    if there.years - back < 1:
        return None
    start = years_before(there.until, back)
    return back_test(
        there.children,
        there.episodes,
        since=years_before(start, min(window, there.years - back)),
        start=start,
        ends=month_ends(start, 12 * back),
    )


def back_tested(rests_on: Basis) -> BackTested | None:
    """That test as people see it."""
    found = back_test_of(rests_on)
    if found is None:
        return None
    projected, happened = found.projection.stock, found.happened
    last = zip(projected[-1].sum(axis=0).tolist(), happened[-1].sum(axis=0).tolist(), strict=True)
    return BackTested(
        _date(found.observed.since),
        _date(found.projection.on[0]),
        tuple(
            (_date(on), float(one.sum()), int(other.sum()))
            for on, one, other in zip(found.projection.on, projected, happened, strict=True)
        ),
        tuple((one, int(other)) for one, other in last),
    )


def _date(day: np.datetime64) -> date:
    return day.astype("datetime64[D]").item()
