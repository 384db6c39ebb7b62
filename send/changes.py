"""The changes of a scenario: what may be said, and its words. Pure.

A scenario is a list of changes, made in order. A change is a plain dictionary, kept as JSON: its
`kind`, and that kind's own fields (`FIELDS`). `from` is the first calendar year to which it
applies; needs and settings are those of the model, empty for all of them.

scale_joiners: as many children times `factor` join, of `needs`, in `settings`, in academic years
    `first_age` to `last_age`.
scale_rate: leaving or moving (`what`) happens `factor` times as often, among `needs` in `settings`.
scale_moves: as many children times `factor` move from `setting` to `into`.
close_setting: nobody is in `setting`: its children, and those who would come, go to `into`.
open_setting: a new setting `name` for the same children as `like`, taking `share` of those who
    would join or move into that; it has `places`, and costs `pounds_a_year`.
move_share: of the children in `setting` that `share` moves to `into` over `years`; and of those
    who from then on would come into the one, the same share goes to the other.
unit_cost: a place in `setting` for `needs` costs `pounds_a_year`, or `factor` times as much.
cap_setting: `setting` has `places`: nobody comes in above them, and who would goes to `into`.
inflation: prices rise by `per_cent` a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
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

from .cohort import FIRST, LAST, Space

KINDS: Mapping[str, str] = {
    "scale_joiners": "More or fewer children join",
    "scale_rate": "Children leave or move more or less often",
    "scale_moves": "More or fewer children move between two settings",
    "close_setting": "A setting closes",
    "open_setting": "A setting opens",
    "move_share": "Children move from one setting to another",
    "unit_cost": "A place costs more or less",
    "cap_setting": "A setting has no more places than so many",
    "inflation": "Inflation",
}
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME = 60


# ---- what may be said --------------------------------------------------------------

Check = Callable[[Any, Space], str]


def _number(value: Any, space: Space, low: float, high: float, *, whole: bool = False) -> str:
    return wrong_number(value, low, high, whole=whole)


def _year(value: Any, space: Space) -> str:
    wrong = _number(value, space, FIRST_YEAR, LAST_YEAR, whole=True)
    return "Must be a calendar year." if wrong else ""


def _setting(value: Any, space: Space) -> str:
    return "" if value in space.settings else f"Must be one of {', '.join(space.settings)}."


def _some(value: Any, space: Space, of: str) -> str:
    known = getattr(space, of)
    if isinstance(value, list | tuple) and value and all(one in known for one in value):
        return ""
    return f"Must be one or more of {', '.join(known)}."


def _name(value: Any, space: Space) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        return f"Must be a name of up to {LONGEST_NAME} characters."
    known = {one.casefold() for one in space.settings}
    return "There is such a setting already." if value.strip().casefold() in known else ""


def _what(value: Any, space: Space) -> str:
    return "" if value in ("leave", "move") else "Must be leave or move."


_factor = partial(_number, low=0, high=10)
_pounds = partial(_number, low=0, high=10_000_000)
_places = partial(_number, low=0, high=100_000, whole=True)
_share = partial(_number, low=0, high=1)
_age = partial(_number, low=FIRST, high=LAST, whole=True)
_needs, _settings = partial(_some, of="needs"), partial(_some, of="settings")
FIELDS: Mapping[str, Mapping[str, Check]] = {
    "scale_joiners": {
        "needs": _needs, "settings": _settings, "first_age": _age, "last_age": _age,
        "factor": _factor, "from": _year,
    },
    "scale_rate": {
        "what": _what, "needs": _needs, "settings": _settings, "factor": _factor, "from": _year,
    },
    "scale_moves": {"setting": _setting, "into": _setting, "factor": _factor, "from": _year},
    "close_setting": {"setting": _setting, "into": _setting, "from": _year},
    "open_setting": {
        "name": _name, "like": _setting, "share": _share, "places": _places,
        "pounds_a_year": _pounds, "from": _year,
    },
    "move_share": {
        "setting": _setting, "into": _setting, "share": _share, "from": _year,
        "years": partial(_number, low=1, high=20, whole=True),
    },
    "unit_cost": {
        "setting": _setting, "needs": _needs, "pounds_a_year": _pounds, "factor": _factor,
        "from": _year,
    },
    "cap_setting": {"setting": _setting, "places": _places, "into": _setting, "from": _year},
    "inflation": {"per_cent": partial(_number, low=-20, high=50)},
}  # fmt: skip
MAY_BE_LEFT: frozenset[str] = frozenset(
    {"needs", "settings", "first_age", "last_age", "places", "pounds_a_year"}
)
"""Fields that mean everything, or nothing known, where they are not there."""
EITHER: Mapping[str, tuple[str, str]] = {"unit_cost": ("pounds_a_year", "factor")}
"""Fields of which a change has the one or the other."""
NEEDED: Mapping[str, tuple[str, ...]] = {"cap_setting": ("places",)}


def problems(changes: Sequence[Change], space: Space) -> list[Problem]:
    """Everything that is wrong with a scenario's changes, in words; nothing where it will do.
    A change sees the settings that those before it opened."""
    found = []
    for number, change in enumerate(changes, 1):
        wrong = _wrong(change, space)
        found += [Problem(number, field, text) for field, text in wrong]
        if not wrong and change["kind"] == "open_setting":
            space = with_setting(space, change["name"].strip(), change["like"])
    return found


def _wrong(change: Change, space: Space) -> list[tuple[str, str]]:
    if not isinstance(change, Mapping) or change.get("kind") not in tuple(FIELDS):
        return [("kind", f"Must be one of {', '.join(FIELDS)}.")]
    kind = change["kind"]
    checks, either = FIELDS[kind], EITHER.get(kind, ())
    wrong = [
        (field, "There is no such field.") for field in change if field not in {"kind", *checks}
    ]
    for field, check in checks.items():
        if field in change:
            text = check(change[field], space)
            wrong += [(field, text)] if text else []
        elif field in NEEDED.get(kind, ()) or field not in {*MAY_BE_LEFT, *either}:
            wrong.append((field, "Is missing."))
    if either and sum(field in change for field in either) != 1:
        wrong.append(("", f"Must have either {' or '.join(either)}."))
    return wrong or list(_together(change, space))


def _together(change: Change, space: Space) -> Iterable[tuple[str, str]]:
    if change.get("first_age", FIRST) > change.get("last_age", LAST):
        yield "last_age", "Must not be before the first."
    if "into" not in change:
        return
    if change["setting"] == change["into"]:
        yield "into", "Must be another setting."
        return
    here, there = (space.settings.index(change[end]) for end in ("setting", "into"))
    lacks = space.valid[:, :, here] & ~space.valid[:, :, there]
    if change["kind"] == "close_setting" and lacks.any():
        age, need = np.argwhere(lacks)[0]
        yield (
            "into",
            (
                f"{change['into']} takes nobody with {space.needs[need]} in academic year "
                f"{age + FIRST}, and {change['setting']} does."
            ),
        )


def with_setting(space: Space, name: str, like: str) -> Space:
    """The space with a setting more, for the same children as another."""
    valid = space.valid[:, :, [space.settings.index(like)]]
    return Space(space.needs, (*space.settings, name), np.concatenate([space.valid, valid], axis=2))


# ---- its words ---------------------------------------------------------------------


def words(change: Change) -> str:
    """A change in a sentence. It must be one that has no problems."""
    sentence = _SAY[change["kind"]](change)
    return f"From {change['from']}, {sentence}" if "from" in change else sentence


def _who(change: Change) -> str:
    needs = f" with {listed(change['needs'])}" if change.get("needs") else ""
    where = f" in {listed(change['settings'])}" if change.get("settings") else ""
    return f"{needs}{where}{_ages(change)}"


def _ages(change: Change) -> str:
    first, last = change.get("first_age"), change.get("last_age")
    if first is None and last is None:
        return ""
    if first is None or last is None:
        edge = f"{first} on" if last is None else f"up to {last}"
        return f" of academic years {edge}" if first is None else f" from academic year {edge}"
    one = first == last
    return f" of academic year {first}" if one else f" of academic years {first} to {last}"


def _say_joiners(change: Change) -> str:
    if change["factor"] == 1:
        return f"as many children{_who(change)} as before join."
    how_many = more(change["factor"], "fewer") if change["factor"] else "no"
    return f"{how_many} children{_who(change)} join."


def _say_rate(change: Change) -> str:
    what = "leave" if change["what"] == "leave" else "move to another setting"
    often = "as often as before" if change["factor"] == 1 else more(change["factor"], "less often")
    often = often if "often" in often else f"{often} often"
    return f"children{_who(change)} {what} {often if change['factor'] else 'not at all'}."


def _say_moves(change: Change) -> str:
    if change["factor"] == 1:
        how_many = "as many children as before"
    else:
        how_many = f"{more(change['factor'], 'fewer') if change['factor'] else 'no'} children"
    return f"{how_many} move from {change['setting']} to {change['into']}."


def _say_close(change: Change) -> str:
    return f"{change['setting']} is closed: who is there, or would come, goes to {change['into']}."


def _say_open(change: Change) -> str:
    places = f" with {int(change['places']):,} places" if "places" in change else ""
    pounds = f" at {money(change['pounds_a_year'])} a year" if "pounds_a_year" in change else ""
    return (
        f"there is a new setting, {change['name']}{places}{pounds}: {_percent(change['share'])} of "
        f"those who would come into {change['like']} go there."
    )


def _say_move(change: Change) -> str:
    share, years = _percent(change["share"]), int(change["years"])
    return (
        f"{share} of the children in {change['setting']} move to {change['into']} over "
        f"{'a year' if years == 1 else f'{years} years'}, and {share} of those who would come "
        f"into {change['setting']} go to {change['into']} instead."
    )


def _say_cost(change: Change) -> str:
    needs = f" for {listed(change['needs'])}" if change.get("needs") else ""
    place = f"a place in {change['setting']}{needs} costs"
    if "pounds_a_year" in change:
        return f"{place} {money(change['pounds_a_year'])} a year, at the prices of the first year."
    return f"{place} {more(change['factor'], 'less') if change['factor'] != 1 else 'the same'}."


def _say_cap(change: Change) -> str:
    places = int(change["places"])
    return (
        f"{change['setting']} has {places:,} place{'' if places == 1 else 's'}: who would come in "
        f"above them goes to {change['into']}, where it takes them."
    )


def _say_inflation(change: Change) -> str:
    rise = change["per_cent"]
    if rise == 0:
        return "Prices stay as they are."
    return f"Prices {'rise' if rise > 0 else 'fall'} by {short(abs(rise))}% a year."


_SAY: Mapping[str, Callable[[Change], str]] = {
    "scale_joiners": _say_joiners,
    "scale_rate": _say_rate,
    "scale_moves": _say_moves,
    "close_setting": _say_close,
    "open_setting": _say_open,
    "move_share": _say_move,
    "unit_cost": _say_cost,
    "cap_setting": _say_cap,
    "inflation": _say_inflation,
}


def _percent(share: float) -> str:
    return f"{short(share * 100)}%"


RULES = Rules(KINDS, FIELDS, EITHER, ("needs", "settings"), words)
