"""Rows appended to a table by columns' names, past the framework's objects, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

_BYTES, _DAY = 17, 1082
"""Object identifiers of PostgreSQL's types bytea and date."""


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows in one transaction: by COPY on PostgreSQL, else by one prepared statement.

    Values are as the database keeps them; nothing converts them.
    """
    names = _listed(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, table, names, rows)
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
            _copy(cursor, "incoming", names, rows)
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


def _copy(cursor: Any, table: str, names: str, rows: Iterable[Sequence[Any]]) -> None:
    """Rows with bytes go in binary form, since as text they would be twice as long."""
    cursor.execute(f'SELECT {names} FROM "{table}" LIMIT 0')
    types = [column.type_code for column in cursor.description]
    binary = _BYTES in types
    form = " WITH (FORMAT BINARY)" if binary else ""
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN{form}') as copy:
        if binary:
            copy.set_types(types)
        days = [place for place, code in enumerate(types) if binary and code == _DAY]
        for row in rows:
            copy.write_row(_with_days(row, days) if days else row)


def _with_days(row: Sequence[Any], places: list[int]) -> list[Any]:
    """Days as such, which SQLite keeps as text."""
    return [
        date.fromisoformat(value) if place in places and isinstance(value, str) else value
        for place, value in enumerate(row)
    ]
