"""Every plan, and one plan at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.lib.periods import day_label
from bucks_cs.roles import May, SignedInRequest, requires

from ..charts import timeline
from ..filters import ActionFilters
from ..models import Action, Plan
from ..overview import change_since, division_lines, finding
from ..progress import Flag, Rating, Standing
from ..rows import Tally, action_rows, points
from ..success import SuccessRow, success_rows
from .pages import asked_plan, plan_page

ACTIONS_A_PAGE = 25


@require_GET
@requires(May.SEE_PUBLISHED)
def plans(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    everything = list(Plan.objects.select_related("document"))
    by_plan: dict[int, list[Standing]] = {}
    values = Action.objects.order_by().values_list("plan", "rating", "due_date", "ongoing")
    for plan_id, rating, due, ongoing in values:
        by_plan.setdefault(plan_id, []).append(Standing(Rating(rating), due, ongoing))
    lines = [
        (one, one.day(today), Tally.of(by_plan.get(one.pk, ()), one.day(today)))
        for one in everything
    ]
    context = {"plans": lines, "may_administer": request.user.may(May.ADMINISTER)}
    return render(request, "improvement_plan/plans.html", context)


@require_GET
@requires(May.SEE_PUBLISHED)
def plan(request: SignedInRequest, slug: str) -> HttpResponse:
    shown = asked_plan(slug)
    day = shown.day(timezone.localdate())
    whole = points(shown.actions.all())
    tally = Tally.of((one.standing for one in whole), day)
    success = success_rows(shown, request.user)
    context = {
        "finding": finding(tally, day_label(day)),
        "tiles": tiles(tally),
        "lines": division_lines(shown, whole, success, day),
        "contradicted": contradicted(tally, success),
        "change": change_since(shown.reports.published().first(), whole),
        **listed(request, shown, day),
    }
    return plan_page(request, shown, "improvement_plan/plan.html", context, section="plan")


def listed(request: SignedInRequest, shown: Plan, day: date) -> dict[str, Any]:
    """The actions that the filters let through: when they are due, and a page of them."""
    filters = ActionFilters(shown, request.GET)
    actions = filters.actions(day)
    page = Paginator(actions.for_rows(), ACTIONS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "form": filters,
        "filter_words": filters.in_words(),
        "chart": timeline((one.standing for one in points(actions)), day),
        "page_obj": page,
        "rows": action_rows(page),
        "query": request.GET.urlencode(),
    }


def contradicted(tally: Tally, success: Sequence[SuccessRow]) -> int:
    """How many printed ratings their own figure or date contradicts: those that the page of
    disagreements lists."""
    dates = tally.flags[Flag.AMBER_PAST_DATE] + tally.flags[Flag.GREEN_ONGOING]
    return dates + sum(bool(row.disagreements) for row in success)


def tiles(tally: Tally) -> list[dict[str, Any]]:
    """The counts that are seen first, each with the filter that lists what it counts."""
    ratings = [
        {"count": count, "rating": rating, "query": f"rating={rating.name.lower()}"}
        for rating in (Rating.RED, Rating.AMBER, Rating.GREEN, Rating.NONE)
        if (count := tally.ratings[rating]) or rating is not Rating.NONE
    ]
    dates = [
        {"count": tally.flags[flag], "label": flag.label, "query": f"dates={flag.value}"}
        for flag in (Flag.OVERDUE, Flag.DUE_SOON)
    ]
    return [*dates, *ratings]
