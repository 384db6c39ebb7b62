"""What people choose and type of the years ahead, and how it comes to a scenario's changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from bucks_cs.lib.changes import Typed, arranged
from bucks_cs.scenario_builder import typed_in, typed_of
from bucks_cs.scenarios import MOST_CHANGES
from lac.ahead_forms import (
    ChangeForm,
    CostsForm,
    HowFarForm,
    as_typed,
    early,
)
from lac.ahead_services import INFLATION, Priced
from lac.flows import PLACEMENTS
from lac.scenarios import FIELDS, RULES, problems, words
from tests.lac.held import day

EVERY_KIND: list[dict[str, Any]] = [
    {"kind": "scale_entries", "bands": ["10 to 15"], "factor": 0.8, "from": "2024-10-01"},
    {
        "kind": "move_share",
        "from_placement": "residential",
        "to_placement": "fostering",
        "share": 0.07,
        "from": "2024-10-01",
        "months": 6,
    },
    {
        "kind": "new_places",
        "placement": "residential",
        "places": 8,
        "pounds_a_week": 3_000.5,
        "from": "2024-10-01",
    },
    {"kind": "unit_cost", "placement": "fostering", "factor": 1.1, "from": "2025-04-01"},
    {"kind": "inflation", "per_cent": 2.5},
]


def checked(kind: str, **values: Any) -> ChangeForm:
    return ChangeForm(1, (kind, values), checked=True)


def errors(form: ChangeForm) -> dict[str, list[str]]:
    return {name: list(said) for name, said in form.errors.items()}


# ---- how far -----------------------------------------------------------------------


def test_it_is_five_years_at_the_rates_of_three_unless_asked() -> None:
    assert HowFarForm({}).chosen == {"years": 5, "window": 3}
    assert HowFarForm({"years": "", "window": ""}).chosen == {"years": 5, "window": 3}
    asked = HowFarForm(QueryDict("years=10&window=1"))
    assert asked.chosen == {"years": 10, "window": 1} and asked.query == "years=10&window=1"


@pytest.mark.parametrize("years", ["0", "11", "five", "-1"])
def test_what_is_asked_wrongly_is_said_and_answered_as_usual(years: str) -> None:
    form = HowFarForm({"years": years, "window": "2"})
    assert form.errors["years"] == ["Choose 1 to 10 years."]
    assert form.chosen == {"years": 5, "window": 2}


# ---- a change ----------------------------------------------------------------------


@pytest.mark.parametrize("change", EVERY_KIND, ids=lambda change: change["kind"])
def test_a_change_that_was_kept_is_typed_and_read_again_as_it_was(change: dict[str, Any]) -> None:
    assert not problems([change])
    ((kind, typed),) = typed_of([change], RULES, as_typed)
    form = checked(kind, **typed)
    assert form.change == change


def test_people_type_per_cent_and_days_as_they_write_them() -> None:
    form = checked("scale_entries", bands=["10 to 15"], factor="120", **{"from": "1 October 2026"})
    assert form.change is not None
    assert words(form.change) == (
        "From 1 October 2026, 20% more children aged 10 to 15 start to be looked after."
    )


def test_what_is_missing_is_said_at_its_field() -> None:
    form = checked("move_share", from_placement="fostering", share="50")
    said = errors(form)
    assert set(said) == {"to_placement", "from", "months"}
    assert said["months"] == ["Fill this in."] and form.change is None


def test_so_is_what_the_rules_refuse() -> None:
    form = checked(
        "move_share",
        from_placement="fostering",
        to_placement="fostering",
        share="50",
        months="3",
        **{"from": "1/4/2026"},
    )
    assert errors(form) == {"to_placement": ["Must be another placement."]}
    form = checked("inflation", per_cent="80")
    assert errors(form) == {"per_cent": ["Must be a number from -20 to 50."]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"share": "101"}, "share"),
        ({"share": "lots"}, "share"),
        ({"share": "nan"}, "share"),
        ({"months": "1.5"}, "months"),
        ({"months": "200"}, "months"),
        ({"from": "31/02/2026"}, "from"),
        ({"from": "01/04/1890"}, "from"),
        ({"to_placement": "nowhere"}, "to_placement"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(values: dict[str, str], field: str) -> None:
    right = {
        "from_placement": "fostering",
        "to_placement": "residential",
        "share": "50",
        "months": "3",
        "from": "01/04/2026",
    }
    assert list(errors(checked("move_share", **right | values))) == [field]


def test_a_unit_cost_is_in_pounds_or_in_per_cent() -> None:
    usual = {"placement": "fostering", "from": "01/04/2026"}
    both = checked("unit_cost", **usual, pounds_a_week="500", factor="90")
    neither = checked("unit_cost", **usual)
    for form in (both, neither):
        assert errors(form) == {
            "pounds_a_week": ["Give either pounds a week or per cent, not both."]
        }
    one = checked("unit_cost", **usual, factor="90")
    assert one.change is not None and one.change["factor"] == 0.9


def test_nothing_is_said_of_a_change_that_is_still_being_typed() -> None:
    form = ChangeForm(2, ("inflation", {"per_cent": "abc"}), checked=False)
    assert not form.errors and 'value="abc"' in str(form["per_cent"])
    assert form["per_cent"].html_name == "change2-per_cent"


# ---- the list of changes -----------------------------------------------------------

ONE: Typed = ("inflation", {"per_cent": "1"})
TWO: Typed = ("inflation", {"per_cent": "2"})
THREE: Typed = ("inflation", {"per_cent": "3"})


@pytest.mark.parametrize(
    ("do", "left"),
    [
        ("remove-2", [ONE, THREE]),
        ("up-2", [TWO, ONE, THREE]),
        ("up-1", [ONE, TWO, THREE]),
        ("down-2", [ONE, THREE, TWO]),
        ("down-3", [ONE, TWO, THREE]),
        ("remove-4", [ONE, TWO, THREE]),
        ("remove-0", [ONE, TWO, THREE]),
        ("remove-x", [ONE, TWO, THREE]),
        ("up-²", [ONE, TWO, THREE]),
        ("show", [ONE, TWO, THREE]),
    ],
)
def test_a_change_is_removed_or_moved(do: str, left: list[Typed]) -> None:
    assert arranged([ONE, TWO, THREE], do, "", FIELDS) == left


def test_a_change_is_added_last_and_empty() -> None:
    assert arranged([ONE], "add", "inflation", FIELDS) == [ONE, ("inflation", {"per_cent": ""})]
    assert arranged([ONE], "add", "magic", FIELDS) == [ONE]


def test_what_a_browser_sends_is_read_by_kind_and_place() -> None:
    sent = QueryDict(
        "kind=scale_entries&kind=inflation&change1-bands=Under+1&change1-bands=5+to+9"
        "&change1-factor=90&change1-from=x&change2-per_cent=3&change2-other=1"
    )
    assert typed_in(sent, RULES) == [
        ("scale_entries", {"bands": ["Under 1", "5 to 9"], "factor": "90", "from": "x"}),
        ("inflation", {"per_cent": "3"}),
    ]
    assert typed_in(QueryDict("kind=magic"), RULES) == []
    assert len(typed_in(QueryDict("&".join(["kind=inflation"] * 100)), RULES)) == MOST_CHANGES + 1


def test_changes_that_begin_before_the_projection_are_told() -> None:
    found = early(EVERY_KIND, day("2024-10-01"))
    assert len(found) == 3 and not early(EVERY_KIND, day("2024-09-30"))


# ---- unit costs --------------------------------------------------------------------

NOTHING = {name: Priced(None) for name in (*PLACEMENTS, INFLATION)}


def test_a_cost_needs_its_source_and_an_empty_one_is_none() -> None:
    form = CostsForm(NOTHING, {"fostering": "620.50", "residential_source": "A guess"})
    assert form.errors == {"fostering_source": ["Say where the number for fostering comes from."]}
    form = CostsForm(NOTHING, {"fostering": "620.50", "fostering_source": "Budget book"})
    assert form.is_valid()
    assert form.costs == NOTHING | {"fostering": Priced(Decimal("620.50"), "Budget book")}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("5,000", "5000"), ("£5,000.50", "5000.50"), ("£ 620", "620"), ("12,345", "12345")],
)
def test_a_cost_may_be_typed_as_finance_writes_it(typed: str, amount: str) -> None:
    form = CostsForm(NOTHING, {"residential": typed, "residential_source": "Budget book"})
    assert form.is_valid()
    assert form.cleaned_data["residential"] == Decimal(amount)


@pytest.mark.parametrize("typed", ["5,00", "5,0000", "1,2,3", "££5", "£", "5 000", "£-5"])
def test_a_cost_that_may_be_meant_otherwise_is_asked_for_again(typed: str) -> None:
    form = CostsForm(NOTHING, {"residential": typed, "residential_source": "Budget book"})
    assert list(form.errors) == ["residential"]


def test_so_may_a_price_in_a_scenario() -> None:
    form = checked(
        "new_places",
        placement="residential",
        places="6",
        pounds_a_week="£3,500",
        **{"from": "01/04/2026"},
    )
    assert form.is_valid()
    assert form.cleaned_data["pounds_a_week"] == 3500


@pytest.mark.parametrize("wrong", ["-1", "lots", "100001", "1.234"])
def test_a_cost_that_cannot_be_is_refused(wrong: str) -> None:
    form = CostsForm(NOTHING, {"fostering": wrong, "fostering_source": "x"})
    assert list(form.errors) == ["fostering"]
