"""A factory a model: the least that is valid, and nothing that a test does not ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from bucks_cs import models as people
from bucks_cs.lib.periods import Period, PeriodKind, add_months
from bucks_cs.roles import Role
from scorecard import models
from scorecard.rag import Polarity


class PostFactory(DjangoModelFactory[people.Post]):
    class Meta:
        model = people.Post

    title = factory.Sequence(lambda n: f"Head of Service {n}")


class UserFactory(DjangoModelFactory[people.User]):
    class Meta:
        model = people.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    role = Role.OFFICER
    password = factory.django.Password("a long pass phrase")


class AreaFactory(DjangoModelFactory[models.Area]):
    """The council's own area, unless told otherwise."""

    class Meta:
        model = models.Area
        django_get_or_create = ("code",)

    code = "bucks"
    name = factory.LazyAttribute(lambda area: area.code.replace("-", " ").capitalize())
    kind = models.AreaKind.AUTHORITY


class MeasureFactory(DjangoModelFactory[models.Measure]):
    """A monthly percentage where higher is better."""

    class Meta:
        model = models.Measure
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"measure-{n}")
    name = factory.LazyAttribute(lambda measure: f"% {measure.code}")
    short_name = factory.LazyAttribute(lambda measure: measure.code.capitalize())
    theme = "Front door and assessment"
    unit = models.Unit.PERCENT
    polarity = Polarity.HIGHER
    on_scorecard = True
    order = factory.Sequence(lambda n: n)
    numerator_label = "Done in time"
    denominator_label = "All"


class TargetFactory(DjangoModelFactory[models.Target]):
    class Meta:
        model = models.Target

    measure = factory.SubFactory(MeasureFactory)
    starts = date(2014, 4, 1)
    value = Decimal(90)


class SeriesFactory(DjangoModelFactory[models.Series]):
    class Meta:
        model = models.Series
        django_get_or_create = ("measure", "area", "category")

    measure = factory.SubFactory(MeasureFactory)
    area = factory.SubFactory(AreaFactory)
    category = ""


class OutturnFactory(DjangoModelFactory[models.Outturn]):
    """An approved figure of February 2015: `OutturnFactory(value=80, month=date(2015, 1, 1))`."""

    class Meta:
        model = models.Outturn

    class Params:
        month = date(2015, 2, 1)
        kind = PeriodKind.MONTH
        period = factory.LazyAttribute(lambda o: Period.ending_in(o.kind, o.month))

    series = factory.SubFactory(SeriesFactory)
    period_kind = factory.LazyAttribute(lambda o: o.period.kind)
    period_start = factory.LazyAttribute(lambda o: o.period.start)
    period_end = factory.LazyAttribute(lambda o: o.period.end)
    value = Decimal(80)
    status = models.Status.APPROVED
    approved_at = factory.LazyAttribute(
        lambda o: (
            datetime(2015, 4, 7, tzinfo=UTC)
            if o.status in (models.Status.APPROVED, models.Status.SUPERSEDED)
            else None
        )
    )


class PublicationFactory(DjangoModelFactory[models.Publication]):
    class Meta:
        model = models.Publication

    month = date(2015, 2, 1)
    published_at = datetime(2015, 4, 7, tzinfo=UTC)


def history(series: models.Series, *values: float | None, until: date = date(2015, 2, 1)) -> Any:
    """Approved outturns of consecutive months ending at `until`; None leaves a month out."""
    months = [add_months(until, place + 1 - len(values)) for place in range(len(values))]
    return [
        OutturnFactory(series=series, month=month, value=Decimal(str(value)))
        for month, value in zip(months, values, strict=True)
        if value is not None
    ]
