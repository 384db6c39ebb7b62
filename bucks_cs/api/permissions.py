"""Who may ask the API: the same roles, by the same rules, as the pages."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from ..models import User
from ..roles import May, check_may


class SignedInRequest(Request):
    """What a view behind `Permitted` receives; only types know the difference."""

    user: User


class Tokens(TokenAuthentication):
    """Tokens as `drf_create_token` makes them; anything else is not looked up."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        if not key.isalnum():
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(key)


class Permitted(BasePermission):
    """Signed in, and allowed what the view names: `may_read`, and `may_write` for the rest."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        needed: May = view.may_read
        if request.method not in ("GET", "HEAD"):
            needed = getattr(view, "may_write", needed)
        check_may(request.user, needed)
        return True
