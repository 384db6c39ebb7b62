"""Plans: what was promised, by whom, by when, and how it goes.

One machine serves every plan: an improvement plan's workstreams, a strategy's priorities and a
service plan's outcomes are all divisions. Text from a document is kept as printed; what can be
worked with (`reading.py`) stands beside it, or nothing does.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from bucks_cs.lib.periods import month_label
from bucks_cs.models import Post
from scorecard.models import FromDocument, Measure, Status, choices_of

from .progress import Rating
from .querysets import ActionQuerySet, ReportQuerySet, UpdateQuerySet

RATINGS = choices_of(Rating)
LONG = 500
"""The longest title, name or owner cell."""


class Plan(FromDocument):
    """A plan, and how its divisions are called."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=LONG)
    short_title = models.CharField(max_length=100)
    division_word = models.CharField(
        max_length=50, default="Workstream", help_text="What a division is called: Priority, ..."
    )
    read_at = models.DateField(
        null=True,
        blank=True,
        help_text="For a record of the past: the day at which it is read. Empty: today.",
    )
    summary = models.TextField(blank=True)
    vision = models.TextField(blank=True)
    target_heading = models.CharField(
        max_length=100, blank=True, help_text="Over the targets of success measures, as printed."
    )
    current_heading = models.CharField(
        max_length=100, blank=True, help_text="Over their current figures, as printed."
    )
    red_share = models.PositiveSmallIntegerField(
        default=33,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="A status report suggests red where at least this per cent of the ratings are.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "title")
        constraints = (
            models.CheckConstraint(
                condition=Q(red_share__range=(1, 100)), name="plan_red_share_per_cent"
            ),
        )

    def __str__(self) -> str:
        return self.short_title

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.slug])

    def day(self, today: date) -> date:
        """The day at which the plan is read: what is overdue is overdue on that day."""
        return self.read_at or today


