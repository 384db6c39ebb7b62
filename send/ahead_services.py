"""What happens to the years ahead: data sets come, scenarios are saved and deleted, outcomes asked
for. One function an event: atomic, by somebody, in the audit trail."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from bucks_cs import audit, jobs, scenarios
from bucks_cs.lib.changes import Change
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may

from .ahead import Basis
from .changes import problems, words
from .cohort_files import read, says_invented
from .models import DataSet, Scenario, SimulatedBands

TASK = "send.tasks.simulate_outcomes"


@transaction.atomic
def keep_data(
    *, name: str, files: Mapping[str, str], invented: bool = False, by: User | None
) -> DataSet:
    """Keeps a data set, the one that projections rest on from now on: children counted together,
    none by itself. Files that say in a note that they are invented are, whoever uploads them.
    Raises `cohort_files.Wrong` with every problem."""
    if by is not None:
        check_may(by, May.PROJECT)
    read(files)
    invented = invented or says_invented(files)
    kept = {kind: text for kind, text in files.items() if text}
    kept["transitions"] = together(kept["transitions"])
    held = DataSet.objects.create(name=name, files=kept, invented=invented, uploaded_by=by)
    audit.record("uploaded a data set of plans", held, by=by, invented=invented)
    return held


def together(transitions: str) -> str:
    """A transitions file with a row a kind of change, and how many children it happened to."""
    rows = csv.DictReader(io.StringIO(transitions.removeprefix("\ufeff")))
    counts: Counter[tuple[str, ...]] = Counter()
    headings = [
        one for one in rows.fieldnames or () if one.strip().lower() not in {"count", "note"}
    ]
    many = next((one for one in rows.fieldnames or () if one.strip().lower() == "count"), None)
    for row in rows:
        if any(row.values()):
            key = tuple((row[one] or "").strip() for one in headings)
            counts[key] += int(row[many] or 1) if many else 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*headings, "count"])
    writer.writerows([*key, number] for key, number in counts.items())
    return out.getvalue()


@transaction.atomic
def delete_data(*, held: DataSet, by: User) -> None:
    check_may(by, May.PROJECT)
    audit.record("deleted a data set of plans", held, by=by)
    SimulatedBands.objects.all().delete()
    held.delete()


# ---- scenarios -----------------------------------------------------------------------


def save_scenario(
    *,
    scenario: Scenario | None,
    name: str,
    changes: Sequence[Change],
    of: Basis,
    seen: str,
    by: User,
) -> Scenario:
    """Keeps a scenario, or a new one (None), with changes that have no problems."""
    return scenarios.save(
        Scenario,
        scenario=scenario,
        name=name,
        changes=changes,
        wrong=problems(changes, of.space),
        words=words,
        seen=seen,
        by=by,
    )


def delete_scenario(*, scenario: Scenario, seen: str, by: User) -> None:
    scenarios.delete(scenario=scenario, words=words, seen=seen, by=by)


# ---- simulated outcomes --------------------------------------------------------------


def ask_for_outcomes(*, scenario: Scenario | None, by: User) -> Job:
    """The job that simulates them; the one that is at it already, where there is one."""
    check_may(by, May.PROJECT)
    arguments = {"scenario": scenario.pk if scenario else None}
    at_it = Job.objects.unfinished().filter(task=TASK, arguments=arguments).first()
    title = f"Simulate plans: {scenario or 'the base'}"
    return at_it or jobs.start(TASK, title, by=by, **arguments)


@transaction.atomic
def keep_bands(*, scenario: Scenario | None, key: str, result: Mapping[str, Any]) -> None:
    """In the place of the scenario's others, or of the base's."""
    SimulatedBands.objects.filter(scenario=scenario).delete()
    SimulatedBands.objects.update_or_create(
        key=key, defaults={"scenario": scenario, "result": dict(result)}
    )
