"""A small line in a table: values to points of a picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

WIDTH, HEIGHT = 120, 34
EDGE = 4
"""Room at the edges, in pixels, so that no line or dot is cut."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Points in pixels from the top left corner of a picture of `WIDTH` by `HEIGHT`.

    `lines` are SVG point lists, one for each unbroken stretch of values: a missing period breaks
    the line and is never bridged. `last` is the last value's place, and `target_y` the target's
    height, where there are such.
    """

    lines: tuple[str, ...]
    last: tuple[float, float] | None
    target_y: float | None


def draw(values: Sequence[float | None], target: float | None = None) -> Sparkline | None:
    """The line of the values, oldest first and one for each period, None where there is none.

    The height runs from the least to the greatest of the values and the target. Returns None
    where fewer than two values are known: one point is no line.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    if target is not None:
        low, high = min(low, target), max(high, target)
    spread = high - low
    floor = HEIGHT - EDGE if spread else HEIGHT / 2

    def height(value: float) -> float:
        # The share first: the height of a pixel in values can be too small to divide by.
        share = (value - low) / spread if spread else 0.0
        return round(floor - share * (HEIGHT - 2 * EDGE), 1)

    lines: list[list[str]] = [[]]
    last = None
    for across, value in zip(_places(len(values)), values, strict=True):
        if value is None:
            lines.append([])
        else:
            last = (across, height(value))
            lines[-1].append(f"{across:g},{last[1]:g}")
    # A lone point is drawn as a line from itself to itself: its round ends make a dot.
    drawn = tuple([" ".join(line * 2 if len(line) == 1 else line) for line in lines if line])
    return Sparkline(drawn, last, None if target is None else height(target))


@cache
def _places(count: int) -> tuple[float, ...]:
    """How far across each of so many values stands."""
    step = (WIDTH - 2 * EDGE) / (count - 1)
    return tuple(round(EDGE + place * step, 1) for place in range(count))
