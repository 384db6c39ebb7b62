"""This month at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bucks_cs.lib.periods import month_key, month_label
from bucks_cs.roles import May, SignedInRequest, requires

from ..glance import glance
from ..monthly import Scorecard
from ..presenters import ScorecardRow
from ..querysets import published_months
from ..selection import (
    RAG_CHOICES,
    NotPublished,
    Selection,
    check_month,
    months_for,
    published_words,
    state_words,
)


@require_GET
@requires(May.SEE_PUBLISHED)
def home(request: SignedInRequest) -> HttpResponse:
    published = published_months()
    opening = opening_month(request, published)
    if opening is None:
        return render(request, "scorecard/empty.html")
    selection = Selection.of(request.GET, opening)
    months = months_for(request.user, published, selection.month)
    try:
        check_month(selection.month, request.user, months)
    except NotPublished as refusal:
        context = {"month": refusal.month, "latest": next(iter(published or months), None)}
        return render(request, "scorecard/not_published.html", context, status=404)
    scorecard = selection.scorecard(request.user)
    seen = glance(scorecard)
    shown = [row for row in scorecard.rows if selection.lets_through(row)]
    return render(
        request,
        "scorecard/home.html",
        {
            "selection": selection,
            "scorecard": scorecard,
            "glance": seen,
            "tiles": [(tile, f"{selection.at(rag=tile.query)}#results") for tile in seen.tiles],
            "state": state_words(scorecard),
            "editions": editions(scorecard, selection),
            "tables": tables(shown),
            "shown": len(shown),
            "choices": choices(scorecard, months, set(published), selection),
            "before": next((month for month in months if month < selection.month), None),
            "after": next((month for month in reversed(months) if month > selection.month), None),
            "filter_words": selection.words(),
            "clear_url": selection.at(theme="", rag="", owner=None),
            "files": {"xlsx": selection.file("xlsx"), "csv": selection.file("csv")},
            "now": timezone.now(),
        },
    )


def opening_month(request: SignedInRequest, published: list[date]) -> date | None:
    """The month to begin with where the address names none: the latest published, or else the
    latest with figures that this person may see; None where there is neither."""
    if published:
        return published[0]
    if request.GET.get("month"):
        return timezone.localdate().replace(day=1)
    return next(iter(months_for(request.user, (), None)), None)


def editions(scorecard: Scorecard, selection: Selection) -> list[tuple[str, str]]:
    """The other ways in which the month can be read: label and address."""
    others = [
        (
            f"See it as published on {published_words(one, scorecard)}",
            selection.at(edition=one.edition),
        )
        for one in reversed(scorecard.editions)
        if one.edition != selection.edition
    ]
    if scorecard.as_published:
        others.append(("See it as known now", selection.at(edition=None)))
    return others


def tables(rows: Iterable[ScorecardRow]) -> list[dict[str, Any]]:
    """The scorecard's own measures, then the other figures of the month; each by theme, and each
    row followed by its parts."""
    found: list[dict[str, Any]] = []
    for own, caption in ((True, "The scorecard"), (False, "Other figures for the month")):
        themes: dict[str, list[ScorecardRow]] = {}
        for row in rows:
            if row.on_scorecard is own:
                themes.setdefault(row.theme, []).extend((row, *row.parts))
        if themes:
            found.append({"caption": caption, "own": own, "themes": list(themes.items())})
    return found


def choices(
    scorecard: Scorecard, months: list[date], published: set[date], selection: Selection
) -> dict[str, list[tuple[Any, str, bool]]]:
    """What can be chosen in the filters: value, label, and whether it is. The month shown is
    among the months though it may be empty."""
    every_month = sorted({*months, selection.month}, reverse=True)
    themes = dict.fromkeys(row.theme for row in scorecard.rows)
    owners = sorted({(row.owner, row.owner_id) for row in scorecard.rows if row.owner})
    return {
        "month": [
            (
                month_key(month),
                month_label(month) + ("" if month in published else " (not published)"),
                month == selection.month,
            )
            for month in every_month
        ],
        "theme": [(theme, theme, theme == selection.theme) for theme in themes],
        "rag": [(rag, label, rag == selection.rag) for rag, label in RAG_CHOICES.items()],
        "owner": [(pk, title, pk == selection.owner) for title, pk in owners],
    }
