"""A full Cabinet report in its three formats, from the published record: where its time goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from time import perf_counter

from django.conf import settings
from django.db import transaction

from bucks_cs.record import load
from reports.document import Document
from reports.models import Basis, Kind
from reports.pack import prepared
from reports.print_charts import as_png, as_svg
from reports.quarters import Quarter
from reports.rendering import RENDER
from reports.scope import Scope
from scorecard.services import compute_snapshots

from .table import Line

RUNS = 3
TODAY = date(2026, 11, 26)
MOST_SECONDS = 10


@transaction.atomic
def measured() -> list[Line]:
    """The best of several runs each, after one that nobody times. For an empty database, which it
    leaves as it was."""
    load(settings.BASE_DIR / "fixtures")
    compute_snapshots()
    document = _drafted()
    parts = parts_of(document)
    for part in parts.values():
        part()
    seconds = {name: min(_time(part) for _ in range(RUNS)) for name, part in parts.items()}
    whole = sum(seconds[name] for name in ("preparing", *RENDER))
    drawing = "charts, drawn for Word and for PDF"
    rows = [
        Line(f"Cabinet report: {name} / the whole", seconds[name] / whole)
        for name in ("preparing", *RENDER)
    ]
    what = f"{len(document.sections)} sections, {len(list(document.charts()))} charts, 3 files"
    transaction.set_rollback(True)
    return [
        Line(f"Cabinet report ({what}): seconds on this machine", whole, MOST_SECONDS),
        *rows,
        Line(f"Cabinet report: {drawing} / the whole", seconds["charts"] / whole),
    ]


def _drafted() -> Document:
    drafted = prepared(Scope(Kind.CABINET, Quarter(2015, 4), Basis.PUBLISHED, TODAY))
    failed = [one.title for one in drafted.sections if one.failed]
    assert not failed, failed
    return replace(drafted, title="Children’s services performance")


def parts_of(document: Document) -> Mapping[str, Callable[[], object]]:
    charts = list(document.charts())
    return {
        "preparing": _drafted,
        "charts": lambda: [draw(chart) for chart in charts for draw in (as_png, as_svg)],
        **{name: _rendering(render, document) for name, render in RENDER.items()},
    }


def _rendering(render: Callable[[Document], bytes], document: Document) -> Callable[[], object]:
    return lambda: render(document)


def _time(part: Callable[[], object]) -> float:
    began = perf_counter()
    part()
    return perf_counter() - began
