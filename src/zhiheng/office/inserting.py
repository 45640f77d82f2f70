"""Rows appended to a table by columns' names, past the framework's objects, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows in one transaction: by COPY on PostgreSQL, else by one prepared statement.

    Values are as the database keeps them; nothing converts them.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            raw = cursor.connection
            raw.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
