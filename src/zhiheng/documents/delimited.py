"""CSV and its relatives: delimiter, quoting, ragged rows; everything as text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Set
from itertools import islice
from mmap import mmap

import polars as pl

from zhiheng.documents.areas import refuse_sparse
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_BYTES = 1 << 18
_SAMPLE_RECORDS = 50

csv.field_size_limit(1 << 24)


def read_grid(data: bytes, expected: Set[str] = frozenset()) -> tuple[pl.DataFrame, str]:
    """All records as text columns ``c0, c1, …``, record ``i`` in row ``i``; and the delimiter.

    A record counts as one row also when it is blank or holds line breaks inside quotes, as in a
    spreadsheet program. Short records are filled with null, long ones widen the grid.

    Args:
        data: UTF-8 text.
        expected: column names that help to tell the delimiter.

    Raises:
        ContentError: ``file.quote`` if a quotation mark is opened and never closed;
            ``file.area`` if a few long records would widen many short ones.
    """
    delimiter, width = _shape(data[:_SAMPLE_BYTES], expected)
    if width == 0:
        return pl.DataFrame(), delimiter
    grid = _read_fast(data, delimiter, width)
    if grid is None:
        grid = _read_slowly(data.decode("utf-8"), delimiter)
    return _unwrapped(grid, data), delimiter


def read_pieces(
    data: bytes | mmap, start: int, expected: Set[str], size: int = 1 << 25
) -> Iterator[pl.DataFrame]:
    """The records from byte ``start`` on as grids of one width, each of about ``size`` bytes.

    The width is that of the first records.

    Raises:
        ContentError: ``file.quote``, ``file.area``, see `read_grid`; ``file.ragged`` if a later
            record has more.
    """
    delimiter, width = _shape(data[start : start + _SAMPLE_BYTES], expected)
    before = 0
    while start < len(data):
        end = _end_of_record(data, start, start + size)
        grid = _read_fast(data[start:end], delimiter, width)
        if grid is None and b'"' in data[start:end]:
            # Where quoting is unsound nobody can tell where a record ends but by reading on.
            end = len(data)
        if grid is None:
            grid = _read_slowly(data[start:end].decode("utf-8"), delimiter, width, before)
        yield _unwrapped(grid, data[start:end])
        start, before = end, before + len(grid)


def _shape(sample: bytes, expected: Set[str]) -> tuple[str, int]:
    """Delimiter and width of the first records."""
    text = sample.decode("utf-8", errors="ignore")
    delimiter = max(DELIMITERS, key=lambda d: _fitness(_sample_records(text, d), expected))
    width = max((len(record) for record in _sample_records(text, delimiter)), default=0)
    return delimiter, width


def _end_of_record(data: bytes | mmap, start: int, at: int) -> int:
    """Where a record ends at or behind ``at``, with no blank line on either side of the place.

    It ends at a line end with an even number of quotation marks before it; whether quoting is
    sound is checked later. Polars does not count blank lines at the edge of its input.
    """
    quotes, counted = 0, start
    while 0 < (at := data.find(b"\n", at) + 1) < len(data):
        quotes += data[counted:at].count(b'"')
        counted = at
        around = data[at - 3 : at + 1].replace(b"\r", b"")
        if quotes % 2 == 0 and b"\n\n" not in around and data[at : at + 1] not in b"\r\n":
            return at
    return len(data)


def _read_fast(data: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """By Polars; None if it would not do: ill-quoted text, records longer than the width."""
    if b'"' in data and not _well_quoted(data, delimiter):
        return None
    refuse_sparse(data.count(b"\n") + (not data.endswith(b"\n")), width, len(data))
    try:
        return pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            schema={f"c{i}": pl.String for i in range(width)},
        )
    except pl.exceptions.PolarsError:
        return None  # records longer than in the sample, or line ends Polars does not know


def _sample_records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    return list(islice(reader, _SAMPLE_RECORDS))


def _fitness(records: list[list[str]], expected: Set[str]) -> tuple[int, float, int]:
    """The more expected names in one record, and the steadier the width, the better."""
    names = max((len(expected & {cell.strip() for cell in r}) for r in records), default=0)
    widths = Counter(len(r) for r in records if len(r) > 1)
    if not widths:
        return names, 0.0, 1
    width, times = widths.most_common(1)[0]
    return names, times / len(records), width


def _unwrapped(grid: pl.DataFrame, data: bytes) -> pl.DataFrame:
    """Texts that an export wrote as formulas (``="00123"``), so that no program reads a number."""
    if b'="' not in data:
        return grid
    return grid.with_columns(pl.all().str.replace(r'(?s)^="([^"]*)"$', "${1}"))


def _well_quoted(data: bytes, delimiter: str) -> bool:
    """Whether each quoted field is closed where a field ends (RFC 4180).

    Polars reads ill-quoted text to an end too, but swallows rows without a word.
    """
    edge = re.escape(delimiter.encode()) + rb"\r\n"
    pattern = rb'(?:[^"]++|(?<![^%b])"(?:[^"]++|"")*+"(?![^%b]))*+' % (edge, edge)
    return re.fullmatch(pattern, data) is not None


def _read_slowly(
    text: str, delimiter: str, width: int | None = None, before: int = 0
) -> pl.DataFrame:
    """By Python's reader: as wide as its longest record if no width is given.

    ``before`` records lie in front of the text.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    begun = ended = 0
    try:
        for record in reader:
            begun, ended = ended, reader.line_num
            records.append(record)
    except csv.Error:  # a single cell of more bytes than any cell has
        raise _unclosed(before + len(records) + 1) from None
    # An open quotation mark takes the rest of the file into the last record.
    tail = text.splitlines(keepends=True)[begun:]
    if len(tail) > 1 and "".join(tail).count('"') % 2:
        raise _unclosed(before + len(records))
    if width is not None:
        _refuse_ragged(records, width, before)
    width = width or max(len(record) for record in records)
    refuse_sparse(len(records), width, len(text))
    return pl.DataFrame(
        [
            pl.Series(f"c{i}", [r[i] if i < len(r) else None for r in records], dtype=pl.String)
            for i in range(width)
        ]
    )


def _unclosed(row: int) -> ContentError:
    return ContentError(
        "file.quote",
        _("第 {row} 行有一个双引号没有配对，其后的各行都落进了同一格。", row=row),
        _("请删去多余的双引号，或把格内的双引号写成两个。"),
    )


def _refuse_ragged(records: list[list[str]], width: int, before: int) -> None:
    for number, record in enumerate(records, start=before + 1):
        if any(cell.strip() for cell in record[width:]):
            raise ContentError(
                "file.ragged",
                _(
                    "第 {row} 行有 {count} 格，比前面的行多（至多 {width} 格）。",
                    row=number,
                    count=len(record),
                    width=width,
                ),
                _("多半是格内有分隔符：请给这一格加双引号，或去掉多余的分隔符。"),
            )
