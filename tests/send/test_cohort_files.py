"""The files that a cohort model is made from."""

from __future__ import annotations

import numpy as np
import pytest

from send.cohort import AGES, FIRST, LAST, NOWHERE
from send.cohort_files import Wrong, read, says_invented, text_of

HEAD = "calendar-year,academic-year-1,need-1,setting-1,academic-year-2,need-2,setting-2,count\n"
STATES = "need,setting,first-academic-year,last-academic-year\nASD,Main,0,13\nASD,Special,-2,20\n"


def population(*years: int) -> str:
    rows = [f"{year},{age},1000" for year in years for age in range(FIRST, LAST + 1)]
    return "\n".join(["Calendar Year,Academic Year,Population", *rows])


def files(*rows: str, **other: str) -> dict[str, str]:
    return {
        "transitions": HEAD + "\n".join(rows or ("2019,5,ASD,Main,6,ASD,Main,3",)),
        "population": population(2020, 2021),
        "states": STATES,
    } | other


def problems(found: dict[str, str]) -> list[str]:
    with pytest.raises(Wrong) as wrong:
        read(found)
    return [str(one) for one in wrong.value.problems]


def test_files_are_read_whole_with_headings_matched_loosely() -> None:
    found = read(
        files(
            "2019,5,ASD,Main,6,ASD,Special,3",
            "2019,,NONSEND,NONSEND,0,ASD,Main,",
            "2019,9,ASD,Special,10,NONSEND,NONSEND,2",
            costs='Need,SETTING,cost\nASD,Main,"£7,500"\n',
            places="setting,places\nSpecial,40\n",
        )
    )
    assert found.space.needs == ("ASD",) and found.space.settings == ("Main", "Special")
    assert found.space.count == 14 + 23
    assert found.transitions.count.tolist() == [3, 1, 2]
    assert found.transitions.before.tolist()[1] == NOWHERE
    assert found.transitions.after.tolist()[2] == NOWHERE
    assert found.unit_costs[0, 0] == 7_500 and np.isnan(found.unit_costs[0, 1])
    assert found.places.tolist() == [np.inf, 40]
    assert found.population[2020].shape == (AGES,)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2019,5,ASD,Prep,6,ASD,Main,1", "transitions, row 2, setting-1: “Prep” is in no row"),
        ("2019,5,XYZ,Main,6,ASD,Main,1", "transitions, row 2, need-1: “XYZ” is in no row"),
        ("2019,-3,ASD,Main,-2,ASD,Main,1", "No child with ASD can be in Main in academic year -3"),
        ("2019,5,ASD,Main,6,ASD,Main,-1", "row 2, count: “-1” is no whole number"),
        ("2019,5,ASD,Main,7,ASD,Main,1", "academic-year-2: Is not the year after 5"),
        ("2019,5,ASD,NONSEND,6,ASD,Main,1", "Both need and setting are NONSEND, or neither"),
        ("2019,,NONSEND,NONSEND,,NONSEND,NONSEND,1", "before and after is no change"),
        ("soon,5,ASD,Main,6,ASD,Main,1", "calendar-year: “soon” is no whole number"),
        ("2019,five,ASD,Main,6,ASD,Main,1", "academic-year-1: “five” is no whole number"),
        ("2019,x,NONSEND,NONSEND,6,ASD,Main,1", "academic-year-1: “x” is no whole number"),
    ],
)
def test_what_is_wrong_with_a_change_is_told_by_row_and_column(row: str, said: str) -> None:
    assert any(said in problem for problem in problems(files(row)))


@pytest.mark.parametrize("kind", ["transitions", "population", "states"])
def test_a_file_that_is_missing_or_empty_is_told(kind: str) -> None:
    assert problems(files(**{kind: ""})) == [f"{kind}: The file is missing."]
    head = files()[kind].partition("\n")[0]
    assert problems(files(**{kind: head})) == [f"{kind}: The file has no rows."]


def test_a_column_that_is_missing_is_told() -> None:
    assert "places, row 1, places: The column is missing." in problems(
        files(places="setting,beds\nMain,4\n")
    )


def test_a_year_that_is_missing_is_told_with_what_it_is_needed_for() -> None:
    found = problems(files("2020,5,ASD,Main,6,ASD,Main,1", "2018,5,ASD,Main,6,ASD,Main,1"))
    assert any("No row tells of 2019" in one for one in found)
    assert any("2019 is missing: joiners of that year" in one for one in found)


