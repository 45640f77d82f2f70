"""Tables as an Excel workbook, one sheet a table, in a form that can be read back in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from zhiheng.documents.sheets import (
    FONT,
    LAST_ROW,
    NUMBER_FORMATS,
    ColumnKind,
    DropDowns,
    fitting_width,
    write_cell,
)
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

_MEASURED_ROWS = 500  # enough to choose a column's width by
_HEADER = "#DDEBF7"


@dataclass(frozen=True)
class SheetColumn:
    """One column.

    Attributes:
        name: header text.
        kind: type of its values; a value of another type (say, a suppressed count ``"<5"``) is
            written as text.
        note: shown when the pointer rests on the header.
        choices: the drop-down list of its cells.
        number_format: instead of the one of its kind.
    """

    name: str
    kind: ColumnKind = "text"
    note: str = ""
    choices: tuple[str, ...] = ()
    number_format: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One table; ``notes`` go, with those of the others, on a sheet of notes at the end."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = field(default=())


def write_xlsx(sheets: Sequence[Sheet], path: Path) -> None:
    """Write the tables, each with a frozen header in row 1 and a filter.

    Raises:
        UsageError: ``excel.rows`` if a table is longer than a sheet can be.
    """
    for sheet in sheets:
        if len(sheet.rows) > LAST_ROW:
            raise UsageError(
                "excel.rows",
                _(
                    "表“{name}”有 {rows} 行，一张工作表最多 1048575 行。",
                    name=sheet.name,
                    rows=len(sheet.rows),
                ),
                _("请缩小范围，或导出为 CSV、Parquet。"),
            )
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        lists = DropDowns(book)
        for sheet in sheets:
            _write_sheet(book, lists, sheet)
        _write_notes(book, sheets)


def _write_sheet(book: xlsxwriter.Workbook, lists: DropDowns, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    header = book.add_format(
        {
            **base,
            "bold": True,
            "bg_color": _HEADER,
            "border": 1,
            "text_wrap": True,
            "align": "center",
        }
    )
    text = book.add_format({**base, "num_format": "@"})
    forms = []
    for index, column in enumerate(sheet.columns):
        form = book.add_format(
            {**base, "num_format": column.number_format or NUMBER_FORMATS[column.kind]}
        )
        forms.append(form)
        cells = [row[index] for row in islice(sheet.rows, _MEASURED_ROWS)]
        shown = [column.name, *(_shown(cell, column.kind) for cell in cells)]
        page.set_column(index, index, fitting_width(shown), form)
        page.write_string(0, index, column.name, header)
        if column.note:
            page.write_comment(0, index, column.note, {"x_scale": 2})
        if column.choices:
            prompt = _("请从下拉列表中选取。")
            lists.add(page, index, 1, column.choices, prompt)
    for number, row in enumerate(sheet.rows, start=1):
        for index, value in enumerate(row):
            form = text if isinstance(value, str) else forms[index]
            write_cell(page, number, index, value, form)
    page.freeze_panes(1, 0)
    if sheet.columns:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    if len(sheet.columns) > 8:
        page.set_landscape()


def _shown(value: Any, kind: ColumnKind) -> str:
    """About the text that the cell will show."""
    match value:
        case None:
            return ""
        case bool():
            return "FALSE"
        case float() if kind == "percent":
            return f"{value:.2%}"
        case float():
            return f"{value:,.4f}"
        case int():
            return f"{value:,}"
    return str(value)


def _write_notes(book: xlsxwriter.Workbook, sheets: Sequence[Sheet]) -> None:
    lines = [(sheet.name, note) for sheet in sheets for note in sheet.notes]
    if not lines:
        return
    page = book.add_worksheet(_("说明"))
    base = {"font_name": FONT, "valign": "top", "text_wrap": True}
    form = book.add_format(base)
    header = book.add_format({**base, "bold": True, "bg_color": _HEADER, "border": 1})
    page.write_row(0, 0, [_("工作表"), _("说明")], header)
    for row, (name, note) in enumerate(lines, start=1):
        page.write_string(row, 0, name, form)
        page.write_string(row, 1, note, form)
    page.set_column(0, 0, fitting_width([name for name, _note in lines]))
    page.set_column(1, 1, 90)
    page.freeze_panes(1, 0)
