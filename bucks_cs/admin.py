"""“Settings”: Django's admin, let in by our roles and told to our audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from rest_framework.authtoken.models import Token

from . import audit
from .models import AuditEvent, Post, User
from .roles import May, check_may, may


class SettingsSite(admin.AdminSite):
    """Only what is registered here is shown: nothing of Django's or allauth's own."""

    site_title = settings.SERVICE_NAME
    site_header = settings.SERVICE_NAME
    index_title = "Settings"
    site_url = "/"
    enable_nav_sidebar = False  # the front page of the settings is as short, and one click away

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, May.ADMINISTER)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The service's own sign-in, with its lock-out and second factor: the admin has none."""
        if request.user.is_authenticated:
            check_may(request.user, May.ADMINISTER)
        there = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': there})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "POST":
            get_adapter(request).logout(request)
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


site = SettingsSite()

# Never written down, not even scrambled.
SECRET = {"password", "password1", "password2", "usable_password"}


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Everything added, changed and removed is in the audit trail, with each field before and
    after."""

    def told_as(self, obj: Any) -> str:
        """What the audit trail calls a record."""
        return str(obj)

    def save_model(
        self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool
    ) -> None:
        before = type(obj)._default_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            _record(request, obj, before, form.changed_data, self.told_as(obj))

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Any],
        formset: BaseModelFormSet[Any, Any],
        change: bool,
    ) -> None:
        changing = [one.instance.pk for one in formset.initial_forms if one.has_changed()]
        before = formset.get_queryset().model._default_manager.in_bulk(changing)
        super().save_formset(request, form, formset, change)
        for added in formset.new_objects:
            _record(request, added, None, _fields(added))
        for changed, fields in formset.changed_objects:
            _record(request, changed, before[changed.pk], fields)
        for removed in formset.deleted_objects:
            _record_removal(request, removed)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        _record_removal(request, obj, self.told_as(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for removed in queryset:
            _record_removal(request, removed, self.told_as(removed))
        super().delete_queryset(request, queryset)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What only the service itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _record(
    request: HttpRequest,
    obj: Model,
    before: Model | None,
    fields: Iterable[str],
    subject: str = "",
) -> None:
    kept = [field for field in fields if field in _fields(obj)]
    audit.record(
        f"{'changed' if before else 'added'} {obj._meta.verbose_name}",
        subject or obj,
        by=_person(request),
        before={name: _said(before, name) for name in kept} if before else None,
        after={name: _said(obj, name) for name in kept},
    )


def _record_removal(request: HttpRequest, obj: Model, subject: str = "") -> None:
    removed = {name: _said(obj, name) for name in _fields(obj)}
    action = f"removed {obj._meta.verbose_name}"
    audit.record(action, subject or obj, by=_person(request), removed=removed)


def _fields(obj: Model) -> list[str]:
    own = (field.name for field in obj._meta.concrete_fields if not field.primary_key)
    return [name for name in own if name not in SECRET]


def _said(obj: Model, name: str) -> Any:
    """A field's value in the words of the page that it is changed on."""
    if hasattr(obj, f"get_{name}_display"):
        return str(getattr(obj, f"get_{name}_display")())
    value = getattr(obj, name)
    kept = (str, int, Decimal, date, type(None))
    return value if isinstance(value, kept) else str(value)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@admin.register(User, site=site)
class PersonAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]
    """People are switched off, not deleted: what they did stays theirs."""

    list_display = ("username", "display_name", "role", "post", "is_active", "code", "token")
    list_filter = ("role", "is_active")
    list_select_related = ("post",)
    search_fields = ("username", "first_name", "last_name", "email", "post__title")
    filter_horizontal = ()
    actions = ("unlock", "remove_second_factor", "revoke_tokens")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "post")}),
        ("Access", {"fields": ("role", "is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "post")}),
        ("Access", {"fields": ("role",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factor = Authenticator.objects.filter(user=OuterRef("pk"))
        token = Token.objects.filter(user=OuterRef("pk"))
        return (
            super().get_queryset(request).annotate(has_code=Exists(factor), has_token=Exists(token))
        )

    @admin.display(boolean=True, description="second factor")
    def code(self, person: Any) -> bool:
        return bool(person.has_code)

    @admin.display(boolean=True, description="API token")
    def token(self, person: Any) -> bool:
        return bool(person.has_token)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = list(super().get_readonly_fields(request, obj))
        # Nobody gives themselves another role, or switches off the last administrator: themselves.
        return [*fixed, "role", "is_active"] if obj and obj.pk == request.user.pk else fixed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            person = User.objects.get(pk=id)
            audit.record("set a password", person.username, by=_person(request))
        return response

    @admin.action(description="Unlock after too many wrong passwords")
    def unlock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            get_adapter(request).unlock(person)
            audit.record("unlocked an account", person.username, by=_person(request))
        messages.success(request, "They can try to sign in again.")

    @admin.action(description="Remove the second factor (a lost telephone)")
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            removed, _ = Authenticator.objects.filter(user=person).delete()
            if removed:
                audit.record("removed a second factor", person.username, by=_person(request))
        messages.success(request, "They set up another at their next sign-in.")

    @admin.action(description="Revoke API tokens")
    def revoke_tokens(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            removed, _ = Token.objects.filter(user=person).delete()
            if removed:
                audit.record("revoked an API token", person.username, by=_person(request))
        messages.success(request, "Their programs can no longer read or send figures.")


@admin.register(Post, site=site)
class PostAdmin(AuditedAdmin):
    search_fields = ("title",)


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)
    search_fields = ("actor", "subject")
    date_hierarchy = "at"
