"""A list of requests for an assessment, as a council exports it: CSV or XLSX, a row a request.
Pure. Read whole or not at all; everything wrong is told by row and column.

Columns: reference, received, source, decided, decision (assess or refuse), no plan, draft plan
(checked, not counted), final plan, exception (yes or no). Headings are matched whatever their case
and signs; days are written as 28/02/2015 or 2015-02-28. A reference is a pseudonym. Any other
column is refused: it may name a child, or be one of these under a heading that is not known, and a
list without its exceptions would count them as late.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np

from bucks_cs.lib.periods import day_label
from bucks_cs.lib.spreadsheets import Unreadable, worksheets

from .timeliness import NEVER, Days, Requests

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "ref", "id", "request id", "child id"),
    "received": ("received", "request received", "date received", "request date", "requested"),
    "source": ("source", "request source", "requested by", "who asked"),
    "decided": ("decided", "decision date", "decided on", "date of decision"),
    "decision": ("decision", "assess", "decision to assess", "agreed"),
    "no_plan": ("no plan", "not issued", "decision not to issue", "no plan on"),
    "draft": ("draft plan", "draft", "draft plan date", "draft issued"),
    "final": ("final plan", "final", "final plan date", "plan issued", "issued"),
    "exception": (
        "exception",
        "exceptions",
        "exception applied",
        "exception flag",
        "exception applies",
        "exemption",
        "exemptions",
        "exemption applied",
        "exempt",
    ),
}
NEEDED = ("reference", "received", "decided", "decision", "final")
UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]", re.IGNORECASE)
"""A unique pupil number: a letter, eleven digits, a digit or letter."""
TAKE_OUT = (
    "Take this column out: a list names no child, and needs no more than a reference and the "
    "dates. If it is one of the list’s own, give it that heading: reference, received, source, "
    "decided, decision, no plan, draft plan, final plan or exception."
)
YES = ("yes", "y", "true", "1", "assess", "agreed")
NO = ("no", "n", "false", "0", "refuse", "refused", "")
EARLIEST = date(2000, 1, 1)
MOST_ROWS, MOST_PROBLEMS = 100_000, 1_000


class Problem(NamedTuple):
    """What is wrong, by row as a spreadsheet numbers it (0: the file) and column."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"Row {self.row}, {self.column}: " if self.row else ""
        return f"{place}{self.text}"


class Wrong(Exception):
    """A list that cannot be taken, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(map(str, problems[:20])))
        self.problems = list(problems)


@dataclass(frozen=True, eq=False, slots=True)
class ReadList:
    """The requests of a list, and how many came from whom."""

    requests: Requests
    sources: Mapping[str, int]


def read(content: bytes, name: str, *, today: date) -> ReadList:
    """The requests of a file. Raises `Wrong` with every problem."""
    rows = list(_rows(content, name))
    at = _headings(rows[0] if rows else [])
    problems: list[Problem] = []
    reader = _Reader(problems, today)
    found: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        texts = {name: _text(cells, place) for name, place in at.items()}
        more = _has_more(cells, at)
        if not more and not any(texts.values()):
            continue
        if number > MOST_ROWS:
            raise Wrong([Problem(0, "", f"More than {MOST_ROWS:,} rows.")])
        if more:
            reader.wrong(number, "no heading", "Something stands where no column has a heading.")
        for column, value in reader.row(number, texts, seen).items():
            found[column].append(value)
    if not problems and not found["received"]:
        problems.append(Problem(0, "", "The list has no requests."))
    if problems:
        raise Wrong(problems)
    sources = found["source"]
    return ReadList(
        Requests(
            received=_days(found["received"]),
            decided=_days(found["decided"]),
            assess=np.array(found["decision"], dtype=bool),
            no_plan=_days(found["no_plan"]),
            final=_days(found["final"]),
            exception=np.array(found["exception"], dtype=bool),
        ),
        {one: sources.count(one) for one in dict.fromkeys(sources) if one},
    )


def _days(values: Iterable[date | None]) -> Days:
    return np.array([NEVER if one is None else np.datetime64(one, "D") for one in values])


def _rows(content: bytes, name: str) -> Iterable[list[Any]]:
    if name.lower().endswith(".xlsx"):
        try:
            for _, rows in worksheets(content, last_row=MOST_ROWS + 1):
                return [[cell.value for cell in row] for row in rows]
        except Unreadable as reason:
            raise Wrong([Problem(0, "", str(reason))]) from reason
        return []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as reason:
        raise Wrong([Problem(0, "", "This is not a CSV file that can be read.")]) from reason


def _plain(heading: object) -> str:
    return re.sub(r"[^a-z0-9]+", " ", str(heading or "").lower()).strip()


def _headings(row: Sequence[object]) -> dict[str, int]:
    """Where each column is. Raises `Wrong` for one that is missing, stands twice, or is not one of
    a list's own."""
    plain = [_plain(one) for one in row]
    own = {heading for known in COLUMNS.values() for heading in known}
    problems = [
        Problem(1, heading, TAKE_OUT) for heading in plain if heading and heading not in own
    ]
    at = {}
    for name, known in COLUMNS.items():
        places = [place for place, heading in enumerate(plain) if heading in known]
        if places:
            at[name] = places[0]
        elif name in NEEDED:
            problems.append(Problem(1, known[0], "The column is missing."))
        for place in places[1:]:
            first = plain[places[0]]
            problems.append(Problem(1, plain[place], f"Says the same as the column “{first}”."))
    if problems:
        raise Wrong(problems)
    return at


