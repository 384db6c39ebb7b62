"""An owner's report, from the first draft to the manager's decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from bucks_cs.roles import Role
from improvement_plan import services
from improvement_plan.models import Action, Update
from improvement_plan.progress import Rating
from improvement_plan.reporting import LONGEST, said_in, token_of
from improvement_plan.services import NothingWritten, NotReady, UpdateConflict
from improvement_plan.workflow import Said
from scorecard.models import Status
from scorecard.services import Refused
from tests.at_once import at_once
from tests.factories import UserFactory
from tests.plan_factories import ActionFactory, PlanFactory, UpdateFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)  # the clock's; the plan of the factory is read at 31 March 2015
PLAN_DAY = date(2015, 3, 31)
SAID = Said(
    rating=Rating.AMBER,
    progress="Half of it is done.",
    reason="One team has not begun.",
    next_steps="That team begins in April.",
)
DONE = Said(
    rating=Rating.GREEN,
    progress="All of it is done.",
    evidence="The report to Cabinet.",
    completed_on=date(2015, 3, 20),
)
MOVED = replace(SAID, new_due=date(2015, 6, 30), due_reason="The bid comes in May.")


@pytest.fixture
def action(db: Any) -> Action:
    """Due on 30 April 2015, amber."""
    made: Action = ActionFactory(key="1.1.1", division__plan__short_title="The plan")
    return made


def save(action: Action, said: Said, by: User, seen: str | None = None) -> Update:
    token = token_of(in_progress(action)) if seen is None else seen
    return services.save_update(action=action, said=said, seen=token, by=by, today=TODAY)


def send(action: Action, said: Said, by: User) -> Update:
    token = token_of(save(action, said, by))
    return services.submit(action=action, seen=token, by=by, today=TODAY)


def in_progress(action: Action) -> Update | None:
    return Update.objects.in_progress().filter(action=action).first()


def approve(update: Update, by: User, seen: str | None = None) -> Action:
    token = token_of(update) if seen is None else seen
    return services.approve(update=update, seen=token, by=by)


def send_back(update: Update, by: User, reason: str = "Which team?") -> Update:
    return services.return_(update=update, seen=token_of(update), reason=reason, by=by)


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


# ---- a draft


def test_a_draft_is_kept_however_incomplete(action: Action, officer: User) -> None:
    update = save(action, Said(progress="Begun."), officer)
    update.refresh_from_db()
    assert said_in(update) == Said(progress="Begun.")
    assert (update.status, update.entered_by) == (Status.DRAFT, officer)
    assert update.on == PLAN_DAY, "the plan's day, not the clock's"


def test_a_blank_form_is_no_draft(action: Action, officer: User) -> None:
    with pytest.raises(NothingWritten):
        save(action, Said(), officer)
    save(action, SAID, officer)
    with pytest.raises(NothingWritten):
        save(action, Said(), officer)
    assert said_in(in_progress(action)) == SAID, "a draft is discarded, not emptied"


def test_a_plan_of_today_is_reported_on_today(officer: User) -> None:
    action = ActionFactory(division__plan=PlanFactory(read_at=None))
    assert save(action, SAID, officer).on == TODAY


def test_saving_again_changes_the_one_report(action: Action, officer: User) -> None:
    first = save(action, Said(progress="Begun."), officer)
    second = save(action, SAID, officer)
    assert (second.pk, second.version) == (first.pk, first.version + 1)
    assert Update.objects.count() == 1


def test_saving_is_in_the_audit_trail_with_what_was_said(action: Action, officer: User) -> None:
    save(action, MOVED, officer)
    event = last_event()
    assert (event.action, event.user) == ("saved a report", officer)
    assert event.subject == "The plan, action 1.1.1"
    assert event.detail == {
        "rating": "Amber",
        "progress": "Half of it is done.",
        "reason": "One team has not begun.",
        "next_steps": "That team begins in April.",
        "new_due": "2015-06-30",
        "due_reason": "The bid comes in May.",
    }


def test_saving_what_stands_already_changes_nothing(action: Action, officer: User) -> None:
    before = save(action, SAID, officer)
    again = save(action, SAID, UserFactory())
    assert (again.version, again.entered_by) == (before.version, officer)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("name", ["progress", "evidence", "reason", "next_steps", "due_reason"])
def test_an_answer_that_is_too_long_is_refused(action: Action, officer: User, name: str) -> None:
    save(action, replace(SAID, **{name: "x" * LONGEST}), officer)
    with pytest.raises(Refused, match="4,000 characters or fewer"):
        save(action, replace(SAID, **{name: "x" * (LONGEST + 1)}), officer)


def test_a_draft_changes_nothing_of_the_action(action: Action, officer: User) -> None:
    send(action, MOVED, officer)
    action.refresh_from_db()
    assert (action.rating, action.due_date) == (Rating.AMBER, date(2015, 4, 30))


# ---- who may


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR])
def test_who_may_not_report_does_none_of_it(action: Action, role: Role) -> None:
    update, other = UpdateFactory(action=action, status=Status.DRAFT), UserFactory(role=role)
    token = token_of(update)
    for event in (
        lambda: save(action, SAID, other),
        lambda: services.submit(action=action, seen=token, by=other, today=TODAY),
        lambda: services.discard(action=action, seen=token, by=other),
        lambda: services.check_can_report(action, other),
    ):
        with pytest.raises(PermissionDenied):
            event()
    assert in_progress(action) == update


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR, Role.OFFICER])
def test_who_may_not_approve_does_none_of_it(action: Action, role: Role) -> None:
    update, other = UpdateFactory(action=action), UserFactory(role=role)
    for event in (
        lambda: approve(update, other),
        lambda: approve(update, other, seen="stale"),
        lambda: send_back(update, other),
        lambda: services.check_can_decide(update, other),
    ):
        with pytest.raises(PermissionDenied):
            event()
    update.refresh_from_db()
    assert update.status == Status.SUBMITTED


# ---- sending it


def test_a_whole_report_goes_to_the_manager(action: Action, officer: User) -> None:
    update = send(action, SAID, officer)
    update.refresh_from_db()
    assert update.status == Status.SUBMITTED
    assert update.submitted_at is not None
    event = last_event()
    assert (event.action, event.user) == ("submitted a report", officer)
    assert event.detail["progress"] == SAID.progress


def test_an_incomplete_report_is_not_sent_and_says_what_it_needs(
    action: Action, officer: User
) -> None:
    with pytest.raises(NotReady) as refused:
        send(action, replace(SAID, reason=""), officer)
    assert [problem.field for problem in refused.value.problems] == ["reason"]
    assert in_progress(action).status == Status.DRAFT, "what was saved stays"
    assert last_event().action == "saved a report"


def test_amber_is_measured_on_the_date_that_stands_on_the_plans_day(officer: User) -> None:
    late = ActionFactory(due_date=date(2015, 3, 30))
    with pytest.raises(NotReady):
        send(late, SAID, officer)
    assert send(late, MOVED, officer).status == Status.SUBMITTED


def test_amber_needs_a_date_that_can_be_read_or_a_new_one(officer: User) -> None:
    undated = ActionFactory(due_text="31/11/14", due_date=None)
    with pytest.raises(NotReady):
        send(undated, SAID, officer)
    assert send(undated, MOVED, officer).status == Status.SUBMITTED


@pytest.mark.parametrize(("read_at", "says"), [(PLAN_DAY, True), (None, False)])
def test_a_day_after_the_plans_own_is_refused_with_the_reason_where_it_is_of_the_past(
    officer: User, read_at: date | None, says: bool
) -> None:
    action = ActionFactory(division__plan=PlanFactory(read_at=read_at))
    with pytest.raises(NotReady) as refused:
        send(action, replace(DONE, completed_on=date(2026, 11, 23)), officer)
    (problem,) = refused.value.problems
    assert ("a record of the past" in problem.message) is says


def test_a_report_is_of_the_day_on_which_it_was_sent(officer: User) -> None:
    action = ActionFactory(division__plan=PlanFactory(read_at=None), due_date=None, ongoing=True)
    token = token_of(save(action, SAID, officer))
    later = date(2026, 12, 20)
    assert services.submit(action=action, seen=token, by=officer, today=later).on == later


def test_there_is_nothing_to_send_where_nothing_was_saved(action: Action, officer: User) -> None:
    with pytest.raises(UpdateConflict, match="approved or discarded"):
        services.submit(action=action, seen="", by=officer, today=TODAY)


def test_what_is_with_the_manager_can_be_neither_changed_nor_sent_nor_discarded(
    action: Action, officer: User
) -> None:
    token = token_of(send(action, SAID, officer))
    with pytest.raises(Refused, match="is with the manager, so it cannot be changed"):
        save(action, MOVED, officer)
    with pytest.raises(Refused, match="so it cannot be submitted"):
        services.submit(action=action, seen=token, by=officer, today=TODAY)
    with pytest.raises(Refused, match="so it cannot be discarded"):
        services.discard(action=action, seen=token, by=officer)
    with pytest.raises(Refused, match=r"A report on action 1\.1\.1 is with the manager"):
        services.check_can_report(action, officer)


def test_whoever_may_report_may_while_no_report_waits(action: Action, officer: User) -> None:
    services.check_can_report(action, officer)
    save(action, SAID, officer)
    services.check_can_report(action, officer)


# ---- discarding


def test_a_discarded_draft_stays_in_the_audit_trail(action: Action, officer: User) -> None:
    token = token_of(save(action, SAID, officer))
    services.discard(action=action, seen=token, by=officer)
    assert not Update.objects.exists()
    event = last_event()
    assert (event.action, event.detail["progress"]) == ("discarded a report", SAID.progress)


def test_what_has_changed_since_is_not_discarded(action: Action, officer: User) -> None:
    token = token_of(save(action, SAID, officer))
    save(action, MOVED, UserFactory())
    with pytest.raises(UpdateConflict):
        services.discard(action=action, seen=token, by=officer)
    assert in_progress(action) is not None


# ---- the decision


def test_an_approved_completion_is_how_the_action_stands(
    action: Action, officer: User, manager: User
) -> None:
    update = send(action, DONE, officer)
    approve(update, manager)
    action.refresh_from_db()
    update.refresh_from_db()
    assert (action.rating, action.completed_on) == (Rating.GREEN, date(2015, 3, 20))
    assert action.due_date == date(2015, 4, 30), "the date stays"
    assert (update.status, update.approved_by) == (Status.APPROVED, manager)
    assert update.approved_at is not None
    assert update.old_due_date is None


def test_an_approved_new_date_stands_and_the_old_one_stays_with_the_report(
    action: Action, officer: User, manager: User
) -> None:
    update = send(action, MOVED, officer)
    approve(update, manager)
    action.refresh_from_db()
    update.refresh_from_db()
    assert action.due_date == date(2015, 6, 30)
    assert action.due_text == "30/04/15", "as printed, for ever"
    assert update.old_due_date == date(2015, 4, 30)
    event = last_event()
    assert (event.action, event.user) == ("approved a report", manager)
    assert event.detail == {
        "before": "Amber",
        "after": "Amber",
        "date before": "2015-04-30",
        "date after": "2015-06-30",
    }


def test_what_goes_on_ends_on_the_new_date(officer: User, manager: User) -> None:
    action = ActionFactory(due_text="Ongoing", due_date=None, ongoing=True)
    approve(send(action, MOVED, officer), manager)
    action.refresh_from_db()
    assert (action.ongoing, action.due_date) == (False, date(2015, 6, 30))


def test_a_completed_action_that_opens_again_is_completed_no_longer(
    action: Action, officer: User, manager: User
) -> None:
    approve(send(action, DONE, officer), manager)
    action.refresh_from_db()
    approve(send(action, SAID, officer), manager)
    action.refresh_from_db()
    assert (action.rating, action.completed_on) == (Rating.AMBER, None)


def test_after_an_approval_the_next_report_is_a_new_one(
    action: Action, officer: User, manager: User
) -> None:
    first = send(action, SAID, officer)
    approve(first, manager)
    second = save(action, SAID, officer, seen="")
    assert second.pk != first.pk
    assert Update.objects.filter(action=action).count() == 2


def test_a_returned_report_keeps_all_that_it_says_and_the_managers_words(
    action: Action, officer: User, manager: User
) -> None:
    update = send_back(send(action, MOVED, officer), manager, reason="  Which team?  ")
    update.refresh_from_db()
    assert update.status == Status.RETURNED
    assert said_in(update) == MOVED
    assert update.returned_reason == "Which team?"
    event = last_event()
    assert (event.action, event.user) == ("returned a report", manager)
    assert event.detail == {"reason": "Which team?"}


def test_the_managers_words_stay_while_they_are_answered(
    action: Action, officer: User, manager: User
) -> None:
    send_back(send(action, SAID, officer), manager)
    draft = save(action, replace(SAID, reason="The north team has not begun."), officer)
    assert (draft.status, draft.returned_reason) == (Status.DRAFT, "Which team?")
    sent = services.submit(action=action, seen=token_of(draft), by=officer, today=TODAY)
    assert (sent.status, sent.returned_reason) == (Status.SUBMITTED, "Which team?")


def test_a_returned_report_may_be_sent_again_as_it_is(
    action: Action, officer: User, manager: User
) -> None:
    update = send_back(send(action, SAID, officer), manager)
    sent = services.submit(action=action, seen=token_of(update), by=officer, today=TODAY)
    assert sent.status == Status.SUBMITTED


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_report_is_not_returned_without_a_word(
    action: Action, officer: User, manager: User, reason: str
) -> None:
    with pytest.raises(Refused, match="Say what you ask"):
        send_back(send(action, SAID, officer), manager, reason=reason)


def test_words_that_are_too_long_are_refused(action: Action, manager: User) -> None:
    update = UpdateFactory(action=action)
    with pytest.raises(Refused, match="4,000 characters or fewer"):
        send_back(update, manager, reason="x" * (LONGEST + 1))
    assert send_back(update, manager, reason="x" * LONGEST).status == Status.RETURNED


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_only_what_was_sent_is_decided_on(action: Action, manager: User, status: str) -> None:
    update = UpdateFactory(action=action, status=status)
    for decide in (approve, send_back):
        with pytest.raises(Refused, match="so it cannot be approved"):
            decide(update, manager)


def test_what_was_decided_is_not_decided_again(
    action: Action, officer: User, manager: User
) -> None:
    update = send(action, SAID, officer)
    approve(update, manager)
    update.refresh_from_db()
    for decide in (approve, send_back):
        with pytest.raises(UpdateConflict):
            decide(update, manager)


def test_a_report_that_changed_since_it_was_read_is_not_decided_on(
    action: Action, officer: User, manager: User
) -> None:
    update = send(action, SAID, officer)
    read = token_of(update)
    send_back(update, UserFactory(role=Role.MANAGER))
    send(action, DONE, officer)
    with pytest.raises(UpdateConflict, match="This report was sent to the manager"):
        approve(update, manager, seen=read)
    action.refresh_from_db()
    assert action.rating == Rating.AMBER


# ---- four eyes


def test_nobody_decides_on_what_they_wrote(action: Action, manager: User) -> None:
    update = send(action, SAID, manager)
    for decide in (approve, send_back):
        with pytest.raises(Refused, match="You wrote this report"):
            decide(update, manager)


def test_a_colleague_who_saves_it_unchanged_does_not_become_its_writer(
    action: Action, officer: User, manager: User
) -> None:
    save(action, SAID, manager)
    update = send(action, SAID, officer)
    assert update.entered_by == manager
    with pytest.raises(Refused, match="You wrote this report"):
        approve(update, manager)


def test_a_manager_who_changed_an_officers_report_cannot_decide_on_it(
    action: Action, officer: User, manager: User
) -> None:
    save(action, SAID, officer)
    update = send(action, MOVED, manager)
    with pytest.raises(Refused, match="You wrote this report"):
        approve(update, manager)
    approve(update, UserFactory(role=Role.MANAGER))


def test_four_eyes_outlast_a_return(action: Action, officer: User, manager: User) -> None:
    update = send_back(send(action, SAID, manager), UserFactory(role=Role.MANAGER))
    sent = services.submit(action=action, seen=token_of(update), by=officer, today=TODAY)
    with pytest.raises(Refused, match="You wrote this report"):
        approve(sent, manager)


def test_nobody_decides_on_what_another_wrote_and_they_sent(
    action: Action, officer: User, manager: User
) -> None:
    draft = save(action, SAID, officer)
    sent = services.submit(action=action, seen=token_of(draft), by=manager, today=TODAY)
    assert (sent.entered_by, sent.submitted_by) == (officer, manager)
    for decide in (approve, send_back):
        with pytest.raises(Refused, match="You sent this report"):
            decide(sent, manager)
    other = UserFactory(role=Role.MANAGER)
    back = send_back(sent, other)
    again = services.submit(action=action, seen=token_of(back), by=officer, today=TODAY)
    assert approve(again, manager) == action, "now another sent it"


# ---- two people


def test_the_second_of_two_is_told_and_sees_what_the_first_wrote(
    action: Action, officer: User
) -> None:
    other = UserFactory(first_name="Other", last_name="Officer")
    save(action, SAID, other)
    with pytest.raises(UpdateConflict, match=r"^Other Officer saved a report .* after you") as told:
        save(action, MOVED, officer, seen="")
    assert said_in(told.value.theirs) == SAID
    assert said_in(in_progress(action)) == SAID
    # Having seen it, they may put theirs in its place.
    saved = save(action, MOVED, officer, seen=token_of(told.value.theirs))
    assert said_in(saved) == MOVED


def test_a_conflict_says_what_happened_meanwhile(
    action: Action, officer: User, manager: User
) -> None:
    read = token_of(save(action, SAID, officer))
    update = send(action, SAID, officer)
    with pytest.raises(UpdateConflict, match="This report was sent to the manager on"):
        save(action, MOVED, officer, seen=read)
    update = send_back(update, manager)
    with pytest.raises(UpdateConflict, match="The manager returned this report on"):
        save(action, MOVED, officer, seen=read)
    services.discard(action=action, seen=token_of(update), by=officer)
    with pytest.raises(UpdateConflict, match="Somebody approved or discarded this report"):
        save(action, MOVED, officer, seen=read)


def test_a_writer_who_has_left_is_somebody_else(action: Action, officer: User) -> None:
    UpdateFactory(action=action, status=Status.DRAFT, entered_by=None)
    with pytest.raises(UpdateConflict, match=r"^Somebody else saved a report"):
        save(action, SAID, officer, seen="")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_report_at_once_one_is_told() -> None:
    one, other = UserFactory(), UserFactory()
    for _ in range(5):
        action = ActionFactory()
        raised = at_once(
            lambda a=action: save(a, SAID, one, seen=""),
            lambda a=action: save(a, MOVED, other, seen=""),
        )
        assert sorted(map(type, raised), key=str) == sorted([type(None), UpdateConflict], key=str)
        winner, said = (one, SAID) if raised[0] is None else (other, MOVED)
        update = Update.objects.get(action=action)
        assert (update.entered_by, said_in(update)) == (winner, said)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_an_approval_and_a_return_at_once_one_counts() -> None:
    first, second = UserFactory(role=Role.MANAGER), UserFactory(role=Role.MANAGER)
    for _ in range(5):
        update = UpdateFactory(rating=Rating.RED)
        raised = at_once(
            lambda u=update: approve(u, first),
            lambda u=update: send_back(u, second),
        )
        assert sorted(map(type, raised), key=str) == sorted([type(None), UpdateConflict], key=str)
        update.refresh_from_db()
        approved = raised[0] is None
        assert update.status == (Status.APPROVED if approved else Status.RETURNED)
        rating = Action.objects.get(pk=update.action_id).rating
        assert rating == (Rating.RED if approved else Rating.AMBER)
