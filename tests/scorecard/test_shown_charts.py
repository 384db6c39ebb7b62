"""Charts of looked-after children: what they show, what their words and tables say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bucks_cs.models import User
from scorecard import shown_charts as charts
from scorecard.charts import Chart
from scorecard.shown import Ledger
from tests.ledger import figure

pytestmark = pytest.mark.django_db


def indexed(user: User) -> Chart | None:
    ledger = Ledger(user, ["cla"])
    return charts.indexed("numbers", ledger.each("cla"), ledger.others("cla"))


def stacked(user: User) -> Chart | None:
    return charts.stacked("ages", "Age bands", Ledger(user, ["cla-by-age"]).parts("cla-by-age"))


def traces(chart: Chart | None) -> list[dict[str, Any]]:
    assert chart is not None
    json.dumps(chart.figure, allow_nan=False)
    found: list[dict[str, Any]] = chart.figure["data"]
    return found


class TestNumbersOfAreasOfDifferentSize:
    def test_each_is_told_as_a_share_of_its_own_first_number(self, member: User) -> None:
        for year, ours, nation in ((2009, 330, 60900), (2015, 435, 69540)):
            figure("cla", ours, year)
            figure("cla", nation, year, area="england")

        chart = indexed(member)

        assert chart is not None
        assert chart.title == (
            "From March 2009 to March 2015 the number in Bucks rose 32%; England rose 14%"
        )
        ours_drawn, nation_drawn = traces(chart)
        assert [value for value in ours_drawn["y"] if value] == [100.0, 131.8]
        assert [value for value in nation_drawn["y"] if value] == [100.0, 114.2]
        assert chart.columns == ("Area", "31 March 2009", "31 March 2015")
        assert chart.rows == (("Bucks", "330", "435"), ("England", "60,900", "69,540"))

    def test_a_line_does_not_cross_years_that_are_missing(self, member: User) -> None:
        for year in (2014, 2015, 2019):
            figure("cla", 400, year)
        (drawn,) = traces(indexed(member))
        assert drawn["y"] == [100.0, 100.0, None, 100.0]

    def test_what_others_have_later_moves_nobodys_base(self, member: User) -> None:
        for year in (2009, 2010, 2011):
            figure("cla", 300 + year - 2009, year)
        for year in (2010, 2011):
            figure("cla", 60000, year, area="england")
        ours, _ = traces(indexed(member))
        assert ours["y"][1] == 100.0

    def test_one_number_is_no_chart(self, member: User) -> None:
        figure("cla", 400)
        assert indexed(member) is None

    def test_without_our_own_numbers_there_is_none(self, member: User) -> None:
        for year in (2014, 2015):
            figure("cla", 60000, year, area="england")
        assert indexed(member) is None


class TestColumnsInParts:
    def test_each_part_has_its_own_hatching_and_a_row_of_the_table(self, member: User) -> None:
        for year in (2014, 2015):
            for band, number in (("Under 1", 20), ("1 to 4", 65), ("10 to 15", 160)):
                figure("cla-by-age", number, year, category=band)

        chart = stacked(member)

        assert chart is not None
        assert chart.title == "Age bands: the largest is 10 to 15, 160 on 31 March 2015"
        assert [trace["name"] for trace in traces(chart)] == ["Under 1", "1 to 4", "10 to 15"]
        looks = {
            (trace["marker"]["color"], trace["marker"]["pattern"]["shape"])
            for trace in traces(chart)
        }
        assert len(looks) == 3
        assert chart.rows[0] == ("Under 1", "20", "20")
        assert "31 March 2015: Under 1 20; 1 to 4 65; 10 to 15 160." in chart.description

    def test_of_two_parts_the_title_tells_both(self, member: User) -> None:
        figure("cla-by-age", 20, category="Under 1")
        figure("cla-by-age", 65, category="1 to 4")
        chart = stacked(member)
        assert chart is not None
        assert chart.title == "Age bands: 1 to 4 65, Under 1 20 on 31 March 2021"

    def test_a_hidden_part_is_a_gap_and_says_so_in_the_table(
        self, member: User, officer: User
    ) -> None:
        figure("cla-by-age", 4, category="Under 1")
        figure("cla-by-age", 65, category="1 to 4")
        figure("cla-by-age", 80, category="5 to 9")

        chart = stacked(member)

        assert chart is not None
        assert [trace["name"] for trace in traces(chart)] == ["1 to 4", "5 to 9"]
        assert ("Under 1", "Hidden: a small number") in chart.rows
        assert "4" not in json.dumps(chart.figure["data"][0]["y"])
        assert ("Under 1", "4") in stacked(officer).rows  # type: ignore[union-attr]

    def test_without_figures_there_is_none(self, member: User) -> None:
        assert stacked(member) is None


class TestComparedOverTime:
    def test_the_title_says_ours_and_theirs_with_their_dates(self, member: User) -> None:
        of = "All looked-after children"
        figure("out", 58, 2015, of=of)
        figure("out", 53, 2021, of=of)
        figure("out", 40, 2015, of=of, area="england")
        ledger = Ledger(member, ["out"])

        chart = charts.compared("out", "Out of county", ledger.each("out"), ledger.others("out"))

        assert chart is not None
        assert chart.title == ("Out of county: 53% on 31 March 2021; England 40% on 31 March 2015")
        assert "lowest 53% on 31 March 2021, highest 58% on 31 March 2015" in chart.description
        assert chart.rows == (("Bucks", "58%", "53%"), ("England", "40%", None))
        assert len({trace["line"]["dash"] for trace in traces(chart)}) == 2

    def test_doubts_are_told_once_and_of_few_figures_with_their_date(self, member: User) -> None:
        for year in (2013, 2014, 2015):
            own = " The bands make 430." if year == 2015 else ""
            figure("cla", 400 + year % 7, year, source_note=f"Rounded.{own}")
        ledger = Ledger(member, ["cla"])

        chart = charts.compared("cla", "Number", ledger.each("cla"), [])

        assert chart is not None
        assert chart.source == (
            "Document paper; 31 March 2013 to 31 March 2015. Doubts: Rounded. 31 March 2015: The "
            "bands make 430."
        )

    def test_a_doubt_about_another_areas_figure_says_whose(self, member: User) -> None:
        of = "All looked-after children"
        for year in (2014, 2015):
            figure("out", 58, year, of=of, source_note="Printed 47." if year == 2015 else "")
        figure("out", 40, 2015, of=of, area="england", source_note="Printed 87.")
        ledger = Ledger(member, ["out"])

        chart = charts.compared("out", "Out of county", ledger.each("out"), ledger.others("out"))

        assert chart is not None
        assert chart.source.endswith(
            "Doubts: 31 March 2015: Printed 47. England, 31 March 2015: Printed 87."
        )
