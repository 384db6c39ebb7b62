"""The room's settings: how long rows about children are kept, and nothing about a child."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bucks_cs.admin import site
from bucks_cs.models import AuditEvent, User
from lac import ahead_services
from lac.models import Inflation, Retention, UnitCost

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


def test_a_unit_cost_is_set_of_a_placement_that_a_projection_knows(
    as_administrator: Client,
) -> None:
    page = "/admin/lac/unitcost/"
    cost = {"placement": "foster", "pounds_a_week": "620", "source": "Budget book"}
    assert as_administrator.post(f"{page}add/", cost).status_code == 200
    assert not UnitCost.objects.exists()
    as_administrator.post(f"{page}add/", cost | {"placement": "fostering"})
    kept = UnitCost.objects.get()
    as_administrator.post(
        f"{page}{kept.pk}/change/", cost | {"placement": "fostering", "pounds_a_week": "640"}
    )
    event = AuditEvent.objects.get(action="changed unit cost")
    assert event.detail["before"] == {"pounds_a_week": "620.00"}
    as_administrator.post(f"{page}{kept.pk}/delete/", {"post": "yes"})
    assert AuditEvent.objects.filter(action="removed unit cost").exists()


def test_there_is_one_inflation_or_none(as_administrator: Client) -> None:
    page = "/admin/lac/inflation/"
    as_administrator.post(f"{page}add/", {"per_cent": "3", "source": "Treasury"})
    assert Inflation.current().per_cent == 3
    assert as_administrator.get(f"{page}add/").status_code == 403
    assert AuditEvent.objects.filter(action="added inflation").exists()


@pytest.mark.parametrize(
    ("page", "price"),
    [
        ("unitcost", {"placement": "fostering", "pounds_a_week": "620"}),
        ("inflation", {"per_cent": "3"}),
    ],
)
def test_a_number_without_its_source_is_refused(
    page: str, price: dict[str, str], as_administrator: Client
) -> None:
    response = as_administrator.post(f"/admin/lac/{page}/add/", price | {"source": " "})
    assert "This field is required." in response.content.decode()
    assert not UnitCost.objects.exists() and not Inflation.objects.exists()


def test_who_saw_other_unit_costs_is_told_of_what_was_set_here(
    as_administrator: Client, manager: User
) -> None:
    costs = ahead_services.standing_costs()
    seen = ahead_services.mark_of(costs)
    as_administrator.post(
        "/admin/lac/unitcost/add/",
        {"placement": "fostering", "pounds_a_week": "620", "source": "Budget book"},
    )
    with pytest.raises(ahead_services.CostsConflict):
        ahead_services.set_costs(costs=costs, seen=seen, by=manager)
    assert UnitCost.objects.get().pounds_a_week == 620


def test_no_row_about_a_child_is_among_the_settings() -> None:
    shown = {model._meta.object_name for model in site._registry if model._meta.app_label == "lac"}
    assert not shown & {"Return", "Child", "Episode", "Review", "CareLeaver", "Adoption", "Upload"}
