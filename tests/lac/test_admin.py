"""The room's settings: how long rows about children are kept, and nothing about a child."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bucks_cs.admin import site
from bucks_cs.models import AuditEvent
from lac.models import Retention

pytestmark = pytest.mark.django_db

PAGE = "/admin/lac/retention/"


def test_an_administrator_sets_the_days_once_and_changes_them(as_administrator: Client) -> None:
    assert as_administrator.post(f"{PAGE}add/", {"days": 90}).status_code == 302
    kept = Retention.objects.get()
    assert as_administrator.get(f"{PAGE}add/").status_code == 403
    as_administrator.post(f"{PAGE}{kept.pk}/change/", {"days": 60})
    assert Retention.current().days == 60
    assert AuditEvent.objects.filter(action="changed retention").exists()


@pytest.mark.parametrize("days", ["0", "3651", "", "many"])
def test_days_are_from_1_to_3650(days: str, as_administrator: Client) -> None:
    assert as_administrator.post(f"{PAGE}add/", {"days": days}).status_code == 200
    assert not Retention.objects.exists()


def test_it_is_not_removed(as_administrator: Client) -> None:
    kept = Retention.objects.create(days=90)
    page = f"{PAGE}{kept.pk}/delete/"
    assert as_administrator.post(page, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["as_officer", "as_manager", "as_member"])
def test_nobody_else_sets_it(who: str, request: Any) -> None:
    assert request.getfixturevalue(who).get(PAGE, follow=True).status_code == 403


def test_no_row_about_a_child_is_among_the_settings() -> None:
    shown = {model._meta.object_name for model in site._registry if model._meta.app_label == "lac"}
    assert not shown & {"Return", "Child", "Episode", "Review", "CareLeaver", "Adoption", "Upload"}
