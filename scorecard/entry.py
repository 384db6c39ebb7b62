"""The rules of entering a figure: the same for the form, the workbook, CSV and the API.

Pure: what was typed, the measure's rule and what is known already go in; the worked-out value
and every problem, in words, come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from statistics import median

import numpy as np

from .rag import Polarity, Rag, ToleranceKind, judge

LARGEST = Decimal(10) ** 11


class Severity(StrEnum):
    ERROR = "error"  # cannot be saved as a figure
    NEEDED = "needed"  # may be saved as a draft, cannot be submitted
    WARNING = "warning"  # look again; may be submitted


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, at a field (numerator, denominator, value, absence, commentary, reason)."""

    field: str
    message: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Entered:
    """One figure as entered. Empty texts and None mean that nothing was given."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    absence: str = ""
    commentary: str = ""
    reason: str = ""

    @property
    def is_blank(self) -> bool:
        return self == Entered()


@dataclass(frozen=True, slots=True)
class Rule:
    """What the rules need to know of a measure."""

    unit: str
    decimals: int
    scale: int
    is_ratio: bool
    polarity: Polarity
    tolerance: Decimal
    tolerance_kind: ToleranceKind


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before entry: the target in force, the values of recent periods (oldest
    first), the process limits of the last period, and whether a figure was approved already."""

    target: Decimal | None = None
    upper: Decimal | None = None
    recent: tuple[Decimal, ...] = ()
    limits: tuple[float, float] | None = None
    revises: bool = False


def parse_number(text: str) -> Decimal | None:
    """A number as people write it: 1,234 or 45.6% or £1,200; blank is None.

    Raises ValueError, in words, for anything else.
    """
    cleaned = re.sub(r"[\s,£\u00a0]", "", text).removesuffix("%")
    if not cleaned:
        return None
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError(f"“{text.strip()}” is not a number.") from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError(f"“{text.strip()}” is not a number that can be kept.")
    if number != round(number, 4):
        raise ValueError(f"“{text.strip()}” has more than four decimal places.")
    return number


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, as councils print: 66.25 is 66.3."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def work_out(entered: Entered, rule: Rule) -> Decimal | None:
    """The value to be kept: from numerator and denominator where both are given, else as given;
    rounded to the measure's decimals, so that what is judged is what is printed."""
    if entered.numerator is not None and entered.denominator:
        return rounded(entered.numerator / entered.denominator * rule.scale, rule.decimals)
    if entered.numerator is None and entered.denominator is None and entered.value is not None:
        return rounded(entered.value, rule.decimals)
    return None


def rate(value: Decimal | None, rule: Rule, known: Known) -> Rag:
    """The RAG that this value will have."""

    def number(figure: Decimal | None) -> float:
        return float("nan") if figure is None else float(figure)

    codes = judge(
        np.array([number(value)]),
        np.array([number(known.target)]),
        polarity=rule.polarity,
        tolerance=float(rule.tolerance),
        tolerance_kind=rule.tolerance_kind,
        upper=np.array([number(known.upper)]),
    )
    return Rag(int(codes[0]))


def check(entered: Entered, rule: Rule, known: Known) -> list[Problem]:
    """Every problem of one figure, errors first. An entry left blank has none."""
    if entered.is_blank:
        return []
    errors = list(_errors(entered, rule))
    if errors:
        return errors
    value = work_out(entered, rule)
    return [*_needed(entered, value, rule, known), *_warnings(entered, value, rule, known)]


def _errors(entered: Entered, rule: Rule) -> Iterable[Problem]:
    def error(field: str, message: str) -> Problem:
        return Problem(field, message, Severity.ERROR)

    numerator, denominator = entered.numerator, entered.denominator
    has_parts = numerator is not None or denominator is not None
    if entered.absence and (has_parts or entered.value is not None):
        yield error("absence", "Give a figure or say why there is none, not both.")
        return
    if has_parts and not rule.is_ratio:
        yield error("numerator", "This measure has no numerator and denominator: give the value.")
        return
    if has_parts and numerator is None:
        yield error("numerator", "Give the numerator too.")
    if has_parts and denominator is None:
        yield error("denominator", "Give the denominator too.")
    if numerator is not None and numerator < 0:
        yield error("numerator", "The numerator cannot be less than 0.")
    if denominator is not None and denominator < 0:
        yield error("denominator", "The denominator cannot be less than 0.")
    if denominator == 0:
        yield error(
            "denominator",
            "The denominator is 0, so nothing can be worked out. Clear both and choose "
            "“Not applicable” instead.",
        )
    capped = rule.unit in ("percent", "per_10000")
    if capped and numerator is not None and denominator and numerator > denominator:
        yield error("numerator", "The numerator is larger than the denominator.")
    value = entered.value
    if value is not None and value < 0 and rule.unit != "points":
        yield error("value", "The value cannot be less than 0.")
    if value is not None and value > 100 and rule.unit == "percent":
        yield error("value", "A percentage cannot be more than 100.")
    worked_out = work_out(entered, rule) if numerator is not None and denominator else None
    if value is not None and worked_out is not None and rounded(value, rule.decimals) != worked_out:
        yield error(
            "value",
            f"The value {value:f} does not agree with the numerator and denominator, which give "
            f"{worked_out:f}.",
        )


def _needed(
    entered: Entered, value: Decimal | None, rule: Rule, known: Known
) -> Iterable[Problem]:
    if value is None and not entered.absence:
        yield Problem("value", "Give a figure, or say why there is none.", Severity.NEEDED)
    rag = rate(value, rule, known)
    if rag in (Rag.RED, Rag.AMBER) and not entered.commentary.strip():
        yield Problem(
            "commentary",
            f"This figure is {rag.label.lower()}: say why, and what is being done.",
            Severity.NEEDED,
        )
    if known.revises and not entered.reason.strip():
        yield Problem("reason", "Say why the approved figure is revised.", Severity.NEEDED)


def _warnings(
    entered: Entered, value: Decimal | None, rule: Rule, known: Known
) -> Iterable[Problem]:
    if value is None:
        return
    field = "value" if entered.numerator is None else "numerator"

    def warning(message: str) -> Problem:
        return Problem(field, message, Severity.WARNING)

    given = entered.value
    if given is not None and rounded(given, rule.decimals) != given:
        yield warning(f"{given:f} will be kept as {value:f}, as this measure is reported.")
    usual = median(known.recent) if len(known.recent) >= 3 else None
    if usual and rule.unit == "percent" and 0 < value <= 1 and usual > 10:
        yield warning(
            f"{value:f} looks like a fraction: recent months were about {usual:.0f}. "
            f"Did you mean {value * 100:.0f}?"
        )
    elif usual and value and not usual / 10 < value < usual * 10:
        yield warning(f"{value:f} is far from recent months, which were about {usual:f}.")
    elif known.limits and not known.limits[0] <= float(value) <= known.limits[1]:
        low, high = (round(limit, rule.decimals) for limit in known.limits)
        yield warning(f"{value:f} is outside the process limits of {low} to {high}.")
