"""A backup put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bucks_cs import audit, backups
from bucks_cs.refusals import Refused


class Command(BaseCommand):
    help = (
        "Puts a backup made by `backup` into an empty database, and brings it up to this version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="Throw away what is in the database now."
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            backups.restore(file, replace=options["replace"])
        except Refused as reason:
            raise CommandError(str(reason)) from reason
        call_command("migrate", interactive=False, verbosity=0)
        audit.record("restored a backup", file.name, by=None)
        self.stdout.write(f"Restored {file}.")
