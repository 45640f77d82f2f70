"""The document tree as PDF, through Typst, in the layout of GB/T 9704-2012.

The fonts that the standard names are licensed. In PDF the free Noto Serif SC stands for 仿宋, 楷体,
宋体 and, thickened, for 小标宋; Noto Sans SC for 黑体. The file says so in its properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from zhiheng.documents import layout, typesetting
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
    Run,
    Runs,
    Table,
    annexes,
    by_orientation,
    chinese_date,
    column_widths,
    figures,
    runs_of,
)
from zhiheng.documents.typesetting import SANS, SERIF, literal
from zhiheng.office.words import _

# A line is as high as its letters (1 em here), so the leading makes up the rest of the pitch.
_LEADING = layout.LINE_PITCH - layout.BODY_SIZE
_TRACKING = layout.TEXT_WIDTH * 72 / 25.4 / layout.CHARACTERS - layout.BODY_SIZE

_PREAMBLE = f"""
#set page(
  paper: "a4",
  margin: (top: {layout.TOP}mm, left: {layout.LEFT}mm, right: {layout.RIGHT}mm,
    bottom: {layout.BOTTOM}mm),
  footer-descent: {layout.FOOTER_GAP}mm,
  footer: context {{
    let number = text(size: {layout.NUMBER_SIZE}pt)[— #counter(page).display() —]
    let odd = calc.odd(counter(page).get().first())
    align(if odd {{ right }} else {{ left }}, pad(x: {layout.NUMBER_SIZE}pt, number))
  }},
)
#set text(font: "{SERIF}", size: {layout.BODY_SIZE}pt, lang: "zh", region: "cn",
  top-edge: 0.86em, bottom-edge: -0.14em, tracking: {_TRACKING:.3f}pt)
#set par(justify: true, leading: {_LEADING:.2f}pt, spacing: {_LEADING:.2f}pt,
  first-line-indent: (amount: 2em, all: true))
