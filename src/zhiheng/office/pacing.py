"""Long work in transactions that are short enough for everybody who waits to get a turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection

LONGEST_HOLD = 0.2
"""Seconds for which a transaction should hold the write lock; twice as long is still harmless."""
PAUSE = 0.11
"""Seconds of rest between two transactions on SQLite, whose waiting writers look for a free lock
every tenth of a second: so each of them gets its turn."""
_FIRST, _LEAST, _MOST = 2_000, 500, 20_000
_GROWTH = 2
"""From one slice to the next at most, since the one before may have been quick by chance."""


def paced(total: int) -> Iterator[slice]:
    """Slices of ``total`` things, each to be written in a transaction of its own.

    How large they are follows from how long the one before took.
    """
    done, size = 0, _FIRST
    while done < total:
        begun = time.monotonic()
        yield slice(done, done + size)
        took = max(time.monotonic() - begun, 1e-3)
        done += size
        size = int(min(max(size * min(LONGEST_HOLD / took, _GROWTH), _LEAST), _MOST))
        if done < total and connection.vendor == "sqlite":
            time.sleep(PAUSE)
