"""A plan as a workbook that can be imported again, and its actions as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.lib.periods import day_label
from bucks_cs.lib.spreadsheets import tidy
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.files import CSV, XLSX, Column, Sheet, Value, as_csv, as_xlsx
from scorecard.rag import Rag
from scorecard.views.downloads import attachment

from ..exporting import export
from ..filters import ActionFilters
from ..models import Plan
from ..plan_files import as_workbook
from ..progress import RATED
from ..rows import ActionRow, action_rows
from .pages import asked_plan


@require_GET
@requires(May.SEE_UNPUBLISHED)
def workbook(request: SignedInRequest, slug: str) -> HttpResponse:
    """All of a plan, as `views/importing.py` takes it."""
    plan = asked_plan(slug)
    return attachment(as_workbook(export(plan), title=plan.title), XLSX, f"{slug}.xlsx")


@require_GET
@requires(May.SEE_PUBLISHED)
def actions(request: SignedInRequest, slug: str, file_type: str) -> HttpResponse:
    """What the plan's page lists under the same address, all of it."""
    plan = asked_plan(slug)
    filters = ActionFilters(plan, request.GET)
    if not filters.is_valid():
        raise Http404("There is no such filter.")
    today = timezone.localdate()
    found = filters.actions(plan.day(today)).for_rows()
    rows = action_rows(found.prefetch_related("answers__recommendation", "costs"))
    sheet = actions_sheet(plan, rows, filters.in_words(), timezone.now())
    if file_type == "csv":
        return attachment(as_csv(sheet), CSV, f"{slug}-actions.csv")
    if file_type == "xlsx":
        return attachment(as_xlsx([sheet]), XLSX, f"{slug}-actions.xlsx")
    raise Http404("Files come as csv and xlsx.")


def actions_sheet(plan: Plan, rows: Sequence[ActionRow], filters: str, produced: datetime) -> Sheet:
    at = timezone.localtime(produced)
    day = plan.day(at.date())
    return Sheet(
        name="Actions",
        title=f"{settings.COUNCIL_NAME}: {plan.title}, actions",
        statement=(
            ("Plan", plan.title),
            ("Read as at", day_label(day)),
            ("Filter", filters),
            ("Produced", f"{day_label(at.date())}, {at:%H:%M}"),
        ),
        columns=(
            Column("Key", 10),
            Column("Reference", 10),
            Column(plan.division_word, 36),
            Column("Objective", 36),
            Column("Action", 60),
            Column("Owners as printed", 24),
            Column("Posts", 30),
            Column("Date as printed", 14),
            Column("By when", 18),
            Column("Due date", 12),
            Column("Rating", 10),
            Column("What the date says", 24),
            Column("Completed on", 12),
            Column("Recommendations answered", 24),
            Column("Costs as printed", 40),
        ),
        rows=tuple(_cells(row) for row in rows),
        formats=("General",) * len(rows),
    )


def _cells(row: ActionRow) -> tuple[Value, ...]:
    action = row.action
    division, objective = action.division, action.objective
    texts = (
        action.key,
        action.ref,
        f"{division.ref or division.key} {division.title}",
        f"{objective.ref or objective.key} {objective.title}" if objective else "",
        action.text,
        action.owners_text,
        "; ".join(post.title for post in action.owners.all()),
        action.due_text,
        row.due,
    )
    return (
        *map(tidy, texts),
        action.due_date,
        Rag[row.rating.name] if row.rating in RATED else row.rating.label,
        "; ".join(flag.label for flag in row.flags),
        action.completed_on,
        "; ".join(sorted(answer.recommendation.ref for answer in action.answers.all())),
        tidy("; ".join(f"{cost.year} {cost.kind}: {cost.printed}" for cost in action.costs.all())),
    )
