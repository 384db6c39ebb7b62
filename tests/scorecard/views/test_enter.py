"""The page on which an officer enters a month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import User
from scorecard import services
from scorecard.entry import Entered
from scorecard.forms import digest
from scorecard.models import Outturn, Series, Status
from scorecard.sheet import as_typed, lines_of
from tests.factories import (
    MeasureFactory,
    OutturnFactory,
    PostFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
    history,
)

pytestmark = pytest.mark.django_db

MARCH, PAGE = date(2015, 3, 1), "/enter/2015-03/"


@pytest.fixture
def series() -> Series:
    """A measure of which less than 90% is not green."""
    one: Series = SeriesFactory(measure__short_name="Repeat referrals", measure__order=1)
    TargetFactory(measure=one.measure)
    return one


@pytest.fixture
def other() -> Series:
    one: Series = SeriesFactory(measure__short_name="Children seen", measure__order=2)
    return one


def typed(by: User, *lines: tuple[Series, dict[str, str]], **buttons: str) -> dict[str, str]:
    """What a browser sends of the page as it stands now, with this typed in it."""
    changes = {one.pk: fields for one, fields in lines}
    data = {"by": str(by.pk), "action": "save", **buttons}
    for line in lines_of(MARCH):
        stands = as_typed(line.slot)
        hidden = {"seen": line.slot.token, "was": digest(stands)}
        for name, text in {**stands, **hidden, **changes.get(line.series.pk, {})}.items():
            data[f"{line.key}-{name}"] = text
    return data


def errors(response: Any) -> list[tuple[str, str]]:
    return [(error["id"], error["text"]) for error in response.context["errors"]]


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def field(response: Any, name: str) -> str:
    """The value of a field as the page shows it."""
    page = response.content.decode()
    found = re.search(rf'name="{name}"(?: value="([^"]*)")?', page)
    assert found, name
    return found[1] or ""


# ---- who may -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/enter/", PAGE])
def test_only_who_enters_sees_it(
    page: str, client: Client, as_member: Client, as_administrator: Client
) -> None:
    assert as_member.get(page).status_code == 403
    assert as_administrator.get(page).status_code == 403
    response = client.get(page)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={page}"


@pytest.mark.parametrize(
    ("page", "method"), [("/enter/", "post"), (PAGE, "put"), (PAGE + "preview/", "get")]
)
def test_other_methods_are_refused(page: str, method: str, as_officer: Client) -> None:
    assert getattr(as_officer, method)(page).status_code == 405


def test_a_member_can_post_nothing(as_member: Client, series: Series) -> None:
    assert as_member.post(PAGE, {}).status_code == 403
    assert as_member.post(PAGE + "preview/", {}).status_code == 403


def test_the_short_address_leads_to_the_month_in_hand(as_officer: Client) -> None:
    PublicationFactory()
    assert as_officer.get("/enter/")["Location"] == PAGE


@pytest.mark.parametrize("page", ["/enter/2015-13/", "/enter/2999-01/"])
def test_a_month_that_is_none_or_has_not_begun_has_no_page(page: str, as_officer: Client) -> None:
    assert as_officer.get(page).status_code == 404


# ---- what it shows -----------------------------------------------------------------


def test_each_measure_has_its_fields_last_months_and_target(
    as_officer: Client, series: Series
) -> None:
    history(series, 71, 72, 73)
    page = as_officer.get(PAGE).content.decode()
    for text in ("71.0%", "72.0%", "73.0%", "90.0% or more", "Dec 2014", "Feb 2015"):
        assert text in page
    for name in ("numerator", "denominator", "value", "absence", "commentary", "seen"):
        assert f'name="s{series.pk}-{name}"' in page
    assert f'data-column="value" id="id_s{series.pk}-value"' in page


def test_it_says_what_is_due_returned_and_done(as_officer: Client, series: Series) -> None:
    OutturnFactory(
        month=MARCH,
        status=Status.RETURNED,
        returned_reason="Check the count.",
        series__measure__short_name="Children seen",
    )
    OutturnFactory(month=MARCH, status=Status.SUBMITTED)
    page = " ".join(as_officer.get(PAGE).content.decode().split())
    assert "2 of 3 scorecard figures to do" in page
    assert "They were due on 10 April 2015. 1 not started, 1 submitted, 1 returned." in page
    assert "Check the count." in page
    assert page.index("Children seen</a>") < page.index("Repeat referrals</a>")


def test_an_officer_sees_the_measures_of_their_post_and_all_on_request(
    as_officer: Client, officer: User
) -> None:
    officer.post = PostFactory()
    officer.save()
    SeriesFactory(measure__owner=officer.post, measure__short_name="Mine")
    SeriesFactory(measure__owner=PostFactory(), measure__short_name="Somebody else’s")
    assert "Somebody else’s" not in as_officer.get(PAGE).content.decode()
    everything = as_officer.get(PAGE + "?all=1").content.decode()
    assert "Mine" in everything
    assert "Somebody else’s" in everything


def test_other_months_to_finish_and_an_earlier_publication_are_told(
    as_officer: Client, series: Series
) -> None:
    OutturnFactory(month=date(2015, 1, 1), status=Status.DRAFT)
    PublicationFactory(month=MARCH)
    page = as_officer.get(PAGE).content.decode()
    assert 'href="/enter/2015-01/">January 2015</a>: 1 draft' in page
    assert "March 2015 was published on 7 April 2015" in page


def test_a_month_for_which_nothing_is_entered_says_so(as_officer: Client, officer: User) -> None:
    officer.post = PostFactory()
    officer.save()
    SeriesFactory(measure__owner=PostFactory())
    assert "None of the measures of your post" in as_officer.get(PAGE).content.decode()


def test_the_page_takes_as_many_queries_for_many_measures_as_for_few(
    as_officer: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(2):
        for _ in range(10):
            history(SeriesFactory(), 1, 2, 3)
        with django_assert_max_num_queries(15):
            as_officer.get(PAGE)


# ---- how a line will look ----------------------------------------------------------


def test_a_line_is_rated_before_it_is_saved(
    as_officer: Client, officer: User, series: Series
) -> None:
    data = typed(officer, (series, {"numerator": "53", "denominator": "80"}), row=f"s{series.pk}")
    page = as_officer.post(PAGE + "preview/", data).content.decode()
    assert "66.3%" in page
    assert "rag--red" in page
    assert "This is red: say why" in page
    assert not Outturn.objects.exists()


def test_a_line_that_cannot_be_read_says_why(
    as_officer: Client, officer: User, series: Series
) -> None:
    data = typed(officer, (series, {"value": "<b>"}), row=f"s{series.pk}")
    page = as_officer.post(PAGE + "preview/", data).content.decode()
    assert "“&lt;b&gt;” is not a number." in page
    assert "rag--" not in page


@pytest.mark.parametrize("row", ["", "s", "x1", "s0", "s99999", "s١"])
def test_a_line_that_is_none_has_no_preview(row: str, as_officer: Client, series: Series) -> None:
    assert as_officer.post(PAGE + "preview/", {"row": row}).status_code == 404


def test_the_button_checks_the_whole_page_and_saves_nothing(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    data = typed(officer, (series, {"value": "50"}), (other, {"value": "101"}), action="check")
    response = as_officer.post(PAGE, data)
    assert errors(response) == [
        (
            f"id_s{series.pk}-commentary",
            "Repeat referrals: This is red: say why, and what is being done.",
        ),
        (f"id_s{other.pk}-value", "Children seen: A percentage cannot be more than 100."),
    ]
    assert field(response, f"s{series.pk}-value") == "50"
    assert not Outturn.objects.exists()


def test_lines_not_begun_are_not_checked(as_officer: Client, officer: User, series: Series) -> None:
    OutturnFactory(month=MARCH)
    assert errors(as_officer.post(PAGE, typed(officer, action="check"))) == []


# ---- saving ------------------------------------------------------------------------


def test_drafts_are_saved_and_said_to_be(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    data = typed(officer, (series, {"value": "50"}), (other, {"absence": "not_available"}))
    response = as_officer.post(PAGE, data, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert said(response) == "2 drafts saved."
    assert {o.series: (o.value, o.absence) for o in Outturn.objects.all()} == {
        series: (50, ""),
        other: (None, "not_available"),
    }
    assert 'data-saved=""' in response.content.decode()
    assert "data-saved" not in as_officer.get(PAGE).content.decode()


def test_a_page_on_which_nothing_changed_saves_nothing(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(month=MARCH)
    response = as_officer.post(PAGE, typed(officer), follow=True)
    assert said(response) == "Nothing had changed."
    assert Outturn.objects.count() == 1


def test_good_lines_are_saved_and_wrong_ones_shown_again_to_the_letter(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    wrong = {"value": " 12,5 ", "commentary": "  “Two”\r\nlines <b>"}
    data = typed(officer, (series, wrong), (other, {"value": "50.04"}))
    response = as_officer.post(PAGE, data)
    assert said(response) == "1 draft saved."
    assert errors(response) == [
        (f"id_s{series.pk}-value", "Repeat referrals: “12,5” is not a number.")
    ]
    page = response.content.decode()
    assert field(response, f"s{series.pk}-value") == " 12,5 "
    assert "  “Two”\r\nlines &lt;b&gt;</textarea>" in page
    assert f'aria-describedby="id_s{series.pk}-value_error"' in page
    assert f'id="id_s{series.pk}-value_error"' in page
    assert field(response, f"s{other.pk}-value") == "50.0"
    assert f'data-saved="s{other.pk}"' in page
    assert Outturn.objects.get().series == other


def test_everything_wrong_on_the_page_is_said_at_once(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    data = typed(
        officer,
        (series, {"numerator": "x", "denominator": "y"}),
        (other, {"value": "50", "absence": "not_available"}),
    )
    assert [where for where, _ in errors(as_officer.post(PAGE, data))] == [
        f"id_s{series.pk}-numerator",
        f"id_s{series.pk}-denominator",
        f"id_s{other.pk}-absence",
    ]


def test_a_line_that_was_not_on_the_page_is_left_alone(
    as_officer: Client, officer: User, series: Series
) -> None:
    data = typed(officer, (series, {"value": "50"}))
    OutturnFactory(month=MARCH, status=Status.DRAFT, value=77)
    as_officer.post(PAGE, data)
    assert set(Outturn.objects.values_list("value", flat=True)) == {50, 77}


def test_an_approved_figure_is_revised_with_its_reason(
    as_officer: Client, officer: User, series: Series
) -> None:
    approved = OutturnFactory(series=series, month=MARCH, value=95)
    page = as_officer.get(PAGE).content.decode()
    assert "Why the approved figure is revised" in page
    data = typed(
        officer,
        (series, {"value": "96", "reason": "A late record.", "ticked": "on"}),
        action="submit",
    )
    assert said(as_officer.post(PAGE, data, follow=True)) == (
        "1 draft saved. 1 figure submitted to the manager."
    )
    approved.refresh_from_db()
    revision = Outturn.objects.get(revision=2)
    assert (approved.status, approved.value) == (Status.APPROVED, 95)
    assert (revision.status, revision.reason) == (Status.SUBMITTED, "A late record.")


# ---- submitting --------------------------------------------------------------------


def test_ticked_figures_are_submitted_and_the_others_only_saved(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    data = typed(
        officer,
        (series, {"value": "95", "ticked": "on"}),
        (other, {"value": "50"}),
        action="submit",
    )
    response = as_officer.post(PAGE, data, follow=True)
    assert said(response) == "2 drafts saved. 1 figure submitted to the manager."
    assert {o.series: o.status for o in Outturn.objects.all()} == {
        series: Status.SUBMITTED,
        other: Status.DRAFT,
    }


def test_a_ticked_figure_that_is_not_ready_is_saved_and_says_what_it_needs(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    data = typed(
        officer,
        (series, {"value": "50", "ticked": "on"}),
        (other, {"value": "50", "ticked": "on"}),
        action="submit",
    )
    response = as_officer.post(PAGE, data)
    assert said(response) == "2 drafts saved. 1 figure submitted to the manager."
    assert [where for where, _ in errors(response)] == [f"id_s{series.pk}-commentary"]
    draft = Outturn.objects.get(series=series)
    assert draft.status == Status.DRAFT
    # The page that shows it again can be sent again at once.
    assert field(response, f"s{series.pk}-seen") == f"{draft.pk}.1"
    again = {
        **data,
        f"s{series.pk}-seen": field(response, f"s{series.pk}-seen"),
        f"s{series.pk}-was": field(response, f"s{series.pk}-was"),
        f"s{other.pk}-seen": field(response, f"s{other.pk}-seen"),
        f"s{other.pk}-was": field(response, f"s{other.pk}-was"),
        f"s{other.pk}-value": "50.0",
        f"s{series.pk}-commentary": "Two vacancies.",
    }
    del again[f"s{other.pk}-ticked"]
    assert said(as_officer.post(PAGE, again, follow=True)) == (
        "1 draft saved. 1 figure submitted to the manager."
    )


def test_all_that_are_ready_are_submitted_and_the_rest_wait(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    OutturnFactory(month=MARCH, status=Status.DRAFT, value=40)
    data = typed(
        officer, (series, {"value": "50"}), (other, {"value": "50"}), action="submit-ready"
    )
    response = as_officer.post(PAGE, data, follow=True)
    assert said(response) == (
        "2 drafts saved. 2 figures submitted to the manager. 1 draft is not ready: it says "
        "below what is still needed."
    )
    assert Outturn.objects.get(series=series).status == Status.DRAFT


def test_a_returned_figure_goes_back_only_changed_or_ticked(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    """Submitting the rest of the page does not send it back with its question unanswered."""
    OutturnFactory(
        series=series, month=MARCH, value=95, status=Status.RETURNED, returned_reason="Why?"
    )
    data = typed(officer, (other, {"value": "50"}), action="submit-ready")
    assert said(as_officer.post(PAGE, data, follow=True)) == (
        "1 draft saved. 1 figure submitted to the manager. 1 returned figure was not sent back: "
        "change it, or tick it to send it as it is."
    )
    returned = Outturn.objects.get(series=series)
    assert (returned.status, returned.returned_reason) == (Status.RETURNED, "Why?")

    data = typed(officer, (series, {"ticked": "on"}), action="submit-ready")
    assert said(as_officer.post(PAGE, data, follow=True)) == "1 figure submitted to the manager."


def test_a_returned_figure_that_is_put_right_goes_back_with_the_rest(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(series=series, month=MARCH, value=95, status=Status.RETURNED)
    data = typed(officer, (series, {"value": "96"}), action="submit-ready")
    as_officer.post(PAGE, data)
    assert Outturn.objects.get(series=series).status == Status.SUBMITTED


def test_a_ticked_line_left_blank_says_what_it_needs(
    as_officer: Client, officer: User, series: Series
) -> None:
    data = typed(officer, (series, {"ticked": "on"}), action="submit")
    assert errors(as_officer.post(PAGE, data)) == [
        (f"id_s{series.pk}-value", "Repeat referrals: Give a figure, or say why there is none.")
    ]


@pytest.mark.parametrize(
    ("action", "words"),
    [("submit", "Nothing was ticked"), ("submit-ready", "No draft is ready")],
)
def test_submitting_nothing_says_so(
    action: str, words: str, as_officer: Client, officer: User, series: Series
) -> None:
    response = as_officer.post(PAGE, typed(officer, action=action), follow=True)
    assert words in said(response)


def test_enter_in_a_field_saves_and_never_discards(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(series=series, month=MARCH, value=70, status=Status.DRAFT)
    form = as_officer.get(PAGE).content.decode().split("data-enter", 1)[1]
    assert 'name="discard"' in form
    # A browser presses the first button of the form in which Enter was pressed.
    (first,) = re.findall(r"<button[^>]*>", form)[:1]
    assert 'name="action" value="save"' in first


def test_ticking_what_the_manager_has_already_says_so(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(series=series, month=MARCH, status=Status.SUBMITTED, value=95)
    data = typed(officer, (series, {"ticked": "on"}), action="submit")
    assert said(as_officer.post(PAGE, data, follow=True)) == (
        "What you ticked is with the manager already."
    )


def test_a_draft_is_discarded_and_what_else_was_typed_is_saved(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    approved = OutturnFactory(series=series, month=MARCH, value=95)
    OutturnFactory(series=series, month=MARCH, value=96, revision=2, status=Status.DRAFT)
    data = typed(officer, (other, {"value": "50"}), discard=f"s{series.pk}")
    response = as_officer.post(PAGE, data, follow=True)
    assert "the draft is discarded" in said(response)
    assert list(Outturn.objects.filter(series=series)) == [approved]
    assert Outturn.objects.get(series=other).value == 50


def test_a_draft_that_somebody_changed_is_not_discarded(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(series=series, month=MARCH, status=Status.DRAFT, value=60)
    data = typed(officer, discard=f"s{series.pk}")
    Outturn.objects.update(value=61, version=2)
    assert "It was not discarded." in said(as_officer.post(PAGE, data, follow=True))
    assert Outturn.objects.get().value == 61


def test_drafts_that_wait_for_words_are_told_where_nothing_else_was_done(
    as_officer: Client, officer: User, series: Series
) -> None:
    OutturnFactory(series=series, month=MARCH, status=Status.DRAFT, value=60)
    response = as_officer.post(PAGE, typed(officer, action="submit-ready"), follow=True)
    assert said(response) == "1 draft is not ready: it says below what is still needed."


# ---- somebody else in between ------------------------------------------------------


@pytest.fixture
def met(as_officer: Client, officer: User, manager: User, series: Series, other: Series) -> Any:
    """An officer's page that met the manager's figure: theirs 60, the officer's 70."""
    data = typed(
        officer, (series, {"value": "70", "commentary": "Mine."}), (other, {"value": "50"})
    )
    services.save_draft(
        series=series,
        period=lines_of(MARCH)[0].slot.period,
        entered=Entered(value=Decimal(60), commentary="Theirs."),
        seen="",
        by=manager,
    )
    return data, as_officer.post(PAGE, data)


