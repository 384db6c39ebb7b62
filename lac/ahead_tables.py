"""The years ahead as tables on a page: each March, age by placement, the base beside scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bucks_cs.lib.periods import day_label, month_label

from .ahead import Ahead, BackSpread, BackTested, MonthRow
from .ahead_words import dearer, label, more, pounds
from .flows import BANDS, PLACEMENTS

GROUPS = tuple(map(label, PLACEMENTS))


@dataclass(frozen=True, slots=True)
class Plain:
    """What `_components/data_table.html` shows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def marches(ahead: Ahead) -> Plain:
    """The first day and the end of each financial year: expected, by placement, and the cost of
    the year that ends."""
    costs = {f"{row.year}": pounds(row.total) for row in ahead.whole_years}
    spread = any(row.fan for row in ahead.months)
    rows = [
        (
            day_label(row.day),
            f"{row.children:,.0f}",
            *([_range(row)] if spread else []),
            *(f"{one:,.0f}" for one in row.by_placement),
            *(
                [costs.get(f"{row.day.year}", "–") if row is not ahead.start else "–"]
                if costs
                else []
            ),
        )
        for row in (ahead.start, *ahead.marches)
    ]
    columns = (
        "Day",
        "Children",
        *(["Nine of ten futures"] if spread else []),
        *GROUPS,
        *(["Cost of the year"] if costs else []),
    )
    return Plain("Expected at the end of each financial year", columns, tuple(rows))


def _range(row: MonthRow) -> str:
    return f"{row.fan[0]:,.0f} to {row.fan[-1]:,.0f}" if row.fan else "–"


def crosses(ahead: Ahead) -> list[Plain]:
    """By age and placement, on the first day and on the last."""
    return [
        Plain(
            f"By age and placement, {day_label(day)}",
            ("Age", *GROUPS),
            tuple(
                (band, *(f"{one:,.{places}f}" for one in row))
                for band, row in zip(BANDS, table.tolist(), strict=True)
            ),
        )
        for day, table, places in (
            (ahead.start.day, ahead.opening, 0),
            (ahead.months[-1].day, ahead.closing, 1),
        )
    ]


def errors_by_placement(found: BackTested) -> Plain:
    return Plain(
        f"By placement, {day_label(found.months[-1][0])}",
        ("Placement", "Projected", "Happened", "Too many (+) or too few (-)"),
        tuple(
            (name, f"{one:,.0f}", f"{other:,}", f"{round(one) - other:+,}")
            for name, (one, other) in zip(GROUPS, found.placements, strict=True)
        ),
    )


def within_spread(found: BackSpread) -> Plain:
    """In how many months what happened lay within the futures simulated for the test."""

    def share(inside: int) -> str:
        return f"{inside:,} ({inside / found.months:.0%})"

    return Plain(
        f"Months of {found.months:,} in which what happened lay within the simulated futures",
        ("Placement", "Within nine of ten", "Within the middle half"),
        tuple(
            (name, share(most), share(half))
            for name, most, half in zip(
                ("All", *GROUPS), found.within_nine, found.within_half, strict=True
            )
        ),
    )


# ---- side by side ------------------------------------------------------------------


class Cell(NamedTuple):
    """Whose number, the number, and what it is against the base's; empty of the base itself."""

    name: str
    text: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One thing of every projection: a row a March, or a financial year; a cell a projection."""

    id: str
    title: str
    when: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def tables(every: Sequence[Ahead]) -> list[Table]:
    """All children, each placement's, and the cost where it is known; the base comes first."""
    found = [_of_children("all", "Children", every, None)]
    found += [
        _of_children(name, label(name), every, place) for place, name in enumerate(PLACEMENTS)
    ]
    if every[0].years:
        found.append(_of_pounds(every))
    return found


def _of_children(id_: str, title: str, every: Sequence[Ahead], place: int | None) -> Table:
    def number(row: MonthRow) -> float:
        return row.children if place is None else row.by_placement[place]

    rows = []
    for marches in zip(*(one.marches for one in every), strict=True):
        numbers = [number(row) for row in marches]
        cells = [
            Cell(every[at].name, f"{one:,.0f}", more(one - numbers[0], bare=True) if at else "")
            for at, one in enumerate(numbers)
        ]
        rows.append((month_label(marches[0].day), tuple(cells)))
    return Table(id_, title, "Month", tuple(rows))


def _of_pounds(every: Sequence[Ahead]) -> Table:
    rows = []
    for years in zip(*(one.years for one in every), strict=True):
        cells = [
            Cell(
                every[at].name,
                _on_one_line(pounds(year.total)),
                dearer(year.total - years[0].total) if at else "",
            )
            for at, year in enumerate(years)
        ]
        rows.append((years[0].label, tuple(cells)))
    return Table("cost", "Cost", "Financial year", tuple(rows))


def _on_one_line(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")
