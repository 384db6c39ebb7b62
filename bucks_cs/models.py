"""People, what they did, and the long work they asked for."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .roles import PERMISSIONS, May, Role, may


class Post(models.Model):
    """A job role. Documents name people; the system keeps only the posts they held."""

    title = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class UserManager(DjangoUserManager["User"]):
    def who_may(self, permission: May) -> models.QuerySet[User]:
        roles = [role for role, allowed in PERMISSIONS.items() if permission in allowed]
        return self.filter(is_active=True, role__in=roles)

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> User:
        """The first person of a new service: `manage.py createsuperuser`."""
        fields.setdefault("role", Role.ADMINISTRATOR)
        return super().create_superuser(username, email, password, **fields)


class User(AbstractUser):
    """Someone who signs in, with one role and perhaps a post."""

    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="holders")

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        )

    def may(self, permission: May) -> bool:
        return may(self, permission)

    # Django's admin asks these; our roles answer, and its own permissions count for nothing.

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.may(May.ADMINISTER)

    def has_module_perms(self, app_label: str) -> bool:
        return self.may(May.ADMINISTER)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()  # allauth looks addresses up in lower case
        others = User.objects.exclude(pk=self.pk)
        if self.email and others.filter(email__iexact=self.email).exists():
            # One signs in by it, and the council's directory knows people by it.
            raise ValidationError({"email": "Somebody else has this address already."})

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def matching(
        self,
        *,
        who: str = "",
        action: str = "",
        subject: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> AuditEventQuerySet:
        """Those that match every filter that is given; both days are included."""
        wanted = Q()
        if who:
            wanted &= Q(actor=who)
        if action:
            wanted &= Q(action=action)
        if subject:
            wanted &= Q(subject__icontains=subject)
        if since:
            wanted &= Q(at__date__gte=since)
        if until:
            wanted &= Q(at__date__lte=until)
        return self.filter(wanted)


class AuditEvent(models.Model):
    """Something that was done, by whom, when, to what. Written once and never changed.

    `actor` is kept as text too, so that the trail survives the removal of an account.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}: {self.subject}"


class JobState(models.TextChoices):
    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))

    def visible_to(self, user: User) -> JobQuerySet:
        """One's own; an administrator's are all."""
        return self if user.may(May.ADMINISTER) else self.filter(asked_by=user)


class Job(models.Model):
    """Long work. The row, not the broker's message, is the record: a worker that dies leaves a
    stale heartbeat, and `jobs.rescue` starts the work again or marks it failed."""

    task = models.CharField(max_length=100, help_text="The name of the Celery task that does it.")
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    message = models.CharField(max_length=500, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    heartbeat = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_per_cent"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def finished(self) -> bool:
        return self.state not in (JobState.QUEUED, JobState.RUNNING)

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])
