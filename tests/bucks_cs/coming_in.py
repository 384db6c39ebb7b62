"""What the tests of signing in do again and again."""

from __future__ import annotations

from typing import Any

from django.test import Client

from bucks_cs.models import AuditEvent

PASSWORD = "a long pass phrase"
SIGN_IN = "/accounts/login/"
SET_UP = "/accounts/2fa/totp/activate/"


def sign_in(client: Client, name: str = "officer", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def trail() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("actor", "action", "subject"))
