"""The figures of a day, for other programs."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bucks_cs.lib.periods import day_label
from lac import counting
from lac.models import Return

FIELDS = ("code", "category", "numerator", "denominator", "value")


class Command(BaseCommand):
    help = (
        "Prints every measure of looked-after children on a day, counted from the returns held: a "
        "list of code, category, numerator, denominator and value. The value is a number, or per "
        "cent of a ratio, and null where the denominator is 0; a number has no denominator. The "
        "day must be in the financial year of a return that is held, and no later than its import: "
        "of another day nothing is printed, and it exits with an error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", help="As 2024-03-31.")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *arguments: Any, day: str, format: str, **options: Any) -> None:
        try:
            asked = date.fromisoformat(day)
        except ValueError as wrong:
            raise CommandError(f"“{day}” is not a day: write it as 2024-03-31.") from wrong
        if not Return.objects.exists():
            raise CommandError("No return is held: import one with import_ssda903.")
        if not counting.is_covered(asked):
            held = "; ".join(
                f"{one}, imported on {day_label(timezone.localdate(one.imported_at))}"
                for one in Return.objects.all()
            )
            raise CommandError(f"No return held covers {day_label(asked)}. Held: {held}.")
        records = counting.records(counting.figures(asked))
        if format == "json":
            self.stdout.write(json.dumps(records, indent=1, ensure_ascii=False))
        else:
            writer = csv.DictWriter(self.stdout, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)
