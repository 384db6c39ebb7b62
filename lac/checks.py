"""What is wrong with the files of a return, by file, row and column, in words. No Django.

The checks are those that a council's own validator makes first. What cannot be read, or
contradicts itself so that children would be counted wrongly, refuses the files. What the guide to
the return forbids, but a council may have explained to the department, is a doubt; so is what is
left out and will be counted as not known. A row that has a problem of its own is not held against
its neighbours. A problem says no more of a child than the cell that cannot be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, pairwise

import numpy as np
import pandas as pd

from . import codes
from .files import COLUMNS, ONE_ROW_A_CHILD, Problem, Tables, to_days
from .placements import NEVER, Dates, Indices, Mask, ages_on, birthdays

MOST_PROBLEMS = 10_000
"""As many as a report holds: past that, something is wrong with the whole file."""
NOT_FEW = 10
"""So many days of episodes that in a year without one of them something is wrong."""
LONGEST_CELL = 40
LONGEST_IDENTIFIER = 20


def problems_of(tables: Tables) -> list[Problem]:
    """What is wrong with one return, in the order of its files, rows and columns."""
    every = chain(
        tables.problems, _year(tables), _cells(tables), _children(tables), _episodes(tables),
        _others(tables),
    )  # fmt: skip
    found = list(islice(every, MOST_PROBLEMS + 1))
    more = len(found) > MOST_PROBLEMS
    found = sorted(found[:MOST_PROBLEMS], key=lambda problem: _place(tables, problem))
    if more:
        text = f"There are more than {MOST_PROBLEMS:,} problems: the rest are not listed."
        found.append(Problem("All files", 0, "", text))
    return found


def _place(tables: Tables, problem: Problem) -> tuple[int, int, int]:
    kind = next(kind for kind in tables.tables if tables.name(kind) == problem.file)
    column = [*COLUMNS[kind]].index(problem.column) if problem.column else -1
    return [*COLUMNS].index(kind), problem.row, column


OTHER_FILES = {
    "Reviews": "reviews in time",
    "UASC": "unaccompanied children",
    "OC2": "health checks",
    "OC3": "care leavers",
    "AD1": "how long adoptions took",
}
"""Files that a return may lack, and what cannot be told without each."""


def missing_files(tables: Tables, before: Collection[str] = ()) -> Iterator[Problem]:
    """A doubt about the files that a return came without; `before` are those of the return that it
    takes the place of."""
    missing = [kind for kind in OTHER_FILES if kind not in tables.tables]
    if missing:
        untold = ", ".join(OTHER_FILES[kind] for kind in missing)
        text = f"There is no {' and no '.join(missing)} file. Not to be told from it: {untold}."
        if had := [kind for kind in missing if kind in before]:
            text += f" The return that it takes the place of had {' and '.join(had)}."
        yield Problem(f"Return of {tables.year - 1}/{tables.year % 100:02}", 0, "", text, False)


def fewer_rows(year: str, before: Mapping[str, int], now: Mapping[str, int]) -> Iterator[Problem]:
    """A doubt for each kind of row of which a return has less than half of what the one had that
    it takes the place of."""
    for kind, many in before.items():
        few = now.get(kind, 0)
        if few < many / 2:
            name = kind.replace("_", " ")
            text = f"{few:,} rows of {name}, where the return before it had {many:,}."
            yield Problem(f"Return of {year}", 0, "", text, refuses=False)


def doubts_between(returns: list[Tables]) -> Iterator[Problem]:
    """Children who were looked after at the end of a year and are not in the next year's return."""
    for earlier, later in pairwise(sorted(returns, key=lambda tables: tables.year)):
        if later.year != earlier.year + 1:
            continue
        table = earlier["Episodes"]
        gone = (table["DEC"] == "") & ~table["CHILD"].isin(later["Episodes"]["CHILD"])
        text = f"The episode goes on, and the child is not in the return of {later.year}."
        yield from _at(earlier, "Episodes", gone.to_numpy(), "DEC", text, refuses=False)


