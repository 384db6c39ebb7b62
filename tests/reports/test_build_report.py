"""`build_report`: a quarter's files from the record, without the service."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.django_db


def test_three_files_of_a_quarter_are_written(record: None, tmp_path: Path) -> None:
    call_command("build_report", "cabinet", "2014-15", "Q4", "--out", str(tmp_path))
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "cabinet-2014-15-q4.docx",
        "cabinet-2014-15-q4.pdf",
        "cabinet-2014-15-q4.xlsx",
    ]
    assert (tmp_path / "cabinet-2014-15-q4.pdf").read_bytes().startswith(b"%PDF")


def test_a_quarter_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Q5"):
        call_command("build_report", "cabinet", "2014-15", "Q5", "--out", str(tmp_path))


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("build_report", "cabinet", "2014-15", "Q4", "--out", str(tmp_path / "no"))
