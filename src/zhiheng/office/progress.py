"""How long work tells of itself: bars on a terminal, or nothing at all.

Free of the framework, so that commands without a home can use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Progress(Protocol):
    """What long work tells of itself: a stage begins with its total, then steps."""

    def start(self, total: int, label: str) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Silent:
    """Progress nobody watches."""

    def start(self, total: int, label: str) -> None:
        pass

    def step(self, count: int = 1) -> None:
        pass


class BarProgress:
    """A bar on the terminal, one per stage."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._task: Any = None

    def start(self, total: int, label: str) -> None:
        self._finish()
        self._task = self._progress.add_task(label, total=total or None)

    def step(self, count: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)

    def _finish(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)


@contextmanager
def terminal_progress(shown: bool = True) -> Iterator[Progress]:
    """Bars on standard error while the block runs; silent when not shown or not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield Silent()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield BarProgress(bars)
