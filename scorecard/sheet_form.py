"""A page of the month's sheet as it is sent back: saved where it can be, shown again where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bucks_cs.lib.periods import last_day
from bucks_cs.models import User

from . import services
from .entering import OPEN_TO_OFFICERS
from .entry import Entered, Severity
from .figures import errors_in
from .forms import FigureForm, digest
from .models import Outturn, Status
from .services import Draft, EditConflict, NotReady, Refused
from .sheet import Line, Preview, key_of, preview_of

TICKED, ALL_READY = "submit", "submit-ready"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: its form, how it will look, and why it was refused, if it was; where
    somebody else saved in between, theirs."""

    line: Line
    form: FigureForm
    entered: Entered
    preview: Preview
    refused: Refused | None = None
    theirs: Preview | None = None

    @property
    def problem(self) -> str:
        """What kind of mark the row needs."""
        if self.form.errors or self.refused:
            return "error"
        odd = any(p.severity is Severity.WARNING for p in self.preview.problems)
        return "warning" if odd else ""

    @property
    def is_unreadable(self) -> bool:
        """Whether it holds what cannot be a figure."""
        entered = self.form.entered
        return self.form.is_bound and (entered is None or bool(errors_in(self.form.problems)))

    @property
    def is_blank(self) -> bool:
        return self.entered.is_blank


@dataclass(slots=True)
class Outcome:
    """What came of a page. Keys are those of lines; `unanswered` are returned figures that nobody
    touched or ticked, so that none goes back to the manager as it came."""

    saved: int = 0
    ticked: int = 0
    submitted: int = 0
    unanswered: set[str] = field(default_factory=set)
    not_ready: set[str] = field(default_factory=set)
    invalid: set[str] = field(default_factory=set)
    refused: dict[str, Refused] = field(default_factory=dict)

    def must_show(self, submit: str) -> set[str]:
        """The lines that have to be shown again. A draft may wait for what it needs, unless it
        was ticked to be submitted now."""
        waiting = self.not_ready if submit == TICKED else set()
        return self.invalid | waiting | set(self.refused)


def sent_in(line: Line, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The data, if this line was on the page that it came from."""
    return data if data and f"{line.key}-was" in data else None


def rows_of(
    lines: Sequence[Line], data: Mapping[str, Any] | None = None, *, check: bool = False
) -> list[Row]:
    """The page as it stands, or with what was typed; to `check` it, what is needed before
    submission counts as wrong in every line that is begun."""
    rows = []
    for line in lines:
        sent = sent_in(line, data)
        form = FigureForm(line, sent)
        if sent and check and (form.touched or form.is_ticked or _in_progress(line)):
            form = FigureForm(line, sent, to_submit=True)
        rows.append(_row(line, form))
    return rows


def _in_progress(line: Line) -> bool:
    return line.slot.current is not None and line.slot.current.in_progress


def _row(line: Line, form: FigureForm, refused: Refused | None = None) -> Row:
    form.is_valid()
    entered = (form.entered if form.is_bound else line.slot.entered) or Entered()
    preview = preview_of(line.slot, entered)
    theirs = None
    if isinstance(refused, EditConflict):
        theirs = preview_of(line.slot, line.slot.entered)
    return Row(line, form, entered, preview, refused, theirs)


def save(
    lines: Sequence[Line],
    data: Mapping[str, Any],
    *,
    month: date,
    by: User,
    submit: str = "",
    leave: str = "",
) -> Outcome:
    """Saves every line that was touched and can be saved, and submits those that were asked for
    and are ready. `leave` is the key of a line that is left as it stands."""
    forms = [FigureForm(line, data) for line in lines if sent_in(line, data) and line.key != leave]
    outcome = Outcome(ticked=sum(form.is_ticked for form in forms))
    begun = [form for form in forms if form.touched or form.is_ticked or submit == ALL_READY]
    outcome.invalid = {form.line.key for form in begun if not form.is_valid()}
    good = [form for form in begun if form.line.key not in outcome.invalid]
    drafts = [
        Draft(form.line.series, form.entered, form.token)
        for form in good
        if form.touched and form.entered is not None
    ]
    saved = services.save_drafts(drafts=drafts, period_end=last_day(month), by=by)
    outcome.saved = len(saved.written)
    for form in good:
        refused = saved.refused.get(form.line.series.pk)
        if refused:
            outcome.refused[form.line.key] = refused
    if submit:
        _submit(good, saved.outturns, outcome, by=by, submit=submit)
    return outcome


def _submit(
    forms: Sequence[FigureForm],
    saved: Mapping[int, Outturn],
    outcome: Outcome,
    *,
    by: User,
    submit: str,
) -> None:
    ready = []
    for form in forms:
        key, slot = form.line.key, form.line.slot
        if key in outcome.refused or not (submit == ALL_READY or form.is_ticked):
            continue
        if not form.touched and slot.current and form.token != slot.token:
            outcome.refused[key] = EditConflict(slot.current)
            continue
        outturn = saved.get(form.line.series.pk, slot.current)
        if outturn and outturn.status == Status.RETURNED and not form.is_ticked:
            outcome.unanswered.add(key)
            continue
        begun = outturn is not None and outturn.status in OPEN_TO_OFFICERS
        if outturn is not None and begun and services.is_ready(form.problems):
            ready.append(outturn)
        elif begun or (outturn is None and form.is_ticked):
            outcome.not_ready.add(key)
    try:
        outcome.submitted = services.submit(outturns=ready, by=by) if ready else 0
    except EditConflict as conflict:  # somebody came between the two steps
        outcome.refused[key_of(conflict.theirs.series)] = conflict
    except NotReady as waiting:
        outcome.not_ready |= {key_of(o.series) for o in ready if o.pk in waiting.problems}


def shown_again(
    lines: Sequence[Line], data: Mapping[str, Any], outcome: Outcome, submit: str
) -> list[Row]:
    """The page after a save in which some lines could not be: those with every character as
    typed, the others as they now stand. `lines` are read anew.

    A line that met somebody else's figure takes on that figure's token: saving it once more
    means it.
    """
    again = outcome.must_show(submit)
    rows = []
    for line in lines:
        if line.key not in again:
            rows.append(_row(line, FigureForm(line)))
            continue
        typed = dict(data.items())
        if line.key not in outcome.invalid:
            typed[f"{line.key}-seen"] = line.slot.token
        if line.key in outcome.not_ready:
            typed[f"{line.key}-was"] = digest(FigureForm(line, data).typed)
        form = FigureForm(line, typed, to_submit=line.key in outcome.not_ready)
        rows.append(_row(line, form, outcome.refused.get(line.key)))
    return rows
