"""Measures the product at national size, in one run, as ratios: `make bench`.

It makes a database of its own on the PostgreSQL server of DATABASE_URL, and drops it at the end.
`--small` is a tenth of the size, to see that the bench works; its ratios mean little.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
DATABASE = "scorecard_bench"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the size")
    small = parser.parse_args().small
    server = urlsplit(os.environ.get("DATABASE_URL", SERVER))
    if not server.scheme.startswith("postgres"):
        print("The bench needs PostgreSQL: set DATABASE_URL to a server's address.")
        return 2
    try:
        with (
            database(server._replace(path="/postgres").geturl()),
            tempfile.TemporaryDirectory() as folder,
        ):
            set_up(server._replace(path=f"/{DATABASE}").geturl(), folder)
            return measure(small=small, folder=Path(folder))
    except psycopg2.OperationalError as reason:
        print(f"The bench needs PostgreSQL, with the right to make a database: {reason}".strip())
        return 2


@contextmanager
def database(server: str) -> Iterator[None]:
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield
        finally:
            cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            connection.close()


def set_up(address: str, folder: str) -> None:
    """Django as in service, but for a second factor and TLS, on the bench's own database."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bucks_cs.settings",
        "DATABASE_URL": address,
        "REDIS_URL": "",
        "VAR_DIR": folder,
        "SECRET_KEY": "of the bench, and nothing else: forty letters and more",
        "DEBUG": "0",
        "HTTPS": "0",
        "MFA_REQUIRED": "0",
        "LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(*, small: bool, folder: Path) -> int:
    """Prints the table. Answers 1 where an aim is missed at full size, else 0."""
    from . import lac, lac_projection, national, pages, papers, plans, recompute, rules, send_cohort
    from .table import printed

    of_papers = papers.measured()  # while there are no other figures than the record's
    size = national.Size(38, 100, 120) if small else national.Size(152, 250, 120)
    print(f"Generated figures: {size}.", flush=True)
    national.generate(size)
    lines = [
        *recompute.measured(size, folder),
        *rules.measured(size),
        *lac.measured(lac.LOOKED_AFTER // 10 if small else lac.LOOKED_AFTER),
        *lac_projection.measured(),
        *send_cohort.measured(send_cohort.PATHS // 10 if small else send_cohort.PATHS),
        *pages.measured(size),
        *plans.measured(size, plans.MANY // 10 if small else plans.MANY),
        *of_papers,
    ]
    print(printed(lines))
    return int(not small and not all(line.met for line in lines))


if __name__ == "__main__":
    sys.exit(main())
