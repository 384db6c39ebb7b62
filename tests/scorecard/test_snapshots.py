"""What the rules say of every approved outturn, computed and kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg2
import pytest
from django.conf import settings
from django.db import connection, transaction

from bucks_cs.lib.periods import Period, PeriodKind, add_months
from bucks_cs.record import load
from scorecard import bulk, snapshots, spc
from scorecard.models import Absence, Measure, Outturn, Rebase, Series, Snapshot, Status, Target
from scorecard.rag import Polarity, Rag, ToleranceKind
from scorecard.services import compute_snapshots
from scorecard.spc import Assurance, Point, Variation
from scorecard.trends import Comparison, Direction, OnTrack
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db

FEBRUARY = date(2015, 2, 1)
JANUARY = date(2015, 1, 1)


def snapshot(series: Series, month: date = FEBRUARY) -> Snapshot:
    return Snapshot.objects.ending_in(month).get(series=series)


def rows(**wanted: Any) -> list[tuple[Any, ...]]:
    names = [field.attname for field in Snapshot._meta.concrete_fields]
    found = Snapshot.objects.filter(**wanted).order_by("series", "period_end", "period_start")
    return list(found.values_list(*names))


# ---- which outturns have one -------------------------------------------------------


def test_every_approved_outturn_has_a_snapshot() -> None:
    series = SeriesFactory()
    history(series, 70, 80)
    assert compute_snapshots() == 2
    assert snapshot(series).value == 80


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.SUPERSEDED])
def test_what_is_not_approved_has_none(status: Status) -> None:
    OutturnFactory(status=status)
    assert compute_snapshots() == 0


def test_a_projection_has_none_and_is_no_part_of_the_history() -> None:
    series = SeriesFactory()
    OutturnFactory(series=series, month=JANUARY, projection=True)
    OutturnFactory(series=series)
    assert compute_snapshots() == 1
    assert snapshot(series).direction == Direction.NONE


def test_a_named_absence_has_one_and_no_figure_in_it_is_nan() -> None:
    series = SeriesFactory()
    OutturnFactory(series=series, value=None, absence=Absence.NOT_AVAILABLE)
    TargetFactory(measure=series.measure)
    compute_snapshots()
    said = snapshot(series)
    assert (said.value, said.mean, said.lower_limit, said.upper_limit) == (None,) * 4
    assert (said.rag, said.point, said.points) == (Rag.NO_DATA, Point.ABSENT, 0)
    assert said.variation == Variation.NONE


def test_one_that_is_approved_no_more_loses_its_snapshot() -> None:
    outturn = OutturnFactory()
    compute_snapshots()
    outturn.status = Status.SUPERSEDED
    outturn.save()
    assert compute_snapshots(since=FEBRUARY, until=FEBRUARY) == 0
    assert rows() == []


def test_an_empty_ledger_has_none() -> None:
    assert compute_snapshots() == 0


# ---- against the target ------------------------------------------------------------


def test_the_target_is_the_step_in_force_on_the_last_day() -> None:
    series = SeriesFactory()
    history(series, 80, 80)
    other = TargetFactory(starts=date(2015, 2, 14), value=Decimal(99))
    TargetFactory(measure=series.measure, starts=date(2015, 2, 28), value=Decimal(78))
    compute_snapshots()
    assert other.measure != series.measure
    assert (snapshot(series, JANUARY).target, snapshot(series, JANUARY).rag) == (
        None,
        Rag.NO_TARGET,
    )
    assert (snapshot(series).target, snapshot(series).rag) == (78, Rag.GREEN)


def test_a_band_has_an_upper_edge() -> None:
    measure = MeasureFactory(polarity=Polarity.BAND)
    TargetFactory(measure=measure, value=Decimal(60), upper=Decimal(70))
    series = SeriesFactory(measure=measure)
    OutturnFactory(series=series, value=73)
    compute_snapshots()
    said = snapshot(series)
    assert (said.target, said.target_upper, said.rag) == (60, 70, Rag.AMBER)


def test_each_measure_is_judged_by_its_own_polarity_and_tolerance() -> None:
    lower = MeasureFactory(
        polarity=Polarity.LOWER, tolerance=10, tolerance_kind=ToleranceKind.RELATIVE
    )
    for measure in (lower, MeasureFactory(tolerance=3)):
        TargetFactory(measure=measure, value=Decimal(84))
        OutturnFactory(series__measure=measure, value=80 if measure != lower else 92)
    compute_snapshots()
    assert [row.rag for row in Snapshot.objects.order_by("series")] == [Rag.AMBER, Rag.RED]


def test_on_track_looks_to_the_next_step_of_the_target() -> None:
    rising, falling = SeriesFactory(), SeriesFactory()
    for series in (rising, falling):
        TargetFactory(measure=series.measure, starts=date(2015, 1, 1), value=Decimal(50))
        TargetFactory(measure=series.measure, starts=date(2015, 6, 15), value=Decimal(70))
    history(rising, *range(50, 66, 3))  # 65 in February; four months at 3 more make 77
    history(falling, *range(80, 64, -3))
    compute_snapshots()
    assert snapshot(rising).on_track == OnTrack.ON_TRACK
    assert snapshot(falling).on_track == OnTrack.OFF_TRACK


def test_on_track_counts_periods_and_not_months() -> None:
    """From 60 in March, at 5 a quarter, July to September comes to 70: two quarters on."""
    measure = MeasureFactory(frequency=PeriodKind.QUARTER)
    TargetFactory(measure=measure, starts=date(2015, 7, 1), value=Decimal(75))
    series = SeriesFactory(measure=measure)
    for back, value in enumerate((60, 55, 50, 45)):
        month = add_months(date(2015, 3, 1), -3 * back)
        OutturnFactory(series=series, kind=PeriodKind.QUARTER, month=month, value=value)
    compute_snapshots()
    assert snapshot(series, date(2015, 3, 1)).on_track == OnTrack.OFF_TRACK
    Target.objects.update(value=70)
    compute_snapshots()
    assert snapshot(series, date(2015, 3, 1)).on_track == OnTrack.ON_TRACK


def test_after_the_last_step_there_is_no_next() -> None:
    target = TargetFactory()
    series = SeriesFactory(measure=target.measure)
    history(series, 1, 2, 3)
    compute_snapshots()
    assert snapshot(series).on_track == OnTrack.NO_NEXT_STEP


# ---- against its own past ----------------------------------------------------------


def test_direction_looks_one_period_and_one_year_and_three_periods_back() -> None:
    series = SeriesFactory()
    history(series, 90, *[50] * 9, 60, 60, 65)
    compute_snapshots()
    said = snapshot(series)
    assert said.direction == Direction.IMPROVED
    assert said.direction_year == Direction.WORSENED
    assert said.direction_mean == Direction.IMPROVED


def test_a_missing_period_is_a_gap() -> None:
    series = SeriesFactory()
    history(series, 70, 71, 72, None, 73)
    compute_snapshots()
    assert snapshot(series).direction == Direction.NONE
    assert snapshot(series).direction_mean == Direction.NONE


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (PeriodKind.QUARTER, date(2014, 12, 1)),
        (PeriodKind.FINANCIAL_YEAR, date(2015, 3, 1)),
        (PeriodKind.ACADEMIC_YEAR, date(2014, 8, 1)),
        (PeriodKind.CALENDAR_YEAR, date(2014, 12, 1)),
    ],
)
def test_the_neighbours_of_a_period_are_those_of_its_kind(kind: PeriodKind, last: date) -> None:
    step = 3 if kind is PeriodKind.QUARTER else 12
    series = SeriesFactory(measure__frequency=kind)
    for back, value in enumerate((75, 70, 65, 60, 80)):
        OutturnFactory(series=series, kind=kind, month=add_months(last, -step * back), value=value)
    compute_snapshots()
    said = snapshot(series, last)
    assert said.points == 5
    assert said.direction == Direction.IMPROVED
    assert said.direction_mean == Direction.IMPROVED
    expected = Direction.WORSENED if kind is PeriodKind.QUARTER else Direction.IMPROVED
    assert said.direction_year == expected


def test_kinds_of_period_in_one_series_do_not_mix() -> None:
    series, december = SeriesFactory(), date(2014, 12, 1)
    history(series, 70, 80, until=december)
    OutturnFactory(series=series, kind=PeriodKind.QUARTER, month=december, value=10)
    OutturnFactory(series=series, kind=PeriodKind.CALENDAR_YEAR, month=december, value=20)
    OutturnFactory(series=series, kind=PeriodKind.DATE, month=december, value=30)
    assert compute_snapshots() == 5
    points = {row.value: row.points for row in Snapshot.objects.ending_in(december)}
    assert points == {80: 2, 10: 1, 20: 1, 30: 1}


def test_every_figure_of_a_date_is_judged_two_in_one_month_too() -> None:
    series = SeriesFactory(measure__frequency=PeriodKind.DATE)
    for day, value in ((date(2015, 1, 31), 60), (date(2015, 2, 27), 70), (date(2015, 2, 13), 65)):
        OutturnFactory(series=series, period=Period.starting(PeriodKind.DATE, day), value=value)
    assert compute_snapshots() == 3
    first = Snapshot.objects.get(period_end=date(2015, 2, 13))
    second = Snapshot.objects.get(period_end=date(2015, 2, 27))
    assert (first.direction, second.direction) == (Direction.IMPROVED, Direction.NONE)


# ---- the process -------------------------------------------------------------------


def assert_as_charted(series: Series, month: date, values: list[float], **how: Any) -> None:
    chart = spc.chart([values], **how)
    said = snapshot(series, month)
    assert said.mean == pytest.approx(chart.mean[0, -1])
    assert said.lower_limit == pytest.approx(chart.lower[0, -1])
    assert said.upper_limit == pytest.approx(chart.upper[0, -1])
    assert (said.point, said.points) == (chart.kind[0, -1], chart.count[0, -1])
    polarity = series.measure.polarity
    assert said.variation == spc.variation(chart.kind, chart.side, polarity)[0, -1]


def test_each_snapshot_is_the_chart_as_it_stood_in_its_period() -> None:
    series = SeriesFactory()
    values = [50.0, 52, 49, 51, 50, 53, 48, 60, 61, 62, 63, 64, 65, 90]
    outturns = history(series, *values)
    compute_snapshots()
    for known, outturn in enumerate(outturns[1:], start=2):
        assert_as_charted(series, outturn.period.month, values[:known])


def test_a_series_may_freeze_its_limits() -> None:
    series = SeriesFactory(freeze_after=4)
    values = [50.0, 52, 49, 51, 80, 83]
    history(series, *values)
    compute_snapshots()
    assert_as_charted(series, FEBRUARY, values, freeze_after=[4])


@pytest.mark.parametrize("kind", [PeriodKind.MONTH, PeriodKind.QUARTER])
def test_a_rebase_begins_with_the_period_that_ends_in_its_month_or_later(
    kind: PeriodKind,
) -> None:
    step = 3 if kind is PeriodKind.QUARTER else 1
    last = date(2015, 3, 1)
    series, other = SeriesFactory(), SeriesFactory()
    values = [50.0, 52, 49, 80, 82, 81]
    for back, value in enumerate(reversed(values)):
        for one in (series, other):
            month = add_months(last, -step * back)
            OutturnFactory(series=one, kind=kind, month=month, value=value)
    Rebase.objects.create(series=series, month=add_months(last, -2 * step), reason="Recounted")
    Rebase.objects.create(series=series, month=date(2001, 1, 1), reason="Before any figure")
    compute_snapshots()
    begins = [False, False, False, True, False, False]
    assert_as_charted(series, last, values, rebase=[begins])
    assert_as_charted(other, last, values)


def test_one_point_is_no_process() -> None:
    series = SeriesFactory()
    OutturnFactory(series=series)
    TargetFactory(measure=series.measure)
    compute_snapshots()
    said = snapshot(series)
    assert (said.mean, said.lower_limit, said.points) == (80, None, 1)
    assert (said.variation, said.assurance) == (Variation.NONE, Assurance.NONE)


def test_there_is_no_hindsight() -> None:
    series = SeriesFactory()
    history(series, 50, 52, 49, 51, until=JANUARY)
    compute_snapshots()
    before = rows()
    OutturnFactory(series=series, value=99)
    compute_snapshots()
    assert rows(period_end__lt=FEBRUARY) == before


def test_a_revision_of_an_earlier_month_changes_what_is_said_of_later_ones() -> None:
    series = SeriesFactory()
    earlier = history(series, 50, 52, 49, 51)[0]
    compute_snapshots()
    before = snapshot(series).upper_limit
    Outturn.objects.filter(pk=earlier.pk).update(value=20)
    compute_snapshots()
    assert snapshot(series).upper_limit > before


# ---- against others ----------------------------------------------------------------


@pytest.fixture
def measure() -> Measure:
    return MeasureFactory(tolerance=5)


@pytest.fixture
def ours(measure: Measure) -> Series:
    """The council's series of one measure, with neighbours, a region and a nation."""
    area = AreaFactory(
        neighbours=AreaFactory(code="neighbours"),
        region=AreaFactory(code="region"),
        nation=AreaFactory(code="nation"),
    )
    series = SeriesFactory(measure=measure, area=area)
    OutturnFactory(series=series, value=70)
    return series


