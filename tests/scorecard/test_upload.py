"""What an uploaded file would do, row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scorecard import imports
from scorecard.models import Series, Status
from scorecard.sheet import lines_of
from scorecard.upload import Happens, Report, ReportRow, as_csv, compare, mark_of
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory

pytestmark = pytest.mark.django_db

MARCH, END = date(2015, 3, 1), date(2015, 3, 31)
HEADINGS = "Code,Measure,Category,Month,Numerator,Denominator,Value,No figure because,Commentary"


@pytest.fixture
def referrals() -> Series:
    series: Series = SeriesFactory(
        measure__code="repeat-referrals",
        measure__name="% repeat referrals",
        measure__short_name="Repeat referrals",
        measure__also_printed_as="Re-referrals; Repeats",
    )
    return series


def compared(*lines: str, headings: str = HEADINGS) -> Report:
    content = "\r\n".join([headings, *lines]).encode()
    return compare(imports.read(content), lines_of(MARCH), MARCH)


def the_row(*lines: str, headings: str = HEADINGS) -> ReportRow:
    (row,) = compared(*lines, headings=headings).rows
    return row


def refusals(row: ReportRow) -> list[tuple[str, str]]:
    assert row.happens is Happens.REFUSED
    return [(remark.column, remark.text) for remark in row.remarks if remark.refuses]


# ---- what happens to a row ---------------------------------------------------------


def test_a_figure_where_none_stands_is_new(referrals: Series) -> None:
    report = compared("repeat-referrals,,,2015-03,,,26,,Why.")
    (row,) = report.rows
    assert (row.number, row.name, row.happens) == (2, "Repeat referrals", Happens.NEW)
    assert (row.before, row.after) == ("", "26.0%")
    (draft,) = report.drafts
    assert (draft.series, draft.entered.value, draft.entered.commentary, draft.seen) == (
        referrals,
        26,
        "Why.",
        "",
    )


def test_a_figure_that_differs_is_changed_from_what_stands(referrals: Series) -> None:
    OutturnFactory(series=referrals, month=MARCH, value=25, status=Status.DRAFT)
    row = the_row("repeat-referrals,,,,53,80,,,")
    assert row.happens is Happens.CHANGED
    assert (row.before, row.after) == ("25.0%", "66.3% (53 of 80)")


def test_words_that_change_are_said_where_the_figure_does_not(referrals: Series) -> None:
    OutturnFactory(series=referrals, month=MARCH, value=26, status=Status.DRAFT)
    row = the_row("repeat-referrals,,,,,,26,,Two vacancies.")
    assert row.happens is Happens.CHANGED
    assert [remark.text for remark in row.remarks] == ["The commentary changes."]


def test_the_same_figure_is_the_same_and_makes_no_draft(referrals: Series) -> None:
    OutturnFactory(series=referrals, month=MARCH, value=26, status=Status.DRAFT)
    report = compared("repeat-referrals,,,,,,26.0%,,")
    assert [row.happens for row in report.rows] == [Happens.SAME]
    assert report.drafts == []


def test_a_row_left_blank_clears_nothing(referrals: Series) -> None:
    OutturnFactory(series=referrals, month=MARCH, value=26, status=Status.DRAFT)
    report = compared("repeat-referrals,,,2015-03,,,,,")
    assert [row.happens for row in report.rows] == [Happens.BLANK]
    assert report.drafts == []


def test_a_file_without_a_column_leaves_what_stands_there(referrals: Series) -> None:
    """Such as a drop each night of codes and values: what was typed meanwhile is not lost."""
    parts = {"numerator": 20, "denominator": 80, "commentary": "Why.", "reason": "Late."}
    OutturnFactory(series=referrals, month=MARCH, value=25, status=Status.DRAFT, **parts)
    same = compared("repeat-referrals,25.0", headings="Code,Value")
    assert [row.happens for row in same.rows] == [Happens.SAME]
    assert same.drafts == []
    assert the_row("repeat-referrals,", headings="Code,Value").happens is Happens.BLANK
    (draft,) = compared("repeat-referrals,24", headings="Code,Value").drafts
    assert (draft.entered.value, draft.entered.numerator) == (24, None)
    assert (draft.entered.commentary, draft.entered.reason) == ("Why.", "Late.")


def test_words_that_a_file_leaves_out_in_their_column_are_said_to_go(referrals: Series) -> None:
    OutturnFactory(series=referrals, month=MARCH, value=25, status=Status.DRAFT, commentary="Why.")
    row = the_row("repeat-referrals,,,,,,24,,")
    assert [remark.text for remark in row.remarks] == ["The commentary is removed."]


def test_a_reason_for_no_figure_is_read_in_words(referrals: Series) -> None:
    (draft,) = compared("repeat-referrals,,,,,,,not available,").drafts
    assert draft.entered.absence == "not_available"


def test_a_heading_or_a_note_among_the_rows_is_passed_over(referrals: Series) -> None:
    report = compared(",Front door,,,,,,,", "repeat-referrals,,,,,,26,,", ",Source: LiquidLogic")
    assert [row.number for row in report.rows] == [3]


# ---- which line a row means --------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["% repeat referrals", "Repeat Referrals", "REPEAT-REFERRALS", "Re-referrals", "repeats"],
)
def test_a_measure_is_found_by_any_of_its_names(name: str, referrals: Series) -> None:
    assert the_row(f",{name},,,,,26,,").happens is Happens.NEW


def test_a_category_is_a_line_of_its_own(referrals: Series) -> None:
    part = SeriesFactory(measure=referrals.measure, category="First Response")
    (draft,) = compared("repeat-referrals,,first response,,,,26,,").drafts
    assert draft.series == part


def test_an_unknown_measure_or_category_is_refused_at_its_column(referrals: Series) -> None:
    assert refusals(the_row("no-such,,,,,,26,,")) == [
        ("A, Code", "No measure “no-such” is entered in this month.")
    ]
    assert refusals(the_row("repeat-referrals,,Elsewhere,,,,26,,")) == [
        ("C, Category", "This measure has no category “Elsewhere”.")
    ]
    assert refusals(the_row(",,,,,,26,,")) == [("B, Measure", "This row names no measure.")]


def test_a_measure_given_twice_is_refused_the_second_time(referrals: Series) -> None:
    first, second = compared("repeat-referrals,,,,,,26,,", ",Repeats,,,,,27,,").rows
    assert first.happens is Happens.NEW
    assert refusals(second) == [("", "Row 2 gives this measure already.")]


@pytest.mark.parametrize(
    ("month", "text"),
    [
        ("2015-04", "This is for April 2015, not March 2015."),
        ("spring", "“spring” is not a month: write it as 2015-02."),
    ],
)
def test_another_month_is_refused(month: str, text: str, referrals: Series) -> None:
    assert refusals(the_row(f"repeat-referrals,,,{month},,,26,,")) == [("D, Month", text)]


# ---- the rules are those of the form -----------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "text"),
    [
        (",,101,,", "G, Value", "A percentage cannot be more than 100."),
        (",,lots,,", "G, Value", "“lots” is not a number."),
        ("9,8,,,", "E, Numerator", "The numerator is larger than the denominator."),
        ("9%,80,,,", "E, Numerator", "“9%” is a percentage: give a plain number here."),
        ("9,0,,,", "F, Denominator", "The denominator is 0"),
        (",,26,Not available,", "H, No figure because", "not both"),
        (",,,perhaps,", "H, No figure because", "“perhaps” is not one of: Not available, "),
    ],
)
def test_what_the_form_refuses_is_refused_at_its_column(
    cells: str, column: str, text: str, referrals: Series
) -> None:
    ((found, said),) = refusals(the_row(f"repeat-referrals,,,,{cells}"))
    assert found == column
    assert text in said


def test_everything_wrong_with_a_row_is_said_at_once(referrals: Series) -> None:
    columns = [column for column, _ in refusals(the_row("repeat-referrals,,,2015-04,x,y,z,,"))]
    assert columns == ["D, Month", "E, Numerator", "F, Denominator", "G, Value"]


def test_warnings_and_what_submission_needs_are_said_and_refuse_nothing(
    referrals: Series,
) -> None:
    TargetFactory(measure=referrals.measure)
    row = the_row("repeat-referrals,,,,,,26.04,,")
    assert row.happens is Happens.NEW
    assert [(remark.column, remark.refuses) for remark in row.remarks] == [
        ("I, Commentary", False),
        ("G, Value", False),
    ]
    assert row.remarks[0].text.startswith("Before it can be submitted: this is red")


def test_a_figure_changed_since_the_file_was_made_is_refused(referrals: Series) -> None:
    outturn = OutturnFactory(series=referrals, month=MARCH, value=25, status=Status.DRAFT)
    headings = "Code,Value,Do not change"
    stale = the_row(f"repeat-referrals,26,v{outturn.pk}.0~abc", headings=headings)
    assert refusals(stale) == [
        (
            "C, Do not change",
            "Somebody changed this since the file was made: it is 25.0%. Take a new one.",
        )
    ]
    fresh = the_row(f"repeat-referrals,26,v{outturn.pk}.1~abc", headings=headings)
    assert fresh.happens is Happens.CHANGED
    unmarked = the_row("repeat-referrals,26,", headings=headings)
    assert unmarked.happens is Happens.CHANGED


def test_a_row_that_nobody_touched_in_the_file_leaves_what_stands_now(referrals: Series) -> None:
    outturn = OutturnFactory(series=referrals, month=MARCH, value=25, status=Status.DRAFT)
    mark = mark_of(lines_of(MARCH)[0].slot)
    outturn.value, outturn.version = 24, 2
    outturn.save()
    row = the_row(f"repeat-referrals,25.0%,{mark}", headings="Code,Value,Do not change")
    assert (row.happens, row.before, row.after) == (Happens.SAME, "24.0%", "24.0%")


def test_a_large_file_takes_no_more_queries_than_a_small_one(
    django_assert_num_queries: Any,
) -> None:
    measures = [SeriesFactory().measure for _ in range(30)]
    lines = [f"{measure.code},,,,,,26,," for measure in measures]
    lines += [f"no-such-{n},,,,,,26,," for n in range(1500)]
    content = "\r\n".join([HEADINGS, *lines]).encode()
    with django_assert_num_queries(8):
        report = compare(imports.read(content), lines_of(MARCH), MARCH)
    assert report.counts == {"New": 30, "Refused": 1500}


# ---- the report as a file ----------------------------------------------------------


def test_the_report_as_a_file_has_a_line_for_each_remark_and_no_formula(
    referrals: Series,
) -> None:
    report = compared("repeat-referrals,,,2015-04,x,,,,", "=1+1,,,,,,26,,")
    text = as_csv(report).decode("utf-8-sig").splitlines()
    assert text[0] == "Row,Measure,What happens,From,To,Column,Remark"
    assert text[1] == (
        '2,Repeat referrals,Refused,,,"D, Month","This is for April 2015, not March 2015."'
    )
    assert text[2].startswith('2,Repeat referrals,Refused,,,"E, Numerator"')
    assert text[3].startswith("3,'=1+1,Refused")
