"""What the worker is asked for, and does."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from scorecard import snapshots, tasks
from scorecard.models import Snapshot
from tests.factories import AreaFactory, SeriesFactory, history

pytestmark = pytest.mark.django_db

FEBRUARY = date(2015, 2, 1)


def test_a_month_is_asked_for_once_its_transaction_holds(
    sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        snapshots.request(FEBRUARY)
        assert sent_tasks == []
    assert sent_tasks == [("scorecard.tasks.compute_month", ("2015-02",))]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_for_when_the_transaction_fails(sent_tasks: list[Any]) -> None:
    with pytest.raises(LookupError), transaction.atomic():
        snapshots.request(FEBRUARY)
        raise LookupError
    assert sent_tasks == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_undo_an_approval(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*arguments: Any, **options: Any) -> None:
        raise OperationalError("Connection refused")

    monkeypatch.setattr("celery.app.task.Task.apply_async", away)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        snapshots.request(FEBRUARY)
    assert "Connection refused" in caplog.text


def test_a_month_is_computed_with_all_that_rest_on_it_for_the_council_alone() -> None:
    history(SeriesFactory(), 70, 80, 90, until=date(2015, 3, 1))
    history(SeriesFactory(area=AreaFactory(code="oxon")), 70, 80, 90, until=date(2015, 3, 1))
    tasks.compute_month("2015-02")
    computed = Snapshot.objects.order_by("period_end")
    assert list(computed.values_list("series__area__code", "value")) == [
        (settings.HOME_AREA, 80),
        (settings.HOME_AREA, 90),
    ]


def test_every_night_everything_is_computed() -> None:
    history(SeriesFactory(), 70, 80)
    history(SeriesFactory(area=AreaFactory(code="oxon")), 70)
    tasks.recompute_nightly()
    tasks.recompute_nightly()
    assert Snapshot.objects.count() == 3


def test_the_schedule_names_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    for entry in current_app.conf.beat_schedule.values():
        assert entry["task"] in current_app.tasks
