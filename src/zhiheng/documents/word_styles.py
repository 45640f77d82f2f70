"""Fonts, styles and pages of an official Word document, GB/T 9704-2012.

The fonts that the standard names are licensed and not embedded; each is declared in the font
table with the free or usual ones that may stand for it where it is missing.
"""

from __future__ import annotations

from math import floor
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from zhiheng.documents import layout

FANGSONG, KAITI, XIAOBIAOSONG = "仿宋_GB2312", "楷体_GB2312", "方正小标宋简体"
HEITI, SONGTI = "黑体", "宋体"
LATIN = "Times New Roman"

_STAND_INS = {
    FANGSONG: "仿宋,FangSong,FandolFang,Noto Serif SC",
    KAITI: "楷体,KaiTi,FandolKai,Noto Serif SC",
    XIAOBIAOSONG: "小标宋体,宋体,SimSun,Noto Serif SC",
    HEITI: "SimHei,Noto Sans SC",
    SONGTI: "SimSun,Noto Serif SC",
}

# Twentieths of a point by which 28 characters of 3号 are drawn together to fit 156 mm.
_CLOSER = floor((layout.TEXT_WIDTH * 72 / 25.4 / layout.CHARACTERS - layout.BODY_SIZE) * 20)

BODY, NUMBER, LABEL = "公文正文", "发文字号", "附件标号"
CAPTION, CELL, ENTRY = "公文图表题", "公文表格", "推导条目"
TITLE = "Title"
HEADINGS = {level: f"Heading {level}" for level in (1, 2, 3, 4)}


def prepare(document: WordDocument) -> None:
    """Give an empty document the fonts, styles and first page of the standard."""
    _set_defaults(document)
    _declare_fonts(document)
    _set_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    set_page(section, landscape=False)
    _number_pages(section)


def set_page(section: Section, *, landscape: bool) -> None:
    """A4 with the standard's margins; turned, the binding edge is at the top."""
    sides = (layout.TOP, layout.RIGHT, layout.BOTTOM, layout.LEFT)
    width, height = 210.0, 297.0
    if landscape:
        sides = (layout.LEFT, 36.0, layout.RIGHT, 36.0)
        width, height = height, width
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.right_margin = Mm(sides[0]), Mm(sides[1])
    section.bottom_margin, section.left_margin = Mm(sides[2]), Mm(sides[3])
    section.header_distance = Mm(15)
    # The distance runs from the paper's edge to the foot of the number, which is 4号 high.
    section.footer_distance = Mm(sides[2] - layout.FOOTER_GAP - layout.NUMBER_SIZE * 25.4 / 72)
    _set_grid(section, on=not landscape)


def set_fonts(element: Any, east_asian: str, latin: str = LATIN) -> None:
    """Fonts of a run or a style, without the theme's fonts in their way."""
    properties = element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east_asian), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), font)
    properties.insert(0, fonts)


def set_indent(element: Any, **characters: float) -> None:
    """Indents in characters: ``firstLine``, ``left``, ``right``, ``hanging``."""
    properties = element.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    for side, count in characters.items():
        indent.set(qn(f"w:{side}Chars"), str(round(count * 100)))
        indent.set(qn(f"w:{side}"), str(round(count * layout.BODY_SIZE * 20)))


def _set_defaults(document: WordDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    document.styles.element.replace(
        defaults,
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{FANGSONG}" '
            f'w:cs="{LATIN}"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
            f'<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
            f"</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        ),
    )
    language = document.settings.element.find(qn("w:themeFontLang"))
    language.set(qn("w:eastAsia"), "zh-CN")


def _declare_fonts(document: WordDocument) -> None:
    part = next(
        p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml"
    )
    declared = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{stand_ins}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, stand_ins in _STAND_INS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", declared.encode() + b"</w:fonts>")


def _set_styles(document: WordDocument) -> None:
    normal = document.styles["Normal"]
    _shape(normal, FANGSONG, layout.BODY_SIZE)
    _exact(normal, layout.LINE_PITCH)
    body = _new(document, BODY)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    set_indent(body.element, firstLine=2)
    faces = {1: HEITI, 2: KAITI, 3: FANGSONG, 4: FANGSONG}
    for level, name in HEADINGS.items():
        heading = document.styles[name]
        _shape(heading, faces[level], layout.BODY_SIZE)
        _exact(heading, layout.LINE_PITCH)
        heading.paragraph_format.keep_with_next = True
        set_indent(heading.element, firstLine=2)
    title = document.styles[TITLE]
    _shape(title, XIAOBIAOSONG, layout.TITLE_SIZE)
    _exact(title, 35)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _off_grid(title)
    for border in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(border)
    number = _new(document, NUMBER)
    number.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _shape(_new(document, LABEL), HEITI, layout.BODY_SIZE)
    caption = _new(document, CAPTION)
    _shape(caption, HEITI, 12)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _off_grid(caption)
    cell = _new(document, CELL)
    cell.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    _off_grid(cell)
    entry = _new(document, ENTRY)
    _shape(entry, FANGSONG, layout.ENTRY_SIZE)
    _exact(entry, 20)
    _off_grid(entry)
    entry.paragraph_format.left_indent = Pt(24)
    entry.paragraph_format.keep_together = True


def _new(document: WordDocument, name: str) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def _shape(style: ParagraphStyle, east_asian: str, size: float) -> None:
    set_fonts(style.element, east_asian)
    font = style.font
    font.size, font.bold, font.italic = Pt(size), False, False
    font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.rPr
    for old in (*properties.findall(qn("w:spacing")), *properties.findall(qn("w:kern"))):
        properties.remove(old)
    if size == layout.BODY_SIZE:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(_CLOSER))
        properties.insert_element_before(spacing, "w:sz", "w:szCs", "w:u", "w:vertAlign", "w:lang")


def _exact(style: ParagraphStyle, pitch: float) -> None:
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(pitch)


def _off_grid(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _set_grid(section: Section, *, on: bool) -> None:
    """22 lines a page. The 28 characters come from the styles' spacing: programs disagree about
    what a grid of characters is measured from, and some would set 20."""
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    if not on:
        return
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(layout.LINE_PITCH * 20)))
    properties.append(grid)


def _number_pages(section: Section) -> None:
    """— 1 — in 4号 宋体, one character in from the outer edge: odd right, even left."""
    for footer, outer, alignment in (
        (section.footer, "right", WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, "left", WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        set_indent(paragraph._p, **{outer: layout.NUMBER_SIZE / layout.BODY_SIZE})
        for text in ("— ", None, " —"):
            run = paragraph.add_run(text or "")
            run.font.size = Pt(layout.NUMBER_SIZE)
            set_fonts(run._r, SONGTI, SONGTI)
            if text is None:
                field = OxmlElement("w:fldSimple")
                field.set(qn("w:instr"), " PAGE ")
                run.text = "1"
                run._r.addprevious(field)
                field.append(run._r)
