"""A draft: begun, prepared from the figures, and written in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import day_label
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may
from scorecard.models import Measure
from scorecard.services import Refused

from .composing import Words, composed
from .covers import covered
from .document import Document, Paragraph, as_json, from_json
from .holding import (
    COVER,
    PREPARE,
    TEXTS,
    ask_for,
    grown,
    held_for,
    held_in,
)
from .models import Basis, Kind, Paper, Passage, State
from .quarters import Quarter
from .signs import refusal


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
    ask_for(PREPARE, paper, by)
    return paper


@transaction.atomic
def prepare_again(*, paper: Paper, by: User) -> Job:
    """Asks for the draft to be prepared from the figures as they are now. People's words stay."""
    check_may(by, May.WRITE)
    held_in(paper, State.DRAFT)
    return ask_for(PREPARE, paper, by)


@transaction.atomic
def keep_prepared(*, paper: Paper, document: Document, by: User | None) -> None:
    """What a job has prepared. Refused once the paper is no draft any more."""
    held = held_in(paper, State.DRAFT)
    failed = {one.title: one.failed for one in document.sections if one.failed}
    held.content, held.prepared_at = as_json(document), timezone.now()
    held.seen += 1
    held.save()
    audit.record("prepared a paper", held, by=by, failed=failed)


# ---- written -----------------------------------------------------------------------


@transaction.atomic
def save_cover(*, paper: Paper, fields: Mapping[str, Any], seen: int, by: User) -> Paper:
    """The cover, the summary and the recommendation."""
    held = held_for(paper, by, seen)
    before = {name: getattr(held, name) for name in (*COVER, *TEXTS)}
    for name in before:
        if name in fields:
            setattr(held, name, fields[name])
    after = {name: getattr(held, name) for name in before}
    grown(held)
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
    held = held_for(paper, by, seen)
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
    grown(held)
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


def _told(fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: day_label(value) if isinstance(value, date) else str(value or "")
        for name, value in fields.items()
    }