def test_both_are_shown_mine_stays_in_the_fields_and_the_rest_is_saved(
    met: Any, series: Series, other: Series
) -> None:
    _, response = met
    page = response.content.decode()
    ((where, text),) = errors(response)
    assert where == f"s{series.pk}"
    assert text.startswith("Repeat referrals: manager changed this figure at ")
    assert "60.0%" in page
    assert "Theirs." in page
    assert field(response, f"s{series.pk}-value") == "70"
    assert "Mine.</textarea>" in page
    assert Outturn.objects.get(series=series).value == 60
    assert Outturn.objects.get(series=other).value == 50


def test_saving_once_more_puts_mine_in_place_of_theirs(
    met: Any, as_officer: Client, series: Series
) -> None:
    data, response = met
    again = {name: text for name, text in data.items() if not name.endswith(("-seen", "-was"))}
    for name in data:
        if name.endswith(("-seen", "-was")):
            again[name] = field(response, name)
    assert said(as_officer.post(PAGE, again, follow=True)).startswith("1 draft saved")
    outturn = Outturn.objects.get(series=series)
    assert (outturn.value, outturn.version) == (70, 2)


def test_theirs_can_be_kept(met: Any, as_officer: Client, series: Series) -> None:
    data, _ = met
    response = as_officer.post(PAGE, {**data, "leave": f"s{series.pk}"}, follow=True)
    assert Outturn.objects.get(series=series).value == 60
    assert field(response, f"s{series.pk}-value") == "60.0"


