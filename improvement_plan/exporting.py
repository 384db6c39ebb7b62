"""A plan as sheets again: what `loading` would make it from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils import timezone

from bucks_cs.lib.spreadsheets import tidy

from . import models
from .progress import Rating
from .reading import by_name, read_money, read_posts
from .sheets import KINDS, NONE, Row, Sheets, packed

AXES = ("overall", "measures", "actions", "risks")
MADE_IN_LOADING = "loaded"
"""Marks what a report keeps where loading made that of the sheets, as it will again."""

Cells: TypeAlias = dict[str, str]
"""A row's texts by column; what is left out is empty."""


def export(plan: models.Plan, *, drafts: bool = False) -> Sheets:
    """Every sheet of a plan, with its approved updates and its published reports: what nobody has
    agreed to is not of the plan yet. `drafts`: with the reports that are not published."""
    sheets = Sheets()
    updates = numbered_updates(plan)
    names = {one.pk: which_update(one, place) for one, place in updates.items()}
    found = {
        **_about(plan),
        **_work(plan),
        **_threads(plan),
        **_risks(plan),
        "updates": map(_update, updates, updates.values()),
        **_reports(plan, names, drafts=drafts),
    }
    for name, rows in found.items():
        columns = [column.name for column in KINDS[name].columns]
        sheets.headings[name] = columns
        sheets.rows[name] = [
            Row(number, {column: tidy(cells.get(column, "")) for column in columns})
            for number, cells in enumerate(rows, start=2)
        ]
    return sheets


def _about(plan: models.Plan) -> dict[str, Iterable[Cells]]:
    usual = models.Plan._meta.get_field("red_share").default
    return {
        "plan": [
            {
                **_same(plan, "slug title short_title division_word summary vision"),
                **_same(plan, "target_heading current_heading"),
                "read_at": _day(plan.read_at),
                "red_share": "" if plan.red_share == usual else str(plan.red_share),
                **_origin(plan),
                **_document(plan),
            }
        ],
        "versions": (
            {"version": one.label, **_same(one, "changes by_whom"), **_origin(one)}
            for one in plan.versions.all()
        ),
        "ratings": (
            {
                "of": one.of,
                "rating": one.get_rating_display().lower(),
                **_same(one, "meaning action_required"),
                **_origin(one),
            }
            for one in plan.rating_meanings.order_by("-of", "rating")
        ),
        "posts": (
            {"title": one.post.title, **_same(one, "ref also"), **_origin(one)}
            for one in plan.post_names.select_related("post")
        ),
        "board": ({**_same(one, "post organisation"), **_origin(one)} for one in plan.board.all()),
    }


def _work(plan: models.Plan) -> dict[str, Iterable[Cells]]:
    divisions = (
        "key ref group title overview_title outcome overview_outcome sponsor overview_sponsor lead "
        "overview_lead manager see"
    )
    return {
        "divisions": ({**_same(one, divisions), **_origin(one)} for one in plan.divisions.all()),
        "objectives": (
            {
                **_same(one, "key ref title overview_title"),
                "division": one.division.key,
                **_origin(one),
            }
            for one in plan.objectives.select_related("division")
        ),
        "actions": _actions(plan),
        "costs": _costs(plan),
        "success_measures": (
            {
                **_same(one, "key name"),
                "division": one.division.key,
                "objective": one.objective.key if one.objective else "",
                "list": one.list_name,
                "target": one.target_text,
                "current": one.current_text,
                "rag": one.printed_rag,
                "measure": one.measure.code if one.measure else "",
                **_origin(one),
            }
            for one in plan.success_measures.select_related("division", "objective", "measure")
        ),
    }


def _actions(plan: models.Plan) -> Iterator[Cells]:
    names = post_names(plan)
    actions = plan.actions.select_related("division", "objective").prefetch_related("owners")
    for one in actions:
        owners = {post.title for post in one.owners.all()}
        as_read = owners == set(read_posts(one.owners_text, names).titles)
        yield {
            **_same(one, "key ref text"),
            "division": one.division.key,
            "objective": one.objective.key if one.objective else "",
            "due": one.due_text,
            "owners": one.owners_text,
            "posts": "" if as_read else "\n".join(sorted(owners)) or NONE,
            "rag": one.printed_rag,
            **_origin(one),
        }


def _costs(plan: models.Plan) -> Iterator[Cells]:
    costs = models.Cost.objects.filter(action__plan=plan).select_related("action")
    for one in costs.order_by("action__order", "action__key", "year", "kind"):
        yield {
            "action": one.action.key,
            **_same(one, "year kind printed"),
            "amount": _amount(one),
            "note": one.source_note,
        }


