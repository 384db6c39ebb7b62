"""What happens to the returns and their figures: one function per event. The front door.

Each event is atomic, names who did it (`by`; None: the system itself), and writes the audit trail,
in which counts stand and no child.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from bucks_cs import audit, jobs
from bucks_cs.lib.periods import last_day, month_key, month_label
from bucks_cs.models import Job, JobState, User
from bucks_cs.roles import May, check_may
from scorecard import services as ledger
from scorecard.figures import is_ready
from scorecard.models import Outturn, Source, Status
from scorecard.services import Refused as Refused  # the same refusal, whichever room it is from

from . import counting, store
from .arrays import Rows, rows_of
from .checks import doubts_between, fewer_rows, missing_files, problems_of
from .counting import Line, Standing
from .files import Problem, Tables, Wrong
from .models import ImportReport, Retention, Return, Upload
from .postcodes import Places

REPORT_DAYS = 30
"""For so long a report may be read: a problem quotes the cell that could not be."""
IMPORT, CONFIRM = "lac.tasks.import_returns", "lac.tasks.confirm_months"
"""The tasks that jobs are started with."""


# ---- returns come ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """What was loaded, by return and kind of row; and what should be looked at."""

    loaded: Mapping[str, Mapping[str, int]]
    doubts: Sequence[Problem]


def ask_for_import(
    *,
    files: Sequence[UploadedFile[Any]],
    postcodes: UploadedFile[Any] | None,
    year: int | None,
    by: User,
) -> Job:
    """Keeps the files for the job that reads them, and starts it."""
    check_may(by, May.SEE_CHILDREN)
    with transaction.atomic():
        job = jobs.start(IMPORT, "Import SSDA903 files", by=by, year=year)
        kept = [(file, False) for file in files] + ([(postcodes, True)] if postcodes else [])
        for file, is_postcodes in kept:
            Upload.objects.create(
                job=job,
                name=(file.name or "file")[-100:],
                content=file.read(),
                is_postcodes=is_postcodes,
            )
    return job


def import_returns(
    *,
    returns: Sequence[Tables],
    places: Places,
    authority: str,
    by: User | None,
    progress: Callable[[int, str], None] = lambda percent, text: None,
) -> Imported:
    """Checks the returns and stores them, each in place of what was held of its year; all of them
    or none. Raises `Wrong` with every problem and doubt where one of them refuses.

    `authority` is the ONS code of the council whose children they are.
    """
    if by is not None:
        check_may(by, May.SEE_CHILDREN)
    _check_authority(authority, places)
    found: list[Problem] = []
    rows = []
    for done, tables in enumerate(returns):
        progress(20 + 50 * done // len(returns), f"Checking the return of {_label(tables.year)}.")
        found += problems_of(tables)
    found += doubts_between(list(returns))
    if any(problem.refuses for problem in found):
        raise Wrong(found)
    years = [tables.year for tables in returns]
    had = dict(Return.objects.filter(year__in=years).values_list("year", "files"))
    for tables in returns:
        found += missing_files(tables, had.get(tables.year, ()))
    secret = _carers_secret()
    for done, tables in enumerate(returns):
        progress(70 + 15 * done // len(returns), f"Measuring distances, {_label(tables.year)}.")
        rows.append(rows_of(tables, places, authority, secret))
    progress(85, "Storing.")
    before = _held(years)
    files = {tables.year: list(tables.tables) for tables in returns}
    with_postcodes = len(places.table) > 0
    try:
        loaded = _store(
            rows, authority=authority, with_postcodes=with_postcodes, files=files, by=by
        )
    except IntegrityError:
        raise Refused("Somebody imported the same year at the same moment. Try again.") from None
    for year, counts in before.items():
        found += fewer_rows(year, counts, loaded[year])
    return Imported(loaded, found)


ONS_CODE = re.compile(r"[ENSW]\d{8}")


def _check_authority(authority: str, places: Places) -> None:
    """Raises `Refused` where nothing can be in that authority: every placement would count as out
    of the county."""
    if not ONS_CODE.fullmatch(authority):
        raise Refused(f"“{authority}” is no authority’s ONS code: write it as E06000060.")
    if len(places.table) and not (places.table["laua"] == authority).any():
        raise Refused(f"No postcode of the file is in {authority}: nobody would be in county.")


def _held(years: Sequence[int]) -> dict[str, dict[str, int]]:
    """How many rows of each kind are held of these years, by the year's label."""
    return {
        _label(one.year): {
            kind: model._default_manager.filter(of=one).count()
            for kind, model in store.TABLES.items()
        }
        for one in Return.objects.filter(year__in=years)
    }


