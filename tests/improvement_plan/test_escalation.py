"""When a risk goes up to the board, and which way it went."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.escalation import LOOKED_AT_WITHIN, RULE, Movement, Rated, escalated, movement
from improvement_plan.progress import RATED, Rating

DAY = date(2015, 3, 31)


def rated(*ratings: Rating, days_ago: int = 0) -> list[Rated]:
    """Ratings, the latest first, the latest of them so many days ago."""
    return [Rated(DAY - timedelta(days=days_ago + back), one) for back, one in enumerate(ratings)]


@pytest.mark.parametrize(
    ("ratings", "way"),
    [
        ([Rating.RED], Movement.FIRST),
        ([Rating.RED, Rating.AMBER], Movement.WORSE),
        ([Rating.AMBER, Rating.GREEN, Rating.RED], Movement.WORSE),
        ([Rating.GREEN, Rating.RED], Movement.BETTER),
        ([Rating.AMBER, Rating.AMBER, Rating.RED], Movement.SAME),
    ],
)
def test_a_risk_moves_from_the_rating_before_to_the_latest(
    ratings: list[Rating], way: Movement
) -> None:
    assert movement(rated(*ratings)) is way


@pytest.mark.parametrize(
    ("of_today", "before", "way"),
    [
        ([Rating.AMBER, Rating.AMBER], [Rating.GREEN], Movement.WORSE),
        ([Rating.GREEN, Rating.AMBER], [Rating.GREEN], Movement.SAME),
        ([Rating.GREEN, Rating.RED], [Rating.AMBER], Movement.BETTER),
        ([Rating.RED, Rating.AMBER], [], Movement.WORSE),
    ],
)
def test_rating_twice_on_a_day_does_not_hide_how_it_moved_since_the_day_before(
    of_today: list[Rating], before: list[Rating], way: Movement
) -> None:
    ratings = [*(Rated(DAY, one) for one in of_today), *rated(*before, days_ago=1)]
    assert movement(ratings) is way


@pytest.mark.parametrize(
    ("ratings", "reasons"),
    [
        ([Rating.AMBER], ()),
        ([Rating.GREEN, Rating.RED], ()),
        ([Rating.RED], ("It is red.",)),
        (
            [Rating.RED, Rating.AMBER],
            ("It is red.", "It has become worse than when it was rated before."),
        ),
        ([Rating.AMBER, Rating.GREEN], ("It has become worse than when it was rated before.",)),
    ],
)
def test_red_and_worse_go_up_and_say_why(ratings: list[Rating], reasons: tuple[str, ...]) -> None:
    assert escalated(rated(*ratings), DAY) == reasons


def test_a_risk_that_nobody_has_rated_goes_up() -> None:
    assert escalated([], DAY) == ("It has never been rated.",)


@pytest.mark.parametrize(("days", "goes_up"), [(60, False), (61, True)])
def test_a_risk_goes_up_when_its_rating_is_more_than_60_days_old(days: int, goes_up: bool) -> None:
    said = escalated(rated(Rating.GREEN, days_ago=days), DAY)
    assert said == (("Nobody has rated it in the last 60 days.",) if goes_up else ())


def test_the_rule_in_words_names_the_days_that_the_code_counts() -> None:
    assert f"{LOOKED_AT_WITHIN.days} days" in RULE


@given(
    st.lists(st.sampled_from(RATED), min_size=1, max_size=5), st.integers(min_value=0, max_value=90)
)
def test_a_risk_stays_down_only_if_it_is_not_red_not_worse_and_looked_at(
    ratings: list[Rating], days_ago: int
) -> None:
    given_ = rated(*ratings, days_ago=days_ago)
    calm = (
        ratings[0] is not Rating.RED
        and movement(given_) is not Movement.WORSE
        and days_ago <= LOOKED_AT_WITHIN.days
    )
    assert bool(escalated(given_, DAY)) is not calm
