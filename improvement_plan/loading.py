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
from bucks_cs.lib.periods import parse_month
from bucks_cs.models import Post, User
from bucks_cs.roles import May, check_may
from scorecard.models import Document, Measure, Status

from . import models
from .exporting import AXES, export, numbered_updates, post_names, which_update
from .progress import Rating
from .reading import folded, read_due, read_money, read_posts, read_rating
from .sheets import (
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


def check(sheets: Sheets, there: Sheets) -> list[Problem]:
    """Everything that is wrong with a plan's sheets, here and now; `there` is the plan as it
    stands."""
    return problems(
        sheets,
        measures=Measure.objects.values_list("code", flat=True),
        documents=Document.objects.values_list("code", flat=True),
        there=there,
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
    if found := check(sheets, there):
        raise WrongPlan(found)
    loader = Loader(sheets, there)
    loader.load()
    added = +loader.added
    if added:
        audit.record("imported a plan", loader.plan, by=by, **added)
    return added


class Loader:
    """One pass over a plan's sheets; what an earlier sheet made, a later one refers to. `there` is
    the plan as it stood before."""

    def __init__(self, sheets: Sheets, there: Sheets) -> None:
        self.sheets = sheets
        self.there = {name: there.keys(name) for name in KINDS}
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
            lambda row: {**_same(row, "ref also"), "post": self._post(row["title"])},
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
        months = {row["month"] for row in self._new("reports")}
        self._add("reports", models.StatusReport, self._report)
        reports = {f"{one.month:%Y-%m}": one for one in self.plan.reports.all()}
        updates = {
            tuple(which_update(one, number).values()): one
            for one, number in numbered_updates(self.plan).items()
        }
        place: Counter[tuple[str, str]] = Counter()
        lines = []
        for row in self.sheets["report_lines"]:
            if row["month"] not in months:
                continue
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
        self.added["frozen"] += sum(row["month"] in months for row in self.sheets["frozen"])
        self.added["report_lines"] += len(lines)

    def _report(self, row: Row) -> dict[str, Any]:
        document = self.documents.get(row["document"])
        published = _day(row["published"]) or (document.date if document else None)
        kept = self.frozen.get(row["month"])
        return {
            "month": parse_month(row["month"]),
            **_same(row, "title summary evidence reason"),
            "lead": self._post(row["lead"]) if row["lead"] else None,
            **{axis: read_rating(row[axis]) for axis in AXES},
            "frozen": unpacked(piece["text"] for piece in kept) if kept else {},
            "published_at": _start_of(published) if published else None,
        }

    def _post(self, title: str) -> Post:
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
        kind, there = KINDS[sheet], self.there[sheet]
        return [row for row in self.sheets[sheet] if kind.key_of(row) not in there]

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


STANDING = ("rating", "completed_on", "due_date", "ongoing")
"""How an action stands now: what its printed text says, then its approved updates."""


def as_printed(due_text: str, printed_rag: str) -> dict[str, Any]:
    """How an action stands by its printed text alone, by the names of `STANDING`."""
    due = read_due(due_text)
    return {
        "rating": read_rating(printed_rag),
        "completed_on": None,
        "due_date": due.day,
        "ongoing": due.ongoing,
    }


def _stand(action: models.Action, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(action, name, value)


def apply(update: models.Update, action: models.Action) -> None:
    """How an action stands after an approved update. Neither is saved here."""
    if update.rating != Rating.NONE:
        action.rating = update.rating
        action.completed_on = update.completed_on
    if update.new_due:
        action.due_date, action.ongoing = update.new_due, False


def _same(row: Row, names: str) -> dict[str, str]:
    return {name: row[name] for name in names.split()}


def _by_day(row: Row) -> tuple[str, int]:
    return row["date"], int(row["number"] or 1)


def _day(text: str) -> date | None:
    return read_day(text) if text else None


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
