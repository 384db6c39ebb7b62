"""The life of a report on an action: what it must say, and what may follow what. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bucks_cs.lib.periods import day_label

from .progress import Rating, Standing


class State(StrEnum):
    """Where a report stands. The names are those of the ledger's own statuses."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Event(StrEnum):
    """What can happen to a report."""

    SAVE = "save"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    DISCARD = "discard"


# What may happen to a report in each state, and the state that it leads to (None: it is gone).
TRANSITIONS: dict[tuple[State, Event], State | None] = {
    (State.DRAFT, Event.SAVE): State.DRAFT,
    (State.DRAFT, Event.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Event.DISCARD): None,
    (State.SUBMITTED, Event.APPROVE): State.APPROVED,
    (State.SUBMITTED, Event.RETURN): State.RETURNED,
    (State.RETURNED, Event.SAVE): State.DRAFT,
    (State.RETURNED, Event.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Event.DISCARD): None,
}

_WORDS = {
    State.DRAFT: "is a draft",
    State.SUBMITTED: "is with the manager",
    State.RETURNED: "was returned",
    State.APPROVED: "is approved",
}
_DONE = {
    Event.SAVE: "changed",
    Event.SUBMIT: "submitted",
    Event.APPROVE: "approved",
    Event.RETURN: "returned",
    Event.DISCARD: "discarded",
}


# What an action's rating means where its plan does not say. Source: the improvement plan's own
# "RAG status" table (document 003, appendix 1).
MEANINGS = {
    Rating.RED: "Missing or highly likely to miss its date",
    Rating.AMBER: "On track to meet its date",
    Rating.GREEN: "Completed",
}


_READ_AT = (
    ", the day at which this plan is read, as a record of the past. An administrator takes it into "
    "use: Settings, the plan, “Read at”."
)


class NotAllowed(ValueError):
    """An event that cannot follow; its text says why."""


def check_can(event: Event, state: State) -> State | None:
    """The state that `event` leads to. Raises `NotAllowed`, in words, where it cannot happen."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise NotAllowed(f"This report {_WORDS[state]}, so it cannot be {_DONE[event]}.") from None


def can(event: Event, state: State) -> bool:
    return (state, event) in TRANSITIONS


@dataclass(frozen=True, slots=True)
class Said:
    """What an owner reports of an action."""

    rating: Rating = Rating.NONE
    progress: str = ""
    evidence: str = ""
    completed_on: date | None = None
    reason: str = ""
    next_steps: str = ""
    new_due: date | None = None
    due_reason: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing or wrong, at the field where it is put right."""

    field: str
    message: str


def missing(said: Said, stands: Standing, *, day: date, past: bool = False) -> list[Problem]:
    """What a report still needs before it can be submitted; nothing, when it is ready.

    `stands` is how the action stands, `day` the plan's day, `past` whether the plan is a record of
    the past, read at a day of its own. A rating follows its meaning: green needs a completion
    date, not after `day`, and evidence; amber and red need a reason and what happens next. Amber
    says "on track", so it needs a date that has not passed, or an action that goes on. A new date
    is not past, differs from the one that stands, and needs a reason; a completed action needs
    none.
    """
    problems = []
    if said.rating is Rating.NONE:
        problems.append(Problem("rating", "Choose red, amber or green."))
    if not said.progress.strip():
        problems.append(Problem("progress", "Say what has been done."))
    if said.rating is Rating.GREEN:
        problems += _of_completed(said, day, past)
    elif said.rating is not Rating.NONE:
        problems += _of_open(said, day, stands)
    if said.new_due is not None and said.rating is not Rating.GREEN:
        problems += _of_new_date(said.new_due, said.due_reason, day, stands.due)
    return problems


def _of_completed(said: Said, day: date, past: bool) -> Iterator[Problem]:
    if said.completed_on is None:
        yield Problem("completed_on", "Green means completed: say when it was completed.")
    elif said.completed_on > day:
        yield Problem("completed_on", f"That is after {day_label(day)}{_READ_AT if past else '.'}")
    if not said.evidence.strip():
        yield Problem("evidence", "Green means completed: say what shows it.")
    if said.new_due is not None:
        yield Problem("new_due", "A completed action needs no new date.")


def _of_open(said: Said, day: date, stands: Standing) -> Iterator[Problem]:
    colour = said.rating.label.lower()
    if not said.reason.strip():
        yield Problem("reason", f"Say why it is {colour}.")
    if not said.next_steps.strip():
        yield Problem("next_steps", "Say what happens next.")
    if said.completed_on is not None:
        yield Problem("completed_on", f"A completed action is green, not {colour}.")
    against = _against_on_track(day, stands) if said.rating is Rating.AMBER else ""
    if against and said.new_due in (None, stands.due):
        yield Problem(
            "rating",
            f"Amber means on track for its date, and {against}: rate it red, or agree a new date.",
        )


def _against_on_track(day: date, stands: Standing) -> str:
    if stands.due is not None:
        return "that date has passed" if stands.due < day else ""
    return "" if stands.ongoing else "it has none that can be read"


def _of_new_date(new: date, reason: str, day: date, due: date | None) -> Iterator[Problem]:
    if new == due:
        yield Problem("new_due", "That is the date it has already.")
    elif new < day:
        yield Problem("new_due", f"That is before {day_label(day)}.")
    if not reason.strip():
        yield Problem("due_reason", "Say why the date changes.")
