"""Files as councils have them: any order, any heading near enough, any of the usual encodings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lac.files import Wrong, from_files, from_folder, kind_of, read, to_days, year_in
from tests.lac.returns import A_HEADER, AN_EPISODE, EPISODES, HEADER, a_return, csv


def problems(files: dict[str, bytes], called: str = "") -> list[str]:
    with pytest.raises(Wrong) as wrong:
        read(files, called)
    return [str(problem) for problem in wrong.value.problems]


def episodes(content: bytes) -> pd.DataFrame:
    return read({**a_return(), "Episodes.csv": content})["Episodes"]


def days(*written: str) -> list[str]:
    return to_days(pd.Series(pd.Categorical(written))).astype(str).tolist()


# --- cells ---


def test_a_file_becomes_a_table_of_text_whose_index_is_the_row_in_the_file():
    table = read(a_return())["Episodes"]
    assert table.index.tolist() == [2]
    assert table.loc[2, "CHILD"] == "A"
    assert table.loc[2, "DEC"] == ""
    assert "REASON_PLACE_CHANGE" not in table


def test_columns_may_stand_in_any_order_and_others_beside_them():
    table = read({**a_return(), "Header.csv": csv("NOTE,DOB,CHILD,SEX", "x,01/06/2010,A,2")})
    assert table["Header"].loc[2].tolist() == ["A", "2", "01/06/2010"]


@pytest.mark.parametrize(
    "heading",
    ["PLACE_PROVIDER", "Place Provider", " place-provider ", "PlaceProvider", "Placement provider"],
)
def test_headings_are_matched_loosely(heading):
    table = episodes(csv(EPISODES.replace("PLACE_PROVIDER", heading), AN_EPISODE))
    assert table["PLACE_PROVIDER"].tolist() == ["PR1"]


def test_cells_lose_the_spaces_around_them_and_codes_are_capitals():
    table = episodes(csv(EPISODES, AN_EPISODE.replace("U4", " u4 ").replace("A,", " A ,", 1)))
    assert table.loc[2, ["CHILD", "PLACE"]].tolist() == ["A", "U4"]


def test_a_code_that_a_spreadsheet_has_made_a_fraction_is_the_code():
    header = csv(HEADER, A_HEADER.replace("A,1,", "A,1.0,"))
    assert read({**a_return(), "Header.csv": header})["Header"]["SEX"].tolist() == ["1"]


def test_quoted_headings_and_cells():
    quoted = [",".join(f'"{cell}"' for cell in row.split(",")) for row in (EPISODES, AN_EPISODE)]
    assert episodes(csv(*quoted))["PL_POST"].tolist() == ["ZZ1 1AB"]


def test_blank_rows_count_and_are_not_read():
    table = episodes(csv("", EPISODES, "", AN_EPISODE, ",,,,", "  ", AN_EPISODE, ""))
    assert table.index.tolist() == [4, 7]


def test_commas_at_the_end_of_rows_are_nothing():
    assert len(episodes(csv(EPISODES + ",", AN_EPISODE + ",,"))) == 1


def test_a_row_that_is_short_has_blank_cells():
    assert episodes(csv(EPISODES, "A,05/05/2023,S"))["URN"].tolist() == [""]


def test_a_row_with_more_cells_than_headings_is_a_problem_of_the_row():
    tables = read({**a_return(), "Episodes.csv": csv(EPISODES, AN_EPISODE, AN_EPISODE + ",more")})
    assert [str(problem) for problem in tables.problems] == [
        "Episodes.csv, row 3: This row has more cells than there are headings."
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    content = csv(EPISODES, AN_EPISODE.replace("A,", "Zoë,", 1)).decode().encode(encoding)
    assert episodes(content)["CHILD"].tolist() == ["Zoë"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(delimiter):
    content = csv(EPISODES, AN_EPISODE).replace(b",", delimiter.encode())
    assert episodes(content)["URN"].tolist() == ["XXXXXXX"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_ends_of_lines(end):
    assert len(episodes(csv(EPISODES, AN_EPISODE, AN_EPISODE).replace(b"\r\n", end))) == 2


def test_returns_of_before_2013_have_no_urn():
    table = episodes(csv(EPISODES.removesuffix(",URN"), AN_EPISODE.removesuffix(",XXXXXXX")))
    assert table["URN"].tolist() == [""]


# --- dates ---


def test_dates():
    assert days("31/03/2024", "1/4/2023", "2024-03-31", "29/02/2024") == [
        "2024-03-31",
        "2023-04-01",
        "2024-03-31",
        "2024-02-29",
    ]


def test_an_hour_of_nought_is_no_matter():
    assert (
        days("31/03/2024 00:00", "2024-03-31 00:00:00", "2024-03-31T00:00:00.000")
        == ["2024-03-31"] * 3
    )


@pytest.mark.parametrize(
    "text",
    ["", "31/02/2024", "29/02/2023", "31/03/24", "03/31/2024", "soon", "31/03/0204", "1/1/2200"],
)
def test_no_dates(text):
    assert days(text, "31/03/2024") == ["NaT", "2024-03-31"]


def test_no_rows_have_no_dates():
    assert len(to_days(pd.Series(pd.Categorical([])))) == 0


# --- which file it is ---


@pytest.mark.parametrize(
    ("name", "headings", "kind"),
    [
        ("Header.csv", "CHILD", "Header"),
        ("ssda903_header_2024.csv", "", "Header"),
        ("2024 EPISODES final.csv", "", "Episodes"),
        ("review.csv", "", "Reviews"),
        ("Oc2.csv", "", "OC2"),
        ("export1.csv", EPISODES, "Episodes"),
        ("export1.csv", HEADER, "Header"),
        ("export1.csv", "Child,Sex,DOB", "Header"),
        ("export1.csv", "CHILD,SEX,DOB,DUC", "UASC"),
        ("export1.csv", "CHILD,DOB,REVIEW,REVIEW_CODE", "Reviews"),
        ("export1.csv", "CHILD,DOB,Health Assessment", "OC2"),
        ("export1.csv", "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "OC3"),
        ("export1.csv", "CHILD,DOB,DATE_INT,DATE_MATCH", "AD1"),
        ("wrongly called header.csv", EPISODES, "Episodes"),
        ("Missing.csv", "CHILD,DOB,MISSING,MIS_START,MIS_END", None),
        ("PlacedAdoption.csv", "CHILD,DOB,DATE_PLACED", None),
        ("SW_Episodes.csv", "CHILD,DOB,SW_ID,SW_DECOM", None),
        ("PrevPerm.csv", "CHILD,DOB,PREV_PERM", None),
        ("postcodes.csv", "pcd,laua,oseast1m,osnrth1m", None),
        ("upload1.csv", "x,y", None),
    ],
)
def test_a_file_is_known_by_its_columns_or_else_by_its_name(name, headings, kind):
    assert kind_of(name, headings.split(",")) == kind


def test_files_that_nothing_here_counts_are_left_alone():
    tables = read({**a_return(), "Missing.csv": csv("CHILD,DOB,MISSING", "A,01/06/2010,M")})
    assert set(tables.tables) == {"Header", "Episodes"}


def test_a_file_that_is_not_there_is_a_table_without_rows():
    assert len(read(a_return())["OC2"]) == 0


# --- what cannot be read ---


def test_every_missing_column_and_file_is_said_at_once():
    assert problems({"Episodes.csv": csv("CHILD,DECOM", "A,05/05/2023")}) == [
        *(
            f"Episodes.csv, row 1, {column}: This column is missing."
            for column in (
                *("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"),
                *("HOME_POST", "PL_POST"),
            )
        ),
        "Header: There is no such file.",
    ]


def test_one_file_twice():
    assert problems({**a_return(), "Episodes again.csv": csv(EPISODES, AN_EPISODE)}) == [
        "Episodes again.csv: This is Episodes again: Episodes.csv is that already."
    ]


def test_one_heading_twice():
    assert problems({**a_return(), "Header.csv": csv("CHILD,Child,SEX,DOB", "A,A,1,x")}) == [
        "Header.csv: Two columns are headed CHILD."
    ]


def test_a_quotation_mark_that_is_not_closed():
    (said,) = problems({**a_return(), "Episodes.csv": csv(EPISODES, f'"{AN_EPISODE}')})
    assert said.startswith("Episodes.csv: Line 2 is not CSV that can be read: ")


def test_an_empty_file():
    assert problems({**a_return(), "Header.csv": b"\r\n"}) == ["Header.csv: This file is empty."]


def test_no_file_of_a_return():
    assert problems({"postcodes.csv": b"pcd,laua\n"}) == [
        "Files: There is no file of an SSDA903 return here."
    ]


def test_the_exception_says_the_first_problems():
    with pytest.raises(Wrong, match="Header: There is no such file"):
        read({"Episodes.csv": csv(EPISODES, AN_EPISODE)})


# --- years ---


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2023-24", (2024, True)),
        ("2023_2024", (2024, True)),
        ("return 2023/24 final", (2024, True)),
        ("202324", (2024, True)),
        ("1999-00", None),
        ("2024", (2024, False)),
        ("SSDA903 2024-03", (2024, False)),
        ("2021 to 2024", (2021, False)),
        ("county", None),
        ("pytest-of-root1203", None),
    ],
)
def test_the_year_in_a_name(name, year):
    assert year_in(name) == year


@pytest.mark.parametrize(
    ("called", "year"),
    [
        ("", 2024),
        ("county", 2024),
        ("2024", 2024),
        ("2023", 2024),  # the year that begins in 2023
        ("2025", 2025),
        ("2022", 2022),  # and the dates after it are problems
        ("2024-25", 2025),
    ],
)
def test_the_year_is_as_it_is_called_or_of_the_latest_date(called, year):
    assert read(a_return(), called).year == year


@pytest.mark.parametrize(("ended", "year"), [("31/03/2024", 2024), ("01/04/2024", 2025)])
def test_the_year_ends_on_31_march(ended, year):
    tables = read(a_return([AN_EPISODE.replace("PR1,,", f"PR1,{ended},E4A")]))
    assert tables.year == year
    assert tables.first_day == np.datetime64(f"{year - 1}-04-01")
    assert tables.last_day == np.datetime64(f"{year}-03-31")


def test_a_return_without_a_date_is_of_no_year():
    assert problems(a_return(episodes=[])) == [
        "Episodes.csv: There is no date to tell the return’s year by."
    ]
    assert read(a_return(episodes=[]), "2023-24").year == 2024


# --- folders ---


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def test_a_folder_of_one_years_files(tmp_path):
    put(tmp_path / "county", {**a_return(), "postcodes.csv": b"pcd,laua\n", "notes.txt": b"x"})
    (tables,) = from_folder(tmp_path / "county")
    assert tables.year == 2024


def test_a_folder_for_each_year_and_a_postcode_file_beside_them(tmp_path):
    put(tmp_path / "2024-25", a_return())
    put(tmp_path / "2023-24", {name.upper(): content for name, content in a_return().items()})
    put(tmp_path / "old", {"notes.csv": b"x,y\n"})
    put(tmp_path, {"postcodes.csv": b"pcd,laua,oseast1m,osnrth1m\n"})
    first, second = from_folder(tmp_path)
    assert (first.year, second.year) == (2024, 2025)
    assert first.name("Episodes") == "2023-24/EPISODES.CSV"


def test_the_problems_of_every_year_are_said_together(tmp_path):
    put(tmp_path / "2023-24", {"Header.csv": csv(HEADER, A_HEADER)})
    put(tmp_path / "2024-25", {"Episodes.csv": csv(EPISODES, AN_EPISODE)})
    with pytest.raises(Wrong) as wrong:
        from_folder(tmp_path)
    assert list(map(str, wrong.value.problems)) == [
        "2023-24/Episodes: There is no such file.",
        "2024-25/Header: There is no such file.",
    ]


def test_one_year_twice(tmp_path):
    put(tmp_path / "2023-24", a_return())
    put(tmp_path / "2023-24 again", a_return())
    with pytest.raises(Wrong, match="This is the return of 2024 again"):
        from_folder(tmp_path)


def test_a_folder_with_nothing_of_a_return(tmp_path):
    put(tmp_path / "county", {"notes.csv": b"x,y\n"})
    with pytest.raises(Wrong, match="county: There is no file of an SSDA903 return here"):
        from_folder(tmp_path / "county")


def test_files_by_their_paths_are_a_return_a_folder():
    first, second, third = from_files(
        {
            **{f"county/2024-25/{name}": content for name, content in a_return().items()},
            **{f"2023-24/{name}": content for name, content in a_return().items()},
            **a_return(),
        },
        "2025-26",
    )
    assert (first.year, second.year, third.year) == (2024, 2025, 2026)
    assert second.name("Header") == "county/2024-25/Header.csv"
    assert third.name("Header") == "Header.csv"
