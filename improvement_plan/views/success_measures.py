"""A plan's success measures: as printed, by the rule, and as the scorecard has them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.models import Measure
from scorecard.sheet import counted

from ..models import Division, Plan
from ..rows import action_rows
from ..success import SuccessRow, success_rows
from ..threads import CONTRADICTIONS, apart, contradictions, finding_of, thread_of
from .pages import asked_plan, plan_page

SECTION = "plan-success-measures"


@dataclass(frozen=True, slots=True)
class Group:
    """A division's success measures: those of its table, and those of its other lists by name."""

    division: Division
    table: list[SuccessRow]
    lists: dict[str, list[SuccessRow]]

    @property
    def finding(self) -> str:
        return finding_of(self.table)


def groups_of(rows: Iterable[SuccessRow]) -> list[Group]:
    groups: dict[int, Group] = {}
    for row in rows:
        one = row.measure
        group = groups.setdefault(one.division_id, Group(one.division, [], {}))
        place = group.lists.setdefault(one.list_name, []) if one.list_name else group.table
        place.append(row)
    return list(groups.values())


@require_GET
@requires(May.SEE_PUBLISHED)
def listed(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    rows = success_rows(plan, request.user)
    context = {
        "finding": finding_of(rows) + apart(sum(bool(row.measure.list_name) for row in rows)),
        "groups": groups_of(rows),
        "disagreeing": sum(bool(row.disagreements) for row in rows),
    }
    return plan_page(
        request, plan, "improvement_plan/success_measures.html", context, section=SECTION
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def one(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    plan = asked_plan(slug)
    found = thread_of([plan], request.user).of_measures(lambda measure: measure.key == key)
    if not found:
        raise Http404
    return plan_page(
        request,
        plan,
        "improvement_plan/success_measure.html",
        {"thread": found[0], "row": found[0].row, "measure": found[0].row.measure},
        section=SECTION,
        up=[("Success measures", reverse(SECTION, args=[plan.slug]))],
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def disagreements(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    day = plan.day(timezone.localdate())
    measures = [row for row in success_rows(plan, request.user) if row.disagreements]
    flagged = [plan.actions.flagged(flag, day) for flag in CONTRADICTIONS]
    actions = action_rows((flagged[0] | flagged[1]).for_rows().select_related("division__plan"))
    parts = (counted(len(measures), "success measure"), counted(len(actions), "action"))
    context = {
        "finding": f"{counted(len(measures) + len(actions), 'disagreement')}: "
        f"{' and '.join(parts)}.",
        "measures": measures,
        "actions": [(row, contradictions(row)) for row in actions],
    }
    return plan_page(
        request,
        plan,
        "improvement_plan/disagreements.html",
        context,
        section="plan-disagreements",
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def of_measure(request: SignedInRequest, code: str) -> HttpResponse:
    """Every success measure of every plan that is this measure of the scorecard."""
    measure = get_object_or_404(Measure, code=code)
    plans = list(Plan.objects.filter(success_measures__measure=measure).distinct())
    thread = thread_of(plans, request.user)
    context = {
        "measure": measure,
        "found": thread.of_measures(lambda one: one.measure_id == measure.pk),
        "plans": plans,
        "breadcrumbs": [
            {"label": "Measures", "url": reverse("measures")},
            {"label": measure.short_name, "url": measure.get_absolute_url()},
        ],
    }
    return render(request, "improvement_plan/of_measure.html", context)
