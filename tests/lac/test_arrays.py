"""From files to arrays: distances, carers, no postcode; and several years that tell one story."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lac import codes
from lac.arrays import Arrays, Rows, arrays, first_day, merged, rows_of
from lac.files import Tables, read
from lac.measures import measures
from lac.placements import NEVER, open_on
from lac.postcodes import NOWHERE, read_postcodes
from tests.lac.returns import EPISODES, HEADER, csv, invented_files, invented_returns
from tests.lac.spells import day, said

HERE = "E10000002"
PLACES = read_postcodes(
    b"pcd,laua,oseast1m,osnrth1m\n"
    b"ZZ1 1AA,E10000002,400000,200000\n"
    b"ZZ1 1AB,E10000002,432186,200000\n"  # 32,186 metres east: 20.0 miles
    b"ZZ1 1AC,E99999999,400000,232270\n"  # 32,270 metres north: 20.1 miles
    b"ZZ1 1AD,E10000002,,\n"
)


def episode(
    child: str, began: str, ended: str = "", *, rne: str = "S", rec: str = "", **cells: str
) -> dict[str, str]:
    return {
        **dict.fromkeys(EPISODES.split(","), ""),
        **{"CHILD": child, "DECOM": began, "DEC": ended, "RNE": rne, "REC": rec},
        **{"LS": "C2", "PLACE": "U4", "PLACE_PROVIDER": "PR1", "CIN": "N1"},
        **{"HOME_POST": "ZZ1 1AA", "PL_POST": "ZZ1 1AB", "URN": "XXXXXXX"},
        **cells,
    }


def a_return(
    year: int, *episodes: dict[str, str], header: dict[str, str] | None = None, **others: list[str]
) -> Tables:
    """One year's return; children are born on 1 June 2010 unless another day is given."""
    born = {one["CHILD"]: "01/06/2010" for one in episodes} | (header or {})
    return read(
        {
            "Header.csv": csv(HEADER, *(f"{c},1,{dob},WBRI,UN1,," for c, dob in born.items())),
            "Episodes.csv": csv(EPISODES, *(",".join(one.values()) for one in episodes)),
            **{f"{kind}.csv": csv(*lines) for kind, lines in others.items()},
        },
        f"{year - 1}-{year % 100:02}",
    )


def joined(*returns: Tables) -> Arrays:
    return arrays(returns, PLACES, HERE)


def spells(of: Arrays) -> list[tuple[str, str, str]]:
    """Each episode's child, first and last day."""
    episodes = of.episodes
    return [
        (of.children.key[child], str(began), "" if ended == NEVER else str(ended))
        for child, began, ended in zip(episodes.child, episodes.began, episodes.ended, strict=True)
    ]


def looked_after(of: Arrays, on: str) -> list[str]:
    rows = open_on(of.episodes, day(on))
    return [of.children.key[child] for child in of.episodes.child[rows]]


# --- where ---


@pytest.mark.parametrize(
    ("home", "placed", "miles", "in_county"),
    [
        ("ZZ1 1AA", "ZZ1 1AB", 20.0, 1),
        ("ZZ1 1AA", "ZZ1 1AC", 20.1, 0),
        ("ZZ1 1AA", "ZZ1 1AA", 0.0, 1),
        ("", "ZZ1 1AB", np.nan, 1),
        ("ZZ1 1AA", "", np.nan, -1),
        ("ZZ1 1AA", "QQ9 9QQ", np.nan, -1),
        ("ZZ1 1AA", "ZZ1 1AD", np.nan, 1),
    ],
)
def test_miles_and_county_come_from_the_postcodes(home, placed, miles, in_county):
    of = joined(a_return(2024, episode("A", "05/05/2023", HOME_POST=home, PL_POST=placed)))
    np.testing.assert_equal(of.episodes.miles, np.array([miles], dtype=np.float32))
    assert of.episodes.in_county.tolist() == [in_county]


