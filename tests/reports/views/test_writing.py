"""What people write in a draft: its cover, and section by section."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bucks_cs.models import User
from reports import services
from reports.document import Paragraph, Section
from reports.models import Paper, State
from tests.reports.factories import PaperFactory, issued, signed_off, two_sections

pytestmark = pytest.mark.django_db
COVER = {
    "title": "Performance", "author": "Head of Performance", "contact": "a@example.org",
    "members_affected": "All", "portfolios": "Children’s Services", "meeting_on": "13/04/2015",
    "summary": "In short.", "recommendation": "Note it.",
}  # fmt: skip


def section(paper: Paper, name: str = "one") -> str:
    return f"/reports/{paper.pk}/write/{name}/"


def cover(paper: Paper) -> str:
    return f"/reports/{paper.pk}/cover/"


def save(client: Client, address: str, paper: Paper, **typed: Any) -> Any:
    return client.post(address, {"seen": paper.seen} | typed)


class TestASection:
    def test_it_shows_each_drafted_paragraph_to_be_written_over(self, as_officer: Client) -> None:
        page = as_officer.get(section(PaperFactory())).content.decode()
        assert ">Drafted one.</textarea>" in page
        assert "Drafted two." not in page

    def test_what_is_left_out_is_out_and_can_come_back(self, as_officer: Client) -> None:
        paper = PaperFactory()
        save(as_officer, section(paper), paper, **{"text-one-1": "", "drop-one-1": "on"})
        assert "Drafted one." not in as_officer.get(paper.get_absolute_url()).content.decode()
        page = as_officer.get(section(paper)).content.decode()
        assert ">Drafted one.</textarea>" in page and 'name="drop-one-1" checked' in page

    def test_an_emptied_paragraph_is_refused_and_the_rest_is_kept_as_typed(
        self, as_officer: Client
    ) -> None:
        paper = PaperFactory()
        typed = {"text-one-1": "  ", "own": ["Mine, typed.", "And more."]}
        refused = save(as_officer, section(paper), paper, **typed)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Write the paragraph, or tick that it is left out." in page
        assert "Mine, typed." in page and "And more." in page
        assert not paper.passages.exists()

    def test_a_sign_that_the_paper_cannot_show_is_named_and_what_was_typed_stays(
        self, as_officer: Client
    ) -> None:
        paper = PaperFactory()
        typed = {"text-one-1": "Done ✅.", "own": ["Mine, typed.", "A 漢 sign."]}
        refused = save(as_officer, section(paper), paper, **typed)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'href="#text-one-1"' in page and 'href="#own-2"' in page
        assert "a sign that the paper cannot show: “✅” (white heavy check mark)" in page
        assert ">Done ✅.</textarea>" in page and ">A 漢 sign.</textarea>" in page
        assert ">Mine, typed.</textarea>" in page

    def test_the_second_of_two_writers_sees_both(self, as_officer: Client, manager: User) -> None:
        paper = PaperFactory()
        services.save_section(
            paper=paper, section="one", texts={}, left_out=(), own=["Theirs."], seen=paper.seen,
            by=manager,
        )  # fmt: skip
        refused = save(as_officer, section(paper), paper, own="Mine.")
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "Theirs." in page and ">Mine.</textarea>" in page

    def test_what_is_written_over_a_draft_that_is_gone_is_not_lost(
        self, as_officer: Client, officer: User
    ) -> None:
        paper = PaperFactory()
        save(as_officer, section(paper), paper, **{"text-one-1": "In my words."})
        other = Section("one", "A", "First", (Paragraph("one-9", "Another draft."),))
        moved = replace(two_sections(), sections=(other,))
        services.keep_prepared(paper=paper, document=moved, by=officer)
        page = as_officer.get(section(paper)).content.decode()
        assert ">In my words.</textarea>" in page
        assert "the draft is no longer there" in page
        paper.refresh_from_db()
        save(as_officer, section(paper), paper, own="In my words.")
        assert "In my words." in as_officer.get(paper.get_absolute_url()).content.decode()

    def test_what_was_being_typed_while_the_draft_went_is_still_there(
        self, as_officer: Client, officer: User
    ) -> None:
        paper = PaperFactory()
        other = Section("one", "A", "First", (Paragraph("one-9", "Another draft."),))
        moved = replace(two_sections(), sections=(other,))
        services.keep_prepared(paper=paper, document=moved, by=officer)
        refused = save(as_officer, section(paper), paper, **{"text-one-1": "Typed meanwhile."})
        assert refused.status_code == 409
        assert ">Typed meanwhile.</textarea>" in refused.content.decode()

    def test_what_a_draft_says_now_stands_beside_what_was_changed(self, as_officer: Client) -> None:
        paper = PaperFactory()
        paper.passages.create(section="one", key="one-1", drafted="As it was.", text="Mine.")
        page = as_officer.get(section(paper)).content.decode()
        assert "The figures moved since this was changed." in page
        assert "Now drafted: Drafted one." in page

    def test_what_is_typed_is_text_and_no_markup(self, as_officer: Client) -> None:
        paper = PaperFactory()
        save(as_officer, section(paper), paper, own="<script>alert(1)</script>")
        page = as_officer.get(paper.get_absolute_url()).content.decode()
        assert "<script>alert(1)</script>" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_signs_that_no_file_can_hold_are_left_out(self, as_officer: Client) -> None:
        paper = PaperFactory()
        save(as_officer, section(paper), paper, own="A line\vbroken, \x00\x07a bell.")
        assert paper.passages.get().text == "A line\nbroken, a bell."

    def test_only_a_draft_is_written_in(self, as_officer: Client) -> None:
        for paper in (PaperFactory(state=State.REVIEW), signed_off(), issued()):
            assert as_officer.get(section(paper)).status_code == 404
            assert save(as_officer, section(paper), paper, own="Mine.").status_code == 404
            assert not paper.passages.exists()

    def test_there_is_no_section_that_the_draft_has_not(self, as_officer: Client) -> None:
        assert as_officer.get(section(PaperFactory(), "three")).status_code == 404
        assert as_officer.get(section(PaperFactory(content=None))).status_code == 404

    def test_a_member_and_an_administrator_write_nothing(
        self, as_member: Client, as_administrator: Client
    ) -> None:
        paper = PaperFactory()
        for client in (as_member, as_administrator):
            for address in (section(paper), cover(paper)):
                assert client.get(address).status_code == 403
                assert save(client, address, paper, own="Mine.").status_code == 403
        assert not paper.passages.exists()

    def test_it_is_neither_put_nor_deleted(self, as_officer: Client) -> None:
        paper = PaperFactory()
        assert as_officer.delete(section(paper)).status_code == 405
        assert as_officer.put(cover(paper)).status_code == 405

    def test_its_queries_do_not_grow_with_what_is_written(
        self, as_officer: Client, django_assert_max_num_queries: Any
    ) -> None:
        paper = PaperFactory()
        as_officer.get(section(paper))
        with CaptureQueriesContext(connection) as few:
            as_officer.get(section(paper))
        for place in range(10):
            paper.passages.create(section="one", text=f"Paragraph {place}.")
        with django_assert_max_num_queries(len(few)):
            as_officer.get(section(paper))


class TestTheCover:
    def test_it_is_saved_and_shown(self, as_officer: Client) -> None:
        paper = PaperFactory()
        assert save(as_officer, cover(paper), paper, **COVER).status_code == 302
        page = as_officer.get(paper.get_absolute_url()).content.decode()
        assert "13 April 2015" in page and "In short." in page and "Note it." in page

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, as_officer: Client) -> None:
        paper = PaperFactory()
        refused = save(as_officer, cover(paper), paper, **(COVER | {"title": " "}))
        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'href="#id_title"' in page and ">In short.</textarea>" in page.replace("\n", "")

    def test_the_second_of_two_writers_sees_both(self, as_officer: Client, manager: User) -> None:
        paper = PaperFactory()
        services.save_cover(paper=paper, fields={"summary": "Theirs."}, seen=paper.seen, by=manager)
        refused = save(as_officer, cover(paper), paper, **COVER)
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "Theirs." in page and "In short." in page
        paper.refresh_from_db()
        assert paper.summary == "Theirs."
