"""One document with everything in it, written as Word and as PDF and measured there.

Measures: GB/T 9704-2012 (A4; margins 37, 28, 26, 35 mm; 22 lines of 28 characters; 3号 text, 2号
title; page numbers 4号, odd right, even left).
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document as open_docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdf import PdfReader

from zhiheng.documents.charts import Target, TrendPoint, trend
from zhiheng.documents.model import (
    Annex,
    Document,
    Entry,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Table,
)
from zhiheng.documents.pdf import write_pdf
from zhiheng.documents.word import write_docx

TRICKY = '#号 *星* _下_ $x$ <标签> @ref "引" \\反 `码` [方] {花} https://example.org/~a//b'
LONG = "全部数字均可由附件所列推导过程重新计算，数据截止日为十月十五日，口径与上年相同。" * 12
MM = 72 / 25.4


@pytest.fixture(scope="module")
def document() -> Document:
    chart = trend(
        [TrendPoint("2026Q2", 94.0, 92.0, 96.0), TrendPoint("2026Q3", 95.6, 94.1, 97.1)],
        title="合格率", unit="%", target=Target(95.0, "目标 ≥ 95%"),
    )  # fmt: skip
    rows = [[f"第{n}区", "812", Figure("95.60%", 1)] for n in range(60)]
    return Document(
        "衡川市2026年第三季度质量状况分析报告",
        "衡川市市场监督管理局",
        date(2026, 10, 20),
        [
            Heading(1, "总体情况"),
            Paragraph(("合格率为", Figure("95.60%", 1), "，", Figure("92.31%", 2), "为工业产品。")),
            Heading(2, "食品"),
            Paragraph(LONG),
            Heading(3, "抽检"),
            Paragraph(TRICKY),
            Heading(4, "环节"),
            Paragraph(LONG),
            Table(("区县", "样本数", "合格率"), rows, ("left", "right", "right"), "各区结果"),
            Picture(chart, "合格率变化", 130),
            Heading(1, "一览"),
            Table([f"指标{n}" for n in range(11)], [["9"] * 11] * 3, caption="全部指标"),
            Heading(1, "下一步"),
            Paragraph("按计划推进。"),
            PageBreak(),
            Table(("项", "数"), [("完成", "12")], style="grid"),
            Annex("附件1", "推导过程"),
            Entry(1, ("食品合格率。", "方法：分层；n=812。", "重算：zhiheng explain")),
            Entry(2, ("工业产品合格率。",)),
            Annex("附件2", "数据来源"),
            Heading(1, "来源"),
        ],
        number="衡质发[2026]12号",
    )


@pytest.fixture(scope="module")
def word(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "report.docx"
    write_docx(document, path)
    return path


@pytest.fixture(scope="module")
def pdf(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    write_pdf(document, path)
    return path


def test_word_pages(word: Path) -> None:
    opened = open_docx(str(word))
    upright = opened.sections[0]
    sides = (upright.top_margin, upright.left_margin, upright.right_margin, upright.bottom_margin)
    for margin, wanted in zip(sides, (37, 28, 26, 35), strict=True):
        assert margin is not None
        assert margin.mm == pytest.approx(wanted, abs=0.1)
    assert upright.page_width is not None
    assert (round(upright.page_width.mm), upright.orientation) == (210, WD_ORIENT.PORTRAIT)
    turned = [section.orientation for section in opened.sections]
    assert turned == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert opened.settings.odd_and_even_pages_header_footer
    assert "PAGE" in upright.footer._element.xml
    assert (
        upright.footer.paragraphs[0].alignment != upright.even_page_footer.paragraphs[0].alignment
    )
    assert upright.footer.paragraphs[0].runs[0].font.size == Pt(14)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("公文正文", None, None),
        ("Normal", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
        ("附件标号", "黑体", 16),
    ],
)
def test_word_styles(word: Path, style: str, font: str | None, size: float | None) -> None:
    found = open_docx(str(word)).styles[style]
    fonts = found.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    assert (fonts.get(qn("w:eastAsia")) if fonts is not None else None) == font
    assert found.font.size == (Pt(size) if size else None)


def test_word_lines_and_characters(word: Path) -> None:
    opened = open_docx(str(word))
    normal = opened.styles["Normal"]
    assert normal.paragraph_format.line_spacing == pytest.approx(Pt(28.95), abs=10)
    assert 22 * 28.95 <= 225 * MM < 23 * 28.95
    spacing = normal.element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
    pitch = 16 + int(spacing.get(qn("w:val"))) / 20
    assert int(156 * MM / pitch) == 28
    indent = opened.styles["公文正文"].element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_word_text(word: Path) -> None:
    opened = open_docx(str(word))
    texts = [p.text for p in opened.paragraphs]
    assert texts[0] == "衡质发〔2026〕12号"
    for wanted in (
        "一、总体情况", "（一）食品", "1.抽检", "（1）环节", "二、一览", TRICKY, "表1  各区结果",
        "图1  合格率变化", "附件：1.推导过程", "2.数据来源", "2026年10月20日",
        "[2] 工业产品合格率。",
    ):  # fmt: skip
        assert wanted in texts
    date_line = next(p for p in opened.paragraphs if p.text == "2026年10月20日")
    assert 'w:rightChars="400"' in date_line._p.xml
    assert texts.index("2026年10月20日") < texts.index("附件1")
    xml = opened.element.xml
    anchors = set(re.findall(r'w:anchor="(ref_\d+)"', xml))
    assert anchors == set(re.findall(r'w:bookmarkStart w:id="\d+" w:name="(ref_\d+)"', xml))
    assert len(anchors) == 2


def test_word_tables(word: Path) -> None:
    opened = open_docx(str(word))
    long, wide, grid = opened.tables
    assert len(long.rows) == 61
    assert "w:tblHeader" in long.rows[0]._tr.xml
    assert "w:tblHeader" not in long.rows[1]._tr.xml
    sizes = [t.rows[1].cells[0].paragraphs[0].runs[0].font.size for t in (long, wide)]
    assert sizes == [Pt(12), Pt(9)]
    assert "w:insideV" in grid._tbl.xml
    assert "w:insideV" not in long._tbl.xml
    total = sum(int(c.get(qn("w:w"))) for c in wide._tbl.tblGrid.findall(qn("w:gridCol")))
    assert total == pytest.approx(Mm(225).twips, abs=15)


def test_pdf_pages_and_properties(pdf: Path, document: Document) -> None:
    read = PdfReader(pdf)
    assert read.metadata is not None
    assert read.metadata.title == document.title
    assert read.metadata.author == document.issuer
    sizes = {(round(float(p.mediabox.width) / MM), round(float(p.mediabox.height) / MM))
             for p in read.pages}  # fmt: skip
    assert sizes == {(210, 297), (297, 210)}
    titles = [entry["/Title"] for entry in read.outline if not isinstance(entry, list)]
    assert titles == ["一、总体情况", "二、一览", "三、下一步", "推导过程", "数据来源", "一、来源"]


def test_pdf_text_is_text(pdf: Path) -> None:
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    squeezed = re.sub(r"\s", "", text)
    for wanted in (TRICKY, "衡质发〔2026〕12号", "（一）食品", "附件：1.推导过程", "表1各区结果"):
        assert re.sub(r"\s", "", wanted) in squeezed
    assert squeezed.count("第0区") == 1
    assert squeezed.count("区县样本数合格率") >= 2  # the header again on the next page


def test_pdf_lines_stand_on_the_official_pitch(pdf: Path) -> None:
    places: list[tuple[float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip() and round(size) == 16:
            x, y = tm[4], tm[5]
            places.append((x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]))

    PdfReader(pdf).pages[0].extract_text(visitor_text=visit)
    heights = sorted({round(y, 1) for _x, y in places}, reverse=True)
    pitches = [a - b for a, b in pairwise(heights)]
    usual = sorted(pitches)[len(pitches) // 2]
    assert usual == pytest.approx(28.95, abs=0.15)
    assert min(x for x, _y in places) == pytest.approx(28 * MM, abs=1)
    assert len(heights) <= 22


def test_equal_documents_give_equal_files(
    document: Document, word: Path, pdf: Path, tmp_path: Path
) -> None:
    write_docx(document, tmp_path / "a.docx")
    write_pdf(document, tmp_path / "a.pdf")
    assert (tmp_path / "a.docx").read_bytes() == word.read_bytes()
    assert (tmp_path / "a.pdf").read_bytes() == pdf.read_bytes()
