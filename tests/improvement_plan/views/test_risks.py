"""The risk register's pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from improvement_plan.escalation import RULE
from improvement_plan.models import Risk, RiskRating
from improvement_plan.progress import Rating
from tests.plan_factories import PlanFactory, RiskFactory, RiskRatingFactory

pytestmark = pytest.mark.django_db

DAY = date(2015, 3, 31)


@pytest.fixture
def risk() -> Risk:
    """Amber on 28 February."""
    found: Risk = RiskRatingFactory(
        risk__ref="394", risk__mitigation="Recruit abroad\nRaise pay", risk__owner__title="Director"
    ).risk
    return found


def register(risk: Risk) -> str:
    return f"/plans/{risk.plan.slug}/risks/"


def page_of(risk: Risk) -> str:
    return f"{register(risk)}{risk.ref}/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def rate(client: Client, risk: Risk, **typed: object) -> Any:
    latest = risk.ratings.first()
    data = {
        "rating": Rating.RED.value,
        "reason": "Two teams left.",
        "seen": latest.pk if latest else "",
        **typed,
    }
    return client.post(page_of(risk), data, follow=True)


# ---- the register ------------------------------------------------------------------


def test_it_says_first_how_many_go_up_and_by_which_rule(risk: Risk, as_member: Client) -> None:
    RiskRatingFactory(risk__plan=risk.plan, rating=Rating.RED)
    page = text(as_member.get(register(risk)))
    assert "1 of 2 open risks goes up to the board." in page
    assert RULE in page


def test_where_none_goes_up_it_says_so(risk: Risk, as_member: Client) -> None:
    assert "1 risk is open, and none goes up to the board." in text(as_member.get(register(risk)))


def test_a_risk_is_shown_with_what_is_done_by_whom_and_how_it_is_rated(
    risk: Risk, as_member: Client
) -> None:
    page = text(as_member.get(register(risk)))
    for shown in (
        "<strong>IF</strong> staff leave <strong>THEN</strong> targets are missed",
        "<li>Recruit abroad</li><li>Raise pay</li>",
        "Director",
        "rag--amber",
        "First rating",
        "28 February 2015",
    ):
        assert shown in page


def test_a_risk_that_became_worse_says_so_in_a_word_with_an_arrow(
    risk: Risk, as_member: Client
) -> None:
    RiskRatingFactory(risk=risk, on=DAY, rating=Rating.RED)
    page = text(as_member.get(register(risk)))
    assert "It is red. It has become worse than when it was rated before." in page
    assert "</svg>Worse" in page


def test_closed_risks_stand_apart_and_go_up_no_more(risk: Risk, as_member: Client) -> None:
    risk.closed_on = DAY
    risk.save()
    page = text(as_member.get(register(risk)))
    assert "No risk is open." in page
    assert "Closed (1)" in page and "Closed 31 March 2015" in page


def test_risks_of_another_plan_are_not_in_it(risk: Risk, as_member: Client) -> None:
    other = RiskFactory(ref="999")
    assert other.ref not in text(as_member.get(register(risk)))


def test_its_queries_do_not_grow_with_its_risks(risk: Risk, as_officer: Client) -> None:
    as_officer.get(register(risk))
    with CaptureQueriesContext(connection) as few:
        as_officer.get(register(risk))
    for _ in range(15):
        added = RiskFactory(plan=risk.plan)
        RiskRatingFactory.create_batch(3, risk=added)
    with CaptureQueriesContext(connection) as many:
        as_officer.get(register(risk))
    assert len(many) == len(few)


# ---- one risk ----------------------------------------------------------------------


def test_its_history_has_every_rating_with_its_reason_and_who_gave_it(
    risk: Risk, officer: User, as_member: Client
) -> None:
    RiskRatingFactory(risk=risk, on=DAY, rating=Rating.RED, reason="Two teams left.", by=officer)
    page = text(as_member.get(page_of(risk)))
    for shown in ("31 March 2015", "Two teams left.", "officer", "Recruitment goes slowly."):
        assert shown in page
    assert page.index("31 March 2015") < page.index("28 February 2015")


def test_a_printed_rating_says_that_it_is_printed_and_where(as_member: Client, plan: Any) -> None:
    page = text(as_member.get("/plans/improvement-plan/risks/394/"))
    assert 'As printed: <span class="printed">R</span>' in page
    assert "Key Risks and Issues" in page
    assert "Overseas recruitment, revised terms and conditions" in page


def test_a_risk_that_was_never_rated_says_so(as_member: Client) -> None:
    risk = RiskFactory()
    assert "It has never been rated." in text(as_member.get(page_of(risk)))


def test_its_queries_do_not_grow_with_its_history(risk: Risk, as_officer: Client) -> None:
    as_officer.get(page_of(risk))
    with CaptureQueriesContext(connection) as few:
        as_officer.get(page_of(risk))
    RiskRatingFactory.create_batch(20, risk=risk)
    with CaptureQueriesContext(connection) as many:
        as_officer.get(page_of(risk))
    assert len(many) == len(few)


# ---- rated again -------------------------------------------------------------------


def test_an_officer_rates_a_risk_again(risk: Risk, as_officer: Client, officer: User) -> None:
    response = rate(as_officer, risk)
    assert response.redirect_chain == [(page_of(risk), 302)]
    assert "Risk 394 is rated red." in text(response)
    latest = RiskRating.objects.filter(risk=risk)[0]
    assert (latest.on, latest.rating, latest.by) == (DAY, Rating.RED, officer)


def test_a_risk_may_be_rated_twice_on_a_day(risk: Risk, as_officer: Client) -> None:
    rate(as_officer, risk)
    rate(as_officer, risk, rating=Rating.GREEN.value, reason="They came back.")
    page = text(as_officer.get(page_of(risk)))
    assert [one.rating for one in risk.ratings.all()] == [Rating.GREEN, Rating.RED, Rating.AMBER]
    assert "Two teams left." in page and "They came back." in page


@pytest.mark.parametrize("typed", [{"rating": ""}, {"rating": "0"}, {"rating": "purple"}])
def test_a_colour_must_be_chosen_and_what_was_typed_stays(
    typed: dict[str, str], risk: Risk, as_officer: Client
) -> None:
    response = rate(as_officer, risk, **typed)
    assert response.status_code == 422
    assert "There is a problem" in text(response) and "Two teams left." in text(response)
    assert risk.ratings.count() == 1


def test_a_reason_must_be_given(risk: Risk, as_officer: Client) -> None:
    response = rate(as_officer, risk, reason=" ")
    assert "Say why the risk is rated so." in text(response)
    assert 'id="id_rating_0" checked' in text(response).replace(" required", "")


def test_whoever_did_not_see_the_latest_rating_is_told_and_may_rate_again(
    risk: Risk, as_officer: Client, as_manager: Client
) -> None:
    seen = risk.ratings.get().pk
    rate(as_manager, risk, reason="Three teams left.")
    response = rate(as_officer, risk, seen=seen, reason="All is well.", rating=Rating.GREEN.value)
    page = text(response)
    assert response.status_code == 422
    assert "manager rated this risk red at" in page
    assert "Three teams left." in page and "All is well." in page
    assert f'name="seen" value="{risk.ratings.first().pk}"' in page  # type: ignore[union-attr]
    rate(as_officer, risk, reason="All is well.", rating=Rating.GREEN.value)
    assert risk.ratings.first().rating == Rating.GREEN  # type: ignore[union-attr]


def test_a_closed_risk_has_no_form_and_refuses_in_words(risk: Risk, as_officer: Client) -> None:
    risk.closed_on = DAY
    risk.save()
    assert "Rate the risk" not in text(as_officer.get(page_of(risk)))
    page = text(rate(as_officer, risk))
    assert "Risk 394 is closed." in page
    assert "Two teams left.</textarea>" in page, "to copy"
    assert "Rate the risk" not in page
    assert risk.ratings.count() == 1


def rated_while_signed_out(client: Client, person: User, risk: Risk) -> Any:
    data = {"by": person.pk, "seen": risk.ratings.get().pk, "rating": 1, "reason": "Two <left>."}
    assert client.post(page_of(risk), data)["Location"].startswith("/accounts/login/")
    client.force_login(person)
    return client.get(page_of(risk))


def test_what_a_signed_out_person_sends_waits_for_their_sign_in(
    risk: Risk, client: Client, officer: User
) -> None:
    page = text(rated_while_signed_out(client, officer, risk))
    assert "You had been signed out when you saved." in page
    assert "Two &lt;left&gt;.</textarea>" in page
    assert 'id="id_rating_0" checked' in page.replace(" required", "")
    assert risk.ratings.count() == 1
    assert "You had been signed out" not in text(rate(client, risk))
    assert risk.ratings.count() == 2


def test_it_can_be_discarded(risk: Risk, client: Client, officer: User) -> None:
    rated_while_signed_out(client, officer, risk)
    page = text(client.post(page_of(risk), {"action": "forget"}, follow=True))
    assert "You had been signed out" not in page and "Two &lt;left&gt;" not in page
    assert risk.ratings.count() == 1


def test_a_rating_given_while_they_signed_in_is_told(
    risk: Risk, client: Client, officer: User
) -> None:
    rated_while_signed_out(client, officer, risk)
    seen = risk.ratings.get().pk
    RiskRatingFactory(risk=risk, on=DAY, rating=Rating.GREEN)
    assert client.get(page_of(risk)).context["seen"] == str(seen)
    assert "rated this risk green" in text(rate(client, risk, seen=seen))


def test_text_that_is_too_long_is_refused_in_words_and_kept(risk: Risk, as_officer: Client) -> None:
    page = text(rate(as_officer, risk, reason="x" * 4001))
    assert "Use 4,000 characters or fewer: this is 4001." in page
    assert "x" * 4001 in page


@pytest.mark.parametrize("who", ["as_member", "as_administrator"])
def test_others_see_the_page_without_the_form_and_are_refused(
    who: str, risk: Risk, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    page = client.get(page_of(risk))
    assert page.status_code == 200 and "Rate the risk" not in text(page)
    assert rate(client, risk).status_code == 403
    assert rate(client, risk, reason="").status_code == 403
    assert risk.ratings.count() == 1


# ---- the door ----------------------------------------------------------------------


def test_who_is_signed_out_is_asked_to_sign_in(risk: Risk, client: Client) -> None:
    for page in (register(risk), page_of(risk)):
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    assert client.post(page_of(risk)).status_code == 302


def test_other_methods_are_refused(risk: Risk, as_officer: Client) -> None:
    assert as_officer.post(register(risk)).status_code == 405
    assert as_officer.put(page_of(risk)).status_code == 405


def test_there_is_no_page_of_what_is_not_there(risk: Risk, as_officer: Client) -> None:
    assert as_officer.get("/plans/nothing/risks/").status_code == 404
    assert as_officer.get(f"{register(risk)}999/").status_code == 404
    other = PlanFactory()
    assert as_officer.get(f"/plans/{other.slug}/risks/{risk.ref}/").status_code == 404
