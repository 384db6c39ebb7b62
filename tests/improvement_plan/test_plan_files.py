"""A plan's sheets out of files and into a workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bucks_cs.lib.spreadsheets import MOST_COLUMNS, Unreadable, guard, unguard
from improvement_plan import plan_files
from improvement_plan.plan_files import (
    as_workbook,
    from_folder,
    from_path,
    from_workbook,
    tidy,
)
from improvement_plan.sheets import KINDS, Sheets
from tests.plan_sheets import ACTION, PLAN, sheets, workbook


def book(**pages: list[list[Any]]) -> bytes:
    """A workbook as another council might save it."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in pages.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def texts(found: Sheets, sheet: str) -> list[dict[str, str]]:
    return [dict(row.texts) for row in found[sheet]]


# ---- a folder of CSV files


def test_a_folder_has_a_csv_file_a_sheet(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("slug,title\na-plan,A plan\n", encoding="utf-8-sig")
    (tmp_path / "board.csv").write_text('post,note\nLeader,"two\nlines"\n\nMember,\n')
    found = from_path(tmp_path)
    assert found.slug == "a-plan"
    assert found.headings == {"plan": ["slug", "title"], "board": ["post", "note"]}
    assert texts(found, "board") == [
        {"post": "Leader", "note": "two\nlines"},
        {"post": "Member", "note": ""},
    ]
    assert [row.number for row in found["board"]] == [2, 4], "as a spreadsheet counts them"


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_bytes("slug,title\na,Café\n".encode("latin-1"))
    with pytest.raises(Unreadable, match=r"^plan\.csv: this is not CSV in UTF-8\.$"):
        from_folder(tmp_path)


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("slug\n" + "x" * 200_000)
    with pytest.raises(Unreadable, match=r"plan\.csv: this is not CSV"):
        from_folder(tmp_path)


def test_a_path_where_nothing_is_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read: No such file"):
        from_path(tmp_path / "none.xlsx")


def test_a_comma_too_many_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "board.csv").write_text("post,note\nLeader,one, two\n")
    assert texts(from_folder(tmp_path), "board") == [{"post": "Leader", "note": "one", "": "two"}]


# ---- a workbook


def test_a_workbook_has_a_worksheet_a_sheet_however_it_is_written() -> None:
    found = from_workbook(
        book(
            **{
                "Plan": [["Slug", " Short Title "], ["a-plan", "A plan"]],
                "Report lines": [["month"]],
            }
        )
    )
    assert found.headings == {"plan": ["slug", "short_title"], "report_lines": ["month"]}
    assert texts(found, "plan") == [{"slug": "a-plan", "short_title": "A plan"}]


def test_empty_lines_count_and_empty_sheets_do_not() -> None:
    found = from_workbook(book(board=[[], ["post"], [], ["Leader"]], Sheet1=[]))
    assert [row.number for row in found["board"]] == [4]
    assert list(found.headings) == ["board"]


def test_two_worksheets_with_one_name_are_refused() -> None:
    with pytest.raises(Unreadable, match="Two sheets are called report_lines"):
        from_workbook(book(**{"report lines": [["month"]], "report_lines": [["month"]]}))


def test_a_text_in_very_many_cells_is_refused_before_they_are_all_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = []
    as_it_is = plan_files._text
    monkeypatch.setattr(plan_files, "_text", lambda cell: read.append(1) or as_it_is(cell))
    content = book(board=[["post"], *[["x" * 30_000]] * 1_000])
    with pytest.raises(Unreadable, match="All texts together are longer than 5,000,000"):
        from_workbook(content)
    assert len(read) < 200 * MOST_COLUMNS, "of a thousand lines"


def test_a_text_that_is_longer_than_a_cell_can_be_is_told_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "board.csv").write_text("post\n" + "x" * 32_768)
    assert [str(one) for one in from_folder(tmp_path).unread] == [
        "board, row 2, post: This has 32,768 characters; 32,767 is the most."
    ]


