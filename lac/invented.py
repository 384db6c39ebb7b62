"""An invented county's SSDA903 returns, for tests and demonstration. Pure, and the same for a seed.

Nobody in it lives: children are called INVENTED0001 and on, postcodes stand in an area that no post
office has (ZZ), other authorities in codes that no register has. Its totals resemble a council's
of its size; nothing else about it means anything.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
Rows: TypeAlias = list[Sequence[object]]

NEIGHBOURS, FAR_AWAY = "E99999991", "E99999992"
WARMED_UP = 9
"""Years before the first return in which children already come, so that it finds a full house."""
ENTRANTS = 0.56
"""A year, for each child looked after."""
EVENT_DAYS = 165
"""Between two things that happen in a placement, on average."""


NAME = "INVENTED"
"""How every child's identifier begins, so that a page can tell."""


@dataclass(frozen=True)
class County:
    """Whose returns, how many years of them, of about how many children looked after at a time."""

    seed: int = 2015
    last_year: int = 2024
    years: int = 10
    looked_after: int = 480
    authority: str = "E10000002"

    @property
    def last_day(self) -> date:
        return date(self.last_year, 3, 31)

    @property
    def return_years(self) -> range:
        return range(self.last_year - self.years + 1, self.last_year + 1)


def files(county: County) -> dict[str, bytes]:
    """The contents of every file by its path: a folder a year, and `postcodes.csv`."""
    world = _World(county)
    children = list(_children(world))
    made = {"postcodes.csv": _csv(("pcd", "laua", "oseast1m", "osnrth1m"), world.postcodes)}
    for year in county.return_years:
        folder = f"{year - 1}-{year % 100:02}"
        for name, (headings, rows) in _of_year(world.chance, children, year).items():
            made[f"{folder}/{name}.csv"] = _csv(headings, rows)
    return made


