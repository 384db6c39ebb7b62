"""What dates and ratings say of actions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.models import Action
from improvement_plan.progress import (
    RATED,
    Flag,
    Move,
    Rating,
    Standing,
    flags,
    moved,
    suggested,
    suggested_overall,
    wants_update,
)
from improvement_plan.rows import standing_of
from scorecard.rag import Rag
from tests.plan_factories import ActionFactory, DivisionFactory

DAY = date(2015, 3, 31)


def after(days: int) -> date:
    return DAY + timedelta(days)


def said(rating: Rating, due: date | None = None, *, ongoing: bool = False) -> list[Flag]:
    return list(flags(Standing(rating, due, ongoing), DAY))


# ---- flags


@pytest.mark.parametrize("rating", [Rating.NONE, Rating.RED])
def test_an_open_action_is_overdue_from_the_day_after_its_date(rating: Rating) -> None:
    assert said(rating, after(-1)) == [Flag.OVERDUE]
    assert said(rating, DAY) == [Flag.DUE_SOON]


def test_amber_past_its_date_contradicts_itself() -> None:
    assert said(Rating.AMBER, after(-1)) == [Flag.OVERDUE, Flag.AMBER_PAST_DATE]


def test_due_soon_is_the_day_and_thirty_days_after_it() -> None:
    assert said(Rating.AMBER, after(30)) == [Flag.DUE_SOON]
    assert said(Rating.AMBER, after(31)) == []


def test_what_is_completed_is_neither_overdue_nor_due() -> None:
    for due in (after(-1), DAY, after(1), None):
        assert said(Rating.GREEN, due) == []


def test_what_goes_on_is_never_due_and_cannot_be_completed_without_a_word() -> None:
    assert said(Rating.AMBER, ongoing=True) == []
    assert said(Rating.GREEN, ongoing=True) == [Flag.GREEN_ONGOING]


def test_an_open_action_without_a_date_says_so() -> None:
    assert said(Rating.RED) == [Flag.NO_DATE]


@pytest.mark.django_db
def test_the_database_flags_what_the_rule_flags() -> None:
    """Every rating on every kind of date, asked of both."""
    division = DivisionFactory()
    dates = [None, after(-31), after(-1), DAY, after(1), after(30), after(31)]
    for rating, due in product(Rating, dates):
        for ongoing in (False, True) if due is None else (False,):
            ActionFactory(division=division, rating=rating, due_date=due, ongoing=ongoing)
    actions = list(Action.objects.all())
    assert len(actions) == len(Rating) * (len(dates) + 1)
    for flag in Flag:
        by_rule = {one.pk for one in actions if flag in flags(standing_of(one), DAY)}
        asked = list(Action.objects.flagged(flag, DAY).values_list("pk", flat=True))
        assert by_rule, f"no action here is {flag}"
        assert sorted(by_rule) == sorted(asked)


# ---- wanting an update


def test_an_open_action_wants_an_update_when_thirty_days_have_gone_by() -> None:
    for rating in (Rating.NONE, Rating.RED, Rating.AMBER):
        action = Standing(rating)
        assert not wants_update(action, after(-30), DAY)
        assert wants_update(action, after(-31), DAY)
        assert wants_update(action, None, DAY)


def test_a_completed_action_wants_none() -> None:
    assert not wants_update(Standing(Rating.GREEN), None, DAY)


# ---- the suggested ratings of a status report


def test_red_where_a_third_are_red() -> None:
    assert suggested([Rating.RED] * 33 + [Rating.GREEN] * 67, 33) is Rating.RED
    assert suggested([Rating.RED] * 32 + [Rating.GREEN] * 68, 33) is Rating.AMBER
    assert suggested([Rating.RED, Rating.GREEN, Rating.GREEN], 34) is Rating.AMBER


def test_green_only_where_all_are_green() -> None:
    assert suggested([Rating.GREEN] * 3, 33) is Rating.GREEN
    assert suggested([Rating.GREEN] * 99 + [Rating.AMBER], 33) is Rating.AMBER


def test_what_is_not_rated_counts_for_nothing() -> None:
    assert suggested([Rating.NONE] * 9, 33) is Rating.NONE
    assert suggested([], 33) is Rating.NONE
    assert suggested([Rating.NONE] * 9 + [Rating.RED], 100) is Rating.RED


def test_overall_is_the_worst_axis_that_is_rated() -> None:
    assert suggested_overall([Rating.GREEN, Rating.NONE, Rating.AMBER]) is Rating.AMBER
    assert suggested_overall([Rating.GREEN, Rating.RED]) is Rating.RED
    assert suggested_overall([Rating.NONE]) is Rating.NONE
    assert suggested_overall([]) is Rating.NONE


ratings = st.lists(st.sampled_from(Rating), max_size=40)
shares = st.integers(1, 100)


@given(found=ratings, share=shares)
def test_an_action_that_gets_better_never_makes_the_suggestion_worse(
    found: list[Rating], share: int
) -> None:
    before = suggested(found, share)
    for place, rating in enumerate(found):
        if rating in (Rating.RED, Rating.AMBER):
            better = [*found[:place], Rating(rating + 1), *found[place + 1 :]]
            assert suggested(better, share) >= before


@given(found=ratings, share=shares)
def test_the_order_of_the_ratings_does_not_matter(found: list[Rating], share: int) -> None:
    assert suggested(found, share) is suggested(sorted(found), share)


# ---- moves

MOVES = {
    (Rating.RED, Rating.AMBER): Move.BETTER,
    (Rating.AMBER, Rating.RED): Move.WORSE,
    (Rating.GREEN, Rating.AMBER): Move.WORSE,
    (Rating.GREEN, Rating.RED): Move.WORSE,
    (Rating.RED, Rating.GREEN): Move.COMPLETED,
    (Rating.AMBER, Rating.GREEN): Move.COMPLETED,
}


@pytest.mark.parametrize("before", Rating)
@pytest.mark.parametrize("now", Rating)
def test_every_move_between_two_ratings(before: Rating, now: Rating) -> None:
    assert moved(before, now) is MOVES.get((before, now), Move.SAME)


@pytest.mark.parametrize("now", Rating)
def test_what_was_not_there_is_new(now: Rating) -> None:
    assert moved(None, now) is Move.NEW


def test_ratings_are_those_of_the_scorecard() -> None:
    """One mark in the pages serves both."""
    for rating in RATED:
        assert (rating.name, rating.label, rating.value) == (
            Rag[rating.name].name,
            Rag[rating.name].label,
            Rag[rating.name].value,
        )
