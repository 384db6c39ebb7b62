"""The pages of the figures counted from returns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import AuditEvent, Job, User
from lac import services, store
from scorecard.models import Outturn, Source, Status
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory

from ..factories import ReturnFactory, looked_after

pytestmark = pytest.mark.django_db

MONTHS, MARCH = "/lac/figures/", "/lac/figures/2024-03/"
CONFIRM, CHILDREN = f"{MARCH}confirm/", f"{MARCH}cla_within_20_miles/"


@pytest.fixture(autouse=True)
def two_children(measures: Any) -> None:
    looked_after("A", miles=3.0)
    looked_after("B", miles=None)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def confirm(client: Client, page: str = CONFIRM, **sent: str) -> Any:
    return client.post(page, {"seen": store.digest(), **sent}, follow=True)


# ---- who may -----------------------------------------------------------------------


@pytest.mark.parametrize("page", [MONTHS, MARCH, CHILDREN])
@pytest.mark.parametrize("who", ["as_member", "as_administrator"])
def test_only_officers_and_managers_see_them(
    page: str, who: str, client: Client, request: Any
) -> None:
    assert request.getfixturevalue(who).get(page).status_code == 403
    assert client.get(page)["Location"].startswith("/accounts/login/")
    assert request.getfixturevalue("as_officer").get(page).status_code == 200
    assert request.getfixturevalue("as_manager").get(page).status_code == 200


@pytest.mark.parametrize("page", [MONTHS, CONFIRM])
def test_only_they_confirm(page: str, client: Client, as_member: Client) -> None:
    assert as_member.post(page).status_code == 403
    assert client.post(page)["Location"].startswith("/accounts/login/")
    assert not Outturn.objects.exists()


@pytest.mark.parametrize(
    ("page", "method"),
    [(MONTHS, "put"), (MARCH, "post"), (CONFIRM, "get"), (CHILDREN, "post")],
)
def test_other_methods_are_refused(page: str, method: str, as_officer: Client) -> None:
    assert getattr(as_officer, method)(page).status_code == 405


@pytest.mark.parametrize(
    ("page", "method"),
    [
        ("/lac/figures/2024-04/", "get"),
        ("/lac/figures/2024-04/confirm/", "post"),
        ("/lac/figures/2024-04/cla/", "get"),
        (f"{MARCH}nothing/", "get"),
        (f"{MARCH}cla_by_age/?category=Over+100", "get"),
    ],
)
def test_what_is_not_there_is_not_found(page: str, method: str, as_officer: Client) -> None:
    assert getattr(as_officer, method)(page).status_code == 404


# ---- the months --------------------------------------------------------------------


def test_the_months_say_how_far_they_are_in_the_scorecard(
    as_officer: Client, measures: Any
) -> None:
    series = SeriesFactory(measure=measures["cla"])
    OutturnFactory(
        series=series, month=date(2024, 3, 1), source=Source.COMPUTED, status=Status.SUBMITTED
    )
    OutturnFactory(series=series, month=date(2024, 2, 1), source=Source.TYPED)
    response = as_officer.get(MONTHS)
    assert "March 2024</a>: 1 waiting to be approved" in text(response)
    assert "February 2024</a>: not in the scorecard" in text(response)
    assert list(response.context["years"]) == ["2023/24"]


def test_several_months_are_a_job(as_officer: Client, officer: User) -> None:
    sent = {"first": "2023-04", "last": "2024-03", "reason": "Counted anew."}
    response = as_officer.post(MONTHS, sent)
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()
    assert (job.task, job.asked_by) == (services.CONFIRM, officer)
    assert job.arguments == sent


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"first": "2024-03", "last": "2024-02"}, "This is before the first month."),
        ({"first": "2019-01", "last": "2024-02"}, "2019-01 is not one of the available choices"),
        ({}, "This field is required"),
    ],
)
def test_months_that_cannot_be_are_refused(
    sent: dict[str, str], said: str, as_officer: Client
) -> None:
    assert said in text(as_officer.post(MONTHS, sent))
    assert not Job.objects.exists()


def test_without_a_return_there_is_no_month(as_officer: Client) -> None:
    services.Return.objects.all().delete()
    response = as_officer.get(MONTHS)
    assert "No return is held, so there is no month to count." in text(response)


# ---- a month -----------------------------------------------------------------------


def test_a_month_tells_each_figure_with_its_parts(as_officer: Client) -> None:
    response = as_officer.get(MARCH)
    assert "2 children were looked after on 31 March 2024." in text(response)
    assert "1 child’s distance is not known. They are in the denominator." in text(response)
    lines = [line for _, within in response.context["groups"] for line in within]
    within = next(line for line in lines if line.code == "cla_within_20_miles")
    assert (within.text, within.counted.numerator, within.counted.denominator) == ("50.0%", 1, 2)


def test_a_month_says_what_stands_in_the_scorecard(as_officer: Client, measures: Any) -> None:
    OutturnFactory(series=SeriesFactory(measure=measures["cla"]), month=date(2024, 3, 1), value=3)
    response = as_officer.get(MARCH)
    assert "and 1 differs from what is approved there" in text(response)
    assert "The approved figure differs" in text(response) and "3, approved" in text(response)
    assert "Why approved figures are revised" in text(response)


def test_no_postcode_file_is_said(as_officer: Client) -> None:
    services.Return.objects.update(with_postcodes=False)
    assert "No postcode file came with the returns" in text(as_officer.get(MARCH))


def test_queries_do_not_grow_with_children_or_figures(
    as_officer: Client, measures: Any, django_assert_max_num_queries: Any
) -> None:
    as_officer.get(MARCH)
    with django_assert_max_num_queries(18):
        as_officer.get(MARCH)
    for key in range(20):
        looked_after(f"C{key}")
    for measure in measures.values():
        for category in ("", "Under 1", "10 to 15"):
            series = SeriesFactory(measure=measure, category=category)
            OutturnFactory(series=series, month=date(2024, 3, 1))
    with django_assert_max_num_queries(18):
        as_officer.get(MARCH)


# ---- confirming it -----------------------------------------------------------------


def test_confirmed_figures_go_to_a_manager(as_officer: Client) -> None:
    response = confirm(as_officer)
    saved = Outturn.objects.count()
    assert f"{saved} figures saved, and {saved} sent to a manager to approve." in text(response)
    assert set(Outturn.objects.values_list("status", "source")) == {
        (Status.SUBMITTED, Source.COMPUTED)
    }
    assert "They are in the scorecard." in text(response)


def test_figures_that_need_words_are_named_with_the_way_there(
    as_officer: Client, measures: Any
) -> None:
    TargetFactory(measure=measures["placed-within-20-miles"], value=80)
    response = confirm(as_officer)
    assert "1 figure needs words first" in text(response)
    assert "It is about Within 20 miles." in text(response)
    assert 'href="/enter/2024-03/"' in text(response)
    assert "1 of them is a draft" in text(response)


def test_an_approved_figure_is_left_without_a_reason_and_revised_with_one(
    as_officer: Client, measures: Any
) -> None:
    OutturnFactory(series=SeriesFactory(measure=measures["cla"]), month=date(2024, 3, 1), value=3)
    assert "1 figure is left as it stands" in text(confirm(as_officer))
    confirm(as_officer, reason="A late return.")
    assert Outturn.objects.get(revision=2).reason == "A late return."


def test_returns_changed_since_the_page_was_opened_are_told(as_officer: Client) -> None:
    seen = store.digest()
    ReturnFactory(year=2023)
    response = as_officer.post(CONFIRM, {"seen": seen}, follow=True)
    assert "The returns have changed since you opened this page" in text(response)
    assert not Outturn.objects.exists()


def test_a_reason_that_is_too_long_is_kept_and_refused(as_officer: Client) -> None:
    response = confirm(as_officer, reason="x" * 4001)
    assert "at most 4000 characters" in text(response)
    assert "x" * 4001 in response.content.decode()
    assert not Outturn.objects.exists()


def test_a_refusal_is_told(as_officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**anything: Any) -> None:
        raise services.Refused("Somebody changed a figure.")

    monkeypatch.setattr(services, "confirm", refuse)
    assert "Somebody changed a figure. Nothing was saved." in text(confirm(as_officer))


# ---- which children ----------------------------------------------------------------


def test_the_children_of_a_figure_are_told_by_their_identifiers(as_officer: Client) -> None:
    response = as_officer.get(CHILDREN)
    assert (response.context["counted"], response.context["others"]) == (["A"], ["B"])
    assert "50.0%: 1 of 2" in text(response)


def test_a_number_has_no_denominator(as_officer: Client) -> None:
    response = as_officer.get(f"{MARCH}cla_by_age/", {"category": "10 to 15"})
    assert response.context["counted"] == ["A", "B"]
    assert "In the denominator" not in text(response)


def test_looking_is_written_down_without_the_children(as_officer: Client, officer: User) -> None:
    as_officer.get(f"{MARCH}cla_by_age/", {"category": "10 to 15"})
    event = AuditEvent.objects.get(action="looked at which children make up a figure")
    assert (event.user, event.subject) == (officer, "cla_by_age, 10 to 15, March 2024")
    assert event.detail == {"numerator": 2, "denominator": None}


def test_who_may_not_look_leaves_no_trace(as_member: Client) -> None:
    as_member.get(CHILDREN)
    assert not AuditEvent.objects.filter(action__startswith="looked at").exists()
