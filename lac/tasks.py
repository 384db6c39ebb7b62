"""What the worker does for looked-after children: each takes plain values, calls one service, and
is safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from bucks_cs import jobs
from bucks_cs.lib.periods import month_label, parse_month
from bucks_cs.models import Job

from . import ahead_tasks, counting, importing, services

__all__ = ["ahead_tasks", "confirm_months", "delete_old_children", "import_returns"]


class ImportFailed(Exception):
    """An import that failed for no reason of its files. What its cause says is left out: it may
    hold a row about a child, and this goes to the log."""


@shared_task
def import_returns(job_id: int) -> None:
    """A job: reads, checks and stores what was uploaded, which is deleted however it ends."""
    try:
        with jobs.run(job_id) as job:
            if job is not None:
                _import(job)
    finally:
        importing.forget_uploads(job_id)


def _import(job: Job) -> None:
    try:
        importing.run(job)
    except (jobs.Refused, jobs.Cancelled):
        raise
    except Exception as cause:
        failure = ImportFailed(type(cause).__name__)
        raise failure.with_traceback(cause.__traceback__) from None


@shared_task
def confirm_months(job_id: int) -> None:
    """A job: the counted figures of months into the scorecard, one month after another. A month
    that cannot be put there is told, and the others go on."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        if job.asked_by is None:
            raise jobs.Refused("Whoever asked for this has gone.")
        asked = job.arguments
        first, last = parse_month(asked["first"]), parse_month(asked["last"])
        wanted = [month for month in sorted(counting.months()) if first <= month <= last]
        saved = submitted = needs_words = 0
        refused = []
        job.result_url = reverse("lac-figures")
        for done, month in enumerate(wanted):
            jobs.step(job, 100 * done // len(wanted), f"{month_label(month)}.")
            try:
                came = services.confirm(month=month, reason=asked["reason"], by=job.asked_by)
            except services.Refused as why:
                refused.append(f"{month_label(month)}: {why}")
            else:
                saved, submitted = saved + came.saved, submitted + came.submitted
                needs_words += len(came.needs_words)
        months = "1 month" if len(wanted) == 1 else f"{len(wanted)} months"
        job.message = f"{months}: {saved:,} figures saved, {submitted:,} submitted."
        if needs_words:
            job.message += f" {needs_words:,} need words first, and are drafts."
        if refused:
            raise jobs.Refused(f"{job.message} {' '.join(refused)}")


@shared_task
def delete_old_children() -> None:
    services.delete_old(timezone.now())
