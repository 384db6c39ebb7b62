"""Who may ask the API, and how it refuses: always JSON, always in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.throttling import UserRateThrottle

from bucks_cs.models import User
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db

LISTS = (
    "areas", "measures", "targets", "outturns", "snapshots",
    "plans", "actions", "success-measures", "recommendations", "risks",
    "placements/summary", "papers",
)  # fmt: skip


def with_token(user: User) -> Client:
    token = Token.objects.create(user=user)
    return Client(headers={"Authorization": f"Token {token.key}"})


@pytest.mark.parametrize(
    "name", [*LISTS, "areas/bucks", "measures/repeat-referrals", "plans/children-first"]
)
def test_nobody_reads_without_signing_in(client: Client, name: str) -> None:
    refused = client.get(f"/api/v1/{name}/")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Token"
    assert refused.json() == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize("name", LISTS)
def test_every_role_reads_every_list_by_session_or_token(
    name: str, as_member: Client, as_officer: Client, as_manager: Client, as_administrator: Client,
    member: User,
) -> None:  # fmt: skip
    for client in (as_member, as_officer, as_manager, as_administrator, with_token(member)):
        found = client.get(f"/api/v1/{name}/")
        assert found.status_code == 200
        assert set(found.json()) == {"count", "next", "previous", "results"}


@pytest.mark.parametrize("token", ["0123456789", "\x00", "'"])
def test_a_token_that_is_not_known_is_refused(token: str) -> None:
    refused = Client(headers={"Authorization": f"Token {token}"}).get("/api/v1/areas/")
    assert (refused.status_code, refused.json()) == (401, {"detail": "Invalid token."})


def test_a_token_of_a_closed_account_is_refused(officer: User) -> None:
    client = with_token(officer)
    officer.is_active = False
    officer.save()
    assert client.get("/api/v1/areas/").status_code == 401


@pytest.mark.parametrize("address", ["outturns/", "outturns/submit/"])
def test_a_token_gives_a_member_no_more_than_a_member_may(member: User, address: str) -> None:
    refused = with_token(member).post(f"/api/v1/{address}", {}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json() == {
        "detail": "Your role does not let you enter, submit and upload outturns."
    }


@pytest.mark.parametrize("address", ["outturns/", "outturns/submit/"])
def test_an_administrator_enters_nothing(as_administrator: Client, address: str) -> None:
    refused = as_administrator.post(f"/api/v1/{address}", {}, content_type="application/json")
    assert refused.status_code == 403


@pytest.mark.parametrize("address", ["outturns/", "outturns/submit/"])
def test_nobody_writes_without_signing_in(client: Client, address: str) -> None:
    assert client.post(f"/api/v1/{address}", {}, content_type="application/json").status_code == 401


def test_a_session_writes_only_from_our_own_pages(officer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    refused = client.post("/api/v1/outturns/", {}, content_type="application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]


def test_a_session_without_its_second_factor_reads_nothing(
    as_officer: Client, officer: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    assert as_officer.get("/api/v1/areas/").status_code == 403
    assert with_token(officer).get("/api/v1/areas/").status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_no_list_does_more_than_it_says(as_officer: Client, name: str, method: str) -> None:
    refused = getattr(as_officer, method)(f"/api/v1/{name}/")
    assert refused.status_code == 405
    assert refused["Allow"] == ("GET, HEAD, POST" if name == "outturns" else "GET, HEAD")
    assert refused["Content-Type"] == "application/json"


def test_one_record_is_only_read(as_officer: Client) -> None:
    AreaFactory()
    refused = as_officer.post("/api/v1/areas/bucks/", {}, content_type="application/json")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


def test_submitting_is_not_read(as_officer: Client) -> None:
    assert as_officer.get("/api/v1/outturns/submit/").status_code == 405


@pytest.mark.parametrize("address", ["", "nothing/", "areas/no such/", "areas/a/b/", "areas"])
def test_what_is_not_there_is_said_in_json(as_member: Client, address: str) -> None:
    refused = as_member.get(f"/api/v1/{address}")
    assert refused.status_code == 404
    assert "nothing here" in refused.json()["detail"]


def test_a_code_that_is_not_known_is_said(as_member: Client) -> None:
    refused = as_member.get("/api/v1/measures/nothing/")
    assert refused.status_code == 404
    assert refused.json() == {"detail": "There is no record with the code “nothing”."}


def test_too_many_requests_are_told_to_wait(
    as_member: Client, as_officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/minute"})
    assert [as_member.get("/api/v1/areas/").status_code for _ in range(2)] == [200, 200]
    refused = as_member.get("/api/v1/areas/")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "throttled" in refused.json()["detail"]
    assert as_officer.get("/api/v1/areas/").status_code == 200


def test_the_description_and_the_documentation_are_open_to_all(client: Client) -> None:
    assert b"openapi: 3" in client.get("/api/v1/schema/").content
    assert client.get("/api/v1/schema/", {"format": "json"}).json()["info"]["version"] == "1"
    assert client.get("/api/v1/docs/").status_code == 200
    assert client.post("/api/v1/docs/").status_code == 405
