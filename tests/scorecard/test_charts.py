"""A measure's chart: what Plotly draws, and the same in words."""

import json
from datetime import date

import plotly.graph_objects as go
import pytest

from scorecard import services
from scorecard.charts import measure_chart
from scorecard.description import description
from scorecard.history import measure_story
from scorecard.models import Measure, Note
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db

FALLING = (50, 51, 50, 50, 49, 48, 46, 46, 47, 46, 45)


@pytest.fixture
def measure():
    made = MeasureFactory(code="m", short_name="Placed within 20 miles")
    TargetFactory(measure=made, value=55)
    TargetFactory(measure=made, value=70, starts=date(2016, 1, 1))
    return made


@pytest.fixture
def home():
    area = AreaFactory()
    area.region = AreaFactory(code="south-east", name="South East")
    area.save()
    return area


def story_of(measure, user, **asked):
    services.compute_snapshots()
    return measure_story(measure, user, **asked)


def chart_of(measure, user):
    return measure_chart(story_of(measure, user))


def traces(chart):
    return {trace["name"]: trace for trace in chart.figure["data"]}


def test_every_chart_of_the_published_record_is_one_that_plotly_draws(published, officer):
    """Small, plain JSON: no NaN, no packed arrays that the page's own Plotly might not read."""
    drawn = 0
    for measure in Measure.objects.all():
        chart = measure_chart(measure_story(measure, officer))
        if chart is None:
            continue
        drawn += 1
        text = json.dumps(chart.figure, allow_nan=False, default=str)
        assert "bdata" not in text
        assert "template" not in chart.figure["layout"]
        assert len(text) < 30_000
        go.Figure(chart.figure)  # raises where a property is none of Plotly's
    assert drawn >= 10


def test_ten_years_of_months_are_less_than_30_kilobytes(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), *[40 + n % 7 for n in range(120)])
    history(SeriesFactory(measure=measure, area=home.region), *[50 + n % 7 for n in range(120)])
    chart = chart_of(measure, officer)
    assert len(json.dumps(chart.figure, default=str)) < 30_000


def test_the_title_is_the_finding(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), *FALLING)
    chart = chart_of(measure, officer)
    assert chart.title == (
        "Placed within 20 miles fell to 45.0% in February 2015, "
        "10.0 percentage points below the 55.0% target: red"
    )
    assert chart.description == (
        "11 figures, April 2014 to February 2015: lowest 45.0% in February 2015, "
        "highest 51.0% in May 2014."
    )


def test_figures_target_limits_and_special_causes_can_each_be_switched(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), *FALLING)
    history(SeriesFactory(measure=measure, area=home.region), 80, 81)
    chart = chart_of(measure, officer)
    assert {one["label"] for one in chart.series} == {
        "Bucks", "Target", "Average", "Process limits", "Special causes", "South East"
    }  # fmt: skip
    switched = [int(index) for one in chart.series for index in one["traces"].split(",")]
    assert sorted(switched) == list(range(len(chart.figure["data"])))


def test_special_causes_have_shapes_of_their_own_and_say_what_they_are(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), *FALLING)
    drawn = traces(chart_of(measure, officer))
    worse, better = drawn["Worse than usual"], drawn["Better than usual"]
    assert worse["marker"]["symbol"] != better["marker"]["symbol"] != "circle"
    assert "Outside the process limits" in worse["text"]
    assert worse["x"][-1] == date(2015, 2, 1)


def test_a_missing_month_breaks_the_line(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), 50, 51, None, 49)
    line = traces(chart_of(measure, officer))["Bucks"]
    assert list(line["y"]) == [50, 51, None, 49]
    assert line["connectgaps"] is False


def test_the_target_is_a_step_line_that_reaches_its_next_step(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), 50, 51)
    target = traces(chart_of(measure, officer))["Target"]
    assert list(target["y"]) == [55, 70, 70]
    assert target["line"]["shape"] == "hv"


def test_a_comparator_of_a_year_is_as_long_as_its_year(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), 50, 51)
    theirs = SeriesFactory(measure=measure, area=home.region)
    OutturnFactory(series=theirs, kind="calendar_year", month=date(2014, 12, 1), value=85)
    line = traces(chart_of(measure, officer))["South East"]
    assert list(line["x"]) == [date(2014, 1, 1), date(2014, 12, 31), None]
    assert "85.0% (2014)" in line["text"]


def test_a_projection_has_an_open_mark_and_a_name(measure, home, officer):
    series = SeriesFactory(measure=measure, area=home)
    history(series, 50, 51)
    OutturnFactory(series=series, month=date(2015, 3, 1), value=60, projection=True)
    assert traces(chart_of(measure, officer))["Projections"]["marker"]["symbol"] == "circle-open"


def test_a_note_stands_on_the_chart_and_whole_beside_it(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), 50, 51)
    text = "A new <system> was brought in, and counts before it are not quite alike"
    Note.objects.create(measure=measure, month=date(2015, 1, 1), text=text)
    story = story_of(measure, officer)
    (note,) = measure_chart(story).figure["layout"]["annotations"]
    assert note["x"] == "2015-01-01"
    (line,) = measure_chart(story).figure["layout"]["shapes"]
    assert line["x0"] == line["x1"] == "2015-01-01"
    assert note["text"] == "Note 1: A new &lt;system&gt; was brought in, and counts…"
    assert f"Note 1, January 2015: {text}" in description(story)


def test_the_description_says_all_that_is_drawn(measure, home, officer):
    history(SeriesFactory(measure=measure, area=home), *FALLING)
    history(SeriesFactory(measure=measure, area=home.region), 80, 81)
    said = description(story_of(measure, officer))
    assert (
        "Average 48.0%; process limits 45.6% to 50.4%, provisional because made from 11 points."
        in said
    )
    assert "Outside the process limits: May 2014, February 2015." in said
    assert "Target: 55.0% from 1 April 2014, 70.0% from 1 January 2016." in said
    assert "South East: 80.0% (January 2015), 81.0% (February 2015)." in said


def test_where_a_figure_is_hidden_no_limits_are_drawn_and_why_is_said(measure, home, member):
    history(SeriesFactory(measure=measure, area=home), 50, 51)
    OutturnFactory(
        series=SeriesFactory(measure=measure, area=home), month=date(2014, 12, 1),
        value=4, numerator=4, denominator=100,
    )  # fmt: skip
    for month in (date(2014, 12, 1), date(2015, 1, 1), date(2015, 2, 1)):
        PublicationFactory(month=month)
    story = story_of(measure, member)
    assert set(traces(measure_chart(story))) == {"Bucks", "Target"}
    assert any("could be worked out" in sentence for sentence in description(story))
    assert "4.0%" not in json.dumps(measure_chart(story).figure, default=str)
    assert description(story)[0].startswith("2 figures shown, others hidden,")


def test_of_two_figures_no_point_is_said_to_be_usual(measure, home, officer):
    series = SeriesFactory(measure=measure, area=home)
    history(series, 50, 51)
    said = " ".join(description(story_of(measure, officer)))
    assert "So few points cannot tell change from the usual variation." in said
    assert "stands out" not in said
    history(series, *[50, 51] * 3, until=date(2014, 12, 1))
    assert "No point stands out" in " ".join(description(story_of(measure, officer)))


def test_one_figure_alone_is_no_chart(measure, home, officer):
    OutturnFactory(series=SeriesFactory(measure=measure, area=home))
    assert chart_of(measure, officer) is None
