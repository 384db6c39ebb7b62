"""What happens to a month's figures: one function per event.

Each is atomic, names who did it (`by`), and writes the audit trail. Checks come in pairs:
`check_can_x` raises `Refused` with the reason; the views ask the same check before they offer
the button.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import Period, PeriodKind, last_day, month_key, month_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from . import snapshots
from .entry import Entered, Known, Problem, Rule, Severity, check, work_out
from .models import (
    Measure,
    Note,
    Outturn,
    Publication,
    PublishedFigure,
    Series,
    Snapshot,
    Source,
    Status,
    Target,
)
from .rag import Polarity, ToleranceKind

RECENT = 6


class Refused(Exception):
    """An event that may not happen now; its text is the reason, for people."""


class EditConflict(Refused):
    """Somebody else changed this figure after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: Outturn) -> None:
        who = theirs.entered_by.display_name if theirs.entered_by else "Somebody else"
        super().__init__(
            f"{who} changed this figure at {timezone.localtime(theirs.saved_at):%H:%M on %d %B %Y} "
            "while you were working on it. Both are shown: keep theirs or save yours again."
        )
        self.theirs = theirs


class NotReady(Refused):
    """Figures that cannot be submitted yet, each with its problems."""

    def __init__(self, problems: dict[int, list[Problem]]) -> None:
        super().__init__("Some figures are not ready to be submitted.")
        self.problems = problems


# ---- what is known of a figure -----------------------------------------------------


def rule_of(measure: Measure) -> Rule:
    return Rule(
        unit=measure.unit,
        decimals=measure.decimals,
        scale=measure.scale,
        is_ratio=measure.is_ratio,
        polarity=Polarity(measure.polarity),
        tolerance=measure.tolerance,
        tolerance_kind=ToleranceKind(measure.tolerance_kind),
    )