def theirs(measure: Measure, code: str, value: float | None, **more: Any) -> Outturn:
    series = SeriesFactory(measure=measure, area__code=code)
    absence = Absence.NOT_AVAILABLE if value is None else ""
    return OutturnFactory(series=series, value=value, absence=absence, **more)


def test_a_figure_is_compared_with_each_comparator(measure: Measure, ours: Series) -> None:
    theirs(measure, "neighbours", 60)
    theirs(measure, "region", 75)
    theirs(measure, "nation", 80)
    compute_snapshots()
    said = snapshot(ours)
    assert said.versus_neighbours == Comparison.BETTER
    assert said.versus_region == Comparison.SIMILAR
    assert said.versus_nation == Comparison.WORSE


def test_similar_may_be_a_share_of_the_comparator(measure: Measure, ours: Series) -> None:
    measure.tolerance_kind = ToleranceKind.RELATIVE
    measure.save()
    theirs(measure, "region", 74)
    theirs(measure, "nation", 73)
    compute_snapshots()
    assert snapshot(ours).versus_region == Comparison.WORSE
    assert snapshot(ours).versus_nation == Comparison.SIMILAR


def test_a_comparator_stands_by_its_latest_figure_of_any_kind_of_period(
    measure: Measure, ours: Series
) -> None:
    theirs(measure, "nation", 10, kind=PeriodKind.MONTH, month=date(2013, 6, 1))
    theirs(measure, "nation", 99, kind=PeriodKind.CALENDAR_YEAR, month=date(2013, 12, 1))
    theirs(measure, "nation", 10, month=date(2015, 3, 1))  # not known yet in February
    compute_snapshots()
    assert snapshot(ours).versus_nation == Comparison.WORSE


