"""A paper's annexes: the whole scorecard, what its measures and words mean, and as at when."""

from __future__ import annotations

from collections.abc import Iterator

from scorecard.rag import ToleranceKind

from .document import Block, Bullets, Paragraph, Table
from .from_scorecard import cell, rating, words
from .scope import Scope
from .sentences import MEANINGS


def whole_scorecard(scope: Scope) -> Iterator[Block]:
    """Every measure of the quarter, with its parts and comparators."""
    rows = [line for one in scope.rows.values() for line in (one.row, *one.row.parts)]
    if not rows:
        yield Paragraph("scorecard-none", "No figure is known.")
        return
    yield Table(
        "scorecard",
        f"Every measure with a figure in {scope.quarter.label}",
        ("Measure", "Period", "Figure", "Target", "Rating", "Comparators"),
        tuple(
            (
                words(f"{row.name}: {row.label}" if row.label else row.name),
                words(row.period),
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
            for row in rows
            if row.figure.number is not None or row.figure.symbol
        ),
        "c or “Hidden”: a count of 1 to 5, or a figure that would give one away.",
    )


def definitions(scope: Scope) -> Iterator[Block]:
    yield Table(
        "definitions",
        "What each measure is",
        ("Measure", "Definition", "Better is", "Tolerance"),
        tuple(
            (
                words(measure.short_name),
                words(measure.definition),
                words(one.row.polarity.label),
                words(
                    f"{float(measure.tolerance):g}"
                    + (
                        "% of the target"
                        if measure.tolerance_kind == ToleranceKind.RELATIVE
                        else ""
                    )
                ),
            )
            for code, one in scope.rows.items()
            if (measure := scope.measures.get(code))
        ),
    )


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
