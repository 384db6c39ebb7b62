"""How people come in: what allauth is told, and what the audit trail is."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from . import audit
from .middleware import SIGNED_IN_BY_DIRECTORY
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; every sign-in and refusal is in the audit trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit.record("signed in", user.username, by=user)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            audit.record("signed out", request.user.username, by=request.user)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        name = credentials.get("username") or credentials.get("email") or ""
        audit.record("was refused at sign-in", name, by=None)


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """The council's directory: people it vouches for who have an account here by that e-mail
    address are let in; others are told to ask the administrator."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not sociallogin.is_existing and sociallogin.user.email:
            known = User.objects.filter(email__iexact=sociallogin.user.email, is_active=True)
            if known.count() == 1:
                sociallogin.connect(request, known.get())
        request.session[SIGNED_IN_BY_DIRECTORY] = True
