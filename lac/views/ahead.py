"""The years ahead: the base, scenarios, both side by side, and what places cost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.roles import May, SignedInRequest, check_may, requires
from bucks_cs.scenarios import BASE
from scorecard.files import CSV, XLSX, as_csv, as_xlsx
from scorecard.views.downloads import attachment

from .. import ahead_charts as charts
from .. import ahead_services as services
from .. import futures
from ..ahead import Ahead, Basis, back_tested, basis, look_ahead, past
from ..ahead_files import comparison_sheets, csv_sheet, differences, projection_sheets
from ..ahead_forms import (
    ChoiceForm,
    CostsForm,
    HowFarForm,
    early,
    sentences,
)
from ..ahead_tables import (
    Table,
    crosses,
    errors_by_placement,
    marches,
    tables,
    within_spread,
)
from ..ahead_words import (
    LIMITS,
    difference,
    finding,
    now,
    rests_on,
    span,
    within_words,
    without,
)
from ..flows import PLACEMENTS
from ..models import Scenario, SimulatedFan
from .pages import lac_page

SECTION = "lac-ahead"
MOST_COMPARED = 4


# ---- the base, and one scenario ----------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def ahead(request: SignedInRequest) -> HttpResponse:
    how_far = HowFarForm(request.GET)
    found = basis(how_far.chosen["window"])
    context: dict[str, Any] = {"how_far": how_far, "form": how_far, "scenarios": _scenarios()}
    if found is None:
        return ahead_page(request, "ahead", context)
    shown = look_ahead(found, how_far.chosen["years"], fan=futures.kept(found, []))
    test = back_tested(found)
    within = shown.fan.tested if shown.fan else None
    context |= _told(request, found, shown, None) | {
        "test": charts.back_test(test, within) if test else None,
        "tested": test,
        "test_window": span(test.since, test.start) if test else "",
        "errors_by_placement": errors_by_placement(test) if test else None,
        "within": within_words(within) if within else "",
        "within_spread": within_spread(within) if within else None,
    }
    return ahead_page(request, "ahead", context)


@require_GET
@requires(May.SEE_UNPUBLISHED)
def scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Scenario.objects.select_related("by"), pk=pk)
    how_far = HowFarForm(request.GET)
    found = basis(how_far.chosen["window"])
    context: dict[str, Any] = {
        "how_far": how_far,
        "form": how_far,
        "scenario": one,
        "sentences": sentences(one.changes),
    }
    if found is not None:
        years = how_far.chosen["years"]
        base = look_ahead(found, years)
        fan = futures.kept(found, one.changes)
        shown = look_ahead(found, years, one.changes, name=one.name, fan=fan)
        context |= _told(request, found, shown, one, base) | {
            "difference": difference(base, shown),
            "tables": in_short(base, shown),
            "names": [base.name, shown.name],
            "early": early(one.changes, found.start),
        }
    return ahead_page(request, "scenario", context)


def in_short(base: Ahead, shown: Ahead) -> list[Table]:
    """All children and the cost: the placements are for the comparison's page."""
    return [table for table in tables([base, shown]) if table.id in {"all", "cost"}]


def _told(
    request: SignedInRequest,
    found: Basis,
    shown: Ahead,
    one: Scenario | None,
    base: Ahead | None = None,
) -> dict[str, Any]:
    """What the page of a projection says of it."""
    stale = shown.fan is None and SimulatedFan.objects.filter(scenario=one).exists()
    drawn = [charts.by_placement(shown), charts.by_band(shown), charts.cost(shown)]
    return {
        "ahead": shown,
        "finding": finding(shown),
        "began": now(shown),
        "total": charts.total(shown, past(found), base),
        "scenario": one,
        "charts": [chart for chart in drawn if chart],
        "rests_on": rests_on(found),
        "priced": found.prices.known,
        "without": without(found.prices) if found.prices.known else "",
        "limits": LIMITS,
        "stale": stale,
        "paths": f"{futures.PATHS:,}",
        "simulated": f"{shown.fan.paths:,}" if shown.fan else "",
        "marches": marches(shown),
        # A cell may be of 1 to 5 children.
        "crosses": crosses(shown) if request.user.may(May.SEE_SMALL_NUMBERS) else [],
    }


def _scenarios() -> list[Scenario]:
    return list(Scenario.objects.select_related("by"))


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
    return lac_page(request, f"lac/{name}.html", context, section=SECTION, up=up, status=status)


# ---- side by side ------------------------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def compare(request: SignedInRequest) -> HttpResponse:
    context, every, _ = _compared(request)
    if every:
        context |= {
            "query": request.GET.urlencode(),
            "tables": tables(every),
            "names": [one.name for one in every],
            "differences": [(one.name, difference(every[0], one)) for one in every[1:]],
            "finding": finding(every[0]),
            "chart": charts.compared(every),
        }
    return ahead_page(request, "compare", context)


