"""Rows in and out of the record by columns, on SQLite and PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection

from zhiheng.evidence.workers import Worker, place_of_record
from zhiheng.office.inserting import insert

LONGEST_HOLD = 0.3
"""Seconds for which a transaction should hold the write lock; twice as long is still harmless."""
PAUSE = 0.11
"""Seconds of rest between two transactions on SQLite, whose waiting writers look for a free lock
every tenth of a second: so each of them gets its turn."""
_FIRST, _LEAST, _MOST = 50_000, 2_000, 400_000


def insert_at_once(table: str, frame: pl.DataFrame) -> None:
    """Append a frame whose columns are the table's in one transaction."""
    if len(frame):
        insert(table, frame.columns, frame.iter_rows())


def insert_frame(table: str, frame: pl.DataFrame) -> None:
    """The same in transactions that each take about as long as a lock may be held."""
    done, size = 0, _FIRST
    while done < len(frame):
        part = frame[done : done + size]
        begun = time.monotonic()
        insert_at_once(table, part)
        took = max(time.monotonic() - begun, 1e-3)
        done += len(part)
        size = int(min(max(len(part) * LONGEST_HOLD / took, _LEAST), _MOST))
        if connection.vendor == "sqlite" and done < len(frame):
            time.sleep(PAUSE)


def worker() -> Worker:
    """A helper process that reads this record."""
    return Worker(place_of_record(connection.vendor, connection.settings_dict))


def select(
    sql: str, parameters: Sequence[Any], schema: dict[str, Any], size: int = 100_000
) -> Iterator[pl.DataFrame]:
    """The query's rows as frames of at most ``size`` rows, in the order of the query."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(size):
            yield pl.DataFrame(rows, schema=schema, orient="row")
