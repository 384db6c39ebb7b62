"""The two pages about looked-after children that everybody may read."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import Action
from improvement_plan.progress import Rating
from lac.sufficiency import STRATEGIES
from scorecard.models import Status
from tests.ledger import figure
from tests.plan_factories import ActionFactory, DivisionFactory, PlanFactory, UpdateFactory

pytestmark = pytest.mark.django_db

OVERVIEW, SUFFICIENCY = "/lac/", "/lac/sufficiency/"
PAGES = (OVERVIEW, SUFFICIENCY)
ALL = "All looked-after children"


def words(client: Client, page: str) -> str:
    """What a page says, without its marks and the figures of its charts."""
    response = client.get(page)
    assert response.status_code == 200
    text = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


@pytest.fixture
def promised() -> Action:
    division = DivisionFactory(
        plan=PlanFactory(slug=STRATEGIES[0], title="The sufficiency strategy"),
        ref="",
        group="Action plan",
        title="Residential care",
    )
    action: Action = ActionFactory(
        division=division, text="Welfare bed\nDevelop a home with one.", rating=Rating.NONE
    )
    UpdateFactory(
        action=action, progress="It is <b>open</b>.", rating=Rating.NONE, status=Status.APPROVED
    )
    return action


@pytest.mark.parametrize("page", PAGES)
class TestEitherPage:
    def test_who_is_not_signed_in_is_asked_to(self, page: str, client: Client) -> None:
        response = client.get(page)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]

    def test_it_only_shows(self, page: str, as_officer: Client) -> None:
        assert as_officer.post(page).status_code == 405

    def test_it_says_so_where_there_is_nothing(self, page: str, as_member: Client) -> None:
        said = words(as_member, page)
        assert "No figure of " in said
        assert "On this page" not in said

    def test_it_has_one_heading_and_marks_its_place(self, page: str, as_member: Client) -> None:
        text = as_member.get(page).content.decode()
        assert text.count("<h1") == 1
        assert (
            len(re.findall(r'sections__link" href="' + page + '" aria-current="page"', text)) == 1
        )

    def test_its_queries_do_not_grow_with_its_rows(self, page: str, as_member: Client) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                as_member.get(page)
            return len(caught)

        plan = PlanFactory(slug=STRATEGIES[0])
        UpdateFactory(
            action=ActionFactory(division=DivisionFactory(plan=plan)), status=Status.APPROVED
        )
        figure("cla", 512)
        figure("cla-foster-number", 360)
        queries()
        few = queries()
        for year in range(2009, 2021):
            figure("cla", 400 + year % 5, year)
            figure("cla", 60_000, year, area="england")
            figure("cla-by-age", 3, year, category="Under 1")
            figure("cla-foster-number", 340, year)
            figure("foster-approvals", 4, year)
            division = DivisionFactory(plan=plan)
            UpdateFactory(action=ActionFactory(division=division), status=Status.APPROVED)
        assert queries() == few


def test_who_may_see_more_is_offered_more(
    as_member: Client, as_officer: Client, as_manager: Client
) -> None:
    offered = {
        client: re.findall(r'sections__link" href="([^"]+)"', client.get(OVERVIEW).content.decode())
        for client in (as_member, as_officer, as_manager)
    }
    assert offered[as_member] == [OVERVIEW, SUFFICIENCY]
    assert "/lac/returns/" in offered[as_officer]
    assert "/lac/ahead/" in offered[as_manager]


class TestOverview:
    def test_the_finding_comes_first(self, as_member: Client) -> None:
        figure("cla", 492, 2020)
        figure("cla", 512, 2021)
        text = as_member.get(OVERVIEW).content.decode()
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", text)
        assert heading is not None
        assert heading[1] == (
            "512 children were looked after on 31 March 2021, 20 more than a year before"
        )

    def test_a_share_says_of_what_and_a_figure_its_date_source_and_doubt(
        self, as_member: Client
    ) -> None:
        figure(
            "cla-foster-in-house",
            51,
            of="Looked-after children in foster care",
            source_note="It is 51.7%.",
        )
        said = words(as_member, OVERVIEW)
        assert "Of looked-after children in foster care" in said
        assert "on 31 March 2021" in said
        assert "Document paper" in said
        assert "It is 51.7%." in said

    def test_others_figures_stand_beside_ours_with_their_date_where_it_is_another(
        self, as_member: Client
    ) -> None:
        figure("placed-out-of-county", 53, 2021, of=ALL)
        figure("placed-out-of-county", 40, 2015, of=ALL, area="england")
        assert "England: 40% on 31 March 2015" in words(as_member, OVERVIEW)

    def test_a_chart_has_its_description_and_its_table(self, as_member: Client) -> None:
        for year in (2014, 2015):
            for band in ("Under 1", "1 to 4"):
                figure("cla-by-age", 65 + year % 2, year, category=band)
        text = as_member.get(OVERVIEW).content.decode()
        assert 'id="age-chart-description"' in text
        assert "The figures as a table" in text
        assert "chart.js" in text

    def test_small_numbers_are_in_no_members_page(
        self, as_member: Client, as_officer: Client
    ) -> None:
        figure("uasc", 4, 2016, source_note="Four of nineteen.")
        for band, number in (("Under 1", 3), ("1 to 4", 65), ("5 to 9", 80)):
            figure("cla-by-age", number, category=band)

        said = as_member.get(OVERVIEW).content.decode()

        assert said.count("Hidden: a small number") >= 2
        assert "Four of nineteen" not in said
        assert "hidden from committee members" in said
        seen = as_officer.get(OVERVIEW).content.decode()
        assert "Hidden: a small number" not in seen
        assert "hidden from committee members" not in seen


class TestSufficiency:
    def test_a_strategy_shows_its_progress_and_leads_to_the_plan(
        self, as_member: Client, promised: Action
    ) -> None:
        text = as_member.get(SUFFICIENCY).content.decode()
        for part in (promised.plan, promised.division, promised):
            assert f'href="{part.get_absolute_url()}"' in text
        said = words(as_member, SUFFICIENCY)
        assert "The sufficiency strategy" in said
        assert "None of its actions is rated" in said
        assert "31 March 2015 It is <b>open</b>." in said
        assert "Welfare bed<br>Develop a home with one." in text

    def test_rated_actions_are_counted_by_rating(self, as_member: Client, promised: Action) -> None:
        Action.objects.update(rating=Rating.AMBER)
        said = words(as_member, SUFFICIENCY)
        assert "None of its actions is rated" not in said
        assert "1 action: 1 Amber" in said


def test_the_published_record_is_told_whole(record: None, as_member: Client) -> None:
    said = words(as_member, OVERVIEW)
    assert "512 children were looked after on 31 March 2021, 20 more than a year before" in said
    assert "the number in Buckinghamshire rose 32%; England rose 14%" in said
    assert "it is judged among every year’s number at 31 march" in said.lower()

    said = words(as_member, SUFFICIENCY)
    assert "360 children were in foster care on 31 March 2021" in said
    assert "Sufficiency Strategy 2021-24" in said
    assert "Last reported on 31 October 2021" in said
    assert "Buckinghamshire Looked After Children Strategy" in said
