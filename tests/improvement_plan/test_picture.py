"""What a status report keeps of its plan, and what the rule suggests."""

from __future__ import annotations

import json
from datetime import date

import pytest

from improvement_plan.models import Plan, StatusReport
from improvement_plan.picture import Kept, kept_now, mark_of, report_before, rule_words
from improvement_plan.progress import Rating
from scorecard.models import Absence, Measure, Status
from scorecard.services import compute_snapshots
from tests.factories import MeasureFactory, OutturnFactory, PublicationFactory, TargetFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    PlanFactory,
    RiskFactory,
    RiskRatingFactory,
    StatusReportFactory,
    SuccessMeasureFactory,
)

pytestmark = pytest.mark.django_db

DAY, MARCH, FEBRUARY = date(2015, 3, 31), date(2015, 3, 1), date(2015, 2, 1)


def picture_of(plan: Plan, month: date = MARCH) -> Kept:
    return kept_now(StatusReport(plan=plan, month=month), DAY)


# ---- counts ------------------------------------------------------------------------


def test_it_counts_each_divisions_actions_by_rating_and_those_overdue() -> None:
    division = DivisionFactory(key="1", title="Leading")
    ActionFactory(division=division, key="late", rating=Rating.RED, due_date=date(2015, 3, 30))
    ActionFactory(division=division, key="on time", rating=Rating.AMBER)
    ActionFactory(division=division, key="done", rating=Rating.GREEN, due_date=date(2015, 1, 1))
    empty = DivisionFactory(plan=division.plan, key="2")
    kept = picture_of(division.plan)
    counts = {"red": 1, "amber": 1, "green": 1, "none": 0, "overdue": 1, "total": 3}
    first, second = kept["divisions"]
    assert first == {"key": "1", "name": "Workstream 1", "title": "Leading", **counts}
    assert (second["key"], second["total"]) == (empty.key, 0)
    assert kept["actions"] == {"late": "RED", "on time": "AMBER", "done": "GREEN"}
    assert kept["dates"] == {"late": "2015-03-30", "on time": "2015-04-30", "done": "2015-01-01"}
    assert kept["day"] == "2015-03-31"


def test_it_keeps_the_open_risks_as_they_stand() -> None:
    plan = PlanFactory()
    risk = RiskFactory(plan=plan, ref="394", mitigation="Recruit\nRetain", owner__title="Director")
    RiskRatingFactory(risk=risk, rating=Rating.AMBER)
    RiskRatingFactory(risk=risk, on=DAY, rating=Rating.RED)
    RiskFactory(plan=plan, closed_on=DAY)
    RiskFactory(plan=plan, ref="395", owner=None)
    first, unrated = picture_of(plan)["risks"]
    assert first == {
        "ref": "394",
        "if": "staff leave",
        "then": "targets are missed",
        "mitigation": "Recruit\nRetain",
        "owner": "Director",
        "rating": "RED",
        "movement": "worse",
    }
    assert (unrated["rating"], unrated["movement"], unrated["owner"]) == ("NONE", "", "")


def test_it_is_what_json_holds() -> None:
    plan = RiskRatingFactory().risk.plan
    ActionFactory(division=DivisionFactory(plan=plan))
    kept = picture_of(plan)
    assert json.loads(json.dumps(kept)) == kept


# ---- what the rule suggests --------------------------------------------------------


def test_each_axis_is_suggested_from_its_own_ratings_and_overall_is_the_worst() -> None:
    division = DivisionFactory()
    plan = division.plan
    SuccessMeasureFactory(division=division, printed_rag="G")
    for rating in (Rating.RED, Rating.AMBER, Rating.GREEN):
        ActionFactory(division=division, rating=rating)
    RiskRatingFactory(risk__plan=plan, rating=Rating.AMBER)
    assert picture_of(plan)["suggested"] == {
        "overall": "RED",
        "measures": "GREEN",
        "actions": "RED",
        "risks": "AMBER",
    }


