"""The whole database as one file, and back: SQLite by its online backup, PostgreSQL by pg_dump.

Both copy one moment, while people go on working; both put a backup back whole or not at all.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from .refusals import Refused

# What a new database holds by itself.
_NOT_DATA = {"django_migrations", "django_content_type", "auth_permission"}

_DROP_EVERYTHING = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', found.tablename);
  END LOOP;
END $$;
"""


def save(file: Path) -> None:
    """Writes the database to a new file, readable by its owner alone. Raises `Refused`."""
    if file.exists():
        raise Refused(f"{file} exists. Give the backup a name of its own.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}.")
    # Under another name until it is whole: half a backup must not look like one.
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if connection.vendor == "postgresql":
            _postgresql(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}"
            )
        else:
            connection.ensure_connection()
            with closing(sqlite3.connect(part)) as copy:
                connection.connection.backup(copy)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def restore(file: Path, *, replace: bool) -> None:
    """Puts a backup into the database. Raises `Refused` where the file is no backup of this kind
    of database, or where there is data already and it is not to be replaced."""
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    if not replace and _has_data():
        raise Refused("The database is not empty. --replace throws away what is in it.")
    if connection.vendor == "postgresql":
        _restore_postgresql(file)
    else:
        _restore_sqlite(file)
    connection.close()


def _has_data() -> bool:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in _NOT_DATA:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")  # noqa: S608
                if cursor.fetchone():
                    return True
    return False


def _restore_sqlite(file: Path) -> None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as backup:
        try:
            sound = backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            backup.execute("SELECT 1 FROM bucks_cs_user LIMIT 1")
        except sqlite3.DatabaseError:
            sound = False
        if not sound:
            raise Refused(f"{file} is not a whole backup of this service on SQLite.")
        connection.ensure_connection()
        backup.backup(connection.connection)


def _restore_postgresql(file: Path) -> None:
    if "bucks_cs_user" not in _postgresql("pg_restore", "--list", str(file)):
        raise Refused(f"{file} is not a backup of this service.")
    with TemporaryDirectory() as folder:
        # All of it is read before anything is dropped: a damaged file must not be half restored.
        script = Path(folder) / "restore.sql"
        _postgresql("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
        once = ("--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _postgresql("psql", *once, f"--command={_DROP_EVERYTHING}", f"--file={script}")


def _postgresql(tool: str, *arguments: str) -> str:
    """Runs one of PostgreSQL's own tools on this database, and returns what it wrote."""
    settings = connection.settings_dict
    where = {
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"]),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing that a visitor sends
            [tool, *arguments],
            env=os.environ | {name: value for name, value in where.items() if value},
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        raise Refused(f"{tool} is needed: install PostgreSQL’s client programs.") from None
    except subprocess.CalledProcessError as failed:
        raise Refused(f"{tool} failed: {failed.stderr.strip()}") from failed
    return done.stdout
