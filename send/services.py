"""What happens to requests: a list is counted, and its counts are put into the scorecard. No row of
it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from bucks_cs import audit
from bucks_cs.lib.periods import last_day, month_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may
from scorecard import services as ledger
from scorecard.entry import Entered
from scorecard.figures import is_ready
from scorecard.models import Series, Source, Status

from .timeliness import Counts

FIGURES: Mapping[str, tuple[str, str]] = {
    "ehc-requests": ("received", ""),
    "ehc-decisions-6-weeks": ("in_6_weeks", "decided"),
    "ehc-requests-refused": ("refused", "decided"),
    "ehc-plans-20-weeks": ("in_20_weeks", "issued"),
    "ehc-plans-exceptions": ("exceptions", ""),
    "ehc-assessments-over-20-weeks": ("over_20_weeks", ""),
}
"""Measures, each with the counts that it is: a number, or a numerator and its denominator."""


class Put(NamedTuple):
    """What came of a month: figures saved, and sent to a manager; those left as they stood."""

    month: date
    saved: int
    submitted: int
    left: int


def entered(counts: Counts, code: str) -> Entered | None:
    """A measure's figure of a month; None for a share of nothing."""
    above, below = FIGURES[code]
    number = Decimal(getattr(counts, above))
    if not below:
        return Entered(value=number)
    of = Decimal(getattr(counts, below))
    return Entered(numerator=number, denominator=of) if of else None


@transaction.atomic
def put_counts(*, months: Mapping[date, Counts], reason: str, by: User) -> list[Put]:
    """Puts the counts of some months into the scorecard and submits them for a manager to decide
    on. An approved figure is revised where a `reason` is given, and else left; what somebody else
    has typed or submitted is left."""
    check_may(by, May.ENTER)
    wanted = [one for one in ledger.series_to_enter() if one.measure.code in FIGURES]
    series = [one for one in wanted if not one.category]
    if not series:
        raise ledger.Refused("The scorecard has none of the measures that a list is counted for.")
    put = [_put(month, counts, series, reason.strip(), by) for month, counts in months.items()]
    audit.record(
        "counted a list of requests",
        ", ".join(month_label(month) for month in months),
        by=by,
        saved=sum(one.saved for one in put),
        left=sum(one.left for one in put),
    )
    return put


def _put(month: date, counts: Counts, series: Sequence[Series], reason: str, by: User) -> Put:
    end, drafts, left = last_day(month), [], 0
    for slot in ledger.slots(series, end):
        given = entered(counts, slot.series.measure.code)
        if given is None or not slot.is_news(given):
            continue
        current = slot.current
        theirs = current is not None and current.in_progress and current.source != Source.COMPUTED
        waits = current is not None and current.status == Status.SUBMITTED
        if theirs or waits or (slot.known.revises and not reason):
            left += 1
            continue
        if slot.known.revises:
            given = replace(given, reason=reason)
        drafts.append(ledger.Draft(slot.series, given, slot.token))
    try:
        saved = ledger.save_all_drafts(drafts=drafts, period_end=end, by=by, source=Source.COMPUTED)
    except ledger.NotSaved as refused:
        raise ledger.Refused(" ".join(refused.in_words(drafts))) from refused
    again = {slot.series.pk: slot for slot in ledger.slots(series, end)}
    ready = [
        draft
        for pk, draft in saved.items()
        if draft.status == Status.DRAFT
        and is_ready(again[pk].problems_of(ledger.entered_in(draft)))
    ]
    return Put(month, len(saved), ledger.submit(outturns=ready, by=by), left)
