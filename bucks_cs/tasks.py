from celery import shared_task
from django.utils import timezone

from . import jobs


@shared_task
def rescue_stale_jobs() -> None:
    jobs.rescue(timezone.now())