def _has_more(cells: Sequence[object], at: Mapping[str, int]) -> bool:
    """Whether something stands in a row where no column has a heading."""
    known = set(at.values())
    return any(_text(cells, place) for place in range(len(cells)) if place not in known)


def _text(cells: Sequence[object], place: int) -> str:
    value = cells[place] if place < len(cells) else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


class _Reader:
    def __init__(self, problems: list[Problem], today: date) -> None:
        self.problems, self.today = problems, today

    def wrong(self, row: int, column: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(row, column.replace("_", " "), text))

    def row(self, number: int, texts: Mapping[str, str], seen: dict[str, int]) -> dict[str, Any]:
        self.reference(number, texts["reference"], seen)
        days = {
            one: self.day(number, one, texts.get(one, ""))
            for one in ("received", "decided", "no_plan", "draft", "final")
        }
        if not texts["received"]:
            self.wrong(number, "received", "Is missing.")
        assess = self.yes(number, "decision", texts["decision"], "assess nor refuse")
        refused = texts["decision"].lower() in NO
        self._together(number, days, refused, bool(texts["decision"]))
        return days | {
            "reference": texts["reference"],
            "source": texts.get("source", ""),
            "decision": assess,
            "exception": self.yes(number, "exception", texts.get("exception", "")),
        }

    def reference(self, row: int, reference: str, seen: dict[str, int]) -> None:
        """What is wrong with a reference. The text does not repeat it: it may name a child."""
        key = reference.casefold()
        if not reference:
            self.wrong(row, "reference", "Is missing.")
        elif UPN.fullmatch(reference):
            self.wrong(row, "reference", "Is a unique pupil number: use a reference of your own.")
        elif re.search(r"[\s,]", reference) and not re.search(r"\d", reference):
            self.wrong(row, "reference", "Reads like a name: use a reference of your own.")
        elif key in seen:
            self.wrong(row, "reference", f"Stands in row {seen[key]} already.")
        seen.setdefault(key, row)

    def _together(
        self, number: int, days: Mapping[str, date | None], refused: bool, said: bool
    ) -> None:
        received, decided = days["received"], days["decided"]
        for later in ("decided", "no_plan", "draft", "final"):
            day = days[later]
            if received and day and day < received:
                self.wrong(number, later, f"Is before the request, {day_label(received)}.")
        if decided and not said:
            self.wrong(number, "decision", "Say whether the decision was to assess or to refuse.")
        if said and not decided:
            self.wrong(number, "decided", "Say on which day it was decided.")
        if days["final"] and decided and said and refused:
            self.wrong(number, "final", "There is a plan, though the assessment was refused.")
        if days["final"] and days["no_plan"]:
            self.wrong(number, "no_plan", "There is a plan, and a decision to make none.")

    def day(self, row: int, column: str, text: str) -> date | None:
        if not text:
            return None
        for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
            try:
                day = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if not EARLIEST <= day <= self.today:
                limits = f"{day_label(EARLIEST)} to {day_label(self.today)}"
                self.wrong(row, column, f"{day_label(day)} is not in {limits}.")
            return day
        self.wrong(row, column, f"“{text[:30]}” is no day: write it as 28/02/2015.")
        return None

    def yes(self, row: int, column: str, text: str, or_no: str = "yes nor no") -> bool:
        plain = text.lower()
        if plain in YES:
            return True
        if plain not in NO:
            self.wrong(row, column, f"“{text[:30]}” is neither {or_no}.")
        return False
