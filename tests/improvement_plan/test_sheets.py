"""What is wrong with a plan's sheets: each kind of wrong cell, at its sheet, row and column."""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.frozen import wrong_parts
from improvement_plan.sheets import (
    KINDS,
    RESERVED,
    Problem,
    Row,
    Sheets,
    packed,
    problems,
    read_amount,
    read_day,
    read_titles,
    unpacked,
)
from tests.plan_sheets import ACTION, DIVISION, PLAN, REPORT, RISK, UPDATE, sheets

Rows = list[dict[str, str]]


TODAY = date(2015, 4, 30)


def wrong(
    found: Sheets, there: Sheets | None = None, *, with_history: bool = True
) -> list[Problem]:
    return problems(
        found,
        measures={"repeat-referrals"},
        documents={"003"},
        there=there or Sheets(),
        today=TODAY,
        with_history=with_history,
    )


def said(**given: Rows) -> list[str]:
    return [str(problem) for problem in wrong(sheets(**given))]


# ---- a plan that is right


def test_the_smallest_plan_is_a_plan_and_a_division() -> None:
    assert said() == []


def test_a_plan_with_something_on_most_sheets_is_right() -> None:
    assert (
        said(
            objectives=[{"key": "1.1", "division": "1", "title": "Leaders lead"}],
            actions=[{**ACTION, "objective": "1.1", "posts": "Head of Service\nChief Executive"}],
            costs=[{"action": "1.1", "year": "2014/15", "kind": "one-off", "printed": "£40k"}],
            success_measures=[
                {"key": "M1", "division": "1", "name": "Repeats", "measure": "repeat-referrals"}
            ],
            risks=[RISK, {**RISK, "ref": "2", "rag": "", "date": ""}],
            risk_ratings=[
                {"risk": "1", "date": "2015-03-31", "rag": "R", "reason": "Worse."},
                {"risk": "1", "date": "2015-03-31", "number": "2", "rag": "G", "reason": "Better."},
            ],
            updates=[UPDATE, {**UPDATE, "number": "2", "due": "2015-06-30", "due_reason": "Late."}],
            reports=[{**REPORT, "document": "003"}],
            report_lines=[
                {"month": "2015-02", "kind": "target", "text": "Go on"},
                {"month": "2015-02", "kind": "target", "text": "Go on"},
                {
                    "month": "2015-02",
                    "kind": "achievement",
                    "text": "Half of it is done.",
                    "action": "1.1",
                    "date": "2015-03-31",
                    "number": "2",
                },
            ],
        )
        == []
    )


# ---- one wrong cell

PICTURE: dict[str, Any] = {
    "day": "2015-02-28",
    "rule": "A rule.",
    "suggested": {"overall": "RED", "measures": "RED", "actions": "AMBER", "risks": "NONE"},
    "actions": {"1.1": "GREEN"},
    "dates": {"1.1": "ongoing", "1.2": "2015-04-30", "1.3": ""},
    "divisions": [
        {
            **dict.fromkeys(("key", "name", "title"), "x"),
            **dict.fromkeys(("red", "amber", "green", "none", "overdue", "total"), 1),
        }
    ],
    "success": {"RED": 1},
    "listed": 0,
    "risks": [
        {
            **dict.fromkeys(("ref", "if", "then", "mitigation", "owner"), "x"),
            "rating": "RED",
            "movement": "worse",
        }
    ],
    "changes": {
        "since": "the plan as printed",
        "moved": [
            {
                **dict.fromkeys(("key", "ref", "text", "division", "due_before", "due_now"), ""),
                "before": "",
                "now": "RED",
                "move": "new",
            }
        ],
    },
}
RIGHT: dict[str, dict[str, str]] = {
    "plan": PLAN,
    "versions": {"version": "March 2015"},
    "ratings": {"of": "action", "rating": "red", "meaning": "Missed"},
    "posts": {"title": "Chief Executive"},
    "board": {"post": "Chief Executive"},
    "divisions": DIVISION,
    "objectives": {"key": "1.1", "division": "1", "title": "Leaders lead"},
    "actions": ACTION,
    "costs": {"action": "1.1", "year": "2014/15", "kind": "one-off", "printed": "£40k"},
    "success_measures": {"key": "M1", "division": "1", "name": "Repeats"},
    "recommendations": {"ref": "A1", "source": "Ofsted"},
    "mapping": {"recommendation": "A1", "division": "1"},
    "answers": {"recommendation": "A1", "action": "1.1", "basis": "printed"},
    "risks": RISK,
    "risk_ratings": {"risk": "1", "date": "2015-03-31", "rag": "R", "reason": "Worse."},
    "updates": UPDATE,
    "reports": REPORT,
    "frozen": {"month": "2015-02", "text": packed(PICTURE)[0]},
    "report_lines": {"month": "2015-02", "kind": "target", "text": "Go on"},
}
NOT_OURS = "This is not what an export wrote. Leave it as it was, or leave it out."
NOT_OURS_YEAR = "is not between 1990 and 2100."
NO_KEY = "cannot be a key: letters, digits, dots and hyphens, 20 at the most."
NO_DAY = "is not a date: write it as 2015-02-28."
NO_ADDRESS = "cannot be in an address: small letters, digits, hyphens."


