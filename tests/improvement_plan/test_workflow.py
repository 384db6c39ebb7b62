"""What a report must say, and what may follow what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.progress import RATED, Rating, Standing
from improvement_plan.workflow import (
    MEANINGS,
    TRANSITIONS,
    Event,
    NotAllowed,
    Said,
    State,
    can,
    check_can,
    missing,
)
from scorecard.models import Status

DAY = date(2015, 3, 31)
AHEAD, PAST = date(2015, 4, 30), date(2015, 2, 28)

COMPLETED = Said(
    rating=Rating.GREEN,
    progress="All of it is done.",
    evidence="The report to Cabinet.",
    completed_on=DAY,
)
ON_TRACK = Said(
    rating=Rating.AMBER,
    progress="Half of it is done.",
    reason="One team has not begun.",
    next_steps="That team begins in April.",
)
MISSED = replace(ON_TRACK, rating=Rating.RED)


def stands(due: date | None = AHEAD, *, ongoing: bool = False) -> Standing:
    """Its rating before is no matter."""
    return Standing(Rating.NONE, due, ongoing)


DATED, UNDATED, GOES_ON = stands(), stands(None), stands(None, ongoing=True)


def fields(said: Said, now: Standing = DATED, *, day: date = DAY) -> list[str]:
    return [problem.field for problem in missing(said, now, day=day)]


def message(said: Said, now: Standing = DATED, *, past: bool = False) -> str:
    (problem,) = missing(said, now, day=DAY, past=past)
    return problem.message


# ---- what may follow what

# A row a state, a column an event: where it leads; "-" where it cannot happen, "gone" where the
# report is no more.
TABLE = """
            save    submit     approve   return    discard
