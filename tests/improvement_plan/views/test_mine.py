"""My actions: what a post's actions ask of it now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import Post, User
from improvement_plan.models import Action
from improvement_plan.progress import Rating
from improvement_plan.views.mine import OwnedAction, finding, owned_actions
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import ActionFactory, DivisionFactory, PlanFactory, UpdateFactory

pytestmark = pytest.mark.django_db

PAGE = "/plans/mine/"
PAST, SOON, LATER = date(2015, 2, 28), date(2015, 4, 30), date(2015, 9, 30)


@pytest.fixture
def post(officer: User) -> Post:
    """The officer's post."""
    made: Post = PostFactory(title="Head of Standards")
    officer.post = made
    officer.save()
    return made


def owned(post: Post, **fields: Any) -> Action:
    action: Action = ActionFactory(owned_by=[post], **fields)
    return action


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def sections(response: Any) -> dict[str, list[str]]:
    """The keys of the actions in each section."""
    return {
        section.label: [one.row.action.key for one in actions]
        for section, actions in response.context["sections"].items()
    }


# ---- who may


def test_only_who_reports_progress_sees_it(
    client: Client, as_member: Client, as_administrator: Client, as_manager: Client
) -> None:
    for other in (as_member, as_administrator):
        assert other.get(PAGE).status_code == 403
    assert as_manager.get(PAGE).status_code == 200
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_other_methods_are_refused(as_officer: Client) -> None:
    assert as_officer.post(PAGE).status_code == 405


# ---- what it says first


def test_the_finding_stands_first(as_officer: Client, post: Post) -> None:
    owned(post, due_date=PAST), owned(post, due_date=LATER), owned(post, due_date=PAST)
    ActionFactory(due_date=PAST)  # nobody's
    page = text(as_officer.get(PAGE))
    assert '<h1 class="govuk-heading-l">2 of your 3 actions are overdue</h1>' in page
    assert "<title>My actions – " in page


@pytest.mark.parametrize(
    ("overdue", "total", "mine", "of_another"),
    [
        (0, 0, "Your post owns no action of any plan", "Head of X owns no action of any plan"),
        (0, 1, "Your one action is not overdue", "The one action of Head of X is not overdue"),
        (1, 1, "Your one action is overdue", "The one action of Head of X is overdue"),
        (
            0,
            2,
            "None of your 2 actions is overdue",
            "None of the 2 actions of Head of X is overdue",
        ),
        (1, 2, "1 of your 2 actions is overdue", "1 of the 2 actions of Head of X is overdue"),
        (2, 2, "2 of your 2 actions are overdue", "2 of the 2 actions of Head of X are overdue"),
    ],
)
def test_the_finding_is_a_sentence(overdue: int, total: int, mine: str, of_another: str) -> None:
    post = PostFactory(title="Head of X")
    for number in range(total):
        owned(post, due_date=PAST if number < overdue else LATER)
    actions: list[OwnedAction] = owned_actions(post)
    assert finding(actions, None) == mine
    assert finding(actions, post) == of_another


def test_who_has_no_post_is_told_and_that_an_administrator_gives_it(as_officer: Client) -> None:
    page = text(as_officer.get(PAGE))
    assert "Your account has no post, so no action is yours." in page
    assert "An administrator gives it one" in page
    assert '<h1 class="govuk-heading-l">My actions</h1>' in page


def test_a_post_without_actions_is_told(as_officer: Client, post: Post) -> None:
    page = text(as_officer.get(PAGE))
    assert "Your post owns no action of any plan" in page
    assert "no post" not in page


# ---- sections


def test_each_action_stands_once_where_it_asks_for_most(as_officer: Client, post: Post) -> None:
    owned(post, key="late", due_date=PAST)
    owned(post, key="soon", due_date=SOON)
    owned(post, key="silent", due_date=LATER)
    told = owned(post, key="told", due_date=LATER)
    UpdateFactory(action=told, on=date(2015, 3, 1), status=Status.APPROVED)
    sent = owned(post, key="sent", due_date=LATER)
    UpdateFactory(action=sent, submitted_at=datetime(2015, 3, 30, tzinfo=UTC))
    owned(post, key="done", due_date=PAST, rating=Rating.GREEN)
    response = as_officer.get(PAGE)
    assert sections(response) == {
        "Overdue": ["late"],
        "Due in 30 days": ["soon"],
        "An update is wanted": ["silent"],
        "With the manager": ["sent"],
        "Nothing to do now": ["told"],
        "Completed": ["done"],
    }
    page = text(response)
    assert "With the manager since 30 March 2015" in page
    assert "Last reported 1 March 2015" in page
    assert '<details class="govuk-details" id="completed">' in page, "folded"


def test_the_last_approved_report_counts_and_no_other(as_officer: Client, post: Post) -> None:
    old = owned(post, key="old", due_date=LATER)
    UpdateFactory(action=old, on=date(2015, 2, 1), status=Status.APPROVED)
    UpdateFactory(action=old, on=date(2015, 2, 28), status=Status.APPROVED)
    UpdateFactory(action=old, on=date(2015, 3, 30), status=Status.DRAFT)
    assert sections(as_officer.get(PAGE)) == {"An update is wanted": ["old"]}


def test_a_report_with_the_manager_does_not_hide_that_the_action_is_overdue(
    as_officer: Client, post: Post
) -> None:
    sent = owned(post, key="sent", due_date=PAST)
    UpdateFactory(action=sent, submitted_at=datetime(2015, 3, 30, tzinfo=UTC))
    response = as_officer.get(PAGE)
    assert sections(response) == {"Overdue": ["sent"]}
    assert "1 report is with the manager." in text(response)
    assert "See the report" in text(response)


