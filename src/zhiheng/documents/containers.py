"""Reading a table out of whatever file it came in; every row keeps its number.

Spreadsheets and delimited text become columns of text, Parquet keeps its types. Converting a
value is not done here: whoever knows the column's kind does that and reports what it cannot be.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zhiheng.documents import delimited, json_records
from zhiheng.documents.encodings import to_utf8, utf8_view
from zhiheng.documents.headers import ROW, clean_header
from zhiheng.documents.parquet_records import read_parquet
from zhiheng.documents.raw_tables import (
    PIECE,
    RawTable,
    empty_file,
    filled_rows,
    from_grid,
    names_of,
    numbered,
    rows_of,
    without_blanks,
)
from zhiheng.documents.signatures import refuse_other
from zhiheng.documents.workbook_tables import read_workbook
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

LARGE = 1 << 26
"""Bytes of delimited text from which on it is read piece by piece."""


def read_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    expected: Set[str] = frozenset(),
) -> RawTable:
    """The table whole, see `open_table`."""
    table = open_table(path, sheet=sheet, header_row=header_row, expected=expected)
    return replace(table, frame=pl.concat(table.pieces()), more=None)


def open_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    expected: Set[str] = frozenset(),
) -> RawTable:
    """Read xlsx, xls, ods, csv, tsv, Parquet, JSON (an array, or one object a line).

    What the file is, is told by its first bytes, since exports often carry a wrong extension.

    Args:
        path: the file.
        sheet: which sheet; default the one whose header fits best, else the first not empty.
        header_row: 1-based; default the row among the first 30 that holds most of ``expected``,
            without ``expected`` the first row that is not empty.
        expected: column names hoped for.

    Raises:
        UsageError: ``file.missing``.
        ContentError: ``file.empty``, ``file.kind``, ``file.encoding``, ``file.quote``,
            ``file.ragged``, ``file.password``, ``file.sheet``, ``file.sheets``,
            ``file.hidden_sheet``, ``file.area``, ``file.header``, ``file.header_duplicate``,
            ``file.header_reserved``.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(
            "file.missing", _("找不到文件 {path}。", path=path), _("请检查路径和文件名。")
        )
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip():
        raise empty_file(path.name)
    refuse_other(path, head)
    expected = expected | {clean_header(name) for name in expected}
    if head.startswith(b"PAR1"):
        return _read_parquet(path)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_workbook(path, sheet, header_row, expected)
    if head.lstrip()[:1] == b"<":
        raise ContentError(
            "file.kind",
            _("文件 {name} 实为网页或 XML，不是数据表。", name=path.name),
            _("请用表格软件打开并另存为 xlsx 后再交。"),
        )
    if path.stat().st_size > LARGE and head.lstrip(codecs.BOM_UTF8)[:1] not in (b"{", b"["):
        return _open_large_text(path, header_row, expected)
    data, _encoding = to_utf8(path.read_bytes())
    if data.lstrip()[:1] in (b"{", b"["):
        return _read_json(path, data)
    grid, _delimiter = delimited.read_grid(data, expected)
    return from_grid(without_blanks(grid), path.name, None, header_row, expected, ())


def _open_large_text(path: Path, header_row: int | None, expected: Set[str]) -> RawTable:
    data, start = utf8_view(path)

    def grids() -> Iterator[pl.DataFrame]:
        done = 0
        for grid in delimited.read_pieces(data, start, expected):
            yield numbered(without_blanks(grid), done)
            done += len(grid)

    first = next(grids())
    table = from_grid(first.drop(ROW), path.name, None, header_row, expected, (), more_follow=True)
    assert table.header_row is not None
    cells = first.row(table.header_row - 1)[1:]
    names = names_of(cells, None)

    def more() -> Iterator[pl.DataFrame]:
        for number, grid in enumerate(grids()):
            if number:
                yield rows_of(filled_rows(grid), cells, names)

    return replace(table, more=more)


def _read_parquet(path: Path) -> RawTable:
    try:
        file = pq.ParquetFile(path)
        first = next(_parquet_pieces(path), None)
    except (pa.ArrowException, OSError) as error:
        raise ContentError(
            "file.kind",
            _("文件 {name} 不是完好的 Parquet 文件（{reason}）。", name=path.name, reason=error),
            _("请重新导出后再交。"),
        ) from None
    if first is None or first.width <= 1:
        raise empty_file(path.name)

    def more() -> Iterator[pl.DataFrame]:
        pieces = _parquet_pieces(path)
        next(pieces)
        return pieces

    whole = len(first) == file.metadata.num_rows
    columns = tuple(first.columns[1:])
    return RawTable(columns, first, None, None, (), more=None if whole else more)


def _parquet_pieces(path: Path) -> Iterator[pl.DataFrame]:
    done = 0
    for piece in read_parquet(path, PIECE):
        yield numbered(piece, done)
        done += len(piece)


def _read_json(path: Path, data: bytes) -> RawTable:
    frame = json_records.read_records(data, path.name, ROW)
    if frame.width <= 1:
        raise empty_file(path.name)
    return RawTable(tuple(frame.columns[1:]), frame, None, None, ())