def _compared(request: SignedInRequest) -> tuple[dict[str, Any], list[Ahead], Basis | None]:
    """The base and the scenarios that are asked for, or all of them; none where no return is
    held."""
    how_far, choice = HowFarForm(request.GET), ChoiceForm(request.GET)
    every = _scenarios()
    chosen = (choice.chosen if "scenario" in request.GET else every)[:MOST_COMPARED]
    if "scenario" not in request.GET:
        choice = ChoiceForm(initial={"scenario": [one.pk for one in chosen]})
    context: dict[str, Any] = {
        "how_far": how_far,
        "form": choice,
        "chosen": chosen,
        "most": MOST_COMPARED,
        "too_many": len(choice.chosen) > MOST_COMPARED,
    }
    found = basis(how_far.chosen["window"])
    if found is None:
        return context, [], None
    years = how_far.chosen["years"]
    shown = [look_ahead(found, years)]
    shown += [look_ahead(found, years, one.changes, name=one.name) for one in chosen]
    context |= {"priced": found.prices.known, "rests_on": rests_on(found), "limits": LIMITS}
    return context, shown, found


# ---- files -------------------------------------------------------------------------


def _file_name(of: Basis, what: str) -> str:
    made_up = "-invented" if of.invented else ""
    return f"{slugify(settings.COUNCIL_NAME)}-years-ahead-{slugify(what)}{made_up}"


@require_GET
@requires(May.SEE_UNPUBLISHED)
def projection_file(
    request: SignedInRequest, file_type: str, pk: int | None = None
) -> HttpResponse:
    """The base, or a scenario, as its page shows it."""
    one = get_object_or_404(Scenario, pk=pk) if pk else None
    how_far = HowFarForm(request.GET)
    found = basis(how_far.chosen["window"])
    if found is None:
        raise Http404("No return is held.")
    changes = one.changes if one else []
    shown = look_ahead(
        found,
        how_far.chosen["years"],
        changes,
        name=one.name if one else BASE,
        fan=futures.kept(found, changes),
    )
    said, at = sentences(changes), timezone.now()
    name = _file_name(found, shown.name)
    if file_type == "csv":
        sheet = csv_sheet([shown], found, said, at)
        return attachment(as_csv(sheet), CSV, f"{name}.csv")
    if file_type == "xlsx":
        with_small = request.user.may(May.SEE_SMALL_NUMBERS)
        sheets = projection_sheets(shown, found, said, at, with_small=with_small)
        return attachment(as_xlsx(sheets), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


@require_GET
@requires(May.SEE_UNPUBLISHED)
def comparison_file(request: SignedInRequest, file_type: str) -> HttpResponse:
    _, every, found = _compared(request)
    if found is None:
        raise Http404("No return is held.")
    at, name = timezone.now(), _file_name(found, "compared")
    if file_type == "csv":
        sheet = csv_sheet(every, found, differences(every), at)
        return attachment(as_csv(sheet), CSV, f"{name}.csv")
    if file_type == "xlsx":
        return attachment(as_xlsx(comparison_sheets(every, found, at)), XLSX, f"{name}.xlsx")
    raise Http404("Files come as csv and xlsx.")


# ---- simulated futures, and what places cost ---------------------------------------


@require_POST
@requires(May.PROJECT)
def simulate(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Asks for the futures of the base, or of a scenario; leads to the job."""
    one = get_object_or_404(Scenario, pk=pk) if pk else None
    window = HowFarForm(request.GET).chosen["window"]
    if basis(window) is None:
        messages.error(request, "No return is held, so there is nothing to simulate from.")
        return redirect(one or SECTION)
    return redirect(services.ask_for_futures(scenario=one, window=window, by=request.user))


@require_http_methods(["GET", "POST"])
@requires(May.SEE_UNPUBLISHED)
def costs(request: SignedInRequest) -> HttpResponse:
    standing = services.standing_costs()
    if request.method == "GET":
        return _costs_page(request, standing, CostsForm(standing), services.mark_of(standing))
    check_may(request.user, May.PROJECT)
    form, seen = CostsForm(standing, request.POST), request.POST.get("seen", "")
    refusal, status = "", 422
    if form.is_valid():
        try:
            services.set_costs(costs=form.costs, seen=seen, by=request.user)
        except services.CostsConflict as conflict:
            seen, status = services.mark_of(standing), 409
            refusal = f"{conflict} What you typed is still here; what stands is below it."
        else:
            messages.success(request, "The unit costs are set.")
            return redirect("lac-unit-costs")
    return _costs_page(request, standing, form, seen, refusal, status=status)


def _costs_page(
    request: SignedInRequest,
    standing: services.Priceds,
    form: CostsForm,
    seen: str,
    refusal: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    said = CostsForm(standing)
    context = {
        "form": form if request.user.may(May.PROJECT) else None,
        "seen": seen,
        "stands": [
            (title, standing[name])
            for (title, _, _), name in zip(said.groups, standing, strict=True)
        ],
        "some": any(standing[name].amount is not None for name in PLACEMENTS),
        "conflict": status == 409,
        "errors": [{"id": "", "text": refusal}] if refusal else [],
    }
    return ahead_page(request, "unit_costs", context, status=status)
