"""One measure's whole story, as its reader may see it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bucks_cs.lib.periods import PeriodKind
from scorecard import services
from scorecard.history import measure_story
from scorecard.latest import latest_figures
from scorecard.models import Area, Baseline, Note, Outturn, Rebase, Snapshot, Status
from scorecard.presenters import HIDDEN, NOT_RATED
from scorecard.rag import Rag
from scorecard.spc import Point
from scorecard.story import finding, reliability
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

FEBRUARY = date(2015, 2, 1)


@pytest.fixture
def measure():
    made = MeasureFactory(code="m", short_name="Assessments in 45 days")
    TargetFactory(measure=made, value=90)
    return made


@pytest.fixture
def series(measure):
    return SeriesFactory(measure=measure, area=AreaFactory())


def told(measure, user, **asked):
    services.compute_snapshots()
    return measure_story(measure, user, **asked)


# --- the finding ---


def test_the_finding_is_the_latest_figure_against_the_one_before(measure, series, officer):
    history(series, 74, 63)
    story = told(measure, officer)
    assert finding(story) == (
        "Assessments in 45 days fell to 63.0% in February 2015, "
        "27.0 percentage points below the 90.0% target: red"
    )
    assert reliability(story) == "With 2 points nobody can tell change from the usual variation."


def test_after_a_gap_nothing_is_said_to_have_moved(measure, series, officer):
    history(series, 74, None, 63)
    assert "stood at 63.0%" in finding(told(measure, officer))


def test_where_the_latest_is_absent_the_last_known_is_told(measure, series, officer):
    OutturnFactory(series=series, month=date(2015, 1, 1), value=74)
    OutturnFactory(series=series, value=None, absence="not_available")
    assert finding(told(measure, officer)) == (
        "Assessments in 45 days: no figure in February 2015; the last was 74.0% in January 2015"
    )


def test_a_measure_without_figures_says_so(measure, series, officer):
    assert finding(told(measure, officer)) == "Assessments in 45 days: no figures to show"


def test_a_measure_in_parts_says_so(measure, officer):
    OutturnFactory(series=SeriesFactory(measure=measure, category="North"))
    story = told(measure, officer)
    assert finding(story).endswith("figures of its parts, the latest in February 2015")
    assert [row.part for row in story.parts] == ["North"]


def test_a_projection_is_shown_apart_and_never_the_latest(measure, series, officer):
    history(series, 74, 63)
    OutturnFactory(series=series, month=date(2015, 3, 1), value=99, projection=True)
    story = told(measure, officer)
    assert "63.0% in February 2015" in finding(story)
    assert [row.rag for row in story.others] == [NOT_RATED]


# --- periods ---


def test_every_period_has_what_the_rules_said_of_it_at_the_time(measure, series, officer):
    history(series, 95, 88, 63)
    assert [row.rag for row in told(measure, officer).rows] == [Rag.GREEN, Rag.AMBER, Rag.RED]


def test_the_process_is_drawn_as_it_stands_today_and_agrees_with_the_last_snapshot(
    measure, series, officer
):
    history(series, 50, 51, 50, 50, 49, 48, 46, 46, 47, 46, 45)
    story = told(measure, officer)
    last = Snapshot.objects.latest("period_end")
    assert [row.mean.number for row in story.rows] == [pytest.approx(last.mean)] * 11
    assert story.rows[-1].lower.number == pytest.approx(last.lower_limit)
    assert story.rows[-1].upper.number == pytest.approx(last.upper_limit)
    assert story.rows[-1].point is Point(last.point) is Point.OUTSIDE


def test_a_rebase_begins_new_limits(measure, series, officer):
    history(series, 50, 52, 51, 80, 82, 81)
    Rebase.objects.create(series=series, month=date(2014, 12, 1), reason="A new team")
    story = told(measure, officer)
    assert [row.mean.number for row in story.rows] == [51, 51, 51, 81, 81, 81]
    assert [one.reason for one in story.rebases] == ["A new team"]


def test_as_at_a_month_nothing_later_is_known(measure, series, officer):
    history(series, 74, 63)
    story = told(measure, officer, month=date(2015, 1, 1))
    assert [row.label for row in story.rows] == ["January 2015"]
    assert "74.0% in January 2015" in finding(story)


def test_figures_of_other_kinds_of_period_stand_beside_the_line(measure, series, officer):
    history(series, 74, 63)
    OutturnFactory(series=series, kind=PeriodKind.DATE, month=date(2017, 3, 1), value=96)
    story = told(measure, officer)
    assert [row.label for row in story.rows] == ["January 2015", "February 2015"]
    assert [row.label for row in story.others] == ["31 March 2017"]
    assert "96.0% on 31 March 2017" in finding(story)


def test_of_figures_that_end_on_one_day_the_shortest_periods_is_the_latest(
    measure, series, officer
):
    """As in the list of measures: an average over a year does not hide how it ended."""
    OutturnFactory(series=series, kind=PeriodKind.FINANCIAL_YEAR, month=date(2017, 3, 1), value=96)
    OutturnFactory(series=series, kind=PeriodKind.DATE, month=date(2017, 3, 1), value=81)
    story = told(measure, officer)
    assert "81.0% on 31 March 2017" in finding(story)
    assert [row.label for row in story.every] == ["2016/17", "31 March 2017"]
    assert latest(officer)["m"].figure.text == "81.0%"


def test_where_the_printed_rating_differs_it_is_listed(measure, series, officer):
    OutturnFactory(series=series, value=63, printed_rag="Green")
    (row,) = told(measure, officer).disagreements
    assert (row.printed_rag, row.rag) == ("Green", Rag.RED)


# --- others, revisions, notes ---


def test_comparators_come_with_their_history_and_how_ours_stands(measure, series, officer):
    home = series.area
    home.region = AreaFactory(code="south-east", name="South East")
    home.save()
    history(series, 74, 63)
    history(SeriesFactory(measure=measure, area=home.region), 80, 81)
    story = told(measure, officer)
    (line,) = story.lines
    assert (line.name, len(line.points)) == ("South East", 2)
    assert [(one.name, one.said) for one in story.comparators] == [("South East", "Worse")]


def test_another_area_can_be_looked_at(measure, series, officer):
    surrey = AreaFactory(code="surrey", name="Surrey")
    history(SeriesFactory(measure=measure, area=surrey), 91)
    history(series, 63)
    story = told(measure, officer, area="surrey")
    assert (story.area, story.rows[0].figure.text) == (surrey, "91.0%")
    assert story.areas == (("bucks", "Bucks"), ("surrey", "Surrey"))
    with pytest.raises(Area.DoesNotExist):
        measure_story(measure, officer, area="nowhere")


def test_every_revision_is_told_with_who_when_and_why(measure, series, officer):
    later = datetime(2015, 6, 1, tzinfo=UTC)
    OutturnFactory(series=series, value=63, status=Status.SUPERSEDED, superseded_at=later)
    OutturnFactory(
        series=series, value=66, revision=2, reason="Late records", approved_at=later,
        entered_by=officer,
    )  # fmt: skip
    now, before = told(measure, officer).revisions
    assert (now.figure.text, now.who, now.why, now.stands) == (
        "66.0%", "officer", "Late records", True
    )  # fmt: skip
    assert (before.figure.text, before.stands) == ("63.0%", False)


def test_notes_and_baselines_are_there(measure, series, officer):
    Note.objects.create(measure=measure, month=FEBRUARY, text="New system", by=officer)
    Baseline.objects.create(series=series, label="June", value=70)
    story = told(measure, officer)
    assert [note.text for note in story.notes] == ["New system"]
    assert [(one.label, figure.text) for one, figure in story.baselines] == [("June", "70.0%")]
    assert told(measure, officer, month=date(2015, 1, 1)).notes == ()


# --- who sees what ---


def counts(measure):
    measure.unit, measure.decimals = "count", 0
    measure.numerator_label = measure.denominator_label = ""
    measure.save()


def test_a_member_sees_published_months_only(measure, series, member, officer):
    history(series, 74, 63)
    PublicationFactory(month=FEBRUARY)
    assert [row.label for row in told(measure, member).rows] == ["February 2015"]
    assert len(told(measure, officer).rows) == 2


def test_a_hidden_figure_takes_the_process_with_it(measure, series, member):
    counts(measure)
    history(series, 20, 3, 22)
    for month in (date(2014, 12, 1), date(2015, 1, 1), FEBRUARY):
        PublicationFactory(month=month)
    story = told(measure, member)
    assert [row.figure.text for row in story.rows] == ["20", "Hidden: a small number", "22"]
    assert story.rows[1].rag is HIDDEN
    assert story.limits_hidden
    assert {row.mean.number for row in story.rows} == {None}
    assert reliability(story).endswith("a hidden small number could be worked out.")


def test_a_hidden_latest_figure_is_not_in_the_finding(measure, series, member):
    counts(measure)
    history(series, 20, 3)
    for month in (date(2015, 1, 1), FEBRUARY):
        PublicationFactory(month=month)
    assert finding(told(measure, member)) == (
        "Assessments in 45 days: the figure in February 2015 is hidden, being a small number"
    )


def test_the_reason_for_a_revision_of_a_small_number_is_hidden(measure, series, member, officer):
    later = datetime(2015, 6, 1, tzinfo=UTC)
    OutturnFactory(
        series=series, value=4, numerator=4, denominator=100, status=Status.SUPERSEDED,
        superseded_at=later,
    )  # fmt: skip
    OutturnFactory(
        series=series, value=45, numerator=45, denominator=100, revision=2,
        reason="It was four", approved_at=later,
    )  # fmt: skip
    PublicationFactory(month=FEBRUARY)
    story = told(measure, member)
    assert [one.why for one in story.revisions] == ["", ""]
    assert story.rows[0].reason == ""
    assert told(measure, officer).rows[0].reason == "It was four"


def test_no_direction_is_told_from_a_hidden_figure(measure, series, member, officer):
    counts(measure)
    history(series, 3, 22, 23)
    for month in (date(2014, 12, 1), date(2015, 1, 1), FEBRUARY):
        PublicationFactory(month=month)
    assert [row.direction.label for row in told(measure, member).rows] == ["", "", "Improved"]
    theirs = [row.direction.label for row in told(measure, officer).rows]
    assert theirs == ["", "Improved", "Improved"]


def test_a_hidden_figures_words_are_hidden_with_it(measure, series, member):
    OutturnFactory(
        series=series, value=4, numerator=4, denominator=100, commentary="Four children",
        printed="4%", source_note="Four", printed_rag="Red",
    )  # fmt: skip
    PublicationFactory(month=FEBRUARY)
    (row,) = told(measure, member).rows
    assert (row.commentary, row.printed, row.source_note, row.printed_rag) == ("", "", "", "")


# --- the list of measures ---


def latest(user):
    return {one.measure.code: one for one in latest_figures(user)}


def test_the_list_has_every_measure_with_its_latest_figure(measure, series, officer):
    history(series, 74, 63)
    MeasureFactory(code="empty")
    services.compute_snapshots()
    found = latest(officer)
    assert (found["m"].figure.text, found["m"].when, found["m"].rag) == (
        "63.0%", "February 2015", Rag.RED
    )  # fmt: skip
    assert (found["empty"].figure.text, found["empty"].rag) == ("–", None)


def test_a_total_that_would_give_a_part_away_is_hidden_in_the_list(measure, series, member):
    counts(measure)
    OutturnFactory(series=series, value=3)
    for category, value in (("North", 3), ("South", 0)):
        part = SeriesFactory(measure=measure, area=series.area, category=category)
        OutturnFactory(series=part, value=value)
    PublicationFactory(month=FEBRUARY)
    assert latest(member)["m"].figure.hidden


def test_a_long_history_takes_as_many_queries_as_a_short_one(
    measure, series, member, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(20) as counted:
            measure_story(measure, member)
        return len(counted)

    OutturnFactory(series=series)
    PublicationFactory(month=FEBRUARY)
    services.compute_snapshots()
    few = queries()
    history(series, *range(40, 70), until=date(2015, 1, 1))
    Outturn.objects.update(numerator=Decimal(700), denominator=Decimal(1000))
    for month in range(1, 13):
        PublicationFactory(month=date(2014, month, 1))
    services.compute_snapshots()
    assert len(measure_story(measure, member).rows) == 13
    assert queries() == few
