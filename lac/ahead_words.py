"""The years ahead in words: findings, differences, what a projection rests on and its limits."""

from __future__ import annotations

from datetime import date

from bucks_cs.lib.periods import day_label, month_label

from .ahead import Ahead, BackSpread, BackTested, Basis, Prices
from .flows import PLACEMENTS
from .scenarios import PLACEMENT_WORDS

LIMITS = (
    "Every rate is taken to stay as it was in the window: a new policy, law or practice is not "
    "foreseen, unless a scenario says so.",
    "Children of one age band and placement are taken to be alike: how long a child has been "
    "there, and why, plays no part.",
    "The spread of the simulated futures holds chance and what so few events leave uncertain of "
    "the rates. It does not hold that the rates may change.",
    "Short breaks are left out, as are those who are 18.",
    "Numbers are rounded to whole children, so parts may not add up to their whole.",
)
NONE_SET = "No unit cost is set"


def label(placement: str) -> str:
    """Residential care; as a heading or in a table."""
    words = PLACEMENT_WORDS[placement]
    return words[:1].upper() + words[1:]


def children(number: float) -> str:
    whole = round(number)
    return "1 child" if whole == 1 else f"{whole:,} children"


def pounds(amount: float) -> str:
    """£24.1 million, £350,000: as exactly as a projection can be meant."""
    if abs(amount) >= 999_500:
        return f"£{amount / 1e6:,.1f} million"
    return f"£{round(amount, -3):,.0f}"


def listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


# ---- findings ----------------------------------------------------------------------


def finding(ahead: Ahead) -> str:
    """How many there will be at the end of the last financial year, and what that year costs."""
    last = ahead.last
    found = f"About {children(last.children)} in {month_label(last.day)}"
    if last.fan:
        low, high = last.fan[0], last.fan[-1]
        found += f", between {low:,.0f} and {high:,.0f} in nine of ten simulated futures"
    if ahead.whole_years:
        year = ahead.whole_years[-1]
        found += f"; {pounds(year.total)} in {year.label}"
    return f"{found}."


def course(ahead: Ahead) -> str:
    """From where to where: of a chart."""
    start, last = ahead.start, ahead.last
    return (
        f"From {children(start.children)} on {day_label(start.day)} to about {last.children:,.0f} "
        f"in {month_label(last.day)}."
    )


def now(ahead: Ahead) -> str:
    start = ahead.start
    there = "There was" if round(start.children) == 1 else "There were"
    return f"{there} {children(start.children)} on {day_label(start.day)}."


def difference(base: Ahead, other: Ahead) -> str:
    """What a scenario makes of the base, in a sentence; of the last financial year."""
    one, last = base.last, other.last
    said = [f"{more(last.children - one.children)} than in the base in {month_label(last.day)}"]
    if not round(last.children - one.children):
        said = [f"As many children as in the base in {month_label(last.day)}"]
    moved = [
        f"{more(theirs - ours, bare=True)} in {PLACEMENT_WORDS[placement]}"
        for placement, ours, theirs in zip(
            PLACEMENTS, one.by_placement, last.by_placement, strict=True
        )
        if round(theirs - ours)
    ]
    if moved:
        said.append(listed(moved))
    found = ": ".join(said)
    if base.whole_years and other.whole_years:
        year, was = other.whole_years[-1], base.whole_years[-1]
        found += f"; {dearer(year.total - was.total)} in {year.label}"
    return f"{found[:1].upper()}{found[1:]}."


def more(number: float, *, bare: bool = False) -> str:
    """12 fewer children; bare: 12 fewer."""
    whole = round(number)
    if not whole:
        return "as many" if bare else "as many children"
    way = "more" if whole > 0 else "fewer"
    if bare:
        return f"{abs(whole):,} {way}"
    return f"{abs(whole):,} {way} {'child' if abs(whole) == 1 else 'children'}"


