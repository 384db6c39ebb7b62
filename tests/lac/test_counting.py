"""A month's figures beside the scorecard's."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
import time_machine
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.models import User
from lac import counting, store
from lac.counting import SECTIONS, Standing, as_entered, by_section, lines, records, scorecard_code
from lac.placements import Counted
from scorecard.entry import rounded, work_out
from scorecard.figures import rule_of
from scorecard.models import Measure, Source, Status, Unit
from scorecard.rag import Polarity
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory

from .factories import ReturnFactory, looked_after

MARCH = date(2024, 3, 1)
CODES = [code for within in SECTIONS.values() for code in within]


def of(*children: int) -> Any:
    return np.array(children, dtype=np.int64)


# ---- our codes and the scorecard's -------------------------------------------------


@pytest.fixture(scope="module")
def definitions() -> dict[str, dict[str, Any]]:
    """The measures of the fixtures, by code."""
    folder = settings.BASE_DIR / "fixtures"
    names = ("measures.toml", "lac/measures.toml", "lac/counted.toml")
    rows = [row for name in names for row in tomllib.loads((folder / name).read_text())["measure"]]
    assert len({row["code"] for row in rows}) == len(rows)
    return {row["code"]: row for row in rows}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_measure_in_the_fixtures(
    code: str, definitions: dict[str, dict[str, Any]]
) -> None:
    assert scorecard_code(code) in definitions


@pytest.mark.django_db
@pytest.mark.usefixtures("held")
def test_the_fixtures_measures_are_of_the_kind_that_is_counted(
    definitions: dict[str, dict[str, Any]],
) -> None:
    found = counting.figures(date(2024, 3, 31))
    assert {one.code for one in found} == set(CODES)
    for one in found:
        measure = definitions[scorecard_code(one.code)]
        if one.out_of is None:
            assert (measure["unit"], measure["numerator_label"]) == ("count", ""), one.code
        elif one.scale == 100:
            assert measure["unit"] == "percent" and measure["numerator_label"], one.code
        else:
            assert measure["unit"] == "days", one.code


def test_what_a_day_has_goes_in_monthly(definitions: dict[str, dict[str, Any]]) -> None:
    for code in (*SECTIONS["Looked after on the day"], *SECTIONS["Where"], *SECTIONS["With whom"]):
        assert definitions[scorecard_code(code)]["frequency"] == "month", code
    for code in SECTIONS["Coming and going, in the year to the day"]:
        assert definitions[scorecard_code(code)]["frequency"] == "financial_year", code


# ---- as the scorecard takes them ---------------------------------------------------


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 4))
def test_the_value_that_is_kept_is_the_value_that_is_counted(
    some: int, more: int, decimals: int
) -> None:
    counted = Counted("x", "", np.arange(some), np.arange(some + more))
    measure = Measure(
        unit=Unit.PERCENT,
        decimals=decimals,
        numerator_label="a",
        denominator_label="b",
        polarity=Polarity.NONE,
    )
    entered = as_entered(counted, measure)
    value = work_out(entered, rule_of(measure))
    if counted.value is None:
        assert (value, entered.absence) == (None, "not_applicable")
    else:
        assert (entered.numerator, entered.denominator) == (some, some + more)
        assert value is not None
        assert abs(float(value) - counted.value) <= 0.5 * 10**-decimals + 1e-9


def test_an_average_goes_in_as_its_value_where_the_measure_has_no_parts() -> None:
    counted = Counted("x", "", of(1, 2), of(1, 2), scale=1, total=301)
    measure = Measure(unit=Unit.DAYS, decimals=0, polarity=Polarity.LOWER)
    assert as_entered(counted, measure).value == rounded(as_entered(counted, measure).value, 0)  # type: ignore[arg-type]
    assert as_entered(counted, measure).value == 151  # 150.5, half up


def test_a_measure_in_parts_gets_its_whole() -> None:
    parts = [Counted("cla_by_age", "a", of(1, 2)), Counted("cla_by_age", "b", of(3))]
    share = Counted("cla_foster", "", of(1), of(1, 2, 3))
    whole, *rest = counting.with_wholes([*parts, share])
    assert (whole.code, whole.category, whole.numerator) == ("cla_by_age", "", 3)
    assert rest == [*parts, share]


def test_records_are_plain_numbers() -> None:
    found = records(
        [
            Counted("cla", "", of(1, 2)),
            Counted("cla_by_age", "Under 1", of()),
            Counted("cla_foster", "", of(1), of(1, 2, 3)),
            Counted("cla_foster_in_house", "", of(), of()),
        ]
    )
    said = [tuple(one.values()) for one in found]
    assert list(found[0]) == ["code", "category", "numerator", "denominator", "value"]
    assert said == [
        ("cla", "", 2, None, 2),
        ("cla_by_age", "Under 1", 0, None, 0),
        ("cla_foster", "", 1, 3, 100 / 3),
        ("cla_foster_in_house", "", 0, 0, None),
    ]


# ---- which months ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_return_covers_the_months_of_its_year() -> None:
    ReturnFactory(year=2024)
    ReturnFactory(year=2022)
    covered = counting.months()
    assert (covered[0], covered[11], covered[12]) == (MARCH, date(2023, 4, 1), date(2022, 3, 1))
    assert len(covered) == 24


@pytest.mark.django_db
def test_a_return_imported_in_its_year_covers_the_months_that_had_ended() -> None:
    with time_machine.travel(datetime(2023, 10, 30, tzinfo=UTC), tick=False):
        ReturnFactory(year=2024)
    assert counting.months()[0] == date(2023, 9, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2023, 3, 31), False),
        (date(2023, 4, 1), True),
        (date(2024, 3, 31), True),
        (date(2024, 4, 1), False),
    ],
)
def test_a_day_is_covered_by_the_return_of_its_financial_year(day: date, covered: bool) -> None:
    ReturnFactory(year=2024)
    assert counting.is_covered(day) == covered


# ---- beside the scorecard ----------------------------------------------------------


def line_of(code: str, category: str = "", month: date = MARCH) -> counting.Line:
    store.forget()
    return next(line for line in lines(month) if (line.code, line.category) == (code, category))


@pytest.mark.django_db
@pytest.mark.usefixtures("measures")
class TestStanding:
    @pytest.fixture(autouse=True)
    def children(self) -> None:
        looked_after("A", miles=3.0)
        looked_after("B", miles=None)

    def test_nothing_stands(self) -> None:
        line = line_of("cla")
        assert (line.standing, line.stands, line.text) == (Standing.NEW, None, "2")

    @pytest.mark.parametrize(
        ("value", "status", "source", "standing"),
        [
            (2, Status.APPROVED, Source.TYPED, Standing.SAME),
            (2, Status.DRAFT, Source.TYPED, Standing.SAME),
            (3, Status.APPROVED, Source.COMPUTED, Standing.REVISES),
            (3, Status.SUBMITTED, Source.COMPUTED, Standing.WAITING),
            (3, Status.DRAFT, Source.COMPUTED, Standing.CHANGED),
            (3, Status.DRAFT, Source.TYPED, Standing.OTHERS),
            (3, Status.RETURNED, Source.WORKBOOK, Standing.OTHERS),
        ],
    )
    def test_something_stands(
        self, value: int, status: Status, source: Source, standing: Standing,
        measures: dict[str, Measure],
    ) -> None:  # fmt: skip
        series = SeriesFactory(measure=measures["cla"])
        OutturnFactory(series=series, month=MARCH, value=value, status=status, source=source)
        line = line_of("cla")
        assert line.standing is standing
        assert line.stands and (line.stands.text, line.stands.status) == (str(value), status)

    def test_a_draft_counted_of_other_children_is_another_figure(
        self, measures: dict[str, Measure]
    ) -> None:
        series = SeriesFactory(measure=measures["placed-within-20-miles"])
        draft = {"status": Status.DRAFT, "source": Source.COMPUTED, "value": 50}
        OutturnFactory(series=series, month=MARCH, numerator=2, denominator=4, **draft)
        assert line_of("cla_within_20_miles").standing is Standing.CHANGED

    def test_children_of_unknown_distance_are_named_beside_the_measure(self) -> None:
        line = line_of("cla_within_20_miles")
        assert line.note == "1 child’s distance is not known. They are in the denominator."
        assert (line.counted.numerator, line.counted.denominator) == (1, 2)
        assert line_of("cla").note == ""

    def test_a_measure_that_the_scorecard_lacks_is_said(self) -> None:
        line = line_of("cla_foster")
        assert line.standing is Standing.NOT_NOW
        assert line.why_not == "The scorecard has no measure cla-foster."
        assert line.text == "100.0%"

    def test_a_years_figure_waits_for_march(self) -> None:
        line = line_of("cla_started", month=date(2024, 2, 1))
        assert line.why_not == "It goes in at the end of the financial year."

    def test_placements_in_twelve_months_need_them(self) -> None:
        MeasureFactory(code="cla-three-plus-placements")
        code, february = "cla_three_plus_placements", date(2024, 2, 1)
        assert line_of(code).standing is Standing.NEW
        assert "from 1 April 2023 only" in line_of(code, month=february).why_not
        ReturnFactory(year=2023)
        assert line_of(code, month=february).standing is Standing.NEW

    def test_a_figure_that_the_scorecard_cannot_keep_says_why(
        self, measures: dict[str, Measure]
    ) -> None:
        measures["cla"].unit = Unit.PERCENT
        measures["cla"].save()
        for key in range(101):
            looked_after(f"C{key}")
        SeriesFactory(measure=measures["cla"])
        assert line_of("cla").why_not == "A percentage cannot be more than 100."

    def test_the_lines_stand_under_headings_parts_after_their_whole(self) -> None:
        sections = dict(by_section(lines(MARCH)))
        first = [(line.code, line.category) for line in sections["Looked after on the day"][:3]]
        assert first == [("cla", ""), ("cla_by_age", ""), ("cla_by_age", "Under 1")]
        assert sum(map(len, sections.values())) == len(lines(MARCH))


@pytest.mark.django_db
def test_queries_do_not_grow_with_figures(
    officer: User, measures: Any, django_assert_max_num_queries: Any
) -> None:
    looked_after("A")
    store.arrays()
    with django_assert_max_num_queries(11):
        lines(MARCH)
    for measure in measures.values():
        for category in ("", "Under 1", "10 to 15"):
            OutturnFactory(series=SeriesFactory(measure=measure, category=category), month=MARCH)
    with django_assert_max_num_queries(11):
        lines(MARCH)
