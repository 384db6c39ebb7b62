"""What every page about looked-after children has: its frame and the way round the room."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from bucks_cs.roles import May, SignedInRequest
from bucks_cs.rooms import Room

from .. import store

SECTIONS = (
    ("Overview", "lac", May.SEE_PUBLISHED),
    ("Sufficiency", "lac-sufficiency", May.SEE_PUBLISHED),
    ("Returns", "lac-returns", May.SEE_CHILDREN),
    ("Figures", "lac-figures", May.SEE_CHILDREN),
    ("The years ahead", "lac-ahead", May.SEE_UNPUBLISHED),
)

_room = Room(SECTIONS, home=("Looked-after children", "lac"))


def lac_page(
    request: SignedInRequest, template: str, context: dict[str, Any], **options: Any
) -> HttpResponse:
    """A page of the room, which says so where the returns that are held are invented."""
    context["invented"] = store.is_invented()
    return _room.page(request, template, context, **options)
