"""Reviews of looked-after children held in time. Pure and vectorised.

Source: the Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33: the
first review within 20 working days of the day on which the child became looked after, the second
no more than 3 months after the first, and then at intervals of no more than 6 months. Intervals
run from the day on which the last review was held. The other timetable of children placed for
adoption is not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bucks_cs.lib.working_days import after_working_days

from .placements import (
    NEVER,
    Counted,
    Dates,
    Episodes,
    Indices,
    Mask,
    care_began,
    months_later,
    open_on,
    years_before,
)

FIRST_WORKING_DAYS = 20
SECOND_MONTHS, LATER_MONTHS = 3, 6


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews that were held, by child (a place among the children) and day, sorted so.

    `since` is the first day from which reviews are known: of a child looked after before it, the
    earlier reviews are not.
    """

    child: Indices
    held: Dates
    since: np.datetime64


def measures(episodes: Episodes, reviews: Reviews, day: np.datetime64) -> list[Counted]:
    """Children looked after on the day whose reviews were in time.

    Out of those who have had a review in this period of care, or whose first has fallen due and
    was not held. In time: at no moment of the last 12 months was a review overdue. So a late
    review counts against a child for a year, wherever its period of care began; a child whose
    review is due on the day itself may still have it. A child looked after since before reviews
    are known is taken to have had one on the day before: nobody is late for want of records.
    """
    rows = open_on(episodes, day)
    due, late = _judged(episodes, reviews, rows, day)
    child = episodes.child[rows]
    return [Counted("cla_reviews_in_time", "", child[due & ~late], child[due])]


def _judged(
    episodes: Episodes, reviews: Reviews, rows: Indices, day: np.datetime64
) -> tuple[Mask, Mask]:
    """Of each of these open episodes' children: whether a review was held or overdue in this
    period of care, and whether one was overdue in the last 12 months."""
    who, when = _meetings(episodes, reviews, rows, day)
    first = np.ones(len(who), dtype=bool)
    first[1:] = who[1:] != who[:-1]
    second = np.zeros(len(who), dtype=bool)
    second[1:] = first[:-1] & ~first[1:]
    known = when[first][who] >= reviews.since
    months = np.where(second & known, SECOND_MONTHS, LATER_MONTHS)
    deadline = np.where(
        months == SECOND_MONTHS, months_later(when, SECOND_MONTHS), months_later(when, LATER_MONTHS)
    )
    deadline[first & known] = after_working_days(when[first & known], FIRST_WORKING_DAYS)
    # What ends the wait: the child's next review, or the day itself.
    until = np.full(len(when), day)
    until[:-1] = np.where(first[1:], day, when[1:])
    overdue = until > deadline
    due, late = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    due[who[~first | overdue]] = True
    late[who[overdue & (until > years_before(day, 1))]] = True
    return due, late


def _meetings(
    episodes: Episodes, reviews: Reviews, rows: Indices, day: np.datetime64
) -> tuple[Indices, Dates]:
    """For each open episode (its place among the rows): the day from which its child's first
    review is counted, then the days of the reviews in this period of care, in order."""
    started = episodes.began[care_began(episodes)[rows]]
    row_of = np.full(max(episodes.child.max(initial=-1), reviews.child.max(initial=-1)) + 1, -1)
    row_of[episodes.child[rows]] = np.arange(len(rows))
    row = row_of[reviews.child]
    began = np.append(started, NEVER)[row]  # -1 is the last: a child who is not looked after
    here = (reviews.held >= began) & (reviews.held <= day)
    # Before reviews are known, the day before they are stands for the last that was held.
    counted_from = np.where(started < reviews.since, reviews.since - 1, started)
    who = np.concatenate([np.arange(len(rows)), row[here]])
    when = np.concatenate([counted_from, reviews.held[here]])
    order = np.argsort(who, kind="stable")
    return who[order], when[order]
