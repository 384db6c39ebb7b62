"""What the episodes show: who was there for how long, and what happened to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lac.flows import (
    AGES,
    BAND_OF_AGE,
    BANDS,
    PLACEMENTS,
    PRIOR_DAYS,
    Rates,
    birthday,
    observed,
    stock_on,
)
from lac.placements import ages_on
from tests.lac.histories import day, histories, history

FOSTERING, RESIDENTIAL, SUPPORTED, OTHER = range(4)
UNDER_1, TO_4, TO_9, TO_15, TO_17 = range(5)
SINCE, UNTIL = day("2022-03-31"), day("2024-03-31")
DAYS = st.integers(0, 800).map(lambda days: day("2021-06-01") + days)


def cells(table):
    """Where a table is not zero, and what it is there."""
    return {tuple(map(int, place)): float(table[tuple(place)]) for place in np.argwhere(table)}


def watched(*children, since=SINCE, until=UNTIL):
    return observed(*history(*children), since, until)


# --- one child at a time ---


def test_a_child_who_comes_moves_and_leaves_is_counted_by_hand():
    # 10 years old. Comes on 1 April 2023; 30 days later, on 1 May, moves to a home; leaves on
    # 31 May, another 30 days later.
    seen = watched(
        ("2013-01-15", ("2023-04-01", "2023-05-01", "U4"), ("2023-05-01", "2023-05-31", "K2"))
    )
    assert cells(seen.child_days) == {(TO_15, FOSTERING): 30, (TO_15, RESIDENTIAL): 30}
    assert cells(seen.moves) == {(TO_15, FOSTERING, RESIDENTIAL): 1}
    assert cells(seen.exits) == {(TO_15, RESIDENTIAL): 1}
    assert cells(seen.entries) == {(10 + 11, FOSTERING): 1}
    assert not seen.birthdays.any()


def test_a_child_who_is_there_all_the_time_is_all_exposure():
    seen = watched(("2015-06-01", ("2020-01-01", None, "U1")))
    assert cells(seen.child_days) == {(TO_9, FOSTERING): 731}  # 2024 has a 29 February
    assert not seen.moves.any()
    assert not seen.exits.any()
    assert not seen.entries.any()


def test_a_birthday_divides_the_days_between_the_bands():
    # 16 on 11 April 2022: ten days in the window before it, the rest from that day on.
    seen = watched(("2006-04-11", ("2020-01-01", None, "K2")))
    assert cells(seen.child_days) == {(TO_15, RESIDENTIAL): 10, (TO_17, RESIDENTIAL): 721}


def test_an_event_on_a_birthday_is_of_the_new_age():
    seen = watched(("2006-04-11", ("2020-01-01", "2022-04-11", "K2")))
    assert cells(seen.exits) == {(TO_17, RESIDENTIAL): 1}


def test_who_becomes_18_has_a_birthday_and_no_exit():
    # The episode ends on the day itself, as it should, or later, as it should not.
    for last in ("2022-04-11", "2022-06-30", None):
        seen = watched(("2004-04-11", ("2020-01-01", last, "H5")))
        assert cells(seen.child_days) == {(TO_17, SUPPORTED): 10}
        assert cells(seen.birthdays) == {(SUPPORTED,): 1}
        assert not seen.exits.any()
    the_day_before = watched(("2004-04-11", ("2020-01-01", "2022-04-10", "H5")))
    assert cells(the_day_before.exits) == {(TO_17, SUPPORTED): 1}
    assert not the_day_before.birthdays.any()


def test_who_comes_at_18_or_moves_after_it_is_not_seen():
    seen = watched(("2004-01-01", ("2022-05-01", "2022-06-01", "U4"), ("2022-06-01", None, "K2")))
    assert not seen.child_days.any()
    assert not seen.entries.any()
    assert not seen.moves.any()


def test_a_gap_of_a_day_is_an_exit_and_an_entry():
    seen = watched(
        ("2013-01-15", ("2020-01-01", "2023-05-01", "U4"), ("2023-05-02", None, "K2")),
    )
    assert cells(seen.exits) == {(TO_15, FOSTERING): 1}
    assert cells(seen.entries) == {(10 + 11, RESIDENTIAL): 1}
    assert not seen.moves.any()


def test_a_change_within_a_placement_group_is_no_move():
    seen = watched(("2013-01-15", ("2020-01-01", "2023-05-01", "U4"), ("2023-05-01", None, "U1")))
    assert not seen.moves.any()
    assert not seen.exits.any()
    assert seen.child_days.sum() == 731


def test_short_breaks_are_no_part_of_it():
    seen = watched(
        (
            "2013-01-15",
            ("2020-01-01", "2022-05-01", "U4", "V3"),
            ("2022-05-01", "2022-06-01", "U4", "V2"),
            ("2022-06-01", None, "K2", "V4"),
        )
    )
    assert cells(seen.child_days) == {(TO_9, FOSTERING): 31}
    assert seen.entries.sum() == seen.exits.sum() == 1


def test_an_episode_of_no_day_does_not_part_those_around_it():
    seen = watched(
        (
            "2013-01-15",
            ("2020-01-01", "2023-05-01", "U4"),
            ("2023-05-01", "2023-05-01", "T1"),
            ("2023-05-01", None, "K2"),
        )
    )
    assert cells(seen.moves) == {(TO_15, FOSTERING, RESIDENTIAL): 1}


def test_where_two_episodes_overlap_the_later_one_counts():
    seen = watched(("2013-01-15", ("2020-01-01", "2023-06-01", "U4"), ("2022-04-10", None, "K2")))
    assert seen.child_days[:, FOSTERING].sum() == 10
    assert seen.child_days.sum() == 731
    assert seen.moves.sum() == 1


def test_the_first_day_is_after_the_window_begins_and_the_last_is_in_it():
    def comes(first):
        return watched(("2013-01-15", (first, None, "U4"))).entries.sum()

    assert [comes(d) for d in ("2022-03-31", "2022-04-01", "2024-03-31", "2024-04-01")] == [
        *(0, 1, 1, 0)
    ]


def test_where_children_live_is_told_in_four_groups():
    groups = {
        "fostering": "U1 U2 U3 U4 U5 U6",
        "residential": "K1 K2 R1 R2 R3 R5 S1",
        "supported": "H5 P2 P3",
        "other": "A3 A6 P1 T0 T4 Z1 ??",
    }
    for name, places in groups.items():
        for place in places.split():
            stock = stock_on(*history(("2013-01-15", ("2020-01-01", None, place))), UNTIL)
            assert PLACEMENTS[stock.placement[0]] == name


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2023-04-01", 0),  # a newborn child
        ("2023-03-03", 0),  # 29 days old
        ("2023-03-02", 1),  # 30
        ("2022-04-02", 11),  # the day before the first birthday
        ("2022-04-01", 12),
        ("2005-04-02", 28),  # the day before the 18th
    ],
)
def test_entrants_are_told_apart_by_month_below_1_and_by_year_above(born, age):
    seen = watched((born, ("2023-04-01", None, "U4")))
    assert cells(seen.entries) == {(age, FOSTERING): 1}


def test_the_ages_are_whole_days_and_each_band_begins_with_one():
    assert len(AGES) == 30
    assert AGES[12] == 365
    assert AGES[-1] == 6574  # 18 years and, so that no day is too many, the fewest leap days
    assert np.bincount(BAND_OF_AGE).tolist() == [12, 4, 5, 6, 2]


def test_a_window_has_days():
    with pytest.raises(ValueError, match="must end after it begins"):
        watched(("2013-01-15", ("2020-01-01", None, "U4")), until=SINCE)


# --- who is there ---


def test_stock_is_of_those_below_18_by_band_and_placement():
    children, episodes = history(
        ("2023-12-01", ("2024-01-01", None, "U4")),
        ("2006-04-01", ("2020-01-01", None, "K2")),  # 17 on the day, 18 on the next
        ("2006-03-31", ("2020-01-01", None, "K2")),  # 18 on the day
        ("2010-01-01", ("2020-01-01", "2024-03-31", "K2")),  # left on the day
        ("2010-01-01", ("2020-01-01", None, "U4", "V3")),
    )
    stock = stock_on(children, episodes, UNTIL)
    assert cells(stock.table) == {(UNDER_1, FOSTERING): 1, (TO_17, RESIDENTIAL): 1}


@given(st.dates().map(lambda d: np.array([d], dtype="datetime64[D]")), st.integers(0, 18))
def test_a_birthday_is_the_first_day_of_an_age(born, years):
    there = birthday(born, years)
    assert ages_on(born, there[0]).tolist() == [years]
    assert ages_on(born, there[0] - 1).tolist() == [years - 1]


# --- laws ---


@given(histories(), DAYS, st.integers(1, 500))
def test_nobody_is_lost(record, since, length):
    seen = observed(*record, since, since + length)
    moved = seen.moves.sum(axis=0)
    entered = seen.entries.sum(axis=0) + moved.sum(axis=0)
    gone = seen.exits.sum(axis=0) + seen.birthdays + moved.sum(axis=1)
    opening, closing = (stock_on(*record, d).table.sum(axis=0) for d in (since, since + length))
    assert (opening + entered - gone).tolist() == closing.tolist()


@given(histories(), DAYS, st.integers(1, 60))
def test_child_days_are_the_stock_of_each_day_but_the_last_before_18(record, since, length):
    seen = observed(*record, since, since + length)
    by_day = sum(stock_on(*record, since + d).table.sum(axis=0) for d in range(length))
    assert (seen.child_days.sum(axis=0) + seen.birthdays).tolist() == by_day.tolist()


@given(histories(), DAYS, st.integers(1, 300), st.integers(1, 300))
def test_two_windows_add_to_the_one_that_holds_both(record, since, first, second):
    middle, end = since + first, since + first + second
    parts = observed(*record, since, middle), observed(*record, middle, end)
    whole = observed(*record, since, end)
    for name in ("child_days", "moves", "exits", "entries", "birthdays"):
        assert (getattr(parts[0], name) + getattr(parts[1], name)).tolist() == (
            getattr(whole, name).tolist()
        )


# --- rates ---

CAME_MOVED_LEFT = (
    ("2013-01-15", ("2023-04-01", "2023-05-01", "U4"), ("2023-05-01", "2023-05-31", "K2")),
    ("2020-01-01", ("2021-01-01", None, "U4")),
)


def test_a_rate_is_events_by_exposure_with_a_child_year_of_all_ages():
    # Fostering: 30 days at 10 to 15 and 731 at 1 to 4 (the second child), one move, at 10 to 15.
    # At all ages 1 / 761; at 10 to 15 (1 + 365.25 / 761) / (30 + 365.25).
    seen = watched(*CAME_MOVED_LEFT)
    pooled = 1 / 761
    moves = seen.rates().moves[:, FOSTERING, RESIDENTIAL]
    assert moves[TO_15] == pytest.approx((1 + PRIOR_DAYS * pooled) / (30 + PRIOR_DAYS))
    assert moves[TO_4] == pytest.approx(PRIOR_DAYS * pooled / (731 + PRIOR_DAYS))
    assert moves[TO_9] == pytest.approx(pooled)  # nobody was there: as at the other ages


def test_where_nothing_happened_and_nobody_was_the_rate_is_0():
    rates = watched(("2020-01-01", ("2021-01-01", None, "U4"))).rates()
    assert not rates.moves.any()
    assert not rates.exits.any()
    assert not rates.entries.any()


def test_entries_are_by_day_of_the_window_and_spread_as_they_came():
    # Two children aged 10 and one aged 12, in 731 days. Of the band's three, with one more spread
    # as all of them (and that one with one more, evenly): aged 10, of fostering's three,
    # (2 + (2 + 365 / 2192) / 4) / 4.
    children = [(f"{2023 - age}-01-15", ("2023-04-01", None, "U4")) for age in (10, 10, 12)]
    entries = watched(*children).rates().entries
    assert entries.sum() == pytest.approx(3 / 731)
    assert entries[10 + 11, FOSTERING] == pytest.approx(
        3 / 731 * (2 + (2 + 365 / 2192) / 4) / 4, rel=1e-3
    )
    assert not entries[BAND_OF_AGE != TO_15].any()


@given(histories())
def test_the_entries_of_a_band_and_placement_are_those_that_came(record):
    seen = observed(*record, SINCE, UNTIL)
    rates = seen.rates()
    for band in range(len(BANDS)):
        ages = band == BAND_OF_AGE
        assert rates.entries[ages].sum(axis=0) * 731 == pytest.approx(
            seen.entries[ages].sum(axis=0)
        )


def test_drawn_rates_have_the_counted_rates_as_their_mean_and_more_spread_of_less():
    rng = np.random.default_rng(903)
    seen = watched(*CAME_MOVED_LEFT * 20)
    drawn, rates = seen.sampled(20_000, rng), seen.rates()
    for name in ("moves", "exits", "entries"):
        said, mean = getattr(rates, name), getattr(drawn, name).mean(axis=0)
        error = getattr(drawn, name).std(axis=0) / np.sqrt(20_000)
        assert (abs(mean - said) <= 5 * error).all()
    # Twenty moves in 30 x 20 days: a Gamma distribution of shape n has spread 1 / sqrt(n).
    of_one = drawn.moves[:, TO_15, FOSTERING, RESIDENTIAL]
    shape = 20 + PRIOR_DAYS * 20 / (761 * 20)
    assert of_one.std() / of_one.mean() == pytest.approx(1 / np.sqrt(shape), rel=0.05)


def test_the_same_seed_draws_the_same_rates():
    seen = watched(*CAME_MOVED_LEFT)
    one, other = (seen.sampled(3, np.random.default_rng(7)).exits for _ in range(2))
    assert (one == other).all()
    assert (one != seen.sampled(3, np.random.default_rng(8)).exits)[one > 0].all()


@pytest.mark.parametrize(
    ("rate", "words"),
    [(-0.1, "cannot be below 0"), (2.5, "more than 2 times a day"), (np.nan, "more than 2 times")],
)
def test_rates_that_cannot_be_are_refused(rate, words):
    with pytest.raises(ValueError, match=words):
        Rates(np.zeros((5, 4, 4)), np.full((5, 4), rate), np.zeros((29, 4)))
