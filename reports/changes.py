"""The parts of a paper that come from the scorecard: what changed, since the quarter before, over
the year, and since the select committee last met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bucks_cs.lib.periods import day_label, month_label
from scorecard import findings
from scorecard.monthly import known_now
from scorecard.presenters import Figure, Past, ScorecardRow
from scorecard.rag import Polarity, Rag

from .document import Block, Bullets, Cell, Paragraph, Subheading, Table
from .from_scorecard import FEWEST_POINTS, cell, rating, scorecard_rows, words
from .quarters import Quarter
from .scope import QuarterRow, Scope
from .sentences import listed


class Then(NamedTuple):
    """A measure as it was in the quarter before; its rating where that is known."""

    figure: Figure
    rating: str


def changes(scope: Scope) -> Iterator[Block]:
    """Each measure beside what it was in the quarter before, ratings that changed first; in the
    year's paper also how it went over the year."""
    yield from _beside_the_quarter_before(scope)
    if scope.quarter.is_year:
        yield Subheading(f"Over the year {scope.quarter.year_label}")
        yield from _over_the_year(scope)


def _beside_the_quarter_before(scope: Scope) -> Iterator[Block]:
    pairs = compared(scope, scope.rows.values())
    before, now = scope.quarter.before.label, scope.quarter.label
    if not pairs:
        yield Paragraph(
            "changes-none",
            f"No measure has a figure both in {now} and in {before}, so nothing can be compared.",
        )
        return
    moved = [(row, then) for row, then in pairs if then.rating not in ("", rating(row))]
    yield Paragraph("changes-ratings", _ratings_moved(before, moved, pairs))
    pairs.sort(key=lambda pair: pair not in moved)
    yield Table(
        "changes",
        f"{now} beside {before}",
        ("Measure", "Then", "Now", "Change", "Rating then", "Rating now"),
        tuple(
            (
                words(row.name),
                cell(then.figure, row),
                cell(row.figure, row),
                words(_change(row, then.figure.number or 0.0)),
                words(then.rating),
                words(rating(row)),
            )
            for row, then in pairs
        ),
        "Each by its latest figure of the quarter.",
    ).filled


def compared(scope: Scope, rows: Iterable[QuarterRow]) -> list[tuple[ScorecardRow, Then]]:
    """Those that have a figure in the quarter and in the one before."""
    return [
        (one.row, then)
        for one in rows
        if one.row.figure.number is not None and (then := _then(scope, one.row))
    ]


def changes_in_short(scope: Scope) -> str:
    """How many of the scorecard's measures went the better way and the worse way; nothing of one
    that has no better and worse."""
    pairs = compared(scope, scorecard_rows(scope))
    return _ways(
        [(row, then.figure.number or 0.0) for row, then in pairs], scope.quarter.before.label
    )


def _ways(pairs: Iterable[tuple[ScorecardRow, float]], before: str) -> str:
    """How many measures went which way, from their figure then to the one now."""
    ways = {"better": 0, "worse": 0, "same": 0}
    for row, other in pairs:
        higher = {Polarity.HIGHER: True, Polarity.LOWER: False}.get(row.polarity)
        one = row.figure.number or 0.0
        if higher is None:
            continue
        if findings.same(one, other, row.decimals):
            ways["same"] += 1
        else:
            ways["better" if (one > other) == higher else "worse"] += 1
    if not any(ways.values()):
        return f"No scorecard measure can be compared with {before}."
    measures = "measure" if sum(ways.values()) == 1 else "measures"
    return (
        f"Of the {sum(ways.values())} scorecard {measures} that can be compared with {before}, "
        f"{ways['better'] or 'none'} went the better way, {ways['worse'] or 'none'} the worse way "
        f"and {ways['same'] or 'none'} stayed the same."
    )


def _then(scope: Scope, row: ScorecardRow) -> Then | None:
    """From the quarter before; where that was not published, from the history that was published
    with this one, which has no ratings."""
    earlier = scope.rows_before.get(row.code)
    if earlier and earlier.row.figure.number is not None and _goes_on_from(row, earlier.row):
        return Then(earlier.row.figure, rating(earlier.row))
    before = scope.quarter.before
    past = _known_between(row, before.start, before.end)
    if not past:
        return None
    number = _number(past[-1])
    return Then(Figure(number, findings.number(number, row.unit, row.decimals)), "")


def _goes_on_from(row: ScorecardRow, earlier: ScorecardRow) -> bool:
    """Whether the two are points of one series. A month's figure and one of 31 March are not: they
    are counted otherwise, often by another source, and the paper draws no line between them."""
    before = earlier.history[-1].end if earlier.history else None
    return row.unit == earlier.unit and before in {
        past.end for past in row.history if past.number is not None
    }


