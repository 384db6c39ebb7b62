"""What every page about SEND has: its frame and the way round the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from bucks_cs.roles import May, SignedInRequest

# Label, the view it leads to, and who may go there.
SECTIONS = (
    ("Overview", "send", May.SEE_PUBLISHED),
    ("Strategy", "send-strategy", May.SEE_PUBLISHED),
    ("Demand", "send-demand", May.SEE_PUBLISHED),
    ("Timeliness", "send-timeliness", May.SEE_PUBLISHED),
    ("Money", "send-money", May.SEE_PUBLISHED),
    ("Education", "send-education", May.SEE_PUBLISHED),
    ("The years ahead", "send-ahead", May.SEE_UNPUBLISHED),
)


def send_page(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    *,
    section: str,
    up: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """A page about SEND. `section` is the view of `SECTIONS` that it is or belongs to; `up` are
    the label and address of what lies between that and this page."""
    here = request.path
    sections: list[dict[str, Any]] = [
        {"label": label, "url": url, "current": view == section, "is_page": url == here}
        for label, view, who in SECTIONS
        if request.user.may(who)
        for url in [reverse(view)]
    ]
    trail = [] if section == "send" else [("SEND", reverse("send"))]
    trail += [
        (one["label"], one["url"]) for one in sections if one["current"] and not one["is_page"]
    ]
    frame = {
        "sections": sections,
        "breadcrumbs": [{"label": label, "url": url} for label, url in (*trail, *up)],
        "now": timezone.now(),
        "hides_small": not request.user.may(May.SEE_SMALL_NUMBERS),
    }
    return render(request, template, frame | context, status=status)
