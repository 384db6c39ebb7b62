"""How plans are read: small steps that chain."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from bucks_cs.roles import May

from .progress import DUE_SOON, Flag, Rating

if TYPE_CHECKING:
    from bucks_cs.models import User

    from .models import Action, StatusReport, Update  # noqa: F401 - the querysets are of these

# `progress.flags`, as the database asks it.
_FLAGGED = {
    Flag.OVERDUE: lambda day: ~Q(rating=Rating.GREEN) & Q(due_date__lt=day),
    Flag.DUE_SOON: lambda day: ~Q(rating=Rating.GREEN) & Q(due_date__range=(day, day + DUE_SOON)),
    Flag.AMBER_PAST_DATE: lambda day: Q(rating=Rating.AMBER, due_date__lt=day),
    Flag.GREEN_ONGOING: lambda day: Q(rating=Rating.GREEN, ongoing=True),
    Flag.NO_DATE: lambda day: ~Q(rating=Rating.GREEN) & Q(due_date__isnull=True) & Q(ongoing=False),
}


class ActionQuerySet(models.QuerySet["Action"]):
    def flagged(self, flag: Flag, day: date) -> ActionQuerySet:
        """Those of which `progress.flags` says `flag` on that day."""
        return self.filter(_FLAGGED[flag](day))

    def open(self) -> ActionQuerySet:
        return self.exclude(rating=Rating.GREEN)

    def of_owner(self, post_id: int | None) -> ActionQuerySet:
        """Those of a post; none where there is no post."""
        return self.filter(owners=post_id) if post_id else self.none()

    def by_date(self) -> ActionQuerySet:
        """The earliest date first; those without a date last."""
        return self.order_by(F("due_date").asc(nulls_last=True), "plan", "order")

    def for_rows(self) -> ActionQuerySet:
        """With what a row of actions shows, in a constant number of queries."""
        related = self.select_related("plan", "division__plan", "objective__plan")
        return related.prefetch_related("owners")


class UpdateQuerySet(models.QuerySet["Update"]):
    def approved(self) -> UpdateQuerySet:
        return self.filter(status="approved")

    def in_progress(self) -> UpdateQuerySet:
        return self.exclude(status="approved")

    def submitted(self) -> UpdateQuerySet:
        return self.filter(status="submitted")

    def visible_to(self, user: User) -> UpdateQuerySet:
        """A member sees what has been approved."""
        return self if user.may(May.SEE_UNPUBLISHED) else self.approved()


class ReportQuerySet(models.QuerySet["StatusReport"]):
    def published(self) -> ReportQuerySet:
        return self.filter(published_at__isnull=False)

    def visible_to(self, user: User) -> ReportQuerySet:
        """A member sees what has been published."""
        return self if user.may(May.SEE_UNPUBLISHED) else self.published()
