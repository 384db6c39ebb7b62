"""SEND: what the consultation on its strategy asked, and what the cohort projection rests on. No
row about a child is kept: requests come as a list, are counted, and are gone."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse

from bucks_cs.scenarios import KeptScenario
from scorecard.models import Document


class ConsultationQuestion(models.Model):
    """A question of the consultation on the SEND strategy, as printed."""

    ref = models.CharField(max_length=10, unique=True)
    text = models.TextField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    locator = models.CharField(max_length=300)

    class Meta:
        ordering = ("ref",)

    def __str__(self) -> str:
        return self.ref


class DataSet(models.Model):
    """What a cohort projection is counted from: the files' text by kind (`cohort_files.HEADINGS`),
    children counted together by what became of them. The latest is used."""

    name = models.CharField(max_length=100)
    invented = models.BooleanField(default=False, help_text="Made up, to try the projection with.")
    files = models.JSONField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.name


class Scenario(KeptScenario):
    """A scenario of plans."""

    class Meta(KeptScenario.Meta):
        verbose_name = "scenario of plans"
        verbose_name_plural = "scenarios of plans"

    def get_absolute_url(self) -> str:
        return reverse("send-scenario", args=[self.pk])


class SimulatedBands(models.Model):
    """The spread of a projection's simulated outcomes: of a scenario, or of the base. `key` says
    what it was made from; once that has changed, it is shown no more."""

    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="bands"
    )
    key = models.CharField(max_length=64, unique=True)
    result = models.JSONField(encoder=DjangoJSONEncoder)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Simulated outcomes of {self.scenario or 'the base'}"
