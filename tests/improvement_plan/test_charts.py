"""The timeline of what is due when."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.charts import timeline
from improvement_plan.progress import Rating, Standing

DAY = date(2015, 3, 31)
STANDINGS = st.lists(
    st.builds(
        Standing,
        rating=st.sampled_from(Rating),
        due=st.none() | st.dates(date(2014, 1, 1), date(2016, 12, 31)),
        ongoing=st.just(value=False),
    ),
    max_size=30,
)


def test_the_title_is_what_was_found() -> None:
    late = Standing(Rating.AMBER, date(2015, 2, 28))
    soon = Standing(Rating.AMBER, date(2015, 4, 1))

    chart = timeline([late, soon, soon], DAY)

    assert chart is not None
    assert chart.title == "1 action is overdue at 31 March 2015; 2 due within 30 days of it"


def test_nothing_late_is_said_plainly() -> None:
    chart = timeline([Standing(Rating.GREEN, date(2015, 1, 31))], DAY)

    assert chart is not None
    assert chart.title == "No action is overdue at 31 March 2015"


def test_the_words_and_the_table_say_what_the_columns_do() -> None:
    chart = timeline(
        [
            Standing(Rating.RED, date(2015, 1, 5)),
            Standing(Rating.GREEN, date(2015, 3, 1)),
            Standing(Rating.AMBER, date(2015, 3, 31)),
            Standing(Rating.AMBER, None, ongoing=True),
            Standing(Rating.AMBER, None),
        ],
        DAY,
    )

    assert chart is not None
    assert "from January 2015 to March 2015" in chart.description
    assert "Most are due in March 2015: 2." in chart.description
    assert "1 that goes on and 1 without a date that can be read" in chart.description
    assert chart.columns == ("Due in", "Green", "Amber", "Red", "All")
    assert chart.rows == (("January 2015", 0, 0, 1, 1), ("March 2015", 1, 1, 0, 2))


def test_actions_without_dates_have_no_timeline() -> None:
    assert timeline([Standing(Rating.AMBER, None, ongoing=True)], DAY) is None
    assert timeline([], DAY) is None


@given(STANDINGS)
def test_every_dated_action_is_counted_once(standings: list[Standing]) -> None:
    chart = timeline(standings, DAY)
    dated = sum(one.due is not None for one in standings)

    assert (chart is None) == (dated == 0)
    if chart:
        assert sum(int(str(row[-1])) for row in chart.rows) == dated
        assert sum(sum(trace["y"]) for trace in chart.figure["data"]) == dated
        assert "NaN" not in json.dumps(chart.figure)


def test_a_rating_is_told_by_its_hatching_as_well_as_its_colour() -> None:
    chart = timeline([Standing(rating, date(2015, 1, 5)) for rating in Rating], DAY)

    assert chart is not None
    hatching = [trace["marker"]["pattern"]["shape"] for trace in chart.figure["data"]]
    assert len(set(hatching)) == len(Rating)
