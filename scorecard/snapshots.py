"""What the rules say of every approved outturn: read once, judged in one vectorised pass, written.

* An outturn has a snapshot if it is approved and no projection, be it a value or a named absence.
* Nothing is said with hindsight: a snapshot rests on its own period and earlier ones, as they
  are known now. A revision of an earlier period therefore changes the snapshots after it.
* A series is laid out in a row for each kind of period that it has, with a column for each
  period, so that neighbours in a row are neighbours in time and a missing period stays a gap.
  Figures of a date stand in their month's column; a second one in a month has a row of its own.
* A rebase begins with the first period that ends in its month or later.
* The target is the step of the measure's profile in force on the period's last day; the next
  step is ahead by the periods until the first that it will judge.
* A comparator's figure is its latest, of whatever kind of period, whose period ends in the same
  month or earlier; of several ending on one day, the shortest. If the latest is an absence there
  is nothing to compare with: an older figure is not put in its place.
* Without process limits nothing can be said of variation: one point is no process.
* Figures are similar within the measure's tolerance: in its unit, or per cent of the comparator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from django.db import connection, transaction

from bucks_cs.lib.periods import month_key

from . import bulk, rag, spc, trends
from .ledger import Ledger, Measures, Numbers, Panel, read
from .models import Judgement, Snapshot
from .rag import Floats

JUDGEMENT_FIELDS = Judgement._meta.fields
"""What is said of one outturn: the fields of `Judgement`."""

COMPARED = ("versus_neighbours", "versus_region", "versus_nation")
"""In the order of the ledger's comparators."""

BLOCK = 256
"""Series judged and written at a time, so that the working arrays stay small."""

LOOKS_BACK = 12
"""Periods before the first due one that the rules of travel need; a year of months."""

_LOCKS = 20150228
"""The first key of our advisory locks; the second is a month (201502), 0 for them all, or 1 for
approvals."""


def request(month: date) -> None:
    """Asks the worker, once this transaction holds, to say anew what the rules say of the
    council's figures of that month and of every later one, which rest on it.

    A broker that cannot be reached is logged and no more: the nightly recompute mends it.
    """
    from .tasks import compute_month

    # A function with a name: Django cannot log the failure of a partial.
    transaction.on_commit(lambda: compute_month.delay(month_key(month)), robust=True)


def lock(month: date) -> None:
    """Waits until nobody else computes or publishes this month, and holds it until the end of
    the transaction. On SQLite a transaction that writes has the whole database already."""
    _advisory("pg_advisory_xact_lock_shared", 0)
    _advisory("pg_advisory_xact_lock", month.year * 100 + month.month)


def lock_approvals() -> None:
    """Waits until nobody else approves: what must be withheld depends on all that is approved."""
    _advisory("pg_advisory_xact_lock", 1)


def _lock_between(since: date | None, until: date | None) -> None:
    """Locks one month; anything longer locks them all."""
    if since and until and month_key(since) == month_key(until):
        lock(since)
    else:
        _advisory("pg_advisory_xact_lock", 0)


def _advisory(function: str, key: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [_LOCKS, key])


def compute(*, since: date | None, until: date | None, areas: Sequence[str] | None) -> int:
    """Replaces the snapshots of periods that end between two days, in the named areas (None: no
    bound); returns how many were written. Call it inside a transaction.

    A recompute of everything truncates the table, so on PostgreSQL the pages that read snapshots
    wait while it writes; a bounded one deletes its own rows, and nobody waits.
    """
    _lock_between(since, until)
    ledger = read(until=until, areas=areas)
    standing = Snapshot.objects.all()
    if areas is not None:
        standing = standing.filter(series__in=ledger.series_ids[ledger.judged].tolist())
    if since is not None:
        standing = standing.filter(period_end__gte=since)
    if until is not None:
        standing = standing.filter(period_end__lte=until)
    bulk.clear(standing, whole_table=since is None and until is None and areas is None)
    return bulk.write(Snapshot, _judged(ledger, since))


# ---- judging -----------------------------------------------------------------------


