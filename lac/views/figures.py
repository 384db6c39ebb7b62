"""What the returns come to, month by month: looked at, looked into, and put into the scorecard."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.lib.periods import day_label, last_day, month_label
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.models import Outturn, Source, Status

from .. import counting, services, store
from ..counting import Line, Standing
from ..forms import MonthsForm, ReasonForm
from ..models import Return
from .pages import lac_page


@require_http_methods(["GET", "POST"])
@requires(May.SEE_CHILDREN)
def months(request: SignedInRequest) -> HttpResponse:
    """The months that the returns cover, and how far each is in the scorecard; POST puts several
    there, as a job."""
    covered = counting.months()
    form = MonthsForm(request.POST if request.method == "POST" else None, months=covered)
    if form.is_valid():
        said = form.cleaned_data
        job = services.ask_to_confirm(
            first=form.months[said["first"]],
            last=form.months[said["last"]],
            reason=said["reason"],
            by=request.user,
        )
        return redirect(job)
    counts = _in_scorecard(covered)
    years: dict[str, list[tuple[date, dict[str, int]]]] = {}
    for month in covered:
        first = month.year - (month.month < 4)
        of_year = years.setdefault(f"{first}/{(first + 1) % 100:02}", [])
        of_year.append((month, counts.get(last_day(month), {})))
    context = {"form": form, "years": years, "latest": covered[0] if covered else None}
    return lac_page(request, "lac/figures.html", context, section="lac-figures")


def _in_scorecard(covered: list[date]) -> dict[date, dict[str, int]]:
    """How many figures counted from returns are in the scorecard, by last day and status."""
    rows = (
        Outturn.objects.home()
        .filter(source=Source.COMPUTED, period_end__in=[last_day(month) for month in covered])
        .exclude(status=Status.SUPERSEDED)
        .order_by()
        .values_list("period_end", "status")
        .annotate(Count("pk"))
    )
    found: dict[date, dict[str, int]] = {}
    for end, status, number in rows:
        found.setdefault(end, {})[str(status)] = number
    return found


@require_GET
@requires(May.SEE_CHILDREN)
def month(request: SignedInRequest, month: date) -> HttpResponse:
    _check_covered(month)
    return _month_page(request, month, ReasonForm())


def _month_page(request: SignedInRequest, month: date, form: ReasonForm) -> HttpResponse:
    lines = counting.lines(month)
    of = Counter(line.standing for line in lines)
    context = {
        "month": month,
        "month_label": month_label(month),
        "day": day_label(last_day(month)),
        "groups": counting.by_section(lines),
        "looked_after": next(line.text for line in lines if line.code == "cla"),
        "to_save": of[Standing.NEW] + of[Standing.CHANGED],
        "to_revise": of[Standing.REVISES],
        "drafts": sum(
            line.standing is Standing.SAME and line.status in (Status.DRAFT, Status.RETURNED)
            for line in lines
        ),
        "left": of[Standing.OTHERS] + of[Standing.WAITING],
        "distances": Return.objects.filter(with_postcodes=True).exists(),
        "seen": store.digest(),
        "form": form,
    }
    return lac_page(request, "lac/month.html", context, section="lac-figures")


@require_POST
@requires(May.SEE_CHILDREN)
def confirm(request: SignedInRequest, month: date) -> HttpResponse:
    _check_covered(month)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _month_page(request, month, form)
    if request.POST.get("seen") != store.digest():
        messages.error(
            request, "The returns have changed since you opened this page: look at it again."
        )
        return redirect("lac-month", month)
    try:
        done = services.confirm(month=month, reason=form.cleaned_data["reason"], by=request.user)
    except services.Refused as refused:
        messages.error(request, f"{refused} Nothing was saved.")
        return redirect("lac-month", month)
    messages.success(request, _told(done, month))
    return redirect("lac-month", month)


def _told(done: services.Confirmed, month: date) -> SafeString:
    text = format_html(
        "{} saved, and {} sent to a manager to approve.",
        _figures(done.saved),
        done.submitted,
    )
    if done.needs_words:
        text = format_html(
            '{} {} first: <a class="govuk-link" href="{}">write why, and what is being done</a>. '
            "It is about {}.",
            text,
            _figures(len(done.needs_words), "needs words", "need words"),
            reverse("enter", args=[month]),
            ", ".join(dict.fromkeys(line.name for line in done.needs_words)),
        )
    if done.left:
        left = _figures(len(done.left), "is left as it stands", "are left as they stand")
        text = format_html("{} {}.", text, left)
    return text


def _figures(number: int, one: str = "", more: str = "") -> str:
    """How many figures, and what they do: 1 figure is, 2 figures are."""
    return f"1 figure {one}".strip() if number == 1 else f"{number} figures {more}".strip()


@require_GET
@requires(May.SEE_CHILDREN)
def children(request: SignedInRequest, month: date, code: str) -> HttpResponse:
    """Which children make up a figure. Looking is written down."""
    _check_covered(month)
    line = _asked_line(month, code, request.GET.get("category", ""))
    services.look_at_children(line=line, month=month, by=request.user)
    keys = store.arrays().children.key
    counted = set(line.counted.counted.tolist())
    out_of = [] if line.counted.out_of is None else line.counted.out_of.tolist()
    context = {
        "line": line,
        "day": day_label(last_day(month)),
        "counted": sorted(keys[place] for place in counted),
        "others": sorted(keys[place] for place in out_of if place not in counted),
    }
    up = [(month_label(month), reverse("lac-month", args=[month]))]
    return lac_page(request, "lac/children.html", context, section="lac-figures", up=up)


def _asked_line(month: date, code: str, category: str) -> Line:
    for line in counting.lines(month):
        if (line.code, line.category) == (code, category):
            return line
    raise Http404("No figure has this code and category.")


def _check_covered(month: date) -> None:
    if month not in counting.months():
        raise Http404("No return covers this month.")
