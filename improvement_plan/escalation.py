"""When a risk goes up to the board: a rule in plain words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .progress import Rating, Word

LOOKED_AT_WITHIN = timedelta(days=60)
RULE = (
    "A risk goes up to the board when it is red, when its latest rating is worse than the last of "
    "an earlier day, or when nobody has rated it in the last 60 days."
)


class Movement(Word):
    """Which way a risk went since it was rated before."""

    WORSE = "worse", "Worse"
    BETTER = "better", "Better"
    SAME = "same", "No change"
    FIRST = "first", "First rating"


@dataclass(frozen=True, slots=True)
class Rated:
    """A risk's rating on a day."""

    on: date
    rating: Rating


def movement(ratings: Sequence[Rated]) -> Movement:
    """From the last rating of an earlier day to the latest, so that rating twice on a day hides
    nothing; where all are of one day, from the one before. `ratings` are the latest first."""
    if len(ratings) < 2:
        return Movement.FIRST
    earlier = (one for one in ratings if one.on < ratings[0].on)
    now, before = ratings[0].rating, next(earlier, ratings[1]).rating
    if now == before:
        return Movement.SAME
    return Movement.WORSE if now < before else Movement.BETTER


def escalated(ratings: Sequence[Rated], day: date) -> tuple[str, ...]:
    """Why a risk goes up to the board on `day`, in words; nothing where it does not.

    `ratings` are the latest first. Source of the rule: `RULE`, a local choice.
    """
    if not ratings:
        return ("It has never been rated.",)
    reasons = []
    if ratings[0].rating is Rating.RED:
        reasons.append("It is red.")
    if movement(ratings) is Movement.WORSE:
        reasons.append("It has become worse than when it was rated before.")
    if day - ratings[0].on > LOOKED_AT_WITHIN:
        reasons.append("Nobody has rated it in the last 60 days.")
    return tuple(reasons)
