"""A projection, or several, as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bucks_cs.audit import moment_label
from scorecard.files import Column, Sheet

from .ahead import Ahead, Basis, YearRow
from .ahead_words import LIMITS, rests_on
from .models import DataSet
from .simulation import PERCENTILES

ALL = "All"
UNKNOWN: tuple[float | None, ...] = (None,) * len(PERCENTILES)


class Line(NamedTuple):
    """The end of a year, in all ("" as the setting) or in a setting, as commands and the API tell
    it. Pounds of the whole only, and where they are known."""

    projection: str
    year: int
    setting: str
    plans: float
    pounds: float | None
    invented: bool


def lines(ahead: Ahead, held: DataSet) -> list[Line]:
    return [
        Line(ahead.name, row.year, setting, round(heads, 2), pounds, held.invented)
        for row in ahead.rows
        for setting, heads, pounds in (
            ("", row.plans, None if row.pounds is None else round(row.pounds)),
            *zip(ahead.settings, row.by_setting, [None] * len(ahead.settings), strict=True),
        )
    ]


def lines_sheet(every: Sequence[Ahead], of: Basis, said: Sequence[str], at: datetime) -> Sheet:
    """A row a projection and year: the whole, then each setting, then each need."""
    rows = tuple(
        (one.name, row.year, *cells)
        for one in every
        for row in one.rows
        for cells in _cells(one, row)
    )
    return Sheet(
        name="Plans ahead",
        title="Plans in the years ahead",
        statement=(
            ("Made", moment_label(at)),
            ("Rests on", rests_on(of)),
            *(("Change", one) for one in said),
            *(("Limits", one) for one in LIMITS),
        ),
        columns=(
            Column("projection", 24), Column("year"), Column("setting", 24), Column("need", 16),
            Column("plans"), *(Column(f"plans: {per}% below", 16) for per in PERCENTILES),
            Column("pounds", 16), *(Column(f"pounds: {per}% below", 16) for per in PERCENTILES),
        ),
        rows=rows,
        formats=("#,##0.0",) * len(rows),
    )  # fmt: skip


def _cells(one: Ahead, row: YearRow) -> Iterator[tuple[object, ...]]:
    """Setting, need, plans, their percentiles, and of the whole the pounds and theirs."""
    fan, dear = row.fan or UNKNOWN, row.pounds_fan or UNKNOWN
    yield ALL, ALL, round(row.plans, 2), *fan, row.pounds, *dear
    for place, name in enumerate(one.settings):
        fan = row.setting_fans[place] if row.setting_fans else UNKNOWN
        yield name, ALL, round(row.by_setting[place], 2), *fan, None, *UNKNOWN
    for place, name in enumerate(one.needs):
        fan = row.need_fans[place] if row.need_fans else UNKNOWN
        yield ALL, name, round(row.by_need[place], 2), *fan, None, *UNKNOWN
