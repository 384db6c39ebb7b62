"""A list of requests as a file."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pytest
from openpyxl import Workbook

from send.request_files import Problem, Wrong, read

TODAY = date(2024, 12, 31)
HEAD = "Reference,Date received,Source,Decision date,Decision,No plan,Final plan date,Exception\n"


def listed(*rows: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(rows)).encode()


def problems(content: bytes, name: str = "list.csv") -> list[Problem]:
    with pytest.raises(Wrong) as wrong:
        read(content, name, today=TODAY)
    return wrong.value.problems


def test_a_list_is_read_whole_with_who_asked() -> None:
    found = read(
        listed(
            "A1,10/01/2024,School,01/02/2024,assess,,29/05/2024,no",
            "A2,2024-01-11,Parent,,,,,",
            "",
            "A3,12/01/2024,School,01/02/2024,Refuse,,,",
        ),
        "list.csv",
        today=TODAY,
    )
    of = found.requests
    assert of.received.tolist() == [date(2024, 1, 10), date(2024, 1, 11), date(2024, 1, 12)]
    assert np.isnat(of.final).tolist() == [False, True, True]
    assert of.assess.tolist() == [True, False, False]
    assert found.sources == {"School": 2, "Parent": 1}


def test_a_workbook_is_read_as_a_csv_file_is() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Ref", "Received", "Decided", "Assess", "Final plan"])
    sheet.append(["A1", date(2024, 1, 10), date(2024, 2, 1), "Yes", None])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "list.xlsx", today=TODAY)
    assert found.requests.received.tolist() == [date(2024, 1, 10)]
    assert found.requests.assess.tolist() == [True]


@pytest.mark.parametrize(
    "heading",
    [
        "Child's name", "ChildName", "Surname", "Forenames", "Address", "Postcode", "Post code",
        "Date of birth", "D.O.B.", "UPN", "Unique pupil number", "E-mail", "Pupil",
    ],
)  # fmt: skip
def test_a_list_that_names_a_child_is_refused(heading: str) -> None:
    content = listed("A1,10/01/2024,,,,,,,x", head=HEAD.replace("\n", f",{heading}\n"))
    (problem,) = problems(content)
    assert "names no child" in problem.text


def test_a_column_that_is_missing_is_named() -> None:
    found = problems(listed("A1,10/01/2024", head="Reference,Received\n"))
    assert {(one.column, one.text) for one in found} == {
        (name, "The column is missing.") for name in ("decided", "decision", "final plan")
    }


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",10/01/2024,,,,,,", "reference", "missing"),
        ("A123456789012,10/01/2024,,,,,,", "reference", "unique pupil number"),
        ("Ann Other,10/01/2024,,,,,,", "reference", "like a name"),
        ("a0,11/01/2024,,,,,,", "reference", "row 2 already"),
        ("A1,10/01/2024,,,,,,,more", "no heading", "no column has a heading"),
        ("A1,,,,,,,", "received", "missing"),
        ("A1,31/02/2024,,,,,,", "received", "no day"),
        ("A1,01/01/2025,,,,,,", "received", "not in"),
        ("A1,10/01/2024,,01/01/2024,assess,,,", "decided", "before the request"),
        ("A1,10/01/2024,,,,,01/01/2024,", "final", "before the request"),
        ("A1,10/01/2024,,01/02/2024,,,,", "decision", "assess or to refuse"),
        ("A1,10/01/2024,,,assess,,,", "decided", "which day"),
        ("A1,10/01/2024,,01/02/2024,perhaps,,,", "decision", "neither assess nor refuse"),
        ("A1,10/01/2024,,,,,,perhaps", "exception", "neither yes nor no"),
        ("A1,10/01/2024,,01/02/2024,refuse,,01/05/2024,", "final", "was refused"),
        ("A1,10/01/2024,,01/02/2024,assess,01/05/2024,01/05/2024,", "no plan", "make none"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(row: str, column: str, said: str) -> None:
    found = problems(listed("A0,10/01/2024,,,,,,", row))
    assert any((one.row, one.column) == (3, column) and said in one.text for one in found)


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_a_decision_that_is_not_told_is_not_taken_for_a_refusal(decision: str) -> None:
    found = problems(listed(f"A1,10/01/2024,,01/02/2024,{decision},,01/05/2024,"))
    assert [one.column for one in found] == ["decision"]


def test_a_reference_that_stands_twice_is_told_with_its_first_row() -> None:
    (problem,) = problems(listed("A1,10/01/2024,,,,,,", "A1,11/01/2024,,,,,,"))
    assert str(problem) == "Row 3, reference: Stands in row 2 already."


def test_a_list_without_requests_and_a_file_that_is_no_workbook_are_refused() -> None:
    assert "no requests" in problems(listed())[0].text
    assert "not a workbook" in problems(b"x", "list.xlsx")[0].text


@pytest.mark.parametrize(
    "heading", ["Exceptions", "Exception flag", "Exemption applied", "EXEMPT", "exception_applied"]
)
def test_exceptions_are_read_under_any_of_their_headings(heading: str) -> None:
    row = "A1,10/01/2024,School,01/02/2024,assess,,29/08/2024,yes"
    found = read(
        listed(row, head=HEAD.replace("Exception", heading)), "list.csv", today=TODAY
    ).requests
    assert found.exception.tolist() == [True]


def test_a_heading_that_is_not_known_is_told_rather_than_its_column_left_out() -> None:
    row = "A1,10/01/2024,School,01/02/2024,assess,,29/08/2024,yes"
    (problem,) = problems(listed(row, head=HEAD.replace("Exception", "Reg 13")))
    assert (problem.row, problem.column) == (1, "reg 13")
    assert "give it that heading" in problem.text


def test_two_columns_that_say_the_same_are_told() -> None:
    (problem,) = problems(listed("A1,10/01/2024", head=HEAD.replace("Source", "Request date")))
    assert str(problem) == "Row 1, request date: Says the same as the column “date received”."


def test_a_draft_plan_is_looked_at_and_not_counted() -> None:
    head = HEAD.replace("No plan", "Draft plan date")
    row = "A1,10/01/2024,School,01/02/2024,assess,{},29/05/2024,no"
    found = read(listed(row.format("01/05/2024"), head=head), "list.csv", today=TODAY).requests
    assert np.isnat(found.no_plan).tolist() == [True]
    (problem,) = problems(listed(row.format("01/01/2024"), head=head))
    assert problem.column == "draft" and "before the request" in problem.text


def test_a_column_without_a_heading_may_stand_empty() -> None:
    content = listed("A1,10/01/2024,,,,,,,,", head=HEAD.replace("\n", ",,\n"))
    assert len(read(content, "list.csv", today=TODAY).requests.received) == 1


def test_lines_may_end_in_any_way() -> None:
    content = listed("A1,10/01/2024,,,,,,", "A2,10/01/2024,,,,,,")
    for end in (b"\r", b"\r\n"):
        found = read(content.replace(b"\n", end), "list.csv", today=TODAY)
        assert len(found.requests.received) == 2


def test_a_file_whose_cells_have_no_end_is_refused() -> None:
    assert "not a CSV file" in problems(listed("x" * 200_000))[0].text


def test_what_is_said_of_a_reference_does_not_repeat_it() -> None:
    found = problems(listed("Ann Other,10/01/2024,,,,,,", "A123456789012,10/01/2024,,,,,,"))
    said = " ".join(map(str, found))
    assert "Ann" not in said and "A123456789012" not in said
