"""Plans in 20 weeks: what the ledger has by calendar year, and a list of requests that is counted.

Between its upload and its confirmation only the counts of a list are kept, in the person's session.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.lib.periods import day_label, last_day, month_key, month_label, parse_month
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.services import Refused
from scorecard.shown import Ledger

from .. import services
from ..request_files import Problem, Wrong, read
from ..timeliness import Counts, by_month, last_event, whole_from
from ..timely import EXCEPTIONS, IN_TIME, finding_of, years
from .pages import send_page

SECTION, WAITING = "send-timeliness", "send-requests"
SHOWN = 200
"""So many problems are shown."""
MOST_BYTES = 20 * 2**20


class RequestsForm(forms.Form):
    requests = forms.FileField(
        label="The list of requests",
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        help_text="A CSV or XLSX file with a row for each request: reference, received, source, "
        "decided, decision (assess or refuse), no plan, draft plan, final plan, exception (yes or "
        "no).",
        error_messages={"required": "Choose the file.", "empty": "The file is empty."},
    )
    covers_to = forms.DateField(
        label="The last day that the list covers (optional)",
        required=False,
        help_text="Requests that are still open are counted in every month to this day. Without "
        "it, the months end with the last in which something happened.",
        widget=forms.DateInput({"type": "date", "class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a day, such as 31/03/2015."},
    )

    def clean_requests(self) -> Any:
        file = self.cleaned_data["requests"]
        if not file.name.lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError("Choose a CSV or an XLSX file.")
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 20 MB.")
        return file

    def clean_covers_to(self) -> date | None:
        day: date | None = self.cleaned_data["covers_to"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why approved figures are revised, where they differ",
        required=False,
        max_length=500,
        help_text="Without a reason they are left as they stand.",
        widget=forms.Textarea({"rows": 2}),
    )


@require_GET
@requires(May.SEE_PUBLISHED)
def timeliness(request: SignedInRequest) -> HttpResponse:
    ledger = Ledger(request.user, {IN_TIME, EXCEPTIONS, *services.FIGURES})
    found = years(ledger)
    context = {
        "finding": finding_of(found),
        "years": found[::-1],
        "rows": [shown for code in services.FIGURES if (shown := ledger.latest(code))],
        "may_enter": request.user.may(May.ENTER),
    }
    return send_page(request, "send/timeliness.html", context, section=SECTION)


@require_http_methods(["GET", "POST"])
@requires(May.ENTER)
def upload(request: SignedInRequest) -> HttpResponse:
    if request.method == "GET":
        return _upload_page(request, RequestsForm())
    form = RequestsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    file = form.cleaned_data["requests"]
    try:
        found = read(file.read(), file.name, today=timezone.localdate())
    except Wrong as wrong:
        return _upload_page(request, form, wrong=wrong, status=422)
    covers_to, last = form.cleaned_data["covers_to"], last_event(found.requests)
    if covers_to and last is not None and np.datetime64(covers_to) < last:
        form.add_error("covers_to", f"In the list something happened later, on {_day(last)}.")
        return _upload_page(request, form, status=422)
    until = np.datetime64(covers_to) if covers_to else None
    yesterday = timezone.localdate() - timedelta(days=1)
    end = min(covers_to or yesterday, yesterday)
    months = {
        month: counts
        for key, counts in by_month(found.requests, until).items()
        for month in [parse_month(str(key))]
        if last_day(month) <= end
    }
    if not months:
        none = Wrong([Problem(0, "", "Nothing happened in a month that is over.")])
        return _upload_page(request, form, wrong=none, status=422)
    request.session[WAITING] = {
        "key": secrets.token_urlsafe(8),
        "months": {month_key(month): list(counts) for month, counts in months.items()},
        "sources": dict(found.sources),
        "requests": len(found.requests.received),
        "whole_from": _day(whole_from(found.requests)),
    }
    return redirect("send-requests-confirm")


def _day(day: np.datetime64 | None) -> str:
    return day_label(date.fromisoformat(str(day))) if day is not None else ""


def _upload_page(
    request: SignedInRequest,
    form: RequestsForm,
    *,
    wrong: Wrong | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = wrong.problems if wrong else []
    context = {
        "form": form,
        "problems": problems[:SHOWN],
        "more": max(0, len(problems) - SHOWN),
        "errors": [
            {"id": "problems", "text": f"Nothing was counted: {len(problems)} to put right."}
        ]
        if problems
        else [],
    }
    return send_page(request, "send/requests.html", context, section=SECTION, status=status)


@require_http_methods(["GET", "POST"])
@requires(May.ENTER)
def confirm(request: SignedInRequest) -> HttpResponse:
    """What a list comes to, and its counts put into the scorecard once somebody agrees."""
    waiting = request.session.get(WAITING)
    if not waiting:
        messages.error(request, "No list is waiting: upload it again.")
        return redirect("send-requests")
    months = {parse_month(key): Counts(*counts) for key, counts in waiting["months"].items()}
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if request.POST.get("do") == "discard":
            del request.session[WAITING]
            messages.success(request, "The counts are dropped.")
            return redirect(SECTION)
        if request.POST.get("key") != waiting["key"]:
            messages.error(request, "Another list was uploaded since: look at its counts.")
            return redirect("send-requests-confirm")
        if form.is_valid():
            return _put(request, months, form.cleaned_data["reason"])
    context = {
        "form": form,
        "waiting": waiting,
        "months": list(months.items())[::-1],
        "names": Counts._fields,
    }
    return send_page(request, "send/requests_confirm.html", context, section=SECTION)


def _put(request: SignedInRequest, months: Mapping[date, Counts], reason: str) -> HttpResponse:
    try:
        done = services.put_counts(months=months, reason=reason, by=request.user)
    except Refused as refused:
        messages.error(request, f"{refused} Nothing was saved.")
        return redirect("send-requests-confirm")
    del request.session[WAITING]
    saved, sent, left = (
        sum(getattr(one, name) for one in done) for name in ("saved", "submitted", "left")
    )
    said = f"{saved} figures of {len(done)} months are saved, and {sent} sent to a manager."
    if left:
        months_left = [month_label(one.month) for one in done if one.left]
        said += f" {left} are left as they stand: {', '.join(months_left[:6])}."
    messages.success(request, said)
    return redirect(SECTION)
