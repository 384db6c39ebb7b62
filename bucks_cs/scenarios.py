"""Scenarios of a projection, of whichever room: named changes that somebody keeps and compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from . import audit
from .lib.changes import Change, Problem
from .lib.periods import day_label
from .models import User
from .refusals import Refused
from .roles import May, check_may

BASE = "Base"
"""The name of the projection in which nothing is otherwise."""
MOST_CHANGES = 20
TAKEN = "Another scenario has this name: choose a different one."


class KeptScenario(models.Model):
    """What somebody wants to see happen in a projection: named changes, in order."""

    name = models.CharField(max_length=100, unique=True)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        raise NotImplementedError


Kept = TypeVar("Kept", bound=KeptScenario)


class ScenarioConflict(Refused):
    """Somebody else saved the scenario after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: KeptScenario) -> None:
        who = theirs.by.display_name if theirs.by else "Somebody else"
        at = timezone.localtime(theirs.saved_at)
        day = day_label(at.date())
        super().__init__(f"{who} saved this scenario at {at:%H:%M} on {day}, after you opened it.")
        self.theirs = theirs


class NameTaken(Refused):
    """Another scenario has the name."""


@transaction.atomic
def save(
    model: type[Kept],
    *,
    scenario: Kept | None,
    name: str,
    changes: Sequence[Change],
    wrong: Sequence[Problem],
    words: Callable[[Change], str],
    seen: str,
    by: User,
) -> Kept:
    """Keeps a scenario, or a new one (None), with changes of which its room says nothing `wrong`.
    `seen` is the version that its person saw, `words` says a change in the audit trail.

    Raises `ScenarioConflict`, `NameTaken`, or `Refused` with what else is wrong.
    """
    check_may(by, May.PROJECT)
    held = _held(scenario, seen) if scenario else model(version=0)
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the scenario a name.")
    others = model._default_manager.filter(name__iexact=name).exclude(pk=held.pk)
    if name.casefold() == BASE.casefold() or others.exists():
        raise NameTaken(TAKEN)
    if not changes:
        raise Refused("Add at least one change: without any, it is the base.")
    if len(changes) > MOST_CHANGES:
        raise Refused(f"Use {MOST_CHANGES} changes or fewer.")
    if wrong:
        raise Refused(" ".join(map(str, wrong)))
    before = _told(held, words) if scenario else None
    held.name, held.changes, held.by = name, [dict(change) for change in changes], by
    held.version += 1
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError:  # somebody else saved one of that name at the same moment
        raise NameTaken(TAKEN) from None
    what = f"saved a {held._meta.verbose_name}"
    audit.record(what, held, by=by, before=before, after=_told(held, words))
    return held


@transaction.atomic
def delete(*, scenario: KeptScenario, words: Callable[[Change], str], seen: str, by: User) -> None:
    """Raises `ScenarioConflict` if it has changed since its person saw it."""
    check_may(by, May.PROJECT)
    held = _held(scenario, seen)
    what = f"deleted a {held._meta.verbose_name}"
    audit.record(what, held, by=by, changes=_told(held, words)["changes"])
    held.delete()


def _held(scenario: Kept, seen: str) -> Kept:
    """The scenario as it stands, held until the event is over."""
    found = type(scenario)._default_manager.select_for_update(of=("self",)).select_related("by")
    held = found.filter(pk=scenario.pk).first()
    if held is None:
        raise Refused("This scenario has been deleted.")
    if str(held.version) != seen:
        raise ScenarioConflict(held)
    return held


def _told(scenario: KeptScenario, words: Callable[[Change], str]) -> dict[str, Any]:
    return {"name": scenario.name, "changes": [words(change) for change in scenario.changes]}
