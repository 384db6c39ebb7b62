"""Reading SSDA903 files: which is which, their columns, their cells. No Django: text and tables.

A return is the files of one financial year, as CSV. Headings are matched loosely, dates are
DD/MM/YYYY (or 2024-03-31). What is wrong with the cells is for `checks`; what they come to, for
`arrays`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import codes
from .placements import Dates


class Problem(NamedTuple):
    """What is wrong, and where; row 0 is the file itself. What does not refuse the files is a
    doubt: it may be so, and should be looked at."""

    file: str
    row: int
    column: str
    text: str
    refuses: bool = True

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{where}{f', {self.column}' if self.column else ''}: {self.text}"


class Wrong(Exception):
    """Files that cannot be loaded, with every problem."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems[:20]))
        self.problems = problems


# ---- what the files hold -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """What may stand in a column: a date, a code of a list, or any text; and whether it, or the
    column itself, may be missing."""

    known: Collection[str] | None = None
    is_date: bool = False
    may_be_blank: bool = False
    may_be_missing: bool = False


_TEXT, _DATE = Column(), Column(is_date=True)
_ANY, _MAYBE_DATE = Column(may_be_blank=True), Column(is_date=True, may_be_blank=True)
_FLAG = Column(known=("0", "1"), may_be_blank=True)
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "Header": {"CHILD": _TEXT, "SEX": Column(codes.SEX), "DOB": _DATE},
    "Episodes": {
        "CHILD": _TEXT,
        "DECOM": _DATE,
        "RNE": Column(codes.REASON_BEGAN),
        "LS": Column(codes.LEGAL_STATUS),
        "CIN": Column(codes.NEED, may_be_blank=True),
        "PLACE": Column(codes.PLACE),
        "PLACE_PROVIDER": Column(codes.PROVIDER, may_be_blank=True),
        "DEC": _MAYBE_DATE,
        "REC": Column(codes.REASON_ENDED, may_be_blank=True),
        "HOME_POST": _ANY,
        "PL_POST": _ANY,
        "URN": Column(may_be_blank=True, may_be_missing=True),  # asked for since 2013-14
    },
    "Reviews": {"CHILD": _TEXT, "REVIEW": _DATE},
    "UASC": {"CHILD": _TEXT, "DUC": _MAYBE_DATE},
    "OC2": {
        "CHILD": _TEXT,
        "IMMUNISATIONS": _FLAG,
        "TEETH_CHECK": _FLAG,
        "HEALTH_ASSESSMENT": _FLAG,
    },
    "OC3": {
        "CHILD": _TEXT,
        "DOB": _DATE,
        "IN_TOUCH": Column(codes.IN_TOUCH),
        "ACTIV": Column(codes.ACTIVITY, may_be_blank=True),
        "ACCOM": Column(codes.ACCOMMODATION, may_be_blank=True),
    },
    "AD1": {"CHILD": _TEXT, "DATE_INT": _DATE, "DATE_MATCH": _MAYBE_DATE, "FOSTER_CARE": _FLAG},
}
"""The columns that are read; what else a file has is not."""

REQUIRED = ("Header", "Episodes")
ONE_ROW_A_CHILD = ("Header", "UASC", "OC2", "OC3", "AD1")
ALSO_CALLED = {
    "CHILDID": "CHILD",
    "CHILDIDENTIFIER": "CHILD",
    "GENDER": "SEX",
    "DATEOFBIRTH": "DOB",
    "LEGALSTATUS": "LS",
    "CATEGORYOFNEED": "CIN",
    "PLACEMENT": "PLACE",
    "PLACEMENTTYPE": "PLACE",
    "PLACEMENTPROVIDER": "PLACE_PROVIDER",
    "HOMEPOSTCODE": "HOME_POST",
    "PLACEMENTPOSTCODE": "PL_POST",
    "REVIEWDATE": "REVIEW",
}
# By which column a file is known; by its name where none tells.
_TELLS = {
    "ETHNIC": "Header",
    "DECOM": "Episodes",
    "REVIEW": "Reviews",
    "DUC": "UASC",
    "HEALTHASSESSMENT": "OC2",
    "INTOUCH": "OC3",
    "DATEINT": "AD1",
}
_EARLIEST, _LATEST = np.datetime64("1900-01-01"), np.datetime64("2100-01-01")


@dataclass(slots=True)
class Tables:
    """The tables of one return, as text, by kind; each row's number in its file is its index.
    Columns are categorical: the same few texts stand in many rows."""

    year: int
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __getitem__(self, kind: str) -> pd.DataFrame:
        if kind in self.tables:
            return self.tables[kind]
        return _table(COLUMNS[kind], [(1, list(COLUMNS[kind]))])

    def name(self, kind: str) -> str:
        return self.names.get(kind, kind)

    @property
    def first_day(self) -> np.datetime64:
        """1 April of the return's year."""
        return np.datetime64(f"{self.year - 1}-04-01")

    @property
    def last_day(self) -> np.datetime64:
        return np.datetime64(f"{self.year}-03-31")


