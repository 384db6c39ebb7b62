"""What the worker does for the scorecard: each takes plain values, calls one service, and is
safe to run twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bucks_cs import jobs
from bucks_cs.lib.periods import parse_month

from . import reminders, services
from .models import Area


@shared_task
def recompute_nightly() -> None:
    services.compute_snapshots()


@shared_task
def compute_month(month: str) -> None:
    """The council's snapshots of a month, "2015-02", and of every later one."""
    services.compute_snapshots(since=parse_month(month), areas=[settings.HOME_AREA])


@shared_task
def send_reminders() -> None:
    reminders.send(timezone.localdate())


@shared_task
def recompute_all(job_id: int) -> None:
    """A job, asked for by an administrator: every snapshot, an area at a time."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        areas = list(Area.objects.filter(series__isnull=False).distinct())
        written = 0
        for done, area in enumerate(areas):
            jobs.step(
                job, 100 * done // len(areas), f"{area.name}: {done + 1} of {len(areas)} areas"
            )
            written += services.compute_snapshots(areas=[area.code])
        job.message = f"{written:,} snapshots of {len(areas)} areas."
