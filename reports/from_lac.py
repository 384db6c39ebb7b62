"""The part of a paper on looked-after children: what its own pages say of them, with charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lac.overview import finding, overview
from lac.sums import LOOKED_AFTER
from scorecard.shown import Ledger, Shown

from .document import Block, Cell, Paragraph, Table
from .from_scorecard import words
from .page_charts import worth_printing
from .scope import Scope

TOLD = ("numbers", "where", "whom")
"""Sections of the page that a paper tells; the rest is on the page."""


def looked_after(scope: Scope) -> Iterator[Block]:
    """How many, where and with whom, by the end of the quarter."""
    told = overview(scope.member, until=scope.quarter.end)
    yield Paragraph("lac-finding", " ".join(filter(None, (f"{told.finding}.", told.noise))))
    if told.placed:
        yield Paragraph("lac-placed", told.placed)
    for section in told.sections:
        if section.id not in TOLD:
            continue
        yield from worth_printing(section.charts)
        if section.rows:
            yield figures(f"lac-{section.id}", section.title, [row.shown for row in section.rows])


def in_short(scope: Scope) -> str:
    """How many children were looked after by the end of the quarter."""
    ledger = Ledger(scope.member, {LOOKED_AFTER}, until=scope.quarter.end)
    return f"{finding(ledger.each(LOOKED_AFTER))}."


def figures(key: str, caption: str, shown: Sequence[Shown]) -> Table:
    """Figures of the ledger, one a row, each with when it is of and where it stands."""
    return Table(
        key,
        caption,
        ("Measure", "Figure", "When", "Source"),
        tuple(
            (
                words(
                    f"{one.measure.short_name}: {one.category}"
                    if one.category
                    else one.measure.short_name
                ),
                Cell(one.figure.text, one.figure.number, one.measure.unit, one.measure.decimals),
                words(one.label),
                words(one.source),
            )
            for one in shown
        ),
    )
