"""Publishing a month: frozen as it stands; opened again with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import Period, PeriodKind, last_day, month_key, month_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from . import snapshots
from .entering import hold
from .figures import Refused
from .models import (
    Measure,
    Outturn,
    Publication,
    PublishedFigure,
    Series,
    Snapshot,
    Status,
    Target,
)

MEASURE_AS_SHOWN = (
    *("code", "name", "short_name", "theme", "order", "on_scorecard", "owner_id"),
    *("unit", "decimals", "polarity", "frequency"),
)


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
    """Scorecard measures due in a month that have no approved record of it: a figure of another
    kind that ends in it, as of a day that a paper prints, is none."""
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
        .values_list("series__measure", "period_kind")
    )
    return [measure for measure in due if (measure.pk, measure.frequency) not in there]


@transaction.atomic
def publish(*, month: date, by: User) -> Publication:
    """Freezes a month: its approved figures, and what the rules say of them now. Nothing of the
    council's own can be approved meanwhile."""
    snapshots.lock(month)
    hold(Series.objects.filter(area__code=settings.HOME_AREA).values_list("pk", flat=True))
    check_can_publish(month, by)
    compute_snapshots(since=month, until=month)
    publication = freeze(month=month, at=timezone.now(), by=by)
    audit.record(
        "published", publication, by=by, figures=publication.figures.count(), month=month_key(month)
    )
    return publication


def freeze(*, month: date, at: datetime, by: User | None, **origin: object) -> Publication:
    """Writes the next edition of a month from its snapshots as they stand."""
    from .comparisons import comparators_of

    edition = Publication.objects.filter(month=month).count() + 1
    publication = Publication.objects.create(
        month=month, edition=edition, published_at=at, published_by=by, **origin
    )
    outturns = {
        (o.series_id, o.period_start, o.period_end): o
        for o in Outturn.objects.home().approved().actual().ending_in(month)
    }
    comparators = comparators_of(month)
    measures = _measures_as_shown(month)
    judged = [field.name for field in snapshots.JUDGEMENT_FIELDS]
    PublishedFigure.objects.bulk_create(
        PublishedFigure(
            publication=publication,
            outturn=outturns[snapshot.pk],
            measure=measures[snapshot.series.measure_id],
            comparators=comparators.get(snapshot.series_id, []),
            **{name: getattr(snapshot, name) for name in judged},
        )
        for snapshot in Snapshot.objects.home().ending_in(month).select_related("series")
    )
    return publication


def _measures_as_shown(month: date) -> dict[int, dict[str, Any]]:
    """What the month's page says of each measure, kept so that no later change reaches it."""
    coming = Target.objects.filter(starts__gt=last_day(month)).order_by("-starts")
    next_targets = {step.measure_id: (step.starts, step.value) for step in coming}
    return {
        measure.pk: {
            **{name: getattr(measure, name) for name in MEASURE_AS_SHOWN},
            "owner": measure.owner.title if measure.owner else "",
            "next_target": next_targets.get(measure.pk),
        }
        for measure in Measure.objects.select_related("owner")
    }


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