class OfPlan(FromDocument):
    """A part of a plan, in its order, with a key that is unique there and the printed reference
    that may not be."""

    plan = models.ForeignKey(Plan, models.CASCADE)
    key = models.CharField(max_length=20)
    ref = models.CharField(max_length=20, blank=True, help_text="As printed.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("plan", "order")

    def __str__(self) -> str:
        return self.ref or self.key


class Division(OfPlan):
    """A workstream, priority or outcome."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="divisions")
    group = models.CharField(max_length=LONG, blank=True)
    title = models.CharField(max_length=LONG)
    overview_title = models.CharField(max_length=LONG, blank=True)
    outcome = models.TextField(blank=True)
    overview_outcome = models.TextField(blank=True)
    sponsor = models.CharField(max_length=LONG, blank=True, help_text="As printed.")
    overview_sponsor = models.CharField(max_length=LONG, blank=True)
    lead = models.CharField(max_length=LONG, blank=True, help_text="As printed.")
    overview_lead = models.CharField(max_length=LONG, blank=True)
    manager = models.CharField(max_length=LONG, blank=True, help_text="As printed.")
    see = models.CharField(max_length=LONG, blank=True, help_text="A plan elsewhere.")

    class Meta(OfPlan.Meta):
        constraints = (models.UniqueConstraint(fields=("plan", "key"), name="division_key_once"),)

    def __str__(self) -> str:
        """One without a printed reference is called by its group: "Action plan A1" beside
        "Priority 1"."""
        word = self.plan.division_word if self.ref else self.group or self.plan.division_word
        return f"{word} {self.ref or self.key}"

    def get_absolute_url(self) -> str:
        return reverse("plan-division", args=[self.plan.slug, self.key])


class Objective(OfPlan):
    """What a division's actions are to bring about."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="objectives")
    division = models.ForeignKey(Division, models.CASCADE, related_name="objectives")
    title = models.CharField(max_length=LONG)
    overview_title = models.CharField(max_length=LONG, blank=True)

    class Meta(OfPlan.Meta):
        constraints = (models.UniqueConstraint(fields=("plan", "key"), name="objective_key_once"),)

    def get_absolute_url(self) -> str:
        return reverse("plan-objective", args=[self.plan.slug, self.key])


class Action(OfPlan):
    """Something to be done: by whom, by when, and how it stands.

    `rating`, `due_text`, `due_date`, `ongoing` and `completed_on` are what stands now: the printed
    text's reading, until an approved update says otherwise. `printed_rag` stays as printed.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    division = models.ForeignKey(Division, models.CASCADE, related_name="actions")
    objective = models.ForeignKey(
        Objective, models.CASCADE, null=True, blank=True, related_name="actions"
    )
    text = models.TextField()
    due_text = models.CharField(max_length=LONG, blank=True, help_text="As printed.")
    due_date = models.DateField(null=True, blank=True)
    ongoing = models.BooleanField(default=False)
    owners_text = models.CharField(max_length=LONG, blank=True, help_text="As printed.")
    owners = models.ManyToManyField(Post, blank=True, related_name="actions")
    printed_rag = models.CharField(max_length=20, blank=True, help_text="As printed.")
    rating = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    completed_on = models.DateField(null=True, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta(OfPlan.Meta):
        constraints = (
            models.UniqueConstraint(fields=("plan", "key"), name="action_key_once"),
            models.CheckConstraint(
                condition=Q(rating__in=[rating.value for rating in Rating]),
                name="action_rating_known",
            ),
            models.CheckConstraint(
                condition=Q(due_date__isnull=True) | Q(ongoing=False),
                name="action_due_or_ongoing",
            ),
        )

    def get_absolute_url(self) -> str:
        return reverse("plan-action", args=[self.plan.slug, self.key])


class CostKind(models.TextChoices):
    ONE_OFF = "one-off", "One-off"
    ONGOING = "ongoing", "Ongoing"


class Cost(models.Model):
    """One cell of an action's costs: as printed, and in pounds where it can be read."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="costs")
    year = models.CharField(max_length=7, help_text="A financial year, as 2014/15.")
    kind = models.CharField(max_length=10, choices=CostKind)
    printed = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    source_note = models.TextField(blank=True)

    class Meta:
        ordering = ("action", "year", "kind")
        constraints = (
            models.UniqueConstraint(fields=("action", "year", "kind"), name="cost_cell_once"),
            models.CheckConstraint(condition=Q(kind__in=CostKind.values), name="cost_kind_known"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="cost_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.action}, {self.year} {self.kind}: {self.printed}"


class Update(FromDocument):
    """What was reported of an action on a day. Approving it changes how the action stands."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="updates")
    on = models.DateField()
    rating = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    progress = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    completed_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it is amber or red.")
    next_steps = models.TextField(blank=True)
    new_due = models.DateField(null=True, blank=True, help_text="A new date, if it changes.")
    due_reason = models.TextField(blank=True)
    old_due_date = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    returned_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        ordering = ("action", "-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("action",),
                condition=~Q(status=Status.APPROVED),
                name="update_one_in_progress",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="update_status_known"
            ),
            models.CheckConstraint(
                condition=Q(rating__in=[rating.value for rating in Rating]),
                name="update_rating_known",
            ),
            models.CheckConstraint(
                condition=Q(new_due__isnull=True)
                | ~Q(due_reason="")
                | Q(status__in=(Status.DRAFT, Status.RETURNED)),
                name="update_new_date_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.APPROVED) | Q(approved_at__isnull=False),
                name="update_approved_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"Action {self.action}, {self.on:%d/%m/%Y}"

    @property
    def in_progress(self) -> bool:
        return self.status != Status.APPROVED


class SuccessMeasure(OfPlan):
    """How a division will be known to succeed: as printed, and the scorecard's measure that it
    is, where it is one."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="success_measures")
    division = models.ForeignKey(Division, models.CASCADE, related_name="success_measures")
    objective = models.ForeignKey(
        Objective, models.CASCADE, null=True, blank=True, related_name="success_measures"
    )
    list_name = models.CharField(
        max_length=100, blank=True, help_text="Where it is not of the table: the list it is of."
    )
    name = models.CharField(max_length=LONG)
    target_text = models.CharField(max_length=100, blank=True, help_text="As printed.")
    current_text = models.CharField(max_length=100, blank=True, help_text="As printed.")
    printed_rag = models.CharField(max_length=20, blank=True, help_text="As printed.")
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="success_measures"
    )

    class Meta(OfPlan.Meta):
        constraints = (
            models.UniqueConstraint(fields=("plan", "key"), name="success_measure_key_once"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("plan-success-measure", args=[self.plan.slug, self.key])


class Recommendation(FromDocument):
    """What an inspection or a review recommended, and that the plan answers."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="recommendations")
    ref = models.CharField(max_length=20)
    made_by = models.CharField(max_length=100)
    group = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    story = models.TextField("story behind it", blank=True)
    good = models.TextField("what good looks like", blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    divisions = models.ManyToManyField(Division, through="Mapping", related_name="recommendations")
    actions = models.ManyToManyField(Action, through="Answer", related_name="recommendations")

    class Meta:
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(fields=("plan", "ref"), name="recommendation_ref_once"),
        )

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("plan-recommendation", args=[self.plan.slug, self.ref])


class Mapping(models.Model):
    """A recommendation that a division answers, and where the plan says so. `made_for`: the
    division was made to answer it, so that all of its actions do."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="mappings")
    division = models.ForeignKey(Division, models.CASCADE, related_name="mappings")
    printed_in = models.CharField(max_length=200, blank=True)
    made_for = models.BooleanField(default=False)
    source_note = models.TextField(blank=True)

    class Meta:
        ordering = ("recommendation", "division")
        constraints = (
            models.UniqueConstraint(fields=("recommendation", "division"), name="mapping_once"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation}: {self.division}"


class Basis(models.TextChoices):
    PRINTED = "printed", "The action names it"
    WORDS = "words", "The action takes up its subject in its own words (our reading)"


class Answer(models.Model):
    """A recommendation that an action answers, and how that is known."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="answers")
    action = models.ForeignKey(Action, models.CASCADE, related_name="answers")
    basis = models.CharField(max_length=10, choices=Basis)
    source_note = models.TextField(blank=True)

    class Meta:
        ordering = ("recommendation", "action")
        constraints = (
            models.UniqueConstraint(fields=("recommendation", "action"), name="answer_once"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="answer_basis_known"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation}: action {self.action}"


class Risk(FromDocument):
    """IF something happens THEN something follows; what is done about it, and who sees to it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="risks")
    ref = models.CharField(max_length=20)
    if_text = models.TextField("IF")
    then_text = models.TextField("THEN")
    mitigation = models.TextField(blank=True, help_text="One measure a line.")
    owner = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="risks")
    closed_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("plan", "order")
        constraints = (models.UniqueConstraint(fields=("plan", "ref"), name="risk_ref_once"),)

    def __str__(self) -> str:
        return f"Risk {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("plan-risk", args=[self.plan.slug, self.ref])


class RiskRating(models.Model):
    """How a risk was rated on a day, by whom and why. Written once."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="ratings")
    on = models.DateField()
    rating = models.SmallIntegerField(choices=RATINGS)
    printed_rag = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("risk", "-on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(rating__in=(Rating.RED, Rating.AMBER, Rating.GREEN)),
                name="risk_rating_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.risk}, {self.on:%d/%m/%Y}"


class PlanVersion(FromDocument):
    """A version of the plan, as its version control says."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    label = models.CharField(max_length=100)
    changes = models.TextField(blank=True)
    by_whom = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("plan", "order")
        constraints = (models.UniqueConstraint(fields=("plan", "label"), name="plan_version_once"),)

    def __str__(self) -> str:
        return self.label


class RatedThing(models.TextChoices):
    MEASURE = "measure", "Success measure"
    ACTION = "action", "Action"


class RatingMeaning(FromDocument):
    """What a rating means in this plan, and what it asks for."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rating_meanings")
    of = models.CharField(max_length=10, choices=RatedThing)
    rating = models.SmallIntegerField(choices=RATINGS)
    meaning = models.TextField()
    action_required = models.TextField(blank=True)

    class Meta:
        ordering = ("plan", "of", "rating")
        constraints = (
            models.UniqueConstraint(fields=("plan", "of", "rating"), name="rating_meaning_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_of_display()}: {self.get_rating_display()}"


class PostName(FromDocument):
    """A post, by the names that a plan gives it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="post_names")
    post = models.ForeignKey(Post, models.PROTECT, related_name="plan_names")
    ref = models.CharField(max_length=200, blank=True, help_text="As the plan shortens it.")
    also = models.CharField(
        max_length=LONG, blank=True, help_text="Other spellings that it uses, parted by “; ”."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(fields=("plan", "ref", "post"), name="post_name_once"),
        )

    def __str__(self) -> str:
        return self.ref or self.post.title


class BoardSeat(FromDocument):
    """A seat on the board that oversees the plan: a post and an organisation."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="board")
    post = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "post", "organisation"), name="board_seat_once"
            ),
        )

    def __str__(self) -> str:
        return self.post


class StatusReport(FromDocument):
    """A month's report to the board that oversees the plan.

    Four ratings: overall, success measures, actions and risks. A manager sets them; where one
    differs from what the rule suggests, `reason` says why. When published it is frozen, with what
    the plan looked like then.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reports")
    month = models.DateField()
    title = models.CharField(max_length=LONG)
    lead = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    summary = models.TextField(blank=True, help_text="With what should be escalated.")
    evidence = models.TextField(blank=True)
    overall = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    measures = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    actions = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    risks = models.SmallIntegerField(choices=RATINGS, default=Rating.NONE)
    reason = models.TextField(blank=True, help_text="Why a rating differs from the suggested one.")
    frozen = models.JSONField(
        default=dict,
        blank=True,
        encoder=DjangoJSONEncoder,
        help_text="When published: the ratings, counts and risks as they stood.",
    )
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "-month")
        constraints = (
            models.UniqueConstraint(fields=("plan", "month"), name="status_report_once_a_month"),
        )

    def __str__(self) -> str:
        return f"{self.title}, {month_label(self.month)}"

    def get_absolute_url(self) -> str:
        return reverse("plan-report", args=[self.plan.slug, self.month])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class LineKind(models.TextChoices):
    ACHIEVEMENT = "achievement", "Developments, achievements and milestones reached"
    TARGET = "target", "Targets for the next period"


class ReportLine(models.Model):
    """A line of a status report; `update` is what it was drawn from, if it was."""

    report = models.ForeignKey(StatusReport, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=12, choices=LineKind)
    text = models.TextField()
    update_drawn_from = models.ForeignKey(
        Update, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)
    source_note = models.TextField(blank=True)

    class Meta:
        ordering = ("report", "kind", "order")

    def __str__(self) -> str:
        return self.text
