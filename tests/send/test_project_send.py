"""The years ahead as a command."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from send.invented import TOTALS


@pytest.fixture
def folder(tmp_path: Path, capsys: Any) -> Path:
    call_command("make_send_data", tmp_path)
    capsys.readouterr()
    return tmp_path


def run(*arguments: Any) -> str:
    said = io.StringIO()
    call_command("project_send", *arguments, stdout=said)
    return said.getvalue()


def test_a_folder_of_files_is_projected(folder: Path) -> None:
    records = json.loads(run(folder, "--years", "2"))
    whole = [one for one in records if one["setting"] == ""]
    assert [one["year"] for one in whole] == [2021, 2022, 2023]
    assert whole[0]["plans"] == TOTALS[2021]
    for year in (2021, 2022, 2023):
        parts = [one["plans"] for one in records if one["year"] == year and one["setting"]]
        (of_year,) = [one["plans"] for one in whole if one["year"] == year]
        assert sum(parts) == pytest.approx(of_year, abs=0.05)
    assert whole[0]["pounds"] is None and whole[1]["pounds"] > 50e6
    assert {one["invented"] for one in records} == {True}


def test_as_csv_it_says_the_same(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(folder, "--format", "csv"))))
    records = json.loads(run(folder))
    assert [float(row["plans"]) for row in rows] == [one["plans"] for one in records]
    assert {row["invented"] for row in rows} == {"True"}


def test_files_without_costs_and_places_are_projected_too(folder: Path) -> None:
    (folder / "costs.csv").unlink()
    (folder / "places.csv").unlink()
    assert {one["pounds"] for one in json.loads(run(folder))} == {None}


def test_what_is_wrong_is_told_and_nothing_is_projected(folder: Path, capsys: Any) -> None:
    made = (folder / "transitions.csv").read_text(encoding="utf-8")
    (folder / "transitions.csv").write_text(made.replace("Mainstream", "Moon base", 1))
    (folder / "population.csv").unlink()
    with pytest.raises(CommandError, match="to put right: nothing is projected"):
        run(folder)
    assert "population: The file is missing." in capsys.readouterr().err


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(CommandError, match="nothing is projected"):
        run(tmp_path / "nowhere")
    assert "transitions: The file is missing." in capsys.readouterr().err


def test_it_takes_one_to_ten_years(folder: Path) -> None:
    with pytest.raises(CommandError, match="--years"):
        run(folder, "--years", "11")
