"""What the worker does every night, for servers with a schedule of their own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lac import services
from lac.models import Retention


class Command(BaseCommand):
    help = (
        "Deletes rows about children whose time is over: so many days after their import as "
        f"Settings say; and reports of imports, which quote cells, after {services.REPORT_DAYS} "
        "days at the most. The figures counted from them stay."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        deleted = services.delete_old(timezone.now())
        found = ", ".join(f"{name}: {number:,}" for name, number in deleted.items())
        days = Retention.current().days
        self.stdout.write(
            f"Deleted returns older than {days} days, and reports older than "
            f"{min(days, services.REPORT_DAYS)}: {found or 'nothing'}."
        )
