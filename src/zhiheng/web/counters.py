"""Counting requests over all processes of one machine, beside the record.

The counts lie in a small SQLite file of their own in the home. A request thus never waits for the
record while a big import writes to it, and losing the counts in a crash loses nothing.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from pathlib import Path

NAME = "counters.sqlite3"
_SECONDS_TO_WAIT = 0.25
_SCHEMA = "CREATE TABLE IF NOT EXISTS counted (who TEXT, term INTEGER, times INTEGER, "
_SCHEMA += "until REAL, PRIMARY KEY (who, term)) WITHOUT ROWID"
_COUNT = """INSERT INTO counted VALUES (?, ?, 1, ?)
ON CONFLICT (who, term) DO UPDATE SET times = times + 1 RETURNING times"""
_own = threading.local()


def count(folder: Path, who: str, seconds: int, now: float) -> int:
    """Count one more request of ``who`` in the present window; how many there were in it.

    Windows are fixed stretches of ``seconds``. Where the file cannot be used, 0: a counter that
    fails must not keep people out.
    """
    term = int(now // seconds)
    try:
        connection = _connection(folder / NAME)
        times: int = connection.execute(_COUNT, (who, term, (term + 1) * seconds)).fetchone()[0]
        if times == 1:
            connection.execute("DELETE FROM counted WHERE until < ?", (now - seconds,))
    except sqlite3.Error:
        logging.getLogger("zhiheng.counters").exception("requests could not be counted")
        return 0
    return times


def left(seconds: int, now: float) -> int:
    """Seconds until the present window ends, at least one."""
    return max(1, int(seconds - now % seconds) + 1)


def _connection(path: Path) -> sqlite3.Connection:
    """This thread's own connection to the file."""
    held: tuple[Path, sqlite3.Connection] | None = getattr(_own, "held", None)
    if held is not None and held[0] == path:
        return held[1]
    if held is not None:
        held[1].close()
    connection = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(_SCHEMA)
    _own.held = (path, connection)
    return connection
