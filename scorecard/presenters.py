"""What people are shown. One row feeds page, download, API and report, so they cannot disagree.

Nothing past this point reads a raw figure: a `Figure` knows its text, and is already hidden
where its reader may not see small numbers. What the rules say of a hidden figure is hidden with
it: a rating against a known target, a movement or a place among the limits would give it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil
from typing import Any, NamedTuple, Protocol, TypeAlias

from bucks_cs.lib.disclosure import SUPPRESSED, Sum, is_small, protect
from bucks_cs.lib.periods import Period, PeriodKind

from . import findings
from .models import Absence, Judgement, Measure, Unit
from .rag import Polarity, Rag
from .sparkline import Sparkline
from .spc import PATTERN_POINTS, PROVISIONAL_BELOW, Assurance, Point, Variation
from .trends import Chance, Comparison, Direction, OnTrack

# The usual symbols of published tables (field.md, section 6).
ABSENCE_SYMBOLS = {
    Absence.NOT_AVAILABLE: ":",
    Absence.NOT_STATED: ":",
    Absence.NOT_APPLICABLE: "z",
    Absence.NOT_COLLECTED: "x",
}


STEP = {"month": 1, "date": 1, "quarter": 3}
"""How many months there are between the ends of neighbouring periods; of the others, twelve."""

SNIPPET = 120
"""Characters of a commentary that a table shows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as its reader may see it. `number` is None where there is none to see; `text`
    is what a page says, `symbol` what a data file says in place of a number."""

    number: float | None
    text: str
    symbol: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def hidden(self) -> bool:
        return self.symbol == SUPPRESSED


NOTHING = Figure(None, "–")
HIDDEN_FIGURE = Figure(None, "Hidden: a small number", SUPPRESSED)


@cache
def _absent(absence: str) -> Figure:
    reason = Absence(absence or Absence.NOT_AVAILABLE)
    return Figure(None, reason.label, ABSENCE_SYMBOLS[reason])


@lru_cache(maxsize=4096)
def period_of(kind: str, start: date, end: date) -> Period:
    """The period; kept, because many rows share one."""
    return Period(start, end, PeriodKind(kind))


@lru_cache(maxsize=4096)
def period_label(period: Period) -> str:
    return period.label


def when(period: Period) -> str:
    """in February 2015; on 31 March 2017; in the 2015/16 academic year."""
    before = {PeriodKind.DATE: "on", PeriodKind.ACADEMIC_YEAR: "in the"}
    return f"{before.get(period.kind, 'in')} {period_label(period)}"


def vintage_words(vintage: str, period: Period) -> str:
    """Of when a comparator's figure is: as its source says, else its period."""
    return "year not stated" if vintage == "not stated" else vintage or period_label(period)


def number_text(value: Decimal | float, measure: Measure) -> str:
    """A number in the measure's unit: 26.0%, 29.5, 226 days, £1,200."""
    return findings.number(float(value), measure.unit, measure.decimals)


def number_figure(value: Decimal | float | None, measure: Measure) -> Figure:
    """A figure that nobody needs to be kept from: a target, an average, a baseline."""
    return NOTHING if value is None else Figure(float(value), number_text(value, measure))


