"""What people choose and type of the years ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django import forms

from bucks_cs import scenario_builder
from bucks_cs.forms import AmountInput
from bucks_cs.lib.changes import Change, Problem, Typed

from .ahead import MOST_YEARS, YEARS
from .changes import RULES, problems
from .cohort import AGES, Space
from .cohort_files import HEADINGS, NEEDED, OPTIONAL, text_of

PERCENTS = ("factor", "share")
"""Kept as 0.8, typed as 80."""
WHOLE = ("from", "years", "places", "first_age", "last_age")
LABELS = {
    "needs": "Children with which needs",
    "settings": "In which settings",
    "first_age": "From academic year",
    "last_age": "To academic year",
    "from": "From which year",
    "what": "What happens",
    "setting": "Setting",
    "into": "Goes to",
    "like": "For the same children as",
    "name": "Name of the new setting",
    "share": "How many of them, in per cent",
    "years": "Over how many years",
    "places": "Places",
    "pounds_a_year": "Pounds a year for a place",
    "per_cent": "By how many per cent prices rise a year",
}
HINTS = {
    "needs": "None ticked: all of them.",
    "settings": "None ticked: all of them.",
    "factor": "80 is a fifth less, 120 a fifth more.",
    "first_age": "0 is reception, 1 to 13 the school years, -4 to -1 the years before.",
    "from": "For example, 2027.",
}


class HowFarForm(forms.Form):
    """For how many years; what is not asked, or asked wrongly, is as usual."""

    years = forms.TypedChoiceField(
        label="How far ahead",
        choices=[(n, "1 year" if n == 1 else f"{n} years") for n in range(1, MOST_YEARS + 1)],
        coerce=int,
        required=False,
        error_messages={"invalid_choice": f"Choose 1 to {MOST_YEARS} years."},
    )

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__({"years": YEARS} | dict(asked.items()))
        self.full_clean()

    @property
    def chosen(self) -> int:
        return int(self.cleaned_data.get("years") or YEARS)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return f"years={self.chosen}"


def _field(kind: str, name: str, space: Space) -> forms.Field:
    """A field of a change, in words. What is missing is the rules' to say."""
    label, hint = LABELS.get(name, ""), HINTS.get(name, "")
    short = {"class": "govuk-input--width-10"}
    match name:
        case "needs" | "settings":
            return forms.MultipleChoiceField(
                label=label,
                help_text=hint,
                choices=[(one, one) for one in getattr(space, name)],
                widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small"}),
                required=False,
            )
        case "setting" | "into" | "like":
            choices = [("", "Choose one"), *((one, one) for one in space.settings)]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        case "what":
            choices = [("", "Choose one"), ("leave", "They leave"), ("move", "They move")]
            return forms.ChoiceField(label=label, choices=choices, required=False)
        case "name":
            return forms.CharField(label=label, max_length=60, required=False)
        case "factor":
            of = "Its price" if kind == "unit_cost" else "How many or how often"
            return forms.FloatField(
                label=f"{of}, in per cent of now",
                help_text=hint,
                required=False,
                widget=forms.NumberInput(short),
            )
    number = forms.IntegerField if name in WHOLE else forms.FloatField
    return number(label=label, help_text=hint, required=False, widget=AmountInput(short))


class ChangeForm(scenario_builder.ChangeForm):
    rules = RULES
    choose_one = "Give either pounds a year or per cent, not both."

    def __init__(self, number: int, typed: Typed, space: Space, *, checked: bool) -> None:
        self.space = space
        super().__init__(number, typed, checked=checked)

    def field(self, name: str) -> forms.Field:
        return _field(self.kind, name, self.space)

    def problems(self, change: Change) -> list[Problem]:
        return problems([change], self.space)

    def kept(self, name: str, value: Any) -> Any:
        return round(value / 100, 8) if name in PERCENTS else value


def as_typed(name: str, value: Any) -> Any:
    """A field's value as somebody would type it."""
    if name in RULES.many:
        return value
    if name in PERCENTS:
        value = round(value * 100, 6)
    return f"{value:.12g}" if isinstance(value, int | float) else value


def space_typed(typed: Sequence[Typed]) -> Space:
    """The needs and settings that are typed: what there is to choose from, so that nothing typed is
    lost, while no data set says which there are."""
    named = [(name, value) for _, values in typed for name, value in values.items() if value]
    needs = [one for name, value in named if name == "needs" for one in value]
    settings = [one for name, value in named if name == "settings" for one in value]
    settings += [value for name, value in named if name in ("setting", "into", "like")]
    needs, settings = list(dict.fromkeys(needs)), list(dict.fromkeys(settings))
    valid = np.ones((AGES, len(needs), len(settings)), dtype=bool)
    return Space(tuple(needs), tuple(settings), valid)


def _also(kind: str) -> str:
    return "".join(f"; {one} may be there too" for one in OPTIONAL.get(kind, ()))


class DataForm(forms.Form):
    """The files of a data set."""

    name = forms.CharField(label="Name", max_length=100, help_text="For example, plans to 2026.")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        for kind, columns in HEADINGS.items():
            self.fields[kind] = forms.FileField(
                label=f"{kind.capitalize()}{'' if kind in NEEDED else ' (optional)'}",
                help_text=f"A CSV file: {', '.join(columns)}{_also(kind)}.",
                required=kind in NEEDED,
                widget=forms.FileInput({"accept": ".csv"}),
                error_messages={"required": "Choose the file.", "empty": "The file is empty."},
            )

    @property
    def texts(self) -> dict[str, str]:
        """The files' text by kind."""
        return {
            kind: text_of(self.cleaned_data[kind].read())
            for kind in HEADINGS
            if self.cleaned_data.get(kind)
        }
