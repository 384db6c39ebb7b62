"""What a paper is made from: a quarter of the scorecard as any member may see it, and the evidence
for a measure's sentences.

A paper leaves the service, so it says no more than a member may read, whoever writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from bucks_cs.lib.periods import add_months, day_label, last_day, month_label
from bucks_cs.models import User
from bucks_cs.roles import Role
from scorecard.models import Area, AreaKind, Measure, Publication, Target
from scorecard.monthly import Scorecard, as_published, known_now
from scorecard.presenters import ScorecardRow
from scorecard.rag import Rag, ToleranceKind
from scorecard.trends import Chance

from .models import Basis, Kind, Paper
from .quarters import Quarter
from .sentences import Evidence, Peer, listed


def any_member() -> User:
    return User(role=Role.MEMBER)


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A measure in a quarter: its row in the last of the quarter's months that has a figure."""

    month: date
    row: ScorecardRow

    @property
    def is_red(self) -> bool:
        return self.row.rag is Rag.RED

    @property
    def is_exception(self) -> bool:
        """Red, or red by the rule though printed otherwise, or red in one of its parts."""
        return self.row.is_exception or any(part.is_exception for part in self.row.parts)


@dataclass(frozen=True)
class Scope:
    """What a paper covers. `today` is when it is prepared."""

    kind: Kind
    quarter: Quarter
    basis: Basis
    today: date
    since: date | None = None
    asked_for: frozenset[str] = frozenset()
    """Codes of the measures that the committee asked for."""

    @cached_property
    def member(self) -> User:
        return any_member()

    @cached_property
    def months(self) -> dict[date, Scorecard | None]:
        """The scorecard of each month of the quarter; None where it is to be as published, and is
        not."""
        return {month: self._month(month) for month in self.quarter.months}

    @cached_property
    def months_before(self) -> dict[date, Scorecard | None]:
        return {month: self._month(month) for month in self.quarter.before.months}

    def _month(self, month: date) -> Scorecard | None:
        if self.basis == Basis.KNOWN:
            return known_now(month, self.member)
        editions = self._editions.get(month)
        return as_published(editions[0], self.member) if editions else None

    @cached_property
    def _editions(self) -> dict[date, list[Publication]]:
        """The editions of each month of the quarter and of the one before that was published; the
        first is what was said at the time, later ones are of a month published again."""
        months = (*self.quarter.before.months, *self.quarter.months)
        editions: dict[date, list[Publication]] = {}
        for one in Publication.objects.filter(month__in=months).order_by("edition"):
            editions.setdefault(one.month, []).append(one)
        return editions

    @cached_property
    def rows(self) -> dict[str, QuarterRow]:
        """By code, in the measures' order."""
        found = _latest(self.months)
        return {code: found[code] for code in sorted(found, key=self._place)}

    @cached_property
    def _places(self) -> dict[str, int]:
        codes = Measure.objects.values_list("code", flat=True)
        return {code: place for place, code in enumerate(codes)}

    def _place(self, code: str) -> tuple[int, str]:
        """Where a measure stands among all: months that have not the same measures agree on it."""
        return self._places.get(code, len(self._places)), code

    @cached_property
    def rows_before(self) -> dict[str, QuarterRow]:
        return _latest(self.months_before)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {one.code: one for one in Measure.objects.filter(code__in=self.rows)}

    @cached_property
    def target_from(self) -> dict[str, date]:
        """When the standing target of each measure began, by code."""
        steps = Target.objects.filter(measure__code__in=self.rows, starts__lte=self.quarter.end)
        return dict(steps.order_by("starts").values_list("measure__code", "starts"))

    @cached_property
    def areas(self) -> dict[str, str]:
        return area_names()

    @property
    def basis_words(self) -> str:
        if self.basis == Basis.KNOWN:
            return f"Figures as known on {day_label(self.today)}, with revisions since publication"
        return "Scorecard figures as published"

    @property
    def figures_words(self) -> str:
        """What the figures are, as the cover says it. Only the scorecard is published month by
        month: what else a paper tells is as it is known when it is prepared."""
        said = [f"{self.basis_words}.", self.months_words]
        if self.basis == Basis.PUBLISHED and self.kind == Kind.CABINET:
            said.append(
                "What is said of looked-after children and of special educational needs is what "
                f"was known on {day_label(self.today)} of the time up to "
                f"{day_label(self.quarter.end)}."
            )
        return " ".join(filter(None, said))

    @property
    def months_words(self) -> str:
        """Which months of the quarter are there and which are missing, in a sentence; nothing where
        all are known."""
        there = {month: card for month, card in self.months.items() if card}
        empty = [month for month, card in there.items() if not _has_figures(card)]
        without = f"{_together(empty)} {_has(empty)} no figure." if empty else ""
        if self.basis == Basis.KNOWN:
            return " ".join(filter(None, [without, *map(_not_in, there.items())]))
        missing = [month for month in self.months if month not in there]
        if not there:
            return f"None of {_together(missing)} was published, so none has a figure here."
        said = listed(
            f"{month_label(month)} was published on {self._out(month)}" for month in there
        )
        if missing:
            were = "were" if len(missing) > 1 else "was"
            said += (
                f"; {_together(missing)} {were} not published, and {_has(missing)} no figure here"
            )
        return f"{said}. {without}".strip()

    @property
    def nothing_words(self) -> str:
        """What is said in the place of figures, where there are none."""
        how = "is known" if self.basis == Basis.KNOWN else "was published"
        return f"No figure of {self.quarter.words}, {how}."

    @property
    def has_figures(self) -> bool:
        return any(card and _has_figures(card) for card in self.months.values())

    @cached_property
    def month_words(self) -> list[str]:
        """What each month of the quarter is: published, known, or missing."""
        return [self._said_of(month, card) for month, card in self.months.items()]

    def _said_of(self, month: date, card: Scorecard | None) -> str:
        name = month_label(month)
        if card is None:
            return f"{name} was not published: it has no figure here."
        if not _has_figures(card):
            return f"{name} has no figure."
        if self.basis == Basis.KNOWN:
            count = sum(is_known(row) for row in card.rows)
            return f"{name}: {count} measure{' has a figure' if count == 1 else 's have figures'}."
        return f"{name} was published on {self._out(month)}."

    def _out(self, month: date) -> str:
        """When a month was published."""
        first, *later = self._editions[month]
        day = day_label(timezone.localtime(first.published_at).date())
        return f"{day} (and again since, which is not shown)" if later else day

    def evidence(self, of: QuarterRow) -> Evidence:
        """All that a sentence may say of a measure's row."""
        return evidence(of.row, self.measures.get(of.row.code), self.areas)


