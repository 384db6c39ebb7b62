"""The scorecard and a measure as tables for files, from the same rows as their pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from bucks_cs.lib.disclosure import SYMBOLS
from bucks_cs.lib.periods import add_months, day_label, month_label, short_month_label

from .files import Column, Sheet, number_format
from .models import Baseline
from .monthly import Scorecard
from .presenters import HIDDEN, NOTHING, Comparator, Figure, Past, ScorecardRow, number_figure
from .selection import Selection, state_words
from .story import PeriodRow, Story, finding

Baselines = Mapping[str, tuple[str, Figure]]
"""By a measure's code: the label and figure of its baseline."""


def _statement(*said: tuple[str, str], produced: datetime) -> tuple[tuple[str, str], ...]:
    at = timezone.localtime(produced)
    key = "; ".join(f"{symbol} {words}" for symbol, words in SYMBOLS.items())
    return (
        *said,
        ("Produced", f"{day_label(at.date())}, {at:%H:%M}"),
        ("Symbols in place of a number", key),
    )


def _about(
    scorecard: Scorecard, selection: Selection, produced: datetime
) -> tuple[tuple[str, str], ...]:
    return _statement(
        ("Council", settings.COUNCIL_NAME),
        ("Month", month_label(scorecard.month)),
        ("State", state_words(scorecard)),
        ("Filter", selection.words()),
        produced=produced,
    )


def _title(month: date) -> str:
    return f"{settings.COUNCIL_NAME}: {settings.SERVICE_NAME}, {month_label(month)}"


# ---- the scorecard, laid out as the printed one ------------------------------------


def printed_sheets(
    scorecard: Scorecard, rows: Sequence[ScorecardRow], selection: Selection, produced: datetime
) -> list[Sheet]:
    """The scorecard's own measures, then the other figures of the month, each laid out as the
    printed scorecard: success measure, baseline, the financial year's monthly outturns,
    comparators, current outturn, target and RAG, and the next target."""
    baselines = baselines_of({row.code for row in rows})
    about = _about(scorecard, selection, produced)
    own = [row for row in rows if row.on_scorecard]
    others = [row for row in rows if not row.on_scorecard]
    sheets = [_printed_sheet("Scorecard", scorecard.month, own, baselines, about)]
    if others:
        sheets.append(_printed_sheet("Other figures", scorecard.month, others, baselines, about))
    return sheets


def _printed_sheet(
    name: str,
    month: date,
    rows: Sequence[ScorecardRow],
    baselines: Baselines,
    about: tuple[tuple[str, str], ...],
) -> Sheet:
    months = financial_year(month)
    names = list(dict.fromkeys(other.name for row in rows for other in row.comparators))
    labels = {label for label, _ in baselines.values()}
    columns = [
        Column("Success measure", 38),
        Column(labels.pop() if len(labels) == 1 else "Baseline", 12),
        *(Column(f"{short_month_label(month)} outturn", 9) for month in months),
        *(Column(_compared_heading(rows, name), 12) for name in names),
        Column("Current outturn", 11),
        Column("Current target", 11),
        Column("Current RAG", 11),
        Column(_next_heading(rows), 11),
    ]
    every = [one for row in rows for one in (row, *row.parts)]
    return Sheet(
        name,
        _title(month),
        about,
        tuple(columns),
        tuple(_printed_row(row, months, names, baselines) for row in every),
        tuple(number_format(row.unit, row.decimals) for row in every),
    )


def financial_year(month: date) -> list[date]:
    """The twelve months, April to March, of the year that a month is in."""
    april = date(month.year if month.month >= 4 else month.year - 1, 4, 1)
    return [add_months(april, count) for count in range(12)]


def _printed_row(
    row: ScorecardRow, months: Sequence[date], names: Sequence[str], baselines: Baselines
) -> tuple[object, ...]:
    past = {one.end.replace(day=1): one for one in row.history}
    compared = {other.name: other.figure for other in row.comparators}
    _, baseline = baselines.get(row.code, ("", NOTHING))
    name = f"{row.printed_name}: {row.label}" if row.label else row.printed_name
    return (
        name,
        NOTHING if row.label else baseline,
        *(_past(past.get(month)) for month in months),
        *(compared.get(name) for name in names),
        row.figure,
        row.target,
        row.rag,
        row.next_target,
    )


def _past(past: Past | None) -> object:
    if past is None:
        return None
    return past.symbol or None if past.number is None else past.number


def _compared_heading(rows: Iterable[ScorecardRow], name: str) -> str:
    """With the year, where it is one for all; else with where the years are."""
    vintages = {other.vintage for row in rows for other in row.comparators if other.name == name}
    if len(vintages) == 1:
        return f"{name} {vintages.pop()}"
    return f"{name} (years differ: see Every field)"


def _next_heading(rows: Iterable[ScorecardRow]) -> str:
    starts = {row.next_target_from for row in rows if row.next_target_from}
    return f"{short_month_label(starts.pop())} target" if len(starts) == 1 else "Next target"


# ---- the scorecard, every field ----------------------------------------------------

