"""The plans' settings: what is planned, for whom and by whom. How an action or a risk stands is
not among them: that changes through reports, which somebody else agrees to. Nor is what a document
prints: a record that comes from one keeps its words and stays, and what is wrong with them is said
in its note. (A risk's words may change: the register is kept, and a published report has its own.)

What a workbook may not hold, Settings does not take either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ForeignKey, Model, QuerySet, TextField
from django.http import HttpRequest

from bucks_cs import audit
from bucks_cs.admin import AuditedAdmin, PostAdmin, ReadOnlyAdmin, site
from bucks_cs.models import Post, User

from .exporting import export, post_names
from .models import (
    Action,
    Answer,
    Basis,
    BoardSeat,
    Cost,
    Division,
    Mapping,
    Objective,
    Plan,
    PlanVersion,
    PostName,
    RatingMeaning,
    Recommendation,
    ReportLine,
    Risk,
    RiskRating,
    StatusReport,
    SuccessMeasure,
    Update,
)
from .reading import folded, read_posts
from .sheets import KINDS, LONGEST
from .standing import STANDING, as_printed

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts

SOURCE: tuple[str, _FieldOpts] = (
    "Where it comes from",
    {"fields": ("document", "locator", "source_note")},
)
COLUMNS = {"printed_rag": "rag", "due_text": "due"}
"""Fields whose column in a workbook has another name."""


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record whose parts are of one plan, and whose texts a workbook could hold too."""

    sheet = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        plans = {value.plan_id for value in given.values() if hasattr(value, "plan_id")}
        plans |= {given["plan"].pk} if given.get("plan") else set()
        if self.instance.pk and hasattr(self.instance, "plan_id"):
            plans.add(self.instance.plan_id)
        if len(plans) > 1:
            raise forms.ValidationError("These are parts of different plans: choose of one.")
        self._check_objective(given)
        self._check_texts(given)
        return given

    def _check_objective(self, given: dict[str, Any]) -> None:
        objective, division = given.get("objective"), given.get("division")
        if objective and division and objective.division_id != division.pk:
            self.add_error("objective", f"Objective {objective} is of {objective.division}.")

    def _check_texts(self, given: dict[str, Any]) -> None:
        for name, value in list(given.items()):
            column = KINDS[self.sheet].column(COLUMNS.get(name, name)) if self.sheet else None
            if column and column.read and isinstance(value, str | date) and value:
                try:
                    column.read(str(value))
                except ValueError as wrong:
                    self.add_error(name, str(wrong))


