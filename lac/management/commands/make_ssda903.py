"""Invented SSDA903 files, for tests and demonstration."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lac import invented


def _from_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("Give a number from 1.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Writes the SSDA903 files of an invented county, a folder a year, and its postcodes.csv. "
        "No child in them lives. The same seed gives the same files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = invented.County()
        parser.add_argument("folder", type=Path, help="Made if it is not there.")
        parser.add_argument("--seed", type=int, default=usual.seed)
        parser.add_argument(
            "--children",
            type=_from_one,
            default=usual.looked_after,
            help=f"About so many looked after at a time; {usual.looked_after} if not given.",
        )
        parser.add_argument("--years", type=_from_one, default=usual.years)

    def handle(
        self, *arguments: Any, folder: Path, seed: int, children: int, years: int, **options: Any
    ) -> None:
        if folder.is_dir() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty: nothing is written over.")
        county = invented.County(
            seed=seed, looked_after=children, years=years, authority=settings.AUTHORITY
        )
        try:
            for path, content in invented.files(county).items():
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        except OSError as wrong:
            raise CommandError(f"{folder} cannot be written: {wrong.strerror}.") from wrong
        self.stdout.write(
            f"Invented files in {folder}, for tests and demonstration: nobody in them lives. "
            f"Import them with: manage.py import_ssda903 {folder} "
            f"--postcodes {folder / 'postcodes.csv'}"
        )