def test_a_sheet_that_goes_on_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_files, "LAST_ROW", 5)
    from_workbook(book(board=[["post"], *[["x"]] * 4]))
    with pytest.raises(Unreadable, match="board: this goes on below row 5"):
        from_workbook(book(board=[["post"], *[["x"]] * 5]))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (394, "General", "394"),
        (1.1, "General", "1.1"),
        (0.95, "0%", "95%"),
        (0.296, "0.0%", "29.6%"),
        (26, '0.0"%"', "26%"),
        (40_000, '"£"#,##0', "£40000"),
        (40_000, "[$£-809]#,##0", "£40000"),
        (0.1 + 0.2, "General", "0.3"),
        (date(2015, 2, 28), "dd/mm/yyyy", "2015-02-28"),
        (datetime.combine(date(2015, 2, 28), time(12, 30)), "dd/mm/yyyy", "2015-02-28"),
        ("  30/04/15 ", "General", "30/04/15"),
        ("'=not a formula", "General", "=not a formula"),
    ],
)
def test_a_cell_says_what_a_person_sees_in_it(value: Any, number_format: str, text: str) -> None:
    made = Workbook()
    page = made.active
    page.title = "board"
    page["A1"], page["A2"] = "post", value
    page["A2"].number_format = number_format
    written = io.BytesIO()
    made.save(written)
    assert texts(from_workbook(written.getvalue()), "board") == [{"post": text}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "This cell holds a formula. Paste its value in its place."),
        ("#REF!", "This cell holds an error: #REF!."),
    ],
)
def test_what_is_worked_out_is_a_problem_at_its_cell(value: str, text: str) -> None:
    found = from_workbook(book(board=[["post", "note"], ["Leader", value], [value]]))
    assert [(one.row, one.column, one.text) for one in found.unread] == [
        (2, "note", text),
        (3, "post", text),
    ]


def test_a_formula_outside_the_table_is_said_by_its_letter() -> None:
    found = from_workbook(book(board=[["post"], ["Leader", None, "=1+1"]]))
    assert [one.column for one in found.unread] == ["column C"]


@pytest.mark.parametrize("content", [b"", b"slug,title\r\na,b\r\n", b"PK\x03\x04 and no more"])
def test_what_is_no_workbook_is_said(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not a workbook that can be read"):
        from_workbook(content)


def test_a_workbook_with_a_damaged_sheet_is_said() -> None:
    whole, damaged = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as archive:
        for entry in whole.infolist():
            content = whole.read(entry)
            half = content[: len(content) // 2] if "sheet1" in entry.filename else content
            archive.writestr(entry, half)
    with pytest.raises(Unreadable, match="plan: this sheet cannot be read"):
        from_workbook(damaged.getvalue())


# ---- and back


def test_a_workbook_has_every_sheet_with_every_heading() -> None:
    read = load_workbook(io.BytesIO(as_workbook(Sheets(), title="Empty")))
    assert read.sheetnames == list(KINDS)
    for kind in KINDS.values():
        row = [cell.value for cell in next(read[kind.name].iter_rows())]
        assert row == [column.name for column in kind.columns]
    assert read.properties.title == "Empty"


def test_what_people_type_below_the_headings_stays_text() -> None:
    page = load_workbook(io.BytesIO(as_workbook(Sheets(), title="Empty")))["actions"]
    assert page.column_dimensions["B"].number_format == "@", "2.10 is not 2.1"


def test_a_text_that_would_be_a_formula_is_none() -> None:
    content = workbook(actions=[{**ACTION, "text": "=HYPERLINK(1)", "ref": "2.10"}])
    page = load_workbook(io.BytesIO(content))["actions"]
    assert page["E2"].value == "'=HYPERLINK(1)"
    assert (page["B2"].value, page["B2"].data_type) == ("2.10", "s")
    assert texts(from_workbook(content), "actions")[0]["text"] == "=HYPERLINK(1)"


def test_a_text_too_long_for_a_cell_is_not_cut_short() -> None:
    with pytest.raises(ValueError, match="actions, row 2: too long for a cell"):
        workbook(actions=[{**ACTION, "text": "x" * 32_768}])


@given(st.text())
def test_a_tidy_text_has_nothing_that_no_cell_can_hold(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert "\r" not in tidy(text)


@settings(deadline=None, max_examples=50)  # each is a whole workbook
@given(
    st.lists(
        # An apostrophe before what would be a formula is our own mark: see `guard`.
        st.text(st.characters(exclude_categories=("Cs",)))
        .map(tidy)
        .filter(lambda text: text and unguard(str(guard(text))) == text),
        min_size=1,
        max_size=4,
    )
)
def test_any_tidy_text_comes_back_from_its_workbook(given_texts: list[str]) -> None:
    rows = [{**ACTION, "key": f"{n}", "text": text} for n, text in enumerate(given_texts)]
    found = from_workbook(workbook(actions=rows))
    assert [row["text"] for row in texts(found, "actions")] == given_texts
    assert texts(found, "plan")[0]["slug"] == PLAN["slug"]
    assert sheets(actions=rows).keys("actions") == found.keys("actions")