def _at(
    tables: Tables,
    kind: str,
    rows: Mask | Indices,
    column: str,
    text: str,
    *,
    say: bool = False,
    refuses: bool = True,
) -> Iterator[Problem]:
    """A problem for each of these rows; with `say`, the cell itself stands in the text at {}."""
    table, name = tables[kind], tables.name(kind)
    numbers = table.index.to_numpy()[rows]
    cells = table[column].to_numpy()[rows] if say else numbers
    for row, cell in zip(numbers, cells, strict=True):
        said = text.format(f"“{str(cell)[:LONGEST_CELL]}”") if say else text
        yield Problem(name, int(row), column, said, refuses)


# ---- the year ----------------------------------------------------------------------


def _year(tables: Tables) -> Iterator[Problem]:
    """A doubt about a return in whose year none of its episodes, if they are not few, begins or
    ends: it is likely to be of another year, and would be counted as of this one."""
    days = np.concatenate([to_days(tables["Episodes"][column]) for column in ("DECOM", "DEC")])
    days = days[~np.isnat(days)]
    if len(days) >= NOT_FEW and days.max() < tables.first_day:
        text = (
            f"No episode begins or ends in the return’s year, {tables.year - 1}/"
            f"{tables.year % 100:02}: the latest day is {days.max().item():%d/%m/%Y}. Is it of "
            "that year?"
        )
        yield Problem(tables.name("Episodes"), 0, "", text, refuses=False)


# ---- cells -------------------------------------------------------------------------


def _cells(tables: Tables) -> Iterator[Problem]:
    for kind, table in tables.tables.items():
        for column, about in COLUMNS[kind].items():
            cells = table[column]
            blank = (cells == "").to_numpy()
            if not about.may_be_blank:
                yield from _at(tables, kind, blank, column, "This must not be empty.")
            if about.is_date:
                wrong = np.isnat(to_days(cells)) & ~blank
                text = "{} is not a date: write it as 31/03/2024."
                yield from _at(tables, kind, wrong, column, text, say=True)
            elif about.known is not None:
                wrong = ~cells.isin(list(about.known)).to_numpy() & ~blank
                text = f"{{}} is no code of {column}: {_some(about.known)}"
                yield from _at(tables, kind, wrong, column, text, say=True)


def _some(known: Collection[str]) -> str:
    listed = list(known)
    return f"{', '.join(listed)}." if len(listed) <= 13 else f"{', '.join(listed[:12])}, …"


# ---- children ----------------------------------------------------------------------


def _children(tables: Tables) -> Iterator[Problem]:
    """One row a child where there may be no more, a header for every child who is or was looked
    after in the year, and nobody born after it."""
    for kind in ONE_ROW_A_CHILD:
        child = tables[kind]["CHILD"]
        twice = (child.duplicated() & (child != "")).to_numpy()
        yield from _at(tables, kind, twice, "CHILD", "This child has a row here already.")
    header = tables["Header"]
    for kind in tables.tables:
        child = tables[kind]["CHILD"]
        long = (child.astype(object).str.len() > LONGEST_IDENTIFIER).to_numpy(dtype=bool)
        text = f"An identifier has {LONGEST_IDENTIFIER} characters at the most."
        yield from _at(tables, kind, long, "CHILD", text)
        if kind not in ("Header", "OC3"):  # care leavers may have left long ago
            without = (~child.isin(header["CHILD"]) & (child != "")).to_numpy()
            text = "This child has no row in the header file."
            yield from _at(tables, kind, without, "CHILD", text)
    unborn = to_days(header["DOB"]) > tables.last_day
    yield from _at(tables, "Header", unborn, "DOB", _after_year(tables))


def _born(tables: Tables, child: pd.Series) -> Dates:
    """When each row's child was born, as the header has it; NaT where it has none."""
    header = tables["Header"].drop_duplicates("CHILD")
    born = pd.Series(to_days(header["DOB"]), index=header["CHILD"].astype(object))
    return born.reindex(child.cat.categories).to_numpy("datetime64[D]")[child.cat.codes.to_numpy()]


def _after_year(tables: Tables) -> str:
    return f"This is after the return’s year, which ends on 31/03/{tables.year}."


# ---- episodes ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the episodes' rows say of days; `ended` is NaT while an episode goes on."""

    child: pd.Series
    began: Dates
    ended: Dates
    born: Dates
    is_open: Mask
    reason: pd.Series