draft       draft   submitted  -         -         gone
submitted   -       -          approved  returned  -
returned    draft   submitted  -         -         gone
approved    -       -          -         -         -
"""
EVENTS, *ROWS = (line.split() for line in TABLE.split("\n") if line)
EXPECTED = {
    (State(state), Event(event)): leads_to
    for state, *row in ROWS
    for event, leads_to in zip(EVENTS, row, strict=True)
}


@pytest.mark.parametrize(("state", "event"), list(EXPECTED))
def test_every_event_in_every_state_does_as_the_table_says(state: State, event: Event) -> None:
    leads_to = EXPECTED[state, event]
    assert can(event, state) is (leads_to != "-")
    if leads_to == "-":
        with pytest.raises(NotAllowed, match=r"^This report .*, so it cannot be .*\.$"):
            check_can(event, state)
    else:
        after = check_can(event, state)
        assert after == (None if leads_to == "gone" else State(leads_to))


def test_the_table_is_whole() -> None:
    assert set(EXPECTED) == set(product(State, Event))
    assert set(TRANSITIONS) <= set(EXPECTED)


def test_a_refusal_says_where_the_report_stands_and_what_cannot_be_done() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check_can(Event.SAVE, State.SUBMITTED)
    assert str(refusal.value) == "This report is with the manager, so it cannot be changed."


def test_approved_is_the_end_and_every_other_state_can_reach_it() -> None:
    ends = {state for state in State if not any(can(event, state) for event in Event)}
    assert ends == {State.APPROVED}
    reached, before = {State.DRAFT}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in TRANSITIONS.items() if after and state in before}
    assert reached == set(State)


def test_nothing_but_an_approval_approves() -> None:
    """Four eyes: no other way leads past the manager."""
    ways = [(state, event) for (state, event), to in TRANSITIONS.items() if to is State.APPROVED]
    assert ways == [(State.SUBMITTED, Event.APPROVE)]


def test_the_states_are_statuses_of_the_ledger() -> None:
    assert {state.value for state in State} <= set(Status.values)


def test_every_rating_has_a_meaning() -> None:
    assert set(MEANINGS) == set(RATED)


# ---- what a report must say


def test_an_empty_report_needs_a_rating_and_what_has_been_done() -> None:
    assert fields(Said()) == ["rating", "progress"]


def test_whole_reports_need_nothing() -> None:
    for said in (COMPLETED, ON_TRACK, MISSED):
        assert fields(said) == []
        assert fields(said, GOES_ON) == []


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_answers_of_blanks_are_no_answers(blank: str) -> None:
    assert fields(replace(COMPLETED, progress=blank, evidence=blank)) == ["progress", "evidence"]
    assert fields(replace(ON_TRACK, reason=blank, next_steps=blank)) == ["reason", "next_steps"]
    moved = replace(ON_TRACK, new_due=AHEAD + timedelta(7), due_reason=blank)
    assert fields(moved) == ["due_reason"]


def test_green_needs_the_day_and_what_shows_it() -> None:
    said = replace(COMPLETED, completed_on=None, evidence="")
    assert fields(said) == ["completed_on", "evidence"]


def test_a_completion_is_not_after_the_plans_day() -> None:
    assert fields(replace(COMPLETED, completed_on=DAY)) == []
    late = replace(COMPLETED, completed_on=DAY + timedelta(1))
    assert message(late) == "That is after 31 March 2015."


def test_of_a_record_of_the_past_it_says_at_which_day_it_is_read_and_who_changes_that() -> None:
    late = replace(COMPLETED, completed_on=DAY + timedelta(1))
    assert message(late, past=True) == (
        "That is after 31 March 2015, the day at which this plan is read, as a record of the past. "
        "An administrator takes it into use: Settings, the plan, “Read at”."
    )


def test_a_completed_action_takes_no_new_date() -> None:
    said = replace(COMPLETED, new_due=date(2015, 6, 30), due_reason="It takes longer.")
    assert fields(said) == ["new_due"]


@pytest.mark.parametrize("said", [ON_TRACK, MISSED])
def test_amber_and_red_need_why_and_what_next_and_no_completion(said: Said) -> None:
    colour = said.rating.label.lower()
    assert message(replace(said, reason="")) == f"Say why it is {colour}."
    assert message(replace(said, next_steps="")) == "Say what happens next."
    done = replace(said, completed_on=DAY)
    assert message(done) == f"A completed action is green, not {colour}."


def test_amber_cannot_stand_on_a_date_that_has_passed() -> None:
    assert "that date has passed" in message(ON_TRACK, stands(PAST))
    assert fields(ON_TRACK, stands(DAY)) == [], "the day itself has not passed"
    assert fields(MISSED, stands(PAST)) == [], "red says so"
    assert fields(COMPLETED, stands(PAST)) == [], "it was completed"


def test_amber_cannot_stand_on_no_date_at_all() -> None:
    assert message(ON_TRACK, UNDATED) == (
        "Amber means on track for its date, and it has none that can be read: rate it red, or "
        "agree a new date."
    )
    assert fields(ON_TRACK, GOES_ON) == [], "what goes on needs none"
    assert fields(MISSED, UNDATED) == [], "red says so"
    assert fields(COMPLETED, UNDATED) == [], "it was completed"


def test_a_new_date_with_its_reason_lets_amber_stand() -> None:
    said = replace(ON_TRACK, new_due=date(2015, 6, 30), due_reason="The bid comes in May.")
    assert fields(said, UNDATED) == []
    assert fields(said, stands(PAST)) == []


def test_a_new_date_needs_a_reason() -> None:
    for said in (ON_TRACK, MISSED):
        assert fields(replace(said, new_due=date(2015, 6, 30))) == ["due_reason"]


def test_a_new_date_is_another_and_not_past() -> None:
    why = "The bid comes in May."
    same = replace(MISSED, new_due=AHEAD, due_reason=why)
    assert message(same) == "That is the date it has already."
    past = replace(MISSED, new_due=date(2014, 6, 30), due_reason=why)
    assert message(past) == "That is before 31 March 2015."
    assert fields(replace(MISSED, new_due=DAY, due_reason=why)) == []
    assert fields(replace(MISSED, new_due=DAY, due_reason=why), UNDATED) == []


def test_the_date_it_has_already_is_no_new_date_for_amber() -> None:
    said = replace(ON_TRACK, new_due=PAST, due_reason="It stays.")
    assert fields(said, stands(PAST)) == ["rating", "new_due"]


# ---- laws

texts = st.text(max_size=20)
days = st.dates(date(2014, 1, 1), date(2016, 12, 31))
maybe_days = st.none() | days
reports = st.builds(
    Said,
    rating=st.sampled_from(Rating),
    progress=texts,
    evidence=texts,
    completed_on=maybe_days,
    reason=texts,
    next_steps=texts,
    new_due=maybe_days,
    due_reason=texts,
)
standings = st.builds(stands, days) | st.sampled_from([UNDATED, GOES_ON])
WORDS = ("progress", "evidence", "reason", "next_steps", "due_reason")


@given(said=reports, day=days, now=standings, name=st.sampled_from(WORDS), more=texts)
def test_saying_more_never_makes_a_report_less_ready(
    said: Said, day: date, now: Standing, name: str, more: str
) -> None:
    longer = replace(said, **{name: getattr(said, name) + more})
    before, after = missing(said, now, day=day), missing(longer, now, day=day)
    assert set(after) <= set(before)


@given(said=reports, now=standings, day=days, past=st.booleans())
def test_every_problem_is_at_a_field_once_and_in_words(
    said: Said, now: Standing, day: date, past: bool
) -> None:
    found = missing(said, now, day=day, past=past)
    assert len({problem.field for problem in found}) == len(found)
    for problem in found:
        assert hasattr(said, problem.field)
        assert problem.message.endswith(".")


@given(said=reports, day=days, now=standings)
def test_what_is_ready_means_what_its_rating_means(said: Said, day: date, now: Standing) -> None:
    if missing(said, now, day=day):
        return
    due = said.new_due or now.due
    if said.rating is Rating.GREEN:
        assert said.completed_on is not None
        assert said.completed_on <= day
    else:
        assert said.completed_on is None
        assert said.rating is Rating.RED or (due >= day if due else now.ongoing)
    assert said.new_due is None or said.due_reason.strip()
