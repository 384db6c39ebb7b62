"""Reviews in time: 20 working days, then 3 months, then 6; and a year in which none was overdue.

Source: the Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucks_cs.lib.working_days import is_working_day
from lac.reviews import Reviews, measures
from tests.lac.spells import DAYS, Spell, arrays, day, histories

LONG_AGO = "2000-04-01"


def figure(*spells: Spell, held: dict[str, list[str]], on: str = "2024-03-31", since=LONG_AGO):
    """Who is counted as reviewed in time, and out of whom."""
    children, episodes = arrays(*spells)
    names = children.key.tolist()
    rows = sorted((names.index(child), on) for child, days in held.items() for on in days)
    reviews = Reviews(
        child=np.array([child for child, _ in rows], dtype=np.int64),
        held=np.array([on for _, on in rows], dtype="datetime64[D]"),
        since=day(since),
    )
    (said,) = measures(episodes, reviews, day(on))
    assert said.code == "cla_reviews_in_time"
    return [names[child] for child in said.counted], [names[child] for child in said.out_of]


IN_TIME, LATE, NOT_COUNTED = (["a"], ["a"]), ([], ["a"]), ([], [])


def of(began: str, *held: str, on: str = "2024-03-31", since: str = LONG_AGO):
    return figure(Spell("a", began), held={"a": list(held)}, on=on, since=since)


# --- the first: 20 working days ---


@pytest.mark.parametrize(
    ("held", "expected"), [("2024-02-26", IN_TIME), ("2024-02-27", IN_TIME), ("2024-02-28", LATE)]
)
def test_the_first_is_due_20_working_days_after_the_start(held, expected):
    # Tuesday 30 January 2024: the 20th working day after it is Tuesday 27 February.
    assert of("2024-01-30", held) == expected


def test_bank_holidays_are_no_working_days():
    # From Thursday 21 March 2024 over Good Friday and Easter Monday: Monday 22 April.
    assert of("2024-03-21", "2024-04-22", on="2024-04-30") == IN_TIME
    assert of("2024-03-21", "2024-04-23", on="2024-04-30") == LATE


def test_a_child_whose_first_is_not_due_yet_is_not_counted():
    assert of("2024-03-01", on="2024-04-01") == NOT_COUNTED
    assert of("2024-03-01", on="2024-04-02") == NOT_COUNTED  # it may still be held today
    assert of("2024-03-01", on="2024-04-03") == LATE


def test_a_first_review_held_early_counts_at_once():
    assert of("2024-03-20", "2024-03-25") == IN_TIME
    assert of("2024-03-20", "2024-03-20") == IN_TIME


def test_a_review_held_after_the_day_is_not_known_on_it():
    assert of("2024-01-30", "2024-04-02") == LATE


# --- the second: 3 months after the first ---


@pytest.mark.parametrize(
    ("second", "expected"), [("2023-11-30", IN_TIME), ("2023-12-01", LATE), ("2023-10-05", IN_TIME)]
)
def test_the_second_is_due_three_months_after_the_first(second, expected):
    assert of("2023-08-15", "2023-08-30", second) == expected


def test_three_months_after_30_november_are_the_last_of_february():
    assert of("2023-11-20", "2023-11-30", "2024-02-29") == IN_TIME
    assert of("2023-11-20", "2023-11-30", "2024-03-01") == LATE


def test_a_second_that_has_not_been_held_is_overdue_from_the_day_after():
    assert of("2023-12-20", "2023-12-31", on="2024-03-31") == IN_TIME
    assert of("2023-12-20", "2023-12-31", on="2024-04-01") == LATE


# --- then: 6 months after the last ---


@pytest.mark.parametrize(
    ("third", "expected"), [("2023-12-10", IN_TIME), ("2023-12-11", LATE), ("2023-10-05", IN_TIME)]
)
def test_later_ones_are_due_six_months_after_the_last(third, expected):
    assert of("2023-03-01", "2023-03-20", "2023-06-10", third) == expected


# --- the last 12 months ---


def test_a_review_held_late_counts_against_a_child_for_a_year():
    reviews = ("2022-06-20", "2022-09-10", "2023-03-31", "2023-09-20", "2024-03-10", "2024-09-01")
    # The third was due on 10 March 2023 and held on the 31st.
    assert of("2022-06-01", *reviews, on="2023-03-31") == LATE
    assert of("2022-06-01", *reviews, on="2024-03-30") == LATE
    assert of("2022-06-01", *reviews, on="2024-03-31") == IN_TIME


def test_an_earlier_period_of_care_is_not_held_against_a_later_one():
    late = Spell("a", "2023-05-01", "2023-08-01", rec="E4A")
    again = Spell("a", "2023-10-02")
    held = {"a": ["2023-07-20", "2023-10-20", "2024-01-15"]}
    assert figure(late, again, held=held) == IN_TIME


def test_a_change_of_placement_begins_no_new_period():
    moved = [
        Spell("a", "2023-09-01", "2023-12-01", rec="X1"),
        Spell("a", "2023-12-01", rne="P", place="K2"),
    ]
    assert figure(*moved, held={"a": ["2023-09-20", "2023-12-15"]}) == IN_TIME
    assert figure(*moved, held={"a": ["2023-09-20", "2023-12-25"]}) == LATE


def test_children_who_are_not_looked_after_on_the_day_are_not_counted():
    gone = Spell("a", "2023-05-01", "2024-01-01", rec="E4A")
    short = Spell("b", "2023-05-01", status="V3")
    assert figure(gone, short, held={"a": ["2023-05-10"], "b": ["2023-05-10"]}) == NOT_COUNTED


# --- where earlier reviews are not known ---


def test_a_child_looked_after_since_before_reviews_are_known_is_not_late_for_want_of_them():
    since = "2023-04-01"
    assert of("2020-01-01", on="2023-09-30", since=since) == NOT_COUNTED
    assert of("2020-01-01", on="2023-10-01", since=since) == LATE  # none in six months
    assert of("2020-01-01", "2023-09-15", on="2023-10-01", since=since) == IN_TIME
    assert of("2020-01-01", "2023-09-15", "2024-03-10", since=since) == IN_TIME
    assert of("2020-01-01", "2023-09-15", "2024-03-20", since=since) == LATE


# --- law ---


def plainly(spells: list[Spell], held: list[date], on: date) -> tuple[bool, bool]:
    """One child: whether counted, and whether in time, day by day."""
    start, ended, open_ = None, "", False
    for spell in spells:
        if spell.status == "V4":
            start = None
        elif start is None or spell.rne == "S" or spell.began != ended:
            start = date.fromisoformat(spell.began)
        ended = spell.ended
        if start and spell.began <= f"{on}" and (not ended or ended > f"{on}"):
            open_ = True
            break
    if not open_:
        return False, False
    assert start is not None
    meetings = [one for one in held if start <= one <= on]
    overdue = set()
    due = start
    left = 20
    while left:
        due += timedelta(days=1)
        left -= is_working_day(due)
    for number, meeting in enumerate([*meetings, None], 1):
        until = meeting or on
        overdue |= {due + timedelta(days=n) for n in range(1, (until - due).days + 1)}
        if meeting:
            due = _months_after(meeting, 3 if number == 1 else 6)
    year_ago = date(on.year - 1, on.month, min(on.day, 28 if on.month == 2 else 31))
    return bool(meetings or overdue), not any(one > year_ago for one in overdue)


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@settings(deadline=None)
@given(histories(), DAYS, st.data())
def test_arrays_say_what_one_says_who_follows_each_child_day_by_day(spells, on, data):
    names = sorted({spell.child for spell in spells})
    some = st.lists(st.dates(date(2021, 1, 1), date(2025, 1, 1)), max_size=12, unique=True)
    held = {name: sorted(data.draw(some)) for name in names}
    in_time, out_of = figure(
        *spells, held={name: [f"{one}" for one in days] for name, days in held.items()}, on=on
    )
    for name in names:
        theirs = sorted(spell for spell in spells if spell.child == name)
        expected = plainly(theirs, held[name], date.fromisoformat(on))
        assert (name in out_of, name in in_time) == (expected[0], all(expected)), name