def test_a_line_that_i_did_not_touch_takes_theirs_without_a_word(
    as_officer: Client, officer: User, series: Series, other: Series
) -> None:
    draft = OutturnFactory(series=series, month=MARCH, status=Status.DRAFT, value=60)
    data = typed(officer, (other, {"value": "50"}))
    Outturn.objects.filter(pk=draft.pk).update(value=61, version=2)
    assert said(as_officer.post(PAGE, data, follow=True)) == "1 draft saved."
    assert Outturn.objects.get(pk=draft.pk).value == 61


def test_a_figure_that_changed_is_not_submitted_by_a_page_that_shows_the_old(
    as_officer: Client, officer: User, series: Series
) -> None:
    draft = OutturnFactory(series=series, month=MARCH, status=Status.DRAFT, value=95)
    data = typed(officer, (series, {"ticked": "on"}), action="submit")
    Outturn.objects.filter(pk=draft.pk).update(value=96, version=2)
    assert [where for where, _ in errors(as_officer.post(PAGE, data))] == [f"s{series.pk}"]
    assert Outturn.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("action", ["submit", "submit-ready"])
def test_a_change_between_saving_and_submitting_is_told_and_nothing_is_lost(
    action: str, as_officer: Client, officer: User, series: Series, monkeypatch: Any
) -> None:
    def meet(*, outturns: Any, by: User) -> int:
        (outturn,) = outturns
        raise services.EditConflict(outturn, "It was not submitted.")

    monkeypatch.setattr(services, "submit", meet)
    data = typed(officer, (series, {"value": "95", "ticked": "on"}), action=action)
    response = as_officer.post(PAGE, data)
    ((where, text),) = errors(response)
    assert where == f"s{series.pk}"
    assert text.endswith("It was not submitted.")
    assert field(response, f"s{series.pk}-value") == "95"


