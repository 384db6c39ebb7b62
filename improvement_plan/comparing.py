"""What a plan's sheets would do to the plan as it stands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .reading import by_name, read_due, read_money, read_posts
from .sheets import KINDS, Column, Kind, Problem, Row, Sheets


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that says something else than the plan does."""

    sheet: str
    row: int
    which: str
    column: str
    stands: str
    says: str

    def __str__(self) -> str:
        stands = f"“{self.stands}”" if self.stands else "nothing"
        return (
            f"{self.sheet}, row {self.row}, {self.column} ({self.which}): left as it is. The plan "
            f"says {stands}, the file “{self.says}”."
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """How many rows of each sheet are new and how many are there already, and where these say
    something else. They are left as they are. `doubts` is what cannot be read with certainty in
    the new ones; it stays in words."""

    new: Counter[str]
    there: Counter[str]
    differences: tuple[Difference, ...]
    doubts: tuple[Problem, ...] = ()

    @property
    def sheets(self) -> list[tuple[str, int, int, int]]:
        """Of each sheet that has something to say: how many of its rows are new, there already,
        and of these how many say something else."""
        differ = Counter(sheet for sheet, _ in {(one.sheet, one.row) for one in self.differences})
        return [
            (name, self.new[name], self.there[name], differ[name])
            for name in KINDS
            if self.new[name] or differ[name]
        ]

    @property
    def rows(self) -> int:
        """How many rows would be added."""
        return self.new.total()

    @property
    def is_new_plan(self) -> bool:
        return bool(self.new["plan"])


NOTHING = Preview(Counter(), Counter(), ())


def compare(sheets: Sheets, there: Sheets) -> Preview:
    """`there` is the plan as it stands: empty where it is new."""
    new: Counter[str] = Counter()
    old: Counter[str] = Counter()
    differences: list[Difference] = []
    for kind in KINDS.values():
        added = sheets.new(kind.name, there)
        numbers = {row.number for row in added}
        stands = _stands(kind, there)
        new[kind.name] = len(added)
        for row in sheets[kind.name]:
            if row.number not in numbers:
                old[kind.name] += 1
                headings = sheets.headings[kind.name]
                unsaid = Row(0, {name: row[name] for name in ("month", "kind", "number")})
                before = stands.get(_key(kind, row), unsaid)
                differences += _differences(kind, headings, row, before)
    return Preview(new, old, tuple(differences), tuple(_doubts(sheets, there)))


def _stands(kind: Kind, there: Sheets) -> dict[tuple[str, ...], Row]:
    """The rows that are there, by every key that each is known by; its own goes first."""
    rows = there[kind.name]
    known = {key: row for row in rows for key in kind.keys_of(row)} if kind.key else {}
    return known | {_key(kind, row): row for row in rows}


PRINTED_POSTS = ("sponsor", "overview_sponsor", "lead", "overview_lead", "manager")
"""Who answers for a division, as printed."""


def _doubts(sheets: Sheets, there: Sheets) -> Iterator[Problem]:
    """What a reading of the new rows is unsure of, by sheet and row."""
    names = by_name(
        (row["ref"], row["title"], row["also"]) for row in (*there["posts"], *sheets["posts"])
    )
    for row in sheets.new("divisions", there):
        for column in PRINTED_POSTS:
            if doubt := read_posts(row[column], names).doubt:
                yield Problem("divisions", row.number, column, doubt)
    for row in sheets.new("actions", there):
        if doubt := read_due(row["due"]).doubt:
            yield Problem("actions", row.number, "due", doubt)
        if not row["posts"] and (doubt := read_posts(row["owners"], names).doubt):
            yield Problem("actions", row.number, "owners", doubt)
    for row in sheets.new("costs", there):
        if not row["amount"] and (doubt := read_money(row["printed"]).doubt):
            yield Problem("costs", row.number, "printed", doubt)


def _key(kind: Kind, row: Row) -> tuple[str, ...]:
    """Lines of a report come with it: those of a report that is there are known by their words."""
    return kind.key_of(row) if kind.key else (row["month"], row["kind"], row["text"])


def _differences(kind: Kind, headings: list[str], row: Row, before: Row) -> Iterator[Difference]:
    which = " ".join(filter(None, _key(kind, row)))[:60]
    for column in kind.columns:
        says, stands = row[column.name], before[column.name]
        if column.name in headings and says and not _alike(column, says, stands):
            yield Difference(kind.name, row.number, which, column.name, stands, says)


def _alike(column: Column, one: str, other: str) -> bool:
    """Whether two texts mean the same here, as R and Red do."""
    if one == other or not column.read or not other:
        return one == other
    try:
        return column.read(one) == column.read(other)
    except ValueError:
        return False


def counted(rows: Mapping[str, int]) -> str:
    """actions (3), posts (1)"""
    return ", ".join(f"{name.replace('_', ' ')} ({rows[name]})" for name in KINDS if rows[name])
