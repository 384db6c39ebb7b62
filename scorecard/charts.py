"""A measure's chart: a Plotly figure. Made from its story; no queries.

Colour never stands alone: every line has its own dash and every kind of point its own shape, and
each is named in the legend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import plotly.graph_objects as go

from bucks_cs.lib.periods import PeriodKind, add_months

from .description import extent, summary
from .models import Note
from .presenters import Figure
from .spc import Variation
from .story import PeriodRow, Story, finding

INK, BLUE, GREY, RED = "#0b0c0c", "#12436d", "#6f777b", "#a3181f"
IMPROVING, CONCERNING, NEUTRAL = "#12508f", "#a34a12", "#54319f"
# The comparators' lines, told apart by dash and by shape as well.
COMPARED = (
    ("#28a197", "dashdot", "square"),
    ("#801650", "longdash", "x"),
    ("#3d3d3d", "dot", "star"),
)
SIGNALS = (
    (
        "Better than usual",
        (Variation.IMPROVING_HIGH, Variation.IMPROVING_LOW),
        IMPROVING,
        "triangle-up",
    ),
    (
        "Worse than usual",
        (Variation.CONCERNING_HIGH, Variation.CONCERNING_LOW),
        CONCERNING,
        "diamond",
    ),
    (
        "Unusually high or low",
        (Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
        NEUTRAL,
        "hexagon",
    ),
)
NOTE_LENGTH = 42
"""Characters of a note that fit on the chart; the list beside it has the whole."""
MONTHS_AHEAD = 12
"""How far past the last figure a coming target step is shown."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What `_components/chart.html` shows."""

    id: str
    title: str
    description: str
    figure: dict[str, Any]
    series: tuple[dict[str, object], ...] = ()
    table: str = ""
    source: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    short: bool = False


class _Canvas:
    """Traces as they are drawn, and the switches that show and hide them."""

    def __init__(self) -> None:
        self.traces: list[dict[str, Any]] = []
        self.switches: dict[str, list[int]] = {}

    def draw(
        self, switch: str, name: str, x: Sequence[object], y: Sequence[object], **style: Any
    ) -> None:
        self.switches.setdefault(switch, []).append(len(self.traces))
        # What is drawn last lies on top, and is first in the legend.
        rank = 1000 - len(self.traces)
        trace = go.Scatter(name=name, x=list(x), y=list(y), legendrank=rank, **style)
        self.traces.append(trace.to_plotly_json())


def measure_chart(story: Story) -> Chart | None:
    """The chart of a measure; None where there are fewer than two figures to draw."""
    drawn = [row for row in story.every if row.figure.number is not None]
    if len(drawn) + sum(len(line.points) for line in story.lines) < 2 or not drawn:
        return None
    canvas = _Canvas()
    _draw_limits(canvas, story)
    _draw_targets(canvas, story, drawn[-1].place)
    for line, style in zip(story.lines, COMPARED, strict=False):
        _draw_comparator(canvas, line.name, line.points, style)
    _draw_figures(canvas, story)
    return Chart(
        id="measure-chart",
        title=finding(story),
        description=summary(story),
        figure={"data": canvas.traces, "layout": _layout(story, drawn)},
        series=tuple(
            {"label": label, "traces": ",".join(map(str, traces)), "shown": True}
            for label, traces in reversed(canvas.switches.items())
        ),
        table="periods",
        source=f"{story.area.name}. {extent(story.every)}.",
    )


def _y(figure: Figure) -> float | None:
    return None if figure.number is None else round(figure.number, 4)


def _hover(story: Story) -> str:
    shown = f"%{{y:,.{story.measure.decimals}f}}"
    suffix = "%" if story.measure.unit == "percent" else ""
    return f"%{{fullData.name}}: {shown}{suffix}<extra></extra>"


def _draw_limits(canvas: _Canvas, story: Story) -> None:
    rows = [row for row in story.rows if row.mean.number is not None]
    places = [row.place for row in rows]
    if len(rows) < 2:
        return
    hover = _hover(story)
    if any(row.upper.number is not None for row in rows):
        style = {"mode": "lines", "hovertemplate": hover}
        edge = {"color": GREY, "width": 1, "dash": "dot"}
        canvas.draw(
            "Process limits", "Lower process limit", places, [_y(row.lower) for row in rows],
            line=edge, showlegend=False, **style,
        )  # fmt: skip
        canvas.draw(
            "Process limits", "Process limits", places, [_y(row.upper) for row in rows],
            line=edge, fill="tonexty", fillcolor="rgba(111,119,123,0.12)", **style,
        )  # fmt: skip
    canvas.draw(
        "Average", "Average", places, [_y(row.mean) for row in rows],
        mode="lines", line={"color": GREY, "width": 1.5}, hovertemplate=hover,
    )  # fmt: skip


def _draw_targets(canvas: _Canvas, story: Story, last: date) -> None:
    end = _chart_end(story, last)
    steps = [step for step in story.steps if step.starts <= end]
    if not steps:
        return
    places = [step.starts for step in steps] + [end]
    line = {"color": RED, "width": 2, "dash": "dash", "shape": "hv"}
    style = {"mode": "lines", "line": line, "hovertemplate": _hover(story)}
    values = [_y(step.figure) for step in steps]
    banded = any(step.upper is not None for step in steps)
    canvas.draw(
        "Target", "Target, lower edge" if banded else "Target",
        places, [*values, values[-1]], **style,
    )  # fmt: skip
    if banded:
        tops = [step.upper for step in steps]
        canvas.draw("Target", "Target, upper edge", places, [*tops, tops[-1]], **style)