#set block(spacing: {_LEADING:.2f}pt)
#let flat(body) = {{ set par(first-line-indent: 0pt, justify: false); body }}
#let thick(body) = text(stroke: 0.028em + black, body)
#let sans(body) = text(font: "{SANS}", body)
#show heading: set text(weight: "regular", size: {layout.BODY_SIZE}pt)
#show heading: set block(spacing: {_LEADING:.2f}pt, sticky: true)
#show heading.where(level: 1): set text(font: "{SANS}")
#show heading.where(level: 2): set text(stroke: 0.028em + black)
#show heading: it => block(inset: (left: 2em), it.body)
#let caption(words) = flat(align(center, sans(text(size: 12pt, words))))
#let titled(words) = {{
  set par(leading: 13pt)
  flat(align(center, text(size: {layout.TITLE_SIZE}pt, thick(words))))
}}
#let annexed(words) = {{
  show heading: it => titled(it.body)
  show heading: set text(font: "{SERIF}")
  heading(level: 1, words)
}}
#let blank = v({layout.LINE_PITCH}pt, weak: false)
"""


def write_pdf(document: Document, path: Path) -> None:
    """Write the PDF: searchable text, bookmarks, title; equal documents give equal bytes."""
    path.write_bytes(typesetting.to_pdf(markup(document), document.date))


def markup(document: Document) -> str:
    """The Typst source."""
    return "\n".join([_properties(document), _PREAMBLE, *_head(document), *_body(document)])


def _properties(document: Document) -> str:
    fonts = _(
        "本文件以自由字体代替国家标准所列字体：{serif} 代仿宋、楷体、小标宋，{sans} 代黑体。",
        serif=SERIF,
        sans=SANS,
    )
    day = document.date
    return (
        f"#set document(title: {literal(document.title)}, author: {literal(document.issuer)}, "
        f"description: {literal(fonts)}, "
        f"date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))"
    )


def _head(document: Document) -> Iterator[str]:
    if document.number:
        yield f"#flat(align(center, {literal(document.number)}))"
        yield f"#v({layout.RULE_GAP}mm, weak: true)"
        yield "#line(length: 100%, stroke: 1.5pt + red)"
        yield "#blank"
    yield f"#titled({literal(document.title)})"
    yield "#blank"


def _body(document: Document) -> Iterator[str]:
    known = {figure.reference for figure in figures(document.blocks)}
    signed = False
    for landscape, stretch in by_orientation(document.blocks):
        lines: list[str] = []
        for block, number in stretch:
            if isinstance(block, Annex) and not signed:
                lines.extend(_signature(document))
                signed = True
            lines.extend(_block(block, number, known))
        yield from _turned(lines) if landscape else lines
    if not signed:
        yield from _signature(document)


def _turned(lines: Iterable[str]) -> Iterator[str]:
    margins = f"(top: {layout.LEFT}mm, bottom: {layout.RIGHT}mm, x: 36mm)"
    yield f"#page(flipped: true, margin: {margins})["
    # The page breaks anyway, and a page must not break inside.
    yield from (line for line in lines if line != "#pagebreak(weak: true)")
    yield "]"


def _block(block: Block, number: str, known: set[int]) -> Iterator[str]:
    match block:
        case Heading():
            yield f"#heading(level: {block.level}, {literal(number + block.text)})"
        case Paragraph():
            yield f"#par[{_runs(block.runs)}]"
        case Entry():
            yield _entry(block, known)
        case Table():
            yield from _table(block, number)
        case Picture():
            yield _picture(block, number)
        case PageBreak():
            yield "#pagebreak(weak: true)"
        case Annex():
            yield "#pagebreak(weak: true)"
            yield f"#flat(sans({literal(block.label)}))"
            yield f"#annexed({literal(block.title)})"
            yield "#v(0.6em)"


def _runs(runs: Runs) -> str:
    return "".join(map(_run, runs_of(runs)))


def _run(run: Run) -> str:
    if isinstance(run, Figure):
        mark = f"#super({literal(f'[{run.reference}]')})"
        return f"#{literal(run.text)}#link(<ref-{run.reference}>)[{mark}]"
    return f"#{literal(run)}"


def _entry(entry: Entry, known: set[int]) -> str:
    label = f"<ref-{entry.reference}>" if entry.reference in known else ""
    first, *others = entry.lines or ("",)
    lines = [literal(f"[{entry.reference}] {first}"), *map(literal, others)]
    return (
        f"#block(breakable: false)[#set text(size: {layout.ENTRY_SIZE}pt)\n"
        f"#set par(first-line-indent: 0pt, hanging-indent: 2em, leading: 8pt, justify: false)\n"
        f"#par[#{'#linebreak()#'.join(lines)}]] {label}"
    )


def _table(table: Table, number: str) -> Iterator[str]:
    columns = len(table.header)
    shares = ", ".join(f"{share:.4f}fr" for share in column_widths(table))
    alignments = ", ".join(table.alignments or ["left"] * columns)
    if table.style == "grid":
        stroke = "0.5pt"
    else:
        last = len(table.rows)
        stroke = (
            f"(x, y) => (top: if y == 0 {{ 1.2pt }} else if y == 1 {{ 0.6pt }}, "
            f"bottom: if y == {last} {{ 1.2pt }})"
        )
    header = ", ".join(f"sans({literal(name)})" for name in table.header)
    cells = ",\n".join(", ".join(f"[{_runs(c)}]" for c in row) for row in table.rows)
    if table.caption:
        yield f"#block(sticky: true, width: 100%, caption({literal(f'{number}  {table.caption}')}))"
    yield (
        f"#block(width: 100%)[#set text(size: {layout.cell_size(columns)}pt, tracking: 0pt)\n"
        f"#set par(first-line-indent: 0pt, leading: 0.45em, justify: false)\n"
        f"#table(columns: ({shares},), align: ({alignments},), inset: (x: 4pt, y: 5pt),\n"
        f"stroke: {stroke}, table.header(repeat: true, {header}),\n{cells})]"
    )


def _picture(picture: Picture, number: str) -> str:
    drawn = typesetting.picture(picture.svg, f"{min(picture.width, layout.TEXT_WIDTH)}mm")
    words = f"caption({literal(f'{number}  {picture.caption}')})" if picture.caption else "none"
    return f"#block(breakable: false, width: 100%)[#flat(align(center, {drawn}))\n#{words}]"


def _signature(document: Document) -> Iterator[str]:
    """Annexes named, then issuer over date, kept together."""
    listed = annexes(document)
    if listed:
        yield "#blank"
        for index, annex in enumerate(listed, start=1):
            order = f"{index}." if len(listed) > 1 else ""
            lead = _("附件：") if index == 1 else ""
            gap = "" if index == 1 else "#h(3em)"
            yield f"#par[{gap}#{literal(f'{lead}{order}{annex.title}')}]"
    day = chinese_date(document.date)
    indent = layout.issuer_indent(document.issuer, day)
    yield "#blank"
    yield (
        "#block(breakable: false, width: 100%)[#flat(align(right)["
        f"#pad(right: {indent}em, {literal(document.issuer)})\n"
        f"#pad(right: {layout.DATE_INDENT}em, {literal(day)})])]"
    )
