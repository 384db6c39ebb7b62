"""Figures of some measures, as their reader may see them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bucks_cs.lib.periods import PeriodKind, last_day
from bucks_cs.models import User
from scorecard.models import AreaKind, Source, Status
from scorecard.shown import Ledger
from tests.ledger import figure

pytestmark = pytest.mark.django_db


def texts(ledger: Ledger, code: str) -> list[str]:
    return [one.figure.text for one in ledger.each(code)]


def test_a_figure_comes_with_its_date_its_source_and_its_doubt(member: User) -> None:
    figure("cla-foster", 70, of="All looked-after children", source_note="Perhaps of all.")

    shown = Ledger(member, ["cla-foster"]).latest("cla-foster")

    assert shown is not None
    assert (shown.figure.text, shown.when) == ("70%", "on 31 March 2021")
    assert (shown.source, shown.doubt) == ("Document paper", "Perhaps of all.")
    assert shown.share_of == "all looked-after children"


def test_a_number_is_a_share_of_nothing(member: User) -> None:
    figure("cla", 512)
    shown = Ledger(member, ["cla"]).latest("cla")
    assert shown is not None and shown.share_of == ""


def test_figures_stand_oldest_first_and_projections_apart(member: User) -> None:
    figure("cla", 512, 2021)
    figure("cla", 492, 2020)
    figure("cla", 530, 2022, projection=True)

    ledger = Ledger(member, ["cla"])

    assert texts(ledger, "cla") == ["492", "512"]
    assert [one.figure.text for one in ledger.projected("cla")] == ["530"]


def test_of_two_figures_that_end_on_one_day_the_one_approved_last_is_told(officer: User) -> None:
    figure("cla", 512)
    figure(
        "cla",
        509,
        period_kind=PeriodKind.MONTH,
        period_start=date(2021, 3, 1),
        document=None,
        source=Source.COMPUTED,
        approved_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    shown = Ledger(officer, ["cla"]).latest("cla")

    assert shown is not None
    assert (shown.figure.text, shown.source) == ("509", "Counted from statutory files")


def test_a_count_that_is_not_published_is_not_a_members_to_see(officer: User, member: User) -> None:
    figure("cla", 509, document=None, source=Source.COMPUTED)
    assert texts(Ledger(officer, ["cla"]), "cla") == ["509"]
    assert texts(Ledger(member, ["cla"]), "cla") == []


def test_a_draft_is_nobodys_to_see(officer: User) -> None:
    figure("cla", 509, status=Status.DRAFT, approved_at=None)
    assert texts(Ledger(officer, ["cla"]), "cla") == []


def test_an_absence_is_told_as_it_is(member: User) -> None:
    figure("cla", 500, 2020)
    figure("cla", None)
    shown = Ledger(member, ["cla"]).latest("cla")
    assert shown is not None and shown.figure.text == "Not stated in the document"


def test_age_bands_stand_by_age(member: User) -> None:
    for band in ("10 to 15", "16 and over", "Under 1", "5 to 9", "1 to 4"):
        figure("cla-by-age", 50, category=band)
    assert list(Ledger(member, ["cla-by-age"]).parts("cla-by-age")) == [
        *("Under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over")
    ]


def test_others_are_the_nation_the_region_and_authorities_set_beside_us_in_print(
    officer: User,
) -> None:
    figure("cla", 512)
    for area in ("surrey", "south-east", "england"):
        figure("cla", 9310, area=area)
    far = figure("cla", 700, area="far-away", document=None)

    others = Ledger(officer, ["cla"]).others("cla")

    assert [line[0].area.code for line in others] == ["england", "south-east", "surrey"]
    assert far.series.area.kind == AreaKind.AUTHORITY


class TestSmallNumbers:
    def test_a_small_count_is_hidden_from_a_member_with_its_doubt(
        self, member: User, officer: User
    ) -> None:
        figure("uasc", 4, source_note="Four of them.")
        assert [
            (one.figure.hidden, one.doubt) for one in Ledger(member, ["uasc"]).each("uasc")
        ] == [(True, "")]
        assert texts(Ledger(officer, ["uasc"]), "uasc") == ["4"]

    def test_the_part_that_would_give_it_away_is_hidden_too(self, member: User) -> None:
        figure("uasc", 19)
        figure("uasc", 4, category="African")
        figure("uasc", 15, category="Other")
        parts = Ledger(member, ["uasc"]).parts("uasc")
        assert all(found[-1].figure.hidden for found in parts.values())


def test_of_old_months_only_the_years_ends_are_read_and_the_newest_of_each(officer: User) -> None:
    def in_month(code: str, month: date) -> None:
        figure(
            code,
            500,
            document=None,
            period_kind=PeriodKind.MONTH,
            period_start=month,
            period_end=last_day(month),
        )

    for month in (date(2014, 1, 1), date(2014, 3, 1), date(2024, 1, 1), date(2024, 2, 1)):
        in_month("cla", month)
    in_month("uasc", date(2014, 2, 1))

    ledger = Ledger(officer, ["cla", "uasc"])

    assert [one.label for one in ledger.each("cla")] == [
        "March 2014",
        "January 2024",
        "February 2024",
    ]
    assert [one.label for one in ledger.each("uasc")] == ["February 2014"]


def test_reading_takes_as_many_queries_however_much_there_is(member: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            Ledger(member, ["cla", "cla-by-age"])
        return len(caught)

    figure("cla", 512)
    few = queries()
    for year in range(2009, 2021):
        figure("cla", 400 + year % 9, year)
        figure("cla-by-age", 3, year, category="Under 1")
        figure("cla", 60000, year, area="england")
    assert queries() == few
