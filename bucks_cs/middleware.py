"""A second factor before anything else, where the council asks for one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# Signed in through the council's own directory: the directory has asked for its own factor.
SIGNED_IN_BY_DIRECTORY = "signed_in_by_directory"


class RequireSecondFactor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.MFA_REQUIRED
            and request.user.is_authenticated
            and not request.path.startswith(("/accounts/", "/static/", "/api/"))
            and not request.session.get(SIGNED_IN_BY_DIRECTORY)
            and not is_mfa_enabled(request.user)
        ):
            messages.info(request, "Set up a second factor before you go on.")
            return redirect("mfa_activate_totp")
        return self.get_response(request)
