"""An upload that waits for somebody's agreement, as their session keeps it between two pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bucks_cs.lib.periods import month_key, parse_month

from .entry import Entered
from .forms import FIGURE_FIELDS
from .imports import NUMBER_FIELDS, Remark
from .models import Series
from .services import Draft
from .upload import Happens, Report, ReportRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload whose report is looked at, and to which nobody has agreed yet."""

    key: str
    month: date
    file_name: str
    report: Report

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "month": month_key(self.month),
            "file_name": self.file_name,
            "rows": [
                (r.number, r.name, r.happens.value, r.before, r.after, r.remarks)
                for r in self.report.rows
            ],
            "drafts": [
                (draft.series.pk, draft.seen, *_to_texts(draft.entered))
                for draft in self.report.drafts
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], series: Iterable[Series]) -> Waiting:
        known = {one.pk: one for one in series}
        rows = [
            ReportRow(number, name, Happens(happens), before, after, [Remark(*r) for r in remarks])
            for number, name, happens, before, after, remarks in kept["rows"]
        ]
        drafts = [
            Draft(known[pk], _from_texts(texts), seen)
            for pk, seen, *texts in kept["drafts"]
            if pk in known
        ]
        month = parse_month(kept["month"])
        return cls(kept["key"], month, kept["file_name"], Report(rows, drafts))


def _to_texts(entered: Entered) -> list[str | None]:
    return [
        None if (given := getattr(entered, name)) is None else str(given) for name in FIGURE_FIELDS
    ]


def _from_texts(texts: Iterable[str | None]) -> Entered:
    given: dict[str, Any] = dict(zip(FIGURE_FIELDS, texts, strict=True))
    for name in NUMBER_FIELDS:
        given[name] = None if given[name] is None else Decimal(given[name])
    return Entered(**given)
