"""Rows appended to a table by columns' names, past the framework's objects, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows in one transaction: by COPY on PostgreSQL, else by one prepared statement.

    Values are as the database keeps them; nothing converts them.
    """
    names = _listed(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f'"{table}" ({names})', rows)
        else:
            marks = ", ".join("?" * len(columns))
            raw = cursor.connection
            raw.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def insert_missing(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """`insert`, but a row that the table has already stays as it is there; how many were new.

    Has it, that is, by any of its unique columns. On PostgreSQL the rows go by COPY into a table
    of the transaction's own first, since COPY itself stops at the first of them.
    """
    names = _listed(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMP TABLE incoming ON COMMIT DROP AS "
                f'SELECT {names} FROM "{table}" WITH NO DATA'
            )
            _copy(cursor, "incoming", rows)
            cursor.execute(
                f'INSERT INTO "{table}" ({names}) '
                f"SELECT {names} FROM incoming ON CONFLICT DO NOTHING"
            )
            count: int = cursor.rowcount
            cursor.execute("DROP TABLE incoming")
        else:
            marks = ", ".join("?" * len(columns))
            done = cursor.connection.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING', rows
            )
            count = max(done.rowcount, 0)
    return count


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _copy(cursor: Any, target: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
