"""The published record, as the ledger holds it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from bucks_cs.models import AuditEvent
from scorecard.models import (
    Absence,
    Area,
    Baseline,
    GroupMember,
    Measure,
    Outturn,
    Publication,
    PublishedFigure,
    Series,
    Snapshot,
    Target,
)
from scorecard.published import WrongFixture, load
from scorecard.rag import Rag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

FEBRUARY = date(2015, 2, 1)

# Document 003, scorecard table, typed from the paper: outturn, target, printed RAG.
PRINTED = {
    "repeat-referrals": ("26.0", "25.0", "Amber"),
    "assessments-45-days": ("63.0", "90.0", "Red"),
    "children-seen": ("89.0", "100.0", "Red"),
    "initial-health-assessments-28-days": ("22.0", "100.0", "Red"),
    "pathway-plans-16-18": ("96.5", "100.0", "Amber"),
    "pathway-plans-care-leavers": ("69.6", "100.0", "Red"),
    "placed-within-20-miles": ("45.0", "55.0", "Red"),
    "icpc-15-days": ("67.0", "70.0", "Amber"),
}


def counts() -> dict[str, int]:
    models = (Area, Baseline, GroupMember, Measure, Outturn, Publication, PublishedFigure)
    more = (Series, Snapshot, Target, AuditEvent)
    return {model.__name__: model.objects.count() for model in (*models, *more)}


@pytest.mark.parametrize(("code", "printed"), PRINTED.items())
def test_the_rule_gives_the_ratings_that_february_2015_printed(
    code: str, printed: tuple[str, str, str]
) -> None:
    value, target, rag = printed
    outturn = Outturn.objects.home().ending_in(FEBRUARY).get(series__measure__code=code)
    snapshot = Snapshot.objects.home().ending_in(FEBRUARY).get(series__measure__code=code)
    assert outturn.value == Decimal(value)
    assert outturn.printed_rag == rag
    assert snapshot.target == float(target)
    assert Rag(snapshot.rag).label == rag


def test_months_printed_as_not_available_are_kept_as_that() -> None:
    months = Outturn.objects.home().filter(
        series__measure__code="pathway-plans-care-leavers", period_kind="month"
    )
    assert months.filter(absence=Absence.NOT_AVAILABLE, value=None, printed="n/a").count() == 9
    assert months.count() == 11  # April 2014 to February 2015; March's cell is blank


def test_every_figure_says_where_it_stands_in_its_document() -> None:
    for model in (Outturn, Target, Baseline):
        assert not model.objects.filter(document=None).exists()
        assert not model.objects.filter(locator="").exists()
        assert not model.objects.filter(printed="").exists()


def test_forecasts_are_not_outturns() -> None:
    assert Outturn.objects.filter(projection=True).count() == 2
    judged = set(Snapshot.objects.values_list("series__measure__code", "period_end"))
    for forecast in Outturn.objects.filter(projection=True):
        assert (forecast.series.measure.code, forecast.period_end) not in judged


def test_the_neighbours_are_ten_and_leave_out_the_council_itself() -> None:
    members = GroupMember.objects.filter(group__code="statistical-neighbours")
    assert members.count() == 10
    assert not members.filter(area__code="bucks").exists()


def test_february_2015_is_published_as_it_was_on_the_day_of_the_committee() -> None:
    publication = Publication.objects.get(month=FEBRUARY)
    assert publication.published_at.date() <= date(2015, 4, 7)
    shown = {figure.outturn.series.measure.code for figure in publication.figures.all()}
    assert set(PRINTED) <= shown


def test_loading_again_changes_nothing() -> None:
    before = counts()
    assert load(settings.BASE_DIR / "fixtures").total() == 0
    assert counts() == before


def test_loading_again_leaves_what_people_have_changed() -> None:
    Measure.objects.filter(code="repeat-referrals").update(tolerance=Decimal(2))
    call_command("load_published")
    assert Measure.objects.get(code="repeat-referrals").tolerance == Decimal(2)


def test_a_folder_with_a_wrong_code_loads_nothing(tmp_path: Path, db: Any) -> None:
    for file in (settings.BASE_DIR / "fixtures").iterdir():
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        wrong = text.replace("repeat-referrals,bucks,,month", "nothing,bucks,,month")
        (tmp_path / file.name).write_text(wrong, encoding="utf-8")
    before = counts()
    with pytest.raises(WrongFixture, match=r"outturns.csv, line 2: there is no 'nothing'"):
        load(tmp_path)
    assert counts() == before
