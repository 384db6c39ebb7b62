"""A success measure: as printed, by the rule, and as the scorecard has it; and the sentences that
say where these contradict each other."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bucks_cs.models import User
from improvement_plan.models import Plan, SuccessMeasure
from improvement_plan.progress import Rating
from improvement_plan.success import success_row, success_rows
from scorecard.models import Document, Measure, Publication, Status, Unit
from scorecard.rag import Polarity, Rag, ToleranceKind
from scorecard.services import compute_snapshots
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory, TargetFactory
from tests.plan_factories import PlanFactory, SuccessMeasureFactory


def measure_of(**fields: Any) -> Measure:
    """A measure that is nowhere kept: percentages, higher is better, amber within 5 points."""
    given: dict[str, Any] = {
        "unit": Unit.PERCENT,
        "polarity": Polarity.HIGHER,
        "tolerance": Decimal(5),
        "tolerance_kind": ToleranceKind.POINTS,
    }
    return Measure(**given | fields)


def said(target: str, current: str, rag: str, **measure: Any) -> tuple[str, ...]:
    one = SuccessMeasure(
        target_text=target, current_text=current, printed_rag=rag, measure=measure_of(**measure)
    )
    return success_row(one).disagreements


# ---- the real record -----------------------------------------------------------------

WITHIN = "amber is within 5 percentage points of it."
DISAGREEMENTS = {
    "M2.2": "Printed amber, by the rule red: 55% is 45 percentage points short of the target of "
    f"100%; {WITHIN}",
    "M2.8": "Printed green, by the rule red: 63% is 37 percentage points short of the target of "
    f"100%; {WITHIN}",
    "M2.10": "Printed amber, by the rule red: 72% is 28 percentage points short of the target of "
    f"100%; {WITHIN}",
    "M3.1": "Printed green, by the rule red: 78% is 17 percentage points short of the target of "
    f"95%; {WITHIN}",
    "M3.2": "Printed amber, by the rule red: 27% is 7 percentage points above the target of 20%; "
    f"{WITHIN}",
    "M4.2": "Printed red, by the rule amber: 38% is 5 percentage points above the target of 33%; "
    f"{WITHIN}",
    "M5.5": "The plan prints 67%; the same paper (Scorecard table) prints 69.6% for February 2015.",
    "M5.8": "Printed amber, by the rule red: 47% is 13 percentage points short of the target of "
    f"60%; {WITHIN}",
    "M5.11": "Printed amber, by the rule red: 73% is 7.8 percentage points short of the target of "
    f"80.8%; {WITHIN}",
    "M5.20": "Printed amber, by the rule red: 70% is 25 percentage points short of the target of "
    f"95%; {WITHIN}",
}
UNJUDGED = {
    "M1.1": "Not a measure of the scorecard",
    "M2.1": "Only monitored: no figure is good or bad",
    "M3.3": "No figure is printed",
    "M3.7": "The target is in words",
    "S3.1": "No figure is printed",
}


def test_every_disagreement_of_the_paper_is_told_and_no_other(plan: Plan, member: User) -> None:
    rows = {row.measure.key: row for row in success_rows(plan, member)}
    found = {key: row.disagreements for key, row in rows.items() if row.disagreements}
    assert found == {key: (sentence,) for key, sentence in DISAGREEMENTS.items()}
    assert {key: rows[key].unjudged for key in UNJUDGED} == UNJUDGED
    zero, rounded = rows["M2.7"], rows["M5.2"]
    assert (zero.by_rule, zero.rating, zero.latest) == (Rag.GREEN, Rating.GREEN, "0")
    assert (rounded.measure.current_text, rounded.latest) == ("97%", "96.5%")


# ---- the rule, in words --------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "current", "rag", "measure", "sentence"),
    [
        (
            "20%", "27%", "A", {"polarity": Polarity.LOWER},
            "Printed amber, by the rule red: 27% is 7 percentage points above the target of 20%; "
            "amber is within 5 percentage points of it.",
        ),
        (
            "20%", "21%", "G", {"polarity": Polarity.LOWER, "tolerance": Decimal(1)},
            "Printed green, by the rule amber: 21% is 1 percentage point above the target of 20%; "
            "amber is within 1 percentage point of it.",
        ),
        (
            "21 days", "49", "G",
            {"unit": Unit.DAYS, "polarity": Polarity.LOWER, "tolerance": Decimal(0)},
            "Printed green, by the rule red: 49 is 28 days above the target of 21 days; there is "
            "no amber.",
        ),
        (
            "21 days", "22 days", "G",
            {"unit": Unit.DAYS, "polarity": Polarity.LOWER, "tolerance": Decimal("2.50")},
            "Printed green, by the rule amber: 22 days is 1 day above the target of 21 days; amber "
            "is within 2.5 days of it.",
        ),
        (
            "0", "2", "G",
            {"unit": Unit.COUNT, "polarity": Polarity.LOWER, "tolerance": Decimal(0)},
            "Printed green, by the rule red: 2 is 2 above the target of 0; there is no amber.",
        ),
        (
            "0", "2", "G",
            {
                "unit": Unit.COUNT, "polarity": Polarity.LOWER,
                "tolerance_kind": ToleranceKind.RELATIVE,
            },
            "Printed green, by the rule red: 2 is 2 above the target of 0; there is no amber.",
        ),
        (
            "2,000", "1,950", "R",
            {"unit": Unit.COUNT, "tolerance_kind": ToleranceKind.RELATIVE},
            "Printed red, by the rule amber: 1,950 is 50 short of the target of 2,000; amber is "
            "within 5% of it.",
        ),
        ("0", "0", "R", {"unit": Unit.COUNT, "polarity": Polarity.LOWER},
         "Printed red, by the rule green: 0 meets the target of 0."),
        ("95%", "95%", "R", {}, "Printed red, by the rule green: 95% meets the target of 95%."),
        ("95%", "99%", "A", {}, "Printed amber, by the rule green: 99% meets the target of 95%."),
        (
            "95%", "94.5%", "", {"tolerance": Decimal(0)},
            "No rating is printed; by the rule it is red: 94.5% is 0.5 percentage points short of "
            "the target of 95%; there is no amber.",
        ),
    ],
)  # fmt: skip
def test_where_the_printed_rating_is_not_the_rules_the_reason_is_said(
    target: str, current: str, rag: str, measure: dict[str, Any], sentence: str
) -> None:
    assert said(target, current, rag, **measure) == (sentence,)


@pytest.mark.parametrize(
    ("target", "current", "rag", "measure"),
    [
        ("95%", "78%", "R", {}),
        ("Good", "Inadequate", "R", {}),
        ("Increase", "12", "G", {}),
        ("21 days plus notice period", "84", "R", {"unit": Unit.DAYS}),
        ("95%", "", "G", {}),
        ("N/A", "4%", "N/A", {"polarity": Polarity.NONE}),
        ("10%", "4%", "G", {"polarity": Polarity.BAND}),
    ],
)
def test_what_agrees_or_cannot_be_judged_is_no_disagreement(
    target: str, current: str, rag: str, measure: dict[str, Any]
) -> None:
    assert said(target, current, rag, **measure) == ()


@pytest.mark.parametrize(
    ("target", "current", "polarity", "reason"),
    [
        ("95%", "78%", Polarity.HIGHER, ""),
        ("95%", "", Polarity.HIGHER, "No figure is printed"),
        ("Good", "Inadequate", Polarity.HIGHER, "The figure is in words"),
        ("N/A", "4%", Polarity.NONE, "Only monitored: no figure is good or bad"),
        ("10%", "4%", Polarity.BAND, "The scorecard rates it within a band"),
        ("", "4%", Polarity.HIGHER, "No target is printed"),
        ("Increase", "4%", Polarity.HIGHER, "The target is in words"),
    ],
)
def test_what_the_rule_does_not_rate_has_a_reason(
    target: str, current: str, polarity: Polarity, reason: str
) -> None:
    one = SuccessMeasure(
        target_text=target, current_text=current, measure=measure_of(polarity=polarity)
    )
    assert success_row(one).unjudged == reason


amounts = st.decimals(0, 10_000, places=2).map(lambda number: number.normalize())
nouns = {Unit.PERCENT: "percentage point", Unit.DAYS: "day"}


def printed(number: Decimal, unit: Unit) -> str:
    """A number as a paper prints it: 1,200, 78.5%, 21 days."""
    return f"{number:,f}" + {Unit.PERCENT: "%", Unit.DAYS: " days"}.get(unit, "")


@given(
    current=amounts,
    target=amounts,
    unit=st.sampled_from([Unit.PERCENT, Unit.DAYS, Unit.COUNT, Unit.PER_10000]),
    polarity=st.sampled_from([Polarity.HIGHER, Polarity.LOWER]),
    tolerance=st.decimals(0, 100, places=2),
    kind=st.sampled_from(list(ToleranceKind)),
    rag=st.sampled_from(["R", "A", "G", "N/A", ""]),
)
def test_the_words_never_contradict_the_numbers(
    current: Decimal,
    target: Decimal,
    unit: Unit,
    polarity: Polarity,
    tolerance: Decimal,
    kind: ToleranceKind,
    rag: str,
) -> None:
    gap = current - target
    worse = gap * polarity < 0
    allowed = tolerance * target / 100 if kind is ToleranceKind.RELATIVE else tolerance
    right = "green" if not worse else "amber" if abs(gap) <= allowed else "red"
    sentences = said(
        printed(target, unit), printed(current, unit), rag,
        unit=unit, polarity=polarity, tolerance=tolerance, tolerance_kind=kind,
    )  # fmt: skip
    if {"R": "red", "A": "amber", "G": "green"}.get(rag) == right:
        assert not sentences
        return
    (sentence,) = sentences
    assert f"by the rule {right}:" in sentence or f"by the rule it is {right}:" in sentence
    assert "nan" not in sentence.lower()
    if right == "green":
        assert sentence.endswith(
            f"{printed(current, unit)} meets the target of {printed(target, unit)}."
        )
        return
    match = re.search(
        r" is ([\d,.]+)( percentage points?| days?)? (short of|above) the target of ", sentence
    )
    assert match
    assert Decimal(match[1].replace(",", "")) == abs(gap)
    assert {"short of": -1, "above": 1}[match[3]] * gap > 0
    assert (match[2] or "").strip(" s") == nouns.get(unit, "")
    assert (match[2] or "s").endswith("s") == (match[1] != "1" or not match[2])
    assert ("there is no amber" in sentence) == (not allowed)


# ---- beside the scorecard ------------------------------------------------------------


@pytest.fixture
def document(db: Any) -> Document:
    found: Document = Document.objects.create(
        code="paper", title="The paper", date=date(2015, 4, 7)
    )
    return found


@pytest.fixture
def one(document: Document) -> SuccessMeasure:
    """Printed at 67% and red, against 95%; a measure of the scorecard."""
    found: SuccessMeasure = SuccessMeasureFactory(
        division__plan__document=document, current_text="67%", measure=MeasureFactory(decimals=1)
    )
    return found


def figure(one: SuccessMeasure, value: float, **fields: Any) -> Any:
    """A figure of February 2015 that the same paper prints."""
    assert one.measure
    fields = {"document": one.plan.document, "locator": "Dashboard, row 3"} | fields
    return OutturnFactory(series=SeriesFactory(measure=one.measure), value=value, **fields)


def only(one: SuccessMeasure, user: User) -> Any:
    (row,) = success_rows(one.plan, user)
    return row


def test_another_figure_in_the_same_paper_is_a_disagreement(
    one: SuccessMeasure, member: User
) -> None:
    figure(one, 69.6)
    assert only(one, member).disagreements == (
        "The plan prints 67%; the same paper (Dashboard) prints 69.6% for February 2015.",
    )


@pytest.mark.parametrize("value", [67, 66.5, 66.8, 67.4, 67.5])
def test_the_same_figure_rounded_is_none(value: float, one: SuccessMeasure, member: User) -> None:
    figure(one, value)
    assert only(one, member).disagreements == ()


def test_a_figure_of_the_plan_that_says_more_than_the_scorecard_is_none(
    document: Document, member: User
) -> None:
    one = SuccessMeasureFactory(
        division__plan__document=document,
        current_text="36.4",
        measure=MeasureFactory(unit=Unit.PER_10000, polarity=Polarity.NONE, decimals=0),
    )
    figure(one, 36)
    assert only(one, member).disagreements == ()


def test_another_papers_figure_is_news_and_no_disagreement(
    one: SuccessMeasure, member: User
) -> None:
    other = Document.objects.create(code="other", title="Another", date=date(2015, 5, 1))
    figure(one, 80, document=other)
    row = only(one, member)
    assert (row.disagreements, row.latest, row.latest_when) == ((), "80.0%", "February 2015")


def test_what_was_printed_stays_printed_when_it_is_revised(
    one: SuccessMeasure, member: User
) -> None:
    first = figure(one, 69.6)
    first.status = Status.SUPERSEDED
    first.save()
    figure(one, 67, document=None, revision=2, reason="A slip.")
    Publication.objects.create(month=date(2015, 2, 1), published_at="2015-04-07T00:00Z")
    row = only(one, member)
    assert row.latest == "67.0%"
    assert "prints 69.6% for February 2015" in row.disagreements[0]


def test_a_small_number_is_told_to_no_member(
    document: Document, member: User, officer: User
) -> None:
    one = SuccessMeasureFactory(
        division__plan__document=document,
        target_text="",
        current_text="12",
        measure=MeasureFactory(unit=Unit.COUNT, decimals=0),
    )
    figure(one, 4)
    row = only(one, member)
    assert (row.disagreements, row.latest) == ((), "Hidden: a small number")
    assert row.live_rag is None
    assert "prints 4 for" in only(one, officer).disagreements[0]


@pytest.mark.parametrize(
    ("unit", "told"), [(Unit.COUNT, "Hidden: a small number"), (Unit.THINGS, "3")]
)
def test_a_small_number_as_printed_is_hidden_where_it_is_of_children(
    unit: Unit, told: str, member: User
) -> None:
    one = SuccessMeasureFactory(current_text="3", measure=MeasureFactory(unit=unit, decimals=0))
    assert only(one, member).measure.current_text == told


def test_one_figure_rated_two_ways_is_a_disagreement(one: SuccessMeasure, member: User) -> None:
    figure(one, 67)
    TargetFactory(measure=one.measure, value=60)
    compute_snapshots()
    row = only(one, member)
    assert (row.rating, row.printed, row.rated_as_printed) == (Rating.GREEN, Rating.RED, False)
    assert row.disagreements == (
        "Printed red; the scorecard rates the same figure, 67.0% (February 2015), green against "
        "its own target.",
    )


def test_a_later_figure_rated_better_is_none(one: SuccessMeasure, member: User) -> None:
    figure(one, 67)
    figure(one, 96, month=date(2015, 3, 1))
    TargetFactory(measure=one.measure, value=95)
    compute_snapshots()
    row = only(one, member)
    assert (row.rating, row.latest_when, row.live_rag) == (Rating.GREEN, "March 2015", Rag.GREEN)
    assert "prints 96.0% for March 2015" in row.disagreements[0]
    assert len(row.disagreements) == 1


def test_without_the_scorecard_it_stands_as_printed(one: SuccessMeasure, member: User) -> None:
    row = only(one, member)
    assert (row.rating, row.rated_as_printed) == (Rating.RED, True)
    assert (row.latest, row.latest_when) == ("67%", "as printed")
    one.current_text = one.printed_rag = ""
    one.save()
    row = only(one, member)
    assert (row.rating, row.rated_as_printed) == (Rating.NONE, False)
    assert (row.latest, row.latest_when) == ("–", "")


def test_a_figure_after_the_plans_day_is_not_yet_known(one: SuccessMeasure, member: User) -> None:
    figure(one, 80, month=date(2015, 4, 1))
    assert only(one, member).latest_when == "as printed"


def test_many_success_measures_take_as_many_queries_as_few(
    document: Document, member: User
) -> None:
    plan = PlanFactory(document=document)
    counts = []
    for _ in range(2):
        for _ in range(6):
            figure(SuccessMeasureFactory(division__plan=plan, measure=MeasureFactory()), 70)
        with CaptureQueriesContext(connection) as queries:
            rows = success_rows(plan, member)
            assert all("prints 70.0%" in " ".join(row.disagreements) for row in rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize(("printed", "hidden"), [("4", True), ("0", False), ("6", False)])
def test_a_printed_count_of_1_to_5_is_hidden_from_members_and_so_is_its_rating(
    printed: str, hidden: bool, member: User, officer: User
) -> None:
    counted = MeasureFactory(unit="count", numerator_label="", denominator_label="", decimals=0)
    one = SuccessMeasureFactory(
        measure=counted, current_text=printed, target_text="10", printed_rag="R"
    )

    (seen,) = success_rows(one.plan, member)
    (known,) = success_rows(one.plan, officer)

    assert known.measure.current_text == printed
    assert (seen.measure.current_text != printed) is hidden
    assert (seen.printed is Rating.NONE) is hidden
    assert not any(printed in said for said in seen.disagreements if hidden)
