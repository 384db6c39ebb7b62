"""The pages of the years ahead."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bucks_cs import roles
from bucks_cs.models import Job, User
from bucks_cs.roles import May, Role
from lac import futures
from lac.ahead import basis
from lac.models import Child, Inflation, Return, Scenario, UnitCost
from tests.lac.held import LIVELY, hold, price

pytestmark = pytest.mark.django_db

AHEAD, NEW, COMPARE, COSTS = (
    "/lac/ahead/",
    "/lac/ahead/new/",
    "/lac/ahead/compare/",
    "/lac/ahead/costs/",
)
MOVE = {
    "kind": "move_share",
    "from_placement": "fostering",
    "to_placement": "residential",
    "share": 0.5,
    "from": "2024-04-01",
    "months": 12,
}
MOVES = (
    "From 1 April 2024, 50% of the children in fostering move to residential care over 12 months"
)
TYPED = {
    "name": "Half",
    "seen": "",
    "kind": ["move_share"],
    "change1-from_placement": "fostering",
    "change1-to_placement": "residential",
    "change1-share": "50",
    "change1-from": "01/04/2024",
    "change1-months": "12",
}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def scenario(manager: User) -> Scenario:
    return Scenario.objects.create(name="Half", changes=[MOVE], by=manager)


# ---- who may -----------------------------------------------------------------------


def addresses(scenario: Scenario) -> list[str]:
    page = f"{AHEAD}{scenario.pk}"
    return [
        *(AHEAD, COMPARE, COSTS, f"{page}/", "/lac/ahead.csv", "/lac/ahead.xlsx"),
        *("/lac/ahead/compare.csv", "/lac/ahead/compare.xlsx", f"{page}.csv", f"{page}.xlsx"),
    ]


def test_members_see_nothing_of_it(scenario: Scenario, as_member: Client) -> None:
    hold()
    for address in [*addresses(scenario), NEW, f"{AHEAD}{scenario.pk}/edit/"]:
        assert as_member.get(address).status_code == 403, address
    for address in (f"{AHEAD}simulate/", f"{AHEAD}{scenario.pk}/simulate/", COSTS):
        assert as_member.post(address).status_code == 403, address


def test_officers_and_administrators_read_it(
    scenario: Scenario, as_officer: Client, as_administrator: Client
) -> None:
    hold()
    for client in (as_officer, as_administrator):
        for address in addresses(scenario):
            assert client.get(address).status_code == 200, address


def test_only_managers_build_simulate_and_set_costs(scenario: Scenario, as_officer: Client) -> None:
    hold()
    page = text(as_officer.get(AHEAD))
    assert "Build a scenario" not in page and "A manager can ask for them here." in page
    assert "Change the scenario" not in text(as_officer.get(scenario.get_absolute_url()))
    for address in (NEW, f"{AHEAD}{scenario.pk}/edit/"):
        assert as_officer.get(address).status_code == 403
        assert as_officer.post(address, TYPED).status_code == 403
    for address in (f"{AHEAD}simulate/", f"{AHEAD}{scenario.pk}/simulate/", COSTS):
        assert as_officer.post(address).status_code == 403
    assert not Job.objects.exists()


def test_whoever_is_signed_out_signs_in_first(client: Client, scenario: Scenario) -> None:
    for address in [*addresses(scenario), NEW]:
        response = client.get(address)
        assert response.status_code == 302 and "/accounts/login/" in response["Location"]


def test_the_wrong_method_is_refused(scenario: Scenario, as_manager: Client) -> None:
    for address in (AHEAD, COMPARE, scenario.get_absolute_url(), "/lac/ahead.csv"):
        assert as_manager.post(address).status_code == 405
    assert as_manager.get(f"{AHEAD}simulate/").status_code == 405
    assert as_manager.delete(NEW).status_code == 405
    assert as_manager.delete(COSTS).status_code == 405


def test_what_is_not_there_is_not_found(as_manager: Client) -> None:
    hold()
    for address in ("/lac/ahead/99/", "/lac/ahead/99/edit/", "/lac/ahead/99.csv", "/lac/ahead.pdf"):
        assert as_manager.get(address).status_code == 404, address
    assert as_manager.get("/lac/ahead/compare.pdf").status_code == 404
    assert as_manager.post("/lac/ahead/99/simulate/").status_code == 404


# ---- the base ----------------------------------------------------------------------


def test_without_a_return_it_says_how_to_get_one(scenario: Scenario, as_manager: Client) -> None:
    for address in (AHEAD, COMPARE, scenario.get_absolute_url()):
        page = text(as_manager.get(address))
        assert "nothing to project from: no return is held in whose year" in page, address
        assert "make invented" in page and "/lac/returns/" in page
    assert as_manager.get("/lac/ahead.csv").status_code == 404
    assert as_manager.get("/lac/ahead/compare.csv").status_code == 404


def test_so_does_a_return_in_whose_year_nothing_has_happened_yet(as_manager: Client) -> None:
    """The pages answer: a return of the year in hand may come in its first days."""
    hold(years=(2024,), imported=datetime(2023, 4, 20, tzinfo=UTC))
    for address in (AHEAD, COMPARE, NEW):
        assert as_manager.get(address).status_code == 200, address
    assert "no return is held in whose year" in text(as_manager.get(AHEAD))
    assert as_manager.get("/lac/ahead.csv").status_code == 404


def test_the_finding_comes_first(as_officer: Client) -> None:
    hold()
    price(fostering=700)
    page = text(as_officer.get(AHEAD))
    lede = page.index("About 10 children in March 2029; £365,000 in 2028/29.")
    assert lede < page.index("There were 10 children on 31 March 2024.") < page.index("<figure")


def test_how_far_and_the_window_are_chosen_in_the_address(as_officer: Client) -> None:
    hold(LIVELY)
    response = as_officer.get(f"{AHEAD}?years=2&window=1")
    page = text(response)
    assert "in March 2026" in page
    assert "the days after 31 March 2023 up to 31 March 2024" in page
    assert "/lac/ahead.xlsx?years=2&amp;window=1" in page


def test_what_is_asked_wrongly_is_said(as_officer: Client) -> None:
    hold()
    page = text(as_officer.get(f"{AHEAD}?years=50"))
    assert "Choose 1 to 10 years." in page and "in March 2029" in page


def test_it_says_what_it_rests_on_and_what_it_cannot_say(as_officer: Client) -> None:
    hold()
    page = text(as_officer.get(AHEAD))
    for shown in (
        "the days after 31 March 2021 up to 31 March 2024",
        "0 times a child came, 0 moves",
        "No unit cost is set, so no cost is shown",
        "Every rate is taken to stay as it was in the window",
        "By age and placement together",
    ):
        assert shown in page


def test_it_is_put_to_the_test_on_the_page(as_officer: Client) -> None:
    hold()
    page = text(as_officer.get(AHEAD))
    assert (
        "Projected from 31 March 2023, about 10 children on 31 March 2024. There were 10: as many "
        "as projected. Over the 12 months it was off by 0 on average, and by 0 at the most."
    ) in page
    assert "the days after 31 March 2020 up to 31 March 2023" in page


def test_so_is_the_spread_once_futures_are_simulated(as_officer: Client) -> None:
    hold(LIVELY)
    assert "Once futures are simulated, it is told here" in text(as_officer.get(AHEAD))
    found = basis()
    assert found is not None
    made = futures.made(found, [], paths=20) | {"tested": futures.tested(found, paths=20)}
    futures.keep(None, futures.key_of(found, []), made)
    page = text(as_officer.get(AHEAD))
    assert "Of 12 months, what happened lay within nine of ten of them in" in page
    assert "Months of 12 in which what happened lay within the simulated futures" in page
    assert "Once futures are simulated" not in page


def test_where_it_cannot_be_tested_it_says_why(as_officer: Client) -> None:
    hold(years=(2024,))
    page = text(as_officer.get(AHEAD))
    assert "It cannot be tested: that needs returns of at least two years in a row." in page


def test_a_cost_of_some_placements_alone_says_which_it_leaves_out(as_officer: Client) -> None:
    hold()
    price(fostering=700)
    assert (
        "No unit cost is set for residential care, supported accommodation and other placements: "
        "the cost is without them."
    ) in text(as_officer.get(AHEAD))


def test_age_by_placement_is_only_for_those_who_may_see_small_numbers(
    as_officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold()
    assert "By age and placement together" in text(as_officer.get(AHEAD))
    may = roles.PERMISSIONS[Role.OFFICER] - {May.SEE_SMALL_NUMBERS}
    monkeypatch.setitem(roles.PERMISSIONS, Role.OFFICER, may)
    response = as_officer.get(AHEAD)
    assert response.status_code == 200
    assert "By age and placement" not in text(response)
    book = load_workbook(io.BytesIO(as_officer.get("/lac/ahead.xlsx").content))
    assert book.sheetnames == ["By month"]


def test_its_queries_do_not_grow_with_what_is_held(as_officer: Client, manager: User) -> None:
    def asked() -> int:
        as_officer.get(AHEAD)
        with CaptureQueriesContext(connection) as queries:
            as_officer.get(AHEAD)
        return len(queries)

    hold()
    few = asked()
    Return.objects.all().delete()
    hold(LIVELY * 3)
    for number in range(10):
        Scenario.objects.create(name=f"{number}", changes=[MOVE], by=manager)
    price(fostering=1, residential=2, supported=3, other=4)
    assert asked() == few


# ---- simulated futures -------------------------------------------------------------


def test_futures_are_asked_for_and_lead_to_their_job(
    scenario: Scenario, as_manager: Client
) -> None:
    hold()
    response = as_manager.post(f"{AHEAD}simulate/?years=3&window=2")
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()
    assert job.arguments == {"scenario": None, "window": 2}
    as_manager.post(f"{AHEAD}{scenario.pk}/simulate/")
    assert Job.objects.first().arguments == {"scenario": scenario.pk, "window": 3}  # type: ignore[union-attr]


def test_without_a_return_there_is_nothing_to_simulate(as_manager: Client) -> None:
    response = as_manager.post(f"{AHEAD}simulate/", follow=True)
    assert "No return is held" in said(response) and not Job.objects.exists()


def test_they_are_shown_until_something_changes(as_manager: Client) -> None:
    hold()
    page = text(as_manager.get(AHEAD))
    assert "Simulate 1,000 futures" in page
    found = basis()
    assert found is not None
    made = futures.made(found, [], paths=10)
    futures.keep(None, futures.key_of(found, []), made)
    page = text(as_manager.get(AHEAD))
    assert "between 10 and 10 in nine of ten simulated futures" in page
    assert "Simulate 1,000 futures" not in page
    assert "between 10 and 10" in text(as_manager.get(f"{AHEAD}?years=10"))
    Return.objects.update(imported_at=datetime(2024, 8, 1, tzinfo=UTC))
    page = text(as_manager.get(AHEAD))
    assert "Futures were simulated before, but not from what is shown here" in page
    assert "between 10 and 10" not in page and "Simulate 1,000 futures" in page


# ---- a scenario --------------------------------------------------------------------


def test_a_scenario_says_first_what_it_makes_of_the_base(
    scenario: Scenario, as_officer: Client
) -> None:
    hold()
    price(fostering=700, residential=4_200)
    page = text(as_officer.get(f"{scenario.get_absolute_url()}?years=1"))
    assert (
        "As many children as in the base in March 2025: 5 fewer in fostering and 5 more in "
        "residential care; "
    ) in page
    assert MOVES in page and "by manager" in page
    assert "Change the scenario" not in page


def test_changes_that_begin_before_the_projection_are_pointed_out(
    scenario: Scenario, as_officer: Client
) -> None:
    hold()
    assert "Of these, some begin" not in text(as_officer.get(scenario.get_absolute_url()))
    Scenario.objects.update(changes=[MOVE | {"from": "2023-04-01"}])
    assert "Of these, some begin" in text(as_officer.get(scenario.get_absolute_url()))


def test_the_list_leads_to_it(scenario: Scenario, as_officer: Client) -> None:
    hold()
    page = text(as_officer.get(AHEAD))
    assert f'href="/lac/ahead/{scenario.pk}/">Half</a>' in page and "1 change, saved" in page


# ---- built -------------------------------------------------------------------------


def test_a_change_is_added_without_a_word_about_what_it_lacks(as_manager: Client) -> None:
    hold()
    page = text(as_manager.post(NEW, {"do": "add", "add": "move_share", "name": "Half"}))
    assert "Change 1: Children live elsewhere" in page and 'value="Half"' in page
    assert "There is a problem" not in page
    assert "1 change is not complete, and not in it." in page


def test_what_comes_of_it_is_shown_beside_the_form(as_manager: Client) -> None:
    hold()
    price(fostering=700, residential=4_200)
    page = text(as_manager.post(NEW, TYPED | {"do": "show"}))
    assert MOVES in page
    assert "5 fewer in fostering and 5 more in residential care" in page
    assert "This scenario" in page and not Scenario.objects.exists()


def test_it_answers_anew_at_each_change(as_manager: Client) -> None:
    """The form is sent as it is typed, to show and not to save; the answer alone is replaced."""
    hold()
    page = as_manager.get(f"{NEW}?years=3").content.decode()
    form = page[page.index("<div hx-post") :].split(">")[0]
    assert f'hx-post="{NEW}?years=3"' in form and 'hx-trigger="change ' in form
    assert """hx-vals='{"do": "show"}'""" in form
    assert 'hx-target="#comes"' in form and 'hx-select="#comes"' in form
    assert page.count('id="comes"') == 1


def test_the_enter_key_shows_and_does_not_save(as_manager: Client) -> None:
    hold()
    page = as_manager.get(NEW).content.decode()
    form = page[page.index('<form method="post" novalidate') :]
    assert form[form.index("<button") :].split(">")[0].count('value="show"') == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(as_manager: Client) -> None:
    hold()
    wrong = TYPED | {"do": "save", "change1-share": "150", "change1-from": "soon"}
    response = as_manager.post(NEW, wrong)
    page = text(response)
    assert response.status_code == 422
    assert '<a href="#id_change1-share">Change 1, How many of them, in per cent: ' in page
    assert "Must be a number from 0 to 100." in page
    assert 'value="150"' in page and 'value="soon"' in page and 'value="Half"' in page
    assert not Scenario.objects.exists()


def test_a_change_is_moved_and_removed(as_manager: Client) -> None:
    hold()
    both = TYPED | {"kind": ["move_share", "inflation"], "change2-per_cent": "3"}
    page = text(as_manager.post(NEW, both | {"do": "up-2"}))
    assert page.index("Change 1: Inflation") < page.index("Change 2: Children live elsewhere")
    assert 'name="change1-per_cent" value="3"' in page
    page = text(as_manager.post(NEW, both | {"do": "remove-1"}))
    assert "Change 1: Inflation" in page and "Children live elsewhere</legend>" not in page


def test_it_is_saved_and_shown(as_manager: Client) -> None:
    hold()
    response = as_manager.post(NEW, TYPED | {"do": "save"}, follow=True)
    saved = Scenario.objects.get()
    assert saved.changes == [MOVE] and saved.name == "Half"
    assert response.redirect_chain[-1][0] == saved.get_absolute_url()
    assert said(response) == "“Half” is saved."


def test_without_a_name_or_a_change_it_is_not_saved(as_manager: Client) -> None:
    hold()
    page = text(as_manager.post(NEW, TYPED | {"do": "save", "name": ""}))
    assert "Give the scenario a name." in page
    page = text(as_manager.post(NEW, {"do": "save", "name": "Nothing"}))
    assert "Add at least one change: without any, it is the base." in page
    assert not Scenario.objects.exists()


def test_a_name_that_is_taken_is_said_at_the_name(scenario: Scenario, as_manager: Client) -> None:
    hold()
    page = text(as_manager.post(NEW, TYPED | {"do": "save"}))
    assert '<a href="#id_name">Name: Another scenario has this name' in page


def test_one_that_is_saved_is_opened_as_it_was_typed(
    scenario: Scenario, as_manager: Client
) -> None:
    hold()
    page = text(as_manager.get(f"{AHEAD}{scenario.pk}/edit/"))
    for shown in ('value="50"', 'value="01/04/2024"', 'value="12"', MOVES):
        assert shown in page


def test_whoever_saved_too_late_is_told_sees_both_and_loses_nothing(
    scenario: Scenario, as_manager: Client
) -> None:
    hold()
    edit = f"{AHEAD}{scenario.pk}/edit/"
    Scenario.objects.update(version=2, changes=[{"kind": "inflation", "per_cent": 4}])
    mine = TYPED | {"seen": "1", "name": "Mine", "do": "save"}
    response = as_manager.post(edit, mine)
    page = text(response)
    assert response.status_code == 409
    assert "saved this scenario at" in page and "What you typed is still here" in page
    assert 'value="Mine"' in page and MOVES in page
    assert "Prices rise by 4% each 1 April." in page
    assert Scenario.objects.get().name == "Half"
    as_manager.post(edit, mine | {"seen": response.context["seen"]})
    assert Scenario.objects.get().changes == [MOVE]


def test_it_is_deleted_by_somebody_who_is_sure(scenario: Scenario, as_manager: Client) -> None:
    hold()
    edit = f"{AHEAD}{scenario.pk}/edit/"
    response = as_manager.post(edit, TYPED | {"seen": "1", "do": "delete"})
    assert response.status_code == 422 and "tick that you are sure" in text(response)
    old = as_manager.post(edit, TYPED | {"seen": "0", "do": "delete", "sure": "on"}, follow=True)
    assert "saved this scenario at" in said(old) and Scenario.objects.exists()
    gone = as_manager.post(edit, TYPED | {"seen": "1", "do": "delete", "sure": "on"}, follow=True)
    assert said(gone) == "“Half” is deleted." and not Scenario.objects.exists()


def test_one_that_somebody_deleted_meanwhile_can_be_saved_anew(
    scenario: Scenario, as_manager: Client
) -> None:
    hold()
    Scenario.objects.all().delete()
    typed = TYPED | {"seen": "1", "name": "Mine", "do": "save"}
    response = as_manager.post(f"{AHEAD}{scenario.pk}/edit/", typed)
    page = text(response)
    assert response.status_code == 409 and "Somebody has deleted this scenario." in page
    assert 'value="Mine"' in page and MOVES in page and response.context["seen"] == ""


def test_it_can_be_built_before_a_return_is_held(as_manager: Client) -> None:
    page = text(as_manager.post(NEW, TYPED | {"do": "show"}))
    assert "nothing can be projected yet" in page and MOVES in page
    as_manager.post(NEW, TYPED | {"do": "save"})
    assert Scenario.objects.exists()


# ---- side by side ------------------------------------------------------------------


def test_every_scenario_stands_beside_the_base_unless_some_are_chosen(
    scenario: Scenario, as_officer: Client
) -> None:
    hold()
    Scenario.objects.create(name="Prices", changes=[{"kind": "inflation", "per_cent": 4}])
    response = as_officer.get(COMPARE)
    assert response.context["names"] == ["Base", "Half", "Prices"]
    page = text(response)
    assert "March 2029" in page and "5 fewer" in page
    response = as_officer.get(f"{COMPARE}?scenario={scenario.pk}&years=1")
    assert response.context["names"] == ["Base", "Half"]
    assert "March 2026" not in text(response)


def test_no_more_are_shown_than_fit(as_officer: Client) -> None:
    hold()
    made = [Scenario.objects.create(name=f"{n}", changes=[MOVE]) for n in range(6)]
    query = "&".join(f"scenario={one.pk}" for one in made)
    response = as_officer.get(f"{COMPARE}?{query}")
    assert len(response.context["names"]) == 5
    assert "No more than 4 fit side by side" in text(response)


def test_a_scenario_that_is_not_there_is_said(scenario: Scenario, as_officer: Client) -> None:
    hold()
    for wrong in ("99", "x", "9" * 20):
        page = text(as_officer.get(f"{COMPARE}?scenario={wrong}"))
        assert "There is no such scenario." in page


def test_without_scenarios_the_comparison_is_of_the_base(as_officer: Client) -> None:
    hold()
    assert "No scenario is chosen, and none is saved yet." in text(as_officer.get(COMPARE))


def test_comparing_takes_as_many_queries_for_many_as_for_one(
    scenario: Scenario, as_officer: Client
) -> None:
    hold()
    as_officer.get(COMPARE)
    with CaptureQueriesContext(connection) as few:
        as_officer.get(COMPARE)
    for number in range(3):
        Scenario.objects.create(name=f"{number}", changes=[MOVE])
    with CaptureQueriesContext(connection) as many:
        as_officer.get(COMPARE)
    assert len(many) == len(few)


# ---- files -------------------------------------------------------------------------


def test_a_file_has_what_its_page_shows(scenario: Scenario, as_officer: Client) -> None:
    hold()
    response = as_officer.get(f"{AHEAD}{scenario.pk}.csv?years=1")
    assert "years-ahead-half-invented.csv" in response["Content-Disposition"]
    statement, table = response.content.decode("utf-8-sig").split("\r\n\r\n")
    assert MOVES in statement and "the children in the returns are invented" in statement
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["When"] for row in rows} >= {"2024-03-31", "2025-03-31"}
    last = [row for row in rows if row["When"] == "2025-03-31" and row["Of"] == "Fostering"]
    assert [row["Expected"] for row in last] == ["5.0"]


def test_what_is_invented_is_marked_on_every_page_and_a_councils_own_is_not(
    scenario: Scenario, as_officer: Client
) -> None:
    mark = "Invented: the children in the returns that are held are made up"
    hold()
    addresses = (AHEAD, f"{AHEAD}{scenario.pk}/", "/lac/returns/", "/lac/figures/", "/lac/")
    for address in addresses:
        assert mark in text(as_officer.get(address)), address
    for place, child in enumerate(Child.objects.all()):
        Child.objects.filter(pk=child.pk).update(child=f"C{place}")
    assert not any(mark in text(as_officer.get(address)) for address in addresses)


def test_the_workbooks_open(scenario: Scenario, as_officer: Client) -> None:
    hold()
    for address, first in (
        ("/lac/ahead.xlsx", "By month"),
        ("/lac/ahead/compare.xlsx", "Children"),
    ):
        book = load_workbook(io.BytesIO(as_officer.get(address).content))
        assert book.sheetnames[0] == first
    rows = list(book["Children"].iter_rows(values_only=True))
    assert ("Day", "Placement", "Base", "Half") in [row[:4] for row in rows]


def test_the_comparisons_csv_has_those_that_are_chosen(
    scenario: Scenario, as_officer: Client
) -> None:
    hold()
    Scenario.objects.create(name="Prices", changes=[{"kind": "inflation", "per_cent": 4}])
    sent = as_officer.get(f"/lac/ahead/compare.csv?scenario={scenario.pk}")
    text_sent = sent.content.decode("utf-8-sig")
    assert "\r\nHalf," in text_sent and "\r\nPrices," not in text_sent


# ---- unit costs --------------------------------------------------------------------

NONE_SEEN = (
    "fostering not set; residential not set; supported not set; other not set; inflation not set"
)
COST = {
    "seen": NONE_SEEN,
    "fostering": "620.50",
    "fostering_source": "Budget book 2024/25",
    "inflation": "3",
    "inflation_source": "Bank of England",
}


def test_without_any_it_says_that_none_is_set(as_officer: Client, as_manager: Client) -> None:
    page = text(as_officer.get(COSTS))
    assert "No unit cost is set, so no cost is shown in the years ahead." in page
    assert "Set the unit costs" not in page and page.count("Not set") == 5
    assert f'name="seen" value="{NONE_SEEN}"' in text(as_manager.get(COSTS))


def test_they_are_set_with_where_they_come_from(as_manager: Client, as_officer: Client) -> None:
    response = as_manager.post(COSTS, COST, follow=True)
    assert said(response) == "The unit costs are set."
    cost = UnitCost.objects.get()
    assert (cost.placement, float(cost.pounds_a_week)) == ("fostering", 620.5)
    assert Inflation.current().per_cent == 3
    page = text(as_officer.get(COSTS))
    assert "620.50" in page and "Budget book 2024/25" in page


def test_a_number_without_its_source_is_refused(as_manager: Client) -> None:
    response = as_manager.post(COSTS, COST | {"fostering_source": ""})
    assert response.status_code == 422
    assert "Say where the number for fostering comes from." in text(response)
    assert 'value="620.50"' in text(response) and not UnitCost.objects.exists()


def test_costs_that_somebody_else_set_meanwhile_are_shown_beside_what_was_typed(
    as_manager: Client,
) -> None:
    price(fostering=600)
    response = as_manager.post(COSTS, COST)
    page = text(response)
    assert response.status_code == 409
    assert "What stands" in page and "600.00" in page and 'value="620.50"' in page
    assert UnitCost.objects.get().pounds_a_week == 600
    as_manager.post(COSTS, COST | {"seen": response.context["seen"]})
    assert float(UnitCost.objects.get().pounds_a_week) == 620.5
