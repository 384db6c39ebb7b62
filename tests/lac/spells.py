"""Episodes written as a return has them, and the arrays that they come to, for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from lac import codes
from lac.placements import NEVER, Children, Counted, Episodes


class Spell(NamedTuple):
    """An episode of a child; days are written 2024-03-31, and one that goes on has no end."""

    child: str
    began: str
    ended: str = ""
    rne: str = "S"
    rec: str = ""
    status: str = "C2"
    place: str = "U4"
    provider: str = "PR1"
    need: str = "N1"
    carer: str = "a carer"
    miles: float = 5.0
    in_county: int = 1


def arrays(
    *spells: Spell,
    born: Mapping[str, str] | None = None,
    sex: Mapping[str, str] | None = None,
    alone: Mapping[str, str] | None = None,
) -> tuple[Children, Episodes]:
    """The children in the order of their names, born on 1 June 2010 unless another day is given;
    `alone` is until when they are unaccompanied ("" for a day that is not known)."""
    names = sorted({spell.child for spell in spells})
    rows = sorted(spells, key=lambda spell: (spell.child, spell.began, spell.ended or "9999"))
    carers = sorted({(spell.child, spell.carer, spell.place) for spell in rows})
    days = {name: (alone or {}).get(name) for name in names}
    children = Children(
        key=np.array(names, dtype=object),
        born=np.array([(born or {}).get(name, "2010-06-01") for name in names], "datetime64[D]"),
        sex=codes.encode([(sex or {}).get(name, "1") for name in names], codes.SEX),
        unaccompanied_until=np.array(
            ["NaT" if until is None else until or NEVER for until in days.values()],
            dtype="datetime64[D]",
        ),
    )

    def column(field: str) -> list[str]:
        return [getattr(spell, field) for spell in rows]

    episodes = Episodes(
        child=np.array([names.index(spell.child) for spell in rows], dtype=np.int64),
        began=np.array(column("began"), dtype="datetime64[D]"),
        ended=np.array([spell.ended or NEVER for spell in rows], dtype="datetime64[D]"),
        reason_began=codes.encode(column("rne"), codes.REASON_BEGAN),
        reason_ended=codes.encode(column("rec"), codes.REASON_ENDED),
        legal_status=codes.encode(column("status"), codes.LEGAL_STATUS),
        place=codes.encode(column("place"), codes.PLACE),
        provider=codes.encode(column("provider"), codes.PROVIDER),
        need=codes.encode(column("need"), codes.NEED),
        carer=np.array(
            [carers.index((spell.child, spell.carer, spell.place)) for spell in rows],
            dtype=np.int64,
        ),
        miles=np.array([spell.miles for spell in rows], dtype=np.float32),
        in_county=np.array([spell.in_county for spell in rows], dtype=np.int8),
    )
    return children, episodes


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def said(counted: Sequence[Counted]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """Each figure's numerator and denominator, by code and category."""
    return {(one.code, one.category): (one.numerator, one.denominator) for one in counted}


_PLACES = ("U1", "U4", "U6", "K2", "H5", "P1", "A6", "T0", "T3", "R1", "Q9")


@st.composite
def spells(draw: st.DrawFn, child: str) -> list[Spell]:
    """One child's valid history: periods of care, each a chain of episodes that follow at once,
    parted by gaps of nought days or more; the last may go on."""
    day, found = draw(st.dates(date(2021, 1, 1), date(2024, 3, 31))), []
    for period in range(draw(st.integers(1, 3))):
        short = draw(st.integers(0, 9)) == 0
        length = draw(st.integers(1, 5))
        for number in range(length):
            until = day + timedelta(days=draw(st.sampled_from([1, 2, 30, 90, 200, 366])))
            last = number == length - 1
            found.append(
                Spell(
                    child=child,
                    began=f"{day}",
                    ended=f"{until}",
                    rne=draw(st.sampled_from("LPTBU")) if number else "S",
                    rec=draw(st.sampled_from(["E4A", "E8", "E11"])) if last else "X1",
                    status="V4" if short else draw(st.sampled_from(["C1", "C2", "V2", "E1"])),
                    place=draw(st.sampled_from(_PLACES)),
                    provider=draw(st.sampled_from(["PR1", "PR4", "PR0", "", "PR2"])),
                    need=draw(st.sampled_from(["N1", "N8", ""])),
                    carer=draw(st.sampled_from("abc")),
                    miles=draw(st.sampled_from([0.0, 19.9, 20.0, 20.1, 55.0, np.nan])),
                    in_county=draw(st.sampled_from([-1, 0, 1])),
                )
            )
            day = until
        if period < 2:
            day += timedelta(days=draw(st.sampled_from([0, 1, 60, 400])))
    if draw(st.booleans()):
        found[-1] = found[-1]._replace(ended="", rec="")
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Spell]:
    """Some children's valid histories."""
    return [
        spell
        for number in range(draw(st.integers(0, 6)))
        for spell in draw(spells(f"child {number}"))
    ]


DAYS = st.one_of(
    st.sampled_from(["2022-03-31", "2022-04-01", "2023-03-31", "2024-02-29", "2024-03-31"]),
    st.dates(date(2021, 1, 1), date(2025, 6, 1)).map(str),
)
