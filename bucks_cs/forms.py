"""What people may ask of the shell's own pages."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from .models import AuditEvent, AuditEventQuerySet

LONGEST_KEY = 18
"""Digits that every database can hold in a key."""


def as_key(text: str) -> int:
    """The key that somebody sends; 0, which no record has, where none can have what is sent."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else 0


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Records that somebody chooses; a key that no record can have is an invalid choice."""

    def clean(self, value: Any) -> Any:
        if any(len(str(one)) > LONGEST_KEY for one in value or ()):
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, "invalid_choice", {"value": "that"})
        return super().clean(value)


class AmountInput(forms.NumberInput):
    """A number as people copy it from finance: £5,000 is 5000. What is no such number is left as
    it is, and the field says so; a comma that parts no thousands is never taken away."""

    def value_from_datadict(self, *arguments: Any) -> Any:
        typed = super().value_from_datadict(*arguments)
        if not isinstance(typed, str):
            return typed
        bare = typed.strip().removeprefix("£").strip()
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
            return bare.replace(",", "")
        return bare if re.fullmatch(r"\d+(\.\d+)?", bare) else typed


class AuditFilters(forms.Form):
    """Which part of the audit trail to show. Every filter may be left out."""

    who = forms.ChoiceField(required=False)
    action = forms.ChoiceField(required=False, label="What was done")
    subject = forms.CharField(required=False, max_length=100, label="To what")
    since = forms.DateField(
        required=False,
        label="From",
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )
    until = forms.DateField(
        required=False,
        label="To",
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, column, everything in (
            ("who", "actor", "Everybody"),
            ("action", "action", "Everything"),
        ):
            there = AuditEvent.objects.order_by(column).values_list(column, flat=True).distinct()
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [("", everything), *((one, _sentence(one)) for one in there)]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        since, until = chosen.get("since"), chosen.get("until")
        if since and until and since > until:
            raise ValidationError({"until": "Choose the same day as “From”, or a later one."})
        return chosen

    def events(self) -> AuditEventQuerySet:
        """What was asked for; nothing while the filters have a mistake in them."""
        if not self.is_valid():
            return AuditEvent.objects.none()
        return AuditEvent.objects.matching(**self.cleaned_data)

    def in_words(self) -> str:
        """The filters that are set, for the page's print and the file."""
        chosen = [
            f"{self.fields[name].label or name.capitalize()}: {self[name].value()}"
            for name in self.fields
            if self[name].value()
        ]
        return "; ".join(chosen) or "everything"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
