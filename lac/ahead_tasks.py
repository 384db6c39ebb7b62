"""What the worker does for the years ahead."""

from celery import shared_task
from django.urls import reverse

from bucks_cs import jobs

from . import futures
from .ahead import basis
from .models import Scenario


@shared_task
def simulate_futures(job_id: int) -> None:
    """A job: 1,000 futures of the base, or of a scenario as it is now."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        pk, window = job.arguments["scenario"], job.arguments["window"]
        scenario = Scenario.objects.filter(pk=pk).first()
        if pk and scenario is None:
            raise jobs.Refused("The scenario has been deleted.")
        found = basis(window)
        if found is None:
            raise jobs.Refused("No return is held: import one, and ask again.")
        changes = scenario.changes if scenario else []

        def step(done: int) -> None:
            jobs.step(job, 100 * done // futures.PATHS, f"{done:,} of {futures.PATHS:,} futures")

        result = futures.made(found, changes, paths=futures.PATHS, step=step)
        if not changes:
            jobs.step(job, 99, "The same way of simulating is put to the test.")
            result["tested"] = futures.tested(found, paths=futures.PATHS)
        futures.keep(scenario, futures.key_of(found, changes), result)
        page = reverse("lac-scenario", args=[pk]) if scenario else reverse("lac-ahead")
        job.result_url = f"{page}?window={window}"
        job.message = f"{futures.PATHS:,} futures are simulated."
