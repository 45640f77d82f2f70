"""Rows in and out of the record by columns, on SQLite and PostgreSQL.

What fits in one breath goes through the framework's own connection. Bulk goes through Arrow, in a
helper process (`bulk`, `workers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection

from zhiheng.evidence.bulk import in_chunks, in_form_of
from zhiheng.evidence.workers import Worker, place_of_record
from zhiheng.office.inserting import insert

PERSONAL_COLUMNS = ("row", "column", "value", "salt")
BULK = 50_000
"""Rows from which on starting a helper process pays."""


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
