"""What the worker does for papers."""

from __future__ import annotations

from typing import Any

import pytest

from bucks_cs import jobs
from bucks_cs.models import Job, JobState, User
from reports import pack, services, tasks
from reports.models import FILE_TYPES, Kind, Paper, State

from .factories import PaperFactory, signed_off

# Each step of a job is a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)


def job_of(task: str, paper: int, by: User) -> Job:
    return jobs.start(task, "Papers", by=by, paper=paper)


def test_a_paper_is_prepared_part_by_part(officer: User) -> None:
    paper = PaperFactory(content=None)
    job = job_of(services.PREPARE, paper.pk, officer)
    tasks.prepare_paper(job.pk)
    job.refresh_from_db()
    paper.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "The paper is prepared.")
    titles = [one.title for one in services.drafted(paper).sections]
    assert titles == [part.title for part in pack.PARTS[Kind.CABINET]]


def test_a_part_that_fails_says_so_and_the_rest_is_kept(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(scope: Any) -> Any:
        raise ZeroDivisionError

    first, *rest = pack.PARTS[Kind.CABINET]
    parts = {**pack.PARTS, Kind.CABINET: [first._replace(make=broken), *rest]}
    monkeypatch.setattr(pack, "PARTS", parts)
    paper = PaperFactory(content=None)
    job = job_of(services.PREPARE, paper.pk, officer)
    tasks.prepare_paper(job.pk)
    job.refresh_from_db()
    paper.refresh_from_db()
    failed, *others = services.drafted(paper).sections
    assert job.message == f"Prepared, but for: {first.title}."
    assert "ZeroDivisionError" in failed.failed
    assert not any(one.failed for one in others)


def test_a_discarded_paper_is_told_as_discarded(officer: User) -> None:
    job = job_of(services.PREPARE, 999, officer)
    tasks.prepare_paper(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "The paper has been discarded.")


def test_the_files_are_made_from_what_was_signed_off(officer: User) -> None:
    paper = signed_off()
    job = job_of(services.MAKE_FILES, paper.pk, officer)
    tasks.make_files(job.pk)
    tasks.make_files(job.pk)
    assert sorted(paper.files.values_list("file_type", flat=True)) == sorted(FILE_TYPES)


def test_a_paper_returned_meanwhile_gets_no_files(officer: User) -> None:
    paper = PaperFactory(state=State.DRAFT)
    job = job_of(services.MAKE_FILES, paper.pk, officer)
    tasks.make_files(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not Paper.objects.get().files.exists()
