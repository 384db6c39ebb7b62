"""The cohort model's expected values: small problems by hand, then laws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from send.cohort import (
    AGES,
    FIRST,
    LAST,
    NOWHERE,
    Cap,
    Flows,
    Model,
    Space,
    by_need_and_setting,
    costs,
    expected,
    runs_out,
    summed,
)

SETTINGS = ("Mainstream", "Special")


def space(needs: tuple[str, ...] = ("ASD",), *, mainstream_to: int = 13) -> Space:
    """Mainstream for academic years 0 to 13 unless told otherwise, special for all."""
    valid = np.zeros((AGES, len(needs), 2), dtype=bool)
    valid[-FIRST : mainstream_to - FIRST + 1, :, 0] = True
    valid[:, :, 1] = True
    return Space(needs, SETTINGS, valid)


def state(of: Space, year: int, setting: int = 0, need: int = 0) -> int:
    return int(of.number[year - FIRST, need, setting])


def model(
    of: Space,
    heads: dict[int, float],
    *,
    years: int = 1,
    leave: float = 0.0,
    move: float = 0.0,
    edges: dict[tuple[int, int], float] | None = None,
    join: dict[int, float] | None = None,
    **more: Any,
) -> Model:
    """Rates alike in every state; edges with their shares; heads and joiners by state."""
    edges = edges or {}

    def by_state(values: dict[int, float]) -> Any:
        found = np.zeros(of.count)
        for at, value in values.items():
            found[at] = value
        return found

    flows = Flows(
        np.full(of.count, leave),
        np.full(of.count, move),
        np.array(list(edges.values()), dtype=float),
        by_state(join or {}),
    )
    fields = {
        "unit_costs": (np.full((len(of.needs), 2), np.nan),) * years,
        "inflation": 0.0,
        "places": (np.full(2, np.inf),) * years,
    }
    return Model(
        of,
        np.array([source for source, _ in edges], dtype=np.int64),
        np.array([target for _, target in edges], dtype=np.int64),
        by_state(heads),
        2021,
        (flows,) * years,
        **(fields | more),
    )


class TestAYear:
    def test_everybody_ages_some_leave_some_move_and_others_join_in_that_order(self) -> None:
        of = space()
        five, six, special = state(of, 5), state(of, 6), state(of, 6, 1)
        found = expected(
            model(of, {five: 100}, leave=0.1, move=0.2, edges={(five, special): 1.0}, join={six: 7})
        )
        assert found.left[0, five] == pytest.approx(10)
        assert found.moved[0, five] == pytest.approx(18)
        assert found.heads[1, six] == pytest.approx(72 + 7)
        assert found.heads[1, special] == pytest.approx(18)

    def test_who_is_past_the_last_academic_year_leaves(self) -> None:
        of = space()
        last = state(of, LAST, 1)
        found = expected(model(of, {last: 10}))
        assert found.left[0, last] == 10
        assert found.heads[1].sum() == 0

    def test_whose_setting_ends_moves_where_they_can(self) -> None:
        of = space(mainstream_to=11)
        eleven, special = state(of, 11), state(of, 12, 1)
        found = expected(model(of, {eleven: 10}, edges={(eleven, special): 1.0}))
        assert (found.moved[0, eleven], found.heads[1, special]) == (10, 10)

    def test_and_is_counted_as_a_leaver_where_they_cannot(self) -> None:
        of = space(mainstream_to=11)
        eleven = state(of, 11)
        found = expected(model(of, {eleven: 10}))
        assert (found.left[0, eleven], found.heads[1].sum()) == (10, 0)

    def test_without_rates_everybody_is_a_year_older_and_nothing_else(self) -> None:
        of = space()
        found = expected(model(of, {state(of, 3): 12, state(of, 7, 1): 5}, years=2))
        assert found.heads[2, state(of, 5)] == 12
        assert found.heads[2, state(of, 9, 1)] == 5
        assert found.heads[2].sum() == 17

    def test_it_is_what_matrix_algebra_says(self) -> None:
        of = space(mainstream_to=LAST)
        edges = {
            (one, int(of.number[age + 1, 0, 1])): 1.0
            for age in range(-FIRST, AGES - 1)
            for one in [int(of.number[age, 0, 0])]
        }
        start = {state(of, year): 10.0 + year for year in range(0, 20)}
        found = expected(model(of, start, years=3, leave=0.07, move=0.3, edges=edges))
        step = np.zeros((of.count, of.count))
        for one in range(of.count):
            older = int(of.older[one])
            if older == NOWHERE:
                continue
            moves = 0.3 if any(source == one for source, _ in edges) else 0.0
            step[one, older] += 0.93 * (1 - moves)
            for (source, target), share in edges.items():
                if source == one:
                    step[one, target] += 0.93 * moves * share
        by_hand = np.zeros(of.count)
        for at, heads in start.items():
            by_hand[at] = heads
        for year in range(1, 4):
            by_hand = by_hand @ step
            np.testing.assert_allclose(found.heads[year], by_hand, atol=1e-9)


class TestWhatCannotBe:
    """Matrices may be given directly: what is wrong with them is told before anybody is lost."""

    OF = space()
    MODEL = model(OF, {state(OF, 5): 10}, edges={(state(OF, 5), state(OF, 6, 1)): 1.0})
    FLOWS = MODEL.flows[0]

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"leave": FLOWS.leave + 1.5}, "share of who leaves is not from 0 to 1"),
            ({"move": FLOWS.move - 0.1}, "share of who moves is not from 0 to 1"),
            ({"move": FLOWS.move[1:]}, "share of who moves"),
            ({"share": np.array([0.9])}, "do not add up to 1"),
            ({"share": np.array([np.nan])}, "share of movers by where they go"),
            ({"join": FLOWS.join - 1}, "Joiners are not a number of 0 or more"),
        ],
    )
    def test_rates(self, changed: dict[str, Any], said: str) -> None:
        flows = (replace(self.FLOWS, **changed),)
        with pytest.raises(ValueError, match=said):
            expected(replace(self.MODEL, flows=flows))

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"opening": MODEL.opening - 1}, "opening is not a number of 0 or more"),
            ({"opening": MODEL.opening[1:]}, "opening is not"),
            ({"target": MODEL.source}, "must end in a state of the next academic year"),
            ({"target": np.array([10_000])}, "must end in a state"),
            ({"target": np.array([], dtype=np.int64)}, "must end in a state"),
            ({"space": Space(("ASD",), SETTINGS, OF.valid[1:])}, "not by academic year"),
            ({"unit_costs": (np.zeros((2, 2)),)}, "Unit costs are not by need and setting"),
            ({"unit_costs": ()}, "Unit costs"),
            ({"places": (np.zeros(3),)}, "Places are not by setting"),
            ({"caps": (Cap(0, 2, 5, 0),)}, "A cap must be of a setting"),
            ({"caps": (Cap(0, 0, -5, 1),)}, "have 0 places or more"),
        ],
    )
    def test_the_rest(self, changed: dict[str, Any], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            expected(replace(self.MODEL, **changed))


class TestCaps:
    def test_above_its_places_those_who_would_come_go_elsewhere(self) -> None:
        of = space()
        special, main = state(of, 6, 1), state(of, 6)
        found = expected(
            model(of, {state(of, 5, 1): 8}, join={special: 6}, caps=(Cap(0, 1, 10, 0),))
        )
        assert found.heads[1, special] == pytest.approx(10)
        assert found.heads[1, main] == pytest.approx(4)

    def test_nobody_who_is_there_is_sent_away(self) -> None:
        of = space()
        found = expected(model(of, {state(of, 5, 1): 8}, caps=(Cap(0, 1, 3, 0),)))
        assert found.heads[1, state(of, 6, 1)] == 8

    def test_who_can_go_nowhere_else_goes_above_it(self) -> None:
        of = space()
        special = state(of, -2, 1)  # mainstream begins at 0
        found = expected(model(of, {}, join={special: 6}, caps=(Cap(0, 1, 2, 0),)))
        assert found.heads[1, special] == 6

    def test_a_cap_of_a_later_year_does_nothing_before(self) -> None:
        of = space()
        join = {state(of, 6, 1): 6.0}
        found = expected(model(of, {}, years=2, join=join, caps=(Cap(1, 1, 2, 0),)))
        assert found.heads[1, state(of, 6, 1)] == 6
        assert found.heads[2, state(of, 6)] == 6  # six are there already, a year older

    def test_who_is_sent_where_it_is_full_is_sent_on(self) -> None:
        for caps in ((Cap(0, 0, 4, 1), Cap(0, 1, 3, 2)), (Cap(0, 1, 3, 2), Cap(0, 0, 4, 1))):
            assert joining_three(10, caps) == pytest.approx([4, 3, 3])

    def test_where_caps_go_round_nobody_is_lost_and_one_setting_is_above_its_places(self) -> None:
        round_about = (Cap(0, 0, 4, 1), Cap(0, 1, 3, 0))
        assert joining_three(10, round_about) == pytest.approx([7, 3, 0])
        assert joining_three(10, round_about[::-1]) == pytest.approx([7, 3, 0])

    def test_of_two_caps_of_a_setting_the_latest_said_stands(self) -> None:
        assert joining_three(10, (Cap(0, 0, 4, 1), Cap(0, 0, 6, 2))) == pytest.approx([6, 0, 4])


def joining_three(many: float, caps: tuple[Cap, ...]) -> list[float]:
    """Heads by setting, of three, after a year in which so many join the first."""
    of = Space(("ASD",), ("First", "Second", "Third"), np.ones((AGES, 1, 3), dtype=bool))
    made = model(
        of, {}, join={state(of, 6): many}, caps=caps,
        unit_costs=(np.full((1, 3), np.nan),), places=(np.full(3, np.inf),),
    )  # fmt: skip
    by_setting: list[float] = summed(expected(made).heads[1], of.setting, 3).tolist()
    return by_setting


class TestMoneyAndPlaces:
    def test_costs_are_heads_at_the_prices_of_the_year(self) -> None:
        of = space()
        prices = np.array([[7_500.0, 20_000.0]])
        found = model(of, {state(of, 5): 10}, years=2, unit_costs=(prices,) * 2, inflation=0.1)
        pounds = costs(found, expected(found))
        assert pounds[0, 0].tolist() == pytest.approx([82_500, 0])
        assert pounds[1, 0, 0] == pytest.approx(90_750)

    def test_a_cost_that_is_not_known_is_no_nought_where_somebody_is(self) -> None:
        of = space()
        found = model(of, {state(of, 5): 10})
        pounds = costs(found, expected(found))[0, 0]
        assert np.isnan(pounds[0]) and pounds[1] == 0

    def test_it_says_when_a_setting_has_too_few_places_and_by_how_many(self) -> None:
        of = space()
        found = model(
            of, {state(of, 5, 1): 8}, years=3, join={state(of, 1, 1): 3},
            places=(np.array([np.inf, 12.0]),) * 3,
        )  # fmt: skip
        (short,) = runs_out(found, expected(found))
        assert (short.setting, short.year, short.short) == (1, 2023, pytest.approx(2))

    def test_with_places_enough_nothing_runs_out(self) -> None:
        of = space()
        found = model(of, {state(of, 5): 10})
        assert runs_out(found, expected(found)) == []


def test_a_states_label_is_its_year_need_and_setting() -> None:
    of = space()
    assert of.label(state(of, 5)) == "Academic year 5, ASD, Mainstream"


def test_heads_are_summed_by_need_and_setting() -> None:
    of = space(("ASD", "SEMH"))
    heads = np.zeros((3, of.count))
    heads[:, state(of, 5, 1, 1)] = [1, 2, 3]
    assert by_need_and_setting(of, heads)[:, 1, 1].tolist() == [1, 2, 3]
    assert by_need_and_setting(of, heads).sum() == 6


def test_sums_of_groups_that_nobody_is_in_are_nought() -> None:
    assert summed(np.array([1.0, 2.0, 4.0]), np.array([2, 0, 2]), 4).tolist() == [2, 0, 5, 0]


# ---- laws ----------------------------------------------------------------------------


@st.composite
def models(draw: Any) -> Model:
    """Any rates, edges, heads, joiners and caps, of two needs."""
    of = space(("ASD", "SEMH"), mainstream_to=draw(st.integers(5, LAST)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    older = [
        (one, int(target))
        for one in rng.choice(of.count, 20, replace=False).tolist()
        for age in [int(of.age[one])]
        if age + 1 < AGES
        for target in np.unique(of.number[age + 1])
        if target != NOWHERE
    ]
    edges = np.array(older, dtype=np.int64).reshape(-1, 2)
    raw = rng.random(len(edges))
    total = np.bincount(edges[:, 0], weights=raw, minlength=of.count)
    years = draw(st.integers(1, 4))
    flows = Flows(
        rng.random(of.count) * draw(st.sampled_from([0, 0.3, 1])),
        rng.random(of.count) * draw(st.sampled_from([0, 0.5, 1])),
        raw / total[edges[:, 0]],
        rng.random(of.count) * draw(st.sampled_from([0, 5])),
    )
    caps = draw(st.sampled_from([(), (Cap(0, 1, 20.0, 0),)]))
    return Model(
        of, edges[:, 0], edges[:, 1], rng.integers(0, 9, of.count).astype(float), 2021,
        (flows,) * years, (np.full((2, 2), 1_000.0),) * years, 0.02,
        (np.full(2, np.inf),) * years, caps,
    )  # fmt: skip


@given(models())
def test_nobody_vanishes_and_nobody_is_made(found: Model) -> None:
    course = expected(found)
    for year in range(len(found.flows)):
        opening, closing = course.heads[year].sum(), course.heads[year + 1].sum()
        change = course.joined[year].sum() - course.left[year].sum()
        assert closing == pytest.approx(opening + change, abs=1e-9 * max(1, opening))


@given(models())
def test_no_number_of_children_is_below_nought(found: Model) -> None:
    course = expected(found)
    for one in (course.heads, course.left, course.moved, course.joined):
        assert one.min() >= 0
    assert (course.left <= course.heads[:-1] + 1e-12).all()


@given(models())
def test_the_order_of_edges_does_not_matter(found: Model) -> None:
    turned = np.arange(len(found.source))[::-1]
    other = replace(
        found,
        source=found.source[turned],
        target=found.target[turned],
        flows=tuple(replace(one, share=one.share[turned]) for one in found.flows),
    )
    np.testing.assert_allclose(expected(found).heads, expected(other).heads, atol=1e-9)


@given(models())
def test_without_caps_it_is_what_matrix_algebra_says(found: Model) -> None:
    """A year is heads x (stay and age + move), and joiners; what a row lacks of 1 has left."""
    found = replace(found, caps=())
    of, flows = found.space, found.flows[0]
    n, stays = of.count, of.older != NOWHERE
    has_edges = np.isin(np.arange(n), found.source)
    move = np.where(stays, flows.move, 1.0) * has_edges
    matrix = np.zeros((n, n))
    matrix[np.flatnonzero(stays), of.older[stays]] = ((1 - flows.leave) * (1 - move))[stays]
    by_edge = ((1 - flows.leave) * move)[found.source] * flows.share
    np.add.at(matrix, (found.source, found.target), by_edge)
    course, heads = expected(found), found.opening
    for year in range(len(found.flows)):
        np.testing.assert_allclose(course.left[year], heads * (1 - matrix.sum(axis=1)), atol=1e-9)
        heads = heads @ matrix + flows.join
        np.testing.assert_allclose(course.heads[year + 1], heads, atol=1e-9)


@given(models(), st.permutations(range(2)), st.permutations(range(2)))
def test_the_order_of_needs_and_settings_does_not_matter(
    found: Model, needs: list[int], settings: list[int]
) -> None:
    of = found.space
    other = Space(
        tuple(of.needs[one] for one in needs),
        tuple(of.settings[one] for one in settings),
        of.valid[:, needs][:, :, settings],
    )
    place = np.argsort(settings)
    to = other.number[of.age, np.argsort(needs)[of.need], place[of.setting]]

    def turned(by_state: Any) -> Any:
        return by_state[np.argsort(to)]

    model = replace(
        found,
        space=other,
        source=to[found.source],
        target=to[found.target],
        opening=turned(found.opening),
        flows=tuple(
            Flows(turned(one.leave), turned(one.move), one.share, turned(one.join))
            for one in found.flows
        ),
        caps=tuple(
            cap._replace(setting=int(place[cap.setting]), into=int(place[cap.into]))
            for cap in found.caps
        ),
    )
    for one, same in zip(
        (expected(found).heads, expected(found).left, expected(found).moved),
        (expected(model).heads, expected(model).left, expected(model).moved),
        strict=True,
    ):
        np.testing.assert_allclose(same[:, to], one, atol=1e-9)


@given(models())
def test_nobody_comes_in_above_the_places_who_could_go_elsewhere(found: Model) -> None:
    of, cap = found.space, Cap(0, 1, 20.0, 0)
    course = expected(replace(found, caps=(cap,)))
    here = of.setting == cap.setting
    could = here & (of.number[of.age, of.need, np.full(of.count, cap.into)] != NOWHERE)
    same = course.heads[:-1] - course.left - course.moved
    settled = same[:, here].sum(axis=1)
    heads = course.heads[1:, could].sum(axis=1)
    assert (heads <= np.maximum(cap.places, settled) + 1e-9).all()
