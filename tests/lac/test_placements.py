"""Who is looked after, where, with whom and since when: each definition worked by hand, then held
against a count that takes the children one at a time.

Definitions: field.md, sections 4 and 5; the guide to the SSDA903 return.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lac import codes, placements
from lac.placements import (
    Counted,
    ages_on,
    birthdays,
    care_began,
    care_periods,
    measures,
    miles_between,
    months_later,
    open_on,
    placements_in_year,
    year_start,
    years_before,
)
from tests.lac.spells import DAYS, Spell, arrays, day, histories, said

WHOLE = {"cla_by_age", "cla_by_sex", "cla_by_legal_status", "cla_by_need", "cla_by_placement"}
WHOLE |= {"cla_by_provider"}
"""Whose parts add to all who are looked after."""


def counted(*spells: Spell, on: str = "2024-03-31", **about: dict[str, str]):
    """What the measures say on a day."""
    children, episodes = arrays(*spells, **about)
    return said(measures(children, episodes, day(on)))


def looked_after(*spells: Spell, on: str = "2024-03-31") -> list[str]:
    children, episodes = arrays(*spells)
    return [str(children.key[child]) for child in episodes.child[open_on(episodes, day(on))]]


def placements_of(*spells: Spell, on: str = "2024-03-31") -> list[int]:
    _, episodes = arrays(*spells)
    return placements_in_year(episodes, open_on(episodes, day(on)), day(on)).tolist()


def chain(*links: tuple[str, str, str, str], child: str = "a", until: str = "") -> list[Spell]:
    """Episodes that follow at once: each its first day, RNE, placement and carer."""
    days = [first for first, *_ in links[1:]] + [until]
    return [
        Spell(child, first, last, rne, "X1" if last else "", place=place, carer=carer)
        for (first, rne, place, carer), last in zip(links, days, strict=True)
    ]


# --- looked after on a day ---


def test_an_episode_that_begins_on_the_day_counts():
    assert looked_after(Spell("a", "2024-03-31")) == ["a"]
    assert looked_after(Spell("a", "2024-04-01")) == []


def test_an_episode_that_ends_on_the_day_does_not():
    assert looked_after(Spell("a", "2024-01-01", "2024-03-31", rec="E4A")) == []
    assert looked_after(Spell("a", "2024-01-01", "2024-04-01", rec="E4A")) == ["a"]


def test_a_child_who_moves_on_the_day_counts_once_where_the_child_is_at_its_end():
    moves = chain(("2024-01-01", "S", "U4", "x"), ("2024-03-31", "P", "K2", "y"))
    assert looked_after(*moves) == ["a"]
    assert counted(*moves)["cla_residential", ""] == (1, 1)


@pytest.mark.parametrize("status", ["V3", "V4"])
def test_short_breaks_are_left_out(status):
    said = counted(Spell("a", "2024-01-01", status=status), Spell("b", "2024-01-01"))
    assert said["cla", ""] == (1, None)
    assert said["cla_started", ""] == (1, None)
    assert {label for code, label in said if code == "cla_by_legal_status"}.isdisjoint(
        codes.LEGAL_STATUS[status] for status in codes.SHORT_BREAKS
    )


def test_of_two_episodes_open_at_once_the_later_counts():
    both = counted(Spell("a", "2023-01-01"), Spell("a", "2024-01-01", place="K2"))
    assert both["cla", ""] == (1, None)
    assert both["cla_residential", ""] == (1, 1)


def test_nobody_is_looked_after_where_there_are_no_episodes():
    said = counted()
    assert said["cla", ""] == (0, None)
    assert said["cla_within_20_miles", ""] == (0, 0)


# --- periods of care ---


@pytest.mark.parametrize(
    ("second", "periods"),
    [
        (Spell("a", "2023-06-01", rne="P"), [0, 0]),
        (Spell("a", "2023-06-01", rne="S"), [0, 1]),
        (Spell("a", "2023-06-02", rne="P"), [0, 1]),
        (Spell("a", "2023-05-31", rne="P"), [0, 0]),  # they overlap
        (Spell("a", "2023-06-01", rne="L", status="V3"), [0, 1]),
        (Spell("b", "2023-06-01", rne="P"), [0, 1]),
    ],
)
def test_a_period_of_care_goes_on_while_episodes_follow_at_once(second, periods):
    _, episodes = arrays(Spell("a", "2023-01-01", "2023-06-01", rec="X1"), second)
    assert care_periods(episodes).tolist() == periods
    assert care_began(episodes).tolist() == periods


# --- ages ---


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2006-03-31", "2024-03-31", 18),
        ("2006-04-01", "2024-03-31", 17),
        ("2024-03-31", "2024-03-31", 0),
        ("2024-04-01", "2024-03-31", -1),
        ("2008-02-29", "2023-02-28", 14),
        ("2008-02-29", "2023-03-01", 15),
        ("2008-02-29", "2024-02-28", 15),
        ("2008-02-29", "2024-02-29", 16),
        ("1969-12-31", "1970-12-30", 0),
        ("NaT", "2024-03-31", -1),
    ],
)
def test_age_in_completed_years(born, on, age):
    assert ages_on(np.array([born], dtype="datetime64[D]"), day(on)).tolist() == [age]


@pytest.mark.parametrize(
    ("born", "age", "birthday"),
    [
        ("2006-03-31", 18, "2024-03-31"),
        ("2008-02-29", 16, "2024-02-29"),
        ("2008-02-29", 18, "2026-03-01"),
        ("2008-02-28", 18, "2026-02-28"),
    ],
)
def test_birthdays(born, age, birthday):
    assert str(birthdays(np.array([born], dtype="datetime64[D]"), age)[0]) == birthday


@settings(deadline=None)
@given(st.dates(datetime.date(1980, 1, 1), datetime.date(2030, 1, 1)), st.integers(0, 30))
def test_an_age_is_reached_on_its_birthday_and_not_before(born, age):
    born = np.array([born], dtype="datetime64[D]")
    (birthday,) = birthdays(born, age)
    assert ages_on(born, birthday) == [age]
    assert ages_on(born, birthday - 1) == [age - 1]


def test_ages_by_the_bands_of_the_national_tables():
    born = {
        **{"a": "2023-04-01", "b": "2023-03-31", "c": "2019-04-01", "d": "2019-03-31"},
        **{"e": "2014-03-31", "f": "2008-04-01", "g": "2008-03-31", "h": "2004-01-01"},
    }
    ages = counted(*(Spell(name, "2024-03-01") for name in born), born=born)
    assert [ages["cla_by_age", label][0] for label, *_ in codes.AGE_BANDS] == [1, 2, 1, 2, 2]


def test_a_child_whose_birth_is_not_known_is_of_no_known_age():
    ages = counted(Spell("a", "2024-01-01"), born={"a": "NaT"})
    assert ages["cla_by_age", "Not known"] == (1, None)


# --- unaccompanied ---


@pytest.mark.parametrize(
    ("until", "number"), [("", 1), ("2024-04-01", 1), ("2024-03-31", 0), ("2023-01-01", 0)]
)
def test_unaccompanied_with_no_duc_or_one_after_the_day(until, number):
    assert counted(Spell("a", "2024-01-01"), alone={"a": until})["cla_uasc", ""] == (number, None)


def test_unaccompanied_children_who_are_looked_after_no_longer_do_not_count():
    gone = Spell("a", "2023-01-01", "2024-01-01", rec="E17")
    assert counted(gone, alone={"a": ""})["cla_uasc", ""] == (0, None)


def test_without_a_file_of_unaccompanied_children_there_are_none():
    children, episodes = arrays(Spell("a", "2024-01-01"))
    alone = placements.Children(children.key, children.born, children.sex)
    assert said(measures(alone, episodes, day("2024-03-31")))["cla_uasc", ""] == (0, None)


# --- where ---


@pytest.mark.parametrize(
    ("miles", "in_county", "within", "over_and_outside"),
    [
        (20.0, 0, 1, 0),
        (20.04, 0, 1, 0),
        (20.06, 0, 0, 1),
        (20.1, 0, 0, 1),
        (20.1, 1, 0, 0),
        (20.1, -1, 0, 0),
        (0.0, 1, 1, 0),
        (np.nan, 0, 0, 0),
    ],
)
def test_twenty_miles(miles, in_county, within, over_and_outside):
    said = counted(Spell("a", "2024-01-01", miles=miles, in_county=in_county))
    assert said["cla_within_20_miles", ""] == (within, 1)
    assert said["cla_over_20_miles_outside", ""] == (over_and_outside, 1)


def test_what_is_not_known_of_where_stays_in_the_denominator_and_is_counted():
    said = counted(
        Spell("a", "2024-01-01", miles=np.nan, in_county=-1),
        Spell("b", "2024-01-01", miles=3, in_county=1),
        Spell("c", "2024-01-01", miles=3, in_county=0),
    )
    assert said["cla_within_20_miles", ""] == (2, 3)
    assert said["cla_distance_not_known", ""] == (1, 3)
    assert said["cla_in_county", ""] == (1, 3)
    assert said["cla_county_not_known", ""] == (1, 3)


@pytest.mark.parametrize(
    ("metres", "miles"),
    [(32_186, 20.0), (32_250, 20.0), (32_270, 20.1), (0, 0.0), (1_609.3, 1.0), (np.nan, np.nan)],
)
def test_miles_are_metres_by_the_guides_figure_to_a_tenth(metres, miles):
    # 32,186 / 1,609.3 = 20.0; 32,250 / 1,609.3 = 20.0398; 32,270 / 1,609.3 = 20.0522.
    zero = np.zeros(1)
    found = miles_between(zero, zero, zero, np.array([metres], dtype=float))
    np.testing.assert_equal(found, [miles])


def test_the_distance_is_a_straight_line_whichever_way():
    east, north = np.array([300_000.0]), np.array([200_000.0])
    assert miles_between(east, north, east + 3 * 16_093, north - 4 * 16_093) == [50.0]


# --- with whom ---


def test_placements_by_group():
    kinds = ["U1", "U2", "U4", "U6", "K2", "H5", "A3", "T2", "S1", "P1", "Z1"]
    said = counted(*(Spell(f"{n}", "2024-01-01", place=place) for n, place in enumerate(kinds)))
    parts = {label: said["cla_by_placement", label][0] for label in codes.PLACE.values()}
    assert {label: n for label, n in parts.items() if n} == {
        "Foster carer: relative or friend": 2,
        "Foster carer: other": 2,
        "Children’s home": 1,
        "Semi-independent living": 1,
        "Placed for adoption": 1,
        "Temporary": 1,
        "Residential school": 1,
        "With parents": 1,
        "Other": 1,
    }
    assert ("cla_by_placement", "Not known") not in said
    assert said["cla_foster", ""] == (4, 11)
    assert said["cla_residential", ""] == (2, 11)


def test_a_code_that_is_none_is_counted_as_not_known():
    said = counted(
        Spell("a", "2024-01-01", place="Q9", provider="", need="", status="Q"), sex={"a": "3"}
    )
    for code in WHOLE - {"cla_by_age"}:
        assert said[code, "Not known"] == (1, None)


def test_in_house_and_agency_of_all_and_in_house_of_the_fostered():
    said = counted(
        Spell("a", "2024-01-01", place="U4", provider="PR1"),
        Spell("b", "2024-01-01", place="U4", provider="PR4"),
        Spell("c", "2024-01-01", place="K2", provider="PR1"),
        Spell("d", "2024-01-01", place="K2", provider="PR2"),
        Spell("e", "2024-01-01", place="P1", provider="PR0"),
        Spell("f", "2024-01-01", place="T4", provider=""),
    )
    assert said["cla_in_house", ""] == (2, 6)
    assert said["cla_agency", ""] == (2, 6)
    assert said["cla_foster_in_house", ""] == (1, 2)


# --- three or more placements in a year ---


def test_the_placement_held_when_the_year_began_and_each_later_one():
    three = chain(
        ("2023-01-01", "S", "U4", "x"),
        ("2023-06-01", "P", "U4", "y"),
        ("2023-09-01", "B", "K2", "z"),
    )
    assert placements_of(*three) == [3]
    assert counted(*three)["cla_three_plus_placements", ""] == (1, 1)


def test_the_year_begins_after_the_same_day_a_year_before():
    def moved(first: str) -> list[int]:
        return placements_of(*chain(("2022-01-01", "S", "U4", "x"), (first, "P", "U4", "y")))

    assert moved("2023-04-01") == [2]  # x was held at the end of 31 March 2023
    assert moved("2023-03-31") == [1]  # y was


def test_a_leap_day_looks_back_to_28_february():
    assert placements_of(
        *chain(("2022-01-01", "S", "U4", "x"), ("2023-03-01", "P", "U4", "y")), on="2024-02-29"
    ) == [2]
    assert placements_of(
        *chain(("2022-01-01", "S", "U4", "x"), ("2023-02-28", "P", "U4", "y")), on="2024-02-29"
    ) == [1]


@pytest.mark.parametrize("away", ["T0", "T1", "T2", "T3", "T4"])
def test_some_days_elsewhere_and_back_are_no_new_placements(away):
    assert placements_of(
        *chain(
            ("2023-01-01", "S", "U4", "x"),
            ("2023-06-01", "P", away, "hospital"),
            ("2023-06-08", "P", "U4", "x"),
        )
    ) == [1]


def test_some_days_elsewhere_and_on_to_another_carer_are_one_new_placement():
    assert placements_of(
        *chain(
            ("2023-01-01", "S", "U4", "x"),
            ("2023-06-01", "P", "T3", "holiday"),
            ("2023-06-08", "P", "U4", "y"),
        )
    ) == [2]


def test_several_temporary_placements_one_after_another_and_back():
    assert placements_of(
        *chain(
            ("2023-01-01", "S", "U4", "x"),
            ("2023-06-01", "P", "T3", "one"),
            ("2023-06-08", "P", "T1", "two"),
            ("2023-06-12", "L", "T1", "two"),
            ("2023-06-20", "P", "U4", "x"),
        )
    ) == [1]


@pytest.mark.parametrize("reason", ["T", "U", "L"])
def test_a_change_with_the_same_carer_is_no_new_placement(reason):
    # The carer moved house: the postcode is another, and RNE says that the carer is the same.
    assert placements_of(
        *chain(("2023-01-01", "S", "U4", "old house"), ("2023-06-01", reason, "U4", "new house"))
    ) == [1]


@pytest.mark.parametrize("reason", ["P", "B"])
def test_a_change_of_carer_to_the_same_carer_is_no_new_placement(reason):
    assert placements_of(
        *chain(("2023-01-01", "S", "U4", "x"), ("2023-06-01", reason, "U4", "x"))
    ) == [1]


def test_another_placement_code_at_the_same_address_is_another_placement():
    assert placements_of(
        *chain(("2023-01-01", "S", "U6", "x"), ("2023-06-01", "P", "U4", "x"))
    ) == [2]


def test_going_back_to_an_earlier_carer_is_a_new_placement():
    assert placements_of(
        *chain(
            ("2023-01-01", "S", "U4", "x"),
            ("2023-06-01", "P", "U4", "y"),
            ("2023-07-01", "P", "U4", "x"),
        )
    ) == [3]


def test_a_second_period_of_care_begins_a_new_placement_even_with_the_same_carer():
    assert placements_of(
        *chain(("2023-01-01", "S", "U4", "x"), until="2023-06-01"),
        *chain(("2023-09-01", "S", "U4", "x")),
    ) == [2]


def test_a_period_of_care_that_began_and_ended_in_the_year_counts_too():
    assert placements_of(
        *chain(("2023-05-01", "S", "U4", "x"), ("2023-05-05", "P", "U4", "y"), until="2023-06-01"),
        *chain(("2023-09-01", "S", "U4", "z")),
    ) == [3]


def test_a_child_who_starts_in_a_temporary_placement_has_the_one_that_follows():
    assert placements_of(
        *chain(("2023-09-01", "S", "T4", "emergency"), ("2023-09-03", "P", "U4", "x"))
    ) == [1]


def test_a_child_in_a_temporary_placement_when_the_year_began_held_a_placement():
    assert placements_of(
        *chain(
            ("2023-01-01", "S", "U4", "x"),
            ("2023-03-30", "P", "T1", "hospital"),
            ("2023-04-02", "P", "U4", "x"),
        )
    ) == [1]


def test_short_breaks_are_no_placements():
    breaks = [
        Spell(
            "a", f"2023-0{month}-01", f"2023-0{month}-03", rec="E4A", status="V4", carer=f"{month}"
        )
        for month in (5, 6, 7)
    ]
    assert placements_of(*breaks, Spell("a", "2023-09-01")) == [1]


def test_short_breaks_that_become_being_looked_after_begin_a_placement():
    assert placements_of(
        Spell("a", "2023-05-01", "2023-06-01", rec="X1", status="V3"),
        Spell("a", "2023-06-01", rne="L"),
    ) == [1]


# --- through the year ---


@pytest.mark.parametrize(
    ("began", "started"),
    [("2023-03-31", 0), ("2023-04-01", 1), ("2024-03-31", 1), ("2024-04-01", 0)],
)
def test_started_from_1_april_to_the_day(began, started):
    assert counted(Spell("a", began))["cla_started", ""] == (started, None)


@pytest.mark.parametrize(
    ("ended", "ceased"),
    [("2023-03-31", 0), ("2023-04-01", 1), ("2024-03-31", 1), ("2024-04-01", 0)],
)
def test_ceased_from_1_april_to_the_day(ended, ceased):
    gone = Spell("a", "2023-01-01", ended, rec="E4A")
    assert counted(gone)["cla_ceased", ""] == (ceased, None)


def test_the_year_begins_anew_on_1_april():
    both = Spell("a", "2024-03-31", "2024-04-01", rec="E8")
    assert counted(both, on="2024-03-31")["cla_started", ""] == (1, None)
    assert counted(both, on="2024-04-01")["cla_started", ""] == (0, None)
    assert counted(both, on="2024-04-01")["cla_ceased", ""] == (1, None)


def test_a_chain_of_episodes_starts_once_and_has_not_ceased():
    said = counted(
        *chain(
            ("2023-05-01", "S", "U4", "x"),
            ("2023-06-01", "L", "U4", "x"),
            ("2023-07-01", "P", "K2", "y"),
        )
    )
    assert said["cla_started", ""] == (1, None)
    assert said["cla_ceased", ""] == (0, None)


def test_a_child_who_starts_and_ceases_twice_is_counted_once_in_each():
    said = counted(
        Spell("a", "2023-05-01", "2023-06-01", rec="E4A"),
        Spell("a", "2023-09-01", "2023-10-01", rec="E4B"),
    )
    assert said["cla_started", ""] == (1, None)
    assert said["cla_ceased", ""] == (1, None)


def test_an_episode_of_which_nobody_says_why_it_ended_is_no_ceasing():
    assert counted(Spell("a", "2023-05-01", "2023-06-01"))["cla_ceased", ""] == (0, None)


# --- days ---


@pytest.mark.parametrize(
    ("on", "first"),
    [
        ("2024-03-31", "2023-04-01"),
        ("2024-04-01", "2024-04-01"),
        ("2024-12-31", "2024-04-01"),
        ("2025-01-01", "2024-04-01"),
        ("1969-01-01", "1968-04-01"),
    ],
)
def test_the_financial_year_of_a_day(on, first):
    assert str(year_start(day(on))) == first


def test_the_same_day_of_another_year_or_month():
    assert str(years_before(day("2024-02-29"), 1)) == "2023-02-28"
    assert str(years_before(day("2024-02-29"), 4)) == "2020-02-29"
    days = np.array(["2023-11-30", "2023-08-31", "2024-01-15"], dtype="datetime64[D]")
    assert months_later(days, 3).astype(str).tolist() == ["2024-02-29", "2023-11-30", "2024-04-15"]


# --- the value of a figure ---


def test_a_figure_is_a_number_a_percentage_an_average_or_nothing():
    some, all_ = np.arange(1), np.arange(4)
    assert Counted("x", "", all_).value == 4
    assert Counted("x", "", some, all_).value == 25
    assert Counted("x", "", all_, all_, scale=1, total=10).value == 2.5
    assert Counted("x", "", all_[:0], all_[:0]).value is None


# --- laws ---


def plainly(spells: Iterable[Spell], on: str) -> dict[tuple[str, str], tuple[int, int | None]]:
    """The same measures, but one child at a time, by loops over what the return says."""
    of_child: dict[str, list[Spell]] = defaultdict(list)
    for spell in sorted(spells, key=lambda spell: (spell.child, spell.began, spell.ended or "9")):
        if spell.status not in ("V3", "V4"):
            of_child[spell.child].append(spell)
    numbers: Counter[tuple[str, str]] = Counter()
    for theirs in of_child.values():
        numbers.update(_through_the_year(theirs, on))
        there = _open(theirs, on)
        if there:
            numbers.update(_of_one(there, _placements(theirs, on)))
    all_, fostered = numbers["cla", ""], numbers["cla_foster", ""]
    plain = {"cla", "cla_started", "cla_ceased", "cla_uasc", *WHOLE}
    outof = {"cla_foster_in_house": fostered}
    return {
        key: (n, None if key[0] in plain else outof.get(key[0], all_))
        for key, n in numbers.items()
        if n
    }


def _open(theirs: list[Spell], on: str) -> Spell | None:
    there = [s for s in theirs if s.began <= on and (not s.ended or s.ended > on)]
    return there[-1] if there else None


def _through_the_year(theirs: list[Spell], on: str) -> set[tuple[str, str]]:
    year = int(on[:4]) - (on[5:] < "04-01")
    first, found = f"{year}-04-01", set()
    for spell in theirs:
        if spell.rne == "S" and first <= spell.began <= on:
            found.add(("cla_started", ""))
        if spell.rec not in ("", "X1") and first <= spell.ended <= on:
            found.add(("cla_ceased", ""))
    return found


def _placements(theirs: list[Spell], on: str) -> int:
    before = f"{int(on[:4]) - 1}{on[4:]}".replace("-02-29", "-02-28")
    count, last, ended = int(_open(theirs, before) is not None), None, None
    for spell in theirs:
        if spell.rne == "S" or spell.began != ended:
            last = None  # a new period of care
        ended = spell.ended
        if spell.place.startswith("T"):
            continue
        carer = (spell.place, spell.carer)
        new = last is None or (spell.rne in "PB" and carer != last)
        last = carer
        count += new and before < spell.began <= on
    return count


def _of_one(spell: Spell, placements: int) -> set[tuple[str, str]]:
    foster, in_house = spell.place[0] == "U", spell.provider == "PR1"
    far, near = spell.miles > 20, spell.miles <= 20
    yes = {
        "cla": True,
        "cla_within_20_miles": near,
        "cla_over_20_miles_outside": far and spell.in_county == 0,
        "cla_distance_not_known": not far and not near,
        "cla_in_county": spell.in_county == 1,
        "cla_county_not_known": spell.in_county == -1,
        "cla_foster": foster,
        "cla_residential": spell.place in ("K1", "K2", "R1", "R2", "R3", "R5", "S1"),
        "cla_in_house": in_house,
        "cla_agency": spell.provider in ("PR2", "PR3", "PR4", "PR5"),
        "cla_foster_in_house": foster and in_house,
        "cla_three_plus_placements": placements >= 3,
    }
    return {(code, "") for code, said in yes.items() if said} | {
        ("cla_by_age", "10 to 15"),  # all are born on 1 June 2010
        ("cla_by_sex", "Boys"),
        ("cla_by_legal_status", codes.LEGAL_STATUS.get(spell.status, "Not known")),
        ("cla_by_need", codes.NEED.get(spell.need, "Not known")),
        ("cla_by_placement", codes.PLACE.get(spell.place, "Not known")),
        ("cla_by_provider", codes.PROVIDER.get(spell.provider, "Not known")),
    }


@settings(deadline=None)
@given(histories(), DAYS)
def test_arrays_count_as_one_counts_the_children_one_at_a_time(spells, on):
    found = {key: figure for key, figure in counted(*spells, on=on).items() if figure[0]}
    assert found == plainly(spells, on)


@settings(deadline=None)
@given(histories(), DAYS)
def test_every_child_is_counted_once_and_the_parts_add_to_the_whole(spells, on):
    children, episodes = arrays(*spells)
    figures = measures(children, episodes, day(on))
    (everybody,) = (figure.counted for figure in figures if figure.code == "cla")
    assert len(set(everybody.tolist())) == len(everybody)
    for code in WHOLE:
        parts = [child for one in figures if one.code == code for child in one.counted.tolist()]
        assert sorted(parts) == sorted(everybody.tolist())


@settings(deadline=None)
@given(histories(), DAYS)
def test_numerators_are_within_their_denominators(spells, on):
    children, episodes = arrays(*spells)
    for figure in measures(children, episodes, day(on)):
        if figure.out_of is not None:
            assert set(figure.counted.tolist()) <= set(figure.out_of.tolist())
            assert figure.value is None or 0 <= figure.value <= 100


@settings(deadline=None)
@given(histories(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_children_makes_no_difference(spells, on, chance):
    names = sorted({spell.child for spell in spells})
    others = chance.sample(names, len(names))
    renamed = dict(zip(names, others, strict=True))
    again = [spell._replace(child=renamed[spell.child]) for spell in spells]
    chance.shuffle(again)
    assert counted(*again, on=on) == counted(*spells, on=on)


@settings(deadline=None)
@given(histories(), histories(), DAYS)
def test_two_councils_together_are_the_sum_of_each(ours, theirs, on):
    theirs = [spell._replace(child=f"other {spell.child}") for spell in theirs]
    one, other, both = (counted(*some, on=on) for some in (ours, theirs, [*ours, *theirs]))
    for key, (number, out_of) in both.items():
        parts = [said.get(key, (0, 0)) for said in (one, other)]
        assert number == sum(part[0] for part in parts)
        assert out_of is None or out_of == sum(part[1] or 0 for part in parts)
