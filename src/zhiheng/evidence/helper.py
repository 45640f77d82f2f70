"""A helper process that rechecks rows beside the process that started it (see `workers`).

It takes jobs as lines of JSON from standard input, answers each with a line, and ends when its
input does. No framework here.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

_AT_ONCE = 100_000


class Record:
    """The record through the database's own driver."""

    def __init__(self, place: dict[str, str]) -> None:
        self.vendor = place["vendor"]
        self._connection = _connect(place)

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """The query's rows, many at once."""
        cursor = self._connection.cursor()
        cursor.execute(sql)
        while part := cursor.fetchmany(_AT_ONCE):
            yield part


def _connect(place: dict[str, str]) -> Any:
    if place["vendor"] == "sqlite":
        connection = sqlite3.connect(f"file:{quote(place['uri'])}?mode=ro", uri=True, timeout=30)
        connection.execute("PRAGMA mmap_size=1073741824")
        return connection
    import psycopg

    return psycopg.connect(place["uri"], autocommit=True)


def main() -> None:
    from zhiheng.evidence.rechecking import recheck_rows

    record = Record(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = recheck_rows(record, job)
        except Exception as error:  # whatever it is, the one who asked must learn of it
            answer = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
