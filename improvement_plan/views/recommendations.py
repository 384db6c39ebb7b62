"""What was recommended, what answers it, and where the thread breaks."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.sheet import counted

from ..threads import RecommendationRow, finding_of, gaps_of, share, thread_of
from .pages import asked_plan, plan_page

SECTION = "plan-recommendations"


@require_GET
@requires(May.SEE_PUBLISHED)
def listed(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    rows = thread_of([plan], request.user).recommendations
    groups: dict[tuple[str, str], list[RecommendationRow]] = {}
    for row in rows:
        one = row.recommendation
        groups.setdefault((one.made_by, one.group), []).append(row)
    overdue = sum(any(action.overdue for action in row.actions) for row in rows)
    by_overdue = f", in {counted(overdue, 'case')} by an action that is overdue" if overdue else ""
    context = {
        "finding": answered(rows) + by_overdue,
        "groups": [
            (f"{made_by}: {group}" if group else made_by, of_group, answered(of_group))
            for (made_by, group), of_group in groups.items()
        ],
    }
    return plan_page(
        request, plan, "improvement_plan/recommendations.html", context, section=SECTION
    )


def answered(rows: Sequence[RecommendationRow]) -> str:
    """59 of 65 recommendations are answered."""
    return share(sum(row.is_answered for row in rows), len(rows), "recommendation", "answered")


@require_GET
@requires(May.SEE_PUBLISHED)
def one(request: SignedInRequest, slug: str, ref: str) -> HttpResponse:
    plan = asked_plan(slug)
    rows = thread_of([plan], request.user).recommendations
    row = next((row for row in rows if row.recommendation.ref == ref), None)
    if row is None:
        raise Http404
    return plan_page(
        request,
        plan,
        "improvement_plan/recommendation.html",
        {"row": row, "recommendation": row.recommendation, "shown": finding_of(row.measures)},
        section=SECTION,
        up=[("Recommendations", reverse(SECTION, args=[plan.slug]))],
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def gaps(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    found = gaps_of(thread_of([plan], request.user))
    return plan_page(
        request, plan, "improvement_plan/gaps.html", {"gaps": found}, section="plan-gaps"
    )
