"""What goes into each kind of paper, in its order; and its preparation, part by part."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import NamedTuple

from django.db.models import Q

from bucks_cs.lib.periods import day_label
from scorecard.models import Document as Source
from scorecard.models import Outturn

from . import annexes, changes, from_lac, from_plans, from_scorecard, from_send
from .covers import SUMMARY
from .document import Block, Bullets, Document, Paragraph, Section
from .models import Kind, Question
from .scope import Scope
from .summary import summary

log = logging.getLogger(__name__)
Make = Callable[[Scope], Iterable[Block]]


class Part(NamedTuple):
    """A section: `lettered` ones have numbered paragraphs, annexes have none."""

    key: str
    title: str
    make: Make
    lettered: bool = True


def _background(scope: Scope) -> Iterator[Block]:
    """The documents that the figures up to the quarter's end stand in, and the plan's; by the
    numbers by which tables and charts name their sources."""
    seen = Outturn.objects.visible_to(scope.member).home()
    figures = seen.filter(period_end__lte=scope.quarter.end)
    plan = from_plans.the_plan()
    wanted = Q(pk__in=figures.values("document")) | Q(pk=plan.document_id if plan else None)
    yield Bullets(
        (
            *(
                f"Document {one.code}: {one.title}, {day_label(one.date)}"
                for one in Source.objects.filter(wanted).order_by("date", "code")
            ),
            f"The performance scorecard of {scope.quarter.words}",
        )
    )


def _questions(scope: Scope) -> Iterator[Block]:
    yield Paragraph(
        "questions",
        "If you have any questions about the matters contained in this paper please get in touch "
        "with the contact officer on its cover. Tell them before the meeting if you would like "
        "your views to be put to it.",
    )


def _open_questions(scope: Scope) -> Iterator[Block]:
    """What the committee asked and has not been told; and what it was told since it last met."""
    since = scope.since or scope.quarter.start
    every = list(Question.objects.select_related("measure"))
    open_ = [one for one in every if one.is_open]
    if open_:
        yield Bullets(tuple(_asked(one) for one in open_))
    else:
        yield Paragraph("questions-none", "No question of the committee is open.")
    for place, one in enumerate(every):
        if one.answered_on and one.answered_on > since:
            yield Paragraph(
                f"answered-{one.pk or place}",
                f"Asked on {day_label(one.asked_on)}: {one.text} Answered on "
                f"{day_label(one.answered_on)}: {one.answer}",
            )


def _asked(question: Question) -> str:
    promised = f", promised for {day_label(question.promised_for)}" if question.promised_for else ""
    return f"{question.text} (asked on {day_label(question.asked_on)}{promised})"


def _annexes(*parts: Part) -> Iterator[Part]:
    for place, part in enumerate(parts, start=1):
        yield part._replace(title=f"Annex {place}: {part.title}", lettered=False)


_OF_MEASURES = (
    Part("scorecard", "the whole scorecard", annexes.whole_scorecard),
    Part("definitions", "what each measure is", annexes.definitions),
)
_OF_EVERY_PAPER = (
    Part("ratings", "how ratings are made", annexes.how_ratings_are_made),
    Part("as-at", "what the figures are", annexes.data_as_at),
)
PARTS: Mapping[Kind, Sequence[Part]] = {
    Kind.CABINET: (
        Part(SUMMARY, "Summary", summary, False),
        Part("performance", "Key performance summary", from_scorecard.key_performance),
        Part("exceptions", "Exceptions", from_scorecard.exceptions),
        Part("changes", "What changed since the quarter before", changes.changes),
        Part("plan", "Progress on the improvement plan", from_plans.progress),
        Part("risks", "Risks", from_plans.risks),
        Part("lac", "Looked-after children", from_lac.looked_after),
        Part("send", "Special educational needs and education", from_send.send),
        Part("background", "Background papers", _background, False),
        Part("your-questions", "Your questions and views", _questions, False),
        *_annexes(*_OF_MEASURES, *_OF_EVERY_PAPER),
    ),
    Kind.BOARD: (
        Part("board", "Status report", from_plans.board_report),
        Part("plan", "Progress by workstream", from_plans.progress),
        Part("exceptions", "Exceptions", from_scorecard.exceptions),
        *_annexes(*_OF_EVERY_PAPER),
    ),
    Kind.COMMITTEE: (
        Part(SUMMARY, "Summary", summary, False),
        Part("since", "Since the committee last met", changes.since_last_meeting),
        Part("exceptions", "Exceptions", from_scorecard.exceptions),
        Part("changes", "What changed since the quarter before", changes.changes),
        Part("asked-for", "Measures that the committee asked for", from_scorecard.asked_for),
        Part("plan", "Progress on the improvement plan", from_plans.progress),
        Part("open-questions", "Questions that the committee asked", _open_questions),
        *_annexes(*_OF_MEASURES, *_OF_EVERY_PAPER),
    ),
}


def prepared(scope: Scope, step: Callable[[int, str], None] = lambda done, part: None) -> Document:
    """The paper as drafted from the figures, of its cover only what the figures are. A part that
    fails says why, in its place; the rest is there. Calls `step` with the per cent that is done and
    the part to come."""
    parts = PARTS[scope.kind]
    letters = iter(ascii_uppercase)
    sections = []
    for place, part in enumerate(parts):
        step(100 * place // len(parts), part.title)
        letter = next(letters) if part.lettered else ""
        sections.append(_section(part, letter, scope))
    return Document(
        title="",
        subtitle="",
        cover=(("Figures", scope.figures_words),),
        basis=scope.basis_words,
        sections=tuple(sections),
    )


def _section(part: Part, letter: str, scope: Scope) -> Section:
    try:
        blocks, failed = tuple(part.make(scope)), ""
    except Exception as error:  # whatever it is, the rest of the paper is kept
        log.exception("A paper’s part could not be prepared: %s", part.key)
        blocks, failed = (), f"something went wrong ({type(error).__name__}). Prepare it again."
    return Section(part.key, letter, part.title, blocks, failed)
