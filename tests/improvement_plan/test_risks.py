"""The risk register on a day, and a risk rated again."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, User
from improvement_plan import services
from improvement_plan.escalation import Movement
from improvement_plan.exporting import export
from improvement_plan.loading import load
from improvement_plan.models import Plan, Risk, RiskRating
from improvement_plan.progress import Rating
from improvement_plan.reporting import LONGEST
from improvement_plan.risks import RiskRow, risk_rows, token_of
from scorecard.services import Refused
from tests.at_once import at_once
from tests.factories import UserFactory
from tests.plan_factories import DivisionFactory, RiskFactory, RiskRatingFactory

pytestmark = pytest.mark.django_db

DAY = date(2015, 3, 31)
TODAY = date(2026, 11, 26)


@pytest.fixture
def risk() -> Risk:
    """A risk that was amber at the end of February."""
    found: Risk = RiskRatingFactory().risk
    return found


def row_of(risk: Risk, day: date = DAY) -> RiskRow:
    return risk_rows(risk.plan, day, ref=risk.ref)[0]


def rate(
    risk: Risk, rating: Rating, by: User, *, seen: str | None = None, reason: str = "So."
) -> None:
    services.rate_risk(
        risk=risk,
        rating=rating,
        reason=reason,
        seen=row_of(risk).token if seen is None else seen,
        by=by,
        today=TODAY,
    )


# ---- as it stood on a day ----------------------------------------------------------


def test_a_risk_is_as_it_was_rated_by_the_day(risk: Risk) -> None:
    RiskRatingFactory(risk=risk, on=DAY, rating=Rating.RED)
    now, then = row_of(risk), row_of(risk, date(2015, 3, 30))
    assert (now.rating, now.movement) == (Rating.RED, Movement.WORSE)
    assert (then.rating, then.movement) == (Rating.AMBER, Movement.FIRST)


def test_of_two_ratings_of_one_day_the_last_given_counts_and_both_stay(risk: Risk) -> None:
    for rating in (Rating.RED, Rating.GREEN):
        RiskRatingFactory(risk=risk, on=DAY, rating=rating)
    row = row_of(risk)
    assert (row.rating, row.movement) == (Rating.GREEN, Movement.BETTER)
    assert [(rating, way) for _, rating, way in row.history] == [
        (Rating.GREEN, Movement.BETTER),
        (Rating.RED, Movement.WORSE),
        (Rating.AMBER, Movement.FIRST),
    ]


def test_a_risk_that_was_never_rated_says_so_and_goes_up() -> None:
    row = row_of(RiskFactory())
    assert (row.rating, row.movement, row.token) == (Rating.NONE, None, "")
    assert row.reasons == ("It has never been rated.",)


@pytest.mark.parametrize(("closed_on", "closed"), [(DAY, True), (date(2015, 4, 1), False)])
def test_a_closed_risk_does_not_go_up(closed_on: date, closed: bool) -> None:
    risk = RiskRatingFactory(rating=Rating.RED, risk__closed_on=closed_on).risk
    row = row_of(risk)
    assert (row.closed, row.reasons) == (closed, () if closed else ("It is red.",))


def test_each_mitigation_is_a_line() -> None:
    row = row_of(RiskFactory(mitigation=" Recruit abroad\n\nRaise pay ", owner=None))
    assert (row.mitigation, row.owner) == (["Recruit abroad", "Raise pay"], "")


# ---- rated again -------------------------------------------------------------------


def test_a_rating_is_kept_on_the_plans_day_with_its_reason_and_the_one_before_stays(
    risk: Risk, officer: User
) -> None:
    rate(risk, Rating.RED, officer, reason="  Two teams left. ")
    latest, before = RiskRating.objects.filter(risk=risk)
    assert (latest.on, latest.rating, latest.reason, latest.by) == (
        DAY,
        Rating.RED,
        "Two teams left.",
        officer,
    )
    assert before.rating == Rating.AMBER
    event = AuditEvent.objects.get(action="rated a risk")
    assert (event.detail["before"], event.detail["after"]) == ("Amber", "Red")


@pytest.mark.parametrize(
    ("rating", "reason", "words"),
    [
        (Rating.NONE, "So.", "Choose red"),
        (Rating.RED, "  ", "Say why"),
        (Rating.RED, "x" * (LONGEST + 1), "characters or fewer"),
    ],
)
def test_a_rating_needs_a_colour_and_a_reason(
    rating: Rating, reason: str, words: str, risk: Risk, officer: User
) -> None:
    with pytest.raises(Refused, match=words):
        rate(risk, rating, officer, reason=reason)
    assert risk.ratings.count() == 1


def test_a_closed_risk_cannot_be_rated(officer: User) -> None:
    with pytest.raises(Refused, match="is closed"):
        rate(RiskFactory(closed_on=DAY), Rating.RED, officer)


@pytest.mark.parametrize("who", ["member", "administrator"])
def test_only_who_reports_may_rate(who: str, risk: Risk, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        rate(risk, Rating.RED, request.getfixturevalue(who))


def test_whoever_did_not_see_the_latest_rating_is_told_of_it(
    risk: Risk, officer: User, manager: User
) -> None:
    seen = row_of(risk).token
    rate(risk, Rating.RED, manager)
    with pytest.raises(Refused, match="manager rated this risk red at"):
        rate(risk, Rating.GREEN, officer, seen=seen)
    assert row_of(risk).rating is Rating.RED


def test_whoever_saw_a_rating_that_has_gone_is_told(officer: User) -> None:
    with pytest.raises(Refused, match="no longer there"):
        rate(RiskFactory(), Rating.RED, officer, seen="12")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_rate_at_once_one_is_told(officer: User) -> None:
    risk = RiskRatingFactory().risk
    seen, other = row_of(risk).token, UserFactory(role="officer")
    raised = at_once(
        lambda: rate(risk, Rating.RED, officer, seen=seen),
        lambda: rate(risk, Rating.GREEN, other, seen=seen),
    )
    assert {type(error) for error in raised} == {type(None), Refused}
    assert risk.ratings.count() == 2


def test_several_ratings_of_a_day_are_exported_and_load_in_their_order(officer: User) -> None:
    """The first of a risk's ratings too may be of that day."""
    plan = DivisionFactory().plan
    risk = RiskFactory(plan=plan)
    given = (Rating.AMBER, Rating.RED, Rating.RED, Rating.GREEN)
    for place, rating in enumerate(given):
        rate(risk, rating, officer, reason=f"Reason {place % 2}")
    sheets = export(plan)
    Plan.objects.all().delete()
    load(sheets, by=None)
    row = risk_rows(Plan.objects.get(), DAY)[0]
    assert [rating for _, rating, _ in row.history] == list(reversed(given))
    assert row.movement is Movement.BETTER
    assert load(sheets, by=None).total() == 0


def test_a_token_names_the_rating_that_was_seen(risk: Risk) -> None:
    assert token_of(None) == ""
    assert row_of(risk).token == str(risk.ratings.get().pk)
