"""What may be sent to the API: the form's rules and no others, said by field."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from math import isfinite
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from bucks_cs.api.fields import Code, Day, Text
from bucks_cs.lib.periods import Period, PeriodKind, day_label, month_label

from ..entry import LARGEST, LONGEST_TEXT, Entered
from ..models import Absence, Measure, Series
from ..services import series_to_enter


@extend_schema_field(
    {
        "type": "number",
        "format": "double",
        "minimum": -int(LARGEST),
        "exclusiveMinimum": True,
        "maximum": int(LARGEST),
        "exclusiveMaximum": True,
    }
)
class Number(serializers.Field[Decimal, float, float, Any]):
    """A JSON number, kept as it is written."""

    default_error_messages = {"invalid": "Give a number.", "large": "This is too large to be kept."}

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        # Only of a float: a very long whole number cannot be made one to ask.
        if (isinstance(data, float) and not isfinite(data)) or abs(data) >= LARGEST:
            self.fail("large")
        return Decimal(str(data))


class OutturnEntry(serializers.Serializer[Any]):
    """A figure of the council's own. What it makes is a draft: it is submitted by itself."""

    measure = Code(help_text="Its code.")
    area = Code(
        default=settings.HOME_AREA, help_text="The council’s own, whose figures are entered."
    )
    category = Text(max_length=100, allow_blank=True, default="", help_text="Empty for the whole.")
    period_start = Day()
    period_end = Day()
    numerator = Number(allow_null=True, default=None)
    denominator = Number(allow_null=True, default=None)
    value = Number(
        allow_null=True, default=None, help_text="Worked out, where the measure has both parts."
    )
    absence = serializers.ChoiceField(
        Absence.choices, allow_blank=True, default="", help_text="Why there is no figure."
    )
    commentary = Text(max_length=LONGEST_TEXT, allow_blank=True, default="")
    reason = Text(
        max_length=LONGEST_TEXT,
        allow_blank=True,
        default="",
        help_text="Why an approved figure is revised.",
    )
    seen = Text(
        max_length=50,
        allow_null=True,
        allow_blank=True,
        default=None,
        help_text="`seen` of the figure that this one replaces, empty if there was none. Without "
        "it, whatever stands is replaced.",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Leaves `series`, `period`, `entered` and `seen`."""
        series = _series(attrs)
        return {
            "series": series,
            "period": _period(series.measure, attrs),
            "entered": Entered(**{field.name: attrs[field.name] for field in fields(Entered)}),
            "seen": attrs["seen"],
        }


def _series(attrs: dict[str, Any]) -> Series:
    if attrs["area"] != settings.HOME_AREA:
        raise ValidationError(
            {"area": [f"Only the figures of “{settings.HOME_AREA}” are entered."]}
        )
    of_measure = [one for one in series_to_enter() if one.measure.code == attrs["measure"]]
    if not of_measure:
        raise ValidationError({"measure": ["There is no measure with this code to be entered."]})
    for series in of_measure:
        if series.category == attrs["category"]:
            return series
    raise ValidationError({"category": ["This measure has no such category."]})


def _period(measure: Measure, attrs: dict[str, Any]) -> Period:
    kind, end = PeriodKind(measure.frequency), attrs["period_end"]
    if end.replace(day=1) > timezone.localdate():
        raise ValidationError({"period_end": [f"{month_label(end)} has not begun."]})
    period = Period.ending_in(kind, end.replace(day=1))
    reported = f"This measure is reported by {kind.label.lower()}"
    if period is None:
        raise ValidationError({"period_end": [f"{reported}: none ends in {month_label(end)}."]})
    if (period.start, period.end) != (attrs["period_start"], end):
        days = f"{day_label(period.start)} to {day_label(period.end)}"
        raise ValidationError({"period_start": [f"{reported}: give {days}."]})
    return period


class Submission(serializers.Serializer[Any]):
    """Drafts and returned figures to be submitted, all of them or none."""

    seen = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{1,18}\.[0-9]{1,9}$"),
        allow_empty=False,
        max_length=1000,
        help_text="`seen` of each.",
    )

    def versions(self) -> dict[int, int]:
        """The version that was seen of each figure, by its number."""
        pairs = (token.split(".") for token in self.validated_data["seen"])
        return {int(pk): int(version) for pk, version in pairs}
