"""A CSV or Parquet file as a frame, and its columns as numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from zhiheng.documents.delimited import DELIMITERS
from zhiheng.documents.encodings import to_utf8
from zhiheng.indicators.desk.problems import Findings, nearest
from zhiheng.methods.arguments import Array
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

# Texts that stand for a missing value, beside an empty field.
MISSING = ["", "NA"]
_SHOWN = 3
_PARQUET = b"PAR1"


def read_columns(path: Path, wanted: Sequence[str], findings: Findings) -> pl.DataFrame:
    """The wanted columns of a file; unknown ones are found wrong, with the nearest names.

    Raises:
        UsageError: ``file.missing``.
        ContentError: ``file.encoding``, ``file.table`` if it cannot be read as a table,
            ``file.empty`` if it holds no row.
    """
    try:
        if _is_parquet(path):
            names = list(pl.read_parquet_schema(path))
            known = _known(names, wanted, path, findings)
            frame = pl.read_parquet(path, columns=known or names[:1])
        else:
            data = _text(path)
            names, delimiter = _header(data)
            frame = pl.read_csv(
                data,
                separator=delimiter,
                columns=_known(names, wanted, path, findings) or names[:1],
                infer_schema_length=None,
                null_values=MISSING,
            )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ContentError(
            "file.table",
            _("{path} 读不成表：{why}", path=path, why=str(error).splitlines()[0]),
            _("请给带表头的 CSV 或 Parquet 文件。"),
        ) from None
    if not frame.height:
        raise ContentError(
            "file.empty", _("{path} 没有数据行。", path=path), _("表头之下至少要有一行。")
        )
    return frame


def read_names(path: Path) -> list[str]:
    """The file's columns. Raises as `read_columns`."""
    return list(pl.read_parquet_schema(path)) if _is_parquet(path) else _header(_text(path))[0]


def _is_parquet(path: Path) -> bool:
    if not path.is_file():
        raise UsageError(
            "file.missing", _("没有文件 {path}。", path=path), _("请检查路径和文件名。")
        )
    with path.open("rb") as file:
        return file.read(len(_PARQUET)) == _PARQUET


def _text(path: Path) -> bytes:
    data, _encoding = to_utf8(path.read_bytes())
    if not data.strip():
        raise ContentError(
            "file.empty", _("{path} 没有数据行。", path=path), _("表头之下至少要有一行。")
        )
    return data


def _header(data: bytes) -> tuple[list[str], str]:
    """Column names of the first line, and the delimiter."""
    first = data.split(b"\n", 1)[0].decode("utf-8", "ignore")
    delimiter = max(DELIMITERS, key=first.count)
    return next(csv.reader(io.StringIO(first), delimiter=delimiter), []), delimiter


def _known(
    names: Sequence[str], wanted: Sequence[str], path: Path, findings: Findings
) -> list[str]:
    unique = list(dict.fromkeys(wanted))
    for name in unique:
        if name not in names:
            findings.wrong(
                "column.unknown",
                _("{file} 没有列“{name}”。", file=path.name, name=name),
                nearest(name, names),
            )
    return [name for name in unique if name in names]


def numbers(frame: pl.DataFrame, name: str, findings: Findings, *, endless: bool = False) -> Array:
    """The column as floats, nan where missing.

    Text that is no number is found wrong, and so is infinity unless `endless` values are allowed.
    """
    column = frame[name]
    if column.dtype == pl.String:
        read = column.str.strip_chars().cast(pl.Float64, strict=False)
        wrong = column.is_not_null() & read.is_null()
        if wrong.any():
            rows = wrong.arg_true()
            findings.wrong(
                "column.text",
                _(
                    "列“{name}”要填数，有 {count} 个值不是数：{values}。",
                    name=name,
                    count=len(rows),
                    values=at_rows(column, rows),
                ),
                _("请改成数；缺失的留空或写 NA。"),
            )
        column = read
    elif not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)):
        findings.wrong(
            "column.text",
            _("列“{name}”要填数，现在是 {type}。", name=name, type=str(column.dtype)),
            _("请换一列，或先转成数。"),
        )
        return np.full(frame.height, np.nan)
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if not endless and np.isinf(values).any():
        findings.wrong(
            "column.infinite",
            _("列“{name}”里有 {count} 个无穷大。", name=name, count=int(np.isinf(values).sum())),
            _("请改成数；缺失的留空或写 NA。"),
        )
    return values


def at_rows(column: pl.Series, rows: pl.Series) -> str:
    """The first values of these rows, each with its place in the file (the header is row 1)."""
    some = [
        _("第 {row} 行“{value}”", row=int(row) + 2, value=column[int(row)])
        for row in rows.head(_SHOWN)
    ]
    return "、".join(some) + (" …" if len(rows) > _SHOWN else "")


def complete(frame: pl.DataFrame, name: str, findings: Findings) -> None:
    """Finds missing values of a column that needs one in every row."""
    column = frame[name]
    missing = column.is_null()
    if column.dtype.is_float():
        missing = missing | column.is_nan().fill_null(True)
    if missing.any():
        rows = missing.arg_true()
        findings.wrong(
            "column.missing",
            _(
                "列“{name}”有 {count} 行缺失：{rows}。",
                name=name,
                count=len(rows),
                rows="、".join(_("第 {row} 行", row=int(row) + 2) for row in rows.head(_SHOWN)),
            ),
            _("抽样设计的列每行都要有值；请补上，或先删去这些行。"),
        )
