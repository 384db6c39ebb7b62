"""Charts and tables of the years ahead. Made from projections; no queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from scorecard.charts import BLUE, INK, Chart
from scorecard.shown_charts import GRID, LAYOUT, LINES, PARTS

from .ahead import Ahead, Tested
from .ahead_words import plans, pounds, told_of_test

POUNDS = {"tickprefix": "£", "tickformat": None}


def _years(ahead: Ahead) -> list[str]:
    return [f"{row.year}" for row in ahead.rows]


def _drawn(trace: Any) -> dict[str, Any]:
    made: dict[str, Any] = trace.to_plotly_json()
    return made


def _layout(**more: Any) -> dict[str, Any]:
    axes = {"fixedrange": True}
    return (
        LAYOUT
        | {
            "height": 380,
            "xaxis": axes | {"type": "category"},
            "yaxis": axes | {"gridcolor": GRID, "rangemode": "tozero", "tickformat": ","},
        }
        | more
    )


def _line(name: str, x: list[str], y: Sequence[float], place: int) -> dict[str, Any]:
    colour, dash, shape = LINES[(place - 1) % len(LINES)] if place else (BLUE, "solid", "circle")
    return _drawn(
        go.Scatter(
            name=name,
            x=x,
            y=[round(one, 1) for one in y],
            mode="lines+markers",
            line={"color": colour, "width": 1.5 if place else 2.5, "dash": dash},
            marker={"color": colour, "size": 7, "symbol": shape},
            hovertemplate="%{x}: %{y:,.0f} %{fullData.name}<extra></extra>",
        )
    )


def total(every: Sequence[Ahead], title: str, id: str = "plans-ahead") -> Chart:
    """Expected plans of one projection or of several, with the spread of the first where it was
    simulated."""
    first = every[0]
    x = _years(first)
    traces = [
        _line(one.name, x, [row.plans for row in one.rows], place)
        for place, one in enumerate(every)
    ]
    fans = [row.fan for row in first.rows]
    spread = [fan for fan in fans if fan]
    if len(spread) == len(fans):
        for at, words in ((0, "5% of outcomes are below"), (-1, "5% of outcomes are above")):
            traces.append(
                _drawn(
                    go.Scatter(
                        name=words,
                        x=x,
                        y=[fan[at] for fan in spread],
                        mode="lines",
                        line={"color": INK, "width": 1, "dash": "dot"},
                        hovertemplate="%{x}: %{y:,.0f}, %{fullData.name}<extra></extra>",
                    )
                )
            )
    columns = ("Projection", *x)
    rows: list[tuple[object, ...]] = [
        (one.name, *(plans(row.plans) for row in one.rows)) for one in every
    ]
    if len(spread) == len(fans):
        rows += [
            (f"{per}% of outcomes are below", *(plans(fan[at]) for fan in spread))
            for at, per in enumerate((5, 25, 50, 75, 95))
        ]
    return Chart(
        id=id,
        title=title,
        description="A line of expected plans at the end of each year, for each projection.",
        figure={"data": traces, "layout": _layout()},
        columns=columns,
        rows=tuple(rows),
    )


def by_setting(ahead: Ahead) -> Chart:
    x = _years(ahead)
    traces = []
    for place, name in enumerate(ahead.settings):
        colour, hatching = PARTS[place % len(PARTS)]
        traces.append(
            _drawn(
                go.Bar(
                    name=name,
                    x=x,
                    y=[round(row.by_setting[place], 1) for row in ahead.rows],
                    marker={
                        "color": colour,
                        "line": {"color": INK, "width": 0.5},
                        "pattern": {
                            "shape": hatching, "fillmode": "overlay", "fgcolor": INK,
                            "solidity": 0.2,
                        },
                    },
                    hovertemplate="%{x}: %{y:,.0f} %{fullData.name}<extra></extra>",
                )
            )
        )  # fmt: skip
    biggest = max(range(len(ahead.settings)), key=lambda at: ahead.last.by_setting[at])
    return Chart(
        id="settings-ahead",
        title=(
            f"Most children would be in {ahead.settings[biggest].lower()}: "
            f"{plans(ahead.last.by_setting[biggest])} in {ahead.last.year}"
        ),
        description="A column for the end of each year, in parts by setting.",
        figure={"data": traces, "layout": _layout(barmode="stack", bargap=0.3)},
        columns=("Setting", *x),
        rows=tuple(
            (name, *(plans(row.by_setting[place]) for row in ahead.rows))
            for place, name in enumerate(ahead.settings)
        ),
        short=True,
    )


def cost(ahead: Ahead) -> Chart | None:
    """Pounds by year; None where a unit cost is not known."""
    rows = [row for row in ahead.rows[1:] if row.pounds is not None]
    if not rows or not ahead.priced:
        return None
    x = [f"{row.year}" for row in rows]
    bar = go.Bar(
        name="Pounds",
        x=x,
        y=[round(row.pounds or 0) for row in rows],
        marker={"color": BLUE},
        hovertemplate="%{x}: £%{y:,.0f}<extra></extra>",
    )
    layout = _layout()
    layout["yaxis"] = layout["yaxis"] | POUNDS
    return Chart(
        id="cost-ahead",
        title=f"It would cost {pounds(rows[-1].pounds or 0)} in {rows[-1].year}",
        description="A column for each year, at that year’s prices.",
        figure={"data": [_drawn(bar)], "layout": layout},
        columns=("Year", *x),
        rows=(("Cost", *(pounds(row.pounds or 0) for row in rows)),),
        short=True,
    )


def costs(every: Sequence[Ahead]) -> Chart | None:
    """Pounds by year of several projections; None unless the costs of all of them are known."""
    if not all(one.priced for one in every):
        return None
    base, x = every[0], _years(every[0])[1:]
    lines = [[row.pounds or 0 for row in one.rows[1:]] for one in every]
    dearest = max(every, key=lambda one: one.last.pounds or 0)
    layout = _layout()
    layout["yaxis"] = layout["yaxis"] | POUNDS
    return Chart(
        id="costs-compared",
        title=(
            f"{dearest.name} costs most in {base.last.year}: {pounds(dearest.last.pounds or 0)}"
        ),
        description="A line of the cost of each year, for each projection.",
        figure={
            "data": [
                _line(one.name, x, line, place)
                for place, (one, line) in enumerate(zip(every, lines, strict=True))
            ],
            "layout": layout,
        },
        columns=("Projection", *x),
        rows=tuple((one.name, *map(pounds, line)) for one, line in zip(every, lines, strict=True)),
        short=True,
    )


def back_test(found: Tested) -> Chart:
    x = [f"{year}" for year, *_ in found.years]
    return Chart(
        id="test-ahead",
        title=told_of_test(found),
        description="Two lines: what was projected, and what happened.",
        figure={
            "data": [
                _line("Happened", x, [happened for *_, happened in found.years], 0),
                _line("Projected", x, [projected for _, projected, _ in found.years], 1),
            ],
            "layout": _layout(),
        },
        columns=("Plans", *x),
        rows=(
            ("Projected", *(plans(one) for _, one, _ in found.years)),
            ("Happened", *(plans(one) for *_, one in found.years)),
        ),
        short=True,
    )
