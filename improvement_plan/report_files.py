"""A status report as tables for files, from the same paper as its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from bucks_cs.lib.periods import day_label, month_label
from scorecard.files import Column, Sheet, Value

from .paper import Paper, state_words
from .progress import RATED

Rows = list[tuple[Value, ...]]


def report_sheets(paper: Paper, produced: datetime) -> list[Sheet]:
    """A sheet a part, those of which there is nothing left out."""
    sheets = [
        _sheet(paper, produced, "Ratings", _RATINGS, _ratings(paper)),
        _sheet(paper, produced, "Lines", _LINES, _lines(paper)),
        _sheet(paper, produced, "Risks", _RISKS, _risks(paper)),
        _sheet(paper, produced, "Counts", _COUNTS, _counts(paper)),
        _sheet(paper, produced, "Changes", _CHANGES, _changes(paper)),
    ]
    return [sheet for sheet in sheets if sheet.rows]


def report_sheet(paper: Paper, produced: datetime) -> Sheet:
    """All of them as one table: a row a cell."""
    rows: Rows = [
        (sheet.name, row[0], column.heading, value)
        for sheet in report_sheets(paper, produced)
        for row in sheet.rows
        for column, value in zip(sheet.columns[1:], row[1:], strict=True)
        if value not in ("", None)
    ]
    columns = (Column("Part"), Column("Item"), Column("What"), Column("Says"))
    return _sheet(paper, produced, "Status report", columns, rows)


def _sheet(
    paper: Paper,
    produced: datetime,
    name: str,
    columns: Sequence[Column],
    rows: Rows,
) -> Sheet:
    return Sheet(
        name=name,
        title=f"{paper.report.title}, {month_label(paper.report.month)}",
        statement=_statement(paper, produced),
        columns=tuple(columns),
        rows=tuple(rows),
        formats=("General",) * len(rows),
    )


def _statement(paper: Paper, produced: datetime) -> tuple[tuple[str, str], ...]:
    report, at = paper.report, timezone.localtime(produced)
    looked_at = day_label(paper.day) if paper.day else "not known: the paper prints no counts"
    return (
        ("Council", settings.COUNCIL_NAME),
        ("Plan", report.plan.title),
        ("State", state_words(report)),
        ("Lead", report.lead.title if report.lead else "None named"),
        ("Plan as it stood on", looked_at),
        *([("How ratings are suggested", paper.rule)] if paper.rule else []),
        *([("What changed", paper.changes_said)] if paper.changes_said else []),
        *([("Success measures", paper.success)] if paper.success else []),
        ("Produced", f"{day_label(at.date())}, {at:%H:%M}"),
    )


_RATINGS = (Column("Of", 20), Column("Rating"), Column("Suggested"), Column("Rests on", 40))
_LINES = (Column("Line", 20), Column("Part", 40), Column("Text", 100))
_RISKS = (
    *(Column("Ref"), Column("If", 40), Column("Then", 40), Column("Mitigating action", 60)),
    *(Column("Owner", 30), Column("Rating"), Column("Since it was rated before", 16)),
)
_COUNTS = (
    *(Column("Division", 20), Column("Title", 40), Column("Red"), Column("Amber")),
    *(Column("Green"), Column("Not rated"), Column("Overdue"), Column("Actions")),
)
_CHANGES = (
    *(Column("Action"), Column("Division", 20), Column("Text", 60)),
    *(Column("Before"), Column("Now"), Column("Change")),
    *(Column("Date before", 18), Column("Date now", 18)),
)


def _ratings(paper: Paper) -> Rows:
    return [
        (
            axis.label,
            axis.rating.label,
            axis.suggested.label if axis.suggested in RATED else "",
            axis.basis,
        )
        for axis in paper.axes
    ]


def _lines(paper: Paper) -> Rows:
    report = paper.report
    parts = (
        ("Status summary", report.summary.splitlines()),
        ("Evidence", report.evidence.splitlines()),
        ("Why a rating differs from the suggested one", report.reason.splitlines()),
        ("Achievement", paper.achievements),
        ("Target for the next period", paper.targets),
    )
    texts = [(part, text) for part, lines in parts for text in lines if text.strip()]
    return [(number, part, text) for number, (part, text) in enumerate(texts, start=1)]


def _risks(paper: Paper) -> Rows:
    return [
        (
            risk.ref,
            risk.if_text,
            risk.then_text,
            "\n".join(risk.mitigation),
            risk.owner,
            risk.rating.label,
            risk.movement.label if risk.movement else "",
        )
        for risk in paper.risks
    ]


def _counts(paper: Paper) -> Rows:
    names = ("name", "title", "red", "amber", "green", "none", "overdue", "total")
    return [tuple(count[name] for name in names) for count in paper.counts]


def _changes(paper: Paper) -> Rows:
    return [
        (
            one.ref or one.key,
            one.division,
            one.text,
            one.before.label if one.before else "",
            one.now.label,
            one.move.label,
            one.due_before,
            one.due_now,
        )
        for one in paper.changes
    ]
