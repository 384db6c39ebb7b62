"""What people write in a paper: its cover, and section by section what they make of the draft."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from bucks_cs.lib.spreadsheets import tidy
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.services import Refused

from .. import services
from ..composing import Words, overtaken
from ..document import Paragraph, Section
from ..forms import CoverForm
from ..models import Paper, State
from .pages import number_seen, reports_page, seen

OWN = 2
"""Empty fields for paragraphs of one's own."""


@require_http_methods(["GET", "POST"])
@requires(May.WRITE)
def cover(request: SignedInRequest, pk: int) -> HttpResponse:
    one = _draft(request, pk)
    if request.method == "GET":
        return _cover_page(request, one, CoverForm(instance=one), one.seen)
    form, number = CoverForm(request.POST, instance=Paper(pk=one.pk)), number_seen(request)
    if form.is_valid():
        try:
            services.save_cover(paper=one, fields=form.cleaned_data, seen=number, by=request.user)
        except services.PaperConflict as conflict:
            return _cover_page(request, one, form, conflict.theirs.seen, conflict.theirs, 409)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The cover is saved.")
            return redirect(one)
    return _cover_page(request, one, form, number, status=422)


def _cover_page(
    request: SignedInRequest,
    one: Paper,
    form: CoverForm,
    number: int,
    theirs: Paper | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "paper": one,
        "form": form,
        "seen": number,
        "theirs": [
            (field.label, getattr(theirs, field.name)) for field in form if theirs is not None
        ],
    }
    up = [(str(one), one.get_absolute_url())]
    return reports_page(request, "reports/cover.html", context, up=up, status=status)


# ---- a section ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A drafted paragraph as it is written over. `moved`: what is drafted now, where that is
    another than when it was changed."""

    key: str
    drafted: str
    text: str
    dropped: bool
    moved: bool
    wrong: str = ""
    """Why it cannot be kept."""


@dataclass(frozen=True, slots=True)
class Own:
    """A paragraph of one's own."""

    text: str
    wrong: str = ""


@require_http_methods(["GET", "POST"])
@requires(May.WRITE)
def section(request: SignedInRequest, pk: int, section: str) -> HttpResponse:
    one = _draft(request, pk)
    if one.content is None:
        raise Http404("The paper is not prepared yet.")
    drafted = services.drafted(one)
    here = next((part for part in drafted.sections if part.key == section), None)
    if here is None:
        raise Http404("There is no such section.")
    people = services.words(one)
    moved = {words.key for words in overtaken(drafted, people)}
    if request.method == "POST":
        return _save(request, one, here, moved)
    changed = {words.key: words for words in people if words.key}
    fields = [
        _field(block, changed.get(block.key), block.key in moved) for block in _paragraphs(here)
    ]
    own = [Own(words.text) for words in people if not words.key and words.section == section]
    orphans = [Own(text) for text in _orphans(here, people)]
    return _section_page(request, one, here, fields, [*orphans, *own], one.seen, len(orphans))


def _paragraphs(here: Section) -> list[Paragraph]:
    return [block for block in here.blocks if isinstance(block, Paragraph)]


def _orphans(here: Section, people: list[Words]) -> list[str]:
    """What people wrote over drafts of the section that are there no longer: it is not lost."""
    drafts = {"", *(block.key for block in _paragraphs(here))}
    return [
        words.text
        for words in people
        if words.section == here.key and not words.dropped and words.key not in drafts
    ]


def _field(block: Paragraph, words: Words | None, moved: bool) -> Field:
    if words is None:
        return Field(block.key, block.text, block.text, dropped=False, moved=False)
    text = block.text if words.dropped else words.text
    return Field(block.key, block.text, text, words.dropped, moved)


def _save(request: SignedInRequest, one: Paper, here: Section, moved: set[str]) -> HttpResponse:
    data, number = request.POST, number_seen(request)
    keys = [block.key for block in _paragraphs(here)]
    texts = {key: tidy(data[f"text-{key}"]) for key in keys if f"text-{key}" in data}
    left_out = {key for key in keys if f"drop-{key}" in data}
    own = [tidy(text) for text in data.getlist("own")]
    refusal, status, theirs = "", 422, None
    wrong, wrong_own = dict[str, str](), dict[int, str]()
    try:
        services.save_section(
            paper=one, section=here.key, texts=texts, left_out=left_out, own=own, seen=number,
            by=request.user,
        )  # fmt: skip
    except services.WrongParagraphs as found:
        wrong, wrong_own = dict(found.drafted), dict(found.own)
    except services.PaperConflict as conflict:
        number, status, theirs = conflict.theirs.seen, 409, conflict.theirs
        refusal = f"{conflict} What you typed is still here; what they saved is below it."
        gone = [name for name in data if name.startswith("text-") and name[5:] not in keys]
        own = [*(tidy(data[name]) for name in gone), *own]
    except Refused as refused:
        refusal = str(refused)
    else:
        messages.success(request, f"“{here.title}” is saved.")
        return redirect(f"{one.get_absolute_url()}#{here.key}")
    fields = [
        Field(
            block.key, block.text, texts.get(block.key, block.text), block.key in left_out,
            block.key in moved, wrong.get(block.key, ""),
        )
        for block in _paragraphs(here)
    ]  # fmt: skip
    typed = [Own(text, wrong_own.get(place, "")) for place, text in enumerate(own) if text]
    return _section_page(
        request, one, here, fields, typed, number,
        refusal=refusal, theirs=theirs, status=status,
    )  # fmt: skip


def _section_page(
    request: SignedInRequest,
    one: Paper,
    here: Section,
    fields: list[Field],
    own: list[Own],
    number: int,
    orphans: int = 0,
    refusal: str = "",
    theirs: Paper | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "paper": one,
        "section": here,
        "fields": fields,
        "own": [*own, *[Own("")] * OWN],
        "orphans": orphans,
        "seen": number,
        "refusal": refusal,
        "errors": _errors(fields, own, refusal),
        "theirs": [words for words in services.words(theirs) if words.section == here.key]
        if theirs
        else None,
    }
    up = [(str(one), one.get_absolute_url())]
    return reports_page(request, "reports/section.html", context, up=up, status=status)


def _errors(fields: list[Field], own: list[Own], refusal: str) -> list[dict[str, str]]:
    wrong = [{"id": f"text-{one.key}", "text": one.wrong} for one in fields if one.wrong]
    wrong += [
        {"id": f"own-{place}", "text": one.wrong}
        for place, one in enumerate(own, start=1)
        if one.wrong
    ]
    return wrong or ([{"id": "", "text": refusal}] if refusal else [])


def _draft(request: SignedInRequest, pk: int) -> Paper:
    one = seen(request, pk)
    if one.state != State.DRAFT:
        raise Http404("The paper is no draft.")
    return one
