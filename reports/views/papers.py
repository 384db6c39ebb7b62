"""Papers: begun, read, decided on, downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bucks_cs.models import Job
from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.services import Refused
from scorecard.views.downloads import attachment

from .. import services
from ..composing import overtaken
from ..document import Block, Document, Section
from ..forms import BeginForm, CorrectForm, ReturnForm
from ..models import FILE_TYPES, Kind, Paper, State
from ..print_charts import as_svg
from ..rendering import CONTENT_TYPES, rendered
from .pages import number_seen, reports_page, seen


@require_GET
@requires(May.SEE_PUBLISHED)
def listed(request: SignedInRequest) -> HttpResponse:
    papers = list(Paper.objects.visible_to(request.user).defer("content", "final"))
    context = {
        "papers": papers,
        "issued": sum(one.state == State.ISSUED for one in papers),
        "corrected": {one.corrects_id for one in papers if one.state == State.ISSUED},
        "may_write": request.user.may(May.WRITE),
    }
    return reports_page(request, "reports/papers.html", context)


@require_http_methods(["GET", "POST"])
@requires(May.WRITE)
def begin(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    form = BeginForm(today, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            paper = services.begin(by=request.user, **form.chosen)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(paper)
    status = 422 if request.method == "POST" else 200
    return reports_page(request, "reports/begin.html", {"form": form}, status=status)


# ---- read --------------------------------------------------------------------------


@require_GET
@requires(May.SEE_PUBLISHED)
def paper(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, seen(request, pk))


def _page(request: SignedInRequest, one: Paper, *, status: int = 200, **more: Any) -> HttpResponse:
    prepared = one.content is not None
    document = services.document(one) if prepared else None
    user = request.user
    may_write = user.may(May.WRITE) and one.state == State.DRAFT
    context = {
        "paper": one,
        "document": document,
        "parts": list(_parts(document)) if document else [],
        "job": _job(one) if user.may(May.WRITE) else None,
        "may_write": may_write,
        "may_send": may_write and prepared,
        "may_decide": user.may(May.APPROVE),
        "may_sign_off": user.may(May.APPROVE) and one.sent_by_id != user.pk,
        "may_issue": user.may(May.PUBLISH) and one.state == State.SIGNED_OFF,
        "may_correct": user.may(May.WRITE) and one.state == State.ISSUED,
        "correction": Paper.objects.visible_to(user).filter(corrects=one).first(),
        "overtaken": _overtaken(one) if may_write and prepared else [],
        "file_types": FILE_TYPES,
        "files_made": one.files.count() == len(FILE_TYPES),
        "digests": list(one.files.values_list("file_type", "digest")),
        "return_form": ReturnForm(),
        "correct_form": CorrectForm(),
        **more,
    }
    return reports_page(request, "reports/paper.html", context, status=status)


def _parts(document: Document) -> Iterator[tuple[Section, list[tuple[str, Block, int]]]]:
    """Each section with its blocks: what kind of block each is, and its number."""
    numbers = {id(block): number for _, block, number in document.numbered()}
    for section in document.sections:
        yield section, [(type(one).__name__, one, numbers[id(one)]) for one in section.blocks]


def _overtaken(one: Paper) -> list[Section]:
    """The sections in which the figures moved under what people had changed."""
    drafted = services.drafted(one)
    there = {words.section for words in overtaken(drafted, services.words(one))}
    return [section for section in drafted.sections if section.key in there]


def _job(one: Paper) -> Job | None:
    """The latest work on it, unless that is done."""
    tasks = (services.PREPARE, services.MAKE_FILES)
    latest = Job.objects.filter(task__in=tasks, arguments={"paper": one.pk}).order_by("-pk").first()
    return latest if latest and latest.state != "done" else None


@require_GET
@requires(May.SEE_PUBLISHED)
def paper_file(request: SignedInRequest, pk: int, file_type: str) -> HttpResponse:
    """The file that is kept of a paper that is signed off; of a draft, made as it reads now."""
    one = seen(request, pk)
    if file_type not in FILE_TYPES or one.content is None:
        raise Http404("There is no such file.")
    kept = one.files.filter(file_type=file_type).first()
    content = bytes(kept.content) if kept else rendered(_marked(one), file_type)
    state = "" if one.state == State.ISSUED else f"-{one.state.replace('_', '-')}"
    name = slugify(f"{Kind(one.kind).label} {one.quarter.label}".replace("/", "-"))
    edition = f"-version-{one.edition}" if one.edition > 1 else ""
    return attachment(content, CONTENT_TYPES[file_type], f"{name}{edition}{state}.{file_type}")


def _marked(one: Paper) -> Document:
    """The paper with what it is on its cover, where it is no final one."""
    document = services.document(one)
    at = timezone.localtime()
    mark = (one.get_state_display(), f"Not issued. Made at {at:%H:%M} on {at:%-d %B %Y}.")
    return replace(document, cover=(mark, *document.cover))


@require_GET
@requires(May.SEE_PUBLISHED)
def chart(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    one = seen(request, pk)
    found = services.document(one).charts() if one.content is not None else ()
    for drawn in found:
        if drawn.key == key:
            return HttpResponse(as_svg(drawn), content_type="image/svg+xml")
    raise Http404("There is no such chart.")


# ---- decided on --------------------------------------------------------------------


def _done(
    request: SignedInRequest, one: Paper, do: Callable[[], object], said: str, to: str = ""
) -> HttpResponse:
    """Does it, says what was done, and leads `to` a page, else to the paper that came of it; where
    it was refused, back to the paper with why."""
    try:
        made = do()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(one)
    messages.success(request, said)
    return redirect(to or (made if isinstance(made, Paper) else one))


@require_POST
@requires(May.WRITE)
def prepare(request: SignedInRequest, pk: int) -> HttpResponse:
    one = seen(request, pk)
    again = services.make_files_again if one.state == State.SIGNED_OFF else services.prepare_again
    return _done(request, one, lambda: again(paper=one, by=request.user), "It is being made.")


@require_POST
@requires(May.WRITE)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    one, number = seen(request, pk), number_seen(request)
    return _done(
        request,
        one,
        lambda: services.send_for_review(paper=one, seen=number, by=request.user),
        "The paper is sent for review.",
    )


@require_POST
@requires(May.APPROVE)
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    one, form = seen(request, pk), ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, one, status=422, return_form=form, form=form)
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        one,
        lambda: services.return_paper(paper=one, reason=reason, by=request.user),
        "The paper is back with its writers.",
    )


@require_POST
@requires(May.APPROVE)
def sign_off(request: SignedInRequest, pk: int) -> HttpResponse:
    one, number = seen(request, pk), number_seen(request)
    return _done(
        request,
        one,
        lambda: services.sign_off(paper=one, seen=number, by=request.user),
        "The paper is signed off. Its files are being made.",
    )


@require_POST
@requires(May.PUBLISH)
def issue(request: SignedInRequest, pk: int) -> HttpResponse:
    one, number = seen(request, pk), number_seen(request)
    return _done(
        request,
        one,
        lambda: services.issue(paper=one, seen=number, by=request.user),
        "The paper is issued.",
    )


@require_POST
@requires(May.WRITE)
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    one, form = seen(request, pk), CorrectForm(request.POST)
    if not form.is_valid():
        return _page(request, one, status=422, correct_form=form, form=form)
    what = form.cleaned_data["what"]
    return _done(
        request,
        one,
        lambda: services.correct(paper=one, what=what, by=request.user),
        "A correction is begun: a draft, until it is issued.",
    )


@require_POST
@requires(May.WRITE)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    one = seen(request, pk)
    if "sure" not in request.POST:
        messages.error(request, "To discard the draft, tick that you are sure.")
        return redirect(one)
    return _done(
        request,
        one,
        lambda: services.discard(paper=one, by=request.user),
        "The draft is discarded.",
        to="reports",
    )
