"""Children against local places, the pipeline, and what the strategies promised."""

from __future__ import annotations

from datetime import date

import pytest

from bucks_cs.lib.periods import PeriodKind
from bucks_cs.models import User
from improvement_plan.models import Plan
from improvement_plan.progress import Rating
from improvement_plan.strategies import strategies
from lac.sufficiency import STRATEGIES, Pipeline, sufficiency
from scorecard.models import Status
from tests.ledger import figure
from tests.plan_factories import ActionFactory, DivisionFactory, PlanFactory, UpdateFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


def in_year(code: str, value: int, first: int, **fields: object) -> None:
    """A figure of a financial year."""
    figure(
        code,
        value,
        period_kind=PeriodKind.FINANCIAL_YEAR,
        period_start=date(first, 4, 1),
        period_end=date(first + 1, 3, 31),
        **fields,
    )


class TestPlaces:
    def test_the_finding_sets_children_beside_the_councils_own_households(
        self, member: User
    ) -> None:
        figure("cla-foster-number", 360)
        figure("in-house-fostering-households", 155, day=date(2022, 1, 20))
        assert sufficiency(member).finding == (
            "360 children were in foster care on 31 March 2021; the council had 155 foster "
            "households on 20 January 2022"
        )

    def test_those_outside_the_county_and_the_homes_beds_come_next(self, member: User) -> None:
        figure("placed-out-of-county-number", 270)
        figure("childrens-home-beds", 19, day=date(2021, 7, 31))
        assert sufficiency(member).outside == (
            "270 children lived outside the county on 31 March 2021. The council’s own homes had "
            "19 beds on 31 July 2021."
        )

    def test_without_figures_it_says_so_and_shows_no_kind_and_no_chart(self, member: User) -> None:
        told = sufficiency(member)
        assert told.finding == "No figure of places is known yet"
        assert (told.outside, told.kinds, told.chart) == ("", (), None)

    def test_each_kind_of_place_has_its_children_and_its_places(self, member: User) -> None:
        figure("children-in-own-homes", 7)
        figure("childrens-home-beds", 19)
        figure("semi-independent-beds", 14)
        homes, semi = sufficiency(member).kinds
        assert [row.shown.figure.text for row in homes.children] == ["7"]
        assert [row.shown.figure.text for row in homes.places] == ["19"]
        assert semi.children == ()

    def test_a_hidden_number_is_in_no_sentence(self, member: User) -> None:
        figure("cla-foster-number", 4)
        assert sufficiency(member).finding == "No figure of places is known yet"

    def test_children_counted_from_the_returns_are_the_demand_once_they_are_later(
        self, officer: User
    ) -> None:
        figure("cla-foster-number", 360)
        figure(
            "cla-foster", 71, 2024, of="All looked-after children", numerator=391, denominator=552
        )
        told = sufficiency(officer)
        assert told.finding == "391 children were in foster care on 31 March 2024"
        assert [row.shown.figure.text for row in told.kinds[0].children] == ["71%", "360"]

    def test_the_chart_sets_own_carers_and_agencies_by_year(self, member: User) -> None:
        for year, own, agency in ((2020, 189, 161), (2021, 186, 174)):
            figure("cla-foster-in-house-number", own, year)
            figure("cla-foster-agency-number", agency, year)
        chart = sufficiency(member).chart
        assert chart is not None
        assert [row[1:] for row in chart.rows] == [("189", "186"), ("161", "174")]


