"""What happens to a paper: one function an event. Atomic, by somebody, in the audit trail.

Draft, in review, signed off, issued. Who sends a paper for review does not sign it off. What is
signed off is frozen with its digest, and its files are made from that; what is issued never
changes: a correction is a new paper that says what it corrects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit, jobs
from bucks_cs.lib.periods import day_label
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may
from scorecard.models import Measure
from scorecard.services import Refused

from .composing import Words, composed, digest
from .covers import covered
from .document import Document, Paragraph, as_json, from_json
from .models import FILE_TYPES, Basis, Kind, Paper, PaperFile, Passage, Question, State
from .quarters import Quarter
from .signs import refusal

PREPARE, MAKE_FILES = "reports.tasks.prepare_paper", "reports.tasks.make_files"
COVER = ("title", "meeting_on", "author", "contact", "members_affected", "portfolios")
TEXTS = ("summary", "recommendation")


class PaperConflict(Refused):
    """Somebody else changed the paper after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: Paper) -> None:
        super().__init__("Somebody else changed this paper after you opened it.")
        self.theirs = theirs


class WrongParagraphs(Refused):
    """Paragraphs that cannot be kept as they are: why, of drafted ones by key, and of one's own by
    place, from 0."""

    def __init__(self, drafted: Mapping[str, str], own: Mapping[int, str]) -> None:
        super().__init__(next(iter((*drafted.values(), *own.values()))))
        self.drafted = drafted
        self.own = own


# ---- begun and prepared ------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    kind: Kind,
    quarter: Quarter,
    basis: Basis,
    by: User,
    since: date | None = None,
    measures: Iterable[Measure] = (),
    **cover: Any,
) -> Paper:
    """A new draft, and the job that prepares it. `cover` are the fields of `COVER`."""
    check_may(by, May.WRITE)
    if kind == Kind.COMMITTEE and since is None:
        raise Refused("Say when the select committee last met.")
    paper = Paper.objects.create(
        kind=kind, quarter_from=quarter.start, basis=basis, since=since, begun_by=by, **cover
    )
    paper.measures.set(measures)
    audit.record("began a paper", paper, by=by, basis=paper.get_basis_display())
    _ask(PREPARE, paper, by)
    return paper


@transaction.atomic
def prepare_again(*, paper: Paper, by: User) -> Job:
    """Asks for the draft to be prepared from the figures as they are now. People's words stay."""
    check_may(by, May.WRITE)
    _held(paper, State.DRAFT)
    return _ask(PREPARE, paper, by)


def _ask(task: str, paper: Paper, by: User) -> Job:
    arguments = {"paper": paper.pk}
    at_it = Job.objects.unfinished().filter(task=task, arguments=arguments).first()
    title = f"{'Prepare' if task == PREPARE else 'Make the files of'} {paper}"
    return at_it or jobs.start(task, title, by=by, **arguments)


@transaction.atomic
def keep_prepared(*, paper: Paper, document: Document, by: User | None) -> None:
    """What a job has prepared. Refused once the paper is no draft any more."""
    held = _held(paper, State.DRAFT)
    failed = {one.title: one.failed for one in document.sections if one.failed}
    held.content, held.prepared_at = as_json(document), timezone.now()
    held.seen += 1
    held.save()
    audit.record("prepared a paper", held, by=by, failed=failed)


# ---- written -----------------------------------------------------------------------


@transaction.atomic
def save_cover(*, paper: Paper, fields: Mapping[str, Any], seen: int, by: User) -> Paper:
    """The cover, the summary and the recommendation."""
    held = _held_for(paper, by, seen)
    before = {name: getattr(held, name) for name in (*COVER, *TEXTS)}
    for name in before:
        if name in fields:
            setattr(held, name, fields[name])
    after = {name: getattr(held, name) for name in before}
    _grown(held)
    audit.record("wrote a paper’s cover", held, by=by, before=_told(before), after=_told(after))
    return held


