"""Small invented histories of children, for the tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lac import codes
from lac.placements import NEVER, Children, Episodes

Spell = tuple[str, str | None, str]
"""First day, last day (None: it goes on), placement; and a legal status, if it is not C2."""


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def history(*children: tuple[Any, ...]) -> tuple[Children, Episodes]:
    """The arrays of some children, each a birthday and their spells."""
    rows = [(number, *spell) for number, (_, *spells) in enumerate(children) for spell in spells]
    count = len(rows)
    ended = [day(row[2]) if row[2] else NEVER for row in rows]
    whole, small = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int8)
    episodes = Episodes(
        child=np.array([row[0] for row in rows], dtype=np.int64),
        began=np.array([row[1] for row in rows], dtype="datetime64[D]"),
        ended=np.array(ended, dtype="datetime64[D]"),
        reason_began=small,
        reason_ended=small,
        legal_status=codes.encode(
            (row[4] if len(row) > 4 else "C2" for row in rows), codes.LEGAL_STATUS
        ),
        place=codes.encode((row[3] for row in rows), codes.PLACE),
        provider=small,
        need=small,
        carer=whole,
        miles=np.zeros(count, dtype=np.float32),
        in_county=small,
    )
    born = np.array([child[0] for child in children], dtype="datetime64[D]")
    keys = np.array([f"{number}" for number in range(len(children))], dtype=object)
    return Children(keys, born, np.ones(len(children), dtype=np.int8)), episodes


@st.composite
def histories(draw: st.DrawFn) -> tuple[Children, Episodes]:
    """Children with spells that follow each other, at once or after a gap; some are short breaks,
    some of no day, some go on, some past the 18th birthday."""
    children = []
    for _ in range(draw(st.integers(1, 8))):
        born = draw(st.dates(date(2001, 1, 1), date(2023, 6, 1)))
        now, spells = born + timedelta(days=draw(st.integers(0, 6800))), []
        for _ in range(draw(st.integers(1, 5))):
            until = now + timedelta(days=draw(st.integers(0, 700)))
            place = draw(st.sampled_from(["U1", "U4", "K2", "H5", "P2", "A3", "T1"]))
            spells.append((f"{now}", f"{until}", place, draw(st.sampled_from(["C2", "C2", "V4"]))))
            now = until + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 90])))
        if draw(st.booleans()):
            spells[-1] = (spells[-1][0], None, *spells[-1][2:])
        children.append((f"{born}", *spells))
    return history(*children)
