"""Writes all of a plan into a workbook that `import_plan` and the import page take."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from improvement_plan.exporting import export
from improvement_plan.models import Plan
from improvement_plan.plan_files import as_workbook


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The plan's name in addresses.")
        parser.add_argument("file", type=Path, help="The .xlsx file to write.")

    def handle(self, *arguments: Any, slug: str, file: Path, **options: Any) -> None:
        plan = Plan.objects.filter(slug=slug).select_related("document").first()
        if plan is None:
            known = ", ".join(Plan.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no plan “{slug}”. There are: {known}.")
        try:
            file.write_bytes(as_workbook(export(plan), title=plan.title))
        except OSError as wrong:
            raise CommandError(f"{file} cannot be written: {wrong.strerror}.") from wrong
        self.stdout.write(f"{plan} is in {file}.")
