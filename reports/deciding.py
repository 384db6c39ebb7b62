"""What is decided on a paper: sent, returned, signed off, issued, corrected."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .composing import digest
from .document import as_json
from .holding import (
    COVER,
    MAKE_FILES,
    PREPARE,
    TEXTS,
    ask_for,
    check_seen,
    grown,
    held_for,
    held_in,
)
from .models import FILE_TYPES, Kind, Paper, PaperFile, Passage, State
from .writing import document, drafted


@transaction.atomic
def discard(*, paper: Paper, by: User) -> None:
    """A draft that nobody needs, with its words."""
    check_may(by, May.WRITE)
    held = held_in(paper, State.DRAFT)
    audit.record("discarded a paper", held, by=by)
    held.passages.all().delete()
    held.delete()


@transaction.atomic
def send_for_review(*, paper: Paper, seen: int, by: User) -> Paper:
    held = held_for(paper, by, seen)
    failed = [one.title for one in drafted(held).sections if one.failed]
    if failed:
        raise Refused(f"Not every part could be prepared: {', '.join(failed)}. Prepare it again.")
    if not held.recommendation.strip() and held.kind == Kind.CABINET:
        raise Refused("Write the recommendation.")
    held.state, held.sent_by, held.returned = State.REVIEW, by, ""
    grown(held)
    audit.record("sent a paper for review", held, by=by)
    return held


@transaction.atomic
def return_paper(*, paper: Paper, reason: str, by: User) -> Paper:
    """Back to its writers, with the reason; also one that is signed off and not issued yet."""
    check_may(by, May.APPROVE)
    held = held_in(paper, State.REVIEW, State.SIGNED_OFF)
    if not reason.strip():
        raise Refused("Say why it goes back.")
    held.files.all().delete()
    held.state, held.returned, held.final, held.digest = State.DRAFT, reason.strip(), None, ""
    held.signed_off_at = held.signed_off_by = None
    grown(held)
    audit.record("returned a paper", held, by=by, reason=held.returned)
    return held


@transaction.atomic
def sign_off(*, paper: Paper, seen: int, by: User) -> Paper:
    """Freezes what the paper says, and asks for its files. Not by who sent it for review."""
    check_may(by, May.APPROVE)
    held = held_in(paper, State.REVIEW)
    check_seen(held, seen)
    if held.sent_by_id == by.pk:
        raise Refused("Somebody else must sign off what you sent for review.")
    final = document(held)
    held.final, held.digest = as_json(final), digest(final)
    held.state, held.signed_off_by, held.signed_off_at = State.SIGNED_OFF, by, timezone.now()
    grown(held)
    audit.record("signed off a paper", held, by=by, digest=held.digest)
    ask_for(MAKE_FILES, held, by)
    return held


@transaction.atomic
def make_files_again(*, paper: Paper, by: User) -> Job:
    """Where the job failed that makes a signed-off paper's files."""
    check_may(by, May.APPROVE)
    return ask_for(MAKE_FILES, held_in(paper, State.SIGNED_OFF), by)


@transaction.atomic
def keep_file(*, paper: Paper, file_type: str, content: bytes) -> PaperFile:
    """A file of a signed-off paper, in the place of one made before it was issued. `paper` is as
    it was read when the file was begun: one that was signed off anew since has other words."""
    held = held_in(paper, State.SIGNED_OFF)
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
    held = held_in(paper, State.SIGNED_OFF)
    check_seen(held, seen)
    made = dict(held.files.values_list("file_type", "digest"))
    if set(made) != set(FILE_TYPES):
        raise Refused("Its files are not all made yet: wait for the job, or make them again.")
    held.state, held.issued_by, held.issued_at = State.ISSUED, by, timezone.now()
    grown(held)
    audit.record("issued a paper", held, by=by, digest=held.digest, files=made)
    return held


@transaction.atomic
def correct(*, paper: Paper, what: str, by: User) -> Paper:
    """A new version of an issued paper: a draft with the same words, prepared anew."""
    check_may(by, May.WRITE)
    issued = held_in(paper, State.ISSUED)
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
    ask_for(PREPARE, new, by)
    return new
