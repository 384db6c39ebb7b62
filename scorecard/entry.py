"""The rules of entering a figure: the same for the form, the workbook, CSV and the API.

Pure: what was typed, the measure's rule and what is known already go in; the worked-out value
and every problem, in words, come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

import numpy as np

from .rag import Polarity, Rag, ToleranceKind, judge

LARGEST = Decimal(10) ** 11
LONGEST_NUMBER, LONGEST_TEXT = 40, 4000
_NUMBER = re.compile(
    r"(?P<sign>[-+\u2212]?)(?P<pounds>£?)(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
    r"(?P<percent>%?)",
    re.ASCII,
)
_NO_FIGURE = {
    "n/a",
    "#n/a",
    "na",
    "nil",
    "none",
    "tbc",
    "-",
    "–",
    "—",
    ":",
    "..",
    "x",
    "z",
    "c",
    "k",
}
"""What people write in a table where there is no figure."""


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


def parse_number(text: str, unit: str = "") -> Decimal | None:
    """A number as people write it: 1,234 or 45.6% or £1,200; blank is None.

    With a `unit` (that of the measure; "count" for a numerator or a denominator), a sign of
    another unit is refused. Raises ValueError, in words, for anything that is not one number:
    a comma may only stand between thousands, since 12,5 may mean 12.5 or 125.
    """
    text = text.strip()
    if not text:
        return None
    shown = text if len(text) <= LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}…"
    if text.lower() in _NO_FIGURE:
        raise ValueError(f"“{shown}” is not a number: leave this empty and say why there is none.")
    found = _NUMBER.fullmatch(re.sub(r"\s+(?=%)|(?<=[-+\u2212£])\s+", "", text))
    if not found or len(text) > LONGEST_NUMBER:
        raise ValueError(f"“{shown}” is not a number.")
    if found["percent"] and unit not in ("", "percent"):
        raise ValueError(f"“{shown}” is a percentage: give a plain number here.")
    if found["pounds"] and unit not in ("", "pounds"):
        raise ValueError(f"“{shown}” is an amount of money: give a plain number here.")
    number = Decimal(found["digits"].replace(",", ""))
    if number >= LARGEST:
        raise ValueError(f"“{shown}” is too large to be kept.")
    return -number if number and found["sign"] in ("-", "\u2212") else number


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


def tidy(entered: Entered, rule: Rule) -> Entered:
    """The same figure as it will be kept, so that two of them can be compared: texts without
    space round them, the value rounded, and left out where numerator and denominator give it."""
    has_parts = entered.numerator is not None or entered.denominator is not None
    return replace(
        entered,
        value=None if has_parts else work_out(entered, rule),
        commentary=_tidy_text(entered.commentary),
        reason=_tidy_text(entered.reason),
    )


def _tidy_text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


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
    """Every problem of one figure. Where there are errors they are all that is told: what is
    needed and what is odd can only be said of a figure that can be read."""
    errors = list(_errors(entered, rule))
    if errors:
        return errors
    value = work_out(entered, rule)
    return [*_needed(entered, value, rule, known), *_warnings(entered, value, rule, known)]


def _errors(entered: Entered, rule: Rule) -> Iterable[Problem]:
    has_parts = entered.numerator is not None or entered.denominator is not None
    if entered.absence and (has_parts or entered.value is not None):
        yield _error("absence", "Give a figure or say why there is none, not both.")
    elif has_parts and not rule.is_ratio:
        yield _error("numerator", "This measure has no numerator and denominator: give the value.")
    else:
        parts = list(_errors_of_parts(entered, rule)) if has_parts else []
        yield from parts
        yield from _errors_of_value(entered, rule, parts_are_good=has_parts and not parts)
    for field, text in (("commentary", entered.commentary), ("reason", entered.reason)):
        if len(text) > LONGEST_TEXT:
            yield _error(field, f"Use {LONGEST_TEXT:,} characters or fewer: this is {len(text):,}.")
        if "\x00" in text:
            yield _error(field, "This holds a character that cannot be kept. Type it again.")


def _error(field: str, message: str) -> Problem:
    return Problem(field, message, Severity.ERROR)


def _errors_of_parts(entered: Entered, rule: Rule) -> Iterable[Problem]:
    parts = {"numerator": entered.numerator, "denominator": entered.denominator}
    for field, part in parts.items():
        if part is None:
            yield _error(field, f"Give the {field} too.")
        elif part < 0:
            yield _error(field, f"The {field} cannot be less than 0.")
        elif part != round(part, 4):
            yield _error(field, f"Give the {field} to four decimal places at most.")
    if entered.denominator == 0:
        yield _error(
            "denominator",
            "The denominator is 0, so nothing can be worked out. Clear both and choose "
            "“Not applicable” instead.",
        )
    if entered.numerator is None or entered.denominator is None or entered.denominator <= 0:
        return
    capped = rule.unit in ("percent", "per_10000")
    if capped and entered.numerator > entered.denominator:
        yield _error("numerator", "The numerator is larger than the denominator.")
    elif abs(entered.numerator / entered.denominator * rule.scale) >= LARGEST:
        yield _error("numerator", "These give a value that is too large to be kept.")


def _errors_of_value(entered: Entered, rule: Rule, *, parts_are_good: bool) -> Iterable[Problem]:
    value = entered.value
    if value is None:
        return
    if value < 0 and rule.unit != "points":
        yield _error("value", "The value cannot be less than 0.")
    if value > 100 and rule.unit == "percent":
        yield _error("value", "A percentage cannot be more than 100.")
    worked_out = work_out(entered, rule) if parts_are_good else None
    if worked_out is not None and rounded(value, rule.decimals) != worked_out:
        yield _error(
            "value",
            f"The value {value:f} does not agree with the numerator and denominator, which give "
            f"{worked_out:f}.",
        )


def _needed(entered: Entered, value: Decimal | None, rule: Rule, known: Known) -> Iterable[Problem]:
    def needed(field: str, message: str) -> Problem:
        return Problem(field, message, Severity.NEEDED)

    if value is None and not entered.absence:
        yield needed("value", "Give a figure, or say why there is none.")
    rag = rate(value, rule, known)
    if rag in (Rag.RED, Rag.AMBER) and not entered.commentary.strip():
        yield needed("commentary", f"This is {rag.label.lower()}: say why, and what is being done.")
    if known.revises and not entered.reason.strip():
        yield needed("reason", "Say why the approved figure is revised.")


def _warnings(
    entered: Entered, value: Decimal | None, rule: Rule, known: Known
) -> Iterable[Problem]:
    if value is None:
        return
    field = "value" if entered.numerator is None else "numerator"

    def text(number: Decimal | float) -> str:
        return f"{rounded(Decimal(number), rule.decimals):f}"

    def warning(message: str) -> Problem:
        return Problem(field, message, Severity.WARNING)

    given = entered.value
    if given is not None and rounded(given, rule.decimals) != given:
        yield warning(f"{given:f} will be kept as {value:f}, as this measure is reported.")
    usual = median(known.recent) if len(known.recent) >= 3 else None
    read = value if given is None else given  # before it was rounded: 0.264 means 26.4
    if usual and rule.unit == "percent" and 0 < read <= 1 and usual > 10:
        yield warning(
            f"{read:f} looks like a fraction: recent months were about {text(usual)}. "
            f"Did you mean {text(read * 100)}?"
        )
    elif usual and value and not abs(usual) / 10 < abs(value) < abs(usual) * 10:
        yield warning(f"{value:f} is far from recent months, which were about {text(usual)}.")
    elif known.limits and not known.limits[0] <= float(value) <= known.limits[1]:
        low, high = known.limits
        yield warning(f"{value:f} is outside the process limits of {text(low)} to {text(high)}.")