@transaction.atomic
def save_section(
    *,
    paper: Paper,
    section: str,
    texts: Mapping[str, str],
    left_out: Collection[str],
    own: Iterable[str],
    seen: int,
    by: User,
) -> Paper:
    """What a person makes of a section: `texts` of its drafted paragraphs by key, those `left_out`,
    and their `own` paragraphs after them. A text as drafted stays a drafted one; an own one that
    is empty goes."""
    held = _held_for(paper, by, seen)
    there = _paragraphs(held, section)
    own = list(own)
    kept = {key: texts.get(key, drafted) for key, drafted in there.items() if key not in left_out}
    wrong = {key: why for key, text in kept.items() if (why := _wrong(text, there[key]))}
    wrong_own = {place: why for place, text in enumerate(own) if (why := refusal(text))}
    if wrong or wrong_own:
        raise WrongParagraphs(wrong, wrong_own)
    before = [one.text for one in held.passages.filter(section=section)]
    held.passages.filter(section=section).delete()
    changed = [
        Passage(
            section=section, key=key, drafted=drafted, text=texts.get(key, drafted).strip(),
            dropped=key in left_out,
        )
        for key, drafted in there.items()
        if key in left_out or texts.get(key, drafted).strip() != drafted
    ]  # fmt: skip
    written = [Passage(section=section, text=text.strip()) for text in own if text.strip()]
    for order, passage in enumerate((*changed, *written)):
        passage.paper, passage.by, passage.order = held, by, order
        passage.save()
    _grown(held)
    audit.record(
        "wrote in a paper",
        held,
        by=by,
        section=section,
        before=before,
        after=[one.text for one in (*changed, *written) if not one.dropped],
        left_out=[one.drafted for one in changed if one.dropped],
    )
    return held


def _wrong(text: str, drafted: str) -> str:
    """Why a paragraph cannot be kept; nothing where it can, as one that is as drafted can."""
    if not text.strip():
        return "Write the paragraph, or tick that it is left out."
    return "" if text.strip() == drafted else refusal(text)


def _paragraphs(paper: Paper, section: str) -> dict[str, str]:
    """The drafted paragraphs of a section, by key."""
    for one in drafted(paper).sections:
        if one.key == section:
            return {block.key: block.text for block in one.blocks if isinstance(block, Paragraph)}
    raise Refused("There is no such section: the paper was prepared again meanwhile.")


def drafted(paper: Paper) -> Document:
    """The paper as prepared, without what people wrote. Raises `Refused` where it is not yet."""
    if paper.content is None:
        raise Refused("The paper is not prepared yet.")
    return from_json(paper.content)


def words(paper: Paper) -> list[Words]:
    return [
        Words(one.section, one.key, one.text, one.dropped, one.drafted)
        for one in paper.passages.all()
    ]


def document(paper: Paper) -> Document:
    """The paper as it reads now: as signed off, or as drafted with people's words and its cover."""
    if paper.final is not None:
        return from_json(paper.final)
    return covered(paper, composed(drafted(paper), words(paper)))


# ---- its life ----------------------------------------------------------------------


@transaction.atomic
def discard(*, paper: Paper, by: User) -> None:
    """A draft that nobody needs, with its words."""
    check_may(by, May.WRITE)
    held = _held(paper, State.DRAFT)
    audit.record("discarded a paper", held, by=by)
    held.passages.all().delete()
    held.delete()


@transaction.atomic
def send_for_review(*, paper: Paper, seen: int, by: User) -> Paper:
    held = _held_for(paper, by, seen)
    failed = [one.title for one in drafted(held).sections if one.failed]
    if failed:
        raise Refused(f"Not every part could be prepared: {', '.join(failed)}. Prepare it again.")
    if not held.recommendation.strip() and held.kind == Kind.CABINET:
        raise Refused("Write the recommendation.")
    held.state, held.sent_by, held.returned = State.REVIEW, by, ""
    _grown(held)
    audit.record("sent a paper for review", held, by=by)
    return held


@transaction.atomic
def return_paper(*, paper: Paper, reason: str, by: User) -> Paper:
    """Back to its writers, with the reason; also one that is signed off and not issued yet."""
    check_may(by, May.APPROVE)
    held = _held(paper, State.REVIEW, State.SIGNED_OFF)
    if not reason.strip():
        raise Refused("Say why it goes back.")
    held.files.all().delete()
    held.state, held.returned, held.final, held.digest = State.DRAFT, reason.strip(), None, ""
    held.signed_off_at = held.signed_off_by = None
    _grown(held)
    audit.record("returned a paper", held, by=by, reason=held.returned)
    return held


@transaction.atomic
def sign_off(*, paper: Paper, seen: int, by: User) -> Paper:
    """Freezes what the paper says, and asks for its files. Not by who sent it for review."""
    check_may(by, May.APPROVE)
    held = _held(paper, State.REVIEW)
    _check_seen(held, seen)
    if held.sent_by_id == by.pk:
        raise Refused("Somebody else must sign off what you sent for review.")
    final = document(held)
    held.final, held.digest = as_json(final), digest(final)
    held.state, held.signed_off_by, held.signed_off_at = State.SIGNED_OFF, by, timezone.now()
    _grown(held)
    audit.record("signed off a paper", held, by=by, digest=held.digest)
    _ask(MAKE_FILES, held, by)
    return held


