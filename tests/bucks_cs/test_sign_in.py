"""How people come in by password, its lock-out, and what they may do with their own account."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from bucks_cs.models import AuditEvent, User
from tests.bucks_cs.coming_in import PASSWORD, SIGN_IN, sign_in, signed_in, trail

pytestmark = pytest.mark.django_db


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
    assert "The username, the email address or the password is wrong." in page
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
    assert "Too many wrong tries. Wait five minutes, then try again." in page
    reasons = [event.detail["reason"] for event in AuditEvent.objects.order_by("pk")]
    assert reasons[-1] == "Too many wrong tries. Wait five minutes, then try again."
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

    assert trail() == [("officer", "reset their password by email", "officer")]
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
