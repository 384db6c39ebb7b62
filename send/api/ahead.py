"""The years ahead in figures: how many plans are expected. Nothing about a child comes this way."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from bucks_cs.api.fields import Text
from bucks_cs.api.lists import ListView, Query
from bucks_cs.lib.changes import Change
from bucks_cs.roles import May
from bucks_cs.scenarios import BASE

from ..ahead import MOST_YEARS, YEARS, basis, look_ahead
from ..ahead_files import Line, lines
from ..changes import problems
from ..models import Scenario


class ProjectionQuery(Query):
    years = serializers.IntegerField(
        min_value=1,
        max_value=MOST_YEARS,
        required=False,
        help_text=f"How many years ahead; {YEARS} if not given.",
    )
    scenario = Text(
        max_length=100,
        required=False,
        help_text="The name of a saved scenario; the base if not given.",
    )


class ProjectedRow(serializers.Serializer[Line]):
    projection = serializers.CharField(help_text=f"{BASE}, or the scenario’s name.")
    year = serializers.IntegerField(help_text="At whose end; the first is known.")
    setting = serializers.CharField(help_text="Empty for all of them.")
    plans = serializers.FloatField(help_text="How many are expected.")
    pounds = serializers.FloatField(
        allow_null=True,
        help_text="The cost of the year, of all settings; null where it is not known.",
    )
    invented = serializers.BooleanField(help_text="Whether it rests on data that are made up.")


class ProjectionView(ListView):
    """Plans expected at the end of each year, in all and by setting, from the data set that is
    held. Without one there are no rows."""

    serializer_class = ProjectedRow
    query_class = ProjectionQuery
    may_read = May.SEE_UNPUBLISHED

    def get_queryset(self) -> Any:
        found = basis()
        name = self.wanted.get("scenario", BASE)
        changes: list[Change] = []
        if "scenario" in self.wanted:
            one = Scenario.objects.filter(name__iexact=name).first()
            if one is None:
                raise ValidationError({"scenario": ["There is no such scenario."]})
            name, changes = one.name, one.changes
        if found is None:
            return []
        if problems(changes, found.space):
            raise ValidationError({"scenario": ["It does not fit the data set that is held."]})
        years = self.wanted.get("years", YEARS)
        return lines(look_ahead(found, years, changes, name=name), found.held)

    def filter_queryset(self, queryset: Any) -> Any:
        return queryset
