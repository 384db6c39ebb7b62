"""A paper's charts for print: legible in black and white. From the paper's own data; no queries.

Lines differ by dash and marker, columns by hatching; each is named in a legend, and the paper has
the figures of every chart in a table of its Excel file, and in words beside it.
"""

from __future__ import annotations

from io import BytesIO
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from scorecard.findings import number

from .document import Chart

WIDTH, HEIGHT, DPI = 6.6, 3.0, 200  # inches, inches, dots an inch
INK, PAPER = "#0b0c0c", "#ffffff"
LINES = ("#12436d", "#1c7a74", "#801650", "#505a5f", "#a8471a", "#54319f")
"""Dark enough on white each; a pale line is gone once the paper is copied."""
SHADES = ("#12436d", "#f6b93b", "#28a197", "#d5b8cc", "#801650", "#b1b8bd", "#54319f", "#7fb89e")
DASHES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "D", "^", "x", "v")
HATCHES = ("", "///", "xxx", "...", "\\\\\\", "---", "+++", "|||")
MOST_LABELS = 8
"""Labels on the axis that can be read side by side."""


def as_png(chart: Chart) -> bytes:
    figure = drawn(chart)
    FigureCanvasAgg(figure)
    return _saved(figure, "png")


def as_svg(chart: Chart) -> bytes:
    figure = drawn(chart)
    FigureCanvasSVG(figure)
    return _saved(figure, "svg")


def _saved(figure: Figure, kind: str) -> bytes:
    out = BytesIO()
    # No date and no random names within: the same chart is the same file.
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    with rc_context({"svg.hashsalt": "paper"}):
        figure.savefig(out, format=kind, dpi=DPI, metadata=metadata)
    return out.getvalue()


def drawn(chart: Chart) -> Figure:
    """The chart without its title, which the paper says as a caption."""
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained", facecolor=PAPER)
    axes = figure.add_subplot()
    draw = {"line": _lines, "bar": _bars, "stacked": _stacked}[chart.kind]
    draw(axes, chart)
    _axes(axes, chart)
    if len(chart.lines) > 1:
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, frameon=False, fontsize=8
        )
    return figure


def _lines(axes: Axes, chart: Chart) -> None:
    looks = zip(cycle(LINES), cycle(DASHES), cycle(MARKERS), strict=False)
    for place, (line, (colour, dash, marker)) in enumerate(zip(chart.lines, looks, strict=False)):
        axes.plot(
            np.arange(len(chart.x)),
            _values(line.values),
            label=line.name,
            color=colour,
            linestyle=dash,
            marker=marker,
            markersize=4,
            linewidth=1.2 if place else 2,
        )


def _bars(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.lines))
    for place, line in enumerate(chart.lines):
        at = np.arange(len(chart.x)) + (place - (len(chart.lines) - 1) / 2) * width
        axes.bar(at, _values(line.values), width, label=line.name, **_look(place))


def _stacked(axes: Axes, chart: Chart) -> None:
    bottom = np.zeros(len(chart.x))
    for place, line in enumerate(chart.lines):
        heights = np.nan_to_num(_values(line.values))
        at = np.arange(len(chart.x))
        axes.bar(at, heights, 0.7, bottom=bottom, label=line.name, **_look(place))
        bottom += heights


def _look(place: int) -> dict[str, Any]:
    return {
        "color": SHADES[place % len(SHADES)],
        "hatch": HATCHES[place % len(HATCHES)],
        "edgecolor": INK,
        "linewidth": 0.5,
    }


def _values(values: tuple[float | None, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _axes(axes: Axes, chart: Chart) -> None:
    step = -(-len(chart.x) // MOST_LABELS)
    ticks = np.arange(len(chart.x))[::-1][::step][::-1]
    axes.set_xticks(ticks, [chart.x[place] for place in ticks])
    axes.tick_params(labelsize=8, color=INK, labelcolor=INK)
    # Steps of 1, 2 and 5: one of 2.5 would stand beside labels rounded to whole numbers.
    steps = MaxNLocator(6, steps=[1, 2, 5, 10], integer=chart.unit in ("count", "things"))
    axes.yaxis.set_major_locator(steps)
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, chart.unit, _decimals(axes)))
    )
    if chart.kind != "line":
        axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.grid(axis="y", color="#d8dcdd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _decimals(axes: Axes) -> int:
    """As few as tell the places of the axis apart."""
    low, high = axes.get_ylim()
    return 0 if high - low >= 5 else 1 if high - low >= 0.5 else 2
