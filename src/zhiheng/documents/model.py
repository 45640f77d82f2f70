"""A report as a tree of typed blocks; Word and PDF are two writings of the same tree.

Headings, tables, pictures and annexes number themselves. A `Figure` is a number that somebody may
dispute: it carries a reference, and the document cannot be built unless an `Entry` of a
derivation annex says where that figure comes from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zhiheng.documents.widths import display_width

Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Figure:
    """A number in the text, and the number ≥ 1 of its entry in the derivation annex."""

    text: str
    reference: int

    def __post_init__(self) -> None:
        if self.reference < 1:
            raise ValueError(f"a figure's reference starts at 1, not {self.reference}")


Run = str | Figure
Runs = Run | tuple[Run, ...]


def runs_of(text: Runs) -> tuple[Run, ...]:
    return text if isinstance(text, tuple) else (text,)


@dataclass(frozen=True)
class Heading:
    """Level 1–4: 一、 （一） 1. （1）; the number is not part of the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise ValueError(f"an official document has heading levels 1 to 4, not {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """Body text, its first line indented by two characters."""

    runs: Runs


@dataclass(frozen=True)
class Entry:
    """One entry of the derivation annex: what ``[reference]`` rests on; a string a line."""

    reference: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a repeating header.

    Attributes:
        header: column names.
        rows: cells as text, figures, or both.
        alignments: one a column; default left.
        caption: printed above after 表1, 表2…; empty for none.
        widths: relative widths, one a column; default by content.
        style: ``three_line`` (rules above, under the header and below) or ``grid``.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Runs]]
    alignments: Sequence[Alignment] = ()
    caption: str = ""
    widths: Sequence[float] = ()
    style: Literal["three_line", "grid"] = "three_line"

    def __post_init__(self) -> None:
        columns = len(self.header)
        if columns == 0:
            raise ValueError("a table needs at least one column")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != columns:
                raise ValueError(f"row {number} has {len(row)} cells, the header {columns}")
        for name in ("alignments", "widths"):
            given = len(getattr(self, name))
            if given not in (0, columns):
                raise ValueError(f"{given} {name} for {columns} columns")


@dataclass(frozen=True)
class Picture:
    """An SVG drawing; caption below after 图1, 图2…; ``width`` in mm of the 156 mm text block."""

    svg: str
    caption: str = ""
    width: float = 150.0


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


@dataclass(frozen=True)
class Annex:
    """Begins an annex on a new page: label such as 附件1 top left, title centred."""

    label: str
    title: str


Block = Heading | Paragraph | Entry | Table | Picture | PageBreak | Annex


@dataclass(frozen=True)
class Document:
    """An official document.

    Attributes:
        title: centred above the text.
        issuer: whose document it is; signed at the end of the main text.
        date: of the document.
        blocks: main text, then annexes.
        number: 发文字号 such as ``衡质发〔2026〕12号``; any brackets about the year become 〔〕.
            With a number the page opens with it and a red line.
    """

    title: str
    issuer: str
    date: date
    blocks: Sequence[Block] = field(default=())
    number: str | None = None

    def __post_init__(self) -> None:
        if self.number is not None:
            tidy = re.sub(r"[\[(（［【〔](\d{4})[\])）］】〕]", r"〔\1〕", self.number)
            object.__setattr__(self, "number", tidy)
        entries = Counter(b.reference for b in self.blocks if isinstance(b, Entry))
        twice = sorted(reference for reference, times in entries.items() if times > 1)
        missing = sorted({figure.reference for figure in figures(self.blocks)} - entries.keys())
        if twice:
            raise ValueError(f"more than one entry for references {twice}")
        if missing:
            raise ValueError(f"no entry in a derivation annex for references {missing}")


def figures(blocks: Iterable[Block]) -> Iterator[Figure]:
    """All figures of the text and the tables, in order."""
    for block in blocks:
        texts: list[Runs] = []
        if isinstance(block, Paragraph):
            texts = [block.runs]
        elif isinstance(block, Table):
            texts = [cell for row in block.rows for cell in row]
        for text in texts:
            yield from (run for run in runs_of(text) if isinstance(run, Figure))


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Each block with its number: 一、 （一） 1. （1） for headings, 表1, 图1; else empty.

    A heading restarts the levels below it; an annex restarts the headings. A caption-less table
    or picture takes no number.
    """
    counts = [0, 0, 0, 0]
    tables = pictures = 0
    for block in blocks:
        match block:
            case Annex():
                counts = [0, 0, 0, 0]
                yield block, ""
            case Heading():
                counts[block.level - 1] += 1
                counts[block.level :] = [0] * (4 - block.level)
                yield block, _heading_number(block.level, counts[block.level - 1])
            case Table() if block.caption:
                tables += 1
                yield block, f"表{tables}"
            case Picture() if block.caption:
                pictures += 1
                yield block, f"图{pictures}"
            case _:
                yield block, ""


_MOST_UPRIGHT = 8  # columns that are still readable across an upright page


def by_orientation(blocks: Sequence[Block]) -> list[tuple[bool, list[tuple[Block, str]]]]:
    """The numbered blocks in stretches that share an orientation, True for landscape.

    A table of more than eight columns lies on its side, and takes along the headings and the
    annex title that stand directly above it.
    """
    pairs = list(numbered(blocks))
    turned = [isinstance(b, Table) and len(b.header) > _MOST_UPRIGHT for b, _number in pairs]
    for index in range(len(pairs) - 2, -1, -1):
        if isinstance(pairs[index][0], Heading | Annex) and turned[index + 1]:
            turned[index] = True
    stretches: list[tuple[bool, list[tuple[Block, str]]]] = []
    for landscape, pair in zip(turned, pairs, strict=True):
        if not stretches or stretches[-1][0] != landscape:
            stretches.append((landscape, []))
        stretches[-1][1].append(pair)
    return stretches


def column_widths(table: Table) -> list[float]:
    """Each column's share of the width, adding up to 1; by content where none are given."""
    widths = list(table.widths)
    if not widths:
        for index, name in enumerate(table.header):
            cells = [plain(row[index]) for row in table.rows]
            longest = max(map(display_width, [name, *cells]))
            # Long text wraps and need not have its full width; two places are for the margins.
            widths.append(min(max(longest, 4), 12) + max(longest - 12, 0) ** 0.5 * 2 + 2)
    return [width / sum(widths) for width in widths]


def plain(text: Runs) -> str:
    """The text with references as ``[1]``."""
    return "".join(
        run if isinstance(run, str) else f"{run.text}[{run.reference}]" for run in runs_of(text)
    )


def annexes(document: Document) -> tuple[Annex, ...]:
    return tuple(block for block in document.blocks if isinstance(block, Annex))


def chinese_date(day: date) -> str:
    """Arabic digits without leading zeros: 2026年9月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """1–99 in Chinese numerals: 一, 十, 二十一."""
    if not 1 <= number <= 99:
        raise ValueError(f"headings are numbered from 1 to 99, not {number}")
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return {0: "", 1: "十"}.get(tens, f"{digits[tens]}十") + (digits[ones] if ones else "")


def _heading_number(level: int, count: int) -> str:
    return {
        1: f"{chinese_number(count)}、",
        2: f"（{chinese_number(count)}）",
        3: f"{count}.",
        4: f"（{count}）",
    }[level]
