"""The pages of papers: who sees which, and what comes of a wrong or a late step."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document as open_word

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


class TestAsItReads:
    def test_paragraphs_are_numbered_and_sections_lettered(self, as_officer: Client) -> None:
        page = text(as_officer, PaperFactory().get_absolute_url())
        assert "A. First" in page and "B. Second" in page
        assert '<span class="paper-number">2.</span> Drafted two.' in page

    def test_its_finding_stands_first_and_its_contents_before_its_cover(
        self, as_member: Client
    ) -> None:
        page = text(as_member, issued().get_absolute_url())
        places = [
            page.index(words)
            for words in ('<p class="lede">One.</p>', ">Contents</h2>", ">About this paper</h2>")
        ]
        assert places == sorted(places)
        assert 'href="#summary">A. Summary</a>' in page

    def test_an_annex_is_folded_and_a_section_is_not(self, as_member: Client) -> None:
        page = text(as_member, issued().get_absolute_url())
        assert page.count("<details") == 1
        assert page.index("<details") > page.index('id="annex"')

    def test_the_way_to_the_other_pages_on_papers_stays(self, as_member: Client) -> None:
        page = text(as_member, issued().get_absolute_url())
        assert 'href="/reports/questions/"' in page
        assert 'href=""' not in page

    def test_an_edited_paragraph_is_marked_as_a_persons(self, as_officer: Client) -> None:
        paper = PaperFactory()
        paper.passages.create(section="one", key="one-1", drafted="Drafted one.", text="Mine.")
        assert "(edited by a person)" in text(as_officer, paper.get_absolute_url())

    def test_a_draft_leads_to_where_each_part_is_changed(self, as_officer: Client) -> None:
        paper = PaperFactory(summary="In short.")
        page = text(as_officer, paper.get_absolute_url())
        assert f"/reports/{paper.pk}/write/one/" in page
        assert f"/reports/{paper.pk}/write/summary-written/" not in page

    def test_sections_whose_figures_moved_are_named(self, as_officer: Client) -> None:
        paper = PaperFactory()
        paper.passages.create(section="one", key="one-1", drafted="As it was.", text="Mine.")
        page = text(as_officer, paper.get_absolute_url())
        assert "The figures moved under paragraphs that somebody had changed." in page
        paper.passages.update(drafted="Drafted one.")
        assert "The figures moved" not in text(as_officer, paper.get_absolute_url())

    def test_it_tells_the_digests_of_the_kept_files(self, as_member: Client) -> None:
        assert "f" * 64 in text(as_member, issued().get_absolute_url())

    def test_one_that_is_not_prepared_says_so_and_has_no_file(self, as_officer: Client) -> None:
        paper = PaperFactory(content=None)
        assert "It is not prepared yet." in text(as_officer, paper.get_absolute_url())
        assert as_officer.get(f"/reports/{paper.pk}.pdf").status_code == 404

    def test_a_chart_is_drawn_on_its_own(self, as_member: Client) -> None:
        paper = issued()
        (key,) = (chart.key for chart in services.document(paper).charts())
        response = as_member.get(f"/reports/{paper.pk}/charts/{key}.svg")
        assert response["Content-Type"] == "image/svg+xml"
        assert b"<svg" in response.content
        assert as_member.get(f"/reports/{paper.pk}/charts/other.svg").status_code == 404

    def test_a_member_gets_no_chart_of_a_draft(self, as_member: Client) -> None:
        paper = signed_off()
        (key,) = (chart.key for chart in services.document(paper).charts())
        assert as_member.get(f"/reports/{paper.pk}/charts/{key}.svg").status_code == 404

    def test_there_is_no_file_of_another_kind(self, as_member: Client) -> None:
        assert as_member.get(f"/reports/{issued().pk}.html").status_code == 404

    @pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW])
    def test_a_file_of_one_that_is_not_out_is_marked_on_its_cover(
        self, state: State, as_officer: Client
    ) -> None:
        response = as_officer.get(f"/reports/{PaperFactory(state=state).pk}.docx")
        (cover, *_) = open_word(BytesIO(response.content)).tables
        label, said = (cell.text for cell in cover.rows[0].cells)
        assert label == state.label
        assert said.startswith("Not issued. Made at ")

    @pytest.mark.parametrize(
        "step", ["prepare", "review", "return", "sign-off", "issue", "correct", "discard"]
    )
    def test_what_changes_a_paper_is_asked_for_by_post(self, as_manager: Client, step: str) -> None:
        assert as_manager.get(f"/reports/{PaperFactory().pk}/{step}/").status_code == 405

    @pytest.mark.parametrize("address", ["/reports/", "/reports/1/", "/reports/1.pdf"])
    def test_what_is_read_is_not_posted_to(self, as_manager: Client, address: str) -> None:
        assert as_manager.post(address).status_code == 405

    def test_queries_of_the_list_do_not_grow(
        self, as_officer: Client, django_assert_max_num_queries: Any
    ) -> None:
        PaperFactory()
        as_officer.get("/reports/")
        with CaptureQueriesContext(connection) as few:
            as_officer.get("/reports/")
        PaperFactory.create_batch(8)
        first = issued(title="First")
        issued(title="Second", edition=2, corrects=first, correction="A wrong total.")
        with django_assert_max_num_queries(len(few)):
            as_officer.get("/reports/")

    def test_queries_of_a_paper_do_not_grow_with_what_is_written(
        self, as_officer: Client, django_assert_max_num_queries: Any
    ) -> None:
        paper = PaperFactory()
        as_officer.get(paper.get_absolute_url())
        with CaptureQueriesContext(connection) as few:
            as_officer.get(paper.get_absolute_url())
        for place in range(10):
            paper.passages.create(section="one", text=f"Paragraph {place}.")
        with django_assert_max_num_queries(len(few)):
            as_officer.get(paper.get_absolute_url())


class TestReview:
    def test_to_return_a_paper_one_says_why(self, as_manager: Client) -> None:
        paper = PaperFactory(state=State.REVIEW)
        response = as_manager.post(f"/reports/{paper.pk}/return/", {"reason": " "})
        assert response.status_code == 422
        assert "Say why it goes back." in response.content.decode()
        as_manager.post(f"/reports/{paper.pk}/return/", {"reason": "Figure 3 is old."})
        assert "Figure 3 is old." in text(as_manager, paper.get_absolute_url())

    def test_who_sent_it_has_no_button_to_sign_it_off(
        self, as_manager: Client, manager: User
    ) -> None:
        paper = PaperFactory(state=State.REVIEW, sent_by=manager)
        page = text(as_manager, paper.get_absolute_url())
        assert "somebody else signs it off" in page and "Sign it off" not in page
        as_manager.post(f"/reports/{paper.pk}/sign-off/", {"seen": paper.seen})
        paper.refresh_from_db()
        assert paper.state == State.REVIEW

    @pytest.mark.parametrize("seen", ["", "0", "999", "one", "9" * 40])
    def test_what_changed_since_it_was_read_is_not_signed_off(
        self, seen: str, as_manager: Client, officer: User
    ) -> None:
        paper = PaperFactory(state=State.REVIEW, sent_by=officer)
        answer = as_manager.post(f"/reports/{paper.pk}/sign-off/", {"seen": seen}, follow=True)
        assert "Somebody else changed this paper" in answer.content.decode()
        paper.refresh_from_db()
        assert paper.state == State.REVIEW

    def test_what_was_signed_off_anew_since_it_was_read_is_not_issued(
        self, as_manager: Client
    ) -> None:
        paper = signed_off()
        for file_type in ("docx", "pdf", "xlsx"):
            services.keep_file(paper=paper, file_type=file_type, content=b"kept")
        asked = f"/reports/{paper.pk}/issue/"
        answer = as_manager.post(asked, {"seen": paper.seen - 1}, follow=True)
        assert "Somebody else changed this paper" in answer.content.decode()
        as_manager.post(asked, {"seen": paper.seen})
        paper.refresh_from_db()
        assert paper.state == State.ISSUED

    def test_steps_are_not_jumped_over(self, as_manager: Client) -> None:
        paper = PaperFactory()
        for step in ("sign-off", "issue", "return"):
            sent = {"seen": paper.seen, "reason": "Because."}
            as_manager.post(f"/reports/{paper.pk}/{step}/", sent)
            paper.refresh_from_db()
            assert paper.state == State.DRAFT

    def test_members_are_not_told_of_a_correction_that_is_not_issued(
        self, as_member: Client, officer: User
    ) -> None:
        old = issued()
        new = services.correct(paper=old, what="The red count.", by=officer)
        page = text(as_member, old.get_absolute_url())
        assert "The red count." not in page
        assert as_member.get(new.get_absolute_url()).status_code == 404

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
        assert "A correction of this paper is begun" in text(as_officer, old.get_absolute_url())
        old.refresh_from_db()
        assert old.state == State.ISSUED
