"""What people give on the pages of returns and figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from bucks_cs.lib.periods import financial_year, month_key, month_label
from scorecard.entry import LONGEST_TEXT

FIRST_YEAR = 2010
"""The second year of the earliest return that the upload offers."""


class Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not data:
            return super().clean(None, initial)
        return [super(FilesField, self).clean(one, initial) for one in data]


def _of_type(files: Sequence[UploadedFile[Any]]) -> None:
    """Raises ValidationError where one is neither CSV nor zip."""
    for file in files:
        if not (file.name or "").lower().endswith((".csv", ".zip")):
            raise ValidationError(f"“{file.name}” is neither a CSV file nor a zip file.")


class ReturnsForm(forms.Form):
    """The files of returns, and where postcodes are."""

    returns = FilesField(
        label="The SSDA903 files",
        widget=Files({"accept": ".csv,.zip"}),
        help_text="The CSV files of one year, all at once; or one zip file, with a folder for each "
        "year.",
        error_messages={"required": "Choose the files.", "empty": "A file is empty."},
    )
    postcodes = forms.FileField(
        label="A postcode file (optional)",
        required=False,
        widget=forms.FileInput({"accept": ".csv,.zip"}),
        help_text="A CSV file with the columns pcd, laua, oseast1m and osnrth1m, as the ONS "
        "postcode directory has them, or a zip file of it. Without one, no distance is known.",
        error_messages={"empty": "The postcode file is empty."},
    )
    year = forms.TypedChoiceField(
        label="The return’s year",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="In a zip file, the folders’ names tell.",
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        last = financial_year(today)
        self.fields["year"].choices = [  # type: ignore[attr-defined]  # of a choice field
            ("", "As the dates in it tell"),
            *((year, f"{year - 1}/{year % 100:02}") for year in range(last, FIRST_YEAR - 1, -1)),
        ]

    def clean_returns(self) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = self.cleaned_data["returns"]
        _of_type(files)
        return files

    def clean_postcodes(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["postcodes"]
        _of_type([file] if file else [])
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        files = [*given.get("returns", ()), given.get("postcodes")]
        if sum(file.size or 0 for file in files if file) > settings.MAX_RETURNS_BYTES:
            most = settings.MAX_RETURNS_BYTES // 2**20
            self.add_error(
                "returns",
                f"Together the files are larger than {most} MB. Leave from the postcode file what "
                "is far away, send fewer years at a time, or zip them.",
            )
        return given


class ReasonForm(forms.Form):
    """Why approved figures are revised, where they are."""

    reason = forms.CharField(
        label="Why approved figures are revised (optional)",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        help_text="Where an approved figure differs, it is left as it is unless you say why.",
    )


class MonthsForm(ReasonForm):
    """The first and the last of several months."""

    first = forms.ChoiceField(label="From")
    last = forms.ChoiceField(label="To")
    field_order = ("first", "last", "reason")

    def __init__(self, *arguments: Any, months: Sequence[date], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.months = {month_key(month): month for month in months}
        choices = [(key, month_label(month)) for key, month in self.months.items()]
        for name, usual in (("first", choices[-1:]), ("last", choices[:1])):
            field = self.fields[name]
            field.choices = choices  # type: ignore[attr-defined]  # of a choice field
            field.initial = usual[0][0] if usual else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "first" in given and "last" in given and given["first"] > given["last"]:
            self.add_error("last", "This is before the first month.")
        return given
