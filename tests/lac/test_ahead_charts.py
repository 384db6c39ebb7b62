"""The charts of the years ahead say their finding, show what they say, and have it as a table."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lac import ahead_charts as charts
from lac.ahead import Ahead, BackSpread, BackTested, Fan, MonthRow, YearRow
from scorecard.charts import Chart

FIVE = (440.0, 450.0, 460.0, 470.0, 480.0)
START = MonthRow(date(2024, 3, 31), 463, (371, 46, 26, 20), (15, 94, 105, 170, 79))
APRIL = MonthRow(date(2024, 4, 30), 464, (372, 46, 26, 20), (15, 94, 105, 171, 79))
MARCH = MonthRow(date(2025, 3, 31), 450, (360, 40, 25, 25), (15, 90, 105, 160, 80))
YEARS = (YearRow(2025, (12e6, 9e6, 1e6, 0), part=False),)
BASE = Ahead("Base", (START, APRIL, MARCH), YEARS, np.zeros((5, 4)), np.zeros((5, 4)))
FANNED = replace(
    BASE,
    months=(START, replace(APRIL, fan=FIVE), replace(MARCH, fan=FIVE)),
    fan=Fan(1_000, None, {}, {}, {}),
)


def traces(chart: Chart | None) -> dict[str, dict[str, object]]:
    assert chart is not None
    json.dumps(chart.figure, allow_nan=False)  # as the page has it
    return {trace["name"]: trace for trace in chart.figure["data"]}


def test_what_was_leads_into_what_is_expected() -> None:
    chart = charts.total(BASE, [(date(2024, 2, 29), 470)])
    drawn = traces(chart)
    assert chart.title == "From 463 children on 31 March 2024 to about 450 in March 2025."
    assert drawn["What was"]["x"] == ["2024-02-29", "2024-03-31"]
    assert drawn["What was"]["y"] == [470, 463]
    assert drawn["Expected"]["y"] == [463, 464, 450]
    assert "470 children on 29 February 2024, 463 children on 31 March 2024" in chart.description
    assert "No futures have been simulated" in chart.description
    assert chart.rows[-1] == ("31 March 2025", "450")


def test_the_fan_is_drawn_as_two_bands_and_told_in_the_table() -> None:
    chart = charts.total(FANNED, [])
    assert [trace["y"] for trace in chart.figure["data"][:4]] == [
        [440, 440], [480, 480], [450, 450], [470, 470],
    ]  # fmt: skip
    assert "nine of ten of 1,000 simulated futures" in chart.description
    assert chart.rows[-1] == ("31 March 2025", "450", "440", "450", "460", "470", "480")
    assert len(chart.columns) == 7 and len(chart.rows[0]) == 2


def test_a_scenarios_chart_has_the_base_beside_it() -> None:
    chart = charts.total(replace(FANNED, name="Homes"), [], BASE)
    assert {"Homes", "Base"} <= set(traces(chart))
    assert chart.columns[:3] == ("Month’s end", "Expected", "Base")


def test_the_parts_say_which_changes_most() -> None:
    chart = charts.by_placement(BASE)
    assert chart.title == "Fostering changes most: 11 fewer by March 2025."
    assert traces(chart)["Residential care"]["y"] == [46, 46, 40]
    chart = charts.by_band(BASE)
    assert chart.title == "10 to 15 years changes most: 10 fewer by March 2025."
    assert "Under 1 from 15 to 15" in chart.description


def test_or_that_none_does() -> None:
    chart = charts.by_band(replace(BASE, months=(START, APRIL, replace(START, day=MARCH.day))))
    assert chart.title == "No group changes by March 2025."


def test_no_two_lines_of_a_chart_look_alike_without_colour() -> None:
    for chart in (charts.by_placement(BASE), charts.by_band(BASE), charts.compared([BASE] * 5)):
        looks = {
            (trace["line"]["dash"], trace["marker"]["symbol"]) for trace in chart.figure["data"]
        }
        assert len(looks) == len(chart.figure["data"])


def test_the_cost_is_a_column_a_year() -> None:
    chart = charts.cost(BASE)
    assert traces(chart)["Fostering"]["y"] == [12.0]
    assert chart is not None
    assert chart.title == "£22.0 million in 2024/25."
    assert chart.rows == (
        ("2024/25", "£12.0 million", "£9.0 million", "£1.0 million", "£0", "£22.0 million"),
    )


def test_it_says_by_how_much_the_last_year_is_dearer_than_the_first() -> None:
    years = (*YEARS, YearRow(2026, (13e6, 9e6, 1e6, 0), part=False))
    chart = charts.cost(replace(BASE, years=years))
    assert chart is not None
    assert chart.title == "£23.0 million in 2025/26, £1.0 million more than in 2024/25."


@pytest.mark.parametrize("years", [(), (replace(YEARS[0], part=True),)])
def test_there_is_none_without_a_whole_year_of_known_cost(years: tuple[YearRow, ...]) -> None:
    assert charts.cost(replace(BASE, years=years)) is None


def test_the_test_shows_what_was_projected_and_what_happened() -> None:
    days = ((date(2023, 3, 31), 450.0, 450), (date(2023, 4, 30), 455.4, 452))
    chart = charts.back_test(BackTested(date(2020, 3, 31), date(2023, 3, 31), days, ()))
    assert traces(chart)["Projected"]["y"] == [450, 455.4]
    assert traces(chart)["What happened"]["y"] == [450, 452]
    assert "3 too many (1%)" in chart.title
    assert chart.rows[-1] == ("30 April 2023", "455", "452", "+3")


def test_the_test_shows_the_futures_simulated_for_it_too() -> None:
    days = ((date(2023, 3, 31), 450.0, 450), (date(2023, 4, 30), 455.4, 452))
    spread = {"2023-03-31": [450.0] * 5, "2023-04-30": [440.2, 450.0, 455.0, 460.0, 470.4]}
    tested = BackSpread(1, spread, (1,) * 5, (0,) * 5)
    chart = charts.back_test(BackTested(date(2020, 3, 31), date(2023, 3, 31), days, ()), tested)
    assert traces(chart)["Nine of ten futures"]["y"] == [450, 470.4]
    assert chart.columns[-1] == "Nine of ten futures"
    assert chart.rows[-1] == ("30 April 2023", "455", "452", "+3", "440 to 470")
    assert "nine of ten of the futures simulated from that day" in chart.description


def test_side_by_side_every_projection_has_a_line_and_a_column() -> None:
    chart = charts.compared([BASE, replace(BASE, name="Homes")])
    assert chart.title == "March 2025: 450 children in the base; 450 in “Homes”."
    assert list(traces(chart)) == ["Base", "Homes"]
    assert chart.columns == ("Month’s end", "Base", "Homes")
    assert chart.rows[-1] == ("31 March 2025", "450", "450")
