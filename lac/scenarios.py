"""Scenarios: what a manager would have otherwise in the years ahead, and its words. Pure.

A scenario is a list of changes, made in order. A change is a plain dictionary, kept as JSON: its
`kind`, and that kind's own fields (`FIELDS`). Dates are ISO dates, a placement is one of
`flows.PLACEMENTS`, a band one of `flows.BANDS`.

scale_entries: as many children times `factor` come, in `bands`, from the day `from`.
move_share: of the children in `from_placement` that `share` moves to `to_placement`, in `months`
    from the day `from`; and of those who from then on would come or move into the one, the same
    share goes to the other.
new_places: so many `places` in `placement` from the day `from`, at `pounds_a_week`. They change
    what is paid, not who lives where: they are filled before any other, and paid for when empty.
unit_cost: a place in `placement` costs `pounds_a_week`, or `factor` times as much, from the day
    `from`.
inflation: prices rise by `per_cent` each 1 April.

Pounds are at the prices of the financial year in which a projection begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from math import log1p
from typing import Any

import numpy as np

from bucks_cs.lib.changes import (
    Change,
    Problem,
    Rules,
    listed,
    money,
    more,
    short,
    wrong_number,
)
from bucks_cs.lib.periods import day_label

from .flows import BAND_OF_AGE, BANDS, PLACEMENTS, Floats, Rates
from .projection import NewPlaces, Outlook

Check = Callable[[Any], str]

ALL = 0.999
"""The share that moves when all are to: at a constant rate the last would never have moved."""
KINDS: Mapping[str, str] = {
    "scale_entries": "More or fewer children come",
    "move_share": "Children live elsewhere",
    "new_places": "New places of the council’s own",
    "unit_cost": "A place costs more or less",
    "inflation": "Inflation",
}
PLACEMENT_WORDS: Mapping[str, str] = {
    "fostering": "fostering",
    "residential": "residential care",
    "supported": "supported accommodation",
    "other": "other placements",
}


# ---- what may be said --------------------------------------------------------------


def _day(value: Any) -> str:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return "Must be a date."
    return ""


def _placement(value: Any) -> str:
    return "" if value in PLACEMENTS else f"Must be one of {', '.join(PLACEMENTS)}."


def _bands(value: Any) -> str:
    known = isinstance(value, list | tuple) and value and all(band in BANDS for band in value)
    return "" if known else f"Must be one or more of {', '.join(BANDS)}."


_pounds = partial(wrong_number, low=0, high=100_000)
_factor = partial(wrong_number, low=0, high=10)
FIELDS: Mapping[str, Mapping[str, Check]] = {
    "scale_entries": {"bands": _bands, "factor": _factor, "from": _day},
    "move_share": {
        "from_placement": _placement,
        "to_placement": _placement,
        "share": partial(wrong_number, low=0, high=1),
        "from": _day,
        "months": partial(wrong_number, low=1, high=120, whole=True),
    },
    "new_places": {
        "placement": _placement,
        "places": partial(wrong_number, low=0, high=1_000, whole=True),
        "pounds_a_week": _pounds,
        "from": _day,
    },
    "unit_cost": {
        "placement": _placement,
        "pounds_a_week": _pounds,
        "factor": _factor,
        "from": _day,
    },
    "inflation": {"per_cent": partial(wrong_number, low=-20, high=50)},
}
EITHER: Mapping[str, tuple[str, str]] = {"unit_cost": ("pounds_a_week", "factor")}
"""Fields of which a change has the one or the other."""


def problems(changes: Sequence[Change]) -> list[Problem]:
    """Everything that is wrong with a scenario's changes, in words; nothing where it will do."""
    return [
        Problem(number, field, text)
        for number, change in enumerate(changes, 1)
        for field, text in _wrong(change)
    ]


def _wrong(change: Change) -> list[tuple[str, str]]:
    if not isinstance(change, Mapping) or change.get("kind") not in tuple(FIELDS):
        return [("kind", f"Must be one of {', '.join(FIELDS)}.")]
    checks, either = FIELDS[change["kind"]], EITHER.get(change["kind"], ())
    wrong = [
        (field, "There is no such field.") for field in change if field not in {"kind", *checks}
    ]
    for field, check in checks.items():
        if field in change and (text := check(change[field])):
            wrong.append((field, text))
        elif field not in change and field not in either:
            wrong.append((field, "Is missing."))
    if either and sum(field in change for field in either) != 1:
        wrong.append(("", f"Must have either {' or '.join(either)}."))
    if not wrong and change.get("from_placement", "") == change.get("to_placement"):
        wrong.append(("to_placement", "Must be another placement."))
    return wrong


# ---- what it changes ---------------------------------------------------------------


def applied(changes: Sequence[Change], outlook: Outlook) -> Outlook:
    """The outlook as it is after the changes, one after the other; its rates may be of paths.
    Raises ValueError with every problem."""
    if wrong := problems(changes):
        raise ValueError("; ".join(map(str, wrong)))
    for change in changes:
        outlook = _MAKE[change["kind"]](change, outlook)
    return outlook