@pytest.mark.parametrize(
    ("sheet", "change", "column", "text"),
    [
        ("plan", {"slug": "A Plan"}, "slug", f"“A Plan” {NO_ADDRESS}"),
        ("plan", {"slug": "x" * 51}, "slug", f"“{'x' * 51}” {NO_ADDRESS}"),
        ("plan", {"slug": "import"}, "slug", "“import” is the address of another page."),
        ("plan", {"title": ""}, "title", "This must not be empty."),
        ("plan", {"title": "x" * 501}, "title", "This has 501 characters; 500 is the most."),
        ("plan", {"read_at": "31/03/15"}, "read_at", f"“31/03/15” {NO_DAY}"),
        (
            "plan",
            {"read_at": "0001-01-01"},
            "read_at",
            "“0001-01-01” is not between 1990 and 2100.",
        ),
        ("risks", {"closed_on": "2101-01-01"}, "closed_on", f"“2101-01-01” {NOT_OURS_YEAR}"),
        ("risks", {"date": "2015-05-01"}, "date", "“2015-05-01” is after today."),
        ("risk_ratings", {"date": "2015-05-01"}, "date", "“2015-05-01” is after today."),
        ("updates", {"date": "2015-05-01"}, "date", "“2015-05-01” is after today."),
        ("updates", {"completed_on": "2015-05-01"}, "completed_on", "“2015-05-01” is after today."),
        ("reports", {"published": "2015-05-01"}, "published", "“2015-05-01” is after today."),
        ("reports", {"month": "2015-05"}, "month", "“2015-05” is after today."),
        ("reports", {"month": "1989-12"}, "month", f"“1989-12” {NOT_OURS_YEAR}"),
        ("plan", {"red_share": "0"}, "red_share", "“0” is not a whole number from 1 to 100."),
        ("plan", {"document": "9"}, "document", "“9” is not in the documents of Settings."),
        ("plan", {"": "astray"}, "", "“astray” stands in a column without heading."),
        ("versions", {"version": ""}, "version", "This must not be empty."),
        ("ratings", {"of": "risk"}, "of", "“risk” is not one of: measure, action."),
        ("ratings", {"rating": "R"}, "rating", "“R” is not one of: red, amber, green."),
        ("posts", {"ref": "x" * 201}, "ref", "This has 201 characters; 200 is the most."),
        ("board", {"post": ""}, "post", "This must not be empty."),
        (
            "divisions",
            {"note": "x" * 30_001},
            "note",
            "This has 30,001 characters; 30,000 is the most.",
        ),
        ("objectives", {"key": "1/2"}, "key", f"“1/2” {NO_KEY}"),
        ("objectives", {"division": "2"}, "division", "“2” is not in divisions."),
        ("actions", {"key": "-1"}, "key", f"“-1” {NO_KEY}"),
        ("actions", {"objective": "9"}, "objective", "“9” is not in objectives."),
        ("actions", {"rag": "P"}, "rag", "“P” is not a rating: write R, A, G or nothing."),
        (
            "actions",
            {"posts": "x" * 201},
            "posts",
            f"“{'x' * 40}…” has 201 characters; 200 is the most.",
        ),
        ("costs", {"year": "2014"}, "year", "“2014” is not a financial year: write it as 2014/15."),
        (
            "costs",
            {"year": "2014/16"},
            "year",
            "“2014/16” is not a financial year: write it as 2014/15.",
        ),
        ("costs", {"kind": "yearly"}, "kind", "“yearly” is not one of: one-off, ongoing."),
        (
            "costs",
            {"amount": "£4"},
            "amount",
            "“£4” is not an amount in pounds: write it as 150000, or none.",
        ),
        (
            "success_measures",
            {"measure": "m"},
            "measure",
            "“m” is not in the scorecard’s measures.",
        ),
        ("recommendations", {"ref": "A/1"}, "ref", f"“A/1” {NO_KEY}"),
        ("mapping", {"recommendation": "B"}, "recommendation", "“B” is not in recommendations."),
        ("answers", {"basis": "guess"}, "basis", "“guess” is not one of: printed, words."),
        ("risks", {"rag": "N/A"}, "rag", "“N/A” is not red, amber or green."),
        ("risks", {"rag": ""}, "rag", "Say how it was rated then."),
        ("risks", {"date": ""}, "date", "Say when it was rated so."),
        ("risk_ratings", {"number": "2"}, "number", "There is no number 1 before it."),
        ("risk_ratings", {"reason": ""}, "reason", "This must not be empty."),
        ("updates", {"date": "2015-02-30"}, "date", f"“2015-02-30” {NO_DAY}"),
        ("updates", {"due": "2015-06-30"}, "due_reason", "Say why the date changes."),
        ("updates", {"number": "3"}, "number", "There is no number 2 before it."),
        (
            "updates",
            {"number": "1"},
            "number",
            "Leave this empty for the first, and write 2, 3, ... for others.",
        ),
        ("reports", {"month": "2015-2"}, "month", "“2015-2” is not a month: write it as 2015-02."),
        ("frozen", {"text": "not ours"}, "text", NOT_OURS),
        ("frozen", {"number": "2"}, "number", "There is no number 1 before it."),
        ("report_lines", {"month": "2015-01"}, "month", "“2015-01” is not in reports."),
        ("report_lines", {"action": "1.1"}, "date", "Say of which day’s update."),
        (
            "report_lines",
            {"action": "1.1", "date": "2014-01-01"},
            "action",
            "There is no such update.",
        ),
    ],
)
def test_a_wrong_cell_is_said_at_its_place(
    sheet: str, change: dict[str, str], column: str, text: str
) -> None:
    whole = {name: [row] for name, row in RIGHT.items()}
    assert said(**whole) == []
    found = wrong(sheets(**whole | {sheet: [RIGHT[sheet] | change]}))
    assert Problem(sheet, 2, column, text) in found
    assert {(one.sheet, one.row) for one in found} - {(sheet, 2)} <= LED_ASTRAY


