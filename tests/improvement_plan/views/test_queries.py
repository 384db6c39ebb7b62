"""The list of everything doubtful, for administrators."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvement_plan.models import Plan
from improvement_plan.views import queries
from tests.plan_factories import ActionFactory, CostFactory, PlanFactory, RiskFactory

pytestmark = pytest.mark.django_db

PAGE = "/plans/queries/"


@pytest.fixture
def plan() -> Plan:
    one: Plan = PlanFactory(slug="a-plan", short_title="A plan")
    action = ActionFactory(division__plan=one, key="1.1", due_text="31/11/14", due_date=None)
    CostFactory(action=action, printed="£150", amount=None)
    RiskFactory(plan=one, ref="7", source_note="=The owner is not printed.")
    RiskFactory(plan__slug="another", plan__short_title="Another", source_note="Another doubt.")
    return one


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_only_an_administrator_sees_it(client: Client, as_manager: Client) -> None:
    assert as_manager.get(PAGE).status_code == 403
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_it_is_only_looked_at(as_administrator: Client) -> None:
    assert as_administrator.post(PAGE).status_code == 405


def test_every_doubt_is_listed_with_its_reading_and_its_page(
    plan: Plan, as_administrator: Client
) -> None:
    page = words(as_administrator.get(PAGE))
    assert "4 queries" in page
    assert "Dates: 1; Costs: 1; Notes: 2." in page
    assert '<a class="govuk-link" href="/plans/a-plan/actions/1.1/">Action 1.1</a>' in page
    assert '<span class="printed">31/11/14</span>' in page
    assert "“31/11/14” is not in the calendar." in page
    assert "Nothing could be read" in page
    assert "=The owner is not printed." in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("plan=a-plan", 3),
        ("kind=note", 2),
        ("plan=a-plan&kind=note", 1),
        ("plan=another&kind=date", 0),
        ("plan=&kind=", 4),
    ],
)
def test_it_can_be_narrowed_down(
    asked: str, count: int, plan: Plan, as_administrator: Client
) -> None:
    response = as_administrator.get(f"{PAGE}?{asked}")
    assert response.context["page_obj"].paginator.count == count
    assert ("There is nothing doubtful here." in words(response)) == (count == 0)


@pytest.mark.parametrize("asked", ["plan=none", "kind=nonsense"])
def test_a_filter_that_is_none_is_said(asked: str, plan: Plan, as_administrator: Client) -> None:
    page = words(as_administrator.get(f"{PAGE}?{asked}"))
    assert "There is a problem" in page
    assert "Put the filters right to see queries." in page
    assert as_administrator.get(f"{PAGE}?{asked}&format=csv").status_code == 404


def test_a_long_list_comes_in_pages(
    plan: Plan, as_administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "QUERIES_A_PAGE", 3)
    assert "4 queries, page 1 of 2" in words(as_administrator.get(PAGE))
    assert "Another doubt." in words(as_administrator.get(f"{PAGE}?page=2"))


def test_what_is_listed_comes_as_a_file(plan: Plan, as_administrator: Client) -> None:
    response = as_administrator.get(f"{PAGE}?plan=a-plan&format=csv")
    assert response["Content-Disposition"] == 'attachment; filename="document-queries.csv"'
    text = response.content.decode("utf-8-sig")
    assert "Filter,Only A plan" in text
    assert (
        "Plan,About,Record,Document,Where it stands,As printed,Read as,Doubt or note,Page" in text
    )
    assert "A plan,Dates,Action 1.1,,,31/11/14,Nothing could be read," in text
    assert "'=The owner is not printed." in text, "no cell is a formula"
    assert "Another doubt." not in text


def test_its_queries_do_not_grow_with_its_rows(plan: Plan, as_administrator: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            as_administrator.get(PAGE)
        return len(found)

    few = asked()
    for n in range(10):
        action = ActionFactory(division__plan=plan, due_text="x", due_date=None, source_note="x")
        CostFactory(action=action, printed="x", source_note=f"{n}")
        RiskFactory(source_note="x")
    assert asked() == few
