"""Work for the tests of real workers: `celery worker --include tests.bucks_cs.slow_tasks`."""

import os
import signal
import time

from celery import shared_task

from bucks_cs import jobs


@shared_task
def count_slowly(job_id: int) -> None:
    """Ten steps a second, as many as the job says."""
    with jobs.run(job_id) as job:
        if job:
            steps = job.arguments["steps"]
            for done in range(steps):
                jobs.step(job, 100 * done // steps, f"{done} of {steps}")
                time.sleep(0.1)


@shared_task
def kill_the_worker(job_id: int) -> None:
    """Dies as a process dies that takes all the memory."""
    with jobs.run(job_id) as job:
        if job:
            os.kill(os.getpid(), signal.SIGKILL)
