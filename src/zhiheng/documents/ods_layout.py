"""Layouts of the sheets of an ods (OpenDocument 1.3, part 3), and how far each reaches.

The library for spreadsheets takes an element as many times as it says that it stands, and all
sheets at once; so how much that is has to be known before.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from xml.parsers import expat

from zhiheng.documents.areas import MOST_CELLS, refuse_vast, vast
from zhiheng.documents.sheet_layout import Layout, Merged, Unread
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_CELLS = ("table:table-cell", "table:covered-table-cell")
_UNSEEN = ("collapse", "filter")
_PIECE = 1 << 20
# One element may stand for millions of cells.
_MOST_UNREAD = 100_000


@dataclass
class _Sheet:
    """What was found so far; rows and columns are 1-based, runs as first and last."""

    rows: int = 0
    columns: int = 0
    widest: int = 0
    filled: int = 0
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    unread: list[tuple[range, range, str]] = field(default_factory=list)

    @property
    def area(self) -> int:
        return self.filled * self.widest

    def layout(self) -> Layout:
        hidden = [
            row
            for first, last in self.hidden_rows
            for row in range(first, min(last, self.filled) + 1)
        ]
        unread = (
            Unread(row, column, said)
            for rows, columns, said in self.unread
            for row, column in product(rows, columns)
        )
        return Layout(
            tuple(hidden),
            tuple(self.hidden_columns),
            tuple(self.merged),
            tuple(islice(unread, _MOST_UNREAD)),
        )


def read_ods_layouts(path: Path) -> dict[str, Layout]:
    """The layout of each sheet; none of a container that is no ods, or locked.

    Raises:
        ContentError: ``file.area``, or ``file.kind`` if the content is no sound XML.
    """
    with zipfile.ZipFile(path) as archive:
        held = archive.namelist()
        locked = _MANIFEST in held and b"encryption-data" in archive.read(_MANIFEST)
        if _CONTENT not in held or locked:
            return {}
        sheets = _read(archive, path.name)
    for sheet_name, sheet in sheets.items():
        refuse_vast(sheet.filled, sheet.widest, sheet_name)
    largest = max(sheets, key=lambda name: sheets[name].area, default="")
    if sum(sheet.area for sheet in sheets.values()) > MOST_CELLS:
        raise vast(sheets[largest].filled, sheets[largest].widest, largest)
    return {name: sheet.layout() for name, sheet in sheets.items()}


def _read(archive: zipfile.ZipFile, name: str) -> dict[str, _Sheet]:
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.begin
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    try:
        with archive.open(_CONTENT) as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise ContentError(
            "file.kind",
            _("文件 {name} 不是完好的电子表格（{reason}）。", name=name, reason=error),
            _("请用表格软件打开并另存为 xlsx 后再交。"),
        ) from None
    return walk.sheets


class _Walk:
    """Takes in the elements of the content in their order."""

    def __init__(self) -> None:
        self.sheets: dict[str, _Sheet] = {}
        self._sheet = _Sheet()
        self._row = range(0)
        self._column = 0
        self._error: list[str] | None = None
        self._cell = range(0)

    def begin(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table":
            self._sheet = self.sheets[said.get("table:name", "")] = _Sheet()
        elif name == "table:table-column":
            self._begin_column(said)
        elif name == "table:table-row":
            self._begin_row(said)
        elif name in _CELLS:
            self._begin_cell(said)

    def end(self, name: str) -> None:
        if name in _CELLS and self._error is not None:
            self._sheet.unread.append((self._row, self._cell, "".join(self._error)))
            self._error = None

    def text(self, said: str) -> None:
        if self._error is not None:
            self._error.append(said)

    def _begin_column(self, said: dict[str, str]) -> None:
        first = self._sheet.columns + 1
        self._sheet.columns += _count(said, "table:number-columns-repeated")
        if said.get("table:visibility") in _UNSEEN:
            self._sheet.hidden_columns.append((first, self._sheet.columns))

    def _begin_row(self, said: dict[str, str]) -> None:
        sheet = self._sheet
        first = sheet.rows + 1
        sheet.rows += _count(said, "table:number-rows-repeated")
        self._row, self._column = range(first, sheet.rows + 1), 0
        if said.get("table:visibility") in _UNSEEN:
            sheet.hidden_rows.append((first, sheet.rows))

    def _begin_cell(self, said: dict[str, str]) -> None:
        sheet, first = self._sheet, self._column + 1
        self._column += _count(said, "table:number-columns-repeated")
        self._cell = range(first, self._column + 1)
        if any(key.startswith("office:") or key == "table:formula" for key in said):
            sheet.widest = max(sheet.widest, self._column)
            sheet.filled = sheet.rows
        if said.get("calcext:value-type") == "error":
            self._error = []
        down = _count(said, "table:number-rows-spanned")
        across = _count(said, "table:number-columns-spanned")
        if down * across > 1:
            top = self._row[0]
            sheet.merged.append(Merged(top, top + down - 1, first, first + across - 1))


def _count(said: dict[str, str], key: str) -> int:
    return max(1, int(said.get(key, 1)))