def test_a_returned_report_comes_first_with_the_managers_words(
    as_officer: Client, post: Post
) -> None:
    action = owned(post, key="1.1", text="Train the teams", due_date=LATER)
    UpdateFactory(action=action, status=Status.RETURNED, returned_reason="Which <team>?")
    page = text(as_officer.get(PAGE))
    assert page.index("Returned to you, with the manager’s words") < page.index('role="search"')
    assert "Which &lt;team&gt;?" in page
    assert "Answer the manager" in page


@pytest.mark.parametrize("by", ["entered_by", "submitted_by"])
@pytest.mark.parametrize("has_post", [True, False])
def test_ones_reports_on_actions_of_other_posts_are_there_too(
    as_officer: Client, officer: User, post: Post, by: str, has_post: bool
) -> None:
    if not has_post:
        officer.post = None
        officer.save()
    other = PostFactory(title="Head of Placements")
    for status in (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.APPROVED):
        UpdateFactory(
            action=owned(other, key=status.value, text=f"Do {status.value}"),
            status=status,
            returned_reason="Which team?" if status == Status.RETURNED else "",
            submitted_at=datetime(2015, 3, 30, tzinfo=UTC),
            **{by: officer},
        )
    UpdateFactory(action=owned(other, key="theirs"))
    response = as_officer.get(PAGE)
    found = {one.row.action.key for one in response.context["elsewhere"]}
    assert found == {"draft", "submitted", "returned"}
    page = text(response)
    for shown in (
        "Your reports on actions of other posts: 3",
        "Owner: Head of Placements",
        "Returned to you, with the manager’s words",
        "Which team?",
        "1 report is with the manager.",
        "With the manager since 30 March 2015",
        "Go on with the draft",
    ):
        assert shown in page


def test_ones_report_on_ones_own_action_is_there_once(
    as_officer: Client, officer: User, post: Post
) -> None:
    UpdateFactory(action=owned(post), status=Status.RETURNED, entered_by=officer)
    response = as_officer.get(PAGE)
    assert response.context["elsewhere"] == []
    assert len(response.context["returned"]) == 1


def test_looking_at_anothers_actions_does_not_show_ones_own_reports(
    as_officer: Client, officer: User, post: Post
) -> None:
    other = PostFactory()
    UpdateFactory(action=owned(PostFactory()), status=Status.RETURNED, entered_by=officer)
    owned(other)
    assert as_officer.get(PAGE, {"post": other.pk}).context["returned"] == []


def test_a_row_has_its_date_rating_flags_place_and_a_link_to_report(
    as_officer: Client, post: Post
) -> None:
    division = DivisionFactory(
        ref="3", title="Improving practice", plan=PlanFactory(slug="a-plan", short_title="A plan")
    )
    action = owned(
        post, key="3.1", text="Train the teams", division=division, due_date=PAST, due_text="Feb 15"
    )
    page = text(as_officer.get(PAGE))
    for shown in (
        f'href="{action.get_absolute_url()}">3.1 Train the teams</a>',
        "A plan, Workstream 3: Improving practice",
        "28 February 2015",
        "Overdue</span>",
        "Rated amber though its date has passed",
        "rag--amber",
        'href="/plans/a-plan/actions/3.1/report/">Report progress<',
        "Not reported yet",
        "A plan, read as at 31 March 2015.",
    ):
        assert shown in page


def test_a_draft_is_gone_on_with(as_officer: Client, post: Post) -> None:
    UpdateFactory(action=owned(post), status=Status.DRAFT)
    page = text(as_officer.get(PAGE))
    assert "Go on with the draft" in page
    assert "Draft saved" in page


def test_actions_of_every_plan_are_there_each_read_at_its_own_day(
    as_officer: Client, post: Post
) -> None:
    owned(post, key="then", due_date=LATER)
    now = DivisionFactory(plan=PlanFactory(read_at=None))
    owned(post, key="now", division=now, due_date=LATER)
    assert sections(as_officer.get(PAGE)) == {
        "Overdue": ["now"],
        "An update is wanted": ["then"],
    }


# ---- another post's


def test_another_posts_actions_can_be_looked_at(as_officer: Client, post: Post) -> None:
    other = PostFactory(title="Head of Placements")
    owned(post), owned(other, key="theirs", due_date=PAST)
    response = as_officer.get(PAGE, {"post": other.pk})
    assert sections(response) == {"Overdue": ["theirs"]}
    page = text(response)
    assert "The one action of Head of Placements is overdue" in page
    assert "<title>Actions of Head of Placements – " in page
    assert f'<option value="{other.pk}" selected>Head of Placements</option>' in page


def test_who_has_no_post_can_look_at_anothers(as_manager: Client) -> None:
    other = PostFactory(title="Head of Placements")
    owned(other)
    assert "The one action of Head of Placements" in text(as_manager.get(PAGE, {"post": other.pk}))


def test_a_post_that_there_is_not_is_refused_in_words(as_officer: Client, post: Post) -> None:
    owned(post)
    response = as_officer.get(PAGE, {"post": "nobody"})
    assert response.status_code == 200
    assert "There is no such owner: choose one of the list." in text(response)
    assert sections(response) == {}


# ---- queries


def test_the_page_takes_as_many_queries_for_many_actions_as_for_few(
    officer: User, post: Post, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(officer)
    other = PostFactory()
    counts = []
    for _ in range(2):
        for number in range(6):
            division = DivisionFactory()
            action = owned(post, division=division)
            action.owners.add(other)
            UpdateFactory(action=action, status=Status.APPROVED)
            status = Status.RETURNED if number % 2 else Status.SUBMITTED
            UpdateFactory(action=action, status=status, submitted_at=datetime.now(UTC))
            UpdateFactory(action=owned(other, division=division), entered_by=officer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
