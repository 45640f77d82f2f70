"""A table as it was delivered: its rows under their headers, each with its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

import polars as pl

from zhiheng.documents.headers import (
    ROW,
    clean_header,
    column_letter,
    header_row_of,
    refuse_duplicates,
)
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

EXAMPLE_MARK = "【示例】"
"""Begins the first cell of a template's example row, which is never read as data."""

PROBLEM_COLUMN = "问题（系统标注）"
"""Header of the column that marking adds; never read as data."""

PIECE = 1 << 18
"""Rows handled at once."""

Spread = set[tuple[int, str]]


@dataclass(frozen=True)
class RawTable:
    """A table as it was delivered.

    Attributes:
        columns: header texts, cleaned, in the file's order.
        frame: column ``ROW`` (Int64), then the columns; blank rows left out.
        sheet: sheet read, None where the container has none.
        header_row: 1-based; None where names stand outside the rows (Parquet, JSON), whose
            records are numbered from 1.
        sheets: all visible sheets.
        hidden_rows: rows of data that the spreadsheet does not show; they were read all the same.
        hidden_columns: titles of columns that the spreadsheet does not show; read all the same.
        hidden_sheets: sheets that are not shown although their header fits; they were not read.
        beyond: names of the columns of delimited text behind its last header.
        merged: row and column of each cell that got its value from a block merged over rows, the
            block's first cell included.
        unread: row, column and text of each cell that holds an error such as ``#N/A``, or a formula
            without a value (``=``); the frame has null there.
        more: what follows on ``frame``, where the table is too large to be held whole; None
            where ``frame`` is all of it.
    """

    columns: tuple[str, ...]
    frame: pl.DataFrame
    sheet: str | None
    header_row: int | None
    sheets: tuple[str, ...]
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    merged: frozenset[tuple[int, str]] = frozenset()
    unread: tuple[tuple[int, str, str], ...] = ()
    more: Callable[[], Iterator[pl.DataFrame]] | None = None

    def pieces(self) -> Iterator[pl.DataFrame]:
        """The whole table, piece by piece; none is larger than memory easily holds."""
        for start in range(0, max(len(self.frame), 1), PIECE):
            yield self.frame[start : start + PIECE]
        if self.more is not None:
            yield from self.more()


def without_blanks(grid: pl.DataFrame) -> pl.DataFrame:
    """Cells of white space alone count as empty."""
    text = pl.all()
    return grid.with_columns(
        pl.when(text.str.strip_chars() == "").then(None).otherwise(text).name.keep()
    )


def from_grid(
    grid: pl.DataFrame,
    name: str,
    sheet: str | None,
    header_row: int | None,
    expected: Set[str],
    sheets: tuple[str, ...],
    spread: Set[tuple[int, str]] = frozenset(),
    *,
    more_follow: bool = False,
) -> RawTable:
    grid = numbered(grid)
    filled = filled_rows(grid) if grid.width > 1 else grid
    if grid.width <= 1 or filled.is_empty():
        raise empty_file(name)
    header = header_row_of(filled, header_row, expected)
    cells = grid.row(header - 1)[1:]
    data = filled.filter(pl.col(ROW) > header)
    names = names_of(cells, None if more_follow else data)
    frame = rows_of(data, cells, names)
    merged = frozenset((row, names[c]) for row, c in spread if row > header and c in names)
    beyond = _beyond(cells, names) if sheet is None else ()
    columns = tuple(names.values())
    return RawTable(columns, frame, sheet, header, sheets, merged=merged, beyond=beyond)


def _beyond(cells: tuple[str | None, ...], names: dict[str, str]) -> tuple[str, ...]:
    last = max((i for i, cell in enumerate(cells) if clean_header(cell)), default=0)
    return tuple(name for column, name in names.items() if int(column[1:]) > last)


def names_of(cells: tuple[str | None, ...], data: pl.DataFrame | None) -> dict[str, str]:
    """Grid column to header; columns that have neither header nor value are left out.

    None for ``data``: there is more than is known yet, and any column may have a value in it.
    """
    names: dict[str, str] = {}
    for index, cell in enumerate(cells):
        column = f"c{index}"
        title = clean_header(cell)
        is_empty = data is not None and data[column].null_count() == data.height
        if title == PROBLEM_COLUMN or (not title and is_empty):
            continue
        names[column] = title or f"{column_letter(index)}列"
    refuse_duplicates(names)
    return names


def rows_of(
    data: pl.DataFrame, cells: tuple[str | None, ...], names: dict[str, str]
) -> pl.DataFrame:
    """The rows under their headers, without a template's example and headers said again."""
    first = next(iter(names))
    example = pl.col(first).fill_null("").str.starts_with(EXAMPLE_MARK)
    repeated = pl.all_horizontal(pl.col(c).eq_missing(cells[int(c[1:])]) for c in names)
    return data.filter(~example & ~repeated).select(ROW, *names).rename(names)


def numbered(grid: pl.DataFrame, before: int = 0) -> pl.DataFrame:
    return grid.with_row_index(ROW, offset=before + 1).with_columns(pl.col(ROW).cast(pl.Int64))


def filled_rows(grid: pl.DataFrame) -> pl.DataFrame:
    return grid.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))


def empty_file(name: str) -> ContentError:
    return ContentError(
        "file.empty",
        _("文件 {name} 是空的。", name=name),
        _("请填好数据后再交；确无数据可报的，请填写“无可报告”表。"),
    )
