"""Tables of indicators in plain text: piped, spaced, or one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiheng.plans.compiler.blocks import Block
from zhiheng.plans.compiler.flat import flat_heads, only_reading
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.times import Frame

_RULE = re.compile(r"[-:=|\s]+")
_YEAR = re.compile(r"((?:19|20)\d\d)年?(?:目标|预期|规划|末|底)?值?")
_FIGURE = re.compile(
    r"(?:[≥≤><＞＜约〔\[(]|>=|<=)?\s*[\d.,]+\s*(?:万|亿|[%‰]|[^\d,。;]{0,6})[〕\])]?(?:以上|以下|左右|以内)?"
)

_FLAT_ROW = re.compile(
    r"(?:\d{1,2}[.、])?(?P<name>[^\d.,。;|]{3,30}?)(?:\((?P<unit>[^()\d]{1,6})\)|(?P<sign>%))?"
    r"(?P<digits>\d[\d.]{1,24})(?:预期性|约束性|引导性|指导性)?"
)


@dataclass(frozen=True)
class Cell:
    """A cell's place in the text and its words without blanks."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Column:
    """``role``: name, unit, value, base, who, other; ``year`` where the head names one."""

    role: str
    year: int | None = None
    said: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table.

    ``values`` holds (cell, year of its column), ``who`` the cells that name bodies, each with
    the head of its column.
    """

    name: Cell
    unit: str
    values: tuple[tuple[Cell, int | None], ...]
    who: tuple[tuple[Cell, str], ...] = ()


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


def columns_of(cells: Sequence[str], frame: Frame, *, strict: bool) -> list[Column] | None:
    """What the columns hold, None if this is no head of a table of indicators or duties.

    Args:
        strict: a column of unknown head makes it no head; else such a column is passed over.
    """
    found = [_column(cell, frame) for cell in cells]
    if (strict and None in found) or any(len(cell) > 20 for cell in cells):
        return None
    known = [column or Column("other") for column in found]
    roles = [column.role for column in known]
    if (
        "name" not in roles
        or not {"value", "who"} & set(roles)
        or (strict and "value" not in roles and len(roles) < 3)
    ):
        return None
    return known


def _column(text: str, frame: Frame) -> Column | None:
    text = re.sub(r"\s+", "", text)
    if (year := _YEAR.search(text)) and len(text) <= 14:
        value = int(year[1])
        past = frame.since is not None and value < frame.since
        base = past or pattern("{columns.base}").search(text) is not None
        return Column("base" if base else "value", value)
    for role in ("who", "name", "unit", "base", "value", "other"):
        if re.fullmatch(rf"{any_of(f'columns.{role}')}(?:\([^()]*\))?", text):
            return Column(role, None, text)
    return None


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
    head = _cells(canon, blocks[i], "|")
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
        if row := _row(_cells(canon, block, "|"), columns):
            rows.append(row)
    return _table(canon, blocks, rows, taken)


def _spaced(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    head = _cells(canon, blocks[i], " ")
    columns = columns_of([cell.text for cell in head], frame, strict=True)
    if columns is None:
        return None
    rows, taken = [], {blocks[i].start}
    for block in blocks[i + 1 :]:
        cells = _aligned(_cells(canon, block, " "), columns)
        row = _row(cells, columns) if not block.row else None
        if block.row or (row is None and not _is_unread_row(cells, columns)):
            break
        taken.add(block.start)
        rows += [row] if row else []
    return _table(canon, blocks, rows, taken)


def _stacked(canon: str, blocks: Sequence[Block], i: int, frame: Frame) -> Table | None:
    """A head of several lines, one cell each, then the cells of the rows in the same order."""
    cells: list[Cell] = []
    for block in blocks[i : i + 10]:
        cell = _cell(canon, block.start, block.end)
        if block.row or _column(cell.text, frame) is None:
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
        cells = [_cell(canon, b.start, b.end) for b in group]
        row = _row(cells, columns)
        if any(b.row for b in group) or (row is None and not _is_unread_row(cells, columns)):
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
        cells = [_cell(canon, begin + a, begin + b) for a, b in cuts]
        values = [
            (cell, column.year)
            for cell, column in zip(cells, figures, strict=True)
            if column.role == "value"
        ]
        name = _cell(canon, block.start + found.start("name"), block.start + found.end("name"))
        rows.append(Row(name, unit, tuple(values)))
    if not rows and not unread:
        return None
    inside = [block for block in blocks if block.start in taken]
    return Table(inside[0].start, inside[-1].end, tuple(rows), frozenset(taken), tuple(unread))


def _row(cells: Sequence[Cell], columns: Sequence[Column]) -> Row | None:
    """The row, None where a cell is missing or no value is a figure."""
    if len(cells) != len(columns):
        return None
    pairs = list(zip(cells, columns, strict=True))
    names = [cell for cell, column in pairs if column.role == "name" and cell.text]
    values = tuple(
        (cell, column.year)
        for cell, column in pairs
        if column.role == "value" and _FIGURE.fullmatch(cell.text)
    )
    who = tuple((cell, c.said) for cell, c in pairs if c.role == "who" and len(cell.text) >= 2)
    if not names or not (values or who) or _FIGURE.fullmatch(names[-1].text):
        return None
    unit = next((cell.text for cell, column in pairs if column.role == "unit"), "")
    return Row(names[-1], unit, values, who)


def _is_unread_row(cells: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """True of a row without a figure (a ratio 2:1, a word), known by its 预期性 or 约束性."""
    return len(cells) == len(columns) and any(
        pattern("{columns.properties}").fullmatch(cell.text) for cell in cells
    )


def _aligned(cells: list[Cell], columns: Sequence[Column]) -> list[Cell]:
    """A name that has blanks in it is taken together, so that the columns fit from the right."""
    extra = len(cells) - len(columns)
    at = next(i for i, column in enumerate(columns) if column.role == "name")
    if extra <= 0 or at + extra >= len(cells):
        return cells
    parts = cells[at : at + extra + 1]
    whole = Cell(parts[0].start, parts[-1].end, "".join(cell.text for cell in parts))
    return [*cells[:at], whole, *cells[at + extra + 1 :]]


def _cells(canon: str, block: Block, sign: str) -> list[Cell]:
    line = canon[block.start : block.end]
    start = block.start
    if sign == "|":
        lead = len(line) - len(line.lstrip("| "))
        start += lead if line.startswith("|") else 0
        line = canon[start : block.end].rstrip(" ").removesuffix("|")
        pieces = [(m.start(1), m.end(1)) for m in re.finditer(r"(?:^|\|)([^|]*)", line)]
    else:
        pieces = [(m.start(), m.end()) for m in re.finditer(r"\S+", line)]
    return [_cell(canon, start + a, start + b) for a, b in pieces]


def _cell(canon: str, start: int, end: int) -> Cell:
    text = canon[start:end]
    a = start + len(text) - len(text.lstrip())
    b = end - (len(text) - len(text.rstrip()))
    return Cell(a, max(a, b), re.sub(r"\s+", "", text))


def _table(canon: str, blocks: Sequence[Block], rows: list[Row], taken: set[int]) -> Table | None:
    if not rows:
        return None
    inside = [block for block in blocks if block.start in taken]
    return Table(inside[0].start, inside[-1].end, tuple(rows), frozenset(taken))
