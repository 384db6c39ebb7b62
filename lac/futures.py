"""Simulated futures of a projection: made once, kept, and shown for as long as what they were made
from is as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from .ahead import MOST_YEARS, Basis, Fan
from .flows import Floats
from .models import Scenario, SimulatedFan
from .projection import Dated, Outlook, by_financial_year, month_ends
from .scenarios import Change, applied
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
    rng = np.random.default_rng(seed)
    ends = month_ends(basis.opening.day, 12 * years)
    parts: list[Paths] = []
    for first in range(0, paths, PATHS_A_STEP):
        step(first)
        some = min(PATHS_A_STEP, paths - first)
        rates = Dated.always(basis.observed.sampled(some, rng))
        base = Outlook(rates, basis.outlook.weekly, basis.outlook.inflation)
        parts.append(simulate(applied(changes, base), basis.opening, ends, some, rng))
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


def _spread(outcomes: Floats) -> list[Any]:
    """Percentiles of each, the percentiles last but one: paths first, then what is told."""
    rounded: list[Any] = np.round(np.moveaxis(fan(outcomes), 0, 1), 1).tolist()
    return rounded


def read(result: dict[str, Any], made_at: Any = None) -> Fan:
    return Fan(made_at=made_at, **result)


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
