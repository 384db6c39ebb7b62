"""Every problem is found, at its row and column, in words; and no other. One thing at a time is put
wrong in files that are right, and exactly that is said.

Checks: those that the published validators of the return make first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lac import checks
from lac.checks import doubts_between, problems_of
from lac.files import COLUMNS, Tables, read
from tests.lac.returns import A_HEADER, AN_EPISODE, a_return, invented_returns

COUNTY = invented_returns(seed=3, years=3, looked_after=40)


def said(tables: Tables) -> list[str]:
    return [str(problem) for problem in problems_of(tables)]


def found(*episodes: str, header: list[str] | None = None, **others: list[str]) -> list[str]:
    return said(read(a_return(list(episodes), header, **others), "2023-24"))


def spell(
    began: str, ended: str = "", *, rne: str = "S", rec: str = "", about: str = "C2,N1,U4,PR1"
) -> str:
    return f"A,{began},{rne},{about},{ended},{rec},,ZZ1 1AA,ZZ1 1AB,XXXXXXX"


# --- nothing is wrong ---


def test_a_return_that_is_right_has_no_problem():
    assert found(AN_EPISODE) == []


@pytest.mark.parametrize("seed", range(5))
def test_no_false_alarm_in_an_invented_county(seed):
    returns = invented_returns(seed=seed, years=2, looked_after=60)
    assert [said(tables) for tables in returns] == [[], []]
    assert list(doubts_between(returns)) == []


def test_children_who_come_back_and_chains_of_episodes_are_right():
    assert not found(
        spell("01/01/2023", "01/05/2023", rec="X1"),
        spell("01/05/2023", "01/06/2023", rne="P", rec="E4A"),
        spell("01/06/2023", "02/06/2023", rec="E4A"),
        spell("01/02/2024", "31/03/2024", rec="X1"),
        spell("31/03/2024", rne="L"),
    )


def test_rows_need_not_stand_in_order():
    assert not found(
        spell("01/06/2023", rne="P"), spell("01/05/2023", "01/06/2023", rec="X1", rne="S")
    )


def test_a_first_episode_of_before_the_year_may_have_begun_for_any_reason():
    assert not found(spell("31/03/2023", rne="P"))


def test_a_child_may_be_in_the_header_file_and_no_other():
    assert not found(AN_EPISODE, header=[A_HEADER, A_HEADER.replace("A,", "B,", 1)])


def test_care_leavers_need_no_header():
    leavers = ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "Z,01/09/2004,YES,F2,U1"]
    assert not found(AN_EPISODE, OC3=leavers)


def test_being_looked_after_may_end_on_the_18th_birthday():
    last = spell("01/05/2023", "01/03/2024", rec="E17")
    assert not found(last, header=[A_HEADER.replace("01/06/2010", "01/03/2006")])


# --- one thing is wrong, typed ---


@pytest.mark.parametrize(
    ("episode", "expected"),
    [
        (
            spell("31/02/2024"),
            "Episodes.csv, row 2, DECOM: “31/02/2024” is not a date: write it as 31/03/2024.",
        ),
        (
            spell("05/05/2023", about="C9,N1,U4,PR1"),
            "Episodes.csv, row 2, LS: “C9” is no code of LS: "
            "C1, C2, D1, E1, V2, V3, V4, L1, L2, L3, J1, J2, J3.",
        ),
        (spell(""), "Episodes.csv, row 2, DECOM: This must not be empty."),
        (
            spell("31/05/2010"),
            "Episodes.csv, row 2, DECOM: It begins before the child was born.",
        ),
        (
            spell("01/04/2024"),
            "Episodes.csv, row 2, DECOM: "
            "This is after the return’s year, which ends on 31/03/2024.",
        ),
        (
            spell("01/05/2023", "30/04/2023", rec="E4A"),
            "Episodes.csv, row 2, DEC: It ends before it begins.",
        ),
        (
            spell("01/05/2023", "01/05/2023", rec="E4A"),
            "Episodes.csv, row 2, DEC: It ends on the day on which it begins.",
        ),
    ],
)
def test_what_is_said_of_an_episode(episode, expected):
    assert found(episode) == [expected]


def test_a_long_list_of_codes_is_said_in_part():
    (text,) = found(spell("05/05/2023", about="C2,N1,Q9,PR1"))
    assert text.endswith(
        "“Q9” is no code of PLACE: U1, U2, U3, U4, U5, U6, A3, A4, A5, A6, K1, K2, …"
    )


def test_a_long_cell_is_said_in_part():
    (text,) = found(spell("x" * 1000))
    assert len(text) < 200


def test_two_open_episodes():
    assert found(spell("01/05/2023"), spell("01/06/2023", rne="P")) == [
        "Episodes.csv, row 2, DEC: It is open, and the child has a later one: only the last may be."
    ]


def test_overlapping_episodes():
    assert found(spell("01/05/2023", "02/06/2023", rec="X1"), spell("01/06/2023", rne="P")) == [
        "Episodes.csv, row 2, DEC: It ends after the child’s next one begins."
    ]


def test_the_same_row_twice():
    once = spell("01/05/2023", "01/06/2023", rec="E4A")
    assert (
        found(once, once)
        == ["Episodes.csv, row 2, DEC: It ends after the child’s next one begins."]
        + ["Episodes.csv, row 3, RNE: Being looked after had ended, so it must begin with S."] * 0
    )


def test_a_gap_where_x1_says_that_there_is_none():
    assert found(spell("01/05/2023", "01/06/2023", rec="X1"), spell("02/06/2023", rne="P")) == [
        "Episodes.csv, row 2, REC: "
        "X1 says that the child’s next episode follows at once, and there is a gap."
    ]


def test_x1_and_nothing_after_it():
    assert found(spell("01/05/2023", "01/06/2023", rec="X1")) == [
        "Episodes.csv, row 2, REC: X1 says that another episode follows, and there is none."
    ]


def test_a_row_of_nobody_is_not_held_against_the_rows_beside_it():
    problem = "Episodes.csv, row 3, CHILD: This must not be empty."
    rows = [
        spell("01/05/2023", "01/06/2023", rec="E4A"),
        spell("01/07/2023", "01/08/2023", rec="X1").removeprefix("A"),
        spell("01/08/2023", "01/09/2023", rne="P", rec="X1"),
        spell("01/09/2023", rne="L"),
    ]
    assert found(*rows) == [problem]
    rows[1] = rows[1].replace("01/08/2023,X1", "01/08/2023,E4A")
    assert found(*rows) == [problem]  # which row it belongs to is not known
    rows[0] = spell("01/05/2023", "01/07/2023", rec="X1")
    assert found(*rows) == [problem]


def test_the_18th_birthday():
    header = [A_HEADER.replace("01/06/2010", "01/03/2006")]
    begins = "Episodes.csv, row 2, DECOM: It begins on or after the child’s 18th birthday."
    goes_on = "Episodes.csv, row 2, DEC: It goes on after the child’s 18th birthday."
    assert found(spell("29/02/2024", "01/03/2024", rec="E17"), header=header) == []
    assert found(spell("01/03/2024", "02/03/2024", rec="E17"), header=header) == [begins]
    assert found(spell("29/02/2024", "02/03/2024", rec="E17"), header=header) == [goes_on]
    assert found(spell("29/02/2024"), header=header) == [goes_on]
    assert found(spell("29/02/2024", about="V2,N1,K2,PR1"), header=header) == []


def test_a_child_born_on_29_february_is_18_on_1_march():
    header = [A_HEADER.replace("01/06/2010", "29/02/2004")]

    def of(ended: str) -> list[str]:
        about = a_return([spell("01/05/2021", ended, rec="E17")], header)
        return said(read(about, "2021-22"))

    assert of("01/03/2022") == []
    assert of("02/03/2022") == [
        "Episodes.csv, row 2, DEC: It goes on after the child’s 18th birthday."
    ]


def test_days_of_birth_that_disagree():
    leavers = ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "A,01/09/2004,YES,F2,U1"]
    header = [A_HEADER.replace("01/06/2010", "02/09/2004")]
    assert found(spell("01/05/2020", "01/05/2022", rec="E4A"), header=header, OC3=leavers) == [
        "OC3.csv, row 2, DOB: The header file has another day of birth for this child."
    ]


def test_a_problem_says_no_more_of_a_child_than_a_cell_that_cannot_be_read():
    (text,) = found(AN_EPISODE.replace("A,", "SECRET,", 1))
    assert text == "Episodes.csv, row 2, CHILD: This child has no row in the header file."


# --- one thing is wrong, anywhere in an invented county ---


def day(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007


def moved(text: str, days: int) -> str:
    return f"{day(text) + timedelta(days=days):%d/%m/%Y}"


def with_cell(tables: Tables, kind: str, row: int, **cells: str) -> Tables:
    """The return, but for some cells of a row."""
    table = tables[kind].astype(object)
    for column, cell in cells.items():
        table.loc[row, column] = cell
    return replace(tables, tables={**tables.tables, kind: table.astype("category")})


def rows_of(tables: Tables, kind: str) -> list[dict[str, str]]:
    """Each row as a dictionary, with its number and the rows of the same child beside it."""
    rows = [
        {"row": number, **cells}
        for number, cells in tables[kind].astype(object).to_dict("index").items()
    ]
    for one, other in pairwise(rows):
        if one["CHILD"] == other["CHILD"]:
            one["next"], other["last"] = other, one
    return rows


ROWS = {(tables.year, kind): rows_of(tables, kind) for tables in COUNTY for kind in tables.tables}
BORN = {row["CHILD"]: row["DOB"] for tables in COUNTY for row in rows_of(tables, "Header")}


def young(row) -> bool:
    """Far from 18."""
    return (day("31/03/2024") - day(BORN[row["CHILD"]])).days < 17 * 365


def closed(row) -> bool:
    return bool(row["DEC"])


def this_year(row, tables: Tables) -> bool:
    return day(row["DECOM"]) >= datetime.fromisoformat(str(tables.first_day))


AFTER = "This is after the return’s year"
# Of which rows, what is put in which cells, and where and what is said.
WRONG = {
    "a day that is none": ("Episodes", None, {"DECOM": "31/02/2024"}, "DECOM", "is not a date"),
    "an end that is none": ("Episodes", closed, {"DEC": "soon"}, "DEC", "is not a date"),
    "no first day": ("Episodes", None, {"DECOM": ""}, "DECOM", "must not be empty"),
    "no child": ("Episodes", None, {"CHILD": ""}, "CHILD", "must not be empty"),
    "no such child": ("Episodes", None, {"CHILD": "?"}, "CHILD", "no row in the header"),
    "no status": ("Episodes", None, {"LS": ""}, "LS", "must not be empty"),
    "no such status": ("Episodes", None, {"LS": "C9"}, "LS", "is no code"),
    "no such reason": ("Episodes", None, {"RNE": "X"}, "RNE", "is no code"),
    "no such placement": ("Episodes", None, {"PLACE": "F1"}, "PLACE", "is no code"),
    "no such provider": ("Episodes", None, {"PLACE_PROVIDER": "P"}, "PLACE_PROVIDER", "is no code"),
    "no such need": ("Episodes", None, {"CIN": "N9"}, "CIN", "is no code"),
    "no such end": ("Episodes", closed, {"REC": "E99"}, "REC", "is no code"),
    "no reason for an end": ("Episodes", closed, {"REC": ""}, "REC", "must say why"),
    "no end": ("Episodes", closed, {"DEC": ""}, "REC", "DEC is empty"),
    "two open": (
        "Episodes",
        lambda row: "next" in row and young(row),
        {"DEC": "", "REC": ""},
        "DEC",
        "only the last may be",
    ),
    "overlap": (
        "Episodes",
        lambda row: "next" in row and row["next"]["DEC"] and young(row),
        {"DEC": lambda row: moved(row["next"]["DECOM"], 1)},
        "DEC",
        "ends after the child’s next one begins",
    ),
    "gap": (
        "Episodes",
        lambda row: row["REC"] == "X1" and day(row["DEC"]) - day(row["DECOM"]) > timedelta(1),
        {"DEC": lambda row: moved(row["DEC"], -1)},
        "REC",
        "there is a gap",
    ),
    "nothing after": (
        "Episodes",
        lambda row: closed(row) and "next" not in row,
        {"REC": "X1"},
        "REC",
        "there is none",
    ),
    "before birth": (
        "Episodes",
        None,
        {"DECOM": lambda row: moved(BORN[row["CHILD"]], -1)},
        "DECOM",
        "before the child was born",
    ),
    "ends before it begins": (
        "Episodes",
        closed,
        {"DEC": lambda row: moved(row["DECOM"], -1)},
        "DEC",
        "ends before it begins",
    ),
    "begins after the year": (
        "Episodes",
        lambda row: not closed(row) and young(row),
        {"DECOM": "01/04/2050"},
        "DECOM",
        AFTER,
    ),
    "ends after the year": (
        "Episodes",
        lambda row: closed(row) and "next" not in row and row["LS"] != "V2",
        {"DEC": "01/04/2050"},
        "DEC",
        AFTER,
    ),
    "no birth": ("Header", None, {"DOB": ""}, "DOB", "must not be empty"),
    "birth that is no day": ("Header", None, {"DOB": "1/13/2020"}, "DOB", "is not a date"),
    "no such sex": ("Header", None, {"SEX": "M"}, "SEX", "is no code"),
    "review on no day": ("Reviews", None, {"REVIEW": "x"}, "REVIEW", "is not a date"),
    "review after the year": ("Reviews", None, {"REVIEW": "01/04/2050"}, "REVIEW", AFTER),
    "review before birth": (
        "Reviews",
        None,
        {"REVIEW": lambda row: moved(BORN[row["CHILD"]], -1)},
        "REVIEW",
        "before the child was born",
    ),
    "review of nobody": ("Reviews", None, {"CHILD": "?"}, "CHILD", "no row in the header"),
    "unaccompanied until no day": ("UASC", None, {"DUC": "x"}, "DUC", "is not a date"),
    "neither yes nor no": ("OC2", None, {"TEETH_CHECK": "Y"}, "TEETH_CHECK", "is no code"),
    "health of nobody": ("OC2", None, {"CHILD": "?"}, "CHILD", "no row in the header"),
    "in touch or not": ("OC3", None, {"IN_TOUCH": "MAYBE"}, "IN_TOUCH", "is no code"),
    "no such activity": ("OC3", None, {"ACTIV": "F9"}, "ACTIV", "is no code"),
    "no such accommodation": ("OC3", None, {"ACCOM": "Q1"}, "ACCOM", "is no code"),
    "no decision": ("AD1", None, {"DATE_INT": ""}, "DATE_INT", "must not be empty"),
    "no such carer": ("AD1", None, {"FOSTER_CARE": "2"}, "FOSTER_CARE", "is no code"),
}
DOUBTS = {
    "no need": ("Episodes", None, {"CIN": ""}, "CIN", "counted as not known"),
    "no provider": (
        "Episodes",
        lambda row: row["PLACE_PROVIDER"] != "",
        {"PLACE_PROVIDER": ""},
        "PLACE_PROVIDER",
        "counted as not known",
    ),
    "no day long": (
        "Episodes",
        lambda row: closed(row) and "next" not in row,
        {"DEC": lambda row: row["DECOM"]},
        "DEC",
        "on the day on which it begins",
    ),
    "a start in the middle": (
        "Episodes",
        lambda row: "last" in row and row["last"]["REC"] == "X1",
        {"RNE": "S"},
        "RNE",
        "it is no start",
    ),
    "no start after an end": (
        "Episodes",
        lambda row: "last" in row and row["RNE"] == "S",
        {"RNE": "P"},
        "RNE",
        "it must begin with S",
    ),
    "no longer unaccompanied at 18": (
        "UASC",
        None,
        {"DUC": lambda row: moved(BORN[row["CHILD"]], 19 * 366)},
        "DUC",
        "after the child’s 18th birthday",
    ),
    "in touch and nothing said": (
        "OC3",
        lambda row: row["IN_TOUCH"] == "YES",
        {"ACCOM": "0"},
        "ACCOM",
        "counted as not known",
    ),
    "matched before it was decided": (
        "AD1",
        None,
        {"DATE_MATCH": lambda row: moved(row["DATE_INT"], -1)},
        "DATE_MATCH",
        "before the decision",
    ),
}


@pytest.mark.parametrize("which", [*WRONG, *DOUBTS])
@settings(deadline=None, max_examples=8)
@given(chance=st.randoms(use_true_random=False))
def test_one_thing_wrong_anywhere_is_said_where_it_is_and_nothing_else(which, chance):
    kind, chosen, cells, column, text = (WRONG | DOUBTS)[which]
    tables, row = chance.choice(
        [
            (tables, row)
            for tables in COUNTY
            for row in ROWS[tables.year, kind]
            if chosen is None or chosen(row)
        ]
    )
    put = {name: cell(row) if callable(cell) else cell for name, cell in cells.items()}
    (problem,) = problems_of(with_cell(tables, kind, row["row"], **put))
    assert (problem.file, problem.row, problem.column) == (f"{kind}.csv", row["row"], column)
    assert text in problem.text
    assert problem.refuses is (which in WRONG)


def test_the_first_episode_of_a_year_must_start_being_looked_after():
    tables = COUNTY[1]
    row = next(
        row for row in rows_of(tables, "Episodes") if "last" not in row and this_year(row, tables)
    )
    (problem,) = problems_of(with_cell(tables, "Episodes", row["row"], RNE="P"))
    assert (problem.row, problem.column, problem.refuses) == (row["row"], "RNE", False)
    assert "first of the year" in problem.text


@pytest.mark.parametrize("kind", ["Header", "UASC", "OC2", "OC3", "AD1"])
def test_a_second_row_of_a_child(kind):
    tables = next(one for one in COUNTY if len(one[kind]))
    table = tables[kind]
    again = pd.concat([table, table.iloc[[0]].set_axis([9999])])
    again = replace(tables, tables={**tables.tables, kind: again})
    assert said(again) == [f"{kind}.csv, row 9999, CHILD: This child has a row here already."]


def test_a_child_without_a_header_is_said_at_each_of_its_rows():
    tables = COUNTY[0]
    child = tables["Reviews"]["CHILD"].iloc[0]
    header = tables["Header"]
    without = replace(tables, tables={**tables.tables, "Header": header[header["CHILD"] != child]})
    expected = [
        (f"{kind}.csv", row)
        for kind, table in tables.tables.items()
        if kind not in ("Header", "OC3")
        for row in table.index[table["CHILD"] == child]
    ]
    problems = problems_of(without)
    assert [(problem.file, problem.row) for problem in problems] == expected
    assert {problem.text for problem in problems} == {"This child has no row in the header file."}


def test_a_return_in_whose_year_nothing_happens_may_be_of_another():
    children = "ABCDEFGHIJ"
    header = [A_HEADER.replace("A,", f"{child},", 1) for child in children]
    before = [spell("31/03/2022").replace("A,", f"{child},", 1) for child in children]
    (problem,) = problems_of(read(a_return(before, header), "2023-24"))
    assert str(problem) == (
        "Episodes.csv: No episode begins or ends in the return’s year, 2023/24: the latest day is "
        "31/03/2022. Is it of that year?"
    )
    assert not problem.refuses
    # One day in the year will do, and of few children nothing is said.
    assert found(*before[1:], spell("01/04/2023"), header=header) == []
    assert found(*before[1:], header=header) == []


# --- many at once ---


def test_problems_stand_in_the_order_of_files_rows_and_columns():
    assert found(
        spell("x", about="C9,N1,U4,PR1"),
        spell("y"),
        header=["A,1,z,WBRI,UN1,,"],
        Reviews=["CHILD,REVIEW", "B,x"],
    ) == [
        "Header.csv, row 2, DOB: “z” is not a date: write it as 31/03/2024.",
        "Episodes.csv, row 2, DECOM: “x” is not a date: write it as 31/03/2024.",
        "Episodes.csv, row 2, LS: “C9” is no code of LS: "
        "C1, C2, D1, E1, V2, V3, V4, L1, L2, L3, J1, J2, J3.",
        "Episodes.csv, row 3, DECOM: “y” is not a date: write it as 31/03/2024.",
        "Reviews.csv, row 2, CHILD: This child has no row in the header file.",
        "Reviews.csv, row 2, REVIEW: “x” is not a date: write it as 31/03/2024.",
    ]


def test_a_row_that_is_too_long_is_among_the_problems():
    assert found(AN_EPISODE + ",more") == [
        "Episodes.csv, row 2: This row has more cells than there are headings."
    ]


def test_of_very_many_problems_the_first_are_listed(monkeypatch):
    monkeypatch.setattr(checks, "MOST_PROBLEMS", 5)
    problems = found(*["B,x,x,x,x,x,x,x,x,,,,"] * 3)
    assert len(problems) == 6
    assert problems[-1] == "All files: There are more than 5 problems: the rest are not listed."


def test_every_column_that_has_a_list_of_codes_refuses_one_that_is_not_on_it():
    tables = COUNTY[-1]
    for kind, columns in COLUMNS.items():
        for column, about in columns.items():
            if about.known is not None and len(tables[kind]):
                table = tables[kind]
                row = table.index[table["DEC"] != "" if column == "REC" else slice(None)][0]
                problems = problems_of(with_cell(tables, kind, row, **{column: "!"}))
                assert [(p.row, p.column) for p in problems] == [(row, column)]


# --- between years ---


def test_a_child_who_was_looked_after_at_the_end_of_a_year_and_is_not_in_the_next():
    first, second, third = COUNTY
    table = first["Episodes"]
    row = table.index[table["DEC"] == ""][0]
    child = table.loc[row, "CHILD"]
    later = second["Episodes"]
    without = replace(second, tables={**second.tables, "Episodes": later[later["CHILD"] != child]})
    (doubt,) = doubts_between([third, without, first])
    assert str(doubt) == (
        f"Episodes.csv, row {row}, DEC: "
        f"The episode goes on, and the child is not in the return of {second.year}."
    )
    assert not doubt.refuses


def test_years_that_do_not_follow_each_other_are_not_compared():
    first, _, third = COUNTY
    assert list(doubts_between([first, third])) == []


def test_an_identifier_that_is_too_long_to_be_kept_is_told():
    long = "A" * 21
    told = found(AN_EPISODE.replace("A,", f"{long},", 1))
    assert any("An identifier has 20 characters at the most." in one for one in told)
