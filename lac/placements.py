"""Counting looked-after children from their episodes. Pure and vectorised.

Everything is arrays over episodes or children, however many; a day is an argument. A measure
answers with *which* children it counts, so that its figure can be looked into; the figure is their
number. Source: the Department for Education's statistics "Children looked after in England" and
its guide to the SSDA903 return; where national tools disagree or the choice is ours, the function
says so. Reviews are counted in `reviews`; health, care leavers and adoption in `outcomes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import codes

Dates = NDArray[np.datetime64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int8]

NEVER = np.datetime64("9999-12-31")
"""The end of an episode that has not ended."""
NEAR_MILES = 20.0
MANY_PLACEMENTS = 3
METRES_A_MILE = 1609.3
NOT_KNOWN = "Not known"
"""The category of those whose code is blank or none of the list's."""


@dataclass(frozen=True, slots=True)
class Children:
    """The children of the files: one place each in every array. `key` is a pseudonym. `born` is
    NaT and `sex` -1 where not known.

    `unaccompanied_until` is the day on which a child stops counting as unaccompanied and seeking
    asylum (DUC): `NEVER` while that is not known, NaT for a child who never was. Without the
    array, nobody was.
    """

    key: NDArray[np.object_]
    born: Dates
    sex: Codes
    unaccompanied_until: Dates | None = None


