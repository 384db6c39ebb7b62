"""What a measure's figures say, in words: numbers, differences and one sentence. Pure.

A sentence says no more than the figures do. A difference between percentages is in percentage
points; a movement is more than noise only where the process limits or patterns say so; with few
points that too is called provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose

from .rag import Polarity, Rag
from .spc import PATTERN_POINTS, PROVISIONAL_BELOW, Assurance, Variation


def number(value: float, unit: str, decimals: int) -> str:
    """A number in a measure's unit: 26.0%, 29.5, 226 days, 16 points, £1,200."""
    text = f"{value:,.{decimals}f}"
    if text.startswith("-") and not text.strip("-0,."):
        text = text[1:]  # nought has no sign
    if unit == "percent":
        return f"{text}%"
    if unit in ("days", "points"):
        return f"{text} {unit if text != '1' else unit[:-1]}"
    if unit == "pounds":
        return f"-£{text[1:]}" if text.startswith("-") else f"£{text}"
    return text


def difference(gap: float, unit: str, decimals: int, *, brief: bool = False) -> str:
    """The size of a difference, without its sign: 27.0 percentage points (27.0 points, where
    the place is short), 3 days, 12."""
    if unit == "percent":
        size = f"{abs(gap):,.{decimals}f}"
        points = "point" if size == "1" else "points"
        return f"{size} {points}" if brief else f"{size} percentage {points}"
    return number(abs(gap), unit, decimals)


def gap_between(one: float, other: float, decimals: int) -> float:
    """The difference of two figures as they are printed, so that who takes the one from the other
    finds it."""
    return float(f"{one:.{decimals}f}") - float(f"{other:.{decimals}f}")


def same(one: float, other: float, decimals: int) -> bool:
    """Whether two figures are the same as printed."""
    return one == other or (
        abs(one - other) <= 1 and number(one, "", decimals) == number(other, "", decimals)
    )


def moved(value: float, earlier: float, decimals: int) -> str:
    """rose, fell, or stayed the same."""
    if same(value, earlier, decimals):
        return "stayed"
    return "rose" if value > earlier else "fell"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence may be made from; None where it is not known or may not be seen."""

    name: str
    unit: str
    decimals: int
    polarity: Polarity
    when: str
    """in February 2015; on 31 March 2017."""
    value: float | None
    earlier: float | None = None
    earlier_when: str = ""
    target: float | None = None
    target_upper: float | None = None
    rag: Rag = Rag.NO_TARGET
    variation: Variation = Variation.NONE
    assurance: Assurance = Assurance.NONE
    points: int = 0


def against_target(facts: Facts, *, brief: bool = False) -> str:
    """27.0 percentage points below the 90.0% target; nothing without a value or a target."""
    value, target, top = facts.value, facts.target, facts.target_upper
    if value is None or target is None:
        return ""
    if facts.polarity is Polarity.BAND:
        return _against_band(facts, value, target, top, brief)
    goal = number(target, facts.unit, facts.decimals)
    goal = f"the {goal} target" if facts.unit == "percent" else f"the target of {goal}"
    if isclose(value, target):
        return f"on {goal}"
    apart = gap_between(value, target, facts.decimals)
    gap = difference(apart, facts.unit, facts.decimals, brief=brief)
    if same(value, target, facts.decimals):
        gap = "just"
    return f"{gap} {'above' if value > target else 'below'} {goal}"


def _against_band(facts: Facts, value: float, bottom: float, top: float | None, brief: bool) -> str:
    if top is None:
        return ""
    unit, decimals = facts.unit, facts.decimals
    band = f"the target of {number(bottom, unit, decimals)} to {number(top, unit, decimals)}"
    if bottom <= value <= top:
        return f"within {band}"
    edge = bottom if value < bottom else top
    gap = difference(gap_between(value, edge, decimals), unit, decimals, brief=brief)
    return f"{gap} {'below' if value < bottom else 'above'} {band}"


def headline(facts: Facts) -> str:
    """The finding: "X fell to 63.0% in February 2015, 27.0 percentage points below the 90.0%
    target: red". Without a value it says so."""
    if facts.value is None:
        return f"{facts.name}: no figure {facts.when}"
    value = number(facts.value, facts.unit, facts.decimals)
    if facts.earlier is None:
        verb = "stood at"
    else:
        verb = moved(facts.value, facts.earlier, facts.decimals)
        verb = "stayed at" if verb == "stayed" else f"{verb} to"
    sentence = f"{facts.name} {verb} {value} {facts.when}"
    target = against_target(facts)
    if target:
        sentence += f", {target}"
    return f"{sentence}: {facts.rag.label.lower()}" if facts.rag.is_rated else sentence


def movement(facts: Facts, *, brief: bool = False) -> str:
    """Down 11.0 percentage points from 74.0% in January 2015; nothing without both figures."""
    if facts.value is None or facts.earlier is None:
        return ""
    earlier = f"{number(facts.earlier, facts.unit, facts.decimals)} {facts.earlier_when}"
    if same(facts.value, facts.earlier, facts.decimals):
        return f"the same as {earlier}"
    way = "up" if facts.value > facts.earlier else "down"
    apart = gap_between(facts.value, facts.earlier, facts.decimals)
    gap = difference(apart, facts.unit, facts.decimals, brief=brief)
    return f"{way} {gap} from {earlier}"


def step(facts: Facts) -> str:
    """The size of the movement from the period before: 11.0 points; nothing where there is none."""
    if facts.value is None or facts.earlier is None:
        return ""
    if same(facts.value, facts.earlier, facts.decimals):
        return ""
    apart = gap_between(facts.value, facts.earlier, facts.decimals)
    return f"by {difference(apart, facts.unit, facts.decimals, brief=True)}"


_VARIATION = {
    Variation.COMMON: "The latest figure is within the usual variation.",
    Variation.IMPROVING_HIGH: "This is an improvement by more than the usual variation.",
    Variation.IMPROVING_LOW: "This is an improvement by more than the usual variation.",
    Variation.CONCERNING_HIGH: "This is worse by more than the usual variation.",
    Variation.CONCERNING_LOW: "This is worse by more than the usual variation.",
    Variation.NEUTRAL_HIGH: "This is high or rising by more than the usual variation.",
    Variation.NEUTRAL_LOW: "This is low or falling by more than the usual variation.",
}
_ASSURANCE = {
    Assurance.PASS: "As things run, the target will be met consistently.",
    Assurance.HIT_OR_MISS: "As things run, the target may be met or missed.",
    Assurance.FAIL: "As things run, the target will be missed consistently.",
}


def reliability(facts: Facts) -> str:
    """Whether the latest figure is more than noise, and whether the target can be relied on.
    Of fewer points than it takes to see a pattern it says only that they are few."""
    if facts.value is None or not facts.points:
        return ""
    few = f"{facts.points} point{'' if facts.points == 1 else 's'}"
    if facts.points < PATTERN_POINTS or facts.variation not in _VARIATION:
        return f"With {few} nobody can tell change from the usual variation."
    said = [_VARIATION[facts.variation]]
    if facts.assurance in _ASSURANCE:
        said.append(_ASSURANCE[facts.assurance])
    if facts.points < PROVISIONAL_BELOW:
        said.append(
            f"This is provisional: the process limits rest on {few}, and on {PROVISIONAL_BELOW} "
            "or more they would be firm."
        )
    return " ".join(said)
