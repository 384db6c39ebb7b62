"""Nothing is open to a password alone where the council asks for a second factor."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from rest_framework.authtoken.models import Token

from bucks_cs.models import User
from tests.bucks_cs.coming_in import PASSWORD, SET_UP, SIGN_IN, sign_in, signed_in, trail

pytestmark = pytest.mark.django_db
# allauth tells of a new second factor when its transaction has been committed.
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def factor_required(settings: Any) -> None:
    settings.MFA_REQUIRED = True


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    page = client.get(SET_UP).content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found, page
    secret = found[1]
    response = client.post(SET_UP, {"code": code_for(secret)})
    assert response.status_code == 302, response.content.decode()
    return secret


def test_nothing_is_open_before_a_second_factor(
    factor_required: None, client: Client, administrator: User
) -> None:
    sign_in(client, "administrator")
    closed = ("/", "/audit/", "/admin/", "/measures/", "/accounts/2fa/", "/jobs/")
    closed += ("/accounts/password/change/", "/accounts/2fa/recovery-codes/")

    for address in closed:
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, SET_UP), address
    assert client.post("/jobs/recompute/")["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert client.get("/accessibility/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_the_api_says_so_in_its_own_way(
    factor_required: None, client: Client, officer: User
) -> None:
    sign_in(client)
    response = client.get("/api/v1/measures/")

    assert response.status_code == 403
    assert response.json() == {"detail": "Sign in with a second factor first."}


def test_a_program_with_a_token_is_not_asked_for_a_second_factor(
    factor_required: None, client: Client, officer: User
) -> None:
    token = Token.objects.create(user=officer)
    headers = {"authorization": f"Token {token.key}"}

    assert client.get("/api/v1/measures/", headers=headers).status_code == 200


@committed
def test_setting_one_up_opens_the_service_and_shows_recovery_codes(
    factor_required: None, client: Client, administrator: User
) -> None:
    sign_in(client, "administrator")
    set_up(client)

    assert client.get("/audit/").status_code == 200
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert codes.status_code == 200, "without asking for the password again"
    assert ("administrator", "set up a second factor", "administrator") in trail()


def test_the_next_sign_in_asks_for_the_code(
    factor_required: None, client: Client, administrator: User
) -> None:
    sign_in(client, "administrator")
    secret = set_up(client)
    client.post("/accounts/logout/")

    response = sign_in(client, "administrator")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)

    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    assert trail()[-1] == ("the system", "refused a sign-in", "administrator")

    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/audit/").status_code == 200


@committed
def test_a_recovery_code_does_once(
    factor_required: None, client: Client, administrator: User
) -> None:
    sign_in(client, "administrator")
    set_up(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<code>(\w{8})</code>", page)
    for expected in (True, False):
        client.post("/accounts/logout/")
        sign_in(client, "administrator")
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert signed_in(client) is expected


def test_wrong_codes_lock_too(factor_required: None, client: Client, officer: User) -> None:
    sign_in(client)
    secret = set_up(client)
    client.post("/accounts/logout/")
    sign_in(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert not signed_in(client)


@committed
def test_a_session_older_than_the_factor_is_ended_not_let_in(
    factor_required: None, officer: User
) -> None:
    thief, owner = Client(), Client()
    sign_in(thief)
    sign_in(owner)
    set_up(owner)

    for address in ("/", "/accounts/2fa/totp/deactivate/", SET_UP):
        assert thief.get(address)["Location"].startswith(SIGN_IN), address
    assert not signed_in(thief)
    assert owner.get("/accounts/2fa/").status_code == 200


@committed
def test_removing_the_factor_asks_again_who_one_is(
    factor_required: None, client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    set_up(client)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    remove = "/accounts/2fa/totp/deactivate/"

    assert client.post(remove)["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=officer, type="totp").exists()

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(remove)
    assert not Authenticator.objects.filter(user=officer).exists()
    assert ("officer", "removed their second factor", "officer") in trail()


def test_it_is_a_choice_where_the_council_does_not_ask_for_it(
    client: Client, officer: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = False
    sign_in(client)

    assert client.get("/accounts/2fa/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/audit/", "/jobs/", "/measures/", "/api/v1/areas/"])
def test_no_page_is_kept_for_whoever_sits_down_next(address: str, as_administrator: Client) -> None:
    kept = as_administrator.get(address)["Cache-Control"]

    assert {"no-store", "private"} <= set(kept.split(", "))
