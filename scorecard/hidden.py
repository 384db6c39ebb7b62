"""Which figures a reader may not see, and what else would give them away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bucks_cs.lib.periods import add_months, last_day

from .presenters import STEP, Counted, Key, hidden_keys
from .querysets import OutturnQuerySet
from .trends import Direction


@dataclass(frozen=True, slots=True)
class Hidden:
    """Figures hidden from a reader, by their place in the ledger."""

    keys: frozenset[Key] = frozenset()
    _ends: frozenset[tuple[int, date]] = field(init=False)
    _first: dict[int, date] = field(init=False)

    def __post_init__(self) -> None:
        first: dict[int, date] = {}
        for series, _, end in self.keys:
            first[series] = min(end, first.get(series, end))
        object.__setattr__(self, "_ends", frozenset((key[0], key[2]) for key in self.keys))
        object.__setattr__(self, "_first", first)

    def __contains__(self, key: object) -> bool:
        return key in self.keys

    def under_limits(self, series: int, end: date) -> bool:
        """Whether the process limits as they were at this end rest on a hidden figure."""
        return self._first.get(series, date.max) <= end

    def before(self, series: int, kind: str, end: date, periods: Iterable[int]) -> bool:
        """Whether any of the figures so many periods before is hidden, so that to say which way
        the figure moved from it would tell something of it."""
        step = STEP.get(kind, 12)
        return bool(self._ends) and any(
            (series, last_day(add_months(end.replace(day=1), -step * back))) in self._ends
            for back in periods
        )

    def directions(
        self, series: int, kind: str, end: date, said: tuple[int, int, int]
    ) -> tuple[int, int, int]:
        """Codes of `Direction` against the period before, the year before and the mean of three
        periods, each NONE where it would tell something of a hidden figure."""
        a_year = 12 // STEP.get(kind, 12)
        if not self._ends:
            return said
        before, year, mean = (
            Direction.NONE if self.before(series, kind, end, periods) else code
            for code, periods in zip(said, ((1,), (a_year,), (1, 2, 3)), strict=True)
        )
        return before, year, mean


def hidden_among(outturns: OutturnQuerySet, **scope: Any) -> dict[Key, int]:
    """The places of the figures that must be hidden because they, or others beside them, are
    small, each with its outturn. `scope` are lookups; a measure's categories must all be in it,
    or none. `outturns` are those that the reader might see: one revision of each figure.

    One query, and one more where there is a small figure.
    """
    same = ("series__measure", "series__area", "period_start", "period_end")
    small = set(outturns.small().filter(**scope).order_by().values_list(*same))
    if not small:
        return {}
    rows = (
        outturns.filter(**scope)
        .filter(
            series__measure__in={measure for measure, *_ in small},
            period_end__in={end for *_, end in small},
        )
        .order_by()
        .values_list(
            *("pk", "series", "series__category", "series__measure__unit"),
            *("value", "numerator", "denominator", "withheld", *same),
        )
    )
    pairs: dict[tuple[int, int], int] = {}
    figures: dict[Key, int] = {}
    groups = []
    for pk, series, category, unit, value, above, below, withheld, *place in rows:
        measure, area, start, end = place
        if (measure, area, start, end) in small:
            figures[series, start, end] = pk
            group = (pairs.setdefault((measure, area), len(pairs)), start, end)
            told = (unit, value, above, below, withheld)
            groups.append(Counted.of((series, start, end), group, category, *told))
    return {key: figures[key] for key in hidden_keys(groups)}