def scope_of(paper: Paper) -> Scope:
    return Scope(
        kind=Kind(paper.kind),
        quarter=paper.quarter,
        basis=Basis(paper.basis),
        today=timezone.localdate(),
        since=paper.since,
        asked_for=frozenset(paper.measures.values_list("code", flat=True)),
    )


def is_known(row: ScorecardRow) -> bool:
    return row.figure.number is not None or row.figure.hidden or bool(row.parts)


def _has_figures(card: Scorecard) -> bool:
    return any(map(is_known, card.rows))


def _not_in(month: tuple[date, Scorecard]) -> str:
    """7 scorecard measures have no figure of March 2015: a month that is only partly in."""
    day, card = month
    count = len(card.missing) if _has_figures(card) else 0
    measures = f"{count} scorecard measure{' has' if count == 1 else 's have'}"
    return f"{measures} no figure of {month_label(day)}." if count else ""


def _together(months: Sequence[date]) -> str:
    """January and March 2015: months of one quarter."""
    return f"{listed(f'{month:%B}' for month in months)} {months[0]:%Y}"


def _has(months: Sequence[date]) -> str:
    return "have" if len(months) > 1 else "has"


def _latest(months: Mapping[date, Scorecard | None]) -> dict[str, QuarterRow]:
    """The last figure of each measure. One of a day, which another paper printed, takes no month's
    place: the two are counted otherwise, and the target is the month's."""
    found: dict[str, QuarterRow] = {}
    for month, card in months.items():
        for row in card.rows if card else ():
            of = found.get(row.code)
            of_a_month = of is not None and is_known(of.row) and not _is_of_a_day(of.row)
            if of is None or (is_known(row) and not (_is_of_a_day(row) and of_a_month)):
                found[row.code] = QuarterRow(month, row)
    return found


def _is_of_a_day(row: ScorecardRow) -> bool:
    return row.facts.when.startswith("on ")


def area_names() -> dict[str, str]:
    """Areas by code, as a sentence names them."""
    return {one.code: _in_a_sentence(one) for one in Area.objects.all()}


def _in_a_sentence(area: Area) -> str:
    match area.kind:
        case AreaKind.REGION:
            return f"the {area.name}"
        case AreaKind.GROUP:
            return f"our {area.name[:1].lower()}{area.name[1:]}"
        case _:
            return area.name


def evidence(row: ScorecardRow, measure: Measure | None, areas: Mapping[str, str]) -> Evidence:
    """What may be said of a row. `areas` are names by code, as a sentence has them."""
    year_ago, when = _year_ago(row)
    return Evidence(
        facts=row.facts,
        hidden=row.figure.hidden,
        tolerance=float(measure.tolerance) if measure else 0.0,
        relative=measure is not None and measure.tolerance_kind == ToleranceKind.RELATIVE,
        year_ago=year_ago,
        year_ago_when=when,
        peers=tuple(_peers(row, areas)),
        printed_rag=row.printed_rag if row.printed_differs else "",
        revised=row.revised.words if row.revised else "",
        parts=tuple((part.label, part.figure.text) for part in row.parts),
    )


def _peers(row: ScorecardRow, areas: Mapping[str, str]) -> Iterator[Peer]:
    for other in row.comparators:
        if other.figure.number is not None:
            yield Peer(
                areas.get(other.area, other.name),
                other.figure.number,
                other.vintage,
                other.chance is Chance.WITHIN,
            )


def _year_ago(row: ScorecardRow) -> tuple[float | None, str]:
    """The figure a year before the row's, where there is one, and when that was."""
    if not row.history:
        return None, ""
    end = row.history[-1].end
    wanted = last_day(add_months(end.replace(day=1), -12))
    for past in row.history:
        if past.end == wanted and past.number is not None:
            monthly = row.facts.when.startswith("in ") and "/" not in row.facts.when
            before = f"in {month_label(wanted.replace(day=1))}" if monthly else ""
            return (past.number, before) if before else (None, "")
    return None, ""
