"""Whether there are places enough near home: children against local places, the pipeline of carers
and adopters, and what the strategies promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from improvement_plan.models import Action, Division, Plan, Update
from improvement_plan.overview import finding as finding_of_actions
from improvement_plan.rows import ActionRow, Tally, row_of
from improvement_plan.threads import tally_of
from scorecard import shown_charts as charts
from scorecard.charts import Chart
from scorecard.shown import Ledger, Shown

from .overview import Row, fostered, rows
from .shown import read_ledger

# What children need against what there is nearby: label, measures of children, of places.
KINDS = (
    (
        "Foster care",
        (
            *("cla-foster", "cla-foster-number"),
            *("cla-foster-in-house-number", "cla-foster-agency-number"),
        ),
        ("in-house-fostering-households",),
    ),
    (
        "Children’s homes",
        ("cla-residential", "cla-residential-number", "children-in-own-homes"),
        ("childrens-homes", "new-childrens-homes", "childrens-home-beds", "welfare-beds"),
    ),
    (
        "Semi-independent",
        ("semi-independent-placements",),
        (
            "semi-independent-units",
            "semi-independent-flats",
            "semi-independent-beds",
            "semi-independent-block-beds",
        ),
    ),
)
OUTSIDE = "placed-out-of-county-number"

FOSTERING = (
    "foster-approvals",
    "foster-placements-generated",
    "respite-carers-approved",
)
ADOPTION = ("adopters-recruited", "adoptions", "sgos-granted")
ALSO = (
    "fostering-enquiry-rate",
    "fostering-recruitment-growth",
    "therapeutic-support-grant",
    "children-therapeutic-support",
    "early-permanence-placements",
    "post-order-support",
    "means-tested-support",
    "approved-adoptive-families",
    "adoptive-families-waiting",
    "adoption-order-to-match-days",
    "adoption-entry-to-family-days",
    "adoption-under-18-months",
    "adopted-of-ceased",
    "adopted-by-foster-carer",
    "adoption-entry-to-placed-in-time",
    "adoption-order-to-match-in-time",
)
STRATEGIES = ("sufficiency-strategy", "looked-after-children-strategy")
"""Plans, by their address, whose promises are about places; the latest first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place: the children in it, and what there is of it nearby."""

    name: str
    children: tuple[Row, ...]
    places: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Some measures over their periods: a column a period, projections and parts of a year named
    as such."""

    columns: tuple[str, ...]
    lines: tuple[tuple[Row, tuple[Shown | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sufficiency:
    finding: str
    outside: str
    kinds: tuple[Kind, ...]
    chart: Chart | None
    fostering: Pipeline
    adoption: Pipeline
    also: tuple[Row, ...]


def sufficiency(user: User) -> Sufficiency:
    in_kinds = {code for _, children, places in KINDS for code in (*children, *places)}
    ledger = read_ledger(user, {*in_kinds, OUTSIDE, "cla", *FOSTERING, *ADOPTION, *ALSO})
    kinds = (Kind(name, rows(ledger, one), rows(ledger, two)) for name, one, two in KINDS)
    return Sufficiency(
        finding=finding(ledger),
        outside=outside(ledger),
        kinds=tuple(kind for kind in kinds if kind.children or kind.places),
        chart=charts.stacked(
            "fostered-chart",
            "Children in foster care",
            fostered(ledger),
        ),
        fostering=pipeline(ledger, FOSTERING),
        adoption=pipeline(ledger, ADOPTION),
        also=rows(ledger, ALSO),
    )


def finding(ledger: Ledger) -> str:
    """360 children were in foster care on 31 March 2021; the council had 155 foster households of
    its own on 20 January 2022."""
    told = []
    fostered = children_in(ledger, "cla-foster-number", "cla-foster")
    if fostered:
        told.append("{} children were in foster care {}".format(*fostered))
    households = ledger.latest("in-house-fostering-households")
    if households and households.figure.number is not None:
        told.append(f"the council had {households.figure} foster households {households.when}")
    return "; ".join(told) if told else "No figure of places is known yet"


def children_in(ledger: Ledger, number: str, share: str) -> tuple[str, str] | None:
    """How many children are in placements of a kind, and when: as a paper prints the number, or
    as the share was counted from, whichever is later."""
    told = [
        (one.end, one.figure.text, one.when)
        for one in ledger.each(number)
        if one.figure.number is not None
    ]
    told += [
        (one.end, f"{one.figure.numerator:,.0f}", one.when)
        for one in ledger.each(share)
        if one.figure.numerator is not None
    ]
    return max(told)[1:] if told else None


def outside(ledger: Ledger) -> str:
    """270 children lived outside the county on 31 March 2021. The council’s own homes had 19 beds
    on 31 July 2021."""
    told = [
        words.format(latest.figure, latest.when)
        for code, words in (
            (OUTSIDE, "{} children lived outside the county {}."),
            ("childrens-home-beds", "The council’s own homes had {} beds {}."),
        )
        if (latest := ledger.latest(code)) and latest.figure.number is not None
    ]
    return " ".join(told)


def pipeline(ledger: Ledger, codes: Iterable[str]) -> Pipeline:
    cells: dict[str, dict[tuple[date, bool, str], Shown]] = {}
    for code in codes:
        found = [*ledger.each(code), *ledger.projected(code)]
        found += [one for part in ledger.parts(code).values() for one in part]
        cells[code] = {(one.end, one.projection, _column(one)): one for one in found}
    places = sorted({place for row in cells.values() for place in row})
    return Pipeline(
        columns=tuple(name for _, _, name in places),
        lines=tuple(
            (Row(next(iter(row.values()))), tuple(row.get(place) for place in places))
            for row in cells.values()
            if row
        ),
    )


def _column(one: Shown) -> str:
    if one.projection:
        return f"{one.category or 'Projected'}, {one.label}"
    return one.category or one.label


# ---- what the strategies promised ----------------------------------------------------


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
    def reported(self) -> list[Part]:
        return [part for part in self.parts if part.reported]


def strategies(user: User, today: date) -> list[Strategy]:
    """The strategies that are loaded. Five queries, whatever they hold."""
    plans = {plan.slug: plan for plan in Plan.objects.filter(slug__in=STRATEGIES)}
    actions: dict[int, list[Action]] = {}
    for action in Action.objects.filter(plan__in=plans.values()).for_rows():
        actions.setdefault(action.division_id, []).append(action)
    updates: dict[int, list[Update]] = {}
    visible = Update.objects.visible_to(user).filter(action__plan__in=plans.values())
    for update in visible.order_by("-on", "-pk"):
        updates.setdefault(update.action_id, []).append(update)
    divisions: dict[int, list[Division]] = {}
    for division in Division.objects.filter(plan__in=plans.values()).select_related("plan"):
        divisions.setdefault(division.plan_id, []).append(division)
    return [
        _strategy(plan, plan.day(today), divisions.get(plan.pk, []), actions, updates)
        for plan in (plans[slug] for slug in STRATEGIES if slug in plans)
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
        finding=finding_of_actions(_tally(every), day_label(day)),
        groups=tuple((name, tuple(group)) for name, group in groups.items()),
        last_reported=max(days, default=None),
    )


def _tally(promises: Iterable[Promise]) -> Tally:
    return tally_of(one.row for one in promises)
