"""Which figures of a day would, shown together, give a small number away.

The scorecard hides what is small, and what gives it away within one measure. Measures of
looked-after children tell the same children many times over, and only this room knows how: `sums`
says what is a sum of what. The scorecard keeps the answer with each figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from math import ceil
from typing import Any

from bucks_cs.lib.disclosure import Sum, is_small, protect
from scorecard.models import Outturn, Status, Unit
from scorecard.presenters import Key, counted, is_kept_back
from scorecard.rows import key_of

from .counting import SECTIONS, scorecard_code
from .sums import ADD_UP, OUT_OF, SAME, Number, numbers_of

COUNTED = {scorecard_code(code) for codes in SECTIONS.values() for code in codes}
CODES = frozenset({*COUNTED, *SAME, *OUT_OF})
"""Measures that tell of looked-after children, and what a reader may set against them."""


def judge(sender: object, *, outturns: Sequence[Outturn], **_: Any) -> None:
    """When figures are approved, works out what must be withheld of each day that they tell of."""
    for day in sorted({o.period_end for o in outturns if o.series.measure.code in CODES}):
        withhold(day)


def withhold(day: date) -> int:
    """Withholds those of the day's approved figures that, shown together, would give a small
    number away. Returns how many more.

    What was hidden once stays so, and so do its revisions: beside the rest of an earlier edition
    they would tell it.
    """
    known = list(
        Outturn.objects.actual()
        .home()
        .filter(
            period_end=day,
            series__measure__code__in=CODES,
            status__in=(Status.APPROVED, Status.SUPERSEDED),
        )
        .select_related("series__measure")
    )
    rows = [one for one in known if one.status == Status.APPROVED]
    once = {key_of(one) for one in known if is_kept_back(one, one.series.measure.unit)}
    hidden = must_hide(rows, once)
    more = [
        one.pk
        for one in rows
        if not one.withheld and (key_of(one) in once or not hidden.isdisjoint(told_by(one)))
    ]
    return Outturn.objects.filter(pk__in=more).update(withheld=True)


def _by_category(rows: Iterable[Outturn]) -> list[Sum[Number]]:
    """The categories of each measure add up to its whole."""
    parts: dict[str, dict[Number, None]] = {}
    for one in rows:
        code, category = one.series.measure.code, one.series.category
        if category:
            parts.setdefault(code, {})[code, category] = None
    return [Sum(numbers_of(code, "")[0], tuple(found)) for code, found in parts.items()]


def must_hide(rows: Iterable[Outturn], once: Collection[Key]) -> set[Number]:
    """The numbers of children that must be hidden where these figures of a day are shown, but for
    the figures (by their keys) that are small or were hidden once."""
    counts: dict[Number, int] = {}
    shown: set[Number] = set()
    for one in rows:
        for number, count in told_by(one).items():
            # Of two figures that disagree, the one that says that they are few.
            if count is not None and (number not in counts or is_small(count)):
                counts[number] = count
        if key_of(one) not in once:
            shown |= told_by(one).keys()
    sums = [*_by_category(rows), *ADD_UP]
    for whole, parts in sums:
        unknown = [number for number in (whole, *parts) if number not in counts]
        if len(unknown) == 1:
            known = sum(counts.get(part, 0) for part in parts)
            counts[unknown[0]] = max(0, counts[whole] - known) if whole in counts else known
    return protect(counts, sums, counts.keys() - shown)


def told_by(one: Outturn) -> dict[Number, int | None]:
    """The numbers of children that a figure tells. An average tells only of how many it is."""
    measure = one.series.measure
    number, out_of = numbers_of(measure.code, one.series.category)
    below = None if one.denominator is None else ceil(one.denominator)
    if measure.unit == Unit.DAYS:
        return {out_of: below}
    return {number: counted(one.value, one.numerator, measure.unit), out_of: below}
