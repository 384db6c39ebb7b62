"""Rows of returns into the database, and arrays out of it, in bulk."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from django.db import connection, models

from bucks_cs.lib.periods import financial_year

from .arrays import Arrays, Rows, merged
from .invented import NAME
from .models import Adoption, CareLeaver, Child, Episode, OfReturn, Return, Review

TABLES: dict[str, type[OfReturn]] = {
    "children": Child,
    "episodes": Episode,
    "reviews": Review,
    "care_leavers": CareLeaver,
    "adoptions": Adoption,
}
"""The parts of `Rows`, and the model that each is kept in."""

AT_ONCE = 5_000
"""Rows that are read or written in one go."""

Token: TypeAlias = tuple[tuple[int, int, datetime], ...]


# ---- in ----------------------------------------------------------------------------


def write(of: Return, rows: Rows) -> dict[str, int]:
    """Adds a return's rows, inside the caller's transaction, and says how many of each kind."""
    counts = {}
    for kind, model in TABLES.items():
        table: pd.DataFrame = getattr(rows, kind)
        counts[kind] = len(table)
        _write(model, table.assign(of=of.pk))
    return counts


def _write(model: type[OfReturn], table: pd.DataFrame) -> None:
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = [_plain(table[name]) for name in table.columns]
    names = ", ".join(connection.ops.quote_name(fields[name]) for name in table.columns)
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = pd.DataFrame(dict(enumerate(columns))).to_csv(
                index=False, header=False, na_rep=_NULL
            )
            copy = f"COPY {into} FROM STDIN (FORMAT csv, NULL '{_NULL}')"
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(copy, io.StringIO(text))
        else:
            marks = ", ".join(["%s"] * len(columns))
            rows = list(zip(*columns, strict=True))
            for first in range(0, len(rows), AT_ONCE):
                cursor.executemany(
                    f"INSERT INTO {into} VALUES ({marks})",  # noqa: S608  # our models' own names
                    rows[first : first + AT_ONCE],
                )


_NULL = r"\N"


def _plain(column: pd.Series) -> list[Any]:
    """A column as every database takes it; None for what is not known."""
    if column.dtype.kind == "M":
        days = column.to_numpy("datetime64[D]")
        return [None if day == "NaT" else day for day in np.datetime_as_string(days).tolist()]
    values = column.tolist()
    return [None if value != value else value for value in values]  # NaN is not itself


# ---- out ---------------------------------------------------------------------------


_OF_POSTCODES = {
    *("cla_within_20_miles", "cla_over_20_miles_outside", "cla_distance_not_known"),
    *("cla_in_county", "cla_county_not_known"),
}
_OF_FILE: Mapping[str, set[str]] = {
    "Reviews": {"cla_reviews_in_time"},
    "UASC": {"cla_uasc"},
    "OC2": {"cla_immunisations", "cla_dental_check", "cla_health_assessment"},
    "OC3": {
        *("care_leavers", "care_leavers_in_touch", "care_leavers_eet"),
        "care_leavers_suitable_accommodation",
    },
    "AD1": {
        *("adopted_by_foster_carer", "adoption_entry_to_placed_days"),
        *("adoption_entry_to_placed_in_time", "adoption_order_to_match_days"),
        "adoption_order_to_match_in_time",
    },
}
"""The measures that each file is needed for."""


def not_told_on(day: date) -> set[str]:
    """The measures that the return of that day's year cannot give, because it came without the
    postcodes or a file: nobody near home would be a figure, and a wrong one."""
    held = Return.objects.filter(year=financial_year(day)).first()
    if held is None:
        return set()
    missing = {kind for kind in _OF_FILE if held.files and kind not in held.files}
    if not held.reviews.exists():
        missing.add("Reviews")
    untold = set().union(*(_OF_FILE[kind] for kind in missing))
    return untold if held.with_postcodes else untold | _OF_POSTCODES


def token() -> Token:
    """What changes whenever the returns held do."""
    return tuple(Return.objects.order_by("year").values_list("pk", "year", "imported_at"))


def digest() -> str:
    """The token in short, for a page to send back."""
    return hashlib.sha256(repr(token()).encode()).hexdigest()[:16]


def arrays() -> Arrays:
    """Everything that the returns held say. Kept in the process until they change."""
    return _arrays(token())


def forget() -> None:
    """Drops what the process keeps of returns."""
    _arrays.cache_clear()


@lru_cache(maxsize=1)
def _arrays(held: Token) -> Arrays:
    return merged([_read(pk, year) for pk, year, _ in held])


def _read(pk: int, year: int) -> Rows:
    return Rows(year, **{kind: _table(model, pk) for kind, model in TABLES.items()})


def _table(model: type[OfReturn], of: int) -> pd.DataFrame:
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.is_relation
    ]
    names = [field.attname for field in fields]
    rows = list(model._default_manager.filter(of=of).order_by("pk").values_list(*names))
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pd.DataFrame(
        {
            field.attname: _column(field, values)
            for field, values in zip(fields, columns, strict=True)
        }
    )


def _column(field: models.Field[Any, Any], values: Sequence[Any]) -> Any:
    if isinstance(field, models.DateField):
        return np.array(values, dtype="datetime64[D]")
    if isinstance(field, models.FloatField):
        return np.array(values, dtype=float)
    if isinstance(field, models.BigIntegerField):
        return np.array(values, dtype=np.int64)
    return np.array(values, dtype=object)


def is_invented() -> bool:
    """Whether children in the returns that are held are made up, to try the service with."""
    return Child.objects.filter(child__startswith=NAME).exists()
