"""What goes into a paper, from the published record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import StatusReport
from reports.document import Bullets, Chart, Document, Paragraph, Section, Table
from reports.models import Basis, Kind
from reports.pack import PARTS, prepared
from reports.quarters import Quarter
from scorecard.models import Measure, Outturn, Publication, Status
from scorecard.services import compute_snapshots
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory

from .conftest import scope
from .factories import QuestionFactory


def section(document: Document, key: str) -> Section:
    return next(one for one in document.sections if one.key == key)


def texts(part: Section) -> str:
    return " ".join(
        " ".join(block.items) if isinstance(block, Bullets) else getattr(block, "text", "")
        for block in part.blocks
    )


def table(part: Section, key: str) -> Table:
    return next(one for one in part.blocks if isinstance(one, Table) and one.key == key)


class TestTheCabinetReport:
    def test_its_sections_are_lettered_and_its_annexes_named(self, record: None) -> None:
        found = prepared(scope())
        assert [one.letter for one in found.sections] == ["", *"ABCDEFG", *[""] * 6]
        assert not any(one.failed for one in found.sections)

    def test_the_quarter_is_told_in_a_sentence_with_the_months_that_are_missing(
        self, record: None
    ) -> None:
        said = texts(section(prepared(scope()), "performance"))
        assert (
            "Of the 8 scorecard measures that are rated in the fourth quarter of 2014/15, January "
            "to March 2015, 5 are red, 3 amber and none green" in said
        )
        assert (
            "February 2015 was published on 7 April 2015; January and March 2015 were not "
            "published, and have no figure here." in said
        )

    def test_it_opens_with_a_summary_of_its_parts(self, record: None) -> None:
        found = section(prepared(scope()), "summary")
        assert [block.key for block in found.blocks if isinstance(block, Paragraph)] == [
            *("summary-quarter", "summary-changes", "summary-plan", "summary-lac")
        ]
        said = texts(found)
        assert "5 are red, 3 amber and none green" in said
        assert (
            "Of the 5 scorecard measures that can be compared with Quarter 3 of 2014/15, 1 went "
            "the better way, 3 the worse way and 1 stayed the same." in said
        )
        assert (
            "The board’s report for February 2015 found the plan overall red: success measures "
            "red, actions amber, risks and issues amber." in said
        )
        assert "of 162 actions, 78 are completed" in said
        assert "435 children were looked after on 31 March 2015" in said

    def test_its_summary_says_no_more_than_the_table_of_changes(self, record: None) -> None:
        rows = table(section(prepared(scope()), "changes"), "changes").rows
        better = {"Repeat referrals": "down"}
        ways = [row[3].text.split()[0] for row in rows]
        worse = [
            row[0].text
            for row, way in zip(rows, ways, strict=True)
            if way not in ("the", better.get(row[0].text, "up"))
        ]
        assert (len(worse), ways.count("the")) == (3, 1)

    def test_an_exception_has_its_figure_its_plan_and_its_owners(self, record: None) -> None:
        found = section(prepared(scope()), "exceptions")
        assert "Assessments in 45 days fell to 63.0% in February 2015" in texts(found)
        assert "The action being taken is that of" in texts(found)
        rows = [row[0].text for row in table(found, "exceptions").rows]
        assert "Assessments in 45 days, February 2015" in rows

    def test_actions_that_answer_two_exceptions_are_told_once(self, record: None) -> None:
        found = section(prepared(scope()), "exceptions")
        items = [item for block in found.blocks if isinstance(block, Bullets)
                 for item in block.items if "more in the plan" not in item]  # fmt: skip
        assert len(items) == len(set(items)) > 3
        assert "too: see Assessments in 45 days." in texts(found)

    def test_a_column_that_says_nothing_is_left_out(self, record: None) -> None:
        found = prepared(scope())
        for one in found.tables():
            for place in range(1, len(one.columns)):
                if one.key in ("exceptions", "changes", "scorecard"):
                    assert any(row[place].text != "–" for row in one.rows), one.columns[place]
        assert section(found, "scorecard").blocks[0].caption.endswith(": February 2015")  # type: ignore[union-attr]

    def test_without_commentary_it_says_so(self, record: None) -> None:
        said = texts(section(prepared(scope()), "exceptions"))
        assert "The record has no commentary on these figures." in said

    def test_the_fourth_quarters_is_the_years_too(self, record: None) -> None:
        found = section(prepared(scope()), "changes")
        year = {row[0].text: [cell.text for cell in row[1:]] for row in table(found, "year").rows}
        assert year["Assessments in 45 days"] == [
            *("72.0%", "63.0%", "83.0%", "63.0%", "down 9.0 percentage points")
        ]
        assert "2 went the better way, 3 the worse way" in texts(found)
        other = section(prepared(scope(quarter=Quarter(2015, 3))), "changes")
        assert "Over the year" not in texts(other)

    def test_a_figure_of_a_day_takes_no_months_place(self, record: None) -> None:
        # 45.0% in February is the scorecard’s; 54.0% on 31 March stands in another paper.
        found = prepared(scope(basis=Basis.KNOWN))
        performance = texts(section(found, "performance"))
        assert "45.0% in February 2015" in performance
        assert "54.0%" not in performance
        published = texts(section(prepared(scope()), "performance"))
        for said in (performance, published):
            assert "5 are red, 3 amber" in said
        moved = {
            row[0].text: [cell.text for cell in row[1:]]
            for row in table(section(found, "changes"), "changes").rows
        }
        assert moved["Placed within 20 miles of home"][:2] == ["47.0%", "45.0%"]

    def test_a_month_that_is_only_partly_in_is_told_on_the_cover(self, record: None) -> None:
        # March has the figures of the year’s end, and one only of the scorecard’s eight.
        found = prepared(scope(basis=Basis.KNOWN))
        told = "7 scorecard measures have no figure of March 2015."
        assert told in dict(found.cover)["Figures"]
        assert told in texts(section(found, "performance"))

    def test_a_rating_that_had_no_target_did_not_change(self, record: None) -> None:
        said = texts(section(prepared(scope(basis=Basis.KNOWN)), "changes"))
        assert "the rating changed of" not in said
        assert (
            "In Quarter 3 of 2014/15 there was no target for Repeat referrals, Assessments in 45 "
            "days, Children seen during assessment, Placed within 20 miles of home and Child "
            "protection conferences in 15 days, so their ratings cannot be compared." in said
        )

    def test_a_chart_of_months_says_months(self, record: None) -> None:
        found = prepared(scope())
        alts = [
            block.alt
            for block in section(found, "exceptions").blocks
            if isinstance(block, Chart) and block.key == "trend-assessments-45-days"
        ]
        assert alts == [
            "A line from 72.0% in April 2014 to 63.0% in February 2015, beside the target of 90.0%."
        ]

    def test_a_target_is_drawn_from_the_day_on_which_it_began(self, record: None) -> None:
        blocks = section(prepared(scope()), "exceptions").blocks
        charts = [one for one in blocks if isinstance(one, Chart) and len(one.lines) == 2]
        drawn = {one.key: one.lines[1].values for one in charts}
        values = drawn["trend-assessments-45-days"]
        assert values[-1] == 90
        assert None in values and values.index(90) == values.count(None)

    def test_its_sources_are_numbered_among_its_background_papers(self, record: None) -> None:
        found = prepared(scope())
        listed = texts(section(found, "background"))
        cited = {
            cell.text
            for one in found.tables()
            if one.columns[-1] == "Source"
            for cell in (row[-1] for row in one.rows)
        }
        assert cited and all(f"{one}: " in listed for one in cited)

    def test_what_the_service_said_stands_beside_the_exception(self, record: None) -> None:
        late = Outturn.objects.get(
            series__measure__code="assessments-45-days",
            series__area__code="bucks",
            period_start=date(2015, 2, 1),
            status=Status.APPROVED,
        )
        late.commentary = "Posts were vacant."
        late.save()
        said = texts(section(prepared(scope()), "exceptions"))
        assert "The service says: Posts were vacant." in said

    def test_changes_come_from_the_history_where_the_quarter_before_was_not_published(
        self, record: None
    ) -> None:
        found = section(prepared(scope()), "changes")
        rows = {
            row[0].text: [cell.text for cell in row[1:4]] for row in table(found, "changes").rows
        }
        assert rows["Assessments in 45 days"] == ["82.0%", "63.0%", "down 19.0 percentage points"]

    def test_the_plan_is_told_by_workstream(self, record: None) -> None:
        found = table(section(prepared(scope()), "plan"), "plan-progress")
        assert len(found.rows) == 7
        assert sum(row[-1].number or 0 for row in found.rows) == 162

    def test_risks_are_those_that_the_board_had(self, record: None) -> None:
        found = section(prepared(scope()), "risks")
        assert "February 2015" in texts(found)
        assert len(table(found, "risks").rows) == 5

    def test_looked_after_children_are_told_as_at_the_quarters_end(self, record: None) -> None:
        assert "435 children were looked after on 31 March 2015" in texts(
            section(prepared(scope()), "lac")
        )

    def test_no_figure_of_one_to_five_children_is_in_it(self, record: None) -> None:
        Outturn.objects.filter(series__measure__code="cla", period_end=date(2015, 3, 31)).update(
            value=4
        )
        said = texts(section(prepared(scope()), "lac"))
        assert "is hidden" in said and "4 children" not in said


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_paper_is_built_for_each_quarter_of_2014_15(
    record: None, number: int, basis: Basis, kind: Kind
) -> None:
    found = prepared(scope(kind, Quarter(2015, number), basis, since=date(2015, 1, 1)))
    assert [one.failed for one in found.sections] == [""] * len(PARTS[kind])
    ((_, said),) = found.cover
    if number != 4 and basis == Basis.PUBLISHED:
        first, second, third = (f"{month:%B}" for month in Quarter(2015, number).months)
        assert f"None of {first}, {second} and {third} 2014 was published" in said
        assert texts(section(found, "as-at")).count("was not published") == 3
    if basis == Basis.KNOWN:
        assert "as known on 26 November 2026" in said


def test_a_quarter_of_which_nothing_is_known_says_so(record: None) -> None:
    found = prepared(scope(quarter=Quarter(2030, 1), basis=Basis.KNOWN))
    assert "No figure of the first quarter of 2029/30" in texts(section(found, "performance"))


def test_as_published_is_as_first_published_also_of_a_month_published_again(record: None) -> None:
    month, day = date(2015, 2, 1), datetime(2016, 1, 5, tzinfo=UTC)
    first = Publication.objects.filter(month=month)
    first.update(reopened_at=day, reopened_reason="A wrong total.")
    Publication.objects.create(month=month, edition=2, published_at=day)
    found = prepared(scope())
    ((_, said),) = found.cover
    assert "February 2015 was published on 7 April 2015 (and again since" in said
    assert "5 are red, 3 amber" in texts(section(found, "performance"))


@pytest.mark.parametrize("basis", list(Basis))
def test_where_nothing_is_rated_nothing_is_called_green_or_red(record: None, basis: Basis) -> None:
    found = prepared(scope(quarter=Quarter(2015, 2), basis=basis))
    said = texts(section(found, "exceptions"))
    assert "No measure is red" not in said
    assert ("was published" if basis == Basis.PUBLISHED else "No measure is rated") in said


def test_a_measure_without_a_figure_has_none_in_the_whole_quarter(record: None) -> None:
    found = prepared(scope(quarter=Quarter(2015, 3), basis=Basis.KNOWN))
    said = texts(section(found, "performance"))
    assert "Pathway plans, care leavers: no figure is known of Quarter 3 of 2014/15." in said


def test_measures_stand_in_their_own_order_whichever_months_have_them(record: None) -> None:
    codes = list(scope(basis=Basis.KNOWN).rows)
    in_order = [code for code in Measure.objects.values_list("code", flat=True) if code in codes]
    assert codes == in_order


def test_a_month_is_said_to_have_as_many_figures_as_it_has(record: None) -> None:
    known = scope(basis=Basis.KNOWN)
    card = known.months[date(2015, 2, 1)]
    assert card is not None
    figures = [row for row in card.rows if row.figure.number is not None]
    assert known.month_words[1] == f"February 2015: {len(figures)} measures have figures."


@pytest.mark.parametrize("kind", list(Kind))
def test_annexes_are_numbered_from_one(record: None, kind: Kind) -> None:
    found = prepared(scope(kind, since=date(2015, 1, 20)))
    annexes = [one.title.split(":")[0] for one in found.sections if one.title.startswith("Annex")]
    assert annexes == [f"Annex {place}" for place in range(1, len(annexes) + 1)]


def test_the_boards_paper_is_its_status_report(record: None) -> None:
    found = prepared(scope(Kind.BOARD))
    report = StatusReport.objects.get()
    assert report.summary in texts(section(found, "board"))
    empty = prepared(scope(Kind.BOARD, Quarter(2015, 1)))
    assert "no published status report" in texts(section(empty, "board"))


class TestTheCommitteesPack:
    def test_measures_that_it_asked_for_have_a_paragraph_each(self, record: None) -> None:
        pack = scope(
            Kind.COMMITTEE, since=date(2015, 1, 20), asked_for=frozenset({"repeat-referrals"})
        )
        found = section(prepared(pack), "asked-for")
        assert [block.key for block in found.blocks if isinstance(block, Paragraph)] == [
            "asked-repeat-referrals"
        ]

    def test_one_that_has_no_figure_says_so(self, record: None) -> None:
        pack = scope(
            Kind.COMMITTEE, since=date(2015, 1, 20), asked_for=frozenset({"sickness-rate"})
        )
        assert "no figure" in texts(section(prepared(pack), "asked-for"))

    def test_questions_still_open_and_answers_since_it_met(self, record: None) -> None:
        QuestionFactory(text="Why so late?")
        QuestionFactory(
            text="Who owns it?",
            asked_on=date(2015, 1, 20),
            answer="The head of service.",
            answered_on=date(2015, 2, 2),
        )
        pack = prepared(scope(Kind.COMMITTEE, since=date(2015, 1, 20)))
        said = texts(section(pack, "open-questions"))
        assert "Why so late? (asked on 10 March 2015)" in said
        assert "Answered on 2 February 2015: The head of service." in said

    def test_what_was_published_since_it_met_is_told(self, record: None) -> None:
        pack = prepared(scope(Kind.COMMITTEE, since=date(2015, 1, 20)))
        assert "Published since then: February 2015." in texts(section(pack, "since"))

    @pytest.mark.parametrize("basis", list(Basis))
    def test_a_figure_revised_since_it_met_is_told_with_what_it_was(
        self, record: None, basis: Basis
    ) -> None:
        old = Outturn.objects.get(
            series__measure__code="repeat-referrals",
            series__area__code="bucks",
            period_start=date(2015, 2, 1),
            status=Status.APPROVED,
        )
        now = datetime(2015, 5, 1, tzinfo=UTC)
        Outturn.objects.filter(pk=old.pk).update(status=Status.SUPERSEDED, superseded_at=now)
        old.pk, old.revision, old.value = None, 2, 27
        old.reason, old.approved_at = "Counted again.", now
        old.save(force_insert=True)
        pack = prepared(scope(Kind.COMMITTEE, basis=basis, since=date(2015, 4, 20)))
        assert "was 26.0%" in texts(section(pack, "since"))


def test_reading_a_quarter_takes_as_many_queries_however_many_figures_it_has(
    record: None,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            prepared(scope(basis=Basis.KNOWN))
        return len(caught)

    def add(first: int, last: int) -> None:
        for place in range(first, last):
            series = SeriesFactory(measure=MeasureFactory(code=f"more-{place}"))
            ends = {"period_start": date(2015, 2, 1), "period_end": date(2015, 2, 28)}
            OutturnFactory(series=series, **ends)
        compute_snapshots()

    add(0, 1)
    few = queries()
    add(1, 20)
    assert queries() == few
