"""What happens to the ledger: one function per event. This is the front door; the rooms behind it
are `figures` (what stands and what is known), `entering`, `deciding` and `publishing`.

Each event is atomic, names who did it (`by`), and writes the audit trail. Checks come in pairs:
`check_can_x` raises `Refused` with the reason; the views ask the same check before they offer
the button.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bucks_cs import audit
from bucks_cs.lib.periods import month_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from .deciding import approve, check_can_decide, return_
from .entering import (
    Draft,
    NotSaved,
    Saved,
    discard,
    save_all_drafts,
    save_draft,
    save_drafts,
    submit,
)
from .figures import (
    EditConflict,
    Invalid,
    NotReady,
    Refused,
    Slot,
    entered_in,
    is_ready,
    rule_of,
    series_to_enter,
    slots,
    targets_at,
)
from .models import Measure, Note
from .publishing import (
    check_can_publish,
    check_can_reopen,
    compute_snapshots,
    freeze,
    missing_measures,
    publish,
    reopen,
    standing_publication,
)

__all__ = [
    "Draft",
    "EditConflict",
    "Invalid",
    "NotReady",
    "NotSaved",
    "Refused",
    "Saved",
    "Slot",
    "approve",
    "check_can_decide",
    "check_can_publish",
    "check_can_reopen",
    "compute_snapshots",
    "discard",
    "entered_in",
    "freeze",
    "is_ready",
    "missing_measures",
    "pin_note",
    "publish",
    "reopen",
    "return_",
    "rule_of",
    "save_all_drafts",
    "save_draft",
    "save_drafts",
    "series_to_enter",
    "slots",
    "standing_publication",
    "submit",
    "targets_at",
]


@transaction.atomic
def pin_note(*, measure: Measure, month: date, text: str, by: User) -> Note:
    """Pins a note to a month of a measure's chart."""
    check_may(by, May.ANNOTATE)
    if not text.strip():
        raise Refused("Write the note.")
    longest = Note._meta.get_field("text").max_length
    if longest and len(text.strip()) > longest:
        raise Refused(f"Use {longest} characters or fewer.")
    note = Note.objects.create(measure=measure, month=month, text=text.strip(), by=by)
    audit.record("pinned a note", f"{measure}, {month_label(month)}", by=by, text=note.text)
    return note
