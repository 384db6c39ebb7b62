"""A status report as files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from improvement_plan.models import LineKind, ReportLine, StatusReport
from improvement_plan.paper import paper_of
from improvement_plan.progress import Rating
from improvement_plan.report_files import report_sheet, report_sheets
from scorecard.files import as_csv, as_xlsx
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    RiskFactory,
    RiskRatingFactory,
    StatusReportFactory,
)

pytestmark = pytest.mark.django_db

DAY, NOW = date(2015, 3, 31), datetime(2015, 4, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def report() -> StatusReport:
    """March's draft, with a line that a spreadsheet would take for a formula."""
    division = DivisionFactory(key="1", title="Leading")
    plan = division.plan
    ActionFactory(division=division, key="a", text="Train", rating=Rating.GREEN)
    risk = RiskFactory(plan=plan, ref="394", mitigation="Recruit\nRetain", owner__title="Director")
    RiskRatingFactory(risk=risk)
    StatusReportFactory(
        plan=plan,
        month=date(2015, 2, 1),
        published_at=NOW,
        frozen={"actions": {"a": "AMBER"}, "dates": {"a": "2015-02-28"}, "risks": []},
    )
    draft: StatusReport = StatusReportFactory(plan=plan, summary="One.\nTwo.")
    for kind, text in ((LineKind.ACHIEVEMENT, "=1+1"), (LineKind.TARGET, "Go on")):
        ReportLine.objects.create(report=draft, kind=kind, text=text)
    return draft


def rows(report: StatusReport) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.name: list(sheet.rows) for sheet in report_sheets(paper_of(report, DAY), NOW)}


def test_a_workbook_has_a_sheet_a_part(report: StatusReport) -> None:
    found = rows(report)
    assert list(found) == ["Ratings", "Lines", "Risks", "Counts", "Changes"]
    assert found["Ratings"][2] == ("Actions", "Amber", "Green", "0 red of 1 rated")
    assert found["Lines"] == [
        (1, "Status summary", "One."),
        (2, "Status summary", "Two."),
        (3, "Why a rating differs from the suggested one", "As the board agreed."),
        (4, "Achievement", "=1+1"),
        (5, "Target for the next period", "Go on"),
    ]
    assert found["Risks"] == [
        (
            *("394", "staff leave", "targets are missed", "Recruit\nRetain"),
            *("Director", "Amber", "First rating"),
        )
    ]
    assert found["Counts"][-1] == ("All", "", 0, 0, 1, 0, 0, 1)
    assert found["Changes"] == [
        (
            *("a", "Workstream 1", "Train", "Amber", "Green", "Completed"),
            *("28 February 2015", "30 April 2015"),
        )
    ]


def test_every_sheet_says_what_it_is_of_and_when(report: StatusReport) -> None:
    report.plan.title = "The improvement plan"
    for sheet in report_sheets(paper_of(report, DAY), NOW):
        said = dict(sheet.statement)
        assert sheet.title == "Status report, March 2015"
        assert said["Plan"] == "The improvement plan"
        assert said["State"] == "Draft, not published"
        assert said["Plan as it stood on"] == "31 March 2015"
        assert said["Produced"] == "2 April 2015, 09:30"
        assert said["What changed"] == (
            "Since the report for February 2015: 1 completed, 1 date changed."
        )
        assert "33%" in said["How ratings are suggested"]


def test_a_printed_report_has_no_sheet_of_what_it_does_not_print(report: StatusReport) -> None:
    report.published_at = NOW
    found = rows(report)
    assert list(found) == ["Ratings", "Lines"]
    assert found["Ratings"][0] == ("Overall", "Amber", "", "")
    said = dict(report_sheets(paper_of(report, DAY), NOW)[0].statement)
    assert said["Plan as it stood on"] == "not known: the paper prints no counts"
    assert "What changed" not in said


def test_the_csv_file_is_all_of_them_a_row_a_cell(report: StatusReport) -> None:
    content = as_csv(report_sheet(paper_of(report, DAY), NOW)).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(content)))
    assert found[0] == ["Status report, March 2015"]
    for row in (
        ["Part", "Item", "What", "Says"],
        ["Ratings", "Overall", "Rating", "Amber"],
        ["Lines", "4", "Text", "'=1+1"],
        ["Risks", "394", "Owner", "Director"],
        ["Counts", "Workstream 1", "Green", "1"],
        ["Changes", "a", "Now", "Green"],
    ):
        assert row in found


def test_the_workbook_opens_and_holds_no_formula(report: StatusReport) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(report_sheets(paper_of(report, DAY), NOW))))
    assert book.sheetnames == ["Ratings", "Lines", "Risks", "Counts", "Changes"]
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert "'=1+1" in [cell.value for cell in cells]
