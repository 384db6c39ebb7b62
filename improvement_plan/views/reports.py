"""The monthly status reports to the board: read, begun, edited, published, taken away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.lib.periods import month_key, month_label
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard import typed
from scorecard.files import CSV, XLSX, as_csv, as_xlsx
from scorecard.services import Refused
from scorecard.views.decide import reason_against
from scorecard.views.downloads import attachment

from .. import services
from ..board import drawn_lines, month_to_begin, ratings_of
from ..board_forms import ReportForm
from ..models import LineKind, Plan, StatusReport
from ..paper import paper_of, paper_with, state_words
from ..picture import kept_now, mark_of, rule_words
from ..report_files import report_sheet, report_sheets
from ..risks import risk_rows
from .pages import asked_plan, plan_page


@require_GET
@requires(May.SEE_PUBLISHED)
def listed(request: SignedInRequest, slug: str) -> HttpResponse:
    plan = asked_plan(slug)
    reports = list(plan.reports.visible_to(request.user).select_related("document"))
    context = {
        "reports": [(one, list(ratings_of(one).values()), state_words(one)) for one in reports],
        "latest": next((one for one in reports if one.is_published), None),
        "to_begin": month_to_begin(plan, _day(plan)) if request.user.may(May.PUBLISH) else None,
    }
    return plan_page(
        request, plan, "improvement_plan/reports.html", context, section="plan-reports"
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def report(request: SignedInRequest, slug: str, month: date) -> HttpResponse:
    plan = asked_plan(slug)
    found = _asked(request, plan, month)
    context = {
        "may_edit": request.user.may(May.PUBLISH) and not found.is_published,
        "paper": paper_of(found, _day(plan)),
    }
    return _page(request, found, "report", context)


@typed.keeps_what_was_typed
@require_http_methods(["GET", "POST"])
@requires(May.PUBLISH)
def edit(request: SignedInRequest, slug: str, month: date) -> HttpResponse:
    """What a person writes of a report. "Begin" on the list of reports leads here too."""
    plan = asked_plan(slug)
    wish = request.POST.get("action")
    if wish == "begin":
        return _begin(request, plan, month)
    found = _asked(request, plan, month)
    if request.method == "POST":
        typed.forget(request)
        return redirect(request.path) if wish == "forget" else _save(request, found)
    if found.is_published:
        messages.info(request, "This report is published, so it can no longer be changed.")
        return redirect(found)
    kept = typed.kept_for(request) or None
    form = ReportForm(kept, paper=paper_of(found, _day(plan)))
    seen = kept.get("seen", "") if kept else str(found.version)
    return _edit_page(request, found, form, seen=seen, restored=kept is not None)


def _begin(request: SignedInRequest, plan: Plan, month: date) -> HttpResponse:
    try:
        services.open_report(plan=plan, month=month, by=request.user, today=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("plan-reports", plan.slug)
    return redirect("plan-report-edit", plan.slug, month)


def _save(request: SignedInRequest, found: StatusReport) -> HttpResponse:
    form = ReportForm(request.POST, paper=paper_of(found, _day(found.plan)))
    seen = request.POST.get("seen", "")
    if not form.is_valid():
        return _edit_page(request, found, form, seen=seen, status=422)
    try:
        services.save_report(report=found, written=form.written, seen=seen, by=request.user)
    except services.ReportConflict as conflict:
        theirs = conflict.theirs
        return _edit_page(
            request,
            found,
            form,
            seen=str(theirs.version),
            refusal=f"{conflict} What you typed is still here; what they wrote is below it.",
            theirs=paper_of(theirs, _day(found.plan)),
            status=409,
        )
    except Refused as refused:
        return _edit_page(request, found, form, seen=seen, refusal=str(refused), status=422)
    messages.success(request, f"The report for {month_label(found.month)} is saved.")
    return redirect(found)


def _edit_page(
    request: SignedInRequest,
    found: StatusReport,
    form: ReportForm,
    *,
    seen: str,
    refusal: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    there = set(found.lines.values_list("kind", "text"))
    unused = [line for line in drawn_lines(found) if (line.kind, line.text) not in there]
    plan = found.plan
    going_up = [row.risk.ref for row in risk_rows(plan, _day(plan)) if row.reasons]
    context |= {
        "form": form,
        "going_up": ", ".join(going_up),
        "rule": rule_words(plan),
        "seen": seen,
        "errors": [{"id": "theirs" if "theirs" in context else "", "text": refusal}]
        if refusal
        else [],
        "unused": [
            (kind.label, lines)
            for kind in LineKind
            if (lines := [line.text for line in unused if line.kind == kind])
        ],
    }
    return _page(request, found, "report_edit", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(May.PUBLISH)
def publish(request: SignedInRequest, slug: str, month: date) -> HttpResponse:
    """What will be kept of the plan, to be looked at; then publishes the report with it."""
    plan = asked_plan(slug)
    found = _asked(request, plan, month)
    if request.method == "POST":
        return _publish(request, found)
    if found.is_published:
        messages.info(request, "This report is published already.")
        return redirect(found)
    kept = kept_now(found, _day(plan))
    context = {
        "paper": paper_with(found, kept),
        "shown": mark_of(kept),
        "against": reason_against(services.check_can_publish, found, kept, request.user),
    }
    return _page(request, found, "report_publish", context)


def _publish(request: SignedInRequest, found: StatusReport) -> HttpResponse:
    try:
        services.publish_report(
            report=found,
            seen=request.POST.get("seen", ""),
            shown=request.POST.get("shown", ""),
            by=request.user,
            today=timezone.localdate(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("plan-report-publish", found.plan.slug, found.month)
    messages.success(request, f"The report for {month_label(found.month)} is published.")
    return redirect(found)


@require_GET
@requires(May.SEE_PUBLISHED)
def file(request: SignedInRequest, slug: str, month: date, file_type: str) -> HttpResponse:
    plan = asked_plan(slug)
    found = _asked(request, plan, month)
    paper, now = paper_of(found, _day(plan)), timezone.now()
    name = f"{slugify(settings.COUNCIL_NAME)}-{plan.slug}-status-report-{month_key(month)}"
    if file_type == "csv":
        return attachment(as_csv(report_sheet(paper, now)), CSV, f"{name}.csv")
    if file_type == "xlsx":
        return attachment(as_xlsx(report_sheets(paper, now)), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


def _asked(request: SignedInRequest, plan: Plan, month: date) -> StatusReport:
    reports = plan.reports.visible_to(request.user)
    people = ("lead", "document", "saved_by", "published_by")
    return get_object_or_404(reports.select_related(*people).prefetch_related("lines"), month=month)


def _page(
    request: SignedInRequest,
    found: StatusReport,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    plan = found.plan
    up = [("Status reports", reverse("plan-reports", args=[plan.slug]))]
    if template != "report":
        up.append((month_label(found.month), found.get_absolute_url()))
    frame = {
        "report": found,
        "month": found.month,
        "month_label": month_label(found.month),
        "state": state_words(found),
    }
    return plan_page(
        request,
        plan,
        f"improvement_plan/{template}.html",
        frame | context,
        section="plan-reports",
        up=up,
        status=status,
    )


def _day(plan: Plan) -> date:
    return plan.day(timezone.localdate())
