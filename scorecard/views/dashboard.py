"""This month at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, requires


@require_GET
@requires(May.SEE_PUBLISHED)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "scorecard/home.html")
