"""A plan as sheets: what each column is, and what is wrong with a row. Pure.

The same sheets are the fixtures of the published record (a folder of CSV files), what another
council fills in (a workbook), and what is exported. `fixtures/plans/README.md` describes them for
people; a test holds the two together.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bucks_cs.lib.periods import parse_month

from .frozen import wrong_parts
from .progress import Rating
from .reading import folded, read_rating

RESERVED = ("decide", "import", "measures", "mine", "queries")
"""Addresses under /plans/ that are pages of their own."""
NONE = "none"
"""Of an amount or of posts: there is none, whatever the printed text says."""
LONGEST = 30_000
"""The longest text: a cell of a workbook holds no more than 32,767 characters."""
NOT_EXPORTED = "This is not what an export wrote. Leave it as it was, or leave it out."
MADE_IN_SERVICE = (
    "Reports on actions, ratings of risks and status reports are made in the service, where "
    "somebody else approves them."
)
MEASURES = "the scorecard’s measures"
DOCUMENTS = "the documents of Settings"


YEARS = range(1990, 2101)
"""Every day and month of a plan is of these: others are slips of the pen."""


def read_day(text: str) -> date:
    """2015-02-28. Raises ValueError in words."""
    found = None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            found = date.fromisoformat(text)
    except ValueError:
        pass
    if found is None:
        raise ValueError(f"“{text}” is not a date: write it as 2015-02-28.")
    return _of_our_time(found, text)


def _month(text: str) -> date:
    return _of_our_time(parse_month(text), text)


def _of_our_time(day: date, text: str) -> date:
    if day.year not in YEARS:
        raise ValueError(f"“{text}” is not between {YEARS[0]} and {YEARS[-1]}.")
    return day


def read_amount(text: str) -> Decimal | None:
    """An amount in pounds, in figures alone, or none. Raises ValueError in words."""
    if text == NONE:
        return None
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
        raise ValueError(f"“{text}” is not an amount in pounds: write it as 150000, or {NONE}.")
    return Decimal(text)


def read_titles(text: str) -> list[str]:
    """Titles of posts, a line each, or none. Raises ValueError in words."""
    titles = sorted({line.strip() for line in text.splitlines() if line.strip() and text != NONE})
    for title in titles:
        if len(title) > 200:
            raise ValueError(f"“{title[:40]}…” has {len(title)} characters; 200 is the most.")
    return titles


def packed(picture: Mapping[str, object]) -> list[str]:
    """What a published report keeps, in pieces that each fit into a cell."""
    text = b64encode(zlib.compress(json.dumps(picture).encode())).decode()
    return [text[start : start + LONGEST] for start in range(0, len(text), LONGEST)]


def unpacked(pieces: Iterable[str]) -> dict[str, object]:
    """What `packed` made. Raises ValueError in words."""
    try:
        found = json.loads(zlib.decompressobj().decompress(b64decode("".join(pieces)), 10 * 2**20))
    except (ValueError, RecursionError, zlib.error):
        found = None
    if not isinstance(found, dict):
        raise ValueError(NOT_EXPORTED)
    return found


def _share(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?|100", text):
        raise ValueError(f"“{text}” is not a whole number from 1 to 100.")
    return int(text)


def _later(text: str) -> int:
    if not re.fullmatch(r"[2-9]|[1-9][0-9]{1,2}", text):
        raise ValueError("Leave this empty for the first, and write 2, 3, ... for others.")
    return int(text)


def _rated(text: str) -> Rating:
    rating = read_rating(text)
    if rating is Rating.NONE:
        raise ValueError(f"“{text}” is not red, amber or green.")
    return rating


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,19}", text):
        raise ValueError(
            f"“{text}” cannot be a key: letters, digits, dots and hyphens, 20 at the most."
        )
    return text


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) or len(text) > 50:
        raise ValueError(f"“{text}” cannot be in an address: small letters, digits, hyphens.")
    if text in RESERVED:
        raise ValueError(f"“{text}” is the address of another page.")
    return text


def _year(text: str) -> str:
    match = re.fullmatch(r"(20[0-9]{2})/([0-9]{2})", text)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ValueError(f"“{text}” is not a financial year: write it as 2014/15.")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"“{text}” is not one of: {', '.join(words)}.")
        return text

    return read


@dataclass(frozen=True, slots=True)
class Column:
    """`read` raises ValueError, in words, for text that cannot stand here; `refers` is the sheet
    whose key it must name; `longest` is how long the text may be; `like` makes two texts that
    mean the same record equal."""

    name: str
    required: bool = False
    read: Callable[[str], object] | None = None
    refers: str = ""
    longest: int = 500
    like: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Kind:
    """A sheet: its columns, and those that together say which row is which (none: rows that stand
    for themselves)."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def key_of(self, row: Row) -> tuple[str, ...]:
        return tuple(
            column.like(row[column.name])
            for name in self.key
            for column in self.columns
            if column.name == name
        )

    def keys_of(self, row: Row) -> Iterator[tuple[str, ...]]:
        """Every key by which a row is known. A post that was given another title since is known by
        those that it had."""
        yield self.key_of(row)
        if self.name == "posts":
            yield from ((row["ref"], folded(title)) for title in row["also"].split("; ") if title)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


