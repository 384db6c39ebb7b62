"""Success measures as people see them: what is printed, what the rule makes of it, and what the
scorecard says now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from bucks_cs.models import User
from bucks_cs.roles import May
from scorecard.findings import difference
from scorecard.latest import Latest, hidden_of_home, latest_figures
from scorecard.models import Measure, Outturn, Status, Unit
from scorecard.presenters import HIDDEN_FIGURE, Figure, outturn_figure
from scorecard.rag import Polarity, Rag, ToleranceKind, judge
from scorecard.rows import key_of

from .models import Plan, SuccessMeasure
from .progress import Rating
from .reading import dated_heading, read_figure, read_rating, tells_small_count


@dataclass(frozen=True, slots=True)
class SuccessRow:
    """A success measure. `by_rule` rates the printed figure against the printed target as the
    scorecard rates; `live` is the scorecard's latest figure by the plan's day, and `by_live` what
    the rule says of it against the printed target, where it is another figure than the printed
    one; `disagreements` say, in sentences, where these contradict each other."""

    measure: SuccessMeasure
    printed: Rating
    by_rule: Rag | None
    live: Latest | None
    disagreements: tuple[str, ...] = ()
    by_live: Rag | None = None

    @property
    def live_rag(self) -> Rag | None:
        """The scorecard's rating of its latest figure, where it has one that may be seen."""
        rag = self.live.rag if self.live else None
        return rag if isinstance(rag, Rag) and rag.is_rated else None

    @property
    def rating(self) -> Rating:
        """Its rating now: the scorecard's, where that rates; of another figure than the printed
        one, the rule's by the printed target; else as printed."""
        rag = self.live_rag or self.by_live
        if rag is None:
            return self.printed
        return Rating[rag.name] if rag.is_rated else Rating.NONE

    @property
    def ruled(self) -> Rating:
        """Its rating by the rule: the scorecard's of its latest figure, else the rule's of the
        printed one; as printed where neither rates."""
        newer = self.live_rag or self.by_live
        if newer or self.by_rule is None or not self.by_rule.is_rated:
            return self.rating
        return Rating[self.by_rule.name]

    @property
    def target_words(self) -> str:
        """Target for January 2016."""
        return dated_heading(self.measure.plan.target_heading or "Target, printed", "for")[1]

    @property
    def current_words(self) -> str:
        """Current in February 2015."""
        return dated_heading(self.measure.plan.current_heading or "Current, printed", "in")[1]

    @property
    def rated_as_printed(self) -> bool:
        newer = self.live_rag or self.by_live
        return newer is None and self.printed is not Rating.NONE

    @property
    def latest(self) -> str:
        """Its latest figure: the scorecard's, else as printed; a dash where there is none."""
        if self.live and (self.live.when or not self.measure.current_text):
            return self.live.figure.text
        return self.measure.current_text or "–"

    @property
    def latest_when(self) -> str:
        """Of when that figure is, or where it stands."""
        if self.live and self.live.when:
            return self.live.when
        month, _ = dated_heading(self.measure.plan.current_heading, "in")
        printed = f"as printed for {month}" if month else "as printed"
        return printed if self.measure.current_text else ""

    @property
    def unjudged(self) -> str:
        """Why the rule does not rate the printed figure; empty where it does."""
        if self.by_rule is not None and self.by_rule.is_rated:
            return ""
        one = self.measure
        if one.measure is None:
            return "Not a measure of the scorecard"
        if read_figure(one.current_text) is None:
            return "The figure is in words" if one.current_text else "No figure is printed"
        if one.measure.polarity == Polarity.NONE:
            return "Only monitored: no figure is good or bad"
        if one.measure.polarity == Polarity.BAND:
            return "The scorecard rates it within a band"
        absent = one.target_text.strip().lower() in ("", "n/a")
        return "No target is printed" if absent else "The target is in words"


def success_rows(plan: Plan, user: User, **wanted: Any) -> list[SuccessRow]:
    """A plan's success measures in their order; `wanted` narrows them down, as a filter does."""
    return rows_of(plan.success_measures.filter(**wanted), user)


