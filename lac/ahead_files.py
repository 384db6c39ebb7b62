"""Projections as tables for files: their numbers, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from django.conf import settings
from django.utils import timezone

from bucks_cs.lib.periods import day_label
from scorecard.files import Column, Sheet, Value

from .ahead import Ahead, Basis
from .ahead_words import difference, finding, label, rests_on
from .flows import BANDS, PLACEMENTS
from .simulation import PERCENTILES

NAMES = tuple(map(label, PLACEMENTS))
SPREAD = tuple(f"{percentile}th percentile" for percentile in PERCENTILES)
LINE = ("Projection", "Figure", "When", "Of", "Expected", *SPREAD)
NOTHING = (None,) * len(SPREAD)
NOT_TO_BE_PASSED_ON = (
    "Not to be passed on",
    "numbers of 1 to 5 children are among these",
)

Row: TypeAlias = tuple[Value, ...]
Statement: TypeAlias = tuple[tuple[str, str], ...]


def lines(ahead: Ahead) -> Iterator[Row]:
    """Everything that a projection says, a number and its spread a row: pounds to the pound,
    children to a tenth."""
    for row in ahead.months:
        parts = zip(*row.fans, strict=True) if row.fans else [NOTHING] * len(NAMES)
        spreads = [row.fan or NOTHING, *parts, *[NOTHING] * len(BANDS)]
        numbers = (row.children, *row.by_placement, *row.by_band)
        for of, number, spread in zip(("All", *NAMES, *BANDS), numbers, spreads, strict=True):
            yield (ahead.name, "Children", row.day, of, round(number, 1), *spread)
    for year in ahead.years:
        yield (ahead.name, "Pounds", year.label, "All", round(year.total), *(year.fan or NOTHING))
        for of, amount in zip(NAMES, year.pounds, strict=True):
            yield (ahead.name, "Pounds", year.label, of, round(amount), *NOTHING)


def csv_sheet(every: Sequence[Ahead], basis: Basis, said: Sequence[str], at: datetime) -> Sheet:
    """One projection, or several, as one table; `said` are a scenario's sentences."""
    rows = [row for ahead in every for row in lines(ahead)]
    return _sheet("Years ahead", _statement(every, basis, said, at), LINE, rows)


def projection_sheets(
    ahead: Ahead, basis: Basis, said: Sequence[str], at: datetime, *, with_small: bool
) -> list[Sheet]:
    """By month, by financial year, and for those who may see small numbers the first and the last
    day by age and placement."""
    statement = _statement([ahead], basis, said, at)
    spread = SPREAD if ahead.fan else ()
    months: list[Row] = [
        (
            row.day,
            *_tenths(row.children, *row.by_placement, *row.by_band),
            *((row.fan or NOTHING) if ahead.fan else ()),
        )
        for row in ahead.months
    ]
    columns = ("Day", "All", *NAMES, *BANDS, *spread)
    sheets = [_sheet("By month", statement, columns, months)]
    if ahead.years:
        years: list[Row] = [
            (
                year.label,
                *_whole(year.total, *year.pounds),
                *((year.fan or NOTHING) if ahead.fan else ()),
            )
            for year in ahead.years
        ]
        columns = ("Financial year", "All, pounds", *NAMES, *spread)
        sheets.append(_sheet("By year", statement, columns, years, "#,##0"))
    if with_small:
        columns = ("Age", "Day", *NAMES)
        about = (NOT_TO_BE_PASSED_ON, *statement)
        sheets.append(_sheet("By age and placement", about, columns, _crosses(ahead)))
    return sheets


def _crosses(ahead: Ahead) -> list[Row]:
    ends = ((ahead.start.day, ahead.opening), (ahead.months[-1].day, ahead.closing))
    return [
        (band, day, *_tenths(*numbers))
        for day, table in ends
        for band, numbers in zip(BANDS, table.tolist(), strict=True)
    ]


def comparison_sheets(every: Sequence[Ahead], basis: Basis, at: datetime) -> list[Sheet]:
    """A row for each March and placement, a column for each projection; then the costs."""
    statement = _statement(every, basis, differences(every), at)
    names, groups = [one.name for one in every], ("All", *NAMES)
    children: list[Row] = []
    for marches in zip(*(one.marches for one in every), strict=True):
        numbers = zip(*((row.children, *row.by_placement) for row in marches), strict=True)
        children += [
            (marches[0].day, of, *_tenths(*row)) for of, row in zip(groups, numbers, strict=True)
        ]
    sheets = [_sheet("Children", statement, ("Day", "Placement", *names), children)]
    if every[0].years:
        pounds: list[Row] = []
        for years in zip(*(one.years for one in every), strict=True):
            numbers = zip(*((year.total, *year.pounds) for year in years), strict=True)
            pounds += [
                (years[0].label, of, *_whole(*row)) for of, row in zip(groups, numbers, strict=True)
            ]
        columns = ("Financial year", "Placement", *names)
        sheets.append(_sheet("Pounds", statement, columns, pounds, "#,##0"))
    return sheets


def differences(every: Sequence[Ahead]) -> list[str]:
    return [f"{one.name}: {difference(every[0], one)}" for one in every[1:]]


def _tenths(*numbers: float) -> list[float]:
    return [round(number, 1) for number in numbers]


def _whole(*numbers: float) -> list[float]:
    return [float(round(number)) for number in numbers]


def _statement(
    every: Sequence[Ahead], basis: Basis, said: Sequence[str], at: datetime
) -> Statement:
    local = timezone.localtime(at)
    of_said = "Change" if len(every) == 1 else "Against the base"
    return (
        ("Projection", ", ".join(one.name for one in every)),
        ("Finding", finding(every[0])),
        *((of_said, words) for words in said),
        *rests_on(basis),
        ("Produced", f"{day_label(local.date())}, {local:%H:%M}"),
    )


def _sheet(
    name: str,
    statement: Statement,
    columns: Sequence[str],
    rows: Sequence[Row],
    shown_as: str = "#,##0.0",
) -> Sheet:
    return Sheet(
        name=name,
        title=f"{settings.COUNCIL_NAME}: looked-after children, the years ahead",
        statement=statement,
        columns=tuple(Column(heading, 16) for heading in columns),
        rows=tuple(rows),
        formats=(shown_as,) * len(rows),
    )
