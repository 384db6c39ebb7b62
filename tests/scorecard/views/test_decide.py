"""The pages on which a manager approves, returns, publishes and reopens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import User
from scorecard import services
from scorecard.models import Outturn, Publication, Status
from tests.factories import (
    AreaFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

MARCH, PAGE = date(2015, 3, 1), "/decide/2015-03/"
GETS = ("/decide/", PAGE, PAGE + "publish/", PAGE + "reopen/")
POSTS = (PAGE + "approve/", PAGE + "return/", PAGE + "publish/", PAGE + "reopen/")


@pytest.fixture
def waiting(officer: User) -> Outturn:
    """A figure that the officer has submitted: red, with commentary."""
    outturn: Outturn = OutturnFactory(
        month=MARCH,
        value=60,
        status=Status.SUBMITTED,
        entered_by=officer,
        commentary="Two vacancies.",
        series__measure__short_name="Repeat referrals",
    )
    TargetFactory(measure=outturn.series.measure)
    return outturn


def token(outturn: Outturn) -> str:
    return f"{outturn.pk}.{outturn.version}"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def errors(response: Any) -> list[dict[str, str]]:
    return list(response.context["errors"])


# ---- who may -----------------------------------------------------------------------


@pytest.mark.parametrize("page", GETS)
def test_only_a_manager_sees_it(
    page: str,
    client: Client,
    as_officer: Client,
    as_member: Client,
    as_administrator: Client,
) -> None:
    for other in (as_officer, as_member, as_administrator):
        assert other.get(page).status_code == 403
    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("page", POSTS)
def test_only_a_manager_can_do_it(
    page: str, client: Client, as_officer: Client, as_member: Client, waiting: Outturn
) -> None:
    for other in (as_officer, as_member):
        assert other.post(page, {"ticked": token(waiting), "reason": "x"}).status_code == 403
    assert client.post(page).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("page", "method"),
    [
        ("/decide/", "post"),
        (PAGE, "post"),
        (PAGE + "approve/", "get"),
        (PAGE + "return/", "get"),
        (PAGE + "publish/", "put"),
        (PAGE + "reopen/", "put"),
    ],
)
def test_other_methods_are_refused(page: str, method: str, as_manager: Client) -> None:
    assert getattr(as_manager, method)(page).status_code == 405


def test_the_short_address_leads_to_what_waits_longest_else_to_the_month_in_hand(
    as_manager: Client,
) -> None:
    PublicationFactory()
    assert as_manager.get("/decide/")["Location"] == PAGE
    OutturnFactory(month=date(2015, 1, 1), status=Status.SUBMITTED)
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    assert as_manager.get("/decide/")["Location"] == "/decide/2015-01/"


def test_a_month_that_has_not_begun_has_no_page(as_manager: Client) -> None:
    assert as_manager.get("/decide/2999-01/").status_code == 404


# ---- the queue ---------------------------------------------------------------------


def test_each_figure_is_shown_with_what_a_decision_needs(
    as_manager: Client, waiting: Outturn
) -> None:
    OutturnFactory(series=waiting.series, month=date(2015, 2, 1), value=71)
    page = text(as_manager.get(PAGE))
    for shown in ("Repeat referrals", "60.0%", "rag--red", "Two vacancies.", "71.0%", "officer"):
        assert shown in page
    assert "90.0% or more" in page
    assert "1 figure to decide on" in page


def test_a_revision_shows_what_stands_and_why_it_is_revised(
    as_manager: Client, officer: User
) -> None:
    before = OutturnFactory(month=MARCH, value=55, commentary="The first words.")
    OutturnFactory(
        series=before.series,
        month=MARCH,
        revision=2,
        value=60,
        reason="Late records.",
        commentary="The second words.",
        status=Status.SUBMITTED,
        entered_by=officer,
    )
    page = text(as_manager.get(PAGE))
    for shown in ("55.0%", "60.0%", "Late records.", "The first words.", "The second words."):
        assert shown in page


def test_an_own_figure_cannot_be_ticked_and_says_why(
    as_manager: Client, manager: User, waiting: Outturn
) -> None:
    waiting.entered_by = manager
    waiting.save()
    page = text(as_manager.get(PAGE))
    assert "you entered this, so somebody else must decide on it" in page
    assert 'name="ticked"' not in page
    response = as_manager.post(PAGE + "approve/", {"ticked": token(waiting)})
    assert "you entered this" in errors(response)[0]["text"]


def test_other_months_that_wait_are_told(as_manager: Client, waiting: Outturn) -> None:
    page = text(as_manager.get("/decide/2015-02/"))
    assert "No figure waits for a decision" in page
    assert 'href="/decide/2015-03/">March 2015</a> (1)' in page


def test_the_page_takes_as_many_queries_for_many_figures_as_for_few(
    as_manager: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(2):
        for _ in range(10):
            OutturnFactory(month=MARCH, status=Status.SUBMITTED)
        with django_assert_max_num_queries(24):
            as_manager.get(PAGE)


# ---- deciding ----------------------------------------------------------------------


def test_ticked_figures_are_approved_and_the_others_wait(
    as_manager: Client, manager: User, waiting: Outturn
) -> None:
    other = OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    response = as_manager.post(PAGE + "approve/", {"ticked": token(waiting)}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert said(response) == "1 figure approved."
    for outturn in (waiting, other):
        outturn.refresh_from_db()
    assert (waiting.status, waiting.approved_by) == (Status.APPROVED, manager)
    assert other.status == Status.SUBMITTED


def test_all_that_are_shown_can_be_approved_at_once(as_manager: Client, waiting: Outturn) -> None:
    shown = token(waiting)
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)  # since the page was opened
    data = {"action": "approve-all", "shown": shown}
    assert said(as_manager.post(PAGE + "approve/", data, follow=True)) == "1 figure approved."


@pytest.mark.parametrize("ticked", ["", "x", "1", "1.x", "٣.١", "9" * 30 + ".1"])
def test_approving_nothing_says_so(ticked: str, as_manager: Client, waiting: Outturn) -> None:
    response = as_manager.post(PAGE + "approve/", {"ticked": ticked})
    assert errors(response) == [{"id": "waiting", "text": "Choose at least one figure."}]


def test_a_figure_that_changed_since_is_not_approved_and_is_shown_again(
    as_manager: Client, waiting: Outturn
) -> None:
    stale = token(waiting)
    Outturn.objects.update(version=7, value=66)
    response = as_manager.post(PAGE + "approve/", {"ticked": stale})
    assert "Look at it again before you decide." in errors(response)[0]["text"]
    assert "66.0%" in text(response)
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_figures_are_returned_with_the_reason(as_manager: Client, waiting: Outturn) -> None:
    data = {"ticked": token(waiting), "reason": "Check the count."}
    response = as_manager.post(PAGE + "return/", data, follow=True)
    assert said(response) == "1 figure returned with the reason."
    waiting.refresh_from_db()
    assert (waiting.status, waiting.returned_reason) == (Status.RETURNED, "Check the count.")


def test_returning_without_a_tick_or_a_reason_says_both_and_keeps_the_rest(
    as_manager: Client, waiting: Outturn
) -> None:
    response = as_manager.post(PAGE + "return/", {})
    assert [error["id"] for error in errors(response)] == ["waiting", "reason"]
    response = as_manager.post(PAGE + "return/", {"ticked": token(waiting), "reason": " "})
    assert [error["id"] for error in errors(response)] == ["reason"]
    assert f'value="{token(waiting)}" checked' in text(response)
    response = as_manager.post(PAGE + "return/", {"reason": "Check <it>."})
    assert "Check &lt;it&gt;.</textarea>" in text(response)


def test_a_figure_that_changed_since_is_not_returned(as_manager: Client, waiting: Outturn) -> None:
    stale = token(waiting)
    Outturn.objects.update(version=7)
    response = as_manager.post(PAGE + "return/", {"ticked": stale, "reason": "Check."})
    assert "Look at it again" in errors(response)[0]["text"]
    assert "Check.</textarea>" in text(response)


# ---- publishing --------------------------------------------------------------------


@pytest.fixture
def ready() -> Outturn:
    outturn: Outturn = OutturnFactory(month=MARCH, value=60, commentary="Two vacancies.")
    TargetFactory(measure=outturn.series.measure)
    return outturn


def test_a_month_that_cannot_be_published_says_why(as_manager: Client, waiting: Outturn) -> None:
    page = text(as_manager.get(PAGE))
    assert "1 submitted figure of March 2015 must be approved or returned first." in page
    assert 'href="/decide/2015-03/publish/"' not in page
    for response in (
        as_manager.get(PAGE + "publish/", follow=True),
        as_manager.post(PAGE + "publish/", follow=True),
    ):
        assert response.redirect_chain == [(PAGE, 302)]
        assert "must be approved or returned first" in said(response)


def test_a_month_is_looked_over_before_it_is_published(as_manager: Client, ready: Outturn) -> None:
    draft = SeriesFactory(measure__on_scorecard=False, measure__short_name="Turnover")
    OutturnFactory(series=draft, month=MARCH, status=Status.DRAFT)
    assert 'href="/decide/2015-03/publish/"' in text(as_manager.get(PAGE))
    page = text(as_manager.get(PAGE + "publish/"))
    assert "1 figure: 1 red." in page
    assert "Two vacancies." in page
    assert "Not in it, because not approved: Turnover (draft)." in page
    assert not Publication.objects.exists()


def test_a_published_month_says_so_and_what_was_published(
    as_manager: Client, manager: User, ready: Outturn
) -> None:
    response = as_manager.post(PAGE + "publish/", follow=True)
    assert said(response) == "March 2015 is published."
    publication = Publication.objects.get()
    assert (publication.published_by, publication.figures.count()) == (manager, 1)
    page = text(response)
    assert "March 2015 is published" in page
    assert '/?month=2015-03&amp;edition=1">Edition 1</a>' in page
    assert "No: this one stands" in page


def test_a_month_is_reopened_with_a_reason_and_published_again(
    as_manager: Client, manager: User, ready: Outturn
) -> None:
    services.publish(month=MARCH, by=manager)
    assert "Reopen March 2015" in text(as_manager.get(PAGE + "reopen/"))
    response = as_manager.post(PAGE + "reopen/", {"reason": " "})
    assert response.context["form"].errors == {"reason": ["Say why."]}
    response = as_manager.post(PAGE + "reopen/", {"reason": "A slip."}, follow=True)
    assert "March 2015 is open again" in said(response)
    assert "A slip." in text(response)
    response = as_manager.post(PAGE + "publish/", follow=True)
    assert said(response) == "March 2015 is published, edition 2."


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_month_that_is_not_published_cannot_be_reopened(method: str, as_manager: Client) -> None:
    AreaFactory()
    response = getattr(as_manager, method)(PAGE + "reopen/", {"reason": "x"}, follow=True)
    assert "is not published, so it cannot be reopened" in said(response)