def _scale_entries(change: Change, outlook: Outlook) -> Outlook:
    bands = [BANDS.index(band) for band in change["bands"]]
    factors = np.where(np.isin(BAND_OF_AGE, bands), change["factor"], 1.0)[:, None]

    def scaled(rates: Rates) -> Rates:
        return replace(rates, entries=rates.entries * factors)

    return replace(outlook, rates=outlook.rates.changed(scaled, _from(change)))


def _move_share(change: Change, outlook: Outlook) -> Outlook:
    out_of, into = (PLACEMENTS.index(change[end]) for end in ("from_placement", "to_placement"))
    share, since = float(change["share"]), _from(change)
    month = since.astype("datetime64[M]")
    until = (month + int(change["months"])).astype("datetime64[D]") + (since - month)
    a_day = -log1p(-min(share, ALL)) / int((until - since).astype(int))

    def elsewhere(rates: Rates) -> Rates:
        entries, moves = rates.entries.copy(), rates.moves.copy()
        for flow in (entries, moves):
            flow[..., into] += share * flow[..., out_of]
            flow[..., out_of] *= 1 - share
        moves[..., into, into] = 0  # who would have moved from there stays
        return replace(rates, entries=entries, moves=moves)

    def moving(rates: Rates) -> Rates:
        moves = rates.moves.copy()
        moves[..., out_of, into] += a_day
        return replace(rates, moves=moves)

    rates = outlook.rates.changed(elsewhere, since).changed(moving, since, until)
    return replace(outlook, rates=rates)


def _new_places(change: Change, outlook: Outlook) -> Outlook:
    new = NewPlaces(
        _from(change),
        PLACEMENTS.index(change["placement"]),
        int(change["places"]),
        float(change["pounds_a_week"]),
    )
    return replace(outlook, new_places=(*outlook.new_places, new))


def _unit_cost(change: Change, outlook: Outlook) -> Outlook:
    place = PLACEMENTS.index(change["placement"])

    def priced(weekly: Floats) -> Floats:
        weekly = weekly.copy()
        weekly[place] = change.get("pounds_a_week", weekly[place] * change.get("factor", 1))
        return weekly

    return replace(outlook, weekly=outlook.weekly.changed(priced, _from(change)))


def _inflation(change: Change, outlook: Outlook) -> Outlook:
    return replace(outlook, inflation=change["per_cent"] / 100)


def _from(change: Change) -> np.datetime64:
    return np.datetime64(str(change["from"]), "D")


_MAKE: Mapping[str, Callable[[Change, Outlook], Outlook]] = {
    "scale_entries": _scale_entries,
    "move_share": _move_share,
    "new_places": _new_places,
    "unit_cost": _unit_cost,
    "inflation": _inflation,
}


# ---- its words ---------------------------------------------------------------------


def words(change: Change) -> str:
    """A change in a sentence. It must be one that has no problems."""
    sentence = _SAY[change["kind"]](change)
    if "from" not in change:
        return sentence
    return f"From {day_label(date.fromisoformat(str(change['from'])))}, {sentence}"


def _say_entries(change: Change) -> str:
    bands = [band.lower() for band in BANDS if band in change["bands"]]
    who = "children" if len(bands) == len(BANDS) else f"children aged {listed(bands)}"
    if change["factor"] == 1:
        return f"as many {who} as before start to be looked after."
    how_many = more(change["factor"], "fewer") if change["factor"] else "no"
    return f"{how_many} {who} start to be looked after."


def _say_move(change: Change) -> str:
    share, months = f"{short(change['share'] * 100)}%", int(change["months"])
    out_of, into = (PLACEMENT_WORDS[change[end]] for end in ("from_placement", "to_placement"))
    return (
        f"{share} of the children in {out_of} move to {into} over "
        f"{'a month' if months == 1 else f'{months} months'}, and {share} of those who would go "
        f"into {out_of} after that day go to {into} instead."
    )


def _say_places(change: Change) -> str:
    places, price = int(change["places"]), f"{money(change['pounds_a_week'])} a week"
    where = PLACEMENT_WORDS[change["placement"]]
    there = (
        f"there is 1 new place in {where} at {price}"
        if places == 1
        else f"there are {places:,} new places in {where} at {price} each"
    )
    return f"{there}, filled before any other and paid for whether filled or not."


def _say_cost(change: Change) -> str:
    place = f"a place in {PLACEMENT_WORDS[change['placement']]} costs"
    if "pounds_a_week" in change:
        return f"{place} {money(change['pounds_a_week'])} a week, at the prices of the first year."
    return f"{place} {more(change['factor'], 'less') if change['factor'] != 1 else 'the same'}."


def _say_inflation(change: Change) -> str:
    rise = change["per_cent"]
    if rise == 0:
        return "Prices stay as they are."
    return f"Prices {'rise' if rise > 0 else 'fall'} by {short(abs(rise))}% each 1 April."


_SAY: Mapping[str, Callable[[Change], str]] = {
    "scale_entries": _say_entries,
    "move_share": _say_move,
    "new_places": _say_places,
    "unit_cost": _say_cost,
    "inflation": _say_inflation,
}


RULES = Rules(KINDS, FIELDS, EITHER, ("bands",), words)
