"""The audit trail: its one way in, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from .lib.periods import day_label
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


def record_each(
    action: str, events: Iterable[tuple[object, dict[str, Any]]], *, by: User | None
) -> None:
    """`record` for many subjects at once, each with its own detail, in one query."""
    actor = by.display_name if by else SYSTEM
    AuditEvent.objects.bulk_create(
        AuditEvent(user=by, actor=actor, action=action, subject=str(subject)[:300], detail=detail)
        for subject, detail in events
    )


def lines(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An event's detail as a person reads it: pairs of what and how. Of a state before and after,
    only what changed."""
    rest = dict(detail)
    before, after = rest.get("before"), rest.get("after")
    found = []
    if isinstance(after, Mapping):
        before = rest.pop("before", None) or {}
        del rest["after"]
        for key in {**before, **after}:
            was, now = before.get(key), after.get(key)
            if was != now:
                found.append((_label(key), _change(was, now)))
    return found + [(_label(key), _words(value)) for key, value in rest.items() if _given(value)]


def _given(value: Any) -> bool:
    return value is not None and value != "" and value != {} and value != []


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _change(was: Any, now: Any) -> str:
    if not _given(was):
        return _words(now)
    if not _given(now):
        return f"{_words(was)}, now removed"
    return f"from {_words(was)} to {_words(now)}"


def _words(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return "; ".join(f"{_label(key)}: {_words(one)}" for key, one in value.items())
        case list():
            return ", ".join(_words(one) for one in value)
        case str() if re.fullmatch(r"-?\d+\.\d+", value):
            return value.rstrip("0").rstrip(".")  # 26.0000, as the ledger keeps it
        case str() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return day_label(date.fromisoformat(value))
        case str() if re.fullmatch(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})", value):
            return moment_label(datetime.fromisoformat(value))
        case _:
            return str(value)


def moment_label(moment: datetime) -> str:
    """28 February 2015, 14:05, on the council's clock."""
    local = timezone.localtime(moment)
    return f"{day_label(local.date())}, {local:%H:%M}"
