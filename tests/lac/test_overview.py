"""How many children are looked after, where and with whom."""

from __future__ import annotations

from datetime import date

import pytest

from bucks_cs.lib.periods import PeriodKind, add_months, last_day
from bucks_cs.models import User
from lac.overview import finding, noise, overview
from scorecard.shown import Ledger, Shown, rows
from tests.ledger import figure

pytestmark = pytest.mark.django_db

ALL = "All looked-after children"


def numbers(user: User) -> list[Shown]:
    return Ledger(user, ["cla"]).each("cla")


class TestFinding:
    def test_it_says_how_many_and_how_many_more_than_a_year_before(self, member: User) -> None:
        figure("cla", 492, 2020)
        figure("cla", 512, 2021)
        assert finding(numbers(member)) == (
            "512 children were looked after on 31 March 2021, 20 more than a year before"
        )

    def test_or_fewer_or_as_many(self, member: User) -> None:
        figure("cla", 513, 2019)
        figure("cla", 492, 2020)
        assert finding(numbers(member)).endswith("21 fewer than a year before")
        figure("cla", 492, 2021)
        assert finding(numbers(member)).endswith("as many as a year before")

    def test_without_a_figure_of_a_year_before_it_compares_with_none(self, member: User) -> None:
        figure("cla", 435, 2015)
        figure("cla", 513, 2019)
        assert finding(numbers(member)) == "513 children were looked after on 31 March 2019"

    def test_a_small_number_is_hidden_and_so_is_the_change_from_it(self, member: User) -> None:
        figure("cla", 4, 2020)
        figure("cla", 9, 2021)
        assert finding(numbers(member)) == "9 children were looked after on 31 March 2021"
        figure("cla", 3, 2022)
        assert finding(numbers(member)).endswith("is hidden, being a small number")

    def test_a_number_that_is_not_stated_is_said_to_be_not_known(self, member: User) -> None:
        figure("cla", None)
        assert finding(numbers(member)) == (
            "The number of children looked after on 31 March 2021 is not known"
        )

    def test_without_any_figure_it_says_so(self) -> None:
        assert finding([]) == "No figure of looked-after children is known yet"


class TestNoise:
    def test_a_jump_among_steady_years_is_more_than_the_usual_variation(self, member: User) -> None:
        for year in range(2009, 2021):
            figure("cla", 400 + year % 2, year)
        figure("cla", 512, 2021)
        assert noise(numbers(member)) == (
            "This is high or rising by more than the usual variation. It is judged among every "
            "year’s number at 31 March."
        )

    def test_steady_years_are_within_it(self, member: User) -> None:
        for year in range(2009, 2022):
            figure("cla", 400 + year % 3, year)
        assert noise(numbers(member)).startswith("The latest figure is within the usual variation")

    def test_few_years_tell_nothing(self, member: User) -> None:
        figure("cla", 492, 2020)
        figure("cla", 512, 2021)
        assert noise(numbers(member)).startswith("With 2 points nobody can tell")

    def test_a_date_in_between_is_not_of_the_yearly_run(self, member: User) -> None:
        for year in range(2009, 2022):
            figure("cla", 400 + year % 3, year)
        before = noise(numbers(member))
        figure("cla", 900, day=date(2017, 9, 30))
        assert noise(numbers(member)) == before

    def test_where_months_are_counted_the_latest_is_judged_among_them(self, officer: User) -> None:
        figure("cla", 300, 2009)
        for back in range(12, -1, -1):
            month = add_months(date(2024, 3, 1), -back)
            figure(
                "cla",
                500 + back % 2,
                document=None,
                period_kind=PeriodKind.MONTH,
                period_start=month,
                period_end=last_day(month),
            )
        assert noise(numbers(officer)).endswith("It is judged among every month’s number.")

    def test_nothing_is_said_where_a_number_of_the_run_is_hidden(self, member: User) -> None:
        for year in range(2009, 2021):
            figure("cla", 20 + year % 2, year)
        figure("cla", 3, 2021)
        assert noise(numbers(member)) == ""

    def test_without_figures_nothing_is_said(self) -> None:
        assert noise([]) == ""


class TestThePage:
    def test_it_says_where_and_with_whom_each_with_its_date(self, member: User) -> None:
        figure("placed-out-of-county", 53, 2021, of=ALL)
        figure("cla-foster", 70, 2020, of=ALL)
        figure("cla-residential", 15, 2016, of=ALL)
        assert overview(member).placed == (
            "53% were placed out of county on 31 March 2021; 70% were in foster care on 31 March "
            "2020; 15% were in residential care on 31 March 2016."
        )

    def test_of_in_county_and_out_of_county_the_later_is_told(self, member: User) -> None:
        figure("placed-out-of-county", 53, 2021, of=ALL)
        figure("placed-in-county", 51, 2022, of=ALL)
        assert [words for words, _ in overview(member).tiles] == ["placed in county"]

    def test_a_section_without_figures_is_left_out(self, member: User) -> None:
        figure("cla", 492, 2020)
        figure("cla-immunisations", 88, 2016, of=ALL)
        assert [section.title for section in overview(member).sections] == ["How many", "Health"]

    def test_each_row_has_its_whole_and_parts_and_the_same_of_others(self, member: User) -> None:
        code = "cla-ks2-level-4"
        figure(code, 42, category="Mathematics", of=ALL)
        figure(code, 64, category="Mathematics", of=ALL, area="england")
        figure(code, 68, category="Reading", of=ALL)

        maths, reading = rows(Ledger(member, [code]), [code])

        assert maths.name.endswith(": Mathematics")
        assert [other.figure.text for other in maths.others] == ["64%"]
        assert reading.others == ()

    def test_elsewhere_is_told_by_its_latest_figure_that_is_known(self, member: User) -> None:
        figure("cla-foster", 70, 2021, of=ALL)
        figure("cla-foster", 75, 2016, of=ALL, area="england")
        figure("cla-foster", None, 2021, of=ALL, area="england")
        (row,) = rows(Ledger(member, ["cla-foster"]), ["cla-foster"])
        assert [other.figure.text for other in row.others] == ["75%"]

    def test_printed_shares_by_legal_status_stay_when_numbers_are_counted(
        self, member: User
    ) -> None:
        figure("cla-by-legal-status-percent", 39, 2011, category="Full care order", of=ALL)
        figure("cla-by-legal-status", 200, 2024, category="Full care order")
        (who,) = overview(member).sections
        assert [chart.id for chart in who.charts] == ["status-chart", "status-share-chart"]

    def test_parts_that_a_chart_has_in_its_table_are_not_listed_again(self, member: User) -> None:
        for band in ("Under 1", "1 to 4"):
            figure("cla-by-age", 65, category=band)
        figure("cla-by-age", 130)
        (who,) = overview(member).sections
        assert [chart.id for chart in who.charts] == ["age-chart"]
        assert who.rows == ()

    def test_legal_status_is_drawn_in_numbers_where_it_is_counted_else_as_printed(
        self, member: User
    ) -> None:
        figure("cla-by-legal-status-percent", 50, category="Full care order", of=ALL)
        figure("cla-by-legal-status-percent", 28, category="Accommodated", of=ALL)
        (who,) = overview(member).sections
        assert "50%" in who.charts[0].title
        figure("cla-by-legal-status", 250, 2022, category="Full care order")
        (who,) = overview(member).sections
        assert "250" in who.charts[0].title
