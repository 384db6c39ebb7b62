"""Approving figures and returning them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from scorecard import services
from scorecard.models import Outturn, Status, Unit
from scorecard.services import EditConflict, Refused
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)


def submitted(by: User | None = None, **fields: Any) -> Outturn:
    outturn: Outturn = OutturnFactory(
        **{"month": MARCH, "status": Status.SUBMITTED, "entered_by": by, **fields}
    )
    return outturn


def seen(*outturns: Outturn) -> dict[int, int]:
    return {outturn.pk: outturn.version for outturn in outturns}


# ---- approving ---------------------------------------------------------------------


def test_an_approved_figure_says_who_and_when(officer: User, manager: User) -> None:
    outturn = submitted(officer)
    assert services.approve(seen=seen(outturn), by=manager) == 1
    outturn.refresh_from_db()
    assert (outturn.status, outturn.approved_by) == (Status.APPROVED, manager)
    assert outturn.approved_at is not None
    event = AuditEvent.objects.get(action="approved")
    assert (event.user, event.detail["revision"]) == (manager, 1)


def test_an_approved_revision_supersedes_the_figure_before_it(officer: User, manager: User) -> None:
    before = OutturnFactory(month=MARCH, value=60)
    revision = submitted(officer, series=before.series, revision=2, value=70, reason="Late.")
    services.approve(seen=seen(revision), by=manager)
    before.refresh_from_db()
    assert (before.status, before.value) == (Status.SUPERSEDED, 60)
    assert before.superseded_at == Outturn.objects.get(pk=revision.pk).approved_at
    detail = AuditEvent.objects.get(action="approved").detail
    assert (float(detail["before"]), float(detail["value"]), detail["reason"]) == (60, 70, "Late.")


def test_approval_asks_for_the_months_snapshots_once_it_holds(
    officer: User,
    manager: User,
    sent_tasks: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    outturn = submitted(officer)
    with django_capture_on_commit_callbacks(execute=True):
        services.approve(seen=seen(outturn), by=manager)
        assert sent_tasks == []
    assert sent_tasks == [("scorecard.tasks.compute_month", ("2015-03",))]


def test_what_was_hidden_beside_a_small_number_stays_hidden_when_that_is_revised(
    officer: User, manager: User
) -> None:
    """The whole of the first edition is known: shown in the second, the part that did not change
    would tell the small number of the first."""
    measure = MeasureFactory(unit=Unit.COUNT, decimals=0)
    parts = {
        name: SeriesFactory(measure=measure, category=name)
        for name in ("", "Under 16", "Over 16", "Not known")
    }
    values = {"": 30, "Under 16": 3, "Over 16": 7, "Not known": 20}
    first = [submitted(officer, series=parts[name], value=value) for name, value in values.items()]
    services.approve(seen=seen(*first), by=manager)
    revised = [
        submitted(officer, series=parts[name], value=value, revision=2, reason="Late.")
        for name, value in {"": 35, "Under 16": 8}.items()
    ]
    services.approve(seen=seen(*revised), by=manager)
    withheld = Outturn.objects.approved().filter(withheld=True)
    assert set(withheld.values_list("series__category", flat=True)) == {"Under 16", "Over 16"}


def test_nobody_approves_their_own_figure(manager: User) -> None:
    outturn = submitted(manager)
    with pytest.raises(Refused, match="you entered this, so somebody else must decide"):
        services.approve(seen=seen(outturn), by=manager)
    outturn.refresh_from_db()
    assert outturn.status == Status.SUBMITTED


def test_one_own_figure_among_many_holds_all_back(officer: User, manager: User) -> None:
    theirs, own = submitted(officer), submitted(manager)
    with pytest.raises(Refused):
        services.approve(seen=seen(theirs, own), by=manager)
    theirs.refresh_from_db()
    assert theirs.status == Status.SUBMITTED


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED, Status.APPROVED])
def test_only_a_submitted_figure_can_be_decided_on(status: Status, manager: User) -> None:
    outturn = OutturnFactory(month=MARCH, status=status)
    with pytest.raises(Refused, match="not waiting for a decision"):
        services.approve(seen=seen(outturn), by=manager)


def test_a_figure_changed_since_it_was_looked_at_is_not_approved(
    officer: User, manager: User
) -> None:
    outturn = submitted(officer)
    with pytest.raises(EditConflict, match="Look at it again before you decide"):
        services.approve(seen={outturn.pk: outturn.version - 1}, by=manager)


def test_a_figure_that_is_gone_is_said_to_be(manager: User) -> None:
    with pytest.raises(Refused, match="no longer there"):
        services.approve(seen={999: 1}, by=manager)


def test_choosing_nothing_decides_nothing(manager: User) -> None:
    with pytest.raises(Refused, match="Choose at least one"):
        services.approve(seen={}, by=manager)


@pytest.mark.parametrize("role", ["officer", "member", "administrator"])
def test_only_a_manager_decides(role: str, request: pytest.FixtureRequest) -> None:
    outturn, person = submitted(), request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        services.approve(seen=seen(outturn), by=person)
    with pytest.raises(PermissionDenied):
        services.return_(seen=seen(outturn), reason="Check.", by=person)


def test_approving_takes_as_many_queries_for_many_as_for_few(
    officer: User, manager: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 20):
        chosen = []
        for _ in range(count):
            before = OutturnFactory(month=MARCH)
            chosen.append(
                submitted(officer, series=before.series, revision=2, reason="Late records.")
            )
        with django_assert_max_num_queries(14):
            services.approve(seen=seen(*chosen), by=manager)


# ---- returning ---------------------------------------------------------------------


def test_a_returned_figure_carries_the_reason(officer: User, manager: User) -> None:
    outturn = submitted(officer)
    assert services.return_(seen=seen(outturn), reason=" Check the count. ", by=manager) == 1
    outturn.refresh_from_db()
    assert (outturn.status, outturn.returned_reason) == (Status.RETURNED, "Check the count.")
    assert AuditEvent.objects.get(action="returned").detail["reason"] == "Check the count."


def test_a_figure_is_not_returned_without_a_reason(officer: User, manager: User) -> None:
    outturn = submitted(officer)
    with pytest.raises(Refused, match="Say why"):
        services.return_(seen=seen(outturn), reason="  ", by=manager)


def test_nobody_returns_their_own_figure(manager: User) -> None:
    with pytest.raises(Refused, match="you entered this"):
        services.return_(seen=seen(submitted(manager)), reason="Check.", by=manager)


def test_a_reason_to_return_is_no_longer_than_can_be_read(officer: User, manager: User) -> None:
    outturn = submitted(officer)
    with pytest.raises(Refused, match="4,000 characters or fewer"):
        services.return_(seen=seen(outturn), reason="x" * 4001, by=manager)
