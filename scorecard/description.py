"""A measure's chart in words: everything that it shows, made from the same story. No queries."""

from __future__ import annotations

from collections.abc import Sequence

from bucks_cs.lib.periods import day_label, month_label

from .findings import number
from .spc import PATTERN_POINTS, PROVISIONAL_BELOW
from .story import PeriodRow, Story


def extent(rows: Sequence[PeriodRow]) -> str:
    return f"{rows[0].label} to {rows[-1].label}" if len(rows) > 1 else rows[0].label


def summary(story: Story) -> str:
    """The chart in one or two sentences, for the line under its title."""
    known = [row for row in story.every if row.figure.number is not None]
    if not known:
        return "There is no figure to draw."
    low = min(known, key=lambda row: row.figure.number or 0.0)
    high = max(known, key=lambda row: row.figure.number or 0.0)
    count = f"{len(known)} figures" if len(known) > 1 else "One figure"
    if any(row.figure.hidden for row in story.every):
        count += " shown, others hidden"
    said = f"{count}, {extent(known)}"
    if low.figure.text != high.figure.text:
        said += f": lowest {low.figure} {low.when}, highest {high.figure} {high.when}"
    return f"{said}."


def description(story: Story) -> list[str]:
    """Everything that the chart shows, a sentence for each."""
    said = [summary(story), *_process(story), *_targets(story)]
    said += [
        f"{line.name}: "
        + ", ".join(f"{figure} ({vintage})" for _, _, figure, vintage in last)
        + "."
        for line in story.lines
        if (last := line.points[-3:])
    ]
    said += [
        f"Note {place}, {month_label(note.month)}: {note.text}"
        for place, note in enumerate(story.notes, start=1)
    ]
    return said


def _process(story: Story) -> list[str]:
    if story.limits_hidden:
        return [
            "The average and the process limits are not shown: with them, a hidden small number "
            "could be worked out."
        ]
    lines = [row for row in story.rows if row.upper.number is not None]
    if not lines:
        return []
    last = lines[-1]
    count = sum(row.figure.number is not None for row in story.rows)
    firm = "" if count >= PROVISIONAL_BELOW else f", provisional because made from {count} points"
    said = [f"Average {last.mean}; process limits {last.lower} to {last.upper}{firm}."]
    special: dict[str, list[str]] = {}
    for row in story.rows:
        if row.is_special:
            special.setdefault(row.point.label, []).append(row.label)
    said += [f"{kind}: {', '.join(labels)}." for kind, labels in special.items()]
    if count < PATTERN_POINTS:
        said.append("So few points cannot tell change from the usual variation.")
    elif not special:
        said.append("No point stands out from the usual variation.")
    return said


def _targets(story: Story) -> list[str]:
    if not story.steps:
        return ["There is no target."]
    measure = story.measure
    steps = [
        f"{step.figure}"
        + (f" to {number(step.upper, measure.unit, measure.decimals)}" if step.upper else "")
        + f" from {day_label(step.starts)}"
        for step in story.steps
    ]
    return [f"Target: {', '.join(steps)}."]