# What refers to a key that was wrong is wrong too.
LED_ASTRAY = {
    ("mapping", 2),
    ("answers", 2),
    ("costs", 2),
    ("updates", 2),
    ("report_lines", 2),
    ("frozen", 2),
}


@pytest.mark.parametrize(
    "sheet", [name for name, kind in KINDS.items() if kind.key and name != "plan"]
)
def test_no_two_rows_are_the_same_record(sheet: str) -> None:
    whole = {name: [row] for name, row in RIGHT.items()} | {sheet: [RIGHT[sheet]] * 2}
    key = KINDS[sheet].key
    assert said(**whole) == [
        f"{sheet}, row 3, {key[0]}: The same as row 2: {' and '.join(key)} must differ."
    ]


def test_a_post_is_the_same_however_it_is_spaced_and_spelt() -> None:
    assert said(posts=[{"title": "Director’s Office"}, {"title": "director's  office"}]) == [
        "posts, row 3, ref: The same as row 2: ref and title must differ."
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"plan": []}, "plan: This sheet must have at least one row."),
        ({"plan": [PLAN, {**PLAN, "slug": "another"}]}, "plan, row 3: One plan at a time."),
        (
            {"nonsense": [{"a": "b"}]},
            f"nonsense: There is no such sheet. There are: {', '.join(KINDS)}.",
        ),
        (
            {"board": [{"post": "Leader", "colour": "blue"}]},
            "board, row 1, colour: There is no such column. There are: post, organisation, "
            "locator, note.",
        ),
        ({"board": [{"note": "x"}]}, "board, row 1, post: This column is missing."),
    ],
)
def test_a_wrong_sheet_or_heading_is_said(given: dict[str, Rows], problem: str) -> None:
    assert problem in said(**given)


def test_an_objective_is_of_the_division_that_its_actions_are_of() -> None:
    assert said(
        divisions=[DIVISION, {**DIVISION, "key": "2"}],
        objectives=[{"key": "1.1", "division": "1", "title": "x"}],
        actions=[{**ACTION, "division": "2", "objective": "1.1"}],
    ) == ["actions, row 2, objective: Objective 1.1 is of division 1."]


