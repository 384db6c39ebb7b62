"""Which of a plan's actions a person asks for, in a page's address. A page and its downloads read
the same address, so a file holds what its page shows."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from bucks_cs.models import Post

from .models import Action, Plan
from .progress import Flag, Rating
from .querysets import ActionQuerySet

FLAGS = {flag.value: flag for flag in Flag}


class ActionFilters(forms.Form):
    """Every filter may be left out; one that does not exist is refused in words."""

    division = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    rating = forms.ChoiceField(required=False)
    dates = forms.ChoiceField(required=False, label="What the date says")
    recommendation = forms.ChoiceField(required=False)

    def __init__(self, plan: Plan, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plan = plan
        divisions = plan.divisions.values_list("key", "ref", "title")
        owners = Post.objects.filter(actions__plan=plan).distinct().order_by("title")
        refs = plan.recommendations.order_by("order").values_list("ref", flat=True)
        self.labels = {
            "division": {key: f"{ref or key} {title}" for key, ref, title in divisions},
            "owner": {str(owner.pk): owner.title for owner in owners},
            "rating": {one.name.lower(): one.label for one in Rating},
            "dates": {one.value: one.label for one in Flag},
            "recommendation": {ref: ref for ref in refs},
        }
        self.fields["division"].label = plan.division_word
        for name, labels in self.labels.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [("", "All"), *labels.items()]
            if not labels:
                del self.fields[name]

    def actions(self, day: date) -> ActionQuerySet:
        """What was asked for; nothing while a filter is none that there is."""
        if not self.is_valid():
            return Action.objects.none()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        actions = Action.objects.filter(plan=self.plan)
        for name, value in chosen.items():
            match name:
                case "division":
                    actions = actions.filter(division__key=value)
                case "owner":
                    actions = actions.of_owner(int(value))
                case "rating":
                    actions = actions.filter(rating=Rating[value.upper()])
                case "dates":
                    actions = actions.flagged(FLAGS[value], day)
                case "recommendation":
                    actions = actions.filter(recommendations__ref=value)
        return actions

    @property
    def is_filtered(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def in_words(self) -> str:
        """The filters that are set, for the page's print and for files."""
        before = {"division": self.plan.division_word.lower(), "rating": "rated", "dates": ""}
        said = []
        for name, value in (self.cleaned_data if self.is_valid() else {}).items():
            if value:
                label = self.labels[name][value]
                plain = label.lower() if name in ("rating", "dates") else label
                said.append(f"{before.get(name, name)} {plain}".strip())
        return f"Only {'; '.join(said)}" if said else "All actions"
