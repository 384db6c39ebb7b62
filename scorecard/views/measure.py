"""Every measure, and one measure's whole story."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bucks_cs.lib.periods import month_key, month_label, parse_month
from bucks_cs.roles import May, SignedInRequest, requires

from .. import services
from ..charts import measure_chart
from ..comparisons import made_of
from ..description import description
from ..history import measure_story
from ..latest import latest_figures
from ..models import Area, Measure, Unit
from ..rag import Polarity, ToleranceKind
from ..story import Story, finding, reliability


@require_GET
@requires(May.SEE_PUBLISHED)
def measures(request: SignedInRequest) -> HttpResponse:
    themes: dict[str, list[Any]] = {}
    for row in latest_figures(request.user):
        themes.setdefault(row.measure.theme, []).append(row)
    return render(request, "scorecard/measures.html", {"themes": themes})


@require_GET
@requires(May.SEE_PUBLISHED)
def one_measure(request: SignedInRequest, code: str) -> HttpResponse:
    story = asked_story(request, code)
    return render(request, "scorecard/measure.html", page(story, request))


@require_POST
@requires(May.ANNOTATE)
def pin_note(request: SignedInRequest, code: str) -> HttpResponse:
    measure = get_object_or_404(Measure, code=code)
    text = request.POST.get("text", "")
    try:
        month = parse_month(request.POST.get("note_month", ""))
        services.pin_note(measure=measure, month=month, text=text, by=request.user)
    except (ValueError, services.Refused) as refusal:
        story = measure_story(measure, request.user)
        errors = [{"id": "note-text", "text": str(refusal)}]
        typed = {"errors": errors, "text": text, "note_month": request.POST.get("note_month", "")}
        context = page(story, request) | typed
        return render(request, "scorecard/measure.html", context, status=422)
    messages.success(request, f"Pinned to {month_label(month)}.")
    return redirect(f"{measure.get_absolute_url()}#notes")


def asked_story(request: SignedInRequest, code: str) -> Story:
    """The story that an address asks for: of a measure, an area and the end of a month. Raises
    Http404, in words, where there is no such thing."""
    measure = get_object_or_404(Measure.objects.select_related("owner", "document"), code=code)
    area = request.GET.get("area", "")
    try:
        month = parse_month(request.GET["month"]) if request.GET.get("month") else None
        return measure_story(measure, request.user, area=area, month=month)
    except ValueError as error:
        raise Http404(str(error)) from error
    except Area.DoesNotExist as error:
        raise Http404(f"There is no area “{area}”.") from error


def page(story: Story, request: SignedInRequest) -> dict[str, Any]:
    """What the page of a measure shows."""
    chart = measure_chart(story)
    month = month_key(story.month) if story.month else ""
    return {
        "story": story,
        "measure": story.measure,
        "latest": story.latest,
        "finding": finding(story),
        "reliability": reliability(story),
        "chart": chart,
        "description": description(story),
        "with_counts": story.has_counts,
        "periods": list(reversed(story.every)),
        "state": story_state(story),
        "tolerance": tolerance_words(story.measure),
        "rated": rating_words(story.measure),
        "similar": similar_words(story.measure),
        "neighbours": made_of(story.area.neighbours) if story.area.neighbours else "",
        "areas": [(code, name, code == story.area.code) for code, name in story.areas],
        "months": month_options(story),
        "note_month": month or month_key(last_month(story)),
        "may_annotate": request.user.may(May.ANNOTATE),
        "is_home": story.area.code == settings.HOME_AREA,
        "query": request.GET.urlencode(),
        "now": timezone.now(),
    }


def story_state(story: Story) -> str:
    if story.month:
        return f"As known now, figures to {month_label(story.month)}"
    return "As known now"


def tolerance_words(measure: Measure) -> str:
    """within 5 percentage points of it; within 5% of it; with no amber between."""
    if not measure.tolerance:
        return "never, as there is no tolerance"
    size = f"{measure.tolerance.normalize():f}"
    if measure.tolerance_kind == ToleranceKind.RELATIVE:
        return f"within {size}% of it"
    if measure.unit == Unit.PERCENT:
        return f"within {size} percentage points of it"
    return f"within {size} of it"


def rating_words(measure: Measure) -> str:
    """How the measure is rated, in a sentence."""
    if measure.polarity == Polarity.NONE:
        return "Not rated: neither a high nor a low figure is taken to be good"
    within = " the target" if measure.polarity == Polarity.BAND else " or better than target"
    at = "within" if measure.polarity == Polarity.BAND else "at"
    return f"Green {at}{within}; amber {tolerance_words(measure)}; red beyond that"


def similar_words(measure: Measure) -> str:
    """What is called similar to another area's figure."""
    if not measure.tolerance:
        return "There is no tolerance, so every difference counts, however small."
    within = tolerance_words(measure).replace(" of it", " of the other")
    return f"A figure {within} is called similar."


def last_month(story: Story) -> date:
    return story.months[0] if story.months else timezone.localdate().replace(day=1)


def month_options(story: Story) -> list[tuple[str, str, bool]]:
    """The months to which the figures can be read: value, label, and whether it is chosen."""
    months = sorted({*story.months, *([story.month] if story.month else [])}, reverse=True)
    return [(month_key(month), month_label(month), month == story.month) for month in months]
