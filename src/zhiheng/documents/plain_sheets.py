"""A sheet of an xlsx in the plain form, read piece by piece and unpacked only once.

The slow twin is `workbooks.read_grid` with `sheet_layout.read_layout`, which read every form; both
say the same of a sheet that is plain.
"""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import python_calamine as calamine

from zhiheng.documents.areas import refuse_vast
from zhiheng.documents.plain_cells import NotPlain, read_cells, read_strings
from zhiheng.documents.rare_cells import RareCells
from zhiheng.documents.sheet_layout import (
    Layout,
    Merged,
    Unread,
    hidden_columns,
    last_row,
    member_of,
    merged_blocks,
)

_STRINGS = "xl/sharedStrings.xml"
_BEGIN = re.compile(rb"<sheetData\s*(/?)>")
_END = b"</sheetData>"
_ENCODING = re.compile(rb'encoding="([^"]*)"')
_HEAD, _DECLARATION = 1 << 16, 200
_PIECE = 1 << 23
_AT_ONCE = 2


def read_plain(path: Path, sheet: str) -> tuple[pl.DataFrame, Layout] | None:
    """The grid (as `workbooks.read_grid`) and the layout of a sheet in the plain form, else None.

    Raises:
        ContentError: ``file.area``.
    """
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        member = member_of(archive, sheet)
        if member is None:
            return None
        try:
            return _read(archive, member, sheet)
        except (NotPlain, calamine.CalamineError):
            return None


@dataclass
class _Around:
    """What stands around the cells."""

    hidden: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


_Cells = tuple[pl.DataFrame, list[Unread]]


def _read(archive: zipfile.ZipFile, member: str, sheet: str) -> tuple[pl.DataFrame, Layout]:
    rare = RareCells(archive, member, sheet)
    table = archive.read(_STRINGS) if _STRINGS in archive.namelist() else b""
    strings = read_strings(table, rare)
    around, columns = _Around(), _Columns(sheet)
    unread: list[Unread] = []
    for cells, without_value in _at_once(_pieces(archive, member, around), strings, rare):
        columns.add(cells)
        unread += without_value
    layout = Layout(
        tuple(around.hidden),
        tuple(around.hidden_columns),
        tuple(dict.fromkeys(around.merged)),
        tuple(unread),
    )
    return columns.grid(), layout


def _at_once(pieces: Iterator[bytes], strings: pl.Series, rare: RareCells) -> Iterator[_Cells]:
    """The cells of the pieces in order, some read while the next is being unpacked."""
    waiting: deque[Future[_Cells]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for piece in pieces:
            waiting.append(pool.submit(read_cells, piece, strings, rare))
            if len(waiting) > _AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _pieces(archive: zipfile.ZipFile, member: str, around: _Around) -> Iterator[bytes]:
    """Whole rows; ``around`` is complete after the last of them."""
    with archive.open(member) as file:
        text = file.read(_HEAD)
        encoding = _ENCODING.search(text, 0, _DECLARATION)
        begin = _BEGIN.search(text)
        if begin is None or (encoding and encoding[1].upper() != b"UTF-8"):
            raise NotPlain
        around.hidden_columns.extend(hidden_columns(text[: begin.end()]))
        text = text[begin.end() :]
        if not begin[1]:
            row = 0
            while (end := text.find(_END)) < 0:
                cut = max(text.rfind(b"<row "), 0)
                row = last_row(text[:cut], row, around.hidden)
                yield text[:cut]
                more = file.read(_PIECE)
                if not more:
                    raise NotPlain
                text = text[cut:] + more
            last_row(text[:end], row, around.hidden)
            yield text[:end]
            text = text[end:]
        around.merged.extend(merged_blocks(text + file.read()))


class _Columns:
    """Columns that grow downwards, with null where no cell was."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._parts: dict[int, list[pl.Series]] = {}
        self._heights: dict[int, int] = {}
        self._height = 0

    def add(self, cells: pl.DataFrame) -> None:
        """Take in cells of rows below all that there are."""
        if cells.is_empty():
            return
        rows, columns = cells["row"].to_numpy(), cells["column"].to_numpy()
        first, last = int(rows.min()), int(rows.max())
        if first <= self._height:
            raise NotPlain
        refuse_vast(last, max(int(columns.max()), *self._parts, 0), self._sheet)
        numbers = np.full((int(columns.max()) + 1, last - first + 1), len(cells), dtype=np.uint32)
        numbers[columns, rows - first] = np.arange(len(cells), dtype=np.uint32)
        texts = cells["text"].extend_constant(None, 1)
        for column in np.flatnonzero(np.bincount(columns)).tolist():
            gap = first - 1 - self._heights.get(column, 0)
            placed = texts.gather(numbers[column])
            self._parts.setdefault(column, []).extend([_nothing(gap), placed])
            self._heights[column] = last
        self._height = last

    def grid(self) -> pl.DataFrame:
        absent = _nothing(self._height)
        grid = {}
        for column in range(1, max(self._parts, default=0) + 1):
            missing = _nothing(self._height - self._heights.get(column, 0))
            parts = [*self._parts.get(column, ()), missing]
            grid[f"c{column - 1}"] = pl.concat(parts) if column in self._parts else absent
        return pl.DataFrame(grid)


def _nothing(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True)
