"""Spreadsheet workbooks (xlsx, xls, ods) as grids of canonical text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine as calamine

from zhiheng.documents.sheet_layout import Merged
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_UNREADABLE = (calamine.CalamineError, OverflowError)
_LOST = 10**15


def open_workbook(path: Path) -> calamine.CalamineWorkbook:
    """Raises ContentError: ``file.password``, or ``file.kind`` if it cannot be read at all."""
    try:
        return calamine.load_workbook(str(path))
    except calamine.PasswordError:
        raise ContentError(
            "file.password",
            _("文件 {name} 设有打开密码。", name=path.name),
            _("请去掉密码后再交。"),
        ) from None
    except calamine.CalamineError as error:
        raise ContentError(
            "file.kind",
            _("文件 {name} 不是完好的电子表格（{reason}）。", name=path.name, reason=error),
            _("请用表格软件打开并另存为 xlsx 后再交。"),
        ) from None


def visible_sheets(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    """Names of the worksheets a person sees, in their order."""
    return tuple(
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == calamine.SheetVisibleEnum.Visible
    )


def hidden_sheets(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    """Names of the worksheets that a person does not see."""
    seen = visible_sheets(book)
    sheets = (s.name for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet)
    return tuple(name for name in sheets if name not in seen)


def merged_blocks(book: calamine.CalamineWorkbook, sheet: str) -> tuple[Merged, ...]:
    """The merged blocks of a sheet of an xls."""
    ranges = book.get_sheet_by_name(sheet).merged_cell_ranges or ()
    return tuple(
        Merged(top + 1, bottom + 1, left + 1, right + 1) for (top, left), (bottom, right) in ranges
    )


def read_grid(book: calamine.CalamineWorkbook, sheet: str) -> pl.DataFrame:
    """The sheet as text columns ``c0, c1, …``, spreadsheet row ``i + 1`` in row ``i``.

    Text is canonical: numbers as by `number_text`, dates and times in ISO 8601, TRUE and FALSE,
    null for an empty cell. A formula arrives as its last computed value.

    Raises:
        ContentError: ``file.kind``, a cell cannot be read.
    """
    try:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except BaseException as error:
        # The library panics over dates that no calendar has, past the ordinary exceptions.
        if type(error).__name__ != "PanicException" and not isinstance(error, _UNREADABLE):
            raise
        raise ContentError(
            "file.kind",
            _("工作表“{sheet}”里有读不出的单元格（{reason}）。", sheet=sheet, reason=error),
            _("请检查日期和时间列里过大或为负的数；或另存为 csv 后再交。"),
        ) from None
    return pl.DataFrame(
        [_texts(cells).alias(f"c{i}") for i, cells in enumerate(zip(*rows, strict=True))]
    )


def _texts(cells: Sequence[Any]) -> pl.Series:
    """A column's cells as text; most columns are of one type."""
    types = set(map(type, cells))
    if types == {str}:
        texts = pl.Series(cells, dtype=pl.String)
        return texts.set(texts == "", None)
    if types == {float}:
        return pl.Series([number_text(cell) for cell in cells], dtype=pl.String)
    # An empty cell is an empty text.
    return pl.Series(
        [(cell or None) if type(cell) is str else canonical_text(cell) for cell in cells],
        dtype=pl.String,
    )


def canonical_text(value: object) -> str | None:
    """One cell as text; None for an empty one."""
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return number_text(value)
        case datetime():
            return value.replace(microsecond=0).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
        case _:
            return str(value)


def number_text(value: float) -> str:
    """A number as a spreadsheet program shows it: whole ones without a decimal point, others with
    15 significant digits.

    Such a program keeps no more than 15 digits, so that a longer whole number may have lost its
    end; only these are written in powers of ten.
    """
    if value.is_integer():
        if abs(value) >= _LOST:
            return format(Decimal(repr(value)).normalize(), "E")
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text
