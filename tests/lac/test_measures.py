"""All the measures of a day, together."""

from __future__ import annotations

from collections import Counter

import pytest

from lac.arrays import arrays
from lac.measures import measures
from lac.postcodes import read_postcodes
from tests.lac.returns import invented_files, invented_returns
from tests.lac.spells import day

COUNTY = arrays(invented_returns(), read_postcodes(invented_files()["postcodes.csv"]), "E10000002")
ALWAYS = (
    *("cla", "cla_by_age", "cla_by_sex", "cla_by_legal_status", "cla_by_need", "cla_uasc"),
    *("cla_within_20_miles", "cla_over_20_miles_outside", "cla_distance_not_known"),
    *("cla_in_county", "cla_county_not_known", "cla_by_placement", "cla_by_provider"),
    *("cla_foster", "cla_residential", "cla_in_house", "cla_agency", "cla_foster_in_house"),
    *("cla_three_plus_placements", "cla_started", "cla_ceased", "cla_reviews_in_time"),
)
OF_CARE_LEAVERS = (
    *("care_leavers", "care_leavers_in_touch", "care_leavers_eet"),
    "care_leavers_suitable_accommodation",
)
OF_ADOPTION = (
    *("adopted", "adopted_of_ceased", "adopted_by_foster_carer"),
    *("adoption_entry_to_placed_days", "adoption_entry_to_placed_in_time"),
    *("adoption_order_to_match_days", "adoption_order_to_match_in_time"),
)
AT_THE_YEARS_END = ("cla_immunisations", "cla_dental_check", "cla_health_assessment")


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        ("2024-03-31", (*ALWAYS, *AT_THE_YEARS_END, *OF_CARE_LEAVERS, *OF_ADOPTION)),
        ("2023-09-30", (*ALWAYS, *OF_CARE_LEAVERS, *OF_ADOPTION)),
    ],
)
def test_every_measure_is_there_in_its_order(on, codes):
    found = list(dict.fromkeys(one.code for one in measures(COUNTY, day(on))))
    assert found == list(codes)


@pytest.mark.parametrize("on", ["2022-03-31", "2023-09-30", "2024-03-31"])
def test_a_figure_is_told_once_of_children_who_are_there(on):
    figures = measures(COUNTY, day(on))
    assert max(Counter((one.code, one.category) for one in figures).values()) == 1
    for one in figures:
        for children in (one.counted, one.out_of):
            assert children is None or set(children.tolist()) <= set(
                range(len(COUNTY.children.key))
            )
            assert children is None or len(set(children.tolist())) == len(children)
