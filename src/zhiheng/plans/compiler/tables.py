"""Tables of indicators in plain text: piped, spaced, or one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiheng.plans.compiler.blocks import Block
from zhiheng.plans.compiler.flat import flat_heads, only_reading
from zhiheng.plans.compiler.rows import (
    Cell,
    Row,
    aligned,
    cell_of,
    cells_of,
    column_of,
    columns_of,
    is_unread_row,
    row_of,
)
from zhiheng.plans.compiler.times import Frame

_RULE = re.compile(r"[-:=|\s]+")

_FLAT_ROW = re.compile(
    r"(?:\d{1,2}[.、])?(?P<name>[^\d.,。;|]{3,30}?)(?:\((?P<unit>[^()\d]{1,6})\)|(?P<sign>%))?"
    r"(?P<digits>\d[\d.]{1,24})(?:预期性|约束性|引导性|指导性)?"
)


@dataclass(frozen=True)
class Table:
    """A table whose head was understood; ``blocks`` are the places it was read from.

    ``unread`` are the places of rows that more than one reading fits.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    blocks: frozenset[int]
    unread: tuple[tuple[int, int], ...] = ()


def find_tables(canon: str, blocks: Sequence[Block], frame: Frame) -> list[Table]:
    """The tables of indicators among the blocks; others are left to be read as text."""
    found: list[Table] = []
    i = 0
    while i < len(blocks):
        table = _from(canon, blocks, i, frame)
        if table is None:
            i += 1
            continue
        found.append(table)
        while i < len(blocks) and blocks[i].start in table.blocks:
            i += 1
    return found


def as_rows(blocks: Sequence[Block], tables: Sequence[Table]) -> list[Block]:
    """The blocks, those of tables marked as rows, so that none of them opens a clause."""
    taken = frozenset().union(*(table.blocks for table in tables)) if tables else frozenset()
    return [
        replace(b, row=True, marker=None, body=b.start) if b.start in taken else b for b in blocks
    ]


def _from(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    block = blocks[i]
    if block.row:
        return _piped(canon, blocks, i, frame)
    line = canon[block.start : block.end]
    if len(line) > 120 or "。" in line:
        return None
    if len(line.split()) >= 2:
        return _spaced(canon, blocks, i, frame)
    return _stacked(canon, blocks, i, frame) or _flat(canon, blocks, i, frame)


def _piped(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    head = cells_of(canon, blocks[i], "|")
    columns = columns_of([cell.text for cell in head], frame, strict=False)
    if columns is None:
        return None
    rows, taken = [], {blocks[i].start}
    for block in blocks[i + 1 :]:
        if not block.row:
            break
        taken.add(block.start)
        if _RULE.fullmatch(canon[block.start : block.end]):
            continue
        if row := row_of(cells_of(canon, block, "|"), columns):
            rows.append(row)
    return _table(canon, blocks, rows, taken)


def _spaced(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    head = cells_of(canon, blocks[i], " ")
    columns = columns_of([cell.text for cell in head], frame, strict=True)
    if columns is None:
        return None
    rows, taken = [], {blocks[i].start}
    for block in blocks[i + 1 :]:
        cells = aligned(cells_of(canon, block, " "), columns)
        row = row_of(cells, columns) if not block.row else None
        if block.row or (row is None and not is_unread_row(cells, columns)):
            break
        taken.add(block.start)
        rows += [row] if row else []
    return _table(canon, blocks, rows, taken)


def _stacked(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    """A head of several lines, one cell each, then the cells of the rows in the same order."""
    cells: list[Cell] = []
    for block in blocks[i : i + 10]:
        cell = cell_of(canon, block.start, block.end)
        if block.row or column_of(cell.text, frame) is None:
            break
        cells.append(cell)
    columns = columns_of([cell.text for cell in cells], frame, strict=True)
    width = len(cells)
    if columns is None or width < 2:
        return None
    rows, taken = [], {block.start for block in blocks[i : i + width]}
    at = i + width
    while at + width <= len(blocks):
        group = blocks[at : at + width]
        cells = [cell_of(canon, b.start, b.end) for b in group]
        row = row_of(cells, columns)
        if any(b.row for b in group) or (row is None and not is_unread_row(cells, columns)):
            break
        taken |= {block.start for block in group}
        rows += [row] if row else []
        at += width
    return _table(canon, blocks, rows, taken)


def _flat(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    """A table whose cells run together: 指标2020年2025年, then 产品合格率9395.

    A row is read where its digits can be shared out among the columns in one way only.
    """
    heads = flat_heads(canon[blocks[i].start : blocks[i].end])
    columns = columns_of(heads, frame, strict=True) if len(heads) >= 3 else None
    if columns is None:
        return None
    figures = [column for column in columns if column.role in {"base", "value"}]
    rows, unread, taken = [], [], {blocks[i].start}
    for block in blocks[i + 1 :]:
        found = _FLAT_ROW.fullmatch(canon[block.start : block.end])
        if found is None or block.row:
            break
        taken.add(block.start)
        unit = found["unit"] or found["sign"] or ""
        cuts = only_reading(found["digits"], len(figures), percent=unit == "%")
        if cuts is None:
            unread.append((block.start, block.end))
            continue
        begin = block.start + found.start("digits")
        cells = [cell_of(canon, begin + a, begin + b) for a, b in cuts]
        values = [
            (cell, column.year)
            for cell, column in zip(cells, figures, strict=True)
            if column.role == "value"
        ]
        name = cell_of(canon, block.start + found.start("name"), block.start + found.end("name"))
        rows.append(Row(name, unit, tuple(values)))
    if not rows and not unread:
        return None
    inside = [block for block in blocks if block.start in taken]
    return Table(inside[0].start, inside[-1].end, tuple(rows), frozenset(taken), tuple(unread))


def _table(canon: str, blocks: Sequence[Block], rows: list[Row], taken: set[int]) -> Table | None:
    if not rows:
        return None
    inside = [block for block in blocks if block.start in taken]
    return Table(inside[0].start, inside[-1].end, tuple(rows), frozenset(taken))
