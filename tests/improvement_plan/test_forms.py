"""What people type of a plan's actions, and what is read in it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from improvement_plan.forms import OwnerForm, ReportForm, ReturnForm, rating_choices
from improvement_plan.models import Action, RatedThing, RatingMeaning
from improvement_plan.progress import RATED, Rating
from improvement_plan.reporting import LONGEST
from improvement_plan.workflow import Problem, Said
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import ActionFactory, UpdateFactory

pytestmark = pytest.mark.django_db

WHOLE = {
    "rating": "1",
    "progress": "Half of it is done.",
    "evidence": "Minutes of 3 March.",
    "completed_on": "20/03/2015",
    "reason": "One team has not begun.",
    "next_steps": "It begins in April.",
    "new_due": "30/6/15",
    "due_reason": "The bid comes in May.",
}


@pytest.fixture
def action(db: Any) -> Action:
    made: Action = ActionFactory()
    return made


def errors_of(action: Action, **typed: str) -> dict[str, list[str]]:
    return dict(ReportForm(action, None, typed).errors)


# ---- a report


def test_what_is_typed_is_what_is_said() -> None:
    assert read(WHOLE) == Said(
        rating=Rating.RED,
        progress="Half of it is done.",
        evidence="Minutes of 3 March.",
        completed_on=date(2015, 3, 20),
        reason="One team has not begun.",
        next_steps="It begins in April.",
        new_due=date(2015, 6, 30),
        due_reason="The bid comes in May.",
    )


def test_nothing_at_all_may_be_saved() -> None:
    assert read({}) == Said()


def test_what_stands_is_shown_and_sent_back_as_it_was(action: Action) -> None:
    said = replace(read(WHOLE), progress="One line.\nAnother.")
    stands = UpdateFactory(action=action, status=Status.DRAFT, **asdict(said))
    shown = ReportForm(action, stands)
    assert read({name: browser(shown[name]) for name in shown.fields}) == said


def read(typed: dict[str, str]) -> Said:
    form = ReportForm(ActionFactory(), None, typed)
    assert form.is_valid()
    return form.said


def browser(field: Any) -> str:
    """What a browser sends of a field that nobody touched: its lines end in CRLF."""
    value = field.value()
    if isinstance(value, date):
        value = field.field.widget.format_value(value)
    return str(int(value) if isinstance(value, Rating) else value).replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text", ["28/02/2015", "28/2/2015", "28/02/15", "28 February 2015", "28 Feb 2015"]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read({"new_due": text}).new_due == date(2015, 2, 28)


@pytest.mark.parametrize("text", ["31/11/2014", "Sept 14", "2015-02-28", "soon", "30/02", "٣١/١"])
def test_what_is_no_day_is_refused_in_words_and_kept_as_typed(action: Action, text: str) -> None:
    form = ReportForm(action, None, {"completed_on": text})
    told = "That is no day of the calendar: write it as 28/02/2015."
    assert form.errors == {"completed_on": [told]}
    assert f'value="{text}"' in str(form["completed_on"])


@pytest.mark.parametrize("text", ["30/06/0215", "30/06/1999", "30/06/2115"])
def test_a_year_that_cannot_be_meant_is_refused(action: Action, text: str) -> None:
    told = "Check the year: it is not between 2000 and 2100."
    assert errors_of(action, new_due=text) == {"new_due": [told]}


def test_a_rating_that_there_is_not_is_refused(action: Action) -> None:
    for wrong in ("4", "0", "green"):
        assert errors_of(action, rating=wrong) == {"rating": ["Choose red, amber or green."]}


def test_an_answer_has_a_longest_length(action: Action) -> None:
    assert errors_of(action, progress="x" * LONGEST) == {}
    told = "Use 4,000 characters or fewer: this is 4001."
    assert errors_of(action, progress="x" * (LONGEST + 1)) == {"progress": [told]}
    lines = "\r\n".join("x" for _ in range(LONGEST // 2))
    assert errors_of(action, progress=lines) == {}, "a line's end counts once"


def test_a_long_answer_is_counted_and_never_cut(action: Action) -> None:
    shown = ReportForm(action, None)["evidence"].as_field_group()
    assert 'data-module="govuk-character-count" data-maxlength="4000"' in shown
    assert 'aria-describedby="id_evidence_helptext id_evidence-info"' in shown
    assert 'id="id_evidence-info">You can enter up to 4,000 characters<' in shown
    assert " maxlength=" not in shown, "a browser would cut what is pasted, and not say so"
    other = ReportForm(action, None)["new_due"].as_field_group()
    assert "character-count" not in other


def test_of_what_is_wrong_what_stood_before_is_kept(action: Action) -> None:
    stands = UpdateFactory(action=action, status=Status.DRAFT, new_due=date(2015, 6, 30))
    typed = {**WHOLE, "new_due": "31/11/2015", "evidence": "x" * (LONGEST + 1)}
    form = ReportForm(action, stands, typed)
    assert set(form.errors) == {"new_due", "evidence"}
    assert form.said == replace(read(WHOLE), new_due=date(2015, 6, 30), evidence="")


def test_what_the_rules_need_stands_at_its_field(action: Action) -> None:
    form = ReportForm(action, None, WHOLE)
    assert form.is_valid()
    form.need([Problem("reason", "Say why it is red.")])
    assert form.errors == {"reason": ["Say why it is red."]}
    assert "govuk-textarea--error" in str(form["reason"])


# ---- what a rating means


def test_ratings_mean_what_the_plan_says(action: Action) -> None:
    for rating, of, meaning in (
        (Rating.RED, RatedThing.ACTION, "Missing <it>"),
        (Rating.AMBER, RatedThing.MEASURE, "Acceptable performance"),
    ):
        RatingMeaning.objects.create(plan=action.plan, of=of, rating=rating, meaning=meaning)
    assert rating_choices(action.plan) == [
        (1, "<strong>Red</strong>: Missing &lt;it&gt;"),
        (2, "<strong>Amber</strong>: On track to meet its date"),
        (3, "<strong>Green</strong>: Completed"),
    ]


def test_every_rating_can_be_chosen_and_no_other(action: Action) -> None:
    chosen = [value for value, _ in rating_choices(action.plan)]
    assert chosen == list(RATED)


# ---- a manager's words


def test_a_report_goes_back_with_words() -> None:
    assert ReturnForm({"reason": "  Which team? "}).is_valid()
    for blank in ("", "  "):
        form = ReturnForm({"reason": blank})
        assert form.errors == {"reason": ["Say what you ask, or why the report is returned."]}


# ---- whose actions


def test_ones_own_post_unless_another_is_chosen() -> None:
    own, other = PostFactory(), PostFactory()
    ActionFactory(owned_by=[own, other])
    assert OwnerForm(own, {}).chosen == own
    assert OwnerForm(own, {"post": ""}).chosen == own
    assert OwnerForm(own, {"post": str(other.pk)}).chosen == other
    assert OwnerForm(None, {}).chosen is None


def test_only_posts_that_own_actions_can_be_chosen_each_once() -> None:
    owner, idle = PostFactory(), PostFactory()
    ActionFactory.create_batch(2, owned_by=[owner])
    form = OwnerForm(None, {})
    assert [label for _, label in form.fields["post"].choices] == ["Choose a post", owner.title]
    assert OwnerForm(None, {"post": str(idle.pk)}).chosen is None


@pytest.mark.parametrize("query", ["post=x", "post=0", "post=" + "9" * 40, "post=-1"])
def test_a_post_that_there_is_not_is_refused_in_words(query: str) -> None:
    own = PostFactory()
    form = OwnerForm(own, QueryDict(query))
    told = "There is no such owner: choose one of the list."
    assert form.errors == {"post": [told]}
    assert form.chosen is None, "somebody else’s actions were asked for, so one’s own are no answer"
