"""What each list of the plans may be asked for."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from bucks_cs.api.fields import Day, Text, Word, YesNo
from bucks_cs.api.lists import Query
from bucks_cs.models import Post
from scorecard.models import Measure

from ..models import Action, Division, Objective, Plan, Recommendation
from ..progress import Rating


class Named(Text):
    """The name of a record that must be there: by one misspelt nothing would be found, as though
    there were nothing. `by` is the field of the model `of` that it stands in."""

    def __init__(self, of: type[Model], by: str, *, max_length: int = 20, **options: Any) -> None:
        self.of, self.by = of, by
        super().__init__(max_length=max_length, required=False, **options)

    def problem(self, name: str, plan: str | None) -> str:
        """`plan` is the slug of the plan that was asked for, if one was: it must be there."""
        records, where = self.of._default_manager.filter(**{self.by: name}), ""
        if plan and hasattr(self.of, "plan"):
            records, where = records.filter(plan__slug=plan), " in this plan"
        words = self.of._meta.verbose_name
        return "" if records.exists() else f"There is no {words} “{name}”{where}."


class PlanQuery(Query):
    """What the parts of plans may be asked for."""

    plan = Named(Plan, "slug", max_length=50, source="plan__slug", help_text="Its slug.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = super().validate(attrs)
        problems = {
            name: [problem]
            for name, field in self.fields.items()
            if isinstance(field, Named)
            and field.source in wanted
            and (problem := field.problem(wanted[field.source], wanted.get("plan__slug")))
        }
        if problems:
            raise serializers.ValidationError(problems)
        return wanted


class ActionQuery(PlanQuery):
    division = Named(Division, "key", source="division__key", help_text="Its key.")
    objective = Named(Objective, "key", source="objective__key", help_text="Its key.")
    owner = Named(
        Post, "title", max_length=200, source="owners__title", help_text="The title of a post."
    )
    rag = Word(Rating, source="rating", required=False)
    overdue = YesNo(required=False, help_text="On the day at which the plan is read.")
    due_from = Day(source="due_date__gte", required=False)
    due_to = Day(source="due_date__lte", required=False)
    recommendation = Named(
        Recommendation, "ref", source="recommendations__ref", help_text="Those that answer it."
    )


class SuccessMeasureQuery(PlanQuery):
    division = Named(Division, "key", source="division__key", help_text="Its key.")
    objective = Named(Objective, "key", source="objective__key", help_text="Its key.")
    measure = Named(
        Measure, "code", max_length=50, source="measure__code", help_text="Of the scorecard."
    )


class RecommendationQuery(PlanQuery):
    division = Named(Division, "key", source="divisions__key", help_text="Those that it answers.")
    action = Named(Action, "key", source="actions__key", help_text="Those that it answers.")


class RiskQuery(PlanQuery):
    owner = Named(
        Post, "title", max_length=200, source="owner__title", help_text="The title of a post."
    )
    closed = YesNo(required=False, help_text="By the day at which the plan is read.")
