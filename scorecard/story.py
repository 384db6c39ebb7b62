"""One measure's whole story in one area, as its reader may see it: every period with what the
rules say of it, the process it shows, its comparators, its parts, its revisions and its notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from bucks_cs.lib.periods import PeriodKind, month_label, months_between

from . import findings
from .models import Area, Baseline, Measure, Note, Outturn, Rebase, Target
from .presenters import NOTHING, STEP, Comparator, Figure, Rating, Travel, printed_otherwise
from .rag import Polarity, Rag
from .spc import Assurance, Point, Variation
from .trends import OnTrack


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A figure of one period. `mean` and the limits are those of the chart as drawn today; the
    rating and the rest are what the rules said of this period when it was the latest."""

    outturn: Outturn
    label: str
    when: str
    end: date
    kind: str
    part: str
    figure: Figure
    reason: str
    """Why it was revised, where it was and that may be told."""
    target: Figure
    target_upper: float | None
    rag: Rating
    printed_rag: str
    direction: Travel
    variation: Variation
    assurance: Assurance
    on_track: OnTrack
    points: int
    mean: Figure = NOTHING
    lower: Figure = NOTHING
    upper: Figure = NOTHING
    point: Point = Point.ABSENT
    signal: Variation = Variation.NONE
    """What the point is on the chart as drawn today, which sees what came after it."""

    @property
    def place(self) -> date:
        """Where it stands on the chart: a month at its first day, as target steps begin."""
        monthly = self.kind == PeriodKind.MONTH
        return self.outturn.period_start if monthly else self.end

    @property
    def printed_differs(self) -> bool:
        return printed_otherwise(self.printed_rag, self.rag)

    @property
    def is_special(self) -> bool:
        return self.point >= Point.OUTSIDE

    @property
    def commentary(self) -> str:
        return "" if self.figure.hidden else self.outturn.commentary

    @property
    def printed(self) -> str:
        return "" if self.figure.hidden else self.outturn.printed

    @property
    def locator(self) -> str:
        """Where it stands in its document, short of what holds for the measure as a whole."""
        outturn = self.outturn
        common = outturn.series.measure.locator
        return outturn.locator.removeprefix(common).lstrip(", ") or outturn.locator

    @property
    def source_note(self) -> str:
        return "" if self.figure.hidden else self.outturn.source_note


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the target profile."""

    starts: date
    figure: Figure
    upper: float | None
    target: Target


@dataclass(frozen=True, slots=True)
class Line:
    """A comparator's figures over time: first and last day, figure, and of when it is."""

    area: str
    name: str
    points: tuple[tuple[date, date, Figure, str], ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """One revision of a figure that has several."""

    label: str
    number: int
    figure: Figure
    who: str
    at: datetime | None
    why: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    measure: Measure
    area: Area
    month: date | None
    """As at the end of this month; None for everything that is known."""
    areas: tuple[tuple[str, str], ...]
    """The other areas that have the measure: code and name."""
    rows: tuple[PeriodRow, ...]
    """Figures of the measure's own kind of period, oldest first: the line of the chart."""
    others: tuple[PeriodRow, ...]
    """Figures of other kinds of period, and projections."""
    parts: tuple[PeriodRow, ...]
    """The latest figure of each category."""
    limits_hidden: bool
    """Process control is left out: with it, a hidden figure could be worked out."""
    steps: tuple[Step, ...]
    comparators: tuple[Comparator, ...]
    lines: tuple[Line, ...]
    baselines: tuple[tuple[Baseline, Figure], ...]
    rebases: tuple[Rebase, ...]
    notes: tuple[Note, ...]
    revisions: tuple[Revised, ...]

    @property
    def every(self) -> list[PeriodRow]:
        """Every figure of the whole, oldest first; of those that end on one day the shortest
        period's last."""
        return sorted(
            (*self.rows, *self.others),
            key=lambda row: (row.end, row.outturn.period_start, row.kind),
        )

    @property
    def latest(self) -> PeriodRow | None:
        """The latest figure that is no projection, if any."""
        actual = [row for row in self.every if not row.outturn.projection]
        return actual[-1] if actual else None

    @property
    def latest_known(self) -> PeriodRow | None:
        known = [row for row in self.every if row.figure.number is not None]
        actual = [row for row in known if not row.outturn.projection]
        return actual[-1] if actual else None

    @property
    def has_counts(self) -> bool:
        return any(row.figure.denominator is not None for row in self.every)

    @property
    def disagreements(self) -> list[PeriodRow]:
        return [row for row in self.every if row.printed_differs]

    @property
    def months(self) -> list[date]:
        """The months in which its periods end, latest first."""
        return sorted({row.end.replace(day=1) for row in self.every}, reverse=True)


def facts(story: Story) -> findings.Facts | None:
    """What its sentences are made from: the latest figure, and the one just before it."""
    row = story.latest
    if row is None:
        return None
    before = _just_before(story.rows, row)
    return findings.Facts(
        name=story.measure.short_name,
        unit=story.measure.unit,
        decimals=story.measure.decimals,
        polarity=Polarity(story.measure.polarity),
        when=row.when,
        value=row.figure.number,
        earlier=before.figure.number if before else None,
        earlier_when=before.when if before else "",
        target=row.target.number,
        target_upper=row.target_upper,
        rag=row.rag if isinstance(row.rag, Rag) else Rag.NO_DATA,
        variation=row.variation,
        assurance=row.assurance,
        points=row.points,
    )


def finding(story: Story) -> str:
    """The measure in one sentence."""
    told = facts(story)
    if told is None and story.parts:
        return f"{story.measure.short_name}: figures of its parts, the latest {story.parts[0].when}"
    if told is None:
        by = f" by the end of {month_label(story.month)}" if story.month else ""
        return f"{story.measure.short_name}: no figures to show{by}"
    sentence = findings.headline(told)
    row, known = story.latest, story.latest_known
    if row and row.figure.hidden:
        return f"{story.measure.short_name}: the figure {row.when} is hidden, being a small number"
    if told.value is None and known:
        return f"{sentence}; the last was {known.figure} {known.when}"
    return sentence


def reliability(story: Story) -> str:
    told, row = facts(story), story.latest
    if told is None or row is None or row.figure.hidden:
        return ""
    if story.limits_hidden and row in story.rows:
        return (
            "Whether this is more than the usual variation is not shown: with it, a hidden small "
            "number could be worked out."
        )
    return findings.reliability(told)


def _just_before(rows: Sequence[PeriodRow], row: PeriodRow) -> PeriodRow | None:
    """The row of the period just before, if it is there."""
    for one, following in pairwise(rows):
        if following is row:
            step = STEP.get(row.kind, 12)
            return one if months_between(one.end, row.end) == step else None
    return None
