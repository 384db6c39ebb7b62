"""Reads a measure's story from the ledger, in a number of queries that does not depend on how
long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
from django.conf import settings

from bucks_cs.lib.periods import last_day, months_between
from bucks_cs.models import User
from bucks_cs.roles import May

from . import comparisons, spc
from .hidden import Hidden
from .models import (
    Area,
    Baseline,
    Judgement,
    Measure,
    Note,
    Outturn,
    Rebase,
    Series,
    Snapshot,
    Status,
    Target,
)
from .presenters import (
    HIDDEN,
    NO_TRAVEL,
    NOT_RATED,
    NOTHING,
    PENDING,
    STEP,
    Comparator,
    Counted,
    Figure,
    Key,
    Travel,
    hidden_keys,
    is_kept_back,
    number_figure,
    outturn_figure,
    period_label,
    period_of,
    process_said,
    travel,
    vintage_words,
    when,
)
from .rag import Rag
from .rows import key_of, standing
from .spc import Point, Variation
from .story import Line, PeriodRow, Revised, Step, Story
from .trends import OnTrack

KEPT = (Status.APPROVED, Status.SUPERSEDED)


def measure_story(
    measure: Measure, user: User, *, area: str = "", month: date | None = None
) -> Story:
    """The story of a measure in an area (the home area unless named), as at the end of a month or
    with all that is known. Raises Area.DoesNotExist where there is no such area."""
    return _Teller(measure, user, area or settings.HOME_AREA, month).story()


class _Teller:
    """One measure, one reader: what was read of them on the way to the story."""

    def __init__(self, measure: Measure, user: User, area: str, month: date | None) -> None:
        self.measure, self.user, self.month = measure, user, month
        self.see_small = user.may(May.SEE_SMALL_NUMBERS)
        self.area = Area.objects.select_related(*comparisons.ROLES).get(code=area)
        self.series = list(
            Series.objects.filter(measure=measure).select_related("area").order_by("area__name")
        )
        for one in self.series:
            one.measure = measure
        self.own = {one.pk: one for one in self.series if one.area_id == self.area.pk}
        self.outturns = self._outturns()
        self.standing = [one for one in self.outturns if one.status == Status.APPROVED]
        self.hidden = Hidden() if self.see_small else self._hidden()
        self.retold = self._retold()
        self.judged = {
            snapshot.pk: snapshot for snapshot in Snapshot.objects.filter(series__in=self.own)
        }

    def _outturns(self) -> list[Outturn]:
        """Every approved revision that this person may see, oldest period first."""
        kept = Outturn.objects.filter(series__in=self.own, status__in=KEPT).open_to(self.user)
        if self.month:
            kept = kept.filter(period_end__lte=last_day(self.month))
        found = kept.select_related("document", "entered_by", "approved_by").order_by(
            "period_end", "period_start", "revision"
        )
        outturns = list(found)
        for outturn in outturns:
            outturn.series = self.own[outturn.series_id]
        return outturns

    def _hidden(self) -> Hidden:
        figures = (
            Counted.of(
                key_of(one),
                (self.measure.pk, one.period_start, one.period_end),
                self.own[one.series_id].category,
                self.measure.unit,
                one.value,
                one.numerator,
                one.denominator,
                one.withheld,
            )
            for one in self.standing
            if not one.projection
        )
        return Hidden(frozenset(hidden_keys(figures)))

    def story(self) -> Story:
        rows = [self._row(outturn) for outturn in self.standing]
        whole = [row for row in rows if not row.part]
        line = [
            row
            for row in whole
            if row.kind == self.measure.frequency and not row.outturn.projection
        ]
        limits_hidden = any(row.figure.hidden for row in line)
        rebases = self._rebases()
        if not limits_hidden:
            line = self._with_limits(line, rebases)
        parts = {row.part: row for row in sorted(rows, key=lambda row: row.end) if row.part}
        return Story(
            measure=self.measure,
            area=self.area,
            month=self.month,
            areas=self._areas(),
            rows=tuple(line),
            others=tuple(row for row in whole if row.outturn not in {one.outturn for one in line}),
            parts=tuple(parts.values()),
            limits_hidden=limits_hidden,
            steps=self._steps(),
            comparators=self._comparators(whole),
            lines=self._lines(),
            baselines=tuple(
                (baseline, number_figure(baseline.value, self.measure))
                for baseline in Baseline.objects.filter(
                    series__in=self.own, series__category=""
                ).select_related("document")
            ),
            rebases=tuple(rebases),
            notes=self._notes(),
            revisions=tuple(self._revisions()),
        )

    def _row(self, outturn: Outturn) -> PeriodRow:
        measure, key = self.measure, key_of(outturn)
        period = period_of(outturn.period_kind, outturn.period_start, outturn.period_end)
        figure = outturn_figure(
            outturn, measure, see_small=self.see_small, hidden=key in self.hidden
        )
        stands = None if outturn.projection else standing(self.judged.get(key), outturn)
        judged = None if figure.hidden else stands
        controlled = judged
        if self.hidden.under_limits(outturn.series_id, outturn.period_end):
            controlled = None
        variation, assurance = process_said(controlled)
        pending = HIDDEN if figure.hidden else NOT_RATED if outturn.projection else PENDING
        return PeriodRow(
            outturn=outturn,
            label=period_label(period),
            when=when(period),
            end=period.end,
            kind=outturn.period_kind,
            part=self.own[outturn.series_id].category,
            figure=figure,
            reason="" if key in self.retold else outturn.reason,
            target=number_figure(stands.target if stands else None, measure),
            target_upper=stands.target_upper if stands else None,
            rag=Rag(judged.rag) if judged else pending,
            printed_rag="" if figure.hidden else outturn.printed_rag,
            direction=self._travel(outturn, judged),
            variation=variation,
            assurance=assurance,
            on_track=OnTrack(controlled.on_track) if controlled else OnTrack.NO_DATA,
            points=controlled.points if controlled else 0,
        )

    def _travel(self, outturn: Outturn, judged: Judgement | None) -> Travel:
        if judged is None:
            return NO_TRAVEL
        place = (outturn.series_id, outturn.period_kind, outturn.period_end)
        if self.hidden.before(*place, [1]):
            return NO_TRAVEL
        return travel(judged.direction, self.measure.polarity)

    def _with_limits(self, line: list[PeriodRow], rebases: Iterable[Rebase]) -> list[PeriodRow]:
        """The rows with the process as it is drawn today, gaps kept as gaps."""
        if not line:
            return line
        step = STEP.get(line[0].kind, 12)
        first = line[0].end
        places = [months_between(first, row.end) // step for row in line]
        values = np.full(places[-1] + 1, np.nan)
        begins = np.zeros(len(values), dtype=bool)
        for place, row in zip(places, line, strict=True):
            values[place] = np.nan if row.figure.number is None else row.figure.number
        for rebase in rebases:
            place = -(-months_between(first, rebase.month) // step)
            if 0 <= place < len(values):
                begins[place] = True
        series = self.own[line[0].outturn.series_id]
        chart = spc.chart(values, rebase=begins, freeze_after=[series.freeze_after])
        signals = spc.variation(chart.kind, chart.side, self.measure.polarity)
        return [
            replace(
                row,
                mean=_line(chart.mean[place], self.measure),
                lower=_line(chart.lower[place], self.measure),
                upper=_line(chart.upper[place], self.measure),
                point=Point(int(chart.kind[place])),
                signal=Variation(int(signals[place])),
            )
            for place, row in zip(places, line, strict=True)
        ]

    def _areas(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict((one.area.code, one.area.name) for one in self.series).items())

    def _steps(self) -> tuple[Step, ...]:
        targets = Target.objects.filter(measure=self.measure).select_related("document")
        return tuple(
            Step(
                target.starts,
                number_figure(target.value, self.measure),
                None if target.upper is None else float(target.upper),
                target,
            )
            for target in targets.order_by("starts")
        )

    def _comparators(self, whole: list[PeriodRow]) -> tuple[Comparator, ...]:
        """The latest figures of the areas that this one is compared with."""
        actual = [row for row in whole if not row.outturn.projection]
        pk = next((pk for pk, one in self.own.items() if not one.category), None)
        if pk is None or not actual:
            return ()
        latest = actual[-1]
        roles = {
            compared: role
            for role in comparisons.ROLES
            if (compared := getattr(self.area, f"{role}_id"))
        }
        found = comparisons.latest(
            {pk: (self.measure.pk, "")}, roles, self.month or latest.end.replace(day=1)
        )
        counts = (latest.outturn.numerator, latest.outturn.denominator)
        comparisons.add_chances(found, {pk: counts})
        return comparisons.comparators(
            found.get(pk, ()),
            self.measure,
            see_small=self.see_small,
            judged=None if latest.figure.hidden else self.judged.get(key_of(latest.outturn)),
        )

    def _lines(self) -> tuple[Line, ...]:
        """Every figure of the compared areas by the month."""
        compared = {area.pk: area for area in self.area.comparators}
        series = {
            one.pk: one.area_id
            for one in self.series
            if one.area_id in compared and not one.category
        }
        outturns = Outturn.objects.approved().actual().filter(series__in=series)
        if self.month:
            outturns = outturns.filter(period_end__lte=last_day(self.month))
        points: dict[int, list[tuple[date, date, Figure, str]]] = {}
        for outturn in outturns.order_by("period_end", "-period_start"):
            figure = outturn_figure(outturn, self.measure, see_small=self.see_small)
            points.setdefault(series[outturn.series_id], []).append(
                (
                    outturn.period_start,
                    outturn.period_end,
                    figure,
                    vintage_words(outturn.vintage, outturn.period),
                )
            )
        return tuple(
            Line(area.code, area.name, tuple(points[pk]))
            for pk, area in compared.items()
            if pk in points
        )

    def _rebases(self) -> list[Rebase]:
        return list(Rebase.objects.filter(series__in=self.own, series__category=""))

    def _notes(self) -> tuple[Note, ...]:
        notes = Note.objects.filter(measure=self.measure).select_related("by")
        if self.month:
            notes = notes.filter(month__lte=self.month)
        return tuple(notes)

    def _retold(self) -> set[Key]:
        """The figures of which some revision is hidden: the reason for the next may tell it."""
        if self.see_small:
            return set()
        unit = self.measure.unit
        kept_back = {key_of(one) for one in self.outturns if is_kept_back(one, unit)}
        return kept_back | self.hidden.keys

    def _revisions(self) -> Iterable[Revised]:
        """Every revision of the figures that have more than one, latest period first."""
        several = {key_of(one) for one in self.outturns if one.revision > 1}
        for one in sorted(
            self.outturns, key=lambda one: (one.period_end, one.revision), reverse=True
        ):
            key = key_of(one)
            if key not in several:
                continue
            period = period_of(one.period_kind, one.period_start, one.period_end)
            part = self.own[one.series_id].category
            yield Revised(
                f"{period_label(period)}{f', {part}' if part else ''}",
                one.revision,
                outturn_figure(
                    one, self.measure, see_small=self.see_small, hidden=key in self.hidden
                ),
                one.entered_by.display_name if one.entered_by else "",
                one.approved_at,
                "" if key in self.retold else one.reason,
                one.status == Status.APPROVED,
            )


def _line(value: float, measure: Measure) -> Figure:
    return NOTHING if np.isnan(value) else number_figure(float(value), measure)
