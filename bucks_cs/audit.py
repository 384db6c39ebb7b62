"""The audit trail's one way in."""

from __future__ import annotations

from typing import Any

from .models import AuditEvent, User

SYSTEM = "the system"


def record(action: str, subject: object, *, by: User | None, **detail: Any) -> AuditEvent:
    """Writes that `by` (None: the system itself, on its schedule) did `action` to `subject`.

    Call it inside the transaction of the thing done, so that neither stands without the other.
    `detail` holds what a reader needs to understand it later: figures before and after, reasons.
    """
    return AuditEvent.objects.create(
        user=by,
        actor=by.display_name if by else SYSTEM,
        action=action,
        subject=str(subject)[:300],
        detail=detail,
    )