def entered_in(outturn: Outturn) -> Entered:
    """What was entered, as the rules take it."""
    return Entered(
        numerator=outturn.numerator,
        denominator=outturn.denominator,
        value=outturn.value if outturn.numerator is None else None,
        absence=outturn.absence,
        commentary=outturn.commentary,
        reason=outturn.reason,
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a figure is entered: a series in a period, with what stands there and what is known.

    `current` is the revision in progress, else the approved one; `token` is what a form sends
    back to show which revision its person saw.
    """

    series: Series
    period: Period
    current: Outturn | None
    approved: Outturn | None
    known: Known

    @property
    def token(self) -> str:
        return f"{self.current.pk}.{self.current.version}" if self.current else ""


def slots(series: Sequence[Series], period_end: date) -> list[Slot]:
    """A slot for each series' own kind of period ending that day, where one does; in six queries
    however many series there are. `series` come with their measure and area."""
    periods = {
        one.pk: period
        for one in series
        if (period := Period.ending_in(PeriodKind(one.measure.frequency), period_end.replace(day=1)))
    }
    wanted = [one for one in series if one.pk in periods]
    standing = (
        Outturn.objects.actual()
        .filter(series__in=wanted, period_end=period_end)
        .exclude(status=Status.SUPERSEDED)
        .select_related("entered_by")
    )
    here: dict[int, dict[bool, Outturn]] = {}
    for outturn in standing:
        if outturn.period == periods[outturn.series_id]:
            here.setdefault(outturn.series_id, {})[outturn.in_progress] = outturn
    targets = targets_at({one.measure_id for one in wanted}, period_end)
    recent = _recent_values(wanted, period_end)
    limits = _latest_limits(wanted, period_end)
    found = []
    for one in wanted:
        standing_here = here.get(one.pk, {})
        approved = standing_here.get(False)
        in_progress = standing_here.get(True)
        target = targets.get(one.measure_id)
        known = Known(
            target=target.value if target else None,
            upper=target.upper if target else None,
            recent=tuple(recent.get(one.pk, ())),
            limits=limits.get(one.pk),
            revises=approved is not None,
        )
        found.append(Slot(one, periods[one.pk], in_progress or approved, approved, known))
    return found


def targets_at(measures: Iterable[int], day: date) -> dict[int, Target]:
    """The step of each measure's target profile in force on that day."""
    steps = Target.objects.filter(measure__in=measures, starts__lte=day).order_by("starts")
    return {step.measure_id: step for step in steps}


def _recent_values(series: Sequence[Series], before: date) -> dict[int, list[Decimal]]:
    earliest = before.replace(year=before.year - 2, day=1)
    values: dict[int, list[Decimal]] = {}
    rows = (
        Outturn.objects.approved()
        .actual()
        .filter(series__in=series, period_end__range=(earliest, before))
        .exclude(period_end=before)
        .order_by("period_end")
        .values_list("series", "value")
    )
    for pk, value in rows:
        if value is not None:
            values.setdefault(pk, []).append(value)
    return {pk: found[-RECENT:] for pk, found in values.items()}


def _latest_limits(series: Sequence[Series], before: date) -> dict[int, tuple[float, float]]:
    earliest = before.replace(year=before.year - 2, day=1)
    rows = (
        Snapshot.objects.filter(series__in=series, period_end__range=(earliest, before))
        .exclude(period_end=before)
        .order_by("period_end")
        .values_list("series", "lower_limit", "upper_limit")
    )
    return {
        pk: (lower, upper)
        for pk, lower, upper in rows
        if lower is not None and upper is not None
    }


def problems_of(slot: Slot, entered: Entered) -> list[Problem]:
    return check(entered, rule_of(slot.series.measure), slot.known)


# ---- entering ----------------------------------------------------------------------


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
    """Saves one figure as a draft: a new one, a change to the one in progress, or a new revision
    of an approved one. `seen` is the token of the slot its person worked from; None: whatever
    stands is meant to be replaced.

    Raises `EditConflict` if what stands is not what was seen, `Refused` if the entry has errors.
    """
    check_may(by, May.ENTER)
    Series.objects.select_for_update().get(pk=series.pk)
    (slot,) = slots([series], period.end)
    current = slot.current
    if seen is not None and seen != slot.token and current is not None:
        raise EditConflict(current)
    if current and entered_in(current) == entered:
        return current
    errors = [p.message for p in problems_of(slot, entered) if p.severity is Severity.ERROR]
    if errors:
        raise Refused(" ".join(errors))
    before = _figures(current) if current else None
    if current is None or not current.in_progress:
        outturn = Outturn(
            series=series,
            period_kind=period.kind,
            period_start=period.start,
            period_end=period.end,
            revision=_next_revision(series, period),
        )
    else:
        outturn = current
        outturn.version += 1
    outturn.status = Status.DRAFT
    outturn.numerator, outturn.denominator = entered.numerator, entered.denominator
    outturn.value = work_out(entered, rule_of(series.measure))
    outturn.absence = entered.absence
    outturn.commentary, outturn.reason = entered.commentary, entered.reason
    outturn.source, outturn.entered_by = source, by
    outturn.save()
    audit.record(
        "saved a draft", outturn, by=by, before=before, after=_figures(outturn), source=source.value
    )
    return outturn


def _next_revision(series: Series, period: Period) -> int:
    kept = Outturn.objects.actual().filter(
        series=series, period_start=period.start, period_end=period.end
    )
    return max(kept.values_list("revision", flat=True), default=0) + 1


def _figures(outturn: Outturn) -> dict[str, object]:
    fields = ("revision", "numerator", "denominator", "value", "absence", "commentary", "reason")
    return {field: getattr(outturn, field) for field in fields}


@transaction.atomic
def submit(*, outturns: Iterable[Outturn], by: User) -> int:
    """Submits drafts and returned figures, all of them or none.

    Raises `NotReady` with the problems of each that may not be submitted yet.
    """
    check_may(by, May.ENTER)
    mine = list(
        Outturn.objects.select_for_update(of=("self",))
        .filter(pk__in=[outturn.pk for outturn in outturns])
        .filter(status__in=(Status.DRAFT, Status.RETURNED))
        .select_related("series__measure", "series__area")
    )
    not_ready = {}
    for outturn in mine:
        (slot,) = slots([outturn.series], outturn.period_end)
        found = problems_of(slot, entered_in(outturn))
        if any(problem.severity is not Severity.WARNING for problem in found):
            not_ready[outturn.pk] = found
    if not_ready:
        raise NotReady(not_ready)
    now = timezone.now()
    for outturn in mine:
        outturn.status, outturn.submitted_at, outturn.returned_reason = Status.SUBMITTED, now, ""
        outturn.version += 1
        outturn.save()
        audit.record("submitted", outturn, by=by, value=outturn.value)
    return len(mine)


# ---- deciding ----------------------------------------------------------------------


def check_can_decide(outturn: Outturn, by: User) -> None:
    """Approve or return: a manager, on a submitted figure that somebody else entered."""
    check_may(by, May.APPROVE)
    if outturn.status != Status.SUBMITTED:
        raise Refused(f"{outturn} is not waiting for a decision: it is {outturn.status}.")
    if outturn.entered_by_id == by.pk:
        raise Refused(f"{outturn} was entered by you: somebody else must decide on it.")


@transaction.atomic
def approve(*, seen: dict[int, int], by: User) -> int:
    """Approves submitted figures, all of them or none; each supersedes the one approved before.

    `seen` gives the version of each that the manager looked at: `EditConflict` if one changed.
    """
    now = timezone.now()
    outturns = _locked(seen)
    for outturn in outturns:
        check_can_decide(outturn, by)
        before = (
            Outturn.objects.approved()
            .filter(
                series=outturn.series,
                period_start=outturn.period_start,
                period_end=outturn.period_end,
                projection=outturn.projection,
            )
            .first()
        )
        if before:
            before.status, before.superseded_at = Status.SUPERSEDED, now
            before.save()
        outturn.status, outturn.approved_by, outturn.approved_at = Status.APPROVED, by, now
        outturn.save()
        audit.record(
            "approved",
            outturn,
            by=by,
            revision=outturn.revision,
            before=before.value if before else None,
            value=outturn.value,
            reason=outturn.reason,
        )
    for month in sorted({outturn.period.month for outturn in outturns}):
        snapshots.request(month)
    return len(outturns)


@transaction.atomic
def return_(*, seen: dict[int, int], reason: str, by: User) -> int:
    """Returns submitted figures to the officer, with the reason."""
    if not reason.strip():
        raise Refused("Say why the figures are returned.")
    outturns = _locked(seen)
    for outturn in outturns:
        check_can_decide(outturn, by)
        outturn.status, outturn.returned_reason = Status.RETURNED, reason.strip()
        outturn.version += 1
        outturn.save()
        audit.record("returned", outturn, by=by, value=outturn.value, reason=reason.strip())
    return len(outturns)


def _locked(seen: dict[int, int]) -> list[Outturn]:
    if not seen:
        raise Refused("Choose at least one figure.")
    outturns = list(
        Outturn.objects.select_for_update(of=("self",))
        .filter(pk__in=seen)
        .select_related("series__measure", "series__area", "entered_by")
    )
    for outturn in outturns:
        if outturn.version != seen[outturn.pk]:
            raise EditConflict(outturn)
    return outturns


# ---- publishing --------------------------------------------------------------------


def standing_publication(month: date) -> Publication | None:
    return Publication.objects.standing().filter(month=month).first()


def check_can_publish(month: date, by: User) -> None:
    """A manager, a month not published, nothing undecided, and every scorecard measure in or
    said to be not available."""
    check_may(by, May.PUBLISH)
    if standing_publication(month):
        raise Refused(f"{month_label(month)} is published already.")
    home = Outturn.objects.home().ending_in(month)
    waiting = home.filter(status=Status.SUBMITTED).count()
    if waiting:
        raise Refused(
            f"{waiting} submitted figure{'' if waiting == 1 else 's'} of {month_label(month)} "
            "must be approved or returned first."
        )
    missing = missing_measures(month)
    if missing:
        names = ", ".join(measure.short_name for measure in missing)
        raise Refused(
            f"{month_label(month)} has no approved figure for: {names}. "
            "Enter each, or record that it is not available."
        )
    if not home.approved().actual().exists():
        raise Refused(f"{month_label(month)} has no approved figure to publish.")


def missing_measures(month: date) -> list[Measure]:
    """Scorecard measures due in a month that have no approved record of it."""
    due = [
        measure
        for measure in Measure.objects.filter(on_scorecard=True, active=True)
        if Period.ending_in(PeriodKind(measure.frequency), month)
    ]
    there = set(
        Outturn.objects.home()
        .approved()
        .actual()
        .whole()
        .ending_in(month)
        .values_list("series__measure", flat=True)
    )
    return [measure for measure in due if measure.pk not in there]


@transaction.atomic
def publish(*, month: date, by: User) -> Publication:
    """Freezes a month: its approved figures, and what the rules say of them now."""
    snapshots.lock(month)
    check_can_publish(month, by)
    compute_snapshots(since=month, until=month)
    publication = freeze(month=month, at=timezone.now(), by=by)
    audit.record(
        "published", publication, by=by, figures=publication.figures.count(), month=month_key(month)
    )
    return publication


def freeze(*, month: date, at: datetime, by: User | None, **origin: object) -> Publication:
    """Writes the next edition of a month from its snapshots as they stand."""
    from .presenters import comparators_of

    edition = Publication.objects.filter(month=month).count() + 1
    publication = Publication.objects.create(
        month=month, edition=edition, published_at=at, published_by=by, **origin
    )
    outturns = {
        (o.series_id, o.period_start, o.period_end): o
        for o in Outturn.objects.home().approved().actual().ending_in(month)
    }
    comparators = comparators_of(month)
    judged = [field.name for field in snapshots.JUDGEMENT_FIELDS]
    PublishedFigure.objects.bulk_create(
        PublishedFigure(
            publication=publication,
            outturn=outturns[snapshot.pk],
            comparators=comparators.get(snapshot.series_id, []),
            **{name: getattr(snapshot, name) for name in judged},
        )
        for snapshot in Snapshot.objects.home().ending_in(month)
    )
    return publication


def check_can_reopen(month: date, by: User) -> None:
    check_may(by, May.PUBLISH)
    if not standing_publication(month):
        raise Refused(f"{month_label(month)} is not published, so it cannot be reopened.")


@transaction.atomic
def reopen(*, month: date, reason: str, by: User) -> Publication:
    """Opens a published month again. What was published stays readable as it was."""
    snapshots.lock(month)
    check_can_reopen(month, by)
    if not reason.strip():
        raise Refused("Say why the month is reopened.")
    publication = Publication.objects.standing().get(month=month)
    publication.reopened_at, publication.reopened_by = timezone.now(), by
    publication.reopened_reason = reason.strip()
    publication.save()
    audit.record("reopened", publication, by=by, reason=reason.strip())
    return publication


# ---- the rest ----------------------------------------------------------------------


@transaction.atomic
def pin_note(*, measure: Measure, month: date, text: str, by: User) -> Note:
    """Pins a note to a month of a measure's chart."""
    check_may(by, May.ANNOTATE)
    if not text.strip():
        raise Refused("Write the note.")
    note = Note.objects.create(measure=measure, month=month, text=text.strip(), by=by)
    audit.record("pinned a note", f"{measure}, {month_label(month)}", by=by, text=note.text)
    return note


@transaction.atomic
def compute_snapshots(
    *, since: date | None = None, until: date | None = None, areas: Sequence[str] | None = None
) -> int:
    """Says anew what the rules say of every approved outturn whose period ends in the months from
    `since` to `until` (both first days; None: no bound), in the named areas (None: all).

    Replaces those snapshots in one transaction, under the months' lock, so that a worker killed
    half way leaves the old ones. Returns how many were written. Safe to run twice.
    """
    return snapshots.compute(since=since, until=until and last_day(until), areas=areas)
