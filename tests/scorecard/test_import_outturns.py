"""The command that takes a month's figures from a scheduled drop."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bucks_cs.models import User
from scorecard.models import Outturn, Source, Status
from tests.factories import OutturnFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    SeriesFactory(measure__code="a", measure__short_name="Repeat referrals")
    path = tmp_path / "march.csv"
    path.write_text("Code,Month,Value\na,2015-03,26.04\n")
    return path


def run(*arguments: Any, capsys: Any = None) -> str:
    call_command("import_outturns", *map(str, arguments))
    return "" if capsys is None else capsys.readouterr().out


def test_good_rows_are_saved_as_drafts_and_said_to_wait(file: Path, capsys: Any) -> None:
    out = run(file, capsys=capsys)
    outturn = Outturn.objects.get()
    assert (outturn.value, outturn.status, outturn.source) == (26, Status.DRAFT, Source.WORKBOOK)
    assert outturn.entered_by is None
    assert "row 2, column C, Value (Repeat referrals): 26.04 will be kept as 26.0" in out
    assert "March 2015: 1 draft saved, 0 rows left as before." in out
    assert "Somebody has still to submit them." in out


def test_the_work_can_be_somebodys(file: Path, officer: User) -> None:
    run(file, "--by", "officer")
    assert Outturn.objects.get().entered_by == officer


def test_running_it_again_changes_nothing(file: Path, capsys: Any) -> None:
    run(file)
    assert "0 drafts saved, 1 row left" in run(file, capsys=capsys)
    assert Outturn.objects.get().version == 1


def test_one_refused_row_saves_nothing_and_says_which_and_why(file: Path, capsys: Any) -> None:
    SeriesFactory(measure__code="b", measure__short_name="Children seen")
    file.write_text(file.read_text() + "b,2015-03,lots\n")
    with pytest.raises(CommandError, match="1 row was refused, so nothing was saved"):
        run(file)
    assert (
        "row 3, column C, Value (Children seen): “lots” is not a number." in capsys.readouterr().err
    )
    assert not Outturn.objects.exists()


def test_the_month_may_be_said_and_must_be_somewhere(file: Path) -> None:
    file.write_text("Code,Value\na,26\n")
    with pytest.raises(CommandError, match="--month 2015-03"):
        run(file)
    run(file, "--month", "2015-03")
    assert Outturn.objects.get().period.label == "March 2015"


@pytest.mark.parametrize("month", ["March", "2015-13"])
def test_a_month_that_is_none_is_refused(month: str, file: Path) -> None:
    with pytest.raises(CommandError, match="is not a month"):
        run(file, "--month", month)


def test_a_month_that_has_not_begun_is_refused(file: Path) -> None:
    with pytest.raises(CommandError, match="August 2099 has not begun"):
        run(file, "--month", "2099-08")
    file.write_text("Code,Month,Value\na,Aug 2099,26\n")
    with pytest.raises(CommandError, match="August 2099 has not begun"):
        run(file)
    assert not Outturn.objects.exists()


def test_a_row_of_another_month_is_refused(file: Path) -> None:
    with pytest.raises(CommandError, match="1 row was refused"):
        run(file, "--month", "2015-04")


def test_who_is_not_there_or_may_not_enter_is_refused(file: Path, member: User) -> None:
    with pytest.raises(CommandError, match="nobody called “somebody”"):
        run(file, "--by", "somebody")
    with pytest.raises(CommandError, match="member may not enter"):
        run(file, "--by", "member")


def test_a_file_that_cannot_be_read_is_refused(file: Path, settings: Any) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(file.with_name("april.csv"))
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(CommandError, match="old Excel workbook"):
        run(file)
    settings.MAX_UPLOAD_BYTES = 3
    with pytest.raises(CommandError, match="larger than"):
        run(file)


def test_a_figure_that_somebody_has_since_changed_is_refused(file: Path) -> None:
    OutturnFactory(series__measure__code="c", month=date(2015, 3, 1))
    file.write_text("Code,Month,Value,Do not change\nc,2015-03,26,v1.0~abc\n")
    with pytest.raises(CommandError, match="1 row was refused"):
        run(file)
