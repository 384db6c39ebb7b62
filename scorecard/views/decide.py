"""The manager's side of a month: approve, return, publish, reopen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.lib.periods import add_months, month_label
from bucks_cs.models import User
from bucks_cs.roles import May, SignedInRequest, requires

from .. import services
from ..forms import ReasonForm
from ..models import Outturn, Publication, Status
from ..querysets import month_in_hand
from ..sheet import Line, Preview, counted, lines_of, preview_of, progress_of, submitted_lines
from .enter import refuse_future


@dataclass(frozen=True, slots=True)
class Case:
    """A submitted figure, what it would replace, and why this person may not decide on it, if
    they may not."""

    line: Line
    outturn: Outturn
    now: Preview
    before: Preview | None
    barred: str

    @property
    def commentary_before(self) -> str:
        """The commentary that stands approved, where it says something else."""
        approved = self.line.slot.approved
        if approved is None or approved.commentary == self.outturn.commentary:
            return ""
        return approved.commentary

    @property
    def token(self) -> str:
        return self.line.slot.token


def cases_of(lines: Sequence[Line], by: User) -> list[Case]:
    found = []
    for line in lines:
        outturn, approved = line.slot.current, line.slot.approved
        if outturn is None or outturn.status != Status.SUBMITTED:
            continue
        before = preview_of(line.slot, services.entered_in(approved)) if approved else None
        now = preview_of(line.slot, services.entered_in(outturn))
        barred = reason_against(services.check_can_decide, outturn, by)
        found.append(Case(line, outturn, now, before, barred))
    return found


def reason_against(check: Callable[..., None], *what: Any) -> str:
    """Why something may not be done now; empty where it may."""
    try:
        check(*what)
    except services.Refused as refused:
        return str(refused)
    return ""


# ---- the queue ---------------------------------------------------------------------


@require_GET
@requires(May.APPROVE)
def decide_now(request: SignedInRequest) -> HttpResponse:
    waiting = months_waiting()
    return redirect("decide", min(waiting) if waiting else month_in_hand(timezone.localdate()))


def months_waiting() -> dict[date, int]:
    """How many figures wait for a decision, by month."""
    ends = (
        Outturn.objects.home()
        .filter(status=Status.SUBMITTED)
        .order_by("period_end")
        .values_list("period_end", flat=True)
    )
    return Counter(end.replace(day=1) for end in ends)


@require_GET
@requires(May.APPROVE)
def decide(request: SignedInRequest, month: date) -> HttpResponse:
    refuse_future(month)
    return _page(request, month)


@require_POST
@requires(May.APPROVE)
def approve(request: SignedInRequest, month: date) -> HttpResponse:
    everything = request.POST.get("action") == "approve-all"
    tokens = request.POST.getlist("shown" if everything else "ticked")
    try:
        count = services.approve(seen=seen_in(tokens), by=request.user)
    except services.Refused as refused:
        return _page(request, month, errors=[_error("waiting", str(refused))])
    messages.success(request, f"{counted(count, 'figure')} approved.")
    return redirect("decide", month)


@require_POST
@requires(May.APPROVE)
def return_figures(request: SignedInRequest, month: date) -> HttpResponse:
    reason, ticked = request.POST.get("reason", ""), seen_in(request.POST.getlist("ticked"))
    errors = []
    if not ticked:
        errors.append(_error("waiting", "Tick the figures to return."))
    if not reason.strip():
        errors.append(_error("reason", "Say why the figures are returned."))
    if errors:
        return _page(request, month, errors=errors)
    try:
        count = services.return_(seen=ticked, reason=reason, by=request.user)
    except services.Refused as refused:
        return _page(request, month, errors=[_error("waiting", str(refused))])
    messages.success(request, f"{counted(count, 'figure')} returned with the reason.")
    return redirect("decide", month)


def seen_in(tokens: Sequence[str]) -> dict[int, int]:
    """The version that was looked at of each figure, from "12.3"."""
    found = (re.fullmatch(r"(\d{1,18})\.(\d{1,9})", token, re.ASCII) for token in tokens)
    return {int(match[1]): int(match[2]) for match in found if match}


def _error(where: str, text: str) -> dict[str, str]:
    return {"id": where, "text": text}


def _page(
    request: SignedInRequest, month: date, *, errors: Sequence[dict[str, str]] = ()
) -> HttpResponse:
    cases = cases_of(submitted_lines(month), request.user)
    progress = progress_of(month, lines_of(month), timezone.localdate())
    context = {
        "month": month,
        "month_label": month_label(month),
        "cases": cases,
        "may_decide": [case for case in cases if not case.barred],
        "ticked": request.POST.getlist("ticked"),
        "reason": request.POST.get("reason", ""),
        "errors": errors,
        "reason_error": next((e["text"] for e in errors if e["id"] == "reason"), ""),
        "progress": progress,
        "against_publishing": reason_against(services.check_can_publish, month, request.user),
        "publication": services.standing_publication(month),
        "editions": Publication.objects.filter(month=month).select_related(
            "published_by", "reopened_by", "document"
        ),
        "other_months": {m: count for m, count in months_waiting().items() if m != month},
        "before": add_months(month, -1),
        "after": after if (after := add_months(month, 1)) <= timezone.localdate() else None,
    }
    return render(request, "scorecard/decide.html", context)


# ---- publishing --------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(May.PUBLISH)
def publish(request: SignedInRequest, month: date) -> HttpResponse:
    """What will be published, to be looked at; then publishes it."""
    try:
        if request.method == "POST":
            publication = services.publish(month=month, by=request.user)
            edition = f", edition {publication.edition}" if publication.edition > 1 else ""
            messages.success(request, f"{month_label(month)} is published{edition}.")
            return redirect("decide", month)
        services.check_can_publish(month, request.user)
    except services.Refused as refused:
        messages.error(request, str(refused))
        return redirect("decide", month)
    lines = lines_of(month)
    figures = [
        (line, preview_of(line.slot, services.entered_in(line.slot.approved)))
        for line in lines
        if line.slot.approved
    ]
    ratings = Counter(figure.rag for _, figure in figures)
    context = {
        "month": month,
        "month_label": month_label(month),
        "figures": figures,
        "counts": ", ".join(f"{ratings[rag]} {rag.label.lower()}" for rag in sorted(ratings)),
        "left_out": [line for line in lines if line.slot.current and line.slot.current.in_progress],
        "breadcrumbs": _breadcrumbs(month),
    }
    return render(request, "scorecard/publish.html", context)


@require_http_methods(["GET", "POST"])
@requires(May.PUBLISH)
def reopen(request: SignedInRequest, month: date) -> HttpResponse:
    refusal = reason_against(services.check_can_reopen, month, request.user)
    if refusal:
        messages.error(request, refusal)
        return redirect("decide", month)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen(month=month, reason=form.cleaned_data["reason"], by=request.user)
        except services.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                f"{month_label(month)} is open again. What was published can still be read.",
            )
        return redirect("decide", month)
    context = {
        "month": month,
        "month_label": month_label(month),
        "form": form,
        "breadcrumbs": _breadcrumbs(month),
    }
    return render(request, "scorecard/reopen.html", context)


def _breadcrumbs(month: date) -> list[dict[str, str]]:
    return [
        {
            "label": f"Approve and publish: {month_label(month)}",
            "url": reverse("decide", args=[month]),
        }
    ]
