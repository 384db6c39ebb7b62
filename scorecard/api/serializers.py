"""Rows of the API, field by field. The names are a contract: other programs rely on them."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from rest_framework import serializers

from bucks_cs.api.fields import Month, Word

from ..entry import Severity
from ..models import PERIOD_KINDS, Absence, Area, Measure, Source, Status, Target
from ..rag import Polarity, Rag, ToleranceKind
from ..spc import Assurance, Point, Variation
from ..trends import Comparison, Direction, OnTrack


def code(source: str) -> serializers.CharField:
    """The code of a record that may not be there."""
    return serializers.CharField(
        source=f"{source}.code", allow_null=True, read_only=True, help_text="Its code."
    )


def judged(codes: type[IntEnum], name: str, help_text: str = "") -> Word:
    return Word(codes, source=f"judged.{name}", allow_null=True, help_text=help_text)


def limit(name: str, help_text: str = "") -> serializers.FloatField:
    return serializers.FloatField(source=f"control.{name}", allow_null=True, help_text=help_text)


class AreaRow(serializers.ModelSerializer[Area]):
    neighbours = code("neighbours")
    region = code("region")
    nation = code("nation")
    members = serializers.SerializerMethodField(help_text="Codes, for a group of authorities.")

    class Meta:
        model = Area
        fields = (
            "code", "name", "kind", "ons", "statistic",
            "neighbours", "region", "nation", "members", "note",
        )  # fmt: skip

    def get_members(self, area: Area) -> list[str]:
        return sorted(member.area.code for member in area.members.all())


class MeasureRow(serializers.ModelSerializer[Measure]):
    polarity = Word(Polarity)
    tolerance = serializers.FloatField()
    tolerance_kind = Word(ToleranceKind)
    owner = serializers.CharField(source="owner.title", allow_null=True, read_only=True)
    document = code("document")

    class Meta:
        model = Measure
        fields = (
            "code", "name", "short_name", "unit", "polarity", "frequency", "decimals",
            "tolerance", "tolerance_kind", "definition", "why", "theme", "order",
            "on_scorecard", "active", "numerator_label", "denominator_label", "owner",
            "also_printed_as", "document", "locator", "printed", "source_note",
        )  # fmt: skip


class TargetRow(serializers.ModelSerializer[Target]):
    measure = serializers.CharField(source="measure.code", help_text="Its code.")
    value = serializers.FloatField()
    upper = serializers.FloatField(allow_null=True)
    document = code("document")

    class Meta:
        model = Target
        fields = (
            "measure", "starts", "value", "upper",
            "document", "locator", "printed", "source_note",
        )  # fmt: skip


class Symbol(serializers.CharField):
    def __init__(self, source: str) -> None:
        super().__init__(
            source=source,
            help_text="Why there is no value: `c` hidden because it is small, `:` not available, "
            "`z` not applicable, `x` not collected. Empty where there is one.",
        )


class PrintedRag(serializers.CharField):
    """A RAG as its document prints it, in the words of the rules' own: red, amber, green."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            help_text="Red, amber or green as printed in a document; empty where none was.",
            **options,
        )

    def to_representation(self, value: str) -> str:
        return value.lower()


