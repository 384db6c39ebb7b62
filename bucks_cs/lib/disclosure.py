"""Small numbers: what leaves the service must not give a child away.

The rule (field.md, section 6): a count of 1 to 5 is shown as `c`, so is a percentage made from
one, and so is a further count where a total would let a hidden one be worked out. Nought is
shown as 0. The symbols are those of the Department for Education's published tables.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)

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


MOST_TRIED = 2_000
"""Tables that are looked at before a count is taken for unsafe."""


class Sum(NamedTuple, Generic[K]):
    """A count that is the sum of others, by their keys."""

    whole: K
    parts: tuple[K, ...]


def is_small(count: int | None) -> bool:
    """Whether a count must be hidden. A missing count has nothing to hide, nor has nought."""
    return count is not None and SMALLEST_HIDDEN <= count <= LARGEST_HIDDEN


def protect(
    counts: Mapping[K, int | None], sums: Iterable[Sum[K]], hidden: Collection[K] = ()
) -> set[K]:
    """Which counts must be hidden so that no small one can be worked out: the small ones, those
    that are `hidden` anyway, and as many more as it takes.

    The reader knows the sums, every count that is not hidden, and that no hidden one is nought. A
    small count is safe when some other table of whole numbers says the same to that reader, and
    another number in its place; no small count of that table is above 5, so it does not help to
    know which are small. Where a count is not safe the smallest count above 5 that makes it so is
    hidden as well, and every equal one that would do: position plays no part.

    A missing count (None) protects nothing: a reader may know that it is empty. A sum says nothing
    while its whole is missing, or any part is no key of `counts`.

    In one sum this is the usual rule: a hidden count is given away when it is alone, and when all
    the hidden ones are 1 or all are 5, as their sum then says.
    """
    table = _Table(counts, sums, hidden)
    while unsafe := [key for key in table.small if not table.is_safe(key)]:
        more = table.next_to_hide(unsafe)
        if not more:
            break  # Everything there is hidden: any multiple of the table looks the same.
        table.hidden |= more
    return table.hidden


class _Table(Generic[K]):
    """Counts, the sums that tie them, and which are hidden so far."""

    def __init__(
        self, counts: Mapping[K, int | None], sums: Iterable[Sum[K]], hidden: Collection[K]
    ) -> None:
        self.counts = {key: count for key, count in counts.items() if count is not None}
        self.small = [key for key, count in self.counts.items() if is_small(count)]
        self.hidden = {*self.small, *(key for key in hidden if self.counts.get(key))}
        self.sums = [
            {one.whole: -1, **dict.fromkeys((part for part in one.parts if part in self.counts), 1)}
            for one in sums
            if one.whole in self.counts and counts.keys() >= set(one.parts)
        ]
        self.sums_of: dict[K, list[dict[K, int]]] = {}
        for one in self.sums:
            for key in one:
                self.sums_of.setdefault(key, []).append(one)

    def is_safe(self, key: K) -> bool:
        """Whether one more or one less in its place can be made up for by other hidden counts."""
        self._left = MOST_TRIED
        return any(self._has_room(key, step) and self._made_up({key: step}) for step in (1, -1))

    def _is_safe_without(self, key: K, more: set[K]) -> bool:
        """Whether a count would be safe were these hidden too."""
        was, self.hidden = self.hidden, self.hidden | more
        safe = self.is_safe(key)
        self.hidden = was
        return safe

    def _made_up(self, moved: dict[K, int]) -> bool:
        """Whether counts that have not been moved yet can be moved by one so that every sum holds
        again. Never says so wrongly; where it gives up, the count is taken for unsafe."""
        self._left -= 1
        if self._left < 0:
            return False
        choices = None
        for one in {id(one): one for key in moved for one in self.sums_of.get(key, ())}.values():
            off = sum(one[key] * step for key, step in moved.items() if key in one)
            if off:
                here = self._moves(one, off, moved)
                choices = here if choices is None or len(here) < len(choices) else choices
        if choices is None:
            return True
        return any(self._made_up({**moved, key: step}) for key, step in choices)

    def _moves(self, one: dict[K, int], off: int, moved: Collection[K]) -> list[tuple[K, int]]:
        """The moves by one that bring this sum nearer to holding."""
        towards = -1 if off > 0 else 1
        return [
            (key, towards * sign)
            for key, sign in one.items()
            if key in self.hidden and key not in moved and self._has_room(key, towards * sign)
        ]

    def _has_room(self, key: K, step: int) -> bool:
        there = self.counts[key] + step
        return there >= SMALLEST_HIDDEN and (is_small(there) or not is_small(self.counts[key]))

    def next_to_hide(self, unsafe: Iterable[K]) -> set[K]:
        """The smallest counts that make one of these safe. Where no one count does, the smallest
        in a sum that has the fewest hidden ones of those that give one of them away."""
        helps: dict[int, set[K]] = {}
        for key in unsafe:
            for count, group in self._groups(self._around(key)):
                enough = {one for one in group if self._is_safe_without(key, {one})}
                if enough or self._is_safe_without(key, group):
                    helps.setdefault(count, set()).update(enough or group)
                    break
        if helps:
            return helps[min(helps)]
        tight = [
            (len(self.hidden & one.keys()), groups[0])
            for key in unsafe
            for one in self._around(key)
            if (groups := self._groups([one]))
        ]
        fewest = min((hidden for hidden, _ in tight), default=0)
        least = min((group[0] for hidden, group in tight if hidden == fewest), default=0)
        return set().union(
            *(keys for hidden, (count, keys) in tight if (hidden, count) == (fewest, least))
        )

    def _around(self, key: K) -> list[dict[K, int]]:
        """The sums in which a count stands, and those that hidden counts tie to them."""
        found: dict[int, dict[K, int]] = {}
        seen, todo = {key}, [key]
        while todo:
            for one in self.sums_of.get(todo.pop(), ()):
                found[id(one)] = one
                more = (one.keys() & self.hidden) - seen
                seen |= more
                todo += more
        return list(found.values())

    def _groups(self, sums: Iterable[dict[K, int]]) -> list[tuple[int, set[K]]]:
        """The counts of these sums that are shown and above 5, equal ones together, smallest
        first."""
        groups: dict[int, set[K]] = {}
        for key in {key for one in sums for key in one} - self.hidden:
            if self.counts[key] > LARGEST_HIDDEN:
                groups.setdefault(self.counts[key], set()).add(key)
        return sorted(groups.items())
