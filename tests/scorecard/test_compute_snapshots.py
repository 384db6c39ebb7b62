"""The command that computes snapshots, for servers with scheduled work."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from scorecard.models import Snapshot
from tests.factories import SeriesFactory, history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_months() -> None:
    history(SeriesFactory(), 70, 80)


def test_one_month_is_computed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("compute_snapshots", "2015-02")
    assert capsys.readouterr().out == "Snapshots of February 2015: 1.\n"
    assert Snapshot.objects.get().period_end == date(2015, 2, 28)


def test_every_month_is_computed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("compute_snapshots", "--all")
    assert capsys.readouterr().out == "Snapshots of every month: 2.\n"


@pytest.mark.parametrize("arguments", [[], ["2015-02", "--all"]])
def test_a_month_or_all_must_be_named(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="one of the two"):
        call_command("compute_snapshots", *arguments)


def test_what_is_no_month_is_refused() -> None:
    with pytest.raises(CommandError, match="“Feb” is not a month"):
        call_command("compute_snapshots", "Feb")


def test_a_month_without_figures_is_refused() -> None:
    with pytest.raises(CommandError, match="March 2015 has no approved figures"):
        call_command("compute_snapshots", "2015-03")
