"""Files as offices make them: title rows over the header, old encodings, extra sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from zhiheng.documents.sheet_choice import NOTHING_SHEET

_MADE = datetime(2026, 10, 31)  # noqa: DTZ001  a workbook's date of creation has no time zone
"""Written into every workbook, so that the same seed gives the same bytes."""


def write_table(
    path: Path,
    table: pl.DataFrame,
    *,
    titles: Sequence[str] = (),
    sheet: str = "Sheet1",
    encoding: str = "utf-8",
    numeric: Sequence[str] = (),
    nothing: Sequence[Sequence[str]] = (),
) -> None:
    """Write text columns in the format of the path's suffix: xlsx, csv, json or parquet.

    Args:
        titles: lines above the header, the first merged over all columns (xlsx and csv).
        numeric: columns whose cells a spreadsheet holds as numbers where they look like one.
        nothing: rows 区域, 起, 止, 说明 of a template's sheet for periods without anything.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".xlsx":
            _write_workbook(path, table, titles, sheet, frozenset(numeric), nothing)
        case ".csv":
            head = "".join(f"{line}{',' * (table.width - 1)}\r\n" for line in titles)
            body = table.write_csv(line_terminator="\r\n")
            path.write_bytes((head + body).encode(encoding))
        case ".json":
            rows = table.to_dicts()
            path.write_text(json.dumps(rows, ensure_ascii=False, indent=0), encoding="utf-8")
        case ".parquet":
            table.write_parquet(path)
        case other:
            raise ValueError(f"no writer for {other}")


def header_row(suffix: str, titles: Sequence[str]) -> int:
    """The spreadsheet row of the header; 0 where names stand outside the rows."""
    return len(titles) + 1 if suffix in {".xlsx", ".csv"} else 0


def _write_workbook(
    path: Path,
    table: pl.DataFrame,
    titles: Sequence[str],
    sheet: str,
    numeric: frozenset[str],
    nothing: Sequence[Sequence[str]],
) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": _MADE})
    heading = book.add_format({"bold": True, "align": "center", "font_size": 16})
    bold = book.add_format({"bold": True, "border": 1})
    if sheet != "Sheet1":
        notes = book.add_worksheet("填表说明")
        notes.write_string(0, 0, "一、本表由各报送单位填写。二、金额、数量请填数字。")
    page = book.add_worksheet(sheet)
    page.set_column(0, table.width - 1, 16)
    for row, line in enumerate(titles):
        if row == 0 and table.width > 1:
            page.merge_range(0, 0, 0, table.width - 1, line, heading)
        else:
            page.write_string(row, 0, line)
    page.write_row(len(titles), 0, table.columns, bold)
    is_number = [title in numeric for title in table.columns]
    for row, cells in enumerate(table.iter_rows(), start=len(titles) + 1):
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if is_number[column] and _plain(cell):
                page.write_number(row, column, float(cell))
            else:
                page.write_string(row, column, cell)
    if nothing:
        page = book.add_worksheet(NOTHING_SHEET)
        for row, said in enumerate([("区域", "起", "止", "说明"), *nothing]):
            page.write_row(row, 0, said)
    book.close()


def _plain(cell: str) -> bool:
    return cell.isascii() and cell.replace(".", "", 1).replace("-", "", 1).isdigit()
