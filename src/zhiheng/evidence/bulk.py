"""Rows between the record and Arrow, in a process of its own (see `workers`).

It must be one of its own on SQLite: the driver brings its own copy of the database library, and
two copies in one process would undo each other's file locks. It takes jobs as lines of JSON from
standard input, answers each with a line, and ends when its input does. No framework here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import polars as pl

LONGEST_HOLD = 0.3
"""Seconds for which a transaction should hold the write lock; twice as long is still harmless."""
PAUSE = 0.11
"""Seconds of rest between two transactions on SQLite, whose waiting writers look for a free lock
every tenth of a second: so each of them gets its turn."""
_FIRST, _LEAST, _MOST = 20_000, 2_000, 100_000

Job = dict[str, Any]


def in_form_of(vendor: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Days and moments as the database keeps them: SQLite as text, PostgreSQL as such.

    ``frame`` has days as ISO text and moments in UTC.
    """
    if vendor == "sqlite":
        moments = [n for n, t in frame.schema.items() if isinstance(t, pl.Datetime)]
        return frame.with_columns(pl.col(moments).dt.to_string("%Y-%m-%d %H:%M:%S"))
    days = [n for n in ("occurred_on",) if n in frame.columns]
    return frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d"))


def in_chunks(frame: pl.DataFrame, append: Callable[[pl.DataFrame], object], pause: bool) -> None:
    """Hand the frame on in pieces that each take about as long as a lock may be held."""
    done, size = 0, _FIRST
    while done < len(frame):
        part = frame[done : done + size]
        begun = time.monotonic()
        append(part)
        took = max(time.monotonic() - begun, 1e-3)
        done += len(part)
        size = int(min(max(len(part) * LONGEST_HOLD / took, _LEAST), _MOST))
        if pause and done < len(frame):
            time.sleep(PAUSE)


class Record:
    """The record seen through Arrow."""

    def __init__(self, place: dict[str, str]) -> None:
        self.vendor = place["vendor"]
        dbapi = import_module(f"adbc_driver_{self.vendor}.dbapi")
        self._connection = dbapi.connect(place["uri"], autocommit=True)
        self._cursor = self._connection.cursor()
        if self.vendor == "sqlite":
            for pragma in ("synchronous=NORMAL", "busy_timeout=30000", "cache_size=-262144"):
                self._cursor.execute(f"PRAGMA {pragma}")
                self._cursor.fetchall()

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows in one transaction."""
        self._cursor.adbc_ingest(table, frame.to_arrow(), mode="append")

    def read(self, sql: str, schema: dict[str, Any]) -> pl.DataFrame:
        """The query's rows under the names and types of ``schema``."""
        if self.vendor == "sqlite":
            # The driver tells a column's type from this many rows.
            self._cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": 1 << 20})
        self._cursor.execute(sql)
        found = pl.from_arrow(self._cursor.fetch_arrow_table())
        assert isinstance(found, pl.DataFrame)
        found.columns = list(schema)
        return found.cast(dict(schema), strict=False)  # type: ignore[arg-type]


def append(record: Record, job: Job) -> dict[str, Any]:
    """Append a Parquet file's rows but the first ``skip``; answers how many."""
    frame = pl.read_parquet(job["path"])[job["skip"] :]
    form = in_form_of(record.vendor, frame)
    table = job["table"]
    pause = record.vendor == "sqlite"
    in_chunks(form, lambda part: record.append(table, part), pause)
    return {"rows": len(frame)}


class _WithoutPandas:
    """The drivers look for pandas, whose loading is a third of the helper's start and of no use."""

    @staticmethod
    def find_spec(name: str, *_where: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name, name=name)


def main() -> None:
    sys.meta_path.insert(0, _WithoutPandas)
    from zhiheng.evidence.rechecking import recheck_rows

    jobs: dict[str, Callable[[Record, Job], dict[str, Any]]] = {
        "append": append,
        "recheck": recheck_rows,
    }
    record = Record(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = jobs[job["do"]](record, job)
        except Exception as error:  # whatever it is, the one who asked must learn of it
            answer = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
