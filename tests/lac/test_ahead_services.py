"""Scenarios saved and deleted, unit costs set, futures asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, Job, JobState, User
from bucks_cs.scenarios import MOST_CHANGES, NameTaken, ScenarioConflict
from lac.ahead_services import (
    INFLATION,
    CostsConflict,
    Priced,
    ask_for_futures,
    delete_scenario,
    mark_of,
    save_scenario,
    set_costs,
    standing_costs,
)
from lac.models import Inflation, Scenario, UnitCost
from scorecard.services import Refused

pytestmark = pytest.mark.django_db

PRICES = {"kind": "inflation", "per_cent": 3}
HOMES = {
    "kind": "new_places",
    "placement": "residential",
    "places": 2,
    "pounds_a_week": 3_000,
    "from": "2026-04-01",
}


def save(by: User, scenario: Scenario | None = None, **given: Any) -> Scenario:
    values = {"name": "Two homes", "changes": [HOMES], "seen": "1" if scenario else ""} | given
    return save_scenario(scenario=scenario, by=by, **values)


# ---- scenarios ---------------------------------------------------------------------


def test_a_scenario_is_kept_with_who_made_it_and_told_in_the_trail(manager: User) -> None:
    saved = save(manager, name="  Two   homes ")
    assert (saved.name, saved.changes, saved.by, saved.version) == (
        "Two homes",
        [HOMES],
        manager,
        1,
    )
    event = AuditEvent.objects.get(action="saved a scenario")
    assert event.subject == "Two homes" and event.user == manager
    assert event.detail["after"]["changes"] == [
        "From 1 April 2026, there are 2 new places in residential care at £3,000 a week each, "
        "filled before any other and paid for whether filled or not."
    ]


def test_saving_it_again_says_what_it_was_before(manager: User) -> None:
    again = save(manager, save(manager), name="Prices", changes=[PRICES])
    assert again.version == 2
    event = AuditEvent.objects.filter(action="saved a scenario").latest("pk")
    assert event.detail["before"]["name"] == "Two homes"
    assert event.detail["after"] == {
        "name": "Prices",
        "changes": ["Prices rise by 3% each 1 April."],
    }


def test_somebody_who_saw_an_older_version_is_told_and_changes_nothing(
    manager: User, officer: User
) -> None:
    saved = save(manager)
    save(manager, saved, changes=[PRICES])
    with pytest.raises(ScenarioConflict, match="manager saved this scenario at ") as conflict:
        save(manager, saved, name="Mine")
    assert conflict.value.theirs.changes == [PRICES]
    assert Scenario.objects.get().name == "Two homes"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"name": " "}, "Give the scenario a name"),
        ({"changes": []}, "Add at least one change"),
        ({"changes": [PRICES] * (MOST_CHANGES + 1)}, "Use 20 changes or fewer"),
        ({"changes": [PRICES | {"per_cent": "3"}]}, "Change 1, per_cent: Must be a number"),
    ],
)
def test_what_is_not_whole_is_refused(manager: User, given: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        save(manager, **given)
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("name", ["two HOMES", "base"])
def test_no_two_have_one_name_and_none_is_the_base(manager: User, name: str) -> None:
    save(manager)
    with pytest.raises(NameTaken):
        save(manager, name=name)


def test_two_who_save_one_name_at_the_same_moment_are_told(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_scenario(scenario=None, name="Homes", changes=[HOMES], seen="", by=manager)
    monkeypatch.setattr("django.db.models.QuerySet.exists", lambda self: False)
    with pytest.raises(NameTaken, match="choose a different one"):
        save_scenario(scenario=None, name="Homes", changes=[HOMES], seen="", by=manager)
    assert Scenario.objects.count() == 1


def test_it_may_keep_its_own_name(manager: User) -> None:
    assert save(manager, save(manager), name="two homes").name == "two homes"


def test_it_is_deleted_and_told_in_the_trail(manager: User) -> None:
    delete_scenario(scenario=save(manager), seen="1", by=manager)
    assert not Scenario.objects.exists()
    event = AuditEvent.objects.get(action="deleted a scenario")
    assert event.subject == "Two homes" and len(event.detail["changes"]) == 1


def test_not_by_somebody_who_has_not_seen_what_it_is_now(manager: User) -> None:
    saved = save(manager)
    save(manager, saved, changes=[PRICES])
    with pytest.raises(ScenarioConflict):
        delete_scenario(scenario=saved, seen="1", by=manager)


def test_what_was_deleted_meanwhile_cannot_be_saved(manager: User) -> None:
    saved = save(manager)
    Scenario.objects.all().delete()
    with pytest.raises(Refused, match="has been deleted"):
        save(manager, saved)


def test_only_those_who_build_projections_may(officer: User, manager: User) -> None:
    saved = save(manager)
    with pytest.raises(PermissionDenied):
        save(officer, name="Mine")
    with pytest.raises(PermissionDenied):
        delete_scenario(scenario=saved, seen="1", by=officer)
    with pytest.raises(PermissionDenied):
        set_costs(costs=standing_costs(), seen=mark_of(standing_costs()), by=officer)
    with pytest.raises(PermissionDenied):
        ask_for_futures(scenario=saved, window=3, by=officer)


# ---- unit costs --------------------------------------------------------------------


def test_costs_are_set_and_taken_away_and_the_trail_tells_both(manager: User) -> None:
    none = standing_costs()
    some = none | {
        "fostering": Priced(Decimal(620), "Budget book"),
        INFLATION: Priced(Decimal(3), "Bank"),
    }
    set_costs(costs=some, seen=mark_of(none), by=manager)
    assert standing_costs() == some
    event = AuditEvent.objects.get(action="set unit costs")
    assert event.detail["before"]["fostering"] == "not set"
    assert event.detail["after"]["fostering"] == "620.00 (Budget book)"
    set_costs(costs=none, seen=mark_of(standing_costs()), by=manager)
    assert not UnitCost.objects.exists() and not Inflation.objects.exists()


def test_costs_that_somebody_else_set_meanwhile_stay(manager: User) -> None:
    seen = mark_of(standing_costs())
    UnitCost.objects.create(placement="fostering", pounds_a_week=600, source="Budget book")
    with pytest.raises(CostsConflict):
        set_costs(costs=standing_costs() | {"fostering": Priced(None)}, seen=seen, by=manager)
    assert UnitCost.objects.get().pounds_a_week == 600


# ---- futures -----------------------------------------------------------------------


def test_futures_that_are_being_simulated_are_not_asked_for_twice(manager: User) -> None:
    saved = save(manager)
    job = ask_for_futures(scenario=saved, window=3, by=manager)
    assert job.title == "Simulate the years ahead: Two homes"
    assert ask_for_futures(scenario=saved, window=3, by=manager) == job
    assert ask_for_futures(scenario=saved, window=2, by=manager) != job
    assert ask_for_futures(scenario=None, window=3, by=manager) != job
    Job.objects.update(state=JobState.DONE)
    assert ask_for_futures(scenario=saved, window=3, by=manager) != job
