"""The postcode file that a council supplies."""

from __future__ import annotations

import pandas as pd
import pytest

from lac.files import Wrong
from lac.postcodes import NOWHERE, read_postcodes

HEADING = "pcd,laua,oseast1m,osnrth1m"


def of(content: str, *postcodes: str) -> list[list[object]]:
    places = read_postcodes(content.encode()) if content else NOWHERE
    found = places.of(pd.Series(pd.Categorical(postcodes)))
    return found.astype(object).where(found.notna(), None).to_numpy().tolist()


def test_a_postcode_is_found_however_its_space_and_letters_stand():
    content = f"{HEADING}\nZZ1  1AA,E10000002,480000,220000\n"
    expected = ["E10000002", 480000, 220000]
    assert of(content, "ZZ1 1AA", "zz11aa", "ZZ1  1AA") == [expected] * 3


def test_one_that_is_not_there_is_nowhere():
    content = f"{HEADING}\nZZ1 1AA,E10000002,480000,220000\n"
    assert of(content, "ZZ9 9ZZ", "") == [[None] * 3] * 2
    assert of("", "ZZ1 1AA") == [[None] * 3]


def test_one_without_a_grid_reference_has_an_authority():
    assert of(f"{HEADING}\nZZ1 1AA,E10000002,,\n", "ZZ1 1AA") == [["E10000002", None, None]]


def test_other_columns_and_other_editions_names():
    content = '"PCDS","x","LAD23CD","EAST1M","NORTH1M"\nZZ1 1AA,y,E1,1,2\n'
    assert of(content, "ZZ1 1AA") == [["E1", 1, 2]]
    both = f"{HEADING},pcds\nZZ11AA,E1,1,2,ZZ1 1AA\n"
    assert of("\ufeff" + both, "ZZ1 1AA") == [["E1", 1, 2]]


def test_of_one_postcode_twice_the_first_stands():
    assert of(f"{HEADING}\nZZ1 1AA,E1,1,2\nZZ11AA,E2,3,4\n", "ZZ1 1AA") == [["E1", 1, 2]]


def test_a_file_without_its_columns_is_refused():
    with pytest.raises(Wrong) as wrong:
        read_postcodes(b"postcode,east\nZZ1 1AA,1\n", "places.csv")
    assert [str(problem) for problem in wrong.value.problems] == [
        f"places.csv, row 1, {column}: This column is missing."
        for column in ("laua", "oseast1m", "osnrth1m")
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'pcd,laua\n"ZZ1'])
def test_a_file_that_is_no_csv_is_refused_in_words(content):
    with pytest.raises(Wrong, match=r"Postcodes.*\.$"):
        read_postcodes(content)
