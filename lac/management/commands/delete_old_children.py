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
        "Settings say. The figures counted from them stay."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        deleted = services.delete_old(timezone.now())
        found = ", ".join(f"{name}: {number:,}" for name, number in deleted.items())
        days = Retention.current().days
        self.stdout.write(f"Deleted what is older than {days} days: {found or 'nothing'}.")
