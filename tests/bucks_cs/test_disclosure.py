"""No figure that leaves the service gives a child away."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.lib.disclosure import (
    SUPPRESSED,
    SYMBOLS,
    Shown,
    is_small,
    percentage_hidden,
    suppress,
)

COUNTS = st.lists(st.integers(0, 40), max_size=8)


@pytest.mark.parametrize(
    ("count", "hidden"),
    [(0, False), (1, True), (5, True), (6, False), (None, False)],
)
def test_one_to_five_is_small_and_nought_is_not(count, hidden):
    assert is_small(count) is hidden
    assert percentage_hidden(count) is hidden


def test_without_a_total_only_small_counts_are_hidden():
    assert suppress([3, 0, 12, None, 5, 6]) == Shown(["c", 0, 12, None, "c", 6], None)


def test_a_lone_hidden_count_takes_the_next_smallest_with_it():
    assert suppress([3, 0, 12, 9], 24) == Shown(["c", 0, 12, "c"], 24)


def test_counts_equal_to_the_next_smallest_go_with_it():
    assert suppress([6, 6, 4, 30], 46) == Shown(["c", "c", "c", 30], 46)


def test_two_hidden_counts_protect_each_other():
    assert suppress([3, 2, 12], 17) == Shown(["c", "c", 12], 17)


@pytest.mark.parametrize("count", [1, 5])
def test_hidden_counts_that_are_all_least_or_all_most_take_one_more_with_them(count):
    assert suppress([count, count, 30, 12], 42 + 2 * count).counts == ["c", "c", 30, "c"]


def test_where_no_count_is_left_to_hide_the_total_is_hidden():
    assert suppress([3, None, 0], 20) == Shown(["c", None, 0], "c")
    assert suppress([1] * 6, 6) == Shown(["c"] * 6, "c")


def test_a_small_total_is_hidden_itself():
    assert suppress([2, 1, 0], 3) == Shown(["c", "c", 0], "c")


def test_nothing_small_nothing_hidden():
    assert suppress([10, 0, 20], 30) == Shown([10, 0, 20], 30)
    assert suppress([], 0) == Shown([], 0)


def test_every_symbol_has_its_meaning():
    assert set(SYMBOLS) == {"c", "z", ":", "x", "k"}
    assert all(SYMBOLS.values())


@given(COUNTS)
def test_what_is_shown_is_never_small_and_is_true(counts):
    shown = suppress(counts, sum(counts))
    for count, cell in zip(counts, shown.counts, strict=True):
        assert cell in (count, SUPPRESSED)
        assert not (is_small(count) and cell != SUPPRESSED)
    assert shown.total in (sum(counts), SUPPRESSED)
    assert shown.total == SUPPRESSED or not is_small(sum(counts))


@given(COUNTS)
def test_order_makes_no_difference_to_how_much_is_hidden(counts):
    there, back = suppress(counts, sum(counts)), suppress(counts[::-1], sum(counts))
    assert there.counts.count(SUPPRESSED) == back.counts.count(SUPPRESSED)
    assert there.total == back.total


def test_a_reader_who_knows_the_rule_still_cannot_work_out_a_small_count():
    """Publish every row of three counts up to 17, and group the rows that look the same: in each
    group, each small count that was hidden could also have been another number."""
    looks_the_same: dict[Shown, list[tuple[int, ...]]] = {}
    for counts in product(range(18), repeat=3):
        shown = suppress(counts, sum(counts))
        looks_the_same.setdefault(Shown(tuple(shown.counts), shown.total), []).append(counts)
    for shown, rows in looks_the_same.items():
        for place, cell in enumerate(shown.counts):
            if cell == SUPPRESSED and any(is_small(row[place]) for row in rows):
                assert len({row[place] for row in rows}) > 1, (shown, rows)
