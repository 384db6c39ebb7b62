"""What stands where a figure is entered, and what is known of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bucks_cs.lib.periods import PeriodKind
from scorecard.entry import Entered
from scorecard.figures import series_to_enter, slots, targets_at
from scorecard.models import Series, Snapshot, Status
from scorecard.rag import Rag
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db

MARCH, END = date(2015, 3, 1), date(2015, 3, 31)


def slot_of(series: Series) -> Any:
    (slot,) = slots([series], END)
    return slot


# ---- what is entered ---------------------------------------------------------------


def test_every_active_measure_has_its_whole_to_enter_and_the_categories_that_exist() -> None:
    whole = SeriesFactory(measure__order=1)
    part = SeriesFactory(measure=whole.measure, category="First Response")
    SeriesFactory(measure=whole.measure, area__code="england")
    SeriesFactory(measure=MeasureFactory(active=False))
    assert series_to_enter() == [whole, part]


def test_a_measure_added_since_gets_its_series() -> None:
    AreaFactory()
    measure = MeasureFactory()
    (series,) = series_to_enter()
    assert (series.measure, series.area.code, series.category) == (measure, "bucks", "")
    assert series_to_enter() == [series]


# ---- slots -------------------------------------------------------------------------


def test_an_empty_slot_has_no_token_and_nothing_entered() -> None:
    slot = slot_of(SeriesFactory())
    assert (slot.current, slot.approved, slot.token) == (None, None, "")
    assert slot.entered == Entered()


def test_the_revision_in_progress_stands_before_the_approved_one() -> None:
    approved = OutturnFactory(month=MARCH)
    slot = slot_of(approved.series)
    assert slot.current == slot.approved == approved
    assert slot.known.revises
    draft = OutturnFactory(series=approved.series, month=MARCH, revision=2, status=Status.DRAFT)
    slot = slot_of(approved.series)
    assert (slot.current, slot.approved) == (draft, approved)
    assert slot.token == f"{draft.pk}.1"


def test_superseded_figures_and_projections_stand_nowhere() -> None:
    one = OutturnFactory(month=MARCH, status=Status.SUPERSEDED)
    OutturnFactory(series=one.series, month=MARCH, projection=True)
    assert slot_of(one.series).current is None


def test_a_measure_has_a_slot_only_where_its_period_ends() -> None:
    quarterly = SeriesFactory(measure__frequency=PeriodKind.QUARTER)
    yearly = SeriesFactory(measure__frequency=PeriodKind.CALENDAR_YEAR)
    found = slots([quarterly, yearly], END)
    assert [slot.period.label for slot in found] == ["January to March 2015"]


def test_a_figure_of_another_kind_of_period_with_the_same_end_is_another_figure() -> None:
    yearly = OutturnFactory(month=MARCH, kind=PeriodKind.FINANCIAL_YEAR)
    assert slot_of(yearly.series).current is None


def test_the_target_in_force_on_the_last_day_is_known() -> None:
    measure = MeasureFactory()
    TargetFactory(measure=measure, starts=date(2014, 4, 1), value=80)
    TargetFactory(measure=measure, starts=date(2015, 3, 31), value=85)
    TargetFactory(measure=measure, starts=date(2015, 4, 1), value=90)
    assert targets_at([measure.pk], END)[measure.pk].value == 85
    assert slot_of(SeriesFactory(measure=measure)).known.target == 85


def test_recent_values_are_the_last_six_approved_before_this_period() -> None:
    series = SeriesFactory()
    history(series, 1, 2, 3, None, 5, 6, 7, 8)
    OutturnFactory(series=series, month=MARCH, value=99)
    OutturnFactory(series=series, month=date(2014, 10, 1), status=Status.DRAFT, value=50)
    assert slot_of(series).known.recent == tuple(map(Decimal, (2, 3, 5, 6, 7, 8)))


def test_process_limits_are_those_of_the_latest_snapshot_before() -> None:
    series = SeriesFactory()
    for month, lower in ((date(2015, 1, 1), 1.0), (date(2015, 2, 1), 2.0), (MARCH, 3.0)):
        Snapshot.objects.create(
            series=series,
            period_start=month,
            period_end=month.replace(day=28),
            rag=Rag.RED,
            **dict.fromkeys(("direction", "direction_year", "direction_mean", "points"), 0),
            **dict.fromkeys(("point", "variation", "assurance", "on_track"), 0),
            **dict.fromkeys(("versus_neighbours", "versus_region", "versus_nation"), 0),
            lower_limit=lower,
            upper_limit=lower + 10,
        )
    (slot,) = slots([series], date(2015, 3, 28)) or [None]
    assert slot is not None
    assert slot.known.limits == (2.0, 12.0)


def test_slots_take_as_many_queries_for_many_series_as_for_one(
    django_assert_num_queries: Any,
) -> None:
    few = [SeriesFactory()]
    many = [SeriesFactory() for _ in range(12)]
    for series in many:
        OutturnFactory(series=series, month=MARCH)
        TargetFactory(measure=series.measure)
    with django_assert_num_queries(4):
        slots(few, END)
    with django_assert_num_queries(4):
        slots(many, END)


# ---- news --------------------------------------------------------------------------


def test_the_same_figure_written_another_way_is_no_news() -> None:
    outturn = OutturnFactory(month=MARCH, value=26, commentary="Why.", status=Status.DRAFT)
    slot = slot_of(outturn.series)
    assert not slot.is_news(Entered(value=Decimal("26.04"), commentary=" Why.\r\n"))
    assert slot.is_news(Entered(value=Decimal("26.06"), commentary="Why."))
    assert slot.is_news(Entered(value=Decimal(26), commentary="Because."))


def test_a_reason_alone_revises_nothing() -> None:
    outturn = OutturnFactory(month=MARCH, value=26, reason="The first reason.")
    slot = slot_of(outturn.series)
    assert slot.entered.reason == ""
    assert not slot.is_news(Entered(value=Decimal(26), reason="Another."))


def test_an_approved_figure_left_as_it_stands_has_no_problems() -> None:
    outturn = OutturnFactory(month=MARCH, value=26)
    TargetFactory(measure=outturn.series.measure)
    slot = slot_of(outturn.series)
    assert slot.problems_of(slot.entered) == []
    assert slot.problems_of(Entered(value=Decimal(27))) != []
