"""What happens to the years ahead: scenarios saved and deleted, unit costs set, futures asked for.
One function an event: atomic, by somebody, in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from bucks_cs import audit, jobs, scenarios
from bucks_cs.lib.changes import Change
from bucks_cs.models import Job, User
from bucks_cs.refusals import Refused
from bucks_cs.roles import May, check_may

from .flows import PLACEMENTS
from .models import Inflation, Scenario, UnitCost
from .scenarios import problems, words

TASK = "lac.ahead_tasks.simulate_futures"


class CostsConflict(Refused):
    """Somebody else set other unit costs after the person last saw them."""


# ---- scenarios ---------------------------------------------------------------------


def save_scenario(
    *, scenario: Scenario | None, name: str, changes: Sequence[Change], seen: str, by: User
) -> Scenario:
    """Keeps a scenario, or a new one (None), with changes that have no problems."""
    return scenarios.save(
        Scenario,
        scenario=scenario,
        name=name,
        changes=changes,
        wrong=problems(changes),
        words=words,
        seen=seen,
        by=by,
    )


def delete_scenario(*, scenario: Scenario, seen: str, by: User) -> None:
    scenarios.delete(scenario=scenario, words=words, seen=seen, by=by)


# ---- unit costs --------------------------------------------------------------------


class Priced(NamedTuple):
    """An amount with where it comes from; None where it is not set."""

    amount: Decimal | None
    source: str = ""

    def __str__(self) -> str:
        return "not set" if self.amount is None else f"{self.amount:,.2f} ({self.source})"


Priceds = dict[str, Priced]
INFLATION = "inflation"


def standing_costs() -> Priceds:
    """What stands: pounds a week by placement, and per cent a year under "inflation"."""
    found = {one.placement: one for one in UnitCost.objects.all()}
    costs = {
        name: Priced(found[name].pounds_a_week, found[name].source)
        if name in found
        else Priced(None)
        for name in PLACEMENTS
    }
    rise = Inflation.current()
    return costs | {INFLATION: Priced(rise.per_cent, rise.source) if rise.pk else Priced(None)}


def mark_of(costs: Priceds) -> str:
    """What a form sends back to show which costs its person saw."""
    return "; ".join(f"{name} {cost}" for name, cost in costs.items())


@transaction.atomic
def set_costs(*, costs: Priceds, seen: str, by: User) -> None:
    """Sets what places cost a week, and inflation; None takes one away."""
    check_may(by, May.PROJECT)
    before = standing_costs()
    if mark_of(before) != seen:
        raise CostsConflict("Somebody else set other unit costs after you opened this page.")
    for name in PLACEMENTS:
        cost = costs[name]
        if cost.amount is None:
            UnitCost.objects.filter(placement=name).delete()
        else:
            UnitCost.objects.update_or_create(
                placement=name, defaults={"pounds_a_week": cost.amount, "source": cost.source}
            )
    Inflation.objects.all().delete()
    rise = costs[INFLATION]
    if rise.amount is not None:
        Inflation.objects.create(per_cent=rise.amount, source=rise.source)
    audit.record(
        "set unit costs",
        "Unit costs of placements",
        by=by,
        before={name: str(cost) for name, cost in before.items()},
        after={name: str(cost) for name, cost in standing_costs().items()},
    )


# ---- simulated futures -------------------------------------------------------------


def ask_for_futures(*, scenario: Scenario | None, window: int, by: User) -> Job:
    """The job that simulates them; the one that is at it already, where there is one of theirs."""
    check_may(by, May.PROJECT)
    arguments = {"scenario": scenario.pk if scenario else None, "window": window}
    at_it = Job.objects.unfinished().filter(task=TASK, asked_by=by, arguments=arguments).first()
    title = f"Simulate the years ahead: {scenario or 'the base'}"
    return at_it or jobs.start(TASK, title, by=by, **arguments)
