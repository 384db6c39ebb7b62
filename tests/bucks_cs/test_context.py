"""The way round the service: who is offered what, and what is marked as the place where one is."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from bucks_cs.context import navigation
from bucks_cs.models import User
from bucks_cs.roles import Role

OFFERED = {
    Role.MEMBER: ["This month", "Measures", "Plans", "Looked-after children", "SEND", "Reports"],
    Role.OFFICER: [
        "This month",
        "Measures",
        "Plans",
        "Looked-after children",
        "SEND",
        "Reports",
        "Enter figures",
        "My actions",
    ],
    Role.MANAGER: [
        "This month",
        "Measures",
        "Plans",
        "Looked-after children",
        "SEND",
        "Reports",
        "Enter figures",
        "My actions",
        "Approve and publish",
        "Decide on reports",
    ],
    Role.ADMINISTRATOR: [
        "This month",
        "Measures",
        "Plans",
        "Looked-after children",
        "SEND",
        "Reports",
        "Audit trail",
        "Jobs",
        "Settings",
    ],
}


def offered(role: Role, path: str = "/") -> list[dict[str, object]]:
    request = RequestFactory().get(path)
    request.user = User(role=role)
    return navigation(request)


@pytest.mark.parametrize("role", Role)
def test_each_role_is_offered_what_it_may_do(role: Role) -> None:
    assert [item["label"] for item in offered(role)] == OFFERED[role]


def test_who_is_not_signed_in_is_offered_nothing() -> None:
    assert navigation(RequestFactory().get("/")) == []


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "This month"),
        ("/measures/repeat-referrals/", "Measures"),
        ("/plans/", "Plans"),
        ("/plans/improvement-plan/actions/1.1.1/report/", "Plans"),
        ("/plans/mine/", "My actions"),
        ("/plans/decide/", "Decide on reports"),
        ("/plans/decide/12/", "Decide on reports"),
        ("/lac/sufficiency/", "Looked-after children"),
        ("/decide/2015-03/", "Approve and publish"),
        ("/enter/2015-03/", "Enter figures"),
    ],
)
def test_one_place_is_marked_the_nearest(path: str, label: str) -> None:
    marked = [item["label"] for item in offered(Role.MANAGER, path) if item["current"]]
    assert marked == [label]


def test_a_page_that_is_in_no_part_marks_nothing() -> None:
    assert not any(item["current"] for item in offered(Role.MANAGER, "/accessibility/"))
