"""An upload that waits for agreement comes back as it was."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from bucks_cs.models import User
from scorecard import imports, services
from scorecard.figures import series_to_enter
from scorecard.models import Series, Source
from scorecard.sheet import lines_of
from scorecard.upload import Report, compare
from scorecard.waiting import Waiting
from tests.factories import MeasureFactory, SeriesFactory

pytestmark = pytest.mark.django_db

MARCH, END = date(2015, 3, 1), date(2015, 3, 31)


@pytest.fixture
def referrals() -> Series:
    series: Series = SeriesFactory(measure__code="repeat-referrals")
    return series


def compared(*lines: str) -> Report:
    headings = "Code,Numerator,Denominator,Value,Commentary"
    content = "\r\n".join([headings, *lines]).encode()
    return compare(imports.read(content), lines_of(MARCH), MARCH)


def test_what_waits_for_agreement_comes_back_as_it_was(referrals: Series, officer: User) -> None:
    other = MeasureFactory(code="other")
    SeriesFactory(measure=other)
    report = compared("repeat-referrals,53,80,,Why.", "other,,,26.5%,", "no-such,,,1,")
    kept = json.loads(json.dumps(Waiting("k", MARCH, "march.csv", report).to_json()))
    waiting = Waiting.from_json(kept, series_to_enter())
    assert (waiting.key, waiting.month, waiting.file_name) == ("k", MARCH, "march.csv")
    assert waiting.report == report
    saved = services.save_all_drafts(
        drafts=waiting.report.drafts, period_end=END, by=officer, source=Source.WORKBOOK
    )
    assert saved[referrals.pk].value == Decimal("66.3")


def test_a_measure_ended_meanwhile_is_not_saved(referrals: Series) -> None:
    report = compared("repeat-referrals,,,26,")
    kept = Waiting("k", MARCH, "march.csv", report).to_json()
    assert Waiting.from_json(json.loads(json.dumps(kept)), []).report.drafts == []
