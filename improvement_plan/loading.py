"""Loads a plan from its sheets. What is there already stays as people have made it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import last_day, parse_month
from bucks_cs.models import Post, User
from bucks_cs.roles import May, check_may
from scorecard.models import Document, Measure, Status

from . import models
from .exporting import (
    AXES,
    MADE_IN_LOADING,
    export,
    numbered_updates,
    post_names,
    which_update,
)
from .picture import risk_kept
from .reading import folded, read_money, read_posts, read_rating
from .risks import risk_rows
from .sheets import (
    HISTORY,
    KINDS,
    Problem,
    Row,
    Sheets,
    frozen_by_month,
    problems,
    read_amount,
    read_day,
    read_titles,
    unpacked,
)
from .standing import STANDING, apply, as_printed

BATCH = 500


class WrongPlan(Exception):
    """A plan that cannot be loaded; `problems` says where and why."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(" ".join(str(problem) for problem in found))
        self.problems = found


def standing(slug: str) -> Sheets:
    """The plan of that name as it stands, drafts of its reports too; empty where there is none."""
    plan = models.Plan.objects.filter(slug=slug).select_related("document").first()
    return export(plan, drafts=True) if plan else Sheets()


def check(sheets: Sheets, there: Sheets, *, by: User | None) -> list[Problem]:
    """Everything that is wrong with a plan's sheets, here and now; `there` is the plan as it
    stands. A person's reports and ratings are of a new plan: they are its history."""
    return problems(
        sheets,
        measures=Measure.objects.values_list("code", flat=True),
        documents=Document.objects.values_list("code", flat=True),
        there=there,
        today=timezone.localdate(),
        with_history=by is None or not there["plan"],
    )


@transaction.atomic
def load(sheets: Sheets, *, by: User | None) -> Counter[str]:
    """Adds what is not there yet, by its key; returns how many records of each sheet were new.

    `by` is None where the published record is loaded. Raises `WrongPlan`, and loads nothing, while
    anything is wrong.
    """
    if by:
        check_may(by, May.ADMINISTER)
    # Whoever loads the same plan at the same time waits here, and then sees what is there.
    list(models.Plan.objects.select_for_update().filter(slug=sheets.slug).values_list("pk"))
    there = standing(sheets.slug)
    if found := check(sheets, there, by=by):
        raise WrongPlan(found)
    loader = Loader(sheets, there)
    loader.load()
    added = +loader.added
    if added:
        audit.record("imported a plan", loader.plan, by=by, **added, **_named(sheets, there))
    return added


def _named(sheets: Sheets, there: Sheets) -> dict[str, Any]:
    """Which reports and ratings are new, by their keys: it matters who brought in which."""
    found = {
        name: [" ".join(filter(None, KINDS[name].key_of(row))) for row in new]
        for name in HISTORY
        if KINDS[name].key and (new := sheets.new(name, there))
    }
    rated = [f"{row['ref']} {row['date']}" for row in sheets.new("risks", there) if row["rag"]]
    if rated:
        found["risk_ratings"] = rated + found.get("risk_ratings", [])
    return {"rows": found} if found else {}


