"""This month at a glance: what a reader must see in five seconds. Made from rows; no queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bucks_cs.lib.periods import month_label

from .monthly import Scorecard
from .presenters import HIDDEN, Rating, ScorecardRow
from .rag import Rag

MOST_MOVES = 4
RATED = (Rag.RED, Rag.AMBER, Rag.GREEN)


@dataclass(frozen=True, slots=True)
class Tile:
    count: int
    rag: Rating
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Glance:
    finding: str
    tiles: tuple[Tile, ...]
    exceptions: tuple[ScorecardRow, ...]
    changed: tuple[ScorecardRow, ...]
    """Rated otherwise than in the period before."""
    newly_rated: bool
    """Measures are rated that were not in the period before, for want of a target."""
    moves: tuple[ScorecardRow, ...]
    signals: tuple[ScorecardRow, ...]
    missing: tuple[str, ...]
    absent: tuple[ScorecardRow, ...]
    """Recorded as having no figure, and why."""
    revised: tuple[ScorecardRow, ...]


def glance(scorecard: Scorecard) -> Glance:
    """The finding and the short lists. Ratings are counted over the scorecard's own measures;
    where a month has none of them, over all that it has."""
    own = [row for row in scorecard.rows if row.on_scorecard]
    rows = own or list(scorecard.rows)
    everything = list(_with_parts(scorecard.rows))
    return Glance(
        finding=finding(scorecard, rows, of_scorecard=bool(own)),
        tiles=tiles(rows),
        exceptions=tuple(row for row in everything if row.is_exception),
        changed=tuple(row for row in everything if _rag_changed(row)),
        newly_rated=any(row.earlier_rag is Rag.NO_TARGET and row.rag in RATED for row in rows),
        moves=biggest_moves(everything),
        signals=tuple(row for row in everything if row.is_signal),
        missing=scorecard.missing,
        absent=tuple(row for row in everything if row.rag is Rag.NO_DATA and not row.parts),
        revised=tuple(row for row in everything if row.revised),
    )


def finding(scorecard: Scorecard, rows: Sequence[ScorecardRow], *, of_scorecard: bool) -> str:
    """The month in one sentence: "February 2015: 5 of 8 scorecard measures are red, 3 amber,
    none green"."""
    month = month_label(scorecard.month)
    due = len(rows) + len(scorecard.missing)
    if not rows:
        return f"{month}: no figures{' are in yet' if due else ''}"
    if due == 1:
        kind = "scorecard measure" if of_scorecard else "measure"
        return f"{month}: the one {kind}: {rows[0].rag.label.lower()}"
    counts = _counts(rows)
    measures = "scorecard measures" if of_scorecard else "measures"
    red, amber, green = (counts[rag] for rag in RATED)
    rated = red + amber + green
    if rated:
        are = "is" if red == 1 else "are"
        said = [
            f"{red or 'none'} of {due} {measures} {are} red",
            f"{amber or 'none'} amber",
            f"{green or 'none'} green",
        ]
        if len(rows) > rated:
            said.append(f"{len(rows) - rated} not rated")
    else:
        said = [f"none of {due} {measures} can be rated"]
    if scorecard.missing:
        said.append(f"{len(scorecard.missing)} not in yet")
    return f"{month}: {', '.join(said)}"


def _counts(rows: Iterable[ScorecardRow]) -> dict[Rag, int]:
    counts = dict.fromkeys(Rag, 0)
    for row in rows:
        if isinstance(row.rag, Rag):
            counts[row.rag] += 1
    return counts


def tiles(rows: Sequence[ScorecardRow]) -> tuple[Tile, ...]:
    """Red, amber and green always; each reason for no rating where it occurs."""
    counts = _counts(rows)
    shown = [
        Tile(counts[rag], rag, rag.label, rag.name.lower())
        for rag in Rag
        if rag in RATED or counts[rag]
    ]
    hidden = sum(row.rag is HIDDEN for row in rows)
    if hidden:
        shown.append(Tile(hidden, HIDDEN, "Hidden: a small number", "hidden"))
    return tuple(shown)


def _with_parts(rows: Iterable[ScorecardRow]) -> Iterable[ScorecardRow]:
    for row in rows:
        yield row
        yield from row.parts


def _rag_changed(row: ScorecardRow) -> bool:
    return row.rag in RATED and row.earlier_rag in RATED and row.rag != row.earlier_rag


def biggest_moves(rows: Iterable[ScorecardRow]) -> tuple[ScorecardRow, ...]:
    """The rows that moved most since the period before, the size of a move being its share of
    the larger of the two figures, so that measures in different units can stand in one list."""

    def size(row: ScorecardRow) -> float:
        now, before = row.figure.number, row.earlier.number
        if now is None or before is None or now == before:
            return 0.0
        return abs(now - before) / max(abs(now), abs(before))

    moved = [row for row in rows if size(row) > 0]
    return tuple(sorted(moved, key=size, reverse=True)[:MOST_MOVES])
