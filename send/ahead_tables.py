"""Tables of the years ahead. Made from projections; no queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .ahead import Ahead, Tested, YearRow
from .ahead_words import plans, pounds
from .simulation import PERCENTILES


class Table(NamedTuple):
    """As `_components/data_table.html` shows it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def by_need(ahead: Ahead) -> Table:
    """Expected plans at the end of each year."""
    return Table(
        f"Plans by need, {ahead.start.year} to {ahead.last.year}",
        ("Need", *(f"{row.year}" for row in ahead.rows)),
        tuple(
            (name, *(plans(row.by_need[place]) for row in ahead.rows))
            for place, name in enumerate(ahead.needs)
        ),
    )


def spread(ahead: Ahead) -> list[Table]:
    """What was simulated of the last year that is shown; none where nothing was."""
    last = ahead.last
    if not last.fan:
        return []
    columns = tuple(f"{per}% of outcomes are below" for per in PERCENTILES)
    whole = [("All plans", *map(plans, last.fan))]
    if last.pounds_fan:
        whole.append(("Cost of the year", *map(pounds, last.pounds_fan)))
    parts = ((ahead.settings, last.setting_fans, "Setting"), (ahead.needs, last.need_fans, "Need"))
    return [
        Table(f"Outcomes in {last.year}", ("What", *columns), tuple(whole)),
        *(
            Table(
                f"Outcomes in {last.year}, by {what.lower()}",
                (what, *columns),
                tuple((name, *map(plans, fan)) for name, fan in zip(names, fans, strict=True)),
            )
            for names, fans, what in parts
        ),
    ]


def compared(every: Sequence[Ahead]) -> list[Table]:
    """The last year, a column a projection: by setting and by need. A setting that a projection
    does not have is a dash."""
    return [
        _side_by_side("Setting", every, lambda one: _parts(one.settings, one.last.by_setting)),
        _side_by_side("Need", every, lambda one: _parts(one.needs, one.last.by_need)),
    ]


def _side_by_side(
    what: str, every: Sequence[Ahead], parts: Callable[[Ahead], Mapping[str, float]]
) -> Table:
    each = [parts(one) for one in every]
    names = list(dict.fromkeys(name for one in each for name in one))
    return Table(
        f"Plans in {every[0].last.year}, by {what.lower()}",
        (what, *(one.name for one in every)),
        (
            *(
                (name, *(plans(one[name]) if name in one else "–" for one in each))
                for name in names
            ),
            ("All", *(plans(one.last.plans) for one in every)),
            ("Cost of the year", *(_cost(one.last) for one in every)),
        ),
    )


def _parts(names: Sequence[str], heads: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, heads, strict=True))


def _cost(row: YearRow) -> str:
    return "–" if row.pounds is None else pounds(row.pounds)


def tested(found: Tested) -> list[Table]:
    """Projected against what happened, in the last year."""
    year = found.years[-1][0]
    return [
        Table(
            f"{year}, by {what.lower()}",
            (what, "Projected", "Happened", "Too many (+) or too few (-)"),
            tuple(
                (name, plans(ahead), plans(was), f"{round(ahead) - round(was):+,}")
                for name, ahead, was in rows
            ),
        )
        for what, rows in (("Setting", found.by_setting), ("Need", found.by_need))
    ]
