"""A paper's annexes: the whole scorecard, what its measures and words mean, and as at when."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.models import Measure
from scorecard.rag import ToleranceKind

from .document import Block, Bullets, Paragraph, Table
from .from_scorecard import cell, rating, words
from .scope import Scope
from .sentences import MEANINGS


def whole_scorecard(scope: Scope) -> Iterator[Block]:
    """Every measure of the quarter, with its parts and comparators."""
    rows = [line for one in scope.rows.values() for line in (one.row, *one.row.parts)]
    if not rows or not scope.has_figures:
        yield Paragraph("scorecard-none", scope.nothing_words)
        return
    shown = [row for row in rows if row.figure.number is not None or row.figure.symbol]
    one_period = len({row.period for row in shown}) == 1
    caption = f"Every measure of {scope.quarter.label}"
    table = Table(
        "scorecard",
        f"{caption}: {shown[0].period}" if one_period else caption,
        ("Measure", "Period", "Figure", "Target", "Rating", "Comparators"),
        tuple(
            (
                words(f"{row.name}: {row.label}" if row.label else row.name),
                words("" if one_period else row.period),
                cell(row.figure, row),
                cell(row.target, row),
                words(rating(row)),
                words(
                    "; ".join(
                        f"{other.name} {other.figure.text} ({other.vintage})"
                        for other in row.comparators
                    )
                ),
            )
            for row in shown
        ),
        "c or “Hidden”: a count of 1 to 5, or a figure that would give one away."
        if any(row.figure.hidden for row in shown)
        else "",
    )
    yield table.filled


def definitions(scope: Scope) -> Iterator[Block]:
    if not scope.measures:
        yield Paragraph("definitions-none", scope.nothing_words)
        return
    yield Table(
        "definitions",
        "What each measure is",
        ("Measure", "Definition", "Which way is good", "Tolerance"),
        tuple(
            (
                words(measure.short_name),
                words(measure.definition),
                words(one.row.polarity.label),
                words(_tolerance(measure)),
            )
            for code, one in scope.rows.items()
            if (measure := scope.measures.get(code))
        ),
        "“The paper” in a definition is the document in which the measure was printed.",
    )


def _tolerance(measure: Measure) -> str:
    size = f"{float(measure.tolerance):g}"
    if not measure.tolerance:
        return "none"
    if measure.tolerance_kind == ToleranceKind.RELATIVE:
        return f"{size}% of the target"
    return f"{size} points" if measure.unit == "percent" else size


def how_ratings_are_made(scope: Scope) -> Iterator[Block]:
    yield Bullets(
        (
            "Green: at the target or better.",
            "Amber: short of the target by no more than the measure’s tolerance.",
            "Red: further from it: an exception.",
            "No rating: no figure, no target, or a measure that has no better and worse.",
        )
    )
    yield Table(
        "meanings",
        "What the words mean",
        ("Words", "Meaning"),
        tuple((words(name), words(meaning)) for name, meaning in MEANINGS),
    )


def data_as_at(scope: Scope) -> Iterator[Block]:
    yield Bullets((f"{scope.basis_words}.", *scope.month_words))
    yield Paragraph(
        "as-at-small",
        "Counts of 1 to 5 children, and what rests on them, are hidden in every paper.",
    )
