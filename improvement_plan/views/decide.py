"""The manager's side of the reports on actions: approved, or returned with a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard import typed
from scorecard.models import Status
from scorecard.services import Refused

from .. import services
from ..forms import ReturnForm
from ..models import Update
from ..reporting import said_in, token_of
from ..rows import ActionRow, action_rows
from ..workflow import Said
from .pages import asked_plan, plan_page

WITH_ITS_ACTION = (
    *("action__plan", "action__division__plan"),
    *("entered_by__post", "submitted_by"),
)


def reports() -> QuerySet[Update]:
    """Reports with what is shown of them, in a constant number of queries."""
    return Update.objects.select_related(*WITH_ITS_ACTION).prefetch_related("action__owners")


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

    @property
    def stranger(self) -> str:
        """Of whoever wrote the report on an action that another post owns, the post, in words."""
        owners, writer = self.row.action.owners.all(), self.update.entered_by
        if writer is None or not owners or writer.post in owners:
            return ""
        return f"of another post ({writer.post})" if writer.post else "who has no post"

    @property
    def sender(self) -> str:
        """Who sent it, where that is not who wrote it."""
        by = self.update.submitted_by
        return by.display_name if by and by != self.update.entered_by else ""


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
    updates = reports().filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")
    cases = cases_of(updates, request.user)
    return render(request, "improvement_plan/decide.html", {"cases": cases, "now": timezone.now()})


@typed.keeps_what_was_typed
@require_http_methods(["GET", "POST"])
@requires(May.APPROVE)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    update = get_object_or_404(reports(), pk=pk)
    if request.method == "POST":
        return _decided(request, update)
    kept = typed.kept_for(request)
    if update.status != Status.SUBMITTED and kept is None:
        messages.info(request, barred(update, request.user))
        return redirect("plan-decide")
    seen = kept.get("seen", "") if kept else None
    return _page(request, update, ReturnForm(kept), seen=seen, restored=kept is not None)


def _decided(request: SignedInRequest, update: Update) -> HttpResponse:
    typed.forget(request)
    if request.POST.get("action") == "forget":
        return redirect(request.path)
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
        now = reports().get(pk=update.pk)
        return _page(request, now, form, errors=[{"id": "report", "text": str(refused)}])
    return redirect("plan-decide")


def _page(
    request: SignedInRequest,
    update: Update,
    form: ReturnForm,
    *,
    seen: str | None = None,
    errors: Sequence[dict[str, str]] = (),
    restored: bool = False,
) -> HttpResponse:
    """`seen`: the token of what the person saw who typed before they were signed out."""
    (case,) = cases_of([update], request.user)
    plan = asked_plan(update.action.plan.slug)
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "seen": case.token if seen is None else seen,
        "errors": errors,
        "restored": restored,
    }
    up = [("Decide on reports", reverse("plan-decide"))]
    template = "improvement_plan/decide_one.html"
    return plan_page(request, plan, template, context, section="plan", up=up)