def test_of_figures_that_end_on_one_day_the_shortest_period_counts(
    measure: Measure, ours: Series
) -> None:
    december = date(2014, 12, 1)
    theirs(measure, "nation", 10, month=december)
    theirs(measure, "nation", 99, kind=PeriodKind.CALENDAR_YEAR, month=december)
    compute_snapshots()
    assert snapshot(ours).versus_nation == Comparison.BETTER


def test_an_absence_is_not_replaced_by_an_older_figure(measure: Measure, ours: Series) -> None:
    theirs(measure, "nation", 10, month=JANUARY)
    theirs(measure, "nation", None)
    compute_snapshots()
    assert snapshot(ours).versus_nation == Comparison.NONE


def test_only_the_same_measure_and_category_are_compared(measure: Measure, ours: Series) -> None:
    nation = AreaFactory(code="nation")
    OutturnFactory(series=SeriesFactory(area=nation), value=10)
    OutturnFactory(series=SeriesFactory(measure=measure, area=nation, category="Boys"), value=10)
    boys = SeriesFactory(measure=measure, area=ours.area, category="Boys")
    OutturnFactory(series=boys, value=70)
    compute_snapshots()
    assert snapshot(ours).versus_nation == Comparison.NONE
    assert snapshot(boys).versus_nation == Comparison.BETTER


