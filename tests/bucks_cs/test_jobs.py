"""Whatever happens to a job's worker, the job ends, and does its work once more at most thrice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from bucks_cs import jobs
from bucks_cs.models import AuditEvent, Job, JobState, User

pytestmark = pytest.mark.django_db

TASK = "some.module.some_task"


@pytest.fixture
def job(officer: User) -> Job:
    return jobs.start(TASK, "Count everything", by=officer, month="2015-02")


def run(job: Job, work: Callable[[Job], None] = lambda job: None) -> Job | None:
    with jobs.run(job.pk) as claimed:
        if claimed:
            work(claimed)
    job.refresh_from_db()
    return claimed


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_job_is_sent_to_the_workers_once_its_row_is_there(
    officer: User, sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(TASK, "Count everything", by=officer, month="2015-02")
        assert sent_tasks == []

    assert sent_tasks == [(TASK, (job.pk,))]
    assert (job.state, job.arguments) == (JobState.QUEUED, {"month": "2015-02"})
    assert actions() == ["asked for a job"]


def test_a_broker_that_is_down_loses_no_job(
    officer: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def down(*anything: Any, **options: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.app.base.Celery.send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(TASK, "Count everything", by=officer)

    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_a_job_that_is_done_says_so(job: Job) -> None:
    def work(job: Job) -> None:
        jobs.step(job, 50, "Half of it")
        assert Job.objects.get(pk=job.pk).progress == 50
        job.message, job.result_url = "12 things counted.", "/things/"

    run(job, work)

    assert (job.state, job.progress, job.attempts) == (JobState.DONE, 100, 1)
    assert (job.message, job.result_url) == ("12 things counted.", "/things/")
    assert job.finished_at
    assert actions() == ["asked for a job", "job done"]


def test_a_job_is_not_run_twice(job: Job) -> None:
    def work(claimed: Job) -> None:
        assert run(job) is None, "another worker got the same message"

    assert run(job, work)
    assert run(job) is None, "its message came again after it was done"
    assert job.attempts == 1


def test_a_refusal_is_a_failure_with_its_reason(job: Job) -> None:
    def work(job: Job) -> None:
        raise jobs.Refused("There is no figure to count.")

    run(job, work)

    assert (job.state, job.message) == (JobState.FAILED, "There is no figure to count.")


def test_a_mistake_in_the_work_fails_the_job_and_is_raised_to_be_logged(job: Job) -> None:
    def work(job: Job) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(job, work)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Something went wrong" in job.message


def test_cancelled_work_stops_at_its_next_step(job: Job, officer: User) -> None:
    reached = []

    def work(claimed: Job) -> None:
        jobs.step(claimed, 10)
        assert jobs.cancel(job, by=officer)
        reached.append("before the step")
        jobs.step(claimed, 20)
        reached.append("after the step")

    run(job, work)

    assert reached == ["before the step"]
    assert (job.state, job.progress) == (JobState.CANCELLED, 10)
    assert job.message == "Cancelled by officer."
    assert actions() == ["asked for a job", "cancelled a job"]


def test_a_job_cancelled_while_it_waits_is_never_begun(job: Job, officer: User) -> None:
    jobs.cancel(job, by=officer)

    assert run(job) is None


def test_a_job_that_has_ended_cannot_be_cancelled(job: Job, officer: User) -> None:
    run(job)

    assert not jobs.cancel(job, by=officer)
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_step_inside_a_transaction_is_refused_for_nobody_would_see_it(job: Job) -> None:
    def work(job: Job) -> None:
        with transaction.atomic():
            jobs.step(job, 10)

    with pytest.raises(RuntimeError):
        run(job, work)


# ---- workers that die


def killed(job: Job, attempts: int = 1) -> None:
    """What a worker leaves that was killed three minutes ago."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING,
        attempts=attempts,
        progress=60,
        heartbeat=timezone.now() - timedelta(minutes=3),
    )


def rescue(capture: Any, after: timedelta = timedelta()) -> int:
    with capture(execute=True):
        return jobs.rescue(timezone.now() + after)


def test_a_job_whose_worker_died_is_started_again(
    job: Job, sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    killed(job)

    assert rescue(django_capture_on_commit_callbacks) == 1

    assert sent_tasks == [(TASK, (job.pk,))]
    assert run(job)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert actions() == ["asked for a job", "started a job again", "job done"]


def test_the_second_attempt_begins_at_nought(
    job: Job, django_capture_on_commit_callbacks: Any
) -> None:
    killed(job)
    rescue(django_capture_on_commit_callbacks)

    def work(claimed: Job) -> None:
        assert (claimed.progress, claimed.message) == (0, "")

    assert run(job, work)


def test_after_three_attempts_it_is_failed_and_left(
    job: Job, sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    killed(job, attempts=jobs.MOST_ATTEMPTS)

    assert rescue(django_capture_on_commit_callbacks) == 1
    assert rescue(django_capture_on_commit_callbacks) == 0

    job.refresh_from_db()
    assert (job.state, sent_tasks) == (JobState.FAILED, [])
    assert job.message == "Its worker stopped 3 times. Tell the administrator."
    assert job.finished_at
    assert actions() == ["asked for a job", "job failed"]


def test_a_job_that_still_beats_is_left_alone(
    job: Job, django_capture_on_commit_callbacks: Any
) -> None:
    def work(claimed: Job) -> None:
        jobs.step(claimed, 10)
        assert rescue(django_capture_on_commit_callbacks) == 0

    run(job, work)

    assert job.state == JobState.DONE


def test_a_worker_thought_dead_that_wakes_stops_and_undoes_nothing(
    job: Job, django_capture_on_commit_callbacks: Any
) -> None:
    def sleeper(claimed: Job) -> None:
        killed(job)
        rescue(django_capture_on_commit_callbacks)
        assert run(job), "another worker does it"
        jobs.step(claimed, 90)
        raise AssertionError("it went on")

    run(job, sleeper)

    assert (job.state, job.progress, job.attempts) == (JobState.DONE, 100, 2)


def test_a_worker_thought_dead_does_not_end_what_another_is_doing(
    job: Job, django_capture_on_commit_callbacks: Any
) -> None:
    def sleeper(claimed: Job) -> None:
        killed(job)
        rescue(django_capture_on_commit_callbacks)
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=2)

    run(job, sleeper)

    assert job.state == JobState.RUNNING


def test_a_job_whose_message_was_lost_is_sent_again_without_ado(
    job: Job, sent_tasks: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    later = jobs.STALE_AFTER + timedelta(seconds=1)

    assert rescue(django_capture_on_commit_callbacks, after=later) == 1
    assert rescue(django_capture_on_commit_callbacks, after=later) == 0, "told a moment ago"

    assert sent_tasks == [(TASK, (job.pk,))]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    assert actions() == ["asked for a job"]


def test_ended_jobs_are_never_rescued(
    job: Job, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    run(job)
    cancelled = jobs.start(TASK, "Another", by=officer)
    jobs.cancel(cancelled, by=officer)

    assert rescue(django_capture_on_commit_callbacks, after=timedelta(days=1)) == 0


def test_a_broker_that_is_down_does_not_stop_the_rescue_of_the_next(
    job: Job,
    officer: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def down(*anything: Any, **options: Any) -> None:
        raise ConnectionError("no broker")

    killed(job)
    killed(jobs.start(TASK, "Another", by=officer))
    monkeypatch.setattr("celery.app.base.Celery.send_task", down)

    assert rescue(django_capture_on_commit_callbacks) == 2
    assert not Job.objects.exclude(state=JobState.QUEUED)
