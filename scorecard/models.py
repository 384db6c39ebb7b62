"""The ledger: areas, measures and their targets, outturns, snapshots, publications.

A figure is one kind of record wherever it comes from: a `Series` (measure, area, category) has
an `Outturn` for a period. Revisions are rows: nothing is overwritten, nothing deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from bucks_cs.lib.periods import Period, PeriodKind, month_key, month_label
from bucks_cs.models import Post

from . import rag, spc, trends
from .querysets import OutturnQuerySet, PublicationQuerySet, SnapshotQuerySet

PERIOD_KINDS = [(kind.value, kind.label) for kind in PeriodKind]


class Document(models.Model):
    """A published document from which figures were taken."""

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    date = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class FromDocument(models.Model):
    """Where a record stands in its document, and its text exactly as printed there."""

    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    locator = models.CharField(
        max_length=300, blank=True, help_text="Which table, row or paragraph of the document."
    )
    printed = models.CharField(max_length=500, blank=True, help_text="The text as printed.")
    source_note = models.TextField(blank=True, help_text="A doubt about the printed text.")

    class Meta:
        abstract = True


class AreaKind(models.TextChoices):
    AUTHORITY = "authority", "Authority"
    GROUP = "group", "Group of authorities"
    REGION = "region", "Region"
    NATION = "nation", "Nation"


class Area(FromDocument):
    """A council, or something to compare one with."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=AreaKind)
    ons = models.CharField("ONS code", max_length=9, blank=True)
    statistic = models.CharField(
        max_length=10,
        blank=True,
        choices=[("mean", "Mean of the members"), ("median", "Median of the members")],
        help_text="For a group. Blank where the source does not say.",
    )
    neighbours = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="neighbour_of"
    )
    region = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="region_of"
    )
    nation = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="nation_of"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="area_kind_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def comparators(self) -> list[Area]:
        """Its neighbours, region and nation, those that are set, in that order."""
        return [area for area in (self.neighbours, self.region, self.nation) if area]


class GroupMember(models.Model):
    """An authority in a comparator group, perhaps left out of it for a while."""

    group = models.ForeignKey(Area, models.CASCADE, related_name="members")
    area = models.ForeignKey(Area, models.PROTECT, related_name="member_of")
    withdrawn_from = models.DateField(null=True, blank=True)
    withdrawn_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("group", "area"),
                name="group_member_once",
                violation_error_message="This authority is in the group already.",
            ),
            models.CheckConstraint(
                condition=~Q(group=F("area")),
                name="group_not_its_own_member",
                violation_error_message="A group cannot be a member of itself.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_from__isnull=True) | ~Q(reason=""),
                name="group_member_withdrawn_with_reason",
                violation_error_message="Say why the authority is withdrawn.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} in {self.group}"

    def clean(self) -> None:
        super().clean()
        until = self.withdrawn_to
        if until and (self.withdrawn_from is None or until < self.withdrawn_from):
            raise ValidationError({"withdrawn_to": "Say first from when, and end it no earlier."})


class Unit(models.TextChoices):
    PERCENT = "percent", "Per cent"
    PER_10000 = "per_10000", "Rate per 10,000"
    COUNT = "count", "Number"
    THINGS = "things", "Number of homes, places or schools"
    DAYS = "days", "Days"
    POINTS = "points", "Points"
    POUNDS = "pounds", "Pounds"


def choices_of(codes: Iterable[Any]) -> list[tuple[int, str]]:
    return [(code.value, code.label) for code in codes]


class Measure(FromDocument):
    """What is measured, and how it is judged. Definitions are data."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=300, help_text="As printed in its source.")
    short_name = models.CharField(max_length=100)
    definition = models.TextField(blank=True)
    why = models.TextField("why it matters", blank=True)
    theme = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)
    on_scorecard = models.BooleanField(
        default=False, help_text="One of the measures that a month’s scorecard must hold."
    )
    unit = models.CharField(max_length=10, choices=Unit)
    frequency = models.CharField(max_length=20, choices=PERIOD_KINDS, default=PeriodKind.MONTH)
    decimals = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(4)])
    polarity = models.SmallIntegerField(choices=choices_of(rag.Polarity))
    tolerance = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(5),
        validators=[MinValueValidator(0)],
        help_text="How far short of the target is amber and no worse.",
    )
    tolerance_kind = models.SmallIntegerField(
        choices=choices_of(rag.ToleranceKind), default=rag.ToleranceKind.POINTS
    )
    numerator_label = models.CharField(max_length=300, blank=True)
    denominator_label = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="measures")
    also_printed_as = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True, help_text="Still entered each month.")

    class Meta:
        ordering = ("order", "code")
        constraints = (
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="measure_unit_known"),
            models.CheckConstraint(
                condition=Q(frequency__in=[kind.value for kind in PeriodKind]),
                name="measure_frequency_known",
            ),
            models.CheckConstraint(
                condition=Q(polarity__in=[p.value for p in rag.Polarity]),
                name="measure_polarity_known",
            ),
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="measure_tolerance_not_neg"),
            models.CheckConstraint(
                condition=Q(numerator_label="", denominator_label="")
                | (~Q(numerator_label="") & ~Q(denominator_label="")),
                name="measure_ratio_labels_both",
                violation_error_message="Label both numerator and denominator, or neither.",
            ),
        )

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("measure", args=[self.code])

    @property
    def is_ratio(self) -> bool:
        return bool(self.numerator_label)

    @property
    def scale(self) -> int:
        """What a ratio is multiplied by to be in the measure's unit."""
        return {Unit.PERCENT: 100, Unit.PER_10000: 10_000}.get(Unit(self.unit), 1)


class Target(FromDocument):
    """One step of a measure's target profile: in force from `starts` until the next step."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="targets")
    starts = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    upper = models.DecimalField(
        max_digits=14, decimal_places=4, null=True, blank=True, help_text="For a band: its top."
    )

    class Meta:
        ordering = ("measure", "starts")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "starts"),
                name="target_one_step_a_date",
                violation_error_message="There is a target from that date already.",
            ),
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | Q(upper__gte=F("value")),
                name="target_band_right_way_up",
                violation_error_message="The band’s top cannot be below its bottom.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure}: {self.value.normalize():f} from {self.starts:%d/%m/%Y}"

    def clean(self) -> None:
        """No figure could ever be beyond 0 to 100%, so a target there is a slip."""
        super().clean()
        for name in ("value", "upper"):
            number = getattr(self, name)
            if self.measure.unit == Unit.PERCENT and number is not None and not 0 <= number <= 100:
                raise ValidationError({name: "A percentage is from 0 to 100."})


class Series(models.Model):
    """A measure in an area, for the whole or for one category (an age band, a team, a group)."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="series")
    area = models.ForeignKey(Area, models.PROTECT, related_name="series")
    category = models.CharField(max_length=100, blank=True)
    freeze_after = models.PositiveSmallIntegerField(
        default=0, help_text="Process limits are made from this many first points. 0: from all."
    )

    class Meta:
        verbose_name_plural = "series"
        ordering = ("measure", "area", "category")
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "area", "category"),
                name="series_one_of_each",
                violation_error_message="There is such a series already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure}, {self.area}" + (f", {self.category}" if self.category else "")


