"""A plan's timeline: what is due when. Made from rows; no queries.

Colour never stands alone: each rating has its own hatching, and is named in the legend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import plotly.graph_objects as go

from bucks_cs.lib.periods import add_months, day_label, month_label, months_between
from scorecard.charts import Chart

from .progress import Flag, Rating, Standing, flags

# Colour, hatching and its ink; from the bottom of a column to its top.
DRAWN = (
    (Rating.GREEN, "#7fb89e", "", ""),
    (Rating.AMBER, "#f6b93b", "/", "#7a4b00"),
    (Rating.RED, "#a3181f", "x", "#ffffff"),
    (Rating.NONE, "#b1b8bd", ".", "#0b0c0c"),
)


def timeline(standings: Iterable[Standing], day: date) -> Chart | None:
    """How many actions are due in each month, by rating; None where none has a date."""
    standings = list(standings)
    dated = [one for one in standings if one.due]
    if not dated:
        return None
    counts: Counter[tuple[date, Rating]] = Counter(
        (one.due.replace(day=1), one.rating) for one in dated if one.due
    )
    first, last = min(month for month, _ in counts), max(month for month, _ in counts)
    months = [add_months(first, place) for place in range(months_between(first, last) + 1)]
    shown = [rating for rating, *_ in DRAWN if any(counts[month, rating] for month in months)]
    return Chart(
        id="timeline",
        title=_finding(standings, day),
        description=_description(standings, months, counts, day),
        figure={
            "data": [_columns(months, counts, rating) for rating in shown],
            "layout": _layout(day),
        },
        columns=("Due in", *(rating.label for rating in shown), "All"),
        rows=tuple(
            (month_label(month), *(counts[month, rating] for rating in shown), total)
            for month in months
            if (total := sum(counts[month, rating] for rating in shown))
        ),
        short=True,
    )


def _finding(standings: list[Standing], day: date) -> str:
    said = Counter(flag for one in standings for flag in flags(one, day))
    overdue, soon = said[Flag.OVERDUE], said[Flag.DUE_SOON]
    late = f"{_actions(overdue)} overdue at {day_label(day)}"
    return f"{late}; {soon} due within 30 days of it" if soon else late


def _actions(count: int) -> str:
    return "No action is" if not count else "1 action is" if count == 1 else f"{count} actions are"


def _description(
    standings: list[Standing],
    months: list[date],
    counts: Counter[tuple[date, Rating]],
    day: date,
) -> str:
    """The chart in words: where most falls due, and what it does not show."""
    by_month: Counter[date] = Counter()
    for (month, _), count in counts.items():
        by_month[month] += count
    busiest = max(months, key=lambda month: by_month[month])
    ongoing = sum(one.ongoing for one in standings)
    undated = sum(one.due is None and not one.ongoing for one in standings)
    words = (
        f"A column for each month from {month_label(months[0])} to {month_label(months[-1])} "
        f"counts the actions due in it, by rating. Most are due in {month_label(busiest)}: "
        f"{by_month[busiest]}."
    )
    left = [
        *([f"{ongoing} that {'goes' if ongoing == 1 else 'go'} on"] if ongoing else []),
        *([f"{undated} without a date that can be read"] if undated else []),
    ]
    return f"{words} Not shown: {' and '.join(left)}." if left else words


def _columns(
    months: list[date], counts: Counter[tuple[date, Rating]], rating: Rating
) -> dict[str, object]:
    _, colour, hatching, ink = next(one for one in DRAWN if one[0] is rating)
    # A day in the middle, so that the column stands on its month and today's line beside it.
    bar = go.Bar(
        name=rating.label,
        x=[month.replace(day=15).isoformat() for month in months],
        y=[counts[month, rating] for month in months],
        marker={
            "color": colour,
            "line": {"color": "#0b0c0c", "width": 0.5},
            "pattern": {
                "shape": hatching,
                "fillmode": "overlay",
                "fgcolor": ink or None,
                "solidity": 0.2,
            },
        },
        hovertemplate="%{x|%B %Y}: %{y} " + rating.label.lower() + "<extra></extra>",
    )
    drawn: dict[str, object] = bar.to_plotly_json()
    return drawn


def _layout(day: date) -> dict[str, object]:
    return {
        "barmode": "stack",
        "bargap": 0.15,
        "height": 320,
        "margin": {"l": 40, "r": 10, "t": 20, "b": 40},
        "legend": {"orientation": "h", "y": -0.2, "traceorder": "normal"},
        "xaxis": {"type": "date", "tickformat": "%b %Y", "fixedrange": True},
        "yaxis": {
            "rangemode": "tozero",
            "tickformat": ",d",
            "fixedrange": True,
            "title": "Actions",
        },
        "shapes": [
            {
                "type": "line",
                "x0": day.isoformat(),
                "x1": day.isoformat(),
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"dash": "dash", "color": "#0b0c0c", "width": 1.5},
            }
        ],
        "annotations": [
            {
                "x": day.isoformat(),
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": day_label(day),
                "showarrow": False,
            }
        ],
    }
