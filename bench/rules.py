"""The process rules over a whole country, against the least that any of them must do."""

from time import process_time

import numpy as np

from scorecard import spc
from scorecard.rag import Codes, Floats, Mask

from .national import Size
from .table import Line

AIM = 3.0
"""Times the same rules, written plainly."""
RUNS = 7


def measured(size: Size) -> list[Line]:
    """Processor time, the best of several runs each, turn by turn: a busy machine slows all."""
    figures = np.random.default_rng(2015).normal(60, 8, (size.areas * size.measures, size.months))
    plain, drawn, running = [], [], []
    for _ in range(RUNS):
        for times, rule in ((plain, plainly), (drawn, spc.chart), (running, spc.running)):
            began = process_time()
            rule(figures)
            times.append(process_time() - began)
    return [
        Line(
            "Process rules, a chart of each series: time / plain NumPy",
            min(drawn) / min(plain),
            AIM,
        ),
        Line(
            "Process rules, as they stood each month: time / plain NumPy", min(running) / min(plain)
        ),
    ]


def plainly(figures: Floats) -> tuple[Floats, Floats, Codes]:
    """Limits and special causes in plain NumPy, for series without gaps, rebases or ties: what
    the rules must do at the least."""
    mean = figures.mean(axis=1, keepdims=True)
    ranges = np.abs(np.diff(figures, axis=1))
    mean_range = ranges.mean(axis=1, keepdims=True)
    kept = ranges < spc.SCREEN_RANGES * mean_range
    mean_range = (ranges * kept).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    reach = spc.LIMIT_RANGES * mean_range
    gap = figures - mean
    above, rises = gap > 0, np.diff(figures, axis=1) > 0
    distance = np.abs(gap)
    outside = distance > reach
    kind = np.full(figures.shape, spc.Point.COMMON, dtype=np.int8)
    for side in (above, ~above):
        _mark(kind, _all_of_last(side, 7), 7, spc.Point.RUN)
        near = (distance > spc.NEAR_SHARE * reach) & ~outside & side
        two = near[:, 2:].view(np.int8) + near[:, 1:-1] + near[:, :-2] >= 2
        _mark(kind, two & _all_of_last(side, 3), 3, spc.Point.NEAR_LIMIT, among=near)
    for way in (rises, ~rises):
        _mark(kind, _all_of_last(way, 6), 7, spc.Point.TREND)
    kind[outside] = spc.Point.OUTSIDE
    return mean - reach, mean + reach, kind


def _all_of_last(said: Mask, periods: int) -> Mask:
    together = said[:, periods - 1 :].copy()
    for back in range(1, periods):
        together &= said[:, periods - 1 - back : said.shape[1] - back]
    return together


def _mark(kind: Codes, ends: Mask, points: int, cause: int, among: Mask | None = None) -> None:
    part = np.zeros(kind.shape, dtype=np.bool_)
    for back in range(points):
        first = points - 1 - back
        part[:, first : first + ends.shape[1]] |= ends
    kind[part if among is None else part & among] = cause
