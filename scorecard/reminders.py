"""Reminders of what is to enter: one plain e-mail an officer, at most one a day, and none for
nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from bucks_cs import audit
from bucks_cs.lib.periods import day_label, last_day, month_label
from bucks_cs.models import AuditEvent, User
from bucks_cs.roles import May

from .models import Outturn, Status
from .querysets import month_in_hand
from .sheet import Line, counted, due_day, lines_of

logger = logging.getLogger(__name__)

ACTION = "reminded"


@dataclass(slots=True)
class Due:
    """What waits for one officer: what is missing from the month in hand, and what was returned,
    by month."""

    month: date
    today: date
    missing: list[Line] = field(default_factory=list)
    returned: dict[date, list[Line]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.missing) + sum(map(len, self.returned.values()))

    @property
    def due(self) -> date:
        return due_day(self.month)

    @property
    def overdue(self) -> bool:
        return self.today > self.due

    @property
    def subject(self) -> str:
        figures = counted(self.count, "figure")
        if not self.missing:
            return f"Returned to you: {figures} to look at again"
        when = "overdue since" if self.overdue else "due by"
        return f"{month_label(self.month)}: {figures} to enter, {when} {day_label(self.due)}"


def waiting(today: date) -> list[tuple[User, Due]]:
    """What waits for each officer who can be written to; those for whom nothing does are left
    out. A month is due once it has ended.

    A measure that a post owns is its holders' work; one that nobody owns, or whose post nobody
    holds, is every officer's. A returned figure goes to whoever entered it as well.
    """
    month = month_in_hand(today)
    people = [person for person in User.objects.who_may(May.ENTER).order_by("pk") if person.email]
    found = {person.pk: Due(month, today) for person in people}
    if today > last_day(month):
        for line in lines_of(month):
            if line.is_missing and line.status is not Status.RETURNED:
                for person in _whose(line, people):
                    found[person.pk].missing.append(line)
    for returned_month in _months_with_returned():
        for line in lines_of(returned_month):
            if line.status is Status.RETURNED:
                for person in _whose(line, people):
                    found[person.pk].returned.setdefault(returned_month, []).append(line)
    return [(person, found[person.pk]) for person in people if found[person.pk].count]


def _months_with_returned() -> Iterable[date]:
    ends = Outturn.objects.home().actual().filter(status=Status.RETURNED)
    return sorted({end.replace(day=1) for end in ends.values_list("period_end", flat=True)})


def _whose(line: Line, people: Sequence[User]) -> list[User]:
    owner, current = line.measure.owner_id, line.slot.current
    holders = [person for person in people if owner is not None and person.post_id == owner]
    # Those who approve are asked only for what is theirs by name.
    whose = holders or [person for person in people if not person.may(May.APPROVE)]
    if line.status is Status.RETURNED and current:
        whose += [p for p in people if p.pk == current.entered_by_id and p not in whose]
    return whose


def send(today: date) -> int:
    """Sends today's reminders that have not been sent yet; returns how many. Safe to run twice.

    An address that cannot be written to is logged, and keeps nobody else from theirs.
    """
    sent = 0
    for person, due in waiting(today):
        try:
            sent += _remind(person, due)
        except OSError:  # SMTP's errors, and the network's
            logger.exception("The reminder to %s could not be sent", person.username)
    return sent


@transaction.atomic
def _remind(person: User, due: Due) -> bool:
    User.objects.select_for_update().get(pk=person.pk)
    day = due.today.isoformat()
    told = AuditEvent.objects.filter(action=ACTION, subject=person.username, detail__day=day)
    if told.exists():
        return False
    audit.record(ACTION, person.username, by=None, day=day, figures=due.count)
    context = {"person": person, "due": due, "site": settings.SITE_URL}
    text = render_to_string("scorecard/reminder.txt", context)
    EmailMessage(due.subject, text, to=[person.email]).send()
    return True
