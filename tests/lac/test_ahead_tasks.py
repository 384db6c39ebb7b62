"""The job that simulates the years ahead."""

from __future__ import annotations

import pytest

from bucks_cs.celery import app
from bucks_cs.models import Job, JobState, User
from lac import futures
from lac.ahead import basis
from lac.ahead_services import TASK, ask_for_futures
from lac.ahead_tasks import simulate_futures
from lac.models import Scenario, SimulatedFan
from tests.lac.held import hold

# Jobs report their progress outside any transaction.
pytestmark = pytest.mark.django_db(transaction=True)

PRICES = [{"kind": "inflation", "per_cent": 3}]


@pytest.fixture(autouse=True)
def _fewer_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(futures, "PATHS", 200)


def done(job: Job) -> Job:
    simulate_futures(job.pk)
    job.refresh_from_db()
    return job


def test_the_worker_knows_it() -> None:
    app.loader.import_default_modules()
    assert TASK in app.tasks


def test_futures_are_simulated_and_kept_and_the_job_leads_to_them(manager: User) -> None:
    hold()
    job = done(ask_for_futures(scenario=None, window=2, by=manager))
    assert (job.state, job.progress) == (JobState.DONE, 100)
    assert job.message == "200 futures are simulated."
    assert job.result_url == "/lac/ahead/?window=2"
    found = basis(2)
    assert found is not None
    fan = futures.kept(found, [])
    assert fan is not None and "2034-03-31" in fan.children  # as far as anybody may ask
    assert fan.tested is not None and len(fan.tested.within_nine) == 5


def test_those_of_a_scenario_are_of_what_it_is_when_they_are_simulated(manager: User) -> None:
    hold()
    scenario = Scenario.objects.create(name="Prices", changes=PRICES)
    job = done(ask_for_futures(scenario=scenario, window=3, by=manager))
    assert job.result_url == f"/lac/ahead/{scenario.pk}/?window=3"
    found = basis()
    assert found is not None
    fan = futures.kept(found, PRICES)
    assert fan is not None and fan.tested is None  # what never was cannot be tested


def test_it_may_run_twice(manager: User) -> None:
    hold()
    job = done(ask_for_futures(scenario=None, window=3, by=manager))
    before = SimulatedFan.objects.get()
    Job.objects.update(state=JobState.QUEUED)
    done(job)
    again = SimulatedFan.objects.get()
    assert (again.key, again.result) == (before.key, before.result)
    simulate_futures(job.pk)  # done already: nothing to do
    assert SimulatedFan.objects.get().made_at == again.made_at


def test_without_returns_it_ends_with_the_reason(manager: User) -> None:
    job = done(ask_for_futures(scenario=None, window=3, by=manager))
    assert job.state == JobState.FAILED and job.message.startswith("No return is held")


def test_so_it_does_where_the_scenario_has_been_deleted(manager: User) -> None:
    hold()
    scenario = Scenario.objects.create(name="Prices", changes=PRICES)
    job = ask_for_futures(scenario=scenario, window=3, by=manager)
    scenario.delete()
    assert done(job).message == "The scenario has been deleted."
    assert not SimulatedFan.objects.exists()
