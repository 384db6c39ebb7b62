"""From a measure's figures to the sentences that a performance officer would write. Pure.

The manner is that of the Key Performance Summary in document 002: the value, the target, the
direction, each comparator with its vintage, and whether the movement is more than noise. A sentence
says nothing that the figures do not carry: differences are those of the figures as printed, a
hidden figure is told as hidden, and where a figure is missing nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from scorecard import findings
from scorecard.findings import Facts, number, same
from scorecard.rag import Rag
from scorecard.spc import PROVISIONAL_BELOW


class Stands(Enum):
    """How a figure stands to another area's, in words."""

    WELL_ABOVE = "well above"
    ABOVE = "above"
    IN_LINE = "in line with"
    BELOW = "below"
    WELL_BELOW = "well below"


FIRM = f", and on {PROVISIONAL_BELOW} or more they would be firm"
WELL = 2
"""So many times the tolerance is far."""
MEANINGS: Sequence[tuple[str, str]] = (
    (
        "In line with",
        "The two figures differ by no more than the measure’s tolerance (5 percentage points, "
        "unless the definitions say otherwise).",
    ),
    ("Above, below", "They differ by more than the tolerance."),
    ("Well above, well below", f"They differ by {WELL} times the tolerance or more."),
    (
        "Improvement, worse, or high or low, by more than the usual variation",
        "The latest figure is outside the process limits, or part of a run, a trend or a group of "
        "points that chance seldom makes.",
    ),
    (
        "Within the usual variation",
        "The figure went up or down no more than it does from one period to the next anyway.",
    ),
    (
        "Provisional",
        "The process limits rest on few points. On "
        f"{PROVISIONAL_BELOW} points or more they would be firm.",
    ),
    (
        "Rounding",
        "Every figure is rounded once, to the decimals of its measure. Differences are those of "
        "the rounded figures; ratings and comparisons are made before rounding.",
    ),
)
"""What the words mean: printed in a paper's annex."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another area's latest figure. `words` is the area as a sentence names it: England, the South
    East, our statistical neighbours; `vintage` of when the figure is; `chance`: the difference
    from ours is no more than chance may make."""

    words: str
    value: float
    vintage: str
    chance: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that may be said of one measure. `hidden`: its latest figure is a small number that the
    reader may not see. `tolerance` is in the measure's unit; `relative`: in per cent of the figure
    compared with."""

    facts: Facts
    hidden: bool = False
    tolerance: float = 0.0
    relative: bool = False
    year_ago: float | None = None
    year_ago_when: str = ""
    peers: tuple[Peer, ...] = ()
    printed_rag: str = ""
    """The rating printed in the source, where it is another than the rule's."""
    revised: str = ""
    """What became of the figure since it was published, in words."""
    parts: tuple[tuple[str, str], ...] = ()
    """Categories and their figures as text, where the measure is told in parts only."""


def paragraph(evidence: Evidence) -> str:
    """The measure's paragraph: its sentences, one after the other."""
    return " ".join(sentences(evidence))


def sentences(evidence: Evidence) -> list[str]:
    """The figure and its target first; then how it moved, how others do, how sure that is, and
    what is odd about it. Never empty."""
    facts = evidence.facts
    if evidence.hidden:
        return [
            f"{facts.name} {facts.when}: the figure is hidden, because it rests on 1 to 5 children."
        ]
    if facts.value is None:
        return [_without_value(evidence)]
    said = [
        f"{_capital(findings.headline(facts))}.",
        _moved(facts),
        _since_last_year(evidence),
        *against_peers(evidence),
        _reliability(facts),
        _printed_otherwise(evidence),
        f"{evidence.revised}." if evidence.revised else "",
    ]
    return [sentence for sentence in said if sentence]


def _without_value(evidence: Evidence) -> str:
    facts = evidence.facts
    if evidence.parts:
        parts = [f"{name} {text}" for name, text in evidence.parts]
        return f"{facts.name} {facts.when}: {listed(parts)}."
    return f"{facts.name}: no figure is known {facts.when}."


def _moved(facts: Facts) -> str:
    """That is down 11.0 percentage points from 74.0% in January 2015."""
    if facts.value is None or facts.earlier is None:
        return ""
    if same(facts.value, facts.earlier, facts.decimals):
        return f"It was the same {facts.earlier_when}."
    return f"That is {findings.movement(facts)}."


def _since_last_year(evidence: Evidence) -> str:
    facts, year_ago = evidence.facts, evidence.year_ago
    if facts.value is None or year_ago is None or evidence.year_ago_when == facts.earlier_when:
        return ""
    then = number(year_ago, facts.unit, facts.decimals)
    if same(facts.value, year_ago, facts.decimals):
        return f"A year earlier, {evidence.year_ago_when}, it was {then} too."
    return f"A year earlier, {evidence.year_ago_when}, it was {then}."


# ---- others ------------------------------------------------------------------------


def stands(value: float, other: float, *, tolerance: float, relative: bool = False) -> Stands:
    """How a figure stands to another area's, by the measure's own tolerance: in line within it,
    well above or below at `WELL` times as far. Without a tolerance nothing is far, and only the
    same figure is in line."""
    within = abs(other) * tolerance / 100 if relative else tolerance
    gap = value - other
    edge = within + 1e-9 * max(abs(value), abs(other), 1.0)
    if abs(gap) <= edge:
        return Stands.IN_LINE
    far = within > 0 and abs(gap) >= WELL * within - (edge - within)
    if gap > 0:
        return Stands.WELL_ABOVE if far else Stands.ABOVE
    return Stands.WELL_BELOW if far else Stands.BELOW


def against_peers(evidence: Evidence) -> list[str]:
    """It is well above our statistical neighbours (86%, 2015/16) and England (83%, 2015/16)."""
    facts = evidence.facts
    if facts.value is None or not evidence.peers:
        return []
    groups: dict[Stands, list[str]] = {}
    for peer in evidence.peers:
        how = stands(
            facts.value, peer.value, tolerance=evidence.tolerance, relative=evidence.relative
        )
        figure = number(peer.value, facts.unit, facts.decimals)
        chance = "; the difference could be chance" if peer.chance else ""
        groups.setdefault(how, []).append(f"{peer.words} ({figure}, {peer.vintage}{chance})")
    told = [f"{how.value} {listed(groups[how])}" for how in Stands if how in groups]
    return [f"It is {'; '.join(told)}."]


def _reliability(facts: Facts) -> str:
    """As a page has it; but when limits are firm is said once, in the annex."""
    return findings.reliability(facts).replace(FIRM, "")


# ---- what is odd about it ----------------------------------------------------------


def _printed_otherwise(evidence: Evidence) -> str:
    rag = evidence.facts.rag
    if not evidence.printed_rag or not isinstance(rag, Rag):
        return ""
    return f"It was printed {evidence.printed_rag.lower()}; by the rule it is {rag.label.lower()}."


# ---- words -------------------------------------------------------------------------


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str]) -> str:
    """One, two and three. At least one."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
