"""The files that a cohort model is made from, read whole or not at all. Pure.

transitions: calendar-year, academic-year-1, need-1, setting-1, academic-year-2, need-2, setting-2,
    and perhaps count: a row a child, or so many. The calendar year is that in which the first
    state was. NONSEND is need and setting of somebody without a plan.
population: calendar-year, academic-year, population; with projected years, where they are known.
states: need, setting, first-academic-year, last-academic-year: which children can be where.
costs: need, setting, cost (pounds a year).
places: setting, places.

Headings are matched whatever their case, spaces or underscores. Everything wrong is told by file,
row and column, in words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .cohort import AGES, FIRST, LAST, NO_PLAN, NOWHERE, Floats, Space
from .estimation import Population, Transitions, age_of

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "transitions": (
        *("calendar-year", "academic-year-1", "need-1", "setting-1"),
        *("academic-year-2", "need-2", "setting-2"),
    ),
    "population": ("calendar-year", "academic-year", "population"),
    "states": ("need", "setting", "first-academic-year", "last-academic-year"),
    "costs": ("need", "setting", "cost"),
    "places": ("setting", "places"),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {"transitions": ("count",)}
NEEDED = ("transitions", "population", "states")
YEARS = (1990, 2100)
MOST_PROBLEMS = 1_000
MOST_STATES = 20_000


class Problem(NamedTuple):
    """What is wrong: in which file, row (as a spreadsheet numbers it; 0: the file) and column."""

    file: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f", row {self.row}" if self.row else ""
        column = f", {self.column}" if self.column else ""
        return f"{self.file}{place}{column}: {self.text}"


class Wrong(Exception):
    """Files that cannot be taken, with everything that is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(map(str, problems[:20])))
        self.problems = list(problems)


@dataclass(frozen=True, eq=False, slots=True)
class Data:
    """What a model is made from: `unit_costs` (needs, settings) with NaN, `places` (settings) with
    infinity, where they are not known."""

    space: Space
    transitions: Transitions
    population: Population
    unit_costs: Floats
    places: Floats


class _Row(NamedTuple):
    number: int
    cells: Mapping[str, str]


def read(files: Mapping[str, str]) -> Data:
    """The files' text by kind, as `HEADINGS` names them; `costs` and `places` may be missing.
    Raises `Wrong` with every problem."""
    problems: list[Problem] = [
        Problem(kind, 0, "", "The file is missing.") for kind in NEEDED if not files.get(kind)
    ]
    tables = {
        kind: list(_rows(kind, files[kind], problems)) for kind in HEADINGS if files.get(kind)
    }
    _stop(problems)
    space = _space(tables["states"], problems)
    _stop(problems)
    transitions = _transitions(tables["transitions"], space, problems)
    population = _population(tables["population"], problems)
    costs = _costs(tables.get("costs", []), space, problems)
    places = _places(tables.get("places", []), space, problems)
    _stop(problems)
    _years(transitions, population, problems)
    _stop(problems)
    return Data(space, transitions, population, costs, places)


