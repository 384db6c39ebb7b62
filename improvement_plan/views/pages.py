"""What every page of a plan has: its frame, the way round it, and the day at which it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from ..models import Cost, Plan, Recommendation, Risk, SuccessMeasure

# Label, the view it leads to, and what the plan must hold for it to be worth a page.
SECTIONS = (
    ("Overview", "plan", ""),
    ("Success measures", "plan-success-measures", "has_measures"),
    ("Disagreements", "plan-disagreements", "has_measures"),
    ("Recommendations", "plan-recommendations", "has_recommendations"),
    ("Gaps", "plan-gaps", "has_recommendations"),
    ("Risks", "plan-risks", "has_risks"),
    ("Costs", "plan-costs", "has_costs"),
    ("Status reports", "plan-reports", ""),
    ("About the plan", "plan-about", ""),
)


def asked_plan(slug: str) -> Plan:
    """The plan that an address names, with what its frame must know, in one query."""
    of_plan = {"plan": OuterRef("pk")}
    plans = Plan.objects.select_related("document").annotate(
        has_measures=Exists(SuccessMeasure.objects.filter(**of_plan)),
        has_recommendations=Exists(Recommendation.objects.filter(**of_plan)),
        has_risks=Exists(Risk.objects.filter(**of_plan)),
        has_costs=Exists(Cost.objects.filter(action__plan=OuterRef("pk"))),
    )
    return get_object_or_404(plans, slug=slug)


def plan_page(
    request: HttpRequest,
    plan: Plan,
    template: str,
    context: dict[str, Any],
    *,
    section: str = "",
    up: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of a plan. `section` is the view of `SECTIONS` that it is or belongs to; `up` are the
    label and address of what lies between the plan and this page."""
    here = request.path
    sections = [
        {"label": label, "url": url, "current": view == section, "is_page": url == here}
        for label, view, needs in SECTIONS
        if not needs or getattr(plan, needs, True)
        for url in [reverse(view, args=[plan.slug])]
    ]
    trail = [("Plans", reverse("plans"))]
    if here != plan.get_absolute_url():
        trail.append((plan.short_title, plan.get_absolute_url()))
    frame = {
        "plan": plan,
        "day": plan.day(timezone.localdate()),
        "sections": sections,
        "breadcrumbs": [{"label": label, "url": url} for label, url in (*trail, *up)],
        "now": timezone.now(),
    }
    return render(request, template, frame | context, status=status)
