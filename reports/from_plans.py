"""The parts of a paper that come from the plans: workstreams, risks, the board’s report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bucks_cs.lib.periods import day_label, month_label
from improvement_plan.models import Plan, StatusReport
from improvement_plan.paper import Paper, paper_of, state_words
from improvement_plan.risks import risk_rows
from improvement_plan.rows import Tally, points, tallies

from .document import Block, Bullets, Cell, Chart, Line, Paragraph, Subheading, Table
from .from_scorecard import words
from .scope import Scope

COUNTS = (
    ("Completed", "green"),
    ("On track", "amber"),
    ("Missed, or likely to be", "red"),
    ("Not rated", "none"),
)


def the_plan() -> Plan | None:
    """The improvement plan: the one that a board oversees, else the first."""
    return Plan.objects.filter(board__isnull=False).first() or Plan.objects.first()


class Division(NamedTuple):
    """A part of the plan, and how many of its actions are of each kind, by `COUNTS` and more."""

    name: str
    title: str
    counts: Mapping[str, int]


def in_short(scope: Scope) -> str:
    """How the improvement plan stands, in a sentence or two."""
    plan = the_plan()
    return _standing(scope, plan)[0] if plan else "No plan is held."


def progress(scope: Scope) -> Iterator[Block]:
    """The improvement plan by workstream: as the board's last report of the quarter had it, where
    that kept it; else as it stands."""
    plan = the_plan()
    if plan is None:
        yield Paragraph("plan-none", "No plan is held.")
        return
    said, rows = _standing(scope, plan)
    yield Paragraph("plan-as-at", said)
    yield Table(
        "plan-progress",
        f"{plan.title}: actions by {plan.division_word.lower()}",
        (plan.division_word, *(label for label, _ in COUNTS), "Overdue", "All"),
        tuple(
            (
                words(f"{name}: {title}" if title and title not in name else name),
                *(_count(of[key]) for _, key in COUNTS),
                _count(of["overdue"]),
                _count(of["total"]),
            )
            for name, title, of in rows
        ),
        "On the plan’s own scale: green is completed, amber on track, red missed or likely to be.",
    )
    done, every = (sum(of[key] for *_, of in rows) for key in ("green", "total"))
    each = plan.division_word.lower()
    yield Chart(
        key="plan-chart",
        title=f"{done} of {every} actions are completed",
        alt=f"A column for each {each}: its actions by rating. The table has their numbers.",
        kind="stacked",
        x=tuple(name for name, _, _ in rows),
        lines=tuple(
            Line(label, tuple(of[key] for *_, of in rows))
            for label, key in COUNTS
            if any(of[key] for *_, of in rows)
        ),
        unit="count",
    )


def _standing(scope: Scope, plan: Plan) -> tuple[str, list[Division]]:
    """What the board's last report of the quarter found, and the actions in numbers: its own where
    it kept them, else those of the plan as it stands."""
    report = report_of(scope, plan)
    paper = paper_of(report, scope.today) if report else None
    said = _found(report, paper) if report and paper else ""
    if report and paper and paper.counts:
        *of_divisions, _ = paper.counts
        rows = [Division(one["name"], one["title"], one) for one in of_divisions]
        return f"{said} {_in_numbers(rows)}", rows
    day = plan.day(scope.today)
    rows = [
        Division(str(division), division.title, _counts(tally))
        for division, tally in tallies(plan, points(plan.actions.all()), day)
    ]
    late = " How it stood in the quarter is not kept." if day > scope.quarter.end else ""
    numbers = f"{plan.title} at {day_label(day)}: {_in_numbers(rows)}{late}"
    return f"{said} {numbers}".strip(), rows


def _found(report: StatusReport, paper: Paper) -> str:
    """The board’s report for February 2015 found it overall red: success measures red, ..."""
    finding = f"{paper.finding[:1].lower()}{paper.finding[1:]}"
    return f"The board’s report for {month_label(report.month)} found the plan {finding}"


def _counts(tally: Tally) -> dict[str, int]:
    keys = (*(key for _, key in COUNTS), "overdue", "total")
    return {key: getattr(tally, key) for key in keys}


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", number, "count")


def _in_numbers(rows: list[Division]) -> str:
    sums = {
        key: sum(one.counts[key] for one in rows) for key in ("red", "green", "overdue", "total")
    }
    return (
        f"of {sums['total']} actions, {sums['green']} are completed, {sums['red']} are rated red "
        f"and {sums['overdue']} are overdue."
    )


def report_of(scope: Scope, plan: Plan) -> StatusReport | None:
    """The board's last published report of the quarter."""
    found = plan.reports.published().filter(month__in=scope.quarter.months)
    return found.order_by("-month").first()


def risks(scope: Scope) -> Iterator[Block]:
    """The risks that are open, with who owns them and what is done about them."""
    plan = the_plan()
    report = report_of(scope, plan) if plan else None
    if plan and report and report.frozen.get("risks"):
        said = f"The risks are those of the board’s report for {month_label(report.month)}."
        yield Paragraph("risks-as-at", said)
        yield from _risk_table(paper_of(report, scope.today))
        return
    day = plan.day(scope.today) if plan else scope.today
    rows = [row for row in risk_rows(plan, day) if not row.closed] if plan else []
    if not rows:
        yield Paragraph("risks-none", "No open risk is recorded.")
        return
    yield Paragraph(
        "risks-as-at",
        f"No report of the board in {scope.quarter.label} lists risks: these are the ones open at "
        f"{day_label(day)}.",
    )
    yield Table(
        "risks",
        "Open risks",
        ("Risk", "Rating", "Owner", "What is done about it"),
        tuple(
            (
                words(f"If {row.risk.if_text} then {row.risk.then_text}"),
                words(row.rating.label),
                words(row.owner),
                words("; ".join(row.mitigation)),
            )
            for row in rows
        ),
    )


def _risk_table(paper: Paper) -> Iterator[Block]:
    yield Table(
        "risks",
        "Risks",
        ("Risk", "Rating", "Owner", "What is done about it"),
        tuple(
            (
                words(f"If {risk.if_text} then {risk.then_text}"),
                words(risk.rating.label),
                words(risk.owner),
                words("; ".join(risk.mitigation)),
            )
            for risk in paper.risks
        ),
    )


# ---- the board's own report --------------------------------------------------------


def board_report(scope: Scope) -> Iterator[Block]:
    """The board's status report of the quarter's last month that has one."""
    plan = the_plan()
    report = report_of(scope, plan) if plan else None
    if plan is None or report is None:
        yield Paragraph(
            "board-none", f"The board has no published status report of {scope.quarter.label}."
        )
        return
    paper = paper_of(report, scope.today)
    yield Paragraph(
        "board-finding",
        f"{month_label(report.month)}: {paper.finding} {state_words(report)}.",
    )
    yield Table(
        "board-axes",
        "Ratings",
        ("", "Rating", "What it rests on"),
        tuple(
            (words(axis.label), words(axis.rating.label), words(axis.basis)) for axis in paper.axes
        ),
        report.reason,
    ).filled
    if report.summary:
        yield Paragraph("board-summary", report.summary)
    for title, lines in (
        ("Developments, achievements and milestones reached", paper.achievements),
        ("Targets for the next period", paper.targets),
    ):
        if lines:
            yield Subheading(title)
            yield Bullets(lines)
    if paper.changes_said:
        yield Subheading("What has changed")
        yield Paragraph("board-changes", paper.changes_said)
    if paper.risks:
        yield Subheading("Risks and issues")
        yield from _risk_table(paper)
