"""A paper's life: who may do what to it, when, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bucks_cs.models import AuditEvent, Job, User
from bucks_cs.roles import Role
from reports import services
from reports.composing import digest
from reports.document import Paragraph, Section, as_json, from_json
from reports.models import FILE_TYPES, Basis, Kind, Paper, State
from reports.quarters import Quarter
from scorecard.services import Refused
from tests.factories import MeasureFactory, UserFactory

from .factories import PaperFactory, QuestionFactory, issued, signed_off, two_sections

pytestmark = pytest.mark.django_db
COVER = {"title": "Performance", "author": "Head of Performance", "contact": "a@example.org"}


def begun(by: User, **more: Any) -> Paper:
    fields = {"kind": Kind.CABINET, "quarter": Quarter(2015, 4), "basis": Basis.PUBLISHED}
    return services.begin(by=by, **(fields | COVER | more))


def saved(paper: Paper, by: User, **more: Any) -> Paper:
    fields: dict[str, Any] = {"section": "one", "texts": {}, "left_out": (), "own": ()}
    return services.save_section(paper=paper, seen=paper.seen, by=by, **(fields | more))


class TestBegun:
    def test_a_paper_begins_as_a_draft_and_asks_to_be_prepared(self, officer: User) -> None:
        paper = begun(officer)
        assert (paper.state, paper.quarter.label) == (State.DRAFT, "Quarter 4 of 2014/15")
        assert Job.objects.get().arguments == {"paper": paper.pk}

    def test_the_committees_pack_needs_the_day_it_last_met(self, officer: User) -> None:
        with pytest.raises(Refused, match="last met"):
            begun(officer, kind=Kind.COMMITTEE)
        pack = begun(
            officer, kind=Kind.COMMITTEE, since=date(2015, 1, 20), measures=[MeasureFactory()]
        )
        assert pack.measures.count() == 1

    def test_a_member_writes_no_paper(self, member: User) -> None:
        with pytest.raises(PermissionDenied):
            begun(member)

    def test_asking_twice_to_prepare_asks_once(self, officer: User) -> None:
        paper = begun(officer)
        services.prepare_again(paper=paper, by=officer)
        assert Job.objects.count() == 1


class TestWritten:
    def test_peoples_words_stand_where_the_draft_was(self, officer: User) -> None:
        paper = PaperFactory()
        saved(paper, officer, texts={"one-1": "As I say it."}, own=["My own.", "  "])
        first, _ = (one for one in services.document(paper).sections if one.letter)
        assert [getattr(block, "text", "") for block in first.blocks] == [
            *("As I say it.", "My own.")
        ]

    def test_a_text_as_drafted_is_nobodys_edit(self, officer: User) -> None:
        paper = PaperFactory()
        saved(paper, officer, texts={"one-1": "Drafted one."})
        assert not paper.passages.exists()

    def test_an_emptied_paragraph_is_refused_and_told_which(self, officer: User) -> None:
        with pytest.raises(services.WrongParagraphs) as refused:
            saved(PaperFactory(), officer, texts={"one-1": " "})
        assert list(refused.value.drafted) == ["one-1"]

    def test_a_sign_that_the_paper_cannot_show_is_refused_and_named(self, officer: User) -> None:
        paper = PaperFactory()
        with pytest.raises(services.WrongParagraphs) as refused:
            saved(paper, officer, texts={"one-1": "Done ✅."}, own=["Good.", "漢 and ✅."])
        assert "“✅” (white heavy check mark)" in refused.value.drafted["one-1"]
        assert list(refused.value.own) == [1]
        assert not paper.passages.exists()

    def test_a_drafted_sign_that_it_cannot_show_is_nobodys_fault(self, officer: User) -> None:
        odd = Section("one", "A", "First", (Paragraph("one-1", "Printed ✅."),))
        paper = PaperFactory(content=as_json(replace(two_sections(), sections=(odd,))))
        saved(paper, officer, texts={"one-1": "Printed ✅."}, own=["Mine."])
        assert paper.passages.get().text == "Mine."

    def test_one_left_out_may_be_empty_and_comes_back(self, officer: User) -> None:
        paper = saved(PaperFactory(), officer, texts={"one-1": ""}, left_out={"one-1"})
        assert services.document(paper).sections[-2].blocks == ()
        paper = saved(paper, officer, texts={"one-1": "Drafted one."})
        assert len(services.document(paper).sections[-2].blocks) == 1

    def test_the_second_of_two_writers_is_told_and_overwrites_nothing(
        self, officer: User, manager: User
    ) -> None:
        paper = PaperFactory()
        saved(paper, officer, own=["First."])
        with pytest.raises(services.PaperConflict):
            saved(paper, manager, own=["Second."])
        assert [one.text for one in paper.passages.all()] == ["First."]

    def test_what_was_written_is_in_the_audit_trail(self, officer: User) -> None:
        saved(PaperFactory(), officer, texts={"one-1": "Mine."})
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.detail["after"]) == ("wrote in a paper", ["Mine."])

    def test_preparing_again_keeps_peoples_words(self, officer: User) -> None:
        paper = saved(PaperFactory(), officer, own=["My own."])
        services.keep_prepared(paper=paper, document=two_sections(), by=officer)
        assert paper.passages.count() == 1

    def test_the_cover_is_saved_with_what_changed(self, officer: User) -> None:
        paper = PaperFactory()
        services.save_cover(
            paper=paper, fields={"summary": "In short."}, seen=paper.seen, by=officer
        )
        paper.refresh_from_db()
        assert (paper.summary, paper.author) == ("In short.", "Head of Performance")


class TestReview:
    def test_from_draft_to_issued(self, officer: User, manager: User) -> None:
        paper = PaperFactory()
        paper = services.send_for_review(paper=paper, seen=paper.seen, by=officer)
        paper = services.sign_off(paper=paper, seen=paper.seen, by=manager)
        assert paper.digest == digest(from_json(paper.final))
        for file_type in FILE_TYPES:
            services.keep_file(paper=paper, file_type=file_type, content=b"file")
        paper = services.issue(paper=paper, seen=paper.seen, by=manager)
        assert (paper.state, paper.issued_by) == (State.ISSUED, manager)
        assert [event.action for event in AuditEvent.objects.order_by("pk")] == [
            "sent a paper for review",
            "signed off a paper",
            "asked for a job",
            "issued a paper",
        ]

    def test_who_sent_it_does_not_sign_it_off(self, manager: User) -> None:
        paper = PaperFactory()
        paper = services.send_for_review(paper=paper, seen=paper.seen, by=manager)
        with pytest.raises(Refused, match="Somebody else"):
            services.sign_off(paper=paper, seen=paper.seen, by=manager)

    def test_a_paper_with_a_part_that_failed_is_not_sent(self, officer: User) -> None:
        paper = PaperFactory()
        paper.content["sections"][0]["failed"] = "something went wrong"
        paper.save()
        with pytest.raises(Refused, match="First"):
            services.send_for_review(paper=paper, seen=paper.seen, by=officer)

    def test_a_cabinet_report_needs_a_recommendation(self, officer: User) -> None:
        paper = PaperFactory(recommendation=" ")
        with pytest.raises(Refused, match="recommendation"):
            services.send_for_review(paper=paper, seen=paper.seen, by=officer)

    def test_what_is_in_review_is_not_written_in(self, officer: User) -> None:
        with pytest.raises(Refused, match="in review"):
            saved(PaperFactory(state=State.REVIEW), officer)

    def test_returned_it_is_a_draft_again_and_nothing_frozen_stays(self, manager: User) -> None:
        paper = signed_off()
        services.keep_file(paper=paper, file_type="pdf", content=b"file")
        paper = services.return_paper(paper=paper, reason="Say more of costs.", by=manager)
        assert (paper.state, paper.final, paper.digest) == (State.DRAFT, None, "")
        assert not paper.files.exists()
        assert paper.returned == "Say more of costs."

    def test_a_return_needs_its_reason(self, manager: User) -> None:
        with pytest.raises(Refused, match="why"):
            services.return_paper(paper=signed_off(), reason=" ", by=manager)

    def test_without_all_its_files_it_is_not_issued(self, manager: User) -> None:
        paper = signed_off()
        services.keep_file(paper=paper, file_type="pdf", content=b"file")
        with pytest.raises(Refused, match="files"):
            services.issue(paper=paper, seen=paper.seen, by=manager)

    def test_files_of_what_was_signed_off_before_are_not_kept_of_what_is_now(
        self, officer: User, manager: User
    ) -> None:
        paper = PaperFactory(state=State.REVIEW, sent_by=officer)
        begun = services.sign_off(paper=paper, seen=paper.seen, by=manager)
        again = services.return_paper(paper=begun, reason="Say more.", by=manager)
        again = saved(again, officer, own=["More."])
        again = services.send_for_review(paper=again, seen=again.seen, by=officer)
        services.sign_off(paper=again, seen=again.seen, by=manager)
        with pytest.raises(Refused, match="signed off anew"):
            services.keep_file(paper=begun, file_type="pdf", content=b"of the first")
        assert not again.files.exists()

    def test_an_officer_neither_signs_off_nor_issues(self, officer: User) -> None:
        with pytest.raises(PermissionDenied):
            services.sign_off(paper=PaperFactory(state=State.REVIEW), seen=1, by=officer)
        with pytest.raises(PermissionDenied):
            services.issue(paper=signed_off(), seen=1, by=officer)


class TestIssued:
    @pytest.mark.parametrize("state", [State.REVIEW, State.SIGNED_OFF, State.ISSUED])
    def test_only_a_draft_is_discarded(self, officer: User, state: State) -> None:
        paper = issued() if state == State.ISSUED else PaperFactory(state=State.DRAFT)
        if state != State.ISSUED:
            services.discard(paper=paper, by=officer)
            assert not Paper.objects.exists()
            return
        with pytest.raises(Refused, match="issued"):
            services.discard(paper=paper, by=officer)

    def test_nothing_changes_an_issued_paper(self, officer: User, manager: User) -> None:
        paper = issued()
        for refused in (
            lambda: saved(paper, officer),
            lambda: services.return_paper(paper=paper, reason="No.", by=manager),
            lambda: services.keep_file(paper=paper, file_type="pdf", content=b"other"),
            lambda: services.keep_prepared(paper=paper, document=two_sections(), by=None),
            lambda: services.issue(paper=paper, seen=paper.seen, by=manager),
        ):
            with pytest.raises(Refused):
                refused()
        assert bytes(paper.files.get(file_type="pdf").content) == b"kept"

    def test_a_correction_is_a_new_version_with_the_same_words(self, officer: User) -> None:
        paper = issued()
        paper.passages.create(section="one", text="My own.", by=officer)
        new = services.correct(paper=paper, what="A wrong total.", by=officer)
        assert (new.edition, new.corrects, new.state) == (2, paper, State.DRAFT)
        assert [one.text for one in new.passages.all()] == ["My own."]
        assert new.final is None and not new.files.exists()

    def test_it_is_corrected_once_and_then_its_correction_is(self, officer: User) -> None:
        paper = issued()
        services.correct(paper=paper, what="A wrong total.", by=officer)
        with pytest.raises(Refused, match="later version"):
            services.correct(paper=paper, what="Another.", by=officer)

    def test_a_correction_says_what_it_corrects(self, officer: User) -> None:
        with pytest.raises(Refused, match="corrects"):
            services.correct(paper=issued(), what=" ", by=officer)


class TestQuestions:
    def test_a_question_is_open_until_it_is_answered(self, officer: User) -> None:
        question = QuestionFactory()
        assert question.is_open
        services.answer(
            question=question, text="Posts were vacant.", on=date(2015, 4, 1), by=officer
        )
        assert not question.is_open

    def test_no_answer_is_older_than_its_question(self, officer: User) -> None:
        with pytest.raises(Refused, match="10 March 2015"):
            services.answer(
                question=QuestionFactory(), text="Early.", on=date(2015, 3, 1), by=officer
            )

    def test_members_ask_in_the_meeting_and_officers_note_it(self) -> None:
        with pytest.raises(PermissionDenied):
            services.ask(question=QuestionFactory.build(), by=UserFactory(role=Role.MEMBER))
