"""The statutory returns held: their upload, its report, and when they go."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.forms import as_key
from bucks_cs.lib.spreadsheets import guard
from bucks_cs.models import Job
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.files import CSV
from scorecard.views.downloads import attachment

from .. import services
from ..forms import ReturnsForm
from ..models import Child, Episode, ImportReport, Retention, Return
from .pages import lac_page

SHOWN = 200
"""So many problems are shown; the downloaded report has them all."""
REPORTS = 10
TABLES = ("children", "episodes", "reviews", "care leavers", "adoptions")


@dataclass(frozen=True, slots=True)
class Held:
    """A return as the page lists it."""

    of: Return
    children: int
    episodes: int
    goes: date


@require_http_methods(["GET", "POST"])
@requires(May.SEE_CHILDREN)
def listed(request: SignedInRequest) -> HttpResponse:
    """The returns held; POST deletes one before its time, once its figures are taken."""
    if request.method == "POST":
        return _delete(request)
    days = Retention.current().days
    children, episodes = _rows_of(Child), _rows_of(Episode)
    held = [
        Held(
            one,
            children.get(one.pk, 0),
            episodes.get(one.pk, 0),
            timezone.localdate(one.imported_at) + timedelta(days=days),
        )
        for one in Return.objects.select_related("imported_by")
    ]
    imports = Job.objects.filter(task=services.IMPORT).select_related("asked_by")[:REPORTS]
    context = {"held": held, "days": days, "imports": imports}
    return lac_page(request, "lac/returns.html", context, section="lac-returns")


def _rows_of(model: Any) -> dict[int, int]:
    return dict(model.objects.order_by().values_list("of").annotate(Count("pk")))


def _delete(request: SignedInRequest) -> HttpResponse:
    held = Return.objects.filter(pk=as_key(request.POST.get("return", ""))).first()
    if held is None:
        messages.error(request, "That return is no longer held.")
    else:
        services.delete_return(held=held, by=request.user)
        messages.success(request, f"{held} is deleted. The figures counted from it stay.")
    return redirect("lac-returns")


@require_http_methods(["GET", "POST"])
@requires(May.SEE_CHILDREN)
def upload(request: SignedInRequest) -> HttpResponse:
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReturnsForm(*given, today=timezone.localdate())
    if form.is_valid():
        said = form.cleaned_data
        job = services.ask_for_import(
            files=said["returns"],
            postcodes=said["postcodes"],
            year=said["year"],
            by=request.user,
        )
        return redirect("lac-import", job.pk)
    context = {
        "form": form,
        "most": settings.MAX_RETURNS_BYTES // 2**20,
        "days": Retention.current().days,
    }
    return lac_page(request, "lac/upload.html", context, section="lac-returns")


@require_http_methods(["GET", "POST"])
@requires(May.SEE_CHILDREN)
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """How an import went; POST deletes what it found before its time."""
    job = _asked(pk)
    found = ImportReport.objects.filter(job=job).first()
    if request.method == "POST":
        if found:
            services.delete_report(report=found, by=request.user)
            messages.success(request, "The report is deleted. What was loaded stays.")
        return redirect("lac-returns")
    problems = found.problems if found else []
    refusing = [problem for problem in problems if problem["refuses"]]
    context = {
        "job": job,
        "report": found,
        "problems": [*refusing, *(one for one in problems if not one["refuses"])][:SHOWN],
        "refusing": len(refusing),
        "doubts": len(problems) - len(refusing),
        "shown": SHOWN,
        "tables": TABLES,
        "goes": services.report_goes(job),
    }
    return lac_page(request, "lac/import.html", context, section="lac-returns")


@require_GET
@requires(May.SEE_CHILDREN)
def problems_file(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ImportReport, job=_asked(pk))
    return attachment(_as_csv(found.problems), CSV, f"import-{pk}-problems.csv")


def _asked(pk: int) -> Job:
    job = Job.objects.filter(pk=pk, task=services.IMPORT).select_related("asked_by").first()
    if job is None:
        raise Http404("There is no such import.")
    return job


def _as_csv(problems: Iterable[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["File", "Row", "Column", "What is wrong", "Refuses the files"])
    for one in problems:
        refuses = "yes" if one["refuses"] else "no"
        row = [one["file"], one["row"] or "", one["column"], one["text"], refuses]
        writer.writerow([guard(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")
