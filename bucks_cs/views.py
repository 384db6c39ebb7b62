"""The shell's own pages: the audit trail, long work, and what to tell people about the service."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from . import audit, jobs
from .forms import AuditFilters
from .lib.spreadsheets import guard
from .models import AuditEventQuerySet, Job
from .roles import May, SignedInRequest, requires

EVENTS_A_PAGE = 50
JOBS_A_PAGE = 25


@require_GET
@requires(May.AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    form = AuditFilters(request.GET)
    page = Paginator(form.events(), EVENTS_A_PAGE).get_page(request.GET.get("page"))
    events = [(event, audit.lines(event.detail)) for event in page]
    return render(
        request,
        "bucks_cs/audit.html",
        {"form": form, "page_obj": page, "events": events, "filters": form.in_words()},
    )


@require_GET
@requires(May.AUDIT)
def download_audit_trail(request: HttpRequest) -> StreamingHttpResponse:
    form = AuditFilters(request.GET)
    if not form.is_valid():
        raise Http404
    response = StreamingHttpResponse(
        _csv_lines(form.events(), form.in_words()), content_type="text/csv; charset=utf-8"
    )
    name = f"audit-trail-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """What csv.writer writes to, so that each line can be sent as it is made."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(events: AuditEventQuerySet, filters: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    as_at = audit.moment_label(timezone.now())
    yield "\ufeff"  # tells Excel that this is UTF-8
    yield writer.writerow(["when", "who", "what was done", "to what", "detail"])
    for event in events.iterator(chunk_size=1000):
        detail = "; ".join(f"{what}: {how}" for what, how in audit.lines(event.detail))
        when = timezone.localtime(event.at).isoformat(timespec="seconds")
        row = [when, event.actor, event.action, event.subject, detail]
        yield writer.writerow([guard(cell) for cell in row])
    yield writer.writerow([guard(f"Audit trail as at {as_at}. Shown: {filters}.")])


@require_GET
@requires(May.ADMINISTER)
def job_list(request: HttpRequest) -> HttpResponse:
    everything = Job.objects.select_related("asked_by")
    page = Paginator(everything, JOBS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "bucks_cs/jobs.html", {"page_obj": page})


@require_GET
@requires(May.SEE_PUBLISHED)
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    response = render(request, "bucks_cs/job.html", {"job": shown})
    if shown.finished:
        response["HX-Refresh"] = "true"  # whoever watched its progress gets the whole page anew
    return response


@require_POST
@requires(May.SEE_PUBLISHED)
def cancel_job(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not jobs.cancel(mine, by=request.user):
        messages.info(request, f"“{mine.title}” had ended already.")
    return redirect(mine)


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """For everybody, signed in or not: the law asks for it."""
    return render(request, "accessibility.html")


def closed(request: HttpRequest) -> HttpResponse:
    """Where allauth has a page that this service does without."""
    raise Http404


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Where allauth refuses somebody who tries too often."""
    return render(request, "429.html", status=429)