class Rebase(models.Model):
    """A month from which a series' process limits are made anew, and why."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="rebases")
    month = models.DateField()
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ("series", "month")
        constraints = (
            models.UniqueConstraint(
                fields=("series", "month"),
                name="rebase_once_a_month",
                violation_error_message="There is a rebase in that month already.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rebase_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.series}: rebased from {month_label(self.month)}"


class Baseline(FromDocument):
    """A figure from which progress is told, as a document names it."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="baselines")
    label = models.CharField(max_length=100)
    value = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "label"), name="baseline_one_a_label"),
        )

    def __str__(self) -> str:
        return f"{self.series}: {self.label}"


class Absence(models.TextChoices):
    """Why an outturn has no value. Never zero, never silently missing."""

    NOT_AVAILABLE = "not_available", "Not available"
    NOT_STATED = "not_stated", "Not stated in the document"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_COLLECTED = "not_collected", "Not collected"


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    SUPERSEDED = "superseded", "Superseded"


IN_PROGRESS = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


class Source(models.TextChoices):
    TYPED = "typed", "Typed in the form"
    WORKBOOK = "workbook", "Read from a workbook or CSV"
    API = "api", "Sent through the API"
    DOCUMENT = "document", "Taken from a published document"
    COMPUTED = "computed", "Counted from statutory files"


