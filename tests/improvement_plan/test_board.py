"""The monthly status report: begun, edited, published."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from improvement_plan import board, services
from improvement_plan.board import MOST_LINES, Written, month_to_begin
from improvement_plan.models import LineKind, Plan, StatusReport
from improvement_plan.picture import kept_now, mark_of
from improvement_plan.progress import Rating
from improvement_plan.reporting import LONGEST
from scorecard.models import Status
from scorecard.services import Refused
from tests.at_once import at_once
from tests.factories import PostFactory, UserFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    PlanFactory,
    RiskRatingFactory,
    StatusReportFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

DAY, MARCH, FEBRUARY = date(2015, 3, 31), date(2015, 3, 1), date(2015, 2, 1)
TODAY = date(2026, 11, 26)
AMBER = {name: Rating.AMBER for name in board.RATINGS}


@pytest.fixture
def report() -> StatusReport:
    """March's draft, amber throughout, as the rule suggests of its plan."""
    division = DivisionFactory()
    ActionFactory(division=division, key="a")
    RiskRatingFactory(risk__plan=division.plan)
    draft: StatusReport = StatusReportFactory(plan=division.plan, reason="", measures=Rating.AMBER)
    return draft


def begin(plan: Plan, by: User, month: date = MARCH) -> StatusReport:
    return services.open_report(plan=plan, month=month, by=by, today=TODAY)


def save(report: StatusReport, by: User, *, seen: str | None = None, **said: Any) -> StatusReport:
    written = Written(**{"summary": "We go on.", **AMBER, **said})
    seen = str(report.version) if seen is None else seen
    return services.save_report(report=report, written=written, seen=seen, by=by)


def publish(
    report: StatusReport, by: User, *, seen: str | None = None, shown: str | None = None
) -> StatusReport:
    return services.publish_report(
        report=report,
        seen=str(report.version) if seen is None else seen,
        shown=mark_of(kept_now(report, DAY)) if shown is None else shown,
        by=by,
        today=TODAY,
    )


def lines(report: StatusReport, kind: LineKind) -> list[str]:
    return [line.text for line in report.lines.filter(kind=kind)]


# ---- begun -------------------------------------------------------------------------


def test_a_report_begins_with_the_ratings_that_the_rule_suggests(manager: User) -> None:
    action = ActionFactory(rating=Rating.RED)
    RiskRatingFactory(risk__plan=action.plan, rating=Rating.GREEN)
    report = begin(action.plan, manager)
    assert board.ratings_of(report) == {
        "overall": Rating.RED,
        "measures": Rating.NONE,
        "actions": Rating.RED,
        "risks": Rating.GREEN,
    }
    assert (report.version, report.saved_by, report.is_published) == (1, manager, False)
    assert AuditEvent.objects.get().action == "began a status report"


def test_it_begins_with_what_was_reported_and_approved_in_the_month(manager: User) -> None:
    division = DivisionFactory()
    first, second = (ActionFactory(division=division, order=order) for order in (1, 2))
    said = {"status": Status.APPROVED, "next_steps": ""}
    last = UpdateFactory(action=second, on=DAY, progress="Trained\nall five.", **said)
    UpdateFactory(action=first, on=MARCH, progress="Hired two.", **said)
    UpdateFactory(action=first, on=date(2015, 4, 1), progress="Of April.", **said)
    UpdateFactory(action=first, on=date(2015, 2, 28), progress="Of February.", **said)
    UpdateFactory(action=first, on=DAY, progress="Not approved.")
    UpdateFactory(on=DAY, progress="Of another plan.", **said)
    report = begin(division.plan, manager)
    assert lines(report, LineKind.ACHIEVEMENT) == ["Hired two.", "Trained all five."]
    assert lines(report, LineKind.TARGET) == []
    assert report.lines.last().update_drawn_from == last  # type: ignore[union-attr]


def test_what_two_updates_say_in_the_same_words_is_one_line(manager: User) -> None:
    division = DivisionFactory()
    for _ in range(2):
        UpdateFactory(
            action__division=division,
            status=Status.APPROVED,
            progress="Complete.",
            next_steps="Complete.",
        )
    report = begin(division.plan, manager)
    assert lines(report, LineKind.ACHIEVEMENT) == ["Complete."]
    assert lines(report, LineKind.TARGET) == ["Complete."]


