"""The page on which progress of an action is reported."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import AuditEvent, User
from improvement_plan.models import Action, RatedThing, RatingMeaning, Update
from improvement_plan.progress import Rating
from improvement_plan.reporting import token_of
from scorecard.models import Status
from tests.factories import UserFactory
from tests.plan_factories import ActionFactory, UpdateFactory

pytestmark = pytest.mark.django_db

PAGE = "/plans/the-plan/actions/1.1.1/report/"
SAID = {
    "rating": "2",
    "progress": "Half of it is done.",
    "reason": "One team has not begun.",
    "next_steps": "That team begins in April.",
}


@pytest.fixture
def action(db: Any) -> Action:
    """Due on 30 April 2015, amber, of a plan that is read at 31 March 2015."""
    made: Action = ActionFactory(
        key="1.1.1", text="Train the teams", division__plan__slug="the-plan"
    )
    return made


@pytest.fixture
def draft(action: Action, officer: User) -> Update:
    made: Update = UpdateFactory(action=action, status=Status.DRAFT, entered_by=officer)
    return made


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def shown(response: Any, name: str) -> str:
    """What stands in a field of the form that the page shows."""
    return str(response.context["form"][name].value() or "")


def token(response: Any) -> str:
    """The token that the page would send back."""
    found = re.search(r'name="seen" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def post(client: Client, wish: str = "save", *, seen: str = "", **typed: str) -> Any:
    return client.post(PAGE, {"action": wish, "seen": seen, **typed}, follow=True)


def problems(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


# ---- who may


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_report_does(
    method: str, action: Action, as_member: Client, as_administrator: Client
) -> None:
    for other in (as_member, as_administrator):
        assert getattr(other, method)(PAGE, SAID).status_code == 403
    assert not Update.objects.exists()


def test_who_is_not_signed_in_signs_in_first(client: Client, action: Action) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_other_methods_are_refused(as_officer: Client, action: Action) -> None:
    assert as_officer.put(PAGE).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/plans/no-plan/actions/1.1.1/report/", "/plans/the-plan/actions/9.9.9/report/"],
)
def test_what_there_is_not_has_no_page(as_officer: Client, action: Action, address: str) -> None:
    assert as_officer.get(address).status_code == 404


# ---- what it shows


def test_what_stands_is_beside_the_form(as_officer: Client, action: Action) -> None:
    action.due_date, action.owners_text = date(2015, 3, 1), "Head of QSP"
    action.save()
    for day in (1, 2, 3, 4):
        UpdateFactory(
            action=action, on=date(2015, 2, day), status=Status.APPROVED, progress=f"Step {day}."
        )
    page = text(as_officer.get(PAGE))
    for there in (
        "<title>Report progress on action 1.1.1, ",
        "Train the teams",
        "1 March 2015",
        "printed 30/04/15",
        "Rated amber though its date has passed",
        "Head of QSP",
        "Reported 4 February 2015: amber",
        "Step 2.",
    ):
        assert there in page
    assert "Step 1." not in page, "the last three"


def test_ratings_are_offered_with_what_they_mean_in_the_plan(
    as_officer: Client, action: Action
) -> None:
    RatingMeaning.objects.create(
        plan=action.plan, of=RatedThing.ACTION, rating=Rating.RED, meaning="Missing / likely to"
    )
    page = text(as_officer.get(PAGE))
    assert "<strong>Red</strong>: Missing / likely to</label>" in page
    assert "<strong>Green</strong>: Completed</label>" in page


def test_a_printed_date_that_is_none_is_told(as_officer: Client, action: Action) -> None:
    action.due_text, action.due_date = "31/11/14", None
    action.save()
    assert "“31/11/14” is not in the calendar." in text(as_officer.get(PAGE))
    response = post(as_officer, "send", **SAID)
    assert "it has none that can be read" in problems(response)["rating"][0]


def test_a_rating_shows_what_is_asked_for_it_and_nothing_else(
    as_officer: Client, draft: Update
) -> None:
    draft.status, draft.submitted_at = Status.SUBMITTED, datetime(2015, 3, 30, tzinfo=UTC)
    draft.save()
    assert "Why it is amber" in text(as_officer.get(PAGE))
    draft.rating = Rating.GREEN
    draft.save()
    page = text(as_officer.get(PAGE))
    for unasked in ("Why it is", "What happens next", draft.reason, draft.next_steps):
        assert unasked not in page


def test_a_draft_is_gone_on_with_by_whoever_may_report(as_manager: Client, draft: Update) -> None:
    response = as_manager.get(PAGE)
    assert shown(response, "progress") == draft.progress
    assert shown(response, "rating") == "2"
    assert token(response) == token_of(draft)


def test_the_managers_words_are_beside_a_returned_report(as_officer: Client, draft: Update) -> None:
    draft.status, draft.returned_reason = Status.RETURNED, "Which <team>?"
    draft.save()
    page = text(as_officer.get(PAGE))
    assert "The manager returned this report" in page
    assert "Which &lt;team&gt;?" in page
    draft.status = Status.DRAFT
    draft.save()
    page = text(as_officer.get(PAGE))
    assert "The manager asked before" in page, "still there while it is answered"
    assert "Which &lt;team&gt;?" in page


def test_what_is_with_the_manager_is_shown_and_cannot_be_changed(
    as_officer: Client, draft: Update
) -> None:
    draft.status, draft.submitted_at = Status.SUBMITTED, datetime(2015, 3, 30, tzinfo=UTC)
    draft.save()
    page = text(as_officer.get(PAGE))
    assert "With the manager since 30 March 2015" in page
    assert draft.progress in page
    assert "<textarea" not in page
    assert "Save as a draft" not in page


def test_the_page_takes_as_many_queries_for_many_reports_as_for_few(
    as_officer: Client, draft: Update
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            UpdateFactory(action=draft.action, status=Status.APPROVED)
        with CaptureQueriesContext(connection) as queries:
            as_officer.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


# ---- a draft


def test_a_draft_is_saved_however_incomplete(
    as_officer: Client, action: Action, officer: User
) -> None:
    response = post(as_officer, progress="Begun.")
    assert response.redirect_chain == [(PAGE, 302)]
    assert said(response) == "Saved as a draft. Nothing changes until it is sent and approved."
    update = Update.objects.get()
    assert (update.progress, update.status, update.entered_by) == ("Begun.", "draft", officer)


def test_enter_in_a_field_saves_and_sends_nothing(as_officer: Client, action: Action) -> None:
    """It presses the form's first button."""
    page = as_officer.get(PAGE).content.decode()
    assert page.index('value="save"') < page.index('value="send"')


