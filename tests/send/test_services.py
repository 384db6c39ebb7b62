"""Counts of a list of requests, put into the scorecard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from scorecard.models import Outturn, Source, Status, Unit
from scorecard.rag import Polarity
from scorecard.services import Refused
from send.services import FIGURES, entered, put_counts
from send.timeliness import Counts
from tests.factories import AreaFactory, MeasureFactory, OutturnFactory, SeriesFactory

pytestmark = pytest.mark.django_db

MONTH = date(2024, 3, 1)
COUNTS = Counts(
    received=40, decided=30, in_6_weeks=27, refused=6, no_plan=1, in_16_weeks=1, issued=20,
    in_20_weeks=12, exceptions=3, late_exceptions=2, over_20_weeks=9,
)  # fmt: skip


@pytest.fixture(autouse=True)
def indicators(db: None) -> None:
    """The framework's measures, without targets."""
    AreaFactory()
    for code, (_, below) in FIGURES.items():
        MeasureFactory(
            code=code,
            unit=Unit.PERCENT if below else Unit.COUNT,
            numerator_label="Those" if below else "",
            denominator_label="All" if below else "",
            polarity=Polarity.NONE,
        )


def put(by: User, counts: Counts = COUNTS, reason: str = "") -> tuple[int, int, int]:
    (done,) = put_counts(months={MONTH: counts}, reason=reason, by=by)
    return done.saved, done.submitted, done.left


def standing(code: str) -> Outturn:
    return Outturn.objects.exclude(status=Status.SUPERSEDED).get(series__measure__code=code)


def test_a_month_is_put_in_and_sent_to_a_manager(officer: User) -> None:
    assert put(officer) == (6, 6, 0)
    plans = standing("ehc-plans-20-weeks")
    assert (plans.numerator, plans.denominator, plans.value) == (12, 20, 60)
    assert (plans.status, plans.source) == (Status.SUBMITTED, Source.COMPUTED)
    assert standing("ehc-plans-exceptions").value == 3


def test_a_share_of_nothing_is_no_figure() -> None:
    assert entered(COUNTS._replace(issued=0, in_20_weeks=0), "ehc-plans-20-weeks") is None
    given = entered(COUNTS._replace(exceptions=0), "ehc-plans-exceptions")
    assert given is not None and given.value == Decimal(0)


def test_the_same_list_again_changes_nothing(officer: User) -> None:
    put(officer)
    assert put(officer) == (0, 0, 0)


def test_what_somebody_typed_is_left(officer: User) -> None:
    series = SeriesFactory(measure=MeasureFactory(code="ehc-requests"))
    OutturnFactory(
        series=series, period_start=MONTH, period_end=date(2024, 3, 31), value=Decimal(39),
        status=Status.DRAFT, source=Source.TYPED, approved_at=None,
    )  # fmt: skip
    assert put(officer) == (5, 5, 1)
    assert standing("ehc-requests").value == 39


def test_an_approved_figure_is_revised_with_a_reason_only(officer: User) -> None:
    series = SeriesFactory(measure=MeasureFactory(code="ehc-requests"))
    OutturnFactory(
        series=series, period_start=MONTH, period_end=date(2024, 3, 31), value=Decimal(39)
    )
    assert put(officer) == (5, 5, 1)
    assert put(officer, reason="The list was late.")[0] == 1


def test_counting_is_in_the_audit_trail_without_a_row_of_the_list(officer: User) -> None:
    put(officer)
    event = AuditEvent.objects.filter(action="counted a list of requests").get()
    assert event.detail == {"saved": 6, "left": 0}


def test_a_member_puts_nothing_in(member: User) -> None:
    with pytest.raises(PermissionDenied):
        put(member)


def test_without_its_measures_the_scorecard_cannot_take_them(officer: User) -> None:
    from scorecard.models import Measure

    Measure.objects.all().delete()
    with pytest.raises(Refused, match="none of the measures"):
        put(officer)
