"""What the select committee asked, and what it was told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from bucks_cs.roles import May, SignedInRequest, requires
from scorecard.services import Refused

from .. import services
from ..forms import AnswerForm, QuestionForm
from ..models import Question
from .pages import reports_page


@require_GET
@requires(May.SEE_PUBLISHED)
def listed(request: SignedInRequest) -> HttpResponse:
    every = list(Question.objects.select_related("measure"))
    context = {
        "open": [one for one in every if one.is_open],
        "answered": [one for one in every if not one.is_open],
        "may_write": request.user.may(May.WRITE),
    }
    return reports_page(request, "reports/questions.html", context, section="questions")


@require_http_methods(["GET", "POST"])
@requires(May.WRITE)
def ask(request: SignedInRequest) -> HttpResponse:
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.ask(question=form.save(commit=False), by=request.user)
        messages.success(request, "The question is noted.")
        return redirect("questions")
    status = 422 if request.method == "POST" else 200
    return reports_page(
        request, "reports/question_new.html", {"form": form}, section="questions", status=status
    )


@require_http_methods(["GET", "POST"])
@requires(May.WRITE)
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Question.objects.select_related("measure"), pk=pk)
    if request.method == "GET":
        form = AnswerForm(initial={"text": one.answer, "on": one.answered_on})
        return _page(request, one, form)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.answer(
                question=one,
                text=form.cleaned_data["text"],
                on=form.cleaned_data["on"],
                by=request.user,
            )
        except Refused as refused:
            form.add_error("on", str(refused))
        else:
            messages.success(request, "The answer is kept.")
            return redirect("questions")
    return _page(request, one, form, status=422)


def _page(
    request: SignedInRequest, one: Question, form: AnswerForm, status: int = 200
) -> HttpResponse:
    context = {"question": one, "form": form}
    return reports_page(
        request, "reports/question.html", context, section="questions", status=status
    )
