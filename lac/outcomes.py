"""Health, care leavers and adoption: what the yearly files OC2, OC3 and AD1 say. Pure and
vectorised.

Source: the Department for Education's statistics "Children looked after in England including
adoption" and its guide to the SSDA903 return; for adoption, its adoption scorecards. Figures are
by financial year: of a year that has not ended they say what is so to the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from . import codes
from .placements import (
    Children,
    Codes,
    Counted,
    Dates,
    Episodes,
    Indices,
    Mask,
    ages_on,
    birthdays,
    care_began,
    ceased_within,
    is_short_break,
    open_on,
    within,
    year_start,
    years_before,
)

DAYS_TO_PLACE, DAYS_TO_MATCH = 426, 121
"""The scorecards' thresholds: from entering care to moving in with adopters (14 months), and from
the court's placement order to a match (4 months)."""


@dataclass(frozen=True, slots=True)
class Health:
    """The rows of OC2, by child and the financial year's second year. Flags are 1 yes, 0 no, -1
    not said."""

    child: Indices
    year: Indices
    immunised: Codes
    teeth_checked: Codes
    health_assessed: Codes


@dataclass(frozen=True, slots=True)
class CareLeavers:
    """The rows of OC3, by young person and the financial year's second year; codes are places in
    the lists of `codes`."""

    child: Indices
    year: Indices
    in_touch: Codes
    activity: Codes
    accommodation: Codes


@dataclass(frozen=True, slots=True)
class Adoptions:
    """The rows of AD1, one a child: the day on which it was decided that adoption was best, the
    match (NaT if none is said), and whether a former foster carer adopts (1, 0, -1 not said)."""

    child: Indices
    decided: Dates
    matched: Dates
    by_foster_carer: Codes


def financial_year(day: np.datetime64) -> int:
    """The second year of the day's financial year: 2024 for 31 March 2024 and 2025 for the next."""
    return int(year_start(day).astype("datetime64[Y]").astype(np.int64)) + 1971


# ---- OC2 ---------------------------------------------------------------------------


def health_measures(episodes: Episodes, health: Health, day: np.datetime64) -> Iterator[Counted]:
    """Immunisations up to date, teeth checked and health assessed in the year, out of the children
    looked after on 31 March continuously for 12 months.

    Only at 31 March of a year that has an OC2 file: it is filled in as at that day. A child of the
    12 months who has no row, or a blank in it, stays in the denominator, as not known.
    """
    rows = health.year == financial_year(day)
    if day != year_start(day + 1) - 1 or not rows.any():
        return
    cohort = continuously_looked_after(episodes, day)
    for code, flags in (
        ("cla_immunisations", health.immunised),
        ("cla_dental_check", health.teeth_checked),
        ("cla_health_assessment", health.health_assessed),
    ):
        yes = health.child[rows & (flags == 1)]
        yield Counted(code, "", np.intersect1d(cohort, yes), cohort)


def continuously_looked_after(episodes: Episodes, day: np.datetime64) -> Indices:
    """The children looked after on the day and on every day of the 12 months to it: since 1 April
    at the latest, for 31 March. Short breaks are left out, and end a period of care."""
    rows = open_on(episodes, day)
    since = episodes.began[care_began(episodes)[rows]]
    return episodes.child[rows][since <= years_before(day, 1) + 1]


# ---- OC3 ---------------------------------------------------------------------------


def care_leaver_measures(
    children: Children, leavers: CareLeavers, day: np.datetime64
) -> Iterator[Counted]:
    """Care leavers in touch; in education, training or work; and in suitable accommodation.

    Out of the young people of the year's OC3 file whose birthday (the 17th to the 21st) has come
    by the day, as the file says what was so about that birthday; without those who have died or
    returned home (DIED, RHOM). Those of whom nothing is known stay in the denominator, as in the
    published figures. All, and by age at the birthday: national tables tell 19 to 21.
    """
    year = financial_year(day)
    gone = within(leavers.in_touch, codes.NOT_OF_COHORT, codes.IN_TOUCH)
    rows = np.flatnonzero((leavers.year == year) & ~gone)
    if not (leavers.year == year).any():
        return
    born = children.born[leavers.child[rows]]
    ages = ages_on(born, np.datetime64(f"{year}-03-31"))
    came = _birthday_of_year(born, ages) <= day
    for label, youngest, oldest in (("", 17, 21), *codes.LEAVER_BANDS):
        here = rows[came & (ages >= youngest) & (ages <= oldest)]
        yield from _leavers(leavers, here, label)


def _birthday_of_year(born: Dates, ages: Indices) -> Dates:
    """The last birthday, at each age; NaT where the age is not known."""
    days = np.full(len(born), np.datetime64("NaT", "D"))
    for age in np.unique(ages[ages >= 0]):
        days[ages == age] = birthdays(born[ages == age], int(age))
    return days


