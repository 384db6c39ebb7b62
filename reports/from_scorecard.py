"""The parts of a paper that come from the scorecard: measures in sentences, exceptions and
what the committee asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bucks_cs.lib.periods import day_label, month_label
from improvement_plan.models import Plan
from improvement_plan.progress import Rating
from improvement_plan.threads import MeasureThread, thread_of
from scorecard import findings
from scorecard.models import Measure
from scorecard.presenters import Figure, Past, ScorecardRow
from scorecard.rag import Rag

from .document import NOTHING, Block, Bullets, Cell, Chart, Line, Paragraph, Subheading, Table
from .scope import QuarterRow, Scope, is_known
from .sentences import paragraph, sentences

MOST_CHARTS, FEWEST_POINTS = 4, 3
"""So many exceptions are drawn, of which so many figures are known."""
MOST_ACTIONS = 3
"""Actions that are told of an exception; the plan has the rest."""


def cell(figure: Figure, row: ScorecardRow) -> Cell:
    return Cell(figure.text, figure.number, row.unit, row.decimals)


def words(text: str) -> Cell:
    return Cell(text or NOTHING)


def rating(row: ScorecardRow) -> str:
    return row.rag.label if row.figure.number is not None or row.figure.hidden else "No data"


def scorecard_rows(scope: Scope) -> list[QuarterRow]:
    return [one for one in scope.rows.values() if one.row.on_scorecard]


# ---- key performance summary -------------------------------------------------------


def key_performance(scope: Scope) -> Iterator[Block]:
    """The quarter in a sentence, then a paragraph a measure, by theme."""
    rows = scorecard_rows(scope)
    months = scope.months_words if scope.has_figures else ""
    yield Paragraph("kps-quarter", f"{in_short(scope, rows)} {months}".strip())
    if not scope.has_figures:
        return
    by_theme: dict[str, list[QuarterRow]] = {}
    for one in rows:
        by_theme.setdefault(one.row.theme, []).append(one)
    for theme, of_theme in by_theme.items():
        yield Subheading(theme)
        for one in of_theme:
            yield Paragraph(f"kps-{one.row.code}", told(scope, one))


def told(scope: Scope, one: QuarterRow) -> str:
    """A measure's paragraph. One that has no figure has none in the whole quarter."""
    if not is_known(one.row):
        return f"{one.row.name}: no figure is known of {scope.quarter.label}."
    return paragraph(scope.evidence(one))


def in_short(scope: Scope, rows: Sequence[QuarterRow]) -> str:
    """Of the 8 scorecard measures that are rated in the fourth quarter of 2014/15, 5 are red ..."""
    rated = _rated(rows)
    if not scope.has_figures:
        return scope.nothing_words
    if not rated:
        return f"No measure is rated in {scope.quarter.words}."
    counts = {
        rag: sum(one.row.rag is rag for one in rated) for rag in (Rag.RED, Rag.AMBER, Rag.GREEN)
    }
    red, amber, green = (f"{count or 'none'}" for count in counts.values())
    measures = "measure that is" if len(rated) == 1 else "measures that are"
    return (
        f"Of the {len(rated)} scorecard {measures} rated in {scope.quarter.words}, {red} "
        f"{'is' if red == '1' else 'are'} red, {amber} amber and {green} green, each by its latest "
        "figure of the quarter."
    )


def _rated(rows: Iterable[QuarterRow]) -> list[QuarterRow]:
    return [one for one in rows if isinstance(one.row.rag, Rag) and one.row.rag.is_rated]


# ---- exceptions --------------------------------------------------------------------


