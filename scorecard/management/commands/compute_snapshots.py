"""Computes the snapshots of one month, written 2015-02, or with --all of every month."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bucks_cs.lib.periods import month_label, parse_month
from scorecard.services import compute_snapshots


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="A month, written 2015-02.")
        parser.add_argument("--all", action="store_true", help="Every month.")

    def handle(self, *, month: str | None, **options: Any) -> None:
        if bool(month) == options["all"]:
            raise CommandError("Name a month, written 2015-02, or say --all: one of the two.")
        if month is None:
            self.stdout.write(f"Snapshots of every month: {compute_snapshots():,}.")
            return
        try:
            first_day = parse_month(month)
        except ValueError as wrong:
            raise CommandError(str(wrong)) from wrong
        written = compute_snapshots(since=first_day, until=first_day)
        if not written:
            raise CommandError(f"{month_label(first_day)} has no approved figures.")
        self.stdout.write(f"Snapshots of {month_label(first_day)}: {written:,}.")
