"""The parts of a plan: a division, an objective, an action, each with the thread through it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.roles import May, SignedInRequest, requires

from ..costs import doubt_of, money_words
from ..exporting import post_names
from ..models import Cost, Division, Objective
from ..progress import Rating
from ..reading import read_due, read_posts
from ..rows import row_of
from ..success import success_rows
from ..threads import finding, said_by, thread_of
from .pages import asked_plan, plan_page


@require_GET
@requires(May.SEE_PUBLISHED)
def division(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    plan = asked_plan(slug)
    shown = get_object_or_404(plan.divisions.select_related("plan", "document"), key=key)
    thread = thread_of([plan], request.user)
    strands = thread.of_division(shown)
    actions = [row for strand in strands for row in strand.actions]
    measures = [row for strand in strands for row in strand.measures]
    mapped = {
        one.recommendation.pk: mapping
        for one in thread.recommendations
        for mapping in one.mappings
        if mapping.division_id == shown.pk
    }
    answered = {one.recommendation.pk for one in thread.answered_by(actions)}
    context = {
        "division": shown,
        "finding": finding(actions, measures),
        "posts": posts_of(shown),
        "strands": strands,
        "recommendations": [
            (one, mapped.get(one.recommendation.pk))
            for one in thread.recommendations
            if one.recommendation.pk in mapped or one.recommendation.pk in answered
        ],
    }
    return plan_page(request, plan, "improvement_plan/division.html", context, section="plan")


def posts_of(division: Division) -> list[tuple[str, str, str]]:
    """Who answers for a division: the role, the post as its section prints it, and as the plan's
    overview does, where that is otherwise."""
    found = [
        ("Sponsor", division.sponsor, division.overview_sponsor),
        ("Lead", division.lead, division.overview_lead),
        ("Manager", division.manager, ""),
    ]
    return [
        (role, printed, overview if overview != printed else "")
        for role, printed, overview in found
        if printed or overview
    ]


@require_GET
@requires(May.SEE_PUBLISHED)
def objective(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    plan = asked_plan(slug)
    objectives = plan.objectives.select_related("plan", "division__plan", "document")
    shown = get_object_or_404(objectives, key=key)
    thread = thread_of([plan], request.user)
    strand = thread.of_objective(shown)
    context = {
        "objective": shown,
        "strand": strand,
        "recommendations": thread.answered_by(strand.actions),
    }
    return plan_page(
        request,
        plan,
        "improvement_plan/objective.html",
        context,
        section="plan",
        up=trail_to(shown.division),
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def action(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    plan = asked_plan(slug)
    shown = get_object_or_404(
        plan.actions.for_rows().select_related("division__plan", "objective__plan", "document"),
        key=key,
    )
    row = row_of(shown, plan.day(timezone.localdate()))
    updates = shown.updates.visible_to(request.user).select_related("entered_by", "approved_by")
    context = {
        "action": shown,
        "row": row,
        "said": [said_by(flag, row) for flag in row.flags],
        "due_doubt": read_due(shown.due_text).doubt,
        "owners_doubt": read_posts(shown.owners_text, post_names(plan)).doubt,
        "costs": [(cost, *as_read(cost)) for cost in shown.costs.order_by("year", "kind")],
        "answers": shown.answers.select_related("recommendation__plan"),
        "measures": success_rows(plan, request.user, objective=shown.objective)
        if shown.objective
        else [],
        "updates": [(update, Rating(update.rating)) for update in updates],
        "may_report": request.user.may(May.REPORT),
    }
    return plan_page(
        request,
        plan,
        "improvement_plan/action.html",
        context,
        section="plan",
        up=trail_to(shown.division, shown.objective),
    )


def as_read(cost: Cost) -> tuple[str, str]:
    """What a printed cost is in pounds, and what is doubtful about it. "N/A" is no cost."""
    if cost.amount is not None:
        return money_words(cost.amount), cost.source_note
    if cost.printed.strip().lower() == "n/a":
        return "–", cost.source_note
    return "Not read", " ".join(filter(None, (doubt_of(cost), cost.source_note)))


def trail_to(division: Division, objective: Objective | None = None) -> list[tuple[str, str]]:
    """The parts of the plan that a page lies under."""
    trail = [(str(division), division.get_absolute_url())]
    if objective:
        trail.append((f"Objective {objective}", objective.get_absolute_url()))
    return trail
