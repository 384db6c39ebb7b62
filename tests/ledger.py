"""Figures on looked-after children for tests, in as few words as they need."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bucks_cs.lib.periods import PeriodKind
from scorecard.models import AreaKind, Document, Measure, Outturn, Unit
from scorecard.rag import Polarity
from tests.factories import AreaFactory, MeasureFactory, OutturnFactory, SeriesFactory

MARCH = date(2021, 3, 1)


def document() -> Document:
    found, _ = Document.objects.get_or_create(
        code="paper", defaults={"title": "The paper", "date": date(2022, 1, 20)}
    )
    return found


def measure(code: str, **fields: Any) -> Measure:
    """A number of children; with `of`, a percentage of those."""
    of = fields.pop("of", "")
    kind = {
        "unit": Unit.PERCENT if of else Unit.COUNT,
        "numerator_label": "Those" if of else "",
        "denominator_label": of,
    }
    found: Measure = MeasureFactory(
        code=code, **(kind | {"polarity": Polarity.NONE, "decimals": 0} | fields)
    )
    return found


def figure(code: str, value: float | None, year: int = 2021, **fields: Any) -> Outturn:
    """A figure at 31 March of a year, printed in a document: with `of` a percentage."""
    area = fields.pop("area", "bucks")
    kinds = {"england": AreaKind.NATION, "south-east": AreaKind.REGION}
    series = SeriesFactory(
        measure=measure(code, of=fields.pop("of", "")),
        area=AreaFactory(code=area, kind=kinds.get(area, AreaKind.AUTHORITY)),
        category=fields.pop("category", ""),
    )
    day = fields.pop("day", date(year, 3, 31))
    found: Outturn = OutturnFactory(
        series=series,
        value=None if value is None else Decimal(str(value)),
        **(
            {
                "period_kind": PeriodKind.DATE,
                "period_start": day,
                "period_end": day,
                "document": document(),
                "absence": "not_stated" if value is None else "",
                "approved_at": datetime(2022, 1, 20, tzinfo=UTC),
            }
            | fields
        ),
    )
    return found
