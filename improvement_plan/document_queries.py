"""What is doubtful in the documents that plans were taken from: the texts that cannot be read
with certainty, read anew each time, references printed twice or left out, and every note on a
record. Nothing of it is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import reverse

from bucks_cs.lib.periods import day_label

from . import models
from .costs import money_words
from .exporting import titles_by_name
from .progress import Rating, Word
from .reading import read_due, read_figure, read_money, read_posts
from .rows import due_words

NOTHING_READ = "Nothing could be read"


class About(Word):
    """What a query is about."""

    DATE = "date", "Dates"
    MONEY = "money", "Costs"
    OWNER = "owner", "Owners"
    FIGURE = "figure", "Figures"
    REFERENCE = "reference", "References"
    NOTE = "note", "Notes"


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """A doubt: of which record, where it stands in which document, the text as printed, what stands
    beside it in the service, why it is doubtful, and the page where it can be looked at or put
    right."""

    plan: models.Plan
    about: About
    record: str
    document: str
    locator: str
    printed: str
    reading: str
    doubt: str
    page: str


def queries_of(plans: Sequence[models.Plan]) -> list[DocumentQuery]:
    """Every doubt of these plans, plan by plan, in a constant number of queries. Read them with
    their documents."""
    names: dict[int, list[models.PostName]] = {plan.pk: [] for plan in plans}
    for name in models.PostName.objects.filter(plan__in=plans).select_related("post"):
        names[name.plan_id].append(name)
    titles = {plan: titles_by_name(found) for plan, found in names.items()}
    found = [
        *_of_actions(plans, titles),
        *_of_costs(plans),
        *_of_divisions(plans, titles),
        *_of_measures(plans),
        *_of_references(plans),
        *_of_plans(plans),
        *_of_notes(plans),
    ]
    places = {plan.pk: place for place, plan in enumerate(plans)}
    kinds = list(About)
    return sorted(found, key=lambda one: (places[one.plan.pk], kinds.index(one.about)))


_Titles = dict[int, dict[str, list[str]]]


def _of_actions(plans: Sequence[models.Plan], titles: _Titles) -> Iterator[DocumentQuery]:
    """Dates that cannot be read with certainty, and owners that name no listed post."""
    actions = models.Action.objects.filter(plan__in=plans).for_rows().select_related("document")
    for action in actions.order_by("plan", "order"):
        due = read_due(action.due_text)
        of_action = partial(
            DocumentQuery,
            plan=action.plan,
            record=f"Action {action}",
            document=_document(action),
            locator=action.locator,
            page=action.get_absolute_url(),
        )
        if due.doubt:
            changed = (action.due_date, action.ongoing) != (due.day, due.ongoing)
            read = day_label(due.day) if due.day else "Ongoing" if due.ongoing else NOTHING_READ
            yield of_action(
                about=About.DATE,
                printed=action.due_text,
                reading=f"{due_words(action)}, as reported since" if changed else read,
                doubt=due.doubt,
            )
        owners = [post.title for post in action.owners.all()]
        if doubt := _owners_doubt(action.owners_text, owners, titles[action.plan_id]):
            yield of_action(
                about=About.OWNER,
                printed=action.owners_text,
                reading=", ".join(owners) or NOTHING_READ,
                doubt=doubt,
            )


def _owners_doubt(text: str, owners: list[str], names: Mapping[str, list[str]]) -> str:
    """What names no post; and where the text reads as others than own the action, since a name was
    added or owners were chosen by hand."""
    posts = read_posts(text, names)
    if not posts.titles or set(posts.titles) == set(owners):
        return posts.doubt
    others = (
        f"It reads as {', '.join(posts.titles)} now, and others own the action. “Read the owners "
        "again” in Settings makes them its owners."
    )
    return f"{posts.doubt} {others}".strip()


def _of_costs(plans: Sequence[models.Plan]) -> Iterator[DocumentQuery]:
    costs = models.Cost.objects.filter(action__plan__in=plans)
    costs = costs.select_related("action__plan", "action__document")
    for cost in costs.order_by("action__plan", "action__order", "year", "kind"):
        if doubt := read_money(cost.printed).doubt:
            yield DocumentQuery(
                plan=cost.action.plan,
                about=About.MONEY,
                record=_cost(cost),
                document=_document(cost.action),
                locator=cost.action.locator,
                printed=cost.printed,
                reading=_amount(cost),
                doubt=doubt,
                page=_in_settings(cost),
            )


def _of_divisions(plans: Sequence[models.Plan], titles: _Titles) -> Iterator[DocumentQuery]:
    """Sponsors, leads and managers that name no listed post."""
    divisions = models.Division.objects.filter(plan__in=plans).select_related("plan", "document")
    for division in divisions.order_by("plan", "order"):
        for name in ("sponsor", "overview_sponsor", "lead", "overview_lead", "manager"):
            printed = getattr(division, name)
            posts = read_posts(printed, titles[division.plan_id])
            if posts.doubt:
                yield DocumentQuery(
                    plan=division.plan,
                    about=About.OWNER,
                    record=f"{division}, {name.replace('_', ' ')}",
                    document=_document(division),
                    locator=division.locator,
                    printed=printed,
                    reading=", ".join(posts.titles) or NOTHING_READ,
                    doubt=posts.doubt,
                    page=division.get_absolute_url(),
                )


def _of_measures(plans: Sequence[models.Plan]) -> Iterator[DocumentQuery]:
    """Targets and figures of success measures that are no numbers."""
    measures = models.SuccessMeasure.objects.filter(plan__in=plans)
    for one in measures.select_related("plan", "document").order_by("plan", "order"):
        for name, printed in (("target", one.target_text), ("current figure", one.current_text)):
            if printed.lower() not in ("", "n/a") and read_figure(printed) is None:
                yield DocumentQuery(
                    plan=one.plan,
                    about=About.FIGURE,
                    record=f"Success measure {one.key}, {name}",
                    document=_document(one),
                    locator=one.locator,
                    printed=printed,
                    reading=NOTHING_READ,
                    doubt=f"“{printed}” is no number: it is not compared with anything.",
                    page=one.get_absolute_url(),
                )


def _of_references(plans: Sequence[models.Plan]) -> Iterator[DocumentQuery]:
    """References of objectives and actions that are printed twice, or are missing from a row of
    them. Some plans begin anew in each division, so a row is of one division, or says so itself."""
    for model in (models.Objective, models.Action):
        records = model.objects.filter(plan__in=plans).exclude(ref="")
        records = records.select_related("plan", "division", "document")
        by_plan = groupby(records.order_by("plan", "order"), key=lambda one: one.plan_id)
        for _, of_plan in by_plan:
            yield from _of_row(model.__name__, list(of_plan))


def _of_row(word: str, records: list[Any]) -> Iterator[DocumentQuery]:
    found: dict[tuple[str, str], dict[int, Any]] = {}
    for one in records:
        match = re.fullmatch(r"(.*?)([0-9]{1,4})[a-z]?", one.ref)
        if match is None:
            continue
        within = "" if "." in one.ref else one.division.key
        row = found.setdefault((within, match[1]), {})
        first = row.setdefault(int(match[2]), one)
        twice = first is not one and first.ref == one.ref
        if twice and not (_is_part(first) and _is_part(one)):
            doubt = f"This reference is printed of {first.key} too."
            yield _reference(one, f"{word} {one.key}", one.ref, doubt)
    for (_, start), row in found.items():
        missing = [number for number in range(1, max(row)) if number not in row]
        if len(missing) < len(row):
            for number in missing:
                before = row[max((n for n in row if n < number), default=min(row))]
                doubt = f"No {word.lower()} has this reference; {start}{max(row)} is the last."
                yield _reference(before, f"{word} {start}{number}", "", doubt)


def _is_part(record: Any) -> bool:
    """3.3.7a and 3.3.7b are parts of what is printed once."""
    return bool(re.fullmatch(rf"{re.escape(record.ref)}[a-z]", record.key))


def _reference(beside: Any, record: str, printed: str, doubt: str) -> DocumentQuery:
    return DocumentQuery(
        plan=beside.plan,
        about=About.REFERENCE,
        record=record,
        document=_document(beside),
        locator=beside.locator,
        printed=printed,
        reading="",
        doubt=doubt,
        page=beside.get_absolute_url(),
    )


class _Noted(NamedTuple):
    """How the notes of one kind of record are told. `of` leads from the record to what it is a
    part of: the plan itself, or a part of it, which says where the record stands if it does not."""

    model: type[Model]
    of: str
    record: Callable[[Any], str]
    printed: Callable[[Any], str]
    reading: Callable[[Any], str]
    page: Callable[[Any], str]
    related: tuple[str, ...] = ()


def _of_plans(plans: Sequence[models.Plan]) -> Iterator[DocumentQuery]:
    for plan in plans:
        if plan.source_note:
            yield DocumentQuery(
                plan=plan,
                about=About.NOTE,
                record="The plan",
                document=_document(plan),
                locator=plan.locator,
                printed=plan.title,
                reading=f"Read as at {day_label(plan.read_at)}" if plan.read_at else "",
                doubt=plan.source_note,
                page=reverse("plan-about", args=[plan.slug]),
            )


def _of_notes(plans: Sequence[models.Plan]) -> Iterator[DocumentQuery]:
    for noted in NOTED:
        path = "plan" if noted.of == "plan" else f"{noted.of}__plan"
        has_place = hasattr(noted.model, "locator")
        records: Iterable[Any] = (
            noted.model._default_manager.filter(**{f"{path}__in": plans})
            .exclude(source_note="")
            .select_related(
                path, "document" if has_place else f"{noted.of}__document", *noted.related
            )
        )
        for record in records:
            above = getattr(record, noted.of)
            stands = record if has_place else above
            yield DocumentQuery(
                plan=above if noted.of == "plan" else above.plan,
                about=About.NOTE,
                record=noted.record(record),
                document=_document(stands),
                locator=stands.locator,
                printed=noted.printed(record),
                reading=noted.reading(record),
                doubt=record.source_note,
                page=noted.page(record),
            )


def _document(record: Any) -> str:
    return record.document.title if record.document else ""


def _in_settings(record: Model) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def _page(record: Any) -> str:
    return str(record.get_absolute_url())


def _cost(cost: models.Cost) -> str:
    return f"Action {cost.action}, {cost.year} {cost.kind}"


def _amount(cost: models.Cost) -> str:
    if cost.amount is None:
        return NOTHING_READ
    said = "" if cost.amount == read_money(cost.printed).amount else ", as said in Settings"
    return f"{money_words(cost.amount)}{said}"


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)


def _nothing(record: Any) -> str:
    return ""


NOTED: tuple[_Noted, ...] = (
    _Noted(
        models.PlanVersion,
        "plan",
        lambda one: f"Version {one.label}",
        lambda one: _joined(one.changes, one.by_whom),
        _nothing,
        _in_settings,
    ),
    _Noted(
        models.RatingMeaning,
        "plan",
        lambda one: f"Meaning of a rating: {one}",
        lambda one: _joined(one.meaning, one.action_required),
        lambda one: str(one.get_rating_display()),
        _in_settings,
    ),
    _Noted(
        models.PostName,
        "plan",
        lambda one: f"Post {one}",
        lambda one: _joined(one.ref, one.also),
        lambda one: str(one.post),
        _in_settings,
        ("post",),
    ),
    _Noted(
        models.BoardSeat,
        "plan",
        lambda one: f"Board: {one.post}",
        lambda one: _joined(one.post, one.organisation),
        _nothing,
        _in_settings,
    ),
    _Noted(models.Division, "plan", str, lambda one: one.title, _nothing, _page),
    _Noted(
        models.Objective,
        "plan",
        lambda one: f"Objective {one}",
        lambda one: one.title,
        _nothing,
        _page,
    ),
    _Noted(
        models.Action,
        "plan",
        lambda one: f"Action {one}",
        lambda one: _joined(one.text, one.due_text, one.owners_text, one.printed_rag),
        lambda one: _joined(due_words(one), Rating(one.rating).label),
        _page,
    ),
    _Noted(models.Cost, "action", _cost, lambda one: one.printed, _amount, _in_settings),
    _Noted(
        models.SuccessMeasure,
        "plan",
        lambda one: f"Success measure {one.key}",
        lambda one: _joined(one.name, one.target_text, one.current_text, one.printed_rag),
        lambda one: one.measure.short_name if one.measure else "",
        _page,
        ("measure",),
    ),
    _Noted(
        models.Recommendation,
        "plan",
        lambda one: f"Recommendation {one}",
        lambda one: one.text,
        _nothing,
        _page,
    ),
    _Noted(
        models.Mapping,
        "recommendation",
        lambda one: f"Recommendation {one.recommendation} and {one.division}",
        lambda one: one.printed_in,
        _nothing,
        _in_settings,
        ("division__plan",),
    ),
    _Noted(
        models.Answer,
        "recommendation",
        lambda one: f"Recommendation {one.recommendation} and action {one.action}",
        lambda one: one.action.text,
        lambda one: str(one.get_basis_display()),
        _in_settings,
        ("action",),
    ),
    _Noted(
        models.Risk,
        "plan",
        str,
        lambda one: f"IF {one.if_text} THEN {one.then_text}",
        lambda one: one.owner.title if one.owner else "",
        _page,
        ("owner",),
    ),
    _Noted(
        models.Update,
        "action",
        lambda one: f"Report on action {one.action}, {day_label(one.on)}",
        lambda one: one.progress,
        lambda one: Rating(one.rating).label,
        lambda one: _page(one.action),
    ),
    _Noted(
        models.StatusReport,
        "plan",
        str,
        lambda one: one.summary,
        lambda one: one.lead.title if one.lead else "",
        _page,
        ("lead",),
    ),
    _Noted(
        models.ReportLine,
        "report",
        lambda one: f"{one.report}, {one.get_kind_display().lower()}",
        lambda one: one.text,
        _nothing,
        lambda one: _page(one.report),
    ),
)
"""Every kind of record that has notes, the plan itself apart."""
