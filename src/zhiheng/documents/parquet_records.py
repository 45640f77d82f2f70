"""Parquet as tables, piece by piece; every column holds one value in each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zhiheng.documents.headers import refuse_reserved
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


def read_parquet(path: Path, size: int) -> Iterator[pl.DataFrame]:
    """The rows, each piece of at most ``size``. Bytes are read as text in UTF-8.

    Raises:
        ContentError: ``file.kind`` if a column is nested, or its text is not UTF-8;
            ``file.header_reserved``.
        pyarrow.ArrowException, OSError: the file is broken.
    """
    with pq.ParquetFile(path) as file:
        refuse_reserved(file.schema_arrow.names)
        nested = [c.name for c in file.schema_arrow if pa.types.is_nested(c.type)]
        if nested:
            raise _unusable(path.name, "、".join(nested))
        for batch in file.iter_batches(batch_size=size):
            piece = pl.from_arrow(_as_text(batch, path.name))
            assert isinstance(piece, pl.DataFrame)
            yield piece


def _as_text(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    """Texts are looked through, since Polars takes them unseen for UTF-8."""
    columns = []
    for title, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
                column = column.cast(pa.large_string())
            column.validate(full=True)
        except pa.ArrowInvalid:
            raise _unusable(name, title) from None
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _unusable(name: str, columns: str) -> ContentError:
    return ContentError(
        "file.kind",
        _(
            "文件 {name} 的这些列是嵌套的，或不是 UTF-8 文本：{columns}。",
            name=name,
            columns=columns,
        ),
        _("请拆成一列一个值，或转成 UTF-8 文本后再导出。"),
    )
