"""The pages on SEND and education."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from scorecard.models import Outturn, Status

pytestmark = pytest.mark.django_db

PAGES = ("/send/", "/send/strategy/", "/send/demand/", "/send/money/", "/send/education/")
HEAD = "Reference,Received,Source,Decided,Decision,No plan,Final plan,Exception\n"
LIST = HEAD + "A1,10/01/2024,School,01/02/2024,assess,,29/05/2024,no\n"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", [*PAGES, "/send/timeliness/"])
def test_everybody_who_is_signed_in_reads_them_and_nobody_else(
    as_member: Client, client: Client, address: str
) -> None:
    assert as_member.get(address).status_code == 200
    assert client.get(address).status_code == 302
    assert as_member.post(address).status_code == 405


def test_demand_money_and_education_say_what_they_find(record: None, as_member: Client) -> None:
    assert "4,910 children and young people had a statement" in text(as_member, "/send/demand/")
    assert "£455 a pupil" in text(as_member, "/send/money/")
    assert "13.9 points of Attainment 8" in text(as_member, "/send/education/")


def test_the_strategy_shows_priorities_framework_vision_and_questions(
    record: None, as_member: Client
) -> None:
    page = text(as_member, "/send/strategy/")
    assert "Strategic Leadership and Management" in page
    assert page.count("/plans/send-strategy/divisions/") == 8
    assert "EHC plans issued in 20 weeks" in page
    assert "Follow a smooth pathway through their education" in page
    assert "Do you think that the draft Vision" in page
    assert "None of its actions is rated" in page
    first = page[page.index("Enhance the experiences of families") :].split("</li>")[0]
    assert "Shown by" in first and 'href="/measures/ehc-plans-20-weeks/"' in first
    assert "What shows each priority: indicators by our reading." in page


def test_without_a_record_every_page_says_that_nothing_is_known(as_member: Client) -> None:
    assert "No SEND strategy is held" in text(as_member, "/send/strategy/")
    assert "No figure is known yet" in text(as_member, "/send/money/")


class TestAListOfRequests:
    def upload(
        self, client: Client, content: str, name: str = "list.csv", covers_to: str = ""
    ) -> Any:
        file = SimpleUploadedFile(name, content.encode())
        sent = {"requests": file, "covers_to": covers_to}
        return client.post("/send/timeliness/upload/", sent, follow=True)

    def test_it_is_counted_shown_and_put_in_once_somebody_agrees(
        self, record: None, as_officer: Client
    ) -> None:
        page = self.upload(as_officer, LIST).content.decode()
        assert "1 request, counted" in page and "School 1" in page
        key = as_officer.session["send-requests"]["key"]
        done = as_officer.post(
            "/send/timeliness/confirm/", {"do": "put", "key": key, "reason": ""}, follow=True
        )
        assert "sent to a manager" in done.content.decode()
        plans = Outturn.objects.get(
            series__measure__code="ehc-plans-20-weeks", period_start=date(2024, 5, 1)
        )
        assert (plans.numerator, plans.denominator, plans.status) == (1, 1, Status.SUBMITTED)
        assert "send-requests" not in as_officer.session

    def test_a_month_that_is_not_over_is_not_counted(self, as_officer: Client) -> None:
        today = timezone.localdate()
        page = self.upload(as_officer, HEAD + f"A1,{today},School,,,,,\n").content.decode()
        assert "Nothing happened in a month that is over." in page
        assert "send-requests" not in as_officer.session

    def test_what_is_still_open_is_counted_to_the_last_day_that_the_list_covers(
        self, as_officer: Client
    ) -> None:
        still_open = HEAD + "A1,10/01/2024,School,01/02/2024,assess,,,no\n"
        self.upload(as_officer, still_open)
        assert list(as_officer.session["send-requests"]["months"]) == ["2024-01", "2024-02"]
        self.upload(as_officer, still_open, covers_to="2024-07-30")
        months = as_officer.session["send-requests"]["months"]
        assert [one[-1] for one in months.values()] == [0, 0, 0, 0, 1, 1]
        assert list(months)[-1] == "2024-06", "July is not covered to its end"

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("2024-05-28", "something happened later, on 29 May 2024"),
            ("2999-01-01", "This day is still to come."),
            ("soon", "Enter a day, such as 31/03/2015."),
        ],
    )
    def test_the_last_day_covered_is_none_that_cannot_be(
        self, as_officer: Client, day: str, said: str
    ) -> None:
        response = self.upload(as_officer, LIST, covers_to=day)
        assert response.status_code == 422 and said in response.content.decode()
        assert "send-requests" not in as_officer.session

    def test_a_share_that_may_look_too_good_is_told(self, as_officer: Client) -> None:
        page = self.upload(as_officer, LIST).content.decode()
        assert "looks too good until 29 May 2024" in page

    def test_only_counts_wait_in_the_session(self, as_officer: Client) -> None:
        self.upload(as_officer, LIST)
        assert "A1" not in str(dict(as_officer.session))

    def test_what_is_wrong_is_listed_by_row_and_nothing_waits(self, as_officer: Client) -> None:
        response = self.upload(as_officer, LIST.replace("10/01/2024", "31/02/2024"))
        assert response.status_code == 422
        assert "Row 2, received" in response.content.decode()
        assert "send-requests" not in as_officer.session

    @pytest.mark.parametrize("name", ["list.pdf", "list"])
    def test_only_lists_are_taken(self, as_officer: Client, name: str) -> None:
        response = self.upload(as_officer, LIST, name)
        assert "Choose a CSV or an XLSX file" in response.content.decode()

    def test_another_list_uploaded_meanwhile_is_looked_at_first(self, as_officer: Client) -> None:
        self.upload(as_officer, LIST)
        response = as_officer.post(
            "/send/timeliness/confirm/", {"do": "put", "key": "old"}, follow=True
        )
        assert "Another list was uploaded since" in response.content.decode()
        assert not Outturn.objects.exists()

    def test_the_counts_can_be_dropped(self, as_officer: Client) -> None:
        self.upload(as_officer, LIST)
        as_officer.post("/send/timeliness/confirm/", {"do": "discard"})
        assert "send-requests" not in as_officer.session

    def test_without_a_list_there_is_nothing_to_confirm(self, as_officer: Client) -> None:
        response = as_officer.get("/send/timeliness/confirm/", follow=True)
        assert "No list is waiting" in response.content.decode()

    @pytest.mark.parametrize("address", ["/send/timeliness/upload/", "/send/timeliness/confirm/"])
    def test_members_count_nothing(self, as_member: Client, address: str) -> None:
        assert as_member.get(address).status_code == 403