def test_without_a_postcode_file_nobodys_place_is_known():
    of = arrays([a_return(2024, episode("A", "05/05/2023"))], NOWHERE, HERE)
    assert np.isnan(of.episodes.miles).all()
    assert of.episodes.in_county.tolist() == [-1]


def test_in_county_is_of_the_authority_that_is_named():
    of = arrays([a_return(2024, episode("A", "05/05/2023"))], PLACES, "E99999999")
    assert of.episodes.in_county.tolist() == [0]


def test_no_postcode_and_no_urn_is_kept():
    rows = rows_of(invented_returns()[0], PLACES, HERE, "secret")
    for part in fields(Rows):
        if isinstance(table := getattr(rows, part.name), pd.DataFrame):
            text = table.to_csv()
            assert "ZZ" not in text
            assert "SC9" not in text


# --- carers ---


def carers(*episodes: dict[str, str], by: str = "our secret") -> list[int]:
    return rows_of(a_return(2024, *episodes), PLACES, HERE, by).episodes["carer"].tolist()


@pytest.mark.parametrize("other", [{"PLACE": "U6"}, {"PL_POST": "ZZ1 1AC"}, {"URN": "SC999999"}])
def test_another_place_postcode_or_urn_is_another_carer(other):
    one, two = carers(episode("A", "05/05/2023"), episode("A", "06/05/2023", **other))
    assert one != two


def test_the_same_place_postcode_and_urn_are_the_same_carer():
    one, two = carers(
        episode("A", "05/05/2023", URN="sc999999"),
        episode("A", "06/05/2023", PL_POST="zz11ab", URN="SC999999", LS="C1"),
    )
    assert one == two


def test_a_carers_number_does_not_say_who_else_is_there():
    one, two = carers(episode("A", "05/05/2023"), episode("B", "05/05/2023"))
    assert one != two


def test_a_carer_has_the_same_number_in_every_return_and_nobody_can_tell_it_without_the_secret():
    row = episode("A", "05/05/2023")
    assert carers(row) == carers(episode("A", "01/04/2023"), row)[1:]
    assert carers(row, by="another") != carers(row)


def test_a_return_to_a_carer_is_seen_across_years():
    away = [
        episode("A", "01/01/2023", "20/03/2023", rec="X1"),
        episode("A", "20/03/2023", rne="P", PLACE="T1", PL_POST="ZZ1 1AC"),
    ]
    back = [
        {**away[1], "DEC": "10/04/2023", "REC": "X1"},
        episode("A", "10/04/2023", rne="P"),
    ]
    of = joined(a_return(2023, *away), a_return(2024, *back))
    assert of.episodes.carer[0] == of.episodes.carer[2] != of.episodes.carer[1]


# --- the same story in several returns ---


def test_an_episode_that_stands_in_several_years_is_one_as_the_latest_has_it():
    of = joined(
        a_return(2023, episode("A", "05/05/2022")),
        a_return(2024, episode("A", "05/05/2022", "01/09/2023", rec="E4A")),
        a_return(2025, episode("B", "01/01/2023")),
    )
    assert spells(of) == [("A", "2022-05-05", "2023-09-01"), ("B", "2023-01-01", "")]


def test_an_episode_of_an_earlier_year_that_has_ended_stands():
    of = joined(
        a_return(
            2023,
            episode("A", "05/05/2022", "01/09/2022", rec="X1"),
            episode("A", "01/09/2022", rne="P"),
        ),
        a_return(2024, episode("A", "01/09/2022", rne="P")),
    )
    assert spells(of) == [("A", "2022-05-05", "2022-09-01"), ("A", "2022-09-01", "")]


def test_what_a_later_return_has_changed_is_as_changed():
    later = a_return(2024, episode("A", "07/05/2022", rne="S", PLACE="K2"))
    of = joined(a_return(2023, episode("A", "05/05/2022")), later)
    # The day was wrong, and the placement: on the 6th the earlier return is all that is known.
    assert spells(of) == [("A", "2022-05-05", "2022-05-07"), ("A", "2022-05-07", "")]
    assert said(measures(of, day("2023-03-31")))["cla_residential", ""] == (1, 1)