def _ratings_moved(
    since: str,
    moved: Sequence[tuple[ScorecardRow, Then]],
    pairs: Sequence[tuple[ScorecardRow, Then]],
) -> str:
    rated_since = [row.name for row, then in moved if then.rating == Rag.NO_TARGET.label]
    changed = [
        f"{row.name} from {then.rating.lower()} to {rating(row).lower()}"
        for row, then in moved
        if then.rating != Rag.NO_TARGET.label
    ]
    if moved:
        said = [f"Since {since} the rating changed of: {', '.join(changed)}."] if changed else []
        if rated_since:
            said.append(
                f"In {since} there was no target for {listed(rated_since)}, so their ratings "
                "cannot be compared."
            )
        return " ".join(said)
    if not any(then.rating for _, then in pairs):
        return f"The ratings of {since} are not known, so only figures can be compared."
    return f"No rating changed since {since}, of {len(pairs)} measures that can be compared."


def _change(row: ScorecardRow, other: float) -> str:
    one = row.figure.number or 0.0
    if findings.same(one, other, row.decimals):
        return "the same"
    gap = findings.gap_between(one, other, row.decimals)
    way = "up" if one > other else "down"
    return f"{way} {findings.difference(gap, row.unit, row.decimals)}"


# ---- over the year -----------------------------------------------------------------


def _over_the_year(scope: Scope) -> Iterator[Block]:
    """The scorecard's measures that have figures enough of the year, by its first, its lowest, its
    highest and its latest."""
    told = [
        (one.row, of_year)
        for one in scorecard_rows(scope)
        if one.row.figure.number is not None
        and len(of_year := _of_the_year(scope, one.row)) >= FEWEST_POINTS
    ]
    year = scope.quarter.year_label
    if not told:
        yield Paragraph("year-none", f"No measure has {FEWEST_POINTS} figures of {year} or more.")
        return
    firsts = [(row, _number(of_year[0])) for row, of_year in told]
    yield Paragraph("year-ways", _ways(firsts, f"their first figure of {year}"))
    yield Table(
        "year",
        f"The year {year}",
        ("Measure", "First", "Lowest", "Highest", "Latest", "From first to latest"),
        tuple(
            (
                words(row.name),
                _past(of_year[0], row),
                _past(min(of_year, key=_number), row),
                _past(max(of_year, key=_number), row),
                cell(row.figure, row),
                words(_change(row, _number(of_year[0]))),
            )
            for row, of_year in told
        ),
        f"The first is of {_firsts(of_year[0] for _, of_year in told)}.",
    )


def _of_the_year(scope: Scope, row: ScorecardRow) -> list[Past]:
    return _known_between(row, Quarter(scope.quarter.year, 1).start, scope.quarter.end)


def _known_between(row: ScorecardRow, first: date, last: date) -> list[Past]:
    return [one for one in row.history if one.number is not None and first <= one.end <= last]


def _number(one: Past) -> float:
    return one.number or 0.0


def _past(one: Past, row: ScorecardRow) -> Cell:
    number = _number(one)
    return Cell(findings.number(number, row.unit, row.decimals), number, row.unit, row.decimals)


def _firsts(found: Iterable[Past]) -> str:
    """April 2014; April or June 2014 where measures begin in different months."""
    months = sorted({one.end for one in found})
    return " or ".join(month_label(end) for end in months)


# ---- since the committee last met ---------------------------------------------------


def since_last_meeting(scope: Scope) -> Iterator[Block]:
    """What was published or revised since the committee last met. Revisions are those known now,
    also where the rest of the pack is as published: a figure as published has none."""
    since = scope.since or scope.quarter.start
    revised = [
        row
        for month in scope.quarter.months
        for row in known_now(month, scope.member).rows
        if row.revised and row.revised.on and row.revised.on.date() > since
    ]
    yield Paragraph(
        "since-revised",
        f"{len(revised) or 'No'} figure{'' if len(revised) == 1 else 's'} of the quarter "
        f"{'was' if len(revised) == 1 else 'were'} revised or added since the meeting of "
        f"{day_label(since)}.",
    )
    if revised:
        yield Bullets(
            tuple(
                f"{row.name}, {row.period}: {row.figure.text}. {row.revised.words}."
                for row in revised
                if row.revised
            )
        )
    published = [
        month_label(month)
        for month, card in scope.months.items()
        if card and card.publication and card.publication.published_at.date() > since
    ]
    if published:
        yield Paragraph("since-published", f"Published since then: {', '.join(published)}.")
