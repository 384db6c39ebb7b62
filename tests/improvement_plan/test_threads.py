"""The golden thread: from a recommendation to what would show it, and back; and where it breaks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.models import User
from improvement_plan.models import Action, Answer, Basis, Mapping, Plan, SuccessMeasure
from improvement_plan.progress import Flag, Rating
from improvement_plan.reading import read_rating
from improvement_plan.rows import ActionRow, row_of
from improvement_plan.success import SuccessRow
from improvement_plan.threads import (
    Thread,
    contradictions,
    finding,
    finding_of,
    gaps_of,
    said_by,
    share,
    thread_of,
)
from scorecard.rag import Rag
from tests.factories import MeasureFactory
from tests.plan_factories import (
    ActionFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    SuccessMeasureFactory,
)

DAY = date(2015, 3, 31)


def whole(plan: Plan, objectives: int = 1) -> None:
    """A division whose every objective has an action that answers a recommendation, and a
    success measure."""
    division = DivisionFactory(plan=plan)
    for _ in range(objectives):
        objective = ObjectiveFactory(division=division)
        action = ActionFactory(division=division, objective=objective)
        SuccessMeasureFactory(division=division, objective=objective, measure=MeasureFactory())
        recommendation = RecommendationFactory(plan=plan)
        Mapping.objects.create(recommendation=recommendation, division=division)
        Answer.objects.create(recommendation=recommendation, action=action, basis=Basis.PRINTED)


def refs(rows: Any) -> list[str]:
    return [row.recommendation.ref for row in rows]


def keys(rows: Any) -> list[str]:
    return [row.measure.key for row in rows]


def recommendation(thread: Thread, ref: str) -> Any:
    return next(row for row in thread.recommendations if row.recommendation.ref == ref)


# ---- the real record -----------------------------------------------------------------


def test_every_thread_of_the_real_plan_can_be_followed_both_ways(plan: Plan, member: User) -> None:
    thread = thread_of([plan], member)
    there = {
        (row.recommendation.ref, one.measure.key)
        for row in thread.recommendations
        for one in row.measures
    }
    back = {
        (row.recommendation.ref, one.row.measure.key)
        for one in thread.of_measures(lambda measure: True)
        for row in (*one.answered, *one.mapped)
    }
    assert there == back
    assert sum(len(strand.actions) for strand in thread.strands) == plan.actions.count()
    assert sum(len(strand.measures) for strand in thread.strands) == plan.success_measures.count()
    assert len(thread.recommendations) == plan.recommendations.count()
    pathway = recommendation(thread, "RQ9a")
    assert [row.action.key for row in pathway.actions] == ["5.2.2"]
    assert keys(pathway.measures) == ["M5.2", "M5.3", "M5.4", "M5.5"]
    assert (pathway.finding, pathway.worst) == ("1 action answers it: 1 overdue", Rating.AMBER)
    threshold = next(
        strand for strand in gaps_of(thread).measures if str(strand.objective) == "1.3"
    )
    assert keys(threshold.measures) == ["M1.2", "M1.3"]


# ---- there and back ------------------------------------------------------------------


def test_a_recommendation_is_shown_by_the_measures_of_the_objectives_its_actions_serve(
    db: Any, member: User
) -> None:
    division = DivisionFactory()
    served, other = (ObjectiveFactory(division=division) for _ in range(2))
    action = ActionFactory(division=division, objective=served)
    shown = SuccessMeasureFactory(division=division, objective=served)
    SuccessMeasureFactory(division=division, objective=other)
    one = RecommendationFactory(plan=division.plan)
    Mapping.objects.create(recommendation=one, division=division)
    Answer.objects.create(recommendation=one, action=action, basis=Basis.WORDS, source_note="All.")
    thread = thread_of([division.plan], member)
    (row,) = thread.recommendations
    assert (keys(row.measures), row.by_division) == ([shown.key], False)
    assert [(answer.basis, answer.note) for answer in row.answers] == [(Basis.WORDS, "All.")]
    (back,) = thread.of_measures(lambda measure: measure.pk == shown.pk)
    assert (refs(back.answered), refs(back.mapped)) == ([one.ref], [])
    assert back.strand.objective == served


def test_where_no_action_answers_it_by_all_measures_of_its_divisions(db: Any, member: User) -> None:
    plan = PlanFactory()
    mapped, also, other = (DivisionFactory(plan=plan) for _ in range(3))
    for division in (mapped, also, other):
        SuccessMeasureFactory(division=division)
    one = RecommendationFactory(plan=plan)
    for division in (mapped, also):
        Mapping.objects.create(recommendation=one, division=division)
    thread = thread_of([plan], member)
    (row,) = thread.recommendations
    assert [measure.measure.division for measure in row.measures] == [mapped, also]
    assert (row.by_division, row.worst) == (True, Rating.NONE)
    assert row.finding == "No action names it or takes up its subject"
    back = thread.of_measures(lambda measure: True)
    assert [(refs(one.answered), refs(one.mapped)) for one in back] == [
        ([], [one.ref]), ([], [one.ref]), ([], [])
    ]  # fmt: skip


def test_an_answering_action_without_an_objective_leads_to_no_measure(
    db: Any, member: User
) -> None:
    action = ActionFactory()
    SuccessMeasureFactory(division=action.division)
    one = RecommendationFactory(plan=action.plan)
    Mapping.objects.create(recommendation=one, division=action.division)
    Answer.objects.create(recommendation=one, action=action, basis=Basis.PRINTED)
    (row,) = thread_of([action.plan], member).recommendations
    assert row.measures == ()


def test_a_recommendation_has_the_worst_rating_of_its_actions_and_says_how_they_stand(
    db: Any, member: User
) -> None:
    one = RecommendationFactory()
    division = DivisionFactory(plan=one.plan)
    for fields in (
        {"rating": Rating.GREEN},
        {"rating": Rating.AMBER, "due_date": date(2015, 3, 1)},
        {"rating": Rating.AMBER},
        {"rating": Rating.NONE},
    ):
        action = ActionFactory(division=division, **fields)
        Answer.objects.create(recommendation=one, action=action, basis=Basis.PRINTED)
    (row,) = thread_of([one.plan], member).recommendations
    assert row.finding == "4 actions answer it: 1 completed, 1 overdue, 2 open"
    assert row.worst is Rating.AMBER


def test_strands_stand_in_order_and_what_names_no_objective_after_its_divisions_others(
    db: Any, member: User
) -> None:
    plan = PlanFactory()
    first, second, empty = (DivisionFactory(plan=plan) for _ in range(3))
    objective = ObjectiveFactory(division=second)
    loose = ActionFactory(division=first)
    listed = SuccessMeasureFactory(division=second, list_name="Another list")
    thread = thread_of([plan], member)
    found = [(strand.division, strand.objective) for strand in thread.strands]
    assert found == [(first, None), (second, objective), (second, None)]
    assert [row.action for row in thread.of_division(first)[0].actions] == [loose]
    assert keys(thread.of_division(second)[1].measures) == [listed.key]
    assert thread.of_division(empty) == []
    assert thread.of_objective(objective).actions == ()


def test_a_long_plan_takes_as_many_queries_as_a_short_one(db: Any, member: User) -> None:
    counts = []
    for size in (2, 8):
        plan = PlanFactory()
        for _ in range(size):
            whole(plan, objectives=size)
        with CaptureQueriesContext(connection) as queries:
            thread = thread_of([plan], member)
            for row in thread.recommendations:
                assert [str(mapping.division) for mapping in row.mappings]
                assert [one.measure.get_absolute_url() for one in row.measures]
            for strand in thread.strands:
                assert strand.objective and strand.objective.get_absolute_url()
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- gaps ----------------------------------------------------------------------------


def test_a_whole_thread_has_no_gap(db: Any, member: User) -> None:
    plan = PlanFactory()
    whole(plan)
    gaps = gaps_of(thread_of([plan], member))
    assert (gaps.recommendations, gaps.objectives, gaps.actions, gaps.measures) == ([], [], [], [])


def test_each_break_is_found(db: Any, member: User) -> None:
    plan = PlanFactory()
    whole(plan)
    division = DivisionFactory(plan=plan)
    idle, unshown, bare = (ObjectiveFactory(division=division) for _ in range(3))
    SuccessMeasureFactory(division=division, objective=idle)
    ActionFactory.create_batch(2, division=division, objective=unshown)
    ActionFactory(division=division)
    SuccessMeasureFactory(division=division)
    missed = RecommendationFactory(plan=plan)
    gaps = gaps_of(thread_of([plan], member))
    assert refs(gaps.recommendations) == [missed.ref]
    assert [strand.objective for strand in gaps.objectives] == [idle, bare]
    assert [strand.objective for strand in gaps.actions] == [unshown, None]
    assert [strand.objective for strand in gaps.measures] == [idle, None]
    assert (gaps.action_count, gaps.measure_count) == (3, 2)


# ---- in words ------------------------------------------------------------------------


def action_row(**fields: Any) -> ActionRow:
    given: dict[str, Any] = {"rating": Rating.AMBER, "due_text": "31/03/15", "due_date": DAY}
    return row_of(Action(**given | fields), DAY)


def success(rating: Rating, **fields: Any) -> SuccessRow:
    return SuccessRow(SuccessMeasure(**fields), rating, None, None, ())


@pytest.mark.parametrize(
    ("flag", "fields", "sentence"),
    [
        (
            Flag.OVERDUE, {"due_date": date(2015, 3, 30)},
            "Its date, 30 March 2015, was 1 day before 31 March 2015.",
        ),
        (
            Flag.OVERDUE, {"due_date": date(2015, 2, 28), "rating": Rating.RED},
            "Its date, 28 February 2015, was 31 days before 31 March 2015.",
        ),
        (Flag.DUE_SOON, {}, "It is due on 31 March 2015."),
        (Flag.DUE_SOON, {"due_date": date(2015, 4, 1)}, "It is due 1 day after 31 March 2015."),
        (Flag.DUE_SOON, {"due_date": date(2015, 4, 30)}, "It is due 30 days after 31 March 2015."),
        (
            Flag.AMBER_PAST_DATE, {"due_date": date(2015, 3, 9)},
            "Amber means on track for its date, but that date, 9 March 2015, has passed.",
        ),
        (
            Flag.GREEN_ONGOING,
            {
                "rating": Rating.GREEN, "due_date": None, "ongoing": True,
                "due_text": "From 01/04/15 Ongoing",
            },
            "Green means completed, but its date says that it goes on: “From 01/04/15 Ongoing”.",
        ),
        (
            Flag.NO_DATE, {"due_date": None, "due_text": "After recruitment"},
            "“After recruitment” cannot be read as a date.",
        ),
        (Flag.NO_DATE, {"due_date": None, "due_text": ""}, "No date is printed."),
    ],
)  # fmt: skip
def test_each_flag_is_said_with_its_date(flag: Flag, fields: dict[str, Any], sentence: str) -> None:
    row = action_row(**fields)
    assert flag in row.flags
    assert said_by(flag, row) == sentence


def test_only_a_rating_against_its_own_date_is_a_contradiction() -> None:
    late = action_row(due_date=DAY - timedelta(days=1))
    assert contradictions(late) == [said_by(Flag.AMBER_PAST_DATE, late)]
    assert contradictions(action_row(due_date=DAY - timedelta(days=1), rating=Rating.RED)) == []
    assert contradictions(action_row()) == []


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([], "no success measures"),
        ([Rating.RED], "its one success measure is red"),
        ([Rating.GREEN], "its one success measure is not red"),
        ([Rating.NONE], "its one success measure is not rated"),
        ([Rating.NONE] * 5, "none of 5 success measures is rated"),
        ([Rating.AMBER, Rating.GREEN], "none of 2 success measures is red"),
        ([Rating.RED, Rating.NONE], "1 of 2 success measures is red, 1 not rated"),
        ([Rating.RED] * 3 + [Rating.GREEN] * 6, "3 of 9 success measures are red"),
    ],
)
def test_what_success_measures_come_to(ratings: list[Rating], words: str) -> None:
    assert finding_of([success(rating) for rating in ratings]) == words


@pytest.mark.parametrize(
    ("printed", "ruled", "words"),
    [
        ("G", Rag.RED, "its one success measure is not red as printed, red by the rule"),
        ("R", Rag.AMBER, "its one success measure is red as printed, not red by the rule"),
        ("R", Rag.RED, "its one success measure is red"),
        ("", Rag.RED, "its one success measure is red"),
        ("R", Rag.NO_TARGET, "its one success measure is red"),
    ],
)
def test_where_the_rule_counts_other_reds_than_are_printed_both_are_said(
    printed: str, ruled: Rag, words: str
) -> None:
    one = SuccessMeasureFactory.build(printed_rag=printed)
    assert finding_of([SuccessRow(one, read_rating(printed), ruled, None, ())]) == words


def test_a_division_that_was_made_for_a_recommendation_answers_it(officer: User) -> None:
    division = DivisionFactory(sponsor="Director", overview_lead="Head of Service")
    one = RecommendationFactory(plan=division.plan)
    mapping = Mapping.objects.create(recommendation=one, division=division)
    assert gaps_of(thread_of([division.plan], officer)).recommendations
    mapping.made_for = True
    mapping.save()
    thread = thread_of([division.plan], officer)
    assert gaps_of(thread).recommendations == []
    row = thread.recommendations[0]
    assert row.finding == f"{division} was made to answer it"
    assert row.owners == [("Sponsor", "Director"), ("Lead", "Head of Service")]


def test_only_the_table_is_counted() -> None:
    rows = [success(Rating.RED), success(Rating.NONE, list_name="Section list")]
    assert finding([action_row()], rows) == (
        "its one action is not overdue; its one success measure is red"
    )


@given(st.integers(0, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_says_its_own_numbers(numbers: tuple[int, int]) -> None:
    count, total = numbers
    words = share(count, total, "action", "overdue")
    if total < 2:
        assert re.fullmatch("no actions|its one action is (not )?overdue", words)
        assert ("not" in words) == (count < total)
        assert ("no actions" in words) == (not total)
        return
    match = re.fullmatch(r"(none|\d+) of (\d+) actions (is|are) overdue", words)
    assert match
    assert (int(match[1].replace("none", "0")), int(match[2])) == numbers
    assert (match[3] == "are") == (count > 1)
