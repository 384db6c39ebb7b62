"""Which figures of a day would, shown together, give a small number away.

The ledger hides what is small, and what gives it away within one measure. Where measures tell the
same children many times over, only their own room knows how: it says what is a sum of what, and
the answer is kept with each figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from math import ceil
from typing import Any, NamedTuple, TypeAlias

from bucks_cs.lib.disclosure import Sum, is_small, protect

from .hidden import hidden_among
from .models import Outturn, Status, Unit
from .presenters import Key, counted, is_kept_back
from .rows import key_of

Number: TypeAlias = tuple[str, str]
"""A number of children: the measure that tells it, and the category; empty for the whole."""


class Sums(NamedTuple):
    """What a room knows of its measures."""

    codes: Collection[str]
    """The measures that it speaks of."""
    numbers_of: Callable[[str, str], tuple[Number, Number]]
    """Of a measure's code and a category: the number that its figure tells, and the one that it
    is out of."""
    add_up: Sequence[Sum[Number]] = ()
    """Numbers that add up, beside the categories of each measure, which add up to its whole."""


def judge(sender: object, *, outturns: Sequence[Outturn], sums: Sums, **_: Any) -> None:
    """When figures are approved, works out what must be withheld of each day that they tell of."""
    for day in sorted({o.period_end for o in outturns if o.series.measure.code in sums.codes}):
        withhold(day, sums)


def withhold(day: date, sums: Sums) -> int:
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
            series__measure__code__in=sums.codes,
            status__in=(Status.APPROVED, Status.SUPERSEDED),
        )
        .select_related("series__measure")
    )
    rows = [one for one in known if one.status == Status.APPROVED]
    once = {key_of(one) for one in known if is_kept_back(one, one.series.measure.unit)}
    hidden = must_hide(rows, once, sums)
    more = [
        one.pk
        for one in rows
        if not one.withheld and (key_of(one) in once or not hidden.isdisjoint(told_by(one, sums)))
    ]
    return Outturn.objects.filter(pk__in=more).update(withheld=True)


def keep_hidden(outturns: Iterable[Outturn]) -> None:
    """Withholds what is hidden now of the measures and days of these figures, and every revision
    of a figure that was hidden once. What a reader may not see beside one edition must not be
    shown beside the next: of two that add up, the one that stayed would tell what the other was.

    Rooms that know more sums withhold more; this is for every measure that has categories.
    """
    outturns = list(outturns)
    scope = {
        "series__measure__in": {one.series.measure_id for one in outturns},
        "series__area__in": {one.series.area_id for one in outturns},
        "period_end__in": {one.period_end for one in outturns},
    }
    kept = Outturn.objects.actual().filter(**scope)
    revised = kept.filter(status=Status.SUPERSEDED).small()
    once = set(revised.order_by().values_list("series", "period_start", "period_end"))
    standing = kept.approved()
    if once:
        of_them = standing.filter(series__in={series for series, *_ in once}, withheld=False)
        _withhold(one.pk for one in of_them if key_of(one) in once)
    _withhold(hidden_among(standing).values())


def _withhold(keys: Iterable[int]) -> None:
    if keys := list(keys):
        Outturn.objects.filter(pk__in=keys, withheld=False).update(withheld=True)


def _by_category(rows: Iterable[Outturn], sums: Sums) -> list[Sum[Number]]:
    """The categories of each measure add up to its whole."""
    parts: dict[str, dict[Number, None]] = {}
    for one in rows:
        code, category = one.series.measure.code, one.series.category
        if category:
            parts.setdefault(code, {})[sums.numbers_of(code, category)[0]] = None
    return [Sum(sums.numbers_of(code, "")[0], tuple(found)) for code, found in parts.items()]


def must_hide(rows: Iterable[Outturn], once: Collection[Key], sums: Sums) -> set[Number]:
    """The numbers of children that must be hidden where these figures of a day are shown, but for
    the figures (by their keys) that are small or were hidden once."""
    counts: dict[Number, int | None] = {}
    shown: set[Number] = set()
    for one in rows:
        for number, count in told_by(one, sums).items():
            # Of two figures that disagree, the one that says that they are few.
            if counts.get(number) is None or is_small(count):
                counts[number] = count
        if key_of(one) not in once:
            shown |= told_by(one, sums).keys()
    add_up = [*_by_category(rows, sums), *sums.add_up]
    divided = {code for code, category in counts if category}
    for whole, parts in add_up:
        for part in parts:
            # Beside others of its list, one that is not told may be known to be empty.
            if part[1] and part[0] in divided:
                counts.setdefault(part, None)
        unknown = [number for number in (whole, *parts) if counts.get(number) is None]
        if len(unknown) == 1:
            known = sum(counts.get(part) or 0 for part in parts)
            of = counts.get(whole)
            counts[unknown[0]] = known if of is None else max(0, of - known)
    return protect(counts, add_up, counts.keys() - shown)


def told_by(one: Outturn, sums: Sums) -> dict[Number, int | None]:
    """The numbers of children that a figure tells. An average tells only of how many it is."""
    measure = one.series.measure
    number, out_of = sums.numbers_of(measure.code, one.series.category)
    below = None if one.denominator is None else ceil(one.denominator)
    if measure.unit == Unit.DAYS:
        return {out_of: below}
    return {number: counted(one.value, one.numerator, measure.unit), out_of: below}
