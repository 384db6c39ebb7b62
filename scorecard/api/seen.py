"""Figures as the person who asks may see them, by the presenters' rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from bucks_cs.models import User
from bucks_cs.roles import May

from ..models import Outturn, Series, Snapshot
from ..presenters import Counted, Figure, Key, counted, hidden_keys, outturn_figure
from ..rows import key_of, standing
from ..spc import Variation


@dataclass(frozen=True, slots=True)
class SeenOutturn:
    """One revision of one figure. Where the figure is hidden, so are the words that tell it."""

    outturn: Outturn
    figure: Figure

    @property
    def printed(self) -> str:
        return self._unless_hidden(self.outturn.printed)

    @property
    def printed_rag(self) -> str:
        return self._unless_hidden(self.outturn.printed_rag)

    @property
    def source_note(self) -> str:
        return self._unless_hidden(self.outturn.source_note)

    @property
    def commentary(self) -> str:
        return self._unless_hidden(self.outturn.commentary)

    @property
    def reason(self) -> str:
        return self._unless_hidden(self.outturn.reason)

    def _unless_hidden(self, text: str) -> str:
        return "" if self.figure.hidden else text

    @property
    def seen(self) -> str:
        return f"{self.outturn.pk}.{self.outturn.version}"


@dataclass(frozen=True, slots=True)
class SeenSnapshot:
    """What the rules say of one outturn."""

    snapshot: Snapshot
    seen: SeenOutturn
    judged: Snapshot | None
    """None where the figure is hidden."""
    control: Snapshot | None
    """For process control. None where it rests on a hidden figure, which could be worked out."""

    @property
    def variation(self) -> Variation | None:
        if self.control is None:
            return None
        has_limits = self.control.lower_limit is not None
        return Variation(self.control.variation) if has_limits else Variation.NONE


def hidden_from(user: User, **scope: Any) -> dict[int, Key]:
    """The outturns, each with its place in the ledger, that this person may not see because they,
    or others beside them, are small. `scope` are lookups; a measure's categories must all be in
    it, or none.

    One query, which reads only the periods that have a small figure.
    """
    if user.may(May.SEE_SMALL_NUMBERS):
        return {}
    visible = Outturn.objects.visible_to(user).actual()
    same = ("series__measure", "series__area", "period_start", "period_end")
    beside = visible.small().filter(**{name: OuterRef(name) for name in same})
    rows = visible.filter(Exists(beside), **scope).values_list(
        *("pk", "series", "series__category", "series__measure__unit", "value", "numerator"), *same
    )
    pairs: dict[tuple[int, int], int] = {}
    figures: dict[Key, int] = {}
    groups = []
    for pk, series, category, unit, value, numerator, measure, area, start, end in rows:
        figures[series, start, end] = pk
        group = (pairs.setdefault((measure, area), len(pairs)), start, end)
        children = counted(value, numerator, unit)
        groups.append(Counted((series, start, end), group, category, children))
    return {figures[key]: key for key in hidden_keys(groups)}


def _beside(series: Iterable[Series]) -> dict[str, Any]:
    """The lookups of these series and their fellow categories."""
    pairs = {(one.measure_id, one.area_id) for one in series}
    return {
        "series__measure__in": {measure for measure, _ in pairs},
        "series__area__in": {area for _, area in pairs},
    }


def outturns_seen(outturns: Sequence[Outturn], *, by: User) -> list[SeenOutturn]:
    """In one query at most, however many there are."""
    hidden = hidden_from(by, **_beside(outturn.series for outturn in outturns))
    keys = set(hidden.values())
    return [_seen(outturn, keys, by) for outturn in outturns]


def _seen(outturn: Outturn, hidden: set[Key], by: User) -> SeenOutturn:
    figure = outturn_figure(
        outturn,
        outturn.series.measure,
        see_small=by.may(May.SEE_SMALL_NUMBERS),
        hidden=key_of(outturn) in hidden and not outturn.projection,
    )
    return SeenOutturn(outturn, figure)


def snapshots_seen(snapshots: Sequence[Snapshot], *, by: User) -> list[SeenSnapshot]:
    """In two queries at most, however many there are."""
    outturns = _outturns_of(snapshots)
    hidden = set(hidden_from(by, **_beside(one.series for one in snapshots)).values())
    first: dict[int, date] = {}
    for series, _, end in hidden:
        first[series] = min(end, first.get(series, end))
    found = []
    for snapshot in snapshots:
        outturn = outturns.get((snapshot.series_id, snapshot.period_start, snapshot.period_end))
        if outturn is None or standing(snapshot, outturn) is None:
            continue  # of a revision that stands no longer: it is about to be computed anew
        outturn.series = snapshot.series
        seen = _seen(outturn, hidden, by)
        safe = snapshot.period_end < first.get(snapshot.series_id, date.max)
        found.append(
            SeenSnapshot(
                snapshot,
                seen,
                judged=None if seen.figure.hidden else snapshot,
                control=snapshot if safe else None,
            )
        )
    return found


def _outturns_of(snapshots: Sequence[Snapshot]) -> dict[Key, Outturn]:
    found = (
        Outturn.objects.approved()
        .actual()
        .filter(
            series__in={snapshot.series_id for snapshot in snapshots},
            period_end__in={snapshot.period_end for snapshot in snapshots},
        )
    )
    return {key_of(one): one for one in found}
