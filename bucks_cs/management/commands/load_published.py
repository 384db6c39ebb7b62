"""Loads the published record from a folder of fixtures."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bucks_cs.record import WrongFixture, load


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            added = load(folder)
        except WrongFixture as wrong:
            raise CommandError(str(wrong)) from wrong
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(added.items()) if count)
        self.stdout.write(f"Added: {told}." if told else "All of it is there already.")
