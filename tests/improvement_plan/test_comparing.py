"""What a file would do to a plan, said before it does it."""

from __future__ import annotations

from improvement_plan.comparing import compare, counted
from improvement_plan.sheets import Sheets
from tests.plan_sheets import ACTION, DIVISION, PLAN, REPORT, sheets

LINE = {"month": "2015-02", "kind": "target", "text": "Go on"}


def test_all_of_a_new_plan_is_new() -> None:
    found = compare(sheets(actions=[ACTION]), Sheets())
    assert (found.rows, found.is_new_plan, found.differences) == (3, True, ())
    assert found.sheets == [("plan", 1, 0, 0), ("divisions", 1, 0, 0), ("actions", 1, 0, 0)]
    assert counted(found.new) == "plan (1), divisions (1), actions (1)"


def test_what_is_there_is_not_new_and_sheets_without_news_are_not_told() -> None:
    found = compare(sheets(actions=[ACTION, {**ACTION, "key": "1.2"}]), sheets(actions=[ACTION]))
    assert found.sheets == [("actions", 1, 1, 0)]
    assert not found.is_new_plan


def test_a_row_that_says_something_else_is_told_cell_by_cell() -> None:
    there = sheets(actions=[{**ACTION, "owners": "CEO"}])
    found = compare(sheets(actions=[{**ACTION, "text": "Do more", "owners": "SMT"}]), there)
    assert found.sheets == [("actions", 0, 1, 1)]
    assert [str(one) for one in found.differences] == [
        "actions, row 2, text (1.1): left as it is. The plan says “Do it”, the file “Do more”.",
        "actions, row 2, owners (1.1): left as it is. The plan says “CEO”, the file “SMT”.",
    ]


def test_a_cell_left_blank_or_written_otherwise_says_nothing_else() -> None:
    there = sheets(
        actions=[{**ACTION, "rag": "A", "owners": "CEO", "posts": "Chief Executive\nDirector"}],
        costs=[
            {"action": "1.1", "year": "2014/15", "kind": "one-off", "printed": "£1", "amount": "10"}
        ],
    )
    same = sheets(
        actions=[{**ACTION, "rag": "amber", "owners": "", "posts": "Director\nChief Executive"}],
        costs=[
            {
                "action": "1.1",
                "year": "2014/15",
                "kind": "one-off",
                "printed": "£1",
                "amount": "10.00",
            }
        ],
    )
    assert compare(same, there).differences == ()


def test_what_the_plan_does_not_say_is_a_difference_too() -> None:
    found = compare(sheets(plan=[{**PLAN, "vision": "All are safe"}]), sheets())
    assert [str(one) for one in found.differences] == [
        "plan, row 2, vision (a-plan): left as it is. The plan says nothing, the file “All are "
        "safe”."
    ]


def test_what_settings_made_unreadable_is_a_difference_and_no_more() -> None:
    there = sheets(actions=[{**ACTION, "rag": "purple"}])
    assert len(compare(sheets(actions=[ACTION]), there).differences) == 1


def test_what_cannot_be_read_is_told_of_new_rows_by_sheet_and_row() -> None:
    cost = {"action": "1.1", "year": "2014/15", "kind": "one-off"}
    doubtful = {**ACTION, "due": "31/11/14", "owners": "CEO / Somebody"}
    there = sheets(
        posts=[{"ref": "CEO", "title": "Chief Executive"}],
        actions=[{**doubtful, "key": "1.0"}],
    )
    file = sheets(
        divisions=[{**DIVISION, "key": "2", "sponsor": "Nobody Known", "lead": "CEO"}],
        posts=[{"ref": "HoH", "title": "Head of Help"}],
        actions=[
            {**doubtful, "key": "1.0"},
            doubtful,
            {**doubtful, "key": "1.2", "due": "", "posts": "Director"},
            {**doubtful, "key": "1.3", "due": "30/04/15", "owners": "HoH and CEO"},
        ],
        costs=[
            {**cost, "printed": "£150"},
            {**cost, "kind": "ongoing", "printed": "£150", "amount": "150000"},
        ],
    )
    assert [str(one) for one in compare(file, there).doubts] == [
        "divisions, row 2, sponsor: “Nobody Known” is no post that the plan lists.",
        "actions, row 3, due: “31/11/14” is not in the calendar.",
        "actions, row 3, owners: “Somebody” is no post that the plan lists.",
        "costs, row 2, printed: “£150” is surely £150k: not counted until somebody says so.",
    ]


def test_the_lines_of_a_report_come_with_it() -> None:
    new = sheets(reports=[REPORT], report_lines=[LINE, LINE])
    assert compare(new, sheets()).new["report_lines"] == 2
    other = {**LINE, "text": "Stop"}
    found = compare(sheets(report_lines=[LINE, other]), new)
    assert (found.new["report_lines"], found.there["report_lines"]) == (0, 2)
    assert [(one.row, one.column, one.says) for one in found.differences] == [(3, "text", "Stop")]
