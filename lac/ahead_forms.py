"""What people choose and type of the years ahead: how far, a scenario's changes, unit costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from bucks_cs import scenario_builder
from bucks_cs.forms import AmountInput, RecordsField
from bucks_cs.lib.changes import Change, Problem
from improvement_plan.forms import DayField

from .ahead import MOST_YEARS, WINDOW, WINDOWS, YEARS
from .ahead_services import INFLATION, Priced, Priceds
from .ahead_words import label
from .flows import BANDS, PLACEMENTS
from .models import Scenario
from .scenarios import PLACEMENT_WORDS, RULES, problems, words


def _years(number: int) -> str:
    return "1 year" if number == 1 else f"{number} years"


# ---- how far -----------------------------------------------------------------------


class HowFarForm(forms.Form):
    """For how many years, at rates counted over how many before. What is not asked, or asked
    wrongly, is as usual."""

    years = forms.TypedChoiceField(
        label="How far ahead",
        choices=[(number, _years(number)) for number in range(1, MOST_YEARS + 1)],
        coerce=int,
        required=False,
        error_messages={"invalid_choice": f"Choose 1 to {MOST_YEARS} years."},
    )
    window = forms.TypedChoiceField(
        label="Rates as in the last",
        choices=[(number, _years(number)) for number in WINDOWS],
        coerce=int,
        required=False,
        error_messages={"invalid_choice": "Choose one of the list."},
    )

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__({"years": YEARS, "window": WINDOW} | dict(asked.items()))
        self.full_clean()

    @property
    def chosen(self) -> dict[str, int]:
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return {"years": YEARS, "window": WINDOW} | asked

    @property
    def query(self) -> str:
        """For the address of another page that shows the same."""
        return urlencode(self.chosen)


# ---- a scenario --------------------------------------------------------------------

PERCENTS = ("factor", "share")
"""Kept as 0.8, typed as 80."""
_PLACEMENTS = [("", "Choose one"), *((name, label(name)) for name in PLACEMENTS)]
_AGES = [(band, band if band.startswith("Under") else f"{band} years") for band in BANDS]


class _PercentField(forms.FloatField):
    def __init__(self, label: str, most: float = 1_000, **options: Any) -> None:
        wrong = f"Must be a number from 0 to {most:,g}."
        limits = [MinValueValidator(0, wrong), MaxValueValidator(most, wrong)]
        super().__init__(label=label, validators=limits, **options)


def _field(kind: str, name: str) -> forms.Field:
    """A field of a change, in words. What is missing is the rules' to say."""
    short = {"class": "govuk-input--width-10"}
    match name:
        case "bands":
            return forms.MultipleChoiceField(
                label="Children of which ages",
                choices=_AGES,
                widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small"}),
                required=False,
            )
        case "from":
            return DayField("From which day", help_text="For example, 01/04/2027.")
        case "placement" | "from_placement" | "to_placement":
            labels = {"from_placement": "Children now in", "to_placement": "Would live in"}
            return forms.ChoiceField(
                label=labels.get(name, "Where"), choices=_PLACEMENTS, required=False
            )
        case "factor":
            compared = "come" if kind == "scale_entries" else "costs"
            field: forms.Field = _PercentField(
                "How many come, in per cent of now"
                if compared == "come"
                else "Or its price, in per cent of what it would be",
                help_text="80 is a fifth fewer, 120 a fifth more."
                if compared == "come"
                else "90 is a tenth less, 110 a tenth more.",
                required=False,
                widget=forms.NumberInput(short),
            )
            return field
        case "share":
            return _PercentField(
                "How many of them, in per cent",
                100,
                required=False,
                widget=forms.NumberInput(short),
            )
        case _:
            labels = {
                "months": "Over how many months",
                "places": "How many places",
                "pounds_a_week": "Pounds a week for a place",
                "per_cent": "By how many per cent prices rise each 1 April",
            }
            whole = name in {"months", "places"}
            number = forms.IntegerField if whole else forms.FloatField
            return number(label=labels[name], required=False, widget=AmountInput(short))


class ChangeForm(scenario_builder.ChangeForm):
    rules = RULES
    choose_one = "Give either pounds a week or per cent, not both."

    def field(self, name: str) -> forms.Field:
        return _field(self.kind, name)

    def problems(self, change: Change) -> list[Problem]:
        return problems([change])

    def kept(self, name: str, value: Any) -> Any:
        if name in PERCENTS:
            return round(value / 100, 8)
        return value.isoformat() if isinstance(value, date) else value


def as_typed(name: str, value: Any) -> Any:
    """A field's value as somebody would type it."""
    if name == "bands":
        return value
    if name in PERCENTS:
        value = round(value * 100, 6)
    if name == "from":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return f"{value:.12g}" if isinstance(value, int | float) else value


class ChoiceForm(forms.Form):
    """Which scenarios to compare with the base."""

    scenario = RecordsField(
        queryset=Scenario.objects.all(),
        label="Compare the base with",
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small"}),
        error_messages={
            "invalid_choice": "There is no such scenario.",
            "invalid_pk_value": "There is no such scenario.",
        },
    )

    @property
    def chosen(self) -> list[Scenario]:
        return list(self.cleaned_data["scenario"]) if self.is_valid() else []


# ---- unit costs --------------------------------------------------------------------


class CostsForm(forms.Form):
    """Pounds a week for each placement, and inflation, each with where it comes from."""

    def __init__(self, standing: Priceds, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for name, cost in standing.items():
            rise = name == INFLATION
            self.fields[name] = forms.DecimalField(
                label="Per cent a year" if rise else "Pounds a week",
                min_value=Decimal(-20 if rise else 0),
                max_value=Decimal(50 if rise else 100_000),
                max_digits=8,
                decimal_places=2,
                required=False,
                initial=cost.amount,
                widget=AmountInput({"class": "govuk-input--width-10"}),
            )
            self.fields[f"{name}_source"] = forms.CharField(
                label="Where it comes from",
                max_length=300,
                required=False,
                initial=cost.source,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in (*PLACEMENTS, INFLATION):
            if given.get(name) is not None and not given.get(f"{name}_source"):
                of = "inflation" if name == INFLATION else PLACEMENT_WORDS[name]
                self.add_error(f"{name}_source", f"Say where the number for {of} comes from.")
        return given

    @property
    def costs(self) -> Priceds:
        given = self.cleaned_data
        return {
            name: Priced(given[name], given[f"{name}_source"] if given[name] is not None else "")
            for name in (*PLACEMENTS, INFLATION)
        }

    @property
    def groups(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        names = (*PLACEMENTS, INFLATION)
        return [
            (
                "Prices rise each 1 April" if name == INFLATION else label(name),
                self[name],
                self[f"{name}_source"],
            )
            for name in names
        ]


def sentences(changes: Sequence[Change]) -> list[str]:
    return [words(change) for change in changes]


def early(changes: Sequence[Change], start: date) -> list[str]:
    """The sentences of changes that begin before a projection does."""
    return [
        words(change) for change in changes if "from" in change and change["from"] <= f"{start}"
    ]
