"""Short writes that many ask for at once take turns, first come first served.

SQLite lets one write at a time, and whoever finds it busy looks again after a while, so that of
fifty some wait for long and the record stands idle in between. Waiting at a lock of the system
instead wakes the next one at once. PostgreSQL needs none of this.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from zhiheng.office.home import current

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to write; inside of a transaction that has begun it has come already."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    descriptor = os.open(current().staging / "turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def in_turn(function: Callable[P, T]) -> Callable[P, T]:
    """Run a function as one transaction, when its turn has come."""

    @wraps(function)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> T:
        with turn(), transaction.atomic():
            return function(*args, **kwargs)

    return waiting