_NOTE = (Column("note", longest=LONGEST),)
_ORIGIN = (Column("locator", longest=300), *_NOTE)
_DOCUMENT = Column("document", refers=DOCUMENTS)
_SHORT = 100


def _long(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, required, longest=LONGEST) for name in names)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "plan",
            ("slug",),
            (
                Column("slug", True, _slug),
                Column("title", True),
                Column("short_title", True, longest=_SHORT),
                Column("division_word", True, longest=50),
                Column("read_at", read=read_day),
                *_long("summary", "vision"),
                Column("target_heading", longest=_SHORT),
                Column("current_heading", longest=_SHORT),
                Column("red_share", read=_share),
                _DOCUMENT,
                *_ORIGIN,
            ),
            required=True,
        ),
        Kind(
            "versions",
            ("version",),
            (
                Column("version", True, longest=_SHORT),
                *_long("changes"),
                Column("by_whom", longest=200),
                *_ORIGIN,
            ),
        ),
        Kind(
            "ratings",
            ("of", "rating"),
            (
                Column("of", True, _one_of("measure", "action")),
                Column("rating", True, _one_of("red", "amber", "green")),
                *_long("meaning", required=True),
                *_long("action_required"),
                *_ORIGIN,
            ),
        ),
        Kind(
            "posts",
            ("ref", "title"),
            (
                Column("ref", longest=200),
                Column("title", True, longest=200, like=folded),
                Column("also"),
                *_ORIGIN,
            ),
        ),
        Kind(
            "board",
            ("post", "organisation"),
            (Column("post", True, longest=200), Column("organisation", longest=200), *_ORIGIN),
        ),
        Kind(
            "divisions",
            ("key",),
            (
                Column("key", True, _key),
                Column("ref", longest=20),
                Column("group"),
                Column("title", True),
                Column("overview_title"),
                *_long("outcome", "overview_outcome"),
                *_text("sponsor", "overview_sponsor", "lead", "overview_lead", "manager", "see"),
                *_ORIGIN,
            ),
        ),
        Kind(
            "objectives",
            ("key",),
            (
                Column("key", True, _key),
                Column("ref", longest=20),
                Column("division", True, refers="divisions"),
                Column("title", True),
                Column("overview_title"),
                *_ORIGIN,
            ),
        ),
        Kind(
            "actions",
            ("key",),
            (
                Column("key", True, _key),
                Column("ref", longest=20),
                Column("division", True, refers="divisions"),
                Column("objective", refers="objectives"),
                *_long("text", required=True),
                Column("due"),
                Column("owners"),
                Column("posts", read=read_titles, longest=LONGEST),
                Column("rag", read=read_rating, longest=20),
                *_ORIGIN,
            ),
        ),
        Kind(
            "costs",
            ("action", "year", "kind"),
            (
                Column("action", True, refers="actions"),
                Column("year", True, _year),
                Column("kind", True, _one_of("one-off", "ongoing")),
                Column("printed", True, longest=_SHORT),
                Column("amount", read=read_amount),
                *_NOTE,
            ),
        ),
        Kind(
            "success_measures",
            ("key",),
            (
                Column("key", True, _key),
                Column("division", True, refers="divisions"),
                Column("objective", refers="objectives"),
                Column("list", longest=_SHORT),
                Column("name", True),
                Column("target", longest=_SHORT),
                Column("current", longest=_SHORT),
                Column("rag", read=read_rating, longest=20),
                Column("measure", refers=MEASURES),
                *_ORIGIN,
            ),
        ),
        Kind(
            "recommendations",
            ("ref",),
            (
                Column("ref", True, _key),
                Column("source", True, longest=_SHORT),
                Column("group", longest=200),
                *_long("text", "story", "good"),
                *_ORIGIN,
            ),
        ),
        Kind(
            "mapping",
            ("recommendation", "division"),
            (
                Column("recommendation", True, refers="recommendations"),
                Column("division", True, refers="divisions"),
                Column("printed_in", longest=200),
                Column("made_for", read=_one_of("yes")),
                *_NOTE,
            ),
        ),
        Kind(
            "answers",
            ("recommendation", "action"),
            (
                Column("recommendation", True, refers="recommendations"),
                Column("action", True, refers="actions"),
                Column("basis", True, _one_of("printed", "words")),
                *_NOTE,
            ),
        ),
        Kind(
            "risks",
            ("ref",),
            (
                Column("ref", True, _key),
                *_long("if_text", "then_text", required=True),
                *_long("mitigation"),
                Column("owner", longest=200),
                Column("rag", read=_rated, longest=20),
                Column("date", read=read_day),
                Column("closed_on", read=read_day),
                *_ORIGIN,
            ),
        ),
        Kind(
            "risk_ratings",
            ("risk", "date", "number"),
            (
                Column("risk", True, refers="risks"),
                Column("date", True, read_day),
                Column("number", read=_later),
                Column("rag", True, _rated, longest=20),
                *_long("reason", required=True),
            ),
        ),
        Kind(
            "updates",
            ("action", "date", "number"),
            (
                Column("action", True, refers="actions"),
                Column("date", True, read_day),
                Column("number", read=_later),
                Column("rag", read=read_rating, longest=20),
                *_long("progress", "evidence"),
                Column("completed_on", read=read_day),
                *_long("reason", "next_steps"),
                Column("due", read=read_day),
                *_long("due_reason"),
                _DOCUMENT,
                *_ORIGIN,
            ),
        ),
        Kind(
            "reports",
            ("month",),
            (
                Column("month", True, _month),
                Column("title", True),
                Column("lead", longest=200),
                *_long("summary", "evidence"),
                *(
                    Column(axis, read=read_rating, longest=20)
                    for axis in ("overall", "measures", "actions", "risks")
                ),
                *_long("reason"),
                Column("published", read=read_day),
                _DOCUMENT,
                *_ORIGIN,
            ),
        ),
        Kind(
            "frozen",
            ("month", "number"),
            (
                Column("month", True, refers="reports"),
                Column("number", read=_later),
                *_long("text", required=True),
            ),
        ),
        Kind(
            "report_lines",
            (),
            (
                Column("month", True, refers="reports"),
                Column("kind", True, _one_of("achievement", "target")),
                *_long("text", required=True),
                Column("action", refers="actions"),
                Column("date", read=read_day),
                Column("number", read=_later),
                *_NOTE,
            ),
        ),
    )
}
"""Every sheet, in the order in which they are read: what is referred to comes first."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its number there, as people see it, and its texts by column. What stands
    in columns without a heading is under an empty name."""

    number: int
    texts: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where; `row` 0 is the sheet itself."""

    sheet: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        where = f"{self.sheet}, row {self.row}" if self.row else self.sheet
        return f"{where}{f', {self.column}' if self.column else ''}: {self.text}"


@dataclass(slots=True)
class Sheets:
    """A plan's sheets as they were read: `headings` are those that each sheet really has,
    `unread` the cells that hold what cannot be taken."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    headings: dict[str, list[str]] = field(default_factory=dict)
    unread: list[Problem] = field(default_factory=list)
    characters: int = 0

    def __getitem__(self, sheet: str) -> list[Row]:
        return self.rows.get(sheet, [])

    @property
    def slug(self) -> str:
        return self["plan"][0]["slug"] if self["plan"] else ""

    def keys(self, sheet: str) -> set[tuple[str, ...]]:
        return {key for row in self[sheet] for key in KINDS[sheet].keys_of(row)}

    def new(self, sheet: str, there: Sheets) -> list[Row]:
        """The rows that are not `there` yet. What comes with a report is new with it."""
        if sheet in OF_REPORT:
            months = there.keys("reports")
            return [row for row in self[sheet] if (row["month"],) not in months]
        keys = there.keys(sheet)
        return [row for row in self[sheet] if KINDS[sheet].key_of(row) not in keys]


