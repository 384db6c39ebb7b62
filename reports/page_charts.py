"""A page's chart as a paper's: the same data, drawn for print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from bucks_cs.lib.periods import short_month_label
from scorecard import charts as page

from .document import Chart, Line


def worth_printing(charts: Iterable[page.Chart]) -> Iterator[Chart]:
    """Those of a page's charts that show more than one place: a single point is in the table."""
    for chart in charts:
        drawn = of_page(chart)
        if drawn.kind != "line" or len(drawn.x) > 1:
            yield drawn


def of_page(chart: page.Chart) -> Chart:
    """The traces of a page's chart as lines or columns. Its description is the paper's alternative
    text."""
    traces = [trace for trace in chart.figure["data"] if trace.get("y") is not None]
    columns = any(trace["type"] == "bar" for trace in traces)
    stacked = columns and chart.figure["layout"].get("barmode") == "stack"
    places = list(dict.fromkeys(x for trace in traces for x in trace["x"] if x is not None))
    if not columns:
        places.sort()
    axis = chart.figure["layout"].get("yaxis", {})
    return Chart(
        key=chart.id,
        title=chart.title,
        alt=chart.description or chart.title,
        kind="stacked" if stacked else "bar" if columns else "line",
        x=tuple(map(_label, places)),
        lines=tuple(Line(_name(trace), _at(trace, places)) for trace in traces),
        unit="percent" if axis.get("ticksuffix") == "%" else "",
        source=chart.source,
    )


def _name(trace: Mapping[str, Any]) -> str:
    return str(trace.get("name") or "")


def _at(trace: Mapping[str, Any], places: list[Any]) -> tuple[float | None, ...]:
    at = dict(zip(trace["x"], trace["y"], strict=True))
    return tuple(at.get(place) for place in places)


def _label(place: Any) -> str:
    """Mar 2015, of a day; other labels as they are."""
    try:
        return short_month_label(date.fromisoformat(str(place)))
    except ValueError:
        return str(place)
