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


@pytest.mark.parametrize("heading", ["Child's name", "Surname", "Date of birth", "UPN", "Postcode"])
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
        ("A1,,,,,,,", "received", "missing"),
        ("A1,31/02/2024,,,,,,", "received", "no day"),
        ("A1,01/01/2025,,,,,,", "received", "not in"),
        ("A1,10/01/2024,,01/01/2024,assess,,,", "decided", "before the request"),
        ("A1,10/01/2024,,,,,01/01/2024,", "final", "before the request"),
        ("A1,10/01/2024,,01/02/2024,,,,", "decision", "assess or to refuse"),
        ("A1,10/01/2024,,,assess,,,", "decided", "which day"),
        ("A1,10/01/2024,,01/02/2024,perhaps,,,", "decision", "neither yes nor no"),
        ("A1,10/01/2024,,01/02/2024,refuse,,01/05/2024,", "final", "was refused"),
        ("A1,10/01/2024,,01/02/2024,assess,01/05/2024,01/05/2024,", "no plan", "make none"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(row: str, column: str, said: str) -> None:
    found = problems(listed("A0,10/01/2024,,,,,,", row))
    assert any((one.row, one.column) == (3, column) and said in one.text for one in found)


def test_a_reference_that_stands_twice_is_told_with_its_first_row() -> None:
    (problem,) = problems(listed("A1,10/01/2024,,,,,,", "A1,11/01/2024,,,,,,"))
    assert str(problem) == "Row 3, reference: Stands in row 2 already."


def test_a_list_without_requests_and_a_file_that_is_no_workbook_are_refused() -> None:
    assert "no requests" in problems(listed())[0].text
    assert "not a workbook" in problems(b"x", "list.xlsx")[0].text