@pytest.mark.parametrize("text_typed", ["31/11/2014", "soon"])
def test_a_date_that_there_is_not_is_told_in_words_and_nothing_typed_is_lost(
    as_officer: Client, action: Action, text_typed: str
) -> None:
    response = post(as_officer, progress="All done.", completed_on=text_typed)
    told = "That is no day of the calendar: write it as 28/02/2015."
    assert problems(response) == {"completed_on": [told]}
    assert f'<a href="#id_completed_on">Completed on: {told}</a>' in text(response)
    assert shown(response, "completed_on") == text_typed
    assert shown(response, "progress") == "All done."
    assert "<title>Error: " in text(response)
    # The rest is saved, and it says so.
    assert said(response) == "Saved as a draft, all but what is wrong: Completed on."
    assert Update.objects.get().progress == "All done."
    response = post(as_officer, "send", seen=token(response), **SAID, new_due=text_typed)
    assert said(response).endswith("what is wrong: New date. It was not sent.")
    assert (Update.objects.get().status, Update.objects.get().reason) == ("draft", SAID["reason"])
    assert said(post(as_officer, "send", seen=token(response), **SAID)) == "Sent to the manager."


def test_a_date_that_stands_is_not_lost_to_one_that_is_wrong(
    as_officer: Client, draft: Update
) -> None:
    draft.new_due = date(2015, 6, 30)
    draft.save()
    post(as_officer, seen=token_of(draft), progress="More.", new_due="31/11/2015")
    draft.refresh_from_db()
    assert (draft.progress, draft.new_due) == ("More.", date(2015, 6, 30))


def test_text_that_is_too_long_is_kept_as_typed_and_the_rest_is_saved(
    as_officer: Client, action: Action
) -> None:
    response = post(as_officer, **{**SAID, "evidence": "e" * 4001})
    assert problems(response) == {"evidence": ["Use 4,000 characters or fewer: this is 4001."]}
    assert shown(response, "evidence") == "e" * 4001
    assert (Update.objects.get().progress, Update.objects.get().evidence) == (SAID["progress"], "")