class PlanPartAdmin(AuditedAdmin):
    """A part of a plan: it stays in its plan, and keeps the name that addresses and workbooks know
    it by. `sheet` is where a workbook has it. `printed` are the fields that keep a document's
    words, and `of` leads to the record whose document it is."""

    sheet = ""
    fixed: tuple[str, ...] = ("plan", "key")
    printed: tuple[str, ...] = ()
    of = ""
    formfield_overrides = {TextField: {"max_length": LONGEST}}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> Any:
        options["form"] = type("Form", (PlanForm,), {"sheet": self.sheet})
        return super().get_form(request, obj, change, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = self.fixed if obj else ()
        if self._document(obj):
            source = () if self.of else ("document", "locator")
            fixed = (*fixed, *self.printed, *source)
        return list(dict.fromkeys([*super().get_readonly_fields(request, obj), *fixed]))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a document prints is not taken away."""
        return not self._document(obj) and super().has_delete_permission(request, obj)

    def _document(self, obj: Any) -> int | None:
        record = getattr(obj, self.of) if obj and self.of else obj
        return getattr(record, "document_id", None)

    def told_as(self, obj: Any) -> str:
        """With its plan: every plan may have a risk 1."""
        plan = getattr(getattr(obj, self.of) if self.of else obj, "plan", None)
        return f"{plan}, {obj}" if plan else str(obj)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> Any:
        """The parts of the same plan; of every plan, each with its name, while it is not known."""
        if not hasattr(db_field.remote_field.model, "plan"):
            return super().formfield_for_foreignkey(db_field, request, **options)
        parts = db_field.remote_field.model._default_manager.select_related("plan")
        plan = self._plan(request)
        options["queryset"] = parts.filter(plan=plan) if plan else parts
        field: Any = super().formfield_for_foreignkey(db_field, request, **options)
        field.label_from_instance = lambda one: str(one) if plan else f"{one.plan}, {one}"
        return field

    def _plan(self, request: HttpRequest) -> int | None:
        """The plan of the record whose page is asked for."""
        match = request.resolver_match
        asked = match.kwargs.get("object_id") if match else None
        record = self.get_object(request, asked) if asked else None
        return getattr(record, "plan_id", None) or getattr(
            getattr(record, "recommendation", None), "plan_id", None
        )


@admin.register(Plan, site=site)
class PlanAdmin(PlanPartAdmin):
    sheet = "plan"
    fixed = ("slug",)
    printed = ("title", "vision", "target_heading", "current_heading")
    list_display = ("short_title", "title", "division_word", "read_at", "order")
    fieldsets = (
        (None, {"fields": ("slug", "title", "short_title", "division_word", "order")}),
        ("How it is read", {"fields": ("read_at", "red_share")}),
        ("What it says", {"fields": ("vision", "summary", "target_heading", "current_heading")}),
        SOURCE,
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        reported = obj is not None and obj.reports.exists()
        return not reported and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        _tell_what_goes(request, [cast(Plan, obj)])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        _tell_what_goes(request, queryset)
        super().delete_queryset(request, queryset)


def _tell_what_goes(request: HttpRequest, plans: Iterable[Plan]) -> None:
    """How many records of each sheet are removed with a plan."""
    for plan in plans:
        rows = export(plan, drafts=True).rows
        counts = {name: len(of) for name, of in rows.items() if of and name != "plan"}
        audit.record("removed a plan’s parts", plan, by=cast(User, request.user), **counts)


@admin.register(PlanVersion, site=site)
class PlanVersionAdmin(PlanPartAdmin):
    sheet = "versions"
    fixed = ("plan", "label")
    printed = ("changes", "by_whom")
    list_display = ("label", "plan", "by_whom")
    list_filter = ("plan",)
    list_select_related = ("plan",)
    fieldsets = ((None, {"fields": ("plan", "label", "changes", "by_whom", "order")}), SOURCE)


@admin.register(RatingMeaning, site=site)
class RatingMeaningAdmin(PlanPartAdmin):
    sheet = "ratings"
    fixed = ("plan", "of", "rating")
    printed = ("meaning", "action_required")
    list_display = ("of", "rating", "meaning", "plan")
    list_filter = ("plan", "of")
    list_select_related = ("plan",)
    fieldsets = (
        (None, {"fields": ("plan", "of", "rating", "meaning", "action_required")}),
        SOURCE,
    )


@admin.register(PostName, site=site)
class PostNameAdmin(PlanPartAdmin):
    sheet = "posts"
    fixed = ("plan", "post", "ref")
    list_display = ("post", "ref", "also", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan", "post")
    search_fields = ("post__title", "ref", "also")
    fieldsets = ((None, {"fields": ("plan", "post", "ref", "also", "order")}), SOURCE)


site.unregister(Post)


@admin.register(Post, site=site)
class NamedPostAdmin(PostAdmin):
    """A post that is given another title stays known by its old one: plans print that."""

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        old = form.initial.get("title", "")
        if change and "; " not in old and folded(old) != folded(form.cleaned_data["title"]):
            for name in PostName.objects.filter(post=obj.pk).select_related("plan"):
                also = [*filter(None, name.also.split("; ")), old]
                _know_also(request, name, "; ".join(dict.fromkeys(also)))


def _know_also(request: HttpRequest, name: PostName, also: str) -> None:
    longest = PostName._meta.get_field("also").max_length
    if also == name.also or len(also) > (longest or 0):
        return
    before, name.also = name.also, also
    name.save(update_fields=["also"])
    audit.record(
        "changed post name",
        f"{name.plan}, {name}",
        by=cast(User, request.user),
        before={"also": before},
        after={"also": also},
    )


@admin.register(BoardSeat, site=site)
class BoardSeatAdmin(PlanPartAdmin):
    sheet = "board"
    fixed = ("plan",)
    list_display = ("post", "organisation", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan",)
    fieldsets = ((None, {"fields": ("plan", "post", "organisation", "order")}), SOURCE)


@admin.register(Division, site=site)
class DivisionAdmin(PlanPartAdmin):
    sheet = "divisions"
    printed = (
        *("ref", "group", "title", "outcome", "see", "sponsor", "lead", "manager"),
        *("overview_title", "overview_outcome", "overview_sponsor", "overview_lead"),
    )
    list_display = ("title", "ref", "lead", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan",)
    search_fields = ("key", "ref", "title")
    fieldsets = (
        (None, {"fields": ("plan", "key", "ref", "order", "group", "title", "outcome", "see")}),
        ("Who answers for it, as printed", {"fields": ("sponsor", "lead", "manager")}),
        (
            "In the plan’s overview, where that differs",
            {"fields": ("overview_title", "overview_outcome", "overview_sponsor", "overview_lead")},
        ),
        SOURCE,
    )


@admin.register(Objective, site=site)
class ObjectiveAdmin(PlanPartAdmin):
    sheet = "objectives"
    printed = ("ref", "title", "overview_title")
    list_display = ("ref", "title", "division", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan", "division__plan")
    search_fields = ("key", "ref", "title")
    fieldsets = (
        (None, {"fields": ("plan", "key", "ref", "order", "division", "title", "overview_title")}),
        SOURCE,
    )


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes to tick, in Django's own markup: in a list of names, one click too many loses all that
    were chosen, and Django's two lists need a script and fail axe."""

    template_name = "django/forms/widgets/multiple_input.html"
    option_template_name = "django/forms/widgets/input_option.html"


@admin.register(Action, site=site)
class ActionAdmin(PlanPartAdmin):
    sheet = "actions"
    fixed = ("plan", "key", "due_text", "printed_rag")
    printed = ("ref", "text", "owners_text")
    readonly_fields = STANDING
    actions = ("read_owners",)
    list_display = ("ref", "text", "owners_text", "due_text", "rating", "plan")
    list_filter = ("plan", "rating", "ongoing")
    list_select_related = ("plan",)
    search_fields = ("key", "ref", "text", "owners_text")
    fieldsets = (
        (None, {"fields": ("plan", "key", "ref", "order", "division", "objective", "text")}),
        ("By whom", {"fields": ("owners_text", "owners")}),
        ("By when, and how it was rated, as printed", {"fields": ("due_text", "printed_rag")}),
        (
            "How it stands",
            {"fields": STANDING, "description": "This changes through reports on the action."},
        ),
        SOURCE,
    )

    def formfield_for_manytomany(self, db_field: Any, request: Any, **options: Any) -> Any:
        options["widget"] = Boxes()
        return super().formfield_for_manytomany(db_field, request, **options)

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: bool
    ) -> None:
        if not change:
            said = form.cleaned_data
            for name, value in as_printed(said["due_text"], said["printed_rag"]).items():
                setattr(obj, name, value)
        if form.changed_data != ["owners"]:  # of whom `save_related` tells
            super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Any], formsets: Any, change: bool
    ) -> None:
        before = _owners(form.instance)
        super().save_related(request, form, formsets, change)
        _tell_owners(request, form.instance, before)

    @admin.action(description="Read the owners again, by the names that posts have now")
    @transaction.atomic
    def read_owners(self, request: HttpRequest, actions: QuerySet[Action]) -> None:
        """Where the printed owners name posts. Those that somebody chose instead go: so it is done
        when asked for, and not whenever a name is added."""
        changed = 0
        names = {plan.pk: post_names(plan) for plan in Plan.objects.filter(actions__in=actions)}
        for action in actions.select_related("plan"):
            titles = read_posts(action.owners_text, names[action.plan_id]).titles
            before = _owners(action)
            if titles and set(titles) != set(before):
                action.owners.set(Post.objects.filter(title__in=titles))
                _tell_owners(request, action, before)
                changed += 1
        messages.success(request, f"Read again. Actions with other owners than before: {changed}.")


