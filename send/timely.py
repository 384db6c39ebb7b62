"""Plans in 20 weeks by calendar year, as the national return reports them: from the months that
the ledger holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bucks_cs.lib.periods import PeriodKind
from scorecard.shown import Ledger, Shown

IN_TIME, EXCEPTIONS = "ehc-plans-20-weeks", "ehc-plans-exceptions"


@dataclass(frozen=True, slots=True)
class Year:
    """Plans issued in a calendar year, exceptions left out; None where a month is hidden or no
    month is known. `months` are those that are known."""

    year: int
    months: int
    issued: int | None
    in_time: int | None
    exceptions: int | None

    @property
    def share(self) -> str:
        """80%, or a dash."""
        if not self.issued or self.in_time is None:
            return "–"
        return f"{100 * self.in_time / self.issued:.1f}%"

    @property
    def is_whole(self) -> bool:
        return self.months == 12


def years(ledger: Ledger) -> list[Year]:
    """The calendar years of which a month is known, oldest first. A year with a hidden month is
    not summed: the others would tell the hidden one."""
    plans = _by_year(ledger.each(IN_TIME))
    apart = _by_year(ledger.each(EXCEPTIONS))
    return [
        Year(
            year,
            len(found),
            _sum(one.figure.denominator for one in found),
            _sum(one.figure.numerator for one in found),
            _sum(
                None if one.figure.number is None else one.figure.number
                for one in apart.get(year, ())
            )
            if year in apart
            else None,
        )
        for year, found in plans.items()
    ]


def _by_year(found: Sequence[Shown]) -> dict[int, list[Shown]]:
    years: dict[int, list[Shown]] = {}
    for one in found:
        if one.period.kind == PeriodKind.MONTH:
            years.setdefault(one.end.year, []).append(one)
    return years


def _sum(values: Iterable[object]) -> int | None:
    found = list(values)
    if not found or any(value is None for value in found):
        return None
    return round(sum(float(str(value)) for value in found))


def finding_of(found: Sequence[Year]) -> str:
    """In 2025, 120 of 150 plans were issued within 20 weeks (80.0%)."""
    if not found:
        return "No month of plans issued is known yet"
    last = found[-1]
    if last.issued is None or last.in_time is None:
        return f"The plans issued in {last.year} cannot be summed: a month of it is not known"
    if not last.issued:
        return f"No plan was issued in {last.year}, but those with an exception"
    so_far = "" if last.is_whole else f", {last.months} month{'s' if last.months > 1 else ''} of it"
    return (
        f"In {last.year}{so_far}, {last.in_time:,} of {last.issued:,} plans were issued within 20 "
        f"weeks ({last.share}), exceptions left out"
    )