# ---- some of them ------------------------------------------------------------------


@pytest.fixture
def two_councils() -> None:
    """Two councils and a nation with thirty months, gaps, targets, quarters and a rebase."""
    random = np.random.default_rng(2015)
    nation = AreaFactory(code="nation")
    for polarity in Polarity:
        measure = MeasureFactory(polarity=polarity)
        for step in (date(2013, 1, 1), date(2014, 6, 1), date(2015, 9, 1)):
            TargetFactory(measure=measure, starts=step, value=Decimal(55), upper=Decimal(60))
        for code in ("bucks", "oxon", "nation"):
            area = AreaFactory(code=code, nation=nation if code != "nation" else None)
            series = SeriesFactory(measure=measure, area=area, freeze_after=len(code))
            values = random.normal(55, 6, 30).round(1)
            history(series, *(value if random.random() < 0.9 else None for value in values))
            for quarter in (date(2014, 9, 1), date(2014, 12, 1)):
                OutturnFactory(series=series, kind=PeriodKind.QUARTER, month=quarter)
        Rebase.objects.create(series=series, month=date(2014, 1, 1), reason="Recounted")


@pytest.mark.usefixtures("two_councils")
def test_computing_twice_changes_nothing() -> None:
    compute_snapshots()
    once = rows()
    assert compute_snapshots() == len(once)
    assert rows() == once