def rows_of(measures: QuerySet[SuccessMeasure], user: User) -> list[SuccessRow]:
    """Success measures as a person may see them, each on its own plan's day."""
    found = list(measures.select_related("plan", "division__plan", "objective__plan", "measure"))
    if not user.may(May.SEE_SMALL_NUMBERS):
        for one in found:
            _hide_small(one)
    today = timezone.localdate()
    days = {one.plan.day(today) for one in found if one.measure_id}
    live = {
        (day, latest.measure.pk): latest
        for day in days
        for latest in latest_figures(user, until=day)
    }
    beside = printed_beside(found, user)
    return [
        success_row(
            one,
            live.get((one.plan.day(today), one.measure_id or 0)),
            beside.get(one.pk),
        )
        for one in found
    ]


def _hide_small(one: SuccessMeasure) -> None:
    """Hides a printed count of 1 to 5, and what would tell it: on the record just read, which
    nobody saves, so that no page, file or API can show it."""
    of_children = one.measure is None or one.measure.unit in (Unit.COUNT, Unit.PERCENT)
    if of_children and tells_small_count(one.current_text):
        one.current_text, one.printed_rag, one.source_note = HIDDEN_FIGURE.text, "", ""


class Beside(NamedTuple):
    """A figure that a plan's own document prints of a measure, of when, and where."""

    figure: Figure
    when: str
    where: str


def printed_beside(measures: Iterable[SuccessMeasure], user: User) -> dict[int, Beside]:
    """By success measure: the latest figure that the plan's own document prints of the measure,
    in the plan or beside it."""
    linked = [one for one in measures if one.measure_id and one.plan.document_id]
    outturns = list(_printed(linked))
    see_small = user.may(May.SEE_SMALL_NUMBERS)
    ends = {outturn.period_end for outturn in outturns}
    hidden = set() if see_small else hidden_of_home(user, ends)
    latest: dict[tuple[int | None, int | None], Beside] = {}
    for outturn in outturns:
        measure = outturn.series.measure
        figure = outturn_figure(
            outturn, measure, see_small=see_small, hidden=key_of(outturn) in hidden
        )
        where = outturn.locator.partition(",")[0]
        latest[outturn.document_id, measure.pk] = Beside(figure, outturn.period.label, where)
    places = {one.pk: (one.plan.document_id, one.measure_id) for one in linked}
    return {pk: latest[place] for pk, place in places.items() if place in latest}


def _printed(linked: Iterable[SuccessMeasure]) -> QuerySet[Outturn]:
    """What the plans' documents print of the measures, the latest last. What was revised since is
    still what was printed."""
    return (
        Outturn.objects.home()
        .whole()
        .actual()
        .filter(
            document__in={one.plan.document_id for one in linked},
            series__measure__in={one.measure_id for one in linked},
            status__in=(Status.APPROVED, Status.SUPERSEDED),
            value__isnull=False,
        )
        .select_related("series__measure")
        .order_by("period_end", "revision")
    )


def success_row(
    one: SuccessMeasure, live: Latest | None = None, beside: Beside | None = None
) -> SuccessRow:
    """A success measure beside what the scorecard says now and what its paper prints of it."""
    printed = read_rating(one.printed_rag)
    by_rule = by_live = None
    if one.measure:
        by_rule = rule_rag(one, one.measure, read_figure(one.current_text))
        by_live = _newer_rag(one, one.measure, live)
    row = SuccessRow(one, printed, by_rule, live, by_live=by_live)
    said = (*_of_rule(row), *_of_scorecard(row), *_of_figure(one, beside))
    return replace(row, disagreements=said)


def _newer_rag(one: SuccessMeasure, measure: Measure, live: Latest | None) -> Rag | None:
    """What the rule says of the scorecard's figure against the printed target; None where there is
    no such figure, or it is the printed one. A printed rating is not that of another figure."""
    if live is None or not live.when:
        return None
    number = live.figure.number
    if number is not None and _agree(one, number, measure):
        return None
    return rule_rag(one, measure, number)