def test_an_episode_that_a_later_return_begins_earlier_is_not_there_twice():
    of = joined(
        a_return(2023, episode("A", "05/05/2022"), episode("B", "01/01/2023")),
        a_return(2024, episode("A", "01/05/2022"), episode("B", "01/01/2023")),
    )
    assert spells(of) == [("A", "2022-05-01", ""), ("B", "2023-01-01", "")]


def test_an_episode_that_is_cut_goes_on_as_the_one_that_follows():
    of = joined(
        a_return(2023, episode("A", "05/05/2022")),
        a_return(2024, episode("A", "01/01/2023", rne="P", PL_POST="ZZ1 1AC")),
    )
    assert spells(of) == [("A", "2022-05-05", "2023-01-01"), ("A", "2023-01-01", "")]
    assert of.episodes.reason_ended[0] == codes.encode(["X1"], codes.REASON_ENDED)[0]
    figures = said(measures(of, day("2023-03-31")))
    assert figures["cla_ceased", ""] == (0, None)
    assert figures["cla_started", ""] == (1, None)


def test_an_end_that_a_later_return_takes_back_is_no_ceasing():
    of = joined(
        a_return(2023, episode("A", "05/05/2022", "01/02/2023", rec="E4A")),
        a_return(2024, episode("A", "15/01/2023", rne="P")),
    )
    assert spells(of) == [("A", "2022-05-05", "2023-01-15"), ("A", "2023-01-15", "")]
    assert said(measures(of, day("2023-03-31")))["cla_ceased", ""] == (0, None)


def test_a_child_who_is_in_no_later_return_is_not_looked_after_for_ever_and_has_not_ceased():
    of = joined(
        a_return(2023, episode("A", "05/05/2022"), episode("B", "05/05/2022")),
        a_return(2024, episode("B", "05/05/2022")),
    )
    assert looked_after(of, "2023-03-31") == ["A", "B"]
    assert looked_after(of, "2023-04-01") == ["B"]
    assert said(measures(of, day("2024-03-31")))["cla_ceased", ""] == (0, None)


def test_a_part_of_a_return_speaks_only_for_its_own_children():
    of = joined(
        a_return(2023, episode("A", "05/05/2022"), episode("B", "05/05/2022")),
        a_return(2024, episode("B", "01/07/2023", rne="P", PLACE="K2")),
    )
    assert looked_after(of, "2024-03-31") == ["A", "B"]
    assert spells(of)[1:] == [("B", "2022-05-05", "2023-07-01"), ("B", "2023-07-01", "")]


def test_a_year_that_is_missing_between_two_is_as_the_earlier_one_left_it():
    of = joined(
        a_return(2021, episode("A", "05/05/2020"), episode("B", "05/05/2020")),
        a_return(2024, episode("A", "05/05/2022", rne="P")),
    )
    assert looked_after(of, "2022-03-31") == ["A", "B"]
    assert looked_after(of, "2023-04-01") == ["A"]


def test_a_child_is_as_the_latest_header_has_it():
    of = joined(
        a_return(2023, episode("A", "05/05/2022")),
        a_return(2024, episode("A", "05/05/2022"), header={"A": "02/06/2010"}),
    )
    assert of.children.born.astype(str).tolist() == ["2010-06-02"]


def test_a_care_leaver_who_is_in_no_header_is_there_too():
    leavers = ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "Z,01/09/2004,YES,F2,U1"]
    of = joined(a_return(2024, episode("A", "05/05/2022"), OC3=leavers))
    assert of.children.key.tolist() == ["A", "Z"]
    assert of.children.born.astype(str).tolist() == ["2010-06-01", "2004-09-01"]
    assert of.children.sex.tolist() == [0, -1]
    assert said(measures(of, day("2024-03-31")))["care_leavers_eet", ""] == (1, 1)


