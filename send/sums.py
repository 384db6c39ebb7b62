"""Which numbers of children the figures on SEND tell, and which add up to which."""

from __future__ import annotations

from scorecard.withheld import Number, Sums

FIRST_TIME, BY_AGE, BY_AGE_PERCENT = (
    "first-time-plans",
    "first-time-plans-by-age",
    "first-time-plans-by-age-percent",
)


def numbers_of(code: str, category: str) -> tuple[Number, Number]:
    """The ages add up to all first-time plans, and their shares are of those."""
    number = (BY_AGE, category) if category else (FIRST_TIME, "")
    return number, (FIRST_TIME, "")


SUMS = Sums((FIRST_TIME, BY_AGE, BY_AGE_PERCENT), numbers_of)
