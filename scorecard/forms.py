"""What people type into a month's sheet, kept exactly as typed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from .entry import LONGEST_TEXT, Entered, Problem, Severity, parse_number
from .models import Absence, Measure
from .sheet import ENTERED_ABSENCES, Line, as_typed

FIGURE_FIELDS = ("numerator", "denominator", "value", "absence", "commentary", "reason")


VALUE_LABELS = {"percent": "Value, %", "days": "Value, days", "pounds": "Value, £"}


class NumberField(forms.CharField):
    """A number as people write it, checked by the rules of entry."""

    def __init__(self, unit: str, **options: Any) -> None:
        self.unit = unit
        attrs = {"inputmode": "decimal", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(required=False, widget=forms.TextInput(attrs), **options)

    def clean(self, value: Any) -> Any:
        try:
            return parse_number(super().clean(value), self.unit)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class FigureForm(forms.Form):
    """One line of the sheet. Bound, it keeps every character as typed; `entered` is what the
    rules read in it and `problems` what they say. With `to_submit`, what is needed before
    submission counts as wrong too."""

    commentary = forms.CharField(required=False, widget=forms.Textarea({"rows": 3}))
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 2}),
        label="Why the approved figure is revised",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    ticked = forms.BooleanField(required=False)

    def __init__(
        self, line: Line, data: Mapping[str, Any] | None = None, *, to_submit: bool = False
    ) -> None:
        self.line, self.to_submit = line, to_submit
        self.entered: Entered | None = None
        self.problems: list[Problem] = []
        start = as_typed(line.slot)
        initial = {**start, "seen": line.slot.token, "was": digest(start)}
        super().__init__(data, prefix=line.key, initial=initial)
        self._shape(line.measure)

    def _shape(self, measure: Measure) -> None:
        """The fields that this measure has, each with a label that says whose it is."""
        if measure.is_ratio:
            self.fields["numerator"] = NumberField("count", label="Numerator")
            self.fields["denominator"] = NumberField("count", label="Denominator")
        self.fields["value"] = NumberField(
            measure.unit, label=VALUE_LABELS.get(measure.unit, "Value")
        )
        stands = self.line.slot.entered.absence
        absences = [one for one in Absence if one in ENTERED_ABSENCES or one == stands]
        choices = [("", "–"), *((one.value, one.label) for one in absences)]
        self.fields["absence"] = forms.ChoiceField(
            choices=choices, required=False, label="No figure because"
        )
        if not self.line.slot.known.revises:
            del self.fields["reason"]
        self.order_fields([*FIGURE_FIELDS, "ticked"])
        for name in FIGURE_FIELDS:
            if name in self.fields:
                self.fields[name].widget.attrs["data-column"] = name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        self.entered = Entered(**{name: cleaned[name] for name in FIGURE_FIELDS if name in cleaned})
        self.problems = self.line.slot.problems_of(self.entered)
        wrong = {Severity.ERROR, Severity.NEEDED} if self.to_submit else {Severity.ERROR}
        for problem in self.problems:
            if problem.severity in wrong:
                self.add_error(problem.field, problem.message)
        return cleaned

    @property
    def figure_fields(self) -> list[forms.BoundField]:
        """The fields that give the figure, or say why there is none."""
        return [self[name] for name in FIGURE_FIELDS[:4] if name in self.fields]

    @property
    def typed(self) -> dict[str, str]:
        return {name: self.data.get(self.add_prefix(name), "") for name in FIGURE_FIELDS}

    @property
    def touched(self) -> bool:
        """Whether anything was typed that the page did not show already. What somebody else has
        saved since is not overwritten by a page on which nobody touched it."""
        return digest(self.typed) != self.data.get(self.add_prefix("was"), "")

    @property
    def token(self) -> str:
        """The revision that this person saw."""
        return str(self.data.get(self.add_prefix("seen"), ""))

    @property
    def is_ticked(self) -> bool:
        return bool(self.data.get(self.add_prefix("ticked")))


def digest(typed: Mapping[str, str]) -> str:
    """A short mark of what was typed, by which a change is seen. Browsers send line ends in
    their own way."""
    text = "\x1f".join(typed.get(name, "").replace("\r\n", "\n") for name in FIGURE_FIELDS)
    return sha256(text.encode()).hexdigest()[:16]


class ReasonForm(forms.Form):
    """Why a month is opened again."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why."},
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Workbook or CSV file",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file."},
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
            most = settings.MAX_UPLOAD_BYTES // 2**20
            raise ValidationError(f"The file is larger than {most} MB.")
        return file
