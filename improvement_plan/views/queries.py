"""Everything doubtful in the documents that plans were taken from, in one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.lib.periods import day_label
from bucks_cs.lib.spreadsheets import tidy
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.files import CSV, Column, Sheet, as_csv
from scorecard.views.downloads import attachment

from ..document_queries import About, DocumentQuery, queries_of
from ..models import Plan

QUERIES_A_PAGE = 100
HEADINGS = (
    "Plan",
    "About",
    "Record",
    "Document",
    "Where it stands",
    "As printed",
    "Read as",
    "Doubt or note",
    "Page",
)


class QueryFilters(forms.Form):
    """Of which plan, and about what."""

    plan = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False, label="About")

    def __init__(self, plans: Sequence[Plan], *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]  # as Django's form takes
        self.plans = plans
        self.labels = {
            "plan": {plan.slug: plan.short_title for plan in plans},
            "kind": {about.value: about.label for about in About},
        }
        for name, labels in self.labels.items():
            self.fields[name].choices = [("", "All"), *labels.items()]  # type: ignore[attr-defined]

    def found(self) -> list[DocumentQuery]:
        """What was asked for; nothing while a filter is none that there is."""
        if not self.is_valid():
            return []
        slug, kind = self.cleaned_data["plan"], self.cleaned_data["kind"]
        plans = [plan for plan in self.plans if slug in ("", plan.slug)]
        return [one for one in queries_of(plans) if kind in ("", one.about)]

    def in_words(self) -> str:
        chosen = self.cleaned_data if self.is_valid() else {}
        said = [self.labels[name][value] for name, value in chosen.items() if value]
        return f"Only {', '.join(said)}" if said else "All queries"


@require_GET
@requires(May.ADMINISTER)
def document_queries(request: SignedInRequest) -> HttpResponse:
    """`?format=csv` gives all that the filters leave, as a file."""
    form = QueryFilters(list(Plan.objects.select_related("document")), request.GET)
    found = form.found()
    if request.GET.get("format") == "csv":
        if not form.is_valid():
            raise Http404("There is no such filter.")
        sheet = queries_sheet(found, form.in_words(), timezone.now())
        return attachment(as_csv(sheet), CSV, "document-queries.csv")
    counts = Counter(one.about for one in found)
    context = {
        "form": form,
        "page_obj": Paginator(found, QUERIES_A_PAGE).get_page(request.GET.get("page")),
        "counts": [(about.label, counts[about]) for about in About if counts[about]],
        "filters": form.in_words(),
        "breadcrumbs": [{"label": "Plans", "url": reverse("plans")}],
    }
    return render(request, "improvement_plan/queries.html", context)


def queries_sheet(found: Sequence[DocumentQuery], filters: str, produced: datetime) -> Sheet:
    at = timezone.localtime(produced)
    return Sheet(
        name="Document queries",
        title=f"{settings.COUNCIL_NAME}: document queries",
        statement=(
            ("Filter", filters),
            ("Produced", f"{day_label(at.date())}, {at:%H:%M}"),
        ),
        columns=tuple(map(Column, HEADINGS)),
        rows=tuple(
            (
                one.plan.short_title,
                one.about.label,
                one.record,
                one.document,
                *map(tidy, (one.locator, one.printed, one.reading, one.doubt)),
                f"{settings.SITE_URL}{one.page}",
            )
            for one in found
        ),
        formats=("General",) * len(found),
    )