def exceptions(scope: Scope) -> Iterator[Block]:
    """What is red, why, and what is being done."""
    found = [one for one in scope.rows.values() if one.is_exception]
    if not found:
        yield Paragraph("exceptions-none", _none_red(scope))
        return
    if not any(one.row.commentary for one in found):
        yield Paragraph("exceptions-bare", "The record has no commentary on these figures.")
    yield table_of(
        "exceptions", f"Red, or red by the rule though printed otherwise, {scope.quarter.label}",
        [one.row for one in found],
    )  # fmt: skip
    threads = _threads(scope, [one.row.code for one in found])
    drawn, said = 0, dict[str, str]()
    for one in found:
        yield Subheading(one.row.name)
        yield Paragraph(f"exception-{one.row.code}", sentences(scope.evidence(one))[0])
        if one.row.commentary:
            yield Paragraph(f"commentary-{one.row.code}", f"The service says: {one.row.commentary}")
        yield from _action_taken(one.row, threads.get(one.row.code, []), said)
        target_from = scope.target_from.get(one.row.code)
        if drawn < MOST_CHARTS and (chart := trend(one.row, target_from)):
            drawn += 1
            yield chart


def _none_red(scope: Scope) -> str:
    if not scope.has_figures:
        return scope.nothing_words
    if not _rated(scope.rows.values()):
        return f"No measure is rated in {scope.quarter.label}, so none can be called red."
    return "No measure is red."


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
    ).filled


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


def _action_taken(
    row: ScorecardRow, threads: Sequence[MeasureThread], said: dict[str, str]
) -> Iterator[Block]:
    """What the plans say is done about it: the open actions of the objective that it measures.
    `said` are the objectives whose actions stand in the paper already, each with its measure."""
    if not threads:
        yield Paragraph(f"action-{row.code}", "No plan names an action for this measure.")
        return
    strand = threads[0].strand
    title = strand.objective.title if strand.objective else strand.division.title
    if title in said:
        yield Paragraph(
            f"action-{row.code}",
            f"The action being taken is that of “{title}” too: see {said[title]}.",
        )
        return
    said[title] = row.name
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


def trend(row: ScorecardRow, target_from: date | None) -> Chart | None:
    """A measure's past year with its target from the day on which that began; None of too few
    figures."""
    known = [past for past in row.history if past.number is not None]
    if len(known) < FEWEST_POINTS:
        return None
    first, last = known[0], known[-1]
    history = [past for past in row.history if first.end <= past.end <= last.end]
    lines = [Line(row.name, tuple(past.number for past in history))]
    if row.target.number is not None and target_from:
        target = (row.target.number if past.end >= target_from else None for past in history)
        lines.append(Line("Target", tuple(target)))
    said = [findings.number(one.number or 0, row.unit, row.decimals) for one in (first, last)]
    return Chart(
        key=f"trend-{row.code}",
        title=f"{row.name}: {row.figure.text} in {row.period}",
        alt=(
            f"A line from {said[0]} {_when(row, first)} to {said[1]} {_when(row, last)}"
            + (f", beside the target of {row.target.text}." if len(lines) > 1 else ".")
        ),
        kind="line",
        x=tuple(f"{past.end:%b %Y}" for past in history),
        lines=tuple(lines),
        unit=row.unit,
        decimals=row.decimals,
    )


def _when(row: ScorecardRow, past: Past) -> str:
    """When a figure of the history is: a month's figure is of the month, not of its last day."""
    month = month_label(past.end)
    monthly = row.facts.when == f"in {month_label(row.history[-1].end)}"
    return f"in {month}" if monthly else f"on {day_label(past.end)}"


# ---- for the committee --------------------------------------------------------------


def asked_for(scope: Scope) -> Iterator[Block]:
    """The measures that the committee asked for, a paragraph each."""
    wanted = Measure.objects.filter(code__in=scope.asked_for).order_by("order", "code")
    if not wanted:
        yield Paragraph("asked-none", "The committee asked for no measure by name.")
    for measure in wanted:
        of = scope.rows.get(measure.code)
        none = f"{measure.short_name}: no figure is known of {scope.quarter.label}."
        yield Paragraph(f"asked-{measure.code}", told(scope, of) if of else none)
