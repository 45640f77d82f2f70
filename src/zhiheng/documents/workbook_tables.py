"""A table out of a workbook: the sheet that fits, with what its layout hides or merges."""

from __future__ import annotations

import zipfile
from collections.abc import Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from zhiheng.documents import sheet_choice, workbooks
from zhiheng.documents.archives import refuse_bomb
from zhiheng.documents.areas import refuse_vast
from zhiheng.documents.headers import ROW, clean_header, column_letter
from zhiheng.documents.ods_layout import read_ods_layouts
from zhiheng.documents.plain_sheets import read_plain
from zhiheng.documents.raw_tables import RawTable, Spread, empty_file, from_grid, without_blanks
from zhiheng.documents.sheet_layout import Layout, extent, read_layout
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


def read_workbook(
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
        raise empty_file(path.name)
    name, grid, layout = best
    sheet_choice.refuse_several(fits, name)
    grid, spread = _spread_down(grid, layout)
    table = from_grid(grid, path.name, name, header_row, expected, sheets, spread)
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
        return without_blanks(workbooks.read_grid(book, name)), known
    if not zipfile.is_zipfile(path):
        layout = Layout(merged=workbooks.merged_blocks(book, name))
        return without_blanks(workbooks.read_grid(book, name)), layout
    if (plain := read_plain(path, name)) is not None:
        return without_blanks(plain[0]), plain[1]
    refuse_vast(*extent(path, name), name)
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(read_layout, path, name)
        return without_blanks(workbooks.read_grid(book, name)), read.result()


def _headers(grid: pl.DataFrame, table: RawTable) -> dict[str, int]:
    """Header to the 1-based place of its column."""
    assert table.header_row is not None
    cells = grid.row(table.header_row - 1)
    titles = {clean_header(cell): place for place, cell in enumerate(cells, start=1)}
    letters = {f"{column_letter(place - 1)}列": place for place in range(1, len(cells) + 1)}
    return {name: titles.get(name, letters.get(name, 0)) for name in table.columns}


def _spread_down(grid: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, Spread]:
    """Blocks merged over rows say their text in each of them; and which cells those are."""
    spread: Spread = set()
    for block in layout.merged:
        column, first, last = f"c{block.first_column - 1}", block.first_row, block.last_row
        last = min(last, grid.height)
        if last <= first or column not in grid.columns or grid[column][first - 1] is None:
            continue
        rows = range(first, last)
        grid = grid.with_columns(grid[column].clone().scatter(rows, grid[column][first - 1]))
        spread |= {(row, column) for row in range(first, last + 1)}
    return grid, spread
