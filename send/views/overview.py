"""SEND at a glance; demand, money and education; the strategy with its framework."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires
from improvement_plan.strategies import strategies

from ..framework import framework
from ..models import ConsultationQuestion
from ..overview import glance, subject
from .pages import send_page

STRATEGY = "send-strategy"
"""The plan's address."""


@require_GET
@requires(May.SEE_PUBLISHED)
def overview(request: SignedInRequest) -> HttpResponse:
    context = {
        "told": glance(request.user),
        "strategies": strategies(request.user, timezone.localdate(), [STRATEGY]),
    }
    return send_page(request, "send/overview.html", context, section="send")


def _subject(request: SignedInRequest, name: str, caption: str) -> HttpResponse:
    context = {"told": subject(name, request.user), "caption": caption}
    return send_page(request, "send/subject.html", context, section=f"send-{name}")


@require_GET
@requires(May.SEE_PUBLISHED)
def demand(request: SignedInRequest) -> HttpResponse:
    return _subject(request, "demand", "demand")


@require_GET
@requires(May.SEE_PUBLISHED)
def money(request: SignedInRequest) -> HttpResponse:
    return _subject(request, "money", "money")


@require_GET
@requires(May.SEE_PUBLISHED)
def education(request: SignedInRequest) -> HttpResponse:
    return _subject(request, "education", "education")


@require_GET
@requires(May.SEE_PUBLISHED)
def strategy(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    found = strategies(request.user, today, [STRATEGY])
    context = {
        "strategies": found,
        "framework": framework(request.user, today),
        "questions": list(ConsultationQuestion.objects.all()),
        "late": sum(part.tally.overdue for one in found for part in one.parts),
    }
    return send_page(request, "send/strategy.html", context, section="send-strategy")
