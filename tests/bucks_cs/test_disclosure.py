"""No figure that leaves the service gives a child away."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.lib.disclosure import (
    SUPPRESSED,
    SYMBOLS,
    Sum,
    is_small,
    protect,
)

COUNTS = st.lists(st.integers(0, 40), max_size=8)


def in_a_row(counts, total=None):
    """A row of counts and their total as they may be shown: each a number, `c`, or None."""
    told = {**dict(enumerate(counts)), "total": total}
    hidden = protect(told, [Sum("total", tuple(range(len(counts))))])
    *cells, whole = (SUPPRESSED if key in hidden else count for key, count in told.items())
    return cells, whole


@pytest.mark.parametrize(
    ("count", "hidden"),
    [(0, False), (1, True), (5, True), (6, False), (None, False)],
)
def test_one_to_five_is_small_and_nought_is_not(count, hidden):
    assert is_small(count) is hidden


def test_without_a_total_only_small_counts_are_hidden():
    assert in_a_row([3, 0, 12, None, 5, 6]) == (["c", 0, 12, None, "c", 6], None)


def test_a_lone_hidden_count_takes_the_next_smallest_with_it():
    assert in_a_row([3, 0, 12, 9], 24) == (["c", 0, 12, "c"], 24)


def test_counts_equal_to_the_next_smallest_go_with_it():
    assert in_a_row([6, 6, 4, 30], 46) == (["c", "c", "c", 30], 46)


def test_two_hidden_counts_protect_each_other():
    assert in_a_row([3, 2, 12], 17) == (["c", "c", 12], 17)


@pytest.mark.parametrize("count", [1, 5])
def test_hidden_counts_that_are_all_least_or_all_most_take_one_more_with_them(count):
    assert in_a_row([count, count, 30, 12], 42 + 2 * count)[0] == ["c", "c", 30, "c"]


def test_where_no_count_is_left_to_hide_the_total_is_hidden():
    assert in_a_row([3, None, 0], 20) == (["c", None, 0], "c")
    assert in_a_row([1] * 6, 6) == (["c"] * 6, "c")


def test_a_small_total_is_hidden_itself():
    assert in_a_row([2, 1, 0], 3) == (["c", "c", 0], "c")


def test_nothing_small_nothing_hidden():
    assert in_a_row([10, 0, 20], 30) == ([10, 0, 20], 30)
    assert in_a_row([], 0) == ([], 0)


def test_every_symbol_has_its_meaning():
    assert set(SYMBOLS) == {"c", "z", ":", "x", "k"}
    assert all(SYMBOLS.values())


@given(COUNTS)
def test_what_is_shown_is_never_small_and_is_true(counts):
    cells, total = in_a_row(counts, sum(counts))
    for count, cell in zip(counts, cells, strict=True):
        assert cell in (count, SUPPRESSED)
        assert not (is_small(count) and cell != SUPPRESSED)
    assert total in (sum(counts), SUPPRESSED)
    assert total == SUPPRESSED or not is_small(sum(counts))


@given(COUNTS)
def test_order_makes_no_difference_to_what_is_hidden(counts):
    cells, total = in_a_row(counts, sum(counts))
    assert in_a_row(counts[::-1], sum(counts)) == (cells[::-1], total)


def test_a_reader_who_knows_the_rule_still_cannot_work_out_a_small_count():
    """Publish every row of three counts up to 17, and group the rows that look the same: in each
    group, each small count that was hidden could also have been another number."""
    looks_the_same: dict[tuple, list[tuple[int, ...]]] = {}
    for counts in product(range(18), repeat=3):
        cells, total = in_a_row(counts, sum(counts))
        looks_the_same.setdefault((*cells, total), []).append(counts)
    for shown, rows in looks_the_same.items():
        for place, cell in enumerate(shown[:-1]):
            if cell == SUPPRESSED and any(is_small(row[place]) for row in rows):
                assert len({row[place] for row in rows}) > 1, (shown, rows)


# ---- counts that add up ------------------------------------------------------------


def test_nothing_small_and_nothing_is_hidden():
    assert protect({"all": 30, "a": 20, "b": 10}, [Sum("all", ("a", "b"))]) == set()


def test_counts_that_nothing_ties_are_hidden_alone():
    assert protect({"a": 3, "b": 20, "c": None}, []) == {"a"}


def test_a_small_part_takes_the_smallest_of_its_sum_with_it():
    counts = {"all": 123, "a": 3, "b": 20, "c": 100}
    assert protect(counts, [Sum("all", ("a", "b", "c"))]) == {"a", "b"}


def test_the_same_small_count_in_two_sums_is_safe_in_both():
    """Fostered by a relative: one kind of placement, and one of two kinds of fostering."""
    counts = {"all": 133, "foster": 123, "relative": 3, "other": 120, "home": 10}
    sums = [Sum("foster", ("relative", "other")), Sum("all", ("relative", "other", "home"))]
    assert protect(counts, sums) == {"relative", "other"}


def test_an_equal_count_that_would_not_help_stays_shown():
    counts = {"all": 67, "home": 3, "school": 20, "foster": 44, "relative": 20, "other": 24}
    sums = [
        Sum("all", ("home", "school", "relative", "other")),
        Sum("foster", ("relative", "other")),
    ]
    assert protect(counts, sums) == {"home", "school"}


def test_where_no_one_count_makes_it_safe_several_are_hidden():
    """The council's own carers are part of the fostered and part of its own provision."""
    counts = {"foster": 93, "own": 23, "both": 3, "only foster": 90, "only own": 20}
    sums = [Sum("foster", ("both", "only foster")), Sum("own", ("both", "only own"))]
    assert protect(counts, sums) == {"both", "only own", "only foster"}