def _carers_secret() -> str:
    """What makes the carers' numbers: the same in every import, and known to the server alone."""
    return hmac.new(settings.SECRET_KEY.encode(), b"lac.carers", hashlib.sha256).hexdigest()


@transaction.atomic
def _store(
    returns: Sequence[Rows],
    *,
    authority: str,
    with_postcodes: bool,
    files: Mapping[int, Sequence[str]],
    by: User | None,
) -> dict[str, dict[str, int]]:
    Return.objects.filter(year__in=[rows.year for rows in returns]).delete()
    loaded = {}
    for rows in returns:
        of = Return.objects.create(
            year=rows.year,
            authority=authority,
            imported_by=by,
            with_postcodes=with_postcodes,
            files=files[rows.year],
        )
        loaded[_label(rows.year)] = store.write(of, rows)
    audit.record("imported statutory returns", ", ".join(loaded), by=by, **loaded)
    return loaded


def _label(year: int) -> str:
    return f"{year - 1}/{year % 100:02}"


# ---- figures go into the scorecard -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a month's figures: how many were saved, how many of them submitted, and those
    that were left, with why."""

    saved: int
    submitted: int
    needs_words: Sequence[Line]
    left: Sequence[Line]


@transaction.atomic
def confirm(*, month: date, reason: str = "", by: User) -> Confirmed:
    """Puts a month's counted figures into the scorecard, and submits them for a manager to decide
    on. `reason` is why approved figures are revised: without one they are left.

    Nothing that somebody else wrote is changed: their drafts, and what waits for a decision, are
    left as they are. A figure that needs words first (an amber or red one) stays a draft.
    """
    check_may(by, May.SEE_CHILDREN)
    if month not in counting.months():
        raise Refused(f"No return covers {month_label(month)}.")
    lines = counting.lines(month)
    if counting.make_series(lines):
        lines = counting.lines(month)
    goes = {Standing.NEW, Standing.CHANGED} | ({Standing.REVISES} if reason.strip() else set())
    saved = _save([line for line in lines if line.standing in goes], month, reason.strip(), by)
    ready, needs_words = _ready(lines, saved)
    submitted = ledger.submit(outturns=ready, by=by)
    left = [line for line in lines if line.standing in LEFT - goes]
    counts = {"saved": len(saved), "submitted": submitted, "left": len(left)}
    audit.record("put counted figures into the scorecard", month_label(month), by=by, **counts)
    return Confirmed(len(saved), submitted, needs_words, left)


LEFT = {Standing.REVISES, Standing.OTHERS, Standing.WAITING}


def _save(lines: Sequence[Line], month: date, reason: str, by: User) -> dict[int, Outturn]:
    drafts = []
    for line in lines:
        if line.slot:
            entered = line.entered
            if line.slot.known.revises and not entered.reason:
                entered = replace(entered, reason=reason)
            drafts.append(ledger.Draft(line.slot.series, entered, line.slot.token))
    try:
        return ledger.save_all_drafts(
            drafts=drafts, period_end=last_day(month), by=by, source=Source.COMPUTED
        )
    except ledger.NotSaved as refused:
        raise Refused(" ".join(refused.in_words(drafts))) from refused


def _ready(lines: Sequence[Line], saved: Mapping[int, Outturn]) -> tuple[list[Outturn], list[Line]]:
    """The counted drafts, saved now or before, that may be submitted; and the lines of those that
    need words first."""
    ready, needs_words = [], []
    for line in lines:
        draft = saved.get(line.slot.series.pk, line.slot.current) if line.slot else None
        counted = draft and (draft.status, draft.source) == (Status.DRAFT, Source.COMPUTED)
        if line.slot is None or draft is None or not counted:
            continue
        if is_ready(line.slot.problems_of(ledger.entered_in(draft))):
            ready.append(draft)
        else:
            needs_words.append(line)
    return ready, needs_words


def ask_to_confirm(*, first: date, last: date, reason: str, by: User) -> Job:
    """Starts the job that puts the figures of these months into the scorecard."""
    check_may(by, May.SEE_CHILDREN)
    title = f"Counted figures, {month_label(first)} to {month_label(last)}"
    months = {"first": month_key(first), "last": month_key(last)}
    return jobs.start(CONFIRM, title, by=by, reason=reason, **months)


def look_at_children(*, line: Line, month: date, by: User) -> None:
    """Writes down that somebody looked at which children make up a figure."""
    check_may(by, May.SEE_CHILDREN)
    of = f"{line.code}, {line.category}" if line.category else line.code
    audit.record(
        "looked at which children make up a figure",
        f"{of}, {month_label(month)}",
        by=by,
        numerator=line.counted.numerator,
        denominator=line.counted.denominator,
    )


# ---- and go ------------------------------------------------------------------------


@transaction.atomic
def delete_return(*, held: Return, by: User) -> None:
    """Deletes a return before its time. The figures counted from it stay in the ledger."""
    check_may(by, May.SEE_CHILDREN)
    year = _label(held.year)
    _, deleted = held.delete()
    reports, _ = ImportReport.objects.filter(loaded__has_key=year).delete()
    store.forget()
    counts = _by_kind({**deleted, "import reports": reports})
    audit.record("deleted rows about children", year, by=by, **counts)


@transaction.atomic
def delete_report(*, report: ImportReport, by: User) -> None:
    """Deletes what an import found before its time; what it loaded stays."""
    check_may(by, May.SEE_CHILDREN)
    audit.record("deleted an import report", str(report), by=by, problems=len(report.problems))
    report.delete()


def report_goes(job: Job) -> date:
    """The day in whose night the report of an import is deleted."""
    days = min(REPORT_DAYS, Retention.current().days)
    return timezone.localdate(job.asked_at) + timedelta(days=days + 1)


@transaction.atomic
def delete_old(now: datetime) -> dict[str, int]:
    """Deletes the returns whose time is over, with every row about a child; the reports of imports,
    which quote cells, after `REPORT_DAYS`; and files whose job has ended. The figures counted from
    them stay in the ledger. Returns how many of each."""
    before = now - timedelta(days=Retention.current().days)
    old = Return.objects.filter(imported_at__lt=before)
    years = [_label(year) for year in old.values_list("year", flat=True)]
    _, deleted = old.delete()
    read_by = min(timedelta(days=REPORT_DAYS), now - before)
    reports, _ = ImportReport.objects.filter(job__asked_at__lt=now - read_by).delete()
    ended = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
    uploads, _ = Upload.objects.filter(job__state__in=ended).delete()
    store.forget()
    counts = _by_kind({**deleted, "import reports": reports, "uploaded files": uploads})
    if counts:
        subject = ", ".join(years) or "reports"
        audit.record("deleted rows about children", subject, by=None, **counts)
    return counts


def _by_kind(deleted: Mapping[str, int]) -> dict[str, int]:
    """How many rows of each kind were deleted, where any were, in words."""
    words = {model._meta.label: kind.replace("_", " ") for kind, model in store.TABLES.items()}
    words[Return._meta.label] = "returns"
    return {words.get(label, label): number for label, number in deleted.items() if number}
