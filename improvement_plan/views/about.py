"""What a plan is: its vision, its versions, what its ratings mean, who oversees it, its posts."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires

from ..models import RatedThing
from ..progress import Rating
from .pages import asked_plan, plan_page


@require_GET
@requires(May.SEE_PUBLISHED)
def about(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    meanings = [(Rating(one.rating), one) for one in plan.rating_meanings.all()]
    context = {
        "versions": plan.versions.all(),
        "scales": [
            (thing.label, found)
            for thing in RatedThing
            if (found := [(rating, one) for rating, one in meanings if one.of == thing])
        ],
        "board": plan.board.all(),
        "posts": plan.post_names.select_related("post"),
        "sees_all": request.user.may(May.SEE_UNPUBLISHED),
        "administers": request.user.may(May.ADMINISTER),
    }
    return plan_page(request, plan, "improvement_plan/about.html", context, section="plan-about")
