"""An owner's report on an action: saved, submitted, approved or returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.models import User
from bucks_cs.roles import May, check_may
from scorecard.models import Status
from scorecard.services import Refused

from .models import Action, Update
from .progress import Rating
from .rows import standing_of
from .standing import apply
from .workflow import Event, NotAllowed, Problem, Said, State, check_can, missing

LONGEST = 4000
"""The longest answer of a report."""
_WORDS = ("progress", "evidence", "reason", "next_steps", "due_reason")


class NotReady(Refused):
    """A report that cannot be submitted yet, with what it still needs."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("This report is not ready to be submitted.")
        self.problems = list(problems)


class NothingWritten(Refused):
    """A blank form, which is no report."""

    def __init__(self) -> None:
        super().__init__("Nothing that can be kept is written here, so nothing is saved.")


class UpdateConflict(Refused):
    """Somebody else changed the report after the person last saw it. `theirs` is what stands;
    None where it was approved or discarded."""

    def __init__(self, theirs: Update | None) -> None:
        super().__init__(f"{_happened(theirs)}, after you opened this page.")
        self.theirs = theirs


def _happened(theirs: Update | None) -> str:
    if theirs is None:
        return "Somebody approved or discarded this report"
    at = audit.moment_label(theirs.saved_at)
    if theirs.status == Status.SUBMITTED:
        return f"This report was sent to the manager on {at}"
    if theirs.status == Status.RETURNED:
        return f"The manager returned this report on {at}"
    who = theirs.entered_by.display_name if theirs.entered_by else "Somebody else"
    return f"{who} saved a report on this action on {at}"


def token_of(update: Update | None) -> str:
    """What a form sends back to show which state of the report its person saw."""
    return f"{update.pk}.{update.version}" if update else ""


def said_in(update: Update | None) -> Said:
    """What a report says, as the rules take it."""
    if update is None:
        return Said()
    return Said(
        rating=Rating(update.rating),
        progress=update.progress,
        evidence=update.evidence,
        completed_on=update.completed_on,
        reason=update.reason,
        next_steps=update.next_steps,
        new_due=update.new_due,
        due_reason=update.due_reason,
    )


def check_can_report(action: Action, by: User) -> None:
    """Report on an action: whoever may, while no report on it waits for the manager."""
    check_may(by, May.REPORT)
    if Update.objects.submitted().filter(action=action).exists():
        raise Refused(f"A report on action {action} is with the manager.")


def check_can_decide(update: Update, by: User) -> None:
    """Approve or return: a manager, on a submitted report that somebody else wrote and sent."""
    check_may(by, May.APPROVE)
    _check(Event.APPROVE, update)
    if update.entered_by_id == by.pk:
        raise Refused("You wrote this report, so somebody else must decide on it.")
    if update.submitted_by_id == by.pk:
        raise Refused("You sent this report, so somebody else must decide on it.")


@transaction.atomic
def save_update(*, action: Action, said: Said, seen: str, by: User, today: date) -> Update:
    """Keeps a report as a draft, however incomplete; `seen` is the token of what its person saw.

    Raises `UpdateConflict` where somebody else changed it meanwhile, `NothingWritten` where it says
    nothing, `Refused` where the manager has it or an answer is too long.
    """
    check_may(by, May.REPORT)
    for name in _WORDS:
        if len(getattr(said, name)) > LONGEST:
            raise Refused(f"Use {LONGEST:,} characters or fewer in each answer.")
    update = _in_progress(action)
    if token_of(update) != seen:
        raise UpdateConflict(update)
    if said == Said():
        raise NothingWritten
    if update is None:
        update = Update(action=action)
    else:
        _check(Event.SAVE, update)
        if said_in(update) == said:
            return update  # its writer stays its writer, who may not decide on it
        update.version += 1
    update.on = action.plan.day(today)
    update.status, update.entered_by = Status.DRAFT, by
    for name in Said.__dataclass_fields__:
        setattr(update, name, getattr(said, name))
    update.save()
    audit.record("saved a report", _subject(update), by=by, **_detail(said))
    return update


