"""What happens to a plan: one function per event. This is the front door; the rooms behind it are
`reporting` (an owner's report on an action), `risks` (a risk's rating) and `board` (the status
report).

Each event is atomic, names who did it (`by`), and writes the audit trail. Checks come in pairs:
`check_can_x` raises `Refused` with the reason; the views ask the same check before they offer the
button.
"""

from .board import (
    ReportConflict,
    Written,
    check_can_publish,
    open_report,
    publish_report,
    save_report,
)
from .reporting import (
    NothingWritten,
    NotReady,
    UpdateConflict,
    approve,
    check_can_decide,
    check_can_report,
    discard,
    return_,
    save_update,
    submit,
)
from .risks import rate_risk

__all__ = [
    "NotReady",
    "NothingWritten",
    "ReportConflict",
    "UpdateConflict",
    "Written",
    "approve",
    "check_can_decide",
    "check_can_publish",
    "check_can_report",
    "discard",
    "open_report",
    "publish_report",
    "rate_risk",
    "return_",
    "save_report",
    "save_update",
    "submit",
]
