"""How people come in: by password and its lock-out, a second factor, the council's directory."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from rest_framework.authtoken.models import Token

from bucks_cs.models import AuditEvent, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
# allauth tells of a new second factor when its transaction has been committed.
committed = pytest.mark.django_db(transaction=True)

PASSWORD = "a long pass phrase"
SIGN_IN = "/accounts/login/"
SET_UP = "/accounts/2fa/totp/activate/"


def sign_in(client: Client, name: str = "officer", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def trail() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("pk").values_list("actor", "action", "subject"))


# ---- by password


def test_the_right_password_opens_the_service(client: Client, officer: User) -> None:
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert trail() == [("officer", "signed in", "officer")]


def test_an_email_address_does_as_well_as_a_username(client: Client, officer: User) -> None:
    sign_in(client, "Officer@Example.org")

    assert signed_in(client)


def test_one_comes_back_to_where_one_was_going(client: Client, officer: User) -> None:
    assert client.get("/measures/")["Location"] == f"{SIGN_IN}?next=/measures/"
    assert sign_in(client, next="/measures/")["Location"] == "/measures/"
    client.logout()
    assert sign_in(client, next="https://example.net/")["Location"] == "/", "but no further"


def test_signing_out_is_in_the_trail_and_needs_a_post(as_officer: Client) -> None:
    assert as_officer.get("/accounts/logout/").status_code == 200
    assert signed_in(as_officer)

    response = as_officer.post("/accounts/logout/")

    assert response["Location"] == SIGN_IN
    assert not signed_in(as_officer)
    assert trail() == [("officer", "signed out", "officer")]


def test_a_wrong_password_is_refused_in_words_and_in_the_trail(
    client: Client, officer: User
) -> None:
    page = sign_in(client, password="wrong").content.decode()

    assert not signed_in(client)
    assert "password you specified are not correct" in page
    assert trail() == [("the system", "refused a sign-in", "officer")]
    event = AuditEvent.objects.get()
    assert event.detail["address"] == "127.0.0.1"


def test_a_password_typed_into_the_wrong_box_is_kept_nowhere(client: Client, officer: User) -> None:
    sign_in(client, name="my secret pass phrase", password="officer")

    assert trail() == [("the system", "refused a sign-in", "a name that is not known here")]
    assert "my secret" not in str(AuditEvent.objects.get().detail)


def test_an_account_that_is_switched_off_stays_out(client: Client, officer: User) -> None:
    User.objects.update(is_active=False)
    response = client.get(sign_in(client)["Location"])

    assert "Your account is switched off" in response.content.decode()
    assert not signed_in(client)


def test_a_session_ends_when_its_account_is_switched_off(as_officer: Client) -> None:
    User.objects.update(is_active=False)

    assert as_officer.get("/")["Location"].startswith(SIGN_IN)


# ---- the lock-out, with the cache that the embedded product has


def test_the_sixth_try_is_refused_even_with_the_right_password(
    client: Client, officer: User, manager: User, settings: Any
) -> None:
    if not settings.REDIS_URL:
        assert "filebased" in settings.CACHES["default"]["BACKEND"]
    for _ in range(5):
        sign_in(client, password="wrong")
    page = sign_in(client).content.decode()

    assert not signed_in(client)
    assert "Too many failed login attempts. Try again later." in page
    reasons = [event.detail["reason"] for event in AuditEvent.objects.order_by("pk")]
    assert reasons[-1] == "Too many failed login attempts. Try again later."
    assert len(reasons) == 6

    sign_in(client, "manager")
    assert signed_in(client), "nobody else is locked out"


def test_the_lock_opens_after_five_minutes(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    sign_in(client)

    assert signed_in(client)


def test_another_name_or_host_gives_no_more_tries(client: Client, officer: User) -> None:
    for name in ("officer", "OFFICER", "officer@example.org"):
        sign_in(client, name, password="wrong")
    for port in (1, 2):
        client.post(
            SIGN_IN,
            {"login": "officer", "password": "wrong"},
            headers={"host": f"localhost:{port}"},
        )
    sign_in(client, "officer@example.org")

    assert not signed_in(client)


def test_the_right_password_in_between_costs_no_tries(client: Client, officer: User) -> None:
    for _ in range(4):
        sign_in(client, password="wrong")
    for _ in range(3):
        sign_in(client)
        assert signed_in(client)
        client.logout()


def test_a_flood_from_one_address_gets_the_page_of_too_many_attempts(
    client: Client, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    for number in range(3):
        assert sign_in(client, f"user{number}").status_code == 200
    response = sign_in(client, "user4")

    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


# ---- the second factor


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


@pytest.fixture
def factor_required(settings: Any) -> None:
    settings.MFA_REQUIRED = True


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


# ---- one's own account


def test_one_changes_ones_own_password(as_officer: Client, client: Client) -> None:
    new = "another long pass phrase"
    as_officer.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert trail() == [("officer", "changed their password", "officer")]
    sign_in(client, password=new)
    assert signed_in(client)


def test_a_forgotten_password_is_chosen_anew_by_email(client: Client, officer: User) -> None:
    client.post("/accounts/password/reset/", {"email": "officer@example.org"})
    (letter,) = mail.outbox
    assert letter.subject == "Children’s services performance: choose a new password"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", letter.body)
    assert link
    form = client.get(link[1])["Location"]
    new = "another long pass phrase"
    client.post(form, {"password1": new, "password2": new})

    assert trail() == [("officer", "reset their password by e-mail", "officer")]
    sign_in(client, password=new)
    assert signed_in(client)


def test_strangers_get_no_mail(client: Client) -> None:
    response = client.post("/accounts/password/reset/", {"email": "stranger@example.net"})

    assert response.status_code == 302, "and are not told who has an account"
    assert mail.outbox == []


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/set/",
        "login/code/",
        "login/code/confirm/",
        "3rdparty/",
        "3rdparty/signup/",
        "social/connections/",
        "oidc/directory/login/",
    ],
)
def test_what_nobody_does_here_is_not_there(address: str, as_officer: Client) -> None:
    for client in (as_officer, Client()):
        assert client.get(f"/accounts/{address}").status_code == 404
        assert client.post(f"/accounts/{address}").status_code == 404


# ---- demonstration accounts


def test_the_demonstration_accounts_are_shown_only_in_a_demonstration(
    client: Client, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    assert "children-first-2015" in client.get(SIGN_IN).content.decode()
    settings.DEMONSTRATION = False
    assert "children-first-2015" not in client.get(SIGN_IN).content.decode()


# ---- the council's directory


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
    come_through: Any, client: Client, officer: User, factor_required: None
) -> None:
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
    come_through: Any, client: Client, officer: User, factor_required: None
) -> None:
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
