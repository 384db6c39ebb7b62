"""Rows that are made once a session and copied into each test that wants them: to load the whole
record takes two seconds, to copy what it made a hundredth of that."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction


class Kept:
    """What `make` makes in an empty database."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        with transaction.atomic():
            by_migrations = [table for table in _tables() if _filled([table])]
            self.result = make()
            made = [t for t in _tables() if t not in by_migrations and _filled([t])]
            self.rows = {table: _read(table) for table in made}
            transaction.set_rollback(True)
        self.models = [m for m in apps.get_models(include_auto_created=True) if _of(m) in made]

    def put(self) -> Any:
        """Puts it into the database of a test; where there is something already, by making it.
        Returns what `make` returned."""
        if _filled(self.rows):
            return self.make()
        with transaction.atomic():
            for table, rows in self.rows.items():
                _write(table, rows)
            with connection.cursor() as cursor:
                # New rows take numbers after those that were copied.
                for sql in connection.ops.sequence_reset_sql(no_style(), self.models):
                    cursor.execute(sql)
        return self.result


def _of(model: Any) -> str:
    return str(model._meta.db_table)


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _filled(tables: Iterable[str]) -> bool:
    """Whether there is a row in one of them."""
    some = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {some}")
        return bool(cursor.fetchone()[0])


def _read(table: str) -> Any:
    """The rows as the database itself writes them, past Django's and the driver's types."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text)
            return text.getvalue()
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608
        # With a plus a column is an expression, which the driver does not convert.
        plain = ", ".join(f'+"{column[0]}"' for column in cursor.description)
        cursor.execute(f'SELECT {plain} FROM "{table}"')  # noqa: S608
        return cursor.fetchall()


def _write(table: str, rows: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(rows))
        else:
            places = ", ".join("?" * len(rows[0]))
            insert = f'INSERT INTO "{table}" VALUES ({places})'  # noqa: S608
            cursor.connection.executemany(insert, rows)
