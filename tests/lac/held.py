"""Small invented histories, held as if returns had been imported, to look ahead from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from lac import store
from lac.models import Child, Episode, Return, UnitCost

CHILDREN = [("2019-06-01", ("2020-01-01", None, "U4"))] * 10
"""Ten children of 4, in fostering since before the first return: nothing happens to them, so every
rate is nought."""
LIVELY = [
    *CHILDREN,
    *[("2012-01-15", (f"{year}-06-10", f"{year}-12-20", "K2")) for year in (2021, 2022, 2023)] * 4,
    *[("2009-08-08", ("2021-09-01", "2022-09-01", "U4"), ("2022-09-01", None, "K2"))] * 6,
    *[("2006-02-20", ("2020-09-01", "2024-02-20", "H5"))] * 3,
]
"""Some of everything: entries, moves, exits and 18th birthdays."""


def hold(
    children: Sequence[tuple[Any, ...]] = CHILDREN,
    years: Sequence[int] = (2021, 2022, 2023, 2024),
    imported: datetime = datetime(2024, 6, 1, tzinfo=UTC),
) -> list[Return]:
    """Returns of these years; each child (a birthday, and first day, last day and placement of
    each spell) is in the last one, as a return tells the whole of its children's stories."""
    returns = [Return.objects.create(year=year, authority="E10000002") for year in years]
    Return.objects.update(imported_at=imported)
    for number, (born, *spells) in enumerate(children):
        key = {"of": returns[-1], "child": f"INVENTED{number:04}"}
        Child.objects.create(**key, born=born, sex="1")
        for began, ended, place in spells:
            Episode.objects.create(
                **key,
                began=began,
                ended=ended,
                reason_began="S",
                reason_ended="E8" if ended else "",
                legal_status="C2",
                place=place,
                provider="PR1",
                need="N1",
                carer=1,
            )
    store.forget()
    return returns


def price(**pounds: int) -> None:
    """A unit cost for each placement that is named."""
    for placement, amount in pounds.items():
        UnitCost.objects.create(placement=placement, pounds_a_week=amount, source="Budget book")


def day(text: str) -> date:
    return date.fromisoformat(text)
