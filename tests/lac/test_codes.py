"""The lists of codes: whole, and told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lac import codes


def test_a_code_is_its_place_in_its_list_and_anything_else_is_none():
    assert codes.encode(["U4", "", "Q9", "Z1", "u4"], codes.PLACE).tolist() == [
        list(codes.PLACE).index("U4"),
        -1,
        -1,
        len(codes.PLACE) - 1,
        -1,
    ]
    assert codes.encode([], codes.PLACE).tolist() == []


def test_codes_fit_the_arrays_that_hold_them():
    assert codes.encode(["S"], codes.REASON_BEGAN).dtype == np.int8
    lists = (codes.PLACE, codes.REASON_ENDED, codes.ACCOMMODATION, codes.LEGAL_STATUS)
    assert all(len(known) < 128 and len(set(known)) == len(known) for known in lists)


def test_the_numbers_of_some_codes():
    assert codes.places(("PR1",), codes.PROVIDER).tolist() == [1]
    with pytest.raises(ValueError, match="PR9"):
        codes.places(("PR9",), codes.PROVIDER)


@pytest.mark.parametrize(
    ("group", "known"),
    [
        (codes.FOSTER, codes.PLACE),
        (codes.RESIDENTIAL, codes.PLACE),
        (codes.TEMPORARY, codes.PLACE),
        (codes.FOR_ADOPTION, codes.PLACE),
        (codes.WITHOUT_PROVIDER, codes.PLACE),
        (codes.IN_HOUSE + codes.AGENCY, codes.PROVIDER),
        (codes.SHORT_BREAKS, codes.LEGAL_STATUS),
        (codes.ADOPTED, codes.REASON_ENDED),
        (codes.CHANGED_CARER, codes.REASON_BEGAN),
        (codes.NOT_OF_COHORT, codes.IN_TOUCH),
        (codes.IN_EDUCATION_OR_WORK, codes.ACTIVITY),
        (codes.SUITABLE, codes.ACCOMMODATION),
    ],
)
def test_a_group_is_of_codes_of_its_list(group, known):
    assert set(group) <= set(known)


def test_no_placement_is_both_fostering_and_residential_or_temporary():
    groups = (codes.FOSTER, codes.RESIDENTIAL, codes.TEMPORARY, codes.FOR_ADOPTION)
    every = [code for group in groups for code in group]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("bands", [codes.AGE_BANDS, codes.LEAVER_BANDS])
def test_bands_of_age_follow_each_other_without_a_gap(bands):
    for (_, _, oldest), (_, youngest, _) in pairwise(bands):
        assert youngest == oldest + 1
