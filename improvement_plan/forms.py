"""What people type of a plan's actions: an owner's report, a manager's question, whose actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bucks_cs.models import Post

from .models import Action, Plan, RatedThing, Update
from .progress import RATED, Rating
from .reporting import LONGEST, said_in
from .workflow import MEANINGS, Problem, Said

DAY_FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y")
YEARS = (2000, 2100)
"""A date outside these is a slip of the finger."""


class WordsField(forms.CharField):
    """An answer in sentences. Browsers send line ends in their own way; one is kept."""

    def __init__(self, label: str, rows: int = 4, **options: Any) -> None:
        options.setdefault("required", False)
        widget = forms.Textarea({"rows": rows})
        super().__init__(label=label, max_length=LONGEST, widget=widget, **options)
        self.error_messages["max_length"] = (
            f"Use {LONGEST:,} characters or fewer: this is %(show_value)d."
        )

    def to_python(self, value: Any) -> str | None:
        return super().to_python((value or "").replace("\r\n", "\n"))


class DayField(forms.DateField):
    """A day as people write it, in one field: 28/02/2015."""

    def __init__(self, label: str, **options: Any) -> None:
        first, last = YEARS
        wrong_year = f"Check the year: it is not between {first} and {last}."
        super().__init__(
            label=label,
            required=False,
            input_formats=DAY_FORMATS,
            widget=forms.DateInput({"class": "govuk-input--width-10"}, format="%d/%m/%Y"),
            error_messages={"invalid": "That is no day of the calendar: write it as 28/02/2015."},
            validators=[
                MinValueValidator(date(first, 1, 1), wrong_year),
                MaxValueValidator(date(last, 12, 31), wrong_year),
            ],
            **options,
        )


class ReportForm(forms.Form):
    """A report on an action, however incomplete. What is still missing is the rules' to say:
    `need` puts it at the fields. `stands` is the report that the person saw."""

    rating = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose red, amber or green."},
    )
    progress = WordsField("What has been done")
    evidence = WordsField("Evidence", help_text="What shows it, and where that is kept.")
    completed_on = DayField("Completed on", help_text="If it is green. For example, 28/02/2015.")
    reason = WordsField("Why it is amber or red", rows=3)
    next_steps = WordsField("What happens next", rows=3, help_text="If it is amber or red.")
    new_due = DayField("New date", help_text="For example, 30/06/2015.")
    due_reason = WordsField("Why the date changes", rows=3)

    def __init__(
        self, action: Action, stands: Update | None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=asdict(said_in(stands)))
        self.action = action
        rating = cast(forms.ChoiceField, self.fields["rating"])
        rating.choices = rating_choices(action.plan)

    def clean_rating(self) -> Rating:
        return Rating(int(self.cleaned_data["rating"] or Rating.NONE))

    @property
    def said(self) -> Said:
        """What was typed; where that is wrong, what stood before."""
        good = {**self.initial, **self.cleaned_data}
        return Said(**{field.name: good[field.name] for field in fields(Said)})

    def need(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.add_error(problem.field, problem.message)


def rating_choices(plan: Plan) -> list[tuple[int, SafeString]]:
    """The ratings with what each means: in the plan's own words, where it has them."""
    printed = plan.rating_meanings.filter(of=RatedThing.ACTION)
    means = MEANINGS | {Rating(one.rating): one.meaning for one in printed}
    return [
        (rating.value, format_html("<strong>{}</strong>: {}", rating.label, means[rating]))
        for rating in RATED
    ]


class ReturnForm(forms.Form):
    """Why a report goes back to its writer."""

    reason = WordsField(
        "Your question, or why it goes back",
        required=True,
        help_text="Whoever reports on the action sees it beside the report.",
        error_messages={"required": "Say what you ask, or why the report is returned."},
    )


class OwnerForm(forms.Form):
    """Whose actions to show: one's own post's, unless another is chosen."""

    post = forms.ModelChoiceField(
        queryset=Post.objects.none(),
        required=False,
        label="Actions of",
        error_messages={"invalid_choice": "There is no such owner: choose one of the list."},
    )

    def __init__(self, own: Post | None, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.own = own
        post = cast("forms.ModelChoiceField[Post]", self.fields["post"])
        post.queryset = Post.objects.filter(actions__isnull=False).distinct()
        post.empty_label = f"{own} (you)" if own else "Choose a post"

    @property
    def chosen(self) -> Post | None:
        """The post whose actions are asked for; None where the question is wrong, or there is
        neither a question nor a post of one's own."""
        return (self.cleaned_data["post"] or self.own) if self.is_valid() else None
