"""The manager's side of the reports on actions: approved, or returned with a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.models import Status
from scorecard.services import Refused

from .. import services
from ..forms import ReturnForm
from ..models import Update
from ..reporting import said_in, token_of
from ..rows import ActionRow, action_rows
from ..workflow import Said
from .pages import asked_plan, plan_page

WITH_ITS_ACTION = ("action__plan", "action__division__plan", "entered_by")


@dataclass(frozen=True, slots=True)
class Case:
    """A report, the action as it stands, and why this person may not decide on it, if they may
    not."""

    update: Update
    said: Said
    row: ActionRow
    barred: str

    @property
    def due_after(self) -> str:
        return day_label(self.said.new_due) if self.said.new_due else self.row.due

    @property
    def token(self) -> str:
        return token_of(self.update)

    @property
    def waits(self) -> bool:
        return self.update.status == Status.SUBMITTED


def cases_of(updates: Iterable[Update], by: User) -> list[Case]:
    updates = list(updates)
    rows = action_rows(update.action for update in updates)
    return [
        Case(update, said_in(update), row, barred(update, by))
        for update, row in zip(updates, rows, strict=True)
    ]


def barred(update: Update, by: User) -> str:
    """Why this person may not decide on the report; empty where they may."""
    try:
        services.check_can_decide(update, by)
    except Refused as refused:
        return str(refused)
    return ""


@require_GET
@requires(May.APPROVE)
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits, the oldest first."""
    updates = (
        Update.objects.submitted().select_related(*WITH_ITS_ACTION).order_by("submitted_at", "pk")
    )
    cases = cases_of(updates, request.user)
    return render(request, "improvement_plan/decide.html", {"cases": cases, "now": timezone.now()})


@require_http_methods(["GET", "POST"])
@requires(May.APPROVE)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    update = get_object_or_404(Update.objects.select_related(*WITH_ITS_ACTION), pk=pk)
    if request.method == "POST":
        return _decided(request, update)
    if update.status != Status.SUBMITTED:
        messages.info(request, barred(update, request.user))
        return redirect("plan-decide")
    return _page(request, update, ReturnForm())


def _decided(request: SignedInRequest, update: Update) -> HttpResponse:
    seen, by = request.POST.get("seen", ""), request.user
    approving = request.POST.get("decision") == "approve"
    form = ReturnForm(None if approving else request.POST)
    if not approving and not form.is_valid():
        return _page(request, update, form)
    try:
        if approving:
            services.approve(update=update, seen=seen, by=by)
            messages.success(request, f"Approved: action {update.action} stands as reported.")
        else:
            services.return_(update=update, seen=seen, reason=form.cleaned_data["reason"], by=by)
            messages.success(request, f"The report on action {update.action} is returned.")
    except Refused as refused:
        now = Update.objects.select_related(*WITH_ITS_ACTION).get(pk=update.pk)
        return _page(request, now, form, errors=[{"id": "report", "text": str(refused)}])
    return redirect("plan-decide")


def _page(
    request: SignedInRequest,
    update: Update,
    form: ReturnForm,
    *,
    errors: Sequence[dict[str, str]] = (),
) -> HttpResponse:
    (case,) = cases_of([update], request.user)
    plan = asked_plan(update.action.plan.slug)
    context: dict[str, Any] = {"case": case, "form": form, "errors": errors}
    up = [("Decide on reports", reverse("plan-decide"))]
    template = "improvement_plan/decide_one.html"
    return plan_page(request, plan, template, context, section="plan", up=up)