@transaction.atomic
def make_files_again(*, paper: Paper, by: User) -> Job:
    """Where the job failed that makes a signed-off paper's files."""
    check_may(by, May.APPROVE)
    return _ask(MAKE_FILES, _held(paper, State.SIGNED_OFF), by)


@transaction.atomic
def keep_file(*, paper: Paper, file_type: str, content: bytes) -> PaperFile:
    """A file of a signed-off paper, in the place of one made before it was issued. `paper` is as
    it was read when the file was begun: one that was signed off anew since has other words."""
    held = _held(paper, State.SIGNED_OFF)
    if held.digest != paper.digest:
        raise Refused("The paper was signed off anew meanwhile: make its files again.")
    held.files.filter(file_type=file_type).delete()
    return held.files.create(
        file_type=file_type, content=content, digest=hashlib.sha256(content).hexdigest()
    )


@transaction.atomic
def issue(*, paper: Paper, seen: int, by: User) -> Paper:
    """The paper is out: members see it, and it never changes again. What was returned and signed
    off anew since they looked at it is another paper."""
    check_may(by, May.PUBLISH)
    held = _held(paper, State.SIGNED_OFF)
    _check_seen(held, seen)
    made = dict(held.files.values_list("file_type", "digest"))
    if set(made) != set(FILE_TYPES):
        raise Refused("Its files are not all made yet: wait for the job, or make them again.")
    held.state, held.issued_by, held.issued_at = State.ISSUED, by, timezone.now()
    _grown(held)
    audit.record("issued a paper", held, by=by, digest=held.digest, files=made)
    return held


@transaction.atomic
def correct(*, paper: Paper, what: str, by: User) -> Paper:
    """A new version of an issued paper: a draft with the same words, prepared anew."""
    check_may(by, May.WRITE)
    issued = _held(paper, State.ISSUED)
    if not what.strip():
        raise Refused("Say what it corrects.")
    if issued.corrections.exists():
        raise Refused("It has been corrected already: correct the later version.")
    kept = {name: getattr(issued, name) for name in (*COVER, *TEXTS)}
    new = Paper.objects.create(
        kind=issued.kind, quarter_from=issued.quarter_from, basis=issued.basis,
        since=issued.since, begun_by=by, edition=issued.edition + 1, corrects=issued,
        correction=what.strip(), **kept,
    )  # fmt: skip
    new.measures.set(issued.measures.all())
    Passage.objects.bulk_create(
        Passage(
            paper=new, section=one.section, key=one.key, drafted=one.drafted, text=one.text,
            dropped=one.dropped, order=one.order, by_id=one.by_id,
        )
        for one in issued.passages.all()
    )  # fmt: skip
    audit.record("began a correction", new, by=by, corrects=str(issued), what=new.correction)
    _ask(PREPARE, new, by)
    return new


# ---- the committee's questions -----------------------------------------------------


@transaction.atomic
def ask(*, question: Question, by: User) -> Question:
    """A question that the select committee asked at a meeting."""
    check_may(by, May.WRITE)
    question.by = by
    question.save()
    audit.record("noted a committee’s question", question, by=by, text=question.text)
    return question


@transaction.atomic
def answer(*, question: Question, text: str, on: date, by: User) -> Question:
    check_may(by, May.WRITE)
    if not text.strip():
        raise Refused("Write the answer.")
    if on < question.asked_on:
        raise Refused(f"It was asked on {day_label(question.asked_on)}: the answer is later.")
    before = question.answer
    question.answer, question.answered_on = text.strip(), on
    question.save()
    audit.record(
        "answered a committee’s question", question, by=by, before=before, after=question.answer
    )
    return question


# ---- held --------------------------------------------------------------------------


def _held(paper: Paper, *states: State) -> Paper:
    """The paper as it stands, held until the event is over, in one of these states."""
    held = Paper.objects.select_for_update(of=("self",)).filter(pk=paper.pk).first()
    if held is None:
        raise Refused("This paper has been discarded.")
    if held.state not in states:
        raise Refused(f"This paper is {held.get_state_display().lower()}.")
    return held


def _held_for(paper: Paper, by: User, seen: int) -> Paper:
    check_may(by, May.WRITE)
    held = _held(paper, State.DRAFT)
    _check_seen(held, seen)
    return held


def _check_seen(held: Paper, seen: int) -> None:
    if held.seen != seen:
        raise PaperConflict(held)


def _grown(held: Paper) -> None:
    held.seen += 1
    held.save()


def _told(fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: day_label(value) if isinstance(value, date) else str(value or "")
        for name, value in fields.items()
    }
