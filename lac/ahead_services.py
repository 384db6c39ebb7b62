"""What happens to the years ahead: scenarios saved and deleted, unit costs set, futures asked for.
One function an event: atomic, by somebody, in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from bucks_cs import audit, jobs
from bucks_cs.lib.periods import day_label
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .ahead import BASE
from .flows import PLACEMENTS
from .models import Inflation, Scenario, UnitCost
from .scenarios import Change, problems, words

TASK = "lac.ahead_tasks.simulate_futures"
MOST_CHANGES = 20


class ScenarioConflict(Refused):
    """Somebody else saved the scenario after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: Scenario) -> None:
        who = theirs.by.display_name if theirs.by else "Somebody else"
        at = timezone.localtime(theirs.saved_at)
        super().__init__(
            f"{who} saved this scenario at {at:%H:%M} on {day_label(at.date())}, after you opened "
            "it."
        )
        self.theirs = theirs


class NameTaken(Refused):
    """Another scenario has the name."""


class CostsConflict(Refused):
    """Somebody else set other unit costs after the person last saw them."""


# ---- scenarios ---------------------------------------------------------------------


@transaction.atomic
def save_scenario(
    *, scenario: Scenario | None, name: str, changes: Sequence[Change], seen: str, by: User
) -> Scenario:
    """Keeps a scenario, or a new one (None), with changes that have no problems. `seen` is the
    version that its person saw."""
    check_may(by, May.PROJECT)
    held = _held(scenario, seen) if scenario else Scenario(version=0)
    name = " ".join(name.split())
    _check(held, name, changes)
    before = _told(held) if scenario else None
    held.name, held.changes, held.by = name, [dict(change) for change in changes], by
    held.version += 1
    held.save()
    audit.record("saved a scenario", held, by=by, before=before, after=_told(held))
    return held


@transaction.atomic
def delete_scenario(*, scenario: Scenario, seen: str, by: User) -> None:
    check_may(by, May.PROJECT)
    held = _held(scenario, seen)
    audit.record("deleted a scenario", held, by=by, changes=_told(held)["changes"])
    held.delete()


def _held(scenario: Scenario, seen: str) -> Scenario:
    """The scenario as it stands, held until the event is over."""
    found = Scenario.objects.select_for_update(of=("self",)).select_related("by")
    held = found.filter(pk=scenario.pk).first()
    if held is None:
        raise Refused("This scenario has been deleted.")
    if str(held.version) != seen:
        raise ScenarioConflict(held)
    return held


def _check(held: Scenario, name: str, changes: Sequence[Change]) -> None:
    if not name:
        raise Refused("Give the scenario a name.")
    others = Scenario.objects.filter(name__iexact=name).exclude(pk=held.pk)
    if name.casefold() == BASE.casefold() or others.exists():
        raise NameTaken("Another scenario has this name: choose a different one.")
    if not changes:
        raise Refused("Add at least one change: without any, it is the base.")
    if len(changes) > MOST_CHANGES:
        raise Refused(f"Use {MOST_CHANGES} changes or fewer.")
    if wrong := problems(changes):
        raise Refused(" ".join(map(str, wrong)))


def _told(scenario: Scenario) -> dict[str, Any]:
    return {"name": scenario.name, "changes": [words(change) for change in scenario.changes]}


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