@pytest.mark.usefixtures("two_councils")
def test_part_by_part_says_the_same_as_all_at_once() -> None:
    compute_snapshots()
    whole = rows()
    Snapshot.objects.all().delete()
    for area in ("oxon", "bucks", "nation"):
        for back in range(30):
            month = add_months(FEBRUARY, -back)
            compute_snapshots(since=month, until=month, areas=[area])
    assert rows() == whole


@pytest.mark.usefixtures("two_councils")
def test_a_month_of_one_area_leaves_the_others_alone() -> None:
    compute_snapshots()
    Snapshot.objects.update(rag=0)
    written = compute_snapshots(since=JANUARY, until=FEBRUARY, areas=["bucks"])
    done = Snapshot.objects.exclude(rag=0)
    assert done.count() == written > 0
    assert set(done.values_list("series__area__code", flat=True)) == {"bucks"}
    assert set(done.dates("period_end", "month")) <= {JANUARY, FEBRUARY}


# ---- when something goes wrong -----------------------------------------------------


@pytest.mark.usefixtures("two_councils")
def test_a_failure_in_the_middle_leaves_the_old_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    compute_snapshots()
    before = rows()
    Outturn.objects.update(value=1)
    judged = snapshots._judged

    def breaks(*arguments: Any) -> Iterator[bulk.Columns]:
        yield next(judged(*arguments))
        raise RuntimeError("the worker has died")

    monkeypatch.setattr(snapshots, "_judged", breaks)
    for bounds in ({}, {"since": JANUARY}):
        with pytest.raises(RuntimeError, match="died"), transaction.atomic():
            compute_snapshots(**bounds)
        assert rows() == before


# ---- who waits for whom ------------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """Another connection to the same database."""
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    yield other
    other.close()


def free(elsewhere: Any, key: int, shared: str = "") -> bool:
    with elsewhere, elsewhere.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock{shared}(%s, %s)", [snapshots._LOCKS, key])
        return bool(cursor.fetchone()[0])


@pytest.mark.postgres
def test_two_months_may_be_computed_at_once_and_one_month_only_once(elsewhere: Any) -> None:
    compute_snapshots(since=FEBRUARY, until=FEBRUARY)
    assert not free(elsewhere, 201502)
    assert free(elsewhere, 201501)
    assert free(elsewhere, 0, "_shared")


@pytest.mark.postgres
def test_a_recompute_of_everything_waits_for_a_month_and_the_other_way_round(
    elsewhere: Any,
) -> None:
    snapshots.lock(FEBRUARY)
    assert not free(elsewhere, 0)
    compute_snapshots()
    assert not free(elsewhere, 0, "_shared")


@pytest.mark.postgres
def test_who_loads_the_record_approves_so_nobody_else_approves_meanwhile(elsewhere: Any) -> None:
    assert free(elsewhere, 1)
    load(settings.BASE_DIR / "fixtures")
    assert not free(elsewhere, 1)


def a_worker_waits_in_copy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE 'COPY%'"
        )
        return bool(cursor.fetchone()[0])


def within(seconds: float, happens: Any) -> bool:
    deadline = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(happened)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_writes_leaves_the_month_whole(elsewhere: Any) -> None:
    first, last = SeriesFactory(), SeriesFactory()
    OutturnFactory(series=first)
    compute_snapshots()
    before = rows()
    Outturn.objects.update(value=10)
    OutturnFactory(series=last, value=10)

    with elsewhere.cursor() as cursor:
        # A row that is not committed, with the key of one that the worker will write: it waits.
        cursor.execute(
            "INSERT INTO scorecard_snapshot SELECT * FROM "
            "json_populate_record((SELECT s FROM scorecard_snapshot s), %s)",
            [f'{{"series_id": {last.pk}}}'],
        )
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "compute_snapshots", "2015-02"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database_url(), "HTTPS": "0"},
        )
        assert within(60, a_worker_waits_in_copy)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        elsewhere.rollback()

    assert within(10, lambda: free(elsewhere, 201502))
    assert rows() == before
    assert compute_snapshots(since=FEBRUARY, until=FEBRUARY) == 2


def database_url() -> str:
    database = connection.settings_dict
    host, port = database["HOST"], database["PORT"] or 5432
    user = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    return f"postgres://{user}@{host}:{port}/{database['NAME']}"
