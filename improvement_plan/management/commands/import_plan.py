"""What the page “Import a plan” does, for servers with scheduled drops."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bucks_cs.lib.spreadsheets import Unreadable
from improvement_plan import loading
from improvement_plan.comparing import compare, counted
from improvement_plan.plan_files import from_path
from improvement_plan.sheets import Sheets


class Command(BaseCommand):
    help = (
        "Adds what is new of a plan from a workbook or a folder of CSV files, all or none; what is "
        "there already stays. Exits with an error, and adds nothing, where anything is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="An .xlsx file, or a folder of CSV files.")
        parser.add_argument("--check", action="store_true", help="Say what would be added only.")

    def handle(self, *arguments: Any, path: Path, check: bool, **options: Any) -> None:
        sheets = _read(path)
        there = loading.standing(sheets.slug)
        problems = loading.check(sheets, there, by=None)
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            were = "1 problem was" if len(problems) == 1 else f"{len(problems)} problems were"
            raise CommandError(f"{were} found in {path}, so nothing is added.")
        preview = compare(sheets, there)
        for difference in preview.differences:
            self.stdout.write(str(difference))
        for doubt in preview.doubts:
            self.stdout.write(f"In doubt: {doubt}")
        added = preview.new if check else loading.load(sheets, by=None)
        words = counted(added) or "nothing: all of it is there already"
        self.stdout.write(f"{sheets.slug}: {'would add' if check else 'added'} {words}.")


def _read(path: Path) -> Sheets:
    try:
        if path.is_file() and path.stat().st_size > settings.MAX_UPLOAD_BYTES:
            raise CommandError(f"{path} is larger than {settings.MAX_UPLOAD_BYTES // 2**20} MB.")
        return from_path(path)
    except Unreadable as wrong:
        raise CommandError(f"{path}: {wrong}") from wrong