def rule_rag(one: SuccessMeasure, measure: Measure, figure: float | None) -> Rag:
    """A figure against the printed target, by the rule of the scorecard's measure."""
    target = read_figure(one.target_text)
    code = judge(
        np.nan if figure is None else figure,
        np.nan if target is None else target,
        polarity=measure.polarity,
        tolerance=float(measure.tolerance),
        tolerance_kind=measure.tolerance_kind,
    )
    return Rag(int(code))


# ---- where they contradict each other, in sentences ----------------------------------


def _of_rule(row: SuccessRow) -> Iterator[str]:
    """The printed rating against the rule's."""
    rag, measure = row.by_rule, row.measure.measure
    if rag is None or measure is None or not rag.is_rated or row.printed.name == rag.name:
        return
    why = _why(row.measure, measure, rag)
    if row.printed is Rating.NONE:
        yield f"No rating is printed; by the rule it is {rag.label.lower()}: {why}"
    else:
        yield f"Printed {row.printed.label.lower()}, by the rule {rag.label.lower()}: {why}"


def _why(one: SuccessMeasure, measure: Measure, rag: Rag) -> str:
    """78% is 17 percentage points short of the target of 95%; amber is within 5 percentage points
    of it."""
    target = f"the target of {one.target_text}"
    if rag is Rag.GREEN:
        return f"{one.current_text} meets {target}."
    current, goal = read_figure(one.current_text) or 0.0, read_figure(one.target_text) or 0.0
    places = max(_decimals(one.current_text), _decimals(one.target_text))
    gap = difference(current - goal, measure.unit, places)
    side = "short of" if current < goal else "above"
    return f"{one.current_text} is {gap} {side} {target}; {_amber(measure, goal)}."


def _amber(measure: Measure, target: float) -> str:
    """What the measure's tolerance calls amber of this target."""
    tolerance = measure.tolerance.normalize()
    relative = measure.tolerance_kind == ToleranceKind.RELATIVE
    if not tolerance or (relative and not target):
        return "there is no amber"
    if relative:
        return f"amber is within {tolerance:f}% of it"
    places = max(0, -int(tolerance.as_tuple().exponent))
    return f"amber is within {difference(float(tolerance), measure.unit, places)} of it"


def _of_scorecard(row: SuccessRow) -> Iterator[str]:
    """The printed rating against the scorecard's of the same figure, whose target may be
    another."""
    live, rag = row.live, row.live_rag
    if live is None or rag is None or row.printed is Rating.NONE or row.printed.name == rag.name:
        return
    if live.figure.number is not None and _agree(row.measure, live.figure.number, live.measure):
        yield (
            f"Printed {row.printed.label.lower()}; the scorecard rates the same figure, "
            f"{live.figure.text} ({live.when}), {rag.label.lower()} against its own target."
        )


def _of_figure(one: SuccessMeasure, beside: Beside | None) -> Iterator[str]:
    """The printed figure against one that the same paper prints elsewhere."""
    if beside is None or one.measure is None or read_figure(one.current_text) is None:
        return
    number, where = beside.figure.number, f" ({beside.where})" if beside.where else ""
    if number is None or _agree(one, number, one.measure):
        return
    yield (
        f"The plan prints {one.current_text}; the same paper{where} prints {beside.figure.text} "
        f"for {beside.when}."
    )


def _agree(one: SuccessMeasure, figure: float, measure: Measure) -> bool:
    """Whether a figure is the printed one, as far as both are printed: 96.5% is 97% rounded."""
    current = read_figure(one.current_text)
    if current is None:
        return False
    step = Decimal(1).scaleb(-min(_decimals(one.current_text), measure.decimals))
    return abs(Decimal(str(figure)) - Decimal(str(current))) * 2 <= step


def _decimals(text: str) -> int:
    """How many decimals a printed figure has."""
    return sum(letter.isdigit() for letter in text.partition(".")[2])
