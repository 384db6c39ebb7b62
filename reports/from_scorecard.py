"""The parts of a paper that come from the scorecard: measures in sentences, exceptions and
changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bucks_cs.lib.periods import day_label, month_label
from improvement_plan.models import Plan
from improvement_plan.progress import Rating
from improvement_plan.threads import MeasureThread, thread_of
from scorecard import findings
from scorecard.models import Measure
from scorecard.presenters import Figure, ScorecardRow
from scorecard.rag import Polarity, Rag

from .document import Block, Bullets, Cell, Chart, Line, Paragraph, Subheading, Table
from .scope import QuarterRow, Scope
from .sentences import paragraph, sentences

MOST_CHARTS, FEWEST_POINTS = 4, 3
"""So many exceptions are drawn, of which so many figures are known."""
MOST_ACTIONS = 3
"""Actions that are told of an exception; the plan has the rest."""


def cell(figure: Figure, row: ScorecardRow) -> Cell:
    return Cell(figure.text, figure.number, row.unit, row.decimals)


def words(text: str) -> Cell:
    return Cell(text or "–")


def rating(row: ScorecardRow) -> str:
    return row.rag.label if row.figure.number is not None or row.figure.hidden else "No data"


def scorecard_rows(scope: Scope) -> list[QuarterRow]:
    return [one for one in scope.rows.values() if one.row.on_scorecard]


# ---- key performance summary -------------------------------------------------------


def key_performance(scope: Scope) -> Iterator[Block]:
    """The quarter in a sentence, then a paragraph a measure, by theme."""
    rows = scorecard_rows(scope)
    yield Paragraph("kps-quarter", in_short(scope, rows))
    by_theme: dict[str, list[QuarterRow]] = {}
    for one in rows:
        by_theme.setdefault(one.row.theme, []).append(one)
    for theme, of_theme in by_theme.items():
        yield Subheading(theme)
        for one in of_theme:
            yield Paragraph(f"kps-{one.row.code}", paragraph(scope.evidence(one)))


def in_short(scope: Scope, rows: Sequence[QuarterRow]) -> str:
    """Of the 8 scorecard measures that are rated in the fourth quarter of 2014/15, 5 are red ..."""
    rated = [one for one in rows if isinstance(one.row.rag, Rag) and one.row.rag.is_rated]
    missing = " ".join(one for one in scope.month_words)
    if not rows:
        return f"No figure of {scope.quarter.words}, is known. {missing}"
    if not rated:
        return f"No measure is rated in {scope.quarter.words}. {missing}"
    counts = {
        rag: sum(one.row.rag is rag for one in rated) for rag in (Rag.RED, Rag.AMBER, Rag.GREEN)
    }
    red, amber, green = (f"{count or 'none'}" for count in counts.values())
    measures = "measure that is" if len(rated) == 1 else "measures that are"
    return (
        f"Of the {len(rated)} scorecard {measures} rated in {scope.quarter.words}, {red} "
        f"{'is' if red == '1' else 'are'} red, {amber} amber and {green} green, each by its latest "
        f"figure of the quarter. {missing}"
    )


# ---- exceptions --------------------------------------------------------------------


def exceptions(scope: Scope) -> Iterator[Block]:
    """What is red, why, and what is being done."""
    found = [one for one in scope.rows.values() if one.is_exception]
    if not found:
        yield Paragraph("exceptions-none", "No measure is red.")
        return
    yield table_of(
        "exceptions", f"Red, or red by the rule though printed otherwise, {scope.quarter.label}",
        [one.row for one in found],
    )  # fmt: skip
    threads = _threads(scope, [one.row.code for one in found])
    drawn = 0
    for one in found:
        yield Subheading(one.row.name)
        yield Paragraph(f"exception-{one.row.code}", sentences(scope.evidence(one))[0])
        if one.row.commentary:
            yield Paragraph(f"commentary-{one.row.code}", f"The service says: {one.row.commentary}")
        yield from _action_taken(one.row, threads.get(one.row.code, []))
        if drawn < MOST_CHARTS and (chart := trend(one.row)):
            drawn += 1
            yield chart


def table_of(key: str, caption: str, rows: Iterable[ScorecardRow]) -> Table:
    """Measures with their figures, one a row."""
    return Table(
        key,
        caption,
        (
            "Measure",
            "Figure",
            "Target",
            "Rating",
            "Against the period before",
            "Who answers for it",
        ),
        tuple(
            (
                words(f"{row.name}, {row.period}"),
                cell(row.figure, row),
                cell(row.target, row),
                words(rating(row)),
                words(row.movement),
                words(row.owner),
            )
            for row in rows
        ),
    )


def _threads(scope: Scope, codes: Sequence[str]) -> dict[str, list[MeasureThread]]:
    """From each measure to the objectives that are meant to move it."""
    plans = list(Plan.objects.all())
    if not plans:
        return {}
    found: dict[str, list[MeasureThread]] = {}
    wanted = set(codes)
    thread = thread_of(plans, scope.member)
    for one in thread.of_measures(
        lambda measure: measure.measure is not None and measure.measure.code in wanted
    ):
        measure = one.row.measure.measure
        if measure is not None:
            found.setdefault(measure.code, []).append(one)
    return found


def _action_taken(row: ScorecardRow, threads: Sequence[MeasureThread]) -> Iterator[Block]:
    """What the plans say is done about it: the open actions of the objective that it measures."""
    if not threads:
        yield Paragraph(f"action-{row.code}", "No plan names an action for this measure.")
        return
    strand = threads[0].strand
    title = strand.objective.title if strand.objective else strand.division.title
    open_ = [one for one in strand.actions if one.rating is not Rating.GREEN]
    done = len(strand.actions) - len(open_)
    yield Paragraph(
        f"action-{row.code}",
        f"The action being taken is that of “{title}” in {strand.division.plan.title}: "
        f"{done} of {len(strand.actions)} actions completed.",
    )
    if open_:
        items = [f"{one.action.text} ({one.owners}; {one.due})" for one in open_[:MOST_ACTIONS]]
        if len(open_) > MOST_ACTIONS:
            items.append(f"and {len(open_) - MOST_ACTIONS} more in the plan.")
        yield Bullets(tuple(items))


def trend(row: ScorecardRow) -> Chart | None:
    """A measure's past year with its target; None of too few figures."""
    known = [past for past in row.history if past.number is not None]
    if len(known) < FEWEST_POINTS:
        return None
    lines = [Line(row.name, tuple(past.number for past in row.history))]
    if row.target.number is not None:
        lines.append(Line("Target", (row.target.number,) * len(row.history)))
    first, last = known[0], known[-1]
    said = [findings.number(one.number or 0, row.unit, row.decimals) for one in (first, last)]
    return Chart(
        key=f"trend-{row.code}",
        title=f"{row.name}: {row.figure.text} in {row.period}",
        alt=(
            f"A line of the past year, from {said[0]} at {day_label(first.end)} to {said[1]} at "
            f"{day_label(last.end)}"
            + (f", beside the target of {row.target.text}." if len(lines) > 1 else ".")
        ),
        kind="line",
        x=tuple(f"{past.end:%b %Y}" for past in row.history),
        lines=tuple(lines),
        unit=row.unit,
        decimals=row.decimals,
    )


