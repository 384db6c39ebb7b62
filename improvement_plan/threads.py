"""The golden thread of a plan: from a recommendation to the actions that answer it, the objectives
that these serve and the success measures that would show it; and back.

It is read once, in as many queries for a long plan as for a short one, and then followed in
memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from scorecard.sheet import counted

from .models import (
    Action,
    Basis,
    Division,
    Mapping,
    Objective,
    Plan,
    Recommendation,
    SuccessMeasure,
)
from .progress import RATED, Flag, Rating
from .reading import read_due
from .rows import ActionRow, Tally, action_rows
from .success import SuccessRow, rows_of

CONTRADICTIONS = (Flag.AMBER_PAST_DATE, Flag.GREEN_ONGOING)
"""What an action's rating and its own date cannot both say."""


@dataclass(frozen=True, slots=True)
class Strand:
    """An objective, what is done for it and what would show it. Without an objective: what of
    the division names none."""

    division: Division
    objective: Objective | None
    actions: tuple[ActionRow, ...]
    measures: tuple[SuccessRow, ...]

    @property
    def finding(self) -> str:
        return finding(self.actions, self.measures)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An action that answers a recommendation, and how that is known."""

    row: ActionRow
    basis: Basis
    note: str


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation and what follows from it. `measures` are those of the objectives that the
    answering actions serve; where no action answers it, those of its divisions."""

    recommendation: Recommendation
    mappings: tuple[Mapping, ...]
    answers: tuple[AnswerRow, ...]
    measures: tuple[SuccessRow, ...]

    @property
    def actions(self) -> list[ActionRow]:
        return [answer.row for answer in self.answers]

    @property
    def by_division(self) -> bool:
        """Only its divisions lead to its success measures: no action answers it."""
        return not self.answers

    @property
    def made_for(self) -> list[Division]:
        """The divisions that the plan says were made to answer it."""
        return [mapping.division for mapping in self.mappings if mapping.made_for]

    @property
    def is_answered(self) -> bool:
        return bool(self.answers or self.made_for)

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Who answers for it: the sponsors and the leads of its divisions, and the owners of its
        actions."""
        divisions = [mapping.division for mapping in self.mappings]
        found = (
            ("Sponsor", [one.sponsor or one.overview_sponsor for one in divisions]),
            ("Lead", [one.lead or one.overview_lead for one in divisions]),
            ("Actions", [row.owners for row in self.actions]),
        )
        return [
            (role, "; ".join(dict.fromkeys(filter(None, names))))
            for role, names in found
            if any(names)
        ]

    @property
    def worst(self) -> Rating:
        """The worst rating of the actions that answer it."""
        return min((row.rating for row in self.actions if row.rating in RATED), default=Rating.NONE)

    @property
    def states(self) -> str:
        """How the actions stand that answer it: 1 completed, 1 overdue, 2 open."""
        tally = tally_of(self.actions)
        open_ = tally.total - tally.green - tally.overdue
        states = ((tally.green, "completed"), (tally.overdue, "overdue"), (open_, "open"))
        return ", ".join(f"{count} {word}" for count, word in states if count)

    @property
    def finding(self) -> str:
        if self.made_for and not self.answers:
            return f"{' and '.join(map(str, self.made_for))} was made to answer it"
        if not self.answers:
            return "No action names it or takes up its subject"
        verb = "answers" if len(self.answers) == 1 else "answer"
        return f"{counted(len(self.answers), 'action')} {verb} it: {self.states}"


@dataclass(frozen=True, slots=True)
class MeasureThread:
    """A success measure with the strand that it is of and the recommendations that it would show:
    those that an action of its strand answers, and those that only its division leads from."""

    row: SuccessRow
    strand: Strand
    answered: list[RecommendationRow]
    mapped: list[RecommendationRow]


@dataclass(frozen=True, slots=True)
class Thread:
    """A plan's strands and recommendations, in the plan's order."""

    strands: tuple[Strand, ...]
    recommendations: tuple[RecommendationRow, ...]

    def of_division(self, division: Division) -> list[Strand]:
        return [strand for strand in self.strands if strand.division.pk == division.pk]

    def of_objective(self, objective: Objective) -> Strand:
        return next(
            strand
            for strand in self.strands
            if strand.objective and strand.objective.pk == objective.pk
        )

    def answered_by(self, actions: Iterable[ActionRow]) -> list[RecommendationRow]:
        """The recommendations that any of the actions answers."""
        keys = {row.action.pk for row in actions}
        return [
            one for one in self.recommendations if any(row.action.pk in keys for row in one.actions)
        ]

    def of_measures(self, wanted: Callable[[SuccessMeasure], bool]) -> list[MeasureThread]:
        """Each success measure that is wanted, and the thread back from it."""
        return [
            self._back_from(row, strand)
            for strand in self.strands
            for row in strand.measures
            if wanted(row.measure)
        ]

    def _back_from(self, row: SuccessRow, strand: Strand) -> MeasureThread:
        shown = [one for one in self.recommendations if row in one.measures]
        return MeasureThread(
            row,
            strand,
            [one for one in shown if not one.by_division],
            [one for one in shown if one.by_division],
        )


# ---- read from the database ----------------------------------------------------------


def thread_of(plans: Sequence[Plan], user: User) -> Thread:
    """The thread of a plan, or of several, as a person may see it."""
    actions = action_rows(
        Action.objects.filter(plan__in=plans)
        .for_rows()
        .select_related("division__plan", "objective__plan")
    )
    measures = rows_of(SuccessMeasure.objects.filter(plan__in=plans), user)
    strands = _strands(plans, actions, measures)
    by_key = {row.action.pk: row for row in actions}
    recommendations = (
        Recommendation.objects.filter(plan__in=plans)
        .select_related("plan")
        .prefetch_related(
            Prefetch("mappings", Mapping.objects.select_related("division__plan")),
            "answers",
        )
    )
    return Thread(strands, tuple(_recommendation(one, by_key, strands) for one in recommendations))


def _strands(
    plans: Sequence[Plan], actions: Iterable[ActionRow], measures: Iterable[SuccessRow]
) -> tuple[Strand, ...]:
    """Every objective in order, and after those of a division what names none of them."""
    done: dict[tuple[int, int], list[ActionRow]] = {}
    for row in actions:
        done.setdefault(_place(row.action), []).append(row)
    shown: dict[tuple[int, int], list[SuccessRow]] = {}
    for one in measures:
        shown.setdefault(_place(one.measure), []).append(one)
    divisions = (
        Division.objects.filter(plan__in=plans)
        .select_related("plan")
        .prefetch_related(Prefetch("objectives", Objective.objects.select_related("plan")))
    )
    strands = []
    for division in divisions:
        for objective in (*division.objectives.all(), None):
            place = (objective.pk, 0) if objective else (0, division.pk)
            parts = (tuple(done.get(place, ())), tuple(shown.get(place, ())))
            if objective or any(parts):
                strands.append(Strand(division, objective, *parts))
    return tuple(strands)


def _place(part: Action | SuccessMeasure) -> tuple[int, int]:
    """Where a part stands: under its objective, or else under its division."""
    return (part.objective_id, 0) if part.objective_id else (0, part.division_id)


def _recommendation(
    one: Recommendation, actions: dict[int, ActionRow], strands: Sequence[Strand]
) -> RecommendationRow:
    mappings = tuple(one.mappings.all())
    answers = tuple(
        AnswerRow(actions[answer.action_id], Basis(answer.basis), answer.source_note)
        for answer in one.answers.all()
    )
    if answers:
        served = {answer.row.action.objective_id for answer in answers}
        found = [strand for strand in strands if strand.objective and strand.objective.pk in served]
    else:
        mapped = {mapping.division_id for mapping in mappings}
        found = [strand for strand in strands if strand.division.pk in mapped]
    measures = tuple(row for strand in found for row in strand.measures)
    return RecommendationRow(one, mappings, answers, measures)


# ---- what does not hold together -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gaps:
    """Where the thread breaks. Actions and success measures are given by strand: those of one
    break for one reason."""

    recommendations: list[RecommendationRow]
    objectives: list[Strand]
    actions: list[Strand]
    measures: list[Strand]

    @property
    def action_count(self) -> int:
        return sum(len(strand.actions) for strand in self.actions)

    @property
    def measure_count(self) -> int:
        return sum(len(strand.measures) for strand in self.measures)


def gaps_of(thread: Thread) -> Gaps:
    """Recommendations that neither an action nor a division made for it answers; objectives
    without actions; actions that serve no success measure, and success measures without actions,
    because their objective has none or because they name no objective."""
    strands = thread.strands
    return Gaps(
        [one for one in thread.recommendations if not one.is_answered],
        [one for one in strands if one.objective and not one.actions],
        [one for one in strands if one.actions and not (one.objective and one.measures)],
        [one for one in strands if one.measures and not (one.objective and one.actions)],
    )


# ---- in words ------------------------------------------------------------------------


def tally_of(rows: Iterable[ActionRow]) -> Tally:
    rows = list(rows)
    return Tally(
        Counter(row.rating for row in rows), Counter(flag for row in rows for flag in row.flags)
    )


def finding(actions: Sequence[ActionRow], measures: Iterable[SuccessRow]) -> str:
    """4 of 44 actions are overdue; 3 of 20 success measures are red, 11 not rated."""
    overdue = share(tally_of(actions).overdue, len(actions), "action", "overdue")
    return f"{overdue}; {finding_of(measures)}"


def finding_of(measures: Iterable[SuccessRow]) -> str:
    """What success measures come to: how many are red as printed, and by the rule where that is
    another number. Only those of the table are counted: another list prints no rating, and may
    name them again."""
    measures = list(measures)
    rows = [row for row in measures if not row.measure.list_name]
    if measures and not rows:
        return "no rated success measures"
    ruled, printed = [row.ruled for row in rows], [row.printed for row in rows]
    unrated, total = ruled.count(Rating.NONE), len(rows)
    if total and unrated == total:
        return share(0, total, "success measure", "rated")
    red = ruled.count(Rating.RED)
    red_as_printed = printed.count(Rating.RED) if any(printed) else red
    said = share(red_as_printed, total, "success measure", "red")
    if red != red_as_printed:
        by_rule = red or "none" if total > 1 else "red" if red else "not red"
        said += f" as printed, {by_rule} by the rule"
    return f"{said}, {unrated} not rated" if unrated else said


def apart(count: int) -> str:
    """That success measures of another list than the table's are not counted."""
    verb = "is" if count == 1 else "are"
    return f"; {count} of other lists {verb} not counted" if count else ""