def test_two_hidden_counts_that_another_sum_tells_apart_hide_a_third():
    """In their own sum they protect each other, but the second stands alone in another."""
    counts = {"all": 57, "a": 3, "b": 4, "c": 50, "c or b": 54}
    sums = [Sum("all", ("a", "b", "c")), Sum("c or b", ("b", "c"))]
    assert protect(counts, sums) == {"a", "b", "c", "c or b"}


def test_a_sum_that_names_a_count_nobody_has_says_nothing():
    assert protect({"all": 30, "a": 3}, [Sum("all", ("a", "b"))]) == {"a"}
    assert protect({"all": None, "a": 3}, [Sum("all", ("a",))]) == {"a"}


def test_what_is_hidden_anyway_protects_a_small_count_too():
    counts = {"all": 123, "a": 3, "b": 20, "c": 100}
    assert protect(counts, [Sum("all", ("a", "b", "c"))], {"c"}) == {"a", "c"}


@st.composite
def tables(draw):
    """A few counts, and up to five sums of some of them and of one another, with the parts of
    each in plain counts."""
    size = draw(st.integers(1, 4))
    plain = draw(st.lists(st.integers(0, 8), min_size=size, max_size=size))
    made_of = [frozenset({place}) for place in range(size)]
    sums = []
    for _ in range(draw(st.integers(0, 5))):
        parts = draw(st.sets(st.integers(0, len(made_of) - 1), min_size=1, max_size=4))
        inside = [made_of[part] for part in parts]
        if sum(map(len, inside)) == len(frozenset().union(*inside)):
            sums.append(Sum(len(made_of), tuple(sorted(parts))))
            made_of.append(frozenset().union(*inside))
    counts = {key: sum(plain[place] for place in within) for key, within in enumerate(made_of)}
    return counts, sums, made_of


def told_alike(counts, made_of, hidden):
    """The tables of whole numbers that a reader could take for this one, a row each: they say the
    same of what is shown, and no hidden count of theirs is nought. None with a plain count of
    more than double are looked at."""
    axes = [
        np.arange(1, 2 * counts[place] + 2) if place in hidden else np.array([counts[place]])
        for place, within in enumerate(made_of)
        if within == {place}
    ]
    plain = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    tables = np.stack([plain[:, sorted(within)].sum(axis=1) for within in made_of], axis=1)
    for key, count in counts.items():
        tables = tables[tables[:, key] >= 1 if key in hidden else tables[:, key] == count]
    return tables


@given(tables())
def test_no_small_count_can_be_worked_out(table):
    counts, sums, made_of = table
    hidden = protect(counts, sums)
    alike = told_alike(counts, made_of, hidden)
    for key, count in counts.items():
        if is_small(count):
            assert key in hidden
            assert len(np.unique(alike[:, key])) > 1, (key, counts, sums, hidden)


@given(tables())
def test_nought_is_never_hidden_and_nothing_is_without_a_small_count(table):
    counts, sums, _ = table
    hidden = protect(counts, sums)
    assert all(counts[key] for key in hidden)
    assert not hidden or any(is_small(counts[key]) for key in hidden)


@given(tables(), st.randoms())
def test_it_is_the_same_in_whatever_order_it_comes(table, chance):
    counts, sums, _ = table
    keys, turned = list(counts), [one._replace(parts=one.parts[::-1]) for one in sums]
    chance.shuffle(keys)
    chance.shuffle(turned)
    assert protect({key: counts[key] for key in keys}, turned) == protect(counts, sums)


@given(tables())
def test_to_protect_again_hides_no_more(table):
    counts, sums, _ = table
    hidden = protect(counts, sums)
    assert protect(counts, sums, hidden) == hidden
