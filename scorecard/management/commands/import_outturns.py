"""What the upload page does, for servers with scheduled drops."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bucks_cs.lib.periods import last_day, month_label, parse_month
from bucks_cs.lib.spreadsheets import Unreadable
from bucks_cs.models import User
from bucks_cs.roles import May
from scorecard import imports, services
from scorecard.models import Source
from scorecard.sheet import counted, lines_of
from scorecard.upload import Report, compare


class Command(BaseCommand):
    help = (
        "Reads a month's figures from a workbook or CSV file and saves them as drafts, all or "
        "none; a person still submits them. Exits with an error, and saves nothing, where a row "
        "is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="An .xlsx or .csv file, as the template.")
        parser.add_argument("--month", help="As 2015-03; without it, the file's own Month column.")
        parser.add_argument("--by", help="Whose work it is; without it, the system's.")

    def handle(self, *arguments: Any, file: Path, **options: Any) -> None:
        by = _person(options["by"])
        found = _read(file)
        month = _month(options["month"], found)
        report = compare(found, lines_of(month), month)
        for row in report.rows:
            for remark in row.remarks:
                place = f"row {row.number}" + (f", column {remark.column}" if remark.column else "")
                write = self.stderr.write if remark.refuses else self.stdout.write
                write(f"{place} ({row.name}): {remark.text}")
        _refuse_if_refused(report)
        try:
            saved = services.save_all_drafts(
                drafts=report.drafts, period_end=last_day(month), by=by, source=Source.WORKBOOK
            )
        except services.NotSaved as refused:
            raise CommandError(" ".join(refused.in_words(report.drafts))) from refused
        left = counted(len(report.rows) - len(saved), "row")
        self.stdout.write(
            f"{month_label(month)}: {counted(len(saved), 'draft')} saved, {left} left as before. "
            "Somebody has still to submit them."
        )


def _person(username: str | None) -> User | None:
    if username is None:
        return None
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is nobody called “{username}”.")
    if not person.may(May.ENTER):
        raise CommandError(f"{username} may not {May.ENTER.value}.")
    return person


def _read(file: Path) -> imports.ReadFile:
    try:
        if file.stat().st_size > settings.MAX_UPLOAD_BYTES:
            raise CommandError(f"{file} is larger than {settings.MAX_UPLOAD_BYTES // 2**20} MB.")
        return imports.read(file.read_bytes())
    except OSError as wrong:
        raise CommandError(f"{file} cannot be read: {wrong.strerror}.") from wrong
    except Unreadable as wrong:
        raise CommandError(f"{file}: {wrong}") from wrong


def _month(text: str | None, found: imports.ReadFile) -> date:
    """The month asked for, else the one that the file's first dated row names."""
    given = [text] if text else [row.texts["month"] for row in found.rows if row.texts.get("month")]
    if not given:
        raise CommandError("The file has no Month column: say which with --month 2015-03.")
    try:
        month = parse_month(given[0]) if text else imports.read_month(given[0])
    except ValueError as wrong:
        raise CommandError(str(wrong)) from wrong
    if month > timezone.localdate():
        raise CommandError(f"{month_label(month)} has not begun.")
    return month


def _refuse_if_refused(report: Report) -> None:
    refused = len(report.refused)
    if refused:
        were = "was" if refused == 1 else "were"
        raise CommandError(f"{counted(refused, 'row')} {were} refused, so nothing was saved.")
