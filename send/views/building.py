"""The page on which a scenario is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from bucks_cs.lib.changes import Change, Typed
from bucks_cs.refusals import Refused
from bucks_cs.roles import May, SignedInRequest, requires
from bucks_cs.scenario_builder import Builder, typed_of

from .. import ahead_charts as charts
from .. import ahead_services as services
from ..ahead import Basis, basis, look_ahead
from ..ahead_forms import ChangeForm, HowFarForm, as_typed, space_typed
from ..ahead_words import difference, finding, runs_out
from ..changes import RULES, problems, with_setting
from ..models import Scenario
from .ahead import SECTION, ahead_page, frame

NO_DATA = (
    "Nothing can be checked or saved: the data sets have been deleted meanwhile. What you typed is "
    "still here: upload a data set in another tab, then save again."
)


@require_http_methods(["GET", "POST"])
@requires(May.PROJECT)
def edit(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    found = basis()
    if found is None and request.method == "GET":
        messages.error(request, "No data set is held: upload one first.")
        return redirect("send-data")
    return _Builder(request, pk, found).response()


class _Builder(Builder[Scenario, ChangeForm]):
    model, rules, section, edit_view = Scenario, RULES, SECTION, "send-scenario-edit"

    def __init__(self, request: SignedInRequest, pk: int | None, of: Basis | None) -> None:
        super().__init__(request, pk)
        self.of = of
        self.cannot_save = "" if of else NO_DATA

    def typed_of(self, changes: Sequence[Change]) -> list[Typed]:
        return typed_of(changes, RULES, as_typed)

    def forms(self, typed: Sequence[Typed], *, checked: bool) -> list[ChangeForm]:
        """Each knows the settings that those before it opened."""
        forms, space = [], self.of.space if self.of else space_typed(typed)
        for place, one in enumerate(typed, start=1):
            forms.append(ChangeForm(place, one, space, checked=checked))
            change = ChangeForm(place, one, space, checked=True).change
            if change and change["kind"] == "open_setting":
                space = with_setting(space, change["name"].strip(), change["like"])
        return forms

    def answer(self, changes: Sequence[Change]) -> dict[str, Any]:
        return frame(self.of) | (_answer(self.of, changes) if self.of else {})

    def save(self, name: str, changes: Sequence[Change]) -> Scenario:
        if self.of is None:
            raise Refused(NO_DATA)
        return services.save_scenario(
            scenario=self.one,
            name=name,
            changes=changes,
            of=self.of,
            seen=self.seen,
            by=self.request.user,
        )

    def delete(self, scenario: Scenario) -> None:
        services.delete_scenario(scenario=scenario, seen=self.seen, by=self.request.user)

    def page(self, context: dict[str, Any], *, status: int) -> HttpResponse:
        return ahead_page(self.request, "scenario_edit", context, one=self.one, status=status)


def _answer(of: Basis, changes: Sequence[Change]) -> dict[str, Any]:
    """What comes of the changes that are complete, beside the base; of none, the base."""
    base = look_ahead(of, HowFarForm({}).chosen)
    if not changes or problems(changes, of.space):
        return {"answer": finding(base)}
    shown = look_ahead(of, HowFarForm({}).chosen, changes, name="This scenario")
    return {
        "chart": charts.total([shown, base], difference(base, shown), id="answer-chart"),
        "runs_out": runs_out(shown),
    }
