"""Rows in and out of the record by columns, on SQLite and PostgreSQL.

What fits in one breath goes through the framework's own connection. Bulk goes through Arrow, in a
helper process (`bulk`, `workers`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection, transaction

from zhiheng.evidence.bulk import in_chunks, in_form_of
from zhiheng.evidence.workers import Worker, place_of_record

PERSONAL_COLUMNS = ("row", "column", "value", "salt")
BULK = 50_000
"""Rows from which on starting a helper process pays."""


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


def insert_frame(table: str, frame: pl.DataFrame) -> None:
    """Append a frame whose columns are the table's, in transactions that nobody waits long for."""
    form = in_form_of(connection.vendor, frame)
    in_chunks(
        form,
        lambda part: insert(table, part.columns, part.iter_rows()),
        pause=connection.vendor == "sqlite",
    )


def worker(*locks: int) -> Worker:
    """A helper process on this record; ``locks`` are files whose locks it holds as long as it
    lives, so that nobody takes over work that it is still doing."""
    return Worker(place_of_record(connection.vendor, connection.settings_dict), locks)


def select(
    sql: str, parameters: Sequence[Any], schema: dict[str, Any], size: int = 100_000
) -> Iterator[pl.DataFrame]:
    """The query's rows as frames of at most ``size`` rows, in the order of the query."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(size):
            yield pl.DataFrame(rows, schema=schema, orient="row")
