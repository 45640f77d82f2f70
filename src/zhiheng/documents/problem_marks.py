"""Marks in a workbook: cells filled and annotated, a column of problems, a list; and out again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from zhiheng.documents import headers
from zhiheng.documents.raw_tables import PROBLEM_COLUMN
from zhiheng.documents.sheet_choice import PROBLEM_SHEET
from zhiheng.office.words import _

_AUTHOR = "质衡"
_COLOUR = "FFFFC7CE"
_BAD = PatternFill("solid", start_color=_COLOUR, end_color=_COLOUR)
_HEADING = Font(bold=True, color="FF9C0006")
_WRAP = Alignment(wrap_text=True, vertical="top")
# Spreadsheet programs open thousands of notes only after minutes; past this many the fill, the
# problem column and the list must do.
_MOST_NOTES = 5000
# Columns of the problem sheet; the last two are hidden and let a later marking undo this one.
_WIDTHS = (8, 24, 10, 28, 24, 48, 48, 10, 10)
_CELL = 8
_FILL = 9
_A_PLACE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_A_FILL = re.compile(r"(?:rgb:[0-9A-F]{8}:[-+.0-9e]+|(?:theme|indexed):[0-9]{1,3}:[-+.0-9e]+)?")


class Problem(Protocol):
    """One thing wrong with one row: ``row`` as a spreadsheet numbers it, ``column`` its header."""

    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> object: ...
    @property
    def rule(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def fix(self) -> str: ...


def mark(
    book: Workbook, page: Worksheet, problems: Sequence[Problem], out: Path, header_row: int
) -> None:
    """Mark one sheet, whose older marks go, and write the workbook to ``out``."""
    _take_marks_out(book, page, header_row)
    if problems:
        columns = _columns(page, header_row)
        originals = _fill_cells(page, problems, columns)
        _add_column(page, problems, header_row)
        _add_list(book, page, problems, columns, originals)
    book.save(out)


def _columns(page: Worksheet, header_row: int) -> dict[str, int]:
    """The 1-based column of each title; one merged over rows stands in its block's first cell."""
    titles = {cell.column: cell.value for cell in _filled(page) if cell.row == header_row}
    for block in page.merged_cells.ranges:
        if block.min_row < header_row <= block.max_row:
            titles[block.min_col] = page.cell(block.min_row, block.min_col).value
    return {
        headers.clean_header(str(value)): column
        for column, value in titles.items()
        if value is not None
    }


def _filled(page: Worksheet) -> list[Any]:
    """The cells with a value; to ask for a cell that is not there would make it."""
    return [cell for cell in page._cells.values() if cell.value is not None]


def _take_marks_out(book: Workbook, page: Worksheet, header_row: int) -> None:
    for listing in _listings(book, page):
        for row in listing.iter_rows(min_row=2, min_col=_CELL, max_col=_FILL, values_only=True):
            place, fill = str(row[0] or ""), str(row[1] or "")
            if _A_PLACE.fullmatch(place) and _A_FILL.fullmatch(fill):
                page[place].fill = _fill_of(fill)
        book.remove(listing)
    ours = [
        cell.column
        for cell in _filled(page)
        if cell.row == header_row and cell.value == PROBLEM_COLUMN
    ]
    if not ours:
        return
    for column in sorted(ours, reverse=True):  # deleting a column moves those behind it
        _delete_column(page, column)
        page.column_dimensions.pop(get_column_letter(column), None)
    for cell in page._cells.values():
        if cell.comment is not None and cell.comment.author == _AUTHOR:
            cell.comment = None


def _delete_column(page: Worksheet, column: int) -> None:
    """As openpyxl does it, which first makes every cell that there could be behind the column."""
    for row, place in sorted(page._cells):
        if place == column:
            del page._cells[row, place]
        elif place > column:
            page._move_cell(row, place, 0, -1, False)


def _listings(book: Workbook, page: Worksheet) -> list[Worksheet]:
    """The lists that an earlier marking added; a sheet of the user's own may be called so too."""
    return [
        sheet
        for sheet in book.worksheets
        if sheet is not page
        and sheet.title.startswith(PROBLEM_SHEET)
        and sheet.cell(1, _CELL).value == _AUTHOR
    ]


