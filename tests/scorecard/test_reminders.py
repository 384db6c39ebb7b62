"""Reminders: who is told what, once a day, and never of nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail

from bucks_cs.models import AuditEvent, User
from scorecard import reminders, tasks
from scorecard.models import Status
from tests.factories import (
    OutturnFactory,
    PostFactory,
    PublicationFactory,
    SeriesFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)
DUE, OVERDUE = date(2015, 4, 1), date(2015, 4, 13)


@pytest.fixture(autouse=True)
def _march_is_in_hand(db: Any) -> None:
    PublicationFactory()


def told(person: User) -> str:
    """The whole message to one person."""
    (message,) = [one for one in mail.outbox if one.to == [person.email]]
    return f"{message.subject}\n{message.body}"


def test_an_officer_is_told_what_is_due_and_where_to_enter_it(officer: User, settings: Any) -> None:
    settings.SITE_URL = "https://figures.example.org"
    SeriesFactory(measure__short_name="Repeat referrals")
    assert reminders.send(DUE) == 1
    text = told(officer)
    assert text.startswith("March 2015: 1 figure to enter, due by 10 April 2015\n")
    assert "- Repeat referrals\n" in text
    assert "https://figures.example.org/enter/2015-03/" in text


def test_after_the_due_day_it_says_overdue(officer: User) -> None:
    SeriesFactory()
    reminders.send(OVERDUE)
    text = told(officer)
    assert "overdue since 10 April 2015" in text
    assert "these figures were due on 10 April 2015" in text


def test_a_returned_figure_is_told_with_the_reason_in_any_month(officer: User) -> None:
    OutturnFactory(
        month=date(2015, 1, 1),
        status=Status.RETURNED,
        returned_reason="Check <the> count.",
        series__measure__on_scorecard=False,
    )
    reminders.send(DUE)
    text = told(officer)
    assert text.startswith("Returned to you: 1 figure to look at again")
    assert "Check <the> count." in text
    assert "/enter/2015-01/" in text


def test_nothing_is_sent_where_nothing_waits(officer: User) -> None:
    OutturnFactory(month=MARCH)
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    SeriesFactory(measure__on_scorecard=False)
    assert reminders.send(OVERDUE) == 0
    assert mail.outbox == []


def test_a_month_is_not_due_before_it_has_ended(officer: User) -> None:
    SeriesFactory()
    assert reminders.send(date(2015, 3, 31)) == 0
    assert reminders.send(date(2015, 4, 1)) == 1


def test_nobody_is_told_twice_in_a_day(officer: User) -> None:
    SeriesFactory()
    assert [reminders.send(day) for day in (DUE, DUE, OVERDUE)] == [1, 0, 1]
    assert len(mail.outbox) == 2
    events = AuditEvent.objects.filter(action="reminded")
    assert {event.detail["day"] for event in events} == {"2015-04-01", "2015-04-13"}


def test_each_officer_is_told_of_the_measures_of_their_post_and_of_those_without_an_owner() -> None:
    post = PostFactory()
    holder, other = UserFactory(post=post), UserFactory(post=PostFactory())
    SeriesFactory(measure__owner=post, measure__short_name="Owned")
    SeriesFactory(measure__short_name="Unowned")
    assert reminders.send(DUE) == 2
    assert "Owned" in told(holder)
    assert "Unowned" in told(holder)
    assert "- Owned" not in told(other)


def test_a_measure_whose_post_nobody_holds_is_every_officers(officer: User) -> None:
    SeriesFactory(measure__owner=PostFactory(), measure__short_name="Orphan")
    reminders.send(DUE)
    assert "Orphan" in told(officer)


def test_a_manager_is_told_only_of_what_is_theirs_by_name(officer: User, manager: User) -> None:
    SeriesFactory(measure__short_name="Unowned")
    reminders.send(DUE)
    assert [message.to for message in mail.outbox] == [[officer.email]]
    manager.post = PostFactory()
    manager.save()
    SeriesFactory(measure__owner=manager.post, measure__short_name="Theirs")
    mail.outbox.clear()
    reminders.send(OVERDUE)
    assert "- Theirs" in told(manager)
    assert "Unowned" not in told(manager)


def test_a_returned_figure_goes_to_whoever_entered_it_as_well() -> None:
    holder, enterer, third = UserFactory(post=PostFactory()), UserFactory(), UserFactory()
    OutturnFactory(
        month=MARCH,
        status=Status.RETURNED,
        entered_by=enterer,
        series__measure__owner=holder.post,
        returned_reason="Check.",
    )
    reminders.send(DUE)
    assert {message.to[0] for message in mail.outbox} == {holder.email, enterer.email}
    assert third.email not in {message.to[0] for message in mail.outbox}


def test_those_who_left_may_not_enter_or_have_no_address_are_not_told(
    member: User, administrator: User
) -> None:
    UserFactory(is_active=False)
    UserFactory(email="")
    SeriesFactory()
    assert reminders.send(DUE) == 0


def test_an_address_that_fails_keeps_nobody_else_from_theirs_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = UserFactory(), UserFactory()
    SeriesFactory()
    send = reminders.EmailMessage.send

    def send_unless_first(message: Any, **options: Any) -> int:
        if message.to == [first.email]:
            raise ConnectionRefusedError
        return send(message, **options)

    monkeypatch.setattr(reminders.EmailMessage, "send", send_unless_first)
    assert reminders.send(DUE) == 1
    assert told(second)
    assert first.username in caplog.text
    monkeypatch.undo()
    assert reminders.send(DUE) == 1


def test_the_worker_sends_todays(officer: User, time_machine: Any) -> None:
    time_machine.move_to("2015-04-01 07:30 +0000")
    SeriesFactory()
    tasks.send_reminders()
    assert "due by 10 April 2015" in told(officer)
