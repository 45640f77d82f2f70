"""Reading a table out of whatever file it came in; every row keeps its number.

Spreadsheets and delimited text become columns of text, Parquet keeps its types. Converting a
value is not done here: whoever knows the column's kind does that and reports what it cannot be.
"""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Callable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from zhiheng.documents import delimited, json_records, sheet_choice, workbooks
from zhiheng.documents.archives import refuse_bomb
from zhiheng.documents.areas import refuse_vast
from zhiheng.documents.encodings import to_utf8, utf8_view
from zhiheng.documents.headers import (
    ROW,
    clean_header,
    column_letter,
    header_row_of,
    refuse_duplicates,
)
from zhiheng.documents.ods_layout import read_ods_layouts
from zhiheng.documents.parquet_records import read_parquet
from zhiheng.documents.plain_sheets import read_plain
from zhiheng.documents.sheet_layout import Layout, extent, read_layout
from zhiheng.documents.signatures import refuse_other
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

EXAMPLE_MARK = "【示例】"
"""Begins the first cell of a template's example row, which is never read as data."""

PROBLEM_COLUMN = "问题（系统标注）"
"""Header of the column that marking adds; never read as data."""

LARGE = 1 << 26
"""Bytes of delimited text from which on it is read piece by piece."""

PIECE = 1 << 18
"""Rows handled at once."""

_Spread = set[tuple[int, str]]


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
        raise _empty(path.name)
    refuse_other(path, head)
    expected = expected | {clean_header(name) for name in expected}
    if head.startswith(b"PAR1"):
        return _read_parquet(path)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _read_workbook(path, sheet, header_row, expected)
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
    return _from_grid(_without_blanks(grid), path.name, None, header_row, expected, ())


def _read_workbook(
    path: Path, sheet: str | None, header_row: int | None, expected: Set[str]
) -> RawTable:
    layouts: dict[str, Layout] = {}
    if zipfile.is_zipfile(path):
        refuse_bomb(path)
        layouts = read_ods_layouts(path)
    book = workbooks.open_workbook(path)
    sheets = workbooks.visible_sheets(book)
    if sheet is not None and sheet not in sheets:
        raise ContentError(
            "file.sheet",
            _("文件 {name} 里没有工作表“{sheet}”。", name=path.name, sheet=sheet),
            _("可选：{sheets}。", sheets="、".join(sheets)),
        )

    def read(name: str) -> tuple[pl.DataFrame, Layout]:
        return _read_sheet(path, book, name, layouts.get(name))

    hidden_sheets = workbooks.hidden_sheets(book)
    hidden = sheet_choice.hidden_alike(hidden_sheets, expected, lambda name: read(name)[0])
    best: tuple[str, pl.DataFrame, Layout] | None = None
    fits: dict[str, sheet_choice.Fit] = {}
    for name in [sheet] if sheet is not None else sheets:
        grid, layout = read(name)
        if grid.is_empty():
            continue
        fits[name] = sheet_choice.fit(grid, expected)
        if best is None or fits[name].names > fits[best[0]].names:
            best = (name, grid, layout)
    if hidden and (best is None or not fits[best[0]].names):
        raise sheet_choice.only_hidden(hidden)
    if best is None:
        raise _empty(path.name)
    name, grid, layout = best
    sheet_choice.refuse_several(fits, name)
    grid, spread = _spread_down(grid, layout)
    table = _from_grid(grid, path.name, name, header_row, expected, sheets, spread)
    rows = set(table.frame[ROW])
    titles = {c: n for n, c in _headers(grid, table).items()}
    return replace(
        table,
        hidden_rows=tuple(row for row in layout.hidden_rows if row in rows),
        hidden_columns=tuple(t for n, t in titles.items() if layout.hides_column(n)),
        hidden_sheets=hidden,
        unread=tuple(
            (cell.row, titles[cell.column], cell.said)
            for cell in layout.unread
            if cell.row in rows and cell.column in titles
        ),
    )


def _read_sheet(
    path: Path, book: CalamineWorkbook, name: str, known: Layout | None
) -> tuple[pl.DataFrame, Layout]:
    """Cells and layout; where they are not plain, each is unpacked by itself, at the same time."""
    if known is not None:
        return _without_blanks(workbooks.read_grid(book, name)), known
    if not zipfile.is_zipfile(path):
        layout = Layout(merged=workbooks.merged_blocks(book, name))
        return _without_blanks(workbooks.read_grid(book, name)), layout
    if (plain := read_plain(path, name)) is not None:
        return _without_blanks(plain[0]), plain[1]
    refuse_vast(*extent(path, name), name)
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(read_layout, path, name)
        return _without_blanks(workbooks.read_grid(book, name)), read.result()