def _chance(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - nothing here is a secret


def _one(chance: Random, likely: Mapping[T, int]) -> T:
    """One of some, each so likely."""
    return chance.choices(list(likely), list(likely.values()))[0]


def _csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


# ---- where --------------------------------------------------------------------------


class _Carer(NamedTuple):
    place: str
    provider: str
    postcode: str
    urn: str


# Placement, provider, how many to a hundred children looked after, how likely for a new
# placement, and the shares of them in the county and in its neighbours.
_SUPPLY = (
    ("U1", "PR1", 8, 8, 0.75, 0.20),
    ("U3", "PR1", 6, 5, 0.75, 0.20),
    ("U4", "PR1", 20, 18, 0.85, 0.13),
    ("U6", "PR1", 22, 20, 0.85, 0.13),
    ("U6", "PR4", 30, 22, 0.35, 0.45),
    ("U6", "PR5", 8, 4, 0.35, 0.45),
    ("K2", "PR1", 1, 2, 1.00, 0.00),
    ("K2", "PR4", 10, 9, 0.15, 0.40),
    ("H5", "PR4", 8, 6, 0.45, 0.40),
    ("S1", "PR4", 2, 1, 0.20, 0.40),
    ("R1", "PR3", 1, 1, 0.50, 0.30),
    ("R5", "PR3", 1, 1, 0.00, 0.30),
    ("P1", "PR0", 10, 3, 0.90, 0.08),
    ("P2", "PR1", 3, 2, 0.80, 0.15),
)
_LEAST_AGE = {"K2": 8, "S1": 8, "R1": 8, "R5": 12, "H5": 16, "P2": 16}
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class _World:
    """The county's carers and postcodes, and the one source of chance."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.chance = _chance(f"{county.seed}")
        self.postcodes: list[tuple[str, str, int, int]] = []
        self.homes = [self.postcode(1, 0) for _ in range(county.looked_after)]
        hundreds = county.looked_after / 100
        self.carers = [
            (kind, [self._carer(*kind) for _ in range(max(1, round(kind[2] * hundreds)))])
            for kind in _SUPPLY
        ]
        self.respite = _Carer("K2", "PR1", self.postcode(1, 0), "SC900000")

    def postcode(self, in_county: float, near: float) -> str:
        """A new one: in the county (a circle of 16 miles about its middle), next to it or far."""
        where = self.chance.random()
        if where < in_county:
            authority, least, most = self.county.authority, 0, 26_000
        elif where < in_county + near:
            authority, least, most = NEIGHBOURS, 27_000, 50_000
        else:
            authority, least, most = FAR_AWAY, 51_000, 200_000
        distance, side = self.chance.uniform(least, most), self.chance.choice((-1, 1))
        east = self.chance.uniform(-distance, distance)
        north = side * (distance**2 - east**2) ** 0.5
        number, letters = divmod(len(self.postcodes), len(_LETTERS) ** 2)
        first, second = divmod(letters, len(_LETTERS))
        code = f"ZZ{number // 9 + 1} {number % 9 + 1}{_LETTERS[first]}{_LETTERS[second]}"
        self.postcodes.append((code, authority, round(480_000 + east), round(220_000 + north)))
        return code

    def _carer(
        self, place: str, provider: str, _many: int, _likely: int, in_county: float, near: float
    ) -> _Carer:
        inspected = place in ("K2", "S1", "H5", "R1") or (place == "U6" and provider != "PR1")
        urn = f"SC{self.chance.randrange(900_000, 1_000_000)}" if inspected else "XXXXXXX"
        return _Carer(place, provider, self.postcode(in_county, near), urn)

    @cached_property
    def _weights(self) -> dict[int, list[int]]:
        """How likely each kind of the supply is for a child who has reached an age."""
        return {
            age: [kind[3] * self._suits(kind[0], age) for kind, _ in self.carers]
            for age in (0, 8, 12, 16)
        }

    @staticmethod
    def _suits(place: str, age: int) -> int:
        """How much likelier: not at all below its age, and most for places for the oldest."""
        least = _LEAST_AGE.get(place, 0)
        return 0 if age < least else 8 if least == 16 else 1

    def carer(self, age: int, but: _Carer | None = None) -> _Carer:
        """A carer for a child of this age, other than one."""
        weights = self._weights[max(reached for reached in self._weights if reached <= age)]
        while True:
            _, carers = self.chance.choices(self.carers, weights)[0]
            found = self.chance.choice(carers)
            if found != but:
                return found

    def days(self, mean: float, least: int = 1) -> timedelta:
        return timedelta(days=least + int(self.chance.expovariate(1 / mean)))


# ---- who ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Episode:
    began: date
    reason: str
    status: str
    carer: _Carer
    ended: date = date.max
    why: str = ""


@dataclass(slots=True)
class _Child:
    key: str
    born: date
    sex: str
    ethnic: str
    need: str
    home: str
    unaccompanied: bool
    episodes: list[_Episode] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    decided: date | None = None
    matched: date | None = None

    def birthday(self, age: int) -> date:
        return _years_later(self.born, age)

    def age(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def of_year(self, year: int) -> list[_Episode]:
        """The episodes that stand in a year's return: all that were open in it."""
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        return [one for one in self.episodes if one.began <= last and one.ended >= first]


def _years_later(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29) and (day.year + years) % 4:
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def _children(world: _World) -> Iterator[_Child]:
    """Everybody who ever comes, in the order in which they do."""
    chance, county = world.chance, world.county
    first = date(county.last_year - county.years - WARMED_UP, 4, 1)
    days, number = 0.0, 0
    while (day := first + timedelta(days=int(days))) <= county.last_day:
        number += 1
        child = _newcomer(world, f"{NAME}{number:04}", day)
        if chance.random() < 0.03:
            _short_breaks(world, child, day)
        else:
            _looked_after(world, child, day)
        yield child
        days += chance.expovariate(ENTRANTS * county.looked_after / 365)


_AGES = {(1, 365): 17, (365, 1825): 20, (1825, 3650): 20, (3650, 5840): 32, (5840, 6480): 11}
"""Of those who come, in days."""
_NEEDS = {"N1": 58, "N2": 4, "N3": 5, "N4": 9, "N5": 16, "N6": 3, "N7": 1, "N8": 4}
_ETHNIC = {"WBRI": 60, "WOTH": 6, "MWBC": 8, "APKN": 12, "BAFR": 7, "OOTH": 7}


def _newcomer(world: _World, key: str, day: date) -> _Child:
    chance = world.chance
    unaccompanied = chance.random() < 0.1
    youngest, oldest = (15 * 365, 18 * 365 - 60) if unaccompanied else _one(chance, _AGES)
    return _Child(
        key=key,
        born=day - timedelta(days=chance.randrange(youngest, oldest)),
        sex=_one(chance, {"1": 85, "2": 15} if unaccompanied else {"1": 54, "2": 46}),
        ethnic=_one(chance, _ETHNIC),
        need="N8" if unaccompanied else _one(chance, _NEEDS),
        home="" if unaccompanied else chance.choice(world.homes),
        unaccompanied=unaccompanied,
    )


def _short_breaks(world: _World, child: _Child, day: date) -> None:
    """A few single stays of some days each."""
    for _ in range(world.chance.randrange(1, 5)):
        ended = day + timedelta(days=world.chance.randrange(1, 6))
        if ended >= child.birthday(18):
            return
        child.episodes.append(_Episode(day, "S", "V4", world.respite, ended, "E4A"))
        day = ended + world.days(60, 7)


def _looked_after(world: _World, child: _Child, day: date) -> None:
    """One period of care, or now and then two or three."""
    chance = world.chance
    while True:
        adopted = child.age(day) < 4 and not child.unaccompanied and chance.random() < 0.25
        if adopted:
            end = _adopted(world, child, day)
        else:
            long = child.unaccompanied or chance.random() < 0.68
            mean = 1100 if long else 80
            end = min(child.birthday(18), day + world.days(mean))
            _stay(world, child, day, end)
        _review(world, child, day, end)
        day = end + world.days(250, 20)
        if adopted or chance.random() > 0.12 or day >= child.birthday(18) - timedelta(days=40):
            return


def _stay(world: _World, child: _Child, day: date, end: date) -> None:
    """Episodes from the day to the end, one after another."""
    now = _Episode(
        began=day,
        reason="S",
        status="V2" if child.unaccompanied else _one(world.chance, _FIRST_STATUS),
        carer=world.carer(child.age(day)),
    )
    child.episodes.append(now)
    while (after := _next(world, child, now))[-1].began < end:
        for one in after:
            now.ended, now.why = one.began, "X1"
            child.episodes.append(one)
            now = one
    grown = end == child.birthday(18)
    ends = _ENDS_GROWN if grown else _ENDS_OLD if child.age(end) >= 16 else _ENDS_YOUNG
    now.ended, now.why = end, _one(world.chance, ends)


_FIRST_STATUS = {"V2": 50, "C1": 38, "L1": 3, "L2": 7, "J1": 2}
_LATER_STATUS = {"V2": "C1", "C1": "C2", "J1": "V2", "L1": "C1", "L2": "C1"}
_ENDS_YOUNG = {"E4A": 38, "E4B": 8, "E41": 8, "E45": 12, "E47": 10, "E13": 14, "E8": 10}
_ENDS_OLD = {"E4A": 40, "E4B": 10, "E5": 20, "E6": 8, "E9": 4, "E8": 18}
_ENDS_GROWN = {"E5": 32, "E6": 14, "E7": 12, "E17": 26, "E8": 16}
_EVENTS = {"L": 24, "P": 26, "T": 10, "U": 4, "B": 4, "away": 32}
_AWAY = (("T1", 20), ("T3", 18), ("T4", 7))


def _next(world: _World, child: _Child, now: _Episode) -> list[_Episode]:
    """What happens next: a change of status, of placement, or both; or some days away and back."""
    status = _LATER_STATUS.get(now.status)
    if now.status in ("L1", "L2"):
        return [_Episode(now.began + timedelta(days=3), "L", _LATER_STATUS[now.status], now.carer)]
    day = now.began + world.days(EVENT_DAYS, 3)
    reason = _one(world.chance, _EVENTS)
    if reason == "away":
        place, most = world.chance.choice(_AWAY)
        away = _Carer(place, "", world.carer(0).postcode, "")
        back = day + timedelta(days=world.chance.randrange(1, most + 1))
        return [_Episode(day, "P", now.status, away), _Episode(back, "P", now.status, now.carer)]
    if reason in "LUB" and status is None:
        reason = "P" if reason == "B" else "T"
    carer = now.carer
    if reason in "TU":
        carer = carer._replace(postcode=world.postcode(0.6, 0.3))
    elif reason in "PB":
        carer = world.carer(child.age(day), but=carer)
    return [_Episode(day, reason, status if status and reason in "LUB" else now.status, carer)]


def _adopted(world: _World, child: _Child, day: date) -> date:
    """From an interim order by a placement order to adopters; the day of the adoption."""
    chance = world.chance
    foster = world.carer(0)
    by_foster_carer = chance.random() < 0.12
    ordered = day + world.days(120, 120)
    placed = ordered + world.days(130, 30)
    end = placed + world.days(90, 100)
    child.decided = ordered - timedelta(days=chance.randrange(5, 60))
    child.matched = placed - timedelta(days=chance.randrange(3, 25))
    if by_foster_carer:
        adopters, reason = foster._replace(place="A5"), "T"
    else:
        adopters, reason = _Carer("A6", "PR1", world.postcode(0.35, 0.4), "XXXXXXX"), "P"
    child.episodes += [
        _Episode(day, "S", "C1", foster, ordered, "X1"),
        _Episode(ordered, "L", "E1", foster, placed, "X1"),
        _Episode(placed, reason, "E1", adopters, end, chance.choice(("E11", "E12", "E12"))),
    ]
    return end


def _review(world: _World, child: _Child, day: date, end: date) -> None:
    """Reviews from the day to the end, most of them in time."""
    chance = world.chance
    spans = [((10, 26), (32, 40)), ((60, 88), (94, 120))]
    while day < end:
        in_time, late = spans.pop(0) if spans else ((150, 178), (184, 215))
        day += timedelta(days=chance.randrange(*(late if chance.random() < 0.04 else in_time)))
        if day < end:
            child.reviews.append(day)


# ---- a year's files ----------------------------------------------------------------


class _Here(NamedTuple):
    """A child of a year's return, and the episodes that stand in it."""

    child: _Child
    episodes: list[_Episode]


def _of_year(
    chance: Random, children: list[_Child], year: int
) -> dict[str, tuple[Sequence[str], Rows]]:
    """Headings and rows of each file of the return."""
    here = [_Here(child, stood) for child in children if (stood := child.of_year(year))]
    leavers = [child for child in children if _left_care(child, year)]
    unaccompanied = [child for child, _ in here if child.unaccompanied]
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    return {
        "Header": (_HEADER, _headers([child for child, _ in here], leavers)),
        "Episodes": (_EPISODES, [row for one in here for row in _episode_rows(one, last)]),
        "Reviews": (
            ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
            [
                (child.key, _said(child.born), _said(day), "PN0" if child.age(day) < 4 else "PN1")
                for child, _ in here
                for day in child.reviews
                if first <= day <= last
            ],
        ),
        "UASC": (
            ("CHILD", "SEX", "DOB", "DUC"),
            [(c.key, c.sex, _said(c.born), _said(c.birthday(18), last)) for c in unaccompanied],
        ),
        "OC2": (_OC2, [_health(chance, child, last) for child, _ in _throughout(here, year)]),
        "OC3": (
            ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
            [_care_leaver(chance, child) for child in leavers],
        ),
        "AD1": (_AD1, [_adoption(one) for one in here if _was_adopted(one, last)]),
    }


_HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
_EPISODES = (
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"),
    *("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
)
_OC2 = (
    *("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS"),
    *("TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED"),
    "INTERVENTION_OFFERED",
)
_AD1 = (
    *("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR"),
    *("SEX_ADOPTR", "LS_ADOPTR"),
)
_IN_TOUCH = {"YES": 89, "NO": 5, "REFU": 2, "NREQ": 1, "RHOM": 2, "DIED": 1}
_ACTIVITY = {"F1": 6, "F2": 22, "F4": 8, "F5": 18, "P2": 4, "G4": 8, "G5": 26, "G6": 8}
_ACCOMMODATION = {
    **{"B1": 12, "C1": 10, "D1": 12, "E1": 8, "U1": 14, "V1": 24, "Z1": 10},
    **{"G2": 4, "S2": 3, "X2": 3},
}


def _said(day: date | None, last: date = date.max) -> str:
    """The day as the return has it; nothing where it is after the year."""
    return f"{day:%d/%m/%Y}" if day and day <= last else ""


def _headers(here: list[_Child], leavers: list[_Child]) -> Rows:
    children = {child.key: child for child in (*here, *leavers)}
    return [
        (c.key, c.sex, _said(c.born), c.ethnic, "UN1", "0" if c.sex == "2" else "", "")
        for _, c in sorted(children.items())
    ]


def _episode_rows(here: _Here, last: date) -> Iterator[Sequence[object]]:
    child = here.child
    for one in here.episodes:
        place, provider, postcode, urn = one.carer
        ended = _said(one.ended, last)
        changes = "CARPL" if ended and one.why == "X1" else ""
        yield (
            *(child.key, _said(one.began), one.reason, one.status, child.need, place, provider),
            *(ended, one.why if ended else "", changes, child.home, postcode, urn),
        )


def _throughout(here: list[_Here], year: int) -> list[_Here]:
    """Those who were looked after from the first day of the year to the last, without a break."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    return [
        one
        for one in here
        if one.episodes[0].began <= first
        and one.episodes[-1].ended > last
        and all(episode.reason != "S" for episode in one.episodes[1:])
    ]


def _health(chance: Random, child: _Child, last: date) -> Sequence[object]:
    age = child.age(last)
    said = ("1" if chance.random() < share else "0" for share in (0.85, 0.8, 0.9))
    before = (_said(child.born), "", "", "0" if age >= 10 else "", "1" if age < 5 else "")
    return (child.key, *before, *said, "0", "", "")


def _left_care(child: _Child, year: int) -> bool:
    """Whether the child left care at 16 or later, and has had the 17th to 21st birthday in the
    year since."""
    if not child.episodes or child.episodes[-1].status == "V4":
        return False
    age, left = child.age(date(year, 3, 31)), child.episodes[-1].ended
    return 17 <= age <= 21 and left <= child.birthday(age) and child.age(left) >= 16


def _care_leaver(chance: Random, child: _Child) -> Sequence[object]:
    in_touch = _one(chance, _IN_TOUCH)
    told = in_touch == "YES"
    activity = _one(chance, _ACTIVITY) if told else "0"
    accommodation = _one(chance, _ACCOMMODATION) if told else "0"
    return child.key, _said(child.born), in_touch, activity, accommodation


def _was_adopted(here: _Here, last: date) -> bool:
    episode = here.episodes[-1]
    return episode.why in ("E11", "E12") and episode.ended <= last


def _adoption(here: _Here) -> Sequence[object]:
    child, carer = here.child, here.episodes[-1].carer
    days = (_said(child.born), _said(child.decided), _said(child.matched))
    return (child.key, *days, "1" if carer.place == "A5" else "0", "2", "MF", "L11")
