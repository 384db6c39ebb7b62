"""What a plan costs: by division, year and kind; and what could not be read as money, listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models.functions import Lower, Trim

from .models import Cost, CostKind, Division, Plan
from .reading import read_money

NOT_APPLICABLE = "n/a"
Column = tuple[str, CostKind]


@dataclass(frozen=True, slots=True)
class Sum:
    """Pounds that could be read, how many cells they were read from, and how many cells could
    not be read. A cell that is blank is none of these."""

    pounds: Decimal = Decimal(0)
    read: int = 0
    unread: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.pounds + other.pounds, self.read + other.read, self.unread + other.unread)

    def __str__(self) -> str:
        found = [
            *([money_words(self.pounds)] if self.read else []),
            *([f"{self.unread} not read"] if self.unread else []),
        ]
        return " and ".join(found) or "None printed"


def money_words(pounds: Decimal) -> str:
    """£1,250; £40k would be the paper's way, and hides what was rounded."""
    return f"£{pounds:,.2f}" if pounds % 1 else f"£{pounds:,.0f}"


@dataclass(frozen=True, slots=True)
class Costs:
    """`columns` are the years and kinds in order; `rows` the sums of each division, by column;
    `unread` every cell that is in no sum; `not_applicable` how many say that there is no cost."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Division, tuple[Sum, ...]], ...]
    unread: tuple[Cost, ...]
    not_applicable: int

    @property
    def totals(self) -> tuple[Sum, ...]:
        return tuple(added(sums[place] for _, sums in self.rows) for place in self._places)

    @property
    def by_kind(self) -> dict[str, Sum]:
        return self._by_kind(self.totals)

    @property
    def by_division(self) -> dict[int, dict[str, Sum]]:
        return {division.pk: self._by_kind(sums) for division, sums in self.rows}

    def _by_kind(self, sums: Iterable[Sum]) -> dict[str, Sum]:
        """One-off money of all years together, and ongoing money year by year: it comes back each
        year, so it is added neither to the one nor over the years."""
        found: defaultdict[str, Sum] = defaultdict(Sum)
        for (year, kind), one in zip(self.columns, sums, strict=True):
            found[kind.label if kind == CostKind.ONE_OFF else f"{kind.label} {year}"] += one
        return dict(sorted(found.items(), key=lambda item: item[0] != CostKind.ONE_OFF.label))

    @property
    def _places(self) -> range:
        return range(len(self.columns))


def spend_words(by_kind: Mapping[str, Sum]) -> str:
    """One-off £40,000; ongoing 2015/16 £5,000."""
    found = [f"{kind} {one}" for kind, one in by_kind.items() if one != Sum()]
    return "; ".join(found).capitalize() or str(Sum())


def added(sums: Iterable[Sum]) -> Sum:
    return sum(sums, start=Sum())


def costs_of(plan: Plan) -> Costs:
    """A plan's costs. "N/A" is no cost, and is neither summed nor listed."""
    every = Cost.objects.filter(action__plan=plan).annotate(said=Lower(Trim("printed")))
    cells = every.exclude(said=NOT_APPLICABLE)
    summed = cells.order_by().values_list("action__division", "year", "kind")
    sums: defaultdict[tuple[int, str, str], Sum] = defaultdict(Sum)
    for division_id, year, kind, pounds, read, all_ in summed.annotate(
        models.Sum("amount"), models.Count("amount"), models.Count("pk")
    ):
        sums[division_id, year, kind] = Sum(pounds or Decimal(0), read, all_ - read)
    columns = sorted(
        {(year, CostKind(kind)) for _, year, kind in sums},
        key=lambda column: (column[0], column[1] != CostKind.ONE_OFF),
    )
    rows = tuple(
        (division, tuple(sums[division.pk, year, kind] for year, kind in columns))
        for division in plan.divisions.select_related("plan")
    )
    unread = (
        cells.filter(amount__isnull=True)
        .select_related("action__plan", "action__division")
        .order_by("action__order", "year", "kind")
    )
    not_applicable = every.filter(said=NOT_APPLICABLE).count()
    return Costs(tuple(columns), rows, tuple(unread), not_applicable)


def doubt_of(cost: Cost) -> str:
    """What is doubtful about a cell: what was noted of it, else why it cannot be read."""
    return cost.source_note or read_money(cost.printed).doubt


def why_unread(cost: Cost) -> str:
    """Why a cell is in no sum."""
    return read_money(cost.printed).doubt or "Nobody has said yet how much it is."
