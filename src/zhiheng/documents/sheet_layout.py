"""What a sheet's layout hides from whoever reads only its cells: hidden rows, merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_PREFIX = rb"(?:[^\s<>/:!?]+:)?"


def _attribute(name: bytes, value: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + name + rb"\s*=\s*[\"'](?:" + value + rb")[\"']")


_ROW = re.compile(rb"<" + _PREFIX + rb"row\b([^>]*)>")
_MERGED = re.compile(rb"<" + _PREFIX + rb"mergeCell\b([^>]*)>")
_BLOCK = _attribute(b"ref", rb"([A-Z0-9:]+)")
_NUMBER = _attribute(b"r", rb"(\d+)")
_HIDDEN = _attribute(b"hidden", rb"1|true")
_COLUMN = re.compile(rb"<" + _PREFIX + rb"col\b([^>]*)>")
_FIRST = _attribute(b"min", rb"(\d+)")
_LAST = _attribute(b"max", rb"(\d+)")
_SAYS_HIDDEN = b"hidden="
_SAID_HIDDEN = (b'hidden="1"', b'hidden="true"', b"hidden='1'", b"hidden='true'")
_CELL = re.compile(rb"<(" + _PREFIX + rb")c\b([^>]*[^/])>(.*?)</\1c\s*>", re.DOTALL)
_CELL_BEGINS = re.compile(rb"<" + _PREFIX + rb"c\b")
_PLACE = _attribute(b"r", rb"([A-Z]+)([0-9]+)")
_PLACES = re.compile(rb"<" + _PREFIX + rb"c\b[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]+)[\"']")
_IS_ERROR = _attribute(b"t", b"e")
_IS_TEXT = _attribute(b"t", b"str")
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f\b")
_VALUE = re.compile(rb"<" + _PREFIX + rb"v(?: [^>]*)?>([^<]*)</")
_PIECE = 1 << 22


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
    """The layout of one sheet of an xlsx; empty for other containers."""
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


def extent(path: Path, sheet: str) -> tuple[int, int]:
    """The last row and the last column in which a cell of an xlsx's sheet may stand."""
    with zipfile.ZipFile(path) as archive:
        member = member_of(archive, sheet)
        last = rows = cells = widest = 0
        letters: set[bytes] = set()
        for tags in _tags(archive, member) if member else ():
            places = _PLACES.findall(tags)
            letters.update(letter.upper() for letter, _row in places)
            last = max(last, *(int(row) for _letter, row in places), 0)
            # A cell or a row may leave out its place: it stands behind the one before.
            begun = list(_ROW.finditer(tags))
            last = max(last, *(int(n[1]) for r in begun if (n := _NUMBER.search(r[1]))), 0)
            rows += sum(1 for row in begun if not _NUMBER.search(row[1]))
            edges = [0, *(row.start() for row in begun), len(tags)]
            for first, end in pairwise(edges):
                cells = len(_CELL_BEGINS.findall(tags, first, end)) + (0 if first else cells)
                widest = max(widest, cells)
    columns = (column_index(text.decode()) for text in letters)
    return last + rows, max(widest, *columns, 0)


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
    if not _IS_ERROR.search(tags) and not _FORMULA.search(tags):
        return
    for _prefix, attributes, inside in _CELL.findall(tags):
        error = _IS_ERROR.search(attributes)
        if not error and not _FORMULA.search(inside):
            continue
        place, value = _PLACE.search(attributes), _VALUE.search(inside)
        said = value[1].decode() if value else ""
        if place and (error or (not said and not _IS_TEXT.search(attributes))):
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

        if block := _BLOCK.search(found[1]):
            bounds = cell.range_boundaries(block[1].decode())
            left, top, right, bottom = (int(n or 0) for n in bounds)
            yield Merged(top, bottom, left, right)


def _tags(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The member in pieces that break only before a cell, or where there is none, before a tag."""
    with archive.open(member) as file:
        rest = b""
        while piece := file.read(_PIECE):
            text = rest + piece
            cut = text.rfind(b"<c ")
            if cut < 0:
                cut = max((c.start() for c in _CELL_BEGINS.finditer(text)), default=-1)
            cut = text.rfind(b"<") if cut < 0 else cut
            cut = len(text) if cut < 0 else cut
            rest = text[cut:]
            yield text[:cut]
        yield rest


def member_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's member that holds the sheet of this name.

    Names are compared without their namespace, which the strict form of ISO/IEC 29500 has others of
    than the transitional.

    Raises:
        ContentError: ``file.kind`` if what lists the sheets is no sound XML.
    """
    names = {name.lower(): name for name in archive.namelist()}
    book = _elements(archive, names.get("xl/workbook.xml"))
    wanted = {
        value
        for element in book
        if _local(element.tag) == "sheet" and element.get("name") == sheet
        for key, value in element.attrib.items()
        if key.startswith("{") and _local(key) == "id"
    }
    for relation in _elements(archive, names.get("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") in wanted:
            target = relation.get("Target", "").lower()
            inside = target if target.startswith(("/", "xl/")) else f"xl/{target}"
            return names.get(inside.lstrip("/"))
    return None


def _elements(archive: zipfile.ZipFile, member: str | None) -> list[ElementTree.Element]:
    if member is None:
        return []
    try:
        return list(ElementTree.fromstring(archive.read(member)).iter())
    except ElementTree.ParseError as error:
        raise ContentError(
            "file.kind",
            _(
                "文件 {name} 不是完好的电子表格（{reason}）。",
                name=Path(archive.filename or "").name,
                reason=error,
            ),
            _("请用表格软件打开并另存为 xlsx 后再交。"),
        ) from None


def _local(name: str) -> str:
    return name.rpartition("}")[2]