def share(count: int, total: int, noun: str, state: str) -> str:
    """4 of 44 actions are overdue; none of 44 actions is overdue; its one action is not overdue;
    no actions."""
    if not total:
        return f"no {noun}s"
    if total == 1:
        return f"its one {noun} is {'' if count else 'not '}{state}"
    return f"{count or 'none'} of {total} {noun}s {'is' if count <= 1 else 'are'} {state}"


def said_by(flag: Flag, row: ActionRow) -> str:
    """A flag of an action in a sentence, with the date that it rests on."""
    due, day = row.action.due_date, day_label(row.day)
    if due and flag is Flag.OVERDUE:
        return f"Its date, {row.due}, was {counted((row.day - due).days, 'day')} before {day}."
    if due and flag is Flag.DUE_SOON:
        days = (due - row.day).days
        when = f"{counted(days, 'day')} after {day}" if days else f"on {day}"
        return f"It is due {when}."
    if flag is Flag.AMBER_PAST_DATE:
        return f"Amber means on track for its date, but that date, {row.due}, has passed."
    if flag is Flag.GREEN_ONGOING:
        return f"Green means completed, but its date says that it goes on: “{row.action.due_text}”."
    return read_due(row.action.due_text).doubt or "No date is printed."


def contradictions(row: ActionRow) -> list[str]:
    """Where an action's rating and its own date contradict each other, in sentences."""
    return [said_by(flag, row) for flag in row.flags if flag in CONTRADICTIONS]
