"""A month's scorecard: as it is known now, and as it was published."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bucks_cs.lib.periods import PeriodKind
from scorecard import services
from scorecard.models import Absence, Outturn, Publication, Snapshot, Status
from scorecard.monthly import as_published, known_now
from scorecard.presenters import HIDDEN, PENDING
from scorecard.rag import Polarity, Rag
from scorecard.spc import Assurance, Point, Variation
from scorecard.trends import OnTrack
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
LATER = datetime(2015, 6, 1, tzinfo=UTC)


@pytest.fixture
def measure():
    made = MeasureFactory(code="m", short_name="Assessments in 45 days")
    TargetFactory(measure=made, value=90)
    return made


@pytest.fixture
def series(measure):
    return SeriesFactory(measure=measure, area=AreaFactory())


def computed():
    services.compute_snapshots()


def published(at=datetime(2015, 4, 7, tzinfo=UTC)):
    computed()
    return services.freeze(month=FEBRUARY, at=at, by=None)


def revise(series, value, **outturn):
    """The figure of February is revised and approved anew."""
    before = Outturn.objects.approved().get(series=series, period_end=date(2015, 2, 28))
    before.status, before.superseded_at = Status.SUPERSEDED, LATER
    before.save()
    made = OutturnFactory(
        series=series, value=value, revision=before.revision + 1, reason="Late records",
        approved_at=LATER, **outturn,
    )  # fmt: skip
    computed()
    return made


def row(scorecard, code="m"):
    return next(row for row in scorecard.rows if row.code == code)


# --- a row ---


def test_a_row_has_the_figure_the_target_the_rating_and_how_far_it_moved(series, officer):
    history(series, 74, 63)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.figure.text, seen.target.text, seen.rag) == ("63.0%", "90.0%", Rag.RED)
    assert seen.gap == "27.0 points below the 90.0% target"
    assert seen.movement == "down 11.0 points from 74.0% in January 2015"
    assert (seen.direction.label, seen.direction.arrow) == ("Worsened", "down")
    assert (seen.earlier.text, seen.earlier_rag) == ("74.0%", Rag.RED)


def test_the_history_is_thirteen_months_with_its_gaps(series, officer):
    history(series, *range(60, 78), None, 79)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert len(seen.history) == 13
    assert seen.history[0].end == date(2014, 2, 28)
    assert [past.number for past in seen.history[-3:]] == [77, None, 79]
    assert len(seen.spark.lines) == 2
    assert seen.earlier.number is None
    assert seen.movement == ""


def test_the_next_step_of_the_target_is_there(measure, series, officer):
    TargetFactory(measure=measure, starts=date(2016, 1, 1), value=100)
    history(series, 63)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.next_target.text, seen.next_target_from) == ("100.0%", date(2016, 1, 1))


def test_a_printed_rating_that_differs_is_kept_beside_the_rule(series, officer):
    OutturnFactory(series=series, value=63, printed_rag="Green")
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.rag, seen.printed_rag, seen.printed_differs) == (Rag.RED, "Green", True)
    assert seen.is_exception


def test_what_is_not_available_is_said_and_not_rated(series, officer):
    OutturnFactory(series=series, value=None, absence=Absence.NOT_AVAILABLE)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.figure.text, seen.rag) == ("Not available", Rag.NO_DATA)


def test_categories_stand_under_their_measure(measure, series, officer):
    OutturnFactory(series=series, value=70)
    OutturnFactory(series=SeriesFactory(measure=measure, area=series.area, category="North"))
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert [part.label for part in seen.parts] == ["North"]


def test_a_measure_with_categories_alone_has_no_figure_of_the_whole(measure, officer):
    OutturnFactory(series=SeriesFactory(measure=measure, category="North"))
    computed()
    scorecard = known_now(FEBRUARY, officer)
    seen = row(scorecard)
    assert (seen.figure.text, seen.rag, len(seen.parts)) == ("–", Rag.NO_DATA, 1)
    assert scorecard.missing == ("Assessments in 45 days",)


def test_a_second_figure_for_a_longer_period_is_a_part_and_not_another_row(series, officer):
    march = date(2015, 3, 1)
    OutturnFactory(series=series, month=march, value=91)
    OutturnFactory(series=series, month=march, kind=PeriodKind.FINANCIAL_YEAR, value=96)
    computed()
    seen = row(known_now(march, officer))
    assert (seen.figure.text, [part.label for part in seen.parts]) == ("91.0%", ["2014/15"])


def test_one_point_shows_no_process(series, officer):
    history(series, 63)
    computed()
    assert row(known_now(FEBRUARY, officer)).variation is Variation.NONE


def test_a_projection_is_no_outturn(series, officer):
    OutturnFactory(series=series, projection=True)
    assert known_now(FEBRUARY, officer).rows == ()


def test_scorecard_measures_due_without_an_approved_figure_are_missing(measure, officer):
    AreaFactory()
    MeasureFactory(short_name="Not on the scorecard", on_scorecard=False)
    MeasureFactory(short_name="Retired", active=False)
    MeasureFactory(short_name="Yearly", frequency=PeriodKind.FINANCIAL_YEAR)
    assert known_now(FEBRUARY, officer).missing == ("Assessments in 45 days",)


def test_a_rating_made_of_an_earlier_revision_is_not_shown_beside_the_new_figure(series, officer):
    history(series, 63)
    computed()
    Snapshot.objects.update(value=91.0)
    assert row(known_now(FEBRUARY, officer)).rag is PENDING


# --- who sees what ---


def test_a_member_sees_a_month_once_it_is_published(series, member, officer):
    history(series, 63)
    computed()
    assert known_now(FEBRUARY, member).rows == ()
    assert len(known_now(FEBRUARY, officer).rows) == 1
    published()
    assert len(known_now(FEBRUARY, member).rows) == 1


def test_a_members_history_has_no_unpublished_month(series, member):
    history(series, 70, 71, 72)
    published()
    seen = row(known_now(FEBRUARY, member))
    assert [past.number for past in seen.history[-3:]] == [None, None, 72]


def test_a_small_number_and_all_that_is_said_of_it_is_hidden_from_a_member(
    measure, series, member, officer
):
    measure.unit, measure.polarity = "count", Polarity.LOWER
    measure.numerator_label = measure.denominator_label = ""
    measure.save()
    history(series, 20, 30, 3)
    for month in (12, 1):
        PublicationFactory(month=date(2015 if month == 1 else 2014, month, 1))
    published()
    seen = row(known_now(FEBRUARY, member))
    assert (seen.figure.text, seen.rag) == ("Hidden: a small number", HIDDEN)
    assert (seen.gap, seen.movement, seen.step, seen.direction.label) == ("", "", "", "")
    assert seen.history[-1].number is None
    assert seen.history[-1].symbol == "c"
    assert (seen.mean, seen.lower_limit, seen.upper_limit) == (None, None, None)
    assert not seen.is_exception
    assert not seen.is_signal
    assert row(known_now(FEBRUARY, officer)).figure.number == 3


def test_limits_that_rest_on_figures_a_member_may_not_see_are_left_out(series, member, officer):
    history(series, 70, 75, 72)
    published()
    assert row(known_now(FEBRUARY, member)).mean is None
    assert row(known_now(FEBRUARY, officer)).mean == pytest.approx(72.333, abs=0.001)


def hidden_long_ago(series, *since):
    """A small figure, three in a hundred, thirteen months before February 2015; all published."""
    values = (60, 3, *[70 + count % 3 for count in range(12)], *since)
    for outturn in history(series, *values):
        outturn.numerator, outturn.denominator = outturn.value, Decimal(100)
        outturn.save()
        if outturn.period_end < FEBRUARY:
            PublicationFactory(month=outturn.period_end.replace(day=1))
    return published()


def test_what_rests_on_a_small_number_long_before_is_hidden_from_a_member(series, member, officer):
    hidden_long_ago(series, 80)
    seen = row(known_now(FEBRUARY, member))
    assert (seen.figure.number, seen.rag, seen.control_hidden) == (80, Rag.RED, True)
    assert (seen.variation, seen.assurance) == (Variation.NONE, Assurance.NONE)
    assert (seen.point, seen.points, seen.on_track) == (Point.ABSENT, 0, OnTrack.NO_DATA)
    assert not seen.is_signal
    theirs = row(known_now(FEBRUARY, officer))
    assert not theirs.control_hidden
    assert theirs.variation is not Variation.NONE


def test_as_published_hides_what_rests_on_a_small_number_too(series, member):
    seen = row(as_published(hidden_long_ago(series, 80), member))
    assert (seen.figure.number, seen.variation, seen.control_hidden) == (80, Variation.NONE, True)


def test_no_direction_is_told_from_a_small_number(series, member, officer):
    numerators = (5, 6)
    for outturn, numerator in zip(history(series, 50, 50), numerators, strict=True):
        outturn.numerator, outturn.denominator = Decimal(numerator), Decimal(numerator * 2)
        outturn.save()
    PublicationFactory(month=date(2015, 1, 1))
    published()
    assert row(known_now(FEBRUARY, officer)).direction.label == "No change"
    seen = row(known_now(FEBRUARY, member))
    assert (seen.figure.text, seen.direction.label) == ("50.0%", "")


def test_the_target_of_a_hidden_figure_is_no_secret(series, member):
    OutturnFactory(series=series, value=4, numerator=4, denominator=100)
    published()
    seen = row(known_now(FEBRUARY, member))
    assert (seen.figure.hidden, seen.target.text) == (True, "90.0%")


def test_of_two_points_nothing_is_said_of_the_process(series, officer):
    history(series, 95, 96)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.variation, seen.assurance) == (Variation.NONE, Assurance.NONE)
    history(series, *[95] * 7, until=date(2014, 12, 1))
    computed()
    assert row(known_now(FEBRUARY, officer)).assurance is Assurance.PASS


def test_a_part_that_would_give_a_small_part_away_is_hidden_from_a_member(measure, series, member):
    measure.unit = "count"
    measure.numerator_label = measure.denominator_label = ""
    measure.save()
    OutturnFactory(series=series, value=60)
    for category, value in (("North", 3), ("South", 20), ("East", 37)):
        one = SeriesFactory(measure=measure, area=series.area, category=category)
        OutturnFactory(series=one, value=value)
    published()
    seen = row(known_now(FEBRUARY, member))
    assert seen.figure.number == 60
    assert {part.label for part in seen.parts if part.figure.hidden} == {"North", "South"}


# --- as published ---


def test_as_published_stays_as_it_was_when_a_figure_is_revised(series, officer):
    history(series, 74, 63)
    publication = published()
    revise(series, 91)
    then, now = row(as_published(publication, officer)), row(known_now(FEBRUARY, officer))
    assert (then.figure.text, then.rag) == ("63.0%", Rag.RED)
    assert (now.figure.text, now.rag) == ("91.0%", Rag.GREEN)
    assert then.history[-1].number == 63
    assert then.revised.words == "Revised since, on 1 June 2015"
    assert now.revised.words == "Revised since publication: was 63.0%"
    assert now.revised.reason == "Late records"


def test_a_figure_that_was_not_in_the_publication_is_marked(series, officer):
    published()
    OutturnFactory(series=series, approved_at=LATER)
    computed()
    assert row(known_now(FEBRUARY, officer)).revised.words == "Added since publication"


def test_what_a_revision_was_is_hidden_where_the_figure_is(series, member):
    OutturnFactory(series=series, value=4, numerator=4, denominator=100)
    published()
    revise(series, 60, numerator=60, denominator=100)
    seen = row(known_now(FEBRUARY, member))
    assert seen.figure.number == 60
    assert seen.revised.was == "Hidden: a small number"


def test_as_published_an_earlier_month_is_rated_as_its_own_publication_rated_it(series, officer):
    history(series, 95, 63)
    computed()
    services.freeze(month=date(2015, 1, 1), at=datetime(2015, 3, 1, tzinfo=UTC), by=None)
    publication = published()
    assert row(as_published(publication, officer)).earlier_rag is Rag.GREEN


def test_comparators_are_shown_as_they_stood(series, officer):
    home = series.area
    home.region = AreaFactory(code="south-east", name="South East")
    home.save()
    theirs = SeriesFactory(measure=series.measure, area=home.region)
    old = OutturnFactory(series=theirs, month=date(2014, 12, 1), value=81)
    history(series, 63)
    publication = published()
    OutturnFactory(series=theirs, month=FEBRUARY, value=99, approved_at=LATER)
    assert old.value == 81
    (then,) = row(as_published(publication, officer)).comparators
    (now,) = row(known_now(FEBRUARY, officer)).comparators
    assert (then.figure.text, then.said) == ("81.0%", "Worse")
    assert now.figure.text == "99.0%"


def test_every_edition_can_be_told(series, officer):
    history(series, 63)
    published()
    Publication.objects.update(reopened_at=LATER, reopened_reason="A late figure")
    published(at=datetime(2015, 7, 1, tzinfo=UTC))
    scorecard = known_now(FEBRUARY, officer)
    assert [one.edition for one in scorecard.editions] == [1, 2]
    assert scorecard.publication.edition == 2


# --- cost ---


def many(count):
    home = AreaFactory()
    home.region = AreaFactory(code="south-east")
    home.save()
    for _ in range(count):
        measure = MeasureFactory()
        TargetFactory(measure=measure)
        history(SeriesFactory(measure=measure, area=home), 70, 71, 72)
        history(SeriesFactory(measure=measure, area=home.region), 70, 71, 72)


@pytest.mark.parametrize("read", ["known", "published"])
def test_thirty_measures_take_as_many_queries_as_three(read, member, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(20) as counted:
            known_now(FEBRUARY, member) if read == "known" else as_published(publication, member)
        return len(counted)

    many(3)
    publication = published()
    few = queries()
    many(27)
    Publication.objects.all().delete()
    publication = published()
    assert queries() == few
    assert len(known_now(FEBRUARY, member).rows) == 30


def test_rows_are_what_they_are_in_any_unit(series, measure, officer):
    measure.unit, measure.decimals = "days", 0
    measure.numerator_label = measure.denominator_label = ""
    measure.save()
    history(series, 100, 93)
    computed()
    seen = row(known_now(FEBRUARY, officer))
    assert (seen.figure.text, seen.movement) == (
        "93 days",
        "down 7 days from 100 days in January 2015",
    )
    assert seen.figure.number == Decimal(93)
