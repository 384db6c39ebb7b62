"""Deciding on submitted figures: approved, or returned with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from . import snapshots
from .entering import held
from .entry import LONGEST_TEXT
from .figures import EditConflict, Refused
from .models import Outturn, Status
from .withheld import keep_hidden

approved = Signal()
"""Sent with the `outturns` just approved, in the same transaction: a room that knows what they tell
together withholds what must be."""


def check_can_decide(outturn: Outturn, by: User) -> None:
    """Approve or return: a manager, on a submitted figure that somebody else entered."""
    check_may(by, May.APPROVE)
    if outturn.status != Status.SUBMITTED:
        status = Status(outturn.status).label.lower()
        raise Refused(f"{outturn}: this is not waiting for a decision. It is {status}.")
    if outturn.entered_by_id == by.pk:
        raise Refused(f"{outturn}: you entered this, so somebody else must decide on it.")


@transaction.atomic
def approve(*, seen: dict[int, int], by: User) -> int:
    """Approves submitted figures, all of them or none; each supersedes the one approved before.
    Returns how many.

    `seen` gives the version of each that the manager looked at: `EditConflict` if one changed.
    """
    snapshots.lock_approvals()
    outturns = _to_decide(seen, by)
    before = _approved_before(outturns)
    keep_hidden(outturns)
    now = timezone.now()
    for outturn in before.values():
        outturn.status, outturn.superseded_at = Status.SUPERSEDED, now
    # First, so that never two of one figure are approved at once.
    Outturn.objects.bulk_update(before.values(), ["status", "superseded_at"])
    trail = []
    for outturn in outturns:
        outturn.status, outturn.approved_by, outturn.approved_at = Status.APPROVED, by, now
        outturn.version += 1
        was = before.get(outturn.pk)
        detail = {
            "revision": outturn.revision,
            "before": was.value if was else None,
            "value": outturn.value,
            "reason": outturn.reason,
        }
        trail.append((outturn, detail))
    Outturn.objects.bulk_update(outturns, ["status", "approved_by", "approved_at", "version"])
    audit.record_each("approved", trail, by=by)
    approved.send(Outturn, outturns=outturns)
    keep_hidden(outturns)
    for month in sorted({outturn.period.month for outturn in outturns}):
        snapshots.request(month)
    return len(outturns)


@transaction.atomic
def return_(*, seen: dict[int, int], reason: str, by: User) -> int:
    """Returns submitted figures to the officer, with the reason; all of them or none."""
    if not reason.strip():
        raise Refused("Say why the figures are returned.")
    if len(reason.strip()) > LONGEST_TEXT:
        raise Refused(f"Use {LONGEST_TEXT:,} characters or fewer to say why.")
    outturns = _to_decide(seen, by)
    for outturn in outturns:
        outturn.status, outturn.returned_reason = Status.RETURNED, reason.strip()
        outturn.version += 1
    Outturn.objects.bulk_update(outturns, ["status", "returned_reason", "version"])
    trail = [(o, {"value": o.value, "reason": reason.strip()}) for o in outturns]
    audit.record_each("returned", trail, by=by)
    return len(outturns)


def _to_decide(seen: dict[int, int], by: User) -> list[Outturn]:
    check_may(by, May.APPROVE)
    if not seen:
        raise Refused("Choose at least one figure.")
    outturns = held(Outturn.objects.filter(pk__in=seen))
    if len(outturns) < len(seen):
        raise Refused("One of these figures is no longer there. Look at the page again.")
    for outturn in outturns:
        check_can_decide(outturn, by)
        if outturn.version != seen[outturn.pk]:
            raise EditConflict(outturn, "Look at it again before you decide.")
    return outturns


def _approved_before(outturns: Sequence[Outturn]) -> dict[int, Outturn]:
    """The approved figure that each of these would supersede."""
    approved = {
        (o.series_id, o.period_start, o.period_end, o.projection): o
        for o in Outturn.objects.approved().filter(
            series__in={outturn.series_id for outturn in outturns},
            period_end__in={outturn.period_end for outturn in outturns},
        )
    }
    keys = {o.pk: (o.series_id, o.period_start, o.period_end, o.projection) for o in outturns}
    return {pk: approved[key] for pk, key in keys.items() if key in approved}