def test_two_columns_with_one_heading_are_told_apart_by_nobody() -> None:
    found = sheets()
    found.headings["divisions"].append("title")
    assert [str(one) for one in wrong(found)] == [
        "divisions, row 1, title: Two columns have this heading."
    ]


def test_problems_come_in_the_order_of_the_sheets_and_rows() -> None:
    found = wrong(
        sheets(
            nonsense=[{"a": "b"}],
            risks=[{**RISK, "rag": "x"}],
            actions=[ACTION, {**ACTION, "rag": "x"}, {**ACTION, "key": ""}],
        )
    )
    assert [(one.sheet, one.row) for one in found] == [
        ("nonsense", 0),
        ("actions", 3),
        ("actions", 3),
        ("actions", 4),
        ("risks", 2),
    ]


# ---- additions to what is there


def test_additions_may_refer_to_what_is_there_without_repeating_it() -> None:
    there = sheets(actions=[ACTION])
    added = sheets(divisions=[], updates=[UPDATE], actions=[{**ACTION, "key": "1.2"}])
    assert wrong(added, there) == []
    assert wrong(added) != []


def test_a_row_that_is_there_is_not_held_to_an_objective_that_has_moved_since() -> None:
    objective = {"key": "1.1", "division": "1", "title": "x"}
    before = sheets(objectives=[objective], actions=[{**ACTION, "objective": "1.1"}])
    moved = {**objective, "division": "2"}
    there = sheets(
        divisions=[DIVISION, {**DIVISION, "key": "2"}],
        objectives=[moved],
        actions=[{**ACTION, "objective": "1.1", "division": "2"}],
    )
    assert wrong(before, there) == []


def test_a_day_after_today_is_asked_of_what_is_new() -> None:
    late = {**UPDATE, "date": "2015-05-01"}
    there = sheets(actions=[ACTION], updates=[late])
    assert wrong(sheets(actions=[ACTION], updates=[late]), there) == []


IN_SERVICE = (
    "Reports on actions, ratings of risks and status reports are made in the service, where "
    "somebody else approves them."
)
LINE = {"month": "2015-02", "kind": "target", "text": "Go on"}
PIECE = {"month": "2015-02", "text": packed(PICTURE)[0]}
RATED = {"risk": "1", "date": "2015-03-31", "rag": "R", "reason": "Worse."}


def test_what_is_made_in_the_service_is_not_added_to_what_is_there() -> None:
    there = sheets(actions=[ACTION], risks=[RISK])
    added = sheets(
        divisions=[],
        updates=[UPDATE, {**UPDATE, "number": "2"}],
        risk_ratings=[RATED],
        reports=[REPORT],
        frozen=[PIECE],
        report_lines=[LINE],
    )
    assert wrong(added, there) == []
    assert [str(one) for one in wrong(added, there, with_history=False)] == [
        f"risk_ratings: {IN_SERVICE} Here row 2 is new.",
        f"updates: {IN_SERVICE} Here 2 rows are new.",
        f"reports: {IN_SERVICE} Here row 2 is new.",
        f"frozen: {IN_SERVICE} Here row 2 is new.",
        f"report_lines: {IN_SERVICE} Here row 2 is new.",
    ]


def test_what_was_made_in_the_service_before_may_stand_in_the_file() -> None:
    whole = sheets(
        actions=[ACTION],
        risks=[RISK],
        updates=[UPDATE],
        risk_ratings=[RATED],
        reports=[REPORT],
        frozen=[PIECE],
        report_lines=[LINE],
    )
    assert wrong(whole, whole, with_history=False) == []


def test_a_post_is_known_by_the_titles_that_it_had() -> None:
    there = sheets(posts=[{"ref": "HoH", "title": "Head of Support", "also": "x; Head of Help"}])
    file = sheets(
        posts=[{"ref": "HoH", "title": "head of help"}, {"ref": "", "title": "Head of Help"}]
    )
    assert [row["ref"] for row in file.new("posts", there)] == [""]


# ---- what a report keeps


def without(picture: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in picture.items() if key != name}


@pytest.mark.parametrize("part", list(PICTURE))
@pytest.mark.parametrize("value", [None, 3.5, "x", [1], {"x": 1}, [{"ref": "1"}], {"1.1": []}])
def test_a_picture_of_another_shape_is_refused_in_words(part: str, value: Any) -> None:
    if part == "rule" and value == "x":
        value = 1
    for wrong_one in (PICTURE | {part: value}, without(PICTURE, part)):
        whole = {name: [row] for name, row in RIGHT.items()}
        whole["frozen"] = [
            {"month": "2015-02", "number": str(place) if place > 1 else "", "text": piece}
            for place, piece in enumerate(packed(wrong_one), start=1)
        ]
        assert said(**whole) == [f"frozen, row 2, text: {NOT_OURS} Wrong in it: {part}."]


