"""The page on which a scenario is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from bucks_cs.lib.changes import Change, Typed
from bucks_cs.roles import May, SignedInRequest, requires
from bucks_cs.scenario_builder import Builder, typed_of

from .. import ahead_services as services
from ..ahead import basis, look_ahead
from ..ahead_forms import ChangeForm, HowFarForm, as_typed, early
from ..ahead_words import difference, finding
from ..models import Scenario
from ..scenarios import RULES
from .ahead import SECTION, ahead_page, in_short


@require_http_methods(["GET", "POST"])
@requires(May.PROJECT)
def edit(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    return _Builder(request, pk).response()


class _Builder(Builder[Scenario, ChangeForm]):
    model, rules, section, edit_view = Scenario, RULES, SECTION, "lac-scenario-edit"

    def typed_of(self, changes: Sequence[Change]) -> list[Typed]:
        return typed_of(changes, RULES, as_typed)

    def forms(self, typed: Sequence[Typed], *, checked: bool) -> list[ChangeForm]:
        return [ChangeForm(place, one, checked=checked) for place, one in enumerate(typed, 1)]

    def answer(self, changes: Sequence[Change]) -> dict[str, Any]:
        how_far = HowFarForm(self.request.GET)
        found = basis(how_far.chosen["window"])
        if found is None:
            return {"held": False}
        base = look_ahead(found, how_far.chosen["years"])
        shown = look_ahead(found, how_far.chosen["years"], changes, name="This scenario")
        return {
            "held": True,
            "complete": len(changes),
            "answer": difference(base, shown) if changes else finding(base),
            "tables": in_short(base, shown),
            "names": [base.name, shown.name],
            "priced": found.prices.known,
            "early": early(changes, found.start),
        }

    def save(self, name: str, changes: Sequence[Change]) -> Scenario:
        return services.save_scenario(
            scenario=self.one, name=name, changes=changes, seen=self.seen, by=self.request.user
        )

    def delete(self, scenario: Scenario) -> None:
        services.delete_scenario(scenario=scenario, seen=self.seen, by=self.request.user)

    def page(self, context: dict[str, Any], *, status: int) -> HttpResponse:
        return ahead_page(self.request, "scenario_edit", context, one=self.one, status=status)
