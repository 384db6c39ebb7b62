"""A generated national set: every authority, its comparators, measures and months.

The figures are random and mean nothing. They stand in the order in which a ledger grows, month
by month, so that a series' figures are as far apart on disk as they would be in service.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import connection

from bucks_cs.lib.periods import add_months
from scorecard.models import (
    Area,
    AreaKind,
    Measure,
    Outturn,
    Rebase,
    Series,
    Target,
    Unit,
)
from scorecard.rag import Polarity, ToleranceKind

FIRST_MONTH = date(2005, 4, 1)
COMPARATORS = 11
"""Of the areas: one nation, nine regions, and a group that is everybody's neighbours."""


@dataclass(frozen=True)
class Size:
    areas: int
    measures: int
    months: int

    @property
    def outturns(self) -> int:
        return self.areas * self.measures * self.months

    @property
    def last_month(self) -> date:
        return add_months(FIRST_MONTH, self.months - 1)

    def __str__(self) -> str:
        return (
            f"{self.areas} areas x {self.measures} measures x {self.months} months, "
            f"{self.outturns:,} outturns"
        )


def generate(size: Size) -> None:
    """Fills an empty database. The indexes of the outturns are made after the load."""
    _areas(size)
    _measures(size)
    every = [(m, a) for m in Measure.objects.all() for a in Area.objects.all()]
    Series.objects.bulk_create((Series(measure=m, area=a) for m, a in every), batch_size=5000)
    Rebase.objects.bulk_create(
        Rebase(series=series, month=add_months(FIRST_MONTH, size.months // 2), reason="Recounted")
        for series in Series.objects.filter(pk__endswith="00")
    )
    _outturns(size)


def _areas(size: Size) -> None:
    def area(number: int) -> Area:
        home = number == COMPARATORS
        kind = AreaKind.AUTHORITY if number >= COMPARATORS else AreaKind.REGION
        code = settings.HOME_AREA if home else f"area-{number:03}"
        return Area(code=code, name=f"Area {number}", kind=kind)

    nation, neighbours, *regions = Area.objects.bulk_create(map(area, range(COMPARATORS)))
    others = Area.objects.bulk_create(map(area, range(COMPARATORS, size.areas)))
    for number, other in enumerate(others):
        other.nation, other.neighbours = nation, neighbours
        other.region = regions[number % len(regions)]
    Area.objects.bulk_update(others, ["nation", "neighbours", "region"])


def _measures(size: Size) -> None:
    polarities = [Polarity.HIGHER, Polarity.LOWER, Polarity.HIGHER, Polarity.NONE, Polarity.BAND]
    measures = Measure.objects.bulk_create(
        Measure(
            code=f"measure-{number:03}",
            name=f"Per cent of measure {number}",
            short_name=f"Measure {number}",
            theme=f"Theme {number % 8}",
            order=number,
            on_scorecard=True,
            unit=Unit.PERCENT,
            polarity=polarities[number % len(polarities)],
            tolerance_kind=list(ToleranceKind)[number % 2],
            numerator_label="Done",
            denominator_label="All",
        )
        for number in range(size.measures)
    )
    Target.objects.bulk_create(
        Target(
            measure=measure,
            starts=add_months(FIRST_MONTH, months),
            value=Decimal(40 + step),
            upper=Decimal(80) if measure.polarity == Polarity.BAND else None,
        )
        for measure in measures
        for step, months in enumerate((12, size.months // 2, size.months + 6))
    )


def _outturns(size: Size) -> None:
    table = Outturn._meta.db_table
    with connection.schema_editor() as editor:
        for index in Outturn._meta.indexes:
            editor.remove_index(Outturn, index)
        for constraint in Outturn._meta.constraints:
            editor.remove_constraint(Outturn, constraint)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"""
            INSERT INTO {table} (
                series_id, period_kind, period_start, period_end, revision, projection,
                numerator, denominator, value, absence, withheld, commentary, reason,
                returned_reason, status, source, version, vintage, printed_rag, entered_at,
                saved_at, approved_at, locator, printed, source_note
            )
            SELECT
                series, 'month', month, month + interval '1 month' - interval '1 day', 1, FALSE,
                CASE WHEN there THEN done END, CASE WHEN there THEN total END,
                CASE WHEN there THEN round(100 * done / total, 1) END,
                CASE WHEN there THEN '' ELSE 'not_available' END,
                FALSE, '', '', '', 'approved', 'typed', 1, '', '', now(), now(), now(), '', '', ''
            FROM (
                SELECT
                    series.id AS series, month::date AS month, random() < 0.99 AS there,
                    floor(40 + 60 * random() + series.id %% 100)::numeric AS done, 200 AS total
                FROM generate_series(
                    %s::date, %s::date, interval '1 month'
                ) AS month CROSS JOIN {Series._meta.db_table} AS series
                ORDER BY month, series.id
            ) AS figure
            """,
            [FIRST_MONTH, size.last_month],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    with connection.schema_editor() as editor:
        for constraint in Outturn._meta.constraints:
            editor.add_constraint(Outturn, constraint)
        for index in Outturn._meta.indexes:
            editor.add_index(Outturn, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def there(size: Size) -> bool:
    """Whether the database holds such a set already, from an earlier run."""
    return (
        Series.objects.count() == size.areas * size.measures
        and Outturn.objects.count() == size.outturns
    )
