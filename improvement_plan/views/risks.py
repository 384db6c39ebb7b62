"""The risk register, and one risk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.roles import May, SignedInRequest, check_may, requires
from scorecard import typed
from scorecard.services import Refused

from .. import services
from ..board_forms import RiskRatingForm
from ..escalation import RULE
from ..models import Plan
from ..risks import RiskRow, risk_rows
from .pages import asked_plan, plan_page


@require_GET
@requires(May.SEE_PUBLISHED)
def register(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    rows = risk_rows(plan, plan.day(timezone.localdate()))
    still_open = [row for row in rows if not row.closed]
    context = {
        "still_open": still_open,
        "going_up": [row for row in still_open if row.reasons],
        "staying": [row for row in still_open if not row.reasons],
        "closed": [row for row in rows if row.closed],
        "rule": RULE,
    }
    return plan_page(request, plan, "improvement_plan/risks.html", context, section="plan-risks")


@typed.keeps_what_was_typed
@require_http_methods(["GET", "POST"])
@requires(May.SEE_PUBLISHED)
def risk(request: SignedInRequest, slug: str, ref: str) -> HttpResponse:
    """A risk's history; whoever may rate it has the form for that here."""
    plan = asked_plan(slug)
    row = _asked(plan, ref)
    if request.method == "GET":
        kept = typed.kept_for(request)
        seen = kept.get("seen", "") if kept else None
        return _page(request, plan, row, RiskRatingForm(kept), seen=seen)
    check_may(request.user, May.REPORT)
    typed.forget(request)
    if request.POST.get("action") == "forget":
        return redirect(request.path)
    form, refusal = RiskRatingForm(request.POST), ""
    if form.is_valid():
        try:
            services.rate_risk(
                risk=row.risk,
                **form.cleaned_data,
                seen=request.POST.get("seen", ""),
                by=request.user,
                today=timezone.localdate(),
            )
        except Refused as refused:
            refusal, row = str(refused), _asked(plan, ref)
        else:
            label = form.cleaned_data["rating"].label.lower()
            messages.success(request, f"{row.risk} is rated {label}.")
            return redirect(row.risk)
    return _page(request, plan, row, form, refusal, status=422)


def _asked(plan: Plan, ref: str) -> RiskRow:
    rows = risk_rows(plan, plan.day(timezone.localdate()), ref=ref)
    if not rows:
        raise Http404(f"This plan has no risk “{ref}”.")
    return rows[0]


def _page(
    request: SignedInRequest,
    plan: Plan,
    row: RiskRow,
    form: RiskRatingForm,
    refusal: str = "",
    *,
    seen: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """`seen`: the token of what the person saw who typed before they were signed out."""
    may_report = request.user.may(May.REPORT)
    context = {
        "row": row,
        "rule": RULE,
        "form": form if may_report and (form.is_bound or not row.closed) else None,
        "seen": row.token if seen is None else seen,
        "restored": seen is not None,
        "errors": [{"text": refusal}] if refusal else [],
    }
    return plan_page(
        request,
        plan,
        "improvement_plan/risk.html",
        context,
        section="plan-risks",
        up=[("Risks", reverse("plan-risks", args=[plan.slug]))],
        status=status,
    )
