"""Every table of the record as Parquet and back, the same on SQLite and on PostgreSQL.

Sessions are left out, so that nobody is signed in by a copy; so is what the framework writes
anew by itself when it lays out the tables.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pyarrow.parquet as pq
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from zhiheng.office.inserting import insert
from zhiheng.office.progress import Progress

CHUNK = 50_000
_WIDE_CHUNK = 500
"""Lines at once of a table that keeps bytes, which may be a hundred thousand a line."""
_LEFT_OUT = {"contenttypes", "auth", "sessions"}
_INTEGERS = {
    "AutoField", "BigAutoField", "BigIntegerField", "IntegerField", "PositiveBigIntegerField",
    "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField",
}  # fmt: skip
_MOMENT = pl.Datetime("us", "UTC")


def copied_models() -> list[type[models.Model]]:
    """The models whose tables make up the record, in a stable order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in _LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def column_types(model: type[models.Model]) -> dict[str, Any]:
    """Column names of the model's table with the types they have in Parquet."""
    return {str(f.column): _parquet_type(f) for f in model._meta.concrete_fields if f.column}


def _parquet_type(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        return _parquet_type(field.target_field)
    kind = field.get_internal_type()
    if kind in _INTEGERS:
        return pl.Int64
    special = {
        "BinaryField": pl.Binary,
        "BooleanField": pl.Boolean,
        "DateField": pl.Date,
        "DateTimeField": _MOMENT,
        "FloatField": pl.Float64,
    }
    return special.get(kind, pl.String)


Select = Callable[[str, int], Iterator[list[tuple[Any, ...]]]]


@contextmanager
def snapshot() -> Iterator[Select]:
    """A reader of the record as it is at this moment, whatever others write meanwhile.

    It answers a query with its rows, so many at a time.
    """
    if connection.vendor == "sqlite":
        place = f"file:{connection.settings_dict['NAME']}?mode=ro"
        with closing(sqlite3.connect(place, uri=True)) as raw:
            raw.execute("BEGIN")
            yield lambda query, size: _in_parts(raw.execute(query), size)
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield _from_server


def _from_server(query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Through a cursor that the server holds, so that no whole table lands in memory."""
    with connection.connection.cursor(name="record_copy") as cursor:
        yield from _in_parts(cursor.execute(query), size)


def _in_parts(cursor: Any, size: int) -> Iterator[list[tuple[Any, ...]]]:
    while part := cursor.fetchmany(size):
        yield part


def _chunk(types: Iterable[Any]) -> int:
    return _WIDE_CHUNK if pl.Binary in types else CHUNK


def write_table(select: Select, model: type[models.Model], path: Path, progress: Progress) -> int:
    """Write the model's table, ordered by its key, to a Parquet file; returns its rows."""
    types = column_types(model)
    names = ", ".join(f'"{name}"' for name in types)
    key = ", ".join(f'"{field.column}"' for field in model._meta.pk_fields)
    query = f'SELECT {names} FROM "{model._meta.db_table}" ORDER BY {key}'
    schema = pl.DataFrame(schema=types).to_arrow().schema
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in select(query, _chunk(types.values())):
            writer.write_table(_as_frame(part, types).to_arrow().cast(schema))
            rows += len(part)
            progress.step(len(part))
    return rows


def _as_frame(rows: list[tuple[Any, ...]], types: dict[str, Any]) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [_as_series(name, types[name], list(v)) for name, v in zip(types, columns, strict=True)]
    )


def _as_series(name: str, kind: Any, values: list[Any]) -> pl.Series:
    first = next((v for v in values if v is not None), None)
    if kind == pl.String and not isinstance(first, str):
        values = [None if v is None else _as_text(v) for v in values]
    if isinstance(first, str) and kind == _MOMENT:
        texts = pl.Series(name, values, dtype=pl.String)
        return texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
    if isinstance(first, str) and kind == pl.Date:
        return pl.Series(name, values, dtype=pl.String).str.to_date("%Y-%m-%d")
    if kind == pl.Boolean:
        values = [None if v is None else bool(v) for v in values]
    return pl.Series(name, values, dtype=kind)


def _as_text(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else json.dumps(value, ensure_ascii=False)


def read_table(table: str, path: Path, progress: Progress) -> int:
    """Append the rows of a Parquet file to an empty table; returns how many."""
    rows = 0
    file = pq.ParquetFile(path)
    for batch in file.iter_batches(_chunk(pl.DataFrame(file.schema_arrow.empty_table()).dtypes)):
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        form = _for_database(frame)
        insert(table, form.columns, form.iter_rows())
        rows += len(frame)
        progress.step(len(frame))
    return rows


def _for_database(frame: pl.DataFrame) -> pl.DataFrame:
    """Moments and days in the words that SQLite keeps; PostgreSQL takes them as they are."""
    if connection.vendor != "sqlite":
        return frame
    return frame.with_columns(
        pl.col(_MOMENT).dt.strftime("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000"),
        pl.col(pl.Date).dt.strftime("%Y-%m-%d"),
        pl.col(pl.Boolean).cast(pl.Int64),
    )


def reset_sequences() -> None:
    """Let new rows be numbered after those that were copied in."""
    statements = connection.ops.sequence_reset_sql(no_style(), copied_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