OF_REPORT = ("frozen", "report_lines")
"""What comes with a report: one that is there keeps its own."""
HISTORY = ("updates", "risk_ratings", "reports", *OF_REPORT)
"""What the service itself writes, when somebody else than its author agrees to it."""


def problems(
    sheets: Sheets,
    *,
    measures: Iterable[str],
    documents: Iterable[str],
    there: Sheets,
    today: date,
    with_history: bool,
) -> list[Problem]:
    """Everything that is wrong, in the order of the sheets and rows. Nothing may be loaded while
    there is anything.

    `measures` and `documents` are the codes that are there already; `there` is the plan as it
    stands (empty where it is new), so that additions need not repeat it. `with_history`: new rows
    of `HISTORY` may be added.
    """
    keys = {name: sheets.keys(name) | there.keys(name) for name in KINDS}
    known = {name: {key[0] for key in keys[name]} for name, kind in KINDS.items() if kind.key}
    known |= {MEASURES: set(measures), DOCUMENTS: set(documents)}
    found = [
        *sheets.unread,
        *_of_sheets(sheets),
        *(
            problem
            for kind in KINDS.values()
            for row in sheets[kind.name]
            for problem in _of_row(kind, row, known)
        ),
        *_of_keys(sheets),
        *_of_objectives(sheets, there),
        *_of_numbers(sheets, keys),
        *_of_pairs(sheets),
        *_of_lines(sheets, keys["updates"]),
        *_of_frozen(sheets),
        *_after(today, sheets, there),
        *(() if with_history else _of_history(sheets, there)),
    ]
    places = {name: place for place, name in enumerate(KINDS)}
    return sorted(found, key=lambda problem: (places.get(problem.sheet, -1), problem.row))


