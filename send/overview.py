"""What the pages on SEND and education say: demand, money, education, and the whole at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bucks_cs.models import User
from scorecard import findings
from scorecard import shown_charts as charts
from scorecard.charts import Chart
from scorecard.shown import Ledger, Row, Shown, rows

from .charts import by_area
from .timely import Year, finding_of, years

PLANS, SHARE, FIRST_TIME = "ehc-plans", "ehc-plans-share", "first-time-plans"
PER_PUPIL, ALL_HIGH_NEEDS = "high-needs-per-pupil", "All HN Total"
GAP = "attainment-8-gap-to-others"
IN_TIME = ("ehc-plans-20-weeks", "ehc-plans-exceptions")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: its charts, and the latest figures of its measures."""

    id: str
    title: str
    charts: tuple[Chart, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A page: what it finds in a sentence, and its parts."""

    finding: str
    parts: tuple[Part, ...]


Draw = Callable[[Ledger], Iterable[Chart | None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a part of a page is made from: its measures, and those whose parts its charts list."""

    title: str
    codes: tuple[str, ...]
    draw: Draw = lambda ledger: ()
    drawn_in_parts: tuple[str, ...] = ()


def _plans(ledger: Ledger) -> Iterable[Chart | None]:
    yield charts.compared(
        "plans-chart", "Statements and EHC plans", ledger.each(PLANS), ledger.others(PLANS)
    )
    yield charts.compared(
        "share-chart", "Share with a statement or plan", ledger.each(SHARE), ledger.others(SHARE)
    )


def _first_time(ledger: Ledger) -> Iterable[Chart | None]:
    parts = ledger.parts("first-time-plans-by-age")
    yield charts.stacked("first-time-chart", "First-time plans by age", parts)


def _money(ledger: Ledger) -> Iterable[Chart | None]:
    yield by_area("per-pupil-chart", "High needs spending a pupil", _of_areas(ledger, PER_PUPIL))


def _of_areas(ledger: Ledger, code: str) -> dict[str, list[Shown]]:
    """The latest figure of every part, by the area's name; the council's own first."""
    parts = ledger.parts(code)
    found: dict[str, list[Shown]] = {}
    for category, line in parts.items():
        for one in (line[-1], *(other[-1] for other in ledger.others(code, category))):
            found.setdefault(one.area.name, []).append(one)
    return found


def _gap(ledger: Ledger) -> Iterable[Chart | None]:
    yield charts.compared("gap-chart", "Attainment 8 gap", ledger.each(GAP), ledger.others(GAP))


def _ratings(ledger: Ledger) -> Iterable[Chart | None]:
    good = "pupils-in-good-schools"
    yield charts.compared(
        "good-schools-chart",
        "Pupils in good or outstanding schools",
        ledger.each(good),
        ledger.others(good),
    )


def _home(ledger: Ledger) -> Iterable[Chart | None]:
    home = "elective-home-education"
    yield charts.compared("home-chart", "Children educated at home", ledger.each(home), [])


PAGES: Mapping[str, Mapping[str, Wanted]] = {
    "demand": {
        "plans": Wanted(
            "Plans",
            (
                *(PLANS, SHARE, "ehc-plans-above-average", "plans-out-of-county"),
                *("plans-out-of-county-percent", "sen-support"),
            ),
            _plans,
        ),
        "requests": Wanted(
            "Requests and decisions",
            (
                *("ehc-requests", "ehc-requests-refused", "assessments-agreed"),
                *("assessments-agreed-by-source", "assessment-requests-refused"),
                "assessments-per-month",
            ),
        ),
        "first-time": Wanted(
            "First-time plans",
            (FIRST_TIME, "first-time-plans-by-age", "first-time-plans-by-age-percent"),
            _first_time,
            ("first-time-plans-by-age",),
        ),
        "population": Wanted(
            "How many children there are",
            (
                *("school-population", "school-population-by-stage"),
                *("school-population-by-stage-percent", "school-population-change"),
            ),
        ),
        "said": Wanted(
            "What parents and inspectors were asked",
            (
                *("send-survey-replies", "send-consultation-responses"),
                *("send-consultation-views", "send-pilot-schools", "send-area-inspections"),
            ),
        ),
    },
    "money": {
        "per-pupil": Wanted("High needs spending", (PER_PUPIL,), _money, (PER_PUPIL,)),
        "top-ups": Wanted(
            "Top-ups",
            (
                *("mainstream-top-ups", "special-school-top-ups"),
                *("special-school-top-up-average", "special-school-pupils-rise"),
            ),
        ),
        "transport": Wanted(
            "Transport", ("send-transport-share", "send-transport-children", "send-transport-cost")
        ),
    },
    "education": {
        "gap": Wanted(
            "The attainment gap",
            (
                *(GAP, "attainment-8-gap", "attainment-8", "phonics-gap", "ks2-gap"),
                *("ks1-maths-expected", "ks2-writing-progress"),
            ),
            _gap,
        ),
        "exclusions": Wanted(
            "Exclusions and suspensions",
            ("permanent-exclusions", "permanent-exclusion-rate", "suspension-rate"),
        ),
        "ofsted": Wanted(
            "Schools as Ofsted judged them",
            (
                *("pupils-in-good-schools", "schools-good-or-outstanding", "early-years-good"),
                *("non-selective-schools-good", "schools-inadequate-share"),
                *("schools-by-ofsted-rating", "schools-inspected", "ofsted-inspections"),
                *("ofsted-predecessor-judgements", "ofsted-monitoring-visits"),
            ),
            _ratings,
        ),
        "home": Wanted(
            "Educated at home, or missing education",
            ("elective-home-education", "children-missing-education"),
            _home,
        ),
        "schools": Wanted(
            "Schools", ("schools", "schools-by-type", "academies-by-type", "side-by-side-schools")
        ),
        "children": Wanted(
            "Children and pupils",
            (
                *("children-under-18", "children-share", "children-by-age"),
                *("pupils-state-funded", "special-school-pupils", "free-school-meals"),
                *("pupils-bame", "bme-0-19", "pupils-other-language"),
                *("ks4-cohort", "children-in-need-by-school"),
            ),
        ),
    },
}


def subject(name: str, user: User, *, until: date | None = None) -> Subject:
    """A page of `PAGES`, by figures that end by a day, where one is given."""
    wanted = PAGES[name]
    codes = {code for part in wanted.values() for code in part.codes}
    ledger = Ledger(user, codes, until=until)
    parts = (
        Part(
            id,
            part.title,
            tuple(chart for chart in part.draw(ledger) if chart),
            rows(ledger, part.codes, drawn_in_parts=part.drawn_in_parts),
        )
        for id, part in wanted.items()
    )
    return Subject(
        _FINDINGS[name](ledger), tuple(part for part in parts if part.charts or part.rows)
    )


# ---- at a glance ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Glance:
    """The first page: a sentence a subject, each with where it is told in full."""

    finding: str
    lines: tuple[tuple[str, str, str], ...]
    """Title, view, sentence."""
    tiles: tuple[tuple[str, Shown], ...]
    years: tuple[Year, ...]


TILES: Mapping[str, str] = {
    PLANS: "statements and EHC plans",
    SHARE: "of children have one",
    FIRST_TIME: "first-time plans",
    "plans-out-of-county": "placed out of county",
    GAP: "attainment 8 gap",
    "elective-home-education": "educated at home",
}


def glance(user: User, *, until: date | None = None) -> Glance:
    ledger = Ledger(user, {*TILES, *IN_TIME, PER_PUPIL}, until=until)
    in_time = years(ledger)
    return Glance(
        finding=_demand(ledger),
        lines=tuple(
            (title, view, sentence)
            for title, view, sentence in (
                ("Demand", "send-demand", _first_time_words(ledger)),
                ("Timeliness", "send-timeliness", finding_of(in_time)),
                ("Money", "send-money", _money_words(ledger)),
                ("Education", "send-education", _education_words(ledger)),
            )
        ),
        tiles=tuple(
            (words, shown)
            for code, words in TILES.items()
            if (shown := ledger.latest(code)) and shown.figure.number is not None
        ),
        years=tuple(in_time),
    )


# ---- in words ------------------------------------------------------------------------


def _known(found: Sequence[Shown]) -> list[Shown]:
    return [one for one in found if one.figure.number is not None]


def _demand(ledger: Ledger) -> str:
    """4,910 statements and EHC plans on 31 January 2021, 43% more than on 31 March 2016."""
    known = _known(ledger.each(PLANS))
    if not known:
        return "No figure of plans is known yet"
    last = known[-1]
    said = f"{last.figure} children and young people had a statement or an EHC plan {last.when}"
    before = known[-2] if len(known) > 1 else None
    if before is None or not before.figure.number or not last.figure.number:
        return said
    change = round(last.figure.number / before.figure.number * 100 - 100)
    if not change:
        return f"{said}, as many as {before.when}"
    return f"{said}, {abs(change)}% {'more' if change > 0 else 'fewer'} than {before.when}"


def _first_time_words(ledger: Ledger) -> str:
    known = _known(ledger.each(FIRST_TIME))
    if not known:
        return "No figure of first-time plans is known yet"
    last = known[-1]
    said = f"{last.figure} plans were first made {last.when}"
    if len(known) < 2:
        return said
    gap = round((last.figure.number or 0) - (known[-2].figure.number or 0))
    if not gap:
        return f"{said}, as many as {known[-2].when}"
    return f"{said}, {abs(gap)} {'more' if gap > 0 else 'fewer'} than {known[-2].when}"


def _money_words(ledger: Ledger) -> str:
    home = _known(ledger.each(PER_PUPIL, category=ALL_HIGH_NEEDS))
    if not home:
        return "No figure of high needs spending is known yet"
    others = [
        f"{line[-1].area.name} {line[-1].figure}"
        for line in ledger.others(PER_PUPIL, ALL_HIGH_NEEDS)
        if line[-1].figure.number is not None
    ]
    said = f"High needs spending was planned at {home[-1].figure} a pupil {home[-1].when}"
    return f"{said}; {', '.join(others)}" if others else said


def _education_words(ledger: Ledger) -> str:
    known = _known(ledger.each(GAP))
    if not known:
        return "No figure of the attainment gap is known yet"
    last = known[-1]
    gap = findings.number(last.figure.number or 0, last.measure.unit, last.measure.decimals)
    return (
        f"Disadvantaged pupils were {gap} of Attainment 8 behind other pupils in the country "
        f"{last.when}"
    )


_FINDINGS: Mapping[str, Callable[[Ledger], str]] = {
    "demand": _demand,
    "money": _money_words,
    "education": _education_words,
}
