"""A month's sheet: its lines, what is to do, what is late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bucks_cs.lib.periods import Period, PeriodKind
from bucks_cs.models import User
from scorecard.entry import Entered, Known
from scorecard.models import Absence, Status
from scorecard.rag import Polarity, Rag
from scorecard.sheet import (
    Line,
    as_typed,
    due_day,
    earlier,
    lines_of,
    other_months,
    preview_of,
    progress_of,
    submitted_lines,
    target_text,
)
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    PostFactory,
    SeriesFactory,
    TargetFactory,
    UserFactory,
    history,
)

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)


def names(lines: list[Line]) -> list[str]:
    return [line.measure.code for line in lines]


# ---- lines -------------------------------------------------------------------------


def test_the_scorecard_comes_first_and_each_theme_stands_together() -> None:
    SeriesFactory(measure__code="other", measure__on_scorecard=False, measure__order=0)
    SeriesFactory(measure__code="first", measure__theme="Front door", measure__order=1)
    SeriesFactory(measure__code="second", measure__theme="Care", measure__order=2)
    SeriesFactory(measure__code="third", measure__theme="Front door", measure__order=3)
    assert names(lines_of(MARCH)) == ["first", "third", "second", "other"]


def test_an_officer_has_the_measures_of_their_post_and_the_scorecards_that_nobody_owns() -> None:
    post = PostFactory()
    mine = SeriesFactory(measure__owner=post, measure__on_scorecard=False)
    unowned = SeriesFactory()
    begun = OutturnFactory(
        month=MARCH, series__measure__on_scorecard=False, status=Status.DRAFT
    ).series
    SeriesFactory(measure__owner=PostFactory())
    SeriesFactory(measure__on_scorecard=False)
    found = lines_of(MARCH, mine=UserFactory(post=post))
    assert {line.series for line in found} == {mine, unowned, begun}
    assert len(lines_of(MARCH)) == 5


def test_someone_without_a_post_has_every_measure_that_is_expected() -> None:
    owned = SeriesFactory(measure__owner=PostFactory())
    assert [line.series for line in lines_of(MARCH, mine=UserFactory())] == [owned]


def test_a_line_shows_the_three_periods_before_and_names_what_is_absent() -> None:
    series = SeriesFactory()
    history(series, 82, None)
    OutturnFactory(series=series, month=date(2015, 2, 1), value=None, absence="not_available")
    (line,) = lines_of(MARCH)
    assert [(past.label, past.text) for past in line.past] == [
        ("Dec 2014", "–"),
        ("Jan 2015", "82.0%"),
        ("Feb 2015", "Not available"),
    ]


def test_a_yearly_measure_shows_the_years_before() -> None:
    series = SeriesFactory(measure__frequency=PeriodKind.FINANCIAL_YEAR, measure__unit="count")
    OutturnFactory(series=series, month=date(2014, 3, 1), kind=PeriodKind.FINANCIAL_YEAR, value=622)
    (line,) = lines_of(MARCH)
    assert [past.label for past in line.past] == ["2011/12", "2012/13", "2013/14"]
    assert line.past[-1].text.startswith("622")


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (PeriodKind.QUARTER, ["July to September 2014", "October to December 2014"]),
        (PeriodKind.DATE, ["31 January 2015", "28 February 2015"]),
    ],
)
def test_earlier_periods_are_of_the_same_kind(kind: PeriodKind, labels: list[str]) -> None:
    period = Period.ending_in(kind, MARCH)
    assert period is not None
    assert [one.label for one in earlier(period, 2)] == labels


def test_lines_take_as_many_queries_for_many_measures_as_for_few(
    django_assert_num_queries: Any,
) -> None:
    for count in (1, 15):
        for _ in range(count):
            history(SeriesFactory(), 1, 2, 3)
        with django_assert_num_queries(8):
            lines_of(MARCH)


def test_only_submitted_lines_wait_for_the_manager_even_of_a_measure_no_longer_entered() -> None:
    OutturnFactory(month=MARCH)
    waiting = OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    ended = OutturnFactory(
        month=MARCH, status=Status.SUBMITTED, series__measure=MeasureFactory(active=False)
    )
    OutturnFactory(month=date(2015, 2, 1), status=Status.SUBMITTED)
    assert {line.slot.current for line in submitted_lines(MARCH)} == {waiting, ended}


# ---- words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("polarity", "upper", "text"),
    [
        (Polarity.HIGHER, None, "90.0% or more"),
        (Polarity.LOWER, None, "90.0% or less"),
        (Polarity.BAND, Decimal(95), "90.0% to 95.0%"),
        (Polarity.NONE, None, "90.0%"),
    ],
)
def test_a_target_says_its_good_side(polarity: Polarity, upper: Decimal | None, text: str) -> None:
    measure = MeasureFactory(polarity=polarity)
    assert target_text(Known(target=Decimal(90), upper=upper), measure) == text
    assert target_text(Known(), measure) == ""


def test_a_preview_is_the_figure_as_it_will_be_shown_and_rated() -> None:
    series = SeriesFactory()
    TargetFactory(measure=series.measure)
    (line,) = lines_of(MARCH)
    seen = preview_of(line.slot, Entered(Decimal(53), Decimal(80)))
    assert (seen.text, seen.parts, seen.rag) == ("66.3%", "53 of 80", Rag.RED)
    assert [problem.field for problem in seen.problems] == ["commentary"]


def test_a_preview_names_what_is_absent() -> None:
    SeriesFactory()
    (line,) = lines_of(MARCH)
    absent = preview_of(line.slot, Entered(absence=Absence.NOT_APPLICABLE))
    assert (absent.text, absent.rag) == ("Not applicable", Rag.NO_DATA)
    assert preview_of(line.slot, Entered()).text == "No figure yet"


def test_what_stands_is_given_as_somebody_would_have_typed_it() -> None:
    OutturnFactory(month=MARCH, numerator=53, denominator=80, value="66.3", status=Status.DRAFT)
    (line,) = lines_of(MARCH)
    typed = as_typed(line.slot)
    assert (typed["numerator"], typed["denominator"], typed["value"]) == ("53", "80", "")
    assert line.slot.is_news(Entered(Decimal(53), Decimal(80))) is False


# ---- what is to do -----------------------------------------------------------------


def test_a_month_is_due_on_a_day_of_the_month_after(settings: Any) -> None:
    assert due_day(MARCH) == date(2015, 4, 10)
    assert due_day(date(2014, 12, 1)) == date(2015, 1, 10)
    settings.ENTRY_DUE_DAY = 31
    assert due_day(MARCH) == date(2015, 4, 30)


@pytest.mark.parametrize(
    ("today", "label"), [(date(2015, 4, 10), "Due"), (date(2015, 4, 11), "Overdue")]
)
def test_figures_are_overdue_from_the_day_after(today: date, label: str) -> None:
    SeriesFactory()
    progress = progress_of(MARCH, lines_of(MARCH), today)
    assert [task.label for task in progress.tasks] == [label]


def test_returned_figures_come_first_with_the_reason_then_what_is_missing() -> None:
    SeriesFactory(measure__code="missing")
    OutturnFactory(series__measure__code="begun", month=MARCH, status=Status.DRAFT)
    OutturnFactory(
        series__measure__code="returned",
        month=MARCH,
        status=Status.RETURNED,
        returned_reason="Check the count.",
    )
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    OutturnFactory(month=MARCH)
    progress = progress_of(MARCH, lines_of(MARCH), date(2015, 4, 1))
    assert [(task.line.measure.code, task.label, task.detail) for task in progress.tasks] == [
        ("returned", "Returned", "Check the count."),
        ("missing", "Due", ""),
        ("begun", "Due", "Draft saved"),
    ]
    assert progress.required == 5
    assert progress.summary == "1 not started, 1 draft, 1 submitted, 1 returned, 1 approved"


def test_a_draft_revision_of_an_approved_figure_is_not_missing() -> None:
    approved = OutturnFactory(month=MARCH)
    OutturnFactory(series=approved.series, month=MARCH, revision=2, status=Status.DRAFT)
    assert progress_of(MARCH, lines_of(MARCH), date(2015, 5, 1)).tasks == []


def test_what_is_not_required_is_never_missing() -> None:
    SeriesFactory(measure__on_scorecard=False)
    part = SeriesFactory(category="First Response")
    OutturnFactory(series__measure=part.measure, month=MARCH)
    assert progress_of(MARCH, lines_of(MARCH), date(2015, 5, 1)).tasks == []


def test_other_months_to_finish_are_told_with_their_counts(officer: User) -> None:
    january, february = date(2015, 1, 1), date(2015, 2, 1)
    OutturnFactory(month=january, status=Status.RETURNED)
    OutturnFactory(month=february, status=Status.DRAFT)
    OutturnFactory(month=february, status=Status.DRAFT)
    OutturnFactory(month=MARCH, status=Status.DRAFT)
    OutturnFactory(month=january, status=Status.DRAFT, series__area__code="england")
    assert other_months(MARCH) == [(february, 0, 2), (january, 1, 0)]
