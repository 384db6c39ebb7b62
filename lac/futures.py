"""Simulated futures of a projection: made once, kept, and shown for as long as what they were made
from is as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from bucks_cs.lib.changes import Change

from .ahead import MOST_YEARS, BackSpread, Basis, Fan, back_test_of
from .flows import Floats, Observed, Rates, Stock, stock_on
from .models import Scenario, SimulatedFan
from .placements import Dates, Indices
from .projection import Dated, Outlook, by_financial_year, month_ends
from .scenarios import applied
from .simulation import Paths, fan, simulate

PATHS, SEED = 1_000, 903
PATHS_A_STEP = 100


def key_of(basis: Basis, changes: Sequence[Change]) -> str:
    return basis.key(changes, paths=PATHS, seed=SEED)


def made(
    basis: Basis,
    changes: Sequence[Change],
    *,
    years: int = MOST_YEARS,
    paths: int = PATHS,
    seed: int = SEED,
    step: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """The fan of so many futures, as it is kept. Each has rates of its own that could have left
    what the window shows, so the spread is that of chance and of rates not known together. Calls
    `step` with how many are done."""

    def outlook(rates: Rates) -> Outlook:
        base = Outlook(Dated.always(rates), basis.outlook.weekly, basis.outlook.inflation)
        return applied(changes, base)

    ends = month_ends(basis.opening.day, 12 * years)
    parts = _lived(basis.observed, basis.opening, ends, outlook, paths, seed, step)
    on = parts[0].on
    stock = np.concatenate([part.stock for part in parts])
    cost = np.concatenate([part.cost for part in parts])
    days = [str(day) for day in on]
    fy, pounds = by_financial_year(on[1:], cost.sum(axis=2))
    return {
        "paths": paths,
        "children": dict(zip(days, _spread(stock.sum(axis=2)), strict=True)),
        "placements": dict(zip(days, _spread(stock), strict=True)),
        "pounds": dict(zip(map(str, fy.tolist()), _spread(pounds), strict=True)),
    }


def tested(basis: Basis, *, paths: int = PATHS, seed: int = SEED) -> dict[str, Any] | None:
    """The spread of futures like those of `made`, from the day on which the back-test begins and
    with what was known then, as it is kept beside them; None where nothing can be tested."""
    test = back_test_of(basis)
    if test is None:
        return None
    on, held = test.projection.on, basis.held
    opening = stock_on(held.children, held.episodes, on[0])
    parts = _lived(
        test.observed,
        opening,
        on[1:],
        lambda rates: Outlook(Dated.always(rates), basis.outlook.weekly),
        paths,
        seed,
    )
    spread = fan(_with_all(np.concatenate([part.stock for part in parts])))
    happened = _with_all(test.happened.sum(axis=1))[1:]

    def within(low: int, high: int) -> list[int]:
        inside = (spread[low, 1:] <= happened) & (happened <= spread[high, 1:])
        counts: list[int] = inside.sum(axis=0).tolist()
        return counts

    children = np.round(spread[:, :, 0].T, 1).tolist()
    return {
        "months": len(happened),
        "children": dict(zip([str(day) for day in on], children, strict=True)),
        "within_nine": within(0, 4),
        "within_half": within(1, 3),
    }


def _with_all(stock: Floats | Indices) -> Floats:
    """All children before those of each placement, along the last dimension."""
    return np.concatenate([stock.sum(axis=-1, keepdims=True), stock], axis=-1, dtype=np.float64)


def _lived(
    seen: Observed,
    opening: Stock,
    ends: Dates,
    outlook: Callable[[Rates], Outlook],
    paths: int,
    seed: int,
    step: Callable[[int], None] = lambda done: None,
) -> list[Paths]:
    """So many futures, each with rates that could have left what was seen."""
    rng = np.random.default_rng(seed)
    parts = []
    for first in range(0, paths, PATHS_A_STEP):
        step(first)
        some = min(PATHS_A_STEP, paths - first)
        parts.append(simulate(outlook(seen.sampled(some, rng)), opening, ends, some, rng))
    return parts


def _spread(outcomes: Floats) -> list[Any]:
    """Percentiles of each, the percentiles last but one: paths first, then what is told."""
    rounded: list[Any] = np.round(np.moveaxis(fan(outcomes), 0, 1), 1).tolist()
    return rounded


def read(result: dict[str, Any], made_at: Any = None) -> Fan:
    said = result.get("tested")
    return Fan(**result | {"made_at": made_at, "tested": BackSpread(**said) if said else None})


def kept(basis: Basis, changes: Sequence[Change]) -> Fan | None:
    """The fan of just this, where one is kept."""
    found = SimulatedFan.objects.filter(key=key_of(basis, changes)).first()
    return read(found.result, found.made_at) if found else None


@transaction.atomic
def keep(scenario: Scenario | None, key: str, result: dict[str, Any]) -> None:
    """In the place of the scenario's others, or of the base's."""
    SimulatedFan.objects.filter(scenario=scenario).delete()
    SimulatedFan.objects.update_or_create(
        key=key, defaults={"scenario": scenario, "result": result}
    )