def test_its_title_and_lead_are_those_of_the_last_report(manager: User) -> None:
    plan, lead = PlanFactory(short_title="The plan"), PostFactory()
    first = begin(plan, manager)
    assert (first.title, first.lead) == ("The plan: status report", None)
    first.title, first.lead, first.month = "To the board", lead, FEBRUARY
    first.save()
    second = begin(plan, manager)
    assert (second.title, second.lead) == ("To the board", lead)


def test_beginning_a_report_that_is_there_changes_nothing(
    report: StatusReport, manager: User
) -> None:
    assert begin(report.plan, manager) == report
    assert StatusReport.objects.get().summary == "The pace of change continues."


@pytest.mark.parametrize("month", [date(2015, 1, 1), FEBRUARY, date(2015, 4, 1)])
def test_only_the_month_of_the_plans_day_is_begun_with_its_figures(
    manager: User, month: date
) -> None:
    with pytest.raises(Refused, match="Only the report for March 2015 can be begun"):
        begin(PlanFactory(), manager, month)


@pytest.mark.parametrize("who", ["member", "officer", "administrator"])
def test_only_who_publishes_may_begin_save_and_publish(
    who: str, report: StatusReport, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    for event in (lambda: begin(report.plan, by), lambda: save(report, by)):
        with pytest.raises(PermissionDenied):
            event()
    with pytest.raises(PermissionDenied):
        publish(report, by)


def test_the_month_of_the_plans_day_is_offered_until_it_is_begun() -> None:
    plan = StatusReportFactory(month=FEBRUARY).plan
    StatusReportFactory(month=MARCH)  # of another plan
    assert month_to_begin(plan, DAY) == MARCH
    StatusReportFactory(plan=plan, month=MARCH)
    assert month_to_begin(plan, DAY) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_months_report_at_once_begin_one(manager: User) -> None:
    action, other = ActionFactory(), UserFactory(role="manager")
    UpdateFactory(action=action, status=Status.APPROVED)
    plan = action.plan
    assert at_once(lambda: begin(plan, manager), lambda: begin(plan, other)) == [None, None]
    assert StatusReport.objects.get().lines.count() == 2


# ---- edited ------------------------------------------------------------------------


def test_what_is_written_is_kept_in_order(report: StatusReport, manager: User) -> None:
    saved = save(
        report,
        manager,
        summary="New.",
        evidence="The dashboard.",
        reason="As agreed.",
        risks=Rating.RED,
        achievements=("Second", "First", "Second"),
        targets=("Next",),
    )
    saved.refresh_from_db()
    assert (saved.summary, saved.evidence, saved.reason) == ("New.", "The dashboard.", "As agreed.")
    assert board.ratings_of(saved) == AMBER | {"risks": Rating.RED}
    assert lines(saved, LineKind.ACHIEVEMENT) == ["Second", "First"]
    assert lines(saved, LineKind.TARGET) == ["Next"]
    assert (saved.version, saved.saved_by) == (2, manager)
    event = AuditEvent.objects.get(action="saved a status report")
    assert event.detail["risks"] == "Red"


def test_a_line_that_stays_keeps_what_it_was_drawn_from(manager: User) -> None:
    update = UpdateFactory(status=Status.APPROVED, progress="Hired.", next_steps="Hired.")
    report = begin(update.action.plan, manager)
    saved = save(report, manager, achievements=("New", "Hired."), targets=("Changed",))
    drawn = {line.text: line.update_drawn_from for line in saved.lines.all()}
    assert drawn == {"New": None, "Hired.": update, "Changed": None}


def test_whoever_saves_second_is_told_and_nothing_is_overwritten(
    report: StatusReport, manager: User
) -> None:
    save(report, manager, summary="Mine.", achievements=("Kept",))
    with pytest.raises(services.ReportConflict, match="manager changed this report") as raised:
        save(report, UserFactory(role="manager"), seen="1", summary="Theirs.")
    assert raised.value.theirs.summary == "Mine."
    assert StatusReport.objects.get().summary == "Mine."
    assert lines(report, LineKind.ACHIEVEMENT) == ["Kept"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"achievements": tuple(map(str, range(MOST_LINES + 1)))}, f"{MOST_LINES} lines"),
        ({"summary": "x" * (LONGEST + 1)}, "characters or fewer"),
        ({"targets": ("x" * (LONGEST + 1),)}, "characters or fewer"),
    ],
)
def test_what_is_too_long_is_refused(
    said: dict[str, Any], words: str, report: StatusReport, manager: User
) -> None:
    with pytest.raises(Refused, match=words):
        save(report, manager, **said)


