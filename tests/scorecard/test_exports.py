"""The scorecard and a measure as files."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from scorecard import services
from scorecard.exports import fields_sheet, financial_year, measure_sheet, printed_sheets
from scorecard.files import Column, Sheet, as_csv, as_xlsx, number_format, plain
from scorecard.history import measure_story
from scorecard.models import Measure, Publication
from scorecard.monthly import as_published, known_now
from scorecard.presenters import HIDDEN_FIGURE, Figure
from scorecard.rag import Rag
from scorecard.selection import Selection
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    history,
)

FEBRUARY = date(2015, 2, 1)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SELECTION = Selection(FEBRUARY)


def csv_rows(sheet):
    return list(csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"))))


def workbook(*sheets):
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(sheets)))


def test_how_cells_look_is_said_once_for_a_whole_file() -> None:
    rows = ((Rag.RED, 26.0, "text"),) * 3
    columns = tuple(map(Column, "abc"))
    found = workbook(Sheet("A", "T", (), columns, rows, ("0.0",) * 3))["A"]
    looks = [[cell.style for cell in row] for row in found.iter_rows(min_row=4)]
    assert looks == [["Red", "Table number", "Table text"]] * 3
    assert found["A4"].fill.start_color.rgb == "00A3181F"
    assert (found["B4"].number_format, found["B4"].alignment.horizontal) == ("0.0", "right")


def table(page):
    """The rows below the statement, as the workbook holds them."""
    rows = list(page.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "Success measure")
    return rows[head], rows[head + 1 :]


# --- cells ---


def test_a_figure_is_a_number_or_the_symbol_of_why_there_is_none():
    assert plain(Figure(26.0, "26.0%")) == 26.0
    assert plain(HIDDEN_FIGURE) == "c"
    assert plain(Figure(None, "Not available", ":")) == ":"
    assert plain(Figure(None, "–")) is None
    assert plain(Rag.RED) == "Red"


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_can_be_run_as_a_formula(text):
    sheet = Sheet("S", text, ((text, text),), (Column(text),), ((text,),), ("0",))
    for row in csv_rows(sheet):
        assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    for row in workbook(sheet)["S"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


@pytest.mark.parametrize(
    ("unit", "decimals", "text"),
    [
        ("percent", 1, '#,##0.0"%"'),
        ("days", 0, '#,##0" days"'),
        ("pounds", 0, '"£"#,##0'),
        ("count", 0, "#,##0"),
    ],
)
def test_numbers_stay_numbers_and_are_shown_in_their_unit(unit, decimals, text):
    assert number_format(unit, decimals) == text


def test_a_financial_year_runs_from_april():
    assert financial_year(FEBRUARY)[0] == date(2014, 4, 1)
    assert financial_year(date(2015, 4, 1))[0] == date(2015, 4, 1)
    assert len(financial_year(FEBRUARY)) == 12


# --- the scorecard as printed ---


@pytest.fixture
def printed(published, member):
    scorecard = known_now(FEBRUARY, member)
    return workbook(*printed_sheets(scorecard, scorecard.rows, SELECTION, NOW))["Scorecard"]


def test_the_workbook_has_the_columns_of_the_printed_scorecard(printed):
    head, _ = table(printed)
    assert list(head) == [
        "Success measure", "Annex A /Ofsted Baseline/ June",
        *(f"{month} outturn" for month in (
            "Apr 2014", "May 2014", "Jun 2014", "Jul 2014", "Aug 2014", "Sep 2014",
            "Oct 2014", "Nov 2014", "Dec 2014", "Jan 2015", "Feb 2015", "Mar 2015",
        )),
        "Statistical neighbours 2014", "South East 2014", "England 2014",
        "Current outturn", "Current target", "Current RAG", "Jan 2016 target",
    ]  # fmt: skip


def test_the_workbook_has_the_figures_of_the_printed_scorecard(printed):
    _, rows = table(printed)
    assert len(rows) == 8
    assert list(rows[0]) == [
        "% repeat referrals", 30, 35, 29, 33, 31, 23, 28, 27, 26, 26, 30, 26, None,
        23.4, 28.1, 23.4, 26, 25, "Amber", 23,
    ]  # fmt: skip
    assert [row[19] for row in rows] == [
        "Amber", "Red", "Red", "Red", "Amber", "Red", "Red", "Amber"
    ]  # fmt: skip


def test_where_comparators_are_of_several_years_the_heading_says_so(published, member):
    scorecard = known_now(FEBRUARY, member)
    _, others = printed_sheets(scorecard, scorecard.rows, SELECTION, NOW)
    head, _ = table(workbook(others).worksheets[0])
    assert "Statistical neighbours (years differ: see Every field)" in head
    assert "England 2014" in head


def test_a_month_that_is_not_available_has_its_symbol_and_a_blank_stays_blank(printed):
    _, rows = table(printed)
    assert rows[3][2] == ":"
    assert rows[3][13] is None


def test_ratings_are_a_word_and_a_colour_and_the_head_stays_in_sight(printed):
    red = next(cell for row in printed.iter_rows() for cell in row if cell.value == "Red")
    assert red.fill.start_color.rgb.endswith("A3181F")
    assert printed.freeze_panes == "B10"
    assert printed.print_title_rows == "$9:$9"
    assert printed.page_setup.orientation == "landscape"


def test_the_file_says_what_it_is(published, member):
    scorecard = as_published(Publication.objects.get(), member)
    selection = Selection(FEBRUARY, edition=1, theme="Child protection", rag="red")
    rows = csv_rows(fields_sheet(scorecard, scorecard.rows, selection, NOW))
    assert rows[0] == ["Buckinghamshire: Children’s services performance, February 2015"]
    assert dict(rows[1:7]) == {
        "Council": "Buckinghamshire",
        "Month": "February 2015",
        "State": "As published on 7 April 2015",
        "Filter": "Only theme Child protection, RAG red",
        "Produced": "22 November 2026, 09:30",
        "Symbols in place of a number": (
            "c hidden because the number is small; z not applicable; : not available; "
            "x not collected; k rounds to zero"
        ),
    }
    assert rows[7] == []
    assert rows[8][:4] == ["Theme", "Measure code", "Measure", "Part"]


def test_every_field_of_a_row_is_in_the_csv(published, officer):
    scorecard = known_now(FEBRUARY, officer)
    head, *rows = csv_rows(fields_sheet(scorecard, scorecard.rows, SELECTION, NOW))[8:]
    assessments = dict(zip(head, rows[1], strict=True))
    assert assessments["Value"] == "63.0"
    assert assessments["Target"] == "90.0"
    assert (assessments["RAG"], assessments["Printed RAG"]) == ("Red", "Red")
    assert assessments["Period before"] == "74.0"
    assert (assessments["Points"], assessments["Provisional"]) == ("11", "yes")
    assert assessments["Special cause"] == "Outside the process limits"
    assert assessments["Statistical neighbours: of"] == "2014"
    assert assessments["Next target from"] == "2016-01-01"
    assert float(assessments["Average"]) == pytest.approx(77.09, abs=0.01)


# --- small numbers, and a measure's file ---


@pytest.fixture
def small(db):
    measure = MeasureFactory(code="m", name="Children with a plan")
    OutturnFactory(
        series=SeriesFactory(measure=measure), value=Decimal(4), numerator=4, denominator=100,
        commentary="Four of them",
    )  # fmt: skip
    PublicationFactory()
    services.compute_snapshots()
    return measure


def test_a_member_gets_the_symbol_and_an_officer_the_number(small, member, officer):
    def everything(user):
        scorecard = known_now(FEBRUARY, user)
        sheets = [
            fields_sheet(scorecard, scorecard.rows, SELECTION, NOW),
            *printed_sheets(scorecard, scorecard.rows, SELECTION, NOW),
            measure_sheet(measure_story(small, user), "As known now", NOW),
        ]
        return [cell for sheet in sheets for row in csv_rows(sheet)[8:] for cell in row]

    seen = everything(member)
    assert seen.count("c") >= 3
    assert not {"4", "4.0", "100.0", "Four of them"} & set(seen)
    assert {"4.0", "100.0", "Four of them"} <= set(everything(officer))


def test_what_rests_on_a_hidden_figure_is_hidden_in_the_file(db, member, officer):
    series = SeriesFactory(measure=MeasureFactory(code="m"))
    for outturn in history(series, 60, 3, *[70, 72] * 4):
        outturn.numerator, outturn.denominator = outturn.value, Decimal(100)
        outturn.save()
        PublicationFactory(month=outturn.period_end.replace(day=1))
    services.compute_snapshots()

    def said(user):
        scorecard = known_now(FEBRUARY, user)
        head, row = csv_rows(fields_sheet(scorecard, scorecard.rows, SELECTION, NOW))[8:]
        told = dict(zip(head, row, strict=True))
        return [told[name] for name in ("Variation", "Assurance", "On track", "Points")]

    assert said(member) == ["Hidden", "Hidden", "Hidden", ""]
    assert said(officer)[0] == "Improving, high or rising"


def test_a_measures_file_has_every_period_and_its_comparators(published, officer):
    story = measure_story(Measure.objects.get(code="assessments-45-days"), officer, month=FEBRUARY)
    rows = csv_rows(measure_sheet(story, "As known now, figures to February 2015", NOW))
    assert ["State", "As known now, figures to February 2015"] in rows
    head = next(row for row in rows if row[:2] == ["Area", "Part"])
    figures = [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]]
    own = [one for one in figures if one["Area"] == "Buckinghamshire"]
    assert len(own) == 11
    assert own[-1]["Value"] == "63.0"
    assert own[-1]["Printed"] == "63.0%"
    assert own[-1]["Special cause"] == "Outside the process limits"
    assert {one["Area"] for one in figures} == {
        "Buckinghamshire", "Statistical neighbours", "South East", "England"
    }  # fmt: skip
