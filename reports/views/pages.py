"""What every page about papers has: its frame, and which papers a person may see."""

from __future__ import annotations

from functools import partial

from django.shortcuts import get_object_or_404

from bucks_cs.roles import May, SignedInRequest
from bucks_cs.rooms import Room

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


reports_page = partial(Room(SECTIONS).page, section="reports")
