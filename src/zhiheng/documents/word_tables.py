"""Tables in Word: three-line or full grid, the header repeated on each page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph as WordParagraph

from zhiheng.documents import layout, word_styles
from zhiheng.documents.model import Alignment, Runs, Table, column_widths

RunWriter = Callable[[WordParagraph, Runs, float | None], None]

_RULE, _FINE = 12, 6  # eighths of a point


def add_table(word: WordDocument, table: Table, width_mm: float, add_runs: RunWriter) -> None:
    """Append the table, ``width_mm`` wide.

    Rows are built as XML: through the library's cells a long table takes quadratic time.
    """
    twips = [round(share * width_mm / 25.4 * 1440) for share in column_widths(table)]
    size = layout.cell_size(len(table.header))
    alignments: Sequence[Alignment] = table.alignments or ["left"] * len(twips)
    holder = word.add_table(rows=0, cols=len(twips))
    holder.autofit = False
    properties = holder._tbl.tblPr
    properties.insert_element_before(
        _borders(table.style), "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )
    total = properties.find(qn("w:tblW"))
    total.set(qn("w:type"), "dxa")
    total.set(qn("w:w"), str(sum(twips)))
    for column, width in zip(holder._tbl.tblGrid.findall(qn("w:gridCol")), twips, strict=True):
        column.set(qn("w:w"), str(width))
    rows: list[Sequence[Runs]] = [table.header, *table.rows]
    for index, cells in enumerate(rows):
        row = OxmlElement("w:tr")
        row.append(_row_properties(header=index == 0))
        for cell, width, alignment in zip(cells, twips, alignments, strict=True):
            row.append(_cell(word, cell, width, alignment, size, index == 0, add_runs))
        holder._tbl.append(row)


def _borders(style: str) -> object:
    sides = {"top": _RULE, "bottom": _RULE}
    if style == "grid":
        sides = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), 4)
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in sides.items()
    )
    return parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>")


def _row_properties(*, header: bool) -> object:
    repeat = "<w:tblHeader/>" if header else ""
    return parse_xml(f"<w:trPr {nsdecls('w')}><w:cantSplit/>{repeat}</w:trPr>")


def _cell(
    word: WordDocument,
    runs: Runs,
    width: int,
    alignment: Alignment,
    size: float,
    header: bool,
    add_runs: RunWriter,
) -> object:
    rule = (
        f'<w:tcBorders><w:bottom w:val="single" w:sz="{_FINE}" w:space="0" w:color="000000"/>'
        f"</w:tcBorders>"
        if header
        else ""
    )
    cell = parse_xml(
        f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{rule}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="'
        f'{word.styles[word_styles.CELL].style_id}"/>'
        f'{"<w:keepNext/>" if header else ""}<w:jc w:val="{alignment}"/></w:pPr></w:p></w:tc>'
    )
    paragraph = WordParagraph(cell.find(qn("w:p")), word._body)
    add_runs(paragraph, runs, size)
    if header:
        for run in paragraph.runs:
            word_styles.set_fonts(run._r, word_styles.HEITI)
    return cell
