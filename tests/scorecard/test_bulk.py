"""Columns in and out of the database, by either road."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection

from scorecard import bulk
from scorecard.models import Outturn, Snapshot
from scorecard.services import compute_snapshots
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory, history

pytestmark = pytest.mark.django_db


def chunk(series: int, **floats: list[float]) -> bulk.Columns:
    """Snapshots of one series, month by month, as the rules hand them over."""
    count = len(next(iter(floats.values())))
    names = [field.attname for field in Snapshot._meta.concrete_fields]
    months = np.arange("2014-04", np.datetime64("2014-04") + count, dtype="M8[M]")
    columns: bulk.Columns = {name: np.zeros(count, np.int8) for name in names}
    for field in Snapshot._meta.concrete_fields:
        if field.get_internal_type() == "FloatField":
            columns[field.attname] = np.full(count, np.nan)
    columns["series_id"] = np.full(count, series)
    columns["period_start"] = months.astype("M8[D]")
    columns["period_end"] = (months + 1).astype("M8[D]") - 1
    return columns | {name: np.array(figures) for name, figures in floats.items()}


def kept() -> list[tuple[Any, ...]]:
    return list(Snapshot.objects.order_by("series", "period_end").values_list())


def test_columns_are_read_as_arrays_of_their_kind() -> None:
    series = SeriesFactory()
    history(series, 12.5, 80)
    read = bulk.read(Outturn.objects.all(), series_id=int, period_end=date, value=float)
    order = np.argsort(read["period_end"])
    assert read["series_id"].tolist() == [series.pk, series.pk]
    assert read["period_end"][order].tolist() == [date(2015, 1, 31), date(2015, 2, 28)]
    assert read["value"][order].tolist() == [12.5, 80]


def test_a_null_is_read_as_nan() -> None:
    OutturnFactory(value=None, absence="not_available")
    assert np.isnan(bulk.read(Outturn.objects.all(), value=float)["value"]).tolist() == [True]


def test_no_rows_are_read_as_empty_columns() -> None:
    read = bulk.read(Outturn.objects.filter(series=0), series_id=int, value=float)
    assert {name: column.tolist() for name, column in read.items()} == {
        "series_id": [],
        "value": [],
    }


def test_a_small_table_is_read_in_order_with_its_words() -> None:
    OutturnFactory(value=1, commentary="First")
    OutturnFactory(value=2, commentary="Second")
    read = bulk.fetch(Outturn.objects.order_by("-value"), value=float, commentary=str)
    assert read["value"].tolist() == [2, 1]
    assert read["commentary"].tolist() == ["Second", "First"]


def test_dates_before_2000_and_negative_figures_come_through() -> None:
    OutturnFactory(month=date(1998, 12, 1), value=-3)
    read = bulk.read(Outturn.objects.all(), period_start=date, value=float)
    assert read["period_start"].tolist() == [date(1998, 12, 1)]
    assert read["value"].tolist() == [-3]


def test_nan_is_written_as_null_whichever_columns_hold_it() -> None:
    nan = np.nan
    written = bulk.write(
        Snapshot,
        [chunk(1, value=[1.5, nan, 3, nan], target=[9, 8, nan, nan], mean=[nan, 2, 2, nan])],
    )
    assert written == 4
    figures = Snapshot.objects.order_by("period_end").values_list("value", "target", "mean")
    assert list(figures) == [(1.5, 9, None), (None, 8, 2), (3, None, 2), (None, None, None)]


def test_rows_are_written_chunk_by_chunk() -> None:
    assert bulk.write(Snapshot, (chunk(pk, value=[1.0, 2.0]) for pk in (1, 2, 3))) == 6
    assert bulk.write(Snapshot, []) == 0
    assert Snapshot.objects.count() == 6


def test_what_fails_while_rows_are_made_is_what_the_caller_hears() -> None:
    def breaks() -> Iterator[bulk.Columns]:
        yield chunk(1, value=[1.0])
        raise LookupError("no such target")

    with pytest.raises(LookupError, match="no such target"):
        bulk.write(Snapshot, breaks())


def test_the_chosen_rows_are_cleared() -> None:
    bulk.write(Snapshot, [chunk(1, value=[1.0, 2.0])])
    bulk.clear(Snapshot.objects.filter(value=1), whole_table=False)
    assert Snapshot.objects.get().value == 2
    bulk.clear(Snapshot.objects.all(), whole_table=True)
    assert not Snapshot.objects.exists()


@pytest.fixture
def some_ledger() -> None:
    target = TargetFactory()
    series = SeriesFactory(measure=target.measure)
    history(series, 10, 20.5, 30, None, 40, 40)
    OutturnFactory(value=None, absence="not_available")


@pytest.mark.postgres
@pytest.mark.usefixtures("some_ledger")
def test_both_roads_write_the_same_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    compute_snapshots()
    copied = kept()
    monkeypatch.setattr(bulk, "read", bulk.fetch)
    monkeypatch.setattr(bulk, "write", bulk._create)
    compute_snapshots()
    assert kept() == copied != []


@pytest.mark.postgres
def test_a_null_that_should_not_be_there_is_refused_and_not_misread() -> None:
    OutturnFactory(numerator=None)
    with pytest.raises(ValueError, match="NULL"):
        bulk._copy_out(Outturn.objects.all(), {"entered_by_id": int})
    assert connection.vendor == "postgresql"
