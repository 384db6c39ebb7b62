"""The front door of what happens to the ledger, and notes. The rest is tested room by room:
entering, deciding, publishing."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from scorecard import services
from scorecard.models import Note
from scorecard.services import Refused
from tests.factories import MeasureFactory

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)


def pin(text: str, by: User) -> Note:
    return services.pin_note(measure=MeasureFactory(), month=MARCH, text=text, by=by)


def test_everything_that_the_front_door_names_is_there() -> None:
    assert sorted(services.__all__) == services.__all__
    for name in services.__all__:
        assert hasattr(services, name)


def test_a_note_is_pinned_with_who_and_what(officer: User) -> None:
    note = pin(" A new team began. ", officer)
    assert (note.text, note.by, note.month) == ("A new team began.", officer, MARCH)
    assert AuditEvent.objects.get(action="pinned a note").detail == {"text": "A new team began."}


@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_an_empty_or_endless_note_is_refused(text: str, officer: User) -> None:
    with pytest.raises(Refused):
        pin(text, officer)


def test_a_member_pins_nothing(member: User) -> None:
    with pytest.raises(PermissionDenied):
        pin("A note.", member)