@transaction.atomic
def submit(*, action: Action, seen: str, by: User, today: date) -> Update:
    """Sends the saved report to the manager. Raises `NotReady` with what it still needs."""
    check_may(by, May.REPORT)
    update = _seen(action, seen)
    _check(Event.SUBMIT, update)
    plan = update.action.plan
    day = plan.day(today)
    stands = standing_of(update.action)
    found = missing(said_in(update), stands, day=day, past=plan.read_at is not None)
    if found:
        raise NotReady(found)
    update.on = day
    update.status, update.submitted_by, update.submitted_at = Status.SUBMITTED, by, timezone.now()
    update.version += 1
    update.save()
    audit.record("submitted a report", _subject(update), by=by, **_detail(said_in(update)))
    return update


@transaction.atomic
def discard(*, action: Action, seen: str, by: User) -> None:
    """Forgets a report that nobody has decided on; what it said stays in the audit trail."""
    check_may(by, May.REPORT)
    update = _seen(action, seen)
    _check(Event.DISCARD, update)
    audit.record("discarded a report", _subject(update), by=by, **_detail(said_in(update)))
    update.delete()


@transaction.atomic
def approve(*, update: Update, seen: str, by: User) -> Action:
    """Approves a submitted report: the action stands as it says from now on. The date that it had
    before stays with the report."""
    check_may(by, May.APPROVE)
    update = _seen(update.action, seen)
    check_can_decide(update, by)
    action = update.action
    detail = {
        "before": Rating(action.rating).label,
        "after": Rating(update.rating).label,
        "date before": action.due_date,
        "date after": update.new_due or action.due_date,
    }
    update.status = Status.APPROVED
    update.old_due_date = action.due_date if update.new_due else None
    update.approved_by, update.approved_at = by, timezone.now()
    update.version += 1
    update.save()
    apply(update, action)
    action.save(update_fields=["rating", "completed_on", "due_date", "ongoing"])
    audit.record("approved a report", _subject(update), by=by, **detail)
    return action


@transaction.atomic
def return_(*, update: Update, seen: str, reason: str, by: User) -> Update:
    """Returns a submitted report to its writer, with a question or a reason; what it says stays."""
    check_may(by, May.APPROVE)
    if not reason.strip():
        raise Refused("Say what you ask, or why the report is returned.")
    if len(reason.strip()) > LONGEST:
        raise Refused(f"Use {LONGEST:,} characters or fewer.")
    update = _seen(update.action, seen)
    check_can_decide(update, by)
    update.status, update.returned_reason = Status.RETURNED, reason.strip()
    update.version += 1
    update.save()
    audit.record("returned a report", _subject(update), by=by, reason=update.returned_reason)
    return update


def _in_progress(action: Action) -> Update | None:
    """The report that nobody has approved yet. Its action is held until the event is over, so
    that two people cannot both build on the same state."""
    list(Action.objects.select_for_update().filter(pk=action.pk).values_list("pk"))
    return (
        Update.objects.in_progress()
        .filter(action=action)
        .select_related("entered_by", "action__plan")
        .first()
    )


def _seen(action: Action, seen: str) -> Update:
    update = _in_progress(action)
    if update is None or token_of(update) != seen:
        raise UpdateConflict(update)
    return update


def _check(event: Event, update: Update) -> None:
    try:
        check_can(event, State(update.status))
    except NotAllowed as refusal:
        raise Refused(str(refusal)) from None


def _subject(update: Update) -> str:
    return f"{update.action.plan}, action {update.action}"


def _detail(said: Said) -> dict[str, object]:
    """What was said, without what was left empty."""
    found = {name: getattr(said, name) for name in Said.__dataclass_fields__}
    return {**{k: v for k, v in found.items() if v}, "rating": said.rating.label}