@pytest.mark.parametrize("wish", ["save", "send"])
@pytest.mark.parametrize("typed", [{}, {"progress": "  "}, {"new_due": "31/11/2015"}])
def test_a_blank_form_saves_nothing_and_says_so(
    as_officer: Client, action: Action, wish: str, typed: dict[str, str]
) -> None:
    response = post(as_officer, wish, **typed)
    told = "Nothing that can be kept is written here, so nothing is saved."
    assert problems(response)["progress"] == [told]
    assert "What you typed is not saved" not in text(response), "nobody else wrote meanwhile"
    assert not Update.objects.exists()


def test_an_answer_of_several_lines_that_nobody_touched_keeps_its_writer(
    as_officer: Client, action: Action, manager: User
) -> None:
    """Four eyes: browsers send line ends in their own way, and that is no change."""
    update = UpdateFactory(
        action=action, status=Status.DRAFT, entered_by=manager, progress="One.\nTwo."
    )
    typed = {**SAID, "progress": "One.\r\nTwo."}
    post(as_officer, "send", seen=token_of(update), **typed)
    update.refresh_from_db()
    assert update.status == Status.SUBMITTED
    assert update.entered_by == manager


# ---- sending


def test_a_whole_report_goes_to_the_manager(as_officer: Client, action: Action) -> None:
    response = post(as_officer, "send", **SAID)
    assert response.redirect_chain == [(PAGE, 302)]
    assert said(response) == "Sent to the manager."
    assert "With the manager since" in text(response)
    assert Update.objects.get().status == Status.SUBMITTED


def test_what_it_still_needs_stands_at_the_fields_and_what_was_typed_is_saved(
    as_officer: Client, action: Action
) -> None:
    response = post(as_officer, "send", rating="3", progress="All done.")
    assert problems(response) == {
        "completed_on": ["Green means completed: say when it was completed."],
        "evidence": ["Green means completed: say what shows it."],
    }
    page = text(response)
    assert '<a href="#id_evidence">Evidence: Green means completed' in page
    assert said(response) == "Saved as a draft. It was not sent: it says below what it needs."
    assert Update.objects.get().progress == "All done."
    # Putting it right on that very page goes through.
    typed = {"rating": "3", "progress": "All done.", "evidence": "x", "completed_on": "20/03/2015"}
    response = post(as_officer, "send", seen=token(response), **typed)
    assert said(response) == "Sent to the manager."


def test_amber_on_a_date_that_has_passed_is_refused_unless_there_is_a_new_date(
    as_officer: Client, action: Action
) -> None:
    action.due_date = date(2015, 2, 28)
    action.save()
    response = post(as_officer, "send", **SAID)
    assert "that date has passed" in problems(response)["rating"][0]
    moved = {**SAID, "new_due": "30/06/2015", "due_reason": "The bid comes in May."}
    assert said(post(as_officer, "send", seen=token(response), **moved)) == "Sent to the manager."


# ---- discarding


def test_a_draft_is_discarded(as_officer: Client, draft: Update) -> None:
    response = post(as_officer, "discard", seen=token_of(draft))
    assert said(response) == "The report on action 1.1.1 is discarded."
    assert not Update.objects.exists()
    assert "Discard this report" not in text(response)


def test_what_somebody_changed_meanwhile_is_not_discarded(
    as_officer: Client, draft: Update
) -> None:
    seen = token_of(draft)
    draft.version += 1
    draft.save()
    response = post(as_officer, "discard", seen=seen)
    assert said(response).startswith("Nothing was discarded. officer saved a report")
    assert Update.objects.exists()


# ---- two people


