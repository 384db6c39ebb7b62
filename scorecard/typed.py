"""Keeping what somebody typed whose sign-in had ended before they pressed save.

The post came with a valid token against forgery, so it is theirs; it is kept in the session that
they sign in with, for the same person and page only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

SESSION_KEY = "typed"
MOST_CHARACTERS = 200_000
_NOT_TYPED = ("csrfmiddlewaretoken", "by", "action")


def keeps_what_was_typed(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Goes outside a view's own gate: what a signed-out person posts waits for their sign-in. The
    page's form says whose it is, in a hidden field `by`."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            _keep(request)
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **options)

    return kept


def _keep(request: HttpRequest) -> None:
    typed = {
        name: text
        for name, text in request.POST.items()
        if isinstance(text, str) and name not in _NOT_TYPED
    }
    by = request.POST.get("by", "")
    if by and sum(map(len, typed.values())) <= MOST_CHARACTERS:
        request.session[SESSION_KEY] = {"by": by, "page": request.path, "typed": typed}


def kept_for(request: HttpRequest) -> dict[str, str] | None:
    """What this person typed on this page and could not save. It stays until they save, or
    discard it."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    if kept["by"] != str(request.user.pk):
        forget(request)
        return None
    return kept["typed"] if kept.get("page") == request.path else None


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
