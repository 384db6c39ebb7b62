"""A small plan as sheets, for tests of what comes in: `sheets(actions=[{...}])`."""

from __future__ import annotations

from improvement_plan.plan_files import as_workbook
from improvement_plan.sheets import Row, Sheets

PLAN = {
    "slug": "a-plan",
    "title": "A plan for children",
    "short_title": "A plan",
    "division_word": "Priority",
}
DIVISION = {"key": "1", "ref": "1", "title": "Improving"}
ACTION = {"key": "1.1", "division": "1", "text": "Do it", "due": "30/04/15", "rag": "A"}
RISK = {
    "ref": "1",
    "if_text": "staff leave",
    "then_text": "targets are missed",
    "rag": "A",
    "date": "2015-02-28",
}
UPDATE = {"action": "1.1", "date": "2015-03-31", "rag": "A", "progress": "Half of it is done."}
REPORT = {"month": "2015-02", "title": "Status report", "published": "2015-03-10"}


def sheets(**given: list[dict[str, str]]) -> Sheets:
    """The plan and its division, unless others are given, and whatever else is."""
    rows = {"plan": [PLAN], "divisions": [DIVISION], **given}
    return Sheets(
        rows={
            name: [Row(number, texts) for number, texts in enumerate(of, start=2)]
            for name, of in rows.items()
        },
        headings={
            name: list(dict.fromkeys(heading for row in of for heading in row if heading))
            for name, of in rows.items()
            if of
        },
    )


def workbook(**given: list[dict[str, str]]) -> bytes:
    return as_workbook(sheets(**given), title="A plan")
