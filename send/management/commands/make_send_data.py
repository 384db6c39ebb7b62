"""Writes the invented county's files into a folder, to try `project_send` or the upload with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from send.invented import files


class Command(BaseCommand):
    help = "Makes invented files of children with plans: nobody in them is anybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--seed", type=int, default=2016)

    def handle(self, *args: Any, folder: Path, seed: int, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, text in files(seed=seed).items():
            (folder / f"{kind}.csv").write_text(text, encoding="utf-8")
        self.stdout.write(f"Invented files are in {folder}.")
