"""A status report as the board reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bucks_cs.models import User
from improvement_plan import services
from improvement_plan.escalation import Movement
from improvement_plan.models import Plan, StatusReport
from improvement_plan.paper import changes_said, paper_of, state_words
from improvement_plan.picture import kept_now, mark_of
from improvement_plan.progress import Move, Rating
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    RiskRatingFactory,
    StatusReportFactory,
    SuccessMeasureFactory,
)

pytestmark = pytest.mark.django_db

DAY, FEBRUARY = date(2015, 3, 31), date(2015, 2, 1)


@pytest.fixture
def draft() -> StatusReport:
    """March's, of a plan with a red action of two, a red success measure and an amber risk."""
    division = DivisionFactory(key="1", title="Leading")
    plan = division.plan
    ActionFactory(division=division, key="a", rating=Rating.RED)
    ActionFactory(division=division, key="b")
    SuccessMeasureFactory(division=division, printed_rag="R")
    RiskRatingFactory(risk__plan=plan, risk__ref="394")
    report: StatusReport = StatusReportFactory(plan=plan)
    return report


def publish(report: StatusReport, by: User) -> StatusReport:
    shown = mark_of(kept_now(report, DAY))
    return services.publish_report(
        report=report, seen=str(report.version), shown=shown, by=by, today=DAY
    )


def test_a_draft_shows_the_plan_as_it_stands(draft: StatusReport) -> None:
    paper = paper_of(draft, DAY)
    assert [(axis.name, axis.suggested, axis.basis, axis.differs) for axis in paper.axes] == [
        ("overall", Rating.RED, "", True),
        ("measures", Rating.RED, "1 red of 1 rated", True),
        ("actions", Rating.RED, "1 red of 2 rated", True),
        ("risks", Rating.AMBER, "0 red of 1 rated", False),
    ]
    assert [(count["name"], count["red"], count["total"]) for count in paper.counts] == [
        ("Workstream 1", 1, 2),
        ("All", 1, 2),
    ]
    assert (paper.day, paper.success) == (DAY, "1 red")
    assert paper.finding == (
        "Overall amber: success measures amber, actions amber, risks and issues amber."
    )
    RiskRatingFactory(risk=draft.plan.risks.get(), on=DAY, rating=Rating.RED)
    assert paper_of(draft, DAY).risks[0].movement is Movement.WORSE


def test_a_published_report_shows_only_what_was_frozen(draft: StatusReport, manager: User) -> None:
    before = paper_of(draft, DAY)
    published = publish(draft, manager)
    draft.plan.actions.update(rating=Rating.GREEN)
    RiskRatingFactory(risk=draft.plan.risks.get(), on=DAY, rating=Rating.RED)
    draft.plan.risks.update(if_text="something else")
    draft.plan.divisions.update(title="Following")
    type(draft.plan).objects.update(red_share=99)
    after = paper_of(published, date(2016, 1, 1))
    shown = ("axes", "risks", "counts", "success", "changes_said", "day", "rule")
    assert [getattr(after, name) for name in shown] == [getattr(before, name) for name in shown]
    assert "33%" in after.rule


def test_what_changed_since_the_report_before_is_told(draft: StatusReport, manager: User) -> None:
    publish(draft, manager)
    ActionFactory(division=draft.plan.divisions.get(), key="c", text="Do more")
    draft.plan.actions.filter(key="a").update(rating=Rating.GREEN)
    april = StatusReportFactory(plan=draft.plan, month=date(2015, 4, 1))
    paper = paper_of(april, date(2015, 4, 30))
    assert paper.changes_said == "Since the report for March 2015: 1 completed, 1 new."
    completed, new = paper.changes
    assert (completed.before, completed.now, completed.move) == (
        Rating.RED,
        Rating.GREEN,
        Move.COMPLETED,
    )
    assert (new.text, new.division, new.before) == ("Do more", "Workstream 1", None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        (
            {"since": "the plan as printed", "moved": []},
            "No action’s rating or date has changed since the plan as printed.",
        ),
        (
            {"since": "the plan as printed", "moved": [{"move": "same", "due_now": "Ongoing"}]},
            "Since the plan as printed: 1 date changed.",
        ),
    ],
)
def test_what_changed_is_said_in_a_sentence(changes: dict[str, object], words: str) -> None:
    said = changes_said(changes)
    assert said.startswith(words) and bool(said) is bool(words)


# ---- printed -----------------------------------------------------------------------


def test_a_published_report_never_reads_the_plan() -> None:
    report = StatusReportFactory(month=FEBRUARY, published_at=datetime(2015, 4, 7, tzinfo=UTC))
    RiskRatingFactory(risk__plan=report.plan, on=date(2015, 2, 28))
    paper = paper_of(report, DAY)
    assert paper.risks == ()
    assert (paper.day, paper.counts, paper.changes_said, paper.rule) == (None, (), "", "")
    assert not any(axis.differs for axis in paper.axes)


def test_the_report_of_february_2015_stands_as_printed(plan: Plan) -> None:
    report = plan.reports.get(month=FEBRUARY)
    risk = plan.risks.get(ref="398")
    RiskRatingFactory(risk=risk, on=date(2015, 2, 1), rating=Rating.RED)
    risk.if_text = "something else"
    risk.closed_on = date(2015, 2, 1)
    risk.save()
    paper = paper_of(report, DAY)
    assert "something else" not in {risk.if_text for risk in paper.risks}
    assert [axis.rating.label for axis in paper.axes] == ["Red", "Red", "Amber", "Amber"]
    assert [(risk.ref, risk.rating.label) for risk in paper.risks] == [
        ("394", "Red"),
        ("398", "Green"),
        ("407", "Red"),
        ("460", "Amber"),
        ("461", "Amber"),
    ]
    assert (len(paper.achievements), len(paper.targets)) == (18, 18)
    assert paper.achievements[5] == "6 permanent social workers appointed"
    assert state_words(report) == "Printed in the paper of 7 April 2015"


def test_where_a_report_stands_is_said(draft: StatusReport, manager: User) -> None:
    assert state_words(draft) == "Draft, not published"
    published = publish(draft, manager)
    published.published_at = datetime(2015, 4, 8, 23, 30, tzinfo=UTC)
    assert state_words(published) == "Published on 9 April 2015"