def _of_sheets(sheets: Sheets) -> Iterator[Problem]:
    for name in sheets.headings:
        if name not in KINDS:
            yield Problem(name, 0, "", f"There is no such sheet. There are: {', '.join(KINDS)}.")
    for kind in KINDS.values():
        if kind.required and not sheets[kind.name]:
            yield Problem(kind.name, 0, "", "This sheet must have at least one row.")
        if kind.name in sheets.headings:
            yield from _of_headings(kind, sheets.headings[kind.name])
    if len(sheets["plan"]) > 1:
        yield Problem("plan", sheets["plan"][1].number, "", "One plan at a time.")


def _of_headings(kind: Kind, headings: list[str]) -> Iterator[Problem]:
    for heading in dict.fromkeys(headings):
        if kind.column(heading) is None:
            known = ", ".join(column.name for column in kind.columns)
            yield Problem(kind.name, 1, heading, f"There is no such column. There are: {known}.")
        if headings.count(heading) > 1:
            yield Problem(kind.name, 1, heading, "Two columns have this heading.")
    for column in kind.columns:
        if column.required and column.name not in headings:
            yield Problem(kind.name, 1, column.name, "This column is missing.")


def _of_row(kind: Kind, row: Row, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    for column in kind.columns:
        if wrong := _wrong(column, row[column.name], known):
            yield Problem(kind.name, row.number, column.name, wrong)
    if row[""]:
        yield Problem(kind.name, row.number, "", f"“{row['']}” stands in a column without heading.")


def _wrong(column: Column, text: str, known: Mapping[str, set[str]]) -> str:
    """What is wrong with a cell, in words; nothing where it may stand."""
    if not text:
        return "This must not be empty." if column.required else ""
    if len(text) > column.longest:
        return f"This has {len(text):,} characters; {column.longest:,} is the most."
    if column.refers and text not in known[column.refers]:
        return f"“{text}” is not in {column.refers}."
    try:
        if column.read:
            column.read(text)
    except ValueError as wrong:
        return str(wrong)
    return ""


def _of_keys(sheets: Sheets) -> Iterator[Problem]:
    """No two rows of a sheet are the same record."""
    for kind in KINDS.values():
        seen: dict[tuple[str, ...], int] = {}
        for row in sheets[kind.name] if kind.key else ():
            key = kind.key_of(row)
            if key in seen:
                text = f"The same as row {seen[key]}: {' and '.join(kind.key)} must differ."
                yield Problem(kind.name, row.number, kind.key[0], text)
            seen.setdefault(key, row.number)


def _of_objectives(sheets: Sheets, there: Sheets) -> Iterator[Problem]:
    """What is new under an objective is of the objective's division."""
    rows = (*sheets["objectives"], *there["objectives"])
    division_of = {row["key"]: row["division"] for row in rows}
    for name in ("actions", "success_measures"):
        old = there.keys(name)
        for row in sheets[name]:
            division = division_of.get(row["objective"], row["division"])
            if division != row["division"] and (row["key"],) not in old:
                text = f"Objective {row['objective']} is of division {division}."
                yield Problem(name, row.number, "objective", text)


def _of_numbers(sheets: Sheets, keys: Mapping[str, set[tuple[str, ...]]]) -> Iterator[Problem]:
    """The third of a day, or of a month, follows a second."""
    for name in ("risk_ratings", "updates", "frozen"):
        for row in sheets[name]:
            *start, number = KINDS[name].key_of(row)
            try:
                before = _later(number) - 1
            except ValueError:
                continue
            if (*start, "" if before == 1 else str(before)) not in keys[name]:
                text = f"There is no number {before} before it."
                yield Problem(name, row.number, "number", text)


def _of_pairs(sheets: Sheets) -> Iterator[Problem]:
    """What needs something else beside it."""
    for name, given, needed, text in (
        ("risks", "rag", "date", "Say when it was rated so."),
        ("risks", "date", "rag", "Say how it was rated then."),
        ("updates", "due", "due_reason", "Say why the date changes."),
        ("report_lines", "action", "date", "Say of which day’s update."),
    ):
        for row in sheets[name]:
            if row[given] and not row[needed]:
                yield Problem(name, row.number, needed, text)


def _of_lines(sheets: Sheets, updates: set[tuple[str, ...]]) -> Iterator[Problem]:
    """A line of a report that was drawn from an update names one that is there."""
    for row in sheets["report_lines"]:
        drawn_from = (row["action"], row["date"], row["number"])
        if row["action"] and row["date"] and drawn_from not in updates:
            yield Problem("report_lines", row.number, "action", "There is no such update.")


def frozen_by_month(sheets: Sheets) -> dict[str, list[Row]]:
    """The pieces of what each report keeps, in order."""
    found: dict[str, list[Row]] = {}
    for row in sorted(sheets["frozen"], key=lambda row: row["number"].zfill(3)):
        found.setdefault(row["month"], []).append(row)
    return found


def _of_frozen(sheets: Sheets) -> Iterator[Problem]:
    for rows in frozen_by_month(sheets).values():
        try:
            parts = wrong_parts(unpacked(row["text"] for row in rows))
            if parts:
                raise ValueError(f"{NOT_EXPORTED} Wrong in it: {', '.join(parts)}.")
        except ValueError as wrong:
            yield Problem("frozen", rows[0].number, "text", str(wrong))


def _after(today: date, sheets: Sheets, there: Sheets) -> Iterator[Problem]:
    """What was reported, rated or published was so today at the latest."""
    for name, column in (
        ("risks", "date"),
        ("risk_ratings", "date"),
        ("updates", "date"),
        ("updates", "completed_on"),
        ("reports", "month"),
        ("reports", "published"),
    ):
        for row in sheets.new(name, there):
            try:
                day = (_month if column == "month" else read_day)(row[column])
            except ValueError:
                continue  # which its column says
            if day > today:
                yield Problem(name, row.number, column, f"“{row[column]}” is after today.")


def _of_history(sheets: Sheets, there: Sheets) -> Iterator[Problem]:
    for name in HISTORY:
        if new := sheets.new(name, there):
            rows = f"row {new[0].number} is" if len(new) == 1 else f"{len(new)} rows are"
            yield Problem(name, 0, "", f"{MADE_IN_SERVICE} Here {rows} new.")
