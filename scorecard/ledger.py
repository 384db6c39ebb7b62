"""The ledger as arrays: what the rules need of every series, read once.

Series, measures and outturns are numbered from 0 in the order of their arrays; months are
counted from January 1970. Each array of outturns ends with a blank one, so that outturn -1,
"no outturn", has no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self, TypeAlias

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from . import bulk
from .models import Area, Measure, Outturn, Rebase, Series, Target
from .rag import Floats, Mask

Numbers: TypeAlias = NDArray[np.int64]
Days: TypeAlias = NDArray[np.datetime64]

DAY_ZERO = np.datetime64("0001-01-01", "D")
DAYS = 2**24
"""More than there are days since then; a measure's number times this, plus a day, sorts by both."""


def months_of(days: Days) -> Numbers:
    return days.astype("datetime64[M]").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Measures:
    """How each measure is judged."""

    polarity: Numbers
    tolerance: Floats
    tolerance_kind: Numbers

    def of(self, measure: Numbers) -> Self:
        return type(self)(
            self.polarity[measure], self.tolerance[measure], self.tolerance_kind[measure]
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """Every measure's target profile, its steps in order, with a blank step at the end."""

    keys: Numbers
    month: Numbers
    value: Floats
    upper: Floats

    @classmethod
    def of(cls, measure: Numbers, starts: Days, value: Floats, upper: Floats) -> Self:
        keys = _key(measure, starts)
        order = np.argsort(keys)
        blank = [np.nan]
        return cls(
            keys[order],
            np.append(months_of(starts[order]), 0),
            np.append(value[order], blank),
            np.append(upper[order], blank),
        )

    def in_force(self, measure: Numbers, day: Days) -> tuple[Floats, Floats]:
        """The step in force on a day and, for a band, its upper edge; NaN where there is none."""
        step = self._steps_by(measure, day) - 1
        step = np.where(self._belongs(step, measure), step, -1)
        return self.value[step], self.upper[step]

    def next_after(self, measure: Numbers, day: Days) -> tuple[Floats, Numbers]:
        """The first step that starts after a day, and its month; NaN where there is none."""
        step = self._steps_by(measure, day)
        step = np.where(self._belongs(step, measure), step, -1)
        return self.value[step], self.month[step]

    def _steps_by(self, measure: Numbers, day: Days) -> Numbers:
        return np.searchsorted(self.keys, _key(measure, day), side="right")

    def _belongs(self, step: Numbers, measure: Numbers) -> Mask:
        return np.append(self.keys, -1)[step] // DAYS == measure


def _key(measure: Numbers, day: Days) -> Numbers:
    return measure * DAYS + (day - DAY_ZERO).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Panel:
    """Outturns of one kind of period, laid out: a row for each series, a column for each period,
    every period there whether or not anything ended in it."""

    months: int
    """The length of a period; 1 for figures of a date."""
    month: Numbers
    """Of each column: the month in which its period ends."""
    series: Numbers
    """Of each row."""
    outturn: NDArray[np.int32]
    """Of each cell: its outturn, or -1."""
    rebased: Mask
    """Of each cell: whether a new baseline begins there."""

    def first_column(self, since: date) -> int:
        """The first whose period ends in the month of that day, or later."""
        return int(np.searchsorted(self.month, months_of(np.array(since, dtype="M8[D]"))))


@dataclass(frozen=True, slots=True)
class Latest:
    """What others are compared with: the latest figure of some series by the end of each month."""

    first_month: int
    table: Floats
    """A row for each of those series, a column for each month, and a blank row at the end."""
    row: Numbers
    """Of each series of the ledger, and of series -1, its row; -1: the blank one."""

    @classmethod
    def of(cls, series: Numbers, row: Numbers, start: Days, end: Days, value: Floats) -> Self:
        """Of the outturns (series, first and last day, value) of those series."""
        series = np.unique(series[series >= 0])
        rows = np.full(max(series.max(initial=0), row.max(initial=0)) + 2, -1)
        rows[series] = np.arange(len(series))
        month = months_of(end)
        first, last = (month.min(), month.max()) if len(month) else (0, 0)
        chosen = np.flatnonzero(rows[row] >= 0)
        # The last to be written into a cell stays: the latest, and of those the shortest.
        chosen = chosen[np.lexsort((start[chosen], end[chosen]))]
        outturn = np.full((len(series) + 1, last - first + 1), -1)
        outturn[rows[row[chosen]], month[chosen] - first] = chosen
        column = np.where(outturn >= 0, np.arange(outturn.shape[1]), 0)
        known = np.take_along_axis(outturn, np.maximum.accumulate(column, axis=1), axis=1)
        return cls(int(first), np.append(value, np.nan)[known], rows)

    def by(self, series: Numbers, month: Numbers) -> Floats:
        return self.table[self.row[series], month - self.first_month]


@dataclass(frozen=True, slots=True)
class Ledger:
    series_ids: Numbers
    judged: Mask
    """Whether the series is to be judged, or was read only to compare others with."""
    measure: Numbers
    freeze_after: Numbers
    comparators: Numbers
    """Shape (3, series): the same figure of its neighbours, region and nation; -1 for none."""
    measures: Measures
    targets: Targets
    rebases: tuple[Numbers, Numbers]
    """Series and month of each."""
    row: Numbers
    """Of each outturn: its series."""
    start: Days
    end: Days
    value: Floats
    latest: Latest

    def panels(self) -> Iterator[Panel]:
        """The outturns, one panel for each kind of period.

        A period's length and the months in which it may end tell its kind: financial, academic
        and calendar years are three.
        """
        if not len(self.row):
            return
        last = months_of(self.end[:-1])
        months = last - months_of(self.start[:-1]) + 1
        kind = months * 100 + last % months
        kind[self.start[:-1] == self.end[:-1]] = 0
        for one in np.flatnonzero(np.bincount(kind)).tolist():
            chosen = np.flatnonzero(kind == one)
            yield self._panel(chosen, last, months=max(one // 100, 1), of_dates=one == 0)

    def _panel(self, chosen: Numbers, last: Numbers, *, months: int, of_dates: bool) -> Panel:
        row, column = self.row[chosen], last[chosen] // months
        begins, phase = column.min(), last[chosen[0]] % months
        column -= begins
        columns = column.max() + 1
        if of_dates:
            row += len(self.series_ids) * _turn(row * columns + column, self.end[chosen])
        used = np.bincount(row) > 0
        outturn = np.full((np.count_nonzero(used), columns), -1, dtype=np.int32)
        outturn[np.cumsum(used)[row] - 1, column] = chosen
        series = np.flatnonzero(used) % len(self.series_ids)

        rebases, month = self.rebases
        first = -((phase - month) // months) - begins
        seen = (first > 0) & (first < columns)
        rebased = np.zeros((len(self.series_ids), columns), dtype=np.bool_)
        rebased[rebases[seen], first[seen]] = True
        month = (begins + np.arange(columns)) * months + phase
        return Panel(months, month, series, outturn, rebased[series])


def _turn(cell: Numbers, day: Days) -> Numbers:
    """Of several figures in one cell, which each is: 0 for the first by its day."""
    order = np.lexsort((day, cell))
    begins = np.append(True, np.diff(cell[order]) != 0)
    place = np.arange(len(cell))
    turn = np.empty_like(cell)
    turn[order] = place - np.maximum.accumulate(np.where(begins, place, 0))
    return turn


# ---- reading -----------------------------------------------------------------------


def read(*, until: date | None, areas: Sequence[str] | None) -> Ledger:
    """Reads the approved outturns whose periods end by that day (None: all) of the areas with
    those codes (None: all), and of the areas that those are compared with."""
    area_ids, asked_for, links = _areas(areas)
    read_too = np.union1d(links[:, asked_for], np.flatnonzero(asked_for))
    of_areas = Q() if areas is None else Q(area__in=area_ids[read_too[read_too >= 0]].tolist())
    series = bulk.fetch(
        Series.objects.filter(of_areas).order_by("pk"),
        id=int,
        measure_id=int,
        area_id=int,
        category=str,
        freeze_after=int,
    )
    ids, area = series["id"], _places(area_ids, series["area_id"])
    judged = asked_for[area]
    comparators = _comparators(series, area, links)
    measure_ids, measures = _measures()
    row, start, end, value = _outturns(ids, until, bounded=areas is not None)
    return Ledger(
        series_ids=ids,
        judged=judged,
        measure=_places(measure_ids, series["measure_id"]),
        freeze_after=series["freeze_after"],
        comparators=comparators,
        measures=measures,
        targets=_targets(measure_ids),
        rebases=_rebases(ids),
        row=row,
        start=np.append(start, DAY_ZERO),
        end=np.append(end, DAY_ZERO),
        value=np.append(value, np.nan),
        latest=Latest.of(comparators[:, judged], row, start, end, value),
    )


def _areas(codes: Sequence[str] | None) -> tuple[Numbers, Mask, Numbers]:
    """Of each area: its id, whether it is asked for, and the places of its three comparators."""
    links = ("neighbours_id", "region_id", "nation_id")
    found = bulk.fetch(Area.objects.order_by("pk"), id=int, code=str, **dict.fromkeys(links, float))
    ids = found["id"]
    asked_for = np.full(len(ids), True) if codes is None else np.isin(found["code"], list(codes))
    return ids, asked_for, np.stack([_places(ids, found[link]) for link in links])


def _comparators(series: bulk.Columns, area: Numbers, links: Numbers) -> Numbers:
    """For each comparator and series: the same measure and category there, or -1."""
    category = np.unique(series["category"], return_inverse=True)[1]
    figure = series["measure_id"] * (category.max(initial=0) + 1) + category
    areas = links.shape[1]
    key = figure * areas + area
    order = np.argsort(key)
    there = links[:, area]
    found = _places(key[order], np.where(there >= 0, figure * areas + there, -1))
    return np.where(found >= 0, np.append(order, -1)[found], -1)


def _measures() -> tuple[Numbers, Measures]:
    found = bulk.fetch(
        Measure.objects.order_by("pk"), id=int, polarity=int, tolerance=float, tolerance_kind=int
    )
    return found["id"], Measures(found["polarity"], found["tolerance"], found["tolerance_kind"])


def _targets(measure_ids: Numbers) -> Targets:
    found = bulk.fetch(Target.objects.all(), measure_id=int, starts=date, value=float, upper=float)
    measure = _places(measure_ids, found["measure_id"])
    return Targets.of(measure, found["starts"], found["value"], found["upper"])


def _rebases(series_ids: Numbers) -> tuple[Numbers, Numbers]:
    found = bulk.fetch(Rebase.objects.all(), series_id=int, month=date)
    row = _places(series_ids, found["series_id"])
    return row[row >= 0], months_of(found["month"])[row >= 0]


def _outturns(
    series_ids: Numbers, until: date | None, *, bounded: bool
) -> tuple[Numbers, Days, Days, Floats]:
    """Of each outturn: its series, first and last day, and value."""
    outturns = Outturn.objects.approved().actual()
    if until is not None:
        outturns = outturns.filter(period_end__lte=until)
    if bounded:
        outturns = outturns.filter(series__in=series_ids.tolist())
    found = bulk.read(outturns, series_id=int, period_start=date, period_end=date, value=float)
    row = _places(series_ids, found["series_id"])
    if (row < 0).any():  # a series that was made after the series were read
        found = {name: column[row >= 0] for name, column in found.items()}
        row = row[row >= 0]
    return row, found["period_start"], found["period_end"], found["value"]


def _places(ids: Numbers, wanted: NDArray[Any]) -> Numbers:
    """Where each wanted id stands among the sorted ids; -1 where it does not."""
    place = np.searchsorted(ids, wanted)
    return np.where(np.append(ids, np.iinfo(np.int64).min)[place] == wanted, place, -1)
