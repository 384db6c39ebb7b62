"""Comparators: other areas' latest figures beside the council's own."""

from datetime import date
from decimal import Decimal

import pytest

from bucks_cs.lib.periods import PeriodKind
from scorecard.comparisons import add_chances, comparators, comparators_of, made_of
from scorecard.models import Absence, GroupMember, Snapshot, Status
from scorecard.trends import Chance, Comparison
from tests.factories import AreaFactory, MeasureFactory, OutturnFactory, SeriesFactory

pytestmark = pytest.mark.django_db

FEBRUARY = date(2015, 2, 1)


@pytest.fixture
def home():
    area = AreaFactory()
    area.neighbours = AreaFactory(code="neighbours")
    area.region = AreaFactory(code="south-east", name="South East")
    area.nation = AreaFactory(code="england")
    area.save()
    return area


@pytest.fixture
def ours(home):
    return SeriesFactory(area=home)


def theirs(ours, area, **outturn):
    return OutturnFactory(series=SeriesFactory(measure=ours.measure, area=area), **outturn)


def names(ours):
    return [one["name"] for one in comparators_of(FEBRUARY).get(ours.pk, [])]


def values(ours):
    return [one["value"] for one in comparators_of(FEBRUARY).get(ours.pk, [])]


def test_the_neighbours_come_first_then_the_region_then_the_nation(home, ours):
    for area in (home.nation, home.region, home.neighbours):
        theirs(ours, area)
    assert names(ours) == ["Neighbours", "South East", "England"]


def test_the_latest_figure_by_the_month_is_taken(home, ours):
    for month, value in ((1, 70), (2, 71), (3, 72)):
        theirs(ours, home.region, month=date(2015, month, 1), value=value)
    assert values(ours) == [71]


def test_a_figure_that_ends_later_beats_one_that_begins_later(home, ours):
    year = {"kind": PeriodKind.FINANCIAL_YEAR, "month": date(2014, 3, 1)}
    theirs(ours, home.region, value=81, **year)
    theirs(ours, home.region, month=date(2014, 2, 1), value=70)
    assert values(ours) == [81]


def test_of_two_that_end_on_one_day_the_shorter_period_is_taken(home, ours):
    theirs(ours, home.region, kind=PeriodKind.CALENDAR_YEAR, month=date(2014, 12, 1), value=81)
    theirs(ours, home.region, kind=PeriodKind.MONTH, month=date(2014, 12, 1), value=70)
    assert values(ours) == [70]


def test_a_figure_of_many_years_ago_is_still_the_latest(home, ours):
    theirs(ours, home.region, month=date(2009, 3, 1), value=60)
    (kept,) = comparators_of(FEBRUARY)[ours.pk]
    assert (kept["value"], kept["vintage"]) == (60, "March 2009")


def test_drafts_and_projections_are_nobodys_figure(home, ours):
    theirs(ours, home.region, status=Status.DRAFT)
    theirs(ours, home.region, projection=True)
    assert names(ours) == []


def test_other_categories_and_other_measures_are_left_out(home, ours):
    OutturnFactory(series=SeriesFactory(measure=ours.measure, area=home.region, category="Boys"))
    OutturnFactory(series=SeriesFactory(area=home.region))
    assert names(ours) == []


def test_it_takes_four_queries_however_many_measures(home, ours, django_assert_num_queries):
    for _ in range(5):
        theirs(SeriesFactory(measure=MeasureFactory(), area=home), home.region)
    theirs(ours, home.nation)
    with django_assert_num_queries(4):
        assert len(comparators_of(FEBRUARY)) == 6


def test_where_every_comparator_has_a_figure_of_the_month_no_history_is_read(
    home, ours, django_assert_num_queries
):
    for area in (home.neighbours, home.region, home.nation):
        theirs(ours, area)
    with django_assert_num_queries(2):
        assert len(comparators_of(FEBRUARY)[ours.pk]) == 3


# --- as a reader sees them ---


def kept(**changes):
    return {
        "area": "england", "name": "England", "role": "nation", "value": 82.2,
        "numerator": None, "denominator": None, "absence": "", "vintage": "2014",
    } | changes  # fmt: skip


def shown(one, *, see_small=True, judged=None):
    measure = MeasureFactory.build()
    (comparator,) = comparators([one], measure, see_small=see_small, judged=judged)
    return comparator


def test_the_rule_says_how_ours_stands():
    worse = Snapshot(versus_nation=Comparison.WORSE)
    assert shown(kept(), judged=worse).said == "Worse"
    assert shown(kept()).said == ""


def test_a_small_numerator_hides_a_comparator_too():
    one = kept(numerator="3", denominator="100")
    assert shown(one).figure.text == "82.2%"
    hidden = shown(one, see_small=False, judged=Snapshot(versus_nation=Comparison.WORSE))
    assert hidden.figure.hidden
    assert hidden.said == ""


def test_an_absence_is_said():
    absent = shown(kept(value=None, absence=Absence.NOT_AVAILABLE))
    assert (absent.figure.text, absent.said) == ("Not available", "")


def test_chance_is_worked_out_where_both_counts_are_known_and_only_there():
    known = kept(numerator=Decimal(820), denominator=Decimal(1000))
    near = kept(numerator=Decimal(63), denominator=Decimal(100))
    unknown = kept()
    add_chances({1: [known, near, unknown], 2: [unknown]}, {1: (Decimal(63), Decimal(100))})
    assert known["chance"] is Chance.BEYOND
    assert near["chance"] is Chance.WITHIN
    assert "chance" not in unknown


def test_a_group_says_who_it_is_and_who_is_left_out_and_why() -> None:
    group = AreaFactory(code="our-group", name="Our group", statistic="mean")
    surrey = AreaFactory(code="surrey", name="Surrey")
    trafford = AreaFactory(code="trafford", name="Trafford")
    GroupMember.objects.create(group=group, area=trafford)
    GroupMember.objects.create(
        group=group, area=surrey, withdrawn_from=date(2024, 4, 1), reason="Unreliable data."
    )
    assert made_of(group) == (
        "Our group: Surrey, Trafford. Mean of the members. "
        "Surrey is left out from 1 April 2024: Unreliable data."
    )
