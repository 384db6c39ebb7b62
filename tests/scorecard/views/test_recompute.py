"""An administrator asks for every snapshot to be computed anew, and watches it being done."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import Job, JobState
from scorecard.models import Snapshot
from scorecard.tasks import recompute_all
from tests.factories import AreaFactory, MeasureFactory, SeriesFactory, history

pytestmark = pytest.mark.django_db


def ask(client: Client) -> Job:
    address = client.post("/jobs/recompute/")["Location"]
    return Job.objects.get(pk=address.strip("/").split("/")[-1])


def test_it_is_a_job_for_the_worker(
    as_administrator: Client, sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(as_administrator)

    assert sent_tasks == [(recompute_all.name, (job.pk,))]
    assert job.asked_by
    assert job.asked_by.username == "administrator"


def test_asking_twice_leads_to_the_one_that_is_at_it(as_administrator: Client) -> None:
    assert ask(as_administrator) == ask(as_administrator)

    Job.objects.update(state=JobState.DONE)
    ask(as_administrator)
    assert Job.objects.count() == 2


def test_every_areas_snapshots_are_made(as_administrator: Client) -> None:
    measure = MeasureFactory()
    for code in ("bucks", "england"):
        history(SeriesFactory(measure=measure, area=AreaFactory(code=code)), 80, 81, 82)
    AreaFactory(code="empty")
    job = ask(as_administrator)
    recompute_all(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "6 snapshots of 2 areas.")
    assert Snapshot.objects.count() == 6

    recompute_all(job.pk)
    assert Snapshot.objects.count() == 6, "its message may come twice"


def test_it_can_be_stopped_between_areas(
    as_administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("bucks", "england"):
        history(SeriesFactory(area=AreaFactory(code=code)), 80)
    job = ask(as_administrator)

    def cancelled_meanwhile(areas: list[str]) -> int:
        as_administrator.post(f"/jobs/{job.pk}/cancel/")
        return 1

    monkeypatch.setattr("scorecard.services.compute_snapshots", cancelled_meanwhile)
    recompute_all(job.pk)

    job.refresh_from_db()
    assert (job.state, job.progress) == (JobState.CANCELLED, 0)