def test_the_second_sees_both_and_loses_nothing_typed(
    as_officer: Client, as_manager: Client, manager: User, action: Action
) -> None:
    opened = token(as_officer.get(PAGE))
    post(as_manager, seen=opened, progress="What the manager wrote.")
    response = post(as_officer, seen=opened, progress="What the officer wrote.", rating="1")
    page = text(response)
    assert "manager saved a report on this action on" in page
    assert "What you typed is not saved" in page
    assert "What the manager wrote." in page
    assert shown(response, "progress") == "What the officer wrote."
    assert Update.objects.get().progress == "What the manager wrote."
    # Knowingly: the page now has the token of what it shows.
    response = post(as_officer, seen=token(response), progress="What the officer wrote.")
    assert said(response).startswith("Saved as a draft.")
    assert Update.objects.get().progress == "What the officer wrote."
    trail = AuditEvent.objects.filter(action="saved a report", user=manager).get()
    assert trail.detail["progress"] == "What the manager wrote."


def test_what_was_typed_of_a_report_that_went_to_the_manager_meanwhile_is_kept_to_copy(
    as_officer: Client, draft: Update
) -> None:
    seen = token_of(draft)
    draft.status, draft.version = Status.SUBMITTED, 2
    draft.submitted_at = datetime(2015, 3, 30, tzinfo=UTC)
    draft.save()
    response = post(as_officer, seen=seen, progress="Typed meanwhile.")
    page = text(response)
    assert "This report was sent to the manager on" in page
    assert "keep a copy of it" in page
    assert shown(response, "progress") == "Typed meanwhile."
    assert "Save as a draft" not in page, "it could only be refused"


def test_what_was_typed_of_a_report_that_is_gone_can_begin_a_new_one(
    as_officer: Client, draft: Update
) -> None:
    seen = token_of(draft)
    draft.delete()
    response = post(as_officer, seen=seen, progress="Typed meanwhile.")
    assert "Save again to begin a new report with it." in text(response)
    post(as_officer, seen=token(response), progress=shown(response, "progress"))
    assert Update.objects.get().progress == "Typed meanwhile."


@pytest.mark.parametrize("seen", ["x", "1", "1.x", "9" * 40 + ".1", "\x00"])
def test_a_token_that_was_made_up_is_a_conflict_and_no_fault(
    as_officer: Client, draft: Update, seen: str
) -> None:
    response = post(as_officer, seen=seen, progress="Typed.")
    assert response.status_code == 200
    assert shown(response, "progress") == "Typed."


# ---- a sign-in that ended meanwhile


def typed_while_signed_out(client: Client, person: User) -> Any:
    data = {"by": str(person.pk), "seen": "", "action": "save", "progress": "Typed <before>."}
    location = client.post(PAGE, {**data, "new_due": "31/11/2014"})["Location"]
    assert location == f"/accounts/login/?next={PAGE}"
    credentials = {"login": person.username, "password": "a long pass phrase"}
    return client.post(unescape(location), credentials, follow=True)


def test_what_a_signed_out_person_sends_waits_for_their_sign_in(
    client: Client, officer: User, action: Action
) -> None:
    response = typed_while_signed_out(client, officer)
    page = text(response)
    assert "You had been signed out when you saved." in page
    assert shown(response, "progress") == "Typed <before>."
    assert shown(response, "new_due") == "31/11/2014"
    assert not Update.objects.exists()
    response = client.post(PAGE, {"progress": "Typed.", "seen": token(response)}, follow=True)
    assert Update.objects.get().progress == "Typed."
    assert "You had been signed out" not in text(response)


def test_it_can_be_discarded(client: Client, officer: User, action: Action) -> None:
    typed_while_signed_out(client, officer)
    response = post(client, "forget")
    assert "You had been signed out" not in text(response)
    assert shown(response, "progress") == ""


def test_it_is_shown_on_no_other_page_and_to_nobody_else(
    client: Client, officer: User, action: Action
) -> None:
    ActionFactory(key="1.1.2", division=action.division)
    typed_while_signed_out(client, officer)
    other = client.get("/plans/the-plan/actions/1.1.2/report/")
    assert "You had been signed out" not in text(other)
    client.logout()
    client.force_login(UserFactory())
    assert "You had been signed out" not in text(client.get(PAGE))


def test_what_changed_while_they_signed_in_is_told(
    client: Client, officer: User, action: Action
) -> None:
    response = typed_while_signed_out(client, officer)
    UpdateFactory(action=action, status=Status.DRAFT, progress="Written meanwhile.")
    response = client.get(PAGE)
    response = post(client, seen=token(response), progress=shown(response, "progress"))
    assert "Written meanwhile." in text(response)
    assert "What you typed is not saved" in text(response)
