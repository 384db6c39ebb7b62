"""What every page about looked-after children has: its frame and the way round the room."""

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
    ("Overview", "lac", May.SEE_PUBLISHED),
    ("Sufficiency", "lac-sufficiency", May.SEE_PUBLISHED),
    ("Returns", "lac-returns", May.SEE_CHILDREN),
    ("Figures", "lac-figures", May.SEE_CHILDREN),
    ("The years ahead", "lac-ahead", May.SEE_UNPUBLISHED),
)


def lac_page(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    *,
    section: str,
    up: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """A page about looked-after children. `section` is the view of `SECTIONS` that it is or
    belongs to; `up` are the label and address of what lies between that and this page."""
    here = request.path
    sections: list[dict[str, Any]] = [
        {"label": label, "url": url, "current": view == section, "is_page": url == here}
        for label, view, who in SECTIONS
        if request.user.may(who)
        for url in [reverse(view)]
    ]
    trail = [] if section == "lac" else [("Looked-after children", reverse("lac"))]
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