def _leavers(leavers: CareLeavers, rows: Indices, label: str) -> Iterator[Counted]:
    child = leavers.child[rows]
    in_touch = within(leavers.in_touch[rows], ("YES",), codes.IN_TOUCH)
    active = within(leavers.activity[rows], codes.IN_EDUCATION_OR_WORK, codes.ACTIVITY)
    housed = within(leavers.accommodation[rows], codes.SUITABLE, codes.ACCOMMODATION)
    yield Counted("care_leavers", label, child)
    yield Counted("care_leavers_in_touch", label, child[in_touch], child)
    yield Counted("care_leavers_eet", label, child[active], child)
    yield Counted("care_leavers_suitable_accommodation", label, child[housed], child)


# ---- AD1, with the episodes --------------------------------------------------------


def adoption_measures(
    episodes: Episodes, adoptions: Adoptions, day: np.datetime64
) -> Iterator[Counted]:
    """Children adopted in the financial year to the day (REC E11 or E12), also as a share of all
    who ceased to be looked after; by former foster carers; and the scorecards' two times.

    Entering care to moving in: the days from the start of the period of care to the first episode
    placed for adoption (A3 to A6) in it, or to the adoption where none is recorded; of those whose
    start is in the files (RNE S). Order to match: from the first episode under a placement order
    (E1) to DATE_MATCH; of those who have both. The scorecards average three years, these one.
    """
    ceased = np.flatnonzero(ceased_within(episodes, day))
    last = ceased[within(episodes.reason_ended[ceased], codes.ADOPTED, codes.REASON_ENDED)]
    adopted = np.unique(episodes.child[last])
    yield Counted("adopted", "", adopted)
    yield Counted("adopted_of_ceased", "", adopted, np.unique(episodes.child[ceased]))
    told = np.intersect1d(adopted, adoptions.child)
    by_carer = np.intersect1d(adopted, adoptions.child[adoptions.by_foster_carer == 1])
    yield Counted("adopted_by_foster_carer", "", by_carer, told)
    child, days = _days_to_place(episodes, last)
    yield from _times("adoption_entry_to_placed", child, days, DAYS_TO_PLACE)
    child, days = _days_to_match(episodes, last, adoptions)
    yield from _times("adoption_order_to_match", child, days, DAYS_TO_MATCH)


def _times(code: str, child: Indices, days: Indices, threshold: int) -> Iterator[Counted]:
    """The average in days, and how many took no longer than the threshold."""
    yield Counted(f"{code}_days", "", child, child, scale=1, total=int(days.sum()))
    yield Counted(f"{code}_in_time", "", child[days <= threshold], child)


def _days_to_place(episodes: Episodes, last: Indices) -> tuple[Indices, Indices]:
    began = care_began(episodes)
    placed = within(episodes.place, codes.FOR_ADOPTION, codes.PLACE)
    moved_in = _first_in_period(episodes, began, placed, last)
    moved_in = np.where(np.isnat(moved_in), episodes.ended[last], moved_in)
    entered = episodes.began[began[last]]
    reason = episodes.reason_began[began[last]]
    known = within(reason, (codes.STARTED,), codes.REASON_BEGAN)
    return episodes.child[last][known], _days(entered, moved_in)[known]


def _days_to_match(
    episodes: Episodes, last: Indices, adoptions: Adoptions
) -> tuple[Indices, Indices]:
    under_order = within(
        episodes.legal_status, (codes.PLACEMENT_ORDER,), codes.LEGAL_STATUS
    ) & ~is_short_break(episodes)
    ordered = _first_in_period(episodes, care_began(episodes), under_order, last)
    matched = np.full(int(episodes.child.max(initial=-1)) + 1, np.datetime64("NaT", "D"))
    here = adoptions.child < len(matched)
    matched[adoptions.child[here]] = adoptions.matched[here]
    match = matched[episodes.child[last]]
    known = ~np.isnat(ordered) & ~np.isnat(match)
    return episodes.child[last][known], _days(ordered, match)[known]


def _first_in_period(episodes: Episodes, began: Indices, such: Mask, last: Indices) -> Dates:
    """When the first such episode began in the periods of care that end with the `last` ones;
    `began` is the first episode of each's period. NaT where there is none."""
    rows = np.flatnonzero(such)
    found = np.full(len(episodes.child), np.datetime64("NaT", "D"))
    found[began[rows][::-1]] = episodes.began[rows][::-1]
    return found[began[last]]


def _days(first: Dates, last: Dates) -> Indices:
    return (last - first).astype("timedelta64[D]").astype(np.int64)
