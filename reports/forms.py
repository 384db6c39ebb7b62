"""What people choose and type of papers and of the committee's questions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from bucks_cs.forms import RecordsField
from improvement_plan.forms import DayField
from scorecard.models import Measure

from .models import Basis, Kind, Paper, Question
from .quarters import QUARTERS, Quarter
from .signs import refusal

YEARS_BACK = 15
FOR_THE_COMMITTEE = ("since", "measures")
"""What only the select committee's pack is asked."""


def printable(text: str) -> None:
    if why := refusal(text):
        raise forms.ValidationError(why)


def _to_be_printed(form: forms.BaseForm) -> None:
    """What is typed in the form's texts stands in a paper: it has only signs that one can show."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.validators.append(printable)


class BeginForm(forms.Form):
    """A new paper: which, of what quarter, from which figures, and its cover."""

    kind = forms.ChoiceField(label="Which paper", choices=Kind.choices)
    year = forms.TypedChoiceField(label="Financial year", coerce=int)
    number = forms.TypedChoiceField(
        label="Quarter",
        choices=[
            (1, "First, April to June"),
            (2, "Second, July to September"),
            (3, "Third, October to December"),
            (4, "Fourth, January to March: the year’s paper as well"),
        ],
        coerce=int,
    )
    basis = forms.ChoiceField(
        label="Figures",
        choices=Basis.choices,
        help_text="“As published” leaves out months that were not. The cover says which it is.",
    )
    title = forms.CharField(
        label="Title", max_length=200, initial="Children’s services performance"
    )
    meeting_on = DayField("Date of the meeting", help_text="For example, 05/06/2017.")
    author = forms.CharField(label="Author", max_length=200, help_text="A post, not a name.")
    contact = forms.CharField(
        label="Contact officer", max_length=200, help_text="A post, a mailbox or a number."
    )
    since = DayField(
        "When the select committee last met",
        help_text="The pack tells what changed since then.",
    )
    measures = RecordsField(
        queryset=Measure.objects.filter(active=True),
        label="Measures that the select committee asked for",
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small paper-measures"}),
    )

    def __init__(self, today: date, data: Any = None) -> None:
        last = Quarter.containing(today).before
        super().__init__(data, initial={"year": last.year, "number": last.number})
        _to_be_printed(self)
        years = [Quarter(last.year - back, QUARTERS) for back in range(YEARS_BACK)]
        self.fields["year"].choices = [(one.year, one.year_label) for one in years]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        needs = given.get("kind") == Kind.COMMITTEE and not given.get("since")
        if needs and "since" not in self.errors:
            self.add_error("since", "Say when the select committee last met.")
        return given

    @property
    def of_every_paper(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in FOR_THE_COMMITTEE]

    @property
    def of_the_committee(self) -> list[forms.BoundField]:
        return [self[name] for name in FOR_THE_COMMITTEE]

    @property
    def is_for_the_committee(self) -> bool:
        return self["kind"].value() == Kind.COMMITTEE

    @property
    def chosen(self) -> dict[str, Any]:
        """As `services.begin` takes it."""
        given = dict(self.cleaned_data)
        quarter = Quarter(given.pop("year"), given.pop("number"))
        kind, basis = Kind(given.pop("kind")), Basis(given.pop("basis"))
        if kind != Kind.COMMITTEE:
            given |= {"since": None, "measures": ()}
        return given | {"kind": kind, "basis": basis, "quarter": quarter}


class CoverForm(forms.ModelForm):  # type: ignore[type-arg]
    """The cover, the summary and the recommendation."""

    meeting_on = DayField("Date of the meeting")

    class Meta:
        model = Paper
        fields = (
            *("title", "meeting_on", "author", "contact", "members_affected", "portfolios"),
            *("summary", "recommendation"),
        )
        labels = {
            "contact": "Contact officer",
            "members_affected": "Local members affected",
            "portfolios": "Portfolio areas affected",
        }
        help_texts = {
            "summary": "Instead of the one that is drafted, which you can change in its place. "
            "Leave it empty to keep that.",
        }
        widgets = {
            "summary": forms.Textarea({"rows": 6}),
            "recommendation": forms.Textarea({"rows": 4}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _to_be_printed(self)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="Why it goes back",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why it goes back."},
    )


class CorrectForm(forms.Form):
    what = forms.CharField(
        label="What it corrects, and why",
        validators=[printable],
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say what it corrects."},
    )


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question of the committee."""

    asked_on = DayField("Asked at the meeting of")
    promised_for = DayField("Answer promised for")

    class Meta:
        model = Question
        fields = ("asked_on", "text", "measure", "promised_for")
        labels = {"text": "Question", "measure": "About the measure"}
        widgets = {"text": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _to_be_printed(self)

    def clean_asked_on(self) -> date:
        return _needed(self.cleaned_data["asked_on"], "Say at which meeting it was asked.")


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Answer",
        validators=[printable],
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write the answer."},
    )
    on = DayField("Answered on")

    def clean_on(self) -> date:
        return _needed(self.cleaned_data["on"], "Say when it was answered.")


def _needed(day: date | None, message: str) -> date:
    if day is None:
        raise forms.ValidationError(message)
    return day