def _judged(ledger: Ledger, since: date | None) -> Iterator[bulk.Columns]:
    """The snapshots to be written, a block of series at a time."""
    for panel in ledger.panels():
        due = slice(0 if since is None else panel.first_column(since), None)
        for first in range(0, len(panel.series), BLOCK):
            rows = slice(first, first + BLOCK)
            series, outturn = panel.series[rows, np.newaxis], panel.outturn[rows, due]
            wanted = ledger.judged[series] & (outturn >= 0)
            if wanted.any():
                tables = {
                    "series_id": ledger.series_ids[series],
                    "period_start": ledger.start[outturn],
                    "period_end": ledger.end[outturn],
                    **_judgements(ledger, panel, rows, due),
                }
                yield {
                    name: np.broadcast_to(table, wanted.shape)[wanted]
                    for name, table in tables.items()
                }


def _judgements(ledger: Ledger, panel: Panel, rows: slice, due: slice) -> bulk.Columns:
    """Every rule on some series: for each of JUDGEMENT_FIELDS a table of series by due periods."""
    series, outturn = panel.series[rows, np.newaxis], panel.outturn[rows, due]
    measure = ledger.measure[series]
    measures = ledger.measures.of(measure)
    value = ledger.value[outturn]
    target, upper = ledger.targets.in_force(measure, ledger.end[outturn])
    rated = rag.judge(
        value,
        target,
        polarity=measures.polarity,
        tolerance=measures.tolerance,
        tolerance_kind=measures.tolerance_kind,
        upper=upper,
    )
    return {
        "value": value,
        "target": target,
        "target_upper": upper,
        "rag": rated,
        **_process(ledger, panel, rows, due, measures.polarity, target, upper),
        **_travel(ledger, panel, rows, due, measure, measures.polarity),
        **_comparisons(ledger, series, panel.month[due], value, measures),
    }


def _process(
    ledger: Ledger,
    panel: Panel,
    rows: slice,
    due: slice,
    polarity: Numbers,
    target: Floats,
    target_upper: Floats,
) -> bulk.Columns:
    """What the process says, from all of its history."""
    chart = spc.running(
        ledger.value[panel.outturn[rows]],
        rebase=panel.rebased[rows],
        freeze_after=ledger.freeze_after[panel.series[rows]],
    )
    kind, lower, upper = chart.kind[:, due], chart.lower[:, due], chart.upper[:, due]
    variation = spc.variation(kind, chart.side[:, due], polarity)
    return {
        "mean": chart.mean[:, due],
        "lower_limit": lower,
        "upper_limit": upper,
        "points": chart.count[:, due],
        "point": kind,
        "variation": np.where(np.isnan(upper), spc.Variation.NONE, variation),
        "assurance": spc.assurance(target, lower, upper, polarity, target_upper=target_upper),
    }


def _travel(
    ledger: Ledger, panel: Panel, rows: slice, due: slice, measure: Numbers, polarity: Numbers
) -> bulk.Columns:
    """Where a figure comes from and where it is going."""
    recent = slice(max(due.start - LOOKS_BACK, 0), None)
    due = slice(due.start - recent.start, None)
    outturn = panel.outturn[rows, recent]
    value = ledger.value[outturn]
    earlier = {
        "direction": trends.lagged(value, 1),
        "direction_year": trends.lagged(value, max(12 // panel.months, 1)),
        "direction_mean": trends.three_period_mean(value),
    }
    said: bulk.Columns = {
        name: trends.direction(value[:, due], figures[:, due], polarity=polarity)
        for name, figures in earlier.items()
    }
    target, month = ledger.targets.next_after(measure, ledger.end[outturn])
    # Until the first period that ends in the month of the step, or later.
    ahead = np.maximum(-((panel.month[recent] - month) // panel.months), 1)
    said["on_track"] = trends.on_track(value, target, ahead, polarity=polarity)[:, due]
    return said


def _comparisons(
    ledger: Ledger, series: Numbers, month: Numbers, value: Floats, measures: Measures
) -> bulk.Columns:
    relative = measures.tolerance_kind == rag.ToleranceKind.RELATIVE
    said: bulk.Columns = {}
    for name, comparator in zip(COMPARED, ledger.comparators, strict=True):
        theirs = ledger.latest.by(comparator[series], month)
        share = np.where(relative, np.abs(theirs) / 100, 1)
        said[name] = trends.compare(
            value,
            theirs,
            polarity=measures.polarity,
            similar_within=measures.tolerance * share,
        )
    return said
