"""Who may do what. The only place that knows; views ask for a permission, never for a role."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User


class Role(TextChoices):
    OFFICER = "officer", "Officer"
    MEMBER = "member", "Select committee member"
    MANAGER = "manager", "Manager"
    ADMINISTRATOR = "administrator", "Administrator"


class May(StrEnum):
    """Permissions. Each is a sentence beginning "This person may ..."."""

    SEE_PUBLISHED = "see published figures"
    SEE_UNPUBLISHED = "see approved figures before their month is published"
    SEE_SMALL_NUMBERS = "see counts of 1 to 5"
    ENTER = "enter, submit and upload outturns"
    ANNOTATE = "pin notes to a measure’s chart"
    REPORT = "report progress on a plan’s actions and rate its risks"
    SEE_CHILDREN = "import statutory returns and see which children make up a figure"
    PROJECT = "build and save projections"
    WRITE = "write papers for Cabinet, the board and the select committee"
    APPROVE = "approve or return what was submitted"
    PUBLISH = "publish and reopen months and reports"
    ADMINISTER = "keep measures, targets, comparators and people"
    AUDIT = "read the audit trail"


_EVERYONE = {May.SEE_PUBLISHED}
_OFFICER = _EVERYONE | {
    May.SEE_UNPUBLISHED,
    May.SEE_SMALL_NUMBERS,
    May.ENTER,
    May.ANNOTATE,
    May.REPORT,
    May.SEE_CHILDREN,
    May.WRITE,
}

PERMISSIONS: dict[str, frozenset[May]] = {
    Role.MEMBER: frozenset(_EVERYONE),
    Role.OFFICER: frozenset(_OFFICER),
    Role.MANAGER: frozenset(_OFFICER | {May.APPROVE, May.PUBLISH, May.PROJECT}),
    # An administrator keeps the system and reads what happened in it, but enters, approves
    # and publishes nothing: no one person can make a figure and hide its making.
    Role.ADMINISTRATOR: frozenset(
        _EVERYONE | {May.SEE_UNPUBLISHED, May.SEE_SMALL_NUMBERS, May.ADMINISTER, May.AUDIT}
    ),
}


def may(user: User | AnonymousUser, permission: May) -> bool:
    """Whether this person's role allows it; nobody who is not signed in may do anything."""
    return user.is_active and permission in PERMISSIONS.get(getattr(user, "role", ""), ())


def check_may(user: User | AnonymousUser, permission: May) -> None:
    """Raises PermissionDenied, saying what is refused."""
    if not may(user, permission):
        raise PermissionDenied(f"Your role does not let you {permission.value}.")


class SignedInRequest(HttpRequest):
    """What a view behind `requires` receives; only types know the difference."""

    user: User


View = Callable[..., HttpResponseBase]


def requires(permission: May) -> Callable[[View], View]:
    """A view's gate: signed in, and allowed. Names the permission on the view for the tests."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_may(request.user, permission)
            return view(request, *args, **kwargs)

        gated.permission = permission  # type: ignore[attr-defined]
        return gated

    return decorate
