"""What the upload page does, for servers with scheduled drops."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lac import importing, services
from lac.files import Problem, Wrong, from_folder
from lac.postcodes import NOWHERE
from scorecard.sheet import counted


class Command(BaseCommand):
    help = (
        "Imports SSDA903 files, each year's in place of what is held of that year, all or none. "
        "Exits with an error, and changes nothing, where anything is wrong: with every problem, "
        "by file, row and column."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="The CSV files of one year, or a folder of them for each."
        )
        parser.add_argument(
            "--postcodes",
            type=Path,
            help="A CSV file with pcd, laua, oseast1m and osnrth1m, or a zip of one. Without it, "
            "no distance is known.",
        )
        parser.add_argument(
            "--authority",
            default=settings.AUTHORITY,
            help=f"ONS code of the council whose children they are; {settings.AUTHORITY} if not "
            "given.",
        )

    def handle(
        self,
        *arguments: Any,
        folder: Path,
        postcodes: Path | None,
        authority: str,
        **options: Any,
    ) -> None:
        try:
            places = (
                importing.places_in(postcodes.name, postcodes.read_bytes())
                if postcodes
                else NOWHERE
            )
            done = services.import_returns(
                returns=from_folder(folder), places=places, authority=authority, by=None
            )
        except OSError as wrong:
            raise CommandError(f"{wrong.filename} cannot be read: {wrong.strerror}.") from wrong
        except services.Refused as refused:
            raise CommandError(str(refused)) from refused
        except Wrong as wrong:
            self._tell(wrong.problems)
            refusing = sum(problem.refuses for problem in wrong.problems)
            raise CommandError(f"{counted(refusing, 'problem')}. Nothing was loaded.") from wrong
        self._tell(done.doubts)
        for year, counts in done.loaded.items():
            rows = ", ".join(f"{number:,} {kind}" for kind, number in counts.items())
            self.stdout.write(f"{year}: {rows}".replace("_", " "))

    def _tell(self, problems: Any) -> None:
        for problem in problems:
            said: Problem = problem
            self.stderr.write(f"{'' if said.refuses else 'Doubt: '}{said}")
