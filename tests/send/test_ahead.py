"""The years ahead: from a data set to a projection, its words, its files and its test."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import Job, JobState, User
from bucks_cs.scenario_builder import typed_in, typed_of
from bucks_cs.scenarios import ScenarioConflict
from scorecard.services import Refused
from send import ahead_charts, ahead_services, ahead_tables, tasks
from send.ahead import Basis, basis, kept_bands, look_ahead, put_to_the_test
from send.ahead_files import lines_sheet
from send.ahead_forms import ChangeForm, as_typed
from send.ahead_words import difference, finding, growth, rests_on, runs_out, told_of_test
from send.changes import FIELDS, RULES
from send.cohort_files import Wrong, read
from send.invented import files
from send.models import DataSet, Scenario, SimulatedBands

CHEAPER: list[dict[str, Any]] = [
    {"kind": "unit_cost", "setting": "Independent", "factor": 0.5, "from": 2022}
]
FEWER: list[dict[str, Any]] = [{"kind": "scale_joiners", "factor": 0.5, "from": 2022}]


@pytest.fixture
def of(db: None) -> Basis:
    ahead_services.keep_data(name="Invented", files=files(plans=400), invented=True, by=None)
    found = basis()
    assert found is not None
    return found


def test_without_a_data_set_there_is_no_basis(db: None) -> None:
    assert basis() is None


def test_children_are_counted_together_as_soon_as_they_come(db: None) -> None:
    head = "calendar-year,academic-year-1,need-1,setting-1,academic-year-2,need-2,setting-2\n"
    row = "2019,5,ASD,Mainstream,6,ASD,Mainstream\n"
    assert ahead_services.together(head + row * 3).splitlines()[1:] == [f"{row.strip()},3"]
    made = files(plans=400)
    whole = read({**made, "transitions": ahead_services.together(made["transitions"])})
    assert whole.transitions.count.sum() == read(made).transitions.count.sum()


def test_a_wrong_data_set_is_refused_and_the_held_one_stays(of: Basis) -> None:
    with pytest.raises(Wrong):
        ahead_services.keep_data(name="Wrong", files={"states": "need\n"}, by=None)
    assert DataSet.objects.get().name == "Invented"


class TestExpected:
    def test_a_projection_begins_with_what_is_known(self, of: Basis) -> None:
        shown = look_ahead(of, 5)
        assert (shown.start.year, shown.last.year) == (2021, 2026)
        assert shown.start.plans == pytest.approx(400)
        assert sum(shown.last.by_setting) == pytest.approx(shown.last.plans)
        assert sum(shown.last.by_need) == pytest.approx(shown.last.plans)

    def test_its_words_say_from_what_to_what(self, of: Basis) -> None:
        shown = look_ahead(of, 5)
        assert finding(shown).startswith("If things go on as they did, 400 plans in 2021 become")
        assert "an invented data set “Invented”" in rests_on(of)

    def test_a_scenario_is_told_beside_the_base(self, of: Basis) -> None:
        base = look_ahead(of, 5)
        cheaper = look_ahead(of, 5, CHEAPER, name="Cheaper")
        said = difference(base, cheaper)
        assert said.startswith("In 2026 there are as many plans as in the base, and the year costs")
        assert said.endswith("less.")
        fewer = look_ahead(of, 5, FEWER, name="Fewer")
        assert "plans fewer than in the base" in difference(base, fewer)
        assert difference(base, base).endswith("at the same cost.")

    def test_one_plan_is_told_as_one(self, of: Basis) -> None:
        base = look_ahead(of, 5)
        *before, last = base.rows
        more = replace(base, rows=(*before, replace(last, plans=last.plans + 1)))
        assert difference(base, more).startswith("In 2026 there is 1 plan more than in the base")

    def test_it_says_when_places_run_out(self, of: Basis) -> None:
        changes = [
            {
                "kind": "cap_setting", "setting": "Special school", "places": 10,
                "into": "Mainstream", "from": 2022,
            }
        ]  # fmt: skip
        (said,) = runs_out(look_ahead(of, 5, changes))
        assert said.startswith("Special school has too few places from 2022 on")

    def test_a_population_that_is_not_in_the_data_set_is_said_to_be_assumed(
        self, of: Basis
    ) -> None:
        assert of.assumed_from is None
        short = files(plans=400)
        lines = short["population"].splitlines()
        kept = [one for one in lines if not one.startswith(("2030", "2031"))]
        ahead_services.keep_data(
            name="Short", files={**short, "population": "\n".join(kept)}, by=None
        )
        found = basis()
        assert found is not None and found.assumed_from == 2030
        assert "The population of 2030 and later is not in it" in rests_on(found)

    def test_it_is_put_to_the_test_on_years_that_are_known(self, of: Basis) -> None:
        found = put_to_the_test(of)
        assert found is not None
        assert [year for year, *_ in found.years] == [2018, 2019, 2020, 2021]
        assert found.years[0][1] == found.years[0][2]
        assert "Projected from 2018" in told_of_test(found)
        assert ahead_charts.back_test(found).rows[1][-1] == "400"

    def test_charts_have_their_figures_in_a_table(self, of: Basis) -> None:
        shown = look_ahead(of, 3)
        whole = ahead_charts.total([shown], growth(shown))
        assert len(whole.columns) == 5
        assert len(ahead_charts.by_setting(shown).rows) == len(shown.settings)
        assert ahead_charts.cost(shown) is not None
        for chart in (whole, ahead_charts.by_setting(shown)):
            json.dumps(chart.figure, allow_nan=False)


@pytest.mark.django_db(transaction=True)
def test_outcomes_are_simulated_kept_and_shown_until_the_scenario_changes(manager: User) -> None:
    ahead_services.keep_data(name="Invented", files=files(plans=200), by=None)
    of = basis()
    assert of is not None
    one = ahead_services.save_scenario(
        scenario=None, name="Fewer", changes=FEWER, of=of, seen="", by=manager
    )
    job = ahead_services.ask_for_outcomes(scenario=one, by=manager)
    assert ahead_services.ask_for_outcomes(scenario=one, by=manager) == job
    tasks.simulate_outcomes(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "1,000 outcomes are simulated.")
    bands = kept_bands(of, FEWER)
    shown = look_ahead(of, 5, FEWER, name="Fewer", bands=bands)
    assert shown.last.fan is not None and shown.last.fan[0] < shown.last.plans < shown.last.fan[-1]
    assert "nine of ten outcomes lie from" in finding(shown)
    whole, settings, needs = ahead_tables.spread(shown)
    assert [row[0] for row in whole.rows] == ["All plans", "Cost of the year"]
    assert len(settings.rows) == len(shown.settings) and len(needs.rows) == len(shown.needs)
    assert list(shown.last.need_fans[0]) == sorted(shown.last.need_fans[0])
    sheet = lines_sheet([shown], of, [], job.asked_at)
    headings = [one.heading for one in sheet.columns]
    told = [dict(zip(headings, row, strict=True)) for row in sheet.rows]
    assert told[-1]["plans: 95% below"] == shown.last.need_fans[-1][-1]
    assert told[0]["pounds: 5% below"] is None
    assert kept_bands(of, CHEAPER) is None
    assert SimulatedBands.objects.count() == 1


class TestScenarios:
    def save(self, of: Basis, by: User, **more: Any) -> Scenario:
        fields = {"scenario": None, "name": "Cheaper", "changes": CHEAPER, "seen": ""}
        return ahead_services.save_scenario(of=of, by=by, **(fields | more))

    def test_it_is_saved_changed_and_deleted(self, of: Basis, manager: User) -> None:
        one = self.save(of, manager)
        again = self.save(of, manager, scenario=one, seen="1", changes=FEWER)
        assert again.version == 2
        ahead_services.delete_scenario(scenario=again, seen="2", by=manager)
        assert not Scenario.objects.exists()

    def test_the_second_of_two_people_is_told(self, of: Basis, manager: User) -> None:
        one = self.save(of, manager)
        self.save(of, manager, scenario=one, seen="1", changes=FEWER)
        with pytest.raises(ScenarioConflict):
            self.save(of, manager, scenario=one, seen="1")

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"name": " "}, "Give the scenario a name"),
            ({"name": "base"}, "Another scenario has this name"),
            ({"changes": []}, "Add at least one change"),
            ({"changes": CHEAPER * 21}, "20 changes or fewer"),
            ({"changes": [{"kind": "unit_cost", "setting": "Moon"}]}, "Must be one of"),
        ],
    )
    def test_what_is_no_scenario_is_refused_in_words(
        self, of: Basis, manager: User, more: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(Refused, match=said):
            self.save(of, manager, **more)

    def test_an_officer_builds_none(self, of: Basis, officer: User) -> None:
        with pytest.raises(PermissionDenied):
            self.save(of, officer)

    def test_what_is_typed_comes_back_as_it_was_kept(self, of: Basis) -> None:
        changes = [*CHEAPER, *FEWER]
        typed = typed_of(changes, RULES, as_typed)
        data = QueryDict(mutable=True)
        for number, (kind, values) in enumerate(typed, start=1):
            data.appendlist("kind", kind)
            for name, value in values.items():
                key = f"change{number}-{name}"
                data.setlist(key, value if isinstance(value, list) else [value])
        again = typed_in(data, RULES)
        forms = [
            ChangeForm(place, one, of.space, checked=True)
            for place, one in enumerate(again, start=1)
        ]
        assert [form.change for form in forms] == changes

    def test_a_price_may_be_typed_as_finance_writes_it(self, of: Basis) -> None:
        typed = dict.fromkeys(FIELDS["unit_cost"], "") | {
            "setting": of.space.settings[0],
            "pounds_a_year": "£25,000",
            "from": "2027",
        }
        form = ChangeForm(1, ("unit_cost", typed), of.space, checked=True)
        assert form.change is not None and form.change["pounds_a_year"] == 25_000

    @pytest.mark.parametrize("kind", list(FIELDS))
    def test_every_kind_has_its_fields_and_says_what_is_missing(self, of: Basis, kind: str) -> None:
        form = ChangeForm(1, (kind, dict.fromkeys(FIELDS[kind], "")), of.space, checked=True)
        assert list(form.fields) == list(FIELDS[kind])
        assert form.change is None
        assert form.errors


def test_a_job_of_a_deleted_scenario_says_so(transactional_db: None, manager: User) -> None:
    job = Job.objects.create(
        task=ahead_services.TASK, title="Simulate", asked_by=manager, arguments={"scenario": 99}
    )
    tasks.simulate_outcomes(job.pk)
    job.refresh_from_db()
    assert job.message == "The scenario has been deleted."


def test_reading_takes_one_query_once_the_data_set_is_known(of: Basis) -> None:
    with CaptureQueriesContext(connection) as caught:
        assert basis() is not None
    assert len(caught) == 1


def test_a_new_data_set_takes_the_place_of_the_one_before_it(of: Basis) -> None:
    ahead_services.keep_data(name="Next", files=files(plans=200), by=None)
    found = basis()
    assert found is not None and look_ahead(found, 1).start.plans == pytest.approx(200)
    assert found.key([]) != of.key([])


class TestTables:
    def test_projections_stand_side_by_side_with_a_dash_for_what_one_has_not(
        self, of: Basis
    ) -> None:
        opened = [
            {
                "kind": "open_setting", "name": "Local school", "like": "Independent",
                "share": 0.5, "places": 40, "pounds_a_year": 20_000, "from": 2022,
            }
        ]  # fmt: skip
        base, other = look_ahead(of, 2), look_ahead(of, 2, opened, name="Local")
        settings, needs = ahead_tables.compared([base, other])
        assert settings.columns == ("Setting", "Base", "Local")
        (new,) = [row for row in settings.rows if row[0] == "Local school"]
        assert new[1] == "–" and int(new[2]) > 0
        assert [row[0] for row in needs.rows[-2:]] == ["All", "Cost of the year"]

    def test_the_back_test_says_by_how_many_it_was_off(self, of: Basis) -> None:
        found = put_to_the_test(of)
        assert found is not None
        for table in ahead_tables.tested(found):
            assert table.columns[-1] == "Too many (+) or too few (-)"
            for _, ahead, was, gap in table.rows:
                assert int(gap) == int(ahead) - int(was)
