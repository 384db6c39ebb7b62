"""The life of a job: asked for, run, and, whatever happens to its worker, ended.

A task is written as `@shared_task def name(job_id)` around `with jobs.run(job_id) as job:` (None:
nothing to do), reports through `jobs.step` at least once a minute, outside any transaction, and
must be safe to run twice.
"""

from __future__ import annotations

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

STALE_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside a job's work when somebody has cancelled it, or it was started again."""


class Refused(Exception):
    """Raised inside a job's work with a reason that a person can act on."""


def start(task: str, title: str, *, by: User | None, **arguments: Any) -> Job:
    """Asks for work. `task` is the dotted name of a Celery task that takes a job's id."""
    with transaction.atomic():
        job = Job.objects.create(task=task, title=title, asked_by=by, arguments=arguments)
        audit.record("asked for a job", title, by=by, job=job.pk)
        _send_on_commit(job)
    return job


def _send_on_commit(job: Job) -> None:
    """Tells the workers, once the row is there for them to see. A broker that is down is logged
    and no more: the job stays queued, and `rescue` tells them again."""
    transaction.on_commit(lambda: _send(job), robust=True)


def _send(job: Job) -> None:
    current_app.send_task(job.task, args=[job.pk])


@contextmanager
def run(job_id: int) -> Iterator[Job | None]:
    """Claims a queued job, and ends it as done, cancelled or failed. Yields None where there is
    nothing to do: it is being done by another worker, or has ended already."""
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        progress=0,
        message="",
        heartbeat=timezone.now(),
        attempts=F("attempts") + 1,
    )
    if not claimed:
        yield None
        return
    job = Job.objects.get(pk=job_id)
    try:
        yield job
    except Cancelled:
        return
    except Refused as reason:
        _end(job, JobState.FAILED, str(reason))
    except Exception:
        _end(job, JobState.FAILED, "Something went wrong. The administrator can see what.")
        raise  # Celery logs it, with its traceback
    else:
        _end(job, JobState.DONE, job.message or "Done.", progress=100)


def step(job: Job, progress: int, message: str = "") -> None:
    """A heartbeat with progress (per cent). Raises Cancelled if the job is no longer this
    worker's, and RuntimeError inside a transaction, where nobody could see it."""
    with transaction.atomic(durable=True):
        alive = _mine(job).update(progress=progress, message=message, heartbeat=timezone.now())
    if not alive:
        raise Cancelled
    job.progress, job.message = progress, message


def _mine(job: Job) -> JobQuerySet:
    """The row, if this attempt still owns it: not if cancelled, nor if started again elsewhere."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _end(job: Job, state: JobState, message: str, **changes: Any) -> None:
    with transaction.atomic():
        ended = _mine(job).update(
            state=state,
            message=message[:500],
            finished_at=timezone.now(),
            result_url=job.result_url,
            **changes,
        )
        if ended:
            audit.record(f"job {state.value}", job.title, by=None, job=job.pk, message=message)


def cancel(job: Job, *, by: User) -> bool:
    """Cancels a job that has not ended, and says whether it did. Work that is running stops at
    its next step; what it finished before that stays."""
    with transaction.atomic():
        cancelled = (
            Job.objects.filter(pk=job.pk)
            .unfinished()
            .update(
                state=JobState.CANCELLED,
                message=f"Cancelled by {by.display_name}.",
                finished_at=timezone.now(),
            )
        )
        if cancelled:
            audit.record("cancelled a job", job.title, by=by, job=job.pk)
    return bool(cancelled)


def rescue(now: datetime) -> int:
    """Deals with every unfinished job whose heartbeat stopped `STALE_AFTER` ago, and returns how
    many. Run every minute.

    One that was running has lost its worker: it is started again, or after `MOST_ATTEMPTS` marked
    failed. One still waiting may have lost its message: the workers are told again, which is
    harmless where they had only been busy.
    """
    stale = Job.objects.unfinished().filter(heartbeat__lt=now - STALE_AFTER)
    return sum(_rescue(job, now) for job in stale)


def _rescue(job: Job, now: datetime) -> int:
    unchanged = Job.objects.filter(pk=job.pk, state=job.state, heartbeat=job.heartbeat)
    with transaction.atomic():
        if job.state == JobState.RUNNING and job.attempts >= MOST_ATTEMPTS:
            message = f"Its worker stopped {job.attempts} times. Tell the administrator."
            ended = unchanged.update(state=JobState.FAILED, message=message, finished_at=now)
            if ended:
                audit.record("job failed", job.title, by=None, job=job.pk, message=message)
            return ended
        sent = unchanged.update(state=JobState.QUEUED, heartbeat=now)
        if sent and job.state == JobState.RUNNING:
            audit.record("started a job again", job.title, by=None, job=job.pk)
        if sent:
            _send_on_commit(job)
        return sent
