"""What a post's actions ask of it now: one's own, or those of another on whose behalf one asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.models import Post, User
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.models import Status

from ..forms import OwnerForm
from ..models import Action, Update
from ..progress import Flag, Word, wants_update
from ..querysets import ActionQuerySet
from ..rows import ActionRow, action_rows, standing_of


class Section(Word):
    """What an action asks for, the most pressing first."""

    OVERDUE = "overdue", "Overdue"
    DUE_SOON = "due-soon", "Due in 30 days"
    WANTED = "wanted", "An update is wanted"
    WAITING = "waiting", "With the manager"
    REST = "rest", "Nothing to do now"
    COMPLETED = "completed", "Completed"


@dataclass(frozen=True, slots=True)
class OwnedAction:
    """One of a post's actions, the report on it that is not approved yet, and the day of the last
    one that is."""

    row: ActionRow
    report: Update | None
    last_told: date | None

    @property
    def section(self) -> Section:
        standing = standing_of(self.row.action)
        if not standing.is_open:
            return Section.COMPLETED
        if Flag.OVERDUE in self.row.flags:
            return Section.OVERDUE
        if Flag.DUE_SOON in self.row.flags:
            return Section.DUE_SOON
        if self.is_waiting:
            return Section.WAITING
        wanted = wants_update(standing, self.last_told, self.row.day)
        return Section.WANTED if wanted else Section.REST

    @property
    def is_waiting(self) -> bool:
        return self.report is not None and self.report.status == Status.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.report is not None and self.report.status == Status.RETURNED


@require_GET
@requires(May.REPORT)
def mine(request: SignedInRequest) -> HttpResponse:
    form = OwnerForm(request.user.post, request.GET)
    post = form.chosen
    own = post is None or post == request.user.post
    actions = owned_actions(post) if post else []
    elsewhere = written_elsewhere(request.user, actions) if own else []
    sections = {section: [one for one in actions if one.section is section] for section in Section}
    context: dict[str, Any] = {
        "form": form,
        "post": post,
        "own": own,
        "finding": finding(actions, None if own else post),
        "sections": {section: found for section, found in sections.items() if found},
        "elsewhere": elsewhere,
        "returned": [one for one in (*actions, *elsewhere) if one.is_returned],
        "waiting": [one for one in (*actions, *elsewhere) if one.is_waiting],
        "days": {one.row.action.plan: one.row.day for one in (*actions, *elsewhere)},
        "now": timezone.now(),
    }
    return render(request, "improvement_plan/mine.html", context)


def owned_actions(post: Post) -> list[OwnedAction]:
    """A post's actions in all plans, the earliest date first."""
    return _with_reports(Action.objects.of_owner(post.pk))


def written_elsewhere(user: User, owned: Sequence[OwnedAction]) -> list[OwnedAction]:
    """The actions that are not among one's own, with a report that one wrote or sent and that is
    not approved yet."""
    theirs = Update.objects.in_progress().filter(Q(entered_by=user) | Q(submitted_by=user))
    actions = Action.objects.filter(pk__in=theirs.values("action"))
    return _with_reports(actions.exclude(pk__in=[one.row.action.pk for one in owned]))


def _with_reports(actions: ActionQuerySet) -> list[OwnedAction]:
    reports = {
        report.action_id: report
        for report in Update.objects.in_progress().filter(action__in=actions)
    }
    approved = Update.objects.approved().filter(action__in=actions).order_by()
    last_told = dict(approved.values_list("action").annotate(Max("on")))
    return [
        OwnedAction(row, reports.get(row.action.pk), last_told.get(row.action.pk))
        for row in action_rows(actions.for_rows().by_date())
    ]


def finding(actions: Sequence[OwnedAction], post: Post | None) -> str:
    """How many of one's own actions (`post`: another's) are overdue, in a sentence."""
    total, overdue = len(actions), sum(one.row.overdue for one in actions)
    if total == 0:
        return f"{post or 'Your post'} owns no action of any plan"
    if total == 1:
        whose = f"The one action of {post}" if post else "Your one action"
        return f"{whose} is {'overdue' if overdue else 'not overdue'}"
    whose = f"the {total} actions of {post}" if post else f"your {total} actions"
    return f"{overdue or 'None'} of {whose} {'are' if overdue > 1 else 'is'} overdue"