def _fill_cells(
    page: Worksheet, problems: Sequence[Problem], columns: dict[str, int]
) -> dict[tuple[int, int], str]:
    """Colour and annotate; returns how each cell was filled before."""
    notes: dict[tuple[int, int], list[str]] = defaultdict(list)
    for problem in problems:
        column = _column(problem, columns)
        if column is not None:
            notes[problem.row, column].append(_sentence(problem))
    originals = {}
    for number, ((row, column), lines) in enumerate(notes.items()):
        cell = page.cell(row, column)
        originals[row, column] = _describe(cell.fill)
        cell.fill = _BAD
        inside_a_block = isinstance(cell, MergedCell)  # its note stands at the block's first cell
        if cell.comment is None and not inside_a_block and number < _MOST_NOTES:
            text = "\n".join(lines)
            cell.comment = Comment(text, _AUTHOR, width=320, height=40 + 18 * (len(text) // 20 + 1))
    return originals


def _add_column(page: Worksheet, problems: Sequence[Problem], header_row: int) -> None:
    index = max((cell.column for cell in _filled(page)), default=0) + 1
    heading = page.cell(header_row, index, PROBLEM_COLUMN)
    heading.font = _HEADING
    by_row: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(_sentence(problem))
    for row, lines in by_row.items():
        if row == header_row:
            continue
        cell = page.cell(row, index, "\n".join(lines))
        cell.data_type = "s"
        cell.alignment = _WRAP
    page.column_dimensions[get_column_letter(index)].width = 60


def _add_list(
    book: Workbook,
    page: Worksheet,
    problems: Sequence[Problem],
    columns: dict[str, int],
    originals: dict[tuple[int, int], str],
) -> None:
    listing = book.create_sheet(PROBLEM_SHEET)
    headings = (_("行"), _("列"), _("单元格"), _("值"), _("规则"), _("问题"), _("改法"))
    for index, heading in enumerate(headings, start=1):
        listing.cell(1, index, heading).font = _HEADING
    listing.cell(1, _CELL, _AUTHOR)
    for row, problem in enumerate(sorted(problems, key=lambda p: p.row), start=2):
        column = _column(problem, columns)
        row_alone = f"{problem.row}:{problem.row}"
        place = f"{get_column_letter(column)}{problem.row}" if column else row_alone
        texts = (problem.column, place, problem.value, problem.rule, problem.message, problem.fix)
        listing.cell(row, 1, problem.row)
        for index, text in enumerate(texts, start=2):
            cell = listing.cell(row, index, None if text is None else _writable(str(text)))
            if text is not None:
                cell.data_type = "s"  # a value that begins with "=" must not start to compute
            cell.alignment = _WRAP
        title = page.title.replace("'", "''")
        listing.cell(row, 3).hyperlink = f"#'{title}'!{place}"
        if column is not None:
            listing.cell(row, _CELL, place)
            listing.cell(row, _FILL, originals[problem.row, column])
    for index, width in enumerate(_WIDTHS, start=1):
        dimension = listing.column_dimensions[get_column_letter(index)]
        dimension.width = width
        dimension.hidden = index in (_CELL, _FILL)
    listing.freeze_panes = "A2"


def _column(problem: Problem, columns: dict[str, int]) -> int | None:
    """1-based; a column without a header is known by its letter, ``D列``."""
    if problem.column is None:
        return None
    name = headers.clean_header(problem.column)
    if name in columns:
        return columns[name]
    letters = name.removesuffix("列")
    if letters != name and letters.isascii() and letters.isalpha() and len(letters) <= 2:
        return int(column_index_from_string(letters))
    return None


def _sentence(problem: Problem) -> str:
    subject = f"{problem.column}：" if problem.column else ""
    return _writable(f"{subject}{problem.message}{problem.fix}")


def _writable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _describe(fill: PatternFill) -> str:
    """A plain fill as ``kind:value:tint``; empty for none."""
    if fill.fill_type != "solid":
        return ""
    colour = fill.start_color
    return f"{colour.type}:{colour.value}:{colour.tint}"


def _fill_of(description: str) -> PatternFill:
    if not description:
        return PatternFill()
    kind, value, tint = description.split(":")
    colour = Color(rgb=value) if kind == "rgb" else Color(**{kind: int(value)}, tint=float(tint))
    return PatternFill("solid", start_color=colour)
