"""What every page about papers has: its frame, and which papers a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from bucks_cs.roles import May, SignedInRequest

from ..models import Paper

SECTIONS = (
    ("Papers", "reports", May.SEE_PUBLISHED),
    ("The committee’s questions", "questions", May.SEE_PUBLISHED),
)


def seen(request: SignedInRequest, pk: int) -> Paper:
    """The paper, if this person may see it; a page not found if not."""
    found = Paper.objects.visible_to(request.user).select_related(
        *("begun_by", "sent_by", "signed_off_by", "issued_by", "corrects")
    )
    return get_object_or_404(found, pk=pk)


def number_seen(request: SignedInRequest) -> int:
    """Which state of the paper the person saw when they pressed the button."""
    asked = request.POST.get("seen", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else 0


def reports_page(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    *,
    section: str = "reports",
    up: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    here = request.path
    sections = [
        {"label": label, "url": url, "current": view == section, "is_page": url == here}
        for label, view, who in SECTIONS
        if request.user.may(who)
        for url in [reverse(view)]
    ]
    trail = [(one["label"], one["url"]) for one in sections if one["current"]]
    frame = {
        "sections": sections,
        "breadcrumbs": [
            {"label": label, "url": url} for label, url in (*trail, *up) if url != here
        ],
        "now": timezone.now(),
    }
    return render(request, template, frame | context, status=status)