class Recorded(Protocol):
    """An outturn, or as much of one as a list reads of it."""

    @property
    def pk(self) -> Any: ...
    @property
    def series_id(self) -> int: ...
    @property
    def period_kind(self) -> str: ...
    @property
    def period_start(self) -> date: ...
    @property
    def period_end(self) -> date: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def absence(self) -> str: ...
    @property
    def withheld(self) -> bool: ...
    @property
    def commentary(self) -> str: ...
    @property
    def printed_rag(self) -> str: ...
    @property
    def source_note(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def approved_at(self) -> datetime | None: ...


def outturn_figure(
    outturn: Recorded | None, measure: Measure, *, see_small: bool, hidden: bool = False
) -> Figure:
    """An outturn as its reader may see it. Counts of 1 to 5, and values made from one, are hidden
    from those who may not see small numbers; so is one that is withheld, or `hidden` because
    another could be worked out from it."""
    if outturn is None:
        return NOTHING
    if outturn.value is None:
        return _absent(outturn.absence)
    if not see_small and (hidden or is_kept_back(outturn, measure.unit)):
        return HIDDEN_FIGURE
    return Figure(
        float(outturn.value),
        number_text(outturn.value, measure),
        numerator=outturn.numerator,
        denominator=outturn.denominator,
    )


def counted(value: Decimal | float | None, numerator: Decimal | None, unit: str) -> int | None:
    """The count of children that a figure gives away, if any: its numerator, or itself."""
    count = numerator if numerator is not None else value if unit == Unit.COUNT else None
    return None if count is None else ceil(count)


def is_small_figure(
    value: Decimal | float | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    unit: str,
) -> bool:
    """Whether a figure is of 1 to 5 children, or out of so few."""
    return is_small(counted(value, numerator, unit)) or is_of_few(denominator)


def is_of_few(denominator: Decimal | None) -> bool:
    return denominator is not None and is_small(ceil(denominator))


def is_kept_back(outturn: Recorded, unit: str) -> bool:
    """Whether a figure must be hidden for itself, whatever others beside it say."""
    return outturn.withheld or is_small_figure(
        outturn.value, outturn.numerator, outturn.denominator, unit
    )


Key: TypeAlias = tuple[int, date, date]
"""A figure's place in the ledger: a series, and the first and last day of a period."""


class Counted(NamedTuple):
    """A figure for the rule of small numbers: its own key, the group whose parts make a total
    (a measure and a period), its category (empty for the total), its number of children, and
    whether it is hidden whatever that number is."""

    key: Key
    group: Key
    category: str
    children: int | None
    kept_back: bool = False

    @classmethod
    def of(
        cls,
        key: Key,
        group: Key,
        category: str,
        unit: str,
        value: Decimal | float | None,
        numerator: Decimal | None,
        denominator: Decimal | None,
        withheld: bool,
    ) -> Counted:
        """What the rule needs to know of a recorded figure."""
        children = counted(value, numerator, unit)
        return cls(key, group, category, children, withheld or is_of_few(denominator))


def hidden_keys(figures: Iterable[Counted]) -> set[Key]:
    """The keys of the figures that must be hidden: small ones and those kept back, and a second
    one of their group where a total would let the first be worked out."""
    groups: dict[Key, list[Counted]] = {}
    for figure in figures:
        groups.setdefault(figure.group, []).append(figure)
    hidden: set[Key] = set()
    for group in groups.values():
        parts = tuple(figure.key for figure in group if figure.category)
        sums = [Sum(figure.key, parts) for figure in group if parts and not figure.category]
        kept_back = {figure.key for figure in group if figure.kept_back}
        counts = {figure.key: figure.children for figure in group}
        hidden |= kept_back | protect(counts, sums, kept_back)
    return hidden


def process_said(judged: Judgement | None) -> tuple[Variation, Assurance]:
    """What process control says of the latest point and of its target: nothing where there are
    no limits, or fewer points than it takes to see a pattern."""
    if judged is None or judged.lower_limit is None or judged.points < PATTERN_POINTS:
        return Variation.NONE, Assurance.NONE
    return Variation(judged.variation), Assurance(judged.assurance)


# ---- what the rules said, in words -------------------------------------------------


class Said(NamedTuple):
    """In place of a rule's answer where there is none to show."""

    name: str
    label: str


HIDDEN = Said("HIDDEN", "Hidden")
PENDING = Said("PENDING", "Not worked out yet")
NOT_RATED = Said("PROJECTION", "Projection, not rated")
Rating: TypeAlias = Rag | Said


def printed_otherwise(printed: str, rag: Rating) -> bool:
    """Whether a source printed another rating than the rule gives."""
    return isinstance(rag, Rag) and bool(printed) and printed.lower() != rag.label.lower()


class Travel(NamedTuple):
    """Direction of travel: a code's name and words, and the way in which the figure moved."""

    name: str
    label: str
    arrow: str


NO_TRAVEL = Travel(Direction.NONE.name, "", "")


@cache
def travel(code: int, polarity: int) -> Travel:
    """The words and the arrow of a direction; an arrow points where the figure went."""
    direction = Direction(code)
    if direction is Direction.NONE:
        return NO_TRAVEL
    up_is = Direction.WORSENED if polarity == Polarity.LOWER else Direction.IMPROVED
    up = direction in (up_is, Direction.ROSE)
    arrow = "level" if direction is Direction.SAME else "up" if up else "down"
    return Travel(direction.name, direction.label, arrow)


@dataclass(frozen=True, slots=True)
class Comparator:
    """Another area's latest figure, and how ours stands against it."""

    area: str
    name: str
    figure: Figure
    vintage: str
    comparison: Comparison = Comparison.NONE
    chance: Chance = Chance.NOT_KNOWN

    @property
    def said(self) -> str:
        """Better, similar or worse; and whether by more than chance, where the counts are known."""
        if self.comparison is Comparison.NONE:
            return ""
        if self.chance is Chance.NOT_KNOWN or self.comparison is Comparison.SIMILAR:
            return self.comparison.label
        return f"{self.comparison.label} ({self.chance.label.lower()})"

    def words(self, *, vintage: bool) -> str:
        """South East (2014): worse."""
        name = f"{self.name} ({self.vintage})" if vintage else self.name
        return f"{name}: {self.said.lower()}" if self.said else name


class Past(NamedTuple):
    """One period of a row's recent history: its last day, and its figure or its symbol."""

    end: date
    number: float | None
    symbol: str


class Revision(NamedTuple):
    """What became of a published figure since: in words, and what was published, when and why
    it was revised."""

    words: str
    was: str = ""
    on: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardRow:
    """A measure in a month, or one category of it. Codes know their words (`.label`)."""

    code: str
    name: str
    printed_name: str
    theme: str
    owner: str
    owner_id: int | None
    unit: str
    decimals: int
    polarity: Polarity
    on_scorecard: bool
    label: str
    """Which part this is, in a row of parts: a category, or another period; else empty."""
    period: str
    figure: Figure
    target: Figure
    next_target: Figure
    next_target_from: date | None
    rag: Rating
    printed_rag: str
    direction: Travel
    direction_year: Travel
    direction_mean: Travel
    earlier: Figure
    earlier_rag: Rag | None
    gap: str
    """How far from the target, in words."""
    movement: str
    """How far from the period before, and what that was, in words."""
    step: str
    """How far from the period before."""
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    points: int
    point: Point
    variation: Variation
    assurance: Assurance
    control_hidden: bool = False
    """Process control is left out: it rests on a hidden small number."""
    on_track: OnTrack
    comparators: tuple[Comparator, ...]
    commentary: str
    source_note: str
    history: tuple[Past, ...]
    spark: Sparkline | None
    revised: Revision | None
    facts: findings.Facts
    """What sentences may be made from, as this reader may know it."""
    parts: tuple[ScorecardRow, ...] = ()

    @property
    def unit_label(self) -> str:
        return Unit(self.unit).label

    @property
    def printed_differs(self) -> bool:
        """The source printed another rating than the rule gives."""
        return printed_otherwise(self.printed_rag, self.rag)

    @property
    def is_provisional(self) -> bool:
        """Process control says something of it, from fewer points than it takes to be sure."""
        return self.is_assessed and self.points < PROVISIONAL_BELOW

    @property
    def vintage(self) -> str:
        """Of when the comparators' figures are, where it is one time for all."""
        vintages = {other.vintage for other in self.comparators}
        return vintages.pop() if len(vintages) == 1 else ""

    @property
    def is_assessed(self) -> bool:
        """Process control says something of it."""
        return self.variation != Variation.NONE

    @property
    def is_signal(self) -> bool:
        """The latest point is more than noise."""
        return self.variation >= Variation.IMPROVING_HIGH

    @property
    def is_exception(self) -> bool:
        return self.rag is Rag.RED or self.printed_differs

    @property
    def snippet(self) -> str:
        """The beginning of the commentary."""
        text = self.commentary
        return text if len(text) <= SNIPPET else f"{text[: SNIPPET - 1].rstrip()}…"

    @property
    def spark_words(self) -> str:
        """What the sparkline shows, in words."""
        known = [past for past in self.history if past.number is not None]
        if not known:
            return ""
        texts = [
            findings.number(past.number or 0.0, self.unit, self.decimals)
            for past in (known[0], known[-1])
        ]
        return f"{texts[0]} in {known[0].end:%B %Y}, {texts[1]} in {known[-1].end:%B %Y}"
