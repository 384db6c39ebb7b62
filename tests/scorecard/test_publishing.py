"""Publishing a month and opening it again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.lib.periods import PeriodKind
from bucks_cs.models import AuditEvent, User
from scorecard import publishing, services
from scorecard.entry import Entered
from scorecard.models import Absence, Measure, Outturn, Publication, PublishedFigure, Status
from scorecard.monthly import as_published
from scorecard.rag import Rag
from scorecard.services import Refused, missing_measures
from tests.at_once import at_once
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    PostFactory,
    SeriesFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARCH, END = date(2015, 3, 1), date(2015, 3, 31)


def publish(by: User) -> Publication:
    return services.publish(month=MARCH, by=by)


@pytest.fixture
def approved() -> Outturn:
    """The one scorecard figure of March, red against its target."""
    outturn: Outturn = OutturnFactory(month=MARCH, value=60, commentary="Two vacancies.")
    TargetFactory(measure=outturn.series.measure)
    return outturn


def revise(outturn: Outturn, value: int, *, by: User, approved_by: User) -> Outturn:
    """A revision of an approved figure, all the way through."""
    draft = services.save_draft(
        series=outturn.series,
        period=outturn.period,
        entered=Entered(value=Decimal(value), commentary="Why.", reason="Late records."),
        seen=None,
        by=by,
    )
    services.submit(outturns=[draft], by=by)
    draft.refresh_from_db()
    services.approve(seen={draft.pk: draft.version}, by=approved_by)
    draft.refresh_from_db()
    return draft


# ---- when a month can be published -------------------------------------------------


def refusal(by: User) -> str:
    with pytest.raises(Refused) as refused:
        services.check_can_publish(MARCH, by)
    return str(refused.value)


def test_a_month_with_its_figures_approved_can_be_published(
    approved: Outturn, manager: User
) -> None:
    services.check_can_publish(MARCH, manager)


def test_a_month_waits_for_every_submitted_figure(approved: Outturn, manager: User) -> None:
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    assert refusal(manager).startswith("1 submitted figure of March 2015 must be approved")


def test_a_month_waits_for_every_measure_of_the_scorecard(approved: Outturn, manager: User) -> None:
    missing = SeriesFactory().measure
    OutturnFactory(series__measure=missing, series__category="First Response", month=MARCH)
    OutturnFactory(series__measure=missing, series__area__code="england", month=MARCH)
    OutturnFactory(series=SeriesFactory(measure=missing), month=MARCH, status=Status.DRAFT)
    assert missing.short_name in refusal(manager)


def test_saying_that_a_figure_is_not_available_is_enough(manager: User) -> None:
    OutturnFactory(month=MARCH, value=None, absence=Absence.NOT_AVAILABLE)
    services.check_can_publish(MARCH, manager)


def test_measures_off_the_scorecard_no_longer_entered_or_not_due_do_not_hold_a_month_up(
    approved: Outturn, manager: User
) -> None:
    MeasureFactory(on_scorecard=False)
    MeasureFactory(active=False)
    MeasureFactory(frequency=PeriodKind.ACADEMIC_YEAR)
    services.check_can_publish(MARCH, manager)


def test_a_month_without_any_figure_cannot_be_published(manager: User) -> None:
    AreaFactory()
    assert "no approved figure to publish" in refusal(manager)


def test_a_published_month_cannot_be_published_again(approved: Outturn, manager: User) -> None:
    publish(manager)
    assert refusal(manager) == "March 2015 is published already."


@pytest.mark.parametrize("role", ["officer", "member", "administrator"])
def test_only_a_manager_publishes(
    role: str, approved: Outturn, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        publish(person)
    with pytest.raises(PermissionDenied):
        services.reopen(month=MARCH, reason="A slip.", by=person)


# ---- what is kept ------------------------------------------------------------------


def test_what_is_published_is_what_the_rules_said_of_each_approved_figure(
    approved: Outturn, manager: User
) -> None:
    england = SeriesFactory(measure=approved.series.measure, area__code="england")
    OutturnFactory(series=england, month=MARCH)
    publication = publish(manager)
    figure = publication.figures.get()
    assert figure.outturn == approved
    assert (figure.value, figure.target, figure.rag) == (60, 90, Rag.RED)
    assert (publication.edition, publication.published_by) == (1, manager)
    assert AuditEvent.objects.get(action="published").detail["figures"] == 1


def test_a_revision_after_publication_leaves_what_was_published_as_it_was(
    approved: Outturn, officer: User, manager: User
) -> None:
    publication = publish(manager)
    revision = revise(approved, 70, by=officer, approved_by=manager)
    assert (revision.status, revision.revision) == (Status.APPROVED, 2)
    services.compute_snapshots(since=MARCH, until=MARCH)
    figure = publication.figures.get()
    assert (figure.outturn, figure.outturn.value, figure.value) == (approved, 60, 60)
    assert services.standing_publication(MARCH) == publication
    at = publication.published_at
    assert list(Outturn.objects.known_at(at)) == [approved]
    assert list(Outturn.objects.approved()) == [revision]


def test_a_month_reopened_and_published_again_has_a_second_edition(
    approved: Outturn, officer: User, manager: User
) -> None:
    first = publish(manager)
    services.reopen(month=MARCH, reason=" A slip. ", by=manager)
    first.refresh_from_db()
    assert (first.reopened_reason, first.reopened_by) == ("A slip.", manager)
    assert services.standing_publication(MARCH) is None
    revision = revise(approved, 70, by=officer, approved_by=manager)
    second = publish(manager)
    assert second.edition == 2
    assert [p.figures.get().value for p in (first, second)] == [60, 70]
    assert second.figures.get().outturn == revision
    assert AuditEvent.objects.get(action="reopened").detail == {"reason": "A slip."}


def test_a_month_is_not_reopened_without_a_reason_nor_unless_it_is_published(
    approved: Outturn, manager: User
) -> None:
    with pytest.raises(Refused, match="is not published"):
        services.reopen(month=MARCH, reason="A slip.", by=manager)
    publish(manager)
    with pytest.raises(Refused, match="Say why"):
        services.reopen(month=MARCH, reason=" ", by=manager)


def test_publishing_takes_as_many_queries_for_many_figures_as_for_few(
    manager: User, django_assert_max_num_queries: Any
) -> None:
    for month, count in ((MARCH, 2), (date(2015, 4, 1), 20)):
        Measure.objects.update(on_scorecard=False)
        for _ in range(count):
            OutturnFactory(month=month)
        with django_assert_max_num_queries(32):
            services.publish(month=month, by=manager)


# ---- two at the same moment --------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_approved_while_a_month_is_being_published(
    officer: User, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a figure would be published with what was said of the one before it."""
    computed, other = publishing.compute_snapshots, UserFactory(role="manager")

    def compute_slowly(**months: Any) -> int:
        written = computed(**months)
        sleep(0.5)
        return written

    monkeypatch.setattr(publishing, "compute_snapshots", compute_slowly)
    approved = OutturnFactory(month=MARCH, value=60)

    def revise_meanwhile() -> None:
        sleep(0.2)
        revise(approved, 70, by=officer, approved_by=other)

    assert at_once(lambda: publish(manager), revise_meanwhile) == [None, None]
    figure = PublishedFigure.objects.get()
    assert (figure.value, figure.outturn.value) == (60, 60)
    assert Outturn.objects.approved().get().value == 70


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_publish_at_once_one_is_told(manager: User) -> None:
    OutturnFactory(month=MARCH)
    other = UserFactory(role="manager")
    raised = at_once(lambda: publish(manager), lambda: publish(other))
    assert {type(error) for error in raised} == {type(None), Refused}
    assert Publication.objects.count() == 1


def test_what_a_publication_shows_of_a_measure_does_not_change_with_it(manager: User) -> None:
    measure = MeasureFactory(short_name="As it was", theme="First theme")
    TargetFactory(measure=measure, starts=date(2016, 1, 1), value=95)
    OutturnFactory(series__measure=measure, month=MARCH, value=80)
    publication = services.publish(month=MARCH, by=manager)
    before = as_published(publication, manager).rows
    measure.short_name, measure.theme, measure.owner = "As it is", "Second theme", PostFactory()
    measure.on_scorecard = False
    measure.save()
    measure.targets.update(starts=date(2015, 9, 1), value=70)
    (row,) = after = as_published(publication, manager).rows
    assert after == before
    assert (row.name, row.theme, row.next_target.text) == ("As it was", "First theme", "95.0%")


@pytest.mark.django_db
def test_a_figure_of_a_day_in_the_month_is_not_the_months() -> None:
    """A paper may print a measure as of 28 February; the month's own figure is still due."""
    measure = MeasureFactory()
    OutturnFactory(series__measure=measure, kind=PeriodKind.DATE)
    assert missing_measures(date(2015, 2, 1)) == [measure]

    OutturnFactory(series__measure=measure)
    assert missing_measures(date(2015, 2, 1)) == []
