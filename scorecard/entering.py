"""Entering a month's figures: drafts are saved, discarded and submitted.

Whoever changes a figure holds its series' row to the end of the transaction, here and in
`deciding` and `publishing`, so that two people cannot both build on the same revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import Period, day_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from .entry import Entered, tidy, work_out
from .figures import (
    EditConflict,
    Invalid,
    NotReady,
    Refused,
    Slot,
    entered_in,
    errors_in,
    is_ready,
    rule_of,
    slots,
)
from .models import Outturn, Series, Source, Status

OPEN_TO_OFFICERS = (Status.DRAFT, Status.RETURNED)
_SAVED_FIELDS = (
    *("numerator", "denominator", "value", "absence", "commentary", "reason"),
    *("status", "source", "version", "entered_by", "saved_at"),
)


def hold(series: Iterable[int]) -> None:
    """Locks these series, always in the same order, until the transaction ends."""
    list(Series.objects.select_for_update().filter(pk__in=series).order_by("pk").values_list("pk"))


@dataclass(frozen=True, slots=True)
class Draft:
    """One figure to be saved. `seen` is the token of the slot its person worked from; None:
    whatever stands is meant to be replaced."""

    series: Series
    entered: Entered
    seen: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of each draft, by series: what stands now, or why it was not saved. `written` are
    those of which something new was said."""

    outturns: dict[int, Outturn] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    refused: dict[int, Refused] = field(default_factory=dict)


class NotSaved(Refused):
    """Drafts of which none was saved, because these were refused."""

    def __init__(self, refused: dict[int, Refused]) -> None:
        super().__init__("Nothing was saved.")
        self.refused = refused

    def in_words(self, drafts: Iterable[Draft]) -> list[str]:
        """A sentence for each refused draft, with its name."""
        return [
            f"{draft.series}: {self.refused[draft.series.pk]} Nothing was saved."
            for draft in drafts
            if draft.series.pk in self.refused
        ]


@transaction.atomic
def save_draft(
    *,
    series: Series,
    period: Period,
    entered: Entered,
    seen: str | None,
    by: User,
    source: Source = Source.TYPED,
) -> Outturn:
    """Saves one figure as a draft, as `save_drafts` does.

    Raises `EditConflict` if what stands is not what was seen, `Invalid` if the entry has errors,
    `Refused` if there is nothing to save or the measure has no such period.
    """
    draft = Draft(series, entered, seen)
    saved = save_drafts(drafts=[draft], period_end=period.end, by=by, source=source)
    if series.pk in saved.refused:
        raise saved.refused[series.pk]
    if series.pk not in saved.outturns:
        raise Refused("Nothing was given, so there is nothing to save.")
    return saved.outturns[series.pk]


@transaction.atomic
def save_drafts(
    *,
    drafts: Sequence[Draft],
    period_end: date,
    by: User | None,
    source: Source = Source.TYPED,
) -> Saved:
    """Saves each figure that can be saved as a draft: a new one, a change to the one in progress,
    or a new revision of an approved one. A figure that says nothing new is left as it stands, and
    one left blank where nothing stands is not saved at all.

    `by` None is the system itself, on the server's own schedule. Queries do not grow with the
    number of drafts.
    """
    if by is not None:
        check_may(by, May.ENTER)
    hold(draft.series.pk for draft in drafts)
    found = {slot.series.pk: slot for slot in slots([d.series for d in drafts], period_end)}
    saved, changes = Saved(), []
    for draft in drafts:
        pk = draft.series.pk
        slot = found.get(pk)
        refusal = _refusal(slot, draft, period_end)
        if refusal:
            saved.refused[pk] = refusal
        elif slot and slot.is_news(draft.entered):
            changes.append((slot, draft.entered))
        elif slot and slot.current:
            saved.outturns[pk] = slot.current
    written = _write(changes, by=by, source=source)
    saved.outturns.update(written)
    saved.written.update(written)
    return saved


@transaction.atomic
def save_all_drafts(
    *, drafts: Sequence[Draft], period_end: date, by: User | None, source: Source
) -> dict[int, Outturn]:
    """Saves every draft or, raising `NotSaved`, none."""
    saved = save_drafts(drafts=drafts, period_end=period_end, by=by, source=source)
    if saved.refused:
        raise NotSaved(saved.refused)
    return saved.outturns


def _refusal(slot: Slot | None, draft: Draft, period_end: date) -> Refused | None:
    if slot is None:
        return Refused(f"{draft.series} has no period that ends on {day_label(period_end)}.")
    errors = errors_in(slot.problems_of(draft.entered))
    if errors:
        return Invalid(errors)
    seen = slot.token if draft.seen is None else draft.seen
    if slot.current and seen != slot.token and slot.is_news(draft.entered):
        return EditConflict(slot.current)
    return None


def _write(
    changes: Sequence[tuple[Slot, Entered]], *, by: User | None, source: Source
) -> dict[int, Outturn]:
    last = _last_revisions([slot for slot, _ in changes])
    now = timezone.now()
    new, changed, trail = [], [], []
    for slot, entered in changes:
        before = _figures(slot.current) if slot.current else None
        if slot.current and slot.current.in_progress:
            outturn = slot.current
            outturn.version += 1
            changed.append(outturn)
        else:
            outturn = _new_revision(slot, last.get((slot.series.pk, slot.period.start), 0) + 1)
            new.append(outturn)
        _enter(outturn, entered, by=by, source=source, now=now)
        after = _figures(outturn)
        trail.append((outturn, {"before": before, "after": after, "source": source.value}))
    Outturn.objects.bulk_create(new)
    Outturn.objects.bulk_update(changed, _SAVED_FIELDS)
    audit.record_each("saved a draft", trail, by=by)
    return {outturn.series_id: outturn for outturn in (*new, *changed)}