def _owners(action: Action) -> list[str]:
    return list(action.owners.values_list("title", flat=True))


def _tell_owners(request: HttpRequest, action: Action, before: list[str]) -> None:
    after = _owners(action)
    if before != after:
        audit.record(
            "changed owners",
            f"{action.plan}, action {action}",
            by=cast(User, request.user),
            before={"owners": before},
            after={"owners": after},
        )


@admin.register(Cost, site=site)
class CostAdmin(PlanPartAdmin):
    """An amount that cannot be read may be given here; the printed text stays beside it."""

    sheet = "costs"
    of = "action"
    fixed = ("action", "year", "kind", "printed")
    fields = ("action", "year", "kind", "printed", "amount", "source_note")
    list_display = ("action", "year", "kind", "printed", "amount")
    list_filter = ("action__plan", "year", "kind")
    list_select_related = ("action__plan",)
    search_fields = ("action__key", "printed")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "amount":
            options["min_value"] = 0
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(SuccessMeasure, site=site)
class SuccessMeasureAdmin(PlanPartAdmin):
    sheet = "success_measures"
    printed = ("ref", "list_name", "name", "target_text", "current_text", "printed_rag")
    list_display = ("name", "target_text", "current_text", "printed_rag", "measure", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan", "measure")
    search_fields = ("key", "name", "measure__code")
    fieldsets = (
        (None, {"fields": ("plan", "key", "ref", "order", "division", "objective", "list_name")}),
        ("As printed", {"fields": ("name", "target_text", "current_text", "printed_rag")}),
        ("On the scorecard", {"fields": ("measure",)}),
        SOURCE,
    )


@admin.register(Recommendation, site=site)
class RecommendationAdmin(PlanPartAdmin):
    sheet = "recommendations"
    fixed = ("plan", "ref")
    printed = ("made_by", "group", "text", "story", "good")
    list_display = ("ref", "made_by", "text", "plan")
    list_filter = ("plan", "made_by")
    list_select_related = ("plan",)
    search_fields = ("ref", "text")
    fieldsets = (
        (
            None,
            {"fields": ("plan", "ref", "order", "made_by", "group", "text", "story", "good")},
        ),
        SOURCE,
    )


@admin.register(Mapping, site=site)
class MappingAdmin(PlanPartAdmin):
    sheet = "mapping"
    of = "recommendation"
    fixed = ()
    printed = ("recommendation", "division", "printed_in", "made_for")
    fields = (*printed, "source_note")
    list_display = ("recommendation", "division", "printed_in")
    list_filter = ("recommendation__plan",)
    list_select_related = ("recommendation", "division__plan")

    def _document(self, obj: Any) -> int | None:
        return super()._document(obj) if obj and obj.printed_in else None


@admin.register(Answer, site=site)
class AnswerAdmin(PlanPartAdmin):
    sheet = "answers"
    of = "recommendation"
    fixed = ()
    printed = ("recommendation", "action", "basis")
    fields = (*printed, "source_note")
    list_display = ("recommendation", "action", "basis")
    list_filter = ("recommendation__plan", "basis")
    list_select_related = ("recommendation", "action")

    def _document(self, obj: Any) -> int | None:
        """Our own reading may be taken back."""
        return super()._document(obj) if obj and obj.basis == Basis.PRINTED else None


@admin.register(Risk, site=site)
class RiskAdmin(PlanPartAdmin):
    sheet = "risks"
    fixed = ("plan", "ref")
    list_display = ("ref", "if_text", "owner", "closed_on", "plan")
    list_filter = ("plan",)
    list_select_related = ("plan", "owner")
    search_fields = ("ref", "if_text", "then_text")
    fieldsets = (
        (None, {"fields": ("plan", "ref", "order", "if_text", "then_text", "mitigation")}),
        ("Who sees to it", {"fields": ("owner", "closed_on")}),
        SOURCE,
    )


@admin.register(RiskRating, site=site)
class RiskRatingAdmin(ReadOnlyAdmin):
    list_display = ("risk", "on", "rating", "by")
    list_filter = ("risk__plan", "rating")
    list_select_related = ("risk", "by")
    date_hierarchy = "on"


@admin.register(Update, site=site)
class UpdateAdmin(ReadOnlyAdmin):
    list_display = ("action", "on", "rating", "status", "entered_by", "approved_by")
    list_filter = ("action__plan", "status", "rating")
    list_select_related = ("action", "entered_by", "approved_by")
    search_fields = ("action__key",)
    date_hierarchy = "on"


@admin.register(StatusReport, site=site)
class StatusReportAdmin(ReadOnlyAdmin):
    list_display = ("plan", "month", "overall", "published_at", "published_by")
    list_filter = ("plan",)
    list_select_related = ("plan", "published_by")


@admin.register(ReportLine, site=site)
class ReportLineAdmin(ReadOnlyAdmin):
    list_display = ("report", "kind", "text")
    list_filter = ("report__plan", "kind")
    list_select_related = ("report",)