class TestPipeline:
    def columns(self, told: Pipeline) -> list[tuple[str, list[str]]]:
        return [
            (row.shown.measure.code, [cell.figure.text if cell else "–" for cell in cells])
            for row, cells in told.lines
        ]

    def test_years_stand_in_order_with_parts_of_a_year_and_projections_named(
        self, member: User
    ) -> None:
        in_year("foster-approvals", 22, 2019)
        in_year("foster-approvals", 21, 2020)
        figure("foster-approvals", 11, category="To December", day=date(2021, 12, 31))
        figure(
            "foster-approvals",
            8,
            category="Booked at panel",
            projection=True,
            period_kind=PeriodKind.QUARTER,
            period_start=date(2022, 1, 1),
            period_end=date(2022, 3, 31),
        )

        told = sufficiency(member).fostering

        assert told.columns == (
            "2019/20",
            "2020/21",
            "To December",
            "Booked at panel, January to March 2022",
        )
        assert self.columns(told) == [("foster-approvals", ["22", "21", "11", "8"])]

    def test_a_year_that_one_measure_lacks_is_a_blank(self, member: User) -> None:
        in_year("adoptions", 38, 2016)
        in_year("adoptions", 24, 2019)
        in_year("sgos-granted", 33, 2019)
        assert self.columns(sufficiency(member).adoption) == [
            ("adoptions", ["38", "24"]),
            ("sgos-granted", ["–", "33"]),
        ]

    def test_small_numbers_are_hidden_and_projections_too(self, member: User) -> None:
        in_year("foster-approvals", 5, 2019)
        in_year("foster-approvals", 2, 2020, projection=True)
        ((_, cells),) = self.columns(sufficiency(member).fostering)
        assert cells == ["Hidden: a small number"] * 2


class TestStrategies:
    @pytest.fixture
    def strategy(self, db: None) -> Plan:
        """Two priorities and a part of the action plan, as at 20 January 2022."""
        plan: Plan = PlanFactory(slug=STRATEGIES[0], read_at=date(2022, 1, 20))
        DivisionFactory(plan=plan, key="1", group="Our priorities")
        DivisionFactory(plan=plan, key="2", group="Our priorities")
        part = DivisionFactory(plan=plan, key="A1", ref="", group="Action plan")
        late = {"due_date": date(2021, 6, 30), "due_text": "June 2021", "rating": Rating.NONE}
        action = ActionFactory(division=part, key="A1.1", **late)
        for day, progress in ((date(2021, 3, 31), "Begun."), (date(2021, 10, 31), "Completed.")):
            UpdateFactory(
                action=action,
                on=day,
                progress=progress,
                rating=Rating.NONE,
                status=Status.APPROVED,
            )
        return plan

    def test_divisions_stand_under_the_papers_headings(self, strategy: Plan, member: User) -> None:
        (told,) = strategies(member, TODAY, STRATEGIES)
        assert [(name, [part.division.key for part in parts]) for name, parts in told.groups] == [
            ("Our priorities", ["1", "2"]),
            ("Action plan", ["A1"]),
        ]

    def test_it_is_read_on_its_own_day(self, strategy: Plan, member: User) -> None:
        (told,) = strategies(member, TODAY, STRATEGIES)
        assert told.finding == "Of 1 action, 1 overdue at 20 January 2022"
        assert not told.is_rated

    def test_what_was_reported_stands_by_its_date_the_latest_first(
        self, strategy: Plan, member: User
    ) -> None:
        (told,) = strategies(member, TODAY, STRATEGIES)
        (part,) = told.reported
        (promise,) = part.reported
        assert [update.progress for update in promise.updates] == ["Completed.", "Begun."]
        assert told.last_reported == date(2021, 10, 31)

    def test_a_report_that_nobody_has_approved_is_not_a_members_to_see(
        self, strategy: Plan, member: User, officer: User
    ) -> None:
        action = strategy.actions.get()
        UpdateFactory(action=action, on=date(2022, 1, 10), progress="Draft.", status=Status.DRAFT)
        assert strategies(member, TODAY, STRATEGIES)[0].last_reported == date(2021, 10, 31)
        assert strategies(officer, TODAY, STRATEGIES)[0].last_reported == date(2022, 1, 10)

    def test_a_rated_action_makes_it_rated(self, strategy: Plan, member: User) -> None:
        strategy.actions.update(rating=Rating.GREEN)
        (told,) = strategies(member, TODAY, STRATEGIES)
        assert told.is_rated
        assert told.finding == "Of 1 action, 1 completed at 20 January 2022"

    def test_other_plans_are_not_told_of_here(self, member: User) -> None:
        PlanFactory(slug="improvement-plan")
        assert strategies(member, TODAY, STRATEGIES) == []
