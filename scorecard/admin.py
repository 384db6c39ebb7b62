"""The ledger's settings: what is measured, against what, and with whom it is compared.

Published figures are frozen and never change here. What the rules say of the others may: a
change to a rule asks for it to be said anew.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Min, Model, Q
from django.forms import ModelForm
from django.http import HttpRequest

from bucks_cs.admin import AuditedAdmin, ReadOnlyAdmin, site

from . import snapshots
from .models import (
    Area,
    Baseline,
    Document,
    GroupMember,
    Measure,
    Outturn,
    Publication,
    PublishedFigure,
    Rebase,
    Series,
    Target,
)

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts

PROVENANCE: tuple[str, _FieldOpts] = (
    "Where it comes from",
    {"fields": ("document", "locator", "printed", "source_note")},
)


class RuleAdmin(AuditedAdmin):
    """What the rules read: a change asks for the snapshots from the earliest figure it touches."""

    rule_fields: frozenset[str] = frozenset()

    def figures(self, obj: Any) -> Q:
        """Which outturns the rules judge by this."""
        raise NotImplementedError

    def save_related(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        changed = self.rule_fields & {*form.changed_data}
        if change and (changed or any(formset.has_changed() for formset in formsets)):
            self.recompute(form.instance)

    def recompute(self, obj: Model) -> None:
        earliest: date | None = Outturn.objects.filter(self.figures(obj)).aggregate(
            day=Min("period_end")
        )["day"]
        if earliest:
            snapshots.request(earliest.replace(day=1))


class TargetInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Target
    extra = 0
    fields = (("starts", "value", "upper"), ("document", "locator", "printed"))


class RebaseInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Rebase
    extra = 0
    fields = (("month", "reason"),)


class BaselineInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Baseline
    extra = 0
    fields = (("label", "value"), ("document", "locator", "printed"))


class MemberInline(admin.StackedInline):  # type: ignore[type-arg]
    model = GroupMember
    fk_name = "group"
    extra = 0
    fields = ("area", ("withdrawn_from", "withdrawn_to", "reason"))


@admin.register(Measure, site=site)
class MeasureAdmin(RuleAdmin):
    list_display = ("short_name", "code", "theme", "unit", "owner", "on_scorecard", "active")
    list_filter = ("on_scorecard", "active", "theme", "frequency")
    list_select_related = ("owner",)
    search_fields = ("code", "name", "short_name")
    inlines = (TargetInline,)
    rule_fields = frozenset({"polarity", "tolerance", "tolerance_kind", "frequency"})
    fieldsets = (
        (
            None,
            {
                "fields": ("code", "name", "short_name", "theme", "order", "owner"),
                "description": "The code and the unit stay as they are once there are figures.",
            },
        ),
        ("What it is", {"fields": ("definition", "why", "also_printed_as")}),
        (
            "How it is counted",
            {"fields": ("unit", "frequency", "decimals", "numerator_label", "denominator_label")},
        ),
        ("How it is judged", {"fields": ("polarity", "tolerance", "tolerance_kind")}),
        ("Where it is used", {"fields": ("on_scorecard", "active")}),
        PROVENANCE,
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The unit is part of every figure, the published ones too, and the code is the name that
        addresses and other people's programs know the measure by."""
        has_figures = obj and Outturn.objects.filter(self.figures(obj)).exists()
        return ("code", "unit") if has_figures else ()

    def figures(self, obj: Measure) -> Q:
        return Q(series__measure=obj)


@admin.register(Series, site=site)
class SeriesAdmin(RuleAdmin):
    list_display = ("measure", "area", "category", "freeze_after")
    list_filter = ("area__kind", "measure__theme")
    list_select_related = ("measure", "area")
    search_fields = ("measure__code", "measure__short_name", "area__name", "category")
    inlines = (RebaseInline, BaselineInline)
    rule_fields = frozenset({"freeze_after"})

    def figures(self, obj: Series) -> Q:
        return Q(series=obj)


@admin.register(Area, site=site)
class AreaAdmin(RuleAdmin):
    list_display = ("name", "code", "kind", "ons", "neighbours", "region", "nation")
    list_filter = ("kind",)
    list_select_related = ("neighbours", "region", "nation")
    search_fields = ("code", "name", "ons")
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("code", "name", "kind", "ons", "statistic", "note")}),
        ("What it is compared with", {"fields": ("neighbours", "region", "nation")}),
        PROVENANCE,
    )
    rule_fields = frozenset({"neighbours", "region", "nation"})

    def figures(self, obj: Area) -> Q:
        return Q(series__area=obj)


@admin.register(Document, site=site)
class DocumentAdmin(AuditedAdmin):
    list_display = ("title", "code", "publisher", "date")
    search_fields = ("code", "title")


@admin.register(Outturn, site=site)
class OutturnAdmin(ReadOnlyAdmin):
    list_display = ("series", "period_end", "value", "absence", "status", "revision")
    list_filter = ("status", "source", "projection")
    list_select_related = ("series__measure", "series__area")
    search_fields = ("series__measure__code", "series__measure__short_name")
    date_hierarchy = "period_end"


@admin.register(Publication, site=site)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("month", "edition", "published_at", "published_by", "reopened_at")
    list_select_related = ("published_by",)
    date_hierarchy = "month"


@admin.register(PublishedFigure, site=site)
class PublishedFigureAdmin(ReadOnlyAdmin):
    list_display = ("outturn", "publication", "value", "target", "rag")
    list_filter = ("publication", "rag")
    list_select_related = ("outturn__series__measure", "outturn__series__area", "publication")
    search_fields = ("outturn__series__measure__code",)
