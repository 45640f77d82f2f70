"""Rows in and out of the row table by columns, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection, transaction

ROW_COLUMNS = (
    "id",
    "batch_id",
    "kind",
    "source",
    "external_id",
    "record_type",
    "subject",
    "region",
    "occurred_on",
    "recorded_at",
    "canonical",
    "content",
    "salt",
    "leaf",
    "supersedes",
)
PERSONAL_COLUMNS = ("row", "column", "value", "salt")
CHUNK = 20_000
"""Rows written in one transaction: short enough that others wait less than half a second."""


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows in one transaction: by COPY on PostgreSQL, else by one prepared statement."""
    names = ", ".join(f'"{c}"' for c in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            raw = cursor.connection
            raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def select(
    sql: str, parameters: Sequence[Any], schema: dict[str, Any], size: int = 100_000
) -> Iterator[pl.DataFrame]:
    """The query's rows as frames of at most ``size`` rows, in the order of the query."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(size):
            yield pl.DataFrame(rows, schema=schema, orient="row")
