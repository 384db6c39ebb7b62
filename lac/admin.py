"""The settings of the room: for how long rows about children are kept. The rows themselves are not
here: who keeps the system need not see them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from bucks_cs.admin import AuditedAdmin, site

from .ahead_words import label
from .flows import PLACEMENTS
from .models import Inflation, Retention, UnitCost


@admin.register(Retention, site=site)
class RetentionAdmin(AuditedAdmin):
    """There is one, and it stays."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Retention.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class PricedAdmin(AuditedAdmin):
    """As on the page of unit costs, no number without where it comes from."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "source":
            options["required"] = True
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(UnitCost, site=site)
class UnitCostAdmin(PricedAdmin):
    """The same that the page of unit costs sets."""

    list_display = ("placement", "pounds_a_week", "source")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """A projection knows no other placements."""
        if db_field.name == "placement":
            return forms.ChoiceField(choices=[(name, label(name)) for name in PLACEMENTS])
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(Inflation, site=site)
class InflationAdmin(PricedAdmin):
    """There is one, or none."""

    list_display = ("per_cent", "source")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Inflation.objects.exists()
