"""The pages on which a manager approves or returns reports on actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from improvement_plan.models import Update
from improvement_plan.progress import Rating
from improvement_plan.reporting import token_of
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import ActionFactory, DivisionFactory, UpdateFactory

pytestmark = pytest.mark.django_db

QUEUE = "/plans/decide/"


@pytest.fixture
def waiting(officer: User) -> Update:
    """A report of the officer that an amber action is red, and needs until June."""
    update: Update = UpdateFactory(
        action__key="1.1.1",
        action__text="Train the teams",
        rating=Rating.RED,
        progress="Two of five teams.",
        evidence="The training log.",
        new_due=date(2015, 6, 30),
        due_reason="The trainer left.",
        entered_by=officer,
        submitted_at=datetime(2015, 3, 30, 9, tzinfo=UTC),
    )
    return update


def page_of(update: Update) -> str:
    return f"{QUEUE}{update.pk}/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def decide(client: Client, update: Update, decision: str, *, seen: str = "", **typed: str) -> Any:
    data = {"decision": decision, "seen": seen or token_of(update), **typed}
    return client.post(page_of(update), data, follow=True)


# ---- who may


def test_only_a_manager_sees_and_decides(
    client: Client,
    as_officer: Client,
    as_member: Client,
    as_administrator: Client,
    waiting: Update,
) -> None:
    page = page_of(waiting)
    for other in (as_officer, as_member, as_administrator):
        assert other.get(QUEUE).status_code == 403
        assert other.get(page).status_code == 403
        assert decide(other, waiting, "approve").status_code == 403
    assert client.get(QUEUE)["Location"] == f"/accounts/login/?next={QUEUE}"
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_other_methods_are_refused(as_manager: Client, waiting: Update) -> None:
    assert as_manager.post(QUEUE).status_code == 405
    assert as_manager.put(page_of(waiting)).status_code == 405


def test_a_report_that_there_is_not_has_no_page(as_manager: Client) -> None:
    assert as_manager.get(f"{QUEUE}999/").status_code == 404


# ---- the queue


def test_nothing_waits(as_manager: Client) -> None:
    for status in (Status.DRAFT, Status.RETURNED, Status.APPROVED):
        UpdateFactory(status=status)
    assert "No report waits for a decision" in text(as_manager.get(QUEUE))


def test_each_report_is_shown_with_before_and_after_and_what_was_said(
    as_manager: Client, waiting: Update
) -> None:
    page = text(as_manager.get(QUEUE))
    for shown in (
        "1 report waits for a decision",
        f'href="{page_of(waiting)}">1.1.1 Train the teams</a>',
        "rag--amber",
        "30 April 2015",
        "rag--red",
        "new date: 30 June 2015",
        "Two of five teams.",
        "30 March 2015",
        "written by officer",
    ):
        assert shown in page


def test_whose_action_it_is_is_told_and_that_another_post_wrote_the_report(
    as_manager: Client, officer: User, waiting: Update
) -> None:
    owner, other = PostFactory(title="Head of Standards"), PostFactory(title="Head of Placements")
    waiting.action.owners.set([owner])
    pages = (QUEUE, page_of(waiting))
    for post, words in ((other, "of another post (Head of Placements)"), (None, "who has no post")):
        officer.post = post
        officer.save()
        for page in pages:
            shown = text(as_manager.get(page))
            assert "Owner: Head of Standards" in shown
            assert words in shown
    officer.post = owner
    officer.save()
    for page in pages:
        shown = text(as_manager.get(page))
        assert "of another post" not in shown and "who has no post" not in shown


def test_a_printed_date_that_is_none_is_told(as_manager: Client, waiting: Update) -> None:
    waiting.action.due_text, waiting.action.due_date = "31/11/14", None
    waiting.action.save()
    for page in (QUEUE, page_of(waiting)):
        assert "“31/11/14” is not in the calendar." in text(as_manager.get(page))


def test_the_oldest_comes_first(as_manager: Client) -> None:
    for day in (20, 10, 15):
        UpdateFactory(
            action__text=f"Sent on the {day}th",
            submitted_at=datetime(2015, 3, day, tzinfo=UTC),
        )
    response = as_manager.get(QUEUE)
    found = [case.row.action.text for case in response.context["cases"]]
    assert found == ["Sent on the 10th", "Sent on the 15th", "Sent on the 20th"]
    assert "3 reports wait for a decision" in text(response)


def test_the_queue_takes_as_many_queries_for_many_reports_as_for_few(
    as_manager: Client, officer: User
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(6):
            action = ActionFactory(division=DivisionFactory(), owned_by=[PostFactory()])
            UpdateFactory(action=action, entered_by=officer, submitted_at=datetime.now(UTC))
        with CaptureQueriesContext(connection) as queries:
            as_manager.get(QUEUE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 6


# ---- one report


def test_a_report_is_shown_whole(as_manager: Client, waiting: Update) -> None:
    page = text(as_manager.get(page_of(waiting)))
    for shown in (
        "<title>Decide on the report on action 1.1.1, ",
        "It stands now",
        "30 April 2015",
        "Due in 30 days",
        "30 June 2015",
        "Two of five teams.",
        "The training log.",
        "Why it is red",
        "The trainer left.",
        "By officer",
    ):
        assert shown in page


def test_a_date_that_does_not_change_says_so(as_manager: Client, waiting: Update) -> None:
    waiting.new_due = None
    waiting.save()
    assert '30 April 2015<span class="note">no change</span>' in text(
        as_manager.get(page_of(waiting))
    )


def test_what_the_manager_asked_before_is_shown(as_manager: Client, waiting: Update) -> None:
    waiting.returned_reason = "Which teams?"
    waiting.save()
    page = text(as_manager.get(page_of(waiting)))
    assert "Asked before:</strong> Which teams?" in page


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED, Status.APPROVED])
def test_what_does_not_wait_leads_back_to_the_queue(as_manager: Client, status: str) -> None:
    update = UpdateFactory(status=status)
    response = as_manager.get(page_of(update), follow=True)
    assert response.redirect_chain == [(QUEUE, 302)]
    assert "so it cannot be approved" in said(response)


# ---- deciding


def test_an_approved_report_is_how_the_action_stands(
    as_manager: Client, manager: User, waiting: Update
) -> None:
    response = decide(as_manager, waiting, "approve")
    assert response.redirect_chain == [(QUEUE, 302)]
    assert said(response) == "Approved: action 1.1.1 stands as reported."
    waiting.refresh_from_db()
    waiting.action.refresh_from_db()
    assert (waiting.status, waiting.approved_by) == (Status.APPROVED, manager)
    assert (waiting.action.rating, waiting.action.due_date) == (Rating.RED, date(2015, 6, 30))


def test_a_report_goes_back_with_a_question(as_manager: Client, waiting: Update) -> None:
    response = decide(as_manager, waiting, "return", reason="Which teams?")
    assert response.redirect_chain == [(QUEUE, 302)]
    assert said(response) == "The report on action 1.1.1 is returned."
    waiting.refresh_from_db()
    assert (waiting.status, waiting.returned_reason) == (Status.RETURNED, "Which teams?")


@pytest.mark.parametrize("decision", ["return", "", "publish"])
def test_nothing_is_decided_without_a_word_or_a_decision(
    as_manager: Client, waiting: Update, decision: str
) -> None:
    response = decide(as_manager, waiting, decision, reason=" ")
    assert "Say what you ask, or why the report is returned." in text(response)
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_words_that_are_too_long_are_kept_as_typed(as_manager: Client, waiting: Update) -> None:
    long = "Why? " * 1000
    response = decide(as_manager, waiting, "return", reason=long)
    assert "Use 4,000 characters or fewer: this is 4999." in text(response)
    assert long.strip() in response.content.decode()


# ---- four eyes


def test_ones_own_report_is_shown_and_cannot_be_decided_on(
    as_manager: Client, manager: User, waiting: Update
) -> None:
    waiting.entered_by = manager
    waiting.save()
    for page in (QUEUE, page_of(waiting)):
        shown = text(as_manager.get(page))
        assert "You wrote this report, so somebody else must decide on it." in shown
        assert "Two of five teams." in shown
        assert 'name="decision"' not in shown
    for decision in ("approve", "return"):
        response = decide(as_manager, waiting, decision, reason="Which teams?")
        assert "You wrote this report" in response.context["errors"][0]["text"]
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_a_report_that_one_sent_is_shown_and_cannot_be_decided_on(
    as_manager: Client, manager: User, waiting: Update
) -> None:
    waiting.submitted_by = manager
    waiting.save()
    for page in (QUEUE, page_of(waiting)):
        shown = text(as_manager.get(page))
        assert "You sent this report, so somebody else must decide on it." in shown
        assert "by manager" in shown
        assert 'name="decision"' not in shown
    response = decide(as_manager, waiting, "approve")
    assert "You sent this report" in response.context["errors"][0]["text"]


# ---- a sign-in that ended meanwhile


def asked_while_signed_out(client: Client, manager: User, update: Update) -> Any:
    data = {"by": str(manager.pk), "seen": token_of(update), "decision": "return"}
    location = client.post(page_of(update), {**data, "reason": "Which <teams>?"})["Location"]
    assert location == f"/accounts/login/?next={page_of(update)}"
    client.force_login(manager)
    return client.get(page_of(update))


def test_a_question_of_a_signed_out_manager_waits_for_their_sign_in(
    client: Client, manager: User, waiting: Update
) -> None:
    page = text(asked_while_signed_out(client, manager, waiting))
    assert "You had been signed out when you saved." in page
    assert "Which &lt;teams&gt;?" in page
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED, "nothing is decided meanwhile"
    decide(client, waiting, "return", reason="Which teams?")
    waiting.refresh_from_db()
    assert waiting.returned_reason == "Which teams?"


def test_it_can_be_discarded(client: Client, manager: User, waiting: Update) -> None:
    asked_while_signed_out(client, manager, waiting)
    response = client.post(page_of(waiting), {"action": "forget"}, follow=True)
    page = text(response)
    assert "You had been signed out" not in page and "Which" not in page
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_an_approval_of_a_signed_out_manager_is_none(
    client: Client, manager: User, waiting: Update
) -> None:
    client.post(page_of(waiting), {"decision": "approve", "seen": token_of(waiting)})
    client.force_login(manager)
    assert "You had been signed out" not in text(client.get(page_of(waiting)))
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_a_question_on_a_report_that_changed_while_they_signed_in_is_told(
    client: Client, manager: User, waiting: Update
) -> None:
    asked_while_signed_out(client, manager, waiting)
    seen = token_of(waiting)
    waiting.progress, waiting.version = "Three of five teams.", 3
    waiting.save()
    response = client.get(page_of(waiting))
    assert response.context["seen"] == seen
    response = decide(client, waiting, "return", seen=seen, reason="Which teams?")
    assert "This report was sent to the manager on" in response.context["errors"][0]["text"]


def test_a_question_on_a_report_that_was_decided_while_they_signed_in_is_there_to_copy(
    client: Client, manager: User, waiting: Update
) -> None:
    waiting.status, waiting.approved_at = Status.APPROVED, datetime(2015, 4, 1, tzinfo=UTC)
    waiting.save()
    page = text(asked_while_signed_out(client, manager, waiting))
    assert "Which &lt;teams&gt;?" in page
    assert "so it cannot be approved" in page
    assert 'name="decision"' not in page


# ---- changed meanwhile


def test_a_report_that_was_sent_anew_meanwhile_is_shown_again_before_a_decision(
    as_manager: Client, waiting: Update
) -> None:
    seen = token_of(waiting)
    waiting.progress, waiting.version = "Three of five teams.", 3
    waiting.save()
    response = decide(as_manager, waiting, "approve", seen=seen)
    assert "This report was sent to the manager on" in response.context["errors"][0]["text"]
    assert "Three of five teams." in text(response)
    # Having seen it, they may decide.
    waiting.refresh_from_db()
    assert said(decide(as_manager, waiting, "approve")).startswith("Approved")


def test_what_a_colleague_decided_meanwhile_is_told_and_the_words_are_kept(
    as_manager: Client, waiting: Update
) -> None:
    seen = token_of(waiting)
    waiting.status, waiting.version = Status.APPROVED, 2
    waiting.approved_at = datetime(2015, 4, 1, tzinfo=UTC)
    waiting.save()
    response = decide(as_manager, waiting, "return", seen=seen, reason="Which teams?")
    page = text(response)
    assert "Somebody approved or discarded this report" in page
    assert "Which teams?" in page
    assert 'name="decision"' not in page
    assert "It will stand" not in page
