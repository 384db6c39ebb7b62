"""Who may do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from bucks_cs.models import User
from bucks_cs.roles import PERMISSIONS, May, Role, check_may, may
from tests.factories import UserFactory


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(Role.values)


def test_every_permission_is_somebodys() -> None:
    assert frozenset.union(*PERMISSIONS.values()) == set(May)


def test_no_one_person_makes_a_figure_and_keeps_the_system() -> None:
    for allowed in PERMISSIONS.values():
        assert not (allowed & {May.ENTER, May.APPROVE, May.PUBLISH} and May.ADMINISTER in allowed)


def test_a_member_reads_what_is_published_and_no_more() -> None:
    assert PERMISSIONS[Role.MEMBER] == {May.SEE_PUBLISHED}


@pytest.mark.parametrize("permission", May)
def test_nobody_who_is_not_signed_in_or_is_switched_off_may_do_anything(permission: May) -> None:
    assert not may(AnonymousUser(), permission)
    for role in Role:
        assert not may(User(role=role, is_active=False), permission)


@pytest.mark.parametrize("permission", May)
def test_djangos_superusers_are_nobody_special(permission: May) -> None:
    member = User(role=Role.MEMBER, is_superuser=True, is_staff=True)

    assert may(member, permission) == (permission in PERMISSIONS[Role.MEMBER])
    assert not member.has_perm("scorecard.change_measure")


def test_a_refusal_says_what_is_refused() -> None:
    with pytest.raises(PermissionDenied, match="does not let you read the audit trail"):
        check_may(User(role=Role.OFFICER), May.AUDIT)


@pytest.mark.django_db
def test_those_who_may_are_found_by_what_they_may() -> None:
    manager = UserFactory(role=Role.MANAGER)
    UserFactory(role=Role.MANAGER, is_active=False)
    UserFactory(role=Role.OFFICER)

    assert list(User.objects.who_may(May.APPROVE)) == [manager]
