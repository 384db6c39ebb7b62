"""Which measures of looked-after children add up to which, and the ledger read with that known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bucks_cs.models import User
from scorecard.shown import Ledger, Sums

LOOKED_AFTER = "cla"
BY_PART = "cla-by-"
"""How codes of measures by category begin."""
SUMS = Sums(
    whole=LOOKED_AFTER,
    by_part=BY_PART,
    together=(
        ("cla-foster-number", ("cla-foster-in-house-number", "cla-foster-agency-number")),
        ("cla-foster-number", ("cla-foster-in-house", "cla-foster-agency")),
        (LOOKED_AFTER, ("placed-in-county", "placed-out-of-county")),
    ),
)


def read_ledger(user: User, codes: Iterable[str], *, until: date | None = None) -> Ledger:
    """The figures of these measures as this person may see them; those that end by a day."""
    return Ledger(user, codes, SUMS, until=until)
