"""From the dates of requests to counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from send.timeliness import (
    Counts,
    Requests,
    by_month,
    counted,
    last_event,
    whole_from,
    within,
)

DAY = date(2024, 1, 10)


def requests(*rows: dict[str, Any]) -> Requests:
    """Requests of 10 January 2024, each otherwise as told."""

    def days(name: str) -> Any:
        return np.array(
            [np.datetime64(row.get(name) or "NaT", "D") for row in rows], dtype="datetime64[D]"
        )

    return Requests(
        received=np.array(
            [np.datetime64(row.get("received", DAY), "D") for row in rows], dtype="datetime64[D]"
        ),
        decided=days("decided"),
        assess=np.array([row.get("assess", True) for row in rows], dtype=bool),
        no_plan=days("no_plan"),
        final=days("final"),
        exception=np.array([row.get("exception", False) for row in rows], dtype=bool),
    )


def after(number: int) -> date:
    return DAY + timedelta(days=number)


def of_2024(*rows: dict[str, Any]) -> Counts:
    return counted(requests(*rows), np.datetime64("2024-01-01"), np.datetime64("2024-12-31"))


@pytest.mark.parametrize(
    ("weeks", "days", "said"),
    [(20, 140, True), (20, 141, False), (6, 42, True), (6, 43, False), (16, 112, True)],
)
def test_weeks_are_calendar_weeks_to_the_day(weeks: int, days: int, said: bool) -> None:
    one = requests({"final": after(days)})
    assert within(one.received, one.final, weeks).tolist() == [said]


def test_what_has_not_come_did_not_come_in_time() -> None:
    one = requests({})
    assert within(one.received, one.final, 20).tolist() == [False]


def test_a_plan_with_an_exception_is_in_neither_number_and_counted_apart() -> None:
    found = of_2024(
        {"final": after(140)},
        {"final": after(141)},
        {"final": after(200), "exception": True},
        {"final": after(100), "exception": True},
    )
    assert (found.issued, found.in_20_weeks) == (2, 1)
    assert (found.exceptions, found.late_exceptions) == (2, 1)


def test_decisions_are_counted_in_the_period_in_which_they_are_made() -> None:
    found = of_2024(
        {"decided": after(42)},
        {"decided": after(43), "assess": False},
        {"decided": date(2025, 1, 5)},
        {"no_plan": after(112)},
        {"no_plan": after(113)},
    )
    assert (found.decided, found.in_6_weeks, found.refused) == (2, 1, 1)
    assert (found.no_plan, found.in_16_weeks) == (2, 1)


def test_an_assessment_is_over_20_weeks_old_until_it_ends_one_way_or_the_other() -> None:
    def open_at(day: date, **row: Any) -> int:
        last = np.datetime64(day)
        return counted(requests(row), last, last).over_20_weeks

    assert open_at(after(140)) == 0
    assert open_at(after(141)) == 1
    assert open_at(after(200), final=after(201)) == 1
    assert open_at(after(200), final=after(200)) == 0
    assert open_at(after(200), no_plan=after(150)) == 0
    assert open_at(after(200), decided=after(30), assess=False) == 0
    assert open_at(after(200), decided=after(30)) == 1


def test_of_no_requests_there_are_no_months() -> None:
    assert by_month(requests()) == {}
    assert by_month(requests(), np.datetime64("2024-12-31")) == {}
    assert last_event(requests()) is None


def test_what_stays_open_is_counted_in_every_month_that_the_list_covers() -> None:
    of = requests({"decided": after(20)})
    assert last_event(of) == np.datetime64(after(20))
    assert list(map(str, by_month(of))) == ["2024-01"]
    months = by_month(of, np.datetime64("2024-07-31"))
    open_at_the_end = {str(month): counts.over_20_weeks for month, counts in months.items()}
    assert open_at_the_end == {
        "2024-01": 0, "2024-02": 0, "2024-03": 0, "2024-04": 0, "2024-05": 1, "2024-06": 1,
        "2024-07": 1,
    }  # fmt: skip


def test_a_list_is_whole_once_the_slowest_plan_could_have_been_in_it() -> None:
    of = requests({"final": after(90)}, {"received": after(30), "final": after(230)}, {})
    assert whole_from(of) == np.datetime64(after(200))
    assert whole_from(requests({})) is None
    assert whole_from(requests()) is None


def test_every_request_has_every_date() -> None:
    whole = requests({}, {})
    with pytest.raises(ValueError, match="every date"):
        Requests(
            whole.received, whole.decided[:1], whole.assess, whole.no_plan, whole.final,
            whole.exception,
        )  # fmt: skip


# ---- whatever the dates --------------------------------------------------------------

later = st.none() | st.integers(0, 400)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "received": st.integers(0, 700).map(lambda n: date(2023, 1, 1) + timedelta(days=n)),
            "decided": later,
            "assess": st.booleans(),
            "no_plan": later,
            "final": later,
            "exception": st.booleans(),
        }
    ).map(
        lambda row: (
            row
            | {
                name: None if row[name] is None else row["received"] + timedelta(days=row[name])
                for name in ("decided", "no_plan", "final")
            }
        )
    ),
    max_size=20,
)


YEARS = range(2023, 2027)


def a_year(of: Requests, year: int) -> Counts:
    """As the national return reports them."""
    return counted(of, np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31"))


def one_by_one(found: list[dict[str, Any]], year: int) -> Counts:
    """The same counts, a request at a time."""
    end = date(year, 12, 31)

    def here(day: date | None) -> bool:
        return day is not None and day.year == year

    def late(row: dict[str, Any], name: str, weeks: int) -> bool:
        return bool((row[name] - row["received"]).days > 7 * weeks)

    decided = [row for row in found if here(row["decided"])]
    no_plan = [row for row in found if here(row["no_plan"])]
    final = [row for row in found if here(row["final"])]
    issued = [row for row in final if not row["exception"]]
    apart = [row for row in final if row["exception"]]

    def is_open(row: dict[str, Any]) -> bool:
        ended = [row["final"], row["no_plan"], None if row["assess"] else row["decided"]]
        return not any(day and day <= end for day in ended)

    return Counts(
        received=sum(here(row["received"]) for row in found),
        decided=len(decided),
        in_6_weeks=sum(not late(row, "decided", 6) for row in decided),
        refused=sum(not row["assess"] for row in decided),
        no_plan=len(no_plan),
        in_16_weeks=sum(not late(row, "no_plan", 16) for row in no_plan),
        issued=len(issued),
        in_20_weeks=sum(not late(row, "final", 20) for row in issued),
        exceptions=len(apart),
        late_exceptions=sum(late(row, "final", 20) for row in apart),
        over_20_weeks=sum((end - row["received"]).days > 140 and is_open(row) for row in found),
    )


@given(rows)
def test_it_counts_as_one_would_by_hand(found: list[dict[str, Any]]) -> None:
    for year in YEARS:
        assert a_year(requests(*found), year) == one_by_one(found, year)


@given(rows)
def test_the_months_of_a_year_add_up_to_it(found: list[dict[str, Any]]) -> None:
    of = requests(*found)
    months = by_month(of)
    for year in YEARS:
        counts = a_year(of, year)
        mine = [one for month, one in months.items() if str(month).startswith(str(year))]
        for name in Counts._fields[:-1]:
            assert sum(getattr(one, name) for one in mine) == getattr(counts, name)


@given(rows)
def test_every_plan_is_in_time_or_late_or_an_exception(found: list[dict[str, Any]]) -> None:
    for counts in by_month(requests(*found)).values():
        assert 0 <= counts.in_20_weeks <= counts.issued
        assert 0 <= counts.late_exceptions <= counts.exceptions
        assert counts.refused <= counts.decided


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(found: list[dict[str, Any]], random: Any) -> None:
    other = list(found)
    random.shuffle(other)
    assert by_month(requests(*found)) == by_month(requests(*other))
