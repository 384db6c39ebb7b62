"""From the returns that are held to a projection and its rows, against hand-made numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from lac.ahead import Basis, Fan, back_tested, basis, held, look_ahead, past, prices
from lac.flows import PLACES
from lac.models import Episode, Inflation, Return, UnitCost
from tests.lac.held import CHILDREN, LIVELY, day, hold, price

pytestmark = pytest.mark.django_db

MOVE = {
    "kind": "move_share",
    "from_placement": "fostering",
    "to_placement": "residential",
    "share": 0.5,
    "from": "2024-04-01",
    "months": 12,
}


def base(window: int = 3) -> Basis:
    found = basis(window)
    assert found is not None
    return found


# ---- what is held ------------------------------------------------------------------


def test_without_a_return_there_is_nothing_to_project_from() -> None:
    assert held() is None and basis() is None


def test_nor_where_the_rows_about_children_have_been_deleted() -> None:
    hold()
    Episode.objects.all().delete()
    from lac import store

    store.forget()
    assert held() is None


def test_it_begins_on_the_last_day_of_the_latest_return() -> None:
    hold()
    assert base().start == day("2024-03-31")


def test_a_return_imported_within_its_year_ends_with_the_last_thing_that_happened_in_it() -> None:
    hold(
        [*CHILDREN, ("2015-01-01", ("2022-01-01", "2023-11-17", "U4"))],
        imported=datetime(2023, 12, 4, tzinfo=UTC),
    )
    assert base().start == day("2023-11-17")


def test_a_return_in_whose_year_nothing_has_happened_yet_is_passed_over() -> None:
    """It has no days to count rates from: the years before it have."""
    hold(years=(2024,), imported=datetime(2023, 4, 20, tzinfo=UTC))
    assert held() is None and basis() is None
    Return.objects.create(year=2023, authority="E10000002")
    assert (base().since, base().start) == (day("2022-03-31"), day("2023-03-31"))


def test_returns_count_back_to_the_first_year_that_is_missing() -> None:
    hold(years=(2018, 2021, 2022, 2023, 2024))
    there = held()
    assert there is not None
    assert there.since == np.datetime64("2020-03-31") and there.years == 4


def test_the_window_is_as_asked_and_no_longer_than_what_is_held() -> None:
    hold()
    assert base(2).since == day("2022-03-31")
    assert base(10).since == day("2020-03-31")


def test_the_window_may_begin_on_a_day() -> None:
    hold()
    found = basis(since=day("2022-10-01"))
    assert found is not None and found.since == day("2022-10-01")


@pytest.mark.parametrize("since", ["2020-03-30", "2024-03-31", "2030-01-01"])
def test_a_window_that_the_returns_say_nothing_of_is_refused_in_words(since: str) -> None:
    hold()
    with pytest.raises(ValueError, match="what happened from 2020-03-31 to 2024-03-31"):
        basis(since=day(since))


def test_what_a_projection_was_made_from_has_another_key_once_anything_of_it_is_another() -> None:
    hold()
    keys = [base().key([]), base(2).key([]), base().key([MOVE])]
    assert base().key([]) == keys[0]
    price(fostering=700)
    keys.append(base().key([]))
    Inflation.objects.create(per_cent=2)
    keys.append(base().key([]))
    Return.objects.filter(year=2024).update(imported_at=datetime(2024, 7, 1, tzinfo=UTC))
    keys.append(base().key([]))
    assert len(set(keys)) == 6


# ---- prices ------------------------------------------------------------------------


def test_no_price_is_made_up() -> None:
    found = prices()
    assert not found.known and not found.weekly.any() and len(found.missing) == PLACES


def test_prices_say_which_placements_have_none() -> None:
    price(residential=4_000)
    found = prices()
    assert found.known and found.weekly.tolist() == [0, 4_000, 0, 0]
    assert found.missing == ("fostering", "supported", "other")


# ---- what is to be expected --------------------------------------------------------


def test_where_nothing_happens_everybody_stays_and_grows_older() -> None:
    hold()
    found = look_ahead(base(), 5)
    assert len(found.months) == 61
    assert {round(row.children, 6) for row in found.months} == {10}
    assert found.start.by_band == (0, 10, 0, 0, 0)
    assert found.last.day == day("2029-03-31")
    assert found.last.by_band == pytest.approx((0, 0, 10, 0, 0))
    assert found.last.by_placement == pytest.approx((10, 0, 0, 0))


def test_its_marches_are_the_ends_of_the_financial_years() -> None:
    hold()
    assert [row.day.year for row in look_ahead(base(), 3).marches] == [2025, 2026, 2027]


def test_without_a_unit_cost_there_is_no_cost() -> None:
    hold()
    assert look_ahead(base(), 2).years == ()


def test_ten_children_at_700_pounds_a_week_cost_1000_pounds_a_day() -> None:
    hold()
    price(fostering=700)
    years = look_ahead(base(), 4).years
    assert [row.label for row in years] == ["2024/25", "2025/26", "2026/27", "2027/28"]
    # 29 February 2028 is in the last.
    assert [row.total for row in years] == pytest.approx([365_000] * 3 + [366_000])
    assert not any(row.part for row in years)


def test_prices_rise_each_april_after_the_first_year() -> None:
    hold()
    price(fostering=700)
    Inflation.objects.create(per_cent=Decimal(10))
    years = look_ahead(base(), 2).years
    assert [row.total for row in years] == pytest.approx([365_000, 401_500])


def test_a_year_of_which_only_some_days_are_projected_says_so() -> None:
    hold(imported=datetime(2023, 12, 4, tzinfo=UTC), children=LIVELY)
    price(fostering=700)
    found = look_ahead(base(), 1)
    assert [row.part for row in found.years] == [True, True]
    assert found.years[0].label == "2023/24 (part)" and found.whole_years == ()


def test_a_scenario_changes_what_it_says() -> None:
    hold()
    price(fostering=700, residential=4_200)
    found = look_ahead(base(), 1, [MOVE], name="Half")
    assert found.name == "Half"
    assert found.last.by_placement == pytest.approx((5, 5, 0, 0))
    assert found.closing.sum() == pytest.approx(10)


def test_a_scenario_that_cannot_be_is_refused_with_every_problem() -> None:
    hold()
    with pytest.raises(ValueError, match="Change 1, share"):
        look_ahead(base(), 1, [MOVE | {"share": 2}])


def test_a_fan_stands_beside_the_days_and_whole_years_that_it_is_of() -> None:
    hold()
    price(fostering=700)
    five = [8.0, 9.0, 10.0, 11.0, 12.0]
    fan = Fan(1_000, None, {"2025-03-31": five}, {"2025-03-31": [[1.0] * 4] * 5}, {"2025": five})
    found = look_ahead(base(), 2, fan=fan)
    assert found.marches[0].fan == tuple(five) and found.marches[1].fan is None
    assert found.years[0].fan == tuple(five) and found.years[1].fan is None


def test_a_fan_of_a_whole_year_does_not_stand_beside_a_part_of_it() -> None:
    hold(LIVELY, imported=datetime(2023, 12, 4, tzinfo=UTC))
    price(fostering=700)
    years = {"2024": [1.0] * 5, "2025": [1.0] * 5}
    assert [row.fan for row in look_ahead(base(), 1, fan=Fan(9, None, {}, {}, years)).years] == [
        None,
        None,
    ]


# ---- what was ----------------------------------------------------------------------


def test_the_months_before_are_those_of_the_last_three_years_that_are_held() -> None:
    hold([*CHILDREN, ("2015-01-01", ("2022-01-15", "2022-12-24", "U4"))])
    found = past(base())
    assert len(found) == 36 and found[0] == (day("2021-03-31"), 10)
    assert dict(found)[day("2022-06-30")] == 11 and dict(found)[day("2022-12-31")] == 10


def test_a_month_that_no_return_tells_of_is_not_shown() -> None:
    hold(years=(2024,))
    assert past(base())[0][0] == day("2023-03-31")


def test_one_year_cannot_be_put_to_the_test() -> None:
    hold(years=(2024,))
    assert back_tested(base()) is None


def test_the_test_leaves_as_long_a_window_as_it_can() -> None:
    hold()  # four years
    found = back_tested(base(3))
    assert found is not None
    assert (found.since, found.start) == (day("2020-03-31"), day("2023-03-31"))
    found = back_tested(base(1))
    assert found is not None
    assert (found.since, found.start) == (day("2020-03-31"), day("2021-03-31"))
    found = back_tested(base(10))  # all four
    assert found is not None
    assert (found.since, found.start) == (day("2020-03-31"), day("2023-03-31"))


def test_where_nothing_ever_happens_the_test_is_passed() -> None:
    hold()
    found = back_tested(base())
    assert found is not None
    assert found.errors == pytest.approx([0] * 12)
    assert found.placements[0] == pytest.approx((10, 10))


def test_what_could_not_be_known_is_an_error() -> None:
    """Ten were there, nothing had happened, and then four left at once."""
    left = ("2019-06-01", ("2020-01-01", "2023-09-15", "U4"))
    hold([*CHILDREN[:6], *[left] * 4])
    found = back_tested(base())
    assert found is not None
    assert found.errors == pytest.approx([0] * 5 + [4] * 7)
    assert found.months[-1][1:] == (pytest.approx(10), 6)


def test_a_unit_cost_has_its_words() -> None:
    assert str(UnitCost(placement="fostering", pounds_a_week=Decimal(700))) == (
        "fostering: £700 a week"
    )
