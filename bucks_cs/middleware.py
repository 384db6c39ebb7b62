"""A second factor before anything else, where the council asks for one; and nothing kept by
browsers for whoever sits down next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from .models import User

# What somebody who has only a password so far can do.
OPEN_BEFORE = {"mfa_activate_totp", "account_logout", "accessibility"}


class KeepNothing:
    """Tells browsers and proxies to keep no page: on a shared computer “Back” would show it again
    to whoever comes after the person who signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class RequireSecondFactor:
    """Turns back every session that was opened with a password alone. A program that sends a
    token has no session, and is not concerned."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or not isinstance(request.user, User):
            return None
        if gave_second_factor(request, request.user):
            return None
        # A session older than the person's second factor must not change or remove it.
        has_one = is_mfa_enabled(request.user)
        here = request.resolver_match.url_name if request.resolver_match else None
        if here in OPEN_BEFORE and not has_one:
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "Sign in with a second factor first."}, status=403)
        if has_one:
            logout(request)
            messages.info(request, "Sign in again, with your second factor.")
            return redirect("account_login")
        messages.info(request, "Set up a second factor before you go on.")
        return redirect("mfa_activate_totp")


def gave_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session has proved more than a password: by a code, or by the council's
    directory, which asks for a factor of its own."""
    records = get_authentication_records(request, user)
    return any(record["method"] in ("mfa", "socialaccount") for record in records)
