"""A projection, or several, as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bucks_cs.audit import moment_label
from scorecard.files import Column, Sheet

from .ahead import Ahead, Basis
from .ahead_words import LIMITS, rests_on

FAN = ("5%", "25%", "50%", "75%", "95%")


def lines_sheet(every: Sequence[Ahead], of: Basis, said: Sequence[str], at: datetime) -> Sheet:
    """A row a projection, year and setting; the whole first."""
    rows = [
        (one.name, row.year, part, round(heads, 2), *(fan if part == "All" else [None] * 5), cost)
        for one in every
        for row in one.rows
        for part, heads, cost in (
            ("All", row.plans, row.pounds),
            *zip(one.settings, row.by_setting, [None] * len(one.settings), strict=True),
        )
        for fan in [list(row.fan) if row.fan else [None] * 5]
    ]
    return Sheet(
        name="Plans ahead",
        title="Plans in the years ahead",
        statement=(
            ("Made", moment_label(at)),
            ("Rests on", rests_on(of)),
            *(("Change", one) for one in said),
            *(("Limits", one) for one in LIMITS),
        ),
        columns=(
            Column("projection", 24), Column("year"), Column("setting", 24), Column("plans"),
            *(Column(f"{one} of outcomes below", 14) for one in FAN), Column("pounds", 16),
        ),
        rows=tuple(rows),
        formats=("0.0",) * len(rows),
    )  # fmt: skip