def _headers(grid: pl.DataFrame, table: RawTable) -> dict[str, int]:
    """Header to the 1-based place of its column."""
    assert table.header_row is not None
    cells = grid.row(table.header_row - 1)
    titles = {clean_header(cell): place for place, cell in enumerate(cells, start=1)}
    letters = {f"{column_letter(place - 1)}列": place for place in range(1, len(cells) + 1)}
    return {name: titles.get(name, letters.get(name, 0)) for name in table.columns}


def _spread_down(grid: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, _Spread]:
    """Blocks merged over rows say their text in each of them; and which cells those are."""
    spread: _Spread = set()
    for block in layout.merged:
        column, first, last = f"c{block.first_column - 1}", block.first_row, block.last_row
        last = min(last, grid.height)
        if last <= first or column not in grid.columns or grid[column][first - 1] is None:
            continue
        rows = range(first, last)
        grid = grid.with_columns(grid[column].clone().scatter(rows, grid[column][first - 1]))
        spread |= {(row, column) for row in range(first, last + 1)}
    return grid, spread


def _without_blanks(grid: pl.DataFrame) -> pl.DataFrame:
    """Cells of white space alone count as empty."""
    text = pl.all()
    return grid.with_columns(
        pl.when(text.str.strip_chars() == "").then(None).otherwise(text).name.keep()
    )


def _from_grid(
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
    grid = _numbered(grid)
    filled = _filled(grid) if grid.width > 1 else grid
    if grid.width <= 1 or filled.is_empty():
        raise _empty(name)
    header = header_row_of(filled, header_row, expected)
    cells = grid.row(header - 1)[1:]
    data = filled.filter(pl.col(ROW) > header)
    names = _names(cells, None if more_follow else data)
    frame = _rows(data, cells, names)
    merged = frozenset((row, names[c]) for row, c in spread if row > header and c in names)
    beyond = _beyond(cells, names) if sheet is None else ()
    columns = tuple(names.values())
    return RawTable(columns, frame, sheet, header, sheets, merged=merged, beyond=beyond)


def _beyond(cells: tuple[str | None, ...], names: dict[str, str]) -> tuple[str, ...]:
    last = max((i for i, cell in enumerate(cells) if clean_header(cell)), default=0)
    return tuple(name for column, name in names.items() if int(column[1:]) > last)


def _names(cells: tuple[str | None, ...], data: pl.DataFrame | None) -> dict[str, str]:
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


def _rows(data: pl.DataFrame, cells: tuple[str | None, ...], names: dict[str, str]) -> pl.DataFrame:
    """The rows under their headers, without a template's example and headers said again."""
    first = next(iter(names))
    example = pl.col(first).fill_null("").str.starts_with(EXAMPLE_MARK)
    repeated = pl.all_horizontal(pl.col(c).eq_missing(cells[int(c[1:])]) for c in names)
    return data.filter(~example & ~repeated).select(ROW, *names).rename(names)


def _open_large_text(path: Path, header_row: int | None, expected: Set[str]) -> RawTable:
    data, start = utf8_view(path)

    def grids() -> Iterator[pl.DataFrame]:
        done = 0
        for grid in delimited.read_pieces(data, start, expected):
            yield _numbered(_without_blanks(grid), done)
            done += len(grid)

    first = next(grids())
    table = _from_grid(first.drop(ROW), path.name, None, header_row, expected, (), more_follow=True)
    assert table.header_row is not None
    cells = first.row(table.header_row - 1)[1:]
    names = _names(cells, None)

    def more() -> Iterator[pl.DataFrame]:
        for number, grid in enumerate(grids()):
            if number:
                yield _rows(_filled(grid), cells, names)

    return replace(table, more=more)


def _numbered(grid: pl.DataFrame, before: int = 0) -> pl.DataFrame:
    return grid.with_row_index(ROW, offset=before + 1).with_columns(pl.col(ROW).cast(pl.Int64))


def _filled(grid: pl.DataFrame) -> pl.DataFrame:
    return grid.filter(pl.any_horizontal(pl.exclude(ROW).is_not_null()))


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
        raise _empty(path.name)

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
        yield _numbered(piece, done)
        done += len(piece)


def _read_json(path: Path, data: bytes) -> RawTable:
    frame = json_records.read_records(data, path.name, ROW)
    if frame.width <= 1:
        raise _empty(path.name)
    return RawTable(tuple(frame.columns[1:]), frame, None, None, ())


def _empty(name: str) -> ContentError:
    return ContentError(
        "file.empty",
        _("文件 {name} 是空的。", name=name),
        _("请填好数据后再交；确无数据可报的，请填写“无可报告”表。"),
    )
