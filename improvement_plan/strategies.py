"""Strategies: what a plan that is no programme promised, and what was reported of it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from bucks_cs.lib.periods import day_label
from bucks_cs.models import User

from .models import Action, Division, Plan, SuccessMeasure, Update
from .overview import finding
from .rows import ActionRow, Tally, row_of
from .threads import tally_of


@dataclass(frozen=True, slots=True)
class Promise:
    """An action, and what was reported of it, the latest first."""

    row: ActionRow
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A priority, or another division of a strategy, with what was promised in it."""

    division: Division
    tally: Tally
    promises: tuple[Promise, ...]

    @property
    def is_rated(self) -> bool:
        return self.tally.none < self.tally.total

    @property
    def reported(self) -> tuple[Promise, ...]:
        return tuple(one for one in self.promises if one.updates)

    @property
    def shown_by(self) -> list[SuccessMeasure]:
        """Its success measures that the scorecard has a measure for."""
        return [one for one in self.division.success_measures.all() if one.measure]


@dataclass(frozen=True, slots=True)
class Strategy:
    plan: Plan
    day: date
    finding: str
    groups: tuple[tuple[str, tuple[Part, ...]], ...]
    """Its divisions under the headings that the paper gives them."""
    last_reported: date | None

    @property
    def parts(self) -> list[Part]:
        return [part for _, parts in self.groups for part in parts]

    @property
    def is_rated(self) -> bool:
        return any(part.is_rated for part in self.parts)

    @property
    def shown_by(self) -> str:
        """The list that the measures of its parts are of; empty where that is the paper's table."""
        return next((one.list_name for part in self.parts for one in part.shown_by), "")

    @property
    def reported(self) -> list[Part]:
        return [part for part in self.parts if part.reported]


def strategies(user: User, today: date, slugs: Sequence[str]) -> list[Strategy]:
    """Those of the plans that are loaded, in this order. Six queries, whatever they hold."""
    plans = {plan.slug: plan for plan in Plan.objects.filter(slug__in=slugs)}
    actions: dict[int, list[Action]] = {}
    for action in Action.objects.filter(plan__in=plans.values()).for_rows():
        actions.setdefault(action.division_id, []).append(action)
    updates: dict[int, list[Update]] = {}
    visible = Update.objects.visible_to(user).filter(action__plan__in=plans.values())
    for update in visible.order_by("-on", "-pk"):
        updates.setdefault(update.action_id, []).append(update)
    divisions: dict[int, list[Division]] = {}
    measured = Prefetch("success_measures", SuccessMeasure.objects.select_related("measure"))
    parts = Division.objects.filter(plan__in=plans.values()).select_related("plan")
    for division in parts.prefetch_related(measured):
        divisions.setdefault(division.plan_id, []).append(division)
    return [
        _strategy(plan, plan.day(today), divisions.get(plan.pk, []), actions, updates)
        for plan in (plans[slug] for slug in slugs if slug in plans)
    ]


def _strategy(
    plan: Plan,
    day: date,
    divisions: Sequence[Division],
    actions: dict[int, list[Action]],
    updates: dict[int, list[Update]],
) -> Strategy:
    groups: dict[str, list[Part]] = {}
    for division in divisions:
        promises = tuple(
            Promise(row_of(action, day), tuple(updates.get(action.pk, ())))
            for action in actions.get(division.pk, ())
        )
        part = Part(division, _tally(promises), promises)
        groups.setdefault(division.group, []).append(part)
    parts = [part for group in groups.values() for part in group]
    every = tuple(promise for part in parts for promise in part.promises)
    days = [one.updates[0].on for one in every if one.updates]
    return Strategy(
        plan=plan,
        day=day,
        finding=finding(_tally(every), day_label(day)),
        groups=tuple((name, tuple(group)) for name, group in groups.items()),
        last_reported=max(days, default=None),
    )


def _tally(promises: Iterable[Promise]) -> Tally:
    return tally_of(one.row for one in promises)
