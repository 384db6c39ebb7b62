"""The published record on looked-after children, as the ledger holds it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bucks_cs.record import WrongFixture
from lac.published import load
from scorecard.models import Measure, Outturn, Series, Source, Target
from scorecard.published import load as load_scorecard

pytestmark = pytest.mark.django_db

FIXTURES = Path(settings.BASE_DIR, "fixtures")


@pytest.fixture
def loaded(published: None) -> None:
    load(FIXTURES)


@pytest.mark.usefixtures("loaded")
def test_every_figure_stands_where_its_document_has_it() -> None:
    ours = Outturn.objects.filter(series__measure__order__gte=100)
    assert ours.filter(source=Source.DOCUMENT).count() > 250
    assert not ours.filter(document=None).exists()
    assert not ours.filter(locator="").exists()
    home = Outturn.objects.home().filter(series__measure__code="cla").order_by("period_end")
    assert [int(one.value or 0) for one in home] == [
        *(330, 345, 390, 375, 400, 440, 435),
        *(455, 513, 492, 512),
    ]


@pytest.mark.usefixtures("loaded")
def test_figures_of_measures_that_the_scorecard_has_join_them() -> None:
    within = Outturn.objects.home().filter(series__measure__code="placed-within-20-miles")
    assert set(within.values_list("document__code", flat=True)) == {"001", "002", "003"}
    assert Measure.objects.filter(code="placed-within-20-miles", active=True).exists()
    assert Target.objects.filter(measure__code="new-childrens-homes").count() == 2


@pytest.mark.usefixtures("loaded")
def test_nobody_is_asked_to_type_them_monthly() -> None:
    added = Measure.objects.filter(order__gte=100)
    assert added.exists()
    assert not added.filter(active=True).exists()


@pytest.mark.usefixtures("loaded")
def test_categories_and_comparators_are_series_of_their_own() -> None:
    ages = Series.objects.filter(measure__code="cla-by-age", area__code="bucks")
    assert set(ages.values_list("category", flat=True)) == {
        "Under 1",
        "1 to 4",
        "5 to 9",
        "10 to 15",
        "16 and over",
    }
    with_numbers = Series.objects.filter(measure__code="cla").values_list("area__code", flat=True)
    assert set(with_numbers) == {"bucks", "england", "south-east", "oxfordshire", "surrey"}


@pytest.mark.usefixtures("loaded")
def test_loading_again_changes_nothing() -> None:
    assert load(FIXTURES).total() == 0


def test_another_councils_record_may_have_nothing_of_it(tmp_path: Path) -> None:
    assert load(tmp_path).total() == 0


def test_a_file_that_is_not_there_is_left_out(tmp_path: Path, published: None) -> None:
    (tmp_path / "lac").mkdir()
    shutil.copy(FIXTURES / "lac" / "areas.toml", tmp_path / "lac")
    assert dict(+load(tmp_path)) == {"area": 1}


def test_measures_that_are_counted_and_not_printed_are_loaded_too(tmp_path: Path) -> None:
    (tmp_path / "lac").mkdir()
    one = (FIXTURES / "lac" / "measures.toml").read_text(encoding="utf-8").split("[[measure]]")[1]
    counted = f"[[measure]]{one}".replace('code = "cla"', 'code = "cla-counted"')
    (tmp_path / "lac" / "counted.toml").write_text(counted, encoding="utf-8")

    assert load(tmp_path)["measure"] == 1
    assert Measure.objects.get().code == "cla-counted"


def test_a_wrong_row_is_named_and_nothing_is_loaded(tmp_path: Path, db: Any) -> None:
    record = Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))
    load_scorecard(record)
    before = Measure.objects.count(), Outturn.objects.count()
    rows = (record / "lac" / "outturns.csv").read_text(encoding="utf-8")
    spoilt = rows.replace("cla,england,", "cla,nowhere,", 1)
    (record / "lac" / "outturns.csv").write_text(spoilt, encoding="utf-8")

    with pytest.raises(WrongFixture, match=r"outturns\.csv, line 2: there is no 'nowhere'"):
        load(record)

    assert (Measure.objects.count(), Outturn.objects.count()) == before
