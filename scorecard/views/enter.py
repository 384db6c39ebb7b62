"""Entering a month's figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.lib.periods import add_months, last_day, month_label
from bucks_cs.roles import May, SignedInRequest, requires

from .. import services, sheet_form, typed
from ..querysets import month_in_hand
from ..sheet import Line, counted, lines_of, other_months, progress_of
from ..sheet_form import ALL_READY, TICKED, Outcome, Row

JUST_SAVED = "just_saved"


@require_GET
@requires(May.ENTER)
def enter_now(request: SignedInRequest) -> HttpResponse:
    return redirect("enter", month_in_hand(timezone.localdate()))


@typed.keeps_what_was_typed
@require_http_methods(["GET", "POST"])
@requires(May.ENTER)
def enter(request: SignedInRequest, month: date) -> HttpResponse:
    refuse_future(month)
    if request.method == "POST":
        return _posted(request, month)
    kept = typed.kept_for(request)
    rows = sheet_form.rows_of(_lines(request, month), kept)
    return _page(request, month, rows, restored=kept is not None)


def refuse_future(month: date) -> None:
    if month > timezone.localdate():
        raise Http404(f"{month_label(month)} has not begun.")


def _lines(request: SignedInRequest, month: date) -> list[Line]:
    return lines_of(month, mine=None if "all" in request.GET else request.user)


@require_POST
@requires(May.ENTER)
def preview(request: SignedInRequest, month: date) -> HttpResponse:
    """How the one line that `row` names will look, for the page's own script."""
    lines = lines_of(month, only=request.POST.get("row") or "none")
    if not lines:
        raise Http404
    (row,) = sheet_form.rows_of(lines, request.POST)
    return render(request, "scorecard/_enter_preview.html", {"row": row, "say_errors": True})


def _posted(request: SignedInRequest, month: date) -> HttpResponse:
    typed.forget(request)
    action, discard = request.POST.get("action", ""), request.POST.get("discard", "")
    leave = discard or request.POST.get("leave", "")
    if action == "forget":
        request.session[JUST_SAVED] = True
        return redirect(request.get_full_path())
    lines = _lines(request, month)
    if action == "check":
        return _page(request, month, sheet_form.rows_of(lines, request.POST, check=True))
    submit = action if action in (TICKED, ALL_READY) else ""
    outcome = sheet_form.save(
        lines, request.POST, month=month, by=request.user, submit=submit, leave=leave
    )
    if discard:
        _discard(request, month, lines, discard)
    _tell(request, outcome, submit)
    again = outcome.must_show(submit)
    if not again:
        request.session[JUST_SAVED] = True
        return redirect(request.get_full_path())
    rows = sheet_form.shown_again(_lines(request, month), request.POST, outcome, submit)
    settled = [row.line.key for row in rows if row.line.key not in again]
    return _page(request, month, rows, settled=settled)


def _discard(request: SignedInRequest, month: date, lines: Sequence[Line], key: str) -> None:
    for line in lines:
        if line.key == key:
            try:
                services.discard(
                    series=line.series,
                    period_end=last_day(month),
                    seen=request.POST.get(f"{key}-seen", ""),
                    by=request.user,
                )
            except services.Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"{line.name}: the draft is discarded.")


def _tell(request: SignedInRequest, outcome: Outcome, submit: str) -> None:
    done = []
    if outcome.saved:
        done.append(f"{counted(outcome.saved, 'draft')} saved.")
    if outcome.submitted:
        done.append(f"{counted(outcome.submitted, 'figure')} submitted to the manager.")
    if submit == ALL_READY and outcome.not_ready:
        count = len(outcome.not_ready)
        waiting, says = ("is", "it says") if count == 1 else ("are", "each says")
        done.append(
            f"{counted(count, 'draft')} {waiting} not ready: {says} below what is still needed."
        )
    if outcome.unanswered:
        count = len(outcome.unanswered)
        was, it = ("was", "it") if count == 1 else ("were", "them")
        done.append(
            f"{counted(count, 'returned figure')} {was} not sent back: change {it}, or tick {it} "
            f"to send {it} as {'it is' if count == 1 else 'they are'}."
        )
    if outcome.saved or outcome.submitted:
        messages.success(request, " ".join(done))
    elif done:
        messages.info(request, " ".join(done))
    elif not outcome.must_show(submit):
        nothing = {
            TICKED: "What you ticked is with the manager already."
            if outcome.ticked
            else "Nothing was ticked, so nothing was submitted.",
            ALL_READY: "No draft is ready to be submitted.",
        }
        messages.info(request, nothing.get(submit, "Nothing had changed."))


def _page(
    request: SignedInRequest,
    month: date,
    rows: Sequence[Row],
    *,
    restored: bool = False,
    settled: Sequence[str] | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    saved = request.session.pop(JUST_SAVED, False)
    context: dict[str, Any] = {
        "month": month,
        "month_label": month_label(month),
        "tables": tables(rows),
        "progress": progress_of(month, [row.line for row in rows], today),
        "other_months": other_months(month),
        "errors": list(_errors(rows)),
        "restored": restored,
        "settled": "" if saved else None if settled is None else " ".join(settled),
        "publication": services.standing_publication(month),
        "everything": "all" in request.GET,
        "before": add_months(month, -1),
        "after": after if (after := add_months(month, 1)) <= today else None,
        "breadcrumbs": [{"label": "This month", "url": "/"}],
    }
    return render(request, "scorecard/enter.html", context)


def tables(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What the month cannot be published without, then the rest; each by theme."""
    found = []
    for required, caption in ((True, "The scorecard"), (False, "Other figures")):
        themes: dict[str, list[Row]] = {}
        for row in rows:
            if row.line.required is required:
                themes.setdefault(row.line.measure.theme, []).append(row)
        if themes:
            found.append({"caption": caption, "themes": list(themes.items())})
    return found


def _errors(rows: Sequence[Row]) -> Any:
    for row in rows:
        for name, wrong in row.form.errors.items():
            for text in wrong:
                yield {"id": row.form[name].id_for_label, "text": f"{row.line.name}: {text}"}
        if row.refused:
            yield {"id": row.line.key, "text": f"{row.line.name}: {row.refused}"}
