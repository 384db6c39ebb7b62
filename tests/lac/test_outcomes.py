"""Health, care leavers and adoption, worked by hand.

Sources: the guide to the SSDA903 return (OC2, OC3, AD1), and the adoption scorecards.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lac import codes
from lac.outcomes import (
    Adoptions,
    CareLeavers,
    Health,
    adoption_measures,
    care_leaver_measures,
    continuously_looked_after,
    financial_year,
    health_measures,
)
from lac.placements import Children
from tests.lac.spells import DAYS, Spell, arrays, day, histories, said

NOT_SAID = -1


@pytest.mark.parametrize(
    ("on", "year"),
    [("2024-03-31", 2024), ("2024-04-01", 2025), ("2023-12-31", 2024), ("2024-01-01", 2024)],
)
def test_the_second_year_of_a_financial_year(on, year):
    assert financial_year(day(on)) == year


# --- looked after for 12 months ---


def twelve_months(*spells: Spell, on: str = "2024-03-31") -> list[str]:
    children, episodes = arrays(*spells)
    return [children.key[child] for child in continuously_looked_after(episodes, day(on))]


@pytest.mark.parametrize(
    ("began", "counts"), [("2023-03-31", True), ("2023-04-01", True), ("2023-04-02", False)]
)
def test_twelve_months_to_31_march_began_on_1_april(began, counts):
    assert bool(twelve_months(Spell("a", began))) is counts


def test_twelve_months_go_on_through_changes_and_end_with_a_gap():
    moved = [Spell("a", "2022-01-01", "2023-09-01", rec="X1"), Spell("a", "2023-09-01", rne="P")]
    assert twelve_months(*moved) == ["a"]
    home = [Spell("a", "2022-01-01", "2023-09-01", rec="E4A"), Spell("a", "2023-09-02")]
    assert twelve_months(*home) == []
    same_day = [Spell("a", "2022-01-01", "2023-09-01", rec="E4A"), Spell("a", "2023-09-01")]
    assert twelve_months(*same_day) == []


def test_twelve_months_are_of_children_still_looked_after_and_not_of_short_breaks():
    assert twelve_months(Spell("a", "2022-01-01", "2024-03-31", rec="E8")) == []
    assert twelve_months(Spell("a", "2022-01-01", status="V3")) == []


# --- OC2 ---


def health(*rows: tuple[str, int, int, int, int], on: str = "2024-03-31"):
    """Of children a, b and c, looked after for years, and d, who came this year."""
    children, episodes = arrays(
        *(Spell(name, "2020-01-01") for name in "abc"), Spell("d", "2024-01-01")
    )
    names = children.key.tolist()
    child, year, *flags = zip(*rows, strict=True) if rows else [()] * 5
    file = Health(
        np.array([names.index(name) for name in child], dtype=np.int64),
        np.array(year, dtype=np.int64),
        *(np.array(flag, dtype=np.int8) for flag in flags),
    )
    return said(health_measures(episodes, file, day(on)))


def test_health_out_of_all_looked_after_for_12_months():
    assert health(("a", 2024, 1, 0, 1), ("b", 2024, 1, NOT_SAID, 1), ("d", 2024, 1, 1, 1)) == {
        ("cla_immunisations", ""): (2, 3),
        ("cla_dental_check", ""): (0, 3),
        ("cla_health_assessment", ""): (2, 3),
    }


def test_health_is_told_at_31_march_of_a_year_that_has_the_file():
    row = ("a", 2024, 1, 1, 1)
    assert health(row, on="2024-03-31")
    assert health(row, on="2024-03-30") == {}
    assert health(row, on="2024-04-01") == {}
    assert health(row, on="2023-03-31") == {}
    assert health() == {}


def test_health_of_another_year_is_not_counted():
    figures = health(("a", 2023, 1, 1, 1), ("b", 2024, 1, 1, 1))
    assert figures["cla_immunisations", ""] == (1, 3)


# --- OC3 ---


def leavers(*rows: tuple[str, str, str, str], on: str = "2024-03-31", year: int = 2024):
    """Each a birth, IN_TOUCH, ACTIV and ACCOM."""
    born, in_touch, activity, accommodation = zip(*rows, strict=True) if rows else [()] * 4
    count = len(rows)
    children = Children(
        key=np.arange(count).astype(object),
        born=np.array(born, dtype="datetime64[D]"),
        sex=np.full(count, -1, dtype=np.int8),
    )
    file = CareLeavers(
        child=np.arange(count),
        year=np.full(count, year),
        in_touch=codes.encode(in_touch, codes.IN_TOUCH),
        activity=codes.encode(activity, codes.ACTIVITY),
        accommodation=codes.encode(accommodation, codes.ACCOMMODATION),
    )
    return said(care_leaver_measures(children, file, day(on)))


AT_19, AT_17 = "2004-09-01", "2006-09-01"


def test_in_touch_in_education_or_work_and_in_suitable_accommodation():
    figures = leavers(
        (AT_19, "YES", "F2", "U1"),
        (AT_19, "YES", "G5", "S2"),
        (AT_19, "NO", "0", "0"),
        (AT_19, "REFU", "", ""),
    )
    assert figures["care_leavers", ""] == (4, None)
    assert figures["care_leavers_in_touch", ""] == (2, 4)
    assert figures["care_leavers_eet", ""] == (1, 4)
    assert figures["care_leavers_suitable_accommodation", ""] == (1, 4)


@pytest.mark.parametrize("gone", ["DIED", "RHOM"])
def test_those_who_died_or_returned_home_are_not_of_the_cohort(gone):
    assert leavers((AT_19, gone, "0", "0"), (AT_19, "NREQ", "0", "0"))["care_leavers", ""][0] == 1


@pytest.mark.parametrize(
    ("activity", "eet"),
    [*((code, 1) for code in codes.IN_EDUCATION_OR_WORK), ("G4", 0), ("G6", 0), ("0", 0), ("", 0)],
)
def test_activities(activity, eet):
    assert leavers((AT_19, "YES", activity, "U1"))["care_leavers_eet", ""] == (eet, 1)


@pytest.mark.parametrize(
    ("place", "suitable"), [("B1", 1), ("Z1", 1), ("B2", 0), ("X2", 0), ("0", 0), ("", 0)]
)
def test_accommodation(place, suitable):
    figure = leavers((AT_19, "YES", "F2", place))["care_leavers_suitable_accommodation", ""]
    assert figure == (suitable, 1)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2007-03-31", "17 to 18"),
        ("2005-04-01", "17 to 18"),
        ("2005-03-31", "19 to 21"),
        ("2002-04-01", "19 to 21"),
        ("2002-03-31", None),
        ("2007-04-01", None),
    ],
)
def test_the_age_is_that_reached_in_the_year(born, band):
    figures = leavers((born, "YES", "F2", "U1"))
    for label in ("17 to 18", "19 to 21"):
        assert figures["care_leavers", label][0] == (label == band)
    assert figures["care_leavers", ""][0] == (band is not None)


def test_of_a_year_that_goes_on_only_those_whose_birthday_has_come():
    assert leavers((AT_19, "YES", "F2", "U1"), on="2023-08-31")["care_leavers", ""][0] == 0
    assert leavers((AT_19, "YES", "F2", "U1"), on="2023-09-01")["care_leavers", ""][0] == 1
    leap = ("2004-02-29", "YES", "F2", "U1")
    assert leavers(leap, on="2023-02-28", year=2023)["care_leavers", ""][0] == 0
    assert leavers(leap, on="2023-03-01", year=2023)["care_leavers", ""][0] == 1


def test_nothing_is_told_of_a_year_without_the_file():
    assert leavers((AT_19, "YES", "F2", "U1"), on="2024-04-01") == {}
    assert leavers() == {}


ROWS = st.lists(
    st.tuples(
        st.dates(date(2001, 1, 1), date(2008, 1, 1)).map(str),
        st.sampled_from(codes.IN_TOUCH),
        st.sampled_from(["", *codes.ACTIVITY]),
        st.sampled_from(["", *codes.ACCOMMODATION]),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(ROWS, DAYS)
def test_the_two_ages_add_to_all_care_leavers(rows, on):
    figures = leavers(*rows, on=on)
    for (code, label), (number, out_of) in figures.items():
        if not label:
            parts = [figures[code, band] for band, *_ in codes.LEAVER_BANDS]
            assert number == sum(part[0] for part in parts)
            assert out_of is None or number <= out_of == sum(part[1] for part in parts)


# --- AD1 ---


def adopted_child(name: str = "a", *, placed: str = "2023-06-01", ended: str = "2023-12-01"):
    """Came into care on 1 June 2022, placement order on 1 December, then placed and adopted."""
    return [
        Spell(name, "2022-06-01", "2022-12-01", rec="X1", status="C1"),
        Spell(name, "2022-12-01", placed, rne="L", rec="X1", status="E1"),
        Spell(name, placed, ended, rne="P", rec="E12", status="E1", place="A6", carer="them"),
    ]


def adoption(*spells: Spell, rows: dict[str, tuple[str, int]], on: str = "2024-03-31"):
    """`rows` are of AD1: by child, the match and FOSTER_CARE."""
    children, episodes = arrays(*spells)
    names = children.key.tolist()
    file = Adoptions(
        child=np.array([names.index(name) for name in rows], dtype=np.int64),
        decided=np.full(len(rows), day("2022-11-01")),
        matched=np.array([match for match, _ in rows.values()], dtype="datetime64[D]"),
        by_foster_carer=np.array([flag for _, flag in rows.values()], dtype=np.int8),
    )
    return said(adoption_measures(episodes, file, day(on)))


def test_adopted_in_the_year_of_all_who_ceased_to_be_looked_after():
    figures = adoption(
        *adopted_child(),
        Spell("b", "2023-01-01", "2023-07-01", rec="E4A"),
        Spell("c", "2023-01-01"),
        rows={"a": ("2023-05-01", 1)},
    )
    assert figures["adopted", ""] == (1, None)
    assert figures["adopted_of_ceased", ""] == (1, 2)
    assert figures["adopted_by_foster_carer", ""] == (1, 1)


@pytest.mark.parametrize(
    ("ended", "adopted"), [("2023-04-01", 1), ("2024-03-31", 1), ("2024-04-01", 0)]
)
def test_the_adoption_is_of_the_year_in_which_being_looked_after_ended(ended, adopted):
    child = adopted_child(placed="2023-02-01", ended=ended)
    assert adoption(*child, rows={})["adopted", ""] == (adopted, None)


def test_adopted_children_who_have_no_row_are_not_said_to_be_without_a_foster_carer():
    figures = adoption(*adopted_child(), *adopted_child("b"), rows={"b": ("2023-05-01", 0)})
    assert figures["adopted_by_foster_carer", ""] == (0, 1)


def test_days_from_entering_care_to_moving_in():
    # 1 June 2022 to 1 June 2023: 365 days.
    figures = adoption(*adopted_child(), rows={})
    assert figures["adoption_entry_to_placed_days", ""] == (365, 1)
    assert figures["adoption_entry_to_placed_in_time", ""] == (1, 1)


def test_fourteen_months_are_426_days():
    in_time = adoption(*adopted_child(placed="2023-08-01"), rows={})
    assert in_time["adoption_entry_to_placed_days", ""] == (426, 1)
    assert in_time["adoption_entry_to_placed_in_time", ""] == (1, 1)
    late = adoption(*adopted_child(placed="2023-08-02"), rows={})
    assert late["adoption_entry_to_placed_in_time", ""] == (0, 1)


def test_a_child_never_recorded_as_placed_moved_in_by_the_adoption():
    never = Spell("a", "2022-06-01", "2023-06-01", rec="E11", place="U4")
    assert adoption(never, rows={})["adoption_entry_to_placed_days", ""] == (365, 1)


def test_an_earlier_period_of_care_counts_for_nothing():
    before = Spell("a", "2021-01-01", "2021-06-01", rec="E4A", place="A6", status="E1")
    figures = adoption(before, *adopted_child(), rows={"a": ("2023-01-01", 0)})
    assert figures["adoption_entry_to_placed_days", ""] == (365, 1)
    assert figures["adoption_order_to_match_days", ""] == (31, 1)


def test_a_child_whose_start_is_not_in_the_files_has_no_time():
    figures = adoption(*adopted_child()[1:], rows={})
    assert figures["adopted", ""] == (1, None)
    assert figures["adoption_entry_to_placed_days", ""] == (0, 0)


@pytest.mark.parametrize(
    ("match", "days", "in_time"), [("2023-04-01", 121, 1), ("2023-04-02", 122, 0)]
)
def test_days_from_the_placement_order_to_the_match(match, days, in_time):
    figures = adoption(*adopted_child(), rows={"a": (match, 0)})
    assert figures["adoption_order_to_match_days", ""] == (days, 1)
    assert figures["adoption_order_to_match_in_time", ""] == (in_time, 1)


def test_without_an_order_or_a_match_there_is_no_such_time():
    no_order = [spell._replace(status="C2") for spell in adopted_child()]
    assert adoption(*no_order, rows={"a": ("2023-04-01", 0)})[
        "adoption_order_to_match_days", ""
    ] == (0, 0)
    assert adoption(*adopted_child(), rows={"a": ("NaT", 0)})[
        "adoption_order_to_match_days", ""
    ] == (0, 0)


@settings(deadline=None)
@given(histories(), DAYS)
def test_adopted_children_are_among_those_who_ceased(spells, on):
    figures = adoption(*spells, rows={}, on=on)
    year = int(on[:4]) - (on[5:] < "04-01")
    adopted = {
        spell.child
        for spell in spells
        if spell.rec == "E11" and spell.status != "V4" and f"{year}-04-01" <= spell.ended <= on
    }
    assert figures["adopted", ""] == (len(adopted), None)
    assert figures["adopted_of_ceased", ""][0] == len(adopted)
    assert figures["adopted_of_ceased", ""][1] >= len(adopted)
