"""The charts of the years ahead. Made from rows; no queries.

Colour never stands alone: every line has its own dash and shape, every column its own hatching.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from bucks_cs.lib.periods import day_label, month_label
from bucks_cs.scenarios import BASE
from scorecard.charts import Chart

from .ahead import Ahead, BackSpread, BackTested
from .ahead_words import children, course, error_words, label, pounds
from .flows import BANDS, PLACEMENTS

INK, GREY = "#0b0c0c", "#6f777b"
LINES = (
    ("#12436d", "solid", "circle"),
    ("#28a197", "dashdot", "square"),
    ("#801650", "longdash", "diamond"),
    ("#a34a12", "dash", "triangle-up"),
    ("#3d3d3d", "dot", "x"),
)
COLUMNS = (("#12436d", ""), ("#a34a12", "/"), ("#28a197", "x"), ("#b1b8bd", "."))
WIDE, NARROW = "rgba(18,67,109,0.14)", "rgba(18,67,109,0.26)"


def total(ahead: Ahead, was: Sequence[tuple[date, int]], base: Ahead | None = None) -> Chart:
    """Children month by month: what was, what is expected, the fan where there is one; and beside
    a scenario's, the base's."""
    start = ahead.start
    before = [*was, (start.day, round(start.children))]
    traces = _fan([(row.day, row.fan) for row in ahead.months if row.fan])
    traces.append(_line("What was", before, ("#3d3d3d", "solid", "circle")))
    if base:
        traces.append(_line(BASE, _points(base), LINES[1]))
    traces.append(_line("Expected" if not base else ahead.name, _points(ahead), LINES[0]))
    columns = ["Month’s end", "Expected"] + ([BASE] if base else [])
    if ahead.fan:
        columns += ["5 in 100 below", "25 in 100 below", "Half below", "75 in 100", "95 in 100"]
    rows = [
        (
            day_label(row.day),
            _whole(row.children),
            *([_whole(base.months[place].children)] if base else []),
            *([_whole(one) for one in row.fan or ()]),
        )
        for place, row in enumerate(ahead.months)
    ]
    return Chart(
        id="total",
        title=course(ahead),
        description=_total_words(ahead, before),
        figure={"data": traces, "layout": _layout("Children")},
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _total_words(ahead: Ahead, before: Sequence[tuple[date, int]]) -> str:
    first, start, last = before[0], before[-1], ahead.last
    was = f"{children(first[1])} on {day_label(first[0])}, " if len(before) > 1 else ""
    said = (
        f"A line of children looked after at each month’s end: {was}{children(start[1])} on "
        f"{day_label(start[0])}, and from then on what is expected, about "
        f"{children(last.children)} on {day_label(last.day)}."
    )
    if ahead.fan:
        return f"{said} {_bands(f'{ahead.fan.paths:,} simulated futures')}"
    return f"{said} No futures have been simulated, so no spread is shown."


def _bands(futures: str) -> str:
    return f"The wide band holds nine of ten of {futures}, the narrow one half of them."


def _fan(rows: Sequence[tuple[date, Sequence[float]]]) -> list[dict[str, Any]]:
    days = [day.isoformat() for day, _ in rows]
    traces = []
    for low, high, name, fill in (
        (0, 4, "Nine of ten futures", WIDE),
        (1, 3, "Half of the futures", NARROW),
    ):
        if rows:
            edge = {"mode": "lines", "line": {"width": 0, "color": LINES[0][0]}}
            lows = [spread[low] for _, spread in rows]
            highs = [spread[high] for _, spread in rows]
            traces += [
                _trace(name, days, lows, showlegend=False, hoverinfo="skip", **edge),
                _trace(name, days, highs, fill="tonexty", fillcolor=fill, hoverinfo="skip", **edge),
            ]
    return traces


def by_placement(ahead: Ahead) -> Chart:
    return _parts(
        ahead,
        "by-placement",
        [label(name) for name in PLACEMENTS],
        [row.by_placement for row in ahead.months],
        "by placement",
    )


def by_band(ahead: Ahead) -> Chart:
    names = [band if band.startswith("Under") else f"{band} years" for band in BANDS]
    return _parts(ahead, "by-age", names, [row.by_band for row in ahead.months], "by age")


def _parts(
    ahead: Ahead, name: str, labels: list[str], parts: list[tuple[float, ...]], by: str
) -> Chart:
    last = next(place for place, row in enumerate(ahead.months) if row.day == ahead.last.day)
    changes = [round(parts[last][k]) - round(parts[0][k]) for k in range(len(labels))]
    most = max(range(len(labels)), key=lambda k: abs(changes[k]))
    when = f"by {month_label(ahead.last.day)}"
    if changes[most]:
        way = "more" if changes[most] > 0 else "fewer"
        title = f"{labels[most]} changes most: {abs(changes[most]):,} {way} {when}"
    else:
        title = f"No group changes {when}"
    ends = ", ".join(
        f"{words} from {parts[0][k]:,.0f} to {parts[last][k]:,.0f}"
        for k, words in enumerate(labels)
    )
    days = [row.day for row in ahead.months]
    return Chart(
        id=name,
        title=f"{title}.",
        description=f"A line for each group of children {by}, month by month. {ends}.",
        figure={
            "data": [
                _line(
                    words,
                    list(zip(days, [part[k] for part in parts], strict=True)),
                    LINES[k],
                    marks=True,
                )
                for k, words in enumerate(labels)
            ],
            "layout": _layout("Children"),
        },
        columns=("Month’s end", *labels),
        rows=tuple(
            (day_label(day), *map(_whole, part)) for day, part in zip(days, parts, strict=True)
        ),
        short=True,
    )


def cost(ahead: Ahead) -> Chart | None:
    """A column for each financial year; None where no unit cost is set."""
    if not ahead.whole_years:
        return None
    first, last = ahead.whole_years[0], ahead.whole_years[-1]
    bars = [
        go.Bar(
            name=label(name),
            x=[row.label for row in ahead.years],
            y=[round(row.pounds[place] / 1e6, 3) for row in ahead.years],
            marker={
                "color": colour,
                "line": {"color": INK, "width": 0.5},
                "pattern": {"shape": hatching, "fillmode": "overlay", "solidity": 0.2},
            },
            hovertemplate="%{x}: £%{y:,.1f} million %{fullData.name}<extra></extra>",
        ).to_plotly_json()
        for place, (name, (colour, hatching)) in enumerate(zip(PLACEMENTS, COLUMNS, strict=True))
    ]
    change = last.total - first.total
    way = "more" if change > 0 else "less"
    title = f"{pounds(last.total)} in {last.label}"
    if len(ahead.whole_years) > 1 and round(change, -3):
        title += f", {pounds(abs(change))} {way} than in {first.label}"
    return Chart(
        id="cost",
        title=f"{title}.",
        description=(
            f"A column for each financial year, of the cost of each placement: from "
            f"{pounds(first.total)} in {first.label} to {pounds(last.total)} in {last.label}."
        ),
        figure={
            "data": bars,
            "layout": _layout("£ million", kind="category") | {"barmode": "stack", "bargap": 0.4},
        },
        columns=("Financial year", *map(label, PLACEMENTS), "All"),
        rows=tuple(
            (row.label, *(pounds(one) for one in row.pounds), pounds(row.total))
            for row in ahead.years
        ),
        short=True,
    )


def back_test(found: BackTested, tested: BackSpread | None = None) -> Chart:
    """What was projected and what happened, with the futures simulated for the test, where they
    are."""
    days = [day for day, _, _ in found.months]
    spread = [(day, tested.children[day.isoformat()]) for day in days] if tested else []
    projected = [(day, value) for day, value, _ in found.months]
    happened = [(day, value) for day, _, value in found.months]
    return Chart(
        id="back-test",
        title=error_words(found),
        description=(
            f"Two lines of children looked after at each month’s end from {day_label(days[0])} to "
            f"{day_label(days[-1])}: as projected from the first day, and as it was."
            + (f" {_bands('the futures simulated from that day')}" if tested else "")
        ),
        figure={
            "data": [
                *_fan(spread),
                _line("Projected", projected, LINES[1]),
                _line("What happened", happened, ("#3d3d3d", "solid", "circle")),
            ],
            "layout": _layout("Children"),
        },
        columns=(
            *("Month’s end", "Projected", "Happened", "Too many (+) or too few (-)"),
            *(["Nine of ten futures"] if tested else []),
        ),
        rows=tuple(
            (
                *(day_label(day), _whole(one), f"{other:,}", f"{round(one) - other:+,}"),
                *(f"{_whole(part[0])} to {_whole(part[-1])}" for _, part in spread[at : at + 1]),
            )
            for at, (day, one, other) in enumerate(found.months)
        ),
        short=True,
    )


def compared(every: Sequence[Ahead]) -> Chart:
    """The base and scenarios, month by month."""
    base, when = every[0], month_label(every[0].last.day)
    ends = "".join(f"; {one.last.children:,.0f} in “{one.name}”" for one in every[1:])
    return Chart(
        id="compared",
        title=f"{when}: {children(base.last.children)} in the base{ends}.",
        description="A line for the base and for each scenario: children month by month, expected.",
        figure={
            "data": [
                _line(one.name, _points(one), LINES[place % len(LINES)], marks=True)
                for place, one in enumerate(every)
            ],
            "layout": _layout("Children"),
        },
        columns=("Month’s end", *(one.name for one in every)),
        rows=tuple(
            (day_label(rows[0].day), *(_whole(row.children) for row in rows))
            for rows in zip(*(one.months for one in every), strict=True)
        ),
    )


def _points(ahead: Ahead) -> list[tuple[date, float]]:
    return [(row.day, row.children) for row in ahead.months]


def _whole(number: float) -> str:
    return f"{number:,.0f}"


def _line(
    name: str,
    points: Sequence[tuple[date, float]],
    style: tuple[str, str, str],
    *,
    marks: bool = False,
) -> dict[str, Any]:
    """A line; with its shape at each financial year's end, where lines are many."""
    colour, dash, shape = style
    return _trace(
        name,
        [day.isoformat() for day, _ in points],
        [round(value, 1) for _, value in points],
        mode="lines+markers" if marks else "lines",
        line={"color": colour, "width": 2.5, "dash": dash},
        marker={
            "color": colour,
            "symbol": shape,
            "size": [9 if day.month == 3 else 0 for day, _ in points],
        },
        hovertemplate="%{fullData.name}: %{y:,.0f}<extra></extra>",
    )


def _trace(name: str, x: list[str], y: Sequence[float], **style: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = go.Scatter(name=name, x=x, y=list(y), **style).to_plotly_json()
    return drawn


def _layout(what: str, kind: str = "date") -> dict[str, Any]:
    return {
        "height": 400,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 40},
        "hovermode": "x unified",
        "plot_bgcolor": "#fff",
        "legend": {
            "orientation": "h",
            "y": -0.16,
            "itemclick": False,
            "itemdoubleclick": False,
            "traceorder": "normal",
        },
        "xaxis": {"type": kind, "fixedrange": True, "showline": True, "linecolor": GREY}
        | ({"tickformat": "%b %Y"} if kind == "date" else {}),
        "yaxis": {
            "rangemode": "tozero",
            "gridcolor": "#e6e9eb",
            "tickformat": ",",
            "fixedrange": True,
            "title": what,
        },
    }
