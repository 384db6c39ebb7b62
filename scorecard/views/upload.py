"""A month's figures from a file: the template, the report of what an upload would do, and the
agreement to it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.lib.periods import last_day, month_key, month_label
from bucks_cs.lib.spreadsheets import Unreadable
from bucks_cs.roles import May, SignedInRequest, requires

from .. import imports, services, workbook
from ..figures import series_to_enter
from ..forms import UploadForm
from ..models import Source
from ..sheet import counted, lines_of
from ..upload import Report, as_csv, compare
from ..waiting import Waiting
from .enter import refuse_future

SESSION_KEY = "upload"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires(May.ENTER)
def template(request: SignedInRequest, month: date, file_type: str) -> HttpResponse:
    refuse_future(month)
    if file_type not in ("xlsx", "csv"):
        raise Http404
    lines = lines_of(month, past=workbook.PAST)
    if file_type == "csv":
        content, kind = workbook.as_csv(lines, month), "text/csv; charset=utf-8"
    else:
        content, kind = workbook.as_xlsx(lines, month, settings.COUNCIL_NAME), XLSX
    name = f"figures-{month_key(month)}.{file_type}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@requires(May.ENTER)
def upload(request: SignedInRequest, month: date) -> HttpResponse:
    refuse_future(month)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                found = compare(imports.read(file.read()), lines_of(month), month)
            except Unreadable as wrong:
                form.add_error("file", str(wrong))
            else:
                _keep(request, month, file.name or "the file", found)
                return redirect("upload", month)
    return render(
        request,
        "scorecard/upload.html",
        {
            "month": month,
            "month_label": month_label(month),
            "form": form,
            "kept": _kept(request, month) if request.method == "GET" else None,
            "breadcrumbs": [
                {"label": "This month", "url": "/"},
                {
                    "label": f"Enter figures: {month_label(month)}",
                    "url": reverse("enter", args=[month]),
                },
            ],
        },
    )


@require_POST
@requires(May.ENTER)
def confirm(request: SignedInRequest, month: date) -> HttpResponse:
    """Saves what the report shows, all or nothing; or forgets it."""
    kept = _kept(request, month)
    if kept is None or kept.key != request.POST.get("key"):
        messages.error(request, "That upload is no longer waiting. Upload the file again.")
        return redirect("upload", month)
    del request.session[SESSION_KEY]
    if request.POST.get("action") == "forget":
        messages.info(request, "The upload is discarded. Nothing was saved.")
        return redirect("upload", month)
    try:
        if kept.report.refused:
            raise services.Refused("Rows were refused, so nothing was saved.")
        saved = services.save_all_drafts(
            drafts=kept.report.drafts,
            period_end=last_day(month),
            by=request.user,
            source=Source.WORKBOOK,
        )
    except services.NotSaved as refused:
        for text in refused.in_words(kept.report.drafts):
            messages.error(request, text)
        return redirect("upload", month)
    except services.Refused as refused:
        messages.error(request, str(refused))
        return redirect("upload", month)
    messages.success(request, f"{counted(len(saved), 'draft')} saved from {kept.file_name}.")
    return redirect("enter", month)


@require_GET
@requires(May.ENTER)
def report(request: SignedInRequest, month: date) -> HttpResponse:
    """The report of the upload that is waiting, as CSV."""
    kept = _kept(request, month)
    if kept is None:
        raise Http404("No upload is waiting.")
    name = f"upload-report-{month_key(month)}.csv"
    return HttpResponse(
        as_csv(kept.report),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# ---- between the two steps ---------------------------------------------------------


def _keep(request: SignedInRequest, month: date, file_name: str, found: Report) -> None:
    """In the person's own session, so that nobody else can agree to it."""
    kept = Waiting(get_random_string(12), month, file_name[:100], found)
    request.session[SESSION_KEY] = kept.to_json()


def _kept(request: SignedInRequest, month: date) -> Waiting | None:
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["month"] != month_key(month):
        return None
    return Waiting.from_json(kept, series_to_enter())
