"""What people type about risks and status reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .board import MOST_LINES, RATINGS, Written
from .forms import WordsField
from .models import LineKind
from .paper import AXIS_LABELS, Paper
from .progress import RATED, Rating
from .reporting import LONGEST

TEXTS = ("summary", "evidence", "reason")
CHOICES = [(rating.value, rating.label) for rating in RATED]


def rating_field(label: str, *, required: bool, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=CHOICES,
        coerce=lambda value: Rating(int(value)),
        empty_value=None,
        required=required,
        widget=forms.RadioSelect({"class": "govuk-radios--inline"}),
        error_messages={"required": "Choose red, amber or green."},
        **options,
    )


class RiskRatingForm(forms.Form):
    """A risk rated again."""

    rating = rating_field("Rating", required=True)
    reason = WordsField(
        "Why it is rated so",
        rows=3,
        required=True,
        help_text="What has changed since it was rated before, or why nothing has.",
        error_messages={"required": "Say why the risk is rated so."},
    )


class LinesField(forms.CharField):
    """Texts, one a line. Empty lines and repeated ones are left out."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            help_text="One line each.",
            required=False,
            widget=forms.Textarea({"rows": 12}),
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = dict.fromkeys(line.strip() for line in super().clean(value).splitlines())
        lines.pop("", None)
        if len(lines) > MOST_LINES:
            raise ValidationError(f"There are {len(lines)} lines; {MOST_LINES} is the most.")
        if any(len(line) > LONGEST for line in lines):
            raise ValidationError(f"Use {LONGEST:,} characters or fewer in each line.")
        return tuple(lines)


class ReportForm(forms.Form):
    """What a person writes of a status report, however incomplete."""

    summary = WordsField("Status summary, with what should be escalated", rows=5)
    evidence = WordsField(
        "Evidence of progress against objectives",
        rows=3,
        help_text="Success measures, impact, deliverables: what the board should look at.",
    )
    overall = rating_field("Overall rating", required=False)
    measures = rating_field(f"Rating: {AXIS_LABELS['measures'].lower()}", required=False)
    actions = rating_field(f"Rating: {AXIS_LABELS['actions'].lower()}", required=False)
    risks = rating_field(f"Rating: {AXIS_LABELS['risks'].lower()}", required=False)
    reason = WordsField(
        "Why a rating differs from the suggested one",
        rows=3,
        help_text="Needed before the report is published, where one differs.",
    )
    achievements = LinesField(LineKind.ACHIEVEMENT.label)
    targets = LinesField(LineKind.TARGET.label)

    def __init__(self, data: Mapping[str, Any] | None = None, *, paper: Paper) -> None:
        report = paper.report
        initial = {
            **{name: getattr(report, name) for name in (*TEXTS, *RATINGS)},
            "achievements": _as_lines(paper.achievements),
            "targets": _as_lines(paper.targets),
        }
        super().__init__(data, initial=initial)
        for axis in paper.axes:
            field: Any = self.fields[axis.name]
            field.help_text = _suggestion(axis.suggested, axis.basis)
            if axis.suggested is Rating.NONE:
                field.choices = [*CHOICES, (Rating.NONE.value, Rating.NONE.label)]

    @property
    def written(self) -> Written:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        texts = {name: said[name] for name in TEXTS}
        ratings: dict[str, Any] = {name: said[name] or Rating.NONE for name in RATINGS}
        return Written(
            **texts, **ratings, achievements=said["achievements"], targets=said["targets"]
        )


def _as_lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _suggestion(rating: Rating, basis: str) -> str:
    if rating is Rating.NONE:
        return "The rule suggests nothing: nothing is rated."
    return f"The rule suggests {rating.label.lower()}{f': {basis}' if basis else ''}."
