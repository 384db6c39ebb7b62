"""Looked-after children: the rows of the council's own statutory returns, kept for as long as they
are needed and no longer; and projections that people have made and named.

Rows about children are pseudonymous: the return's own child identifier, no name, no postcode (only
what was worked out from it). They are replaced by year, and deleted when their time is over; the
figures counted from them stay in the ledger.
"""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from bucks_cs.models import Job
from bucks_cs.scenarios import KeptScenario


class Retention(models.Model):
    """For how many days rows about children are kept after their import. One row; an administrator
    sets it in Settings."""

    days = models.PositiveSmallIntegerField(
        default=400,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="Rows about children are deleted so many days after they were imported.",
    )

    class Meta:
        verbose_name_plural = "retention"
        constraints = (
            models.CheckConstraint(condition=Q(days__range=(1, 3650)), name="retention_some_days"),
        )

    def __str__(self) -> str:
        return f"{self.days} days"

    @classmethod
    def current(cls) -> Retention:
        return cls.objects.first() or cls()


class Return(models.Model):
    """One financial year's SSDA903 return as imported: its year is the second, 2024 for 2023-24.
    Importing the year again replaces it."""

    year = models.PositiveSmallIntegerField(unique=True)
    authority = models.CharField(max_length=9, help_text="ONS code of the authority whose it is.")
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    with_postcodes = models.BooleanField(
        default=False, help_text="Whether distances could be worked out."
    )
    files = models.JSONField(
        default=list, blank=True, help_text="Kinds of files that it came with; none: not known."
    )

    class Meta:
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"Return of {self.year - 1}/{self.year % 100:02}"


class OfReturn(models.Model):
    """A row of a return, about one child, who is known by the return's own identifier."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="%(class)ss")
    child = models.CharField(max_length=20, help_text="The return’s own identifier.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.child}, {self.of}"


class Child(OfReturn):
    """A row of the header file, with what UASC and OC2 say of the same child."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="children")
    born = models.DateField()
    sex = models.CharField(max_length=1)
    is_uasc = models.BooleanField(default=False, help_text="Unaccompanied and seeking asylum.")
    uasc_until = models.DateField(null=True, blank=True)
    in_health_file = models.BooleanField(default=False, help_text="Has a row in OC2.")
    immunised = models.BooleanField(null=True)
    teeth_checked = models.BooleanField(null=True)
    health_assessed = models.BooleanField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("of", "child"), name="child_once_a_return"),)


class Episode(OfReturn):
    """A row of the episodes file. Postcodes are not kept: only the distance between them, whether
    the placement is in the authority, and a number that is the same for the same carer."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="episodes")
    began = models.DateField()
    ended = models.DateField(null=True)
    reason_began = models.CharField(max_length=1)
    reason_ended = models.CharField(max_length=3, blank=True)
    legal_status = models.CharField(max_length=2)
    place = models.CharField(max_length=2)
    provider = models.CharField(max_length=3, blank=True)
    need = models.CharField(max_length=2, blank=True)
    carer = models.BigIntegerField()
    miles = models.FloatField(null=True)
    in_county = models.BooleanField(null=True)


class Review(OfReturn):
    """A row of the reviews file."""

    on = models.DateField()


class CareLeaver(OfReturn):
    """A row of OC3: a young person who has left care, near a birthday from 17 to 21."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="care_leavers")
    born = models.DateField()
    in_touch = models.CharField(max_length=4)
    activity = models.CharField(max_length=2, blank=True)
    accommodation = models.CharField(max_length=2, blank=True)


class Adoption(OfReturn):
    """A row of AD1: a child for whom adoption was decided."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="adoptions")
    decided = models.DateField()
    matched = models.DateField(null=True)
    by_foster_carer = models.BooleanField(null=True)


class Upload(models.Model):
    """A file between its upload and the job that reads it; deleted when the job ends."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    is_postcodes = models.BooleanField(default=False, help_text="The postcode file.")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class ImportReport(models.Model):
    """What an import job found: problems by file, row and column, or what it loaded."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="import_report")
    problems = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    loaded = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"Report of {self.job}"


class UnitCost(models.Model):
    """What a placement of a kind costs a week."""

    placement = models.CharField(max_length=20, unique=True)
    pounds_a_week = models.DecimalField(
        max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("placement",)
        constraints = (
            models.CheckConstraint(condition=Q(pounds_a_week__gte=0), name="unit_cost_not_neg"),
        )

    def __str__(self) -> str:
        return f"{self.placement}: £{self.pounds_a_week:,.0f} a week"


class Scenario(KeptScenario):
    """A scenario of placements."""

    def get_absolute_url(self) -> str:
        return reverse("lac-scenario", args=[self.pk])


class Inflation(models.Model):
    """By how much prices are taken to rise each 1 April of the years ahead. One row."""

    per_cent = models.DecimalField(
        default=0,
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(-20), MaxValueValidator(50)],
    )
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "inflation"

    def __str__(self) -> str:
        return f"{self.per_cent:g}% a year"

    @classmethod
    def current(cls) -> Inflation:
        return cls.objects.first() or cls()


class SimulatedFan(models.Model):
    """The spread of a projection's simulated futures: of a scenario, or of the base. `key` says
    what it was made from; once that has changed, it is shown no more."""

    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="fans"
    )
    key = models.CharField(max_length=64, unique=True)
    result = models.JSONField(encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Simulated futures of {self.scenario or 'the base'}"
