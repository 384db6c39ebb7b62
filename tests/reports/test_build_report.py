"""`build_report`: a quarter's files from the record, without the service."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports import pack
from reports.models import Kind

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


def test_the_committees_pack_needs_the_day_on_which_it_last_met(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Say when the select committee last met"):
        call_command("build_report", "committee", "2014-15", "Q4", "--out", str(tmp_path))


def test_a_measure_that_there_is_not_is_told_in_words(tmp_path: Path) -> None:
    words = ("--since", "2015-01-20", "--measure", "height", "--out", str(tmp_path))
    with pytest.raises(CommandError, match="There is no measure height"):
        call_command("build_report", "committee", "2014-15", "Q4", *words)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_quarter_of_2014_15_is_built(record: None, tmp_path: Path, number: int) -> None:
    call_command("build_report", "board", "2014/15", f"Q{number}", "--out", str(tmp_path))
    assert len(list(tmp_path.glob(f"board-2014-15-q{number}.*"))) == 3


@pytest.mark.parametrize("year", ["2014", "2014-16", "14-15"])
def test_a_year_that_is_none_is_told_in_words(tmp_path: Path, year: str) -> None:
    with pytest.raises(CommandError, match="is no financial year: write 2014-15"):
        call_command("build_report", "cabinet", year, "Q4", "--out", str(tmp_path))


def test_a_kind_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'novel'"):
        call_command("build_report", "novel", "2014-15", "Q4", "--out", str(tmp_path))


def test_a_part_that_fails_is_named_and_the_rest_is_written(
    record: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(scope: object) -> list[object]:
        raise ZeroDivisionError

    first, *rest = pack.PARTS[Kind.BOARD]
    parts = {**pack.PARTS, Kind.BOARD: [first._replace(make=broken), *rest]}  # type: ignore[arg-type]
    monkeypatch.setattr(pack, "PARTS", parts)
    with pytest.raises(CommandError, match="Status report"):
        call_command("build_report", "board", "2014-15", "Q4", "--out", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 3
