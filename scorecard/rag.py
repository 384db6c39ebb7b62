"""Red, amber or green: an outturn against its target.

Every function takes NumPy arrays that broadcast together (a table of series by periods, one
row, or one number) and answers with an array of codes. NaN means "no figure" on the way in;
no NaN leaves in an array of codes.
"""

from enum import IntEnum
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int8]
Mask: TypeAlias = NDArray[np.bool_]

SAME_WITHIN = 1e-9
"""Two figures closer than this share of their own size are the same figure: 0.1 + 0.7 meets a
target of 0.8, though binary arithmetic says otherwise."""


class Code(IntEnum):
    """A code kept as a small whole number, with the words that a reader sees."""

    _value_: int
    label: str

    def __new__(cls, number: int, label: str = "") -> Self:
        code = int.__new__(cls, number)
        code._value_ = number
        code.label = label
        return code


class Polarity(Code):
    """Which way is good. It is data about a measure, never guessed from its name."""

    LOWER = -1, "Lower is better"
    NONE = 0, "Monitored only"
    HIGHER = 1, "Higher is better"
    BAND = 2, "Within a band is better"


class ToleranceKind(Code):
    """What the amber tolerance is measured in."""

    POINTS = 1, "In the measure's own unit"
    RELATIVE = 2, "Per cent of the target"


class Rag(Code):
    """The rating of an outturn, or the reason why it has none."""

    RED = 1, "Red"
    AMBER = 2, "Amber"
    GREEN = 3, "Green"
    NO_DATA = 4, "No data"
    NO_TARGET = 5, "No target"
    NOT_JUDGED = 6, "Not judged"

    @property
    def is_rated(self) -> bool:
        return self in (Rag.RED, Rag.AMBER, Rag.GREEN)


def slack(*figures: Floats) -> Floats:
    """How far apart two figures made from these may lie and still count as the same."""
    size: Floats = sum((np.abs(figure) for figure in figures), start=np.zeros(()))
    return SAME_WITHIN * size


def judge(
    value: ArrayLike,
    target: ArrayLike,
    *,
    polarity: ArrayLike,
    tolerance: ArrayLike,
    tolerance_kind: ArrayLike,
    upper: ArrayLike = np.nan,
) -> Codes:
    """Rate each value against its target; the codes are those of `Rag`.

    Green is at or better than the target; amber is worse by no more than the tolerance; red is
    the rest. For `Polarity.BAND` the target is the band's lower edge and `upper` its upper edge,
    both of them green. `tolerance` is in the measure's unit (`POINTS`) or per cent of the size
    of the target, or of the band's edge that was crossed (`RELATIVE`).

    Where several absences hold, the first of these is given: no value is NO_DATA; polarity
    NONE is NOT_JUDGED; no target, or a band with an edge missing or its edges crossed, is
    NO_TARGET.

    Raises ValueError where a tolerance is missing or below zero.

    Source: the council's corporate rule (green at or better than target, amber within 5%, red
    worse). Its papers do not say 5% of what, so tolerance and kind belong to the measure.
    """
    tolerance = np.asarray(tolerance, dtype=np.float64)
    if not np.all(tolerance >= 0):
        raise ValueError("A tolerance must be zero or more.")
    value = np.asarray(value, dtype=np.float64)
    bottom = np.asarray(target, dtype=np.float64)
    polarity = np.asarray(polarity)
    top = np.where(polarity == Polarity.BAND, upper, bottom)

    relative = np.asarray(tolerance_kind) == ToleranceKind.RELATIVE
    below = _beyond(bottom - value, bottom, value, tolerance, relative)
    above = _beyond(value - top, top, value, tolerance, relative)
    worst = np.minimum(
        np.where(polarity == Polarity.LOWER, Rag.GREEN, below),
        np.where(polarity == Polarity.HIGHER, Rag.GREEN, above),
    )
    absent = [~np.isfinite(value), polarity == Polarity.NONE, ~(top >= bottom)]
    reasons = [Rag.NO_DATA, Rag.NOT_JUDGED, Rag.NO_TARGET]
    return np.select(absent, reasons, worst).astype(np.int8)


def _beyond(gap: Floats, edge: Floats, value: Floats, tolerance: Floats, relative: Mask) -> Codes:
    """The rating by one edge, where `gap` is how far the value lies on its wrong side."""
    allowed = np.where(relative, np.abs(edge) * tolerance / 100, tolerance)
    tie = slack(edge, value, allowed)
    rating = np.where(gap <= allowed + tie, Rag.AMBER, Rag.RED)
    return np.where(gap <= tie, Rag.GREEN, rating).astype(np.int8)
