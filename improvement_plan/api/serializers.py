"""Rows of the API, field by field. The names are a contract: other programs rely on them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bucks_cs.api.fields import Word
from scorecard.api.serializers import code
from scorecard.rag import Rag

from ..escalation import Movement
from ..models import Division, Recommendation
from ..progress import Flag, Rating
from ..reading import read_rating
from ..rows import ActionRow as Shown


def slug_of(source: str) -> serializers.CharField:
    return serializers.CharField(source=f"{source}.slug", help_text="Its slug.")


def key_of(source: str, **options: Any) -> serializers.CharField:
    """The key of a part of the same plan."""
    return serializers.CharField(source=f"{source}.key", help_text="Its key.", **options)


def as_printed(source: str) -> serializers.CharField:
    return serializers.CharField(source=source, help_text="As printed.")


class PrintedRating(Word):
    """A rating as its document prints it, in the words of `rag`."""

    def __init__(self, source: str) -> None:
        super().__init__(Rating, source=source, help_text="As printed in the plan’s document.")

    def to_representation(self, value: str) -> str:
        return super().to_representation(read_rating(value))


def in_csv(row: serializers.BaseSerializer[Any]) -> bool:
    """Whether the row is for a CSV file, whose cells hold one text each."""
    return bool(row.context["request"].accepted_renderer.format == "csv")


class DivisionRow(serializers.ModelSerializer[Division]):
    class Meta:
        model = Division
        fields = ("key", "ref", "title", "outcome", "sponsor", "lead")


class PlanRow(serializers.Serializer[Any]):
    """A `SeenPlan`."""

    slug = serializers.CharField(source="plan.slug")
    title = serializers.CharField(source="plan.title")
    short_title = serializers.CharField(source="plan.short_title")
    division_word = serializers.CharField(
        source="plan.division_word", help_text="What a division is called, as Workstream."
    )
    day = serializers.DateField(help_text="At which the plan is read, and its dates are reckoned.")
    actions = serializers.IntegerField(source="tally.total", help_text="How many there are.")
    actions_red = serializers.IntegerField(source="tally.red")
    actions_amber = serializers.IntegerField(source="tally.amber")
    actions_green = serializers.IntegerField(source="tally.green")
    actions_none = serializers.IntegerField(source="tally.none", help_text="Not rated.")
    actions_overdue = serializers.IntegerField(source="tally.overdue")
    divisions = DivisionRow(
        source="plan.divisions",
        many=True,
        help_text="Each with `key`, `ref`, `title`, `outcome`, `sponsor` and `lead`; in CSV their "
        "keys.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if in_csv(self):
            shown["divisions"] = [division["key"] for division in shown["divisions"]]
        return shown


class ActionRow(serializers.Serializer[Any]):
    """An action as pages show it (`improvement_plan.rows`)."""

    plan = slug_of("action.plan")
    key = serializers.CharField(source="action.key", help_text="Unique in its plan.")
    ref = as_printed("action.ref")
    division = key_of("action.division")
    objective = key_of("action.objective", allow_null=True)
    text = serializers.CharField(source="action.text")
    due_text = as_printed("action.due_text")
    due_date = serializers.DateField(
        source="action.due_date",
        allow_null=True,
        help_text="That stands now; null where there is none, or none that can be read.",
    )
    ongoing = serializers.BooleanField(source="action.ongoing")
    owners = serializers.SerializerMethodField(
        help_text="Titles of posts; in CSV parted by semicolons."
    )
    owners_text = as_printed("action.owners_text")
    rag = Word(Rating, source="rating", help_text="That stands now.")
    printed_rag = PrintedRating("action.printed_rag")
    completed_on = serializers.DateField(source="action.completed_on", allow_null=True)
    overdue = serializers.BooleanField(help_text="On the day at which the plan is read.")
    flags = serializers.ListField(
        child=serializers.ChoiceField([(flag.value, flag.label) for flag in Flag]),
        help_text="What date and rating say: "
        + ", ".join(f"`{flag.value}` {flag.label.lower()}" for flag in Flag)
        + ".",
    )

    def get_owners(self, row: Shown) -> list[str]:
        return [post.title for post in row.action.owners.all()]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if in_csv(self):  # titles have spaces of their own
            shown["owners"] = "; ".join(shown["owners"])
        return shown


class SuccessMeasureRow(serializers.Serializer[Any]):
    """A `success.SuccessRow`: what is printed, and what the scorecard says by the plan's day."""

    plan = slug_of("measure.plan")
    key = serializers.CharField(source="measure.key", help_text="Unique in its plan.")
    division = key_of("measure.division")
    objective = key_of("measure.objective", allow_null=True)
    list = serializers.CharField(
        source="measure.list_name", help_text="Empty for the table; else the list that it is of."
    )
    name = as_printed("measure.name")
    target_text = as_printed("measure.target_text")
    current_text = as_printed("measure.current_text")
    printed_rag = PrintedRating("measure.printed_rag")
    rule_rag = Word(
        Rag,
        source="by_rule",
        allow_null=True,
        help_text="What the scorecard’s rule makes of the printed figure and target.",
    )
    measure = code("measure.measure")
    live_value = serializers.FloatField(
        source="live.figure.number",
        allow_null=True,
        help_text="The measure’s latest figure by the plan’s day.",
    )
    live_symbol = serializers.CharField(
        source="live.figure.symbol",
        allow_null=True,
        help_text="Why there is no live value, as in `outturns`.",
    )
    live_period = serializers.CharField(
        source="live.when", allow_null=True, help_text="In words: February 2015."
    )
    live_rag = Word(Rag, allow_null=True, help_text="Null where that figure is not rated.")
    disagreements = serializers.ListField(
        child=serializers.CharField(),
        help_text="Where printed figures, ratings and the rule contradict each other: sentences.",
    )


