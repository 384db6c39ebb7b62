"""Builds a paper's files from the record, as the page does, and keeps nothing in the service."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.covers import covered
from reports.models import FILE_TYPES, Basis, Kind, Paper
from reports.pack import prepared
from reports.quarters import Quarter
from reports.rendering import rendered
from reports.scope import Scope
from scorecard.models import Measure


class Command(BaseCommand):
    help = "Builds a paper of a quarter: build_report cabinet 2014-15 Q4 --out FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("year", help="the financial year, as 2014-15")
        parser.add_argument("quarter", help="Q1, Q2, Q3 or Q4")
        parser.add_argument("--out", required=True, type=Path, help="the folder for the files")
        parser.add_argument(
            "--basis", choices=Basis.values, default=Basis.PUBLISHED, help="which figures"
        )
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="when the select committee last met, as 2015-01-20: its pack needs it",
        )
        parser.add_argument(
            "--measure",
            action="append",
            default=[],
            dest="measures",
            help="the code of a measure that the committee asked for; as often as needed",
        )
        parser.add_argument("--author", default="Children’s services", help="a post")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            quarter = Quarter.parse(options["year"], options["quarter"])
        except ValueError as reason:
            raise CommandError(str(reason)) from reason
        folder: Path = options["out"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        kind, basis = Kind(options["kind"]), Basis(options["basis"])
        since, codes = options["since"], frozenset(options["measures"])
        if kind == Kind.COMMITTEE and since is None:
            raise CommandError("Say when the select committee last met: --since 2015-01-20.")
        known = Measure.objects.filter(code__in=codes).values_list("code", flat=True)
        if unknown := codes.difference(known):
            raise CommandError(f"There is no measure {', '.join(sorted(unknown))}.")
        scope = Scope(kind, quarter, basis, timezone.localdate(), since, codes)
        drafted = prepared(scope)
        paper = Paper(
            kind=kind,
            quarter_from=quarter.start,
            basis=basis,
            since=since,
            title=f"Children’s services performance: {quarter.label}",
            author=options["author"],
            contact=settings.CONTACT_EMAIL or "See the council’s website",
        )
        document = covered(paper, drafted)
        name = f"{kind.value}-{quarter.year_label.replace('/', '-')}-q{quarter.number}"
        for file_type in FILE_TYPES:
            file = folder / f"{name}.{file_type}"
            file.write_bytes(rendered(document, file_type))
            self.stdout.write(str(file))
        failed = [one.title for one in document.sections if one.failed]
        if failed:
            raise CommandError(
                f"Could not be prepared, and says so in the files: {', '.join(failed)}."
            )