def test_the_share_that_makes_an_axis_red_is_the_plans_and_is_said() -> None:
    division = DivisionFactory(plan__red_share=50)
    for rating in (Rating.RED, Rating.AMBER, Rating.AMBER):
        ActionFactory(division=division, rating=rating)
    kept = picture_of(division.plan)
    assert kept["suggested"]["actions"] == "AMBER"
    assert "at least 50%" in kept["rule"]


def test_nothing_is_suggested_of_an_empty_plan() -> None:
    assert set(picture_of(PlanFactory())["suggested"].values()) == {"NONE"}


def test_closed_and_unrated_risks_suggest_nothing() -> None:
    plan = PlanFactory()
    RiskFactory(plan=plan)
    RiskRatingFactory(risk__plan=plan, rating=Rating.RED, risk__closed_on=DAY)
    assert picture_of(plan)["suggested"]["risks"] == "NONE"


def test_what_the_rule_suggests_of_the_real_plan_of_march_2015(plan: Plan) -> None:
    """The paper of February printed red, red, amber and amber."""
    compute_snapshots()
    kept = picture_of(plan)
    assert kept["suggested"] == {
        "overall": "RED",
        "measures": "RED",
        "actions": "AMBER",
        "risks": "RED",
    }
    actions = list(kept["actions"].values())
    assert (actions.count("RED"), len(actions)) == (9, 162)
    assert [risk["rating"] for risk in kept["risks"]] == ["RED", "GREEN", "RED", "AMBER", "AMBER"]
    rated = {name: count for name, count in kept["success"].items() if name != "NONE"}
    assert rated["RED"] * 100 >= plan.red_share * sum(rated.values())


# ---- whoever publishes -------------------------------------------------------------


def red_by_the_rule(**outturn: object) -> Measure:
    """A measure that is a green success measure as printed, and red by its figure of March."""
    measure: Measure = MeasureFactory(unit="count", decimals=0)
    TargetFactory(measure=measure, value=50)
    OutturnFactory(series__measure=measure, month=MARCH, **outturn)
    compute_snapshots()
    return measure


@pytest.mark.parametrize(
    ("published", "value", "counted"),
    [(False, 20, "GREEN"), (True, 20, "RED"), (True, 3, "NONE")],
    ids=["not published yet", "published", "a small number, which members do not see"],
)
def test_success_measures_count_as_members_see_them(
    published: bool, value: int, counted: str
) -> None:
    if published:
        PublicationFactory(month=MARCH)
    measure = red_by_the_rule(value=value)
    success = SuccessMeasureFactory(measure=measure, printed_rag="G")
    kept = picture_of(success.plan)
    assert kept["success"][counted] == 1
    assert kept["suggested"]["measures"] == counted


# ---- what changed ------------------------------------------------------------------


def published(plan: Plan, month: date, actions: dict[str, str] | None) -> StatusReport:
    report: StatusReport = StatusReportFactory(
        plan=plan,
        month=month,
        published_at="2015-03-12T00:00Z",
        frozen={"actions": actions, "dates": dict.fromkeys(actions, "2015-04-30")}
        if actions
        else {},
    )
    return report


@pytest.mark.parametrize("printed_report", [False, True])
def test_without_ratings_of_a_report_before_it_compares_with_the_plan_as_printed(
    printed_report: bool,
) -> None:
    action = ActionFactory(key="a", printed_rag="A", rating=Rating.RED, due_text="30/04/15")
    ActionFactory(division=action.division, key="b")
    ActionFactory(division=action.division, key="c", due_text="28/02/15")
    if printed_report:
        published(action.plan, FEBRUARY, None)
    changes = picture_of(action.plan)["changes"]
    assert changes["since"] == "the plan as printed"
    said = ("key", "before", "now", "move", "due_before", "due_now")
    assert [tuple(one[name] for name in said) for one in changes["moved"]] == [
        ("a", "AMBER", "RED", "worse", "", ""),
        ("c", "AMBER", "AMBER", "same", "28 February 2015", "30 April 2015"),
    ]


