"""Charts of the ledger’s figures as their reader may see them. Made from shown figures; no queries.

Colour never stands alone: every line has its own dash and shape, every part of a column its own
hatching, and each is named in the legend. A hidden figure is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from bucks_cs.lib.periods import PeriodKind, day_label, short_month_label

from .charts import BLUE, COMPARED, INK, Chart
from .shown import Shown, as_at

# Colour and hatching of the parts of a column, from its bottom to its top.
PARTS = (
    ("#12436d", ""),
    ("#f6b93b", "/"),
    ("#28a197", "x"),
    ("#d5b8cc", "."),
    ("#801650", "\\"),
    ("#b1b8bd", "-"),
    ("#54319f", "+"),
    ("#7fb89e", "|"),
)
LINES = (*COMPARED, ("#a34a12", "dash", "diamond"), ("#54319f", "longdashdot", "triangle-up"))
LAYOUT: dict[str, Any] = {
    "font": {"family": "arial, sans-serif", "size": 14, "color": INK},
    "margin": {"l": 48, "r": 16, "t": 16, "b": 40},
    "paper_bgcolor": "#fff",
    "plot_bgcolor": "#fff",
    "legend": {"orientation": "h", "y": -0.18, "traceorder": "normal"},
}
GRID = "#e6e9eb"
WHOLE_YEARS = (PeriodKind.CALENDAR_YEAR, PeriodKind.ACADEMIC_YEAR, PeriodKind.FINANCIAL_YEAR)
FEW_PARTS = 2
"""So many parts of a column its title tells in full."""
FEW_DOUBTS = 2
"""A doubt about so many dates names them."""
LONGEST_STEP = 800
"""Days between two points that a line still crosses."""


def year_ends(points: Sequence[Shown]) -> list[Shown]:
    """Those at 31 March, those of whole years, and the latest."""
    return [
        one
        for one in points
        if one.is_year_end or one.period.kind in WHOLE_YEARS or one is points[-1]
    ]


def year_ends_and_printed(points: Sequence[Shown]) -> list[Shown]:
    """Of a monthly run only the months at 31 March and the latest; everything else whole."""
    few = year_ends([one for one in points if one.period.kind == PeriodKind.MONTH])
    return [one for one in points if one.period.kind != PeriodKind.MONTH or one in few]


def indexed(id: str, home: Sequence[Shown], others: Sequence[Sequence[Shown]]) -> Chart | None:
    """Numbers of areas of very different size, each as a percentage of its own at the first day
    that all of them have. None where there is nothing to draw."""
    lines = [year_ends_and_printed(line) for line in (home, *others)]
    lines = [line for line in lines if sum(one.figure.number is not None for one in line) > 1]
    if not lines or not home or lines[0][0].area != home[0].area:
        return None
    common = set.intersection(*({one.end for one in line if one.figure.number} for line in lines))
    if not common:
        return None
    base = min(common)
    at_base = [next(one for one in line if one.end == base) for line in lines]
    traces = [
        _line(line, place, [_index(one, start) for one in line])
        for place, (line, start) in enumerate(zip(lines, at_base, strict=True))
    ]
    return Chart(
        id=id,
        title=_growth(lines, base),
        description=(
            f"A line for each area: its number as a percentage of its own on {day_label(base)}, "
            f"which is 100. {_told(lines[0])}"
        ),
        figure={"data": traces, "layout": _by_date(f"{base:%B %Y} = 100", "")},
        columns=("Area", *(day_label(end) for end in _ends(lines))),
        rows=_rows(lines),
        source=_source(lines),
    )


def _index(one: Shown, base: Shown) -> float | None:
    if one.figure.number is None or not base.figure.number:
        return None
    return round(one.figure.number / base.figure.number * 100, 1)


def _growth(lines: Sequence[Sequence[Shown]], base: date) -> str:
    """In Buckinghamshire the number rose by 32% from 2009 to 2015; in England by 14%: up to the
    last day that all have."""
    common = set.intersection(*({one.end for one in line if one.figure.number} for line in lines))
    last = max(common)
    said = []
    for line in lines:
        at = {one.end: one.figure.number for one in line}
        change = round((at[last] or 0) / (at[base] or 1) * 100 - 100)
        way = "rose" if change > 0 else "fell" if change < 0 else "stayed"
        said.append(f"{line[0].area.name} {way}{f' {abs(change)}%' if change else ' the same'}")
    first, *rest = said
    beside = f"; {', '.join(rest)}" if rest else ""
    return f"From {base:%B %Y} to {last:%B %Y} the number in {first}{beside}"


def compared(
    id: str, name: str, home: Sequence[Shown], others: Sequence[Sequence[Shown]]
) -> Chart | None:
    """One measure over time, with the areas that it is compared with. None where there are fewer
    than two figures to draw."""
    lines = [year_ends_and_printed(line) for line in (home, *others) if line]
    known = [one for line in lines for one in line if one.figure.number is not None]
    if len(known) < 2 or not any(one.figure.number is not None for one in home):
        return None
    unit = known[0].measure.unit
    traces = [
        _line(line, place, [one.figure.number for one in line]) for place, line in enumerate(lines)
    ]
    return Chart(
        id=id,
        title=_against(name, home, others),
        description=_told(lines[0]),
        figure={"data": traces, "layout": _by_date("", "%" if unit == "percent" else "")},
        columns=("Area", *(day_label(end) for end in _ends(lines))),
        rows=_rows(lines),
        source=_source(lines),
        short=True,
    )


def _against(name: str, home: Sequence[Shown], others: Sequence[Sequence[Shown]]) -> str:
    latest = [one for one in home if one.figure.number is not None][-1]
    said = f"{name}: {latest.figure} {latest.when}"
    beside = [
        f"{line[-1].area.name} {line[-1].figure} {line[-1].when}"
        for line in others
        if line[-1].figure.number is not None
    ]
    return f"{said}; {', '.join(beside)}" if beside else said


def stacked(id: str, name: str, parts: Mapping[str, Sequence[Shown]]) -> Chart | None:
    """Columns over time, a part a hatching. None where nothing can be drawn."""
    found = {part: year_ends(points) for part, points in parts.items()}
    ends = sorted({one.end for points in found.values() for one in points})
    drawn = [
        (part, points) for part, points in found.items() if any(one.figure.number for one in points)
    ]
    if not drawn:
        return None
    suffix = "%" if drawn[0][1][0].measure.unit == "percent" else ""
    traces = [_column(part, points, place, ends) for place, (part, points) in enumerate(drawn)]
    lines = list(found.values())
    return Chart(
        id=id,
        title=_largest(name, dict(drawn), ends[-1]),
        description=_columns_told(dict(drawn), ends),
        figure={"data": traces, "layout": _by_label(suffix)},
        columns=("Part", *(day_label(end) for end in ends)),
        rows=tuple((part, *_texts(points, ends)) for part, points in found.items()),
        source=_source(lines),
        short=True,
    )


def _largest(name: str, parts: Mapping[str, Sequence[Shown]], end: date) -> str:
    """Age bands: the largest is 10 to 15, 165 on 31 March 2015. Of two parts both are told."""
    at = [
        (one.figure.number, part, one)
        for part, points in parts.items()
        for one in points
        if one.end == end and one.figure.number is not None
    ]
    if not at:
        return name
    at.sort(key=lambda found: -found[0])
    _, part, one = at[0]
    if len(at) > FEW_PARTS:
        return f"{name}: the largest is {part}, {one.figure} {one.when}"
    told = ", ".join(f"{part} {one.figure}" for _, part, one in at)
    return f"{name}: {told} {one.when}"


def _columns_told(parts: Mapping[str, Sequence[Shown]], ends: Sequence[date]) -> str:
    """The last column in words, and the first beside it."""
    said = []
    for end in dict.fromkeys((ends[-1], ends[0])):
        cells = [
            f"{part} {one.figure}"
            for part, points in parts.items()
            for one in points
            if one.end == end and one.figure.number != 0
        ]
        said.append(f"{day_label(end)}: {'; '.join(cells)}.")
    return " ".join(["A column for each date, in parts.", *said])


def _column(part: str, points: Sequence[Shown], place: int, ends: Sequence[date]) -> dict[str, Any]:
    colour, hatching = PARTS[place % len(PARTS)]
    at = {one.end: one.figure.number for one in points}
    bar = go.Bar(
        name=part,
        x=[short_month_label(end) for end in ends],
        y=[at.get(end) for end in ends],
        marker={
            "color": colour,
            "line": {"color": INK, "width": 0.5},
            "pattern": {"shape": hatching, "fillmode": "overlay", "fgcolor": INK, "solidity": 0.2},
        },
        hovertemplate="%{x}: %{y:,} %{fullData.name}<extra></extra>",
    )
    drawn: dict[str, Any] = bar.to_plotly_json()
    return drawn


def _line(points: Sequence[Shown], place: int, values: Sequence[float | None]) -> dict[str, Any]:
    colour, dash, shape = LINES[(place - 1) % len(LINES)] if place else (BLUE, "solid", "circle")
    x: list[str | None] = []
    y: list[float | None] = []
    text: list[str] = []
    for before, (one, value) in zip(
        (None, *points), zip(points, values, strict=True), strict=False
    ):
        if before and (one.end - before.end).days > LONGEST_STEP:
            x, y, text = [*x, None], [*y, None], [*text, ""]
        x, y = [*x, one.end.isoformat()], [*y, value]
        text.append(f"{one.figure} {one.when}")
    scatter = go.Scatter(
        name=points[0].area.name,
        x=x,
        y=y,
        text=text,
        mode="lines+markers",
        line={"color": colour, "width": 1.5 if place else 2.5, "dash": dash},
        marker={"color": colour, "size": 8, "symbol": shape},
        hovertemplate="%{fullData.name}: %{text}<extra></extra>",
    )
    drawn: dict[str, Any] = scatter.to_plotly_json()
    return drawn


def _by_date(title: str, suffix: str) -> dict[str, Any]:
    return LAYOUT | {
        "height": 380,
        "xaxis": {"type": "date", "tickformat": "%b %Y", "fixedrange": True, "gridcolor": "#fff"},
        "yaxis": {
            "ticksuffix": suffix,
            "separatethousands": True,
            "gridcolor": GRID,
            "fixedrange": True,
            "title": title,
            **({"rangemode": "tozero"} if suffix else {}),
        },
    }


def _by_label(suffix: str) -> dict[str, Any]:
    return LAYOUT | {
        "barmode": "stack",
        "bargap": 0.3,
        "height": 360,
        "xaxis": {"type": "category", "fixedrange": True},
        "yaxis": {
            "ticksuffix": suffix,
            "separatethousands": True,
            "gridcolor": GRID,
            "fixedrange": True,
            "rangemode": "tozero",
        },
    }


def _ends(lines: Sequence[Sequence[Shown]]) -> list[date]:
    return sorted({one.end for line in lines for one in line})


def _rows(lines: Sequence[Sequence[Shown]]) -> tuple[tuple[object, ...], ...]:
    ends = _ends(lines)
    return tuple((line[0].area.name, *_texts(line, ends)) for line in lines)


def _texts(points: Sequence[Shown], ends: Sequence[date]) -> list[str | None]:
    at = {one.end: one.figure.text for one in points}
    return [at.get(end) for end in ends]


def _told(points: Sequence[Shown]) -> str:
    """The first, the lowest, the highest and the latest figure, in words."""
    known = [one for one in points if one.figure.number is not None]
    if len(known) < 2:
        return "One figure is known." if known else "No figure is known."
    by_size = sorted(known, key=lambda one: one.figure.number or 0.0)
    low, high, last = by_size[0], by_size[-1], known[-1]
    said = (
        f"{len(known)} figures of {last.area.name}: lowest {low.figure} {low.when}, highest "
        f"{high.figure} {high.when}"
    )
    return f"{said}, latest {last.figure} {last.when}." if last not in (low, high) else f"{said}."


def _source(lines: Sequence[Sequence[Shown]]) -> str:
    """Which documents the figures stand in, of when they are, and every doubt about them once; one
    about a few of them says about which."""
    found = [one for line in lines for one in line]
    about: dict[str, dict[str, None]] = {}
    areas: dict[str, dict[str, None]] = {}
    for one in found:
        for sentence in re.split(r"(?<=\.) ", one.doubt) if one.doubt else ():
            about.setdefault(sentence, {})[one.label] = None
            areas.setdefault(sentence, {})[one.area.name] = None
    doubts = [
        sentence
        if len(labels) > FEW_DOUBTS
        else f"{_whose(found[0].area.name, areas[sentence])}{' and '.join(labels)}: {sentence}"
        for sentence, labels in about.items()
    ]
    said = f" Doubts: {' '.join(doubts)}" if doubts else ""
    return f"{', '.join(sorted({one.source for one in found}))}; {as_at(found)}.{said}"


def _whose(own: str, areas: Mapping[str, None]) -> str:
    """Whose figures a doubt is about, where none of them is the first area's."""
    return "" if own in areas else f"{' and '.join(areas)}, "