@dataclass(frozen=True, slots=True)
class Episodes:
    """Episodes, sorted by child and then by their first day.

    `child` is a place among the children; `ended` is `NEVER` while an episode goes on. Codes are
    places in the lists of `codes`, -1 where blank or unknown. `carer` is one number for each
    placement of a child with a carer (same PLACE, PL_POST and URN). `miles` is NaN and `in_county`
    -1 where they cannot be known.
    """

    child: Indices
    began: Dates
    ended: Dates
    reason_began: Codes
    reason_ended: Codes
    legal_status: Codes
    place: Codes
    provider: Codes
    need: Codes
    carer: Indices
    miles: NDArray[np.float32]
    in_county: Codes


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure's figure for the whole or one category: which children (their places) are
    counted, and out of which; `out_of` is None where it is a plain number. Where the figure is an
    average, `total` is what it adds up over those counted, who are then all that it is out of."""

    code: str
    category: str
    counted: Indices
    out_of: Indices | None = None
    scale: int = 100
    total: int | None = None

    @property
    def numerator(self) -> int:
        return len(self.counted) if self.total is None else self.total

    @property
    def denominator(self) -> int | None:
        return None if self.out_of is None else len(self.out_of)

    @property
    def value(self) -> float | None:
        """The number, or the numerator per `scale` of the denominator; None of none."""
        if self.out_of is None:
            return float(self.numerator)
        return self.numerator * self.scale / len(self.out_of) if len(self.out_of) else None


# ---- days --------------------------------------------------------------------------


def ages_on(born: Dates, day: np.datetime64) -> NDArray[np.int64]:
    """Ages in completed years; -1 for a child not born yet, or whose birth is not known. A child
    born on 29 February is a year older on 1 March of a year that has no such day."""
    years, months_days = _calendar(born)
    (year,), (month_day,) = _calendar(np.array([day], dtype="datetime64[D]"))
    ages: NDArray[np.int64] = year - years - (month_day < months_days)
    return np.where(np.isnat(born) | (ages < 0), -1, ages)


def birthdays(born: Dates, age: int) -> Dates:
    """The days on which children reach an age, by the rule of `ages_on`."""
    there = months_later(born, 12 * age)
    short = _calendar(there)[1] < _calendar(born)[1]
    return there + short.astype("timedelta64[D]")


def months_later(days: Dates, months: int) -> Dates:
    """The same day of the month so many months later (or earlier, if negative); the last of the
    month where it has no such day."""
    month = days.astype("datetime64[M]")
    into = days.astype("datetime64[D]") - month.astype("datetime64[D]")
    there = month + np.timedelta64(months, "M")
    last = (there + 1).astype("datetime64[D]") - 1
    found: Dates = np.minimum(there.astype("datetime64[D]") + into, last)
    return found


def years_before(day: np.datetime64, years: int) -> np.datetime64:
    """The same day some years before; 28 February where that year has no 29th."""
    return np.datetime64(months_later(np.array([day]), -12 * years)[0])


def year_start(day: np.datetime64) -> np.datetime64:
    """1 April of the financial year that `day` is in."""
    january_to_march = int(day.astype("datetime64[M]").astype(np.int64) % 12 < 3)
    april = day.astype("datetime64[Y]").astype("datetime64[M]") + 3 - 12 * january_to_march
    return np.datetime64(april.astype("datetime64[D]"))


def _calendar(dates: Dates) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The year, and month and day as one number that orders them: 229 is 29 February."""
    months = dates.astype("datetime64[M]")
    number = months.astype(np.int64)
    day = (dates.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1
    return number // 12 + 1970, (number % 12 + 1) * 100 + day


# ---- who is looked after -----------------------------------------------------------


def open_on(episodes: Episodes, day: np.datetime64) -> Indices:
    """The episodes under which children are looked after at the end of `day`, one a child.

    DECOM on or before the day, and DEC blank or after it: an episode that ends on 31 March is not
    counted on 31 March. Legal statuses V3 and V4 (short breaks) are left out. Where a child has
    two, the later one counts.
    """
    there = (episodes.began <= day) & (episodes.ended > day)
    rows = np.flatnonzero(there & ~is_short_break(episodes))
    children = episodes.child[rows]
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = children[1:] != children[:-1]
    return rows[last]


def is_short_break(episodes: Episodes) -> Mask:
    return within(episodes.legal_status, codes.SHORT_BREAKS, codes.LEGAL_STATUS)


def care_periods(episodes: Episodes) -> Indices:
    """A number for each period of care that an episode belongs to, rising from 0.

    A period begins with a child's first episode, with RNE S, after a gap, and where short breaks
    (V3 and V4) give way to being looked after or the other way round.
    """
    short = is_short_break(episodes)
    goes_on = episodes.child[1:] == episodes.child[:-1]
    goes_on &= episodes.began[1:] <= episodes.ended[:-1]
    goes_on &= ~within(episodes.reason_began[1:], (codes.STARTED,), codes.REASON_BEGAN)
    goes_on &= short[1:] == short[:-1]
    begins = np.ones(len(episodes.child), dtype=np.int64)
    begins[1:] = ~goes_on
    return np.cumsum(begins) - 1


def care_began(episodes: Episodes) -> Indices:
    """For each episode, the first episode of its period of care."""
    period = care_periods(episodes)
    return np.searchsorted(period, period).astype(np.int64)


def within(values: Codes, wanted: Collection[str], known: Collection[str]) -> Mask:
    """Which values are among the wanted codes of a list."""
    found: Mask = np.isin(values, codes.places(wanted, known))
    return found


# ---- placements in the last 12 months ----------------------------------------------


def new_placements(episodes: Episodes) -> Mask:
    """The episodes with which a placement with another carer begins.

    The first of a period of care that is not temporary; and each later one, not temporary, that
    began because placement and carer changed (RNE P or B) and is with another carer (PLACE,
    PL_POST and URN) than the last that was not temporary. So a temporary placement (T0 to T4) and
    the return from it are no new placements, nor are short breaks. Our documented reading:
    national tools disagree.
    """
    temporary = within(episodes.place, codes.TEMPORARY, codes.PLACE)
    rows = np.flatnonzero(~temporary & ~is_short_break(episodes))
    period, carer = care_periods(episodes)[rows], episodes.carer[rows]
    moved = within(episodes.reason_began[rows], codes.CHANGED_CARER, codes.REASON_BEGAN)
    moved[1:] &= carer[1:] != carer[:-1]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = period[1:] != period[:-1]
    new = np.zeros(len(temporary), dtype=bool)
    new[rows] = first | moved
    return new


def placements_in_year(episodes: Episodes, rows: Indices, day: np.datetime64) -> Indices:
    """How many placements the children of these episodes had in the 12 months to `day`: the one
    held when they began, if any, and one for each new one after that."""
    start = years_before(day, 1)
    new = new_placements(episodes) & (episodes.began > start) & (episodes.began <= day)
    size = int(episodes.child.max(initial=-1)) + 1
    counts = np.bincount(episodes.child[new], minlength=size)
    counts[episodes.child[open_on(episodes, start)]] += 1
    return counts[episodes.child[rows]]


# ---- the measures ------------------------------------------------------------------


def measures(children: Children, episodes: Episodes, day: np.datetime64) -> list[Counted]:
    """Every measure that episodes and headers alone give, on one day."""
    rows = open_on(episodes, day)
    return [
        *_how_many(children, episodes, rows, day),
        *_where(episodes, rows),
        *_with_whom(episodes, rows, day),
        *_through_the_year(episodes, day),
    ]


def _how_many(
    children: Children, episodes: Episodes, rows: Indices, day: np.datetime64
) -> Iterator[Counted]:
    """Looked after on the day: all, by age, sex, legal status and need; and unaccompanied and
    seeking asylum, with no DUC or one after the day."""
    child = episodes.child[rows]
    yield Counted("cla", "", child)
    bands = np.full(len(child), -1)
    ages = ages_on(children.born[child], day)
    for number, (_, youngest, oldest) in enumerate(codes.AGE_BANDS):
        bands[(ages >= youngest) & (ages <= oldest)] = number
    yield from _parts("cla_by_age", child, bands, [label for label, *_ in codes.AGE_BANDS])
    yield from _by("cla_by_sex", child, children.sex[child], codes.SEX)
    status = episodes.legal_status[rows]
    yield from _by("cla_by_legal_status", child, status, codes.LEGAL_STATUS, codes.SHORT_BREAKS)
    yield from _by("cla_by_need", child, episodes.need[rows], codes.NEED)
    until = children.unaccompanied_until
    alone = child[:0] if until is None else child[until[child] > day]
    yield Counted("cla_uasc", "", alone)


def _where(episodes: Episodes, rows: Indices) -> Iterator[Counted]:
    """How far from home, and in which authority.

    Within 20 miles: 20.0 or less after rounding to a tenth of a mile. Over 20 miles and outside:
    more than 20.0 and outside the authority. In county: the placement's postcode is in the
    authority. Children whose distance or authority cannot be known stay in the denominator, as in
    the published tables, and are counted in measures of their own.
    """
    child = episodes.child[rows]
    miles = np.round(episodes.miles[rows].astype(np.float64), 1)
    in_county = episodes.in_county[rows]
    far = miles > NEAR_MILES
    yield Counted("cla_within_20_miles", "", child[miles <= NEAR_MILES], child)
    yield Counted("cla_over_20_miles_outside", "", child[far & (in_county == 0)], child)
    yield Counted("cla_distance_not_known", "", child[np.isnan(miles)], child)
    yield Counted("cla_in_county", "", child[in_county == 1], child)
    yield Counted("cla_county_not_known", "", child[in_county < 0], child)


def _with_whom(episodes: Episodes, rows: Indices, day: np.datetime64) -> Iterator[Counted]:
    """In which kind of placement, whose, and after how many in a year. In-house and agency are
    shares of all looked after; in-house of the fostered is a measure of its own."""
    child = episodes.child[rows]
    place, provider = episodes.place[rows], episodes.provider[rows]
    yield from _by("cla_by_placement", child, place, codes.PLACE)
    yield from _by("cla_by_provider", child, provider, codes.PROVIDER)
    foster = within(place, codes.FOSTER, codes.PLACE)
    yield Counted("cla_foster", "", child[foster], child)
    residential = within(place, codes.RESIDENTIAL, codes.PLACE)
    yield Counted("cla_residential", "", child[residential], child)
    in_house = within(provider, codes.IN_HOUSE, codes.PROVIDER)
    agency = within(provider, codes.AGENCY, codes.PROVIDER)
    yield Counted("cla_in_house", "", child[in_house], child)
    yield Counted("cla_agency", "", child[agency], child)
    yield Counted("cla_foster_in_house", "", child[foster & in_house], child[foster])
    many = placements_in_year(episodes, rows, day) >= MANY_PLACEMENTS
    yield Counted("cla_three_plus_placements", "", child[many], child)


def _through_the_year(episodes: Episodes, day: np.datetime64) -> Iterator[Counted]:
    """Children who started, and who ceased, to be looked after in the financial year to the day,
    each counted once. Started: an episode with RNE S. Ceased: an episode that ended with any REC
    but X1. Short breaks are left out."""
    started = began_within(episodes, day)
    started &= within(episodes.reason_began, (codes.STARTED,), codes.REASON_BEGAN)
    yield Counted("cla_started", "", np.unique(episodes.child[started]))
    yield Counted("cla_ceased", "", np.unique(episodes.child[ceased_within(episodes, day)]))


def began_within(episodes: Episodes, day: np.datetime64) -> Mask:
    """The episodes, but for short breaks, that began in the financial year to the day."""
    there: Mask = (episodes.began >= year_start(day)) & (episodes.began <= day)
    return there & ~is_short_break(episodes)


def ceased_within(episodes: Episodes, day: np.datetime64) -> Mask:
    """The episodes with which being looked after ended in the financial year to the day."""
    there: Mask = (episodes.ended >= year_start(day)) & (episodes.ended <= day)
    goes_on = within(episodes.reason_ended, (codes.CONTINUES,), codes.REASON_ENDED)
    return there & (episodes.reason_ended >= 0) & ~goes_on & ~is_short_break(episodes)


def _by(
    code: str,
    child: Indices,
    values: Codes,
    groups: Mapping[str, str],
    but: Collection[str] = (),
) -> Iterator[Counted]:
    """A figure for each group of a list of codes, in its order, but for those of some codes."""
    labels = list(dict.fromkeys(label for one, label in groups.items() if one not in but))
    numbers = [labels.index(label) if label in labels else -1 for label in groups.values()]
    yield from _parts(code, child, np.array([*numbers, -1])[values], labels)


def _parts(code: str, child: Indices, numbers: Indices, labels: Sequence[str]) -> Iterator[Counted]:
    """A figure for each label, by its number. What has none comes last, where there is any, so
    that the parts add to the whole."""
    for number, label in enumerate(labels):
        yield Counted(code, label, child[numbers == number])
    if (numbers < 0).any():
        yield Counted(code, NOT_KNOWN, child[numbers < 0])


# ---- distance ----------------------------------------------------------------------


def miles_between(
    from_east: NDArray[np.float64],
    from_north: NDArray[np.float64],
    to_east: NDArray[np.float64],
    to_north: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The straight line between two grid references in metres, in miles to a tenth: metres / 1000
    / 1.6093, as the return's guide has it. NaN where either is not known."""
    metres = np.hypot(to_east - from_east, to_north - from_north)
    return np.round(metres / METRES_A_MILE, 1)
