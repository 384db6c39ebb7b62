"""The data of a page as a file, with its filters and its date in it."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, requires


@require_GET
@requires(May.SEE_PUBLISHED)
def scorecard(request: HttpRequest, month: date, file_type: str) -> HttpResponse:
    raise Http404


@require_GET
@requires(May.SEE_PUBLISHED)
def one_measure(request: HttpRequest, code: str, file_type: str) -> HttpResponse:
    raise Http404
