"""The years ahead: the base, scenarios, both side by side, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.forms import as_key
from bucks_cs.roles import May, SignedInRequest, requires
from bucks_cs.scenarios import BASE
from scorecard.files import CSV, XLSX, as_csv, as_xlsx
from scorecard.views.downloads import attachment

from .. import ahead_charts as charts
from .. import ahead_services as services
from .. import ahead_tables as tables
from .. import invented
from ..ahead import Ahead, Basis, basis, kept_bands, look_ahead, put_to_the_test, scenarios
from ..ahead_files import lines_sheet
from ..ahead_forms import (
    DataForm,
    HowFarForm,
)
from ..ahead_words import (
    LIMITS,
    difference,
    finding,
    growth,
    places_known,
    rests_on,
    runs_out,
    sentences,
    side_by_side,
)
from ..changes import problems
from ..cohort_files import Wrong
from ..models import DataSet, Scenario
from ..simulation import PATHS
from .pages import send_page

SECTION = "send-ahead"
MOST_COMPARED = 4
SHOWN = 200
INVENTED = "A county that is made up"


def ahead_page(
    request: SignedInRequest,
    name: str,
    context: dict[str, Any],
    *,
    one: Scenario | None = None,
    status: int = 200,
) -> HttpResponse:
    up = [(one.name, one.get_absolute_url())] if one else []
    context["may_project"] = request.user.may(May.PROJECT)
    return send_page(request, f"send/{name}.html", context, section=SECTION, up=up, status=status)


def frame(of: Basis | None) -> dict[str, Any]:
    """What every page says of what it rests on."""
    if of is None:
        return {"held": None}
    return {
        "held": of.held,
        "rests_on": rests_on(of),
        "limits": LIMITS,
        "paths": f"{PATHS:,}",
        "places_known": places_known(of),
    }


# ---- the base, and one scenario ----------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def ahead(request: SignedInRequest) -> HttpResponse:
    found, how_far = basis(), HowFarForm(request.GET)
    context: dict[str, Any] = frame(found) | {
        "form": how_far,
        "scenarios": scenarios(),
        "query": how_far.query,
    }
    if found:
        shown = look_ahead(found, how_far.chosen, bands=kept_bands(found, []))
        test = put_to_the_test(found)
        context |= _told(shown) | {
            "test": charts.back_test(test) if test else None,
            "test_tables": tables.tested(test) if test else [],
        }
    return ahead_page(request, "ahead", context)


@require_GET
@requires(May.SEE_UNPUBLISHED)
def scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Scenario.objects.select_related("by"), pk=pk)
    found, how_far = basis(), HowFarForm(request.GET)
    context = frame(found) | {
        "form": how_far,
        "query": how_far.query,
        "scenario": one,
        "sentences": sentences(one.changes),
        "wrong": problems(one.changes, found.space) if found else [],
    }
    if found and not context["wrong"]:
        base = look_ahead(found, how_far.chosen)
        bands = kept_bands(found, one.changes)
        shown = look_ahead(found, how_far.chosen, one.changes, name=one.name, bands=bands)
        context |= _told(shown, base) | {"difference": difference(base, shown)}
    return ahead_page(request, "scenario", context)


def _told(shown: Ahead, base: Ahead | None = None) -> dict[str, Any]:
    beside = [shown, base] if base else [shown]
    drawn = [charts.total(beside, growth(shown)), charts.by_setting(shown)]
    return {
        "ahead": shown,
        "finding": finding(shown),
        "charts": [chart for chart in (*drawn, charts.cost(shown)) if chart],
        "tables": [tables.by_need(shown)],
        "spread": tables.spread(shown),
        "runs_out": runs_out(shown),
    }


# ---- side by side ------------------------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def compare(request: SignedInRequest) -> HttpResponse:
    found, saved = basis(), scenarios()
    chosen, left = _chosen(request, saved)
    fit = [one for one in chosen if found and not problems(one.changes, found.space)]
    context = frame(found) | {
        "form": HowFarForm(request.GET),
        "scenarios": saved,
        "most": MOST_COMPARED,
        "left": left,
        "unfit": [one for one in chosen if one not in fit] if found else [],
        "chosen": {one.pk for one in chosen},
        "query": request.GET.urlencode(),
    }
    if found:
        every = _projected(request, found, fit)
        drawn = [charts.total(every, side_by_side(every)), charts.costs(every)]
        said = zip(fit, every[1:], strict=True)
        context |= {
            "charts": [chart for chart in drawn if chart],
            "tables": tables.compared(every),
            "told": [
                (one, difference(every[0], shown), sentences(one.changes), runs_out(shown))
                for one, shown in said
            ],
        }
    return ahead_page(request, "compare", context)


def _chosen(
    request: SignedInRequest, saved: Sequence[Scenario]
) -> tuple[list[Scenario], list[Scenario]]:
    """The scenarios that are asked for, or all of them, and those that are too many."""
    asked = set(request.GET.getlist("scenario"))
    found = [one for one in saved if not asked or str(one.pk) in asked]
    return found[:MOST_COMPARED], found[MOST_COMPARED:]


def _projected(request: SignedInRequest, of: Basis, some: Sequence[Scenario]) -> list[Ahead]:
    """The base, and scenarios that fit the data."""
    years = HowFarForm(request.GET).chosen
    return [
        look_ahead(of, years),
        *(look_ahead(of, years, one.changes, name=one.name) for one in some),
    ]


# ---- files -------------------------------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def projection_file(
    request: SignedInRequest, file_type: str, pk: int | None = None
) -> HttpResponse:
    """The base, or a scenario, as its page shows it."""
    one = get_object_or_404(Scenario, pk=pk) if pk else None
    found, changes = basis(), one.changes if one else []
    if found is None or problems(changes, found.space):
        raise Http404("There is nothing to project.")
    years = HowFarForm(request.GET).chosen
    bands = kept_bands(found, changes)
    shown = look_ahead(found, years, changes, name=one.name if one else BASE, bands=bands)
    return _file([shown], found, sentences(changes), file_type, slugify(shown.name))


@require_GET
@requires(May.SEE_UNPUBLISHED)
def comparison_file(request: SignedInRequest, file_type: str) -> HttpResponse:
    found = basis()
    if found is None:
        raise Http404("There is nothing to project.")
    chosen, _ = _chosen(request, scenarios())
    fit = [one for one in chosen if not problems(one.changes, found.space)]
    every = _projected(request, found, fit)
    said = [f"{one.name}: {text}" for one in fit for text in sentences(one.changes)]
    return _file(every, found, said, file_type, "compared")


def _file(
    every: Sequence[Ahead], of: Basis, said: Sequence[str], file_type: str, name: str
) -> HttpResponse:
    sheet = lines_sheet(every, of, said, timezone.now())
    made_up = "-invented" if of.held.invented else ""
    name = f"{slugify(settings.COUNCIL_NAME)}-plans-ahead-{name}{made_up}"
    if file_type == "csv":
        return attachment(as_csv(sheet), CSV, f"{name}.csv")
    if file_type == "xlsx":
        return attachment(as_xlsx([sheet]), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


# ---- what it rests on --------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(May.PROJECT)
def data(request: SignedInRequest) -> HttpResponse:
    """The data sets, and the upload of another."""
    if request.method == "GET":
        return _data_page(request, DataForm())
    if request.POST.get("do") == "invented":
        held = services.keep_data(
            name=INVENTED, files=invented.files(), invented=True, by=request.user
        )
        messages.success(request, f"“{held}” is held: nobody in it is anybody.")
        return redirect(SECTION)
    if request.POST.get("do") == "delete":
        return _delete_data(request)
    form = DataForm(request.POST, request.FILES)
    if not form.is_valid():
        return _data_page(request, form, status=422)
    try:
        held = services.keep_data(name=form.cleaned_data["name"], files=form.texts, by=request.user)
    except Wrong as wrong:
        return _data_page(request, form, wrong=wrong, status=422)
    messages.success(request, f"“{held}” is held: projections rest on it now.")
    return redirect(SECTION)


def _delete_data(request: SignedInRequest) -> HttpResponse:
    held = DataSet.objects.filter(pk=as_key(request.POST.get("data", ""))).first()
    if held is None:
        messages.error(request, "That data set is no longer held.")
    else:
        services.delete_data(held=held, by=request.user)
        messages.success(request, f"“{held}” is deleted.")
    return redirect("send-data")


def _data_page(
    request: SignedInRequest, form: DataForm, *, wrong: Wrong | None = None, status: int = 200
) -> HttpResponse:
    found = wrong.problems if wrong else []
    context = {
        "form": form,
        "sets": DataSet.objects.defer("files").select_related("uploaded_by"),
        "problems": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "errors": [{"id": "problems", "text": f"Nothing was kept: {len(found)} to put right."}]
        if found
        else [],
    }
    return ahead_page(request, "data", context, status=status)


@require_POST
@requires(May.PROJECT)
def simulate(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Asks for the outcomes of the base, or of a scenario; leads to the job."""
    one = get_object_or_404(Scenario, pk=pk) if pk else None
    if not DataSet.objects.exists():
        messages.error(request, "No data set is held, so there is nothing to simulate from.")
        return redirect(one or SECTION)
    return redirect(services.ask_for_outcomes(scenario=one, by=request.user))
