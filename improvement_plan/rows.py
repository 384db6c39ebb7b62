"""Actions as people see them. One row feeds page, download and API, so they cannot disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from bucks_cs.lib.periods import day_label

from .models import Action, Division, Plan, Update
from .progress import RATED, Flag, Rating, Standing, flags
from .reading import read_due, read_rating


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action, and what its date and rating say on the plan's day."""

    action: Action
    rating: Rating
    flags: tuple[Flag, ...]
    day: date
    reason: str = ""
    """Why it is red, as the latest approved report says."""

    @property
    def overdue(self) -> bool:
        return Flag.OVERDUE in self.flags

    @property
    def due(self) -> str:
        """The date that stands, in words; the printed words where they are no date."""
        return due_words(self.action)

    @property
    def due_was(self) -> str:
        """The printed date, where another has been agreed since."""
        action = self.action
        printed = read_due(action.due_text)
        changed = (printed.day, printed.ongoing) != (action.due_date, action.ongoing)
        return (action.due_text or "no date") if changed else ""

    @property
    def due_doubt(self) -> str:
        """What is doubtful about the printed date, while it stands."""
        return "" if self.due_was else read_due(self.action.due_text).doubt

    @property
    def owners(self) -> str:
        """The posts that own it; where none could be read, the owners as printed."""
        action = self.action
        return "; ".join(post.title for post in action.owners.all()) or action.owners_text


def due_words(action: Action) -> str:
    if action.due_date:
        return day_label(action.due_date)
    return "Ongoing" if action.due_text.lower() == "ongoing" else action.due_text or "No date"


def standing_of(action: Action) -> Standing:
    return Standing(Rating(action.rating), action.due_date, action.ongoing)


def row_of(action: Action, day: date, reason: str = "") -> ActionRow:
    return ActionRow(action, Rating(action.rating), flags(standing_of(action), day), day, reason)


def action_rows(actions: Iterable[Action]) -> list[ActionRow]:
    """Each action as it stands on its own plan's day. Read them with `for_rows`."""
    today, actions = timezone.localdate(), list(actions)
    reasons = reasons_of(actions)
    return [row_of(one, one.plan.day(today), reasons.get(one.pk, "")) for one in actions]


def reasons_of(actions: Iterable[Action]) -> dict[int, str]:
    """Why the red ones are red: the reason of the latest approved report that rates them so."""
    red = [action.pk for action in actions if action.rating == Rating.RED]
    updates = Update.objects.approved().filter(action__in=red, rating=Rating.RED)
    # The latest comes last, and stands.
    return dict(updates.exclude(reason="").order_by("on", "pk").values_list("action", "reason"))


class Point(NamedTuple):
    """As much of an action as counting takes: read in one query, however many there are."""

    division: int
    key: str
    standing: Standing
    due_text: str
    printed_rag: str

    @property
    def printed(self) -> Standing:
        """How it stood in the plan as printed."""
        due = read_due(self.due_text)
        return Standing(read_rating(self.printed_rag), due.day, due.ongoing)


def points(actions: QuerySet[Action]) -> list[Point]:
    fields = ("division_id", "key", "rating", "due_date", "ongoing", "due_text", "printed_rag")
    return [
        Point(division, key, Standing(Rating(rating), due, ongoing), due_text, printed_rag)
        for division, key, rating, due, ongoing, due_text, printed_rag in actions.values_list(
            *fields
        )
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many actions there are of each rating, and of how many the dates say what."""

    ratings: Counter[Rating]
    flags: Counter[Flag]

    @classmethod
    def of(cls, standings: Iterable[Standing], day: date) -> Tally:
        standings = list(standings)
        return cls(
            Counter(one.rating for one in standings),
            Counter(flag for one in standings for flag in flags(one, day)),
        )

    @property
    def total(self) -> int:
        return self.ratings.total()

    @property
    def by_rating(self) -> list[tuple[Rating, int]]:
        """The ratings that there are, the worst first; those not rated last."""
        order = (*RATED, Rating.NONE)
        return [(rating, self.ratings[rating]) for rating in order if self.ratings[rating]]

    @property
    def red(self) -> int:
        return self.ratings[Rating.RED]

    @property
    def amber(self) -> int:
        return self.ratings[Rating.AMBER]

    @property
    def green(self) -> int:
        return self.ratings[Rating.GREEN]

    @property
    def none(self) -> int:
        return self.ratings[Rating.NONE]

    @property
    def overdue(self) -> int:
        return self.flags[Flag.OVERDUE]

    @property
    def due_soon(self) -> int:
        return self.flags[Flag.DUE_SOON]


def tallies(plan: Plan, found: Iterable[Point], day: date) -> list[tuple[Division, Tally]]:
    """Every division of a plan in order, with the tally of those of its actions that are given."""
    of: dict[int, list[Standing]] = {}
    for point in found:
        of.setdefault(point.division, []).append(point.standing)
    divisions = plan.divisions.select_related("plan")
    return [(division, Tally.of(of.get(division.pk, ()), day)) for division in divisions]
