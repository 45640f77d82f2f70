"""The user's own spreadsheet back, with its problems marked in it.

A marked workbook may be mended and handed in again: the readers skip the marks, and marking it
anew first takes the old marks out.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile

import polars as pl
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from zhiheng.documents import delimited, workbooks
from zhiheng.documents.encodings import to_utf8
from zhiheng.documents.headers import ROW
from zhiheng.documents.problem_marks import Problem, mark
from zhiheng.documents.raw_tables import RawTable
from zhiheng.office.words import _

# Cells; past this, loading and saving takes minutes and gigabytes.
_MOST_CELLS = 500_000
# A copy has no work of its owner in it, and is written, read and written again.
_MOST_COPIED = 100_000
MOST_EXCERPTED = 2000
_UNLOADABLE = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError),
    *(InvalidFileException, BadZipFile, ElementTree.ParseError),
)


class _Moved:
    """The same problem at another row."""

    def __init__(self, problem: Problem, row: int) -> None:
        self.row = row
        self.column, self.value = problem.column, problem.value
        self.rule, self.message, self.fix = problem.rule, problem.message, problem.fix


def mark_file(source: Path, problems: Sequence[Problem], out: Path, table: RawTable) -> None:
    """Mark a delivered file into the workbook ``out``, as ``read_table`` read it.

    An xlsx file is marked itself, CSV, xls and ods as a copy. Of Parquet and JSON, of delimited
    text of more than 100,000 cells and of workbooks of more than half a million, only the first
    2,000 rows with problems are written, each with its row number.
    """
    with source.open("rb") as file:
        head = file.read(4)
    header = table.header_row
    sheet = table.sheet
    most = _MOST_COPIED if sheet is None else _MOST_CELLS
    large = table.more is not None or table.frame.height * len(table.columns) > most
    if header is None or large:
        _mark_excerpt(problems, out, table)
    elif sheet is None:
        mark_csv(source, problems, out, header_row=header, expected=frozenset(table.columns))
    elif head == b"PK\x03\x04" and (book := _loaded(source, sheet)) is not None:
        mark(book, book[sheet], problems, out, header)
    else:
        grid = workbooks.read_grid(workbooks.open_workbook(source), sheet)
        _write_copy(grid.rows(), out, sheet)
        mark_workbook(out, problems, out, sheet=sheet, header_row=header)


def _loaded(source: Path, sheet: str) -> Workbook | None:
    """None where the library that writes cannot read it: an ods, or the standard's strict form."""
    try:
        book = _load(source)
    except _UNLOADABLE:
        return None
    return book if sheet in book.sheetnames else None


def _load(source: Path) -> Workbook:
    # Of a path the library would look at the ending, which says nothing about the content.
    with source.open("rb") as file:
        return load_workbook(file, keep_vba=source.suffix.lower() == ".xlsm")


def mark_csv(
    source: Path,
    problems: Sequence[Problem],
    out: Path,
    *,
    header_row: int = 1,
    expected: Set[str] = frozenset(),
) -> None:
    """A workbook with the same rows, all as text, and the marks of ``mark_workbook``.

    ``expected`` column names help to tell the delimiter.
    """
    data, _encoding = to_utf8(source.read_bytes())
    grid, _delimiter = delimited.read_grid(data, expected)
    name = "".join(c for c in source.stem if c not in "[]:*?/\\'")[:31] or "Sheet1"
    _write_copy(grid.rows(), out, name)
    mark_workbook(out, problems, out, sheet=name, header_row=header_row)


def _mark_excerpt(problems: Sequence[Problem], out: Path, table: RawTable) -> None:
    wanted = {problem.row for problem in problems}
    excerpt = table.frame.filter(pl.col(ROW).is_in(wanted)).head(MOST_EXCERPTED)
    place = {row: index for index, row in enumerate(excerpt[ROW], start=2)}
    left_out = wanted.intersection(table.frame[ROW]) - place.keys()
    cells = [
        (_("原行号"), *table.columns),
        *(tuple(map(workbooks.canonical_text, row)) for row in excerpt.iter_rows()),
    ]
    name = table.sheet or "Sheet1"
    _write_copy(cells, out, name)
    # A problem of no row of the table is one of its header.
    kept = [_Moved(p, place.get(p.row, 1)) for p in problems if p.row not in left_out]
    mark_workbook(out, kept, out, sheet=name)


def mark_workbook(
    source: Path,
    problems: Sequence[Problem],
    out: Path,
    *,
    sheet: str | None = None,
    header_row: int = 1,
) -> None:
    """Copy the workbook and mark it: bad cells filled and annotated, a problem column, a list.

    All else stays as it was, as far as openpyxl carries it (charts and pivot tables get lost). A
    note of the user's own stays in place of ours.

    Args:
        source: an xlsx or xlsm file.
        problems: may be empty; then only old marks are taken out.
        out: may be ``source``.
        sheet: default the first.
        header_row: 1-based.
    """
    book = _load(source)
    mark(book, book[sheet] if sheet else book.worksheets[0], problems, out, header_row)


def _write_copy(rows: Sequence[tuple[str | None, ...]], out: Path, sheet: str) -> None:
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text is not None:
                    page.write_string(row, column, text)