# --- unaccompanied ---


def alone(*years: tuple[int, list[str] | None]) -> str:
    """Until when A is unaccompanied, from each year's UASC rows (None: no file)."""
    of = joined(
        *(
            a_return(
                year,
                episode("A", "05/05/2020"),
                episode("B", "05/05/2020"),
                **({} if rows is None else {"UASC": ["CHILD,SEX,DOB,DUC", *rows]}),
            )
            for year, rows in years
        )
    )
    until = of.children.unaccompanied_until
    assert until is not None
    return str(until[0])


def test_unaccompanied_until_the_duc_or_for_as_long_as_is_known():
    assert alone((2023, ["A,1,01/06/2010,"])) == str(NEVER)
    assert alone((2023, ["A,1,01/06/2010,01/09/2022"])) == "2022-09-01"
    assert alone((2023, ["B,1,01/06/2010,"])) == "NaT"
    assert alone((2023, None)) == "NaT"


def test_the_latest_return_says_until_when():
    row = "A,1,01/06/2010,"
    assert alone((2023, [row]), (2024, [f"{row}01/09/2023"])) == "2023-09-01"
    assert alone((2023, [row]), (2024, [row])) == str(NEVER)


def test_a_child_whom_a_later_return_has_as_so_no_longer_ceased_to_be_by_its_first_day():
    row, other = "A,1,01/06/2010,", "B,1,01/06/2010,"
    assert alone((2023, [row]), (2024, [other])) == "2023-04-01"
    assert alone((2023, [f"{row}01/09/2022"]), (2024, [other])) == "2022-09-01"
    assert alone((2023, [row]), (2024, None)) == str(NEVER)


# --- reviews, health, adoptions ---


def test_reviews_of_several_years_stand_together_once_each():
    heading = "CHILD,DOB,REVIEW,REVIEW_CODE"
    of = joined(
        a_return(
            2023, episode("A", "05/05/2022"), Reviews=[heading, "A,,20/05/2022,", "A,,10/08/2022,"]
        ),
        a_return(
            2024, episode("A", "05/05/2022"), Reviews=[heading, "A,,05/02/2023,", "A,,10/08/2022,"]
        ),
    )
    assert of.reviews.held.astype(str).tolist() == ["2022-05-20", "2022-08-10", "2023-02-05"]
    assert str(of.reviews.since) == "2022-04-01"
    assert said(measures(of, day("2023-03-31")))["cla_reviews_in_time", ""] == (1, 1)


def test_health_is_kept_by_year():
    heading = "CHILD,DOB,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT"
    of = joined(
        a_return(2023, episode("A", "05/05/2020"), OC2=[heading, "A,,1,0,"]),
        a_return(2024, episode("A", "05/05/2020"), OC2=[heading, "A,,0,1,1"]),
    )
    assert of.health.year.tolist() == [2023, 2024]
    before, after = (said(measures(of, day(f"{year}-03-31"))) for year in (2023, 2024))
    assert (before["cla_immunisations", ""], after["cla_immunisations", ""]) == ((1, 1), (0, 1))
    assert before["cla_health_assessment", ""] == (0, 1)


def test_of_an_adoption_in_two_returns_the_latest_stands():
    heading = "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE"
    of = joined(
        a_return(2023, episode("A", "05/05/2020"), AD1=[heading, "A,,01/01/2022,,0"]),
        a_return(2024, episode("A", "05/05/2020"), AD1=[heading, "A,,02/01/2022,03/03/2022,1"]),
    )
    assert of.adoptions.decided.astype(str).tolist() == ["2022-01-02"]
    assert of.adoptions.matched.astype(str).tolist() == ["2022-03-03"]
    assert of.adoptions.by_foster_carer.tolist() == [1]


