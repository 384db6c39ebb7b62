"""A plan from a workbook: the report of what it would add, and the agreement to it.

Between the two steps the file lies in the cache for an hour, under a name that only the person's
own session knows. It is not kept in the session itself: that is a row of the database, read with
every page that the person looks at, and a large plan is megabytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.lib.spreadsheets import Unreadable, guard
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.files import CSV, XLSX
from scorecard.forms import UploadForm
from scorecard.views.downloads import attachment

from .. import loading
from ..comparing import NOTHING, Preview, compare, counted
from ..plan_files import as_workbook, from_workbook
from ..sheets import KINDS, Problem, Sheets

SESSION_KEY = "plan-import"
KEPT_FOR = 60 * 60
SHOWN = 200
"""So many rows of a report are shown; the downloaded one has them all."""


class PlanForm(UploadForm):
    """A plan's workbook."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]  # as Django's form takes
        file = self.fields["file"]
        file.label = "The plan’s workbook"
        file.help_text = f"An .xlsx file of {settings.MAX_UPLOAD_BYTES // 2**20} MB at the most."
        file.widget = forms.FileInput({"accept": ".xlsx"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workbook that nobody has agreed to yet, and what it would do now: `problems` if it may
    not be added, else `preview`."""

    key: str
    file_name: str
    title: str
    sheets: Sheets
    problems: Sequence[Problem]
    preview: Preview


@require_http_methods(["GET", "POST"])
@requires(May.ADMINISTER)
def upload(request: SignedInRequest) -> HttpResponse:
    """`?format=xlsx` gives the empty workbook to fill in."""
    if request.GET.get("format") == "xlsx":
        empty = as_workbook(Sheets(), title="A plan, to be filled in")
        return attachment(empty, XLSX, "plan-template.xlsx")
    form = PlanForm()
    if request.method == "POST":
        form = PlanForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read()
            try:
                from_workbook(content)
            except Unreadable as wrong:
                form.add_error("file", str(wrong))
            else:
                _keep(request, file.name or "the file", content)
                return redirect("plan-import")
    context = {
        "form": form,
        "kept": _kept(request) if request.method == "GET" else None,
        "kinds": KINDS.values(),
        "shown": SHOWN,
        "breadcrumbs": [{"label": "Plans", "url": reverse("plans")}],
    }
    return render(request, "improvement_plan/import.html", context)


@require_POST
@requires(May.ADMINISTER)
def confirm(request: SignedInRequest) -> HttpResponse:
    """Adds what the report shows, all of it or nothing; or forgets it."""
    kept = _kept(request)
    if kept is None or kept.key != request.POST.get("key"):
        messages.error(request, "That file is no longer waiting. Upload it again.")
        return redirect("plan-import")
    if request.POST.get("action") == "forget":
        _forget(request)
        messages.info(request, "The file is forgotten. Nothing was added.")
        return redirect("plan-import")
    try:
        added = loading.load(kept.sheets, by=request.user)
    except loading.WrongPlan:
        messages.error(request, "The file can no longer be added: see what is wrong with it now.")
        return redirect("plan-import")
    _forget(request)
    messages.success(request, f"Added to {kept.title}: {counted(added) or 'nothing'}.")
    return redirect("plan", kept.sheets.slug)


@require_GET
@requires(May.ADMINISTER)
def report(request: SignedInRequest) -> HttpResponse:
    """The report of the workbook that is waiting, as CSV."""
    kept = _kept(request)
    if kept is None:
        raise Http404("No file is waiting.")
    return attachment(_as_csv(_report_rows(kept)), CSV, "plan-import-report.csv")


def _report_rows(kept: Waiting) -> Iterable[Sequence[object]]:
    yield "Sheet", "Row", "Column", "What"
    if kept.problems:
        for one in kept.problems:
            yield one.sheet, one.row or "", one.column, one.text
        return
    for sheet, new, there, _ in kept.preview.sheets:
        yield sheet, "", "", f"{new} new, {there} there already"
    for cell in kept.preview.differences:
        said = f"Left as it is. The plan says: {cell.stands or 'nothing'}. The file: {cell.says}"
        yield cell.sheet, cell.row, cell.column, said
    for doubt in kept.preview.doubts:
        yield doubt.sheet, doubt.row, doubt.column, f"In doubt: {doubt.text}"


def _as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


# ---- between the two steps ---------------------------------------------------------


def _keep(request: SignedInRequest, file_name: str, content: bytes) -> None:
    _forget(request)
    key = get_random_string(32)
    cache.set(f"{SESSION_KEY}-{key}", (file_name[:100], content), KEPT_FOR)
    request.session[SESSION_KEY] = key


def _kept(request: SignedInRequest) -> Waiting | None:
    """What is waiting, read again beside the plan as it stands now."""
    key = request.session.get(SESSION_KEY, "")
    found = cache.get(f"{SESSION_KEY}-{key}") if key else None
    if found is None:
        return None
    file_name, content = found
    try:
        sheets = from_workbook(content)
    except Unreadable:  # it was taken by rules that have become stricter since
        _forget(request)
        return None
    there = loading.standing(sheets.slug)
    problems = loading.check(sheets, there, by=request.user)
    preview = NOTHING if problems else compare(sheets, there)
    title = next((row["short_title"] for row in (*there["plan"], *sheets["plan"])), "")
    return Waiting(key, file_name, title, sheets, problems, preview)


def _forget(request: SignedInRequest) -> None:
    key = request.session.pop(SESSION_KEY, "")
    cache.delete(f"{SESSION_KEY}-{key}")
