"""Papers: what is written of the figures for Cabinet, the Improvement Board and the select
committee, from the first draft to the file that is kept for ever.

A paper's content is prepared from the record as any member may see it, since a paper leaves the
service. What people write is kept apart from it, a passage at a time.
"""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from bucks_cs.models import User
from bucks_cs.roles import May
from scorecard.models import Measure

from .quarters import Quarter

FILE_TYPES = ("docx", "pdf", "xlsx")


class Kind(models.TextChoices):
    CABINET = "cabinet", "Quarterly Cabinet report"
    BOARD = "board", "Improvement Board status report"
    COMMITTEE = "committee", "Select committee performance pack"


class Basis(models.TextChoices):
    PUBLISHED = "published", "As each month was first published"
    KNOWN = "known", "As known now"


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    SIGNED_OFF = "signed_off", "Signed off"
    ISSUED = "issued", "Issued"


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> PaperQuerySet:
        """Who may write or decide sees every paper; everybody else those that are issued."""
        if user.may(May.WRITE) or user.may(May.APPROVE):
            return self
        return self.filter(state=State.ISSUED)


class Paper(models.Model):
    """A paper of a financial quarter. `content` is what was prepared (`document.as_json`); once it
    is signed off, `final` is what it says, with what people wrote, and `digest` its SHA-256."""

    kind = models.CharField(max_length=10, choices=Kind)
    quarter_from = models.DateField(help_text="The quarter’s first day.")
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.PUBLISHED)
    since = models.DateField(
        null=True, blank=True, help_text="When the select committee last met: changes since then."
    )
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="+", help_text="Those the select committee asked for."
    )

    title = models.CharField(max_length=200)
    meeting_on = models.DateField(null=True, blank=True, help_text="When the meeting is.")
    author = models.CharField(max_length=200, help_text="A post, not a name.")
    contact = models.CharField(max_length=200, help_text="A post, a mailbox or a number.")
    members_affected = models.CharField(max_length=300, default="All electoral divisions")
    portfolios = models.CharField(max_length=300, default="Children’s Services")
    summary = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    seen = models.PositiveIntegerField(default=1, help_text="Grows with every change.")
    content = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    prepared_at = models.DateTimeField(null=True, blank=True)
    final = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64, blank=True)

    edition = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    correction = models.TextField(blank=True, help_text="What it corrects, and why.")
    returned = models.TextField(blank=True, help_text="Why it came back from review.")

    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("-quarter_from", "kind", "-edition", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(correction=""),
                name="paper_says_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.REVIEW))
                | Q(final__isnull=False) & ~Q(digest=""),
                name="paper_signed_off_is_final",
            ),
        )

    def __str__(self) -> str:
        edition = f", version {self.edition}" if self.edition > 1 else ""
        return f"{self.get_kind_display()}, {self.quarter.label}{edition}"

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.pk])

    @property
    def quarter(self) -> Quarter:
        return Quarter.starting(self.quarter_from)


class Passage(models.Model):
    """What people made of a drafted paragraph (`key` is its own), or wrote themselves in a section
    (`key` is empty). A drafted paragraph without one stands as drafted."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="passages")
    section = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    drafted = models.TextField(blank=True, help_text="What was drafted when it was changed.")
    text = models.TextField(blank=True)
    dropped = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("paper", "key"), condition=~Q(key=""), name="paragraph_changed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.section}, {self.paper}"


class PaperFile(models.Model):
    """A signed-off paper as a file: its bytes for ever, with their SHA-256."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="files")
    file_type = models.CharField(
        max_length=4, choices=[(one, one) for one in ("docx", "pdf", "xlsx")]
    )
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("file_type",)
        constraints = (
            models.UniqueConstraint(fields=("paper", "file_type"), name="paper_file_once"),
        )

    def __str__(self) -> str:
        return f"{self.paper}.{self.file_type}"


class Question(models.Model):
    """What the select committee asked, and what it was told."""

    asked_on = models.DateField(help_text="The meeting at which it was asked.")
    text = models.TextField()
    measure = models.ForeignKey(
        Measure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The measure that it is about, if one.",
    )
    promised_for = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-asked_on", "-pk")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_open(self) -> bool:
        return not self.answer