class Outturn(FromDocument):
    """One revision of one figure: a series in a period.

    A revision in progress is a draft, submitted or returned; approving it supersedes the one
    approved before, which stays. `version` counts saves of a revision in progress, so that the
    second of two people editing it is told.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="outturns")
    period_kind = models.CharField(max_length=20, choices=PERIOD_KINDS)
    period_start = models.DateField()
    period_end = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    projection = models.BooleanField(
        default=False, help_text="A forecast or estimate as printed, not an outturn."
    )
    numerator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    absence = models.CharField(max_length=20, choices=Absence, blank=True)
    withheld = models.BooleanField(
        default=False, help_text="Shown beside others it would give a small number away."
    )
    commentary = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why an approved figure is revised.")
    returned_reason = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    version = models.PositiveIntegerField(default=1)
    vintage = models.CharField(
        max_length=50, blank=True, help_text="When a comparator's figure is of, as printed."
    )
    printed_rag = models.CharField(max_length=20, blank=True, help_text="As printed.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = OutturnQuerySet.as_manager()

    class Meta:
        ordering = ("series", "period_end", "revision")
        indexes = (models.Index(fields=("period_end", "status"), name="outturn_by_period"),)
        constraints = (
            models.UniqueConstraint(
                fields=("series", "period_start", "period_end", "projection", "revision"),
                name="outturn_revision_once",
            ),
            models.UniqueConstraint(
                fields=("series", "period_start", "period_end", "projection"),
                condition=Q(status=Status.APPROVED),
                name="outturn_one_approved",
            ),
            models.UniqueConstraint(
                fields=("series", "period_start", "period_end", "projection"),
                condition=Q(status__in=IN_PROGRESS),
                name="outturn_one_in_progress",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="outturn_period_forwards"
            ),
            models.CheckConstraint(
                condition=Q(period_kind__in=[kind.value for kind in PeriodKind]),
                name="outturn_period_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="outturn_status_known"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(absence=""), name="outturn_value_or_absence"
            ),
            models.CheckConstraint(
                condition=Q(status__in=(Status.DRAFT, Status.RETURNED))
                | Q(value__isnull=False)
                | ~Q(absence=""),
                name="outturn_says_something",
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
                name="outturn_denominator_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(revision=1)
                | Q(status__in=(Status.DRAFT, Status.RETURNED))
                | ~Q(reason=""),
                name="outturn_revised_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(Status.APPROVED, Status.SUPERSEDED))
                | Q(approved_at__isnull=False),
                name="outturn_approved_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.series}, {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_end, PeriodKind(self.period_kind))

    @property
    def in_progress(self) -> bool:
        return self.status in IN_PROGRESS


class Note(models.Model):
    """Something worth knowing about a measure in a month, shown on its chart and beside it."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="notes")
    month = models.DateField()
    text = models.CharField(max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("month", "at")

    def __str__(self) -> str:
        return f"{month_label(self.month)}: {self.text}"


class Judgement(models.Model):
    """What the rules said of one outturn. Figures are floats: they are worked out, and kept as
    they were worked out; the outturn itself is the exact figure."""

    value = models.FloatField(null=True)
    target = models.FloatField(null=True)
    target_upper = models.FloatField(null=True)
    rag = models.SmallIntegerField(choices=choices_of(rag.Rag))
    direction = models.SmallIntegerField(choices=choices_of(trends.Direction))
    direction_year = models.SmallIntegerField(choices=choices_of(trends.Direction))
    direction_mean = models.SmallIntegerField(choices=choices_of(trends.Direction))
    mean = models.FloatField(null=True)
    lower_limit = models.FloatField(null=True)
    upper_limit = models.FloatField(null=True)
    points = models.SmallIntegerField(help_text="How many points made the limits.")
    point = models.SmallIntegerField(choices=choices_of(spc.Point))
    variation = models.SmallIntegerField(choices=choices_of(spc.Variation))
    assurance = models.SmallIntegerField(choices=choices_of(spc.Assurance))
    on_track = models.SmallIntegerField(choices=choices_of(trends.OnTrack))
    versus_neighbours = models.SmallIntegerField(choices=choices_of(trends.Comparison))
    versus_region = models.SmallIntegerField(choices=choices_of(trends.Comparison))
    versus_nation = models.SmallIntegerField(choices=choices_of(trends.Comparison))

    class Meta:
        abstract = True

    @property
    def provisional(self) -> bool:
        return self.points < spc.PROVISIONAL_BELOW


class Snapshot(Judgement):
    """What the rules say of an approved outturn now. Derived: recomputed whole, never edited.

    Its keys carry no database constraint, for bulk loading; `compute_snapshots` is their only
    writer.
    """

    pk = models.CompositePrimaryKey("series_id", "period_start", "period_end")
    series = models.ForeignKey(
        Series, models.CASCADE, db_constraint=False, db_index=False, related_name="snapshots"
    )
    period_start = models.DateField()
    period_end = models.DateField()

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("period_end",), name="snapshot_by_period_end"),)


class Publication(models.Model):
    """A month frozen. A month reopened and published again has a second edition."""

    month = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reopened_reason = models.TextField(blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "-edition")
        constraints = (
            models.UniqueConstraint(fields=("month", "edition"), name="publication_edition_once"),
            models.UniqueConstraint(
                fields=("month",),
                condition=Q(reopened_at__isnull=True),
                name="publication_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | ~Q(reopened_reason=""),
                name="publication_reopened_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{month_label(self.month)}, edition {self.edition}"

    @property
    def key(self) -> str:
        return month_key(self.month)


class PublishedFigure(Judgement):
    """A figure as it stood in a publication: the outturn's revision, and what was said of it."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="figures")
    outturn = models.ForeignKey(Outturn, models.PROTECT, related_name="+")
    measure = models.JSONField(
        default=dict,
        encoder=DjangoJSONEncoder,
        help_text="As it was then: names, theme, owner, unit, polarity, next target.",
    )
    comparators = models.JSONField(
        default=list,
        encoder=DjangoJSONEncoder,
        help_text="As shown then: area, name, value, vintage, outturn.",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "outturn"), name="published_figure_once"
            ),
        )
