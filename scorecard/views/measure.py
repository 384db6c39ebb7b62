"""Every measure, and one measure's whole story."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bucks_cs.roles import May, requires

from ..models import Measure


@require_GET
@requires(May.SEE_PUBLISHED)
def measures(request: HttpRequest) -> HttpResponse:
    return render(request, "scorecard/measures.html")


@require_GET
@requires(May.SEE_PUBLISHED)
def one_measure(request: HttpRequest, code: str) -> HttpResponse:
    measure = get_object_or_404(Measure, code=code)
    return render(request, "scorecard/measure.html", {"measure": measure})


@require_POST
@requires(May.ANNOTATE)
def pin_note(request: HttpRequest, code: str) -> HttpResponse:
    measure = get_object_or_404(Measure, code=code)
    return redirect(measure)
