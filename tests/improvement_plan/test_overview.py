"""A plan at a glance, before it is a page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from improvement_plan.models import Plan, StatusReport
from improvement_plan.overview import change_since, division_lines, finding
from improvement_plan.progress import Move, Rating, Standing
from improvement_plan.rows import Point, Tally, points
from improvement_plan.success import success_rows
from tests.plan_factories import StatusReportFactory

DAY = date(2015, 3, 31)


def tally(*standings: Standing) -> Tally:
    return Tally.of(standings, DAY)


def test_the_finding_says_what_is_late_red_and_done() -> None:
    late = Standing(Rating.RED, date(2015, 3, 1))
    done = Standing(Rating.GREEN)

    assert finding(tally(late, done, done), "31 March 2015") == (
        "Of 3 actions, 1 overdue, 1 red and 2 completed at 31 March 2015"
    )
    assert finding(tally(done), "31 March 2015") == "Of 1 action, 1 completed at 31 March 2015"


def test_the_finding_does_not_make_up_what_is_not_there() -> None:
    quiet = Standing(Rating.AMBER, date(2015, 4, 30))

    assert (
        finding(tally(quiet), "31 March 2015") == "1 action, none of them overdue at 31 March 2015"
    )
    assert finding(tally(), "31 March 2015") == "No action fits"


def point(
    key: str, rating: Rating, due_text: str = "", printed_rag: str = "", due: date | None = None
) -> Point:
    return Point(1, key, Standing(rating, due), due_text, printed_rag)


def report(**actions: str) -> StatusReport:
    built: StatusReport = StatusReportFactory.build(frozen={"actions": actions} if actions else {})
    return built


def test_change_is_told_from_the_ratings_that_the_last_report_kept() -> None:
    now = [point("a", Rating.GREEN), point("b", Rating.RED), point("c", Rating.AMBER)]

    change = change_since(report(a="AMBER", b="AMBER"), now)

    assert change.since == "the report for March 2015"
    assert change.moved == {Move.COMPLETED: ["a"], Move.WORSE: ["b"], Move.NEW: ["c"]}
    assert change.dates == []


@pytest.mark.parametrize("last", [None, report()], ids=["no report", "a printed report"])
def test_where_no_report_kept_ratings_change_is_told_from_the_plan_as_printed(
    last: StatusReport | None,
) -> None:
    now = [
        point("a", Rating.RED, printed_rag="A"),
        point("b", Rating.AMBER, "28/02/15", "A", date(2015, 6, 30)),
        point("c", Rating.AMBER, "28/02/15 with delivery to follow", "A", date(2015, 2, 28)),
    ]

    change = change_since(last, now)

    assert change.since == "the plan as printed"
    assert change.moved == {Move.WORSE: ["a"], Move.SAME: ["b", "c"]}
    assert change.dates == ["b"]


def test_a_date_that_moved_since_the_last_report_is_told() -> None:
    last = report(a="AMBER", b="AMBER", c="AMBER")
    last.frozen["dates"] = {"a": "2015-02-28", "b": "ongoing", "c": "2015-06-30"}
    due = date(2015, 6, 30)

    change = change_since(last, [point(key, Rating.AMBER, due=due) for key in "abc"])

    assert change.dates == ["a", "b"]


@pytest.mark.django_db
def test_the_improvement_plan_comes_to_what_its_paper_prints(plan: Plan, member: Any) -> None:
    """Counted by eye in the paper: actions by rating, and success measures, per workstream."""
    found = points(plan.actions.all())

    lines = division_lines(plan, found, success_rows(plan, member), DAY)

    counted = [(line.tally.red, line.tally.amber, line.tally.green) for line in lines]
    assert counted == [
        (2, 16, 5),
        (2, 11, 17),
        (2, 15, 7),
        (1, 6, 9),
        (1, 14, 29),
        (1, 13, 11),
        (0, 0, 0),
    ]
    assert [line.division.key for line in lines] == ["1", "2", "3", "4", "5", "6", "7"]