def test_no_return_is_nobody():
    figures = said(measures(merged([]), day("2024-03-31")))
    assert figures["cla", ""] == (0, None)
    assert not any(code.startswith(("care_leavers", "cla_immun", "cla_rev")) for code, _ in figures)


# --- laws ---


def same(one: Arrays, other: Arrays) -> None:
    for part in fields(Arrays):
        left, right = getattr(one, part.name), getattr(other, part.name)
        for column in fields(left):
            np.testing.assert_array_equal(
                getattr(left, column.name), getattr(right, column.name), column.name
            )


COUNTY = [
    rows_of(tables, read_postcodes(invented_files()["postcodes.csv"]), HERE, "secret")
    for tables in invented_returns()
]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_the_order_of_returns_makes_no_difference(order):
    same(merged([COUNTY[place] for place in order]), merged(COUNTY))


def test_a_return_again_replaces_itself():
    held = {rows.year: rows for rows in COUNTY}
    held |= {rows.year: rows for rows in [replace(COUNTY[1])]}
    same(merged(list(held.values())), merged(COUNTY))


@pytest.mark.parametrize("year", [rows.year for rows in COUNTY])
def test_a_year_that_no_later_return_corrects_counts_as_its_own_return_alone_does(year):
    alone = merged([rows for rows in COUNTY if rows.year == year])
    together = merged(COUNTY)
    for on in (f"{year - 1}-04-01", f"{year - 1}-09-30", f"{year}-03-31"):
        one, all_ = (said(measures(of, day(on))) for of in (alone, together))
        for key in one:
            if key[0] in ("cla", "cla_uasc", "cla_started", "cla_ceased", "cla_by_placement"):
                assert one[key] == all_[key], (key, on)


@st.composite
def corrected(draw: st.DrawFn) -> list[Rows]:
    """A child's story as told in three years, each time somewhat otherwise."""
    told = []
    for year in (2022, 2023, 2024):
        last, rows = date(year, 3, 31), []
        now = date(2021, 1, 1) + timedelta(days=draw(st.integers(0, 500)))
        for _ in range(draw(st.integers(0, 4))):
            until = now + timedelta(days=draw(st.sampled_from([1, 40, 200, 400])))
            if now > last:
                break
            if until >= first_day(year).astype(date):
                ended = f"{until:%d/%m/%Y}" if until <= last else ""
                rows.append(
                    episode("A", f"{now:%d/%m/%Y}", ended, rec="X1" if ended else "", rne="P")
                )
            now = until + timedelta(days=draw(st.sampled_from([0, 0, 30])))
        others = [episode("B", "01/01/2020")]
        told.append(rows_of(a_return(year, *others, *rows), PLACES, HERE, "secret"))
    return told


@settings(deadline=None, max_examples=60)
@given(corrected(), st.permutations([0, 1, 2]))
def test_however_often_a_story_is_corrected_nothing_is_doubled(told, order):
    of = merged([told[place] for place in order])
    same(of, merged(told))
    episodes = of.episodes
    follows = episodes.child[1:] == episodes.child[:-1]
    assert (episodes.began[1:] >= episodes.ended[:-1])[follows].all()
    assert (episodes.began < episodes.ended).all()
    # The latest return is as it stands.
    last = merged(told[-1:])
    for on in ("2023-04-01", "2023-09-30", "2024-03-31"):
        assert looked_after(of, on) == looked_after(last, on)


@settings(deadline=None, max_examples=60)
@given(corrected())
def test_a_year_is_as_the_latest_return_that_speaks_of_it_tells(told):
    of = merged(told)
    for year, own in zip((2022, 2023, 2024), told, strict=True):
        on = f"{year}-03-31"
        speaks = [
            rows
            for rows in told
            if rows.year >= year
            and (rows is own or (rows.episodes.query("child == 'A'")["began"] <= on).any())
        ]
        assert looked_after(of, on) == looked_after(merged(speaks[-1:]), on)
