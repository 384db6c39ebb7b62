"""Loads the published record from `fixtures/` into the ledger, or another council's in its form.

Loading again adds what is missing and changes nothing: what people have made of a measure, a
target or a figure since is theirs. A room to the right loads a folder of its own the same way,
from the documents, areas and measures that are there already; a file that it has not is left out.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import Period, PeriodKind, parse_month
from bucks_cs.record import WrongFixture

from . import rag, services, snapshots
from .deciding import approved
from .models import (
    Area,
    Baseline,
    Document,
    GroupMember,
    Measure,
    Outturn,
    Publication,
    Series,
    Source,
    Status,
    Target,
)


class Loader:
    """One pass over a folder of fixtures; `added` counts the new records. `measures` names the
    files of measures."""

    def __init__(self, folder: Path, measures: Sequence[str] = ("measures",)) -> None:
        self.folder = folder
        self.measure_files = measures
        self.place = ""  # the row being read, for messages
        self.added: Counter[str] = Counter()
        self.documents = {document.code: document for document in Document.objects.all()}
        self.areas = {area.code: area for area in Area.objects.all()}
        self.measures = {measure.code: measure for measure in Measure.objects.all()}
        self.series: dict[tuple[str, str, str], Series] = {}

    def load(self) -> Counter[str]:
        for row in self.rows_toml("documents", "document"):
            code, day = row.pop("code"), _day(row.pop("date"))
            self.documents[code] = self._keep(Document, {"code": code}, date=day, **row)
        self._load_areas()
        for name in self.measure_files:
            for row in self.rows_toml(name, "measure"):
                self._load_measure(row)
        for row in self._csv("targets"):
            self._keep(
                Target,
                {"measure": self.measures[row["measure"]], "starts": _day(row["starts"])},
                value=Decimal(row["value"]),
                upper=None,
                **self._origin(row),
            )
        for row in self._csv("baselines"):
            series = self._series(row["measure"], row["area"], "")
            self._keep(
                Baseline,
                {"series": series, "label": row["label"]},
                value=Decimal(row["value"]),
                **self._origin(row),
            )
        self._load_outturns()
        return self.added

    def _load_areas(self) -> None:
        def links(row: dict[str, Any]) -> dict[str, Area]:
            named = ("neighbours", "region", "nation")
            return {link: self.areas[row[link]] for link in named if link in row}

        rows = list(self.rows_toml("areas", "area"))
        for row in sorted(rows, key=lambda row: "neighbours" in row):
            self.areas[row["code"]] = self._keep(
                Area,
                {"code": row["code"]},
                name=row["name"],
                kind=row["kind"],
                ons=row.get("ons", ""),
                statistic=row.get("statistic", ""),
                note=row.get("note", ""),
                **links(row),
                **self._origin({**row, "note": ""}),
            )
        for row in rows:
            group = self.areas[row["code"]]
            for member in row.get("members", ()):
                self._keep(GroupMember, {"group": group, "area": self.areas[member]})

    def _load_measure(self, row: dict[str, Any]) -> None:
        plain = (
            "name short_name definition why unit frequency decimals numerator_label "
            "denominator_label theme on_scorecard order"
        )
        self.measures[row["code"]] = self._keep(
            Measure,
            {"code": row["code"]},
            polarity=rag.Polarity[row["polarity"].upper()],
            tolerance=Decimal(str(row["tolerance"])),
            tolerance_kind=rag.ToleranceKind[row["tolerance_kind"].upper()],
            also_printed_as="; ".join(row["aliases"]),
            active=row.get("active", True),
            **{name: row[name] for name in plain.split()},
            **self._origin(row),
        )

    def _load_outturns(self) -> None:
        """Only figures that are not there yet: what people did with one since is theirs. They
        are approved, so nobody else approves meanwhile."""
        snapshots.lock_approvals()
        there = {
            (o.series_id, o.period_start, o.period_end, o.projection) for o in Outturn.objects.all()
        }
        new = []
        for row in self._csv("outturns"):
            series = self._series(row["measure"], row["area"], row["category"])
            outturn = self._outturn(series, row)
            key = (series.pk, outturn.period_start, outturn.period_end, outturn.projection)
            if key not in there:
                new.append(outturn)
        Outturn.objects.bulk_create(new)
        approved.send(Outturn, outturns=new)
        self.added["outturn"] += len(new)

    def _outturn(self, series: Series, row: dict[str, str]) -> Outturn:
        origin = self._origin(row)
        outturn = Outturn(
            series=series,
            period_kind=row["period_kind"],
            period_start=_day(row["period_start"]),
            period_end=_day(row["period_end"]),
            projection=row["status"] == "projection",
            numerator=_number(row["numerator"]),
            denominator=_number(row["denominator"]),
            value=_number(row["value"]),
            absence=row["absence"],
            vintage=row["vintage"],
            printed_rag=row["printed_rag"],
            status=Status.APPROVED,
            source=Source.DOCUMENT,
            approved_at=_start_of(origin["document"].date),
            **origin,
        )
        Period(outturn.period_start, outturn.period_end, PeriodKind(outturn.period_kind))
        return outturn

    def _series(self, measure: str, area: str, category: str) -> Series:
        key = (measure, area, category)
        if key not in self.series:
            self.series[key] = self._keep(
                Series,
                {
                    "measure": self.measures[measure],
                    "area": self.areas[area],
                    "category": category,
                },
            )
        return self.series[key]

    def _origin(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "document": self.documents.get(row.get("document", "")),
            "locator": row.get("locator", ""),
            "printed": row.get("printed", ""),
            "source_note": row.get("note", ""),
        }

    def _keep(self, model: Any, key: dict[str, Any], **fields: Any) -> Any:
        """The record with that key: the one that is there, untouched, or a new one."""
        record, made = model.objects.get_or_create(**key, defaults=fields)
        self.added[str(model._meta.verbose_name)] += made
        return record

    def rows_toml(self, name: str, table: str) -> Iterator[dict[str, Any]]:
        path = self.folder / f"{name}.toml"
        rows = tomllib.loads(path.read_text(encoding="utf-8"))[table] if path.exists() else ()
        for number, row in enumerate(rows, start=1):
            self.place = f"{name}.toml, {table} {number}"
            yield row

    def _csv(self, name: str) -> Iterator[dict[str, str]]:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                self.place = f"{name}.csv, line {reader.line_num}"
                yield row


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@transaction.atomic
def load(folder: Path, measures: Sequence[str] = ("measures",)) -> Counter[str]:
    """Loads a folder of fixtures, computes the snapshots, and publishes the months that its
    documents published. Idempotent. Returns how many records of each kind were new. `measures`
    names the files of measures.

    Raises `WrongFixture`, and loads nothing, where a row is wrong.
    """
    loader = Loader(folder, measures)
    try:
        added = loader.load()
    except KeyError as missing:
        raise WrongFixture(f"{loader.place}: there is no {missing}.") from missing
    except (ValueError, InvalidOperation) as wrong:
        raise WrongFixture(f"{loader.place}: {wrong}") from wrong
    if added.total():
        services.compute_snapshots()
    for row in loader.rows_toml("publications", "publication"):
        month, document = parse_month(row["month"]), loader.documents[row["document"]]
        if not Publication.objects.filter(month=month).exists():
            services.freeze(month=month, at=_start_of(document.date), by=None, document=document)
            added["publication"] += 1
    if added.total():
        audit.record("loaded the published record", settings.COUNCIL_NAME, by=None, **added)
    return added
