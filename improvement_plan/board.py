"""The monthly status report to the board: begun from what was reported, edited by a person, its
ratings suggested by the rule and set by a manager, frozen when published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bucks_cs import audit
from bucks_cs.lib.periods import day_label, last_day, month_label
from bucks_cs.models import User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .models import LineKind, Plan, ReportLine, StatusReport, Update
from .picture import AXES, Kept, kept_now, mark_of
from .progress import RATED, Rating
from .reporting import LONGEST

RATINGS = ("overall", *AXES)
MOST_LINES = 60


class ReportConflict(Refused):
    """Somebody else changed the report after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: StatusReport) -> None:
        who = theirs.saved_by.display_name if theirs.saved_by else "Somebody else"
        at = timezone.localtime(theirs.saved_at)
        super().__init__(
            f"{who} changed this report at {at:%H:%M} on {day_label(at.date())}, after you opened "
            "it."
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Written:
    """What a person writes of a status report. Lines are texts, in order."""

    summary: str = ""
    evidence: str = ""
    overall: Rating = Rating.NONE
    measures: Rating = Rating.NONE
    actions: Rating = Rating.NONE
    risks: Rating = Rating.NONE
    reason: str = ""
    achievements: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def suggestions(kept: Kept) -> dict[str, Rating]:
    """The four ratings that the rule suggests, from a picture of the plan."""
    return {name: Rating[kept["suggested"][name]] for name in RATINGS}


def ratings_of(report: StatusReport) -> dict[str, Rating]:
    """The four ratings that a person set."""
    return {name: Rating(getattr(report, name)) for name in RATINGS}


def month_to_begin(plan: Plan, day: date) -> date | None:
    """The month of which a report may be begun: that of `day`, the plan's own, because a report
    begins with the figures of its day. None where it is begun."""
    month = day.replace(day=1)
    return None if plan.reports.filter(month=month).exists() else month


def check_can_publish(report: StatusReport, kept: Kept, by: User) -> None:
    """Publish a report: a manager, when it says all that it must. `kept` is the picture of the
    plan that would be frozen with it."""
    check_may(by, May.PUBLISH)
    if report.is_published:
        raise Refused("This report is published already.")
    if not report.summary.strip():
        raise Refused("Write the status summary first.")
    rated, by_rule = ratings_of(report), suggestions(kept)
    # Of an axis of which nothing is rated, nothing need be said.
    wanted = {"overall", *(name for name, rating in by_rule.items() if rating in RATED)}
    if any(rated[name] not in RATED for name in wanted):
        raise Refused("Set the overall rating, and that of each part of which anything is rated.")
    differs = any(rated[name] != rating for name, rating in by_rule.items() if rating in RATED)
    if differs and not report.reason.strip():
        raise Refused("A rating differs from the one that the rule suggests: say why.")


@transaction.atomic
def open_report(*, plan: Plan, month: date, by: User, today: date) -> StatusReport:
    """The report of a month; begun, where it is not there yet, from what was reported in the
    month and with the ratings that the rule suggests."""
    check_may(by, May.PUBLISH)
    list(Plan.objects.select_for_update().filter(pk=plan.pk).values_list("pk"))
    there = plan.reports.filter(month=month).first()
    if there:
        return there
    day = plan.day(today)
    if month != day.replace(day=1):
        raise Refused(
            f"Only the report for {month_label(day)} can be begun: a report begins with the plan "
            f"as it stands on {day_label(day)}."
        )
    last = plan.reports.order_by("-month").first()
    report = StatusReport(
        plan=plan,
        month=month,
        title=last.title if last else f"{plan.short_title}: status report",
        lead=last.lead if last else None,
        saved_by=by,
    )
    for name, rating in suggestions(kept_now(report, day)).items():
        setattr(report, name, rating)
    report.save()
    ReportLine.objects.bulk_create(drawn_lines(report))
    audit.record("began a status report", _subject(report), by=by)
    return report


def drawn_lines(report: StatusReport) -> list[ReportLine]:
    """Lines from the reports that were approved since the board last had one, else from those of
    the month: what was done, and what happens next. What several of them say in the same words is
    one line."""
    before = report.plan.reports.published().filter(month__lt=report.month).first()
    of_month = Q(on__range=(report.month, last_day(report.month)))
    since = Q(approved_at__gt=before.published_at) if before else of_month
    updates = list(
        Update.objects.approved()
        .filter(since, action__plan=report.plan)
        .order_by("action__order", "on", "pk")
    )
    lines = []
    for kind, name in ((LineKind.ACHIEVEMENT, "progress"), (LineKind.TARGET, "next_steps")):
        said: dict[str, int | None] = {}
        for update in updates:
            said.setdefault(" ".join(getattr(update, name).split()), update.pk)
        said.pop("", None)
        lines += _lines(report, kind, list(said), said)
    return lines


@transaction.atomic
def save_report(*, report: StatusReport, written: Written, seen: str, by: User) -> StatusReport:
    """Keeps what a person wrote; a line that is there twice is kept once. A line whose words are
    unchanged keeps what it was drawn from."""
    check_may(by, May.PUBLISH)
    report = _held(report, seen)
    _check_lengths(written)
    for name in ("summary", "evidence", "reason", *RATINGS):
        setattr(report, name, getattr(written, name))
    report.version += 1
    report.saved_by = by
    report.save()
    texts = {LineKind.ACHIEVEMENT: written.achievements, LineKind.TARGET: written.targets}
    drawn = {(line.kind, line.text): line.update_drawn_from_id for line in report.lines.all()}
    report.lines.all().delete()
    for kind, said in texts.items():
        of_kind = {text: drawn.get((kind.value, text)) for text in said}
        ReportLine.objects.bulk_create(_lines(report, kind, list(of_kind), of_kind))
    ratings = {name: rating.label for name, rating in ratings_of(report).items()}
    words = {
        **{name: getattr(written, name) for name in ("summary", "evidence", "reason")},
        **{kind.label: " / ".join(said) for kind, said in texts.items()},
    }
    audit.record("saved a status report", _subject(report), by=by, **ratings, **words)
    return report


def _check_lengths(written: Written) -> None:
    lists = (written.achievements, written.targets)
    if any(len(lines) > MOST_LINES for lines in lists):
        raise Refused(f"Use {MOST_LINES} lines or fewer in each list.")
    texts = (written.summary, written.evidence, written.reason, *lists[0], *lists[1])
    if any(len(text) > LONGEST for text in texts):
        raise Refused(f"Use {LONGEST:,} characters or fewer in each text.")


def _lines(
    report: StatusReport, kind: LineKind, texts: Sequence[str], drawn: Mapping[str, int | None]
) -> list[ReportLine]:
    return [
        ReportLine(
            report=report,
            kind=kind,
            text=text,
            update_drawn_from_id=drawn.get(text),
            order=order,
        )
        for order, text in enumerate(texts, start=1)
    ]


@transaction.atomic
def publish_report(
    *, report: StatusReport, seen: str, shown: str, by: User, today: date
) -> StatusReport:
    """Freezes the report with the picture of the plan as it is now. `shown` is the mark of the
    picture that its person looked at: another is not frozen unseen."""
    report = _held(report, seen)
    kept = kept_now(report, report.plan.day(today))
    check_can_publish(report, kept, by)
    if mark_of(kept) != shown:
        raise Refused(
            "The plan changed after you opened this page. Look at what would be kept now, then "
            "publish."
        )
    report.frozen = dict(kept)
    report.published_by, report.published_at = by, timezone.now()
    report.version += 1
    report.save()
    ratings = {name: rating.label for name, rating in ratings_of(report).items()}
    audit.record("published a status report", _subject(report), by=by, **ratings)
    return report


def _held(report: StatusReport, seen: str) -> StatusReport:
    """The report as it stands, held until the event is over."""
    held = (
        StatusReport.objects.select_for_update(of=("self",))
        .select_related("plan", "saved_by", "lead")
        .get(pk=report.pk)
    )
    if held.is_published:
        raise Refused("This report is published, so it can no longer be changed.")
    if str(held.version) != seen:
        raise ReportConflict(held)
    return held


def _subject(report: StatusReport) -> str:
    return f"{report.plan}, {month_label(report.month)}"