@pytest.mark.parametrize(
    ("part", "inside", "value"),
    [
        ("suggested", "overall", "PURPLE"),
        ("actions", "1.1", "red"),
        ("dates", "1.1", "soon"),
        ("success", "RED", True),
        ("success", "RED", -1),
        ("success", "PURPLE", 1),
        ("changes", "since", None),
    ],
)
def test_a_wrong_value_inside_a_picture_is_refused(part: str, inside: str, value: Any) -> None:
    assert wrong_parts(PICTURE | {part: PICTURE[part] | {inside: value}}) == [part]


@pytest.mark.parametrize(
    ("part", "inside", "value"),
    [
        ("divisions", "total", "1"),
        ("risks", "rating", "red"),
        ("risks", "movement", "sideways"),
        ("risks", "mitigation", ["x"]),
    ],
)
def test_a_wrong_row_of_a_picture_is_refused(part: str, inside: str, value: Any) -> None:
    assert wrong_parts(PICTURE | {part: [PICTURE[part][0] | {inside: value}]}) == [part]


def test_a_wrong_move_of_a_picture_is_refused() -> None:
    for inside, value in (("move", "sideways"), ("now", ""), ("before", "red")):
        moved = {**PICTURE["changes"]["moved"][0], inside: value}
        changes = {**PICTURE["changes"], "moved": [moved]}
        assert wrong_parts(PICTURE | {"changes": changes}) == ["changes"]


def test_the_second_of_a_day_follows_a_first_that_is_there() -> None:
    there = sheets(actions=[ACTION], updates=[UPDATE])
    assert wrong(sheets(updates=[{**UPDATE, "number": "2"}]), there) == []


# ---- laws

CELLS = st.text(max_size=40) | st.text("0123456789/-.£kRAG,; none\n", max_size=12)


@given(st.data())
def test_no_text_in_any_cell_is_too_odd_to_be_told(data: Any) -> None:
    rows = {
        kind.name: [
            Row(number, {column.name: data.draw(CELLS) for column in kind.columns})
            for number in range(2, 4)
        ]
        for kind in (data.draw(st.sampled_from(list(KINDS.values()))) for _ in range(4))
    }
    for problem in wrong(Sheets(rows, {name: ["x"] for name in rows})):
        assert problem.text
        assert problem.sheet in KINDS


@given(st.text())
def test_a_text_is_read_as_what_it_should_be_or_refused_in_words(text: str) -> None:
    for read in (read_day, read_amount, read_titles, lambda text: unpacked([text])):
        try:
            read(text)
        except ValueError as refused:
            assert "“" in str(refused) or "export" in str(refused)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_what_a_report_keeps_is_unpacked_as_it_was_packed(picture: dict[str, Any]) -> None:
    assert unpacked(packed(picture)) == picture


def test_what_is_too_long_for_a_cell_is_cut_into_pieces_that_fit() -> None:
    picture: dict[str, Any] = {
        "actions": {str(n): sha256(bytes(n)).hexdigest() for n in range(900)}
    }
    pieces = packed(picture)
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 30_000
    assert unpacked(pieces) == picture


def test_what_is_nested_beyond_reading_is_refused_like_anything_else() -> None:
    with pytest.raises(ValueError, match="not what an export wrote"):
        unpacked([b64encode(zlib.compress(b"[" * 100_000)).decode()])


# ---- held together with other places


def test_no_plan_may_take_the_address_of_another_page() -> None:
    rooms = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]
    routes = [str(one.pattern) for room in rooms for one in room.url_patterns]
    taken = {found[1] for route in routes if (found := re.match(r"plans/([a-z-]+)/", route))}
    assert taken == set(RESERVED)


def test_the_readme_names_exactly_the_sheets_and_columns_that_there_are() -> None:
    text = Path(settings.BASE_DIR, "fixtures/plans/README.md").read_text(encoding="utf-8")
    described = {}
    for name, columns in re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", text, re.MULTILINE):
        described[name] = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", columns))

    assert described == {
        kind.name: [column.name for column in kind.columns] for kind in KINDS.values()
    }
