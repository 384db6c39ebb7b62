"""What the worker does: each task ends its job, is safe to run twice, and logs no child."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from celery import current_app

from bucks_cs import jobs
from bucks_cs.celery import app
from bucks_cs.models import JobState, User
from lac import services, tasks
from lac.models import ImportReport, Return, Upload
from scorecard.models import Outturn, Status

from .factories import ImportJobFactory, ReturnFactory, UploadFactory, looked_after
from .returns import a_return

# Each step of a job is a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def import_job(by: User | None, **state: Any) -> Any:
    job = ImportJobFactory(asked_by=by, **state)
    for name, content in a_return().items():
        UploadFactory(job=job, name=name, content=content)
    return job


def test_an_import_loads_and_forgets_its_files(officer: User) -> None:
    job = import_job(officer)
    tasks.import_returns(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Return.objects.count() == 1
    assert not Upload.objects.exists()


def test_running_it_twice_does_it_once(officer: User) -> None:
    job = import_job(officer)
    tasks.import_returns(job.pk)
    first = Return.objects.get()
    tasks.import_returns(job.pk)
    assert Return.objects.get() == first
    assert ImportReport.objects.count() == 1


def test_files_of_a_refused_import_are_forgotten_too(officer: User) -> None:
    job = import_job(officer)
    Upload.objects.filter(name="Header.csv").update(content=b"")
    tasks.import_returns(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not Upload.objects.exists()


def test_files_of_an_import_cancelled_before_it_began_are_forgotten(officer: User) -> None:
    job = import_job(officer)
    jobs.cancel(job, by=officer)
    tasks.import_returns(job.pk)
    assert not Upload.objects.exists() and not Return.objects.exists()


def test_files_of_an_import_that_another_worker_is_at_stay(officer: User) -> None:
    job = import_job(officer, state=JobState.RUNNING)
    tasks.import_returns(job.pk)
    assert Upload.objects.filter(job=job).count() == 2


def test_a_failure_says_nothing_of_a_child(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = import_job(officer)

    def fail(**anything: Any) -> None:
        raise LookupError("child A, born 01/06/2010")

    monkeypatch.setattr(services, "import_returns", fail)
    with pytest.raises(tasks.ImportFailed) as failed:
        tasks.import_returns(job.pk)
    assert str(failed.value) == "LookupError"
    assert failed.value.__cause__ is None and failed.value.__suppress_context__
    job.refresh_from_db()
    assert "A" not in job.message.split() and job.state == JobState.FAILED
    assert not Upload.objects.exists()


def confirm_job(by: User, first: date, last: date) -> Any:
    return services.ask_to_confirm(first=first, last=last, reason="", by=by)


@pytest.mark.usefixtures("measures")
def test_months_go_into_the_scorecard_one_after_another(officer: User) -> None:
    looked_after("A")
    job = confirm_job(officer, date(2023, 12, 1), date(2024, 2, 1))
    tasks.confirm_months(job.pk)
    job.refresh_from_db()
    ends = Outturn.objects.filter(series__measure__code="cla").values_list("period_end", "status")
    assert sorted(ends) == [
        (date(2023, 12, 31), Status.SUBMITTED),
        (date(2024, 1, 31), Status.SUBMITTED),
        (date(2024, 2, 29), Status.SUBMITTED),
    ]
    assert job.state == JobState.DONE
    assert job.message.startswith("3 months: ")


@pytest.mark.usefixtures("measures")
def test_a_month_that_is_refused_is_told_and_the_others_go_on(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_after("A")
    job = confirm_job(officer, date(2024, 1, 1), date(2024, 2, 1))
    confirm = services.confirm

    def refuse_january(*, month: date, **rest: Any) -> services.Confirmed:
        if month.month == 1:
            raise services.Refused("Somebody is at it.")
        return confirm(month=month, **rest)

    monkeypatch.setattr(services, "confirm", refuse_january)
    tasks.confirm_months(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "January 2024: Somebody is at it." in job.message
    assert Outturn.objects.filter(period_end=date(2024, 2, 29)).exists()


def test_nobody_confirms_for_somebody_who_has_gone(officer: User) -> None:
    job = confirm_job(officer, date(2024, 1, 1), date(2024, 2, 1))
    job.asked_by = None
    job.save()
    tasks.confirm_months(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "Whoever asked for this has gone.")


def test_a_confirmation_that_has_ended_is_not_run_again(officer: User) -> None:
    job = confirm_job(officer, date(2024, 1, 1), date(2024, 2, 1))
    jobs.cancel(job, by=officer)
    tasks.confirm_months(job.pk)
    assert not Outturn.objects.exists()


def test_rows_whose_time_is_over_go_every_night() -> None:
    ReturnFactory()
    Return.objects.update(imported_at="2020-01-01T00:00Z")
    tasks.delete_old_children()
    assert not Return.objects.exists()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "lac.tasks.delete_old_children" in scheduled


@pytest.mark.parametrize("name", [services.IMPORT, services.CONFIRM])
def test_the_worker_knows_the_tasks_that_jobs_are_started_with(name: str) -> None:
    assert name in current_app.tasks