def test_a_figure_that_is_no_longer_ready_when_it_is_submitted_waits(
    as_officer: Client, officer: User, series: Series, monkeypatch: Any
) -> None:
    def refuse(*, outturns: Any, by: User) -> int:
        (outturn,) = outturns
        raise services.NotReady({outturn.pk: []})

    monkeypatch.setattr(services, "submit", refuse)
    data = typed(officer, (series, {"value": "95"}), action="submit-ready")
    response = as_officer.post(PAGE, data, follow=True)
    assert said(response).startswith("1 draft saved. 1 draft is not ready")


# ---- signed out in between ---------------------------------------------------------


PASS_PHRASE = "a long pass phrase"


def sign_in(client: Client, person: User, then: str) -> Any:
    return client.post(then, {"login": person.username, "password": PASS_PHRASE}, follow=True)


def test_what_a_signed_out_person_sends_waits_for_their_sign_in(
    client: Client, officer: User, series: Series
) -> None:
    data = typed(officer, (series, {"value": " 7o ", "commentary": "Why."}))
    response = client.post(PAGE, data)
    assert response["Location"] == f"/accounts/login/?next={PAGE}"
    response = sign_in(client, officer, response["Location"])
    assert response.redirect_chain[-1][0] == PAGE
    page = response.content.decode()
    assert "You had been signed out when you saved." in page
    assert field(response, f"s{series.pk}-value") == " 7o "
    assert "Why.</textarea>" in page
    assert "“7o” is not a number." in page
    assert not Outturn.objects.exists()
    # It stays until it is saved, and then is gone.
    assert "You had been signed out" in client.get(PAGE).content.decode()
    client.post(PAGE, {**data, f"s{series.pk}-value": "70"})
    assert "You had been signed out" not in client.get(PAGE).content.decode()
    assert Outturn.objects.get().value == 70