def test_success_measures_of_other_lists_than_the_table_are_not_counted() -> None:
    division = DivisionFactory()
    SuccessMeasureFactory(division=division)
    SuccessMeasureFactory(division=division, list_name="Section list", printed_rag="")
    kept = picture_of(division.plan)
    assert (sum(kept["success"].values()), kept["listed"]) == (1, 1)


def test_what_moved_is_told_with_its_words_and_what_stayed_is_not() -> None:
    division = DivisionFactory(key="1")
    for key, rating in (
        ("a", Rating.GREEN),
        ("b", Rating.AMBER),
        ("c", Rating.RED),
        ("d", Rating.AMBER),
        ("e", Rating.AMBER),
    ):
        ActionFactory(division=division, key=key, rating=rating)
    before = {"a": "AMBER", "b": "RED", "c": "AMBER", "d": "AMBER", "gone": "RED"}
    published(division.plan, FEBRUARY, before)
    changes = picture_of(division.plan)["changes"]
    assert changes["since"] == "the report for February 2015"
    assert [(one["key"], one["move"]) for one in changes["moved"]] == [
        ("a", "completed"),
        ("b", "better"),
        ("c", "worse"),
        ("e", "new"),
    ]
    assert changes["moved"][0] == {
        "key": "a",
        "ref": "a",
        "text": "Do a",
        "division": "Workstream 1",
        "before": "AMBER",
        "now": "GREEN",
        "move": "completed",
        "due_before": "",
        "due_now": "",
    }
    assert changes["moved"][3]["before"] == ""


def test_a_report_is_compared_with_the_last_published_one_of_an_earlier_month() -> None:
    plan = PlanFactory()
    draft = StatusReportFactory(plan=plan, month=FEBRUARY)
    later = published(plan, date(2015, 4, 1), {"a": "RED"})
    january = published(plan, date(2015, 1, 1), {"a": "RED"})
    published(plan, date(2014, 12, 1), {"a": "RED"})
    published(PlanFactory(), FEBRUARY, {"a": "RED"})
    assert report_before(StatusReport(plan=plan, month=MARCH)) == january
    assert report_before(later) == january
    assert report_before(StatusReport(plan=plan, month=date(2014, 12, 1))) is None
    assert report_before(draft) == january


# ---- its mark ----------------------------------------------------------------------


def test_its_mark_changes_with_what_it_shows_and_with_nothing_else() -> None:
    action = ActionFactory(rating=Rating.AMBER)
    before = mark_of(picture_of(action.plan))
    assert mark_of(picture_of(action.plan)) == before
    action.rating = Rating.RED
    action.save()
    assert mark_of(picture_of(action.plan)) != before


def test_the_rule_in_words_says_all_three_parts_of_it() -> None:
    words = rule_words(PlanFactory.build())
    for said in ("at least 33%", "green where all are green", "the worst of the three"):
        assert said in words


def test_a_measure_without_a_figure_counts_as_printed() -> None:
    measure = MeasureFactory()
    OutturnFactory(
        series__measure=measure,
        month=MARCH,
        value=None,
        absence=Absence.NOT_AVAILABLE,
        status=Status.APPROVED,
    )
    success = SuccessMeasureFactory(measure=measure, printed_rag="R")
    assert picture_of(success.plan)["success"]["RED"] == 1


# ---- its cost ----------------------------------------------------------------------


@pytest.mark.parametrize("few_or_many", [1, 25])
def test_it_takes_as_many_queries_however_much_there_is(
    few_or_many: int, django_assert_num_queries: object
) -> None:
    plan = PlanFactory()
    for _ in range(few_or_many):
        division = DivisionFactory(plan=plan)
        ActionFactory(division=division)
        SuccessMeasureFactory(division=division)
        RiskRatingFactory(risk__plan=plan)
    published(plan, FEBRUARY, {"gone": "RED"})
    with django_assert_num_queries(8):  # type: ignore[operator]
        picture_of(plan)
