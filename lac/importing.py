"""What somebody uploads as a return: its files, its postcodes, and the job that reads them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from bucks_cs import jobs
from bucks_cs.models import Job, JobState
from scorecard.sheet import counted

from . import services
from .files import Problem, Tables, Wrong, from_files
from .models import ImportReport, Upload
from .postcodes import NOWHERE, Places, read_postcodes

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
UNPACKED_TIMES = 4
"""So many times the largest upload may come out of a zip file."""


# ---- files -------------------------------------------------------------------------


def unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The CSV files, by their paths, and those in the zip files among them. Raises `Wrong`."""
    found: dict[str, bytes] = {}
    for name, content in files.items():
        inside = _inside(name, content) if name.lower().endswith(".zip") else {name: content}
        twice = next((path for path in inside if path in found), None)
        if twice:
            raise Wrong([Problem(twice, 0, "", "There are two files of this name.")])
        found |= inside
    return found


def _inside(name: str, content: bytes) -> dict[str, bytes]:
    most = UNPACKED_TIMES * settings.MAX_RETURNS_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [one for one in archive.infolist() if _is_csv(one.filename)]
            if sum(one.file_size for one in wanted) > most:
                text = f"What is in this zip file comes to more than {most // 2**20} MB."
                raise Wrong([Problem(name, 0, "", text)])
            return {one.filename: archive.read(one) for one in wanted}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as wrong:
        text = "This zip file is damaged, or needs a password."
        raise Wrong([Problem(name, 0, "", text)]) from wrong


def _is_csv(path: str) -> bool:
    """Whether it is a CSV file that somebody put there, and not a Mac's own beside it."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(".csv") and not name.startswith("._")


def places_in(name: str, content: bytes) -> Places:
    """The postcodes of a CSV file, or of the largest CSV file in a zip: the ONS postcode directory
    has smaller ones beside it, which say what its codes mean. Raises `Wrong`."""
    files = unpacked({name: content})
    if not files:
        raise Wrong([Problem(name, 0, "", "There is no CSV file in this zip file.")])
    largest = max(files, key=lambda path: len(files[path]))
    return read_postcodes(files[largest], largest)


def returns_in(files: Mapping[str, bytes], year: int | None) -> list[Tables]:
    """The returns in uploaded files. `year` is that of those that stand in no folder; None: as
    their dates tell. Raises `Wrong`."""
    return from_files(unpacked(files), f"{year - 1}-{year % 100:02}" if year else "")


# ---- the job -----------------------------------------------------------------------


def run(job: Job) -> None:
    """Reads, checks and stores what was uploaded, and writes the report. Raises `jobs.Refused`
    where anything is wrong: nothing is stored then."""
    job.result_url = reverse("lac-import", args=[job.pk])
    jobs.step(job, 2, "Reading the files.")
    try:
        done = _imported(job)
    except services.Refused as refused:
        raise jobs.Refused(str(refused)) from None
    except Wrong as wrong:
        _report(job, problems=wrong.problems, loaded={})
        refusing = sum(problem.refuses for problem in wrong.problems)
        raise jobs.Refused(f"{counted(refusing, 'problem')}. Nothing was loaded.") from None
    _report(job, problems=done.doubts, loaded=done.loaded)
    children = sum(counts["children"] for counts in done.loaded.values())
    job.message = (
        f"{counted(len(done.loaded), 'return')} loaded, {counted(children, 'row')} of children."
    )
    if done.doubts:
        job.message += f" {counted(len(done.doubts), 'doubt')} to look at."


def _imported(job: Job) -> services.Imported:
    returns: dict[str, bytes] = {}
    places = NOWHERE
    for upload in Upload.objects.filter(job=job):
        if upload.is_postcodes:
            places = places_in(upload.name, bytes(upload.content))
        else:
            returns[upload.name] = bytes(upload.content)
    tables = returns_in(returns, job.arguments.get("year"))
    return services.import_returns(
        returns=tables,
        places=places,
        authority=settings.AUTHORITY,
        by=job.asked_by,
        progress=lambda percent, text: jobs.step(job, percent, text),
    )


def _report(job: Job, *, problems: Sequence[Problem], loaded: Mapping[str, Any]) -> None:
    found = {"problems": [problem._asdict() for problem in problems], "loaded": loaded}
    ImportReport.objects.update_or_create(job=job, defaults=found)


def forget_uploads(job_id: int) -> None:
    """Deletes what was uploaded, once the job has ended in whichever way."""
    Upload.objects.filter(job=job_id, job__state__in=ENDED).delete()
