"""Locks that the system lets go when their process dies, so that the living are told from dead."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Hold the lock of this name for as long as the block runs, waiting for it if need be.

    Gives the file's descriptor: a process that inherits it holds the lock too.
    """
    descriptor = _lock(path, fcntl.LOCK_EX)
    try:
        yield descriptor
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


@contextmanager
def held_if_free(path: Path) -> Iterator[int | None]:
    """The same without waiting: the descriptor if the lock was free and is now held, else None."""
    try:
        descriptor = _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
        return
    try:
        yield descriptor
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _lock(path: Path, how: int) -> int:
    """Lock the file that lies at ``path`` now, not one that its last holder just took away."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
            if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise
        os.close(descriptor)
