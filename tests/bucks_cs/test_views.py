"""The shell's own pages: the audit trail, jobs, and the accessibility statement."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bucks_cs import audit, jobs
from bucks_cs.models import AuditEvent, Job, JobState, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def text(client: Client, url: str, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def event(action: str = "approved", subject: str = "Re-referrals", **detail: Any) -> AuditEvent:
    return audit.record(action, subject, by=detail.pop("by", None), **detail)


# ---- who may see what


@pytest.mark.parametrize(
    ("method", "view", "arguments"),
    [
        ("get", "audit", []),
        ("get", "download-audit", []),
        ("get", "jobs", []),
        ("post", "recompute", []),
    ],
)
def test_only_an_administrator_may(
    method: str,
    view: str,
    arguments: list[Any],
    as_officer: Client,
    as_manager: Client,
    as_member: Client,
    client: Client,
) -> None:
    url = reverse(view, args=arguments)
    for somebody_else in (as_officer, as_manager, as_member):
        assert getattr(somebody_else, method)(url).status_code == 403
    nobody = getattr(client, method)(url)
    assert (nobody.status_code, nobody["Location"]) == (302, f"/accounts/login/?next={url}")


@pytest.mark.parametrize(
    ("wrong", "view", "arguments"),
    [
        ("post", "audit", []),
        ("post", "download-audit", []),
        ("post", "jobs", []),
        ("post", "job", [1]),
        ("get", "cancel-job", [1]),
        ("get", "recompute", []),
        ("post", "accessibility", []),
    ],
)
def test_the_wrong_method_is_refused(
    wrong: str, view: str, arguments: list[Any], as_administrator: Client
) -> None:
    assert getattr(as_administrator, wrong)(reverse(view, args=arguments)).status_code == 405


# ---- the audit trail


def test_an_event_is_told_in_words(as_administrator: Client, officer: User) -> None:
    event(
        "saved a draft",
        "Re-referrals, Buckinghamshire, February 2015",
        by=officer,
        before={"value": "25.0000", "commentary": "As expected", "reason": ""},
        after={"value": "26.0000", "commentary": "As expected", "reason": ""},
        source="typed",
    )
    page = text(as_administrator, "/audit/")

    assert "Re-referrals, Buckinghamshire, February 2015" in page
    assert "saved a draft" in page
    assert "Value: from 25 to 26" in page
    assert "Commentary" not in page, "what did not change is not told"
    assert "Source: typed" in page


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({}, []),
        ({"reason": ""}, []),
        ({"value": "0.0000"}, [("Value", "0")]),
        ({"value": "29.5000"}, [("Value", "29.5")]),
        ({"month": "2015-02"}, [("Month", "2015-02")]),
        ({"starts": "2016-01-01"}, [("Starts", "1 January 2016")]),
        ({"at": "2015-07-01T12:05:00Z"}, [("At", "1 July 2015, 13:05")]),
        ({"projection": False, "active": True}, [("Projection", "no"), ("Active", "yes")]),
        ({"areas": ["bucks", "england"]}, [("Areas", "bucks, england")]),
        ({"published_by": "Ann"}, [("Published by", "Ann")]),
        ({"before": 5, "value": 6}, [("Before", "5"), ("Value", "6")]),
        ({"before": None, "after": {"value": 6}}, [("Value", "6")]),
        ({"before": {"value": 6}, "after": {"value": None}}, [("Value", "6, now removed")]),
        ({"removed": {"title": "Clerk"}}, [("Removed", "Title: Clerk")]),
    ],
)
def test_detail_reads_as_words(detail: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert audit.lines(detail) == told


def test_the_latest_event_comes_first(as_administrator: Client) -> None:
    event(subject="the first thing")
    event(subject="the second thing")
    page = text(as_administrator, "/audit/")

    assert page.index("the second thing") < page.index("the first thing")


@pytest.fixture
def three_events(officer: User, manager: User) -> None:
    days = ((9, "saved a draft", officer), (10, "approved", manager), (11, "published", manager))
    for day, action, by in days:
        made = event(action, f"figure of day {day}", by=by)
        # Half past midnight in summer: still the day before in UTC.
        moment = datetime(2015, 7, day - 1, 23, 30, tzinfo=UTC)
        AuditEvent.objects.filter(pk=made.pk).update(at=moment)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({}, {9, 10, 11}),
        ({"who": "officer"}, {9}),
        ({"who": "manager"}, {10, 11}),
        ({"action": "approved"}, {10}),
        ({"subject": "DAY 11"}, {11}),
        ({"since": "2015-07-10"}, {10, 11}),
        ({"until": "2015-07-10"}, {9, 10}),
        ({"since": "2015-07-10", "until": "2015-07-10"}, {10}),
        ({"who": "manager", "until": "2015-07-10"}, {10}),
        ({"subject": "nothing like it"}, set()),
    ],
)
def test_filters_show_a_part(
    query: dict[str, str], days: set[int], three_events: None, as_administrator: Client
) -> None:
    page = text(as_administrator, "/audit/", **query)

    assert {day for day in (9, 10, 11) if f"figure of day {day}" in page} == days
    assert ("No event matches" in page) == (not days)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"who": "nobody at all"}, "is not one of the available choices"),
        (
            {"since": "2015-07-11", "until": "2015-07-10"},
            "Choose the same day as “From”, or a later one.",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words(
    query: dict[str, str], said: str, three_events: None, as_administrator: Client
) -> None:
    page = text(as_administrator, "/audit/", **query)

    assert said in page
    assert "There is a problem" in page
    assert "figure of day" not in page
    assert as_administrator.get("/audit/download/", query).status_code == 404


def test_a_long_trail_has_pages_that_keep_the_filters(
    as_administrator: Client, officer: User
) -> None:
    for number in range(51):
        event(subject=f"figure number {number}", by=officer)
    page = text(as_administrator, "/audit/", who="officer")

    assert "51 events, page 1 of 2" in page
    assert "who=officer&amp;page=2" in page
    assert "figure number 0" in text(as_administrator, "/audit/", who="officer", page=2)


def test_a_page_asks_the_database_as_often_for_many_events_as_for_one(
    as_administrator: Client, officer: User, django_assert_max_num_queries: Any
) -> None:
    event(by=officer)
    with django_assert_max_num_queries(20) as for_one:
        text(as_administrator, "/audit/")
    for _ in range(60):
        event(by=officer)
    with django_assert_max_num_queries(len(for_one)):
        text(as_administrator, "/audit/")


def test_what_people_wrote_is_shown_and_not_run(as_administrator: Client) -> None:
    event(subject="<script>alert(1)</script>", reason="<b>because</b>")
    page = text(as_administrator, "/audit/")

    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;because" in page


def rows_of(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_trail_can_be_taken_away_as_csv_with_its_filters_and_date(
    three_events: None, as_administrator: Client
) -> None:
    response = as_administrator.get("/audit/download/", {"who": "manager"})
    rows = rows_of(response)

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="audit-trail-' in response["Content-Disposition"]
    assert rows[0] == ["when", "who", "what was done", "to what", "detail"]
    assert rows[1] == ["2015-07-11T00:30:00+01:00", "manager", "published", "figure of day 11", ""]
    assert len(rows) == 4
    assert "Audit trail as at " in rows[3][0]
    assert "Shown: Who: manager." in rows[3][0]


def test_no_spreadsheet_runs_what_somebody_wrote(as_administrator: Client) -> None:
    event(subject='=HYPERLINK("https://example.org")')

    assert rows_of(as_administrator.get("/audit/download/"))[1][3].startswith("'=HYPERLINK")


# ---- jobs


@pytest.fixture
def my_job(officer: User) -> Job:
    return jobs.start("some.module.some_task", "Count everything", by=officer)


def test_a_job_shows_its_progress_and_asks_again(my_job: Job, as_officer: Client) -> None:
    with jobs.run(my_job.pk) as job:
        assert job
        jobs.step(job, 40, "Area 4 of 10")
        page = text(as_officer, f"/jobs/{my_job.pk}/")

    assert "Count everything" in page
    assert 'value="40"' in page
    assert "Area 4 of 10" in page
    assert 'hx-trigger="every 2s"' in page
    assert "See how far it is now" in page, "for those without JavaScript"
    assert "Cancel this job" in page


def test_a_job_that_has_ended_stops_asking(my_job: Job, as_officer: Client) -> None:
    with jobs.run(my_job.pk) as job:
        assert job
        job.message, job.result_url = "12 things counted.", "/measures/"
    response = as_officer.get(f"/jobs/{my_job.pk}/")
    page = response.content.decode()

    assert response["HX-Refresh"] == "true"
    assert "12 things counted." in page
    assert 'href="/measures/"' in page
    assert "every 2s" not in page
    assert "See how far it is now" not in page
    assert "Cancel this job" not in page


def test_other_peoples_jobs_are_not_there(
    my_job: Job, as_manager: Client, as_administrator: Client, client: Client
) -> None:
    url = f"/jobs/{my_job.pk}/"

    assert as_manager.get(url).status_code == 404
    assert as_manager.post(f"{url}cancel/").status_code == 404
    assert as_administrator.get(url).status_code == 200
    for address in (client.get(url), client.post(f"{url}cancel/")):
        assert address["Location"].startswith("/accounts/login/")
    my_job.refresh_from_db()
    assert my_job.state == JobState.QUEUED


def test_one_cancels_ones_own_job(my_job: Job, as_officer: Client) -> None:
    response = as_officer.post(f"/jobs/{my_job.pk}/cancel/", follow=True)

    assert response.redirect_chain == [(f"/jobs/{my_job.pk}/", 302)]
    assert "Cancelled by officer." in response.content.decode()
    my_job.refresh_from_db()
    assert my_job.state == JobState.CANCELLED


def test_an_administrator_cancels_anybodys(my_job: Job, as_administrator: Client) -> None:
    as_administrator.post(f"/jobs/{my_job.pk}/cancel/")

    my_job.refresh_from_db()
    assert my_job.message == "Cancelled by administrator."


def test_cancelling_too_late_says_so(my_job: Job, as_officer: Client) -> None:
    with jobs.run(my_job.pk):
        pass
    page = as_officer.post(f"/jobs/{my_job.pk}/cancel/", follow=True).content.decode()

    assert "had ended already" in page
    my_job.refresh_from_db()
    assert my_job.state == JobState.DONE


def test_an_administrator_sees_every_job(my_job: Job, as_administrator: Client) -> None:
    jobs.start("some.module.some_task", "Nightly count", by=None)
    page = text(as_administrator, "/jobs/")

    assert "Count everything" in page
    assert "Nightly count" in page
    assert "the system" in page
    assert "Waiting to start" in page


def test_the_list_asks_as_often_for_many_jobs_as_for_one(
    my_job: Job, as_administrator: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20) as for_one:
        text(as_administrator, "/jobs/")
    for _ in range(20):
        jobs.start("some.module.some_task", "Count", by=UserFactory())
    with django_assert_max_num_queries(len(for_one)):
        text(as_administrator, "/jobs/")


# ---- for everybody


def test_the_accessibility_statement_is_there_for_everybody(client: Client) -> None:
    assert "Accessibility statement" in text(client, "/accessibility/")


def test_an_address_that_is_not_there_says_so_in_our_frame(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_what_cannot_be_read_is_refused_in_words(client: Client) -> None:
    response = client.get("/", headers={"host": "not.this.service"})

    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()


def test_a_refusal_says_what_is_refused(as_officer: Client) -> None:
    page = as_officer.get("/audit/").content.decode()

    assert "Your role does not let you read the audit trail." in page


def test_a_form_that_is_too_old_is_refused_in_our_frame(officer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "officer", "password": "any"})

    assert response.status_code == 403
    page = response.content.decode()
    assert "This page is out of date" in page
    assert "Where what you typed is still there, copy it first" in page
    assert "are kept" not in page, "true of no page but the one for entering figures"