def test_a_population_lacks_no_academic_year_and_has_none_twice() -> None:
    short = "\n".join(population(2020).splitlines()[:-1])
    assert any(
        f"2020 has no population of academic year {LAST}" in one
        for one in problems(files(population=short))
    )
    twice = population(2020, 2021) + "\n2020,5,900"
    assert any("has this academic year already" in one for one in problems(files(population=twice)))


def test_states_are_named_and_their_years_in_order() -> None:
    head = STATES.partition("\n")[0]
    found = problems(files(states=f"{head}\nASD,Main,5,3\nNONSEND,Main,0,3\n"))
    assert any("Is before the first" in one for one in found)
    assert any("NONSEND is no state" in one for one in found)


def test_a_cost_is_no_negative_number_and_stands_once() -> None:
    costs = "need,setting,cost\nASD,Main,-5\nASD,Special,9\nASD,Special,10\n"
    found = problems(files(costs=costs))
    assert any("“-5” is no number of 0 or more" in one for one in found)
    assert any("Has a cost already" in one for one in found)


def test_every_problem_is_told_at_once() -> None:
    assert len(problems(files("x,5,ASD,Main,6,ASD,Main,1", "2019,5,ASD,Prep,6,ASD,Main,1"))) == 2


def test_a_column_that_is_there_twice_is_told() -> None:
    twice = "setting,Places,places\nSpecial,4,5\n"
    assert problems(files(places=twice)) == ["places, row 1, places: The column is there twice."]


def test_places_stand_once_for_a_setting() -> None:
    twice = "setting,places\nSpecial,4\nSpecial,5\n"
    assert problems(files(places=twice)) == ["places, row 3, setting: Has places already."]


@pytest.mark.parametrize("rest", ['"left open\nSpecial,5', "x" * 200_000])
def test_a_file_of_which_rows_would_be_lost_is_refused_whole(rest: str) -> None:
    (said,) = problems(files(places=f"setting,places,note\nMain,4,{rest}\n"))
    assert said.startswith("places: Cannot be read as CSV")


@pytest.mark.parametrize("count", ["٣", "3.5", "1e3", "+3", "1,000"])
def test_a_count_is_written_in_plain_digits(count: str) -> None:
    (said,) = problems(files(f'2019,5,ASD,Main,6,ASD,Main,"{count}"'))
    assert said.startswith(f"transitions, row 2, count: “{count}” is no whole number from 0")


def test_other_columns_empty_rows_and_a_byte_order_mark_do_no_harm() -> None:
    plain = read(files(places="setting,places\nSpecial,40\n"))
    other = read(files(places="\ufeffnote,PLACES, Setting \r\n\r\nours,40,Special\r\n,,\r\n"))
    assert other.places.tolist() == plain.places.tolist()


def test_who_comes_from_or_goes_to_no_plan_may_be_outside_the_academic_years() -> None:
    found = read(
        files(
            f"2019,{FIRST},NONSEND,NONSEND,{FIRST + 1},ASD,Early,1",
            f"2019,{LAST},ASD,Special,{LAST + 1},NONSEND,NONSEND,1",
            states=STATES + f"ASD,Early,{FIRST},-1\n",
        )
    )
    assert found.transitions.count.sum() == 2


def test_a_row_a_child_and_rows_with_counts_are_the_same() -> None:
    change = "2019,5,ASD,Main,6,ASD,Special"
    heading = HEAD.replace(",count", "")
    children = read(files(transitions="\n".join([heading.strip(), *[change] * 3])))
    together = read(files(f"{change},3"))
    assert children.transitions.count.sum() == together.transitions.count.sum() == 3
    assert set(children.transitions.before) == set(together.transitions.before)


def test_a_file_is_read_as_utf_8_or_as_older_spreadsheets_write_it() -> None:
    assert text_of("\ufeffneed,Café\n".encode()) == "need,Café\n"
    assert text_of("need,Café\n".encode("cp1252")) == "need,Café\n"


def test_files_say_in_a_note_that_they_are_invented() -> None:
    assert says_invented({"places": "setting,places,note\nCollege,10,invented\n"})
    assert not says_invented({"places": "setting,places,note\nCollege,10,agreed\n", "costs": ""})