def _episodes(tables: Tables) -> Iterator[Problem]:
    table = tables["Episodes"]
    rows = _Rows(
        child=table["CHILD"],
        began=to_days(table["DECOM"]),
        ended=to_days(table["DEC"]),
        born=_born(tables, table["CHILD"]),
        is_open=(table["DEC"] == "").to_numpy(),
        reason=table["REC"],
    )
    yield from _days_of(tables, rows)
    yield from _at_18(tables, rows)
    yield from _left_out(tables, rows)
    yield from _beside(tables, rows)


def _days_of(tables: Tables, rows: _Rows) -> Iterator[Problem]:
    """Each episode's own days and reasons."""
    without = (rows.reason == "").to_numpy()
    for wrong, column, text in (
        (rows.ended < rows.began, "DEC", "It ends before it begins."),
        (~rows.is_open & without, "REC", "It has ended, so it must say why."),
        (rows.is_open & ~without, "REC", "A reason for ending is given, and DEC is empty."),
        (rows.began < rows.born, "DECOM", "It begins before the child was born."),
        (rows.began > tables.last_day, "DECOM", _after_year(tables)),
        (rows.ended > tables.last_day, "DEC", _after_year(tables)),
    ):
        yield from _at(tables, "Episodes", wrong, column, text)
    none = rows.ended == rows.began
    text = "It ends on the day on which it begins."
    yield from _at(tables, "Episodes", none, "DEC", text, refuses=False)


def _at_18(tables: Tables, rows: _Rows) -> Iterator[Problem]:
    """Nobody is looked after from the 18th birthday on, but for those accommodated in a community
    home under section 20(5)."""
    table = tables["Episodes"]
    may = np.zeros(len(table), dtype=bool)
    for status, place in codes.AFTER_18:
        may |= ((table["LS"] == status) & (table["PLACE"] == place)).to_numpy()
    birthday = birthdays(rows.born, 18)
    began = ~may & (rows.began >= birthday) & (rows.began <= tables.last_day)
    goes_on = rows.is_open & (rows.reason == "").to_numpy() & (birthday <= tables.last_day)
    after = goes_on | ((rows.ended > birthday) & (rows.ended <= tables.last_day))
    after &= ~may & (rows.began < birthday)
    text = "It begins on or after the child’s 18th birthday."
    yield from _at(tables, "Episodes", began, "DECOM", text, refuses=False)
    text = "It goes on after the child’s 18th birthday."
    yield from _at(tables, "Episodes", after, "DEC", text, refuses=False)


def _left_out(tables: Tables, rows: _Rows) -> Iterator[Problem]:
    """What will be counted as not known."""
    table = tables["Episodes"]
    text = "This is empty: it will be counted as not known."
    with_provider = [place for place in codes.PLACE if place not in codes.WITHOUT_PROVIDER]
    for column, needs in (
        ("CIN", np.ones(len(table), dtype=bool)),
        ("PLACE_PROVIDER", table["PLACE"].isin(with_provider).to_numpy()),
    ):
        blank = (table[column] == "").to_numpy() & needs
        yield from _at(tables, "Episodes", blank, column, text, refuses=False)


def _beside(tables: Tables, rows: _Rows) -> Iterator[Problem]:
    """Each episode against the same child's next."""
    order, elsewhere = _in_order(tables, rows)
    if not len(order):
        return
    same = rows.child.cat.codes.to_numpy()[order]
    same = same[1:] == same[:-1]
    before, after = order[:-1][same], order[1:][same]
    last, first = order[np.append(~same, True)], order[np.append(True, ~same)]
    began, ended, reason = rows.began, rows.ended, rows.reason.to_numpy()
    goes_on = (reason == codes.CONTINUES) & ~rows.is_open & ~np.isin(ended, elsewhere)
    two = rows.is_open[before] & (reason[before] == "")
    for wrong, column, text in (
        (before[two], "DEC", "It is open, and the child has a later one: only the last may be."),
        (before[ended[before] > began[after]], "DEC", "It ends after the child’s next one begins."),
        (
            before[goes_on[before] & (ended[before] < began[after])],
            "REC",
            "X1 says that the child’s next episode follows at once, and there is a gap.",
        ),
        (last[goes_on[last]], "REC", "X1 says that another episode follows, and there is none."),
    ):
        yield from _at(tables, "Episodes", wrong, column, text)
    known = ~np.isin(began, elsewhere)
    follows = known[after]
    yield from _reasons_begun(tables, rows, before[follows], after[follows], first[known[first]])


