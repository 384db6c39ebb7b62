"""A month's scorecard as its reader may see it: as it is known now, or as it was published.

Only the council's own series are read, and of their history only the last 13 months (for small
numbers, all of it); the number of queries does not depend on the number of measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import FloatField
from django.db.models.functions import Cast
from django.utils import timezone

from bucks_cs.lib.disclosure import SUPPRESSED
from bucks_cs.lib.periods import (
    Period,
    PeriodKind,
    add_months,
    day_label,
    last_day,
)
from bucks_cs.models import Post, User
from bucks_cs.roles import May

from . import comparisons
from .hidden import Hidden, hidden_among
from .models import (
    Measure,
    Outturn,
    Publication,
    PublishedFigure,
    Snapshot,
    Target,
)
from .presenters import (
    ABSENCE_SYMBOLS,
    STEP,
    Figure,
    Past,
    Revision,
    ScorecardRow,
    outturn_figure,
)
from .querysets import OutturnQuerySet
from .rows import MONTHS_BACK, Reading, key_of, rows

# What a row is made from: a list of 60 is read twice as fast without the rest.
SHOWN = (
    *("pk", "series_id", "period_kind", "period_start", "period_end", "value", "numerator"),
    *("denominator", "absence", "withheld", "commentary", "printed_rag", "source_note", "reason"),
    *("approved_at", "series__measure", "series__category"),
)
SHOWN_OF_MEASURE = (
    *("code", "name", "short_name", "theme", "order", "on_scorecard", "active"),
    *("unit", "decimals", "polarity", "frequency", "owner__title"),
)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A month: its rows, and what there is to say of it as a whole."""

    month: date
    rows: tuple[ScorecardRow, ...]
    missing: tuple[str, ...]
    """Scorecard measures due in the month that have no approved figure."""
    publication: Publication | None
    """The edition shown; or, for the month as known now, the latest edition there is."""
    as_published: bool
    editions: tuple[Publication, ...]


def known_now(month: date, user: User) -> Scorecard:
    """The month as it is known now: approved figures, what the rules say of them now, and which
    of them were revised since the month was published."""
    reading = Reading(user.may(May.SEE_SMALL_NUMBERS), month)
    visible = Outturn.objects.visible_to(user).actual().home()
    roles = [f"series__area__{role}" for role in comparisons.ROLES]
    here = visible.filter(period_start__gte=add_months(month, -11)).ending_in(month)
    found = list(here.order_by().values_list(*SHOWN, *roles, named=True))
    reading.outturns = found
    reading.series = {one.series_id: (one.series__measure, one.series__category) for one in found}
    _read_measures(reading)
    _read_history(reading, visible)
    snapshots = Snapshot.objects.filter(
        series__in=reading.series, period_start__gte=_window_start(month)
    )
    for snapshot in snapshots.ending_in(month):
        reading.judgements[snapshot.pk] = snapshot
    for series, start, end, rated in snapshots.filter(period_end__in=_ends(reading)).values_list(
        "series", "period_start", "period_end", "rag"
    ):
        reading.earlier[series, start, end] = rated
    compared = {
        area: role.rpartition("__")[2]
        for one in found[:1]
        for role in roles
        if (area := getattr(one, role)) is not None
    }
    reading.comparators = comparisons.latest(reading.series, compared, month)
    editions = tuple(Publication.objects.filter(month=month).order_by("edition"))
    if editions:
        _read_revisions(reading, editions[-1])
    return Scorecard(
        month,
        rows(reading),
        _missing(reading),
        editions[-1] if editions else None,
        False,
        editions,
    )


def as_published(publication: Publication, user: User) -> Scorecard:
    """The month as this edition said it, with the history that was known on that day."""
    month, at = publication.month, publication.published_at
    reading = Reading(user.may(May.SEE_SMALL_NUMBERS), month)
    shown = Outturn.objects.open_to(user)
    figures = PublishedFigure.objects.filter(publication=publication, outturn__in=shown)
    for figure in figures.select_related("outturn__series"):
        outturn = figure.outturn
        key = key_of(outturn)
        reading.series[outturn.series_id] = (outturn.series.measure_id, outturn.series.category)
        reading.outturns.append(outturn)
        reading.judgements[key] = figure
        reading.comparators[outturn.series_id] = figure.comparators
        _read_as_shown(reading, figure)
        if outturn.superseded_at:
            reading.revisions[key] = Revision(
                f"Revised since, on {_day(outturn.superseded_at)}", on=outturn.superseded_at
            )
    known = Outturn.objects.known_at(at).open_to(user).actual().home()
    _read_history(reading, known)
    before = PublishedFigure.objects.filter(
        publication__month__in=[end.replace(day=1) for end in _ends(reading)],
        publication__published_at__lte=at,
    ).order_by("publication__edition")
    for series, start, end, rated in before.values_list(
        "outturn__series", "outturn__period_start", "outturn__period_end", "rag"
    ):
        reading.earlier[series, start, end] = rated
    editions = tuple(Publication.objects.filter(month=month).order_by("edition"))
    return Scorecard(month, rows(reading), (), publication, True, editions)


