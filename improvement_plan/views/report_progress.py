"""An owner's report on an action: written, kept as a draft, sent to the manager."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bucks_cs.roles import May, SignedInRequest, requires
from scorecard import typed
from scorecard.services import Refused

from .. import services
from ..forms import ReportForm
from ..models import Action, Plan, Update
from ..reporting import said_in, token_of
from ..rows import row_of
from ..workflow import Event, State, can
from .pages import asked_plan, plan_page

LAST_REPORTS = 3


@typed.keeps_what_was_typed
@require_http_methods(["GET", "POST"])
@requires(May.REPORT)
def report(request: SignedInRequest, slug: str, key: str) -> HttpResponse:
    plan = asked_plan(slug)
    action = get_object_or_404(Action.objects.for_rows(), plan=plan, key=key)
    if request.method == "POST":
        return _posted(request, plan, action)
    stands, kept = _in_progress(action), typed.kept_for(request)
    form = ReportForm(action, stands, kept)
    token = token_of(stands) if kept is None else kept.get("seen", "")
    return _page(request, plan, form, stands, token=token, restored=kept is not None)


def _in_progress(action: Action) -> Update | None:
    return Update.objects.in_progress().filter(action=action).select_related("entered_by").first()


def _posted(request: SignedInRequest, plan: Plan, action: Action) -> HttpResponse:
    typed.forget(request)
    wish = request.POST.get("action", "")
    if wish == "discard":
        _discard(request, action)
    if wish in ("discard", "forget"):
        return redirect(request.path)
    form = ReportForm(action, _in_progress(action), request.POST)
    token, errors, theirs = request.POST.get("seen", ""), [], None
    try:
        token = _save(request, action, form, token, send=wish == "send")
    except services.UpdateConflict as conflict:
        theirs, token = conflict.theirs, token_of(conflict.theirs)
        errors = [{"id": "theirs", "text": str(conflict)}]
    except services.NothingWritten as nothing:
        form.add_error("progress", str(nothing))
    except Refused as refused:
        errors = [{"id": "", "text": str(refused)}]
    if not (errors or form.errors):
        return redirect(request.path)
    stands = _in_progress(action)
    return _page(request, plan, form, stands, token=token, errors=errors, theirs=theirs)


def _save(
    request: SignedInRequest, action: Action, form: ReportForm, seen: str, *, send: bool
) -> str:
    """Keeps what was written, and sends it where that is wished; the token of what stands then.
    An answer that is wrong is left out, and nothing is sent. What it still needs before it can be
    sent is put at the form's fields."""
    by, today = request.user, timezone.localdate()
    wrong = [str(form[name].label) for name in form.errors]
    update = services.save_update(action=action, said=form.said, seen=seen, by=by, today=today)
    if wrong:
        sent = " It was not sent." if send else ""
        left_out = ", ".join(wrong)
        messages.info(request, f"Saved as a draft, all but what is wrong: {left_out}.{sent}")
        return token_of(update)
    if not send:
        messages.success(
            request, "Saved as a draft. Nothing changes until it is sent and approved."
        )
        return token_of(update)
    try:
        services.submit(action=action, seen=token_of(update), by=by, today=today)
    except services.NotReady as refused:
        form.need(refused.problems)
        messages.info(request, "Saved as a draft. It was not sent: it says below what it needs.")
    else:
        messages.success(request, "Sent to the manager.")
    return token_of(update)


def _discard(request: SignedInRequest, action: Action) -> None:
    try:
        services.discard(action=action, seen=request.POST.get("seen", ""), by=request.user)
    except Refused as refused:
        messages.error(request, f"Nothing was discarded. {refused}")
    else:
        messages.success(request, f"The report on action {action} is discarded.")


def _page(
    request: SignedInRequest,
    plan: Plan,
    form: ReportForm,
    stands: Update | None,
    *,
    token: str,
    errors: Sequence[dict[str, str]] = (),
    theirs: Update | None = None,
    restored: bool = False,
) -> HttpResponse:
    action = form.action
    day = plan.day(timezone.localdate())
    approved = action.updates.approved()[:LAST_REPORTS]
    context: dict[str, Any] = {
        "row": row_of(action, day),
        "action": action,
        "form": form,
        "token": token,
        "errors": errors,
        "stands": stands,
        "said": said_in(stands),
        "theirs": theirs,
        "theirs_said": said_in(theirs),
        "restored": restored,
        "may_save": stands is None or can(Event.SAVE, State(stands.status)),
        "last_reports": [(update, said_in(update)) for update in approved],
    }
    up = [(f"Action {action}", action.get_absolute_url())]
    template = "improvement_plan/report_progress.html"
    return plan_page(request, plan, template, context, section="plan", up=up)
