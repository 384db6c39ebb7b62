"""How the ledger is read: small steps that chain."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from bucks_cs.lib.disclosure import LARGEST_HIDDEN
from bucks_cs.lib.periods import add_months, last_day
from bucks_cs.roles import May

if TYPE_CHECKING:
    from bucks_cs.models import User

    from .models import Outturn, Publication, Snapshot  # noqa: F401 - the querysets are of these


class OutturnQuerySet(models.QuerySet["Outturn"]):
    def approved(self) -> OutturnQuerySet:
        return self.filter(status="approved")

    def in_progress(self) -> OutturnQuerySet:
        return self.filter(status__in=("draft", "submitted", "returned"))

    def actual(self) -> OutturnQuerySet:
        """Outturns, not projections."""
        return self.filter(projection=False)

    def home(self) -> OutturnQuerySet:
        """The council's own figures."""
        return self.filter(series__area__code=settings.HOME_AREA)

    def whole(self) -> OutturnQuerySet:
        """Figures of the whole, not of a category."""
        return self.filter(series__category="")

    def ending_in(self, month: date) -> OutturnQuerySet:
        return self.filter(period_end__range=(month, last_day(month)))

    def small(self) -> OutturnQuerySet:
        """Figures of so few children that not everybody may see them, as `presenters.is_kept_back`
        has it, and those withheld because they would tell of so few."""
        counts = Q(numerator__isnull=True, series__measure__unit="count")
        return self.filter(
            Q(numerator__gt=0, numerator__lte=LARGEST_HIDDEN)
            | Q(denominator__gt=0, denominator__lte=LARGEST_HIDDEN)
            | counts & Q(value__gt=0, value__lte=LARGEST_HIDDEN)
            | Q(withheld=True)
        )

    def known_at(self, moment: datetime) -> OutturnQuerySet:
        """The revisions that stood approved at that moment."""
        return self.filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment),
            status__in=("approved", "superseded"),
            approved_at__lte=moment,
        )

    def visible_to(self, user: User) -> OutturnQuerySet:
        """Approved figures that this person may see."""
        return self.approved().open_to(user)

    def open_to(self, user: User) -> OutturnQuerySet:
        """A member sees the figures of months that have been published, and those that stand in
        a published document already."""
        if user.may(May.SEE_UNPUBLISHED):
            return self.all()
        return self.filter(
            Q(document__isnull=False)
            | Q(period_end__in=[last_day(month) for month in published_months()])
        )


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def ending_in(self, month: date) -> SnapshotQuerySet:
        return self.filter(period_end__range=(month, last_day(month)))

    def home(self) -> SnapshotQuerySet:
        return self.filter(series__area__code=settings.HOME_AREA)


class PublicationQuerySet(models.QuerySet["Publication"]):
    def standing(self) -> PublicationQuerySet:
        """Publications not reopened since."""
        return self.filter(reopened_at__isnull=True)

    def months(self) -> list[date]:
        """Months ever published, latest first."""
        return list(self.order_by("-month").values_list("month", flat=True).distinct())


def published_months() -> list[date]:
    publications: PublicationQuerySet = apps.get_model("scorecard", "Publication").objects.all()
    return publications.months()


def month_in_hand(today: date) -> date:
    """The month to be entered now: the one after the latest published, or, where none is
    published yet, the last complete month."""
    months = published_months()
    return add_months(months[0], 1) if months else add_months(today.replace(day=1), -1)
