"""The document tree as a Word document in the layout of GB/T 9704-2012."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from zhiheng.documents import layout, typesetting
from zhiheng.documents import word_styles as styles
from zhiheng.documents.model import (
    Annex,
    Block,
    Document,
    Entry,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Runs,
    Table,
    annexes,
    by_orientation,
    chinese_date,
    runs_of,
)
from zhiheng.documents.word_tables import add_table
from zhiheng.office.words import _


def write_docx(document: Document, path: Path) -> None:
    """Write the document; equal documents give equal bytes."""
    word = new_document()
    styles.prepare(word)
    _set_properties(word, document)
    writer = _Writer(word)
    writer.head(document)
    signed = False
    for landscape, stretch in by_orientation(document.blocks):
        writer.turn(landscape)
        for block, number in stretch:
            if isinstance(block, Annex) and not signed:
                writer.sign(document)
                signed = True
            writer.block(block, number)
    if not signed:
        writer.turn(False)
        writer.sign(document)
    path.write_bytes(_reproducible(word))


class _Writer:
    """Appends blocks; knows the page's orientation and whether a page break is due."""

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._landscape = False
        self._break_due = False
        self._bookmarks = count(1)

    def turn(self, landscape: bool) -> None:
        """Begin a section, and so a page, where the orientation changes."""
        if landscape == self._landscape:
            return
        section = self._word.add_section(WD_SECTION.NEW_PAGE)
        styles.set_page(section, landscape=landscape)
        self._landscape, self._break_due = landscape, False

    def head(self, document: Document) -> None:
        if document.number:
            number = self._paragraph(styles.NUMBER, document.number)
            number._p.get_or_add_pPr().insert_element_before(
                parse_xml(
                    f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" '
                    f'w:space="{round(layout.RULE_GAP * 72 / 25.4)}" w:color="FF0000"/></w:pBdr>'
                ),
                "w:snapToGrid",
                "w:spacing",
                "w:ind",
                "w:jc",
            )
            self._paragraph("Normal")
        self._paragraph(styles.TITLE, document.title)
        self._paragraph("Normal")

    def block(self, block: Block, number: str) -> None:
        match block:
            case Heading():
                self._paragraph(styles.HEADINGS[block.level], number + block.text)
            case Paragraph():
                self._paragraph(styles.BODY, block.runs)
            case Entry():
                self._entry(block)
            case Table():
                self._table(block, number)
            case Picture():
                self._picture(block, number)
            case PageBreak():
                self._break_due = True
            case Annex():
                self._break_due = True
                self._paragraph(styles.LABEL, block.label)
                title = self._paragraph(styles.TITLE, block.title)
                level = OxmlElement("w:outlineLvl")
                level.set(qn("w:val"), "0")
                title._p.get_or_add_pPr().append(level)
                self._paragraph("Normal")

    def sign(self, document: Document) -> None:
        """The annexes' names, then the issuer centred over the date."""
        listed = annexes(document)
        self._paragraph("Normal")
        for order, annex in enumerate(listed, start=1):
            name = f"{order}.{annex.title}" if len(listed) > 1 else annex.title
            line = self._paragraph("Normal", (_("附件：") if order == 1 else "") + name)
            styles.set_indent(line._p, left=2 if order == 1 else 5)
        if listed:
            self._paragraph("Normal")
        day = chinese_date(document.date)
        over = layout.issuer_indent(document.issuer, day)
        for text, indent in ((document.issuer, over), (day, float(layout.DATE_INDENT))):
            line = self._paragraph("Normal", text)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            styles.set_indent(line._p, right=indent)
            line.paragraph_format.keep_with_next = text != day

    def _paragraph(self, style: str, runs: Runs = ()) -> WordParagraph:
        paragraph = self._word.add_paragraph(style=style)
        add_runs(paragraph, runs)
        if self._break_due:
            paragraph.paragraph_format.page_break_before = True
            self._break_due = False
        return paragraph

    def _entry(self, entry: Entry) -> None:
        for index, words in enumerate(entry.lines or ("",)):
            text = words if index else f"[{entry.reference}] {words}"
            line = self._paragraph(styles.ENTRY, text)
            if index == 0:
                line.paragraph_format.first_line_indent = Pt(-24)
                line.paragraph_format.space_before = Pt(6)
                self._bookmark(line, f"ref_{entry.reference}")
            line.paragraph_format.keep_with_next = index < len(entry.lines) - 1

    def _bookmark(self, paragraph: WordParagraph, name: str) -> None:
        identity = str(next(self._bookmarks))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), identity)
        start.set(qn("w:name"), name)
        paragraph.runs[0]._r.addprevious(start)
        paragraph._p.append(end)

    def _table(self, table: Table, number: str) -> None:
        if table.caption:
            caption = self._paragraph(styles.CAPTION, f"{number}  {table.caption}")
            caption.paragraph_format.keep_with_next = True
        elif self._break_due:
            self._paragraph("Normal")
        width = layout.TURNED_WIDTH if self._landscape else layout.TEXT_WIDTH
        add_table(self._word, table, width, add_runs)
        gap = self._paragraph("Normal")
        gap.paragraph_format.line_spacing = Pt(10)

    def _picture(self, picture: Picture, number: str) -> None:
        width = min(picture.width, layout.TEXT_WIDTH)
        holder = self._paragraph("Normal")
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # else it is cut off
        holder.paragraph_format.keep_with_next = bool(picture.caption)
        png = BytesIO(typesetting.to_png(picture.svg, width))
        drawn = holder.add_run().add_picture(png, width=Mm(width))
        drawn._inline.docPr.set("descr", picture.caption or number)
        if picture.caption:
            self._paragraph(styles.CAPTION, f"{number}  {picture.caption}")


def add_runs(paragraph: WordParagraph, runs: Runs, size: float | None = None) -> None:
    """Text as runs; a figure's reference, raised, leads to its entry."""
    for run in runs_of(runs):
        text = paragraph.add_run(run.text if isinstance(run, Figure) else run)
        if size:
            text.font.size = Pt(size)
        if isinstance(run, Figure):
            mark = paragraph.add_run(f"[{run.reference}]")
            mark.font.superscript = True
            if size:
                mark.font.size = Pt(size)
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), f"ref_{run.reference}")
            mark._r.addprevious(link)
            link.append(mark._r)


def _set_properties(word: WordDocument, document: Document) -> None:
    made = datetime(document.date.year, document.date.month, document.date.day)  # noqa: DTZ001
    properties = word.core_properties
    properties.title, properties.author = document.title, document.issuer
    properties.last_modified_by, properties.comments = document.issuer, ""
    properties.language, properties.keywords = "zh-CN", ""
    properties.created = properties.modified = made
    properties.revision = 1


def _reproducible(word: WordDocument) -> bytes:
    """The package with the times of its members fixed."""
    saved, fixed = BytesIO(), BytesIO()
    word.save(saved)
    with ZipFile(saved) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return fixed.getvalue()