# ---- from files to tables ----------------------------------------------------------


def from_folder(folder: Path) -> list[Tables]:
    """The returns in a folder, by year: its own CSV files, or a folder of them for each year.
    Raises `Wrong` as `from_files` does."""
    paths = [
        path for place in (folder, *folder.iterdir()) if place.is_dir() for path in place.iterdir()
    ]
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(paths)
        if path.suffix.lower() == ".csv"
    }
    return from_files(files, folder.name)


def from_files(files: Mapping[str, bytes], called: str = "") -> list[Tables]:
    """The returns in files by their paths, by year: those of each folder are a return. Those that
    stand in none are called as said. Raises `Wrong` where a file cannot be read, or a return lacks
    one that it must have."""
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        folders.setdefault(path.rpartition("/")[0], {})[path] = content
    returns: dict[int, Tables] = {}
    problems: list[Problem] = []
    for place in sorted(folders):
        before = f"{place}/" if place else ""
        tables, wrong = _read(folders[place], place.rpartition("/")[2] or called, before)
        problems += wrong
        if tables.year and tables.year in returns:
            first = returns[tables.year].name("Episodes")
            text = f"This is the return of {tables.year} again: {first} is that already."
            problems.append(Problem(tables.name("Episodes"), 0, "", text))
        if tables.tables:
            returns[tables.year] = tables
    if not returns and not problems:
        text = "There is no file of an SSDA903 return here."
        problems = [Problem(called or "Files", 0, "", text)]
    if problems:
        raise Wrong(problems)
    return [returns[year] for year in sorted(returns)]


def read(files: Mapping[str, bytes], called: str = "") -> Tables:
    """One return from its files' contents, by name. Raises `Wrong` as `from_folder` does.

    Its year is the second of the financial year, 2024 for 2023-24: as it is called, or else that
    of the latest date among its episodes.
    """
    tables, problems = _read(files, called)
    if not tables.tables and not problems:
        problems = [Problem("Files", 0, "", "There is no file of an SSDA903 return here.")]
    if problems:
        raise Wrong(problems)
    return tables


def _read(
    files: Mapping[str, bytes], called: str, before: str = ""
) -> tuple[Tables, list[Problem]]:
    """The return, and why it cannot be read; no tables and no problems where no file is of one."""
    found = Tables(0)
    problems: list[Problem] = []
    unreadable = set()
    for name, content in files.items():
        try:
            rows = _rows(content)
            kind = kind_of(name, rows[0][1] if rows else [])
            if kind is not None and not rows:
                raise ValueError("This file is empty.")
            if kind is not None:
                problems += _add(found, name, kind, rows)
        except ValueError as wrong:
            unreadable.add(kind_of(name, []))
            problems.append(Problem(name, 0, "", str(wrong)))
    if found.tables:
        problems += [
            Problem(f"{before}{kind}", 0, "", "There is no such file.")
            for kind in REQUIRED
            if kind not in found.tables and kind not in unreadable
        ]
    if found.tables and not problems:
        found.year = _year(called, found["Episodes"])
        if not found.year:
            text = "There is no date to tell the return’s year by."
            problems.append(Problem(found.name("Episodes"), 0, "", text))
    return found, problems


