"""What the pages do, for servers with scheduled drops. Their words and lists are a contract."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lac import services
from lac.models import Episode, Return
from lac.postcodes import NOWHERE

from .returns import AN_EPISODE, a_return, invented_files
from .test_files import read

pytestmark = pytest.mark.django_db

CODES = (
    *("cla", "cla_by_age", "cla_by_placement", "cla_by_legal_status", "cla_uasc"),
    *("cla_within_20_miles", "cla_over_20_miles_outside", "cla_in_county", "cla_foster"),
    *("cla_residential", "cla_three_plus_placements", "cla_started", "cla_ceased"),
)


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The invented returns, a folder for each year, and postcodes.csv beside them."""
    return put(tmp_path / "county", invented_files())


# ---- import_ssda903 ----------------------------------------------------------------


def test_a_folder_for_each_year_is_imported(county: Path) -> None:
    out = run("import_ssda903", county, "--postcodes", county / "postcodes.csv")
    assert sorted(Return.objects.values_list("year", flat=True)) == [2022, 2023, 2024]
    assert Return.objects.filter(authority="E10000002", with_postcodes=True).count() == 3
    assert out.startswith("2021/22: ") and " episodes, " in out


def test_a_folder_of_one_year_is_imported(tmp_path: Path) -> None:
    run("import_ssda903", put(tmp_path / "2023-24", a_return()))
    kept = Return.objects.get()
    assert (kept.year, kept.with_postcodes) == (2024, False)


def test_in_county_is_in_the_authority_that_is_named(county: Path) -> None:
    postcodes = ("--postcodes", county / "postcodes.csv")
    run("import_ssda903", county, *postcodes, "--authority", "E10000002")
    assert Episode.objects.filter(in_county=True).exists()


@pytest.mark.parametrize(
    ("authority", "said"),
    [
        ("E06000060", "No postcode of the file is in E06000060"),
        ("Bucks", "no authority’s ONS code"),
    ],
)
def test_an_authority_in_which_nobody_could_be_is_refused(
    county: Path, authority: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(
            "import_ssda903", county, "--postcodes", county / "postcodes.csv",
            "--authority", authority,
        )  # fmt: skip
    assert not Return.objects.exists()


def test_every_problem_is_said_and_nothing_is_loaded(tmp_path: Path, capsys: Any) -> None:
    wrong = [AN_EPISODE.replace("U4", "Q9"), AN_EPISODE.replace("05/05/2023", "soon")]
    put(tmp_path / "2023-24", a_return(wrong))
    with pytest.raises(CommandError, match=r"2 problems\. Nothing was loaded\."):
        run("import_ssda903", tmp_path)
    said = capsys.readouterr().err
    assert "2023-24/Episodes.csv, row 2, PLACE: “Q9” is no code of PLACE" in said
    assert "2023-24/Episodes.csv, row 3, DECOM: “soon” is not a date" in said
    assert not Return.objects.exists()


def test_a_doubt_is_said_and_does_not_refuse(tmp_path: Path, capsys: Any) -> None:
    put(tmp_path / "2023-24", a_return([AN_EPISODE.replace("N1", "")]))
    run("import_ssda903", tmp_path)
    assert capsys.readouterr().err.startswith("Doubt: 2023-24/Episodes.csv, row 2, CIN: ")
    assert Return.objects.exists()


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run("import_ssda903", tmp_path / "nothing")
    put(tmp_path / "2023-24", a_return())
    with pytest.raises(CommandError, match=r"postcodes\.csv cannot be read"):
        run("import_ssda903", tmp_path, "--postcodes", tmp_path / "postcodes.csv")
    with pytest.raises(CommandError, match=r"1 problem\. Nothing was loaded\."):
        run("import_ssda903", put(tmp_path / "other", {"notes.csv": b"a,b"}))


# ---- lac_measures ------------------------------------------------------------------


@pytest.mark.usefixtures("held")
def test_the_measures_of_a_day_are_a_list_of_records() -> None:
    records = json.loads(run("lac_measures", "2024-03-31", "--format", "json"))
    assert all(
        list(one) == ["code", "category", "numerator", "denominator", "value"] for one in records
    )
    assert set(CODES) <= {one["code"] for one in records}
    assert len({(one["code"], one["category"]) for one in records}) == len(records)


@pytest.mark.usefixtures("held")
def test_parts_add_to_the_whole_and_shares_are_per_cent() -> None:
    records = json.loads(run("lac_measures", "2024-03-31"))
    by = {(one["code"], one["category"]): one for one in records}
    cla = by["cla", ""]
    assert (cla["denominator"], cla["value"]) == (None, cla["numerator"])
    for code in ("cla_by_age", "cla_by_placement", "cla_by_legal_status"):
        parts = [one["value"] for one in records if one["code"] == code]
        assert sum(parts) == cla["value"], code
    share = by["cla_within_20_miles", ""]
    assert share["denominator"] == cla["value"]
    assert share["value"] == pytest.approx(100 * share["numerator"] / share["denominator"])


def test_a_share_of_nobody_has_no_value(tmp_path: Path) -> None:
    ended = AN_EPISODE.replace("PR1,,", "PR1,01/12/2023,E4A")
    services.import_returns(
        returns=[read(a_return([ended]), "2023-24")], places=NOWHERE, authority="E10000002", by=None
    )
    records = {one["code"]: one for one in json.loads(run("lac_measures", "2024-03-31"))}
    assert records["cla"]["value"] == 0
    assert records["cla_foster"]["denominator"] == 0
    assert records["cla_foster"]["value"] is None
    assert records["cla_ceased"]["value"] == 1


@pytest.mark.usefixtures("held")
def test_the_same_as_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(run("lac_measures", "2024-03-31", "--format", "csv"))))
    records = json.loads(run("lac_measures", "2024-03-31"))
    plain = [{k: "" if v is None else str(v) for k, v in one.items()} for one in records]
    assert rows == plain


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("day", ["2024-04-01", "2030-03-31", "2019-03-31"])
def test_a_day_that_no_return_is_of_is_refused_with_those_that_are_held(day: str) -> None:
    with pytest.raises(CommandError, match=r"No return held covers .* Held: Return of 2023/24"):
        run("lac_measures", day)


