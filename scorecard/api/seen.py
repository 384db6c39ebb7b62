"""Figures as the person who asks may see them, by the presenters' rules."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bucks_cs.models import User
from bucks_cs.roles import May

from ..hidden import Hidden, hidden_among
from ..models import Outturn, Series, Snapshot
from ..presenters import STEP, Figure, Key, outturn_figure
from ..rows import key_of, standing
from ..spc import Variation
from ..trends import Direction


@dataclass(frozen=True, slots=True)
class SeenOutturn:
    """One revision of one figure. Where the figure is hidden, so are the words that tell it."""

    outturn: Outturn
    figure: Figure
    retold: bool = False
    """A revision before this one is hidden, and the reason for this one may tell it."""

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
        return "" if self.retold else self._unless_hidden(self.outturn.reason)

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
    _hidden: Hidden

    @property
    def direction(self) -> Direction | None:
        return self._moved("direction", 1)

    @property
    def direction_year(self) -> Direction | None:
        a_year = 12 // STEP.get(self.seen.outturn.period_kind, 12)
        return self._moved("direction_year", a_year)

    @property
    def direction_mean(self) -> Direction | None:
        return self._moved("direction_mean", 1, 2, 3)

    def _moved(self, name: str, *periods: int) -> Direction | None:
        one = self.snapshot
        place = (one.series_id, self.seen.outturn.period_kind, one.period_end)
        if self.judged is None or self._hidden.before(*place, periods):
            return None
        return Direction(getattr(one, name))

    @property
    def variation(self) -> Variation | None:
        if self.control is None:
            return None
        has_limits = self.control.lower_limit is not None
        return Variation(self.control.variation) if has_limits else Variation.NONE


def hidden_from(user: User, **scope: Any) -> dict[Key, int]:
    """The places of the figures that this person may not see, each with its outturn. `scope` are
    lookups, as `hidden_among` takes them."""
    if user.may(May.SEE_SMALL_NUMBERS):
        return {}
    return hidden_among(Outturn.objects.visible_to(user).actual(), **scope)


def _beside(series: Iterable[Series]) -> dict[str, Any]:
    """The lookups of these series and their fellow categories."""
    pairs = {(one.measure_id, one.area_id) for one in series}
    return {
        "series__measure__in": {measure for measure, _ in pairs},
        "series__area__in": {area for _, area in pairs},
    }


def outturns_seen(outturns: Sequence[Outturn], *, by: User) -> list[SeenOutturn]:
    """In three queries at most, however many there are."""
    beside = _beside(outturn.series for outturn in outturns)
    hidden = frozenset(hidden_from(by, **beside))
    retold = _retold(outturns, by)
    return [_seen(outturn, hidden, by, retold=key_of(outturn) in retold) for outturn in outturns]


def _retold(outturns: Sequence[Outturn], by: User) -> set[Key]:
    """The figures given a reason for their revision that may tell a small number that stood
    before."""
    revised = [outturn for outturn in outturns if outturn.reason]
    if not revised or by.may(May.SEE_SMALL_NUMBERS):
        return set()
    small = Outturn.objects.small().filter(
        series__in={outturn.series_id for outturn in revised},
        period_end__in={outturn.period_end for outturn in revised},
    )
    return set(small.order_by().values_list("series", "period_start", "period_end"))


def _seen(
    outturn: Outturn, hidden: Container[Key], by: User, *, retold: bool = False
) -> SeenOutturn:
    figure = outturn_figure(
        outturn,
        outturn.series.measure,
        see_small=by.may(May.SEE_SMALL_NUMBERS),
        hidden=key_of(outturn) in hidden and not outturn.projection,
    )
    return SeenOutturn(outturn, figure, retold)


def snapshots_seen(snapshots: Sequence[Snapshot], *, by: User) -> list[SeenSnapshot]:
    """In two queries at most, however many there are."""
    outturns = _outturns_of(snapshots)
    hidden = Hidden(frozenset(hidden_from(by, **_beside(one.series for one in snapshots))))
    found = []
    for snapshot in snapshots:
        outturn = outturns.get((snapshot.series_id, snapshot.period_start, snapshot.period_end))
        if outturn is None or standing(snapshot, outturn) is None:
            continue  # of a revision that stands no longer: it is about to be computed anew
        outturn.series = snapshot.series
        seen = _seen(outturn, hidden, by)
        unsafe = hidden.under_limits(snapshot.series_id, snapshot.period_end)
        found.append(
            SeenSnapshot(
                snapshot,
                seen,
                judged=None if seen.figure.hidden else snapshot,
                control=None if unsafe else snapshot,
                _hidden=hidden,
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
