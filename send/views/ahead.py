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

from bucks_cs.lib.changes import Typed, arranged
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.files import CSV, XLSX, as_csv, as_xlsx
from scorecard.services import Refused
from scorecard.views.downloads import attachment

from .. import ahead_charts as charts
from .. import ahead_services as services
from .. import ahead_tables as tables
from .. import invented
from ..ahead import BASE, Ahead, Basis, basis, kept_bands, look_ahead, put_to_the_test, scenarios
from ..ahead_files import lines_sheet
from ..ahead_forms import (
    ChangeForm,
    DataForm,
    HowFarForm,
    NameForm,
    space_typed,
    typed_in,
    typed_of,
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
from ..cohort_files import Wrong
from ..models import DataSet, Scenario
from ..scenarios import FIELDS, KINDS, Change, problems, with_setting, words
from ..simulation import PATHS
from .pages import send_page

SECTION = "send-ahead"
MOST_COMPARED = 4
SHOWN = 200
INVENTED = "A county that is made up"
GONE = "Somebody has deleted this scenario. What you typed is still here: saved, it is a new one."
NO_DATA = (
    "Nothing can be checked or saved: the data sets have been deleted meanwhile. What you typed is "
    "still here: upload a data set in another tab, then save again."
)


def _page(
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


def _frame(of: Basis | None) -> dict[str, Any]:
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
    context: dict[str, Any] = _frame(found) | {
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
    return _page(request, "ahead", context)


@require_GET
@requires(May.SEE_UNPUBLISHED)
def scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Scenario.objects.select_related("by"), pk=pk)
    found, how_far = basis(), HowFarForm(request.GET)
    context = _frame(found) | {
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
    return _page(request, "scenario", context)


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


# ---- a scenario that is built ------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(May.PROJECT)
def edit(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A scenario, built: each button sends the whole form, and what comes of it is shown."""
    one = Scenario.objects.select_related("by").filter(pk=pk).first() if pk else None
    if pk and one is None and request.method == "GET":
        raise Http404("There is no such scenario.")
    found = basis()
    if request.method == "GET":
        if found is None:
            messages.error(request, "No data set is held: upload one first.")
            return redirect("send-data")
        typed = typed_of(one.changes) if one else []
        name = NameForm(initial={"name": one.name if one else ""})
        return _edit_page(request, found, one, name, typed, seen=str(one.version) if one else "")
    do, seen = request.POST.get("do", "show"), request.POST.get("seen", "")
    typed = arranged(typed_in(request.POST), do, request.POST.get("add", ""), FIELDS)
    name = NameForm(initial={"name": request.POST.get("name", "")})
    if seen and one is None:
        return _edit_page(request, found, one, name, typed, seen="", refusal=GONE, status=409)
    if do == "delete" and one:
        return _delete(request, found, one, typed, seen)
    if found is None:
        return _edit_page(request, None, one, name, typed, seen=seen, refusal=NO_DATA, status=409)
    if do == "save":
        return _save(request, found, one, typed, seen)
    return _edit_page(request, found, one, name, typed, seen=seen, checked=do == "show")


def _save(
    request: SignedInRequest, of: Basis, one: Scenario | None, typed: list[Typed], seen: str
) -> HttpResponse:
    name = NameForm(request.POST)
    changes = [form.change for form in _change_forms(typed, of, checked=True)]
    whole = [change for change in changes if change]
    status, refusal, theirs = 422, "", None
    if name.is_valid() and len(whole) == len(changes):
        try:
            saved = services.save_scenario(
                scenario=one,
                name=name.cleaned_data["name"],
                changes=whole,
                of=of,
                seen=seen,
                by=request.user,
            )
        except services.ScenarioConflict as conflict:
            theirs, seen, status = conflict.theirs, str(conflict.theirs.version), 409
            refusal = f"{conflict} What you typed is still here; what they saved is below it."
        except services.NameTaken as taken:
            name.add_error("name", str(taken))
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"“{saved}” is saved.")
            return redirect(saved)
    return _edit_page(
        request, of, one, name, typed, seen=seen, checked=True, refusal=refusal, theirs=theirs,
        status=status,
    )  # fmt: skip


def _delete(
    request: SignedInRequest, of: Basis | None, one: Scenario, typed: list[Typed], seen: str
) -> HttpResponse:
    if "sure" not in request.POST:
        name = NameForm(initial={"name": request.POST.get("name", one.name)})
        refusal = "To delete the scenario, tick that you are sure."
        return _edit_page(request, of, one, name, typed, seen=seen, refusal=refusal, status=422)
    try:
        services.delete_scenario(scenario=one, seen=seen, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("send-scenario-edit", one.pk)
    messages.success(request, f"“{one}” is deleted.")
    return redirect(SECTION)


def _change_forms(typed: Sequence[Typed], of: Basis | None, *, checked: bool) -> list[ChangeForm]:
    """A form a change; each knows the settings that those before it opened."""
    forms, space = [], of.space if of else space_typed(typed)
    for place, one in enumerate(typed, start=1):
        form = ChangeForm(place, one, space, checked=checked)
        forms.append(form)
        change = ChangeForm(place, one, space, checked=True).change
        if change and change["kind"] == "open_setting":
            space = with_setting(space, change["name"].strip(), change["like"])
    return forms


def _edit_page(
    request: SignedInRequest,
    of: Basis | None,
    one: Scenario | None,
    name: NameForm,
    typed: list[Typed],
    *,
    seen: str,
    checked: bool = False,
    refusal: str = "",
    theirs: Scenario | None = None,
    status: int = 200,
) -> HttpResponse:
    read = _change_forms(typed, of, checked=True)
    changes = [form.change for form in read]
    forms = read if checked else _change_forms(typed, of, checked=False)
    context = {
        "scenario": one,
        "form": name,
        "forms": [
            (form, words(change) if change else "")
            for form, change in zip(forms, changes, strict=True)
        ],
        "kinds": list(KINDS.items()),
        "seen": seen,
        "theirs": theirs,
        "their_sentences": sentences(theirs.changes) if theirs else [],
        "errors": _errors(forms) + ([{"id": "", "text": refusal}] if refusal else []),
        "incomplete": sum(change is None for change in changes),
        **_frame(of),
        **(_answer(of, [change for change in changes if change]) if of else {}),
    }
    return _page(request, "scenario_edit", context, one=one, status=status)


def _errors(forms: Sequence[ChangeForm]) -> list[dict[str, str]]:
    return [
        {
            "id": field.id_for_label or f"{field.auto_id}_0",
            "text": f"Change {form.number}, {field.label}: {error}",
        }
        for form in forms
        for field in form
        for error in field.errors
    ]


def _answer(of: Basis, changes: Sequence[Change]) -> dict[str, Any]:
    """What comes of the changes that are complete, beside the base; of none, the base."""
    base = look_ahead(of, HowFarForm({}).chosen)
    if not changes or problems(changes, of.space):
        return {"answer": finding(base)}
    shown = look_ahead(of, HowFarForm({}).chosen, changes, name="This scenario")
    return {
        "chart": charts.total([shown, base], difference(base, shown), id="answer-chart"),
        "runs_out": runs_out(shown),
    }


# ---- side by side ------------------------------------------------------------------


@require_GET
@requires(May.SEE_UNPUBLISHED)
def compare(request: SignedInRequest) -> HttpResponse:
    found, saved = basis(), scenarios()
    chosen, left = _chosen(request, saved)
    fit = [one for one in chosen if found and not problems(one.changes, found.space)]
    context = _frame(found) | {
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
    return _page(request, "compare", context)


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
    asked = request.POST.get("data", "")
    known = asked.isdecimal() and len(asked) < 19
    held = DataSet.objects.filter(pk=asked).first() if known else None
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
    return _page(request, "data", context, status=status)


@require_POST
@requires(May.PROJECT)
def simulate(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Asks for the outcomes of the base, or of a scenario; leads to the job."""
    one = get_object_or_404(Scenario, pk=pk) if pk else None
    if not DataSet.objects.exists():
        messages.error(request, "No data set is held, so there is nothing to simulate from.")
        return redirect(one or SECTION)
    return redirect(services.ask_for_outcomes(scenario=one, by=request.user))
