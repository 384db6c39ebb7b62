"""Reading workbooks and CSV files, cell by cell."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bucks_cs.lib.spreadsheets import MOST_UNPACKED_BYTES
from scorecard.files import number_format as format_of
from scorecard.imports import MOST_ROWS, ReadFile, Unreadable, read, read_month

HEADINGS = ("Code", "Month", "Numerator", "Denominator", "Value", "Commentary")


def workbook(*rows: Any, sheets: int = 1, formats: dict[str, str] | None = None) -> bytes:
    """A workbook whose last sheet holds the rows; `formats` are number formats by cell."""
    book = Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    sheet = book.worksheets[-1]
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def one(content: bytes) -> dict[str, str]:
    """The texts of the only row."""
    (row,) = read(content).rows
    return row.texts


def refusals(file: ReadFile) -> list[tuple[int, str, str]]:
    return [
        (row.number, remark.column, remark.text)
        for row in file.rows
        for remark in row.remarks
        if remark.refuses
    ]


# ---- kinds of file -----------------------------------------------------------------


def test_a_workbook_and_a_csv_file_give_the_same_rows() -> None:
    row = ("a", "2015-03", 53, 80, None, "Why.")
    assert one(workbook(HEADINGS, row)) == one(
        csv("Code,Month,Numerator,Denominator,Value,Commentary", "a,2015-03,53,80,,Why.")
    )


def test_the_kind_is_seen_by_the_content() -> None:
    with pytest.raises(Unreadable, match=r"old Excel workbook \(.xls\)"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    with pytest.raises(Unreadable, match="neither an Excel workbook"):
        read(b"\x89PNG\x00\x01")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_is_read(separator: str) -> None:
    assert one(csv(f"Code{separator}Value", f"a{separator}26"))["value"] == "26"


def test_a_title_above_the_headings_does_not_decide_the_separator() -> None:
    assert one(csv("Figures, of March, 2015", "", "Code;Value", "a;26"))["value"] == "26"


def test_excels_own_csv_is_read_in_its_own_code_page_and_in_utf_8() -> None:
    line = "Code,Value,Commentary\r\na,26,“Später” – £5"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        assert one(line.encode(encoding))["commentary"] == "“Später” – £5"


def test_a_quoted_cell_may_hold_lines_and_rows_keep_their_number() -> None:
    file = read(csv("Code,Value,Commentary", 'a,26,"One', 'two"', "", "b,27,x"))
    assert [(row.number, row.texts["commentary"]) for row in file.rows] == [
        (2, "One\r\ntwo"),
        (4, "x"),
    ]


def test_a_file_that_is_no_workbook_inside_is_refused() -> None:
    broken = workbook(HEADINGS)[:-200]
    for content in (b"PK\x03\x04" + bytes(50), broken):
        with pytest.raises(Unreadable, match="not a workbook that can be read"):
            read(content)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable, match="not a workbook that can be read"):
        read(other.getvalue())


def test_a_file_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(MOST_UNPACKED_BYTES + 1))
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(Unreadable, match="far larger inside"):
        read(bomb.getvalue())


def test_more_rows_than_a_month_can_have_are_refused_at_once() -> None:
    rows = [f"a{n},1" for n in range(MOST_ROWS)]
    assert len(read(csv("Code,Value", *rows[:-1])).rows) == MOST_ROWS - 1
    with pytest.raises(Unreadable, match="This file has more than 2,000 rows"):
        read(csv("Code,Value", *rows))


def test_a_sheet_that_goes_on_for_ever_is_not_read_to_its_end() -> None:
    book = Workbook()
    book.active.append(["Code", "Value"])
    book.active.cell(1_000_000, 1, "far away")
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(Unreadable, match=r"goes on below row 10,000"):
        read(content.getvalue())


@given(st.binary(max_size=300))
def test_any_content_is_read_or_refused_in_words(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"Code,Value\n"):
        try:
            read(start + content)
        except Unreadable as refused:
            assert str(refused).endswith(".")


# ---- headings ----------------------------------------------------------------------


def test_headings_are_matched_loosely_and_found_below_a_title() -> None:
    rows = (
        ["Figures of March"],
        [],
        ["Measure name", "OUTTURN", "Comments ", "No figure, because:", "Reason for revision"],
        ["Repeat referrals", 26, "Why.", None, "Late."],
    )
    file = read(workbook(*rows))
    assert file.columns == {
        "measure": "A, Measure name",
        "value": "B, OUTTURN",
        "commentary": "C, Comments",
        "absence": "D, No figure, because:",
        "reason": "E, Reason for revision",
    }
    assert file.rows[-1].number == 4
    assert file.rows[-1].texts["value"] == "26"


def test_the_sheet_with_headings_is_found_among_others() -> None:
    assert one(workbook(("Code", "Value"), ("a", 26), sheets=3))["value"] == "26"


def test_two_columns_for_one_thing_are_refused() -> None:
    with pytest.raises(Unreadable, match="Columns B and D are both headed “Figure”"):
        read(csv("Code,Value,Month,Figure", "a,1,2015-03,2"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b,c\n1,2,3", b"Code\na", b"Value\n26"])
def test_a_file_without_headings_says_which_it_needs(content: bytes) -> None:
    with pytest.raises(Unreadable, match="No headings were found"):
        read(content)


def test_rows_above_the_headings_and_empty_rows_are_no_figures() -> None:
    file = read(workbook(("March",), ("Code", "Value"), (None, None), ("a", 1)))
    assert [row.number for row in file.rows] == [4]


# ---- cells -------------------------------------------------------------------------


def cell(value: Any, number_format: str = "", column: str = "Value") -> ReadFile:
    formats = {"B2": number_format} if number_format else None
    return read(workbook(("Code", column, "Numerator"), ("a", value), formats=formats))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (26, "26"),
        (26.5, "26.5"),
        (0.1 + 0.2, "0.3"),
        (1e-12, "0"),
        (-4.5, "-4.5"),
        (1234567.25, "1234567.25"),
        (" 26 ", "26"),
        ("lots", "lots"),
    ],
)
def test_a_cell_is_read_as_it_would_be_typed(value: Any, text: str) -> None:
    file = cell(value)
    assert file.rows[0].texts["value"] == text
    assert file.rows[0].remarks == []


@pytest.mark.parametrize("number_format", ["0%", "0.00%"])
def test_a_percentage_that_excel_keeps_as_a_fraction_is_read_as_shown_and_said(
    number_format: str,
) -> None:
    file = cell(0.26, number_format)
    assert file.rows[0].texts["value"] == "26%"
    (remark,) = file.rows[0].remarks
    assert remark == ("B, Value", "Read as 26%: Excel keeps it as 0.26.", False)


@pytest.mark.parametrize(
    "number_format", ["0.00", '#,##0.0"%"', r"0.0\%", "0.0_%", format_of("percent", 1)]
)
def test_a_number_that_is_not_shown_as_a_percentage_stays_as_it_is(number_format: str) -> None:
    """A sign that the format only writes beside the number does not make it a fraction."""
    file = cell(0.8, number_format)
    assert file.rows[0].texts["value"] == "0.8"
    assert not file.rows[0].remarks


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "holds a formula"),
        ("#DIV/0!", "holds an error: #DIV/0!"),
        (True, "holds TRUE or FALSE"),
        (date(2015, 3, 12), r"date or time \(12 March 2015\)"),
        (time(9, 30), "date or time"),
        (timedelta(hours=30), "date or time"),
    ],
)
def test_what_is_no_number_in_excel_is_refused_by_row_and_column(value: Any, words: str) -> None:
    ((number, column, text),) = refusals(cell(value))
    assert (number, column) == (2, "B, Value")
    assert re.search(words, text)


def test_a_formula_in_any_column_that_is_read_is_refused() -> None:
    assert len(refusals(cell("=A1", column="Commentary"))) == 1


def test_text_that_only_looks_like_a_formula_is_text_in_csv() -> None:
    texts = one(csv("Code,Value,Commentary", "a,=1+1,'=Improving"))
    assert (texts["value"], texts["commentary"]) == ("=1+1", "=Improving")


def test_our_own_guard_against_formulas_is_taken_off_and_an_apostrophe_is_not() -> None:
    texts = one(csv("Code,Value,Commentary,Reason", "a,1,'+5 staff,'tis late"))
    assert (texts["commentary"], texts["reason"]) == ("+5 staff", "'tis late")


def test_a_date_in_words_stays_a_date_in_words() -> None:
    file = read(workbook(HEADINGS, ("a", None, None, None, 1, date(2015, 3, 12))))
    assert file.rows[0].texts["commentary"] == "12 March 2015"


# ---- months ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2015-03",
        "March 2015",
        "Mar 2015",
        "Mar-15",
        "Mar-2015",
        "03/2015",
        "01/03/2015",
        "2015-03-31",
    ],
)
def test_a_month_is_read_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert read_month(text) == date(2015, 3, 1)


def test_a_month_that_excel_made_a_date_of_is_read() -> None:
    file = read(workbook(HEADINGS, ("a", date(2015, 3, 1), None, None, 1, None)))
    assert file.rows[0].texts["month"] == "2015-03"


@pytest.mark.parametrize("text", ["", "2015", "13/2015", "spring", "2015-3"])
def test_what_is_no_month_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        read_month(text)
