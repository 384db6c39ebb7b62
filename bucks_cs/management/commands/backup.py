"""Everything in the database, as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bucks_cs import audit, backups
from bucks_cs.refusals import Refused


class Command(BaseCommand):
    help = "Copies the whole database to FILE, while the service goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *arguments: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            backups.save(file)
        except Refused as reason:
            raise CommandError(str(reason)) from reason
        audit.record("made a backup", file.name, by=None, bytes=file.stat().st_size)
        self.stdout.write(f"Wrote {file} ({file.stat().st_size:,} bytes).")