_FIELDS = (
    *(Column("Theme", 22), Column("Measure code", 24), Column("Measure", 34), Column("Part", 20)),
    *(Column("Period", 16), Column("Value"), Column("Unit", 14), Column("Numerator")),
    *(Column("Denominator"), Column("Target"), Column("RAG"), Column("Printed RAG")),
    *(Column("Direction"), Column("Period before"), Column("Direction in a year")),
    *(Column("Direction from three-period mean"), Column("Average"), Column("Lower process limit")),
    *(Column("Upper process limit"), Column("Points"), Column("Provisional")),
    Column("Variation", 26),
    *(
        Column("Special cause", 26),
        Column("Assurance", 26),
        Column("On track"),
    ),
    *(Column("Next target"), Column("Next target from", 14)),
)
_LAST_FIELDS = (
    *(Column("Owner", 20), Column("Commentary", 50), Column("Revised", 30)),
    Column("Doubt about the source", 40),
)


def fields_sheet(
    scorecard: Scorecard, rows: Sequence[ScorecardRow], selection: Selection, produced: datetime
) -> Sheet:
    """Every field of every row, one to a column."""
    every = [one for row in rows for one in (row, *row.parts)]
    names = list(dict.fromkeys(other.name for row in every for other in row.comparators))
    compared = [Column(f"{name}{what}") for name in names for what in ("", ": of", ": compared")]
    return Sheet(
        "Every field",
        _title(scorecard.month),
        _about(scorecard, selection, produced),
        (*_FIELDS, *compared, *_LAST_FIELDS),
        tuple(_field_row(row, names) for row in every),
        tuple(number_format(row.unit, row.decimals) for row in every),
        frozen=3,
    )


def _field_row(row: ScorecardRow, names: Sequence[str]) -> tuple[object, ...]:
    others = {other.name: other for other in row.comparators}
    return (
        *(row.theme, row.code, row.printed_name, row.label, row.period, row.figure, row.unit_label),
        *(_count(row.figure.numerator), _count(row.figure.denominator), row.target),
        *(row.rag, row.printed_rag, row.direction.label, row.earlier, row.direction_year.label),
        *(row.direction_mean.label, row.mean, row.lower_limit, row.upper_limit, row.points or None),
        "yes" if row.is_provisional else "",
        *_process(row),
        *(row.next_target, row.next_target_from),
        *(value for name in names for value in _compared(others.get(name))),
        *(row.owner, row.commentary, row.revised.words if row.revised else "", row.source_note),
    )


def _process(row: ScorecardRow) -> tuple[str, ...]:
    """Variation, special cause, assurance and on track."""
    if row.control_hidden:
        return (HIDDEN.label, "", HIDDEN.label, HIDDEN.label)
    special = row.point.label if row.is_signal else ""
    return (row.variation.label, special, row.assurance.label, row.on_track.label)


def _compared(other: Comparator | None) -> tuple[object, ...]:
    return (other.figure, other.vintage, other.said) if other else (None, None, None)


def _count(count: object) -> float | None:
    return None if count is None else float(str(count))


# ---- a measure ---------------------------------------------------------------------

_PERIOD_FIELDS = (
    *(Column("Area", 20), Column("Part", 20), Column("Period", 18), Column("From"), Column("To")),
    *(Column("Value"), Column("Numerator"), Column("Denominator"), Column("Target")),
    *(Column("RAG"), Column("Printed RAG"), Column("Direction"), Column("Average")),
    *(Column("Lower process limit"), Column("Upper process limit"), Column("Special cause", 28)),
    *(Column("Projection"), Column("Revision"), Column("Commentary", 50), Column("Document")),
    *(Column("Place in document", 40), Column("Printed", 20), Column("Doubt about the source", 40)),
)


def measure_sheet(story: Story, state: str, produced: datetime) -> Sheet:
    """Every period of the measure, its parts, and its comparators' figures."""
    measure = story.measure
    name = story.area.name
    own = [_period_row(row, name) for row in (*story.every, *story.parts)]
    compared = [
        (line.name, "", vintage, start, end, figure, *(None,) * (len(_PERIOD_FIELDS) - 6))
        for line in story.lines
        for start, end, figure, vintage in line.points
    ]
    rows = (*own, *compared)
    return Sheet(
        "Figures",
        f"{measure.name} ({measure.code})",
        _statement(
            ("Council", settings.COUNCIL_NAME),
            ("Finding", finding(story)),
            ("Area", name),
            ("State", state),
            ("Unit", measure.get_unit_display()),
            produced=produced,
        ),
        _PERIOD_FIELDS,
        rows,
        (number_format(measure.unit, measure.decimals),) * len(rows),
        frozen=3,
    )


def _period_row(row: PeriodRow, area: str) -> tuple[object, ...]:
    outturn = row.outturn
    document = outturn.document.title if outturn.document else ""
    return (
        *(area, row.part, row.label, outturn.period_start, outturn.period_end, row.figure),
        *(_count(row.figure.numerator), _count(row.figure.denominator), row.target, row.rag),
        *(row.printed_rag, row.direction.label, row.mean, row.lower, row.upper),
        *(row.point.label if row.is_special else "", "yes" if outturn.projection else ""),
        *(outturn.revision, row.commentary, document, outturn.locator, row.printed),
        row.source_note,
    )


def baselines_of(codes: Iterable[str]) -> dict[str, tuple[str, Figure]]:
    """The home area's baselines of these measures; of several of one measure, the first."""
    found: dict[str, tuple[str, Figure]] = {}
    kept = Baseline.objects.filter(
        series__area__code=settings.HOME_AREA, series__category="", series__measure__code__in=codes
    )
    for baseline in kept.select_related("series__measure").order_by("pk"):
        measure = baseline.series.measure
        figure = number_figure(baseline.value, measure)
        found.setdefault(measure.code, (baseline.label, figure))
    return found
