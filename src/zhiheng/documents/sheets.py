"""What the Excel writers share: how wide text is, safe cells, drop-down lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from zhiheng.documents.widths import display_width

ColumnKind = Literal["text", "integer", "number", "percent", "date", "datetime", "boolean"]

NUMBER_FORMATS: dict[ColumnKind, str] = {
    # Text stays text: an 18-digit code typed into a general cell loses its last digits.
    "text": "@",
    "integer": "#,##0",
    "number": "#,##0.00##",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "boolean": "General",
}

FONT = "宋体"
LAST_ROW = 1_048_575
_INLINE_LIST = 255  # characters Excel keeps of a list written into the rule itself
_CODE_SHEET = "代码表"


def fitting_width(texts: Iterable[str], least: int = 8, most: int = 48) -> int:
    """Column width that shows the widest line of the texts, within bounds."""
    lines = (line for text in texts for line in text.splitlines() or [""])
    return min(most, max(least, max(map(display_width, lines), default=0) + 2))


def write_cell(page: Worksheet, row: int, column: int, value: Any, form: Format) -> None:
    """One cell by the value's type; text is never taken for a formula or a link."""
    match value:
        case None:
            page.write_blank(row, column, None, form)
        case bool():
            page.write_boolean(row, column, value, form)
        case int() | float():
            page.write_number(row, column, value, form)
        case datetime():
            page.write_datetime(row, column, value.replace(tzinfo=None), form)
        case date():
            page.write_datetime(row, column, value, form)
        case _:
            page.write_string(row, column, str(value), form)


class DropDowns:
    """Drop-down lists of one workbook; the long ones are kept on a hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._page: Worksheet | None = None
        self._sources: dict[tuple[str, ...], str] = {}

    def add(
        self, page: Worksheet, column: int, first_row: int, choices: Sequence[str], prompt: str
    ) -> None:
        """Offer ``choices`` in the whole column from ``first_row`` (0-based) down."""
        page.data_validation(
            first_row,
            column,
            LAST_ROW,
            column,
            {
                "validate": "list",
                "source": self._source(tuple(choices)),
                "error_title": prompt[:32],
                "error_message": prompt[:255],
                "error_type": "stop",
            },
        )

    def _source(self, choices: tuple[str, ...]) -> list[str] | str:
        if len(",".join(choices)) <= _INLINE_LIST and not any("," in c for c in choices):
            return list(choices)
        if choices not in self._sources:
            if self._page is None:
                self._page = self._book.add_worksheet(_CODE_SHEET)
                self._page.hide()
            column = len(self._sources)
            for row, choice in enumerate(choices):
                self._page.write_string(row, column, choice)
            place = xl_range_abs(0, column, len(choices) - 1, column)
            self._sources[choices] = f"='{_CODE_SHEET}'!{place}"
        return self._sources[choices]
