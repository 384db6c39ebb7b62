"""A recompute against its floor: the same rows out of the database and in, and nothing else."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction

from scorecard.models import Outturn, Snapshot
from scorecard.services import compute_snapshots

from .national import Size
from .table import Line

WHOLE_AIM = 1.5
"""Times the floor."""
MEMORY_AIM = 2.0
"""GiB at the most."""
AREA_AIM = 1.0
"""Seconds for one area's month."""


def measured(size: Size, folder: Path) -> list[Line]:
    """Whole, one month, one area's month, each against the floor of this same run."""
    compute_snapshots()  # warms the caches, and makes the rows that the floor writes
    results = folder / "results"
    with results.open("wb") as file:
        _copy(f"COPY {Snapshot._meta.db_table} TO STDOUT (FORMAT binary)", file)
    whole, floor = [], []
    for _ in range(3):
        whole.append(_seconds(compute_snapshots))
        memory = peak_memory()
        floor.append(_seconds(_read_inputs) + _seconds(lambda: _write_results(results)))
    month = size.last_month
    one_month = _best(lambda: compute_snapshots(since=month, until=month))
    one_area = _best(
        lambda: compute_snapshots(since=month, until=month, areas=[settings.HOME_AREA])
    )
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {Snapshot._meta.db_table}")  # as PostgreSQL does by itself
    return [
        Line("Whole recompute: time / floor", min(whole) / min(floor), WHOLE_AIM),
        Line("Whole recompute: peak memory, GiB", memory, MEMORY_AIM),
        Line("One month of every area: time / floor", one_month / min(floor)),
        Line("One month of one area: time / floor", one_area / min(floor)),
        Line("One month of one area: seconds", one_area, AREA_AIM),
    ]


def peak_memory() -> float:
    """The most memory that this process has held, in GiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**30 if sys.platform == "darwin" else 2**20)


def _best(work: Callable[[], object]) -> float:
    return min(_seconds(work) for _ in range(3))


def _seconds(work: Callable[[], object]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # so that nobody pays for the work before
    began = perf_counter()
    work()
    return perf_counter() - began


class _Nowhere:
    def write(self, row: bytes) -> None:
        pass


def _read_inputs() -> None:
    columns = "series_id, period_start, period_end, value"
    _copy(f"COPY {Outturn._meta.db_table} ({columns}) TO STDOUT (FORMAT binary)", _Nowhere())


@transaction.atomic
def _write_results(results: Path) -> None:
    table = Snapshot._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
    with results.open("rb") as file:
        _copy(f"COPY {table} FROM STDIN (FORMAT binary)", file)


def _copy(command: str, file: object) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(command, file, 2**20)
