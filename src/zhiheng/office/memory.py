"""One value kept for as long as what it was made from stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The last value made, with the mark of what it was made from.

    Threads share it without a lock: mark and value are put down together, and two threads that miss
    at once make the value twice.
    """

    def __init__(self) -> None:
        self._held: tuple[Hashable, T] | None = None

    def of(self, mark: Hashable, make: Callable[[], T]) -> T:
        """The value made from what has this mark, made now where another was kept."""
        held = self._held
        if held is not None and held[0] == mark:
            return held[1]
        value = make()
        self._held = (mark, value)
        return value
