"""The shape of what a published report keeps of its plan, as `picture.Picture` is written down and
read again. Pure: a file that says something else is refused before any page has to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from .escalation import Movement
from .progress import Move, Rating

_Check: TypeAlias = Callable[[object], bool]


def wrong_parts(picture: Mapping[str, object]) -> list[str]:
    """The parts of a picture that are missing, or not as the service writes them."""
    return [name for name, right in _PARTS.items() if not right(picture.get(name))]


def _words(value: object) -> bool:
    return isinstance(value, str)


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= 1_000_000


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _due(value: object) -> bool:
    return value in ("", "ongoing") or _day(value)


def _rating(value: object) -> bool:
    return isinstance(value, str) and value in Rating.__members__


def _or_nothing(right: _Check) -> _Check:
    return lambda value: value == "" or right(value)


def _one_of(*words: str) -> _Check:
    return lambda value: value in words


def _by_key(right: _Check, key: _Check = _words) -> _Check:
    return lambda value: (
        isinstance(value, dict) and all(key(one) and right(value[one]) for one in value)
    )


def _record(**parts: _Check) -> _Check:
    return lambda value: (
        isinstance(value, dict) and all(right(value.get(name)) for name, right in parts.items())
    )


def _rows(**parts: _Check) -> _Check:
    row = _record(**parts)
    return lambda value: isinstance(value, list) and all(map(row, value))


_PARTS: dict[str, _Check] = {
    "day": _day,
    "rule": _words,
    "suggested": _record(overall=_rating, measures=_rating, actions=_rating, risks=_rating),
    "actions": _by_key(_rating),
    "dates": _by_key(_due),
    "divisions": _rows(
        key=_words,
        name=_words,
        title=_words,
        **dict.fromkeys(("red", "amber", "green", "none", "overdue", "total"), _count),
    ),
    "success": _by_key(_count, _rating),
    "listed": _count,
    "risks": _rows(
        **dict.fromkeys(("ref", "if", "then", "mitigation", "owner"), _words),
        rating=_rating,
        movement=_or_nothing(_one_of(*Movement)),
    ),
    "changes": _record(
        since=_words,
        moved=_rows(
            **dict.fromkeys(("key", "ref", "text", "division"), _words),
            before=_or_nothing(_rating),
            now=_rating,
            move=_one_of(*Move),
            due_before=_words,
            due_now=_words,
        ),
    ),
}
