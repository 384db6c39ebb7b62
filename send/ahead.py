"""The years ahead: from the data set that is held to a projection, as pages, files and commands
show it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from bucks_cs.lib.changes import Change
from bucks_cs.scenarios import BASE

from .cohort import Model, Space, costs, expected, runs_out, summed
from .cohort_files import Data, read
from .estimation import BackTest, Counted, back_test, counted, model_of, opening
from .models import DataSet, Scenario, SimulatedBands
from .scenarios import applied
from .simulation import PATHS, SEED

YEARS, MOST_YEARS = 5, 10
TESTED = 3
"""How many years back the back-test begins, at the most."""


@dataclass(frozen=True)
class Basis:
    """What a projection rests on."""

    held: DataSet
    data: Data
    counts: Counted
    model: Model

    @property
    def space(self) -> Space:
        return self.model.space

    @cached_property
    def assumed_from(self) -> int | None:
        """The first projected year whose population is not in the data set, and so that of the
        last year that is."""
        return next((year for year in self.model.years if year not in self.data.population), None)

    def key(self, changes: Sequence[Change]) -> str:
        """Another whenever what is simulated may be another."""
        said = {"data": self.held.pk, "changes": list(changes), "paths": PATHS, "seed": SEED}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def basis() -> Basis | None:
    """The base from the latest data set; None where none is held."""
    held = DataSet.objects.defer("files").select_related("uploaded_by").first()
    if held is None:
        return None
    return replace(_kept(held.pk, held.uploaded_at), held=held)


def based(held: DataSet, data: Data) -> Basis:
    """The base of a data set that is read."""
    counts = counted(data.space, data.transitions, data.population)
    model = model_of(
        counts,
        opening(data.space, data.transitions),
        data.population,
        MOST_YEARS,
        unit_costs=data.unit_costs,
        places=data.places,
    )
    return Basis(held, data, counts, model)


@lru_cache(maxsize=2)
def _kept(pk: int, uploaded_at: datetime) -> Basis:
    """Kept in the process: a data set never changes. Also by its moment: a database that is
    restored may give a number again."""
    held = DataSet.objects.get(pk=pk)
    return based(held, read(held.files))


# ---- what is to be expected ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearRow:
    """The end of a year: expected plans, by need and by setting; the pounds of the year, None where
    a cost is not known; and the percentiles (`PERCENTILES`) of simulated outcomes, of all, of the
    cost, of each need and each setting."""

    year: int
    plans: float
    by_need: tuple[float, ...]
    by_setting: tuple[float, ...]
    pounds: float | None
    fan: tuple[float, ...] | None = None
    pounds_fan: tuple[float, ...] | None = None
    need_fans: tuple[tuple[float, ...], ...] = ()
    setting_fans: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """A projection as people see it; `rows` begin with the year that is known. `full` says of each
    setting that runs out of places from when, and how many are missing then."""

    name: str
    needs: tuple[str, ...]
    settings: tuple[str, ...]
    rows: tuple[YearRow, ...]
    full: tuple[tuple[str, int, float], ...]
    paths: int = 0

    @property
    def start(self) -> YearRow:
        return self.rows[0]

    @property
    def last(self) -> YearRow:
        return self.rows[-1]

    @property
    def priced(self) -> bool:
        return self.last.pounds is not None


def look_ahead(
    of: Basis,
    years: int,
    changes: Sequence[Change] = (),
    *,
    name: str = BASE,
    bands: Mapping[str, Any] | None = None,
) -> Ahead:
    """So many years, as they are after a scenario's changes. Raises ValueError with every problem
    of the changes."""
    model = applied(changes, of.model)
    course = expected(model)
    space = model.space
    needs = summed(course.heads, space.need, len(space.needs))
    settings = summed(course.heads, space.setting, len(space.settings))
    pounds = costs(model, course).sum(axis=(-2, -1))
    rows = [
        YearRow(
            model.first_year + place,
            float(course.heads[place].sum()),
            tuple(needs[place].tolist()),
            tuple(settings[place].tolist()),
            None if not place or np.isnan(pounds[place - 1]) else float(pounds[place - 1]),
            _fan(bands, "total", place),
            _fan(bands, "cost", place - 1) if place else None,
            _fans(bands, "by_need", place),
            _fans(bands, "by_setting", place),
        )
        for place in range(years + 1)
    ]
    last = model.first_year + years
    full = tuple(
        (space.settings[one.setting], one.year, one.short)
        for one in runs_out(model, course)
        if one.year <= last
    )
    paths = int(bands["paths"]) if bands else 0
    return Ahead(name, space.needs, space.settings, tuple(rows), full, paths)


def _fan(bands: Mapping[str, Any] | None, of: str, place: int) -> tuple[float, ...] | None:
    kept = bands.get(of) if bands else None
    return tuple(row[place] for row in kept) if kept else None


def _fans(bands: Mapping[str, Any] | None, of: str, place: int) -> tuple[tuple[float, ...], ...]:
    return tuple(zip(*(row[place] for row in bands[of]), strict=True)) if bands else ()


def kept_bands(of: Basis, changes: Sequence[Change]) -> dict[str, Any] | None:
    """What was simulated of just this, where it is kept."""
    found = SimulatedBands.objects.filter(key=of.key(changes)).values_list("result", flat=True)
    return found.first()


def scenarios() -> list[Scenario]:
    return list(Scenario.objects.select_related("by"))


# ---- put to the test -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tested:
    """A projection from an earlier year against what happened: total by year, and by setting and
    need at the end."""

    first: int
    years: tuple[tuple[int, float, float], ...]
    by_setting: tuple[tuple[str, float, float], ...]
    by_need: tuple[tuple[str, float, float], ...]


def put_to_the_test(of: Basis) -> Tested | None:
    """The same way of projecting, fitted to the years before; None where too few are known."""
    known = sorted(set(of.data.transitions.year.tolist()))
    if len(known) < 2:
        return None
    first = known[-min(TESTED, len(known) - 1)]
    found = back_test(of.data.space, of.data.transitions, of.data.population, first)
    return _tested(found, of.data.space)


def _tested(found: BackTest, space: Space) -> Tested:
    ahead, was = found.course.heads, found.happened
    pairs = []
    for names, group in ((space.settings, space.setting), (space.needs, space.need)):
        sums = (summed(one[-1], group, len(names)).tolist() for one in (ahead, was))
        pairs.append(tuple(zip(names, *sums, strict=True)))
    totals = zip(
        range(found.model.first_year, found.model.first_year + len(ahead)),
        ahead.sum(axis=1).tolist(),
        was.sum(axis=1).tolist(),
        strict=True,
    )
    return Tested(found.model.first_year, tuple(totals), *pairs)