def _in_order(tables: Tables, rows: _Rows) -> tuple[Indices, Dates]:
    """The episodes by child and day, without those of children whose days cannot be relied on; and
    the days on which episodes of nobody we know begin and end, one of which may be the missing."""
    unread = np.isnat(rows.began) | (np.isnat(rows.ended) & ~rows.is_open)
    impossible = (rows.ended < rows.began) | (rows.began < rows.born)
    impossible |= (rows.began > tables.last_day) | (rows.ended > tables.last_day)
    bad = rows.child[unread | impossible]
    nobody = ~rows.child.isin(tables["Header"]["CHILD"]).to_numpy() | (rows.child == "").to_numpy()
    usable = np.flatnonzero(~rows.child.isin(bad).to_numpy() & ~nobody)
    ended = np.where(rows.is_open, NEVER, rows.ended)
    child = rows.child.cat.codes.to_numpy()
    order = np.lexsort((ended[usable], rows.began[usable], child[usable]))
    return usable[order], np.concatenate([rows.began[nobody], rows.ended[nobody]])


def _reasons_begun(
    tables: Tables, rows: _Rows, before: Indices, after: Indices, first: Indices
) -> Iterator[Problem]:
    """Whether an episode began as it must after the one before it, or with none before it."""
    begun = tables["Episodes"]["RNE"]
    starts = (begun == codes.STARTED).to_numpy()
    other = begun.isin(codes.REASON_BEGAN).to_numpy() & ~starts
    goes_on = (rows.reason == codes.CONTINUES).to_numpy()[before]
    ceased = rows.reason.isin(codes.REASON_ENDED).to_numpy()[before] & ~goes_on
    at_once = rows.ended[before] == rows.began[after]
    new = rows.began[first] >= tables.first_day
    for wrong, text in (
        (
            after[goes_on & at_once & starts[after]],
            "It follows another at once, so it is no start.",
        ),
        (after[ceased & other[after]], "Being looked after had ended, so it must begin with S."),
        (
            first[new & other[first]],
            "It is the child’s first of the year, so it must begin with S.",
        ),
    ):
        yield from _at(tables, "Episodes", wrong, "RNE", text, refuses=False)


# ---- the other files ---------------------------------------------------------------


def _others(tables: Tables) -> Iterator[Problem]:
    """Days of reviews, unaccompanied children, care leavers and adoptions."""
    held = to_days(tables["Reviews"]["REVIEW"])
    born = _born(tables, tables["Reviews"]["CHILD"])
    text = "The review was held before the child was born."
    yield from _at(tables, "Reviews", held < born, "REVIEW", text)
    yield from _at(tables, "Reviews", held > tables.last_day, "REVIEW", _after_year(tables))
    uasc = tables["UASC"]
    late = to_days(uasc["DUC"]) > birthdays(_born(tables, uasc["CHILD"]), 18)
    text = "This is after the child’s 18th birthday."
    yield from _at(tables, "UASC", late, "DUC", text, refuses=False)
    adopted = tables["AD1"]
    early = to_days(adopted["DATE_MATCH"]) < to_days(adopted["DATE_INT"])
    text = "The match comes before the decision that the child should be adopted."
    yield from _at(tables, "AD1", early, "DATE_MATCH", text, refuses=False)
    yield from _care_leavers(tables)


def _care_leavers(tables: Tables) -> Iterator[Problem]:
    table = tables["OC3"]
    born = to_days(table["DOB"])
    said = _born(tables, table["CHILD"])
    text = "The header file has another day of birth for this child."
    other = (born != said) & ~np.isnat(born) & ~np.isnat(said)
    yield from _at(tables, "OC3", other, "DOB", text, refuses=False)
    text = "The young person was not 17 to 21 in the return’s year."
    age = ages_on(born, tables.last_day)
    wrong = ((age < 17) | (age > 21)) & ~np.isnat(born)
    yield from _at(tables, "OC3", wrong, "DOB", text, refuses=False)
    in_touch = (table["IN_TOUCH"] == "YES").to_numpy()
    text = "The council is in touch, and this is not said: it will be counted as not known."
    for column in ("ACTIV", "ACCOM"):
        unsaid = table[column].isin(["", "0"]).to_numpy() & in_touch
        yield from _at(tables, "OC3", unsaid, column, text, refuses=False)
