"""What an uploaded file would do, row by row, before anybody agrees to it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from bucks_cs.lib.periods import month_label
from bucks_cs.lib.spreadsheets import guard

from .entry import Entered, Severity, parse_number, tidy, work_out
from .forms import FIGURE_FIELDS
from .imports import NUMBER_FIELDS, ReadFile, ReadRow, Remark, read_month
from .models import Absence, Measure
from .services import Draft, Slot, rule_of
from .sheet import ENTERED_ABSENCES, Line, plain, preview_of


class Happens(StrEnum):
    NEW = "New"
    CHANGED = "Changed"
    SAME = "Same"
    BLANK = "Left blank"
    REFUSED = "Refused"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the file and what would happen with it. `before` and `after` are figures as they
    are shown."""

    number: int
    name: str
    happens: Happens
    before: str
    after: str
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class Report:
    """Every row, in the order of the file, and the drafts to be saved if nothing is refused."""

    rows: list[ReportRow]
    drafts: list[Draft]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.happens for row in self.rows)
        return {happens.value: found[happens] for happens in Happens if found[happens]}

    @property
    def refused(self) -> list[ReportRow]:
        return [row for row in self.rows if row.happens is Happens.REFUSED]

    @property
    def to_save(self) -> list[ReportRow]:
        return [row for row in self.rows if row.happens in (Happens.NEW, Happens.CHANGED)]

    @property
    def left(self) -> list[ReportRow]:
        return [row for row in self.rows if row.happens in (Happens.SAME, Happens.BLANK)]


def compare(file: ReadFile, lines: Sequence[Line], month: date) -> Report:
    """Puts the file's rows beside what stands in the month's sheet."""
    find = _Finder(lines)
    rows, drafts = [], []
    taken: dict[str, int] = {}
    for read in file.rows:
        remarks = list(read.remarks)
        line = find(read, file.columns, remarks)
        if line is None and not read.remarks and not _says_anything(read):
            continue  # a heading, or a note below the table
        _check_month(read, file.columns, month, remarks)
        if line and line.key in taken:
            remarks.append(_refusal("", f"Row {taken[line.key]} gives this measure already."))
        if line:
            taken.setdefault(line.key, read.number)
        row, draft = _row(read, line, file.columns, remarks)
        rows.append(row)
        if draft:
            drafts.append(draft)
    return Report(rows, drafts)


def _says_anything(read: ReadRow) -> bool:
    return any(read.texts.get(name) for name in FIGURE_FIELDS)


def _refusal(column: str, text: str) -> Remark:
    return Remark(column, text, refuses=True)


