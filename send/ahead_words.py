"""What a projection of plans says, in sentences. No queries."""

from __future__ import annotations

from collections.abc import Sequence

from bucks_cs.lib.changes import Change, listed
from bucks_cs.scenarios import BASE

from .ahead import Ahead, Basis, Tested
from .changes import words

LIMITS = (
    "It rests on what happened in the years that are held: it knows nothing of new laws, new "
    "schools or new ways of working that are not in a scenario.",
    "Plans are those at the end of each year. Costs are plans at the end of the year at the unit "
    "cost of need and setting, with the scenario’s inflation.",
)


def plans(number: float) -> str:
    return f"{number:,.0f}"


def pounds(number: float) -> str:
    """£93.6 million."""
    if abs(number) >= 1e6:
        return f"£{number / 1e6:,.1f} million"
    return f"£{number:,.0f}"


def finding(ahead: Ahead) -> str:
    """From 4,910 plans in 2021 to 5,139 in 2026, if things go on as they did."""
    said = (
        f"{_as_it_is(ahead)}, {plans(ahead.start.plans)} plans in {ahead.start.year} become "
        f"{plans(ahead.last.plans)} in {ahead.last.year}"
    )
    if ahead.last.fan:
        low, high = ahead.last.fan[0], ahead.last.fan[-1]
        said += f"; nine of ten outcomes lie from {plans(low)} to {plans(high)}"
    return said


def growth(ahead: Ahead) -> str:
    """351 more plans in 2026 than in 2021."""
    gap = round(ahead.last.plans) - round(ahead.start.plans)
    if not gap:
        return f"As many plans in {ahead.last.year} as in {ahead.start.year}"
    what = f"{abs(gap):,} {'more' if gap > 0 else 'fewer'} plan{'' if abs(gap) == 1 else 's'}"
    return f"{what} in {ahead.last.year} than in {ahead.start.year}"


def _as_it_is(ahead: Ahead) -> str:
    return "If things go on as they did" if ahead.name == BASE else f"With “{ahead.name}”"


def difference(base: Ahead, other: Ahead) -> str:
    """In 2026 there are 40 plans fewer than in the base, and £2.1 million a year less is paid."""
    gap = round(other.last.plans) - round(base.last.plans)
    what = f"{abs(gap):,} plan{'' if abs(gap) == 1 else 's'} {'more' if gap > 0 else 'fewer'} than"
    there = "there is" if abs(gap) == 1 else "there are"
    said = f"In {other.last.year} {there} {what if gap else 'as many plans as'} in the base"
    if base.last.pounds is None or other.last.pounds is None:
        return f"{said}."
    dearer = other.last.pounds - base.last.pounds
    if round(dearer / 1_000) == 0:
        return f"{said}, at the same cost."
    way = "more" if dearer > 0 else "less"
    return f"{said}, and the year costs {pounds(abs(dearer))} {way}."


def side_by_side(every: Sequence[Ahead]) -> str:
    """In 2026: 5,139 plans with Base, 5,099 with Forty local places."""
    said = ", ".join(f"{plans(one.last.plans)} in “{one.name}”" for one in every)
    return f"Plans in {every[0].last.year}: {said}"


def places_known(of: Basis) -> str:
    """Whose places are known, or that none are."""
    held = zip(of.space.settings, of.data.places.tolist(), strict=True)
    known = [f"{name} ({places:,.0f})" for name, places in held if places != float("inf")]
    if not known:
        return "The data set says of no setting how many places it has."
    return f"Places are known of {listed(known)}."


def runs_out(ahead: Ahead) -> list[str]:
    return [
        f"{setting} has too few places from {year} on: {short:,.0f} too few then."
        for setting, year, short in ahead.full
    ]


def rests_on(of: Basis) -> str:
    years = sorted(set(of.data.transitions.year.tolist()))
    made = "an invented data set" if of.held.invented else "the data set"
    said = (
        f"It rests on {made} “{of.held.name}”: what became of children from {years[0]} to "
        f"{years[-1] + 1}."
    )
    if of.assumed_from:
        said += (
            f" The population of {of.assumed_from} and later is not in it: that of the last year "
            "that is stands for it."
        )
    return said


def told_of_test(found: Tested) -> str:
    """From 2018, 4,101 plans were projected for 2021; there were 4,910: 16% too few."""
    year, projected, happened = found.years[-1]
    gap = round(projected) - round(happened)
    share = f"{abs(gap) / happened * 100:.0f}%" if happened else "all"
    way = f"{share} too {'many' if gap > 0 else 'few'}" if gap else "just as many"
    return (
        f"Projected from {found.first}, with what was known then, there would have been "
        f"{plans(projected)} plans in {year}; there were {plans(happened)}: {way}."
    )


def sentences(changes: Sequence[Change]) -> list[str]:
    return [words(change) for change in changes]
