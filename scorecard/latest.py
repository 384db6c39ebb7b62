"""Every measure with its latest figure, as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import OuterRef, Subquery

from bucks_cs.models import User
from bucks_cs.roles import May

from .models import Measure, Outturn, Series, Snapshot
from .presenters import (
    HIDDEN,
    Counted,
    Figure,
    Key,
    Rating,
    hidden_keys,
    outturn_figure,
    period_label,
)
from .rag import Rag
from .rows import key_of


@dataclass(frozen=True, slots=True)
class Latest:
    """A measure and the latest figure of it that its reader may see."""

    measure: Measure
    figure: Figure
    when: str
    rag: Rating | None


def latest_figures(user: User, until: date | None = None) -> list[Latest]:
    """Every measure in order, with the home area's latest figure that is no projection; with
    `until`, the latest whose period ends by that day."""
    see_small = user.may(May.SEE_SMALL_NUMBERS)
    wanted = {"period_end__lte": until} if until else {}
    newest = (
        Outturn.objects.visible_to(user)
        .actual()
        .filter(series=OuterRef("pk"), **wanted)
        .order_by("-period_end", "-period_start")
        .values("pk")[:1]
    )
    series = (
        Series.objects.filter(area__code=settings.HOME_AREA, category="")
        .order_by()
        .annotate(newest=Subquery(newest))
        .values_list("newest", flat=True)
    )
    # By their keys, not by a subquery: PostgreSQL would read the whole table for that.
    keys = [key for key in series if key is not None]
    outturns = {
        outturn.series.measure_id: outturn
        for outturn in Outturn.objects.filter(pk__in=keys).select_related("series")
    }
    ends = {outturn.period_end for outturn in outturns.values()}
    hidden = set() if see_small else hidden_of_home(user, ends)
    judged = {
        snapshot.pk: snapshot
        for snapshot in Snapshot.objects.home().filter(
            series__in={outturn.series_id for outturn in outturns.values()}, period_end__in=ends
        )
    }
    in_parts = set(
        Series.objects.filter(area__code=settings.HOME_AREA)
        .exclude(category="")
        .values_list("measure", flat=True)
    )
    found = []
    for measure in Measure.objects.select_related("owner"):
        outturn = outturns.get(measure.pk)
        key = key_of(outturn) if outturn else None
        figure = outturn_figure(outturn, measure, see_small=see_small, hidden=key in hidden)
        if outturn is None and measure.pk in in_parts:
            figure = replace(figure, text="In parts")
        snapshot = None if key is None or figure.hidden else judged.get(key)
        found.append(
            Latest(
                measure,
                figure,
                period_label(outturn.period) if outturn else "",
                HIDDEN if figure.hidden else Rag(snapshot.rag) if snapshot else None,
            )
        )
    return found


def hidden_of_home(user: User, ends: Iterable[date]) -> set[Key]:
    """Which of the home area's figures of these periods must be hidden from this person, wholes
    and categories taken together."""
    rows = (
        Outturn.objects.visible_to(user)
        .actual()
        .filter(series__area__code=settings.HOME_AREA, period_end__in=ends)
        .values_list(
            *("series", "period_start", "period_end", "value", "numerator", "denominator"),
            *("withheld", "series__measure", "series__category", "series__measure__unit"),
        )
    )
    return hidden_keys(
        Counted.of(
            (pk, start, end), (measure, start, end), category, unit, value, above, below, withheld
        )
        for pk, start, end, value, above, below, withheld, measure, category, unit in rows
    )
