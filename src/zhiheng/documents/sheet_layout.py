"""What a sheet's layout hides from whoever reads only its cells: hidden rows, merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z0-9:]+)\"")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FIRST = re.compile(rb'\bmin="(\d+)"')
_LAST = re.compile(rb'\bmax="(\d+)"')
_SAYS_HIDDEN, _SAID_HIDDEN = b'hidden="', (b'hidden="1"', b'hidden="true"')
_CELL = re.compile(rb"<c\b([^>]*[^/])>(.*?)</c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_PLACES = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<v(?: [^>]*)?>([^<]*)</v>")
_PIECE = 1 << 22

MOST_CELLS = 1 << 26
"""Cells of a sheet, empty ones between them included: a million rows of 64 columns."""


@dataclass(frozen=True)
class Merged:
    """A merged block; rows and columns are 1-based, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Unread:
    """A cell without a value of its own: an error such as ``#N/A``, or a formula (``=``) that the
    program which wrote the file did not compute. Row and column are 1-based."""

    row: int
    column: int
    said: str


@dataclass(frozen=True)
class Layout:
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    """First and last of each run, 1-based."""
    merged: tuple[Merged, ...] = ()
    unread: tuple[Unread, ...] = ()

    def hides_column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


def read_layout(path: Path, sheet: str) -> Layout:
    """The layout of one sheet of an xlsx; that of other containers is not known and empty."""
    if not zipfile.is_zipfile(path):
        return Layout()
    with zipfile.ZipFile(path) as archive:
        member = member_of(archive, sheet)
        if member is None:
            return Layout()
        hidden: list[int] = []
        columns: list[tuple[int, int]] = []
        merged: list[Merged] = []
        unread: list[Unread] = []
        row = 0
        for tags in _tags(archive, member):
            row = last_row(tags, row, hidden)
            columns.extend(hidden_columns(tags))
            unread.extend(_unread(tags))
            if b"mergeCell" in tags:
                merged.extend(merged_blocks(tags))
    return Layout(tuple(hidden), tuple(columns), tuple(dict.fromkeys(merged)), tuple(unread))


def refuse_vast(rows: int, columns: int, sheet: str) -> None:
    """A single cell in the farthest corner would have the grid between filled with nothing.

    Raises:
        ContentError: ``file.area``.
    """
    if rows * columns > MOST_CELLS:
        raise ContentError(
            "file.area",
            _(
                "工作表“{sheet}”占了 {rows} 行、{columns} 列，没有读取。",
                sheet=sheet,
                rows=rows,
                columns=columns,
            ),
            _("请删去远处多余的单元格；确为数据的，请拆成几个文件，或改用 csv、parquet。"),
        )


def extent(path: Path, sheet: str) -> tuple[int, int]:
    """The last row and the last column in which a cell of an xlsx's sheet stands."""
    with zipfile.ZipFile(path) as archive:
        member = member_of(archive, sheet)
        rows: set[int] = {0}
        letters: set[bytes] = set()
        for tags in _tags(archive, member) if member else ():
            places = _PLACES.findall(tags)
            letters.update(letter for letter, _row in places)
            rows.add(max((int(row) for _letter, row in places[-1:]), default=0))
    return max(rows), max((column_index(text.decode()) for text in letters), default=0)


def last_row(tags: bytes, before: int, hidden: list[int]) -> int:
    """The number of the last row that begins in ``tags``; notes the hidden ones."""
    hides = _SAYS_HIDDEN in tags and any(said in tags for said in _SAID_HIDDEN)
    if not hides and (begin := tags.rfind(b"<row ")) >= 0:
        number = _NUMBER.search(tags, begin, tags.find(b">", begin))
        if number:
            return int(number[1])
    row = before
    for found in _ROW.finditer(tags):
        number = _NUMBER.search(found[1])
        row = int(number[1]) if number else row + 1
        if _HIDDEN.search(found[1]):
            hidden.append(row)
    return row


def _unread(tags: bytes) -> Iterator[Unread]:
    if b't="e"' not in tags and b"<f" not in tags:
        return
    for attributes, inside in _CELL.findall(tags):
        error = b't="e"' in attributes
        if not error and b"<f" not in inside:
            continue
        place, value = _PLACE.search(attributes), _VALUE.search(inside)
        said = value[1].decode() if value else ""
        if place and (error or (not said and b't="str"' not in attributes)):
            column = column_index(place[1].decode())
            yield Unread(int(place[2]), column, said if error else "=")


def column_index(letters: str) -> int:
    """1-based: A is 1, AA is 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def hidden_columns(tags: bytes) -> Iterator[tuple[int, int]]:
    """The runs of hidden columns that these tags name, which stand before all cells."""
    for found in _COLUMN.findall(tags) if b"sheetData" in tags else ():
        first, last = _FIRST.search(found), _LAST.search(found)
        if first and last and _HIDDEN.search(found):
            yield int(first[1]), int(last[1])


def merged_blocks(tags: bytes) -> Iterator[Merged]:
    """The merged blocks that these tags name."""
    for found in _MERGED.finditer(tags):
        from openpyxl.utils import cell

        left, top, right, bottom = (int(n or 0) for n in cell.range_boundaries(found[1].decode()))
        yield Merged(top, bottom, left, right)


def _tags(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The member in pieces that break only before a cell, or where there is none, before a tag."""
    with archive.open(member) as file:
        rest = b""
        while piece := file.read(_PIECE):
            text = rest + piece
            cut = text.rfind(b"<c ")
            cut = text.rfind(b"<") if cut < 0 else cut
            cut = len(text) if cut < 0 else cut
            rest = text[cut:]
            yield text[:cut]
        yield rest


def member_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's member that holds the sheet of this name."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    wanted = next(
        (s.get(_RELATION) for s in book.iter(f"{_SPREADSHEET}sheet") if s.get("name") == sheet),
        None,
    )
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") == wanted:
            target = relation.get("Target", "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return member if member in names else None
    return None
