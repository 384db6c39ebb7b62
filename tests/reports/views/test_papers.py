"""The pages of papers: who sees which, and what comes of a wrong or a late step."""

from __future__ import annotations

import pytest
from django.test import Client

from bucks_cs.models import User
from reports import services
from reports.models import Paper, State
from tests.reports.factories import PaperFactory, issued, signed_off

pytestmark = pytest.mark.django_db

COVER = {
    "title": "Performance",
    "author": "Head of Performance",
    "contact": "a@example.org",
    "recommendation": "Note it.",
}


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestWhoSeesWhich:
    def test_a_member_sees_what_is_issued_and_no_draft(self, as_member: Client) -> None:
        draft, out = PaperFactory(title="A draft"), issued(title="The issued paper")
        page = text(as_member, "/reports/")
        assert out.get_absolute_url() in page
        assert draft.get_absolute_url() not in page
        assert as_member.get(out.get_absolute_url()).status_code == 200
        for address in (draft.get_absolute_url(), f"/reports/{draft.pk}.pdf"):
            assert as_member.get(address).status_code == 404

    def test_nobody_reads_a_paper_without_signing_in(self, client: Client) -> None:
        assert client.get(issued().get_absolute_url()).status_code == 302

    @pytest.mark.parametrize("step", ["prepare", "review", "correct", "discard", "cover"])
    def test_a_member_writes_nothing(self, as_member: Client, step: str) -> None:
        assert as_member.post(f"/reports/{issued().pk}/{step}/").status_code == 403

    @pytest.mark.parametrize("step", ["return", "sign-off", "issue"])
    def test_an_officer_decides_on_nothing(self, as_officer: Client, step: str) -> None:
        paper = PaperFactory(state=State.REVIEW)
        assert as_officer.post(f"/reports/{paper.pk}/{step}/").status_code == 403
        paper.refresh_from_db()
        assert paper.state == State.REVIEW

    def test_files_of_what_is_issued_are_those_that_were_kept(self, as_member: Client) -> None:
        response = as_member.get(f"/reports/{issued().pk}.docx")
        assert response.content == b"kept"
        assert "2014-15.docx" in response["Content-Disposition"]


class TestADraft:
    def test_begun_in_the_form_it_is_prepared_by_the_worker(self, as_officer: Client) -> None:
        chosen = {"kind": "cabinet", "year": "2015", "number": "4", "basis": "published"}
        response = as_officer.post("/reports/new/", chosen | COVER)
        assert response.status_code == 302
        assert Paper.objects.get().quarter.label == "Quarter 4 of 2014/15"

    def test_a_committees_pack_without_the_day_it_last_met_is_told_so_there(
        self, as_officer: Client
    ) -> None:
        chosen = {"kind": "committee", "year": "2015", "number": "4", "basis": "published"}
        response = as_officer.post("/reports/new/", chosen | COVER)
        assert response.status_code == 422
        page = response.content.decode()
        assert "Say when the select committee last met." in page
        assert 'value="Head of Performance"' in page

    def test_what_is_written_over_a_paragraph_stands_in_the_paper(self, as_officer: Client) -> None:
        paper = PaperFactory()
        words = {"seen": paper.seen, "text-one-1": "In our own words.", "own": "And one more."}
        as_officer.post(f"/reports/{paper.pk}/write/one/", words)
        page = text(as_officer, paper.get_absolute_url())
        assert "In our own words." in page and "And one more." in page
        assert "Drafted one." not in page

    def test_two_who_write_at_once_lose_nothing(self, as_officer: Client, manager: User) -> None:
        paper = PaperFactory()
        before = paper.seen
        services.save_section(
            paper=paper, section="one", texts={"one-1": "Theirs."}, left_out=(), own=(),
            seen=before, by=manager,
        )  # fmt: skip
        words = {"seen": before, "text-one-1": "Mine."}
        response = as_officer.post(f"/reports/{paper.pk}/write/one/", words)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Mine." in page and "Theirs." in page

    def test_an_emptied_paragraph_is_asked_about_in_its_place(self, as_officer: Client) -> None:
        paper = PaperFactory()
        words = {"seen": paper.seen, "text-one-1": " "}
        response = as_officer.post(f"/reports/{paper.pk}/write/one/", words)
        assert response.status_code == 422
        assert 'href="#text-one-1"' in response.content.decode()

    def test_it_is_discarded_by_who_is_sure(self, as_officer: Client) -> None:
        paper = PaperFactory()
        as_officer.post(f"/reports/{paper.pk}/discard/")
        assert Paper.objects.exists()
        as_officer.post(f"/reports/{paper.pk}/discard/", {"sure": "on"})
        assert not Paper.objects.exists()

    def test_its_file_says_on_its_cover_that_it_is_not_issued(self, as_officer: Client) -> None:
        response = as_officer.get(f"/reports/{PaperFactory().pk}.docx")
        assert response.status_code == 200
        assert "-draft.docx" in response["Content-Disposition"]


class TestReview:
    def test_to_return_a_paper_one_says_why(self, as_manager: Client) -> None:
        paper = PaperFactory(state=State.REVIEW)
        response = as_manager.post(f"/reports/{paper.pk}/return/", {"reason": " "})
        assert response.status_code == 422
        assert "Say why it goes back." in response.content.decode()
        as_manager.post(f"/reports/{paper.pk}/return/", {"reason": "Figure 3 is old."})
        assert "Figure 3 is old." in text(as_manager, paper.get_absolute_url())

    def test_a_paper_that_is_signed_off_is_no_longer_written_in(self, as_officer: Client) -> None:
        paper = signed_off()
        assert as_officer.get(f"/reports/{paper.pk}/write/one/").status_code == 404
        assert as_officer.get(f"/reports/{paper.pk}/cover/").status_code == 404

    def test_a_correction_is_a_new_paper_and_the_old_one_stays(self, as_officer: Client) -> None:
        old = issued()
        asked = f"/reports/{old.pk}/correct/"
        assert as_officer.post(asked, {"what": ""}).status_code == 422
        assert as_officer.post(asked, {"what": "The red count."}).status_code == 302
        assert Paper.objects.filter(corrects=old, state=State.DRAFT).exists()
        old.refresh_from_db()
        assert old.state == State.ISSUED
