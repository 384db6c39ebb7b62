"""Whether there are places enough near home: children against local places, the pipeline of carers
and adopters, and what the strategies promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bucks_cs.models import User
from scorecard import shown_charts as charts
from scorecard.charts import Chart
from scorecard.shown import Ledger, Row, Shown, rows

from .overview import fostered

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
    ledger = Ledger(user, {*in_kinds, OUTSIDE, "cla", *FOSTERING, *ADOPTION, *ALSO})
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
