"""Asking for every snapshot to be computed anew."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bucks_cs import jobs
from bucks_cs.models import Job
from bucks_cs.roles import May, SignedInRequest, requires

TASK = "scorecard.tasks.recompute_all"


@require_POST
@requires(May.ADMINISTER)
def recompute(request: SignedInRequest) -> HttpResponse:
    """Starts the job, or leads to the one that is at it already."""
    at_it = Job.objects.unfinished().filter(task=TASK).first()
    return redirect(at_it or jobs.start(TASK, "Recompute every snapshot", by=request.user))
