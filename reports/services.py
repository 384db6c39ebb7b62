"""What happens to a paper: one function an event. Atomic, by somebody, in the audit trail. This is
the front door; the rooms behind it are `writing`, `deciding` and `asking`, and `holding` for all.

Draft, in review, signed off, issued. Who sends a paper for review does not sign it off. What is
signed off is frozen with its digest, and its files are made from that; what is issued never
changes: a correction is a new paper that says what it corrects.
"""

from __future__ import annotations

from .asking import answer, ask
from .deciding import (
    correct,
    discard,
    issue,
    keep_file,
    make_files_again,
    return_paper,
    send_for_review,
    sign_off,
)
from .holding import MAKE_FILES, PREPARE, PaperConflict
from .writing import (
    WrongParagraphs,
    begin,
    document,
    drafted,
    keep_prepared,
    prepare_again,
    save_cover,
    save_section,
    words,
)

__all__ = [
    "MAKE_FILES",
    "PREPARE",
    "PaperConflict",
    "WrongParagraphs",
    "answer",
    "ask",
    "begin",
    "correct",
    "discard",
    "document",
    "drafted",
    "issue",
    "keep_file",
    "keep_prepared",
    "make_files_again",
    "prepare_again",
    "return_paper",
    "save_cover",
    "save_section",
    "send_for_review",
    "sign_off",
    "words",
]
