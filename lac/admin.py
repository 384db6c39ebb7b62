"""The settings of the room: for how long rows about children are kept. The rows themselves are not
here: who keeps the system need not see them."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from bucks_cs.admin import AuditedAdmin, site

from .models import Retention


@admin.register(Retention, site=site)
class RetentionAdmin(AuditedAdmin):
    """There is one, and it stays."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Retention.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