class RecommendationRow(serializers.ModelSerializer[Recommendation]):
    plan = slug_of("plan")
    story = serializers.CharField(help_text="The story behind it.")
    good = serializers.CharField(help_text="What good looks like.")
    divisions = serializers.SerializerMethodField(help_text="Keys of those that answer it.")
    actions = serializers.SerializerMethodField(help_text="Keys of those that answer it.")

    class Meta:
        model = Recommendation
        fields = (
            "plan", "ref", "made_by", "group", "text", "story", "good", "divisions", "actions",
        )  # fmt: skip

    def get_divisions(self, recommendation: Recommendation) -> list[str]:
        return [division.key for division in recommendation.divisions.all()]

    def get_actions(self, recommendation: Recommendation) -> list[str]:
        return [action.key for action in recommendation.actions.all()]


class RiskRow(serializers.Serializer[Any]):
    """A `risks.RiskRow`, of the plan's day. A name that Python keeps for itself ends in an
    underscore here."""

    plan = slug_of("risk.plan")
    ref = serializers.CharField(source="risk.ref")
    if_ = serializers.CharField(source="risk.if_text", help_text="IF this happens,")
    then = serializers.CharField(source="risk.then_text", help_text="THEN this follows.")
    mitigation = serializers.CharField(source="risk.mitigation", help_text="One measure a line.")
    owner = serializers.CharField(
        source="risk.owner.title", allow_null=True, help_text="The title of a post."
    )
    rag = Word(Rating, source="rating", help_text="As it was last rated.")
    rated_on = serializers.DateField(source="latest.on", allow_null=True)
    movement = serializers.ChoiceField(
        [(move.value, move.label) for move in Movement],
        allow_null=True,
        help_text="Since it was rated before; null where it never was rated.",
    )
    escalated = serializers.ListField(
        source="reasons",
        child=serializers.CharField(),
        help_text="Why it goes up to the board on the plan’s day: sentences. Empty if it does not.",
    )
    closed_on = serializers.DateField(source="risk.closed_on", allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}
