"""The frame of a room's pages: the way round the room, and the trail that leads to a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from .roles import May, SignedInRequest


@dataclass(frozen=True, slots=True)
class Room:
    """A room with several sections.

    sections: of each its label, the view it leads to, and who may go there.
    home: the label and view that its trails begin with; without it, they begin with the section.
    """

    sections: Sequence[tuple[str, str, May]]
    home: tuple[str, str] | None = None

    def page(
        self,
        request: SignedInRequest,
        template: str,
        context: dict[str, Any],
        *,
        section: str,
        up: Sequence[tuple[str, str]] = (),
        status: int = 200,
    ) -> HttpResponse:
        """A page of the room. `section` is the view of `sections` that it is or belongs to; `up`
        are the label and address of what lies between that and this page."""
        here = request.path
        sections: list[dict[str, Any]] = [
            {"label": label, "url": url, "current": view == section, "is_page": url == here}
            for label, view, who in self.sections
            if request.user.may(who)
            for url in [reverse(view)]
        ]
        trail = []
        if self.home and section != self.home[1]:
            trail.append((self.home[0], reverse(self.home[1])))
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
