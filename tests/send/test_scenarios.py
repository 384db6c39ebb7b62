"""What a scenario changes, what it leaves alone, and what it is called."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from send.changes import FIELDS, KINDS, problems, words
from send.cohort import costs, expected, summed
from send.scenarios import applied
from send.simulation import simulated
from tests.send.cohorts import small

BASE = small(np.random.default_rng(11))  # projects 2016 to 2018
SCHOOL, SPECIAL, COLLEGE = range(3)
FEWER = {"kind": "scale_joiners", "needs": ["ASD"], "factor": 0.5, "from": 2017}
SLOWER = {"kind": "scale_rate", "what": "leave", "settings": ["special"], "factor": 0, "from": 2017}
KEPT = {"kind": "scale_moves", "setting": "school", "into": "special", "factor": 0, "from": 2017}
CLOSED = {"kind": "close_setting", "setting": "college", "into": "special", "from": 2017}
OPENED = {"kind": "open_setting", "name": "unit", "like": "special", "share": 0.5, "places": 20,
          "pounds_a_year": 9_000, "from": 2017}  # fmt: skip
MOVED = {"kind": "move_share", "setting": "special", "into": "school", "share": 0.2, "years": 2,
         "from": 2017}  # fmt: skip
DEARER = {"kind": "unit_cost", "setting": "special", "needs": ["ASD"], "factor": 2, "from": 2017}
CAPPED = {"kind": "cap_setting", "setting": "school", "places": 10, "into": "special", "from": 2017}
PRICES = {"kind": "inflation", "per_cent": 10}
EVERY = (FEWER, SLOWER, KEPT, CLOSED, OPENED, MOVED, DEARER, CAPPED, PRICES)


def by_setting(model, course=None):
    heads = (course or expected(model)).heads
    return summed(heads, model.space.setting, len(model.space.settings))


def test_every_kind_is_tried_here():
    assert {change["kind"] for change in EVERY} == set(FIELDS) == set(KINDS)


def test_a_scenario_of_no_changes_is_the_base():
    assert applied([], BASE) is BASE


@pytest.mark.parametrize(
    "change",
    [
        FEWER | {"factor": 1},
        SLOWER | {"factor": 1},
        KEPT | {"factor": 1},
        OPENED | {"share": 0},
        MOVED | {"share": 0},
        DEARER | {"factor": 1},
        CAPPED | {"places": 10_000},
        PRICES | {"per_cent": 2},
        *(change | {"from": 2030} for change in EVERY if "from" in change),
    ],
)
def test_a_change_of_nothing_changes_nothing(change):
    said = applied([change], BASE)
    assert by_setting(said)[:, :3] == pytest.approx(by_setting(BASE), rel=1e-9)
    cost = costs(said, expected(said))[..., :3]
    assert cost == pytest.approx(costs(BASE, expected(BASE)), rel=1e-9)


@pytest.mark.parametrize("change", [one for one in EVERY if "from" in one])
def test_nothing_is_changed_before_the_year_that_is_said(change):
    assert by_setting(applied([change], BASE))[:2, :3] == pytest.approx(by_setting(BASE)[:2])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(EVERY), max_size=4, unique_by=str), st.integers(0, 2**32))
def test_nobody_is_lost_in_any_scenario(changes, seed):
    model = applied(changes, small(np.random.default_rng(seed)))
    for course in (expected(model), simulated(model, 2, np.random.default_rng(1))):
        heads, came = course.heads.sum(axis=-1), course.joined.sum(axis=-1)
        left = course.left.sum(axis=-1)
        assert heads[..., :-1] + came - left == pytest.approx(heads[..., 1:])
        assert course.heads.min() >= -1e-9


@settings(deadline=None, max_examples=15)
@given(st.permutations([FEWER, SLOWER, DEARER, PRICES]))
def test_changes_of_different_things_may_come_in_any_order(changes):
    one, other = applied(changes, BASE), applied([FEWER, SLOWER, DEARER, PRICES], BASE)
    assert expected(one).heads == pytest.approx(expected(other).heads)
    assert costs(one, expected(one)) == pytest.approx(costs(other, expected(other)))


# --- each kind ---


def test_fewer_join_of_one_need_from_the_year():
    joined, base = expected(applied([FEWER], BASE)).joined, expected(BASE).joined
    asd = BASE.space.need == 0
    assert joined[1:, asd] == pytest.approx(base[1:, asd] / 2)
    assert joined[:, ~asd] == pytest.approx(base[:, ~asd])


def test_nobody_leaves_whose_rate_is_nought_but_the_oldest():
    left = expected(applied([SLOWER], BASE)).left
    stays = (BASE.space.setting == SPECIAL) & (BASE.space.older >= 0)
    assert left[1:, stays].sum() == 0


def test_a_closed_setting_is_empty_at_the_end_of_its_year_and_after():
    assert by_setting(applied([CLOSED], BASE))[2:, COLLEGE] == pytest.approx([0, 0])


def test_nobody_overflows_into_a_closed_setting():
    full = CAPPED | {"setting": "special", "into": "college", "places": 0}
    closed = CLOSED | {"into": "special"}
    assert by_setting(applied([full, closed], BASE))[2:, COLLEGE] == pytest.approx([0, 0])


def test_a_new_setting_takes_its_share_of_who_would_come():
    model = applied([OPENED], BASE)
    came = summed(expected(model).joined, model.space.setting, 4)
    assert came[1:, 3] == pytest.approx(came[1:, SPECIAL])
    assert by_setting(model)[2, 3] > 0
    assert by_setting(model).sum(axis=1) == pytest.approx(by_setting(BASE).sum(axis=1))
    assert model.unit_costs[-1][:, 3].tolist() == [9_000, 9_000]


def test_moving_a_share_sends_nobody_who_would_have_left():
    model = applied([MOVED], BASE)
    stuck = BASE.space.older < 0
    assert expected(model).left[1, stuck] == pytest.approx(expected(BASE).left[1, stuck])
    assert by_setting(model)[-1, SPECIAL] < by_setting(BASE)[-1, SPECIAL]


def test_a_cost_is_changed_for_the_need_alone():
    costs_then = applied([DEARER], BASE).unit_costs
    assert costs_then[0] is BASE.unit_costs[0]
    ratio = costs_then[1] / BASE.unit_costs[1]
    assert ratio.tolist() == [[1, 2, 1], [1, 1, 1]]


# --- what is wrong, and its words ---


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "magic"}, "kind"),
        (FEWER | {"factor": -1}, "factor"),
        (FEWER | {"needs": ["XYZ"]}, "needs"),
        (FEWER | {"first_age": 9, "last_age": 3}, "last_age"),
        (FEWER | {"from": 2017.5}, "from"),
        (CLOSED | {"into": "college"}, "into"),
        (CLOSED | {"into": "school"}, "into"),
        (OPENED | {"name": "School"}, "name"),
        (MOVED | {"years": 0}, "years"),
        (DEARER | {"pounds_a_year": 3}, ""),
        (PRICES | {"colour": "red"}, "colour"),
        ({"kind": "cap_setting", "setting": "school", "into": "special", "from": 2017}, "places"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(change, field):
    assert [problem.field for problem in problems([change], BASE.space)] == [field]
    with pytest.raises(ValueError, match="Change 1"):
        applied([change], BASE)


def test_a_change_may_name_a_setting_that_one_before_it_opened():
    later = CAPPED | {"setting": "unit", "into": "special"}
    assert not problems([OPENED, later], BASE.space)
    assert problems([later, OPENED], BASE.space)


@pytest.mark.parametrize("change", EVERY)
def test_a_change_is_kept_as_json_and_said_in_one_sentence_with_its_year(change):
    said = words(json.loads(json.dumps(change)))
    assert said.endswith(".")
    assert said.count(". ") == 0
    assert said.startswith("From 2017, ") == ("from" in change)


def test_words():
    assert words(KEPT) == "From 2017, no children move from school to special."
    assert words(FEWER) == "From 2017, 50% fewer children with ASD join."
    assert words(PRICES) == "Prices rise by 10% a year."