def _chart_end(story: Story, last: date) -> date:
    """The chart ends after its last figure, or at the next target step if that is near."""
    coming = [step.starts for step in story.steps if step.starts > last]
    near = add_months(last, MONTHS_AHEAD)
    if coming and coming[0] <= near:
        return add_months(coming[0], 1)
    return add_months(last, 1)


def _draw_comparator(
    canvas: _Canvas,
    name: str,
    points: Iterable[tuple[date, date, Figure, str]],
    style: tuple[str, str, str],
) -> None:
    """A figure of a month is a point of a line; one of a longer period a stretch of its length."""
    x: list[object] = []
    y: list[float | None] = []
    texts: list[str] = []
    for start, end, figure, vintage in points:
        if figure.number is None:
            continue
        long = (end - start).days > 31
        x += [start, end, None] if long else [start]
        y += [_y(figure), _y(figure), None] if long else [_y(figure)]
        texts += [f"{figure.text} ({vintage})"] * (3 if long else 1)
    if x:
        colour, dash, shape = style
        canvas.draw(
            name, name, x, y, mode="lines+markers", text=texts, connectgaps=False,
            line={"color": colour, "width": 1.5, "dash": dash},
            marker={"color": colour, "size": 6, "symbol": shape},
            hovertemplate="%{fullData.name}: %{text}<extra></extra>",
        )  # fmt: skip


def _draw_figures(canvas: _Canvas, story: Story) -> None:
    name = story.area.name
    hover = _hover(story)
    rows = _with_gaps(story.rows)
    if rows:
        canvas.draw(
            name, name, [place for place, _ in rows], [value for _, value in rows],
            mode="lines+markers", line={"color": BLUE, "width": 2.5},
            marker={"color": BLUE, "size": 7}, connectgaps=False, hovertemplate=hover,
        )  # fmt: skip
    for label, signals, colour, shape in SIGNALS:
        special = [row for row in story.rows if row.is_special and row.signal in signals]
        if special:
            canvas.draw(
                "Special causes", label,
                [row.place for row in special], [_y(row.figure) for row in special],
                mode="markers", text=[row.point.label for row in special],
                marker={"color": colour, "size": 13, "symbol": shape,
                        "line": {"color": "#fff", "width": 1}},
                hovertemplate="%{fullData.name}: %{text}<extra></extra>",
            )  # fmt: skip
    for projected, label in ((False, "Other periods"), (True, "Projections")):
        others = [
            row for row in story.others
            if row.figure.number is not None and row.outturn.projection is projected
        ]  # fmt: skip
        if others:
            canvas.draw(
                label, label, [row.place for row in others], [_y(row.figure) for row in others],
                mode="markers", text=[f"{row.figure.text} {row.when}" for row in others],
                marker={"color": BLUE, "size": 10,
                        "symbol": "circle-open" if projected else "square"},
                hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip


def _with_gaps(rows: Sequence[PeriodRow]) -> list[tuple[date, float | None]]:
    """The points of the line; where a period is missing, a break that the line does not cross."""
    points: list[tuple[date, float | None]] = []
    for row in rows:
        if points and (row.end - points[-1][0]).days > _LONGEST.get(row.kind, 800):
            points.append((add_months(points[-1][0], 1), None))
        points.append((row.place, _y(row.figure)))
    return points


_LONGEST: dict[str, int] = {PeriodKind.MONTH: 62, PeriodKind.QUARTER: 190}
"""Days from the place of one figure to the end of the next, where none is missing between."""


def _layout(story: Story, drawn: Sequence[PeriodRow]) -> dict[str, Any]:
    first = min(drawn[0].place, *(line.points[0][0] for line in story.lines), drawn[0].place)
    percent = story.measure.unit == "percent"
    layout = go.Layout(
        font={"family": "arial, sans-serif", "size": 14, "color": INK},
        margin={"l": 56, "r": 16, "t": 16, "b": 40},
        paper_bgcolor="#fff",
        plot_bgcolor="#fff",
        hovermode="x unified",
        height=440,
        legend={
            "orientation": "h",
            "y": -0.16,
            "itemclick": False,
            "itemdoubleclick": False,
            "traceorder": "normal",
        },
        xaxis={
            "type": "date",
            "range": [
                add_months(first, -1).isoformat(),
                add_months(_chart_end(story, drawn[-1].place), 1).isoformat(),
            ],
            "tickformat": "%b %Y",
            "hoverformat": "%B %Y",
            "showline": True,
            "linecolor": GREY,
            "ticks": "outside",
            "gridcolor": "#fff",
            "fixedrange": True,
        },
        yaxis={
            "ticksuffix": "%" if percent else "",
            "gridcolor": "#e6e9eb",
            "zeroline": False,
            "fixedrange": True,
        },
        shapes=[_note_line(note) for note in story.notes],
        annotations=[_annotation(note, place) for place, note in enumerate(story.notes, start=1)],
    )
    plain: dict[str, Any] = layout.to_plotly_json()
    return plain


def _note_line(note: Note) -> dict[str, Any]:
    """From a note down to its month."""
    month = note.month.isoformat()
    return {
        "type": "line", "xref": "x", "x0": month, "x1": month, "yref": "paper", "y0": 0, "y1": 1,
        "layer": "below", "line": {"color": GREY, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _annotation(note: Note, place: int) -> dict[str, Any]:
    text = note.text if len(note.text) <= NOTE_LENGTH else f"{note.text[: NOTE_LENGTH - 1]}…"
    words = escape(f"Note {place}: {text}", quote=False)  # Plotly reads a little HTML
    return {
        "x": note.month.isoformat(), "xref": "x", "y": 1, "yref": "paper", "yanchor": "top",
        "text": words, "showarrow": False, "bgcolor": "#fff", "bordercolor": GREY,
        "borderpad": 3, "font": {"size": 12}, "yshift": -22 * ((place - 1) % 4),
    }  # fmt: skip
