"""What the page of the years ahead does, for servers."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bucks_cs.scenarios import BASE
from lac import futures
from lac.ahead import MOST_YEARS, YEARS, Ahead, Basis, basis, look_ahead
from lac.ahead_files import LINE, lines
from lac.ahead_words import finding
from lac.flows import BANDS, PLACEMENTS
from lac.models import Scenario
from lac.simulation import PERCENTILES

MOST_PATHS = 100_000


def _number(most: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ArgumentTypeError(f"Give a number from 1 to {most:,}.")
        return int(text)

    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"“{text}” is not a day: write it as 2024-03-31.") from wrong


class Command(BaseCommand):
    help = (
        "Projects how many looked-after children there will be at the end of each month, by "
        "placement and by age, and at what cost. Exits with an error where no return is held."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--years", type=_number(MOST_YEARS), default=YEARS, help=f"{YEARS} if not given."
        )
        parser.add_argument(
            "--since",
            type=_day,
            help="Rates are counted from the day after this one, 2021-03-31; from three years "
            "before the first day projected if not given.",
        )
        parser.add_argument("--scenario", help="The name of a saved scenario; else the base.")
        parser.add_argument("--format", choices=("json", "csv"), default="json")
        parser.add_argument(
            "--simulate", type=_number(MOST_PATHS), help="How many futures, for their spread."
        )
        parser.add_argument("--seed", type=int, default=futures.SEED)

    def handle(self, *arguments: Any, **options: Any) -> None:
        scenario = _scenario(options["scenario"])
        try:
            found = basis(since=options["since"])
        except ValueError as wrong:
            raise CommandError(str(wrong)) from wrong
        if found is None:
            raise CommandError("No return is held: import one with import_ssda903.")
        changes, years = scenario.changes if scenario else [], options["years"]
        fan = None
        if paths := options["simulate"]:
            made = futures.made(found, changes, years=years, paths=paths, seed=options["seed"])
            fan = futures.read(made)
        name = scenario.name if scenario else BASE
        shown = look_ahead(found, years, changes, name=name, fan=fan)
        if options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(LINE)
            writer.writerows(lines(shown))
        else:
            self.stdout.write(json.dumps(_told(shown, found), indent=1, ensure_ascii=False))


def _scenario(name: str | None) -> Scenario | None:
    if not name:
        return None
    found = Scenario.objects.filter(name__iexact=name).first()
    if found is None:
        there = ", ".join(f"“{one}”" for one in Scenario.objects.all()) or "none"
        raise CommandError(f"There is no scenario “{name}”. Saved are: {there}.")
    return found


def _told(shown: Ahead, found: Basis) -> dict[str, Any]:
    return {
        "projection": shown.name,
        "finding": finding(shown),
        "start": shown.start.day.isoformat(),
        "rates_since": found.since.isoformat(),
        "unit_costs_missing": list(found.prices.missing),
        "months": [
            {
                "day": row.day.isoformat(),
                "children": round(row.children, 1),
                "by_placement": _named(PLACEMENTS, row.by_placement),
                "by_age": _named(BANDS, row.by_band),
                "percentiles": _spread(row.fan),
            }
            for row in shown.months
        ],
        "years": [
            {
                "year": year.label,
                "part": year.part,
                "pounds": round(year.total),
                "by_placement": _named(PLACEMENTS, year.pounds, 0),
                "percentiles": _spread(year.fan),
            }
            for year in shown.years
        ],
    }


def _named(names: Sequence[str], numbers: Sequence[float], places: int = 1) -> dict[str, float]:
    return {name: round(one, places) for name, one in zip(names, numbers, strict=True)}


def _spread(fan: Sequence[float] | None) -> dict[str, float] | None:
    return dict(zip(map(str, PERCENTILES), fan, strict=True)) if fan else None
