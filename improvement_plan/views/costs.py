"""What a plan costs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires

from ..costs import costs_of, spend_words, why_unread
from .pages import asked_plan, plan_page


@require_GET
@requires(May.SEE_PUBLISHED)
def costs(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    found = costs_of(plan)
    columns = [f"{year} {kind.label.lower()}" for year, kind in found.columns]
    context = {
        "costs": found,
        "finding": spend_words(found.by_kind),
        "columns": columns,
        "rows": [
            (division, list(zip(columns, sums, strict=True))) for division, sums in found.rows
        ],
        "totals": list(zip(columns, found.totals, strict=True)),
        "by_kind": list(found.by_kind.items()),
        "unread": [(cost, why_unread(cost)) for cost in found.unread],
    }
    return plan_page(request, plan, "improvement_plan/costs.html", context, section="plan-costs")
