"""What the pages on SEND and education say."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bucks_cs.lib.periods import PeriodKind
from bucks_cs.models import User
from scorecard.models import Unit
from send.overview import PAGES, glance, subject
from tests.ledger import figure

pytestmark = pytest.mark.django_db


def in_year(code: str, value: int, year: int, **fields: object) -> None:
    """A figure of a calendar year."""
    figure(
        code,
        value,
        period_kind=PeriodKind.CALENDAR_YEAR,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        **fields,
    )


class TestAtAGlance:
    def test_it_finds_how_many_plans_there_are_and_how_that_moved(self, member: User) -> None:
        figure("ehc-plans", 3436, 2016)
        figure("ehc-plans", 4910, day=date(2021, 1, 31))
        assert glance(member).finding == (
            "4,910 children and young people had a statement or an EHC plan on 31 January 2021, "
            "43% more than on 31 March 2016"
        )

    def test_a_first_figure_is_compared_with_nothing(self, member: User) -> None:
        figure("ehc-plans", 3066, 2011)
        assert glance(member).finding.endswith("on 31 March 2011")

    def test_without_figures_every_line_says_so(self, member: User) -> None:
        told = glance(member)
        assert told.finding == "No figure of plans is known yet"
        assert all(sentence.startswith("No ") for _, _, sentence in told.lines)
        assert told.tiles == ()

    def test_first_time_plans_are_told_beside_the_year_before(self, member: User) -> None:
        in_year("first-time-plans", 242, 2014)
        in_year("first-time-plans", 441, 2015)
        sentences = {title: sentence for title, _, sentence in glance(member).lines}
        assert sentences["Demand"] == ("441 plans were first made in 2015, 199 more than in 2014")

    def test_spending_a_pupil_stands_beside_others(self, member: User) -> None:
        for area, value in (("bucks", 455), ("england", 305)):
            figure("high-needs-per-pupil", value, category="All HN Total", area=area)
        sentences = {title: sentence for title, _, sentence in glance(member).lines}
        assert sentences["Money"].endswith("England 305")

    def test_a_small_number_is_in_no_sentence_of_a_members(
        self, member: User, officer: User
    ) -> None:
        in_year("first-time-plans", 4, 2015)
        told = [{title: text for title, _, text in glance(one).lines} for one in (member, officer)]
        assert told[0]["Demand"] == "No figure of first-time plans is known yet"
        assert told[1]["Demand"] == "4 plans were first made in 2015"


class TestSubjects:
    def test_the_parts_of_a_measure_are_drawn_by_area(self, member: User) -> None:
        for part, ours, theirs in (("Top-ups", 250, 167), ("All HN Total", 455, 305)):
            figure("high-needs-per-pupil", ours, category=part)
            figure("high-needs-per-pupil", theirs, category=part, area="england")
        (chart,) = subject("money", member).parts[0].charts
        assert chart.columns == ("", "Bucks", "England")
        assert ("Top-ups", "250", "167") in chart.rows
        assert [trace["name"] for trace in chart.figure["data"]] == ["Bucks", "England"]

    def test_first_time_plans_are_stacked_by_year_and_age(self, member: User) -> None:
        for year, number in ((2014, 91), (2015, 139)):
            in_year("first-time-plans-by-age", number, year, category="Under 5")
        (part,) = subject("demand", member).parts
        assert part.charts[0].rows == (("Under 5", "91", "139"),)
        assert part.rows == ()

    def test_a_hidden_part_is_hidden_in_the_chart_of_areas_too(self, member: User) -> None:
        figure("high-needs-per-pupil", 4, category="A part")
        figure("high-needs-per-pupil", 90, category="Another part")
        told = subject("money", member)
        assert "Hidden: a small number" in str(told.parts[0].charts[0].rows)

    def test_figures_after_a_day_are_left_out_where_one_is_given(self, member: User) -> None:
        figure("ehc-plans", 3436, 2016)
        figure("ehc-plans", 4910, 2021)
        told = subject("demand", member, until=date(2016, 12, 31))
        assert told.finding.startswith("3,436")

    @pytest.mark.parametrize("name", list(PAGES))
    def test_every_measure_of_a_page_is_in_the_record(self, name: str, record: None) -> None:
        from scorecard.models import Measure

        wanted = {code for part in PAGES[name].values() for code in part.codes}
        assert wanted <= set(Measure.objects.values_list("code", flat=True))

    def test_every_measure_of_sends_record_stands_on_a_page(self) -> None:
        file = settings.BASE_DIR / "fixtures" / "send" / "measures.toml"
        record = tomllib.loads(file.read_text(encoding="utf-8"))["measure"]
        ours = {one["code"] for one in record if one["theme"].startswith(("SEND", "Education"))}
        told = {code for page in PAGES.values() for part in page.values() for code in part.codes}
        assert ours <= told

    @pytest.mark.parametrize("name", list(PAGES))
    def test_a_page_takes_as_many_queries_however_much_there_is(
        self, name: str, member: User
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                subject(name, member)
            return len(caught)

        code = next(iter(PAGES[name].values())).codes[0]
        figure(code, 10)
        few = queries()
        for year in range(2000, 2020):
            figure(code, 40 + year % 7, year)
            figure(code, 3, year, category="A part")
        assert queries() == few


def test_pounds_are_told_as_pounds(member: User) -> None:
    from tests.ledger import measure

    measure("high-needs-per-pupil", unit=Unit.POUNDS)
    figure("high-needs-per-pupil", 455, category="All HN Total")
    assert "£455 a pupil" in {title: text for title, _, text in glance(member).lines}["Money"]