class Loader:
    """One pass over a plan's sheets; what an earlier sheet made, a later one refers to. `there` is
    the plan as it stood before."""

    def __init__(self, sheets: Sheets, there: Sheets) -> None:
        self.sheets = sheets
        self.there = there
        self.frozen = frozen_by_month(sheets)
        self.added: Counter[str] = Counter()
        self.documents = {document.code: document for document in Document.objects.all()}
        self.measures = {measure.code: measure for measure in Measure.objects.all()}
        self.posts = {folded(post.title): post for post in Post.objects.all()}

    def load(self) -> None:
        row = self.sheets["plan"][0]
        self.plan, made = models.Plan.objects.get_or_create(
            slug=row["slug"],
            defaults={
                **_same(row, "title short_title division_word summary vision"),
                **_same(row, "target_heading current_heading"),
                "read_at": _day(row["read_at"]),
                **({"red_share": int(row["red_share"])} if row["red_share"] else {}),
                "order": models.Plan.objects.count(),
                **self._origin("plan", row),
            },
        )
        self.added["plan"] += made
        self._load_about()
        self._load_work()
        self._load_threads()
        self._load_risks()
        self._load_updates()
        self._load_reports()

    def _load_about(self) -> None:
        self._add(
            "versions",
            models.PlanVersion,
            lambda row: {"label": row["version"], **_same(row, "changes by_whom")},
        )
        self._add(
            "ratings",
            models.RatingMeaning,
            lambda row: {
                **_same(row, "of meaning action_required"),
                "rating": read_rating(row["rating"]),
            },
        )
        self._add(
            "posts",
            models.PostName,
            lambda row: {**_same(row, "ref also"), "post": self._titled(row["title"])},
        )
        self._add("board", models.BoardSeat, lambda row: _same(row, "post organisation"))
        self.names = post_names(self.plan)

    def _load_work(self) -> None:
        columns = [column.name for column in KINDS["divisions"].columns]
        plain = " ".join(name for name in columns if name not in ("locator", "note"))
        self._add("divisions", models.Division, lambda row: _same(row, plain))
        self.divisions = self._keyed(models.Division)
        self._add(
            "objectives",
            models.Objective,
            lambda row: {
                **_same(row, "key ref title overview_title"),
                "division": self.divisions[row["division"]],
            },
        )
        self.objectives = self._keyed(models.Objective)
        self._add("actions", models.Action, self._action)
        self.actions = self._keyed(models.Action)
        self._own(self._new("actions"))
        self._add("costs", models.Cost, self._cost)
        self._add(
            "success_measures",
            models.SuccessMeasure,
            lambda row: {
                **_same(row, "key name"),
                "division": self.divisions[row["division"]],
                "objective": self.objectives.get(row["objective"]),
                "list_name": row["list"],
                "target_text": row["target"],
                "current_text": row["current"],
                "printed_rag": row["rag"],
                "measure": self.measures.get(row["measure"]),
            },
        )

    def _action(self, row: Row) -> dict[str, Any]:
        return {
            **_same(row, "key ref text"),
            "division": self.divisions[row["division"]],
            "objective": self.objectives.get(row["objective"]),
            "due_text": row["due"],
            "owners_text": row["owners"],
            "printed_rag": row["rag"],
            **as_printed(row["due"], row["rag"]),
        }

    def _own(self, rows: list[Row]) -> None:
        """Ties new actions to their owners."""
        owners = []
        for row in rows:
            action = self.actions[row["key"]]
            titles = (
                read_titles(row["posts"])
                if row["posts"]
                else read_posts(row["owners"], self.names).titles
            )
            owners += [
                models.Action.owners.through(action_id=action.pk, post_id=post)
                for post in dict.fromkeys(self._post(title).pk for title in titles)
            ]
        models.Action.owners.through.objects.bulk_create(owners, batch_size=BATCH)

    def _cost(self, row: Row) -> dict[str, Any]:
        said = row["amount"]
        return {
            "action": self.actions[row["action"]],
            **_same(row, "year kind printed"),
            "amount": read_amount(said) if said else read_money(row["printed"]).amount,
        }

    def _load_threads(self) -> None:
        self._add(
            "recommendations",
            models.Recommendation,
            lambda row: {**_same(row, "ref group text story good"), "made_by": row["source"]},
        )
        recommendations = self._keyed(models.Recommendation, "ref")
        self._add(
            "mapping",
            models.Mapping,
            lambda row: {
                "recommendation": recommendations[row["recommendation"]],
                "division": self.divisions[row["division"]],
                "printed_in": row["printed_in"],
                "made_for": bool(row["made_for"]),
            },
        )
        self._add(
            "answers",
            models.Answer,
            lambda row: {
                "recommendation": recommendations[row["recommendation"]],
                "action": self.actions[row["action"]],
                "basis": row["basis"],
            },
        )

    def _load_risks(self) -> None:
        new = self._new("risks")
        self._add(
            "risks",
            models.Risk,
            lambda row: {
                **_same(row, "ref if_text then_text mitigation"),
                "owner": self._post(row["owner"]) if row["owner"] else None,
                "closed_on": _day(row["closed_on"]),
            },
        )
        risks = self._keyed(models.Risk, "ref")
        later = sorted(self._new("risk_ratings"), key=_by_day)
        rated = [(row["ref"], row) for row in new if row["rag"]]
        models.RiskRating.objects.bulk_create(
            models.RiskRating(
                risk=risks[ref],
                on=read_day(row["date"]),
                rating=read_rating(row["rag"]),
                printed_rag=row["rag"],
                reason=row["reason"],
            )
            for ref, row in (*rated, *((row["risk"], row) for row in later))
        )
        self.added["risk_ratings"] += len(later)

    def _load_updates(self) -> None:
        """What was reported: the action stands as the latest says, whichever came in first."""
        new = [self._update(row) for row in sorted(self._new("updates"), key=_by_day)]
        actions = {update.action_id: update.action for update in new}
        there = models.Update.objects.approved().filter(action__in=actions).order_by("pk")
        for action in actions.values():
            _stand(action, as_printed(action.due_text, action.printed_rag))
        for update in sorted([*there, *new], key=lambda update: update.on):
            action = actions[update.action_id]
            update.old_due_date = action.due_date if update.new_due else None
            apply(update, action)
        models.Update.objects.bulk_create(new, batch_size=BATCH)
        models.Action.objects.bulk_update(actions.values(), STANDING, batch_size=BATCH)
        self.added["updates"] += len(new)

    def _update(self, row: Row) -> models.Update:
        return models.Update(
            action=self.actions[row["action"]],
            on=read_day(row["date"]),
            rating=read_rating(row["rag"]),
            **_same(row, "progress evidence reason next_steps due_reason"),
            completed_on=_day(row["completed_on"]),
            new_due=_day(row["due"]),
            status=Status.APPROVED,
            approved_at=_start_of(read_day(row["date"])),
            **self._origin("updates", row),
        )

    def _load_reports(self) -> None:
        """What a report keeps and its lines come with it; one that is there keeps its own."""
        self._add("reports", models.StatusReport, self._report)
        reports = {f"{one.month:%Y-%m}": one for one in self.plan.reports.all()}
        updates = {
            tuple(which_update(one, number).values()): one
            for one, number in numbered_updates(self.plan).items()
        }
        place: Counter[tuple[str, str]] = Counter()
        lines = []
        for row in self._new("report_lines"):
            place[row["month"], row["kind"]] += 1
            lines.append(
                models.ReportLine(
                    report=reports[row["month"]],
                    **_same(row, "kind text"),
                    order=place[row["month"], row["kind"]],
                    update_drawn_from=updates.get((row["action"], row["date"], row["number"])),
                    source_note=row["note"],
                )
            )
        models.ReportLine.objects.bulk_create(lines, batch_size=BATCH)
        self.added["frozen"] += len(self._new("frozen"))
        self.added["report_lines"] += len(lines)

    def _report(self, row: Row) -> dict[str, Any]:
        document = self.documents.get(row["document"])
        published = _day(row["published"]) or (document.date if document else None)
        month = parse_month(row["month"])
        return {
            "month": month,
            **_same(row, "title summary evidence reason"),
            "lead": self._post(row["lead"]) if row["lead"] else None,
            **{axis: read_rating(row[axis]) for axis in AXES},
            "frozen": self._kept(row["month"], month) if published else {},
            "published_at": _start_of(published) if published else None,
        }

    def _kept(self, name: str, month: date) -> dict[str, Any]:
        """What a published report keeps; of one that was printed elsewhere, the risks that had been
        rated by the month's end, so that nothing later changes what it says."""
        if pieces := self.frozen.get(name):
            return unpacked(piece["text"] for piece in pieces)
        rows = risk_rows(self.plan, last_day(month))
        risks = [risk_kept(row) for row in rows if row.ratings and not row.closed]
        return {MADE_IN_LOADING: True, "risks": risks}

    def _post(self, name: str) -> Post:
        """The post that the plan gives that name, or else the one with that title."""
        titles = self.names.get(folded(name), [])
        return self._titled(titles[0] if len(titles) == 1 else name)

    def _titled(self, title: str) -> Post:
        """The post with that title, made where it is not there yet."""
        if folded(title) not in self.posts:
            self.posts[folded(title)] = Post.objects.create(title=title)
        return self.posts[folded(title)]

    def _origin(self, sheet: str, row: Row) -> dict[str, Any]:
        """Where a row stands: in the plan's own document, unless its sheet says in which."""
        if KINDS[sheet].column("document"):
            document = self.documents.get(row["document"])
        else:
            document = self.plan.document if row["locator"] else None
        return {"document": document, "locator": row["locator"], "source_note": row["note"]}

    def _new(self, sheet: str) -> list[Row]:
        """The rows of a sheet that are not there yet."""
        return self.sheets.new(sheet, self.there)

    def _add(self, sheet: str, model: Any, fields_of: Callable[[Row], dict[str, Any]]) -> None:
        """Writes the new records of a sheet in bulk, after those that are there."""
        names = {field.name for field in model._meta.get_fields()}
        last = 0
        if "order" in names:
            there = model.objects.filter(plan=self.plan)
            last = there.aggregate(last=Max("order"))["last"] or 0
        records = []
        for place, row in enumerate(self._new(sheet), start=last + 1):
            fields = fields_of(row)
            if "plan" in names:
                fields["plan"] = self.plan
            if "order" in names:
                fields["order"] = place
            if "document" in names:
                fields |= self._origin(sheet, row)
            else:
                fields["source_note"] = row["note"]
            records.append(model(**fields))
        model.objects.bulk_create(records, batch_size=BATCH)
        self.added[sheet] += len(records)

    def _keyed(self, model: Any, key: str = "key") -> dict[str, Any]:
        return {getattr(one, key): one for one in model.objects.filter(plan=self.plan)}


def _stand(action: models.Action, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(action, name, value)


def _same(row: Row, names: str) -> dict[str, str]:
    return {name: row[name] for name in names.split()}


def _by_day(row: Row) -> tuple[str, int]:
    return row["date"], int(row["number"] or 1)


def _day(text: str) -> date | None:
    return read_day(text) if text else None


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
