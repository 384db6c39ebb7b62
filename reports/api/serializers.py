"""Papers in the API, field by field. The names are a contract: other programs rely on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from improvement_plan.api.serializers import in_csv

from .. import services
from ..document import Document, Section
from ..models import Basis, Kind, Paper, PaperFile, State


class FileRow(serializers.ModelSerializer[PaperFile]):
    address = serializers.SerializerMethodField(help_text="Where the kept file is.")

    class Meta:
        model = PaperFile
        fields = ("file_type", "digest", "address")
        extra_kwargs = {"digest": {"help_text": "The SHA-256 of its bytes."}}

    def get_address(self, file: PaperFile) -> str:
        return reverse("paper-file", args=[file.paper_id, file.file_type])


class PaperRow(serializers.ModelSerializer[Paper]):
    kind = serializers.ChoiceField(Kind.choices, read_only=True)
    state = serializers.ChoiceField(State.choices, read_only=True)
    basis = serializers.ChoiceField(Basis.choices, read_only=True, help_text="Which figures.")
    quarter = serializers.CharField(source="quarter.label", read_only=True)
    starts = serializers.DateField(source="quarter.start", read_only=True)
    ends = serializers.DateField(source="quarter.end", read_only=True)
    corrects = serializers.IntegerField(
        source="corrects_id", allow_null=True, read_only=True, help_text="The paper that it does."
    )
    digest = serializers.CharField(
        read_only=True, help_text="The SHA-256 of what it says; empty until it is signed off."
    )
    files = FileRow(many=True, read_only=True)

    class Meta:
        model = Paper
        fields: tuple[str, ...] = (
            "id", "kind", "title", "quarter", "starts", "ends", "basis", "state", "meeting_on",
            "author", "contact", "edition", "corrects", "correction", "issued_at", "digest",
            "files",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Paper) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if in_csv(self):
            shown["files"] = [file["address"] for file in shown["files"]]
        return shown


# ---- what a paper says ----------------------------------------------------------------


class ParagraphRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["paragraph"])
    number = serializers.IntegerField(allow_null=True, help_text="Null where it has none.")
    text = serializers.CharField()
    origin = serializers.ChoiceField(
        ["drafted", "edited", "written"],
        help_text="From the figures; from them and changed by a person; from a person.",
    )


class SubheadingRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["subheading"])
    text = serializers.CharField()


class BulletsRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["bullets"])
    items = serializers.ListField(child=serializers.CharField())


class CellRow(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="As it is read.")
    number = serializers.FloatField(allow_null=True, help_text="Null where it is none.")
    unit = serializers.CharField(allow_blank=True)
    decimals = serializers.IntegerField()


class TableRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["table"])
    caption = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True))
    rows = serializers.ListField(child=serializers.ListField(child=CellRow()))
    note = serializers.CharField(allow_blank=True)


class LineRow(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))


class ChartRow(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["chart"])
    title = serializers.CharField()
    alt = serializers.CharField(help_text="What there is to see.")
    x = serializers.ListField(child=serializers.CharField(allow_blank=True))
    lines = LineRow(many=True)
    unit = serializers.CharField(allow_blank=True)
    source_note = serializers.CharField(source="source", allow_blank=True)


ROWS: dict[str, type[serializers.Serializer[Any]]] = {
    "paragraph": ParagraphRow,
    "subheading": SubheadingRow,
    "bullets": BulletsRow,
    "table": TableRow,
    "chart": ChartRow,
}
BLOCK = PolymorphicProxySerializer(
    component_name="Block", serializers={**ROWS}, resource_type_field_name="kind", many=True
)


class CoverRow(serializers.Serializer[Any]):
    name = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class SectionRow(serializers.Serializer[Any]):
    heading = serializers.CharField()
    failed = serializers.CharField(
        allow_blank=True, help_text="Why it could not be prepared; empty where it was."
    )
    blocks = serializers.SerializerMethodField()

    @extend_schema_field(BLOCK)
    def get_blocks(self, section: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = section["blocks"]
        return found


class DocumentRow(serializers.Serializer[Any]):
    title = serializers.CharField()
    subtitle = serializers.CharField()
    basis = serializers.CharField()
    cover = CoverRow(many=True)
    sections = SectionRow(many=True)


class PaperDetail(PaperRow):
    document = serializers.SerializerMethodField(
        help_text="What it says, as its page and its files do; null until it is prepared."
    )

    class Meta(PaperRow.Meta):
        fields = (*PaperRow.Meta.fields, "document")
        read_only_fields = fields

    @extend_schema_field(DocumentRow(allow_null=True))
    def get_document(self, paper: Paper) -> Any:
        if paper.content is None:
            return None
        return DocumentRow(told(services.document(paper))).data


def told(document: Document) -> dict[str, Any]:
    """A paper as rows; its paragraphs with the numbers that they have on paper."""
    numbers = {id(block): number for _, block, number in document.numbered()}
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "basis": document.basis,
        "cover": [{"name": name, "text": text} for name, text in document.cover],
        "sections": [
            {
                "heading": section.heading,
                "failed": section.failed,
                "blocks": list(_blocks(section, numbers)),
            }
            for section in document.sections
        ],
    }


def _blocks(section: Section, numbers: dict[int, int]) -> Iterator[dict[str, Any]]:
    for block in section.blocks:
        kind = type(block).__name__.lower()
        fields = asdict(block) | {"kind": kind, "number": numbers[id(block)] or None}
        yield dict(ROWS[kind](fields).data)
