"""What the page of the years ahead does, for servers: from a folder of files to expected plans."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from send.ahead import MOST_YEARS, YEARS, Basis, look_ahead
from send.cohort_files import HEADINGS, Wrong, read
from send.estimation import counted, model_of, opening
from send.models import DataSet

FIELDS = ("year", "setting", "plans", "pounds")


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
            kind: (folder / f"{kind}.csv").read_text(encoding="utf-8-sig", errors="replace")
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
        counts = counted(data.space, data.transitions, data.population)
        model = model_of(
            counts, opening(data.space, data.transitions), data.population, years,
            unit_costs=data.unit_costs, places=data.places,
        )  # fmt: skip
        shown = look_ahead(Basis(DataSet(name=folder.name), data, counts, model), years)
        records = [
            {"year": row.year, "setting": setting, "plans": round(heads, 2), "pounds": pounds}
            for row in shown.rows
            for setting, heads, pounds in (
                ("", row.plans, row.pounds),
                *(
                    (name, one, None)
                    for name, one in zip(shown.settings, row.by_setting, strict=True)
                ),
            )
        ]
        if format == "json":
            self.stdout.write(json.dumps(records, indent=1, ensure_ascii=False))
            return
        writer = csv.DictWriter(self.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
