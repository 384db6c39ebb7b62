"""What the worker does for SEND."""

from celery import shared_task
from django.urls import reverse

from bucks_cs import jobs

from . import ahead_services
from .ahead import basis
from .models import Scenario
from .scenarios import applied
from .simulation import PATHS, bands, kept


@shared_task
def simulate_outcomes(job_id: int) -> None:
    """A job: 1,000 outcomes of the base, or of a scenario as it is now."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        pk = job.arguments["scenario"]
        scenario = Scenario.objects.filter(pk=pk).first()
        if pk and scenario is None:
            raise jobs.Refused("The scenario has been deleted.")
        found = basis()
        if found is None:
            raise jobs.Refused("No data set is held: upload one, and ask again.")
        changes = scenario.changes if scenario else []

        def step(done: int) -> None:
            jobs.step(job, 100 * done // PATHS, f"{done:,} of {PATHS:,} outcomes")

        try:
            spread = bands(
                found.model,
                found.counts,
                found.data.population,
                applied=lambda model: applied(changes, model),
                step=step,
            )
        except ValueError as wrong:
            raise jobs.Refused(f"The scenario does not fit the data set: {wrong}") from wrong
        ahead_services.keep_bands(scenario=scenario, key=found.key(changes), result=kept(spread))
        job.result_url = scenario.get_absolute_url() if scenario else reverse("send-ahead")
        job.message = f"{PATHS:,} outcomes are simulated."
