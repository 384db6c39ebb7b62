"""The life of a job: asked for, run, and, whatever happens to its worker, ended.

A task is written as `@shared_task def name(job_id)` around `with jobs.run(job_id) as job:`,
reports through `jobs.step`, and must be safe to run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import audit
from .models import Job, JobQuerySet, JobState, User

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside a job's work when somebody has cancelled it."""


class Refused(Exception):
    """Raised inside a job's work with a reason that a person can act on."""


def start(task: str, title: str, *, by: User | None, **arguments: Any) -> Job:
    """Asks for work. `task` is the dotted name of a Celery task that takes a job's id."""
    with transaction.atomic():
        job = Job.objects.create(task=task, title=title, asked_by=by, arguments=arguments)
        audit.record("asked for a job", title, by=by, task=task, job=job.pk)
        transaction.on_commit(lambda: _send(job))
    return job


def _send(job: Job) -> None:
    current_app.send_task(job.task, args=[job.pk])


@contextmanager
def run(job_id: int) -> Iterator[Job | None]:
    """Claims a queued job, and ends it as done, cancelled or failed. Yields None where there is
    nothing to do: it is being done by another worker, or is already ended."""
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, heartbeat=timezone.now(), attempts=F("attempts") + 1
    )
    if not claimed:
        yield None
        return
    job = Job.objects.get(pk=job_id)
    try:
        yield job
    except Cancelled:
        logger.info("Job %s (%s) stopped: cancelled or started again", job.pk, job.title)
    except Refused as reason:
        _end(job, JobState.FAILED, str(reason))
    except Exception:
        logger.exception("Job %s (%s) failed", job.pk, job.title)
        _end(job, JobState.FAILED, "Something went wrong. It has been logged for the administrator.")
        raise
    else:
        _end(job, JobState.DONE, job.message or "Done.", progress=100)


def step(job: Job, progress: int, message: str = "") -> None:
    """A heartbeat with progress. Raises Cancelled if somebody has cancelled the job."""
    job.progress, job.message = progress, message
    alive = _mine(job).update(progress=progress, message=message, heartbeat=timezone.now())
    if not alive:
        raise Cancelled


def _mine(job: Job) -> JobQuerySet:
    """The row, if this attempt still owns it: not if cancelled, nor if started again elsewhere."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _end(job: Job, state: JobState, message: str, *, progress: int | None = None) -> None:
    changes: dict[str, Any] = {"state": state, "message": message[:500]}
    if progress is not None:
        changes["progress"] = progress
    with transaction.atomic():
        ended = _mine(job).update(
            finished_at=timezone.now(), result_url=job.result_url, **changes
        )
        if ended:
            audit.record(f"job {state.value}", job.title, by=None, job=job.pk, message=message)


def cancel(job: Job, *, by: User) -> bool:
    """Cancels a job that has not ended; its work stops at its next step and changes nothing."""
    with transaction.atomic():
        cancelled = (
            Job.objects.filter(pk=job.pk)
            .unfinished()
            .update(
                state=JobState.CANCELLED,
                message="Cancelled. Nothing was changed.",
                finished_at=timezone.now(),
            )
        )
        if cancelled:
            audit.record("cancelled a job", job.title, by=by, job=job.pk)
    return bool(cancelled)


def rescue(now: datetime) -> int:
    """Starts again every unfinished job whose heartbeat stopped `STALE_AFTER` ago, or marks it
    failed after `MOST_ATTEMPTS`. Returns how many it touched. Run every minute."""
    stale = Job.objects.unfinished().filter(heartbeat__lt=now - STALE_AFTER)
    touched = 0
    for job in stale:
        still_stale = Job.objects.filter(pk=job.pk, state=job.state, heartbeat=job.heartbeat)
        if job.attempts >= MOST_ATTEMPTS:
            ended = still_stale.update(
                state=JobState.FAILED,
                message=f"Its worker stopped {job.attempts} times. Ask for it again, or tell the "
                "administrator.",
                finished_at=now,
            )
            if ended:
                audit.record("job failed", job.title, by=None, job=job.pk, attempts=job.attempts)
            touched += ended
        elif still_stale.update(state=JobState.QUEUED, heartbeat=now, message="Started again."):
            audit.record("started a job again", job.title, by=None, job=job.pk)
            _send(job)
            touched += 1
    return touched
