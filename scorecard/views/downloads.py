"""The data of a page as a file, with its filters and its date in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from bucks_cs.lib.periods import month_key
from bucks_cs.roles import May, SignedInRequest, requires

from ..exports import fields_sheet, measure_sheet, printed_sheets
from ..files import CSV, XLSX, as_csv, as_xlsx
from ..querysets import published_months
from ..selection import Selection, check_month, months_for
from .measure import asked_story, story_state


@require_GET
@requires(May.SEE_PUBLISHED)
def scorecard(request: SignedInRequest, month: date, file_type: str) -> HttpResponse:
    selection = replace(Selection.of(request.GET, month), month=month)
    check_month(month, request.user, months_for(request.user, published_months(), month))
    shown = selection.scorecard(request.user)
    rows = [row for row in shown.rows if selection.lets_through(row)]
    now = timezone.now()
    fields = fields_sheet(shown, rows, selection, now)
    name = f"{slugify(settings.COUNCIL_NAME)}-scorecard-{month_key(month)}"
    if file_type == "csv":
        return attachment(as_csv(fields), CSV, f"{name}.csv")
    if file_type == "xlsx":
        printed = printed_sheets(shown, rows, selection, now)
        return attachment(as_xlsx([*printed, fields]), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


@require_GET
@requires(May.SEE_PUBLISHED)
def one_measure(request: SignedInRequest, code: str, file_type: str) -> HttpResponse:
    story = asked_story(request, code)
    sheet = measure_sheet(story, story_state(story), timezone.now())
    name = f"{slugify(settings.COUNCIL_NAME)}-{code}"
    if file_type == "csv":
        return attachment(as_csv(sheet), CSV, f"{name}.csv")
    if file_type == "xlsx":
        return attachment(as_xlsx([sheet]), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