# ---- published ---------------------------------------------------------------------


def test_a_published_report_keeps_the_plan_as_it_was(report: StatusReport, manager: User) -> None:
    report.measures, report.reason = Rating.RED, "As the board agreed."
    report.save()
    published = publish(report, manager)
    kept = published.frozen
    published.plan.actions.update(rating=Rating.RED)
    published.refresh_from_db()
    assert published.frozen == kept
    assert kept["actions"] == {"a": "AMBER"}
    assert (published.published_by, published.is_published, published.version) == (manager, True, 2)
    event = AuditEvent.objects.get(action="published a status report")
    assert event.detail["measures"] == "Red"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"summary": " "}, "Write the status summary first"),
        ({"risks": Rating.NONE}, "Set the overall rating"),
        ({"risks": Rating.GREEN}, "differs from the one that the rule suggests: say why"),
    ],
)
def test_a_report_that_does_not_say_all_it_must_is_not_published(
    changed: dict[str, Any], words: str, report: StatusReport, manager: User
) -> None:
    for name, value in changed.items():
        setattr(report, name, value)
    report.save()
    with pytest.raises(Refused, match=words):
        publish(report, manager)
    assert not StatusReport.objects.published().exists()


def test_ratings_as_suggested_need_no_reason(report: StatusReport, manager: User) -> None:
    kept = kept_now(report, DAY)
    assert board.suggestions(kept) == AMBER | {"measures": Rating.NONE}
    services.check_can_publish(report, kept, manager)


def test_a_part_of_which_nothing_is_rated_may_stay_without_a_rating(
    report: StatusReport, manager: User
) -> None:
    kept = kept_now(report, DAY)
    report.measures = Rating.NONE
    services.check_can_publish(report, kept, manager)
    report.overall = Rating.NONE
    with pytest.raises(Refused, match="Set the overall rating"):
        services.check_can_publish(report, kept, manager)


def test_a_published_report_is_neither_changed_nor_published_again(
    report: StatusReport, manager: User
) -> None:
    report.reason = "As agreed."
    report.save()
    publish(report, manager)
    for event in (lambda: save(report, manager), lambda: publish(report, manager)):
        with pytest.raises(Refused, match="can no longer be changed"):
            event()
    report.refresh_from_db()
    with pytest.raises(Refused, match="published already"):
        services.check_can_publish(report, kept_now(report, DAY), manager)


def test_a_report_that_somebody_changed_is_not_published_unseen(
    report: StatusReport, manager: User
) -> None:
    save(report, UserFactory(role="manager"), reason="As agreed.")
    with pytest.raises(services.ReportConflict):
        publish(report, manager, seen="1")


def test_a_plan_that_changed_meanwhile_is_not_frozen_unseen(
    report: StatusReport, manager: User
) -> None:
    report.reason = "As agreed."
    report.save()
    shown = mark_of(kept_now(report, DAY))
    ActionFactory(division=report.plan.divisions.get())
    with pytest.raises(Refused, match="The plan changed after you opened this page"):
        publish(report, manager, shown=shown)
    assert not StatusReport.objects.published().exists()


def test_what_is_frozen_is_the_same_whoever_publishes(report: StatusReport) -> None:
    """It is the plan as a member sees it."""
    frozen = []
    for by in (UserFactory(role="manager"), UserFactory(role="manager")):
        StatusReport.objects.update(published_at=None, version=1, frozen={}, reason="As agreed.")
        report.refresh_from_db()
        frozen.append(publish(report, by).frozen)
    assert frozen[0] == frozen[1]
