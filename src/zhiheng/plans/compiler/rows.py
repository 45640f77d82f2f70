"""Rows of a table of indicators: what its columns hold, and what a line says in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.plans.compiler.blocks import Block
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.times import Frame

_YEAR = re.compile(r"((?:19|20)\d\d)年?(?:目标|预期|规划|末|底)?值?")
_FIGURE = re.compile(
    r"(?:[≥≤><＞＜约〔\[(]|>=|<=)?\s*[\d.,]+\s*(?:万|亿|[%‰]|[^\d,。;]{0,6})[〕\])]?(?:以上|以下|左右|以内)?"
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


def columns_of(cells: Sequence[str], frame: Frame, *, strict: bool) -> list[Column] | None:
    """What the columns hold, None if this is no head of a table of indicators or duties.

    Args:
        strict: a column of unknown head makes it no head; else such a column is passed over.
    """
    found = [column_of(cell, frame) for cell in cells]
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


def column_of(text: str, frame: Frame) -> Column | None:
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


def row_of(cells: Sequence[Cell], columns: Sequence[Column]) -> Row | None:
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


def is_unread_row(cells: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """True of a row without a figure (a ratio 2:1, a word), known by its 预期性 or 约束性."""
    return len(cells) == len(columns) and any(
        pattern("{columns.properties}").fullmatch(cell.text) for cell in cells
    )


def aligned(cells: list[Cell], columns: Sequence[Column]) -> list[Cell]:
    """A name that has blanks in it is taken together, so that the columns fit from the right."""
    extra = len(cells) - len(columns)
    at = next(i for i, column in enumerate(columns) if column.role == "name")
    if extra <= 0 or at + extra >= len(cells):
        return cells
    parts = cells[at : at + extra + 1]
    whole = Cell(parts[0].start, parts[-1].end, "".join(cell.text for cell in parts))
    return [*cells[:at], whole, *cells[at + extra + 1 :]]


def cells_of(canon: str, block: Block, sign: str) -> list[Cell]:
    line = canon[block.start : block.end]
    start = block.start
    if sign == "|":
        lead = len(line) - len(line.lstrip("| "))
        start += lead if line.startswith("|") else 0
        line = canon[start : block.end].rstrip(" ").removesuffix("|")
        pieces = [(m.start(1), m.end(1)) for m in re.finditer(r"(?:^|\|)([^|]*)", line)]
    else:
        pieces = [(m.start(), m.end()) for m in re.finditer(r"\S+", line)]
    return [cell_of(canon, start + a, start + b) for a, b in pieces]


def cell_of(canon: str, start: int, end: int) -> Cell:
    text = canon[start:end]
    a = start + len(text) - len(text.lstrip())
    b = end - (len(text) - len(text.rstrip()))
    return Cell(a, max(a, b), re.sub(r"\s+", "", text))
