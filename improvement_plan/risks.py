"""The risk register: each risk as people see it on a day, and a risk rated again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import day_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .escalation import Movement, Rated, escalated, movement
from .models import Plan, Risk, RiskRating
from .progress import RATED, Rating
from .reporting import LONGEST


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk as it stood on a day. `ratings` are those given by then, the latest first; `reasons`
    say why it goes up to the board."""

    risk: Risk
    ratings: tuple[RiskRating, ...]
    reasons: tuple[str, ...]
    closed: bool

    @property
    def latest(self) -> RiskRating | None:
        return self.ratings[0] if self.ratings else None

    @property
    def rating(self) -> Rating:
        return Rating(self.ratings[0].rating) if self.ratings else Rating.NONE

    @property
    def movement(self) -> Movement | None:
        return movement(_rated(self.ratings)) if self.ratings else None

    @property
    def history(self) -> list[tuple[RiskRating, Rating, Movement]]:
        """Each rating with the way it went, the latest first."""
        return [
            (one, Rating(one.rating), movement(_rated(self.ratings[place:])))
            for place, one in enumerate(self.ratings)
        ]

    @property
    def mitigation(self) -> list[str]:
        return [line.strip() for line in self.risk.mitigation.splitlines() if line.strip()]

    @property
    def owner(self) -> str:
        return self.risk.owner.title if self.risk.owner else ""

    @property
    def token(self) -> str:
        return token_of(self.latest)


def risk_rows(plan: Plan, day: date, **wanted: Any) -> list[RiskRow]:
    """A plan's risks in their order, as they stood on `day`; `wanted` narrows them down, as a
    filter does."""
    rated = RiskRating.objects.filter(on__lte=day).select_related("by")
    risks = (
        plan.risks.filter(**wanted)
        .select_related("owner", "document")
        .prefetch_related(Prefetch("ratings", rated))
    )
    return [_row(risk, tuple(risk.ratings.all()), day) for risk in risks]


def _row(risk: Risk, ratings: tuple[RiskRating, ...], day: date) -> RiskRow:
    closed = risk.closed_on is not None and risk.closed_on <= day
    return RiskRow(risk, ratings, () if closed else escalated(_rated(ratings), day), closed)


def _rated(ratings: tuple[RiskRating, ...]) -> list[Rated]:
    return [Rated(one.on, Rating(one.rating)) for one in ratings]


def token_of(latest: RiskRating | None) -> str:
    """What a form sends back to show which rating its person saw."""
    return str(latest.pk) if latest else ""


@transaction.atomic
def rate_risk(
    *, risk: Risk, rating: Rating, reason: str, seen: str, by: User, today: date
) -> RiskRating:
    """Rates a risk on the plan's day, with a reason. The ratings before stay; of several on one
    day the last given counts. `seen` is the token of the rating that its person saw."""
    check_may(by, May.REPORT)
    risk = Risk.objects.select_for_update(of=("self",)).select_related("plan").get(pk=risk.pk)
    day = risk.plan.day(today)
    before = risk.ratings.filter(on__lte=day).select_related("by").first()
    _check(risk, rating, reason.strip())
    if token_of(before) != seen:
        raise Refused(_rated_meanwhile(before))
    rated = RiskRating.objects.create(
        risk=risk, on=day, rating=rating, reason=reason.strip(), by=by
    )
    audit.record(
        "rated a risk",
        f"{risk.plan}, {risk}",
        by=by,
        before=Rating(before.rating).label if before else None,
        after=rating.label,
        reason=rated.reason,
    )
    return rated


def _check(risk: Risk, rating: Rating, reason: str) -> None:
    if risk.closed_on:
        raise Refused(f"{risk} is closed.")
    if rating not in RATED:
        raise Refused("Choose red, amber or green.")
    if not reason:
        raise Refused("Say why the risk is rated so.")
    if len(reason) > LONGEST:
        raise Refused(f"Use {LONGEST:,} characters or fewer.")


def _rated_meanwhile(latest: RiskRating | None) -> str:
    if latest is None:
        return "The rating that you saw is no longer there. What you typed is still here."
    who = latest.by.display_name if latest.by else "Somebody else"
    at = timezone.localtime(latest.at)
    return (
        f"{who} rated this risk {Rating(latest.rating).label.lower()} at {at:%H:%M} on "
        f"{day_label(at.date())}, after you opened it. What you typed is still here: rate it again "
        "if you still think so."
    )