def dearer(amount: float) -> str:
    """£350,000 less; the same cost, to the nearest £1,000."""
    if not round(amount, -3):
        return "the same cost"
    return f"{pounds(abs(amount))} {'more' if amount > 0 else 'less'}"


def error_words(found: BackTested) -> str:
    """How far off the same way of projecting was, plainly."""
    day, projected, happened = found.months[-1]
    off = round(projected) - happened
    if off:
        share = f" ({abs(off) / happened:.0%})" if happened else ""
        said = f"{abs(off):,} too {'many' if off > 0 else 'few'}{share}"
    else:
        said = "as many as projected"
    errors = [abs(error) for error in found.errors]
    there = "was 1" if happened == 1 else f"were {happened:,}"
    return (
        f"Projected from {day_label(found.start)}, about {children(projected)} on "
        f"{day_label(day)}. There {there}: {said}. Over the {len(errors)} months it was off by "
        f"{sum(errors) / len(errors):,.0f} on average, and by {max(errors):,.0f} at the most."
    )


def within_words(found: BackSpread) -> str:
    """How often what happened lay within the spread that was simulated for it."""
    months = "1 month" if found.months == 1 else f"{found.months:,} months"
    return (
        f"Futures were simulated from that earlier day too. Of {months}, what happened lay within "
        f"nine of ten of them in {found.within_nine[0]:,}, and within their middle half in "
        f"{found.within_half[0]:,}; about {0.9 * found.months:,.0f} and {0.5 * found.months:,.0f} "
        "are to be expected. Each month follows from the one before, so this is one course of "
        "things, and not as many tests."
    )


# ---- what it rests on --------------------------------------------------------------


def span(since: date, until: date) -> str:
    return f"after {day_label(since)} up to {day_label(until)}"


def rests_on(basis: Basis) -> list[tuple[str, str]]:
    """What a projection rests on, as labels and words."""
    seen = basis.observed
    came, left = round(seen.entries.sum()), round(seen.exits.sum())
    whose = [("Whose", "Nobody’s: the children in the returns are invented")]
    return [
        *(whose if basis.invented else []),
        ("First day", day_label(basis.start)),
        ("Rates counted from", f"the days {span(basis.since, basis.start)}"),
        (
            "What happened in them",
            f"{came:,} times a child came, {round(seen.moves.sum()):,} moves between these "
            f"placements, {left:,} times a child left, {round(seen.birthdays.sum()):,} "
            f"18th birthdays; {seen.child_days.sum() / 365.25:,.0f} years of children’s lives",
        ),
        (
            "Returns",
            f"{len(basis.held.episodes.child):,} episodes; held without a gap for the days "
            f"{span(_day(basis.held.since), _day(basis.held.until))}",
        ),
        ("Unit costs", unit_costs(basis.prices)),
        ("Inflation", inflation(basis.prices)),
    ]


def unit_costs(prices: Prices) -> str:
    if not prices.known:
        return f"{NONE_SET}, so no cost is shown"
    said = [
        f"{PLACEMENT_WORDS[one.placement]} £{one.pounds_a_week:,.2f} a week"
        f" ({one.source or 'no source is given'})"
        for one in prices.unit_costs
    ]
    return "; ".join(said) + (f". {without(prices)}".rstrip(".") if prices.missing else "")


def without(prices: Prices) -> str:
    """What the cost leaves out; empty where it leaves nothing out."""
    if not prices.missing:
        return ""
    names = listed([PLACEMENT_WORDS[name] for name in prices.missing])
    return f"{NONE_SET} for {names}: the cost is without them."


def inflation(prices: Prices) -> str:
    rise = prices.inflation
    if not rise.per_cent:
        return "None: pounds are at the prices of the first year"
    way = "rise" if rise.per_cent > 0 else "fall"
    source = f" ({rise.source})" if rise.source else ""
    return f"Prices {way} by {abs(rise.per_cent.normalize()):f}% each 1 April{source}"


def _day(day: object) -> date:
    return date.fromisoformat(str(day))
