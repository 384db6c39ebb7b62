"""Charts of SEND that the ledger's own do not draw. Made from shown figures; no queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from scorecard.charts import INK, Chart
from scorecard.shown import Shown, as_at
from scorecard.shown_charts import GRID, LAYOUT, PARTS


def by_area(id: str, name: str, lines: Mapping[str, Sequence[Shown]]) -> Chart | None:
    """The parts of a measure side by side, a column an area: `lines` are the latest figure of each
    part, by area. None where nothing can be drawn."""
    parts = list(dict.fromkeys(one.category for line in lines.values() for one in line))
    known = [one for line in lines.values() for one in line if one.figure.number is not None]
    if not known:
        return None
    at = {area: {one.category: one.figure for one in line} for area, line in lines.items() if line}
    traces = [
        _columns(area, place, parts, [figures.get(part) for part in parts])
        for place, (area, figures) in enumerate(at.items())
    ]
    home, *others = at
    first = parts[0]
    beside = [f"{area} {at[area][first]}" for area in others if first in at[area]]
    told = f"{first}: {home} {at[home][first]}" if first in at[home] else ""
    title = ", ".join([f"{name}. {told}", *beside])
    return Chart(
        id=id,
        title=title,
        description="Columns side by side for each part, one an area, as the table has them.",
        figure={"data": traces, "layout": _layout(known[0].measure.unit)},
        columns=("", *at),
        rows=tuple(
            (part, *(figures[part].text if part in figures else None for figures in at.values()))
            for part in parts
        ),
        source=f"{', '.join(sorted({one.source for one in known}))}; {as_at(known)}.",
    )


def _columns(area: str, place: int, parts: Sequence[str], figures: Sequence[Any]) -> dict[str, Any]:
    colour, hatching = PARTS[place % len(PARTS)]
    bar = go.Bar(
        name=area,
        x=list(parts),
        y=[figure.number if figure else None for figure in figures],
        text=[figure.text if figure else "" for figure in figures],
        textposition="none",
        marker={
            "color": colour,
            "line": {"color": INK, "width": 0.5},
            "pattern": {"shape": hatching, "fillmode": "overlay", "fgcolor": INK, "solidity": 0.2},
        },
        hovertemplate="%{x}: %{text}, %{fullData.name}<extra></extra>",
    )
    drawn: dict[str, Any] = bar.to_plotly_json()
    return drawn


def _layout(unit: str) -> dict[str, Any]:
    return LAYOUT | {
        "barmode": "group",
        "height": 420,
        "margin": LAYOUT["margin"] | {"b": 110},
        "legend": LAYOUT["legend"] | {"y": 1.12},
        "xaxis": {"type": "category", "fixedrange": True},
        "yaxis": {
            "tickprefix": "£" if unit == "pounds" else "",
            "ticksuffix": "%" if unit == "percent" else "",
            "gridcolor": GRID,
            "fixedrange": True,
            "rangemode": "tozero",
        },
    }
