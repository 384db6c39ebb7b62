"""What the page of the years ahead does, for servers: from a folder of files to expected plans."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from send.ahead import MOST_YEARS, YEARS, based, look_ahead
from send.ahead_files import Line, lines
from send.cohort_files import HEADINGS, Wrong, read, says_invented, text_of
from send.models import DataSet


class Command(BaseCommand):
    help = (
        "Projects how many children will have a plan at the end of each year, in all and by "
        "setting, and at what cost, from transitions.csv, population.csv and states.csv (and "
        "costs.csv, places.csv) in a folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--years", type=int, choices=range(1, MOST_YEARS + 1), default=YEARS, metavar="YEARS"
        )
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args: Any, folder: Path, years: int, format: str, **options: Any) -> None:
        files = {
            kind: text_of((folder / f"{kind}.csv").read_bytes())
            for kind in HEADINGS
            if (folder / f"{kind}.csv").is_file()
        }
        try:
            data = read(files)
        except Wrong as wrong:
            for problem in wrong.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(wrong.problems)} to put right: nothing is projected."
            ) from None
        held = DataSet(name=folder.resolve().name, invented=says_invented(files))
        records = lines(look_ahead(based(held, data), years), held)
        if format == "json":
            told = [one._asdict() for one in records]
            self.stdout.write(json.dumps(told, indent=1, ensure_ascii=False))
            return
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(Line._fields)
        writer.writerows(records)