def _add(
    found: Tables, name: str, kind: str, rows: list[tuple[int, list[str]]]
) -> Iterator[Problem]:
    if kind in found.tables:
        text = f"This is {kind} again: {found.names[kind]} is that already."
        yield Problem(name, 0, "", text)
    table = _table(COLUMNS[kind], rows)
    for column in COLUMNS[kind]:
        if column not in table.columns:
            yield Problem(name, rows[0][0], column, "This column is missing.")
    text = "This row has more cells than there are headings."
    found.problems += [
        Problem(name, number, "", text) for number, row in rows[1:] if any(row[len(rows[0][1]) :])
    ]
    found.tables[kind], found.names[kind] = table, name


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows that have anything in them, with their numbers in the file."""
    text = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [
            (number, row)
            for number, row in enumerate(reader, 1)
            if row and (row[0].strip() or any(map(str.strip, row)))
        ]
    except csv.Error as wrong:
        raise ValueError(f"Line {reader.line_num} is not CSV that can be read: {wrong}.") from wrong


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _table(wanted: Mapping[str, Column], rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    """The columns that are read; the first row has the headings."""
    plain = {folded(column): column for column in wanted} | ALSO_CALLED
    named = [plain.get(folded(heading), "") for heading in rows[0][1]]
    twice = next((name for name in named if name in wanted and named.count(name) > 1), None)
    if twice:
        raise ValueError(f"Two columns are headed {twice}.")
    width = len(named)
    cells = [row if len(row) >= width else row + [""] * (width - len(row)) for _, row in rows[1:]]
    across = list(zip(*cells, strict=False)) or [()] * width
    columns = {}
    for column, about in wanted.items():
        if column in named:
            columns[column] = _column(across[named.index(column)], about)
        elif about.may_be_missing:
            columns[column] = _column(("",) * len(cells), about)
    return pd.DataFrame(columns, index=pd.Index([number for number, _ in rows[1:]], dtype="int64"))


def _column(cells: Sequence[str], about: Column) -> pd.Categorical:
    """The cells without the spaces around them; codes in capitals, and 1 for 1.0."""
    place, texts = pd.factorize(np.array(cells, dtype=object))
    clean = [text.strip() for text in texts]
    if about.known is not None:
        clean = [text.upper().removesuffix(".0") for text in clean]
    clean_place, categories = pd.factorize(np.array(clean, dtype=object))
    return pd.Categorical.from_codes(clean_place[place], categories=pd.Index(categories))


def folded(heading: str) -> str:
    """PLACEPROVIDER, from "Place provider", "place-provider" or "PLACE_PROVIDER"."""
    return re.sub(r"[^A-Z0-9]+", "", heading.upper())


def kind_of(name: str, headings: Iterable[str]) -> str | None:
    """Which file of the return it is, by its columns or else by its name; None if neither tells,
    as for files of the return that nothing here counts."""
    here = {folded(heading) for heading in headings}
    for heading, kind in _TELLS.items():
        if heading in here:
            return kind
    if {"SEX", "DOB"} <= here:
        return "Header"
    stem = re.sub(r"[^a-z0-9]", "", Path(name).stem.lower())
    for kind in COLUMNS:
        if re.search(rf"(?<![a-z]){kind.lower().removesuffix('s')}", stem):
            return kind
    return None


# ---- days and years ----------------------------------------------------------------


def year_in(name: str) -> tuple[int, bool] | None:
    """The year in the name of a folder, and whether it is certain: 2024 in "2023-24", "2023_2024"
    and "202324"; "2024" alone may be meant for the year that ends or begins in it."""
    if match := re.search(r"(?<!\d)(20\d\d)\D{0,3}(20)?(\d\d)(?!\d)", name):
        first, second = int(match[1]), int(match[1][:2] + match[3])
        if second == first + 1:
            return second, True
    match = re.search(r"(?<!\d)20\d\d(?!\d)", name)
    return (int(match[0]), False) if match else None


def _year(called: str, episodes: pd.DataFrame) -> int:
    """The return's year: as it is called, or of the latest date among its episodes; 0 if none."""
    days = np.concatenate([to_days(episodes[column]) for column in ("DECOM", "DEC")])
    days = days[~np.isnat(days)]
    if (named := year_in(called)) is None:
        return _financial_year(days.max()) if len(days) else 0
    year, certain = named
    begins_in_it = not certain and len(days) and _financial_year(days.max()) == year + 1
    return year + 1 if begins_in_it else year


def _financial_year(day: np.datetime64) -> int:
    month = int(day.astype("datetime64[M]").astype(np.int64))
    return 1970 + (month + 9) // 12


def to_days(texts: pd.Series) -> Dates:
    """The days of a column of dates, written DD/MM/YYYY or 2024-03-31, with or without an hour of
    nought; NaT for anything else."""
    written = pd.Series(texts.cat.categories, dtype=object)
    days = _dates(written, "%d/%m/%Y")
    rest = np.isnat(days)
    others = written[rest].str.replace(r"[ T]00:00(:00(\.0+)?)?$", "", regex=True)
    plain = _dates(others, "%d/%m/%Y")
    days[rest] = np.where(np.isnat(plain), _dates(others, "%Y-%m-%d"), plain)
    days[(days < _EARLIEST) | (days >= _LATEST)] = np.datetime64("NaT")
    return days[texts.cat.codes.to_numpy()]


def _dates(texts: pd.Series, written: str) -> Dates:
    read = pd.to_datetime(texts, format=written, errors="coerce")
    return read.to_numpy(dtype="datetime64[D]")
