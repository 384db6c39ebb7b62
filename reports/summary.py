"""A paper's summary: its parts in a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from . import changes, from_lac, from_plans, from_scorecard
from .document import Block, Paragraph
from .scope import Scope


def summary(scope: Scope) -> Iterator[Block]:
    """What stands, what moved, the plan, and the looked-after children. What a person writes on
    the cover takes its place."""
    rows = from_scorecard.scorecard_rows(scope)
    yield Paragraph("summary-quarter", from_scorecard.in_short(scope, rows))
    yield Paragraph("summary-changes", changes.changes_in_short(scope))
    yield Paragraph("summary-plan", from_plans.in_short(scope))
    yield Paragraph("summary-lac", from_lac.in_short(scope))
