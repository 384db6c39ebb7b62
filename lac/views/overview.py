"""How many, where, with whom; and whether there are places enough."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires
from improvement_plan.strategies import strategies

from ..overview import overview as told_of_all
from ..sufficiency import STRATEGIES
from ..sufficiency import sufficiency as told_of_places
from .pages import lac_page


@require_GET
@requires(May.SEE_PUBLISHED)
def overview(request: SignedInRequest) -> HttpResponse:
    context = {"told": told_of_all(request.user)}
    return lac_page(request, "lac/overview.html", context, section="lac")


@require_GET
@requires(May.SEE_PUBLISHED)
def sufficiency(request: SignedInRequest) -> HttpResponse:
    context = {
        "told": told_of_places(request.user),
        "strategies": strategies(request.user, timezone.localdate(), STRATEGIES),
    }
    return lac_page(request, "lac/sufficiency.html", context, section="lac-sufficiency")
