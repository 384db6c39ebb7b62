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
Told: TypeAlias = tuple[Number, int | None]
"""A number, and what it is."""


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


def withhold(day: date, sums: Sums) -> None:
    """Withholds those of the day's figures that, shown together, would give a small number away.

    Revisions count too, as earlier editions and histories show them. What was hidden once stays so
    when it is revised: beside the rest of an earlier edition the new figure would tell it.
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
        .order_by("revision")
    )
    _withhold(one.pk for one in to_withhold(known, sums))


def to_withhold(known: Sequence[Outturn], sums: Sums) -> list[Outturn]:
    """Which of a day's figures must be withheld: of those that stand and those that they took the
    place of, the oldest revision first."""
    once = {key_of(one) for one in known if is_kept_back(one, one.series.measure.unit)}

    def is_back(one: Outturn) -> bool:
        stands = one.status == Status.APPROVED and key_of(one) in once
        return stands or is_kept_back(one, one.series.measure.unit)

    back = [one for one in known if one.status == Status.APPROVED and is_back(one)]
    return [*back, *must_hide(_editions(known), is_back, sums)]


def _editions(known: Iterable[Outturn]) -> list[list[Outturn]]:
    """The figures as first approved, as revised once, and so on to how they stand."""
    revisions: dict[Key, list[Outturn]] = {}
    for one in known:
        revisions.setdefault(key_of(one), []).append(one)
    most = max(map(len, revisions.values()), default=0)
    return [[found[: place + 1][-1] for found in revisions.values()] for place in range(most)]


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


def must_hide(
    editions: Iterable[Collection[Outturn]], is_back: Callable[[Outturn], bool], sums: Sums
) -> list[Outturn]:
    """Which figures must be hidden where these editions of a day are shown, beside those that are
    hidden anyway (`is_back`): all that tell a number which must be.

    A number that is the same in two editions is one number to the reader, and so one here.
    """
    counts: dict[Told, int | None] = {}
    add_up: dict[Sum[Told], None] = {}
    shown: set[Told] = set()
    telling: dict[Told, list[Outturn]] = {}
    for rows in editions:
        together = [*_by_category(rows, sums), *sums.add_up]
        here = _counts(rows, together, sums)
        known = {number: (number, count) for number, count in here.items()}
        counts |= {(number, count): count for number, count in here.items()}
        for whole, parts in together:
            if here.keys() >= {whole, *parts}:
                add_up[Sum(known[whole], tuple(known[part] for part in parts))] = None
        for one in rows:
            tells = [known[number] for number in told_by(one, sums)]
            for told in tells:
                telling.setdefault(told, []).append(one)
            if not is_back(one):
                shown.update(tells)
    hidden = protect(counts, add_up, counts.keys() - shown)
    return [one for told in hidden for one in telling.get(told, ())]


def _counts(
    rows: Iterable[Outturn], together: Iterable[Sum[Number]], sums: Sums
) -> dict[Number, int | None]:
    """The numbers that the figures of one edition tell, and those that they tell by subtraction;
    None where one may be known to be empty."""
    counts: dict[Number, int | None] = {}
    for one in rows:
        for number, count in told_by(one, sums).items():
            # Of two figures that disagree, the one that says that they are few.
            if counts.get(number) is None or is_small(count):
                counts[number] = count
    divided = {code for code, category in counts if category}
    for whole, parts in together:
        for part in parts:
            # Beside others of its list, one that is not told may be known to be empty.
            if part[1] and part[0] in divided:
                counts.setdefault(part, None)
        unknown = [number for number in (whole, *parts) if counts.get(number) is None]
        if len(unknown) == 1:
            told = sum(counts.get(part) or 0 for part in parts)
            of = counts.get(whole)
            counts[unknown[0]] = told if of is None else max(0, of - told)
    return counts


def told_by(one: Outturn, sums: Sums) -> dict[Number, int | None]:
    """The numbers of children that a figure tells. An average tells only of how many it is."""
    measure = one.series.measure
    number, out_of = sums.numbers_of(measure.code, one.series.category)
    below = None if one.denominator is None else ceil(one.denominator)
    if measure.unit == Unit.DAYS:
        return {out_of: below}
    return {number: counted(one.value, one.numerator, measure.unit), out_of: below}
