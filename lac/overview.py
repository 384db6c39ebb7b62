"""How many children are looked after, where and with whom: what the first page says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bucks_cs.lib.periods import PeriodKind, months_between
from bucks_cs.models import User
from scorecard import findings, spc
from scorecard import shown_charts as charts
from scorecard.charts import Chart
from scorecard.rag import Polarity
from scorecard.shown import Ledger, Row, Shown, rows
from scorecard.spc import PATTERN_POINTS, Variation

from .sums import LOOKED_AFTER

# What is told at the top; of two that tell the same the later one. A percentage says beside it
# what it is a share of.
AT_A_GLANCE = (
    {LOOKED_AFTER: "looked after"},
    {"placed-out-of-county": "placed out of county", "placed-in-county": "placed in county"},
    {"placed-within-20-miles": "placed within 20 miles of home"},
    {"cla-foster": "in foster care"},
    {"cla-foster-in-house": "with the council’s own foster carers"},
    {"cla-residential": "in residential care"},
)
SAID_AT_ONCE = ("placed-out-of-county", "placed-in-county", "cla-foster", "cla-residential")

# The sections of the page below its charts: the measures whose latest figures each lists.
SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "numbers": (
        "How many",
        (
            LOOKED_AFTER,
            "looked-after-rate",
            "cla-started",
            "cla-ceased",
            "care-proceedings",
            "cla-admissions-by-legal-status-percent",
        ),
    ),
    "who": (
        "Who they are",
        (
            "cla-by-age",
            "cla-by-age-percent",
            "cla-by-sex",
            "cla-by-legal-status",
            "cla-by-legal-status-percent",
            "cla-by-need",
            "cla-disabled",
            "cla-by-ethnicity-percent",
            "cla-bme-by-sex",
            "bme-children-other-groups",
            "uasc",
        ),
    ),
    "where": (
        "Where they live",
        (
            "placed-in-county",
            "placed-out-of-county",
            "placed-out-of-county-number",
            "placed-within-20-miles",
            "cla-over-20-miles-outside",
            "cla-distance-not-known",
            "cla-county-not-known",
        ),
    ),
    "whom": (
        "With whom they live",
        (
            "cla-foster",
            "cla-foster-number",
            "cla-foster-in-house",
            "cla-foster-agency",
            "cla-in-house-fostering",
            "cla-in-agency-fostering",
            "cla-residential",
            "cla-residential-number",
            "cla-by-placement",
            "cla-by-provider",
            "cla-by-provider-percent",
            "cla-three-plus-placements",
            "fewer-than-3-placements",
            "cla-in-house",
            "cla-agency",
            "looked-after-reviews-on-time",
            "cla-reviews-in-time",
        ),
    ),
    "health": (
        "Health",
        (
            "initial-health-assessments-28-days",
            "cla-health-assessments",
            "cla-dental-checks",
            "cla-immunisations",
            "camhs-5-day-breaches",
            "camhs-missed-appointments",
        ),
    ),
    "education": (
        "Education",
        (
            "looked-after-in-good-schools",
            "personal-education-plans",
            "cla-virtual-school-contact",
            "cla-12-months-by-school",
            "cla-ks1-level-2",
            "cla-ks1-expectations",
            "cla-ks2-cohort",
            "cla-ks2-reading-maths",
            "cla-ks2-level-4",
            "ks2-level-4-all-pupils",
            "cla-ks2-expected-progress",
            "cla-ks2-exceeded-expectations",
            "cla-ks4-cohort",
            "cla-ks4-5-gcses",
            "cla-ks4-english-maths",
            "cla-a-level-passes",
            "university-going",
            "university-starts",
        ),
    ),
    "leavers": (
        "Care leavers",
        (
            "pathway-plans-16-18",
            "pathway-plans-care-leavers",
            "care-leavers",
            "care-leavers-in-touch",
            "care-leavers-in-education-or-work",
            "care-leavers-suitable-accommodation",
            "staying-put",
            "staying-close-pilot",
        ),
    ),
    "costs": ("What it costs", ("cla-cost", "cla-unit-cost")),
}
CHARTED_ONLY = ("cla-foster-in-house-number", "cla-foster-agency-number")
DRAWN_IN_PARTS = (
    "cla-by-age",
    "cla-by-age-percent",
    "cla-by-legal-status",
    "cla-by-legal-status-percent",
    "cla-by-placement",
)
"""Measures whose parts a chart's table lists: they are not listed again below it."""


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    charts: tuple[Chart, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    finding: str
    noise: str
    """Whether the number is more than the usual variation."""
    placed: str
    """Where and with whom, in a sentence."""
    tiles: tuple[tuple[str, Shown], ...]
    sections: tuple[Section, ...]


def overview(user: User, *, until: date | None = None) -> Overview:
    """All that the page says; of figures that end by a day, where one is given."""
    wanted = {code for _, codes in SECTIONS.values() for code in codes}
    ledger = Ledger(user, {*wanted, *CHARTED_ONLY}, until=until)
    numbers, tiles = ledger.each(LOOKED_AFTER), at_a_glance(ledger)
    sections = (
        Section(id, title, drawn(ledger, id), rows(ledger, codes, drawn_in_parts=DRAWN_IN_PARTS))
        for id, (title, codes) in SECTIONS.items()
    )
    return Overview(
        finding=finding(numbers),
        noise=noise(numbers),
        placed=placed(tiles),
        tiles=tiles,
        sections=tuple(one for one in sections if one.charts or one.rows),
    )


def at_a_glance(ledger: Ledger) -> tuple[tuple[str, Shown], ...]:
    """The figures that are seen first, those that are known."""
    found = []
    for choice in AT_A_GLANCE:
        known = [
            (words, latest)
            for code, words in choice.items()
            if (latest := ledger.latest(code)) and latest.figure.number is not None
        ]
        found += sorted(known, key=lambda one: one[1].end)[-1:]
    return tuple(found)


def drawn(ledger: Ledger, section: str) -> tuple[Chart, ...]:
    """The charts of a section, those that there are figures for."""
    found: list[Chart | None] = []
    if section == "numbers":
        others = ledger.others(LOOKED_AFTER)
        found = [charts.indexed("numbers-chart", ledger.each(LOOKED_AFTER), others)]
    if section == "who":
        found = [
            charts.stacked("age-chart", "Age bands", ledger.parts("cla-by-age")),
            charts.stacked("status-chart", "Legal status", ledger.parts("cla-by-legal-status")),
            charts.stacked(
                "status-share-chart",
                "Legal status, in shares",
                ledger.parts("cla-by-legal-status-percent"),
            ),
        ]
    if section == "where":
        found = [
            charts.compared(f"{code}-chart", name, ledger.each(code), ledger.others(code))
            for code, name in (
                ("placed-out-of-county", "Placed out of county"),
                ("placed-in-county", "Placed in county"),
                ("placed-within-20-miles", "Placed within 20 miles of home"),
            )
        ]
    if section == "whom":
        found = [
            charts.stacked("placement-chart", "Placements", ledger.parts("cla-by-placement")),
            charts.stacked("carers-chart", "Children in foster care", fostered(ledger)),
            *(
                charts.compared(f"{code}-chart", name, ledger.each(code), ledger.others(code))
                for code, name in (
                    ("cla-foster-in-house", "Of the fostered, with the council’s own carers"),
                    ("cla-foster", "In foster care"),
                    ("cla-residential", "In residential care"),
                )
            ),
        ]
    return tuple(one for one in found if one)


def fostered(ledger: Ledger) -> dict[str, list[Shown]]:
    """Children fostered by the council's own carers and by agencies'."""
    return {
        name: found
        for name, code in (
            ("the council’s own carers", "cla-foster-in-house-number"),
            ("agencies’ carers", "cla-foster-agency-number"),
        )
        if (found := ledger.each(code))
    }


# ---- in words ----------------------------------------------------------------------


def finding(numbers: Sequence[Shown]) -> str:
    """512 children were looked after on 31 March 2021, 20 more than a year before."""
    if not numbers:
        return "No figure of looked-after children is known yet"
    last = numbers[-1]
    if last.figure.number is None:
        hidden = "hidden, being a small number" if last.figure.hidden else "not known"
        return f"The number of children looked after {last.when} is {hidden}"
    sentence = f"{last.figure} children were looked after {last.when}"
    before = _a_year_before(numbers)
    if before is None or before.figure.number is None:
        return sentence
    change = round(last.figure.number - before.figure.number)
    if not change:
        return f"{sentence}, as many as a year before"
    return f"{sentence}, {abs(change)} {'more' if change > 0 else 'fewer'} than a year before"


def _a_year_before(numbers: Sequence[Shown]) -> Shown | None:
    last = numbers[-1]
    return next((one for one in numbers if months_between(one.end, last.end) == 12), None)


def noise(numbers: Sequence[Shown]) -> str:
    """Whether the latest number is more than the usual variation: of the monthly run, where there
    are months enough, else of the yearly figures at 31 March. Missing periods are gaps. Nothing
    is said where a figure of the run is hidden: its limits would tell of it."""
    run, step = _run(numbers)
    if not run or any(one.figure.hidden for one in run):
        return ""
    first = run[0].end
    values = np.full(months_between(first, run[-1].end) // step + 1, np.nan)
    for one in run:
        if one.figure.number is not None:
            values[months_between(first, one.end) // step] = one.figure.number
    chart = spc.chart(values)
    points = int(np.count_nonzero(~np.isnan(values)))
    kind = spc.variation(chart.kind, chart.side, Polarity.NONE)
    last = run[-1]
    told = findings.reliability(
        findings.Facts(
            name="",
            unit=last.measure.unit,
            decimals=last.measure.decimals,
            polarity=Polarity.NONE,
            when=last.when,
            value=last.figure.number,
            variation=Variation(int(kind[-1])),
            points=points,
        )
    )
    run_of = "every month’s number" if step == 1 else "every year’s number at 31 March"
    return f"{told} It is judged among {run_of}." if told else ""


def _run(numbers: Sequence[Shown]) -> tuple[list[Shown], int]:
    """The figures among which the latest is judged, and the months from one to the next."""
    monthly = [one for one in numbers if one.period.kind == PeriodKind.MONTH]
    if len(monthly) >= PATTERN_POINTS and monthly[-1] is numbers[-1]:
        return monthly, 1
    yearly: dict[date, Shown] = {one.end: one for one in numbers if one.is_year_end}
    return list(yearly.values()), 12


def placed(tiles: Iterable[tuple[str, Shown]]) -> str:
    """53% were placed out of county on 31 March 2021; 70% were in foster care on 20 January 2022;
    15% were in residential care on 30 June 2016."""
    told = [
        f"{shown.figure} were {words} {shown.when}"
        for words, shown in tiles
        if shown.measure.code in SAID_AT_ONCE
    ]
    return f"{'; '.join(told)}." if told else ""