# ---- changes -----------------------------------------------------------------------


class Then(NamedTuple):
    """A measure as it was in the quarter before; its rating where that is known."""

    figure: Figure
    rating: str


def changes(scope: Scope) -> Iterator[Block]:
    """Each measure beside what it was in the quarter before; ratings that changed first."""
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
                words(_change(row, then)),
                words(then.rating),
                words(rating(row)),
            )
            for row, then in pairs
        ),
        "Each by its latest figure of the quarter.",
    )


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
    ways = {"better": 0, "worse": 0, "same": 0}
    for row, then in compared(scope, scorecard_rows(scope)):
        higher = {Polarity.HIGHER: True, Polarity.LOWER: False}.get(row.polarity)
        one, other = row.figure.number or 0.0, then.figure.number or 0.0
        if higher is None:
            continue
        if findings.same(one, other, row.decimals):
            ways["same"] += 1
        else:
            ways["better" if (one > other) == higher else "worse"] += 1
    before = scope.quarter.before.label
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
    if earlier and earlier.row.figure.number is not None and earlier.row.unit == row.unit:
        return Then(earlier.row.figure, rating(earlier.row))
    before = scope.quarter.before
    past = [
        one
        for one in row.history
        if one.number is not None and before.start <= one.end <= before.end
    ]
    if not past:
        return None
    number = past[-1].number or 0.0
    return Then(Figure(number, findings.number(number, row.unit, row.decimals)), "")


def _ratings_moved(
    since: str,
    moved: Sequence[tuple[ScorecardRow, Then]],
    pairs: Sequence[tuple[ScorecardRow, Then]],
) -> str:
    if moved:
        said = ", ".join(
            f"{row.name} from {then.rating.lower()} to {rating(row).lower()}" for row, then in moved
        )
        return f"Since {since} the rating changed of: {said}."
    if not any(then.rating for _, then in pairs):
        return f"The ratings of {since} are not known, so only figures can be compared."
    return f"No rating changed since {since}, of {len(pairs)} measures that can be compared."


def _change(row: ScorecardRow, then: Then) -> str:
    one, other = row.figure.number or 0.0, then.figure.number or 0.0
    if findings.same(one, other, row.decimals):
        return "the same"
    gap = findings.gap_between(one, other, row.decimals)
    way = "up" if one > other else "down"
    return f"{way} {findings.difference(gap, row.unit, row.decimals)}"


# ---- for the committee --------------------------------------------------------------


def asked_for(scope: Scope) -> Iterator[Block]:
    """The measures that the committee asked for, a paragraph each."""
    wanted = Measure.objects.filter(code__in=scope.asked_for).order_by("order", "code")
    if not wanted:
        yield Paragraph("asked-none", "The committee asked for no measure by name.")
    for measure in wanted:
        of = scope.rows.get(measure.code)
        said = paragraph(scope.evidence(of)) if of else _no_figure(scope, measure)
        yield Paragraph(f"asked-{measure.code}", said)


def _no_figure(scope: Scope, measure: Measure) -> str:
    return f"{measure.short_name}: no figure is known in {scope.quarter.words}."


def since_last_meeting(scope: Scope) -> Iterator[Block]:
    """What was published or revised since the committee last met."""
    since = scope.since or scope.quarter.start
    revised = [
        one.row
        for one in scope.rows.values()
        if one.row.revised and one.row.revised.on and one.row.revised.on.date() > since
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
