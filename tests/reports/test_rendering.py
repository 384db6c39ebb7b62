"""A paper's three files: each by its own standard, and the same figures in all of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import typst
from docx import Document as open_word
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.document import (
    EDITED,
    EDITED_MARK,
    Bullets,
    Cell,
    Chart,
    Document,
    Line,
    Paragraph,
    Section,
    Table,
)
from reports.models import FILE_TYPES
from reports.pack import prepared
from reports.render_docx import as_docx
from reports.render_pdf import as_pdf
from reports.render_xlsx import as_xlsx, number_format
from reports.rendering import CONTENT_TYPES, RENDER, rendered
from scorecard.findings import number

from .conftest import scope
from .test_document import PAPER

POPPLER = shutil.which("pdfinfo")


@pytest.fixture
def paper(record: None) -> Document:
    """The Cabinet report of the last quarter of 2014/15, from the published record."""
    return replace(prepared(scope()), title="Children’s services performance")


def squeezed(text: str) -> str:
    """Text without its line breaks and spaces: files break lines where they like."""
    return re.sub(r"[\s\u00ad]+", "", text)


class TestTheSameFigures:
    def test_every_figure_of_every_table_is_in_all_three(self, paper: Document) -> None:
        word = [
            [[cell.text for cell in row.cells] for row in table.rows]
            for table in open_word(BytesIO(as_docx(paper))).tables[1:]
        ]
        pdf = squeezed(
            "".join(page.extract_text() for page in PdfReader(BytesIO(as_pdf(paper))).pages)
        )
        sheets = load_workbook(BytesIO(as_xlsx(paper)))
        numbers = {
            (cell.value, cell.number_format)
            for sheet in sheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, int | float)
        }
        tables = list(paper.tables())
        assert len(tables) > 5 and len(word) == len(tables)
        for table, in_word in zip(tables, word, strict=True):
            assert in_word[0] == list(table.columns)
            assert in_word[1:] == [[cell.text for cell in row] for row in table.rows]
            for cell in (cell for row in table.rows for cell in row):
                assert squeezed(cell.text) in pdf
                if cell.number is not None:
                    assert (cell.number, number_format(cell.unit, cell.decimals)) in numbers

    def test_a_figures_number_is_what_its_text_says(self, paper: Document) -> None:
        told = [
            cell
            for table in paper.tables()
            for row in table.rows
            for cell in row
            if cell.number is not None and cell.unit
        ]
        assert len(told) > 50
        for cell in told:
            assert cell.text == number(cell.number or 0, cell.unit, cell.decimals)

    def test_every_paragraph_is_in_all_three_with_its_number(self, paper: Document) -> None:
        word = [one.text for one in open_word(BytesIO(as_docx(paper))).paragraphs]
        pdf = squeezed(
            "".join(page.extract_text() for page in PdfReader(BytesIO(as_pdf(paper))).pages)
        )
        sheets = {
            str(cell.value)
            for sheet in load_workbook(BytesIO(as_xlsx(paper)))
            for row in sheet.iter_rows()
            for cell in row
        }
        for _, block, place in paper.numbered():
            if isinstance(block, Paragraph):
                said = f"{place}. {block.text}" if place else block.text
                assert (f"{place}.\t{block.text}" if place else block.text) in word
                assert said in sheets
                # A page's foot may stand within a paragraph: its beginning will do.
                assert squeezed(block.text[:60]) in pdf


class TestWord:
    def test_it_has_styles_contents_header_rows_alternative_text_and_page_numbers(self) -> None:
        word = open_word(BytesIO(as_docx(PAPER)))
        styles = Counter(one.style.name for one in word.paragraphs if one.style)
        assert (styles["Title"], styles["Heading 1"], styles["Heading 2"]) == (1, 3, 1)
        heads = word.tables[1].rows[0]._tr.trPr.findall(qn("w:tblHeader"))
        assert len(heads) == 1
        (picture,) = word.inline_shapes
        assert picture._inline.docPr.get("descr") == "A line"
        fields = [one.text.strip() for one in word.element.iter(qn("w:instrText"))]
        assert fields == ['TOC \\o "1-1" \\h \\z \\u']
        foot = word.sections[0].footer._element
        assert {one.text.strip() for one in foot.iter(qn("w:instrText"))} == {"PAGE", "NUMPAGES"}

    def test_its_contents_lead_to_its_headings(self) -> None:
        word = open_word(BytesIO(as_docx(PAPER)))
        anchors = [one.get(qn("w:anchor")) for one in word.element.iter(qn("w:hyperlink"))]
        marks = [one.get(qn("w:name")) for one in word.element.iter(qn("w:bookmarkStart"))]
        assert anchors == marks and len(anchors) == 3

    def test_it_says_its_title_its_author_and_its_language(self) -> None:
        core = open_word(BytesIO(as_docx(PAPER))).core_properties
        assert (core.title, core.author, core.language) == (
            "Children’s services performance",
            "Head of Performance",
            "en-GB",
        )


class TestPdf:
    def test_it_is_tagged_titled_and_bookmarked_in_british_english(self) -> None:
        pdf = PdfReader(BytesIO(as_pdf(PAPER)))
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert pdf.metadata and pdf.metadata.title == PAPER.title
        marks = [one.title for one in pdf.outline if not isinstance(one, list)]  # type: ignore[union-attr]
        assert marks == [section.heading for section in PAPER.sections]

    def test_it_says_that_it_meets_pdf_ua_1(self) -> None:
        metadata = PdfReader(BytesIO(as_pdf(PAPER))).trailer["/Root"]["/Metadata"].get_data()
        assert b"pdfuaid:part" in metadata

    def test_a_chart_without_alternative_text_is_refused(self) -> None:
        chart = Chart("x", "A chart", "", "bar", ("a",), (Line("b", (1.0,)),))
        section = Section("a", "A", "First", (chart,))
        with pytest.raises(typst.TypstError):
            as_pdf(replace(PAPER, sections=(section,)))

    @pytest.mark.skipif(not POPPLER, reason="needs Poppler: .ci/run installs it")
    def test_others_tools_find_it_tagged_with_its_fonts_within(self, tmp_path: Path) -> None:
        file = tmp_path / "paper.pdf"
        file.write_bytes(as_pdf(PAPER))

        def said(*command: str) -> str:
            run = subprocess.run([*command, file], capture_output=True, text=True, check=True)
            return run.stdout

        info = said("pdfinfo")
        assert re.search(r"Tagged:\s+yes", info)
        assert PAPER.title in info
        fonts = said("pdffonts").splitlines()[2:]
        assert fonts and all(line.split()[-5] == "yes" for line in fonts)
        assert "1. One." in re.sub(r"\s+", " ", subprocess.run(
            ["pdftotext", file, "-"], capture_output=True, text=True, check=True
        ).stdout)  # fmt: skip


class TestExcel:
    def test_there_is_a_sheet_a_section_with_frozen_panes_set_up_for_print(self) -> None:
        book = load_workbook(BytesIO(as_xlsx(PAPER)))
        assert book.sheetnames == ["Cover", "A. Summary", "B. Exceptions", "Annex 1  definitions"]
        for sheet in book.worksheets[1:]:
            assert sheet.freeze_panes
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth == 1

    def test_a_figure_is_a_number_in_its_unit(self) -> None:
        table = Table("t", "T", ("", "Value"), ((Cell("A"), Cell("26.0%", 26.0, "percent", 1)),))
        paper = replace(PAPER, sections=(Section("a", "A", "First", (table,)),))
        sheet = load_workbook(BytesIO(as_xlsx(paper))).worksheets[1]
        cell = sheet["B5"]
        assert (cell.value, cell.number_format) == (26, '0.0"%"')
        assert sheet.print_title_rows == "$4:$4"

    def test_what_a_program_could_take_for_a_formula_is_kept_from_it(self) -> None:
        section = Section("a", "A", "First", (Bullets(("x",)), Paragraph("p", "=1+1")))
        annex = Section("b", "", "Second", (Paragraph("q", "=HYPERLINK()"),))
        sheets = load_workbook(BytesIO(as_xlsx(replace(PAPER, sections=(section, annex)))))
        texts = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
        assert not any(str(text).startswith("=") for text in texts)

    def test_a_long_text_stands_across_the_tables_columns_in_a_row_tall_enough(self) -> None:
        columns = ("", "Value", "Of what")
        table = Table("t", "T", columns, ((Cell("A"), Cell("b"), Cell("word " * 20)),))
        section = Section("a", "A", "First", (Paragraph("p", "word " * 60), table))
        sheet = load_workbook(BytesIO(as_xlsx(replace(PAPER, sections=(section,))))).worksheets[1]
        assert "A3:C3" in {str(one) for one in sheet.merged_cells.ranges}
        heights = [sheet.row_dimensions[row].height or 0 for row in (3, 4, 6)]
        assert heights[0] > 3 * heights[1] and heights[2] > 5 * heights[1]

    def test_sections_of_one_name_have_sheets_of_their_own(self) -> None:
        same = tuple(Section(key, "", "The very same long title of a section", ()) for key in "ab")
        assert len(load_workbook(BytesIO(as_xlsx(replace(PAPER, sections=same)))).sheetnames) == 3


def test_a_part_that_failed_says_so_in_every_file() -> None:
    paper = replace(PAPER, sections=(Section("a", "A", "First", (), "it broke"),))
    word = [one.text for one in open_word(BytesIO(as_docx(paper))).paragraphs]
    assert any("it broke" in text for text in word)
    assert "it broke" in PdfReader(BytesIO(as_pdf(paper))).pages[0].extract_text()
    sheet = load_workbook(BytesIO(as_xlsx(paper))).worksheets[1]
    assert "it broke" in str(sheet["A2"].value)


def test_an_edited_paragraph_is_marked_as_a_persons_in_every_file() -> None:
    edited = Section("a", "A", "First", (Paragraph("p", "Mine.", EDITED), Paragraph("q", "Ours.")))
    paper = replace(PAPER, sections=(edited,))
    word = "\n".join(one.text for one in open_word(BytesIO(as_docx(paper))).paragraphs)
    pages = PdfReader(BytesIO(as_pdf(paper))).pages
    pdf = " ".join("".join(page.extract_text() for page in pages).split())
    sheet = load_workbook(BytesIO(as_xlsx(paper))).worksheets[1]
    excel = "\n".join(str(row[0].value) for row in sheet.iter_rows())
    for said in (word, pdf, excel):
        assert said.count(EDITED_MARK) == 1
        assert f"Mine. {EDITED_MARK}" in said


@pytest.mark.parametrize("file_type", list(RENDER))
def test_the_same_paper_is_the_same_figures_again(file_type: str) -> None:
    assert CONTENT_TYPES[file_type]
    one, other = (RENDER[file_type](PAPER) for _ in range(2))
    if file_type == "pdf":
        assert one == other
    assert one and other


@pytest.mark.parametrize("file_type", FILE_TYPES)
def test_no_sign_that_a_person_types_or_pastes_keeps_a_paper_from_its_files(file_type: str) -> None:
    text = (
        "A line\x0bbroken in Word, a bell \x07, a tick \N{WHITE HEAVY CHECK MARK}, 漢, =1+1, $x$ #a"
    )
    odd = Section("odd", "A", text, (Paragraph("odd-1", text), Bullets((text,))))
    assert rendered(replace(PAPER, title=text, sections=(odd,)), file_type)
