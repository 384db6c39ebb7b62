"""What a plan looks like on a day, as a status report keeps it: ratings, counts, risks, the ratings
that the rule suggests, and what changed since the board last had a report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from bucks_cs.models import User
from bucks_cs.roles import Role

from .models import Action, Plan, StatusReport
from .overview import Moved, change_since, kept_date
from .progress import Move, Rating, suggested, suggested_overall
from .risks import RiskRow, risk_rows
from .rows import Point, points, tallies
from .success import success_rows

Kept = Mapping[str, Any]
"""A picture as plain values that JSON can hold, as it is frozen."""

AXES = ("measures", "actions", "risks")
COUNTS = ("red", "amber", "green", "none", "overdue", "total")


@dataclass(frozen=True, slots=True)
class Picture:
    """`rule` says in words how the ratings are suggested, `suggested` which four they are, by
    name. `actions` and `dates` give the rating and the date of each action by its key, and
    `changes` which of them moved since the last published report. `divisions` and `risks` are
    rows, `success` counts, and `listed` how many success measures of other lists it leaves out."""

    day: str
    rule: str
    suggested: dict[str, str]
    actions: dict[str, str]
    dates: dict[str, str]
    divisions: list[dict[str, Any]]
    success: dict[str, int]
    listed: int
    risks: list[dict[str, str]]
    changes: dict[str, Any]


def kept_now(report: StatusReport, day: date) -> Kept:
    """What a report would keep of its plan if it were published on `day`."""
    plan = report.plan
    found = points(plan.actions.all())
    rows = success_rows(plan, _any_member())
    success = [row.rating for row in rows if not row.measure.list_name]
    risks = [row for row in risk_rows(plan, day) if not row.closed]
    axes = {
        "measures": suggested(success, plan.red_share),
        "actions": suggested((one.standing.rating for one in found), plan.red_share),
        "risks": suggested((row.rating for row in risks), plan.red_share),
    }
    overall = suggested_overall(axes.values())
    return asdict(
        Picture(
            day=day.isoformat(),
            rule=rule_words(plan),
            suggested={"overall": overall.name, **{name: axis.name for name, axis in axes.items()}},
            actions={one.key: one.standing.rating.name for one in found},
            dates={one.key: kept_date(one.standing) for one in found},
            divisions=[
                {
                    "key": division.key,
                    "name": str(division),
                    "title": division.title,
                    **{name: getattr(tally, name) for name in COUNTS},
                }
                for division, tally in tallies(plan, found, day)
            ],
            success={rating.name: success.count(rating) for rating in Rating},
            listed=len(rows) - len(success),
            risks=[risk_kept(row) for row in risks],
            changes=_changes(report, found),
        )
    )


def _any_member() -> User:
    """Members read what is published, so it rests on nothing that they may not see, whoever
    publishes it."""
    return User(role=Role.MEMBER)


def rule_words(plan: Plan) -> str:
    return (
        f"Success measures, actions and risks are each red where at least {plan.red_share}% of "
        "those that are rated are red, green where all are green, and amber between. Overall is "
        "the worst of the three. Success measures count as members see them: by the scorecard’s "
        "published figure where it is rated, else as printed."
    )


def risk_kept(row: RiskRow) -> dict[str, str]:
    return {
        "ref": row.risk.ref,
        "if": row.risk.if_text,
        "then": row.risk.then_text,
        "mitigation": "\n".join(row.mitigation),
        "owner": row.owner,
        "rating": row.rating.name,
        "movement": row.movement.value if row.movement else "",
    }


def report_before(report: StatusReport) -> StatusReport | None:
    """The last published report of an earlier month."""
    earlier = report.plan.reports.published().filter(month__lt=report.month)
    return earlier.order_by("-month").first()


def _changes(report: StatusReport, found: Iterable[Point]) -> dict[str, Any]:
    """Which actions moved, and since what, in words."""
    change = change_since(report_before(report), found)
    moved = {one.key: one for one in change.actions if one.move is not Move.SAME or one.date_moved}
    actions = report.plan.actions.filter(key__in=moved).select_related("division__plan")
    return {
        "since": change.since,
        "moved": [_moved(action, moved[action.key]) for action in actions],
    }


def _moved(action: Action, one: Moved) -> dict[str, str]:
    before = one.before if one.date_moved else None
    return {
        "key": action.key,
        "ref": action.ref,
        "text": action.text,
        "division": str(action.division),
        "before": one.before.rating.name if one.before else "",
        "now": one.now.rating.name,
        "move": one.move.value,
        "due_before": one.due_words(before) if before else "",
        "due_now": one.due_words(one.now) if before else "",
    }


def mark_of(kept: Kept) -> str:
    """A short mark of a picture, by which it is seen that the plan changed meanwhile."""
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]