class OutturnRow(serializers.Serializer[Any]):
    """A `SeenOutturn`: one revision of one figure."""

    id = serializers.IntegerField(source="outturn.pk")
    measure = serializers.CharField(source="outturn.series.measure.code", help_text="Its code.")
    area = serializers.CharField(source="outturn.series.area.code", help_text="Its code.")
    category = serializers.CharField(
        source="outturn.series.category", help_text="Empty for the whole."
    )
    period_kind = serializers.ChoiceField(PERIOD_KINDS, source="outturn.period_kind")
    period_start = serializers.DateField(source="outturn.period_start")
    period_end = serializers.DateField(source="outturn.period_end")
    numerator = serializers.FloatField(source="figure.numerator", allow_null=True)
    denominator = serializers.FloatField(source="figure.denominator", allow_null=True)
    value = serializers.FloatField(source="figure.number", allow_null=True)
    symbol = Symbol("figure.symbol")
    absence = serializers.ChoiceField(Absence.choices, source="outturn.absence", allow_blank=True)
    status = serializers.ChoiceField(Status.choices, source="outturn.status")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # the field's, not the class's
        Source.choices, source="outturn.source"
    )
    revision = serializers.IntegerField(source="outturn.revision")
    projection = serializers.BooleanField(source="outturn.projection")
    printed = serializers.CharField()
    printed_rag = PrintedRag()
    document = code("outturn.document")
    locator = serializers.CharField(source="outturn.locator")
    source_note = serializers.CharField(help_text="A doubt about the printed text.")
    vintage = serializers.CharField(source="outturn.vintage")
    commentary = serializers.CharField()
    reason = serializers.CharField(help_text="Why an approved figure was revised.")
    returned_reason = serializers.CharField(
        source="outturn.returned_reason", help_text="Why a submitted figure was returned."
    )
    seen = serializers.CharField(
        help_text="Send this back with a change, to be told if somebody else changed it first."
    )


class SnapshotRow(serializers.Serializer[Any]):
    """A `SeenSnapshot`. What is null is hidden, as the figure is, or is not there."""

    measure = serializers.CharField(source="snapshot.series.measure.code", help_text="Its code.")
    area = serializers.CharField(source="snapshot.series.area.code", help_text="Its code.")
    category = serializers.CharField(
        source="snapshot.series.category", help_text="Empty for the whole."
    )
    month = Month(source="snapshot.period_end", help_text="The month in which the period ends.")
    period_start = serializers.DateField(source="snapshot.period_start")
    period_end = serializers.DateField(source="snapshot.period_end")
    value = serializers.FloatField(source="seen.figure.number", allow_null=True)
    symbol = Symbol("seen.figure.symbol")
    target = serializers.FloatField(source="snapshot.target", allow_null=True)
    target_upper = serializers.FloatField(source="snapshot.target_upper", allow_null=True)
    rag = judged(Rag, "rag")
    printed_rag = PrintedRag(source="seen.printed_rag")
    direction = Word(Direction, allow_null=True, help_text="Against the period before.")
    direction_year = Word(Direction, allow_null=True, help_text="Against a year earlier.")
    direction_mean = Word(
        Direction, allow_null=True, help_text="Against the mean of the three periods before."
    )
    mean = limit("mean", "Of the process chart.")
    lower_limit = limit("lower_limit")
    upper_limit = limit("upper_limit")
    points = serializers.IntegerField(
        source="control.points", allow_null=True, help_text="How many made the limits."
    )
    provisional = serializers.BooleanField(
        source="control.provisional", allow_null=True, help_text="Too few points to be sure."
    )
    point = Word(Point, source="control.point", allow_null=True)
    variation = Word(Variation, allow_null=True)
    assurance = Word(Assurance, source="control.assurance", allow_null=True)
    on_track = Word(
        OnTrack,
        source="control.on_track",
        allow_null=True,
        help_text="For the next step of the target.",
    )
    versus_neighbours = judged(Comparison, "versus_neighbours")
    versus_region = judged(Comparison, "versus_region")
    versus_nation = judged(Comparison, "versus_nation")


class ProblemRow(serializers.Serializer[Any]):
    """An `entry.Problem`: a warning, or what is needed before the figure can be submitted."""

    field = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField([severity.value for severity in Severity])


class EnteredRow(OutturnRow):
    """The draft as it was kept, with what is still to be looked at or given."""

    problems = ProblemRow(many=True)


class NotReadyRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    problems = ProblemRow(many=True)


class ConflictRow(serializers.Serializer[Any]):
    """Why nothing was done: somebody else's change, or figures that are not ready."""

    detail = serializers.CharField()
    theirs = OutturnRow(allow_null=True, help_text="The figure as somebody else left it.")
    not_ready = NotReadyRow(many=True)


class SubmittedRow(serializers.Serializer[Any]):
    submitted = serializers.IntegerField(help_text="How many were submitted by this request.")
