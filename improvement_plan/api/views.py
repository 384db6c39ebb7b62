"""The plans' lists. What they hold stands in a published paper or has been approved, so that
everybody who signs in may read it; a report in progress is in none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from bucks_cs.api.lists import DetailView, ListView
from bucks_cs.roles import May

from ..models import Action, Plan, Recommendation, Risk, SuccessMeasure
from ..progress import Flag, Standing
from ..risks import RiskRow, risk_rows
from ..rows import ActionRow, Tally, action_rows, points
from ..success import SuccessRow, rows_of
from . import queries, serializers

OF_PLANS = ("plan__order", "plan_id", "order", "pk")
"""Plan by plan, each part in its order."""


def own_day() -> Any:
    """The day at which the plan of a row is read, for the database to work out."""
    return Coalesce("plan__read_at", timezone.localdate())


@dataclass(frozen=True, slots=True)
class SeenPlan:
    """A plan, and how its actions stand on its day."""

    plan: Plan
    day: date
    tally: Tally


def plans_seen(plans: Sequence[Plan]) -> Iterator[SeenPlan]:
    """In one query, however many there are. Their divisions have been read."""
    today = timezone.localdate()
    of_division: dict[int, list[Standing]] = {}
    for point in points(Action.objects.filter(plan__in=plans)):
        of_division.setdefault(point.division, []).append(point.standing)
    for plan in plans:
        day = plan.day(today)
        standings = [of_division.get(division.pk, []) for division in plan.divisions.all()]
        yield SeenPlan(plan, day, Tally.of(chain.from_iterable(standings), day))


class PlansView(ListView):
    """Plans: how many of their actions are of each rating, and their divisions."""

    queryset = Plan.objects.prefetch_related("divisions").order_by("order", "pk")
    serializer_class = serializers.PlanRow
    may_read = May.SEE_PUBLISHED

    def rows(self, found: Sequence[Plan]) -> Sequence[SeenPlan]:
        return list(plans_seen(found))


class PlanView(DetailView):
    """One plan, by its slug."""

    queryset = PlansView.queryset
    lookup_field = "slug"
    lookup_url_kwarg = "code"
    serializer_class = serializers.PlanRow
    may_read = May.SEE_PUBLISHED

    def get_object(self) -> SeenPlan:
        (seen,) = plans_seen([super().get_object()])
        return seen


class ActionsView(ListView):
    """Actions as they stand: as printed, until an approved report on one says otherwise."""

    serializer_class = serializers.ActionRow
    query_class = queries.ActionQuery
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Action]:
        overdue = Action.objects.flagged(Flag.OVERDUE, own_day()).filter(pk=OuterRef("pk"))
        return Action.objects.for_rows().alias(overdue=Exists(overdue)).order_by(*OF_PLANS)

    def rows(self, found: Sequence[Action]) -> Sequence[ActionRow]:
        return action_rows(found)


class SuccessMeasuresView(ListView):
    """Success measures: what is printed, what the scorecard’s rule makes of that, and the
    scorecard’s latest figure, as the reader may see it."""

    queryset = SuccessMeasure.objects.order_by(*OF_PLANS)
    serializer_class = serializers.SuccessMeasureRow
    query_class = queries.SuccessMeasureQuery
    may_read = May.SEE_PUBLISHED

    def rows(self, found: Sequence[SuccessMeasure]) -> Sequence[SuccessRow]:
        page = self.queryset.filter(pk__in=[one.pk for one in found])
        return rows_of(page, self.request.user)


class RecommendationsView(ListView):
    """What inspections and reviews recommended, and what answers it."""

    queryset = (
        Recommendation.objects.select_related("plan")
        .prefetch_related("divisions", "actions")
        .order_by(*OF_PLANS)
    )
    serializer_class = serializers.RecommendationRow
    query_class = queries.RecommendationQuery
    may_read = May.SEE_PUBLISHED


class RisksView(ListView):
    """Risks: what is done about each, how it was last rated, and whether it goes up to the
    board."""

    serializer_class = serializers.RiskRow
    query_class = queries.RiskQuery
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Risk]:
        closed = Q(closed_on__isnull=False, closed_on__lte=own_day())
        return Risk.objects.select_related("plan").alias(closed=closed).order_by(*OF_PLANS)

    def rows(self, found: Sequence[Risk]) -> Sequence[RiskRow]:
        """The queries are a plan's, however many of its risks there are."""
        today = timezone.localdate()
        return [
            row
            for plan, risks in groupby(found, attrgetter("plan"))
            for row in risk_rows(plan, plan.day(today), pk__in=[risk.pk for risk in risks])
        ]
