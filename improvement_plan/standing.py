"""How an action stands: what its printed text says, then its approved updates."""

from __future__ import annotations

from typing import Any

from . import models
from .progress import Rating
from .reading import read_due, read_rating

STANDING = ("rating", "completed_on", "due_date", "ongoing")


def as_printed(due_text: str, printed_rag: str) -> dict[str, Any]:
    """How an action stands by its printed text alone, by the names of `STANDING`."""
    due = read_due(due_text)
    return {
        "rating": read_rating(printed_rag),
        "completed_on": None,
        "due_date": due.day,
        "ongoing": due.ongoing,
    }


def apply(update: models.Update, action: models.Action) -> None:
    """How an action stands after an approved update. Neither is saved here."""
    if update.rating != Rating.NONE:
        action.rating = update.rating
        action.completed_on = update.completed_on
    if update.new_due:
        action.due_date, action.ongoing = update.new_due, False
