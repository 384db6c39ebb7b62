"""A factory a model of the plans: the least that is valid, and nothing that a test does not ask
for. Parts that are not given a plan share one with what they belong to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from improvement_plan import models
from improvement_plan.progress import Rating
from scorecard.models import Status
from tests.factories import PostFactory


class PlanFactory(DjangoModelFactory[models.Plan]):
    """A plan that is read as at 31 March 2015."""

    class Meta:
        model = models.Plan

    slug = factory.Sequence(lambda n: f"plan-{n}")
    title = factory.LazyAttribute(lambda plan: f"The whole title of {plan.slug}")
    short_title = factory.LazyAttribute(lambda plan: plan.slug.capitalize())
    read_at = date(2015, 3, 31)


class DivisionFactory(DjangoModelFactory[models.Division]):
    class Meta:
        model = models.Division

    plan = factory.SubFactory(PlanFactory)
    key = factory.Sequence(lambda n: str(n + 1))
    ref = factory.SelfAttribute("key")
    order = factory.Sequence(lambda n: n)
    title = factory.LazyAttribute(lambda division: f"Improving {division.key}")


class ObjectiveFactory(DjangoModelFactory[models.Objective]):
    class Meta:
        model = models.Objective

    division = factory.SubFactory(DivisionFactory)
    plan = factory.SelfAttribute("division.plan")
    key = factory.Sequence(lambda n: f"O{n}")
    ref = factory.SelfAttribute("key")
    order = factory.Sequence(lambda n: n)
    title = factory.LazyAttribute(lambda objective: f"Objective {objective.key} is met")


class ActionFactory(DjangoModelFactory[models.Action]):
    """An action on track for 30 April 2015, without an owner: `ActionFactory(owned_by=[post])`."""

    class Meta:
        model = models.Action
        skip_postgeneration_save = True

    division = factory.SubFactory(DivisionFactory)
    plan = factory.SelfAttribute("division.plan")
    key = factory.Sequence(lambda n: f"A{n}")
    ref = factory.SelfAttribute("key")
    order = factory.Sequence(lambda n: n)
    text = factory.LazyAttribute(lambda action: f"Do {action.key}")
    due_text = "30/04/15"
    due_date = date(2015, 4, 30)
    printed_rag = "A"
    rating = Rating.AMBER

    @factory.post_generation
    def owned_by(self: Any, create: bool, extracted: Any, **options: Any) -> None:
        if extracted:
            self.owners.set(extracted)


class UpdateFactory(DjangoModelFactory[models.Update]):
    """A submitted report that the action stays amber, complete enough to be approved."""

    class Meta:
        model = models.Update

    action = factory.SubFactory(ActionFactory)
    on = date(2015, 3, 31)
    rating = Rating.AMBER
    progress = "Half of it is done."
    reason = "One team has not begun."
    next_steps = "That team begins in April."
    status = Status.SUBMITTED
    approved_at = factory.LazyAttribute(
        lambda one: datetime(2015, 4, 1, tzinfo=UTC) if one.status == Status.APPROVED else None
    )


class CostFactory(DjangoModelFactory[models.Cost]):
    class Meta:
        model = models.Cost

    action = factory.SubFactory(ActionFactory)
    year = "2014/15"
    kind = models.CostKind.ONE_OFF
    printed = "£40k"
    amount = 40_000


class SuccessMeasureFactory(DjangoModelFactory[models.SuccessMeasure]):
    class Meta:
        model = models.SuccessMeasure

    division = factory.SubFactory(DivisionFactory)
    plan = factory.SelfAttribute("division.plan")
    key = factory.Sequence(lambda n: f"M{n}")
    order = factory.Sequence(lambda n: n)
    name = factory.LazyAttribute(lambda one: f"% of {one.key}")
    target_text = "95%"
    current_text = "78%"
    printed_rag = "R"


class RecommendationFactory(DjangoModelFactory[models.Recommendation]):
    class Meta:
        model = models.Recommendation

    plan = factory.SubFactory(PlanFactory)
    ref = factory.Sequence(lambda n: f"B{n}")
    made_by = "Ofsted"
    order = factory.Sequence(lambda n: n)
    text = factory.LazyAttribute(lambda one: f"Ensure that {one.ref} is done")


class RiskFactory(DjangoModelFactory[models.Risk]):
    """A risk without a rating: `RiskRatingFactory(risk=risk)` gives it one."""

    class Meta:
        model = models.Risk

    plan = factory.SubFactory(PlanFactory)
    ref = factory.Sequence(lambda n: str(400 + n))
    order = factory.Sequence(lambda n: n)
    if_text = "staff leave"
    then_text = "targets are missed"
    owner = factory.SubFactory(PostFactory)


class RiskRatingFactory(DjangoModelFactory[models.RiskRating]):
    class Meta:
        model = models.RiskRating

    risk = factory.SubFactory(RiskFactory)
    on = date(2015, 2, 28)
    rating = Rating.AMBER
    reason = "Recruitment goes slowly."


class StatusReportFactory(DjangoModelFactory[models.StatusReport]):
    """A draft of March 2015, rated and written enough to be published."""

    class Meta:
        model = models.StatusReport

    plan = factory.SubFactory(PlanFactory)
    month = date(2015, 3, 1)
    title = "Status report"
    summary = "The pace of change continues."
    overall = measures = actions = risks = Rating.AMBER
    reason = "As the board agreed."