@pytest.mark.usefixtures("held")
def test_a_day_after_the_import_is_refused_with_the_day_of_that() -> None:
    Return.objects.filter(year=2024).update(imported_at="2023-12-04T10:00Z")
    with pytest.raises(CommandError, match="Return of 2023/24, imported on 4 December 2023"):
        run("lac_measures", "2023-12-05")
    assert json.loads(run("lac_measures", "2023-12-04"))[0]["code"] == "cla"


@pytest.mark.parametrize("day", ["31/03/2024", "2024-02-30", "March"])
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(CommandError, match="is not a day: write it as 2024-03-31"):
        run("lac_measures", day)


def test_without_a_return_there_is_nothing_to_count() -> None:
    with pytest.raises(CommandError, match="No return is held"):
        run("lac_measures", "2024-03-31")


# ---- make_ssda903, delete_old_children ---------------------------------------------


def test_invented_files_say_that_they_are_and_can_be_imported(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "county"
    out = run("make_ssda903", folder, "--seed", 7, "--children", 40, "--years", 3)
    assert "Invented" in out and "nobody in them lives" in out
    made = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.csv")}
    assert made == invented_files()
    run("import_ssda903", folder, "--postcodes", folder / "postcodes.csv")
    assert Return.objects.count() == 3


def test_nothing_is_written_over(tmp_path: Path) -> None:
    put(tmp_path, {"Header.csv": b"mine"})
    with pytest.raises(CommandError, match="is not empty"):
        run("make_ssda903", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["Header.csv"]


@pytest.mark.parametrize("option", ["--children", "--years"])
def test_a_county_has_somebody(option: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Give a number from 1"):
        run("make_ssda903", tmp_path / "x", option, "0")


@pytest.mark.usefixtures("held")
def test_rows_whose_time_is_over_are_deleted() -> None:
    said = "Deleted returns older than 400 days, and reports older than 30: "
    assert run("delete_old_children") == f"{said}nothing.\n"
    Return.objects.filter(year=2022).update(imported_at="2020-01-01T00:00Z")
    out = run("delete_old_children")
    assert out.startswith(said)
    assert "returns: 1" in out
    assert sorted(Return.objects.values_list("year", flat=True)) == [2023, 2024]
