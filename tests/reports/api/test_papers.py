"""Papers as the API tells them: the same words and figures as on the page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from reports.document import (
    Bullets,
    Cell,
    Chart,
    Document,
    Line,
    Paragraph,
    Section,
    Subheading,
    Table,
    as_json,
)
from reports.models import Kind, Paper
from tests.reports.factories import PaperFactory, issued

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/papers/"


def rows(client: Client, **query: str) -> list[Any]:
    response = client.get(ADDRESS, query)
    assert response.status_code == 200, response.content
    found: list[Any] = response.json()["results"]
    return found


def read(client: Client, paper: Paper) -> Any:
    response = client.get(f"{ADDRESS}{paper.pk}/")
    assert response.status_code == 200, response.content
    return response.json()


class TestTheList:
    def test_it_tells_of_each_paper_what_it_is_and_how_far_it_is(self, as_officer: Client) -> None:
        paper = issued()
        (row,) = rows(as_officer)
        assert (row["id"], row["kind"], row["state"]) == (paper.pk, "cabinet", "issued")
        assert (row["quarter"], row["starts"], row["ends"]) == (
            "Quarter 4 of 2014/15", "2015-01-01", "2015-03-31",
        )  # fmt: skip

    def test_it_tells_the_kept_files_with_their_digests(self, as_member: Client) -> None:
        paper = issued()
        (row,) = rows(as_member)
        assert [file["file_type"] for file in row["files"]] == ["docx", "pdf", "xlsx"]
        assert row["files"][1]["digest"] == "f" * 64
        assert as_member.get(row["files"][1]["address"]).content == b"kept"
        assert row["files"][1]["address"] == f"/reports/{paper.pk}.pdf"

    def test_members_see_issued_papers_only(self, as_member: Client, as_officer: Client) -> None:
        PaperFactory()
        assert (len(rows(as_member)), len(rows(as_officer))) == (0, 1)
        assert rows(as_member, state="draft") == []

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ({"kind": "board"}, "For the board"),
            ({"quarter": "2014-11"}, "The third quarter"),
            ({"state": "issued"}, "Out"),
        ],
    )
    def test_it_filters(self, query: dict[str, str], title: str, as_officer: Client) -> None:
        PaperFactory(kind=Kind.BOARD, title="For the board")
        PaperFactory(quarter_from=date(2014, 10, 1), title="The third quarter")
        issued(title="Out")
        assert [row["title"] for row in rows(as_officer, **query)] == [title]

    @pytest.mark.parametrize("query", [{"quarter": "Q4"}, {"kind": "novel"}, {"theme": "Health"}])
    def test_what_cannot_be_asked_is_refused_by_name(
        self, query: dict[str, str], as_officer: Client
    ) -> None:
        refused = as_officer.get(ADDRESS, query)
        assert refused.status_code == 400
        assert list(refused.json()) == list(query)

    def test_it_comes_as_csv(self, as_officer: Client) -> None:
        paper = issued()
        text = as_officer.get(ADDRESS, {"format": "csv"}).content.decode()
        assert f"/reports/{paper.pk}.docx" in text

    def test_queries_do_not_grow_with_papers(
        self, as_member: Client, django_assert_max_num_queries: Any
    ) -> None:
        issued()
        as_member.get(ADDRESS)
        with django_assert_max_num_queries(6):
            as_member.get(ADDRESS)
        for _ in range(5):
            issued()
        with django_assert_max_num_queries(6):
            as_member.get(ADDRESS)


EVERY_BLOCK = Document(
    title="",
    subtitle="",
    cover=(),
    basis="Figures as published",
    sections=(
        Section(
            "one",
            "A",
            "First",
            (
                Subheading("Assessments"),
                Paragraph("one-1", "They fell."),
                Bullets(("One", "Two")),
                Table("t", "Figures", ("", "Figure"), ((Cell("Late"), Cell("63.0%", 63.0)),)),
                Chart("c", "It fell", "A line.", "line", ("Jan",), (Line("Us", (1.0,)),)),
            ),
        ),
        Section("annex", "", "Annex 1", (Paragraph("annex-1", "As at."),)),
        Section("gone", "B", "Gone", (), failed="it broke"),
    ),
)


class TestAPaper:
    def test_it_has_every_kind_of_block_in_its_order(self, as_officer: Client) -> None:
        told = read(as_officer, PaperFactory(content=as_json(EVERY_BLOCK)))["document"]
        first = told["sections"][1]
        assert first["heading"] == "A. First"
        assert [block["kind"] for block in first["blocks"]] == [
            *("subheading", "paragraph", "bullets", "table", "chart")
        ]

    def test_a_figure_is_text_and_number(self, as_officer: Client) -> None:
        told = read(as_officer, PaperFactory(content=as_json(EVERY_BLOCK)))["document"]
        table = told["sections"][1]["blocks"][3]
        assert [cell["text"] for cell in table["rows"][0]] == ["Late", "63.0%"]
        assert [cell["number"] for cell in table["rows"][0]] == [None, 63.0]

    def test_paragraphs_have_the_numbers_that_they_have_on_paper(self, as_officer: Client) -> None:
        told = read(as_officer, PaperFactory(content=as_json(EVERY_BLOCK)))["document"]
        assert told["sections"][1]["blocks"][1]["number"] == 1
        assert told["sections"][2]["blocks"][0]["number"] is None

    def test_a_part_that_failed_says_why(self, as_officer: Client) -> None:
        told = read(as_officer, PaperFactory(content=as_json(EVERY_BLOCK)))["document"]
        assert told["sections"][3]["failed"] == "it broke"

    def test_peoples_words_are_told_as_theirs(self, as_officer: Client) -> None:
        paper = PaperFactory()
        paper.passages.create(section="one", key="one-1", drafted="Drafted one.", text="As I say.")
        blocks = read(as_officer, paper)["document"]["sections"][1]["blocks"]
        assert (blocks[0]["text"], blocks[0]["origin"]) == ("As I say.", "edited")

    def test_one_that_is_not_prepared_yet_has_no_document(self, as_officer: Client) -> None:
        assert read(as_officer, PaperFactory(content=None))["document"] is None

    def test_a_member_finds_no_draft(self, as_member: Client) -> None:
        assert as_member.get(f"{ADDRESS}{PaperFactory().pk}/").status_code == 404
        assert read(as_member, issued())["document"]["sections"]

    @pytest.mark.parametrize("number", ["0", "9" * 30])
    def test_a_number_that_no_paper_has_is_not_found(self, number: str, as_officer: Client) -> None:
        assert as_officer.get(f"{ADDRESS}{number}/").status_code == 404


def test_papers_are_only_read_and_only_by_who_signs_in(client: Client, as_manager: Client) -> None:
    paper = issued()
    assert client.get(ADDRESS).status_code == 401
    for address in (ADDRESS, f"{ADDRESS}{paper.pk}/"):
        assert as_manager.post(address, {}).status_code == 405
        assert as_manager.delete(address).status_code == 405
