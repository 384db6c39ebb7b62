"""What dates and ratings say of actions: pure, and worked out each time it is asked.

Nothing here is ever typed by anybody. A day is always an argument: the plan's own day, not the
clock's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from scorecard.rag import Code

DUE_SOON = timedelta(days=30)
UPDATE_WANTED_AFTER = timedelta(days=30)
"""The board meets monthly, so an open action wants a word at least once a month."""


class Rating(Code):
    """The rating of an action, a success measure or a risk, as a person gave it.

    Of an action: green is completed, amber on track for its date, red missed or highly likely
    to be. Of a success measure: green at or exceeding target, amber acceptable but not yet there,
    red not yet achieved. (The plan's own "RAG status" table.)
    """

    NONE = 0, "Not rated"
    RED = 1, "Red"
    AMBER = 2, "Amber"
    GREEN = 3, "Green"


RATED = (Rating.RED, Rating.AMBER, Rating.GREEN)


class Word(StrEnum):
    """A code kept as a word, with the words that a reader sees."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        code = str.__new__(cls, word)
        code._value_ = word
        code.label = label
        return code


class Flag(Word):
    """Something that an action's date and rating say together."""

    OVERDUE = "overdue", "Overdue"
    DUE_SOON = "due-soon", "Due in 30 days"
    AMBER_PAST_DATE = "amber-past-date", "Rated amber though its date has passed"
    GREEN_ONGOING = "green-ongoing", "Rated green though “ongoing”"
    NO_DATE = "no-date", "No date that can be read"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an action stands: its rating, its date, or that it has none because it goes on."""

    rating: Rating
    due: date | None = None
    ongoing: bool = False

    @property
    def is_open(self) -> bool:
        """Not completed. Green is the rating of what is completed."""
        return self.rating is not Rating.GREEN


def flags(action: Standing, day: date) -> tuple[Flag, ...]:
    """What the date and the rating say on `day`.

    Overdue: open, and its date was before `day`. Due soon: open, and its date is `day` or within
    30 days after it. Amber past its date: overdue, and rated on track. Green though ongoing:
    completed, though its date says that it goes on. No date: open, not ongoing, and no date.
    """
    found = []
    if action.is_open and action.due and action.due < day:
        found.append(Flag.OVERDUE)
        if action.rating is Rating.AMBER:
            found.append(Flag.AMBER_PAST_DATE)
    if action.is_open and action.due and day <= action.due <= day + DUE_SOON:
        found.append(Flag.DUE_SOON)
    if action.rating is Rating.GREEN and action.ongoing:
        found.append(Flag.GREEN_ONGOING)
    if action.is_open and action.due is None and not action.ongoing:
        found.append(Flag.NO_DATE)
    return tuple(found)


def wants_update(action: Standing, last_told: date | None, day: date) -> bool:
    """Whether an open action has said nothing for 30 days (`last_told`: None, never)."""
    return action.is_open and (last_told is None or day - last_told > UPDATE_WANTED_AFTER)


def suggested(ratings: Iterable[Rating], red_share: int) -> Rating:
    """The rating of an axis of a status report, from the ratings of what it is made of.

    Red where at least `red_share` per cent of them are red; green where all are green; amber
    between; none where nothing is rated. A local choice: the plan prints ratings, not a rule.
    """
    counts = Counter(rating for rating in ratings if rating in RATED)
    total = counts.total()
    if not total:
        return Rating.NONE
    if counts[Rating.RED] * 100 >= red_share * total:
        return Rating.RED
    return Rating.GREEN if counts[Rating.GREEN] == total else Rating.AMBER


def suggested_overall(axes: Iterable[Rating]) -> Rating:
    """The overall rating: the worst of the axes that are rated. A local choice."""
    return min((axis for axis in axes if axis in RATED), default=Rating.NONE)


class Move(Word):
    """How a rating moved between two days."""

    COMPLETED = "completed", "Completed"
    BETTER = "better", "Better"
    WORSE = "worse", "Worse"
    SAME = "same", "No change"
    NEW = "new", "New"


def moved(before: Rating | None, now: Rating) -> Move:
    """From the rating before (None: it was not there) to the rating now. A rating lost or first
    given is no move for better or worse."""
    if before is None:
        return Move.NEW
    if now is before or Rating.NONE in (before, now):
        return Move.SAME
    if now is Rating.GREEN:
        return Move.COMPLETED
    return Move.BETTER if now > before else Move.WORSE