def _amount(cost: models.Cost) -> str:
    """What somebody made of the printed text, where that is not what it reads as."""
    if cost.amount == read_money(cost.printed).amount:
        return ""
    return NONE if cost.amount is None else _plain(cost.amount)


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _threads(plan: models.Plan) -> dict[str, Iterable[Cells]]:
    of_plan = {"recommendation__plan": plan}
    mappings = models.Mapping.objects.filter(**of_plan).select_related("recommendation", "division")
    answers = models.Answer.objects.filter(**of_plan).select_related("recommendation", "action")
    return {
        "recommendations": (
            {**_same(one, "ref group text story good"), "source": one.made_by, **_origin(one)}
            for one in plan.recommendations.all()
        ),
        "mapping": (
            {
                "recommendation": one.recommendation.ref,
                "division": one.division.key,
                "printed_in": one.printed_in,
                "made_for": "yes" if one.made_for else "",
                "note": one.source_note,
            }
            for one in mappings.order_by("pk")
        ),
        "answers": (
            {
                "recommendation": one.recommendation.ref,
                "action": one.action.key,
                "basis": one.basis,
                "note": one.source_note,
            }
            for one in answers.order_by("pk")
        ),
    }


def _risks(plan: models.Plan) -> dict[str, Iterable[Cells]]:
    """Only the rating that the document prints has no reason; it stands with the risk."""
    rows: list[Cells] = []
    later: list[Cells] = []
    for risk in plan.risks.select_related("owner").prefetch_related("ratings"):
        ratings = list(reversed(risk.ratings.all()))
        printed = next((one for one in ratings if not one.reason), None)
        rows.append(
            {
                **_same(risk, "ref if_text then_text mitigation"),
                "owner": risk.owner.title if risk.owner else "",
                "rag": _rag(printed) if printed else "",
                "date": _day(printed.on) if printed else "",
                "closed_on": _day(risk.closed_on),
                **_origin(risk),
            }
        )
        seen: Counter[date] = Counter()
        for one in ratings:
            if one.reason:
                seen[one.on] += 1
                said = {"risk": risk.ref, "date": _day(one.on), "number": _number(seen[one.on])}
                later.append({**said, "rag": _rag(one), "reason": one.reason})
    return {"risks": rows, "risk_ratings": later}


def _rag(rated: models.RiskRating) -> str:
    return rated.printed_rag or _letter(rated.rating)


def numbered_updates(plan: models.Plan) -> dict[models.Update, int]:
    """The approved updates, the oldest first, and which of its action's on that day each is."""
    seen: Counter[tuple[int, date]] = Counter()
    updates = models.Update.objects.approved().filter(action__plan=plan)
    found = {}
    for one in updates.select_related("action", "document").order_by("on", "pk"):
        seen[one.action_id, one.on] += 1
        found[one] = seen[one.action_id, one.on]
    return found


def which_update(update: models.Update, number: int) -> Cells:
    return {"action": update.action.key, "date": _day(update.on), "number": _number(number)}


def _update(one: models.Update, number: int) -> Cells:
    return {
        **which_update(one, number),
        "rag": _letter(one.rating),
        **_same(one, "progress evidence reason next_steps due_reason"),
        "completed_on": _day(one.completed_on),
        "due": _day(one.new_due),
        **_document(one),
        **_origin(one),
    }


def _reports(
    plan: models.Plan, updates: Mapping[int, Cells], *, drafts: bool
) -> dict[str, Iterable[Cells]]:
    """`updates` says which is which, so that a line says which it was drawn from."""
    reports = plan.reports.all() if drafts else plan.reports.published()
    rows: list[Cells] = []
    frozen: list[Cells] = []
    lines: list[Cells] = []
    found = reports.select_related("lead", "document").prefetch_related("lines").order_by("month")
    for report in found:
        month = f"{report.month:%Y-%m}"
        rows.append({"month": month, **_report(report)})
        made_here = report.frozen and MADE_IN_LOADING not in report.frozen
        pieces = packed(report.frozen) if made_here else []
        frozen += [
            {"month": month, "number": _number(place), "text": piece}
            for place, piece in enumerate(pieces, start=1)
        ]
        lines += [
            {
                "month": month,
                **_same(line, "kind text"),
                **updates.get(line.update_drawn_from_id or 0, {}),
                "note": line.source_note,
            }
            for line in report.lines.all()
        ]
    return {"reports": rows, "frozen": frozen, "report_lines": lines}


def _report(one: models.StatusReport) -> Cells:
    published = timezone.localdate(one.published_at) if one.published_at else None
    as_document = one.document and one.document.date == published
    return {
        **_same(one, "title summary evidence reason"),
        "lead": one.lead.title if one.lead else "",
        **{
            axis: _letter(getattr(one, axis))
            for axis in ("overall", "measures", "actions", "risks")
        },
        "published": "" if as_document else _day(published),
        **_document(one),
        **_origin(one),
    }


def post_names(plan: models.Plan) -> dict[str, list[str]]:
    """The titles of a plan's posts by every name that it gives them, as `read_posts` takes them."""
    return titles_by_name(plan.post_names.select_related("post"))


def titles_by_name(names: Iterable[models.PostName]) -> dict[str, list[str]]:
    """`names` are those of one plan, with their posts."""
    return by_name((name.ref, name.post.title, name.also) for name in names)


def _letter(rating: int) -> str:
    return "" if rating == Rating.NONE else Rating(rating).label[0]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(place: int) -> str:
    return "" if place == 1 else str(place)


def _same(record: Any, names: str) -> Cells:
    return {name: getattr(record, name) for name in names.split()}


def _document(record: Any) -> Cells:
    return {"document": record.document.code if record.document else ""}


def _origin(record: Any) -> Cells:
    return {"locator": record.locator, "note": record.source_note}
