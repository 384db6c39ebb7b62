"""A paper as a Word file: real styles, headings, table header rows, alternative text, page numbers
and contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from .document import (
    EDITED,
    EDITED_MARK,
    Block,
    Bullets,
    Chart,
    Document,
    Paragraph,
    Subheading,
    Table,
)
from .print_charts import WIDTH, as_png

PAGE_WIDTH = 17.0
"""Centimetres between the margins."""
FONT, INK, GREY = "Arial", RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x50, 0x5A, 0x5F)
SMALL, TINY = Pt(9), Pt(8)
LEAST_ROWS = 2
"""Rows that stay with a table's caption, its heading among them."""


def as_docx(document: Document) -> bytes:
    """The Word file."""
    word = new_document()
    _styles(word)
    _properties(word, document)
    _frame(word, document)
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    _cover(word, document)
    word.add_paragraph("Contents", style="Contents Heading")
    _contents(word, document)
    numbers = {id(block): number for _, block, number in document.numbered()}
    for place, section in enumerate(document.sections):
        _bookmark(word.add_heading(section.heading, 1), place)
        if section.failed:
            word.add_paragraph(f"This part could not be prepared: {section.failed}")
        for block in section.blocks:
            _block(word, block, numbers[id(block)])
    out = BytesIO()
    word.save(out)
    return out.getvalue()


# ---- the frame ---------------------------------------------------------------------


def _styles(word: Word) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    for name, size in (
        ("Normal", 11), ("Title", 22), ("Subtitle", 14), ("Heading 1", 15), ("Heading 2", 12),
    ):  # fmt: skip
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
        style.font.italic = False
    caption = word.styles["Caption"]
    caption.font.name, caption.font.size, caption.font.color.rgb = FONT, Pt(11), INK
    caption.paragraph_format.keep_with_next = True
    for line in word.styles["Title"].element.iter(qn("w:pBdr")):
        line.getparent().remove(line)
    word.styles["Title"].font.bold = True
    word.styles["Normal"].paragraph_format.space_after = Pt(8)
    heading = word.styles.add_style("Contents Heading", 1)
    heading.base_style, heading.font.bold, heading.font.size = word.styles["Normal"], True, Pt(13)


def _properties(word: Word, document: Document) -> None:
    core = word.core_properties
    core.title, core.subject, core.language = document.title, document.subtitle, "en-GB"
    core.author = dict(document.cover).get("Author", "")
    core.created = core.modified = datetime(2000, 1, 1, tzinfo=UTC)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    word.styles["Normal"].element.get_or_add_rPr().append(language)


def _frame(word: Word, document: Document) -> None:
    """The header says what the paper is, the footer what its figures are and the page."""
    page = word.sections[0]
    _small(page.header.paragraphs[0], f"{document.title}. {document.subtitle}")
    foot = page.footer.paragraphs[0]
    _small(foot, f"{document.basis}. Page ")
    _field(foot, "PAGE", "1")
    _small(foot, " of ")
    _field(foot, "NUMPAGES", "1")


def _small(paragraph: WordParagraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = TINY, GREY


def _field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown)):
        run = paragraph.add_run(text if kind == "shown" else "")
        run.font.size, run.font.color.rgb = TINY, GREY
        if kind in {"begin", "separate"}:
            _mark(run, kind)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run._r.append(code)
    _mark(paragraph.add_run(), "end")


def _mark(run: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run._r.append(mark)


# ---- cover and contents ------------------------------------------------------------


def _cover(word: Word, document: Document) -> None:
    table = word.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in document.cover:
        cells = table.add_row().cells
        for cell, said in zip(cells, (label, text), strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(3)
            paragraph.add_run(said).font.bold = said is label
    _wide(table, (0.3, 0.7))
    _described(table, "About this paper")
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _contents(word: Word, document: Document) -> None:
    """Links to the sections, as a contents field that Word can fill with pages."""
    last = len(document.sections) - 1
    for place, section in enumerate(document.sections):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        if not place:
            _mark(paragraph.add_run(), "begin")
            run = paragraph.add_run()
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = ' TOC \\o "1-1" \\h \\z \\u '
            run._r.append(code)
            _mark(paragraph.add_run(), "separate")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _anchor(place))
        run = paragraph.add_run(section.heading)
        link.append(run._r)
        paragraph._p.append(link)
        if place == last:
            _mark(paragraph.add_run(), "end")


def _anchor(place: int) -> str:
    return f"section{place}"


def _bookmark(paragraph: WordParagraph, place: int) -> None:
    for kind in ("bookmarkStart", "bookmarkEnd"):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(place))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), _anchor(place))
        paragraph._p.append(mark)


# ---- blocks ------------------------------------------------------------------------


def _block(word: Word, block: Block, number: int) -> None:
    match block:
        case Paragraph():
            _paragraph(word, block, number)
        case Subheading():
            word.add_heading(block.text, 2)
        case Bullets():
            for item in block.items:
                word.add_paragraph(item, style="List Bullet")
        case Table():
            _table(word, block)
        case Chart():
            _chart(word, block)


def _paragraph(word: Word, block: Paragraph, number: int) -> None:
    paragraph = word.add_paragraph()
    if number:
        paragraph.paragraph_format.left_indent = Cm(1)
        paragraph.paragraph_format.first_line_indent = Cm(-1)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(1))
        paragraph.add_run(f"{number}.\t")
    paragraph.add_run(block.text)
    if block.origin == EDITED:
        _small(paragraph, f" {EDITED_MARK}")


def _table(word: Word, block: Table) -> None:
    _caption(word, block.caption)
    table = word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for cell, (name, right) in zip(table.rows[0].cells, block.heads, strict=True):
        _write(cell, name, bold=True, right=right)
    head = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for row in block.rows:
        line = table.add_row()
        whole = OxmlElement("w:cantSplit")
        line._tr.get_or_add_trPr().append(whole)
        for cell, one, (_, right) in zip(line.cells, row, block.heads, strict=True):
            _write(cell, one.text, right=right)
    for row in table.rows[:LEAST_ROWS]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    _wide(table, block.shares)
    _described(table, block.caption)
    note = word.add_paragraph()
    note.paragraph_format.space_before = Pt(3)
    _small(note, block.note)


def _wide(table: WordTable, shares: Sequence[float]) -> None:
    """Gives the columns their shares of the page; Word reads them of the cells, others of the
    grid."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(PAGE_WIDTH * share)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Cm(PAGE_WIDTH * share)


def _write(cell: Any, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = SMALL, bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _described(table: WordTable, text: str) -> None:
    """What a screen reader says of the table before it reads it."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), text)
    table._tbl.tblPr.append(caption)


def _caption(word: Word, text: str) -> None:
    word.add_paragraph(text, style="Caption")


def _chart(word: Word, block: Chart) -> None:
    _caption(word, block.title)
    picture = word.add_picture(BytesIO(as_png(block)), width=Cm(WIDTH * 2.54))
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    described = picture._inline.docPr
    described.set("descr", block.alt)
    described.set("title", block.title)
    _small(word.add_paragraph(), f"{block.alt} {block.source}".strip())
