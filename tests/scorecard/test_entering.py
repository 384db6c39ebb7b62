"""Saving, discarding and submitting figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.lib.periods import Period, PeriodKind
from bucks_cs.models import AuditEvent, User
from scorecard import services
from scorecard.entry import Entered
from scorecard.models import Outturn, Series, Source, Status
from scorecard.services import Draft, EditConflict, Invalid, NotReady, NotSaved, Refused
from tests.at_once import at_once
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    SeriesFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARCH, END = date(2015, 3, 1), date(2015, 3, 31)
PERIOD = Period.starting(PeriodKind.MONTH, MARCH)


def value(number: float | str, **rest: str) -> Entered:
    return Entered(value=Decimal(str(number)), **rest)


def save(series: Series, entered: Entered, by: User, seen: str | None = None) -> Outturn:
    return services.save_draft(series=series, period=PERIOD, entered=entered, seen=seen, by=by)


def token(outturn: Outturn) -> str:
    return f"{outturn.pk}.{outturn.version}"


def told(action: str) -> list[dict[str, Any]]:
    return [event.detail for event in AuditEvent.objects.filter(action=action).order_by("pk")]


# ---- saving ------------------------------------------------------------------------


def test_a_new_figure_is_saved_as_a_draft_of_its_period(officer: User) -> None:
    series = SeriesFactory()
    outturn = save(series, Entered(Decimal(53), Decimal(80), commentary=" Why. "), officer)
    outturn.refresh_from_db()
    assert (outturn.value, outturn.numerator, outturn.denominator) == (Decimal("66.3"), 53, 80)
    assert (outturn.status, outturn.revision, outturn.version) == (Status.DRAFT, 1, 1)
    assert (outturn.period, outturn.entered_by) == (PERIOD, officer)
    assert (outturn.commentary, outturn.source) == ("Why.", Source.TYPED)
    (detail,) = told("saved a draft")
    assert detail["before"] is None
    assert Decimal(detail["after"]["value"]) == Decimal("66.3")


@pytest.mark.parametrize(("later", "answers"), [(70, "manager"), (71, "officer")])
def test_a_managers_figure_stays_theirs_though_an_officer_adds_words(
    later: int, answers: str, officer: User, manager: User
) -> None:
    first = save(SeriesFactory(), value(70), manager)
    second = save(first.series, value(later, commentary="Why."), officer, seen=token(first))
    assert (second.entered_by and second.entered_by.username) == answers
    services.submit(outturns=[second], by=officer)
    second.refresh_from_db()
    if answers == "manager":
        with pytest.raises(Refused, match="you entered this"):
            services.approve(seen={second.pk: second.version}, by=manager)
    else:
        services.approve(seen={second.pk: second.version}, by=manager)


def test_saving_again_changes_the_draft_and_keeps_what_it_said_in_the_trail(officer: User) -> None:
    first = save(SeriesFactory(), value(60), officer)
    second = save(first.series, value(70), officer, seen=token(first))
    assert second.pk == first.pk
    assert (second.value, second.version) == (70, 2)
    assert Decimal(told("saved a draft")[1]["before"]["value"]) == 60


def test_saving_the_same_again_changes_nothing(officer: User) -> None:
    first = save(SeriesFactory(), value(60), officer)
    again = save(first.series, value("60.0"), officer, seen=token(first))
    assert again.version == 1
    assert len(told("saved a draft")) == 1


def test_a_draft_may_be_blank_once_it_has_begun_but_not_before(officer: User) -> None:
    series = SeriesFactory()
    with pytest.raises(Refused, match="nothing to save"):
        save(series, Entered(), officer)
    save(series, value(60), officer)
    assert save(series, Entered(), officer).value is None


def test_changing_an_approved_figure_makes_a_new_revision_and_leaves_the_old(
    officer: User,
) -> None:
    approved = OutturnFactory(month=MARCH, value=60)
    revision = save(approved.series, value(70, reason="Late records."), officer)
    approved.refresh_from_db()
    assert (approved.value, approved.status) == (60, Status.APPROVED)
    assert (revision.revision, revision.status, revision.value) == (2, Status.DRAFT, 70)


def test_changing_a_submitted_figure_makes_it_a_draft_again(officer: User) -> None:
    submitted = OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    assert save(submitted.series, value(70), officer).status == Status.DRAFT


def test_a_figure_with_errors_is_refused_with_its_problems(officer: User) -> None:
    with pytest.raises(Invalid, match="cannot be more than 100") as refused:
        save(SeriesFactory(), value(101), officer)
    assert [problem.field for problem in refused.value.problems] == ["value"]
    assert not Outturn.objects.exists()


def test_a_measure_without_such_a_period_is_refused(officer: User) -> None:
    yearly = SeriesFactory(measure__frequency=PeriodKind.ACADEMIC_YEAR)
    with pytest.raises(Refused, match="no period that ends on 31 March 2015"):
        save(yearly, value(60), officer)


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_only_who_enters_may_save(role: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        save(SeriesFactory(), value(60), request.getfixturevalue(role))


# ---- somebody else in between ------------------------------------------------------


def test_the_second_of_two_is_told_and_sees_the_first(officer: User, manager: User) -> None:
    series = SeriesFactory()
    theirs = save(series, value(60), manager, seen="")
    with pytest.raises(EditConflict, match="manager changed this figure") as conflict:
        save(series, value(70), officer, seen="")
    assert conflict.value.theirs == theirs
    theirs.refresh_from_db()
    assert theirs.value == 60


def test_saving_once_more_with_their_token_means_it(officer: User, manager: User) -> None:
    theirs = save(SeriesFactory(), value(60), manager, seen="")
    assert save(theirs.series, value(70), officer, seen=token(theirs)).value == 70


def test_two_who_save_the_same_do_not_collide(officer: User, manager: User) -> None:
    theirs = save(SeriesFactory(), value(60), manager, seen="")
    assert save(theirs.series, value(60), officer, seen="") == theirs


def test_a_figure_approved_in_between_is_a_conflict_too(officer: User, manager: User) -> None:
    submitted = OutturnFactory(month=MARCH, status=Status.SUBMITTED, entered_by=officer)
    seen = token(submitted)
    services.approve(seen={submitted.pk: submitted.version}, by=manager)
    with pytest.raises(EditConflict):
        save(submitted.series, value(70), officer, seen=seen)


def test_without_a_token_whatever_stands_is_replaced(officer: User, manager: User) -> None:
    theirs = save(SeriesFactory(), value(60), manager)
    assert save(theirs.series, value(70), officer, seen=None).value == 70


# ---- many at once ------------------------------------------------------------------


def drafts(*numbers: float) -> list[Draft]:
    return [Draft(SeriesFactory(), value(number), "") for number in numbers]


def test_every_good_draft_is_saved_and_every_bad_one_says_why(officer: User) -> None:
    good, bad = drafts(60, 101)
    saved = services.save_drafts(drafts=[good, bad], period_end=END, by=officer)
    assert set(saved.outturns) == {good.series.pk}
    assert set(saved.refused) == {bad.series.pk}
    assert Outturn.objects.count() == 1


def test_all_or_none_saves_none_where_one_is_refused(officer: User) -> None:
    sent = drafts(60, 101)
    with pytest.raises(NotSaved) as refused:
        services.save_all_drafts(drafts=sent, period_end=END, by=officer, source=Source.WORKBOOK)
    assert not Outturn.objects.exists()
    assert not told("saved a draft")
    (words,) = refused.value.in_words(sent)
    assert words.endswith("A percentage cannot be more than 100. Nothing was saved.")


def test_the_system_itself_may_save_from_a_scheduled_drop() -> None:
    saved = services.save_all_drafts(
        drafts=drafts(60), period_end=END, by=None, source=Source.WORKBOOK
    )
    (outturn,) = saved.values()
    assert outturn.entered_by is None
    assert AuditEvent.objects.get(action="saved a draft").actor == "the system"


def test_saving_and_submitting_take_as_many_queries_for_many_as_for_few(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 20):
        sent = drafts(*range(50, 50 + count))
        with django_assert_max_num_queries(13):
            saved = services.save_drafts(drafts=sent, period_end=END, by=officer)
        with django_assert_max_num_queries(13):
            services.submit(outturns=saved.outturns.values(), by=officer)


# ---- discarding --------------------------------------------------------------------


def discard(outturn: Outturn, by: User, seen: str | None = None) -> None:
    services.discard(
        series=outturn.series, period_end=END, seen=token(outturn) if seen is None else seen, by=by
    )


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_a_discarded_draft_leaves_the_approved_figure_and_a_trace(
    status: Status, officer: User
) -> None:
    approved = OutturnFactory(month=MARCH, value=60)
    draft = OutturnFactory(series=approved.series, month=MARCH, revision=2, status=status, value=70)
    discard(draft, officer)
    assert Outturn.objects.get() == approved
    assert Decimal(told("discarded a draft")[0]["before"]["value"]) == 70


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_what_is_submitted_or_approved_cannot_be_discarded(status: Status, officer: User) -> None:
    outturn = OutturnFactory(month=MARCH, status=status)
    with pytest.raises(Refused, match="no draft"):
        discard(outturn, officer)


def test_a_draft_that_somebody_changed_is_not_discarded(officer: User) -> None:
    outturn = OutturnFactory(month=MARCH, status=Status.DRAFT)
    with pytest.raises(EditConflict, match="It was not discarded"):
        discard(outturn, officer, seen="")


def test_a_member_may_discard_nothing(member: User) -> None:
    with pytest.raises(PermissionDenied):
        discard(OutturnFactory(month=MARCH, status=Status.DRAFT), member)


# ---- submitting --------------------------------------------------------------------


def test_submitted_figures_wait_for_the_manager(officer: User) -> None:
    draft = OutturnFactory(month=MARCH, status=Status.DRAFT)
    returned = OutturnFactory(month=MARCH, status=Status.RETURNED, returned_reason="Check it.")
    assert services.submit(outturns=[draft, returned], by=officer) == 2
    for outturn in (draft, returned):
        outturn.refresh_from_db()
        assert (outturn.status, outturn.returned_reason) == (Status.SUBMITTED, "")
        assert outturn.submitted_at is not None
    assert len(told("submitted")) == 2


def test_one_that_is_not_ready_holds_all_back_and_says_what_it_needs(officer: User) -> None:
    ready = OutturnFactory(month=MARCH, status=Status.DRAFT)
    red = OutturnFactory(month=MARCH, status=Status.DRAFT, value=10)
    TargetFactory(measure=red.series.measure)
    with pytest.raises(NotReady) as refused:
        services.submit(outturns=[ready, red], by=officer)
    assert [problem.field for problem in refused.value.problems[red.pk]] == ["commentary"]
    ready.refresh_from_db()
    assert ready.status == Status.DRAFT


def test_a_blank_draft_cannot_be_submitted(officer: User) -> None:
    blank = OutturnFactory(month=MARCH, status=Status.DRAFT, value=None)
    with pytest.raises(NotReady):
        services.submit(outturns=[blank], by=officer)


def test_a_revision_cannot_be_submitted_without_its_reason(officer: User) -> None:
    approved = OutturnFactory(month=MARCH, value=60)
    revision = save(approved.series, value(70), officer)
    with pytest.raises(NotReady):
        services.submit(outturns=[revision], by=officer)
    revision = save(approved.series, value(70, reason="Late records."), officer)
    assert services.submit(outturns=[revision], by=officer) == 1


def test_a_warning_does_not_hold_back(officer: User) -> None:
    odd = OutturnFactory(month=MARCH, status=Status.DRAFT, value=Decimal("0.3"))
    for month in (date(2015, 2, 1), date(2015, 1, 1), date(2014, 12, 1)):
        OutturnFactory(series=odd.series, month=month, value=30)
    assert services.submit(outturns=[odd], by=officer) == 1


def test_what_changed_since_it_was_read_is_not_submitted(officer: User) -> None:
    draft = OutturnFactory(month=MARCH, status=Status.DRAFT)
    save(draft.series, value(70), officer)
    with pytest.raises(EditConflict, match="It was not submitted"):
        services.submit(outturns=[draft], by=officer)


def test_what_is_submitted_already_is_left_as_it_is(officer: User) -> None:
    assert services.submit(outturns=[OutturnFactory(status=Status.SUBMITTED)], by=officer) == 0


def test_a_member_may_submit_nothing(member: User) -> None:
    with pytest.raises(PermissionDenied):
        services.submit(outturns=[], by=member)


# ---- two at the same moment --------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_save_one_figure_at_once_one_is_told() -> None:
    series, one, other = SeriesFactory(), UserFactory(), UserFactory()
    for attempt in range(5):
        standing = Outturn.objects.first()
        seen = token(standing) if standing else ""
        raised = at_once(
            lambda n=attempt, s=seen: save(series, value(10 + n), one, seen=s),
            lambda n=attempt, s=seen: save(series, value(20 + n), other, seen=s),
        )
        assert sorted(map(type, raised), key=str) == sorted([type(None), EditConflict], key=str)
        outturn = Outturn.objects.get()
        assert outturn.version == attempt + 1
        winner = one if raised[0] is None else other
        assert outturn.entered_by == winner


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_save_and_an_approval_at_once_never_lose_the_approved_figure(
    officer: User, manager: User
) -> None:
    for _ in range(5):
        submitted = OutturnFactory(
            series=SeriesFactory(measure=MeasureFactory()),
            month=MARCH,
            status=Status.SUBMITTED,
            value=60,
            entered_by=officer,
        )
        raised = at_once(
            lambda o=submitted: save(o.series, value(70), officer, seen=token(o)),
            lambda o=submitted: services.approve(seen={o.pk: o.version}, by=manager),
        )
        assert len([error for error in raised if error is None]) == 1
        submitted.refresh_from_db()
        if raised[1] is None:
            assert isinstance(raised[0], EditConflict)
            assert (submitted.status, submitted.value) == (Status.APPROVED, 60)
        else:
            assert (submitted.status, submitted.value) == (Status.DRAFT, 70)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_pages_of_the_same_measures_saved_at_once_do_not_deadlock() -> None:
    series = [SeriesFactory() for _ in range(8)]
    one, other = UserFactory(), UserFactory()

    def page(order: list[Series], number: float, by: User) -> None:
        sent = [Draft(each, value(number), None) for each in order]
        services.save_drafts(drafts=sent, period_end=END, by=by)

    raised = at_once(
        lambda: page(series, 10, one),
        lambda: page(series[::-1], 20, other),
        lambda: page(series[4:] + series[:4], 30, one),
    )
    assert raised == [None, None, None]
    assert Outturn.objects.count() == 8
