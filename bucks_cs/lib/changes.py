"""The changes of a scenario: what two projections say and ask of theirs alike. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

Change: TypeAlias = Mapping[str, Any]
"""A change as it is kept: its `kind`, and those of the kind's fields that are given."""


class Problem(NamedTuple):
    """What is wrong with a change (its place in the scenario, from 1), and with which field; ""
    where it is the change itself."""

    change: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"Change {self.change}{f', {self.field}' if self.field else ''}: {self.text}"


def wrong_number(value: Any, low: float, high: float, *, whole: bool = False) -> str:
    """What is wrong with a number; empty where nothing is."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and low <= value <= high and not (whole and value != int(value)):
        return ""
    return f"Must be a {'whole ' if whole else ''}number from {low:,g} to {high:,g}."


class Rules(NamedTuple):
    """What a room's changes are."""

    kinds: Mapping[str, str]
    """Each kind in words."""
    fields: Mapping[str, Mapping[str, Any]]
    """The fields of each kind."""
    either: Mapping[str, tuple[str, str]]
    """Of some kinds, fields of which a change has the one or the other."""
    many: Collection[str]
    """Fields that are lists."""
    words: Callable[[Change], str]
    """A change in a sentence."""


# ---- words -------------------------------------------------------------------------


def more(factor: float, fewer: str) -> str:
    """20% fewer, of 0.8; 20% more, of 1.2."""
    return f"{short(abs(factor - 1) * 100)}% {'more' if factor > 1 else fewer}"


def short(number: float) -> str:
    return f"{round(number, 2):g}"


def money(pounds: float) -> str:
    return f"£{pounds:,.0f}" if pounds == int(pounds) else f"£{pounds:,.2f}"


def listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


# ---- as they are typed -------------------------------------------------------------

Typed: TypeAlias = tuple[str, dict[str, Any]]
"""A change as it is typed: its kind, and each field as the browser sends it."""


def arranged(
    typed: list[Typed], do: str, kind: str, fields: Mapping[str, Mapping[str, Any]]
) -> list[Typed]:
    """The changes after what a button says: "add" one of a kind of `fields`; "remove-2", "up-2",
    "down-2"."""
    if do == "add" and kind in fields:
        return [*typed, (kind, dict.fromkeys(fields[kind], ""))]
    way, _, number = do.partition("-")
    place = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
    if way not in {"remove", "up", "down"} or not 0 <= place < len(typed):
        return typed
    left = [*typed[:place], *typed[place + 1 :]]
    if way != "remove":
        left.insert(max(0, place + (1 if way == "down" else -1)), typed[place])
    return left
