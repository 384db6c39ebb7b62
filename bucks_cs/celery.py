"""The worker and its schedule."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bucks_cs.settings")

app = Celery("bucks_cs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "recompute every snapshot": {
        "task": "scorecard.tasks.recompute_nightly",
        "schedule": crontab(hour=2, minute=0),
    },
    "remind officers of what is due": {
        "task": "scorecard.tasks.send_reminders",
        "schedule": crontab(hour=7, minute=30, day_of_week="mon-fri"),
    },
    "delete rows about children whose time is over": {
        "task": "lac.tasks.delete_old_children",
        "schedule": crontab(hour=3, minute=0),
    },
    "rescue jobs whose worker died": {
        "task": "bucks_cs.tasks.rescue_stale_jobs",
        "schedule": 60.0,
        "options": {"expires": 60},  # while no worker runs, these do not pile up
    },
}