class _Finder:
    """Finds the line that a row means: by code if it has one, else by any name of the measure."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.by_code: dict[tuple[str, str], Line] = {}
        self.by_name: dict[tuple[str, str], Line] = {}
        for line in lines:
            measure, category = line.measure, _loosely(line.series.category)
            self.by_code[_loosely(measure.code), category] = line
            names = (measure.name, measure.short_name, *measure.also_printed_as.split(";"))
            for name in filter(None, map(_loosely, names)):
                self.by_name.setdefault((name, category), line)
        self.measures = {key[0] for key in (*self.by_code, *self.by_name)}

    def __call__(
        self, read: ReadRow, columns: Mapping[str, str], remarks: list[Remark]
    ) -> Line | None:
        field = "code" if read.texts.get("code") else "measure"
        named = read.texts.get(field, "")
        category = read.texts.get("category", "")
        found = self.by_code if field == "code" else self.by_name
        line = found.get((_loosely(named), _loosely(category)))
        if line:
            return line
        if not named:
            remarks.append(_refusal(columns.get(field, ""), "This row names no measure."))
        elif _loosely(named) in self.measures and category:
            text = f"This measure has no category “{category[:50]}”."
            remarks.append(_refusal(columns["category"], text))
        else:
            text = f"No measure “{named[:80]}” is entered in this month."
            remarks.append(_refusal(columns[field], text))
        return None


def _loosely(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _check_month(
    read: ReadRow, columns: Mapping[str, str], month: date, remarks: list[Remark]
) -> None:
    text = read.texts.get("month", "")
    if not text:
        return
    try:
        given = read_month(text)
    except ValueError as wrong:
        remarks.append(_refusal(columns["month"], str(wrong)))
        return
    if given != month:
        said = f"This is for {month_label(given)}, not {month_label(month)}."
        remarks.append(_refusal(columns["month"], said))


def _row(
    read: ReadRow, line: Line | None, columns: Mapping[str, str], remarks: list[Remark]
) -> tuple[ReportRow, Draft | None]:
    name = line.name if line else read.texts.get("measure") or read.texts.get("code", "")
    if line is None:
        return ReportRow(read.number, name[:100], Happens.REFUSED, "", "", remarks), None
    found = len(remarks)
    entered = _entered(read, line, columns, remarks)
    is_read = len(remarks) == found and read.is_readable
    slot = line.slot
    before = _shown(line, slot.entered) if slot.current else ""
    seen, made_with = _seen(read.texts.get("seen", ""), slot.token)
    is_news = slot.is_news(entered) and made_with != digest(entered, line.measure)
    if is_read and not entered.is_blank and is_news:
        if slot.current and seen != slot.token:
            said = f"Somebody changed this since the file was made: it is {before}. Take a new one."
            remarks.append(_refusal(columns.get("seen", ""), said))
        else:
            remarks += _said(line, entered, columns)
    happens = _happens(line, entered, remarks, is_news=is_news)
    changes = happens in (Happens.NEW, Happens.CHANGED)
    after = _shown(line, entered) if changes else before if happens is Happens.SAME else ""
    draft = Draft(line.series, entered, seen) if changes else None
    return ReportRow(read.number, name, happens, before, after, remarks), draft


def _shown(line: Line, entered: Entered) -> str:
    preview = preview_of(line.slot, entered)
    return f"{preview.text} ({preview.parts})" if preview.parts else preview.text


def _said(line: Line, entered: Entered, columns: Mapping[str, str]) -> Iterator[Remark]:
    """What the rules say of a figure, and which words change where the figure may not."""
    for problem in line.slot.problems_of(entered):
        text = problem.message
        if problem.severity is Severity.NEEDED:
            text = f"Before it can be submitted: {text[0].lower()}{text[1:]}"
        refuses = problem.severity is Severity.ERROR
        yield Remark(columns.get(problem.field, ""), text, refuses)
    if line.slot.current and entered.commentary != line.slot.entered.commentary:
        what = "changes" if entered.commentary else "is removed"
        yield Remark(columns.get("commentary", ""), f"The commentary {what}.", refuses=False)


def mark_of(slot: Slot) -> str:
    """What a file carries in each row: the revision that it was made from, and what that said, so
    that a row nobody touched is known. Such that no spreadsheet takes it for a number."""
    return f"v{slot.token}~{digest(slot.entered, slot.series.measure)}"


def _seen(mark: str, token: str) -> tuple[str, str]:
    """The revision and the digest in a mark; where there is no mark, what stands now."""
    found = re.fullmatch(r"v([\d.]*)~([0-9a-f]+)", mark)
    return (found[1], found[2]) if found else (token, "")


def digest(entered: Entered, measure: Measure) -> str:
    """A short mark of a figure, the same for every way of writing it."""
    tidied = tidy(entered, rule_of(measure))
    texts = (plain(one) if isinstance(one, Decimal) else str(one) for one in astuple(tidied))
    return sha256("\x1f".join(texts).encode()).hexdigest()[:12]


def _happens(line: Line, entered: Entered, remarks: Iterable[Remark], *, is_news: bool) -> Happens:
    if any(remark.refuses for remark in remarks):
        return Happens.REFUSED
    if entered.is_blank:
        return Happens.BLANK
    if not is_news:
        return Happens.SAME
    return Happens.CHANGED if line.slot.current else Happens.NEW


def _entered(
    read: ReadRow, line: Line, columns: Mapping[str, str], remarks: list[Remark]
) -> Entered:
    numbers: dict[str, Decimal | None] = {}
    for name in NUMBER_FIELDS:
        unit = line.measure.unit if name == "value" else "count"
        try:
            numbers[name] = parse_number(read.texts.get(name, ""), unit)
        except ValueError as wrong:
            remarks.append(_refusal(columns[name], str(wrong)))
            numbers[name] = None
    entered = Entered(
        **numbers,
        absence=_absence(read.texts.get("absence", ""), columns, remarks),
        commentary=read.texts.get("commentary", ""),
        reason=read.texts.get("reason", ""),
    )
    return entered if entered.is_blank else _with_what_stands(entered, line, columns)


def _with_what_stands(entered: Entered, line: Line, columns: Mapping[str, str]) -> Entered:
    """A file says nothing of a column that it does not have: what stands there stays. So do the
    numerator and the denominator where the file has only the value, and it is theirs."""
    stands, rule = line.slot.entered, rule_of(line.measure)
    if "commentary" not in columns:
        entered = replace(entered, commentary=stands.commentary)
    if "reason" not in columns:
        entered = replace(entered, reason=stands.reason)
    worked_out = stands.numerator is not None and not {"numerator", "denominator"} & columns.keys()
    if worked_out and work_out(entered, rule) == work_out(stands, rule):
        entered = replace(
            entered, numerator=stands.numerator, denominator=stands.denominator, value=None
        )
    return entered


_ABSENCES = {
    _loosely(text): absence.value for absence in Absence for text in (absence.label, absence.value)
}


def _absence(text: str, columns: Mapping[str, str], remarks: list[Remark]) -> str:
    if not text:
        return ""
    if _loosely(text) not in _ABSENCES:
        choices = ", ".join(absence.label for absence in ENTERED_ABSENCES)
        remarks.append(_refusal(columns["absence"], f"“{text[:40]}” is not one of: {choices}."))
        return ""
    return _ABSENCES[_loosely(text)]


def as_csv(report: Report) -> bytes:
    """The report, a line a remark, with the mark by which Excel knows that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("Row", "Measure", "What happens", "From", "To", "Column", "Remark"))
    for row in report.rows:
        for remark in row.remarks or [Remark("", "", refuses=False)]:
            cells = (row.number, row.name, row.happens.value, row.before, row.after)
            writer.writerow([guard(cell) for cell in (*cells, remark.column, remark.text)])
    return text.getvalue().encode("utf-8-sig")
