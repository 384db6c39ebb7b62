"""What somebody uploads, and the job that reads it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from bucks_cs import jobs
from bucks_cs.models import JobState, User
from lac import importing
from lac.files import Wrong
from lac.importing import places_in, returns_in, unpacked
from lac.models import Episode, ImportReport, Return, Upload

from .factories import ImportJobFactory, UploadFactory
from .returns import AN_EPISODE, a_return, csv, invented_files

WRONG = AN_EPISODE.replace("05/05/2023", "31/02/2023")
POSTCODES = csv("pcd,laua,oseast1m,osnrth1m", "ZZ1 1AA,E10000002,1,1", "ZZ1 1AB,E10000002,1,1")


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.items():
            archive.writestr(name, inside)
    return content.getvalue()


# ---- files -------------------------------------------------------------------------


def test_a_zip_is_the_csv_files_in_it() -> None:
    inside = {"2023-24/Header.csv": b"a", "notes.txt": b"b", "__MACOSX/2023-24/._Header.csv": b"c"}
    assert unpacked({"all.zip": zipped(inside), "x.csv": b"d"}) == {
        "2023-24/Header.csv": b"a",
        "x.csv": b"d",
    }


def test_two_files_of_one_name_are_told() -> None:
    with pytest.raises(Wrong, match=r"Header.csv: There are two files of this name"):
        unpacked({"one.zip": zipped({"Header.csv": b""}), "two.zip": zipped({"Header.csv": b""})})


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 and so on", zipped({"a.csv": b"a"})[:-30]],
    ids=["empty", "begun as one", "cut short"],
)
def test_a_damaged_zip_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Wrong, match="damaged, or needs a password"):
        unpacked({"all.zip": content})


def test_a_zip_with_a_password_is_refused_in_words() -> None:
    content = bytearray(zipped({"a.csv": b"a"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    with pytest.raises(Wrong, match="damaged, or needs a password"):
        unpacked({"all.zip": bytes(content)})


def test_a_zip_that_is_far_larger_inside_is_refused_unread(settings: Any) -> None:
    settings.MAX_RETURNS_BYTES = 2**20
    with pytest.raises(Wrong, match="comes to more than 4 MB"):
        unpacked({"all.zip": zipped({"a.csv": bytes(2**22 + 1)})})


def test_postcodes_come_as_csv_or_as_the_largest_csv_of_a_zip() -> None:
    assert len(places_in("p.csv", POSTCODES).table) == 2
    inside = {"Documents/names.csv": b"code,name", "Data/ONSPD.csv": POSTCODES}
    assert len(places_in("p.ZIP", zipped(inside)).table) == 2
    with pytest.raises(Wrong, match="no CSV file in this zip"):
        places_in("p.zip", zipped({"a.txt": b"a"}))


def test_the_year_is_chosen_or_inferred() -> None:
    (chosen,) = returns_in(a_return(), 2025)
    (inferred,) = returns_in(a_return(), None)
    assert (chosen.year, inferred.year) == (2025, 2024)


def test_a_zip_holds_a_folder_for_each_year() -> None:
    returns = returns_in({"all.zip": zipped(invented_files())}, 2010)
    assert [tables.year for tables in returns] == [2022, 2023, 2024]


# ---- the job -----------------------------------------------------------------------


def asked(files: dict[str, bytes], by: User, postcodes: bytes = b"") -> int:
    job = ImportJobFactory(asked_by=by)
    for name, content in files.items():
        UploadFactory(job=job, name=name, content=content)
    if postcodes:
        UploadFactory(job=job, name="postcodes.csv", content=postcodes, is_postcodes=True)
    return int(job.pk)


def run(pk: int) -> Any:
    with jobs.run(pk) as job:
        assert job is not None
        importing.run(job)
    job.refresh_from_db()
    return job


# Each step of a job is a transaction of its own, as in the worker.
transactional = pytest.mark.django_db(transaction=True)


@transactional
def test_good_files_are_loaded_and_reported(officer: User) -> None:
    job = run(asked(a_return(), officer, POSTCODES))
    assert (job.state, job.message) == (
        JobState.DONE,
        "1 return loaded, 1 row of children. 1 doubt to look at.",
    )
    assert job.result_url == f"/lac/returns/{job.pk}/"
    report = ImportReport.objects.get(job=job)
    assert [one["refuses"] for one in report.problems] == [False]
    assert report.loaded["2023/24"]["episodes"] == 1
    assert Return.objects.get().imported_by == officer
    assert Episode.objects.get().miles == 0


@transactional
def test_wrong_files_are_reported_row_by_row_and_nothing_is_loaded(officer: User) -> None:
    job = run(asked(a_return([AN_EPISODE, WRONG]), officer))
    assert (job.state, job.message) == (JobState.FAILED, "1 problem. Nothing was loaded.")
    (problem,) = ImportReport.objects.get(job=job).problems
    assert problem == {
        "file": "Episodes.csv",
        "row": 3,
        "column": "DECOM",
        "text": "“31/02/2023” is not a date: write it as 31/03/2024.",
        "refuses": True,
    }
    assert not Return.objects.exists()


@transactional
def test_postcodes_of_another_authority_are_refused_in_words(officer: User, settings: Any) -> None:
    settings.AUTHORITY = "E06000060"
    job = run(asked(a_return(), officer, POSTCODES))
    assert (job.state, job.message) == (
        JobState.FAILED,
        "No postcode of the file is in E06000060: nobody would be in county.",
    )
    assert not Return.objects.exists()


@transactional
def test_a_postcode_file_that_cannot_be_read_refuses_all(officer: User) -> None:
    job = run(asked(a_return(), officer, csv("a,b", "1,2")))
    assert job.state == JobState.FAILED
    assert not Return.objects.exists()
    assert {one["column"] for one in ImportReport.objects.get(job=job).problems} == {
        "pcd", "laua", "oseast1m", "osnrth1m",
    }  # fmt: skip


@transactional
def test_a_doubt_is_reported_with_what_was_loaded(officer: User) -> None:
    job = run(asked(a_return([AN_EPISODE.replace("N1", "")]), officer))
    assert job.message == "1 return loaded, 1 row of children. 2 doubts to look at."
    doubt, _ = ImportReport.objects.get(job=job).problems
    assert (doubt["column"], doubt["refuses"]) == ("CIN", False)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_files_go_once_the_job_has_ended(state: JobState) -> None:
    upload = UploadFactory(job=ImportJobFactory(state=state))
    importing.forget_uploads(upload.job_id)
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_files_stay_while_another_worker_is_at_it() -> None:
    upload = UploadFactory(job=ImportJobFactory(state=JobState.RUNNING))
    importing.forget_uploads(upload.job_id)
    assert Upload.objects.exists()
