"""What a scenario changes, what it leaves alone, and what it is called."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import lac_projection as bench
from lac.flows import BAND_OF_AGE, BANDS, PLACEMENTS
from lac.projection import Dated, Outlook, month_ends, project
from lac.scenarios import FIELDS, KINDS, applied, problems, words
from lac.simulation import simulate
from tests.lac.histories import day

FOSTERING, RESIDENTIAL, SUPPORTED, OTHER = range(4)
START = day("2024-03-31")
ENDS = month_ends(START, 18)
RATES, OPENING = bench.generated(np.random.default_rng(11))
BASE = Outlook(Dated.always(RATES), Dated.always(np.array([400.0, 3_500.0, 1_200.0, 90.0])), 0.03)

FEWER = {
    "kind": "scale_entries",
    "bands": ["10 to 15"],
    "factor": 0.8,
    "from": "2024-10-01",
}
MOVE = {
    "kind": "move_share",
    "from_placement": "residential",
    "to_placement": "fostering",
    "share": 0.2,
    "from": "2024-10-01",
    "months": 6,
}
HOMES = {
    "kind": "new_places",
    "placement": "residential",
    "places": 8,
    "pounds_a_week": 3_000,
    "from": "2024-10-01",
}
DEARER = {"kind": "unit_cost", "placement": "fostering", "factor": 1.1, "from": "2025-04-01"}
PRICES = {"kind": "inflation", "per_cent": 6}
EVERY_KIND = (FEWER, MOVE, HOMES, DEARER, PRICES)


def projected(*changes):
    return project(applied(changes, BASE), OPENING, ENDS)


def same(one, other):
    return all(
        getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-9)
        for name in ("stock", "entrants", "exits", "moves", "birthdays", "cost")
    )


# --- nothing changes nothing ---


def test_a_scenario_of_no_changes_is_the_base():
    assert applied([], BASE) is BASE


@pytest.mark.parametrize(
    "change",
    [
        FEWER | {"factor": 1},
        MOVE | {"share": 0},
        HOMES | {"places": 0},
        DEARER | {"factor": 1},
        {"kind": "unit_cost", "placement": "other", "pounds_a_week": 90, "from": "2024-05-05"},
        {"kind": "inflation", "per_cent": 3},
        *({**change, "from": "2030-01-01"} for change in EVERY_KIND if "from" in change),
    ],
)
def test_a_change_of_nothing_changes_nothing(change):
    assert same(projected(change), projected())


@settings(deadline=None, max_examples=15)
@given(st.permutations(EVERY_KIND), st.dates(ENDS[3].item(), ENDS[9].item()))
def test_nothing_is_changed_before_the_day_that_is_said(changes, since):
    dated = [change | {"from": f"{since}"} for change in changes if "from" in change]
    before = [end for end in ENDS if end < np.datetime64(since)]
    said, base = projected(*dated), projected()
    for name in ("stock", "entrants", "exits", "cost"):
        flow, as_before = (getattr(one, name)[: len(before)] for one in (said, base))
        assert flow == pytest.approx(as_before, rel=1e-12, abs=1e-9)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(EVERY_KIND), max_size=4))
def test_nobody_is_lost_in_any_scenario(changes):
    said = projected(*changes)
    came, went = said.entrants.sum(axis=(1, 2)), said.exits.sum(axis=(1, 2))
    there = said.stock.sum(axis=(1, 2))
    assert there[:-1] + came - went - said.birthdays.sum(axis=1) == pytest.approx(there[1:])
    assert said.stock.min() >= 0


# --- each kind ---


def test_fewer_children_of_some_ages_come_from_the_day():
    said, base = projected(FEWER), projected()
    ratio = said.entrants.sum(axis=2) / base.entrants.sum(axis=2)
    band = BANDS.index("10 to 15")
    assert ratio[:6] == pytest.approx(np.ones((6, 5)))  # April to September
    assert ratio[6:, band] == pytest.approx(np.full(12, 0.8))
    assert np.delete(ratio, band, axis=1) == pytest.approx(np.ones((18, 4)))


def test_changes_of_one_kind_are_made_one_after_the_other():
    said, base = projected(FEWER, FEWER | {"bands": list(BANDS), "factor": 0.5}), projected()
    ratio = said.entrants[6:].sum(axis=(0, 2)) / base.entrants[6:].sum(axis=(0, 2))
    assert ratio == pytest.approx([0.5, 0.5, 0.5, 0.4, 0.5])


def test_a_share_moves_in_the_months_and_goes_elsewhere_from_then_on():
    model = applied([MOVE], BASE)
    before, during, then = (
        model.rates.on(day(d)) for d in ("2024-09-30", "2025-03-31", "2025-04-01")
    )
    assert before is RATES
    # 182 days from 1 October to the end of March.
    extra = during.moves - then.moves
    assert extra[:, RESIDENTIAL, FOSTERING] == pytest.approx(np.full(5, -log(0.8) / 182))
    assert np.count_nonzero(extra) == 5
    assert then.entries[:, RESIDENTIAL] == pytest.approx(0.8 * RATES.entries[:, RESIDENTIAL])
    assert then.entries.sum(axis=1) == pytest.approx(RATES.entries.sum(axis=1))
    assert then.moves[:, SUPPORTED, RESIDENTIAL] == pytest.approx(
        0.8 * RATES.moves[:, SUPPORTED, RESIDENTIAL]
    )
    assert then.moves[:, SUPPORTED].sum(axis=1) == pytest.approx(
        RATES.moves[:, SUPPORTED].sum(axis=1)
    )
    assert then.moves[:, FOSTERING, RESIDENTIAL] == pytest.approx(
        0.8 * RATES.moves[:, FOSTERING, RESIDENTIAL]
    )
    assert not then.moves[:, FOSTERING, FOSTERING].any()
    assert (then.moves[:, RESIDENTIAL] == RATES.moves[:, RESIDENTIAL]).all()


@pytest.mark.parametrize("share", [0.2, 1])
def test_what_has_moved_stays_moved(share):
    """With the share gone and the same share of what comes elsewhere, the placement keeps its
    share of what it would have been, but for the few who move on from the other."""
    said, base = projected(MOVE | {"share": share}), projected()
    placed = said.stock.sum(axis=1) / base.stock.sum(axis=1)
    assert placed[:7, RESIDENTIAL] == pytest.approx(np.ones(7))
    assert placed[12:, RESIDENTIAL] == pytest.approx(np.full(7, 1 - share), abs=0.02)
    assert (placed[12:, FOSTERING] > 1.1 * share).all()


def test_new_places_change_what_is_paid_and_not_who_lives_where():
    said, base = projected(HOMES), projected()
    assert (said.stock == base.stock).all()
    saved = base.cost.sum(axis=1) - said.cost.sum(axis=1)
    days = np.diff(ENDS)[5:].astype(int)  # October and after; there are always more than 8
    rise = np.where(ENDS[6:] > day("2025-04-01"), 1.03, 1)
    assert saved == pytest.approx([0] * 6 + (8 * 500 / 7 * days * rise).tolist(), abs=1e-6)


def test_a_place_costs_what_is_said_or_so_much_more_from_the_day():
    said, base = projected(DEARER), projected()
    assert (said.stock == base.stock).all()
    ratio = said.cost / base.cost
    assert ratio[:12] == pytest.approx(np.ones((12, 4)))
    assert ratio[12:] == pytest.approx(np.tile([1.1, 1, 1, 1], (6, 1)))
    pounds = {"kind": "unit_cost", "placement": "other", "pounds_a_week": 45, "from": "2024-04-01"}
    assert (projected(pounds).cost / base.cost)[:, OTHER] == pytest.approx(np.full(18, 0.5))


def test_inflation_takes_the_place_of_the_base_inflation():
    ratio = projected(PRICES).cost / projected().cost
    assert ratio[:12] == pytest.approx(np.ones((12, 4)))
    assert ratio[12:] == pytest.approx(np.full((6, 4), 1.06 / 1.03))


def test_a_scenario_changes_drawn_rates_alike():
    drawn = bench.Rates(
        *(np.stack([flow, flow]) for flow in (RATES.moves, RATES.exits, RATES.entries))
    )
    model = applied([FEWER, MOVE], Outlook(Dated.always(drawn), BASE.weekly))
    one = applied([FEWER, MOVE], BASE)
    for (since, of_paths), (_, of_one) in zip(model.rates.values, one.rates.values, strict=True):
        assert of_paths.entries[1].tolist() == of_one.entries.tolist()
        assert of_paths.moves[0].tolist() == of_one.moves.tolist()
        assert since.dtype == "datetime64[D]"
    said = simulate(model, OPENING, ENDS, 2, np.random.default_rng(1))
    assert said.stock.shape == (2, 19, 4)
    assert BAND_OF_AGE.shape == RATES.entries.shape[:1]


# --- what is wrong ---


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "magic"}, "Change 1, kind: Must be one of scale_entries"),
        ({"kind": ["inflation"]}, "Change 1, kind: Must be one of scale_entries"),
        ("fewer children", "Change 1, kind: Must be one of"),
        (FEWER | {"bands": []}, "Change 1, bands: Must be one or more of Under 1, 1 to 4"),
        (FEWER | {"bands": ["10-15"]}, "Change 1, bands: Must be one or more of"),
        (FEWER | {"bands": "10 to 15"}, "Change 1, bands: Must be one or more of"),
        (FEWER | {"factor": -1}, "Change 1, factor: Must be a number from 0 to 10."),
        (FEWER | {"factor": True}, "Change 1, factor: Must be a number"),
        (FEWER | {"factor": float("nan")}, "Change 1, factor: Must be a number"),
        (FEWER | {"factor": 10**400}, "Change 1, factor: Must be a number"),
        (FEWER | {"from": "1 October"}, "Change 1, from: Must be a date."),
        (FEWER | {"from": None}, "Change 1, from: Must be a date."),
        (MOVE | {"share": 1.2}, "Change 1, share: Must be a number from 0 to 1."),
        (MOVE | {"months": 2.5}, "Change 1, months: Must be a whole number from 1 to 120."),
        (MOVE | {"months": 0}, "Change 1, months: Must be a whole number from 1 to 120."),
        (MOVE | {"to_placement": "residential"}, "Change 1, to_placement: Must be another"),
        (MOVE | {"to_placement": "abroad"}, "Change 1, to_placement: Must be one of fostering"),
        (HOMES | {"places": "eight"}, "Change 1, places: Must be a whole number from 0 to 1,000."),
        (HOMES | {"pounds_a_week": -5}, "Change 1, pounds_a_week: Must be a number from 0 to"),
        (HOMES | {"beds": 4}, "Change 1, beds: There is no such field."),
        (DEARER | {"pounds_a_week": 4}, "Change 1: Must have either pounds_a_week or factor."),
        (
            {"kind": "unit_cost", "placement": "other", "from": "2025-04-01"},
            "Change 1: Must have either pounds_a_week or factor.",
        ),
        ({"kind": "inflation"}, "Change 1, per_cent: Is missing."),
        ({"kind": "inflation", "per_cent": 300}, "Change 1, per_cent: Must be a number from -20"),
    ],
)
def test_what_is_wrong_is_told_by_change_and_field(change, told):
    found = problems([change])
    assert len(found) == 1
    assert str(found[0]).startswith(told)
    with pytest.raises(ValueError, match=r"^Change 1"):
        applied([change], BASE)


def test_every_problem_is_told_at_once():
    found = problems([FEWER | {"factor": 99}, MOVE, HOMES | {"places": -1, "from": ""}])
    assert [(problem.change, problem.field) for problem in found] == [
        *((1, "factor"), (3, "places"), (3, "from"))
    ]


def test_a_good_scenario_has_no_problems():
    assert problems(EVERY_KIND) == []
    assert problems([]) == []


def test_each_kind_has_fields_words_and_a_name():
    assert set(KINDS) == set(FIELDS) == {change["kind"] for change in EVERY_KIND}


# --- its words ---

FROM = "From 1 October 2024, "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (FEWER, FROM + "20% fewer children aged 10 to 15 start to be looked after."),
        (
            FEWER | {"factor": 1.25, "bands": ["16 to 17", "Under 1", "1 to 4"]},
            FROM + "25% more children aged under 1, 1 to 4 and 16 to 17 start to be looked after.",
        ),
        (
            FEWER | {"factor": 0, "bands": list(BANDS)},
            FROM + "no children start to be looked after.",
        ),
        (
            FEWER | {"factor": 1},
            FROM + "as many children aged 10 to 15 as before start to be looked after.",
        ),
        (
            MOVE,
            FROM + "20% of the children in residential care move to fostering over 6 months, and "
            "20% of those who would go into residential care after that day go to fostering "
            "instead.",
        ),
        (
            MOVE | {"share": 0.125, "months": 1, "to_placement": "supported"},
            FROM + "12.5% of the children in residential care move to supported accommodation over "
            "a month, and 12.5% of those who would go into residential care after that day go to "
            "supported accommodation instead.",
        ),
        (
            HOMES,
            FROM + "there are 8 new places in residential care at £3,000 a week each, filled "
            "before any other and paid for whether filled or not.",
        ),
        (
            HOMES | {"places": 1, "pounds_a_week": 3_000.5, "placement": "other"},
            FROM + "there is 1 new place in other placements at £3,000.50 a week, filled "
            "before any other and paid for whether filled or not.",
        ),
        (DEARER, "From 1 April 2025, a place in fostering costs 10% more."),
        (DEARER | {"factor": 0.5}, "From 1 April 2025, a place in fostering costs 50% less."),
        (DEARER | {"factor": 1}, "From 1 April 2025, a place in fostering costs the same."),
        (
            {
                "kind": "unit_cost",
                "placement": "supported",
                "pounds_a_week": 850,
                "from": "2025-04-01",
            },
            "From 1 April 2025, a place in supported accommodation costs £850 a week, at the "
            "prices of the first year.",
        ),
        (PRICES, "Prices rise by 6% each 1 April."),
        (PRICES | {"per_cent": -1.5}, "Prices fall by 1.5% each 1 April."),
        (PRICES | {"per_cent": 0}, "Prices stay as they are."),
    ],
)
def test_a_change_is_told_in_a_sentence(change, said):
    assert problems([change]) == []
    assert words(change) == said


@given(
    st.sampled_from(PLACEMENTS),
    st.lists(st.sampled_from(BANDS), min_size=1, unique=True),
    st.floats(0, 10),
)
def test_whatever_may_be_said_has_words(placement, bands, factor):
    for change in (
        FEWER | {"bands": bands, "factor": factor},
        DEARER | {"placement": placement, "factor": factor},
    ):
        assert problems([change]) == []
        assert words(change).endswith(".")
