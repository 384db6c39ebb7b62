"""Small numbers: what leaves the service must not give a child away.

The rule (field.md, section 6): a count of 1 to 5 is shown as `c`, so is a percentage made from
one, and so is a further count where a total would let a hidden one be worked out. Nought is
shown as 0. The symbols are those of the Department for Education's published tables.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

SMALLEST_HIDDEN, LARGEST_HIDDEN = 1, 5

SUPPRESSED = "c"
NOT_APPLICABLE = "z"
NOT_AVAILABLE = ":"
NOT_COLLECTED = "x"
ROUNDS_TO_ZERO = "k"

SYMBOLS = {
    SUPPRESSED: "hidden because the number is small",
    NOT_APPLICABLE: "not applicable",
    NOT_AVAILABLE: "not available",
    NOT_COLLECTED: "not collected",
    ROUNDS_TO_ZERO: "rounds to zero",
}

Cell: TypeAlias = int | str | None


class Shown(NamedTuple):
    """Counts and their total as they may be shown: a number, `c`, or None for no figure."""

    counts: list[Cell]
    total: Cell


def is_small(count: int | None) -> bool:
    """Whether a count must be hidden. A missing count has nothing to hide, nor has nought."""
    return count is not None and SMALLEST_HIDDEN <= count <= LARGEST_HIDDEN


def percentage_hidden(numerator: int | None) -> bool:
    """Whether a percentage or a rate must be hidden: it goes with its numerator."""
    return is_small(numerator)


def suppress(counts: Sequence[int | None], total: int | None = None) -> Shown:
    """Hide what must be hidden in a row of counts, and in their total where it is shown.

    Where the total and the shown counts would give a hidden one away, the smallest shown count
    above zero is hidden as well, and every count equal to it; where none is left, the total is.
    They give it away when it is alone, and when all the hidden ones are 1 or all are 5, as
    their sum then says. As position plays no part, any hidden count could be any of them.

    A missing count protects nothing: a reader may know that it is empty. The rule sees this one
    row only. A table with totals both ways, or the same children counted in two tables, can
    still be solved by comparing them: show only one set of totals there.
    """
    hidden = [count for count in counts if is_small(count)]
    spare = sorted({count for count in counts if count is not None and count > LARGEST_HIDDEN})
    total_hidden = is_small(total)
    while total is not None and not total_hidden and _given_away(hidden):
        if spare:
            next_smallest = spare.pop(0)
            hidden += [count for count in counts if count == next_smallest]
        else:
            total_hidden = True
    cells: list[Cell] = [SUPPRESSED if count in hidden else count for count in counts]
    return Shown(cells, SUPPRESSED if total_hidden else total)


def _given_away(hidden: list[int | None]) -> bool:
    """Whether the sum of the hidden counts says what each of them is."""
    return len(hidden) == 1 or set(hidden) in ({SMALLEST_HIDDEN}, {LARGEST_HIDDEN})
