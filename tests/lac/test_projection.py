"""The years ahead, against exact numbers worked by hand, and the laws that any projection keeps."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import lac_projection as bench
from lac.flows import AGES, Rates, Stock, observed, stock_on
from lac.projection import (
    ALWAYS,
    Dated,
    NewPlaces,
    Outlook,
    back_test,
    by_financial_year,
    financial_year,
    month_ends,
    project,
)
from tests.lac.histories import day, histories, history

FOSTERING, RESIDENTIAL, SUPPORTED, OTHER = range(4)
UNDER_1, TO_4, TO_9, TO_15, TO_17 = range(5)
START = day("2024-03-31")


def rates(moves=None, exits=None, entries=None):
    """Rates a day that are 0 but at some places: {place: rate}."""
    arrays = np.zeros((5, 4, 4)), np.zeros((5, 4)), np.zeros((29, 4))
    for array, said in zip(arrays, (moves, exits, entries), strict=True):
        for place, rate in (said or {}).items():
            array[place] = rate
    return Rates(*arrays)


def outlook(some_rates, weekly=(0, 0, 0, 0), **more):
    prices = weekly if isinstance(weekly, Dated) else Dated.always(np.array(weekly, dtype=float))
    return Outlook(Dated.always(some_rates), prices, **more)


def children(*born_and_placement):
    """A stock of START: (birthday, placement) of each child."""
    born = np.array([born for born, _ in born_and_placement], dtype="datetime64[D]")
    return Stock(START, born, np.array([place for _, place in born_and_placement], dtype=int))


def after(days, some_rates, *born_and_placement, **more):
    """The projection of some children, told once, after so many days."""
    ends = START + np.array([days])
    return project(outlook(some_rates, **more), children(*born_and_placement), ends)


TEN = ("2014-01-15", FOSTERING)
"""10 years old, and no birthday that matters for years."""


# --- worked by hand ---


def test_a_child_who_may_leave_is_there_with_falling_probability():
    # At 0.002 a day for 30 days: exp(-0.06), and (1 - exp(-0.06)) / 0.002 child-days.
    said = after(30, rates(exits={(TO_15, FOSTERING): 0.002}), TEN)
    assert said.stock[1, TO_15, FOSTERING] == pytest.approx(exp(-0.06), rel=1e-14)
    assert said.exits.sum() == pytest.approx(1 - exp(-0.06), rel=1e-13)
    assert said.child_days.sum() == pytest.approx((1 - exp(-0.06)) / 0.002, rel=1e-13)


def test_a_child_who_may_move_to_and_fro():
    # At a = 0.01 there and b = 0.03 back: b / (a + b) + a / (a + b) exp(-(a + b) t).
    there, back = (TO_15, FOSTERING, RESIDENTIAL), (TO_15, RESIDENTIAL, FOSTERING)
    said = after(50, rates(moves={there: 0.01, back: 0.03}), TEN)
    assert said.stock[1, TO_15, FOSTERING] == pytest.approx(0.75 + 0.25 * exp(-2), rel=1e-13)
    assert said.stock[1].sum() == pytest.approx(1, rel=1e-14)
    moved = said.moves[0, FOSTERING, RESIDENTIAL] - said.moves[0, RESIDENTIAL, FOSTERING]
    assert moved == pytest.approx(0.25 - 0.25 * exp(-2), rel=1e-12)


def test_on_a_birthday_the_rates_are_those_of_the_new_band_from_that_day_on():
    # 16 on the 11th day: ten days at 0.01, then twenty at 0.03.
    said = after(
        *(30, rates(exits={(TO_15, FOSTERING): 0.01, (TO_17, FOSTERING): 0.03})),
        ("2008-04-11", FOSTERING),
    )
    assert said.stock[1, TO_17, FOSTERING] == pytest.approx(exp(-0.1 - 0.6), rel=1e-13)
    assert not said.stock[1, TO_15].any()
    assert said.exits[0, TO_15].sum() == pytest.approx(1 - exp(-0.1), rel=1e-12)


def test_children_who_come_are_integrated_over_the_time_since_they_came():
    # Aged 10, at 0.5 a day, leaving at 0.02: 0.5 (1 - exp(-0.02 x 40)) / 0.02 after 40 days.
    said = after(40, rates(exits={(TO_15, FOSTERING): 0.02}, entries={(10 + 11, FOSTERING): 0.5}))
    there = 0.5 * (1 - exp(-0.8)) / 0.02
    assert said.stock[1, TO_15, FOSTERING] == pytest.approx(there, rel=1e-13)
    assert said.entrants.sum() == 20
    assert said.exits.sum() == pytest.approx(20 - there, rel=1e-13)
    assert said.child_days.sum() == pytest.approx((20 - there) / 0.02, rel=1e-13)


def test_those_who_come_grow_older_too():
    # One a day, aged 9 (365 ages in days, evenly): after n days those who came d days ago at one
    # of the last d ages are 10: the sum of d / 365 over the n - 1 days before.
    said = after(30, rates(entries={(9 + 11, RESIDENTIAL): 1}))
    assert said.stock[1, TO_15, RESIDENTIAL] == pytest.approx(29 * 30 / 2 / 365, rel=1e-12)
    assert said.stock[1, TO_9, RESIDENTIAL] == pytest.approx(30 - 29 * 30 / 2 / 365, rel=1e-12)


def test_those_who_come_at_17_leave_at_18_without_being_lost():
    said = after(365, rates(entries={(17 + 11, SUPPORTED): 1}))
    days = np.diff(AGES)[-1]
    assert days == 365
    assert said.birthdays[0, SUPPORTED] == pytest.approx(364 * 365 / 2 / days, rel=1e-12)
    assert said.stock[1].sum() + said.birthdays.sum() == pytest.approx(365, rel=1e-13)


def test_a_newborn_who_comes_is_1_a_year_later():
    came = rates(entries={(0, FOSTERING): 1})  # in the first month of life
    said = project(outlook(came), children(), START + np.array([330, 395, 760]))
    assert said.stock[1, UNDER_1].sum() == pytest.approx(330)
    assert said.stock[2, UNDER_1].sum() == pytest.approx(365 - 14.5)  # came at 14.5 days
    assert said.stock[3, UNDER_1].sum() == pytest.approx(365 - 14.5)


# --- the 18th birthday ---


@pytest.mark.parametrize(
    ("born", "days_there"),
    [("2006-04-01", 0), ("2006-04-02", 1), ("2006-04-30", 29), ("2008-02-29", 699)],
)
def test_a_child_is_there_until_the_day_before_the_18th_birthday(born, days_there):
    # 29 February 2008: 18 on 1 March 2026, the 700th day.
    daily = project(outlook(rates()), children((born, SUPPORTED)), START + np.arange(1, 800))
    there = daily.stock.sum(axis=(1, 2))
    assert there[: days_there + 1].tolist() == [1] * (days_there + 1)
    assert not there[days_there + 1 :].any()
    assert np.flatnonzero(daily.birthdays[:, SUPPORTED]).tolist() == [days_there]
    assert daily.child_days.sum() == days_there
    assert not daily.exits.any()


def test_in_18_years_every_child_of_the_first_day_has_left():
    _, opening = bench.generated(np.random.default_rng(1))
    said = project(outlook(rates()), opening, np.array([day("2042-03-30"), day("2042-03-31")]))
    assert said.stock[0].sum() == 1_000
    assert said.stock[-1].sum() == (opening.born == START).sum() == 0
    assert said.birthdays.sum() == 1_000


# --- laws ---

AT_MOST = st.floats(0, 0.05)
LENGTHS = st.lists(st.integers(1, 300), min_size=1, max_size=4)


@st.composite
def any_rates(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    moves = rng.uniform(0, draw(AT_MOST), (5, 4, 4)) * rng.integers(0, 2, (5, 4, 4))
    moves[:, range(4), range(4)] = 0
    entries = rng.uniform(0, draw(AT_MOST), (29, 4)) * rng.integers(0, 2, (29, 4))
    return Rates(moves, rng.uniform(0, draw(AT_MOST), (5, 4)), entries)


@st.composite
def stocks(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(0, 40))
    return Stock(START, START - rng.integers(0, 6574, count), rng.integers(0, 4, count))


def told_after(lengths):
    return START + np.cumsum(lengths)


@settings(deadline=None)
@given(any_rates(), stocks(), LENGTHS)
def test_children_are_conserved_in_every_stretch_and_placement(some_rates, opening, lengths):
    said = project(outlook(some_rates), opening, told_after(lengths))
    came = said.entrants.sum(axis=1) + said.moves.sum(axis=1)
    went = said.exits.sum(axis=1) + said.birthdays + said.moves.sum(axis=2)
    placed = said.stock.sum(axis=1)
    assert placed[:-1] + came - went == pytest.approx(placed[1:], abs=1e-9)


@settings(deadline=None)
@given(any_rates(), stocks(), LENGTHS)
def test_nothing_is_below_zero(some_rates, opening, lengths):
    said = project(outlook(some_rates), opening, told_after(lengths))
    for flow in (said.stock, said.entrants, said.exits, said.child_days, said.moves):
        assert flow.min() >= 0


def same_whatever_the_step(some_rates, opening, ends):
    """The whole at once, and by each of the ends."""
    model = outlook(some_rates, weekly=(400, 3000, 1200, 90), inflation=0.03)
    whole, said = project(model, opening, ends[-1:]), project(model, opening, ends)
    assert said.stock[-1] == pytest.approx(whole.stock[-1], rel=1e-10, abs=1e-10)
    for name in ("entrants", "exits", "child_days", "moves", "birthdays", "cost"):
        flow, once = getattr(said, name).sum(axis=0), getattr(whole, name)[0]
        assert flow == pytest.approx(once, rel=1e-10, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(any_rates(), stocks(), LENGTHS)
def test_the_step_does_not_change_the_answer(some_rates, opening, lengths):
    same_whatever_the_step(some_rates, opening, told_after(lengths))


def test_half_the_step_does_not_change_the_answer():
    for days in (366, 183, 61, 30.5, 1):
        same_whatever_the_step(
            *bench.generated(np.random.default_rng(4)),
            START + np.arange(days, 733, days).astype(int),
        )


@settings(deadline=None, max_examples=30)
@given(stocks(), LENGTHS)
def test_with_no_rates_nothing_changes_but_age(opening, lengths):
    ends = told_after(lengths)
    said = project(outlook(rates()), opening, ends)
    for stock, end in zip(said.stock, [START, *ends], strict=True):
        still = (opening.born.astype("datetime64[D]") > _eighteen_before(end)).nonzero()
        aged = Stock(end, opening.born[still], opening.placement[still])
        assert stock.tolist() == aged.table.tolist()
    assert not said.moves.any()
    assert not said.exits.any()


def _eighteen_before(end):
    """The last birthday of those who are 18."""
    month = end.astype("datetime64[M]") - 216
    return month.astype("datetime64[D]") + (end - end.astype("datetime64[M]"))


@settings(deadline=None, max_examples=30)
@given(any_rates(), any_rates(), LENGTHS)
def test_children_do_not_depend_on_each_other(some_rates, others, lengths):
    """Twice the entries from no stock are twice the children."""
    ends = told_after(lengths)
    once = project(outlook(some_rates), children(), ends)
    twice = Rates(some_rates.moves, some_rates.exits, 2 * some_rates.entries)
    assert project(outlook(twice), children(), ends).stock == pytest.approx(2 * once.stock)
    both = Rates(some_rates.moves, some_rates.exits, some_rates.entries + others.entries)
    other = Rates(some_rates.moves, some_rates.exits, others.entries)
    apart = once.stock + project(outlook(other), children(), ends).stock
    assert project(outlook(both), children(), ends).stock == pytest.approx(apart)


def test_a_plain_loop_over_the_days_says_the_same():
    some_rates, opening = bench.generated(np.random.default_rng(3))
    ends = month_ends(START, 36)
    by_day = bench.plainly(some_rates, opening, int((ends[-1] - START).astype(int)))
    said = project(outlook(some_rates), opening, ends)
    assert said.stock[1:] == pytest.approx(by_day[(ends - START).astype(int)], rel=1e-10)


def test_a_steady_state_stays():
    """As many come and leave as keep 100 children aged 5 to 9 (none grows out in a month)."""
    calm = rates(exits={(TO_9, FOSTERING): 0.001}, entries={(6 + 11, FOSTERING): 0.1})
    said = after(30, calm, *[("2018-01-15", FOSTERING)] * 100)
    assert said.stock[1].sum() == pytest.approx(100, rel=1e-12)


@pytest.mark.parametrize("ends", [[], [0], [-3, 5], [5, 5], [9, 5]])
def test_a_projection_is_told_at_later_days_in_order(ends):
    with pytest.raises(ValueError, match="told at days after its first, in order"):
        project(outlook(rates()), children(TEN), START + np.array(ends, dtype=int))


# --- what changes on a day ---


def test_new_rates_hold_from_their_day_on():
    # Ten days at 0.01, from the 11th at 0.03; told at the end of the 30th only.
    slow, fast = (rates(exits={(TO_15, FOSTERING): rate}) for rate in (0.01, 0.03))
    changing = Dated(((ALWAYS, slow), (START + 11, fast)))
    free = Dated.always(np.zeros(4))
    said = project(Outlook(changing, free), children(TEN), START + np.array([30]))
    assert said.stock[1].sum() == pytest.approx(exp(-0.1 - 0.6), rel=1e-13)


def test_a_dated_value_changes_from_a_day_until_another():
    once = Dated.always(1).changed(lambda value: value + 1, day("2025-01-01"), day("2026-01-01"))
    assert [once.on(day(d)) for d in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")] == [
        *(1, 2, 2, 1)
    ]
    twice = once.changed(lambda value: value * 10, day("2025-07-01"))
    assert [twice.on(day(d)) for d in ("2025-06-30", "2025-07-01", "2026-01-01")] == [2, 20, 10]


# --- what it costs ---


def test_a_cost_is_of_child_days_at_the_weekly_price():
    said = after(70, rates(), TEN, ("2014-01-15", RESIDENTIAL), weekly=(400, 3_500, 0, 0))
    assert said.cost[0].tolist() == pytest.approx([4_000, 35_000, 0, 0])


def test_the_cost_of_a_child_who_may_leave():
    said = after(70, rates(exits={(TO_15, FOSTERING): 0.01}), TEN, weekly=(700, 0, 0, 0))
    assert said.cost[0, FOSTERING] == pytest.approx(100 * (1 - exp(-0.7)) / 0.01)


def test_prices_rise_each_1_april_after_the_first_year():
    # The first day is 1 April 2024: 2024/25 is at the prices given, 2025/26 at one rise.
    ends = month_ends(START, 24)
    said = project(outlook(rates(), (70, 0, 0, 0), inflation=0.1), children(TEN), ends)
    years, cost = by_financial_year(said.on[1:], said.cost.sum(axis=1))
    assert years.tolist() == [2025, 2026]
    assert cost.tolist() == pytest.approx([365 * 10, 365 * 11])


def test_a_new_price_holds_from_its_day_on():
    prices = Dated.always(np.array([70.0, 0, 0, 0])).changed(lambda weekly: weekly * 2, START + 11)
    assert after(30, rates(), TEN, weekly=prices).cost.sum() == pytest.approx(100 + 20 * 20)


def test_new_places_are_filled_first_and_paid_for_whether_filled_or_not():
    # Three children at 700 a week for 10 days; from the 6th day two, or four, places at 350.
    def cost(places):
        own = NewPlaces(START + 6, RESIDENTIAL, places, 350.0)
        three = [("2014-01-15", RESIDENTIAL)] * 3
        return after(10, rates(), *three, weekly=(0, 700, 0, 0), new_places=(own,)).cost.sum()

    assert cost(0) == pytest.approx(3 * 10 * 100)
    assert cost(2) == pytest.approx(3 * 5 * 100 + 5 * (2 * 50 + 1 * 100))
    assert cost(4) == pytest.approx(3 * 5 * 100 + 5 * (4 * 50))


def test_a_financial_year_is_named_by_its_second_calendar_year():
    days = np.array(["2024-03-31", "2024-04-01", "2025-03-31"], dtype="datetime64[D]")
    assert financial_year(days).tolist() == [2024, 2025, 2025]


def test_months_end_on_their_last_days():
    assert month_ends(START, 3).astype(str).tolist() == ["2024-04-30", "2024-05-31", "2024-06-30"]
    assert month_ends(day("2024-02-10"), 2).astype(str).tolist() == ["2024-02-29", "2024-03-31"]


# --- against what happened ---

CALM = [("2014-01-15", ("2020-01-01", None, "U4")), ("2008-04-11", ("2020-01-01", None, "K2"))]


def test_where_nothing_happens_the_back_test_is_right():
    test = back_test(
        *history(*CALM), since=day("2021-03-31"), start=day("2023-03-31"), ends=month_ends(START, 6)
    )
    assert test.projection.stock.tolist() == test.happened.tolist()
    assert test.happened[-1, TO_17, RESIDENTIAL] == 1
    assert test.observed.until == day("2023-03-31")


@settings(deadline=None, max_examples=30)
@given(histories())
def test_a_back_test_knows_nothing_of_what_came_after_its_day(record):
    known, since, start = record[1], day("2019-03-31"), day("2021-03-31")
    ends = start + np.array([100, 300])
    there = np.flatnonzero(known.began <= start)
    parts = {name: getattr(known, name)[there] for name in type(known).__slots__}
    parts["ended"] = np.where(parts["ended"] > start, day("9999-12-31"), parts["ended"])
    without = type(known)(**parts)
    tests = [
        back_test(record[0], episodes, since=since, start=start, ends=ends)
        for episodes in (known, without)
    ]
    assert tests[0].projection.stock.tolist() == tests[1].projection.stock.tolist()
    happened = [stock_on(record[0], known, end).table for end in (start, *ends)]
    assert tests[0].happened.tolist() == np.stack(happened).tolist()


def test_a_history_made_at_known_rates_is_projected_to_what_happened():
    """Fostered for 100 days on average from the day they come, one a day, for four years: the rate
    counted in two of them is near, and so is the stock two years later."""
    rng = np.random.default_rng(5)
    first = day("2018-01-01")
    came = first + np.arange(0, 1461).repeat(3)
    left = came + 1 + rng.exponential(100, len(came)).astype(int)
    record = history(
        *(("2008-06-01", (f"{a}", f"{b}", "U4")) for a, b in zip(came, left, strict=True))
    )
    start = day("2020-01-01")
    seen = observed(*record, day("2019-01-01"), start)
    assert seen.rates().exits[TO_15, FOSTERING] == pytest.approx(0.01, rel=0.1)
    test = back_test(*record, since=day("2019-01-01"), start=start, ends=start + np.array([600]))
    expected, happened = test.projection.stock[1].sum(), test.happened[1].sum()
    assert abs(expected - happened) < 4 * np.sqrt(300)
