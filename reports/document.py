"""A paper as data: what the Word, PDF and Excel files, the page and the API all say. Pure.

A paper has a cover, lettered sections and annexes. The paragraphs of its sections are numbered
through, as a Cabinet report's are. Every figure in it is text as it is read, beside the number
that it stands for, so that no two of its forms can say different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

EDITED_MARK = "(edited by a person)"
"""What stands behind an edited paragraph, wherever it is read."""
LINE, SHORT, LONGEST, BREADTH = 95, 13, 18, 3.5
"""Letters of a table that fit beside each other on a page; so long a text is not broken; the
longest word that a column is sure to hold; and how broad a column is to the square root of what it
says."""
NOTHING = "–"
"""What stands in a cell that has nothing to say."""
DRAFTED, EDITED, WRITTEN = "drafted", "edited", "written"
"""Where a paragraph comes from: from the figures; from the figures, and a person changed it since;
from a person."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell of a table says, and the number that it is; None where it is none. `unit` and
    `decimals` are those of a measure."""

    text: str
    number: float | None = None
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph. `key` is unique in the paper and the same when it is prepared again."""

    key: str
    text: str
    origin: str = DRAFTED


@dataclass(frozen=True, slots=True)
class Subheading:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first column heads its rows. `key` is unique in the paper."""

    key: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def heads(self) -> tuple[tuple[str, bool], ...]:
        """Each column's heading, and whether the column holds numbers, which stand to the right."""
        return tuple(
            (name, any(row[place].number is not None for row in self.rows))
            for place, name in enumerate(self.columns)
        )

    @property
    def filled(self) -> Table:
        """The table without columns in which no row says anything; the first one stays."""
        kept = [
            place
            for place in range(len(self.columns))
            if not place or any(row[place].text != NOTHING for row in self.rows)
        ]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    @property
    def shares(self) -> tuple[float, ...]:
        """Which part of the page's width is each column's, 1 in all: first room for its longest
        word, then the more, the more it has to say."""
        texts = [
            (name, *(row[place].text for row in self.rows))
            for place, name in enumerate(self.columns)
        ]
        least = [2.6 + 1.1 * min(LONGEST, max(map(_unbroken, column))) for column in texts]
        more = [
            max(0.0, BREADTH * max(map(len, column)) ** 0.5 - room)
            for column, room in zip(texts, least, strict=True)
        ]
        spare = max(0.0, LINE - sum(least)) / (sum(more) or 1.0)
        wide = [room + spare * extra for room, extra in zip(least, more, strict=True)]
        return tuple(one / sum(wide) for one in wide)


def _unbroken(text: str) -> int:
    """Letters of the longest piece of a text that stays on one line."""
    return len(text) if len(text) <= SHORT else max(map(len, text.split()), default=0)


@dataclass(frozen=True, slots=True)
class Line:
    """A named run of values, a gap where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` is `line`, `bar` or `stacked`. `title` says the finding, `alt` what there is to see;
    `x` are the places of the values."""

    key: str
    title: str
    alt: str
    kind: str
    x: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: str = ""
    decimals: int = 0
    source: str = ""


Block: TypeAlias = Paragraph | Subheading | Bullets | Table | Chart
_BLOCKS: Mapping[str, type[Block]] = {
    kind.__name__: kind for kind in (Paragraph, Subheading, Bullets, Table, Chart)
}


@dataclass(frozen=True, slots=True)
class Section:
    """`letter` is A, B, ... of a section; empty of an annex, whose title says which it is.
    `failed` says why its part could not be prepared."""

    key: str
    letter: str
    title: str
    blocks: tuple[Block, ...]
    failed: str = ""

    @property
    def is_annex(self) -> bool:
        return self.title.startswith("Annex ")

    @property
    def heading(self) -> str:
        return f"{self.letter}. {self.title}" if self.letter else self.title


@dataclass(frozen=True, slots=True)
class Document:
    """`cover` are label and text, in order; `basis` says what the figures are: as they were
    published, or as they were known on a day."""

    title: str
    subtitle: str
    cover: tuple[tuple[str, str], ...]
    basis: str
    sections: tuple[Section, ...]

    @property
    def finding(self) -> str:
        """What it says first: its first paragraph's first line."""
        texts = [
            block.text
            for section in self.sections
            for block in section.blocks
            if isinstance(block, Paragraph)
        ]
        return texts[0].split("\n")[0] if texts else ""

    def numbered(self) -> Iterator[tuple[Section, Block, int]]:
        """Every block with its section and, of a paragraph, its number, from 1; of others 0.
        The paragraphs of annexes have none."""
        number = 0
        for section in self.sections:
            for block in section.blocks:
                counts = isinstance(block, Paragraph) and bool(section.letter)
                number += counts
                yield section, block, number if counts else 0

    def tables(self) -> Iterator[Table]:
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Table))

    def charts(self) -> Iterator[Chart]:
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Chart))


# ---- kept as JSON ------------------------------------------------------------------


def as_json(document: Document) -> dict[str, Any]:
    """The paper as plain data, each block with its kind."""
    plain = asdict(document)
    for section, kept in zip(document.sections, plain["sections"], strict=True):
        for block, data in zip(section.blocks, kept["blocks"], strict=True):
            data["kind_of_block"] = type(block).__name__
    return plain


def from_json(data: Mapping[str, Any]) -> Document:
    """The paper that `as_json` made plain, also after a turn through JSON."""
    return Document(
        title=data["title"],
        subtitle=data["subtitle"],
        cover=tuple((label, text) for label, text in data["cover"]),
        basis=data["basis"],
        sections=tuple(_section(one) for one in data["sections"]),
    )


def _section(data: Mapping[str, Any]) -> Section:
    fields = dict(data)
    return Section(**(fields | {"blocks": tuple(_block(one) for one in fields["blocks"])}))


def _block(data: Mapping[str, Any]) -> Block:
    fields = dict(data)
    kind = _BLOCKS[fields.pop("kind_of_block")]
    if kind is Table:
        fields["rows"] = tuple(tuple(Cell(**cell) for cell in row) for row in fields["rows"])
    if kind is Chart:
        fields["lines"] = tuple(Line(one["name"], tuple(one["values"])) for one in fields["lines"])
    return kind(**{name: _tupled(value) for name, value in fields.items()})


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
