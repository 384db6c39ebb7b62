"""Actions as rows: what stands, and what was printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from improvement_plan.progress import Flag, Rating
from improvement_plan.rows import Tally, action_rows, due_words, points, row_of, tallies
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import ActionFactory, DivisionFactory, UpdateFactory

DAY = date(2015, 3, 31)

pytestmark = pytest.mark.django_db


def test_a_row_says_what_the_date_and_the_rating_say() -> None:
    action = ActionFactory(due_text="01/03/15", due_date=date(2015, 3, 1))

    row = row_of(action, DAY)

    assert row.overdue
    assert row.flags == (Flag.OVERDUE, Flag.AMBER_PAST_DATE)
    assert row.due == "1 March 2015"
    assert row.due_was == ""


def test_a_date_agreed_since_stands_beside_the_printed_one() -> None:
    row = row_of(ActionFactory(due_text="01/03/15", due_date=date(2015, 5, 1)), DAY)

    assert row.due == "1 May 2015"
    assert row.due_was == "01/03/15"
    assert not row.overdue


@pytest.mark.parametrize(
    ("text", "ongoing", "words"),
    [
        ("Ongoing", True, "Ongoing"),
        ("Quarterly Ongoing", True, "Quarterly Ongoing"),
        ("31/11/14", False, "31/11/14"),
        ("", False, "No date"),
    ],
)
def test_what_is_no_date_is_shown_as_printed(text: str, ongoing: bool, words: str) -> None:
    action = ActionFactory(due_text=text, due_date=None, ongoing=ongoing)

    assert due_words(action) == words
    assert row_of(action, DAY).due_was == ""


def test_owners_are_shown_by_their_posts_else_as_printed() -> None:
    posts = [PostFactory(title="Head of A"), PostFactory(title="Head of B")]

    assert row_of(ActionFactory(owners_text="HoA / HoB", owned_by=posts), DAY).owners == (
        "Head of A; Head of B"
    )
    assert row_of(ActionFactory(owners_text="All partners"), DAY).owners == "All partners"


def test_each_action_is_read_on_its_own_plans_day() -> None:
    action = ActionFactory(division__plan__read_at=date(2017, 10, 31))

    assert [row.day for row in action_rows([action])] == [date(2017, 10, 31)]


def test_a_red_action_says_why_as_its_latest_approved_report_does() -> None:
    red, mended = ActionFactory(rating=Rating.RED), ActionFactory(rating=Rating.AMBER)
    for action in (red, mended):
        for day, reason in ((1, "No money."), (9, "No staff."), (20, "")):
            UpdateFactory(
                action=action,
                on=date(2015, 3, day),
                rating=Rating.RED,
                reason=reason,
                status=Status.APPROVED,
            )
    UpdateFactory(action=red, rating=Rating.RED, reason="Nobody has agreed to this.")

    assert [row.reason for row in action_rows([red, mended])] == ["No staff.", ""]


def test_the_reasons_of_any_number_take_one_query(django_assert_num_queries: Any) -> None:
    actions = [*ActionFactory.create_batch(12, division=DivisionFactory(), rating=Rating.RED)]

    with django_assert_num_queries(1):
        assert len(action_rows(actions)) == 12


def test_a_tally_counts_ratings_and_flags() -> None:
    division = DivisionFactory()
    ActionFactory(division=division, rating=Rating.RED, due_date=date(2015, 3, 1))
    ActionFactory(division=division, rating=Rating.GREEN)
    empty = DivisionFactory(plan=division.plan)

    (one, counted), (other, nothing) = tallies(
        division.plan, points(division.plan.actions.all()), DAY
    )

    assert (one, other) == (division, empty)
    assert (counted.total, counted.red, counted.green, counted.overdue) == (2, 1, 1, 1)
    assert counted.by_rating == [(Rating.RED, 1), (Rating.GREEN, 1)]
    assert nothing.total == 0


def test_counting_reads_any_number_of_actions_in_one_query(django_assert_num_queries: Any) -> None:
    plan = ActionFactory.create_batch(12, division=DivisionFactory())[0].plan

    with django_assert_num_queries(1):
        found = points(plan.actions.all())

    assert Tally.of((one.standing for one in found), DAY).amber == 12
