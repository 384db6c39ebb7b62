"""The invented county: plainly invented, valid, the same for a seed, and much like a council."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lac.arrays import arrays
from lac.checks import problems_of
from lac.files import from_folder
from lac.invented import County, files
from lac.measures import measures
from lac.postcodes import read_postcodes
from tests.lac.returns import invented_files
from tests.lac.spells import day, said

HERE = "E10000002"
SMALL = {"seed": 7, "years": 3, "looked_after": 40}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A county of a council's size, written to a folder and read from it."""
    folder = tmp_path_factory.mktemp("county")
    made = files(County(years=4))
    for path, content in made.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    returns = from_folder(folder)
    return returns, arrays(returns, read_postcodes(made["postcodes.csv"]), HERE)


def test_a_folder_a_year_with_every_file_and_one_of_postcodes():
    paths = set(invented_files(**SMALL))
    kinds = ("Header", "Episodes", "Reviews", "UASC", "OC2", "OC3", "AD1")
    folders = ("2021-22", "2022-23", "2023-24")
    assert paths == {"postcodes.csv", *(f"{f}/{kind}.csv" for f in folders for kind in kinds)}


def test_the_same_for_a_seed_and_another_for_another():
    assert files(County(**SMALL)) == invented_files(**SMALL)
    assert files(County(**{**SMALL, "seed": 8})) != invented_files(**SMALL)


def test_it_is_plainly_invented():
    for path, content in invented_files(**SMALL).items():
        rows = content.decode().splitlines()[1:]
        if path == "postcodes.csv":
            assert all(
                re.match(r"ZZ\d+ \d[A-Z]{2},E(10000002|9999999\d),\d+,\d+$", r) for r in rows
            )
        else:
            assert all(row.startswith("INVENTED0") for row in rows)
            others = re.findall(r"\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b", content.decode())
            assert all(postcode.startswith("ZZ") for postcode in others)


def test_the_authority_is_the_one_given():
    made = files(County(**SMALL, authority="E06000060"))
    assert b",E06000060," in made["postcodes.csv"]
    assert HERE.encode() not in made["postcodes.csv"]


def test_it_has_no_problem(county):
    returns, _ = county
    assert [problems_of(tables) for tables in returns] == [[]] * 4


@pytest.mark.parametrize("on", ["2021-03-31", "2022-09-30", "2024-03-31"])
def test_it_is_much_like_a_council(county, on):
    _, of = county
    figures = said(measures(of, day(on)))

    def share(code: str) -> float:
        number, out_of = figures[code, ""]
        return number / out_of

    assert 400 <= figures["cla", ""][0] <= 580
    assert 10 <= figures["cla_uasc", ""][0] <= 60
    assert 0.65 <= share("cla_foster") <= 0.9
    assert 0.04 <= share("cla_residential") <= 0.16
    assert 0.5 <= share("cla_within_20_miles") <= 0.85
    assert 0.4 <= share("cla_in_county") <= 0.8
    assert 0.04 <= share("cla_three_plus_placements") <= 0.16
    assert 0.8 <= share("cla_reviews_in_time") <= 1
    assert figures["cla_county_not_known", ""][0] == 0


def test_every_measure_has_something_to_count(county):
    _, of = county
    figures = said(measures(of, day("2024-03-31")))
    for code in (
        *("cla_started", "cla_ceased", "cla_health_assessment", "cla_dental_check", "adopted"),
        *("cla_immunisations", "care_leavers_eet", "care_leavers_in_touch", "adopted_of_ceased"),
        *("care_leavers_suitable_accommodation", "adoption_order_to_match_days"),
    ):
        assert figures[code, ""][0] > 0, code


def test_its_size_can_be_chosen():
    half, whole = (
        len(files(County(years=1, looked_after=n))["2023-24/Episodes.csv"]) for n in (60, 120)
    )
    assert 1.4 < whole / half < 2.8


def test_every_placement_has_a_place(county):
    _, of = county
    assert (of.episodes.in_county >= 0).all()
    with_home = ~np.isnan(of.episodes.miles)
    assert 0.85 < with_home.mean() < 1
