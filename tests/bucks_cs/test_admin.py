"""“Settings”: only administrators come in, through the service's own sign-in, and all that they
change is in the audit trail."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from bucks_cs.admin import site
from bucks_cs.models import AuditEvent, Post, User
from bucks_cs.roles import Role
from tests.factories import PostFactory, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/bucks_cs/user/"


def last() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


# ---- who comes in


def test_there_is_one_way_in_the_services_own(client: Client) -> None:
    for address in ("/admin/", "/admin/login/", PEOPLE):
        response = client.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/accounts/login/?next="), address
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_one_comes_back_to_the_page_one_wanted(client: Client, administrator: User) -> None:
    there = client.get(PEOPLE, follow=True).redirect_chain[-1][0]
    response = client.post(
        there, {"login": "administrator", "password": "a long pass phrase", "next": PEOPLE}
    )

    assert response["Location"] == PEOPLE


def test_signing_out_there_is_signing_out(as_administrator: Client) -> None:
    as_administrator.get("/admin/logout/")
    assert not AuditEvent.objects.exists(), "a link signs nobody out"
    as_administrator.post("/admin/logout/", follow=True)

    assert "_auth_user_id" not in as_administrator.session
    assert last().action == "signed out"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.MANAGER])
def test_djangos_own_flags_count_for_nothing(role: Role, signed_in: Any) -> None:
    user = UserFactory(role=role, is_staff=True, is_superuser=True)
    client = signed_in(user)

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(PEOPLE, follow=True).status_code == 403
    assert client.post(f"{PEOPLE}{user.pk}/change/", {"role": "administrator"}).status_code == 302
    user.refresh_from_db()
    assert user.role == role


def test_the_role_alone_does(as_administrator: Client, administrator: User) -> None:
    assert (administrator.is_staff, administrator.is_superuser) == (False, False)
    assert as_administrator.get("/admin/").status_code == 200


def test_the_first_administrator_is_made_with_djangos_own_command() -> None:
    first = User.objects.create_superuser("first", password="a long pass phrase")

    assert first.role == Role.ADMINISTRATOR


def test_only_this_services_settings_are_shown(as_administrator: Client) -> None:
    shown = {model._meta.label for model in site._registry}

    rooms = {label.split(".")[0] for label in shown}
    assert rooms == {"bucks_cs", "scorecard", "improvement_plan", "lac"}


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_every_page_opens(page: str, as_administrator: Client, published: None) -> None:
    for model, options in site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        allowed = page == "changelist" or options.has_add_permission(
            type("Request", (), {"user": User(role=Role.ADMINISTRATOR)})()
        )
        response = as_administrator.get(address)
        assert response.status_code == (200 if allowed else 403), address


def test_one_of_each_opens(as_administrator: Client, published: None) -> None:
    AuditEvent.objects.create(actor="the system", action="looked", subject="at this")
    for model in site._registry:
        one = model._default_manager.first()
        if one is not None:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            assert as_administrator.get(reverse(name, args=[one.pk])).status_code == 200, name


# ---- people


def test_an_administrator_adds_a_person(as_administrator: Client) -> None:
    post = PostFactory(title="Head of Service")
    as_administrator.post(
        f"{PEOPLE}add/",
        {
            "username": "new",
            "email": "New.Person@Example.org",
            "role": "manager",
            "post": post.pk,
            "usable_password": "true",
            "password1": "a long pass phrase",
            "password2": "a long pass phrase",
        },
    )
    person = User.objects.get(username="new")

    assert person.email == "new.person@example.org", "as allauth looks it up"
    assert (last().action, last().subject, last().actor) == ("added user", "new", "administrator")
    assert last().detail["after"]["role"] == "Manager"
    assert last().detail["after"]["post"] == "Head of Service"
    assert "phrase" not in str(last().detail)


def change(client: Client, person: User, **changes: Any) -> Any:
    kept = {
        "username": person.username,
        "email": person.email,
        "first_name": "",
        "last_name": "",
        "role": person.role,
        "is_active": "on",
    }
    return client.post(f"{PEOPLE}{person.pk}/change/", kept | changes)


def test_a_change_is_told_field_by_field(as_administrator: Client, officer: User) -> None:
    change(as_administrator, officer, role="manager")

    assert last().action == "changed user"
    assert last().detail == {"before": {"role": "Officer"}, "after": {"role": "Manager"}}


def test_two_people_have_two_addresses(
    as_administrator: Client, officer: User, manager: User
) -> None:
    response = change(as_administrator, manager, email=officer.email.upper())

    assert "Somebody else has this address already." in response.content.decode()
    manager.refresh_from_db()
    assert manager.email != officer.email


def test_saving_without_a_change_is_no_event(as_administrator: Client, officer: User) -> None:
    assert change(as_administrator, officer).status_code == 302
    assert not AuditEvent.objects.exists()


def test_nobody_changes_their_own_role_or_switches_themselves_off(
    as_administrator: Client, administrator: User
) -> None:
    response = change(as_administrator, administrator, role="manager", is_active="")

    assert response.status_code == 302
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)


def test_people_are_not_deleted(as_administrator: Client, officer: User) -> None:
    assert (
        as_administrator.post(f"{PEOPLE}{officer.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    everyone = {"action": "delete_selected", "_selected_action": [officer.pk], "post": "yes"}
    as_administrator.post(PEOPLE, everyone)

    assert User.objects.filter(pk=officer.pk).exists()


def test_an_administrator_sets_a_password_and_it_is_told(
    as_administrator: Client, officer: User
) -> None:
    new = "another long pass phrase"
    address = f"{PEOPLE}{officer.pk}/password/"
    as_administrator.post(
        address, {"usable_password": "true", "password1": new, "password2": "something else"}
    )
    assert not AuditEvent.objects.exists(), "it was not set"
    as_administrator.post(address, {"usable_password": "true", "password1": new, "password2": new})

    officer.refresh_from_db()
    assert officer.check_password(new)
    assert (last().action, last().subject) == ("set a password", "officer")
    assert "phrase" not in str(last().detail)


def act(client: Client, action: str, *people: User) -> str:
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(PEOPLE, chosen, follow=True).content.decode()


def test_a_locked_account_is_unlocked(
    as_administrator: Client, officer: User, client: Client
) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": "officer", "password": "wrong"})
    assert "They can try to sign in again." in act(as_administrator, "unlock", officer)
    client.post("/accounts/login/", {"login": "officer", "password": "a long pass phrase"})

    assert "_auth_user_id" in client.session
    assert AuditEvent.objects.filter(action="unlocked an account", subject="officer").exists()


def test_a_lost_telephones_second_factor_is_removed(
    as_administrator: Client, officer: User
) -> None:
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
    act(as_administrator, "remove_second_factor", officer)

    assert not Authenticator.objects.exists()
    assert (last().action, last().subject) == ("removed a second factor", "officer")


def test_a_token_is_revoked(as_administrator: Client, officer: User, client: Client) -> None:
    token = Token.objects.create(user=officer)
    act(as_administrator, "revoke_tokens", officer)
    response = client.get("/api/v1/measures/", headers={"authorization": f"Token {token.key}"})

    assert response.status_code == 401
    assert (last().action, last().subject) == ("revoked an API token", "officer")


def test_the_list_of_people_shows_no_secret(as_administrator: Client, officer: User) -> None:
    token = Token.objects.create(user=officer)
    for address in (PEOPLE, f"{PEOPLE}{officer.pk}/change/"):
        page = as_administrator.get(address).content.decode()
        assert token.key not in page
        assert officer.password not in page


def test_the_list_of_people_asks_as_often_for_many_as_for_few(
    as_administrator: Client, django_assert_max_num_queries: Any
) -> None:
    PostFactory()
    with django_assert_max_num_queries(20) as for_one:
        as_administrator.get(PEOPLE)
    for _ in range(20):
        UserFactory(post=PostFactory())
    with django_assert_max_num_queries(len(for_one)):
        as_administrator.get(PEOPLE)


# ---- posts, and what nobody may touch


def test_what_is_removed_stays_readable_in_the_trail(as_administrator: Client) -> None:
    post = PostFactory(title="Clerk")
    as_administrator.post(f"/admin/bucks_cs/post/{post.pk}/delete/", {"post": "yes"})

    assert not Post.objects.exists()
    assert (last().action, last().subject) == ("removed post", "Clerk")
    assert last().detail == {"removed": {"title": "Clerk"}}


def test_several_removed_at_once_are_each_told(as_administrator: Client) -> None:
    posts = [PostFactory(title="Clerk"), PostFactory(title="Usher")]
    chosen = {"action": "delete_selected", "_selected_action": [post.pk for post in posts]}
    as_administrator.post("/admin/bucks_cs/post/", chosen | {"post": "yes"})

    told = AuditEvent.objects.filter(action="removed post").values_list("subject", flat=True)
    assert set(told) == {"Clerk", "Usher"}


@pytest.mark.parametrize("model", ["bucks_cs/auditevent", "scorecard/outturn"])
def test_nobody_edits_the_record(model: str, as_administrator: Client, published: None) -> None:
    event = AuditEvent.objects.create(actor="the system", action="looked", subject="at this")
    pk = event.pk if "audit" in model else 1
    for page in ("add/", f"{pk}/delete/"):
        assert as_administrator.post(f"/admin/{model}/{page}", {"post": "yes"}).status_code == 403
    assert as_administrator.post(f"/admin/{model}/{pk}/change/", {}).status_code == 403
    event.refresh_from_db()
    assert event.subject == "at this"
