"""The council's own directory: whom it vouches for comes in, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client

from bucks_cs.models import User
from tests.bucks_cs.coming_in import PASSWORD, SET_UP, SIGN_IN, sign_in, signed_in, trail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SERVER = "https://directory.example.org"


class Directory:
    """A council's OpenID Connect server, as far as allauth talks to it."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "person-1"}

    def get(self, url: str, **options: Any) -> Any:
        described = {
            "authorization_endpoint": f"{SERVER}/authorize",
            "token_endpoint": f"{SERVER}/token",
            "userinfo_endpoint": f"{SERVER}/userinfo",
            "issuer": SERVER,
            "jwks_uri": f"{SERVER}/keys",
        }
        return self._answer(self.person if url.endswith("/userinfo") else described)

    def request(self, method: str, url: str, **options: Any) -> Any:
        return self._answer({"access_token": "a token", "token_type": "Bearer"})

    def __enter__(self) -> Directory:
        return self

    def __exit__(self, *problem: Any) -> None:
        pass

    def _answer(self, content: dict[str, Any]) -> Any:
        return SimpleNamespace(
            status_code=200,
            headers={"content-type": "application/json"},
            json=lambda: content,
            raise_for_status=lambda: None,
        )


@pytest.fixture
def directory(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Directory:
    server = Directory()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "directory",
                    "name": "Council account",
                    "client_id": "scorecard",
                    "secret": "secret",
                    "settings": {"server_url": SERVER, "verified_email": ["council.example"]},
                }
            ]
        }
    }
    monkeypatch.setattr(
        "bucks_cs.sign_in.DirectoryAdapter.get_requests_session", lambda self: server
    )
    return server


@pytest.fixture
def come_through(client: Client, directory: Directory) -> Callable[..., Any]:
    """Comes back from the directory, which says this of the person."""

    def come(process: str = "login", using: Client = client, **person: Any) -> Any:
        directory.person = {"sub": "person-1", **person}
        away = using.get("/accounts/oidc/directory/login/", {"process": process})
        assert away["Location"].startswith(f"{SERVER}/authorize?")
        state = parse_qs(urlparse(away["Location"]).query)["state"][0]
        return using.get(
            "/accounts/oidc/directory/login/callback/", {"code": "a code", "state": state}
        )

    return come


def test_the_directorys_button_is_there_when_its_settings_are(
    client: Client, request: pytest.FixtureRequest
) -> None:
    assert "Sign in with" not in client.get(SIGN_IN).content.decode()
    request.getfixturevalue("directory")
    page = client.get(SIGN_IN).content.decode()
    assert "Sign in with Council account" in page
    assert "/accounts/oidc/directory/login/" in page


def test_somebody_with_an_account_here_is_let_in(
    come_through: Any, client: Client, officer: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    response = come_through(email="Officer@example.org", email_verified=True)

    assert response["Location"] == "/"
    assert int(client.session["_auth_user_id"]) == officer.pk
    assert client.get("/accounts/2fa/").status_code == 200, "the directory asked for its own factor"
    assert trail() == [
        ("officer", "was recognised by the council’s directory", "officer"),
        ("officer", "signed in", "officer"),
    ]
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD), "and can still come by password"


def test_they_are_known_again_when_their_address_changes(
    come_through: Any, client: Client, officer: User
) -> None:
    come_through(email="officer@example.org", email_verified=True)
    client.post("/accounts/logout/")
    come_through(email="married@example.org", email_verified=True)

    assert int(client.session["_auth_user_id"]) == officer.pk


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "officer@example.org"},
        {"email": "officer@example.org", "email_verified": False},
        {"email": "officer@example.org", "email_verified": "false"},
        {"email": "stranger@example.org", "email_verified": True},
        {"preferred_username": "officer"},
    ],
)
def test_nobody_is_let_in_whose_address_is_not_vouched_for(
    claims: dict[str, Any], come_through: Any, client: Client, officer: User
) -> None:
    response = come_through(**claims)

    assert not signed_in(client)
    assert "You have no account in this service" in response.content.decode()
    assert User.objects.count() == 1
    assert [action for _, action, _ in trail()] == ["refused a sign-in"]


def test_a_directory_that_owns_its_domain_vouches_for_it(come_through: Any, client: Client) -> None:
    UserFactory(username="other", email="other@council.example")
    come_through(email="other@council.example")

    assert signed_in(client)


def test_an_address_that_two_accounts_share_opens_neither(
    come_through: Any, client: Client
) -> None:
    UserFactory(username="one", email="shared@example.org")
    UserFactory(username="two", email="shared@example.org")
    come_through(email="shared@example.org", email_verified=True)

    assert not signed_in(client)


def test_an_account_that_is_switched_off_is_not_opened_by_the_directory(
    come_through: Any, client: Client, officer: User
) -> None:
    come_through(email="officer@example.org", email_verified=True)
    client.post("/accounts/logout/")
    User.objects.update(is_active=False)
    come_through(email="officer@example.org", email_verified=True)

    assert not signed_in(client)


def test_a_stranger_from_the_directory_does_not_stand_in_for_a_second_factor(
    come_through: Any, client: Client, officer: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    come_through(email="stranger@example.org", email_verified=True)
    sign_in(client)

    assert client.get("/measures/")["Location"] == SET_UP


def test_an_open_session_cannot_be_tied_to_a_strangers_directory_account(
    come_through: Any, as_officer: Client
) -> None:
    for process in ("connect", "redirect"):
        come_through(process, using=as_officer, email="stranger@example.org", email_verified=True)

    stranger = Client()
    come_through(using=stranger, email="stranger@example.org", email_verified=True)
    assert not signed_in(stranger)