def text_of(content: bytes) -> str:
    """A file as text: UTF-8, or as older spreadsheets write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def says_invented(files: Mapping[str, str]) -> bool:
    """Whether any file says in the note of its first row that it is, as `invented.files` does."""
    firsts = (next(csv.DictReader(io.StringIO(text)), {}) for text in files.values())
    return any((one.get("note") or "").strip().lower() == "invented" for one in firsts)


def _stop(problems: Sequence[Problem]) -> None:
    if problems:
        raise Wrong(problems)


def _plain(heading: str) -> str:
    return re.sub(r"[\s_-]+", "-", heading.strip().lower())


def _rows(kind: str, text: str, problems: list[Problem]) -> Iterator[_Row]:
    try:
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error:
        text = "Cannot be read as CSV: a quotation mark may be left open, or a cell be too long."
        problems.append(Problem(kind, 0, "", text))
        return
    headings = [_plain(one) for one in table[0]] if table else []
    known = (*HEADINGS[kind], *OPTIONAL.get(kind, ()))
    missing = [one for one in HEADINGS[kind] if one not in headings]
    twice = [one for one in known if headings.count(one) > 1]
    problems.extend(Problem(kind, 1, one, "The column is missing.") for one in missing)
    problems.extend(Problem(kind, 1, one, "The column is there twice.") for one in twice)
    if missing or twice:
        return
    at = {name: headings.index(name) for name in known if name in headings}
    some = False
    for number, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            some = True
            yield _Row(
                number,
                {
                    name: cells[place].strip() if place < len(cells) else ""
                    for name, place in at.items()
                },
            )
    if not some:
        problems.append(Problem(kind, 0, "", "The file has no rows."))


class _Reader:
    """Reads cells of a file, and notes what is wrong with them."""

    def __init__(self, kind: str, problems: list[Problem]) -> None:
        self.kind, self.problems = kind, problems

    def wrong(self, row: _Row, column: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.kind, row.number, column, text))

    def whole(self, row: _Row, column: str, low: int, high: int) -> int | None:
        text = row.cells[column]
        if re.fullmatch(r"-?[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        self.wrong(row, column, f"“{text}” is no whole number from {low:,} to {high:,}.")
        return None

    def number(self, row: _Row, column: str) -> float | None:
        text = row.cells[column].replace(",", "").removeprefix("£")
        if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", text):
            return float(text)
        self.wrong(row, column, f"“{row.cells[column]}” is no number of 0 or more.")
        return None

    def one_of(self, row: _Row, column: str, known: Sequence[str]) -> int | None:
        text = row.cells[column]
        if text in known:
            return known.index(text)
        self.wrong(row, column, f"“{text}” is in no row of the states file.")
        return None


def _space(rows: Sequence[_Row], problems: list[Problem]) -> Space:
    reader = _Reader("states", problems)
    found: list[tuple[str, str, int, int]] = []
    for row in rows:
        first = reader.whole(row, "first-academic-year", FIRST, LAST)
        last = reader.whole(row, "last-academic-year", FIRST, LAST)
        for column in ("need", "setting"):
            if not row.cells[column] or row.cells[column].upper() == NO_PLAN:
                reader.wrong(row, column, f"Name one; {NO_PLAN} is no state.")
        if first is None or last is None:
            continue
        if last < first:
            reader.wrong(row, "last-academic-year", "Is before the first.")
        found.append((row.cells["need"], row.cells["setting"], first, last))
    needs = tuple(dict.fromkeys(need for need, *_ in found))
    settings = tuple(dict.fromkeys(setting for _, setting, *_ in found))
    valid = np.zeros((AGES, len(needs), len(settings)), dtype=bool)
    for need, setting, first, last in found:
        valid[age_of(first) : age_of(last) + 1, needs.index(need), settings.index(setting)] = True
    if valid.sum() > MOST_STATES:
        problems.append(Problem("states", 0, "", f"More than {MOST_STATES:,} states."))
    return Space(needs, settings, valid)


def _transitions(rows: Sequence[_Row], space: Space, problems: list[Problem]) -> Transitions:
    reader = _Reader("transitions", problems)
    found = []
    for row in rows:
        year = reader.whole(row, "calendar-year", *YEARS)
        count = 1 if not row.cells.get("count") else reader.whole(row, "count", 0, 10_000_000)
        before, after = (_state(reader, row, space, which) for which in ("1", "2"))
        if None in (year, count, before, after):
            continue
        ages = [row.cells[f"academic-year-{which}"] for which in ("1", "2")]
        if all(ages) and int(ages[1]) != int(ages[0]) + 1:
            reader.wrong(row, "academic-year-2", f"Is not the year after {ages[0]}.")
        if before == after == NOWHERE:
            reader.wrong(row, "need-2", f"{NO_PLAN} before and after is no change.")
        found.append((year, before, after, count))
    table = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Transitions(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.float64))


def _state(reader: _Reader, row: _Row, space: Space, which: str) -> int | None:
    """The number of a state; `NOWHERE` without a plan; None where something is wrong with it."""
    need, setting = row.cells[f"need-{which}"], row.cells[f"setting-{which}"]
    none = [one.upper() == NO_PLAN for one in (need, setting)]
    if any(none):
        if all(none):
            age = f"academic-year-{which}"
            known = not row.cells[age] or reader.whole(row, age, FIRST - 1, LAST + 1) is not None
            return NOWHERE if known else None
        reader.wrong(row, f"setting-{which}", f"Both need and setting are {NO_PLAN}, or neither.")
        return None
    places = (
        reader.whole(row, f"academic-year-{which}", FIRST, LAST),
        reader.one_of(row, f"need-{which}", space.needs),
        reader.one_of(row, f"setting-{which}", space.settings),
    )
    year, of_need, of_setting = places
    if year is None or of_need is None or of_setting is None:
        return None
    number = int(space.number[age_of(year), of_need, of_setting])
    if number == NOWHERE:
        text = f"No child with {need} can be in {setting} in academic year {year}: see the states."
        reader.wrong(row, f"setting-{which}", text)
        return None
    return number


def _population(rows: Sequence[_Row], problems: list[Problem]) -> Population:
    reader = _Reader("population", problems)
    found: dict[int, Floats] = {}
    for row in rows:
        year = reader.whole(row, "calendar-year", *YEARS)
        age = reader.whole(row, "academic-year", FIRST, LAST)
        many = reader.number(row, "population")
        if year is None or age is None or many is None:
            continue
        of_year = found.setdefault(year, np.full(AGES, np.nan))
        if not np.isnan(of_year[age_of(age)]):
            reader.wrong(row, "academic-year", f"{year} has this academic year already.")
        of_year[age_of(age)] = many
    for year, of_year in found.items():
        missing = np.flatnonzero(np.isnan(of_year))
        if len(missing):
            text = f"{year} has no population of academic year {missing[0] + FIRST}."
            problems.append(Problem("population", 0, "academic-year", text))
    return dict(sorted(found.items()))


def _costs(rows: Sequence[_Row], space: Space, problems: list[Problem]) -> Floats:
    costs = np.full((len(space.needs), len(space.settings)), np.nan)
    reader = _Reader("costs", problems)
    for row in rows:
        need = reader.one_of(row, "need", space.needs)
        setting = reader.one_of(row, "setting", space.settings)
        pounds = reader.number(row, "cost")
        if need is not None and setting is not None and pounds is not None:
            if not np.isnan(costs[need, setting]):
                reader.wrong(row, "setting", "Has a cost already.")
            costs[need, setting] = pounds
    return costs


def _places(rows: Sequence[_Row], space: Space, problems: list[Problem]) -> Floats:
    places = np.full(len(space.settings), np.inf)
    reader = _Reader("places", problems)
    for row in rows:
        setting = reader.one_of(row, "setting", space.settings)
        many = reader.number(row, "places")
        if setting is not None and many is not None:
            if np.isfinite(places[setting]):
                reader.wrong(row, "setting", "Has places already.")
            places[setting] = many
    return places


def _years(transitions: Transitions, population: Population, problems: list[Problem]) -> None:
    """Years follow each other without a gap, each with the population of the next."""
    years = sorted(set(transitions.year.tolist()))
    for year in range(years[0], years[-1] + 1):
        if year not in years:
            text = f"No row tells of {year}: years follow each other without a gap."
            problems.append(Problem("transitions", 0, "calendar-year", text))
        elif year + 1 not in population:
            text = f"{year + 1} is missing: joiners of that year are counted against it."
            problems.append(Problem("population", 0, "calendar-year", text))