def _last_revisions(found: Sequence[Slot]) -> dict[tuple[int, date], int]:
    """The last revision of each figure by its series and first day: a month's and a year's figure
    may end on one day."""
    if not found:
        return {}
    kept = Outturn.objects.actual().filter(
        series__in=[slot.series for slot in found], period_end=found[0].period.end
    )
    last = kept.order_by().values_list("series", "period_start").annotate(Max("revision"))
    return {(series, start): revision for series, start, revision in last}


def _new_revision(slot: Slot, revision: int) -> Outturn:
    return Outturn(
        series=slot.series,
        period_kind=slot.period.kind,
        period_start=slot.period.start,
        period_end=slot.period.end,
        revision=revision,
    )


def _enter(
    outturn: Outturn, entered: Entered, *, by: User | None, source: Source, now: datetime
) -> None:
    rule = rule_of(outturn.series.measure)
    entered = tidy(entered, rule)
    value = work_out(entered, rule)
    stood = (outturn.numerator, outturn.denominator, outturn.value, outturn.absence)
    same = stood == (entered.numerator, entered.denominator, value, entered.absence)
    # Who only adds words to a manager's figure does not make it theirs: the manager could then
    # approve what they entered themselves.
    if not (same and outturn.entered_by and outturn.entered_by.may(May.APPROVE)):
        outturn.entered_by = by
    outturn.status = Status.DRAFT
    outturn.numerator, outturn.denominator = entered.numerator, entered.denominator
    outturn.value, outturn.absence = value, entered.absence
    outturn.commentary, outturn.reason = entered.commentary, entered.reason
    # Nor do words change where the figure comes from.
    outturn.source = outturn.source if same and outturn.pk else source
    outturn.saved_at = now


def _figures(outturn: Outturn) -> dict[str, Any]:
    fields = ("revision", "numerator", "denominator", "value", "absence", "commentary", "reason")
    return {name: getattr(outturn, name) for name in fields}


@transaction.atomic
def discard(*, series: Series, period_end: date, seen: str, by: User) -> None:
    """Takes back a draft or a returned figure, so that the approved one, or nothing, stands
    again. What it said stays in the audit trail.

    Raises `Refused` where there is no draft, `EditConflict` where it is not the one seen.
    """
    check_may(by, May.ENTER)
    hold([series.pk])
    (slot,) = slots([series], period_end)
    if slot.current is None or slot.current.status not in OPEN_TO_OFFICERS:
        raise Refused("There is no draft to discard.")
    if seen != slot.token:
        raise EditConflict(slot.current, "It was not discarded.")
    audit.record("discarded a draft", slot.current, by=by, before=_figures(slot.current))
    slot.current.delete()


@transaction.atomic
def submit(*, outturns: Iterable[Outturn], by: User) -> int:
    """Submits drafts and returned figures, all of them or none. Those that are neither are left
    as they are. Returns how many were submitted.

    Raises `NotReady` with the problems of each that may not be submitted yet, `EditConflict` if
    one has changed since it was read.
    """
    check_may(by, May.ENTER)
    seen = {outturn.pk: outturn.version for outturn in outturns}
    mine = [
        outturn
        for outturn in held(Outturn.objects.filter(pk__in=seen))
        if outturn.status in OPEN_TO_OFFICERS
    ]
    for outturn in mine:
        if outturn.version != seen[outturn.pk]:
            raise EditConflict(outturn, "It was not submitted.")
    not_ready = {pk: found for pk, found in _problems(mine).items() if not is_ready(found)}
    if not_ready:
        raise NotReady(not_ready)
    now = timezone.now()
    for outturn in mine:
        outturn.status, outturn.submitted_at, outturn.returned_reason = Status.SUBMITTED, now, ""
        outturn.version += 1
        outturn.saved_at = now
    Outturn.objects.bulk_update(
        mine, ["status", "submitted_at", "returned_reason", "version", "saved_at"]
    )
    audit.record_each("submitted", [(o, {"value": o.value}) for o in mine], by=by)
    return len(mine)


def held(outturns: QuerySet[Outturn]) -> list[Outturn]:
    """These outturns as they stand once their series are held."""
    hold(list(outturns.order_by().values_list("series", flat=True).distinct()))
    return list(
        outturns.select_related("series__measure", "series__area", "entered_by").order_by(
            "series__measure__order", "series__measure__code", "series__category", "period_end"
        )
    )


def _problems(outturns: Sequence[Outturn]) -> dict[int, list[Any]]:
    problems = {}
    for period_end in {outturn.period_end for outturn in outturns}:
        here = {o.series_id: o for o in outturns if o.period_end == period_end}
        for slot in slots([outturn.series for outturn in here.values()], period_end):
            outturn = here[slot.series.pk]
            problems[outturn.pk] = slot.problems_of(entered_in(outturn))
    return problems
