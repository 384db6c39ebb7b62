"""From the dates of requests for an assessment to the counts that are reported. Pure.

The clock is that of the Special Educational Needs and Disability Regulations 2014 (England):

- regulation 5(1): the decision whether to assess, within 6 weeks of the request;
- regulation 10(1): where no plan is to be made, notice within 16 weeks;
- regulation 13(2): the final plan, within 20 weeks.

Weeks are calendar weeks: 20 weeks are 140 days from the day of the request, that day being day 0.
Weekends, bank holidays and school holidays count like other days. A school's holiday matters only
where the regulations make it an exception: where it was impractical to keep the time because advice
was asked of a school or college from one week before it closed, for four weeks or more on end, to
one week before it opens again (regulation 5(4)(a); 10(4) for 16 weeks; 13(3) for 20). The others
are exceptional personal circumstances, and an absence from the area of four weeks or more. An
officer says of a request that an exception applied, and the dates are not shifted. The national
return (SEN2) reports plans by calendar year, those with an exception left out of both numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Days: TypeAlias = np.ndarray[Any, np.dtype[np.datetime64]]
Bools: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

DECIDE, REFUSE, ISSUE = 6, 16, 20
"""Weeks from the request: to decide whether to assess, to say that no plan comes, to issue one."""
NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True, eq=False, slots=True)
class Requests:
    """Requests for an assessment (n). Days that have not come are NaT.

    received: the day of the request.
    decided, assess: the day of the decision whether to assess, and whether that was to do so.
    no_plan: the day on which it was said that no plan is made.
    final: the day of the final plan.
    exception: whether an exception of the regulations applied.
    """

    received: Days
    decided: Days
    assess: Bools
    no_plan: Days
    final: Days
    exception: Bools

    def __post_init__(self) -> None:
        n = len(self.received)
        rest = (self.decided, self.assess, self.no_plan, self.final, self.exception)
        if any(len(one) != n for one in rest):
            raise ValueError("Every request has every date, known or not.")


class Counts(NamedTuple):
    """What happened in a period, and what stood open at its end.

    issued: final plans, those with an exception apart; in_20_weeks of them.
    exceptions: final plans with an exception; late_exceptions of them after 20 weeks.
    refused: decisions not to assess, of decided; in_6_weeks of decided.
    no_plan: decisions to make no plan; in_16_weeks of them.
    over_20_weeks: requests older than 20 weeks at the end without a plan or a decision against one.
    """

    received: int
    decided: int
    in_6_weeks: int
    refused: int
    no_plan: int
    in_16_weeks: int
    issued: int
    in_20_weeks: int
    exceptions: int
    late_exceptions: int
    over_20_weeks: int


def within(received: Days, done: Days, weeks: int) -> Bools:
    """Whether something was done within so many calendar weeks of the request: 140 days are within
    20 weeks, 141 are not. What has not been done was not done in time."""
    taken = (done - received).astype("timedelta64[D]")
    return ~np.isnat(done) & (taken <= np.timedelta64(7 * weeks, "D"))


def counted(requests: Requests, first: np.datetime64, last: np.datetime64) -> Counts:
    """What happened from one day to another, both included."""
    of = requests

    def during(days: Days) -> Bools:
        return (days >= first) & (days <= last)  # a comparison with NaT is false

    decided, no_plan, final = during(of.decided), during(of.no_plan), during(of.final)
    in_20 = within(of.received, of.final, ISSUE)
    issued = final & ~of.exception
    exceptions = final & of.exception
    ended = of.final <= last
    ended |= of.no_plan <= last
    ended |= (of.decided <= last) & ~of.assess
    old = last - of.received > np.timedelta64(7 * ISSUE, "D")
    return Counts(
        received=_number(during(of.received)),
        decided=_number(decided),
        in_6_weeks=_number(decided & within(of.received, of.decided, DECIDE)),
        refused=_number(decided & ~of.assess),
        no_plan=_number(no_plan),
        in_16_weeks=_number(no_plan & within(of.received, of.no_plan, REFUSE)),
        issued=_number(issued),
        in_20_weeks=_number(issued & in_20),
        exceptions=_number(exceptions),
        late_exceptions=_number(exceptions & ~in_20),
        over_20_weeks=_number(old & ~ended),
    )


def _number(which: Bools) -> int:
    return int(np.count_nonzero(which))


def last_event(requests: Requests) -> np.datetime64 | None:
    """The last day on which something happened; None for no requests."""
    known = _events(requests)
    day: np.datetime64 | None = known.max() if len(known) else None
    return day


def _events(of: Requests) -> Days:
    every = np.concatenate([of.received, of.decided, of.no_plan, of.final])
    return every[~np.isnat(every)]


def by_month(
    requests: Requests, until: np.datetime64 | None = None
) -> Mapping[np.datetime64, Counts]:
    """The counts of every month from the first in which something happened to the last, or to that
    of the day `until` if the list covers more: requests stay open though nothing happens. By the
    month (datetime64[M]); none for no requests."""
    known = _events(requests)
    if not len(known):
        return {}
    last = known.max() if until is None else max(known.max(), until)
    return {
        month: counted(
            requests,
            month.astype("datetime64[D]"),
            (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D"),
        )
        for month in np.arange(
            known.min().astype("datetime64[M]"), last.astype("datetime64[M]") + 1
        )
    }


def whole_from(requests: Requests) -> np.datetime64 | None:
    """The day from which a list's figures are whole, if its earliest requests are where it was cut
    off: that of the first request and, after it, as long as the slowest of its plans took. Before
    it, plans that took long are missing, and those that were quick make the share look good. None
    where no plan was issued."""
    taken = requests.final - requests.received
    taken = taken[~np.isnat(taken)]
    if not len(taken):
        return None
    day: np.datetime64 = requests.received.min() + taken.max()
    return day
