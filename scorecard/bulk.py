"""Whole columns in and out of the database, as NumPy arrays.

There are two roads and one meaning. On PostgreSQL, binary COPY: the fast one, which a national
recompute needs. On any other database, the ORM. Both stay inside the caller's transaction.

A column is an array of int64, float64, int8 or datetime64[D]; NaN stands for NULL, both ways,
and no NaN is ever written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from django.db import DatabaseError, connection
from django.db.models import FloatField, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from numpy.typing import DTypeLike, NDArray

Column: TypeAlias = NDArray[Any]
Columns: TypeAlias = dict[str, Column]

AT_ONCE = 5_000
"""Rows that the ORM writes in one batch."""

# PostgreSQL's binary COPY: a header, then for each row its number of fields and, for each
# field, its length in bytes (-1: NULL) and its bytes, big end first; then a row of -1 fields.
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_WIRE = {
    "bigint": ">i8",
    "smallint": ">i2",
    "date": ">i4",
    "double precision": ">f8",
}
_DAY_ZERO = np.datetime64("2000-01-01", "D")
_READ_AS = {int: "bigint", date: "date", float: "double precision"}


def read(rows: QuerySet[Any], **columns: type) -> Columns:
    """The named columns of very many rows, in no order: `read(rows, series_id=int, value=float)`.

    `int` columns are of 64 bits. They and `date` columns hold no NULL; `float` columns may, and
    may be decimals.
    """
    if connection.vendor == "postgresql":
        return _copy_out(rows.order_by(), columns)
    return fetch(rows.order_by(), **columns)


def fetch(rows: QuerySet[Any], **columns: type) -> Columns:
    """The named columns of a small table by the ORM, in the rows' order; `str` columns too."""
    kinds = {int: "i8", date: "M8[D]", float: "f8", str: "O"}
    table = np.array(
        list(rows.values_list(*columns).iterator(AT_ONCE)),
        dtype=[(name, kinds[kind]) for name, kind in columns.items()],
    )
    return {name: np.ascontiguousarray(table[name]) for name in columns}


def write(model: type[Model], chunks: Iterable[Columns]) -> int:
    """Adds rows to the model's table, chunk by chunk; returns how many.

    Every chunk names the same columns. On PostgreSQL the rows of a chunk may be written in
    another order.
    """
    if connection.vendor == "postgresql":
        return _copy_in(model, chunks)
    return _create(model, chunks)


def clear(rows: QuerySet[Any], *, whole_table: bool) -> None:
    """Deletes the rows. A whole table is truncated where the database can: that is fast, and
    makes its readers wait for the end of the transaction."""
    if whole_table and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {_quoted(rows.model._meta.db_table)}")
    else:
        rows.delete()


# ---- any database ------------------------------------------------------------------


def _create(model: type[Model], chunks: Iterable[Columns]) -> int:
    written = 0
    for chunk in chunks:
        plain = [_plain(column) for column in chunk.values()]
        made = [model(**dict(zip(chunk, row, strict=True))) for row in zip(*plain, strict=True)]
        model._default_manager.bulk_create(made, batch_size=AT_ONCE)
        written += len(made)
    return written


def _plain(column: Column) -> list[Any]:
    if column.dtype.kind == "f":
        return [None if figure != figure else figure for figure in column.tolist()]
    return list(column.tolist())


# ---- PostgreSQL --------------------------------------------------------------------


def _copy_out(rows: QuerySet[Any], columns: dict[str, type]) -> Columns:
    absent = Value(float("nan"))
    wanted = (
        Coalesce(Cast(name, FloatField()), absent) if kind is float else name
        for name, kind in columns.items()
    )
    sql, params = rows.values_list(*wanted).query.sql_with_params()
    received = BytesIO()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        copy = cursor.cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT binary)", params)
        cursor.cursor.copy_expert(copy, received)
    row = _row({name: _WIRE[_READ_AS[kind]] for name, kind in columns.items()}, absent=())
    body = len(received.getbuffer()) - len(_HEADER) - len(_TRAILER)
    table = np.frombuffer(received.getbuffer(), row, body // row.itemsize, len(_HEADER))
    if body % row.itemsize or (table["fields"] != len(columns)).any():
        raise ValueError("A row is not as wide as its columns: an int or a date that is NULL?")
    return {name: _from_wire(table[name], kind) for name, kind in columns.items()}


def _from_wire(column: Column, kind: type) -> Column:
    native = column.astype(column.dtype.newbyteorder("="))
    return _DAY_ZERO + native if kind is date else native


def _copy_in(model: type[Model], chunks: Iterable[Columns]) -> int:
    chunks = iter(chunks)
    first = next(chunks, None)
    if first is None:
        return 0
    kinds = {field.attname: field.db_type(connection) for field in model._meta.concrete_fields}
    wire = {name: _WIRE[str(kinds[name])] for name in first}
    names = ", ".join(map(_quoted, first))
    table = _quoted(model._meta.db_table)
    sent = _Sent(_file_of(chain([first], chunks), wire))
    with connection.cursor() as cursor:
        try:
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(
                    f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", sent
                )
        except DatabaseError:
            if sent.failure:
                raise sent.failure from None  # what went wrong, not that COPY ended because of it
            raise
        return int(cursor.cursor.rowcount)


class _Sent:
    """What COPY reads: a part is made while PostgreSQL takes the one before."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = _one_ahead(parts)
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            return next(self._parts, b"")
        except Exception as failure:
            self.failure = failure
            raise


def _one_ahead(parts: Iterator[bytes]) -> Iterator[bytes]:
    with ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = worker.submit(next, parts, None)
            yield part


def _file_of(chunks: Iterable[Columns], wire: dict[str, str]) -> Iterator[bytes]:
    yield _HEADER
    for chunk in chunks:
        yield _encoded(chunk, wire)
    yield _TRAILER


def _encoded(chunk: Columns, wire: dict[str, str]) -> bytes:
    """The chunk's rows on the wire. A NULL has no bytes, so rows are grouped by which of their
    columns are NULL: within a group every row has one width."""
    may_be_absent = [name for name, column in chunk.items() if column.dtype.kind == "f"]
    pattern = np.zeros(len(next(iter(chunk.values()))), dtype=np.int64)
    for place, name in enumerate(may_be_absent):
        pattern |= np.isnan(chunk[name]).astype(np.int64) << place
    groups = []
    for number in np.unique(pattern):
        absent = [name for place, name in enumerate(may_be_absent) if number >> place & 1]
        rows = np.flatnonzero(pattern == number)
        row = _row(wire, absent)
        table = np.empty(len(rows), row)
        table["fields"] = len(wire)
        for name in wire:
            if name in absent:
                table[f"{name} length"] = -1
            else:
                table[f"{name} length"] = row[name].itemsize
                table[name] = _to_wire(chunk[name][rows])
        groups.append(table.tobytes())
    return b"".join(groups)


def _to_wire(column: Column) -> Column:
    return (column - _DAY_ZERO).astype(np.int32) if column.dtype.kind == "M" else column


def _row(wire: dict[str, str], absent: Iterable[str]) -> np.dtype[Any]:
    """The layout of one row, of which the absent columns are NULL."""
    layout: list[tuple[str, DTypeLike]] = [("fields", ">i2")]
    for name, kind in wire.items():
        layout.append((f"{name} length", ">i4"))
        if name not in absent:
            layout.append((name, kind))
    return np.dtype(layout)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
