"""CSV and its relatives: delimiter, quoting, ragged rows; everything as text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Set
from itertools import islice

import polars as pl

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
        ContentError: ``file.quote`` if a quotation mark is opened and never closed.
    """
    sample = data[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")
    delimiter = max(DELIMITERS, key=lambda d: _fitness(_sample_records(sample, d), expected))
    width = max((len(record) for record in _sample_records(sample, delimiter)), default=0)
    if width == 0:
        return pl.DataFrame(), delimiter
    if b'"' not in data or _well_quoted(data, delimiter):
        try:
            return (
                pl.read_csv(
                    data,
                    has_header=False,
                    separator=delimiter,
                    schema={f"c{i}": pl.String for i in range(width)},
                ),
                delimiter,
            )
        except pl.exceptions.PolarsError:
            pass  # records longer than in the sample, or line ends Polars does not know
    return _read_slowly(data.decode("utf-8"), delimiter), delimiter


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


def _well_quoted(data: bytes, delimiter: str) -> bool:
    """Whether each quoted field is closed where a field ends (RFC 4180).

    Polars reads ill-quoted text to an end too, but swallows rows without a word.
    """
    edge = re.escape(delimiter.encode()) + rb"\r\n"
    pattern = rb'(?:[^"]++|(?<![^%b])"(?:[^"]++|"")*+"(?![^%b]))*+' % (edge, edge)
    return re.fullmatch(pattern, data) is not None


def _read_slowly(text: str, delimiter: str) -> pl.DataFrame:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    begun = ended = 0
    for record in reader:
        begun, ended = ended, reader.line_num
        records.append(record)
    # An open quotation mark takes the rest of the file into the last record.
    tail = text.splitlines(keepends=True)[begun:]
    if len(tail) > 1 and "".join(tail).count('"') % 2:
        raise ContentError(
            "file.quote",
            _("第 {row} 行有一个双引号没有配对，其后的各行都落进了同一格。", row=len(records)),
            _("请删去多余的双引号，或把格内的双引号写成两个。"),
        )
    width = max(len(record) for record in records)
    return pl.DataFrame(
        [
            pl.Series(f"c{i}", [r[i] if i < len(r) else None for r in records], dtype=pl.String)
            for i in range(width)
        ]
    )
