"""What a plan looks like on a day, as a status report keeps it: ratings, counts, risks, the ratings
that the rule suggests, and what changed since the board last had a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from bucks_cs.lib.periods import month_key
from bucks_cs.models import User
from bucks_cs.roles import Role

from .models import Plan, StatusReport
from .progress import Move, Rating, moves, suggested, suggested_overall
from .risks import RiskRow, risk_rows
from .rows import points, tallies
from .success import success_rows

Kept = Mapping[str, Any]
"""A picture as plain values that JSON can hold, as it is frozen."""

AXES = ("measures", "actions", "risks")
COUNTS = ("red", "amber", "green", "none", "overdue", "total")


@dataclass(frozen=True, slots=True)
class Picture:
    """`rule` says in words how the ratings are suggested, `suggested` which four they are, by
    name. `actions` gives the rating of each action by its key, and `changes` which of them moved
    since the last published report. `divisions` and `risks` are rows, `success` counts."""

    day: str
    rule: str
    suggested: dict[str, str]
    actions: dict[str, str]
    divisions: list[dict[str, Any]]
    success: dict[str, int]
    risks: list[dict[str, str]]
    changes: dict[str, Any]


def kept_now(report: StatusReport, day: date) -> Kept:
    """What a report would keep of its plan if it were published on `day`."""
    plan = report.plan
    found = points(plan.actions.all())
    success = [row.rating for row in success_rows(plan, _any_member())]
    risks = [row for row in risk_rows(plan, day) if not row.closed]
    axes = {
        "measures": suggested(success, plan.red_share),
        "actions": suggested((one.standing.rating for one in found), plan.red_share),
        "risks": suggested((row.rating for row in risks), plan.red_share),
    }
    overall = suggested_overall(axes.values())
    actions = {one.key: one.standing.rating for one in found}
    return asdict(
        Picture(
            day=day.isoformat(),
            rule=rule_words(plan),
            suggested={"overall": overall.name, **{name: axis.name for name, axis in axes.items()}},
            actions={key: rating.name for key, rating in actions.items()},
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
            risks=[risk_kept(row) for row in risks],
            changes=_changes(report, actions),
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


def _changes(report: StatusReport, now: Mapping[str, Rating]) -> dict[str, Any]:
    """Which actions moved since the report before. `since` is its month, empty where there is
    none; `kept` whether it kept the ratings of single actions, without which nothing is known."""
    earlier = report_before(report)
    before = earlier.frozen.get("actions") if earlier else None
    if earlier is None or not before:
        return {"since": month_key(earlier.month) if earlier else "", "kept": False, "moved": []}
    then = {key: Rating[name] for key, name in before.items()}
    moved = {key: move for key, move in moves(then, now).items() if move is not Move.SAME}
    actions = report.plan.actions.filter(key__in=moved).select_related("division__plan")
    return {
        "since": month_key(earlier.month),
        "kept": True,
        "moved": [
            {
                "key": action.key,
                "ref": action.ref,
                "text": action.text,
                "division": str(action.division),
                "before": then[action.key].name if action.key in then else "",
                "now": now[action.key].name,
                "move": moved[action.key].value,
            }
            for action in actions
        ],
    }


def mark_of(kept: Kept) -> str:
    """A short mark of a picture, by which it is seen that the plan changed meanwhile."""
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]