# ---- reading -----------------------------------------------------------------------


def _ends(reading: Reading) -> list[date]:
    """The last days of the periods before those of the month, of each kind that it has."""
    steps = {STEP.get(outturn.period_kind, 12) for outturn in reading.outturns}
    return [last_day(add_months(reading.month, -step)) for step in steps]


def _window_start(month: date) -> date:
    """The earliest first day of a period that ends in the window; the longest are of a year."""
    return add_months(month, -MONTHS_BACK - 11)


def _starting_near(outturns: OutturnQuerySet, month: date) -> OutturnQuerySet:
    """Bounds the search by the first day too, by which the ledger is indexed."""
    return outturns.filter(period_start__gte=_window_start(month))


def _read_as_shown(reading: Reading, figure: PublishedFigure) -> None:
    """The measure and its next target as the publication keeps them."""
    facts = dict(figure.measure)
    pk = figure.outturn.series.measure_id
    title, owner_id, coming = (facts.pop(name) for name in ("owner", "owner_id", "next_target"))
    owner = Post(pk=owner_id, title=title) if title else None
    reading.measures[pk] = Measure(pk=pk, owner=owner, **facts)
    if coming:
        reading.next_targets[pk] = (date.fromisoformat(coming[0]), Decimal(coming[1]))


def _read_measures(reading: Reading) -> None:
    """The measures of the month, the scorecard's own among them, and their next targets."""
    shown = {measure for measure, _ in reading.series.values()}
    wanted = Measure.objects.filter(pk__in=shown)
    wanted |= Measure.objects.filter(on_scorecard=True, active=True)
    wanted = wanted.select_related("owner").only(*SHOWN_OF_MEASURE)
    reading.measures = {measure.pk: measure for measure in wanted}
    steps = Target.objects.filter(measure__in=shown, starts__gt=last_day(reading.month))
    coming = steps.order_by("-starts").values_list("measure", "starts", "value")
    reading.next_targets = {measure: (starts, value) for measure, starts, value in coming}


def _read_history(reading: Reading, outturns: OutturnQuerySet) -> None:
    """The past year of the series shown, and which of their figures must be hidden."""
    month = reading.month
    rows = list(
        _starting_near(outturns, month)
        .filter(series__in=reading.series)
        .filter(period_end__range=(add_months(month, -MONTHS_BACK), last_day(month)))
        .order_by()
        .values_list(
            *("series", "period_kind", "period_start", "period_end", "absence"),
            Cast("value", FloatField()),
        )
    )
    if not reading.see_small:
        # Of all the months there are, as the process limits rest on every one; and of all the
        # categories, as what must be hidden in one depends on the others.
        by_now = outturns.filter(period_end__lte=last_day(month))
        measures = {measure for measure, _ in reading.series.values()}
        reading.hidden = Hidden(frozenset(hidden_among(by_now, series__measure__in=measures)))
    for series, kind, start, end, absence, value in rows:
        periods = reading.history.setdefault((series, kind), {})
        place = end.replace(day=1)
        if (series, start, end) in reading.hidden:
            periods[place] = Past(end, None, SUPPRESSED)
        elif value is None:
            periods[place] = Past(end, None, ABSENCE_SYMBOLS.get(absence, ":"))
        else:
            periods[place] = Past(end, value, "")


def _read_revisions(reading: Reading, publication: Publication) -> None:
    """What was published, for the figures that stand otherwise now."""
    published = set(
        PublishedFigure.objects.filter(publication=publication).values_list("outturn", flat=True)
    )
    changed = [outturn for outturn in reading.outturns if outturn.pk not in published]
    if not changed:
        return
    before = Outturn.objects.filter(
        pk__in=published, series__in={outturn.series_id for outturn in changed}
    )
    stood = {key_of(outturn): outturn for outturn in before}
    for outturn in changed:
        key = key_of(outturn)
        was = stood.get(key)
        if was is None:
            reading.revisions[key] = Revision("Added since publication", on=outturn.approved_at)
            continue
        measure = reading.measures[reading.series[outturn.series_id][0]]
        hidden = key in reading.hidden
        figure = outturn_figure(was, measure, see_small=reading.see_small, hidden=hidden)
        reading.revisions[key] = Revision(
            f"Revised since publication: was {_words(figure)}",
            figure.text,
            outturn.approved_at,
            "" if figure.hidden else outturn.reason,
        )


def _words(figure: Figure) -> str:
    return "hidden, a small number" if figure.hidden else figure.text


def _missing(reading: Reading) -> tuple[str, ...]:
    there = {
        measure
        for outturn in reading.outturns
        for measure, category in [reading.series[outturn.series_id]]
        if not category
    }
    return tuple(
        measure.short_name
        for measure in sorted(reading.measures.values(), key=lambda measure: measure.order)
        if measure.on_scorecard
        and measure.active
        and measure.pk not in there
        and Period.ending_in(PeriodKind(measure.frequency), reading.month)
    )


def _day(moment: datetime) -> str:
    return day_label(timezone.localtime(moment).date())
