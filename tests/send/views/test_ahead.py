"""The pages of the years ahead."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from send import ahead_services
from send.ahead import basis
from send.invented import files
from send.models import DataSet, Scenario

pytestmark = pytest.mark.django_db

CHANGES: list[dict[str, Any]] = [
    {"kind": "unit_cost", "setting": "Independent", "factor": 0.5, "from": 2022}
]
TYPED = {
    "kind": "unit_cost", "change1-setting": "Independent", "change1-factor": "50",
    "change1-from": "2022", "seen": "", "name": "Cheaper",
}  # fmt: skip


@pytest.fixture
def held(db: Any) -> DataSet:
    return ahead_services.keep_data(name="A county", files=files(plans=300), invented=True, by=None)


@pytest.fixture
def scenario(held: DataSet, manager: User) -> Scenario:
    of = basis()
    assert of is not None
    return ahead_services.save_scenario(
        scenario=None, name="Cheaper", changes=CHANGES, of=of, seen="", by=manager
    )


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def test_without_a_data_set_the_page_says_so(as_officer: Client) -> None:
    assert "No data set is held" in text(as_officer.get("/send/ahead/"))


def test_the_base_is_shown_with_its_test_and_marked_as_invented(
    held: DataSet, as_officer: Client
) -> None:
    page = text(as_officer.get("/send/ahead/"))
    assert "300 plans in 2021 become" in page
    assert "Put to the test" in page and "Projected from 2018" in page
    assert "every child, cost and place in this is made up" in page


def test_members_see_no_projection_and_officers_build_none(
    scenario: Scenario, as_member: Client, as_officer: Client
) -> None:
    for address in ("/send/ahead/", f"/send/ahead/{scenario.pk}/", "/send/ahead.csv"):
        assert as_member.get(address).status_code == 403
        assert as_officer.get(address).status_code == 200
    for address in ("/send/ahead/new/", "/send/ahead/data/"):
        assert as_officer.get(address).status_code == 403
    assert as_officer.post("/send/ahead/simulate/").status_code == 403


class TestBuilding:
    def test_a_change_is_added_answered_and_saved(self, held: DataSet, as_manager: Client) -> None:
        page = text(as_manager.post("/send/ahead/new/", {"do": "add", "add": "unit_cost"}))
        assert "Change 1: A place costs more or less" in page
        page = text(as_manager.post("/send/ahead/new/", {**TYPED, "do": "show"}))
        assert "the year costs" in page
        assert "From 2022, a place in Independent costs 50% less." in page
        response = as_manager.post("/send/ahead/new/", {**TYPED, "do": "save"}, follow=True)
        assert "is saved" in text(response)
        assert Scenario.objects.get().changes == CHANGES

    def test_what_is_wrong_is_told_at_its_field_and_kept(
        self, held: DataSet, as_manager: Client
    ) -> None:
        page = text(
            as_manager.post("/send/ahead/new/", {**TYPED, "change1-factor": "", "do": "save"}), 422
        )
        assert "Give either pounds a year or per cent, not both." in page
        assert 'value="Cheaper"' in page

    def test_the_second_of_two_people_sees_both_and_loses_nothing(
        self, scenario: Scenario, as_manager: Client
    ) -> None:
        Scenario.objects.update(version=2)
        page = text(
            as_manager.post(
                f"/send/ahead/{scenario.pk}/edit/",
                {**TYPED, "change1-factor": "70", "seen": "1", "do": "save"},
            ),
            409,
        )
        assert 'value="70"' in page and "What you typed is still here" in page

    def test_one_that_somebody_deleted_meanwhile_can_be_saved_anew(
        self, scenario: Scenario, as_manager: Client
    ) -> None:
        address = f"/send/ahead/{scenario.pk}/edit/"
        Scenario.objects.all().delete()
        page = text(as_manager.post(address, {**TYPED, "seen": "1", "do": "save"}), 409)
        assert "Somebody has deleted this scenario." in page and 'value="Cheaper"' in page
        as_manager.post(address, {**TYPED, "do": "save"})
        assert Scenario.objects.get().changes == CHANGES

    @pytest.mark.parametrize("do", ["save", "show", "add"])
    def test_what_is_typed_outlives_the_data_sets(
        self, scenario: Scenario, as_manager: Client, do: str
    ) -> None:
        DataSet.objects.all().delete()
        typed = {**TYPED, "change1-needs": ["ASD"], "do": do, "add": "inflation"}
        for address, seen in (("/send/ahead/new/", ""), (f"/send/ahead/{scenario.pk}/edit/", "1")):
            page = text(as_manager.post(address, {**typed, "seen": seen}), 409)
            assert "the data sets have been deleted meanwhile" in page
            assert 'value="Cheaper"' in page and 'value="50"' in page and 'value="2022"' in page
            assert '<option value="Independent" selected>' in page
            assert re.search(r'value="ASD"[^>]* checked', page)

    def test_without_a_data_set_a_scenario_can_still_be_deleted(
        self, scenario: Scenario, as_manager: Client
    ) -> None:
        DataSet.objects.all().delete()
        sent = {**TYPED, "seen": "1", "do": "delete", "sure": "on"}
        as_manager.post(f"/send/ahead/{scenario.pk}/edit/", sent)
        assert not Scenario.objects.exists()

    def test_changes_may_name_a_setting_that_one_before_them_opens(
        self, held: DataSet, as_manager: Client
    ) -> None:
        typed = {
            "kind": ["open_setting", "unit_cost"], "name": "Local", "seen": "", "do": "save",
            "change1-name": "Local school", "change1-like": "Independent", "change1-share": "50",
            "change1-places": "40", "change1-pounds_a_year": "20000", "change1-from": "2022",
            "change2-setting": "Local school", "change2-factor": "90", "change2-from": "2024",
        }  # fmt: skip
        page = text(as_manager.post("/send/ahead/new/", typed, follow=True))
        assert "a new setting, Local school" in page and "is saved" in page

    def test_deleting_needs_a_tick(self, scenario: Scenario, as_manager: Client) -> None:
        address = f"/send/ahead/{scenario.pk}/edit/"
        typed = {**TYPED, "seen": "1", "do": "delete"}
        assert "tick that you are sure" in text(as_manager.post(address, typed), 422)
        as_manager.post(address, {**typed, "sure": "on"})
        assert not Scenario.objects.exists()


def test_the_wrong_method_is_refused(scenario: Scenario, as_manager: Client) -> None:
    for address in ("/send/ahead/simulate/", f"/send/ahead/{scenario.pk}/simulate/"):
        assert as_manager.get(address).status_code == 405
    for address in (
        "/send/ahead/", f"/send/ahead/{scenario.pk}/", "/send/ahead/compare/", "/send/ahead.csv",
        "/send/ahead/compare.csv",
    ):  # fmt: skip
        assert as_manager.post(address).status_code == 405


def test_what_is_not_there_is_not_found(held: DataSet, as_manager: Client) -> None:
    for address in ("/send/ahead/99/", "/send/ahead/99/edit/", "/send/ahead/99.csv"):
        assert as_manager.get(address).status_code == 404


def test_without_a_data_set_nothing_is_built_or_simulated(as_manager: Client) -> None:
    assert "No data set is held" in text(as_manager.get("/send/ahead/new/", follow=True))
    page = text(as_manager.post("/send/ahead/simulate/", follow=True))
    assert "nothing to simulate from" in page
    assert as_manager.get("/send/ahead.csv").status_code == 404


def test_outcomes_are_asked_for_and_lead_to_their_job(
    scenario: Scenario, as_manager: Client
) -> None:
    for address, said in (
        ("/send/ahead/simulate/", "Simulate plans: the base"),
        (f"/send/ahead/{scenario.pk}/simulate/", "Simulate plans: Cheaper"),
    ):
        assert said in text(as_manager.post(address, follow=True))


def test_how_far_is_chosen_in_the_address_and_what_is_wrong_is_said(
    held: DataSet, as_officer: Client
) -> None:
    assert "plans in 2021 become" in text(as_officer.get("/send/ahead/?years=10"))
    assert "in 2031" in text(as_officer.get("/send/ahead/?years=10"))
    assert "Choose 1 to 10 years." in text(as_officer.get("/send/ahead/?years=11"))


def test_queries_do_not_grow_with_what_is_held(
    scenario: Scenario, as_officer: Client, manager: User
) -> None:
    addresses = ("/send/ahead/", f"/send/ahead/{scenario.pk}/", "/send/ahead/compare/")

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            as_officer.get(address)
            with CaptureQueriesContext(connection) as queries:
                as_officer.get(address)
            counts.append(len(queries))
        return counts

    few = asked()
    for number in range(8):
        Scenario.objects.create(name=f"{number}", changes=CHANGES, by=manager)
    ahead_services.keep_data(name="Another", files=files(plans=400), by=manager)
    assert asked() == few


def test_no_more_than_four_are_compared_and_the_rest_is_said(
    held: DataSet, as_officer: Client
) -> None:
    for number in range(5):
        Scenario.objects.create(name=f"Scenario {number}", changes=CHANGES)
    page = text(as_officer.get("/send/ahead/compare/"))
    assert "No more than 4 fit side by side" in page
    last = Scenario.objects.get(name="Scenario 4")
    page = text(as_officer.get(f"/send/ahead/compare/?scenario={last.pk}"))
    assert "in “Scenario 4”" in page and "No more than 4" not in page
    assert "in “Scenario 3”" not in page


def test_scenarios_stand_beside_the_base_and_come_as_files(
    scenario: Scenario, as_officer: Client
) -> None:
    page = text(as_officer.get("/send/ahead/compare/"))
    assert "Cheaper" in page and "less." in page
    for address in (
        "/send/ahead.csv", "/send/ahead.xlsx", f"/send/ahead/{scenario.pk}.csv",
        "/send/ahead/compare.xlsx",
    ):  # fmt: skip
        response = as_officer.get(address)
        assert response.status_code == 200
        assert "invented" in response["Content-Disposition"]
    assert as_officer.get("/send/ahead.pdf").status_code == 404
    made = as_officer.get("/send/ahead/compare.csv?years=1").content.decode()
    assert "an invented data set" in made and "From 2022, a place in Independent" in made
    assert "Base,2021,All,All,300" in made and "Cheaper,2022,Independent,All," in made


def test_a_scenario_that_does_not_fit_the_data_says_so(
    scenario: Scenario, as_officer: Client
) -> None:
    Scenario.objects.update(changes=[{**CHANGES[0], "setting": "Moon base"}])
    page = text(as_officer.get(f"/send/ahead/{scenario.pk}/"))
    assert "It does not fit the data set that is held" in page
    assert as_officer.get(f"/send/ahead/{scenario.pk}.csv").status_code == 404


class TestDataSets:
    def upload(self, client: Client, made: dict[str, str]) -> Any:
        sent = {
            kind: SimpleUploadedFile(f"{kind}.csv", text.encode()) for kind, text in made.items()
        }
        return client.post("/send/ahead/data/", {"name": "Ours", **sent}, follow=True)

    def test_files_are_uploaded_and_used(self, as_manager: Client) -> None:
        real = {kind: text.replace(",invented", ",") for kind, text in files(plans=200).items()}
        assert "“Ours” is held" in text(self.upload(as_manager, real))
        assert not DataSet.objects.get().invented

    def test_files_that_say_that_they_are_invented_are_marked_as_that(
        self, as_manager: Client
    ) -> None:
        page = text(self.upload(as_manager, files(plans=200)))
        assert "every child, cost and place in this is made up" in page

    def test_every_problem_is_listed_and_nothing_kept(self, as_manager: Client) -> None:
        made = files(plans=200)
        wrong = made["transitions"].replace("Mainstream", "Moon base")
        page = text(self.upload(as_manager, {**made, "transitions": wrong}), 422)
        assert "“Moon base” is in no row of the states file" in page
        assert not DataSet.objects.exists()

    def test_the_invented_county_is_one_press_away(self, as_manager: Client) -> None:
        page = text(as_manager.post("/send/ahead/data/", {"do": "invented"}, follow=True))
        assert "nobody in it is anybody" in page
        assert DataSet.objects.get().invented

    def test_one_can_be_deleted(self, held: DataSet, as_manager: Client) -> None:
        as_manager.post("/send/ahead/data/", {"do": "delete", "data": str(held.pk)})
        assert not DataSet.objects.exists()