def test_it_can_be_discarded(client: Client, officer: User, series: Series) -> None:
    location = client.post(PAGE, typed(officer, (series, {"value": "70"})))["Location"]
    sign_in(client, officer, location)
    response = client.post(PAGE, {"action": "forget"}, follow=True)
    assert "You had been signed out" not in response.content.decode()
    assert field(response, f"s{series.pk}-value") == ""


def test_it_is_shown_to_nobody_else_and_on_no_other_month(
    client: Client, officer: User, manager: User, series: Series
) -> None:
    data = typed(officer, (series, {"value": "70"}))
    sign_in(client, officer, client.post(PAGE, data)["Location"])
    assert "You had been signed out" not in client.get("/enter/2015-02/").content.decode()
    client.logout()
    response = sign_in(client, manager, client.post(PAGE, data)["Location"])
    assert "You had been signed out" not in response.content.decode()


def test_a_flood_is_not_kept(client: Client, officer: User, series: Series) -> None:
    data = typed(officer, (series, {"commentary": "x" * 200_001}))
    response = sign_in(client, officer, client.post(PAGE, data)["Location"])
    assert "You had been signed out" not in response.content.decode()


def test_a_page_whose_token_is_too_old_says_in_words_that_nothing_was_saved(
    officer: User, series: Series
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    response = strict.post(PAGE, typed(officer, (series, {"value": "70"})))
    assert response.status_code == 403
    assert "Nothing was saved." in response.content.decode()
    assert not Outturn.objects.exists()


def test_a_measure_added_by_the_administrator_can_be_entered_at_once(
    as_officer: Client, officer: User, series: Series
) -> None:
    MeasureFactory(short_name="Brand new")
    assert "Brand new" in as_officer.get(PAGE).content.decode()
